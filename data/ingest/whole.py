"""Small files that are judged as a whole: a row may be good in itself and clash with one above it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from data.errors import DataError
from data.ingest.acceptance import Piece, accept, create
from data.ingest.folder import Folder
from data.ingest.layout import Layout, Rule
from data.ingest.ledger import Ledger, Rejected
from data.ingest.reading import ROW


def needed(folder: Folder, name: str, what: str) -> Path:
    """The file of that name; `DataError` where it is missing, `what` saying what it holds."""
    path = folder.file(name)
    if path is None:
        raise DataError(f"There is no {name} in {folder.path}: supply it ({what}).")
    return path


def accept_whole(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, into: str, layout: Layout, piece: Piece | None, clashes: Sequence[Rule]
) -> None:
    """Create `into` with the good rows of one file, or none, less those that clash with one another.

    A rule of `clashes` is an SQL condition in which windows over the good rows may stand. `DataError` as `accept` says.
    """
    create(connection, into, layout)
    if piece is None:
        return
    counted = ledger.open(piece.label, piece.path, layout.name, piece.area)
    accept(connection, ledger, into, layout, [piece])
    for rule in clashes:
        rejected = _leave_out(connection, into, layout, rule)
        if counted:
            ledger.reject(piece.label, rejected)
    if counted:
        ledger.close(piece.label)


def _leave_out(connection: duckdb.DuckDBPyConnection, into: str, layout: Layout, rule: Rule) -> list[Rejected]:
    """Take the rows that break a rule out of a table; what they said."""
    names = ", ".join(one.name for one in layout.fields)
    judged = f"SELECT *, {rule.condition} AS clashes FROM {into}"
    found = connection.execute(f"SELECT {ROW}, {names} FROM ({judged}) AS judged WHERE clashes ORDER BY {ROW}").fetchall()
    rows = [row for row, *_ in found]
    connection.execute(f"DELETE FROM {into} WHERE LIST_CONTAINS($rows, {ROW})", {"rows": rows})
    return [Rejected(row, rule.column, rule.reason, _said(layout, values)) for row, *values in found]


def _said(layout: Layout, values: Sequence[object]) -> dict[str, str | None]:
    return {one.said: None if value is None else str(value) for one, value in zip(layout.fields, values, strict=True)}
