"""Defends against a register that leaves its room, and against records that say less for having been matched there."""

from __future__ import annotations

import csv
import json
import shutil
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.build import build
from data.cohort import CohortStore
from data.errors import DataError
from data.handover import hand_over
from data.progress import silent
from data.schema import STORE
from tests import partners
from tests.partners import AREA

FORCE = ("receptions.csv", "links.csv", "support.csv", "coverage.csv")


def force_only(root: Path) -> Path:
    """The force's room: everything but the authority's files."""
    files = {name: content for name, content in partners.files().items() if name in FORCE}
    return partners.write(root, files)


def authority_only(root: Path, listed: Path) -> Path:
    """The authority's room: its own files, flat, with the list and the settings the force sent."""
    own = {name.removeprefix(f"{AREA}/"): content for name, content in partners.files().items() if name.startswith(AREA)}
    partners.write(root, {**own, "coverage.csv": partners.files()["coverage.csv"]})
    shutil.copy(listed / "partnership.json", root)
    shutil.copy(listed / AREA / "children.csv", root)
    return root


def built(extracts: Path, store: Path) -> CohortStore:
    build(extracts, store)
    return CohortStore.open(store)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both rooms once through: `force/`, `lists/`, `authority/`, `matched/`."""
    root = tmp_path_factory.mktemp("rooms")
    hand_over(force_only(root / "force"), root / "lists", silent)
    hand_over(authority_only(root / "authority", root / "lists"), root / "matched", silent, area=AREA)
    return root


def test_a_room_without_registers_writes_the_list_an_authority_needs(rooms: Path) -> None:
    rows = list(csv.reader((rooms / "lists" / AREA / "children.csv").open(encoding="utf-8")))
    assert rows == [
        ["child_ref", "forename", "surname", "dateOfBirth", "sex", "postcode", "ageBand"],
        ["C1", "Annabel", "Quell", "2014-05-10", "F", "ZZ1 2AB", "5-11"],
        ["C2", "Robert", "Quell", "2011-03-02", "M", "ZZ1 2AB", "5-11"],
        ["C3", "Cyril", "Vane", "2009-01-20", "M", "ZZ3 4CD", "12-17"],
    ]


def test_the_key_of_the_pseudonyms_does_not_travel(rooms: Path) -> None:
    for room in ("lists", "matched"):
        said = json.loads((rooms / room / "partnership.json").read_text(encoding="utf-8"))
        assert "pseudonym_key" not in said
        assert said["settings"]["match_threshold"] == 0.95


def test_everything_with_a_child_in_it_is_its_owner_s_alone(rooms: Path) -> None:
    written = [*(rooms / "lists" / AREA).rglob("*"), *(rooms / "matched" / AREA).rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in written if path.is_file()} == {0o600}


def test_what_leaves_knows_nobody_by_name_or_number(rooms: Path) -> None:
    for path in (rooms / "matched" / AREA / "records").iterdir():
        said = str(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_text(encoding="utf-8")
        for known in ("Quell", "Vane", "Annabel", "A10000000000", "900000", "ZZ1 2AB", "2014-05-10", "date(2014, 5, 10)"):
            assert known not in said


def test_only_recognised_children_leave(rooms: Path) -> None:
    found = {
        row["child_ref"]
        for path in (rooms / "matched" / AREA / "records").glob("*.parquet")
        for row in pq.read_table(path).to_pylist()
        if "child_ref" in row
    }
    assert found == {"C1", "C2", "C3"}


def test_the_store_is_the_same_whichever_room_matched(rooms: Path, tmp_path: Path) -> None:
    whole = built(partners.write(tmp_path / "whole", partners.files()), tmp_path / "store")
    shutil.copytree(rooms / "force", tmp_path / "force")
    shutil.copytree(rooms / "matched" / AREA / "records", tmp_path / "force" / AREA / "records")
    handed = built(tmp_path / "force", tmp_path / "handed")
    for table in STORE:
        assert handed.path(table.name).read_bytes() == whole.path(table.name).read_bytes(), table.name
    for said in ("definitions", "covered", "linkage", "linkage_groups", "notes"):
        assert getattr(handed.manifest, said) == getattr(whole.manifest, said), said
    rolls = [one for one in handed.manifest.inputs.values() if one.kind == "school_census/pupilonroll"]
    assert sum(one.rows or 0 for one in rolls) == 6 * 4, "six censuses of four pupils, read in the authority's room"


def test_what_the_other_room_rejected_is_still_counted(rooms: Path, tmp_path: Path) -> None:
    own = authority_only(tmp_path / "authority", rooms / "lists")
    meals = own / "meals.csv"
    meals.write_text(meals.read_text(encoding="utf-8") + "A100000000001,no day,yes\n", encoding="utf-8")
    hand_over(own, tmp_path / "matched", silent, area=AREA)
    assert (tmp_path / "matched" / "rejected" / "meals.csv").exists()
    shutil.copytree(rooms / "force", tmp_path / "force")
    shutil.copytree(tmp_path / "matched" / AREA / "records", tmp_path / "force" / AREA / "records")
    store = built(tmp_path / "force", tmp_path / "store")
    assert [(one.file, one.reason, one.rows) for one in store.manifest.rejected] == [
        (f"{AREA}/meals 1", "census date is not a date", 1)
    ]


def test_no_file_of_the_other_room_is_named(rooms: Path, tmp_path: Path) -> None:
    """A file may be named after a child, and perhaps after one who is on no list of the force's."""
    own = authority_only(tmp_path / "authority", rooms / "lists")
    for path in (own / "school_census").iterdir():
        path.rename(path.with_name(f"kayleigh_smith_{path.name}"))
    hand_over(own, tmp_path / "matched", silent, area=AREA)
    said = (tmp_path / "matched" / AREA / "records" / "account.json").read_text(encoding="utf-8")
    assert f"{AREA}/school_census/pupilonroll 6" in said
    assert "kayleigh" not in said


def _twice(path: Path, column: str) -> None:
    table = pq.read_table(path)
    pq.write_table(table.append_column(column, table[column]), path)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda records: (records / "account.json").unlink(), r"account\.json is missing: hand the whole folder over"),
        (lambda records: (records / "account.json").write_text("{}"), r"account\.json is damaged"),
        (lambda records: (records / "sessions.parquet").unlink(), r"sessions\.parquet is missing"),
        (lambda records: (records / "meals.parquet").write_bytes(b"PAR1"), r"meals\.parquet is not a whole Parquet file"),
        (lambda records: _twice(records / "meals.parquet", "child_ref"), r"meals\.parquet has more than one column child_ref"),
        (lambda records: (records / "account.json").write_text("[" * 100_000), r"account\.json is damaged"),
    ],
)
def test_records_that_came_in_pieces_are_refused(rooms: Path, tmp_path: Path, damage: object, sentence: str) -> None:
    assert callable(damage)
    shutil.copytree(rooms / "force", tmp_path / "force")
    shutil.copytree(rooms / "matched" / AREA / "records", tmp_path / "force" / AREA / "records")
    damage(tmp_path / "force" / AREA / "records")
    with pytest.raises(DataError, match=sentence) as refused:
        build(tmp_path / "force", tmp_path / "store")
    assert "\n" not in str(refused.value)


def test_neither_into_the_extracts_nor_into_a_store(rooms: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds the extracts themselves"):
        hand_over(rooms / "force", rooms / "force", silent)
    (tmp_path / "CURRENT").write_text("v1", encoding="utf-8")
    with pytest.raises(DataError, match="is a store or a release"):
        hand_over(rooms / "force", tmp_path / "out", silent)
