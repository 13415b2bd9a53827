"""Ann, whose dad was imprisoned on 5 October 2022: her records, and what a build of them says of her."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from data.build import build
from data.build.recognise import pseudonym
from data.cohort import CohortStore
from tests.builders import KEY, OXFORDSHIRE, write_records

Row = dict[str, Any]

DAD = {"offender_ref": "dad", "reception_date": date(2022, 10, 5)}
ANN = {"child_ref": "ann", "offender_ref": "dad", "date_of_birth": date(2014, 5, 10)}
AT_SCHOOL: dict[str, list[Row]] = {
    "receptions": [DAD],
    "links": [ANN],
    "matches": [{"child_ref": "ann", "register": "education"}, {"child_ref": "ann", "register": "social_care"}],
    "enrolments": [{"child_ref": "ann", "start_date": date(2018, 9, 1)}],
}


def derived(tmp_path: Path, **tables: list[Row]) -> CohortStore:
    """The store of a child who is at school and known to both registers, but for the tables given."""
    extracts = write_records(tmp_path / "extracts", AT_SCHOOL | tables)
    build(extracts, tmp_path / "store")
    return CohortStore.open(tmp_path / "store")


def rows(store: CohortStore, table: str, ref: str = "ann") -> list[Row]:
    found: list[Row] = pq.read_table(store.path(table)).to_pylist()
    return [row for row in found if row["child_id"] == pseudonym(KEY, "child", ref)]


def child(store: CohortStore, ref: str = "ann") -> Row:
    (found,) = rows(store, "children", ref)
    return found


def terms(store: CohortStore, column: str, ref: str = "ann") -> dict[int, Any]:
    return {row["relative_term"]: row[column] for row in rows(store, "school_terms", ref)}


def windows(store: CohortStore, column: str, ref: str = "ann") -> dict[str, Any]:
    return {row["window"]: row[column] for row in rows(store, "care_windows", ref)}


def coverage(last_date: date, first_date: date = date(2017, 8, 1), source: str = "school_census", area: str = OXFORDSHIRE) -> Row:
    return {"area_code": area, "source": source, "first_date": first_date, "last_date": last_date}
