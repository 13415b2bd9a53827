"""Extracts → cohort store: check the records, recognise the children, derive the tables, verify, go live.

Children are worked through in chunks, so that memory hardly grows with the cohort, and each chunk's rows are written in the
store's order, so that the same records always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from data import calendar, comparators, forgotten, private, schema, versions
from data.build import derivations, fetching, storage
from data.build.events import is_known, living_elsewhere, recognised_people
from data.build.extracts import AUTHORITIES, FORCE, Extracts
from data.build.manifest import described, noted, summed
from data.build.recognise import leave_out, misplaced_districts, one, recognise
from data.cohort import Input, Manifest, Note, Rejection
from data.engine import IN_PROCESS, MEMORY, Engine, Scratch, Setting
from data.engine.duck import Duck, configured
from data.errors import DataError
from data.progress import Progress, silent
from data.schema import COVERAGE, LINKS, RECEPTIONS, TERM_DATES, WINDOWS, Table

_PREPARED = ("terms", "relative_terms", "windows", "coverage", "go_lives")
_OF_A_CHUNK = ("cohort_chunk", *(table.name for table in fetching.CHILD_RECORDS))
"""What the derivations read: once, and of each chunk of children."""

_EVERYWHERE = (
    "No authority is recorded under this partnership's name, so children of every authority of England are recognised: write the"
    " name as data/reference/areas.csv has it, if that is not meant."
)

_NOT_SENT = """
SELECT DISTINCT
    c.area_code,
    s.source,
    s.name
FROM cohort AS c
CROSS JOIN (VALUES ('school_census', 'the school census'), ('meals', 'free meals received')) AS s (source, name)
LEFT JOIN coverage AS v ON v.area_code = c.area_code AND v.source = s.source
WHERE v.area_code IS NULL
ORDER BY c.area_code, s.source
"""

_DERIVED: tuple[tuple[Table, str], ...] = (
    (schema.CHILDREN, derivations.CHILDREN),
    (schema.SCHOOL_TERMS, derivations.SCHOOL_TERMS),
    (schema.CARE_WINDOWS, derivations.CARE_WINDOWS),
    (schema.SUPPORT, derivations.SUPPORT),
)


@dataclass(frozen=True)
class Checked:
    """What a build would leave out, by file and reason, of which files, and what the extracts lack."""

    rejected: tuple[Rejection, ...]
    inputs: Mapping[str, Input]
    notes: tuple[Note, ...]


def build(
    extracts: Path,
    store: Path,
    progress: Progress = silent,
    *,
    area: str | None = None,
    rejected: Path | None = None,
    engine: Setting = IN_PROCESS,
) -> str:
    """Derive a version of the cohort store from the extracts and make it live; returns its version.

    `area` is whose the files are that lie directly in the folder. Rejected rows are written under `rejected`, where it is given,
    outside the store. `engine` derives terms and windows; each gives the same bytes. `DataError` where the extracts or the disk
    will not do, or where others could read the store; the version that was live then stays so.
    """
    if rejected is not None and rejected.resolve().is_relative_to(store.resolve()):
        raise DataError(f"{rejected} lies in the cohort store {store}: name a place outside it for rejected rows.")
    opened = Extracts.open(extracts, area, rejected)
    _ = opened.partnership.key  # refused before anything is read

    def write(directory: Path) -> str:
        known = opened.without_forgotten(store)  # read while nobody else can write to it
        _refuse_lost(store, len(known.forgotten))
        with database(known, engine.memory, beside=store) as connection:
            manifest = _derive(connection, known, directory, engine, progress)
        opened.ledger.write_all_rejected()
        progress("Verifying", 0, 1)
        version = storage.seal(directory, manifest)
        progress("Verifying", 1, 1)
        return version

    private.prepare_store(store)
    return versions.publish(store, write, storage.intact, private=True, outdated=lambda version: is_outdated(version, store))


def is_outdated(version: Path, store: Path) -> bool:
    """Whether a version was made when fewer children were on the store's list of the forgotten, so that it may hold one."""
    listed = len(forgotten.read(store))
    return listed > 0 and storage.made_under(version) < listed


def _refuse_lost(store: Path, listed: int) -> None:
    """Refuse to build where the list of the forgotten is shorter than it was for a version that is there."""
    if any(storage.made_under(version) > listed for version in versions.versions(store)):
        raise forgotten.lost(store)


def check(extracts: Path, progress: Progress = silent, *, area: str | None = None, rejected: Path | None = None) -> Checked:
    """What a build of these extracts would leave out, and what they lack; writes nothing but the rejected rows, where asked."""
    opened = Extracts.open(extracts, area, rejected)
    opened.comparators()
    with database(opened) as connection:
        children, found = prepare(connection, opened, progress)
        for first in range(0, children, Duck.at_once):
            progress("Looking for repeats", first, children)
            found += _fetch(connection, opened, first, Duck.at_once)
        progress("Looking for repeats", children, children)
        not_sent = _not_sent(connection)
    opened.ledger.write_all_rejected()
    return Checked(summed(found), opened.inputs(), (*noted(opened), *not_sent))


def _not_sent(connection: duckdb.DuckDBPyConnection) -> tuple[Note, ...]:
    """What authorities with recognised children sent nothing of; the quality page says so from the coverage itself."""
    rows = connection.execute(_NOT_SENT).fetchall()
    return tuple(Note(area, source, f"Nothing of {name} was supplied: ask for it.") for area, source, name in rows)


def _derive(
    connection: duckdb.DuckDBPyConnection, extracts: Extracts, directory: Path, setting: Setting, progress: Progress
) -> Manifest:
    comparators.write(directory, extracts.comparators())
    with closing(setting.opened(beside=directory, over=connection)) as engine, storage.writers(directory) as writers:
        children, rejected = prepare(connection, extracts, progress, engine)
        for table, part in derive(connection, engine, extracts, children, rejected, progress):
            writers[table.name].append(part)
    return described(connection, extracts, rejected)


def prepare(
    connection: duckdb.DuckDBPyConnection, extracts: Extracts, progress: Progress, engine: Engine | None = None
) -> tuple[int, list[Rejection]]:
    """Everything that is not about one child: accepted rows, recognised children, terms, windows; children and rejections.

    Children are compared with registers by that engine; without one, by the connection itself.
    """
    rejected = accept_force(connection, extracts, progress)
    children = recognise(connection, extracts.partnership)
    if not children:
        raise DataError(
            f"No child is recognised in {extracts.directory}: no link names a person received since "
            f"{extracts.partnership.programme_start} while the child was under {calendar.ADULT}; check links and receptions."
        )
    if not is_known(extracts.partnership.name):
        extracts.ledger.note("all", "links", _EVERYWHERE)
    recognised_people(connection)
    extracts.read_authorities(connection, progress, engine)
    rejected += extracts.ledger.rejections
    progress("Checking records", 0, 1)
    rejected += extracts.accept(connection, AUTHORITIES)
    progress("Checking records", 1, 1)
    rejected += _whole(connection, extracts, COVERAGE)
    connection.execute(fetching.MERGED_COVERAGE)
    _create_windows(connection)
    left_out = {
        "area_code is outside the force area; the link recognises nobody": living_elsewhere(connection),
        "district_code is not a district of its authority; the child is kept without it": misplaced_districts(connection),
    }
    return children, rejected + [Rejection(extracts.file(LINKS), reason, rows) for reason, rows in left_out.items() if rows]


def accept_force(connection: duckdb.DuckDBPyConnection, extracts: Extracts, progress: Progress) -> list[Rejection]:
    """Read what is known before any authority's file: receptions, links, offers, local calendars; what was left out."""
    progress("Reading the force's extracts", 0, 1)
    extracts.read_force(connection)
    rejected = extracts.accept(connection, FORCE)
    rejected += [found for table in (RECEPTIONS, LINKS, TERM_DATES) for found in _whole(connection, extracts, table)]
    if extracts.forgotten:
        leave_out(connection, extracts.forgotten, extracts.partnership.key)
    progress("Reading the force's extracts", 1, 1)
    return rejected


def _whole(connection: duckdb.DuckDBPyConnection, extracts: Extracts, table: Table) -> list[Rejection]:
    """Make the whole table of accepted rows, each key once."""
    connection.execute(fetching.without_repeats(table))
    return _drop_repeats(connection, extracts, table)


def derive(
    connection: duckdb.DuckDBPyConnection,
    engine: Engine,
    extracts: Extracts,
    children: int,
    rejected: list[Rejection],
    progress: Progress,
) -> Iterator[tuple[Table, pa.Table]]:
    """The rows of each table of the store, a chunk of prepared children at a time; repeated records are added to `rejected`."""
    engine.take(connection, *_PREPARED)
    for first in range(0, children, engine.at_once):
        progress("Deriving terms and windows", first, children)
        rejected += _fetch(connection, extracts, first, engine.at_once)
        engine.take(connection, *_OF_A_CHUNK)
        for table, sql in _DERIVED:
            part = engine.fetch(sql)
            engine.register(f"derived_{table.name}", part)  # the journey is read beside the windows
            yield table, _with_attendance(part) if table is schema.SCHOOL_TERMS else part
    progress("Deriving terms and windows", children, children)


def _fetch(connection: duckdb.DuckDBPyConnection, extracts: Extracts, first: int, at_once: int) -> list[Rejection]:
    """Fetch the records of one chunk of children, each key once, and the children themselves."""
    bounds = {"first": first, "beyond": first + at_once}
    rejected: list[Rejection] = []
    for table in fetching.CHILD_RECORDS:
        connection.execute(fetching.chunk_of(table), bounds)
        rejected += _drop_repeats(connection, extracts, table)
    connection.execute(fetching.COHORT_CHUNK, bounds)
    return rejected


def _drop_repeats(connection: duckdb.DuckDBPyConnection, extracts: Extracts, table: Table) -> list[Rejection]:
    repeats = one(connection, fetching.repeats_of(table))
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


@contextmanager
def database(extracts: Extracts, memory: str = MEMORY, beside: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory; what it cannot do becomes a sentence.

    What does not fit is identifiable: it spills into a folder under `beside` that goes with the database; without one, nowhere.
    """
    scratch = Scratch.where_it_may(beside)
    connection = duckdb.connect(config=configured(memory, scratch))
    try:
        yield connection
    except duckdb.OutOfMemoryException as error:
        raise DataError(
            f"The records in {extracts.directory} need more than {memory} of memory: allow more with --memory, or build by"
            " partnership."
        ) from error
    except duckdb.Error as error:
        # What the database says may quote a row.
        raise DataError(
            f"The records in {extracts.directory} cannot be worked through to their end: supply them again, and if that does not"
            " help, report it as a fault of this program."
        ) from error
    finally:
        connection.close()
        if scratch is not None:
            scratch.close()
