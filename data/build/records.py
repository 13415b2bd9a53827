"""The partners' records as the build reads them: what must be there, which rows are left out, and why.

Records are Parquet files, one a table of `data.schema.RECORDS`, in `records/` beside `partnership.json`. A file that is
missing or has not the right columns stops the build; a row that breaks a rule is left out and counted.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data import reference
from data.cohort import Input, Rejection
from data.errors import DataError
from data.progress import Progress
from data.schema import RECORDS, Column, Table

PARTNERSHIP = "partnership.json"
SECRET = "COHORT_SECRET"
SHORTEST_KEY = 32
"""Characters; a pseudonym made with a key that can be guessed can be undone."""

_SCHOOL_YEARS = tuple(f"{year}{(year + 1) % 100:02d}" for year in range(1990, 2100))
_ORDERED_DAYS = (("start_date", "end_date"), ("first_date", "last_date"))


@dataclass(frozen=True)
class Partnership:
    """Who supplied the extracts, from when, and the key of the pseudonyms."""

    name: str
    synthetic: bool
    programme_start: date
    key: str = field(repr=False)
    definitions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, extracts: Path) -> Partnership:
        """What `partnership.json` says; real extracts take the key from the environment alone."""
        path = extracts / PARTNERSHIP
        try:
            said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            name, synthetic = str(said["name"]), said["synthetic"]
            programme_start = date.fromisoformat(said["programme_start"])
            definitions = {str(area): str(text) for area, text in said.get("definitions", {}).items()}
            if not isinstance(synthetic, bool):
                raise TypeError
        except FileNotFoundError:
            raise DataError(
                f"{path} is missing: name the folder that holds {PARTNERSHIP} and records/ with --extracts."
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DataError(
                f"{path} must say name, synthetic (true or false) and programme_start (such as 2021-11-01): mend it."
            ) from None
        return cls(name, synthetic, programme_start, _key(path, synthetic, said.get("pseudonym_key")), definitions)


def _key(path: Path, synthetic: bool, written: object) -> str:
    if synthetic:
        if not isinstance(written, str) or not written:
            raise DataError(f"{path} is marked synthetic but has no pseudonym_key: add one, or synthesise the extracts again.")
        return written
    if written is not None:
        raise DataError(f"{path} holds a pseudonym_key, which real extracts must not: remove it and set {SECRET} instead.")
    secret = os.environ.get(SECRET, "")
    if len(secret) < SHORTEST_KEY:
        raise DataError(
            f"{SECRET} must hold the key of the pseudonyms, {SHORTEST_KEY} characters or more, because {path} is not marked "
            "synthetic: set it to the one this partnership keeps, or make one with `openssl rand -hex 32`."
        )
    return secret


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


@dataclass(frozen=True)
class Extracts:
    """A folder of extracts whose files are all there and have the right columns."""

    directory: Path
    partnership: Partnership

    @classmethod
    def open(cls, directory: Path) -> Extracts:
        """The extracts in that folder; `DataError` names the first file that will not do."""
        if not directory.is_dir():
            raise DataError(f"There are no extracts at {directory}: name their folder with --extracts.")
        partnership = Partnership.read(directory)
        extracts = cls(directory, partnership)
        for table in RECORDS:
            _check_columns(extracts.path(table), table)
        return extracts

    def path(self, table: Table) -> Path:
        """The Parquet file of a table of records."""
        return self.directory / "records" / f"{table.name}.parquet"

    def file(self, table: Table) -> str:
        """The file's name as messages and the manifest give it."""
        return f"records/{table.name}.parquet"

    def inputs(self) -> dict[str, Input]:
        """Every file read, with its SHA-256 and rows; `partnership.json` has no rows."""
        found = {
            self.file(table): Input(digest(self.path(table)), pq.read_metadata(self.path(table)).num_rows) for table in RECORDS
        }
        return {PARTNERSHIP: Input(digest(self.directory / PARTNERSHIP), None), **found}

    def accept(self, connection: duckdb.DuckDBPyConnection, progress: Progress) -> list[Rejection]:
        """Create a view `accepted_<table>` of the rows that break no rule; say how many rows broke which."""
        rejected: list[Rejection] = []
        for done, table in enumerate(RECORDS):
            progress("Checking records", done, len(RECORDS))
            try:
                rejected += self._accept(connection, table)
            except duckdb.Error as error:
                raise DataError(f"{self.path(table)} cannot be read to its end: supply the file again.") from error
        progress("Checking records", len(RECORDS), len(RECORDS))
        return rejected

    def _accept(self, connection: duckdb.DuckDBPyConnection, table: Table) -> list[Rejection]:
        connection.read_parquet(str(self.path(table))).create_view(f"supplied_{table.name}")
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
        return [Rejection(self.file(table), faults(table)[number].reason, rows) for number, rows in counts]


_SQL_TYPES = {pa.string(): "VARCHAR", pa.date32(): "DATE", pa.bool_(): "BOOLEAN", pa.int16(): "SMALLINT"}


def _check_columns(path: Path, table: Table) -> None:
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
