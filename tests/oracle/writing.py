"""Rows as files: a cohort store, or a partnership's extracts, that the production code can read."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.cohort import Linkage, Manifest
from data.schema import RECORDS, SCHEMA_VERSION, STORE
from tests.oracle.cohort import Cohort, Row, assemble
from tests.oracle.dates import PROGRAMME_START
from tests.strategies import StoreRows, Tables

REGISTERS = {"education": "matched_education", "social_care": "matched_social_care"}


def cohort_of(rows: StoreRows) -> Cohort:
    """The rows as the oracle's cohort."""
    return assemble(rows.tables, rows.observed_to)


def write_store(rows: StoreRows, root: Path) -> Path:
    """A synthetic cohort store of these rows under `root`."""
    version = root / "v1"
    version.mkdir(parents=True)
    for table in STORE:
        pq.write_table(pa.Table.from_pylist(rows.tables[table.name], table.arrow), version / f"{table.name}.parquet")
    (version / "manifest.json").write_text(manifest(rows).to_json(), encoding="utf-8")
    (root / "CURRENT").write_text("v1\n", encoding="ascii")
    for place in (root, *root.rglob("*")):
        place.chmod(0o700 if place.is_dir() else 0o600)
    return root


def manifest(rows: StoreRows) -> Manifest:
    """What a build of these rows would have said."""
    return Manifest(
        version="v1",
        built_at="2025-08-01T00:00:00+00:00",
        schema_version=SCHEMA_VERSION,
        synthetic=True,
        partnership="Thames Valley",
        programme_start=PROGRAMME_START,
        rows={name: len(table) for name, table in rows.tables.items()},
        files={},
        inputs={},
        observed_to=rows.observed_to,
        supplied_from={source: dict.fromkeys(areas, date(2017, 9, 1)) for source, areas in rows.observed_to.items()},
        definitions={},
        rejected=(),
        linkage={register: linkage(rows.tables["children"], column) for register, column in REGISTERS.items()},
        code_version="test",
    )


def linkage(children: list[Row], column: str) -> dict[str, Linkage]:
    """By area, how many children there are and how many were found in a register."""
    areas = [(area, row[column]) for row in children for area in ("all", row["area_code"])]
    total, matched = Counter(area for area, _ in areas), Counter(area for area, found in areas if found)
    return {area: Linkage(total[area], matched[area]) for area in total}


def write_extracts(records: Tables, root: Path) -> Path:
    """The extracts of a synthetic partnership under `root`."""
    (root / "records").mkdir(parents=True)
    for table in RECORDS:
        pq.write_table(pa.Table.from_pylist(records[table.name], table.arrow), root / "records" / f"{table.name}.parquet")
    partnership = {
        "name": "Thames Valley",
        "synthetic": True,
        "seed": 1,
        "programme_start": PROGRAMME_START.isoformat(),
        "pseudonym_key": "for tests alone",
    }
    (root / "partnership.json").write_text(json.dumps(partnership), encoding="utf-8")
    return root


def read_extracts(root: Path) -> Tables:
    """The records of extracts, as rows."""
    return {table.name: pq.read_table(root / "records" / f"{table.name}.parquet").to_pylist() for table in RECORDS}
