"""Counts about the data, under the same protection as the figures: who was found in which register, which rows were used.

Topics: `matched`, children found (`count`) of those recognised whose area supplied the register (`n`), by area and one age
band or sex. Rows are added up by area and kind of file, for there may be thousands of files: `rows_read`; `rows_used` of
those read; `rows_rejected` of those read, by reason. `file` is the register or the kind of file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from data.cohort import CohortStore, Manifest
from data.schema import RECORDS
from metrics.filters import ALL
from metrics.indicator import Indicator, Proportion, Whole
from metrics.lattice import Lattice
from metrics.tabulate import tabulate

REGISTERS = {"education": "school_census", "social_care": "social_care"}
"""The extract each register comes from."""

MATCHED, ROWS_READ, ROWS_USED, ROWS_REJECTED = "matched", "rows_read", "rows_used", "rows_rejected"

ANOTHER_FILE = "another file"
"""The kind of a file of which none is known."""
_TABLES = frozenset(table.name for table in RECORDS)

Pile = tuple[str, str]
"""A kind of file and an area: what rows are added up by."""

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("topic", "file", "area_code", "breakdown", "reason")]
    + [("n", pa.int64()), ("count", pa.int64())]
)


def tabulate_quality(store: CohortStore, lattice: Lattice) -> pa.Table:
    """One row a count, unprotected; `breakdown` is an age band, a sex or `all`, `reason` null where there is none."""
    rows = [*_matched(store, lattice), *_rows_of_files(store.manifest)]
    rows.sort(key=lambda row: tuple(row.get(name) or "" for name in SCHEMA.names[:5]))
    return pa.Table.from_pylist(rows, SCHEMA)


def _matched(store: CohortStore, lattice: Lattice) -> Iterator[dict[str, Any]]:
    found = [
        Indicator(
            id=register,
            title=f"Found in the {register} register",
            table="children",
            measure=Proportion(f"matched_{register}", _supplied(store.manifest, source)),
            time=Whole(),
            definition="Children of whom a record was found in the register, of those whose area supplied it.",
        )
        for register, source in REGISTERS.items()
    ]
    for cell in tabulate(store, lattice, found).to_pylist():
        breakdowns = [cell[name] for name in ("age_band", "sex") if cell[name] != ALL]
        if cell["period"] == ALL and len(breakdowns) <= 1:
            yield {
                "topic": MATCHED,
                "file": cell["indicator"],
                "area_code": cell["area_code"],
                "breakdown": next(iter(breakdowns), ALL),
                "n": cell["n"],
                "count": cell["count"],
            }


def _supplied(manifest: Manifest, source: str) -> str:
    """The predicate of children whose area supplied the source: the others cannot have been found in it."""
    areas = ", ".join(f"'{area}'" for area in sorted(manifest.observed_to.get(source, {})))
    return f"area_code IN ({areas})" if areas else "FALSE"


def _rows_of_files(manifest: Manifest) -> Iterator[dict[str, Any]]:
    read, used = Counter[Pile](), Counter[Pile]()
    rejected, left_out = Counter[tuple[Pile, str]](), Counter[str]()
    for rejection in manifest.rejected:
        rejected[_pile(manifest, rejection.file), rejection.reason] += rejection.rows
        left_out[rejection.file] += rejection.rows
    for file, one in manifest.inputs.items():
        if one.rows is not None:
            read[_pile(manifest, file)] += one.rows
            used[_pile(manifest, file)] += max(0, one.rows - left_out[file]) if one.used is None else one.used
    for pile, rows in read.items():
        yield _row(ROWS_READ, pile, rows, rows)
        yield _row(ROWS_USED, pile, rows, used[pile])
    for (pile, reason), rows in rejected.items():
        yield _row(ROWS_REJECTED, pile, max(rows, read[pile]), rows) | {"reason": reason}


def _pile(manifest: Manifest, file: str) -> Pile:
    """The kind of a file, or the table of records a row was put down to, and its area; never a file's name, perhaps a child's."""
    one = manifest.inputs.get(file)
    kind = (one.kind if one else "") or (file if file in _TABLES else ANOTHER_FILE)
    return kind, one.area_code if one else ALL


def _row(topic: str, pile: Pile, read: int, count: int) -> dict[str, Any]:
    kind, area = pile
    return {"topic": topic, "file": kind, "area_code": area, "breakdown": ALL, "n": read, "count": count}
