"""A partner's desk: files written out in a test, and what an ingest makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from data.ingest import prepare
from data.ingest.folder import Folder
from data.ingest.ledger import Ledger

Ingest = Callable[[duckdb.DuckDBPyConnection, Folder, Ledger], None]


@dataclass(frozen=True)
class Desk:
    """A folder of extracts, the database it is read into, and the ledger of what was left out."""

    folder: Folder
    connection: duckdb.DuckDBPyConnection
    ledger: Ledger

    @classmethod
    def at(cls, path: Path, area: str | None = None) -> Desk:
        path.mkdir(exist_ok=True)
        connection = duckdb.connect()
        prepare(connection)
        return cls(Folder(path, path, area), connection, Ledger())

    def supply(self, name: str, text: str) -> Desk:
        """Write a file, its lines without the margin of the test."""
        lines = [line.strip() for line in text.strip().splitlines()]
        (self.folder.path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self

    def ingest(self, ingest: Ingest) -> Desk:
        ingest(self.connection, self.folder, self.ledger)
        return self

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> Desk:
        for row in rows:
            names = ", ".join(row)
            self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
        return self

    def rows(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        return self.connection.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()

    @property
    def rejected(self) -> dict[str, int]:
        """Rows left out, by reason."""
        return {one.reason: one.rows for one in self.ledger.rejections}

    @property
    def notes(self) -> list[str]:
        return [note.sentence for note in self.ledger.notes]
