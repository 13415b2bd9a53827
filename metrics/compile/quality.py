"""Counts about the data, under the same protection as the figures: who was found in which register, which rows were used.

Topics: `matched`, children found (`count`) of those recognised whose area supplied the register (`n`), by area and one age
band or sex;
`rows_used`, rows of a file used of those read; `rows_rejected`, rows of a file left out or mended, by reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from data.cohort import CohortStore, Manifest
from metrics.filters import ALL
from metrics.indicator import Indicator, Proportion, Whole
from metrics.lattice import Lattice
from metrics.tabulate import tabulate

REGISTERS = {"education": "school_census", "social_care": "social_care"}
"""The extract each register comes from."""

MATCHED, ROWS_USED, ROWS_REJECTED = "matched", "rows_used", "rows_rejected"

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
    whole = {"area_code": ALL, "breakdown": ALL}
    rejected = Counter[str]()
    for rejection in manifest.rejected:
        rejected[rejection.file] += rejection.rows
    for file, one in manifest.inputs.items():
        if one.rows is not None:
            yield whole | {"topic": ROWS_USED, "file": file, "n": one.rows, "count": max(0, one.rows - rejected[file])}
    for rejection in manifest.rejected:
        read = manifest.inputs[rejection.file].rows if rejection.file in manifest.inputs else None
        yield whole | {
            "topic": ROWS_REJECTED,
            "file": rejection.file,
            "reason": rejection.reason,
            "n": read or rejection.rows,
            "count": rejection.rows,
        }
