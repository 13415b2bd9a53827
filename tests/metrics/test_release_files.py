"""Releases that are damaged, replaced or swept away. What these tests prevent: a half-read release, and two mixed into one."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.schema import SCHEMA_VERSION
from metrics import Basis, Filters, Release, ReleaseError, ReleaseSource
from tests.releases import OXFORD, READING, lattice_of, publish_release

MANY = lattice_of(1_200)
EHCP: tuple[str, Basis, str] = ("ehcp", "observed", "0")


def _cut_short(directory: Path) -> None:
    whole = (directory / "figures.parquet").read_bytes()
    (directory / "figures.parquet").write_bytes(whole[: len(whole) // 2])


def _write_manifest(directory: Path, **changes: object) -> None:
    manifest = json.loads((directory / "manifest.json").read_text())
    (directory / "manifest.json").write_text(json.dumps(manifest | changes))


def _leave_out_rows(directory: Path) -> None:
    table = pq.read_table(directory / "pairs.parquet")
    pq.write_table(table.slice(1), directory / "pairs.parquet")


def _leave_out_a_column(directory: Path) -> None:
    table = pq.read_table(directory / "figures.parquet")
    pq.write_table(table.drop_columns(["expected"]), directory / "figures.parquet")


_NOTE = {"area_code": "all", "source": "links", "sentence": "Nothing was supplied."}
_QUESTION = {"id": "needs", "words": "Which?", "data_used": "The census.", "limits": "None.", "review_on": "2027-09-30"}

DAMAGE: list[tuple[str, Callable[[Path], object], str]] = [
    ("no directory", lambda d: shutil.rmtree(d), "names no version of the release that is there"),
    ("no pointer", lambda d: (d.parent / "CURRENT").unlink(), "There is no release at"),
    ("pointer elsewhere", lambda d: (d.parent / "CURRENT").write_text("../../etc"), "names no version of the release"),
    ("no manifest", lambda d: (d / "manifest.json").unlink(), "was not finished (manifest.json is missing)"),
    ("no file", lambda d: (d / "pairs.parquet").unlink(), "was not finished (pairs.parquet is missing)"),
    ("half a manifest", lambda d: (d / "manifest.json").write_text('{"version"'), "manifest.json is damaged"),
    ("another manifest", lambda d: (d / "manifest.json").write_text("[1]"), "manifest.json is damaged"),
    ("a manifest nested without end", lambda d: (d / "manifest.json").write_text("[" * 100_000), "manifest.json is damaged"),
    ("a pointer longer than a name", lambda d: (d.parent / "CURRENT").write_text("a" * 300), "names no version of the release"),
    ("a manifest of nothing", lambda d: _write_manifest(d, lattice={}), "manifest.json is damaged"),
    ("a version that is no text", lambda d: _write_manifest(d, version=7), "manifest.json is damaged"),
    ("settings that are a list", lambda d: _write_manifest(d, settings=[["a"]]), "manifest.json is damaged"),
    ("a note of nothing", lambda d: _write_manifest(d, notes=[_NOTE | {"source": {"a": None}}]), "manifest.json is damaged"),
    ("a question in no words", lambda d: _write_manifest(d, questions=[_QUESTION | {"limits": 7}]), "manifest.json is damaged"),
    ("half a question", lambda d: _write_manifest(d, questions=[{"id": "needs"}]), "manifest.json is damaged"),
    ("a newer schema", lambda d: _write_manifest(d, schema_version=SCHEMA_VERSION + 1), "upgrade this program"),
    ("half a file", _cut_short, "not readable Parquet"),
    ("no Parquet", lambda d: (d / "comparators.parquet").write_text("a,b"), "not readable Parquet"),
    ("fewer rows", _leave_out_rows, "has not the rows in pairs.parquet that its manifest counts"),
    ("fewer columns", _leave_out_a_column, "has no column expected in figures.parquet"),
]


@pytest.mark.parametrize(("damage", "sentence"), [case[1:] for case in DAMAGE], ids=[case[0] for case in DAMAGE])
def test_what_cannot_be_opened_is_told_in_one_sentence(tmp_path: Path, damage: Callable[[Path], object], sentence: str) -> None:
    damage(publish_release(tmp_path))
    with pytest.raises(ReleaseError) as told:
        Release.open(tmp_path)
    assert sentence in str(told.value)
    assert str(told.value).endswith(".") and "\n" not in str(told.value)
    assert str(tmp_path) in str(told.value)
    assert ": " in str(told.value), "what to do follows the colon"


def test_nothing_at_all_is_told_with_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="make one with `python -m metrics release`"):
        Release.open(tmp_path / "nowhere")


def test_a_figure_changed_on_the_disk_is_told_and_not_shown(tmp_path: Path) -> None:
    path = publish_release(tmp_path, {(Filters(), *EHCP): {"value": 12.5}}) / "figures.parquet"
    pq.write_table(pq.read_table(path), path, compression="none", use_dictionary=False, write_page_checksum=True)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(struct.pack("<d", 12.5), struct.pack("<d", 87.5)))
    release = Release.open(tmp_path)
    with pytest.raises(ReleaseError, match="not readable Parquet"):
        release.cut(Filters())


def test_a_cut_declared_and_not_there_is_an_error_and_not_a_gap(tmp_path: Path) -> None:
    publish_release(tmp_path, without=[Filters(OXFORD)])
    with pytest.raises(ReleaseError, match="lacks figures that its manifest declares"):
        Release.open(tmp_path).cut(Filters(OXFORD))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda table: pa.concat_tables([table, table.slice(0, 1)]), "is not sorted in figures.parquet"),
        (lambda table: pa.concat_tables([table.slice(0, 1), table]), "has a row twice in figures.parquet"),
    ],
)
def test_a_file_that_could_give_another_cuts_figures_is_refused(
    tmp_path: Path, spoil: Callable[[pa.Table], pa.Table], sentence: str
) -> None:
    directory = publish_release(tmp_path)
    spoilt = spoil(pq.read_table(directory / "figures.parquet"))
    pq.write_table(spoilt, directory / "figures.parquet")
    rows = json.loads((directory / "manifest.json").read_text())["rows"]
    _write_manifest(directory, rows=rows | {"figures": spoilt.num_rows})
    release = Release.open(tmp_path)
    with pytest.raises(ReleaseError, match=sentence):
        release.cut(Filters(READING))
        release.cut(Filters())


# Serving while releases come and go


def test_an_open_release_keeps_serving_when_its_directory_is_swept_away(tmp_path: Path) -> None:
    directory = publish_release(tmp_path, {(Filters(OXFORD), *EHCP): {"n": 77}})
    release = Release.open(tmp_path)
    for version in ("second", "third", "fourth"):
        publish_release(tmp_path, {(Filters(OXFORD), *EHCP): {"n": 11}}, version=version)
    assert not directory.exists(), "three versions are kept"
    figure = release.cut(Filters(OXFORD)).figure("ehcp")
    assert figure is not None and figure.n == 77
    assert not release.current()


def test_a_version_can_be_opened_by_itself(tmp_path: Path) -> None:
    first = publish_release(tmp_path)
    publish_release(tmp_path, version="second")
    assert Release.open(first).version == "first"
    assert Release.open(tmp_path).version == "second"
    assert Release.open(tmp_path).current()


def test_a_source_serves_one_opened_release_until_another_is_live(tmp_path: Path) -> None:
    publish_release(tmp_path)
    source = ReleaseSource(tmp_path)
    first = source.release()
    assert source.release() is first
    publish_release(tmp_path, version="second")
    assert source.release().version == "second"
    assert first.version == "first"


def test_a_source_keeps_the_version_before_while_the_newest_cannot_be_served(tmp_path: Path) -> None:
    publish_release(tmp_path)
    source = ReleaseSource(tmp_path)
    source.release()
    _cut_short(publish_release(tmp_path, version="second"))
    assert source.release().version == "first"
    assert source.problem is not None and "not readable Parquet" in source.problem
    publish_release(tmp_path, version="third")
    assert source.release().version == "third"
    assert source.problem is None


def test_a_version_that_is_mended_goes_live_though_its_pointer_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that brings the pointer before the files would else wait for the next release, or for a restart."""
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("metrics.live_release.monotonic", lambda: next(clock))
    publish_release(tmp_path)
    source = ReleaseSource(tmp_path)
    source.release()
    second = publish_release(tmp_path, version="second")
    second.rename(tmp_path / ".coming")
    assert source.release().version == "first" and source.problem is not None
    (tmp_path / ".coming").rename(second)
    assert source.release().version == "second" and source.problem is None


def test_what_is_wrong_is_not_tried_again_at_every_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_release(tmp_path)
    source = ReleaseSource(tmp_path)
    source.release()
    _cut_short(publish_release(tmp_path, version="second"))
    opened: list[Path] = []

    def open_second(path: Path) -> Release:
        opened.append(path)
        return Release(path / "second", path)

    monkeypatch.setattr(Release, "open", open_second)
    monkeypatch.setattr("metrics.live_release.monotonic", lambda: 100.0)
    assert [source.release().version for _ in range(20)] == ["first"] * 20
    assert len(opened) == 1


def test_a_release_whose_file_fails_is_opened_again_though_it_is_the_same_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that is put back has the name of the one that failed; the one that is held open never recovers."""
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("metrics.live_release.monotonic", lambda: next(clock))
    directory = publish_release(tmp_path)
    whole = (directory / "figures.parquet").read_bytes()
    source = ReleaseSource(tmp_path)
    held = source.release()
    with (directory / "figures.parquet").open("r+b") as file:
        file.truncate(16)
    with pytest.raises(ReleaseError, match="not readable Parquet"):
        held.cut(Filters())
    assert held.failed and source.release() is held
    beside = directory / ".figures"
    beside.write_bytes(whole)
    beside.replace(directory / "figures.parquet")
    assert source.release().cut(Filters()).figure("ehcp", "0") is not None
    assert source.problem is None


def test_a_source_serves_nothing_that_is_not_accepted(tmp_path: Path) -> None:
    def synthetic_only(release: Release) -> None:
        if not release.synthetic:
            raise ReleaseError("Real children need a sign-in: serve a synthetic release.")

    publish_release(tmp_path, manifest={"synthetic": False})
    source = ReleaseSource(tmp_path, synthetic_only)
    with pytest.raises(ReleaseError, match="sign-in"):
        source.release()
    publish_release(tmp_path, version="second")
    assert source.release().version == "second"


def test_readers_racing_with_publishers_see_whole_versions_only(tmp_path: Path) -> None:
    every = list(lattice_of(225).cuts())

    def publish(number: int) -> None:
        publish_release(tmp_path, {(cut, *EHCP): {"n": number} for cut in every}, version=f"v{number}")

    publish(1)
    source = ReleaseSource(tmp_path)
    torn = []

    def read(turn: int) -> None:
        release = source.release()
        cuts = [release.cut(every[(turn + step) % len(every)]) for step in range(5)]
        seen = {figure.n for cut in cuts if (figure := cut.figure("ehcp", "0"))}
        if seen != {int(release.version[1:])}:
            torn.append((release.version, seen))

    with ThreadPoolExecutor(4) as threads:
        reads = [threads.submit(read, turn) for turn in range(400)]
        for number in range(2, 9):
            publish(number)
        for done in reads:
            done.result()
    assert torn == []
    assert source.release().version == "v8"


def test_what_is_kept_in_memory_is_bounded(tmp_path: Path) -> None:
    publish_release(tmp_path, lattice=MANY, rows_a_group=64)
    bound = 40_000
    release = Release(Release.open(tmp_path).directory, None, most_bytes=bound)
    seen = set()
    for cut in MANY.cuts():
        release.cut(cut)
        seen.add(release.memory_bytes)
    assert max(seen) <= bound
    assert len(seen) > 3, "it filled up and was emptied"
