"""Spark: the engine of a cluster. The session that is running is used, such as a notebook's; else one is started here.

What is handed to it lies as Parquet in a scratch folder that every worker must reach, for the owner alone. pyspark 3.5 or 4.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from typing_extensions import override

from data.engine import Engine, StatementError
from data.engine.scratch import Scratch
from data.errors import DataError

if TYPE_CHECKING:
    from splink.internals.database_api import DatabaseAPI

MASTER = "SPARK_MASTER"
"""The environment variable that names the cluster where no session is running, such as `spark://host:7077`."""

_CHILDREN_AT_ONCE = 250_000
_HERE = f"local[{os.cpu_count() or 1}]"
_ALIKE = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true", "spark.sql.caseSensitive": "true"}
"""What the same text needs to mean the same: overflow and bad casts are errors, days are days."""


class Spark(Engine):
    """`Engine` over a session of its own in the process's one Spark application."""

    at_once = _CHILDREN_AT_ONCE

    def __init__(self, session: Any, scratch: Scratch) -> None:
        self._session, self._scratch = session, scratch
        self._files, self._kept = count(), dict[str, Any]()

    @classmethod
    def open(cls, memory: str, beside: Path | None) -> Spark:
        """A session of its own; `DataError` where there is no pyspark, no Java, no cluster or no place for the scratch folder."""
        session = _application(memory).newSession()
        for name, value in _ALIKE.items():
            session.conf.set(name, value)
        try:
            return cls(session, Scratch(beside or Path(tempfile.gettempdir())))
        except OSError:
            raise DataError(
                f"{beside} may not be written to, where Spark's workers would find the tables: check who owns it."
            ) from None

    @override
    def register(self, name: str, rows: pa.Table) -> None:
        path = self._scratch.path / f"{next(self._files)}-{name}.parquet"
        pq.write_table(rows, path, compression="zstd", store_schema=False)
        self.read(name, path)

    @override
    def read(self, name: str, path: Path, where: str = "TRUE") -> None:
        self._session.read.parquet(str(path.resolve())).where(where).createOrReplaceTempView(name)

    @override
    def take(self, connection: duckdb.DuckDBPyConnection, *names: str) -> None:
        for name in names:
            self.register(name, connection.table(name).to_arrow_table())

    @override
    def define(self, name: str, sql: str) -> None:
        found = self._session.sql(sql).persist()
        found.createOrReplaceTempView(name)
        if name in self._kept:
            self._kept[name].unpersist()
        self._kept[name] = found

    @override
    def fetch(self, sql: str) -> pa.Table:
        with _in_a_sentence():
            found = self._session.sql(sql)
            if hasattr(found, "toArrow"):
                return found.toArrow()
            return pa.Table.from_batches(found._collect_as_arrow(), _arrow_schema(found))  # before pyspark 4

    @override
    def schema(self, sql: str) -> pa.Schema:
        from pyspark.errors import PySparkException

        try:
            return _arrow_schema(self._session.sql(sql))
        except PySparkException as error:
            raise StatementError(str(error).splitlines()[0].rstrip(".")) from None

    @override
    def splink(self) -> DatabaseAPI[Any]:
        from splink.internals.spark.database_api import SparkAPI

        return SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=self._session, break_lineage_method="persist"
        )

    @override
    def close(self) -> None:
        for found in self._kept.values():
            found.unpersist()
        self._kept.clear()
        self._scratch.close()


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    """What Spark says of a failure may quote a row, so only its kind is passed on."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise DataError(
            f"Spark could not work through the records ({_kind(error)}): see in the cluster's logs whether a worker was"
            " lost or had too little memory, and try again; the same command without --engine needs no cluster."
        ) from None


def _kind(error: Exception) -> str:
    """The class of what failed first, which pyspark 3.5 leaves wrapped as Java threw it."""
    cause = getattr(error, "java_exception", None)
    while cause is not None and cause.getCause() is not None:
        cause = cause.getCause()
    return type(error).__name__ if cause is None else str(cause.getClass().getSimpleName())


def _arrow_schema(found: Any) -> pa.Schema:
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(found.schema)


def _application(memory: str) -> Any:
    """The running session, or a new one that ends with this process."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise DataError("Spark is not installed here: `pip install -r requirements-spark.txt`, or use --engine duckdb.") from None
    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise DataError("Spark needs Java 17 or later, and there is none: install a runtime, or use --engine duckdb.")
    from splink.internals.spark.jar_location import similarity_jar_location

    master = os.environ.get(MASTER, _HERE)
    settings = {
        "spark.driver.memory": memory.removesuffix("B").lower(),
        "spark.log.level": "OFF",  # what is said of a failed task may quote a row
        "spark.executor.syncLogLevel.enabled": "true",
        "spark.jars": similarity_jar_location(),  # how alike two names are, for Splink
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.catalogImplementation": "in-memory",
    }
    if master == _HERE:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.appName("cohort").master(master)
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise DataError(f"Spark could not be started at {master} ({type(error).__name__}): check that it is running.") from None
    atexit.register(session.stop)
    return session
