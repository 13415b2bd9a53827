"""Records that an authority matched in its own room: what travels, how it is written there and taken up here."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data.build.records import PREPARED, check_columns, digest
from data.errors import DataError, disk_error
from data.ingest.folder import Folder
from data.ingest.ledger import Account, Ledger
from data.private import OWNER_ALONE
from data.schema import COVERAGE, LINKS, OFFERS, RECEPTIONS, RECORDS, Table

ACCOUNT = "account.json"
"""Beside the records: which files were read, what was left out, how Early Help is defined."""

TABLES = tuple(table for table in RECORDS if table not in (RECEPTIONS, LINKS, OFFERS))
"""What an authority's own files can say; the rest is the force's."""


def lies_in(folder: Folder) -> bool:
    """Whether an authority's folder holds records in place of raw files."""
    return (folder.path / PREPARED).is_dir()


def take(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Add the records of a folder to the tables `supplied_<table>`, and what is said of them to the ledger.

    `DataError` where a file is missing, damaged or has not its columns.
    """
    assert folder.area is not None
    for table in TABLES:
        path = folder.path / PREPARED / f"{table.name}.parquet"
        check_columns(path, table)
        _insert(connection, table, path)
        label = folder.label(path)
        ledger.open(label, path, f"{PREPARED}/{table.name}", folder.area)
        ledger.count(label, pq.read_metadata(path).num_rows)
        ledger.close(label)
    ledger.take(folder.area, _account(folder))


def _insert(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    into = "coverage_read" if table is COVERAGE else table.name
    columns = ", ".join(column.name for column in table.columns)
    try:
        connection.execute(
            f"INSERT INTO supplied_{into} ({columns}) SELECT {columns} FROM READ_PARQUET($path)", {"path": str(path)}
        )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise DataError(f"{path} cannot be read to its end: ask the authority to hand it over again.") from error


def _account(folder: Folder) -> Account:
    path = folder.path / PREPARED / ACCOUNT
    try:
        return Account.from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{path} is missing: hand the whole folder over, {ACCOUNT} with the records.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataError(f"{path} is damaged: ask the authority to hand it over again.") from None


def write(connection: duckdb.DuckDBPyConnection, area: str, ledger: Ledger, folder: Path) -> None:
    """Write an area's records and their account into `folder`, each file of mode 0600; reads `supplied_<table>`."""
    account = ledger.account_of(area, {path: digest(path) for path in ledger.paths})
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for table in TABLES:
            _write_table(connection, table, area, folder)
        handle = os.open(folder / ACCOUNT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(account.to_json())
    except OSError as error:
        raise disk_error(error, "writing the matched children's records", folder) from error


def _write_table(connection: duckdb.DuckDBPyConnection, table: Table, area: str, folder: Path) -> None:
    columns = ", ".join(column.name for column in table.columns)
    ours = "SELECT child_ref FROM recognised_people WHERE area_code = $area"
    mine = "area_code = $area" if "area_code" in table.arrow.names else f"child_ref IN ({ours})"
    asked = f"SELECT {columns} FROM supplied_{table.name} WHERE {mine} ORDER BY {columns}"
    rows: pa.Table = connection.sql(asked, params={"area": area}).to_arrow_table()
    path, beside = folder / f"{table.name}.parquet", folder / f".{table.name}.partial"
    beside.unlink(missing_ok=True)
    beside.touch(mode=OWNER_ALONE)
    open_schema = pa.schema([field.with_nullable(True) for field in table.arrow])
    pq.write_table(rows.cast(open_schema), beside, compression="zstd")
    beside.replace(path)
