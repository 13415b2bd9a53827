"""A folder of extracts and what it becomes: partners' files, or the records already prepared from them, as the tables of records.

The force's part is read first; when the children are recognised, each authority's registers are matched and of its files only
the rows of matched children are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from data import forgotten, ingest, match, private
from data.build import handed_over
from data.build.records import PREPARED, accept, check_columns, digest
from data.cohort import Input, Rejection
from data.engine import Engine
from data.errors import DataError
from data.ingest.comparators import comparators_of
from data.ingest.folder import Folder, folders, refuse_nobodys
from data.ingest.ledger import EVERYONE, Ledger
from data.partnership import PARTNERSHIP, Partnership
from data.progress import Progress
from data.reference import Comparator
from data.schema import LINKS, OFFERS, RECEPTIONS, RECORDS, TERM_DATES, Table

REJECTED = "rejected"

FORCE = (RECEPTIONS, LINKS, OFFERS, TERM_DATES)
"""What is known before an authority's file is read."""
AUTHORITIES = tuple(table for table in RECORDS if table not in FORCE)


@dataclass(frozen=True)
class Extracts:
    """An extracts folder and what has been read of it so far; nothing is made of the children `forgotten`, by `child_id`."""

    directory: Path
    partnership: Partnership
    area: str | None = None
    ledger: Ledger = field(default_factory=Ledger)
    forgotten: frozenset[str] = frozenset()

    @classmethod
    def open(cls, directory: Path, area: str | None = None, rejected: Path | None = None) -> Extracts:
        """The extracts in that folder; `DataError` where there are none. `rejected` is where rejected rows are written."""
        if not directory.is_dir():
            raise DataError(f"There are no extracts at {directory}: name their folder with --extracts.")
        partnership = Partnership.read(directory)
        extracts = cls(directory, partnership, area, Ledger(partnership.settings.most_bad_rows_pct, rejected))
        if extracts.prepared:
            for table in RECORDS:
                check_columns(extracts.path(table), table)
        return extracts

    def without_forgotten(self, store: Path | None) -> Extracts:
        """The same, leaving out the children forgotten in that store.

        `DataError` where its list was made with another key, or others could read the store.
        """
        if store is None:
            return self
        private.refuse_open(store)
        listed = forgotten.read(store)
        if listed:
            listed.check_key(self.partnership.key, store / forgotten.LIST)
        return replace(self, forgotten=listed.children)

    @property
    def prepared(self) -> bool:
        """Whether the folder holds prepared records in place of partners' files."""
        return (self.directory / PREPARED).is_dir()

    @property
    def force(self) -> Folder:
        """The force's own folder."""
        return folders(self.directory, self.area)[0]

    @property
    def authorities(self) -> tuple[Folder, ...]:
        """A folder an authority."""
        return folders(self.directory, self.area)[1]

    def path(self, table: Table) -> Path:
        """The Parquet file of a table of prepared records."""
        return self.directory / PREPARED / f"{table.name}.parquet"

    def file(self, table: Table) -> str:
        """What rows of a table are put down to once they are records."""
        return f"{PREPARED}/{table.name}.parquet" if self.prepared else table.name

    def read_force(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create `supplied_<table>` of every table of records: all filled where they are prepared, else the force's part."""
        ingest.prepare(connection)
        if not self.prepared:
            raw = [folder for folder in self.authorities if not handed_over.lies_in(folder)]
            ingest.read_force(connection, self.force, raw, self.ledger, self.partnership.settings)
            for folder in self.authorities:
                if handed_over.lies_in(folder):
                    handed_over.take(connection, folder, self.ledger)
            return
        for table in RECORDS:
            connection.execute(f"DROP TABLE supplied_{table.name}")
            connection.read_parquet(str(self.path(table))).create_view(f"supplied_{table.name}")

    def read_authorities(self, connection: duckdb.DuckDBPyConnection, progress: Progress, engine: Engine | None = None) -> None:
        """Match the recognised children with every authority's registers, and fill the other tables with their records."""
        if self.prepared:
            return
        self.look_over()
        settings = self.partnership.settings
        raw = [folder for folder in self.authorities if not handed_over.lies_in(folder)]
        ingest.read_registers(connection, raw, self.ledger, progress)
        for note in match.link(connection, settings.match_threshold, progress, engine).notes:
            self.ledger.note(note.area_code, note.source, note.sentence)
        ingest.read_records(connection, raw, self.ledger, settings, progress)
        ingest.settle_matches(connection)
        ingest.settle_coverage(connection, self.force, self.ledger)

    def look_over(self) -> None:
        """Say in how many names nothing is read, and not in which: notes are shown to all, and a file may be named after a child.

        `DataError` where an authority's files lie in a folder that does not say whose they are.
        """
        if self.area is None:
            refuse_nobodys(self.directory)
        raw = [folder for folder in self.authorities if not handed_over.lies_in(folder)]
        for folder in raw if self.area else (self.force, *raw):
            unread = folder.unread()
            if unread:
                what = "1 file or folder is" if unread == 1 else f"{unread:,} files or folders are"
                where = "the extracts" if folder.path == folder.root else f"the folder {folder.path.name}"
                self.ledger.note(
                    folder.area or EVERYONE,
                    "files",
                    f"In {where} {what} not read, for want of a name that is: compare the names with docs/extracts.md.",
                )

    def comparators(self) -> tuple[Comparator, ...]:
        """The published figures that partners downloaded; none beside prepared records."""
        return () if self.prepared else comparators_of(self.force, self.ledger)

    def inputs(self) -> dict[str, Input]:
        """Every file read, with its SHA-256 and rows; `partnership.json` has no rows."""
        said = {PARTNERSHIP: Input(digest(self.directory / PARTNERSHIP), None)}
        if not self.prepared:
            return said | self.ledger.inputs({path: digest(path) for path in self.ledger.paths})
        for table in RECORDS:
            path, rows = self.path(table), pq.read_metadata(self.path(table)).num_rows
            said[self.file(table)] = Input(digest(path), rows, table.name)
        return said

    def accept(self, connection: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> list[Rejection]:
        """Create a view `accepted_<table>` of the rows that break no rule; how many broke which."""
        rejected: list[Rejection] = []
        for table in tables:
            try:
                rejected += accept(connection, table, self.file(table))
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error as error:
                raise DataError(f"{self.path(table)} cannot be read to its end: supply the file again.") from error
        return rejected
