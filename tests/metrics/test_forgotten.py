"""Releases around a child who is forgotten. What these tests prevent: a child who is seen because they asked not to be."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data.build.recognise import pseudonym
from data.cohort import LEDGER, CohortStore
from data.erasure import forget
from data.errors import DataError
from metrics.compile import compile_release
from metrics.compile.preview import preview
from metrics.disclosure import ledger
from metrics.disclosure.edition import Edition
from metrics.disclosure.policy import load_policy
from metrics.release import Release
from tests.builders import KEY, write_records, write_store

CHILDREN = 40


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty children, half of them with a plan at term 0, released; then one with a plan is forgotten."""
    root = tmp_path_factory.mktemp("room")
    write_records(root / "extracts", {})
    ids = [pseudonym(KEY, "child", f"C{n}") for n in range(CHILDREN)]
    terms = [{"child_id": child, "relative_term": 0, "ehcp": n < CHILDREN // 2} for n, child in enumerate(ids)]
    write_store(root / "store", [{"child_id": child, "family_id": child} for child in ids], terms)
    compile_release(root / "store", root / "release")
    forget(root / "extracts", root / "store", ["C7"])
    return root


def test_the_ledger_still_says_what_was_shown(room: Path) -> None:
    (entry,) = ledger.read(room / "store")
    released = Edition.at(Release.open(room / "release").directory)
    assert (entry.version, entry.digest) == (released.version, released.digest)
    assert entry.lattice.children_total == CHILDREN
    assert CohortStore.open(room / "store").manifest.rows["children"] == CHILDREN - 1


def shown(release: Path) -> dict[tuple[str, ...], tuple[int, int]]:
    """What a release shows: base and count by figure."""
    keys = ("indicator", "basis", "area_code", "age_band", "sex", "period", "time")
    rows = Edition.at(Release.open(release).directory).table("figures").to_pylist()
    return {tuple(row[key] for key in keys): (row["n"], row["count"]) for row in rows if not row["symbol"]}


def test_what_is_released_next_shows_no_figure_that_moved_by_one_child(room: Path) -> None:
    compile_release(room / "store", room / "next")
    before, after = shown(room / "release"), shown(room / "next")
    assert [key for key in before.keys() & after.keys() if before[key] != after[key]] == []
    assert len(after) < len(before), "what the child was in is withheld"


def test_a_look_at_a_version_that_goes_meanwhile_is_one_sentence(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(cohort: CohortStore, kept: object) -> CohortStore:
        away = shutil.move(cohort.directory, cohort.directory.parent / ".unfinished-gone")
        monkeypatch.undo()
        restore.append((Path(away), cohort.directory))
        return cohort

    restore: list[tuple[Path, Path]] = []
    monkeypatch.setattr("metrics.compile.preview.counted", gone)
    try:
        with pytest.raises(DataError, match="was removed meanwhile: run the command again"):
            preview(room / "store", load_policy())
    finally:
        for away, back in restore:
            away.rename(back)


def test_a_release_that_knew_of_no_other_would_show_the_child(room: Path, tmp_path: Path) -> None:
    """Forty less thirty-nine is the child; with the ledger lost, nothing keeps the two from being subtracted."""
    shutil.rmtree(shutil.copytree(room / "store", tmp_path / "store") / LEDGER)
    compile_release(tmp_path / "store", tmp_path / "release")
    before, after = shown(room / "release"), shown(tmp_path / "release")
    plans = ("ehcp", "observed", "all", "all", "all", "all", "0")
    assert (before[plans], after[plans]) == ((CHILDREN, CHILDREN // 2), (CHILDREN - 1, CHILDREN // 2 - 1))
