"""The fake partnership's records: the same seed gives the same bytes, every row obeys the schema, nothing is half written."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data import synthetic
from data.build import build
from data.cohort import CohortStore
from data.errors import DataError
from data.schema import RECORDS, Table
from data.synthetic import synthesise
from data.synthetic.writer import RecordsWriter

Row = dict[str, Any]

BRACKNELL_FOREST, WINDSOR, SLOUGH, WOKINGHAM = "E06000036", "E06000040", "E06000039", "E06000041"
OBSERVED_FROM, OBSERVED_TO = date(2017, 8, 1), date(2025, 7, 31)
NATIONAL_CHILDREN = 3_000


@pytest.fixture(scope="module")
def national_extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small England, in more than one chunk."""
    out = tmp_path_factory.mktemp("england")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic, "CHUNK", 700)
        synthesise(out, children=NATIONAL_CHILDREN, seed=4, truth_only=True)
    return out


@pytest.fixture(scope="module")
def national(national_extracts: Path, tmp_path_factory: pytest.TempPathFactory) -> CohortStore:
    store = tmp_path_factory.mktemp("store")
    build(national_extracts, store)
    return CohortStore.open(store)


@pytest.fixture(scope="module")
def thames_valley(demonstration_store: Path) -> CohortStore:
    return CohortStore.open(demonstration_store)


def records(extracts: Path, table: str) -> list[Row]:
    return list(pq.read_table(extracts / "records" / f"{table}.parquet").to_pylist())


def fingerprints(extracts: Path) -> dict[str, str]:
    files = (path for path in sorted(extracts.rglob("*")) if path.is_file())
    return {path.relative_to(extracts).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def test_same_seed_gives_the_same_bytes(demonstration_files: Path, tmp_path: Path) -> None:
    synthesise(tmp_path, seed=1)
    assert fingerprints(tmp_path) == fingerprints(demonstration_files)


def test_the_truth_alone_is_that_of_the_files(demonstration_extracts: Path, tmp_path: Path) -> None:
    synthesise(tmp_path, seed=1, truth_only=True)
    assert fingerprints(tmp_path / "records") == fingerprints(demonstration_extracts / "records")


def test_another_seed_gives_other_lives(demonstration_extracts: Path, tmp_path: Path) -> None:
    synthesise(tmp_path, seed=2, truth_only=True)
    ours, theirs = fingerprints(tmp_path / "records"), fingerprints(demonstration_extracts / "records")
    assert ours.keys() == theirs.keys()
    assert {file for file in ours if ours[file] == theirs[file]} <= {"coverage.parquet", "term_dates.parquet"}


@pytest.mark.parametrize("table", RECORDS, ids=lambda table: table.name)
@pytest.mark.parametrize("partnership", ["demonstration_extracts", "national_extracts"])
def test_records_obey_the_schema(table: Table, partnership: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(partnership) / "records" / f"{table.name}.parquet"
    assert pq.read_schema(path).equals(table.arrow)
    held = pq.read_table(path).to_pylist()
    assert held, "a table without a row tests nothing"
    assert len({tuple(row[column] for column in table.key) for row in held}) == len(held)
    for column in table.columns:
        values = {row[column.name] for row in held}
        assert column.nullable or None not in values
        assert not column.codes or values - {None} <= set(column.codes)


@pytest.mark.parametrize("partnership", ["demonstration_extracts", "national_extracts"])
def test_every_record_is_of_a_linked_child(partnership: str, request: pytest.FixtureRequest) -> None:
    extracts = request.getfixturevalue(partnership)
    linked = {row["child_ref"] for row in records(extracts, "links")}
    for table in RECORDS:
        if any(column.name == "child_ref" for column in table.columns):
            assert {row["child_ref"] for row in records(extracts, table.name)} <= linked, table.name


@pytest.mark.parametrize("partnership", ["demonstration_extracts", "national_extracts"])
def test_a_reference_is_one_child_and_a_family_has_one_home(partnership: str, request: pytest.FixtureRequest) -> None:
    """References that chunks shared would merge two children into one."""
    born, homes = defaultdict(set), defaultdict(set)
    for link in records(request.getfixturevalue(partnership), "links"):
        born[link["child_ref"]].add((link["date_of_birth"], link["sex"]))
        homes[link["offender_ref"]].add((link["area_code"], link["district_code"]))
    assert {len(children) for children in born.values()} == {1}
    assert {len(places) for places in homes.values()} == {1}


def test_days_and_sessions_make_sense(demonstration_extracts: Path) -> None:
    for table in ("enrolments", "fsm_periods", "sen_stages", "care_episodes"):
        for row in records(demonstration_extracts, table):
            assert row["start_date"] <= (row["end_date"] or OBSERVED_TO) <= OBSERVED_TO
    assert all(
        0 <= row["sessions_absent"] <= row["sessions_possible"] <= 180 for row in records(demonstration_extracts, "sessions")
    )
    born = {row["child_ref"]: row["date_of_birth"] for row in records(demonstration_extracts, "links")}
    for table in ("enrolments", "fsm_periods", "sen_stages", "care_episodes"):
        assert all(born[row["child_ref"]] <= row["start_date"] for row in records(demonstration_extracts, table)), table
    assert all(row["date"] <= OBSERVED_TO for row in records(demonstration_extracts, "care_contacts"))


def test_no_true_record_is_rejected(national: CohortStore) -> None:
    assert not national.manifest.rejected


def test_authorities_supply_different_things(demonstration_extracts: Path) -> None:
    """One without receipt of meals, one without social care, one that begins late, one whose last term is missing."""
    spans = {
        (row["area_code"], row["source"]): (row["first_date"], row["last_date"])
        for row in records(demonstration_extracts, "coverage")
    }
    areas = {area for area, _ in spans}
    assert len(areas) == 9
    assert {area for area in areas if (area, "meals") not in spans} == {SLOUGH}
    assert {area for area in areas if (area, "social_care") not in spans} == {WOKINGHAM}
    assert {area for area in areas if spans[area, "school_census"][0] > OBSERVED_FROM} == {BRACKNELL_FOREST}
    assert {area for area in areas if spans[area, "school_census"][1] < OBSERVED_TO} == {WINDSOR}


def test_no_record_lies_outside_what_was_supplied(demonstration_extracts: Path) -> None:
    spans = {
        (row["area_code"], row["source"]): (row["first_date"], row["last_date"])
        for row in records(demonstration_extracts, "coverage")
    }
    home = {row["child_ref"]: row["area_code"] for row in records(demonstration_extracts, "links")}
    nothing = (date.max, date.min)
    dated = (
        ("meals", "census_date", "meals"),
        ("suspensions", "start_date", "school_census"),
        ("care_contacts", "date", "social_care"),
    )
    for table, column, source in dated:
        for row in records(demonstration_extracts, table):
            first, last = spans.get((home[row["child_ref"]], source), nothing)
            assert first <= row[column] <= last, table
    assert WOKINGHAM not in {home[row["child_ref"]] for row in records(demonstration_extracts, "care_episodes")}


def test_partnership_says_that_it_is_fake(demonstration_extracts: Path, national_extracts: Path) -> None:
    said = json.loads((demonstration_extracts / "partnership.json").read_text(encoding="utf-8"))
    assert (said["name"], said["synthetic"], said["seed"], said["programme_start"]) == ("Thames Valley", True, 1, "2021-11-01")
    assert said["pseudonym_key"]
    assert json.loads((national_extracts / "partnership.json").read_text(encoding="utf-8"))["name"] == "England"


def test_national_partnership_has_every_authority_and_exactly_so_many_children(national: CohortStore) -> None:
    areas = pq.read_table(national.path("children"), columns=["area_code"])["area_code"].unique().to_pylist()
    assert national.manifest.rows["children"] == NATIONAL_CHILDREN
    assert len(areas) == 153


def test_one_child_is_a_partnership_too(tmp_path: Path) -> None:
    assert synthesise(tmp_path / "extracts", children=1, truth_only=True) == 1
    build(tmp_path / "extracts", tmp_path / "store")
    assert CohortStore.open(tmp_path / "store").manifest.rows["children"] == 1


def test_progress_goes_from_nothing_to_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "CHUNK", 100)
    told: list[tuple[int, int]] = []
    synthesise(tmp_path, children=250, truth_only=True, progress=lambda what, done, total: told.append((done, total)))
    assert told == [(0, 250), (100, 250), (200, 250), (250, 250)]


def test_no_children_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="at least 1"):
        synthesise(tmp_path, children=0)


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synthesise(tmp_path, children=50, truth_only=True)
    before = fingerprints(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(RecordsWriter, "write", full)
    with pytest.raises(DataError, match="full"):
        synthesise(tmp_path, children=60, truth_only=True)
    assert fingerprints(tmp_path) == before


def test_new_lives_replace_the_old(tmp_path: Path) -> None:
    synthesise(tmp_path, children=50, truth_only=True)
    synthesise(tmp_path, children=60, truth_only=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["partnership.json", "records"]
    assert len({row["child_ref"] for row in records(tmp_path, "links")}) >= 60
