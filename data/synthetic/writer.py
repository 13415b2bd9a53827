"""Simulated lives as the partners' records: one Parquet file a table, written chunk by chunk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from data.schema import RECORDS, Table

Values: TypeAlias = "npt.NDArray[np.generic] | pa.Array"

_TABLES = {table.name: table for table in RECORDS}


class RecordsWriter:
    """Open files for every table of records; each `write` adds a row group."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        self.rows = dict.fromkeys(_TABLES, 0)
        self._writers = {
            name: pq.ParquetWriter(directory / f"{name}.parquet", table.arrow, compression="zstd")
            for name, table in _TABLES.items()
        }

    def __enter__(self) -> RecordsWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._writers.values():
            writer.close()

    def write(self, name: str, columns: Mapping[str, Values]) -> None:
        """Add rows; a column is an array of values or of days since 1970."""
        table = arrow_table(_TABLES[name], columns)
        self.rows[name] += table.num_rows
        if table.num_rows:
            self._writers[name].write_table(table)


def arrow_table(table: Table, columns: Mapping[str, Values]) -> pa.Table:
    """Rows of a table of records, typed as the schema says."""
    arrays = [_typed(columns[column.name], column.type) for column in table.columns]
    return pa.Table.from_arrays(arrays, schema=table.arrow)


def unless(values: npt.NDArray[np.generic], unknown: npt.NDArray[np.bool_], kind: pa.DataType) -> pa.Array:
    """The values, null where unknown."""
    return pa.array(values, mask=unknown).cast(kind)


def coded(codes: tuple[str, ...] | list[str | None], positions: npt.NDArray[np.integer]) -> pa.Array:
    """The code at each position."""
    return pa.array(codes, pa.string()).take(pa.array(positions))


def references(letter: str, numbers: npt.NDArray[np.integer]) -> pa.Array:
    """References as a source gives them: a letter and nine digits."""
    return spelt(numbers, [letter, *["0123456789"] * 9])


def spelt(numbers: npt.NDArray[np.integer], alphabets: Sequence[str]) -> pa.Array:
    """Each number as characters, the last alphabet turning fastest; numbers beyond the last spelling begin again."""
    rest = np.array(numbers, dtype=np.int64)
    characters = np.empty((rest.size, len(alphabets)), dtype=np.uint8)
    for place in range(len(alphabets) - 1, -1, -1):
        rest, position = np.divmod(rest, len(alphabets[place]))
        characters[:, place] = np.frombuffer(alphabets[place].encode("ascii"), dtype=np.uint8)[position]
    ends = np.arange(0, characters.size + 1, len(alphabets), dtype=np.int32)
    return pa.StringArray.from_buffers(rest.size, pa.py_buffer(ends.tobytes()), pa.py_buffer(characters.tobytes()))


def _typed(values: Values, kind: pa.DataType) -> pa.Array:
    array = values if isinstance(values, pa.Array) else pa.array(values)
    if array.type == kind:
        return array
    if pa.types.is_date32(kind):
        return array.cast(pa.int32()).cast(kind)
    return array.cast(kind)
