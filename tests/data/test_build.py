"""Defends against a store that keeps bad rows, differs from run to run, or can be traced to a child."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.build import build, check
from data.build.recognise import pseudonym
from data.cohort import CohortStore, Linkage, Rejection
from data.errors import DataError
from data.schema import RECORDS, SOURCES, STORE
from tests.builders import KEY, OXFORD, OXFORDSHIRE, READING, SLOUGH, write_records
from tests.data.ann import ANN, AT_SCHOOL, DAD, Row, derived, terms


@pytest.mark.parametrize(
    ("tables", "file", "reason"),
    [
        ({"links": [ANN, ANN | {"child_ref": "bob", "sex": "X"}]}, "links", "sex is not one of F, M, U"),
        ({"links": [ANN, ANN | {"child_ref": None}]}, "links", "child_ref is missing"),
        ({"links": [ANN, ANN | {"child_ref": ""}]}, "links", "child_ref is missing"),
        (
            {"links": [ANN, ANN | {"child_ref": "bob", "area_code": "E99999999"}]},
            "links",
            "area_code is not an authority of England",
        ),
        ({"links": [ANN, ANN | {"child_ref": "bob", "area_code": OXFORD}]}, "links", "area_code is not an authority of England"),
        ({"links": [ANN, ANN | {"link_date": date(2022, 1, 1)}]}, "links", "repeats the child_ref, offender_ref of another row"),
        ({"receptions": [DAD, DAD]}, "receptions", "repeats the offender_ref, reception_date of another row"),
        (
            {"enrolments": [{"child_ref": "ann", "start_date": date(2022, 9, 1), "end_date": date(2022, 8, 31)}]},
            "enrolments",
            "end_date is before start_date",
        ),
        (
            {"sessions": [{"child_ref": "ann", "academic_year": "202223", "term": "Autumn", "sessions_absent": 121}]},
            "sessions",
            "more sessions absent than possible",
        ),
        (
            {"sessions": [{"child_ref": "ann", "academic_year": "202223", "term": "Autumn", "sessions_absent": -1}]},
            "sessions",
            "sessions_absent is below 0 or above 32,767",
        ),
        (
            {"sessions": [{"child_ref": "ann", "academic_year": "2022/3", "term": "Autumn"}]},
            "sessions",
            "academic_year is not six digits such as 202324",
        ),
        (
            {"meals": [{"child_ref": "ann", "census_date": date(2022, 10, 6), "received": r} for r in (True, False)]},
            "meals",
            "repeats the child_ref, census_date of another row",
        ),
        (
            {"sen_stages": [{"child_ref": "ann", "stage": "A", "start_date": date(2022, 1, 1)}]},
            "sen_stages",
            "stage is not one of K, E",
        ),
    ],
)
def test_a_row_that_breaks_a_rule_is_left_out_and_counted(
    tmp_path: Path, tables: dict[str, list[Row]], file: str, reason: str
) -> None:
    store = derived(tmp_path, **tables)
    expected = (Rejection(f"records/{file}.parquet", reason, 1),)
    assert store.manifest.rejected == expected
    assert check(tmp_path / "extracts").rejected == expected
    assert store.manifest.rows["children"] == 1


def test_of_rows_with_one_key_the_same_is_kept_whatever_their_order(tmp_path: Path) -> None:
    session = {"child_ref": "ann", "academic_year": "202223", "term": "Autumn"}
    both = [session | {"sessions_absent": 30}, session | {"sessions_absent": 20}]
    for place, order in enumerate((both, both[::-1])):
        assert terms(derived(tmp_path / str(place), sessions=order), "sessions_absent")[0] == 20


def test_the_manifest_says_what_was_read_linked_and_covered(tmp_path: Path) -> None:
    manifest = derived(tmp_path, links=[ANN, ANN | {"child_ref": "bob", "area_code": READING}]).manifest
    assert manifest.synthetic
    assert (manifest.partnership, manifest.programme_start) == ("Thames Valley", date(2021, 11, 1))
    assert set(manifest.inputs) == {"partnership.json", *(f"records/{table.name}.parquet" for table in RECORDS)}
    assert (manifest.inputs["records/links.parquet"].rows, manifest.inputs["partnership.json"].rows) == (2, None)
    assert manifest.linkage["education"] == {"all": Linkage(2, 1), OXFORDSHIRE: Linkage(1, 1), READING: Linkage(1, 0)}
    assert manifest.observed_to == {source: {OXFORDSHIRE: date(2025, 7, 31)} for source in SOURCES}


def test_children_lie_by_area_and_every_table_in_their_order(tmp_path: Path) -> None:
    refs = [f"child {number}" for number in range(40)]
    links = [ANN | {"child_ref": ref, "area_code": (READING, SLOUGH, OXFORDSHIRE)[len(ref + ref[-1]) % 3]} for ref in refs]
    store = derived(tmp_path, links=links)
    children = pq.read_table(store.path("children")).to_pylist()
    order = [one["child_id"] for one in children]
    assert [(one["area_code"], one["child_id"]) for one in children] == sorted((c["area_code"], c["child_id"]) for c in children)
    for table, size in (("school_terms", 21), ("care_windows", 7), ("support", 1)):
        assert pq.read_table(store.path(table))["child_id"].to_pylist() == [ref for ref in order for _ in range(size)]


def test_chunks_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    links = [ANN | {"child_ref": f"child {number}"} for number in range(5)]
    matches = [{"child_ref": f"child {number}", "register": "social_care"} for number in range(0, 5, 2)]
    whole = derived(tmp_path / "whole", links=links, matches=matches)
    assert_same_bytes(whole, _in_chunks(monkeypatch, 2, tmp_path / "parts", links, matches))
    monkeypatch.setattr("data.build.storage.ROW_GROUP_ROWS", 10)
    groups = derived(tmp_path / "groups", links=links, matches=matches)
    assert_same_bytes(groups, _in_chunks(monkeypatch, 3, tmp_path / "groups in parts", links, matches))
    assert pq.read_metadata(groups.path("school_terms")).num_row_groups == 11  # of 5 × 21 rows


def _in_chunks(monkeypatch: pytest.MonkeyPatch, children: int, path: Path, links: list[Row], matches: list[Row]) -> CohortStore:
    with monkeypatch.context() as patched:
        patched.setattr("data.engine.duck.Duck.at_once", children)
        return derived(path, links=links, matches=matches)


def assert_same_bytes(one: CohortStore, other: CohortStore) -> None:
    assert one.manifest.version == other.manifest.version
    for table in STORE:
        assert one.path(table.name).read_bytes() == other.path(table.name).read_bytes(), table.name


def test_the_same_records_give_the_same_bytes_and_the_same_version(tmp_path: Path) -> None:
    links = [ANN | {"child_ref": f"child {number}"} for number in range(30)]
    one, other = derived(tmp_path / "one", links=links), derived(tmp_path / "other", links=links)
    assert one.manifest.version == one.directory.name
    assert_same_bytes(one, other)


def test_another_fact_is_another_version(tmp_path: Path) -> None:
    before = derived(tmp_path).manifest.version
    assert derived(tmp_path, links=[ANN | {"sex": "M"}]).manifest.version != before
    assert len([path for path in (tmp_path / "store").iterdir() if path.is_dir()]) == 2


def test_a_pseudonym_needs_the_key_and_never_holds_the_reference(tmp_path: Path) -> None:
    store = derived(tmp_path)
    assert pseudonym("another key", "child", "ann") != pseudonym(KEY, "child", "ann") != pseudonym(KEY, "family", "ann")
    for path in store.directory.iterdir():
        content = path.read_bytes()
        assert b"2014-05-10" not in content
        assert KEY.encode() not in content
    assert set(pq.read_table(store.path("children")).column_names).isdisjoint({"child_ref", "date_of_birth", "offender_ref"})


REAL = {"name": "Thames Valley", "synthetic": False, "programme_start": "2021-11-01"}


def test_real_records_take_the_key_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "0123456789abcdef" * 4
    monkeypatch.setenv("COHORT_SECRET", secret)
    build(write_records(tmp_path / "extracts", AT_SCHOOL, partnership=REAL), tmp_path / "store")
    store = CohortStore.open(tmp_path / "store")
    assert not store.manifest.synthetic
    assert pq.read_table(store.path("children"))["child_id"].to_pylist() == [pseudonym(secret, "child", "ann")]


@pytest.mark.parametrize(
    ("partnership", "secret", "sentence"),
    [
        (REAL, "", "COHORT_SECRET must hold the key"),
        (REAL, "short", "COHORT_SECRET must hold the key of the pseudonyms, 32 characters or more"),
        (REAL | {"pseudonym_key": "k" * 40}, "k" * 40, "holds a pseudonym_key, which real extracts must not"),
        (REAL | {"synthetic": True}, "", "is marked synthetic but has no pseudonym_key"),
        (REAL | {"synthetic": "false"}, "k" * 40, "must say name, synthetic"),
        ({"name": "x"}, "k" * 40, "must say name, synthetic"),
        (REAL | {"programme_start": "November"}, "k" * 40, "must say name, synthetic"),
    ],
)
def test_extracts_that_do_not_say_whose_they_are_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, partnership: Row, secret: str, sentence: str
) -> None:
    monkeypatch.setenv("COHORT_SECRET", secret)
    extracts = write_records(tmp_path / "extracts", AT_SCHOOL, partnership=partnership)
    with pytest.raises(DataError, match=sentence) as refused:
        build(extracts, tmp_path / "store")
    assert not secret or secret not in str(refused.value)
    assert not (tmp_path / "store").exists()
