"""Writing one version of a cohort store: its tables, its manifest, and the checks it must pass before it goes live."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data import json_text
from data.build.records import digest
from data.cohort import MANIFEST, CohortStore, Manifest
from data.errors import DataError
from data.schema import FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM, STORE, WINDOWS, Table

ROW_GROUP_ROWS = 131_072
_BUILDING = ("build", "ingest", "match", "reference")
"""The packages whose code and tables decide what a store holds."""

_ROWS_A_CHILD = {
    "children": 1,
    "school_terms": LAST_RELATIVE_TERM - FIRST_RELATIVE_TERM + 1,
    "care_windows": len(WINDOWS),
    "support": 1,
}


class TableWriter:
    """Writes the Parquet file of a table of the store; the same rows give the same bytes, in whatever parts they come."""

    def __init__(self, directory: Path, table: Table) -> None:
        self._table, self._waiting = table, table.arrow.empty_table()
        self._file = pq.ParquetWriter(directory / f"{table.name}.parquet", table.arrow, compression="zstd", store_schema=False)

    def append(self, part: pa.Table) -> None:
        """Write the next rows, in the columns and types of the table; those of a group that is not full yet wait."""
        rows = pa.concat_tables([self._waiting, part.select(self._table.arrow.names).cast(self._table.arrow)])
        full = rows.num_rows - rows.num_rows % ROW_GROUP_ROWS
        for first in range(0, full, ROW_GROUP_ROWS):
            self._write(rows.slice(first, ROW_GROUP_ROWS))
        self._waiting = rows.slice(full)

    def close(self) -> None:
        """Write what waits, and end the file."""
        if self._waiting.num_rows:
            self._write(self._waiting)
        self._file.close()

    def _write(self, group: pa.Table) -> None:
        self._file.write_table(group.combine_chunks(), row_group_size=ROW_GROUP_ROWS)


@contextmanager
def writers(directory: Path) -> Iterator[dict[str, TableWriter]]:
    """A writer a table of the store, by its name."""
    with ExitStack() as stack:
        yield {table.name: stack.enter_context(closing(TableWriter(directory, table))) for table in STORE}


def seal(directory: Path, manifest: Manifest) -> str:
    """Write the manifest, completed from the tables in `directory`, and verify the whole; returns the version."""
    paths = {table.name: directory / f"{table.name}.parquet" for table in STORE}
    content = replace(
        manifest,
        rows={name: pq.read_metadata(path).num_rows for name, path in paths.items()},
        files={path.stem: digest(path) for path in sorted(directory.glob("*.parquet"))},
    )
    version = hashlib.sha256(content.to_json().encode()).hexdigest()[:16]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    sealed = replace(content, version=version, built_at=now, code_version=code_version())
    (directory / MANIFEST).write_text(sealed.to_json(), encoding="utf-8")
    verify(directory)
    return version


def verify(directory: Path) -> None:
    """Assert that a finished version is what the schema says: shapes, keys, codes and unknowns."""
    store = CohortStore.at(directory)
    children = store.manifest.rows["children"]
    with closing(store.connect()) as engine:
        for table in STORE:
            name = table.name
            assert store.manifest.rows[name] == children * _ROWS_A_CHILD[name], f"{name}: each child has all its rows"
            (counted,) = engine.fetch(_broken(table)).to_pylist()
            assert counted == {"broken": 0, "whole": children}, (
                f"{name}: codes known, keys unique, nothing missing that must be there"
            )


def _broken(table: Table) -> str:
    """How many rows hold an unknown code, a missing or too small a value, and how many children have each key once."""
    rules = [f'"{column.name}" IS NULL' for column in table.columns if not column.nullable]
    rules += [f'"{c.name}" NOT IN ({", ".join(repr(code) for code in c.codes)})' for c in table.columns if c.codes]
    rules += [f'"{c.name}" < {c.least}' for c in table.columns if c.least is not None]
    second = next((f'"{name}"' for name in table.key if name != "child_id"), "child_id")
    return f"""
SELECT
    COALESCE(SUM(broken), 0) AS broken,
    COALESCE(SUM(CASE WHEN rows_found = {_ROWS_A_CHILD[table.name]} AND keys_found = rows_found THEN 1 ELSE 0 END), 0) AS whole
FROM (
    SELECT
        child_id,
        SUM(CASE WHEN {" OR ".join(rules)} THEN 1 ELSE 0 END) AS broken,
        COUNT(*) AS rows_found,
        COUNT(DISTINCT {second}) AS keys_found
    FROM {table.name}
    GROUP BY child_id
) AS a_child
"""


def intact(directory: Path) -> bool:
    """Whether every table of a version still has the hash its manifest gives."""
    try:
        store = CohortStore.at(directory)
        return all(digest(store.path(name)) == sha256 for name, sha256 in store.manifest.files.items())
    except (DataError, OSError):
        return False


def made_under(version: Path) -> int:
    """How many children were on the list of the forgotten when a version was made; fewer than any where it does not say."""
    try:
        return int(json_text.parse((version / MANIFEST).read_text(encoding="utf-8")).get("forgotten", 0))
    except (OSError, ValueError, TypeError, AttributeError):
        return -1


def code_version() -> str:
    """A hash of the program that builds: its modules and reference tables."""
    package = Path(__file__).parents[1]
    files = sorted([*package.glob("*.py"), *(path for part in _BUILDING for path in (package / part).rglob("*"))])
    hashes = [[path.name, digest(path)] for path in files if path.suffix in (".py", ".csv")]
    return hashlib.sha256(json.dumps(hashes).encode()).hexdigest()[:16]
