"""Defends against figures from a store that is not whole, not ours to read, or not what it says."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.cohort import CohortStore, Linkage, Manifest
from data.errors import DataError
from data.schema import SCHEMA_VERSION, STORE
from tests.builders import OXFORDSHIRE, READING, write_store


@pytest.fixture
def store(tmp_path: Path) -> CohortStore:
    return write_store(
        tmp_path / "store", [{"child_id": "ann"}, {"child_id": "bob", "area_code": READING, "matched_education": False}]
    )


def change(store: CohortStore, **values: Any) -> None:
    path = store.directory / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def refusal(store: CohortStore) -> str:
    with pytest.raises(DataError) as refused:
        CohortStore.open(store.directory.parent)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_store_has_every_term_window_and_journey_of_every_child(store: CohortStore) -> None:
    assert store.manifest.rows == {"children": 2, "school_terms": 2 * 21, "care_windows": 2 * 7, "support": 2}
    with closing(store.connect()) as engine:
        for table in STORE:
            (counted,) = engine.fetch(f"SELECT COUNT(*) AS found FROM {table.name}").to_pylist()
            assert counted == {"found": store.manifest.rows[table.name]}
    assert not list(store.directory.glob("*.tmp"))


def test_a_manifest_says_what_was_supplied_and_linked(store: CohortStore) -> None:
    manifest = store.manifest
    assert manifest.last_observed("school_census") == date(2025, 7, 31)
    assert manifest.last_observed("nothing") is None
    assert manifest.linkage["education"] == {"all": Linkage(2, 1), OXFORDSHIRE: Linkage(1, 1), READING: Linkage(1, 0)}
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_a_source_nobody_supplied_has_no_entry(tmp_path: Path) -> None:
    store = write_store(tmp_path, [{"child_id": "ann"}], supplied={"school_census": [OXFORDSHIRE]})
    assert set(store.manifest.observed_to) == {"school_census"}


def test_each_connection_is_its_own(store: CohortStore) -> None:
    one, other = store.connect(), store.connect()
    one.define("mine", "SELECT 1 AS found")
    with pytest.raises(Exception, match="mine"):
        other.fetch("SELECT * FROM mine")


def test_a_store_that_is_not_there_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no cohort store at .*nowhere: make one with `python -m data build`"):
        CohortStore.open(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("schema_version", "sentence"), [(SCHEMA_VERSION + 1, "newer schema 2.*upgrade this program"), (0, "older schema 0")]
)
def test_another_schema_is_refused(store: CohortStore, schema_version: int, sentence: str) -> None:
    change(store, schema_version=schema_version, something_new=1)
    with pytest.raises(DataError, match=sentence):
        CohortStore.open(store.directory.parent)


def test_a_store_without_a_manifest_was_not_finished(store: CohortStore) -> None:
    (store.directory / "manifest.json").unlink()
    assert "was not finished" in refusal(store)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "{}", '{"schema_version": 1}', '{"schema_version": 1, "rows": 3}', '{"schema_version": null}'),
        *("[" * 100_000, '{"schema_version": Infinity}'),
    ],
)
def test_a_manifest_that_is_not_one_is_damaged(store: CohortStore, text: str) -> None:
    (store.directory / "manifest.json").write_text(text)
    assert "manifest.json is damaged: make it again" in refusal(store)


@pytest.mark.parametrize("values", [{"version": ""}, {"programme_start": "soon"}, {"rows": {"children": 2}}, {"rejected": [1]}])
def test_a_manifest_with_a_part_missing_is_damaged(store: CohortStore, values: dict[str, Any]) -> None:
    change(store, **values)
    assert "manifest.json is damaged: make it again" in refusal(store)


def test_a_manifest_that_is_not_text_is_damaged(store: CohortStore) -> None:
    (store.directory / "manifest.json").write_bytes(b"\xff\xfe\x00")
    assert "manifest.json is damaged" in refusal(store)


def test_a_missing_table_is_named(store: CohortStore) -> None:
    store.path("support").unlink()
    assert "support.parquet is missing, so the cohort store is not whole" in refusal(store)


def test_a_truncated_table_is_damaged(store: CohortStore) -> None:
    path = store.path("school_terms")
    path.write_bytes(path.read_bytes()[:-20])
    assert "school_terms.parquet is damaged" in refusal(store)


def test_a_table_with_rows_missing_is_refused(store: CohortStore) -> None:
    path = store.path("children")
    pq.write_table(pq.read_table(path).slice(0, 1), path)
    assert "children.parquet holds 1 rows where the manifest says 2" in refusal(store)


def test_a_table_with_another_type_is_refused(store: CohortStore) -> None:
    path = store.path("children")
    table = pq.read_table(path)
    place = table.schema.get_field_index("later_imprisonments")
    pq.write_table(table.set_column(place, "later_imprisonments", table["later_imprisonments"].cast(pa.float64())), path)
    assert "children.parquet has no column later_imprisonments of type int16" in refusal(store)


def test_a_table_with_a_column_twice_is_refused(store: CohortStore) -> None:
    path = store.path("children")
    table = pq.read_table(path)
    pq.write_table(table.append_column("sex", table["sex"]), path)
    assert "children.parquet has more than one column sex" in refusal(store)


def test_more_columns_than_the_schema_names_are_welcome(store: CohortStore) -> None:
    path = store.path("children")
    table = pq.read_table(path)
    pq.write_table(table.append_column("shoe_size", pa.array([3, 4])), path)
    assert CohortStore.open(store.directory.parent).manifest == store.manifest
