"""Comparators that a partner supplied, as a cohort store keeps them: `comparators.parquet` beside its tables.

One row a population, area and period of an indicator, with the columns of `data/reference/comparators.csv`; all published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data import versions
from data.errors import DataError
from data.reference import Comparator

FILE = "comparators.parquet"
ARROW = pa.schema([pa.field(one.name, pa.float64() if one.name == "value" else pa.string(), False) for one in fields(Comparator)])

Key = tuple[str, str, str, str]


def key(one: Comparator) -> Key:
    """What tells comparators apart: the indicator, the area, the population and the period."""
    return one.indicator, one.area_code, one.population, one.period


def to_table(rows: Iterable[Comparator]) -> pa.Table:
    """The rows in order of their keys, so that the same rows always give the same bytes."""
    return pa.Table.from_pylist([asdict(one) for one in sorted(rows, key=key)], ARROW)


def from_table(table: pa.Table) -> tuple[Comparator, ...]:
    """The rows of such a table; KeyError where a column is missing."""
    return tuple(Comparator(**row) for row in table.select(ARROW.names).to_pylist())


def write(directory: Path, rows: Iterable[Comparator]) -> None:
    """Write the comparators of a store into the directory of its version, for its owner alone like the rest of a store."""
    (directory / FILE).touch(mode=versions.FILE_OF_OWNER)
    pq.write_table(to_table(rows), directory / FILE, compression="zstd", store_schema=False)


def read(directory: Path) -> tuple[Comparator, ...]:
    """The comparators of the store in that directory; none where it was built without. `DataError` where the file is damaged."""
    path = directory / FILE
    try:
        return from_table(pq.read_table(path)) if path.exists() else ()
    except (OSError, KeyError, TypeError, pa.ArrowException):
        raise DataError(f"{path} is damaged: make it again with `python -m data build`.") from None


def merged(own: Iterable[Comparator], committed: Iterable[Comparator]) -> tuple[Comparator, ...]:
    """The committed comparators, each replaced by a partner's own where one has the same key, then those that are new."""
    by_key = {key(one): one for one in committed}
    return tuple((by_key | {key(one): one for one in own}).values())
