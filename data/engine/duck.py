"""DuckDB in this process: the engine of a county, and of a country on one machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from typing_extensions import override

from data.engine import Engine, StatementError
from data.engine.scratch import Scratch
from data.errors import DataError

if TYPE_CHECKING:
    from splink.internals.database_api import DatabaseAPI

_CHILDREN_AT_ONCE = 24_576


class Duck(Engine):
    """`Engine` over a connection, which it closes if it opened it."""

    at_once = _CHILDREN_AT_ONCE

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Scratch | None = None, memory: str | None = None) -> None:
        """Over a connection of the caller's, whose failures are the caller's too, or with its `memory` one of its own."""
        self._connection, self._scratch, self._memory = connection, scratch, memory

    @classmethod
    def open(cls, memory: str, beside: Path | None) -> Duck:
        """A database in memory of its own."""
        scratch = Scratch.where_it_may(beside)
        return cls(duckdb.connect(config=configured(memory, scratch)), scratch, memory)

    @override
    def register(self, name: str, rows: pa.Table) -> None:
        self._connection.register(name, rows)

    @override
    def read(self, name: str, path: Path, where: str = "TRUE") -> None:
        with self._in_a_sentence():
            self._connection.read_parquet(str(path)).filter(where).create_view(name)

    @override
    def take(self, connection: duckdb.DuckDBPyConnection, *names: str) -> None:
        for name in names if connection is not self._connection else ():
            self.register(name, connection.table(name).to_arrow_table())

    @override
    def define(self, name: str, sql: str) -> None:
        with self._in_a_sentence():
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    @override
    def fetch(self, sql: str) -> pa.Table:
        with self._in_a_sentence():
            return self._connection.sql(sql).to_arrow_table()

    @override
    def schema(self, sql: str) -> pa.Schema:
        try:
            return self._connection.sql(f"SELECT * FROM ({sql}) AS prepared LIMIT 0").to_arrow_table().schema
        except duckdb.Error as error:
            raise StatementError(str(error).splitlines()[0].rstrip(".")) from None

    @override
    def splink(self) -> DatabaseAPI[Any]:
        from splink import DuckDBAPI  # half a second to load

        return DuckDBAPI(self._connection)

    @override
    def close(self) -> None:
        if self._memory is not None:
            self._connection.close()
        if self._scratch is not None:
            self._scratch.close()

    @contextmanager
    def _in_a_sentence(self) -> Iterator[None]:
        """What fails for want of memory or of a file says so, and quotes no row."""
        try:
            yield
        except duckdb.OutOfMemoryException:
            if self._memory is None:
                raise
            spilled = "and of the disk" if self._scratch else "and may use no disk"
            raise DataError(f"Counting needs more than {self._memory} of memory {spilled}: allow more with --memory.") from None
        except duckdb.IOException as error:
            if self._memory is None:
                raise
            raise OSError(f"A file of the store could not be read or written ({type(error).__name__}).") from None


def configured(memory: str, scratch: Scratch | None) -> dict[str, str | bool | int | float | list[str]]:
    """The configuration of a database in memory that spills into the scratch folder; without one, nowhere."""
    spilled = str(scratch.path / "spilled") if scratch else ""
    return {"memory_limit": memory, "temp_directory": spilled, "preserve_insertion_order": "true"}
