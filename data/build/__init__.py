"""Extracts → cohort store: check the records, recognise the children, derive the tables, verify, go live.

Children are worked through in chunks, so that memory hardly grows with the cohort, and each chunk's rows are written in the
store's order, so that the same records always give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from data import calendar, schema, versions
from data.build import derivations, storage
from data.build.recognise import misplaced_districts, one, recognise
from data.build.records import Extracts
from data.cohort import Linkage, Manifest, Rejection
from data.errors import DataError
from data.progress import Progress, silent
from data.schema import COVERAGE, LINKS, RECEPTIONS, WINDOWS, Table

CHUNK_CHILDREN = 24_576
MEMORY = "1GB"
"""For the database; nothing spills to the disk, because what would spill is identifiable."""

_DERIVED: tuple[tuple[Table, str], ...] = (
    (schema.CHILDREN, derivations.CHILDREN),
    (schema.SCHOOL_TERMS, derivations.SCHOOL_TERMS),
    (schema.CARE_WINDOWS, derivations.CARE_WINDOWS),
    (schema.SUPPORT, derivations.SUPPORT),
)


def build(extracts: Path, store: Path, progress: Progress = silent) -> str:
    """Derive a version of the cohort store from the extracts and make it live; returns its version.

    `DataError` where the extracts or the disk will not do; the version that was live then stays so.
    """
    opened = Extracts.open(extracts)

    def write(directory: Path) -> str:
        with _database(opened) as connection:
            manifest = _derive(connection, opened, directory, progress)
        progress("Verifying", 0, 1)
        version = storage.seal(directory, manifest)
        progress("Verifying", 1, 1)
        return version

    return versions.publish(store, write, storage.intact)


def check(extracts: Path, progress: Progress = silent) -> tuple[Rejection, ...]:
    """What a build would leave out of these extracts, and why; writes nothing."""
    opened = Extracts.open(extracts)
    with _database(opened) as connection:
        children, rejected = _prepare(connection, opened, progress)
        for first in range(0, children, CHUNK_CHILDREN):
            progress("Looking for repeats", first, children)
            rejected += _fetch(connection, opened, first)
        progress("Looking for repeats", children, children)
    return _summed(rejected)


def _derive(connection: duckdb.DuckDBPyConnection, extracts: Extracts, directory: Path, progress: Progress) -> Manifest:
    children, rejected = _prepare(connection, extracts, progress)
    with storage.writers(directory) as writers:
        for first in range(0, children, CHUNK_CHILDREN):
            progress("Deriving terms and windows", first, children)
            rejected += _fetch(connection, extracts, first)
            for table, sql in _DERIVED:
                part = connection.sql(sql).to_arrow_table()
                storage.append(writers[table.name], table, _with_attendance(part) if table is schema.SCHOOL_TERMS else part)
    progress("Deriving terms and windows", children, children)
    partnership = extracts.partnership
    return Manifest(
        synthetic=partnership.synthetic,
        partnership=partnership.name,
        programme_start=partnership.programme_start,
        observed_to=_coverage(connection, "last_date"),
        supplied_from=_coverage(connection, "first_date"),
        inputs=extracts.inputs(),
        definitions=partnership.definitions,
        rejected=_summed(rejected),
        linkage=_linkage(connection),
    )


def _prepare(connection: duckdb.DuckDBPyConnection, extracts: Extracts, progress: Progress) -> tuple[int, list[Rejection]]:
    """Everything that is not about one child: accepted rows, recognised children, terms, windows; children and rejections."""
    rejected = extracts.accept(connection, progress)
    for table in (RECEPTIONS, LINKS, COVERAGE):
        connection.execute(derivations.without_repeats(table))
        rejected += _drop_repeats(connection, extracts, table)
    children = recognise(connection, extracts.partnership)
    if not children:
        raise DataError(
            f"No child is recognised in {extracts.directory}: no link names a person received since "
            f"{extracts.partnership.programme_start} while the child was under {calendar.ADULT}; check links and receptions."
        )
    _create_windows(connection)
    misplaced = misplaced_districts(connection)
    reason = "district_code is not a district of its authority; the child is kept without it"
    return children, rejected + ([Rejection(extracts.file(LINKS), reason, misplaced)] if misplaced else [])


def _fetch(connection: duckdb.DuckDBPyConnection, extracts: Extracts, first: int) -> list[Rejection]:
    """Fetch the records of one chunk of children, each key once, and the children themselves."""
    bounds = {"first": first, "beyond": first + CHUNK_CHILDREN}
    rejected: list[Rejection] = []
    for table in derivations.CHILD_RECORDS:
        connection.execute(derivations.chunk_of(table), bounds)
        rejected += _drop_repeats(connection, extracts, table)
    connection.execute(derivations.COHORT_CHUNK, bounds)
    return rejected


def _drop_repeats(connection: duckdb.DuckDBPyConnection, extracts: Extracts, table: Table) -> list[Rejection]:
    repeats = one(connection, derivations.repeats_of(table))
    reason = f"repeats the {', '.join(table.key)} of another row"
    return [Rejection(extracts.file(table), reason, repeats)] if repeats else []


def _with_attendance(terms: pa.Table) -> pa.Table:
    """The rows with `attended_ppm`: sessions attended in a million possible, rounded half up in whole numbers."""
    unknown = terms["sessions_possible"].is_null().to_numpy()
    possible = np.where(unknown, 1, terms["sessions_possible"].fill_null(1).to_numpy()).astype(np.int64)
    absent = terms["sessions_absent"].fill_null(0).to_numpy().astype(np.int64)
    attended = (2 * 1_000_000 * (possible - absent) + possible) // (2 * possible)
    return terms.append_column("attended_ppm", pa.array(attended, pa.int32(), mask=unknown))


def _create_windows(connection: duckdb.DuckDBPyConnection) -> None:
    months = [month for (month,) in connection.execute("SELECT DISTINCT imprisonment_month FROM cohort ORDER BY 1").fetchall()]
    days = [(month, place, code, *calendar.window_days(month, code)) for month in months for place, code in enumerate(WINDOWS)]
    columns = ("imprisonment_month", "position", "window_code", "first_day", "last_day")
    connection.register("window_rows", pa.table(dict(zip(columns, map(list, zip(*days, strict=True)), strict=True))))
    connection.execute("CREATE TABLE windows AS SELECT * FROM window_rows")
    connection.register("relative_terms", pa.table({"relative_term": pa.array(calendar.relative_terms(), pa.int32())}))


def _coverage(connection: duckdb.DuckDBPyConnection, end: str) -> Mapping[str, Mapping[str, date]]:
    found: dict[str, dict[str, date]] = {}
    for source, area, day in connection.execute(f"SELECT source, area_code, {end} FROM coverage ORDER BY 1, 2").fetchall():
        found.setdefault(source, {})[area] = day
    return found


def _linkage(connection: duckdb.DuckDBPyConnection) -> Mapping[str, Mapping[str, Linkage]]:
    """Recognised children found in each register, by area and for all of them."""
    found: dict[str, dict[str, Linkage]] = {}
    for register in ("education", "social_care"):
        rows = connection.execute(
            """
            SELECT c.area_code, COUNT(*), COUNT(m.child_ref)
            FROM cohort AS c
            LEFT JOIN (SELECT DISTINCT child_ref FROM accepted_matches WHERE register = $register) AS m
                ON m.child_ref = c.child_ref
            GROUP BY c.area_code
            ORDER BY c.area_code
            """,
            {"register": register},
        ).fetchall()
        everyone = Linkage(sum(row[1] for row in rows), sum(row[2] for row in rows))
        found[register] = {"all": everyone} | {area: Linkage(children, matched) for area, children, matched in rows}
    return found


def _summed(rejected: list[Rejection]) -> tuple[Rejection, ...]:
    rows: Counter[tuple[str, str]] = Counter()
    for one_kind in rejected:
        rows[one_kind.file, one_kind.reason] += one_kind.rows
    return tuple(Rejection(file, reason, number) for (file, reason), number in sorted(rows.items()))


@contextmanager
def _database(extracts: Extracts) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills nothing; what it cannot do becomes a sentence."""
    connection = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": "", "preserve_insertion_order": "true"})
    try:
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise DataError(
            f"The records in {extracts.directory} need more than {MEMORY} of memory: build by partnership."
        ) from error
    except duckdb.IOException as error:
        raise DataError(f"The records in {extracts.directory} cannot be read to their end: supply them again.") from error
    finally:
        connection.close()
