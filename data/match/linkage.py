"""Splink on the given connection: the children and a register in, the pairs that may be one person out."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from splink import Linker
from splink.internals.exceptions import SplinkException

from data.engine import Engine
from data.errors import DataError
from data.match.decision import Candidate
from data.match.model import TERMS, settings
from data.match.standards import standardise
from data.progress import Progress

CHILDREN_AT_ONCE = 2_500
"""Compared in one go, so that the pairs held at a time do not grow with the cohort."""

SMOOTHING_RECORDS = 1_000
"""Records of usual names added to a register, so that in a small one a name is not taken for common because it occurs."""

_TERM_FREQUENCIES = """
CREATE OR REPLACE TEMP TABLE match_tf_{term} AS
WITH sizes AS (
    SELECT area_code, COUNT(*) AS records
    FROM match_records
    GROUP BY area_code
)
SELECT
    m.{term},
    (COUNT(*) + {smoothing} * CAST({usual} AS DOUBLE)) / (MAX(s.records) + {smoothing}) AS tf_{term}
FROM match_records AS m
INNER JOIN sizes AS s ON s.area_code = m.area_code
WHERE m.{term} IS NOT NULL
GROUP BY m.{term}
"""

_CHILDREN = """
SELECT child_ref AS ref, *
FROM match_free_children
WHERE register = '{register}'
"""

_RECORDS = """
SELECT register_id AS ref, *
FROM match_registers
WHERE register = '{register}' AND area_code IN (SELECT area_code FROM recognised_people)
"""

_CANDIDATES = """
SELECT
    c.ref AS child_ref,
    c.area_code,
    r.ref AS register_id,
    MAX(p.match_weight) AS match_weight,
    BOOL_OR(p.gamma_forename > 0 AND p.gamma_born > 0) AS vouched
FROM {predictions} AS p
INNER JOIN match_children AS c ON c.unique_id = p.unique_id_l
INNER JOIN match_records AS r ON r.unique_id = p.unique_id_r
GROUP BY c.ref, c.area_code, r.ref
ORDER BY c.ref, c.area_code, r.ref
"""
"""A record that a register holds under two names is one record."""


def candidates(
    connection: duckdb.DuckDBPyConnection, engine: Engine, register: str, least: float, progress: Progress
) -> list[Candidate]:
    """The pairs of a child and a record of a register, both free and of one area, at least that probable.

    Reads the views of `data.match.identifiers` and leaves no table behind. Records that are spoken for still tell how frequent
    a name is. `DataError` where the connection's memory is too small.
    """
    try:
        standardise(connection, "match_children", _CHILDREN.format(register=register))
        standardise(connection, "match_records", _RECORDS.format(register=register))
        for term, usual in TERMS.items():
            connection.execute(_TERM_FREQUENCIES.format(term=term, usual=usual, smoothing=SMOOTHING_RECORDS))
        connection.execute(
            "DELETE FROM match_records WHERE (area_code, ref) IN"
            " (SELECT (area_code, register_id) FROM match_spoken_for WHERE register = $register)",
            {"register": register},
        )
        with _silent():
            return list(_predict(connection, engine, least, progress))
    except (SplinkException, duckdb.OutOfMemoryException) as error:
        cause = error.__cause__ or error
        if not isinstance(cause, duckdb.OutOfMemoryException):
            raise AssertionError(f"Splink failed with {type(cause).__name__}; its message may name a child") from None
        raise DataError("The children and the registers need more memory than there is: match one authority at a time.") from None
    finally:
        for table in ("match_children", "match_records", *(f"match_tf_{term}" for term in TERMS)):
            connection.execute(f"DROP TABLE IF EXISTS {table}")


def _predict(connection: duckdb.DuckDBPyConnection, engine: Engine, least: float, progress: Progress) -> Iterator[Candidate]:
    """The pairs of each part of the children in turn, in the order of their refs."""
    ((children, records),) = connection.execute(
        "SELECT (SELECT COUNT(*) FROM match_children), (SELECT COUNT(*) FROM match_records)"
    ).fetchall()
    if not children or not records:
        return
    engine.take(connection, "match_children", "match_records", *(f"match_tf_{term}" for term in TERMS))
    database = engine.splink()
    tables = [database.register(f"match_{side}", dataset_display_name=side) for side in ("children", "records")]
    linker = Linker(tables, settings(), log_level=None, validate_settings=False)
    for term in TERMS:
        linker.table_management.register_term_frequency_lookup(database.register(f"match_tf_{term}"), term)
    parts = -(-children // CHILDREN_AT_ONCE)
    try:
        for part in range(1, parts + 1):
            progress("Comparing children with registers", part - 1, parts)
            predictions = linker.inference.predict_chunk((part, parts), (1, 1), least, warning_mode="never")
            for row in engine.fetch(_CANDIDATES.format(predictions=predictions.physical_name)).to_pylist():
                yield Candidate(*row.values())
            predictions.drop_table_from_database_and_remove_from_cache()
        progress("Comparing children with registers", parts, parts)
    finally:
        database.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]


@contextmanager
def _silent() -> Iterator[None]:
    """Splink says what it does, with its SQL, in logs and warnings: none of it leaves this process."""
    loggers = [logging.getLogger(name) for name in ("splink", "sqlglot")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for logger in loggers:
                logger.setLevel(logging.CRITICAL + 1)
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
