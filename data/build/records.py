"""The rules that rows of records keep, whoever wrote them: which rows are left out, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data import reference
from data.cohort import Rejection
from data.errors import DataError
from data.schema import Column, Table

PREPARED = "records"
"""The folder of prepared records: one Parquet file a table."""

_SCHOOL_YEARS = tuple(f"{year}{(year + 1) % 100:02d}" for year in range(1990, 2100))
_ORDERED_DAYS = (("start_date", "end_date"), ("first_date", "last_date"))


@dataclass(frozen=True)
class Fault:
    """A rule a row may break: the SQL condition that is true of such a row, and the reason it is counted under."""

    reason: str
    condition: str


def faults(table: Table) -> tuple[Fault, ...]:
    """The rules of a table, in the order they are tried; a row counts under the first it breaks."""
    return tuple([fault for column in table.columns for fault in _column_faults(column)] + list(_row_faults(table)))


def _column_faults(column: Column) -> Iterator[Fault]:
    if not column.nullable:
        empty = f" OR {column.name} = ''" if column.type == pa.string() else ""
        yield Fault(f"{column.name} is missing", f"{column.name} IS NULL{empty}")
    if column.codes:
        yield Fault(f"{column.name} is not one of {', '.join(column.codes)}", f"{column.name} NOT IN {_list(column.codes)}")
    if column.type == pa.int16():
        yield Fault(f"{column.name} is below 0 or above 32,767", f"{column.name} NOT BETWEEN 0 AND 32767")
    if column.name == "area_code":
        authorities = tuple(area.code for area in reference.areas().values() if area.kind == "authority")
        yield Fault("area_code is not an authority of England", f"area_code NOT IN {_list(authorities)}")
    if column.name == "academic_year":
        yield Fault("academic_year is not six digits such as 202324", f"academic_year NOT IN {_list(_SCHOOL_YEARS)}")


def _row_faults(table: Table) -> Iterator[Fault]:
    names = {column.name for column in table.columns}
    for first, last in _ORDERED_DAYS:
        if {first, last} <= names:
            yield Fault(f"{last} is before {first}", f"{last} < {first}")
    if "sessions_absent" in names:
        yield Fault("more sessions absent than possible", "sessions_absent > sessions_possible")


def _list(values: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def accept(connection: duckdb.DuckDBPyConnection, table: Table, file: str) -> list[Rejection]:
    """Create a view `accepted_<table>` of the supplied rows that break no rule; how many broke which, put down to `file`."""
    cases = "\n".join(f"    WHEN {fault.condition} THEN {number}" for number, fault in enumerate(faults(table)))
    broken = f"CASE\n{cases}\n    ELSE -1\nEND"
    columns = ",\n    ".join(f"CAST({column.name} AS {_SQL_TYPES[column.type]}) AS {column.name}" for column in table.columns)
    connection.execute(
        f"CREATE VIEW accepted_{table.name} AS\nSELECT\n    {columns}\nFROM supplied_{table.name}\nWHERE {broken} = -1"
    )
    counts = connection.execute(
        f"SELECT broken, COUNT(*) FROM (SELECT {broken} AS broken FROM supplied_{table.name}) AS judged\n"
        "WHERE broken >= 0 GROUP BY broken ORDER BY broken"
    ).fetchall()
    return [Rejection(file, faults(table)[number].reason, rows) for number, rows in counts]


_SQL_TYPES = {pa.string(): "VARCHAR", pa.date32(): "DATE", pa.bool_(): "BOOLEAN", pa.int16(): "SMALLINT"}


def check_columns(path: Path, table: Table) -> None:
    """Refuse a Parquet file that is not whole or has not the columns of its table; `DataError` says which."""
    try:
        found = pq.read_schema(path)
    except FileNotFoundError:
        raise DataError(f"{path} is missing: supply it, with no rows if there is nothing to say ({table.grain}).") from None
    except PermissionError:
        raise DataError(f"{path} may not be read: check who owns it.") from None
    except (OSError, pa.ArrowException):
        raise DataError(f"{path} is not a whole Parquet file: supply it again.") from None
    for column in table.columns:
        if column.name not in found.names:
            raise DataError(f"{path} has no column {column.name} ({column.meaning}): supply it with that column.")
        if found.names.count(column.name) > 1:
            raise DataError(f"{path} has more than one column {column.name}: leave the one that is meant.")
        if not _is_kind(found.field(column.name).type, column.type):
            raise DataError(
                f"{path} has {found.field(column.name).type} in {column.name} where {column.type} belongs: supply it so."
            )


def _is_kind(found: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if wanted == pa.string():
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found))
    if pa.types.is_integer(wanted):
        return bool(pa.types.is_integer(found))
    return bool(found == wanted)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
