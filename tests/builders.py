"""A cohort store, or a folder of records, from the few rows a test wants to show; the rest is filled with defaults.

The store goes through the same writer, manifest and verification as a real one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data import calendar, private, schema, versions
from data.build import storage
from data.cohort import CohortStore, Linkage, Manifest
from data.schema import RECORDS, STORE, WINDOWS, Table
from tests.oracle.journey import derived, months_between

Row = Mapping[str, Any]

PROGRAMME_START = date(2021, 11, 1)
OBSERVED_TO = date(2025, 7, 31)
OXFORDSHIRE, OXFORD, CHERWELL = "E10000025", "E07000178", "E07000177"
READING, SLOUGH, MILTON_KEYNES = "E06000038", "E06000039", "E06000042"
KEY = "a key for tests, which guards nothing"


def write_store(
    path: Path,
    children: Sequence[Row],
    school_terms: Iterable[Row] = (),
    care_windows: Iterable[Row] = (),
    support: Iterable[Row] = (),
    *,
    synthetic: bool = True,
    partnership: str = "Thames Valley",
    observed_to: date = OBSERVED_TO,
    supplied: Mapping[str, Iterable[str]] | None = None,
    said: Mapping[str, Any] | None = None,
) -> CohortStore:
    """Write a store under `path` and open it.

    A row of `children` needs a `child_id`; a row of the others a `child_id` and its relative term or window. Every child
    gets all 21 terms, observed with no flag true and nothing known of sessions and meals, and all 7 windows, observed with
    nothing open, but where nobody can be observed: after `observed_to`, at an age of no school, in an area that supplied
    nothing. A row given replaces the columns it names. `supplied` names the areas that supplied each source; without it,
    every area of a child supplied every source. `said` is what the manifest says instead, by field.
    """
    whole = {
        "children": [_child(row) for row in children],
        "school_terms": [],
        "care_windows": [],
        "support": [],
    }
    whole["children"].sort(key=lambda child: (child["area_code"], child["child_id"]))
    given_terms = {(row["child_id"], row["relative_term"]): row for row in school_terms}
    given_windows = {(row["child_id"], row["window"]): row for row in care_windows}
    given_support = {row["child_id"]: row for row in support}
    areas = sorted({child["area_code"] for child in whole["children"]})
    covered = {source: sorted((supplied or {}).get(source, areas if supplied is None else ())) for source in schema.SOURCES}
    until = {source: dict.fromkeys(named, observed_to) for source, named in covered.items()}
    for child in whole["children"]:
        name = child["child_id"]
        census, care = (until[source].get(child["area_code"]) for source in ("school_census", "social_care"))
        whole["school_terms"] += [_term(child, k, given_terms.pop((name, k), {}), census) for k in calendar.relative_terms()]
        windows = {code: _window(child, code, given_windows.pop((name, code), {}), care) for code in WINDOWS}
        whole["care_windows"] += windows.values()
        offers_to = until["support"].get(child["area_code"])
        whole["support"].append(_support(child, given_support.pop(name, None), windows["m0"], offers_to))
    assert not given_terms and not given_windows and not given_support, "every row is about a child of the store"
    manifest = Manifest(
        synthetic=synthetic,
        partnership=partnership,
        programme_start=PROGRAMME_START,
        observed_to={source: days for source, days in until.items() if days},
        supplied_from={source: {area: date(2017, 8, 1) for area in named} for source, named in covered.items() if named},
        linkage=_linkage(whole["children"]),
    )
    manifest = replace(manifest, **(said or {}))

    def write(directory: Path) -> str:
        with storage.writers(directory) as writers:
            for table in STORE:
                writers[table.name].append(pa.Table.from_pylist(whole[table.name], table.arrow))
        return storage.seal(directory, manifest)

    private.prepare_store(path)
    versions.publish(path, write, storage.intact, private=True)
    return CohortStore.open(path)


def write_records(path: Path, tables: Mapping[str, Sequence[Row]], *, partnership: Row | None = None) -> Path:
    """Write extracts under `path`: the tables of records named, from rows that name at least what a test shows; returns `path`.

    A link needs `child_ref` and `offender_ref`; coverage is Oxfordshire's, every source, 2017 to 31 July 2025, unless given.
    """
    (path / "records").mkdir(parents=True, exist_ok=True)
    said = {"name": "Thames Valley", "synthetic": True, "seed": 1, "programme_start": "2021-11-01", "pseudonym_key": KEY}
    (path / "partnership.json").write_text(json.dumps(said if partnership is None else partnership), encoding="utf-8")
    unknown = set(tables) - {table.name for table in RECORDS}
    assert not unknown, f"not tables of records: {unknown}"
    for table in RECORDS:
        rows = tables.get(table.name, _COVERED if table.name == "coverage" else ())
        pq.write_table(_records(table, rows), path / "records" / f"{table.name}.parquet")
    return path


_COVERED = [
    {"area_code": OXFORDSHIRE, "source": source, "first_date": date(2017, 8, 1), "last_date": OBSERVED_TO}
    for source in schema.SOURCES
]
_LINK = {
    "relationship": "father",
    "link_source": "prison",
    "link_date": date(2021, 11, 1),
    "date_of_birth": date(2014, 5, 10),
    "sex": "F",
    "area_code": OXFORDSHIRE,
    "district_code": None,
}
_DEFAULTS: dict[str, Row] = {
    "links": _LINK,
    "sessions": {"sessions_possible": 120, "sessions_absent": 0},
    "meals": {"received": True},
    "suspensions": {"category": "SUSP"},
    "offers": {"outcome": "pending"},
}


def _records(table: Table, rows: Sequence[Row]) -> pa.Table:
    nothing = dict.fromkeys(table.arrow.names)
    open_schema = pa.schema([field.with_nullable(True) for field in table.arrow])
    return pa.Table.from_pylist([nothing | dict(_DEFAULTS.get(table.name, {})) | dict(row) for row in rows], open_schema)


def _child(row: Row) -> dict[str, Any]:
    child = {
        "family_id": f"family of {row['child_id']}",
        "area_code": OXFORDSHIRE,
        "district_code": None,
        "sex": "F",
        "age_band": "5-11",
        "parent": "father",
        "imprisonment_month": date(2022, 10, 1),
        "event_in_holiday": False,
        "link_source": "prison",
        "matched_education": True,
        "matched_social_care": True,
        "later_imprisonments": 0,
    } | dict(row)
    child = {"recognised_month": child["imprisonment_month"]} | child
    return {"wait_recognised_months": months_between(child["imprisonment_month"], child["recognised_month"])} | child


def _status(last_day: date, observed_to: date | None) -> str:
    """What can be said of a term or window that ends then, where the area supplied to that day, or (null) nothing."""
    if observed_to is None:
        return "not_supplied"
    return "not_reached" if last_day > observed_to else "observed"


def _term(child: Row, relative_term: int, given: Row, observed_to: date | None) -> dict[str, Any]:
    term = calendar.relative(calendar.term_of(child["imprisonment_month"]), relative_term)
    possible = calendar.could_be_school_age(child["age_band"], relative_term)
    row: dict[str, Any] = {
        "child_id": child["child_id"],
        "relative_term": relative_term,
        "academic_year": term.academic_year,
        "term": term.name,
        "status": _status(term.last_day, observed_to) if possible else "out_of_age",
        "phase": "secondary" if child["age_band"] == "12-17" else "primary",
    } | dict(given)
    row["in_scope"] = row["status"] == "observed"
    if row["in_scope"]:
        row = dict.fromkeys(("fsm_eligible", "sen_support", "ehcp", "suspended"), False) | row
    if row.get("sessions_possible"):
        possible, absent = row["sessions_possible"], row.setdefault("sessions_absent", 0)
        row["attended_ppm"] = (2 * 1_000_000 * (possible - absent) + possible) // (2 * possible)
    return row


def _window(child: Row, window: str, given: Row, observed_to: date | None) -> dict[str, Any]:
    status = _status(calendar.window_days(child["imprisonment_month"], window)[1], observed_to)
    row: dict[str, Any] = {"child_id": child["child_id"], "window": window, "status": status} | dict(given)
    if row["status"] == "observed":
        quiet = {"mash_contact": False, "mash_referral": False, "early_help": False, "statutory_level": "none"}
        row = quiet | row
    return row


def _support(child: Row, given: Row | None, month_0: Row, observed_to: date | None) -> dict[str, Any]:
    """As given, with what a build derives from it; what a test says of those columns stands."""
    told = {"suitable": None, "outcome": "pending"} | dict(given or {})
    added = derived(dict(child), None if given is None else told, dict(month_0), observed_to)
    return {"child_id": child["child_id"]} | added | told


def _linkage(children: Sequence[Row]) -> dict[str, dict[str, Linkage]]:
    registers = {"education": "matched_education", "social_care": "matched_social_care"}
    areas = {"all": list(children)}
    for child in children:
        areas.setdefault(child["area_code"], []).append(child)
    return {
        register: {area: Linkage(len(found), sum(child[flag] for child in found)) for area, found in areas.items()}
        for register, flag in registers.items()
    }
