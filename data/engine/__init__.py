"""Where the store's derivations and the counts run: one text of portable SQL, on DuckDB in this process or on Spark.

The only package that knows one engine from another. Whoever asks registers tables, defines others from them and fetches rows.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from data.engine.scratch import Scratch
from data.errors import DataError

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from splink.internals.database_api import DatabaseAPI

ENGINES = ("duckdb", "spark")
MEMORY = "4GB"
_MEMORY = re.compile(r"[1-9]\d*[MG]B")

__all__ = ["ENGINES", "IN_PROCESS", "MEMORY", "Engine", "Scratch", "Setting", "StatementError"]


class StatementError(Exception):
    """A statement that cannot be prepared; its text is the engine's reason, which may quote the statement and no row."""


class Engine(Protocol):
    """A connection of one's own. Names are of tables; a name given again means the newer table."""

    at_once: int
    """How many children are derived in one go."""

    def register(self, name: str, rows: pa.Table) -> None:
        """Make rows known as a table."""

    def read(self, name: str, path: Path, where: str = "TRUE") -> None:
        """Make the rows of a Parquet file known that fulfil a condition."""

    def take(self, connection: duckdb.DuckDBPyConnection, *names: str) -> None:
        """Make tables known that a build has prepared on that connection."""

    def define(self, name: str, sql: str) -> None:
        """Keep what a query yields as a table; it is computed once."""

    def fetch(self, sql: str) -> pa.Table:
        """What a query yields, in its order."""

    def schema(self, sql: str) -> pa.Schema:
        """What a query would yield; `StatementError` where it cannot be prepared."""

    def splink(self) -> DatabaseAPI[Any]:
        """Splink's backend for the same tables; it leaves none on a disk."""

    def close(self) -> None:
        """Let go of every table, and of what was written to the disk for want of memory."""


@dataclass(frozen=True)
class Setting:
    """Which engine, and the most memory it may take before it spills to the disk, such as `512MB` or `4GB`."""

    name: str = ENGINES[0]
    memory: str = MEMORY

    def __post_init__(self) -> None:
        if not _MEMORY.fullmatch(self.memory):
            raise DataError(f"{self.memory} is no amount of memory: write it as 512MB or 4GB.")

    @classmethod
    def add_arguments(cls, command: argparse.ArgumentParser) -> None:
        """The flags of a command whose `Setting.of` is asked for."""
        command.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help=f"what counts (default {ENGINES[0]})")
        command.add_argument(
            "--memory", default=MEMORY, metavar="SIZE", help=f"the most it takes before it uses the disk (default {MEMORY})"
        )

    @classmethod
    def of(cls, chosen: argparse.Namespace) -> Setting:
        """The setting that a command line asks for."""
        return cls(chosen.engine, chosen.memory)

    def opened(self, beside: Path | None = None, over: duckdb.DuckDBPyConnection | None = None) -> Engine:
        """A new connection. It spills into a folder of its own under `beside`, for its owner alone; without one, never.

        `over` is the database that a build has prepared, which the tables of the same engine need not leave.
        """
        return _OPENED[self.name](self, beside, over)


IN_PROCESS = Setting()


def _duckdb(setting: Setting, beside: Path | None, over: duckdb.DuckDBPyConnection | None) -> Engine:
    from data.engine.duck import Duck

    return Duck.open(setting.memory, beside) if over is None else Duck(over)


def _spark(setting: Setting, beside: Path | None, _: duckdb.DuckDBPyConnection | None) -> Engine:
    from data.engine.spark import Spark

    return Spark.open(setting.memory, beside)


_OPENED: dict[str, Callable[[Setting, Path | None, duckdb.DuckDBPyConnection | None], Engine]] = {
    "duckdb": _duckdb,
    "spark": _spark,
}
