"""Text to typed rows: every row of a partner's file is accepted or put down as rejected, with its number, column and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data.ingest.layout import Kind, Layout
from data.ingest.ledger import EVERYONE, Ledger, Rejected
from data.ingest.reading import ROW, cut_short, read_csv

_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.ID: "VARCHAR",
    Kind.DAY: "DATE",
    Kind.COUNT: "SMALLINT",
    Kind.FLAG: "BOOLEAN",
    Kind.CODE: "VARCHAR",
}
_AT_ONCE = 60_000
"""Rows judged together: small files share a statement."""
_FEW = 20_000
"""Rows; judging fewer takes less time than making the statement faster would."""


@dataclass(frozen=True)
class Piece:
    """One file, or one sheet, to accept: its batches of text and what is true of all its rows (`area_code`, `term_number`).

    `of` is the term or year it is of, in words. `refused` are rows that the reader could not even split into columns; it grows
    while `batches` are drawn.
    """

    label: str
    path: Path
    area: str
    batches: Iterable[pa.RecordBatch]
    extra: Mapping[str, Any] = field(default_factory=dict)
    refused: list[Rejected] = field(default_factory=list)
    of: str = ""


def csv_piece(
    path: Path, label: str, area: str, layout: Layout, extra: Mapping[str, Any] | None = None, *, of: str = ""
) -> Piece:
    """A CSV file as a piece."""
    refused: list[Rejected] = []
    return Piece(label, path, area, read_csv(path, layout, label, refused), extra or {}, refused, of)


def create(connection: duckdb.DuckDBPyConnection, into: str, layout: Layout, extra: Mapping[str, str] | None = None) -> None:
    """Create the table that accepted rows of a layout go to: `piece`, `row_number`, its columns and `extra` (name → SQL type)."""
    columns = [f"{one.name} {_TYPES[one.kind]}" for one in layout.fields]
    columns += [f"{name} {kind}" for name, kind in (extra or {}).items()]
    connection.execute(f"CREATE OR REPLACE TABLE {into} (piece INTEGER, {ROW} BIGINT, {', '.join(columns)})")


def accept(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, into: str, layout: Layout, pieces: Iterable[Piece], keep: str = "TRUE"
) -> None:
    """Append the good rows of some files of one layout to the table `into`, and put the bad ones down in the ledger.

    `into` has been made by `create`; `piece` numbers the files in the order given. `keep` is an SQL condition over the typed
    columns: a good row that does not meet it is read and counted but not appended (a child who is nobody's here). A file that
    the ledger knows already is appended again and not counted. `DataError` as the reader and the ledger say.
    """
    waiting: list[tuple[int, Piece, pa.RecordBatch]] = []
    counted: dict[int, bool] = {}
    finished: list[int] = []
    listed: list[Piece] = []
    for number, piece in enumerate(pieces):
        listed.append(piece)
        counted[number] = ledger.open(piece.label, piece.path, layout.name, piece.area)
        for batch in piece.batches:
            waiting.append((number, piece, batch))
            if sum(rows.num_rows for _, _, rows in waiting) >= _AT_ONCE:
                _judge(connection, ledger, into, layout, waiting, counted, keep)
                waiting = []
        finished.append(number)
    if waiting:
        _judge(connection, ledger, into, layout, waiting, counted, keep)
    for number in finished:
        if counted[number]:
            _note_cut(ledger, layout, listed[number])
            ledger.count(listed[number].label, len(listed[number].refused))
            ledger.reject(listed[number].label, listed[number].refused)
            ledger.close(listed[number].label)


def _note_cut(ledger: Ledger, layout: Layout, piece: Piece) -> None:
    said = cut_short(piece.path, _in_declared_words(layout, piece)) if piece.path.suffix.casefold() == ".csv" else None
    if said:
        ledger.note(piece.area, layout.name.partition("/")[0], said)


def _in_declared_words(layout: Layout, piece: Piece) -> str:
    """Which file it is, without its name: notes are shown to all, and a file may be named after a child."""
    kind = layout.name if piece.area == EVERYONE else f"{piece.area}/{layout.name}"
    return f"{kind} of {piece.of}" if piece.of else kind


def _judge(
    connection: duckdb.DuckDBPyConnection,
    ledger: Ledger,
    into: str,
    layout: Layout,
    waiting: list[tuple[int, Piece, pa.RecordBatch]],
    counted: Mapping[int, bool],
    keep: str,
) -> None:
    """Type some batches, append the good rows, put down the bad."""
    connection.register("text_rows", pa.Table.from_batches(list(_uniform(layout, waiting))))
    few = sum(batch.num_rows for _, _, batch in waiting) < _FEW
    connection.execute("PRAGMA disable_optimizer" if few else "PRAGMA enable_optimizer")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE judged_rows AS {_judged(layout, waiting[0][1].extra)}")
    connection.execute("PRAGMA enable_optimizer")
    columns = ["piece", ROW, *(one.name for one in layout.fields), *waiting[0][1].extra]
    listed = ", ".join(columns)
    connection.execute(f"INSERT INTO {into} ({listed}) SELECT {listed} FROM judged_rows WHERE fault < 0 AND ({keep})")
    for number, piece, batch in waiting:
        if counted[number]:
            ledger.count(piece.label, batch.num_rows)
    labels = {number: piece.label for number, piece, _ in waiting}
    texts = ", ".join(f"text_{one.name}" for one in layout.fields)
    bad = connection.execute(f"SELECT piece, {ROW}, fault, {texts} FROM judged_rows WHERE fault >= 0 ORDER BY piece, {ROW}")
    for number, row, fault, *text in bad.fetchall():
        if counted[number]:
            _, column, reason = layout.faults[fault]
            said = {one.said: value for one, value in zip(layout.fields, text, strict=True)}
            ledger.reject(labels[number], [Rejected(row, column, reason, said)])
    connection.execute("DROP TABLE judged_rows")
    connection.unregister("text_rows")


def _uniform(layout: Layout, waiting: list[tuple[int, Piece, pa.RecordBatch]]) -> Iterator[pa.RecordBatch]:
    """The batches with the same columns in the same order: those a file lacks are null."""
    for number, piece, batch in waiting:
        given = dict(zip(batch.schema.names, batch.columns, strict=True))
        nothing = pa.nulls(batch.num_rows, pa.string())
        texts = {one.name: given.get(one.name, nothing) for one in layout.fields}
        extras = {name: pa.repeat(value, batch.num_rows) for name, value in piece.extra.items()}
        pieces = pa.array([number] * batch.num_rows, pa.int32())
        yield pa.RecordBatch.from_pydict({"piece": pieces, ROW: given[ROW], **texts, **extras})


def _judged(layout: Layout, extra: Mapping[str, Any]) -> str:
    """The query that types the rows of `text_rows` and says which fault each has, -1 for none."""
    carried = "".join(f",\n        {name}" for name in extra)
    texts = ",\n        ".join(f"{one.text} AS text_{one.name}" for one in layout.fields)
    values = ",\n        ".join(f"{one.read(f'text_{one.name}')} AS {one.name}" for one in layout.fields)
    faults = " ".join(f"WHEN {condition} THEN {number}" for number, (condition, _, _) in enumerate(layout.faults))
    return f"""
WITH cleaned AS (
    SELECT
        piece,
        {ROW}{carried},
        {texts}
    FROM text_rows
),
typed AS (
    SELECT
        piece,
        {ROW}{carried},
        {", ".join(f"text_{one.name}" for one in layout.fields)},
        {values}
    FROM cleaned
)
SELECT
    *,
    {f"CASE {faults} ELSE -1 END" if faults else "-1"} AS fault
FROM typed"""
