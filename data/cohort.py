"""Read-only access to a cohort store: one version of it, verified when opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data import forgotten, json_text, private, versions
from data.engine import IN_PROCESS, Engine, Setting
from data.errors import DataError
from data.schema import SCHEMA_VERSION, STORE, Table

MANIFEST = "manifest.json"
LEDGER = "LEDGER"
"""The folder of a store that remembers what was released of it."""
_REMEDY = "make it again with `python -m data build`"


Span = tuple[date, date]
"""First and last day, both included."""


@dataclass(frozen=True)
class Input:
    """A file the store was built from: whose, of what kind (`school_census/pupilonroll`), rows read and rows accepted.

    `area_code` is `all` where it is no one authority's; rows are null for what has none.
    """

    sha256: str
    rows: int | None
    kind: str = ""
    area_code: str = "all"
    used: int | None = None


@dataclass(frozen=True)
class Rejection:
    """How many rows of a file were left out, and why; never which."""

    file: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Note:
    """What an area's extracts lack or leave open, as one sentence with nobody in it."""

    area_code: str
    source: str
    sentence: str


@dataclass(frozen=True)
class Linkage:
    """Of the recognised children of an area, how many were found in a register."""

    children: int
    matched: int


@dataclass(frozen=True)
class Manifest:
    """What a store says about itself.

    `observed_to` and `supplied_from` are by source and area code: what was not supplied has no entry. `linkage` is by
    register and area code, `all` included, `linkage_groups` by register and age band or sex. `definitions` says what differs
    between areas, by area code; `settings` which rules the partnership chose, in words; `notes` what was missing; `forgotten`
    how many children were on the store's list of those to leave out, and nought is not written. `version`
    is a hash of everything but itself, `built_at` and `code_version`; `files` has each table's SHA-256.
    """

    synthetic: bool
    partnership: str
    programme_start: date
    observed_to: Mapping[str, Mapping[str, date]]
    supplied_from: Mapping[str, Mapping[str, date]]
    covered: Mapping[str, Mapping[str, tuple[Span, ...]]] = field(default_factory=dict)
    inputs: Mapping[str, Input] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    linkage: Mapping[str, Mapping[str, Linkage]] = field(default_factory=dict)
    linkage_groups: Mapping[str, Mapping[str, Linkage]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    forgotten: int = 0
    version: str = ""
    built_at: str = ""
    schema_version: int = SCHEMA_VERSION
    code_version: str = ""

    def to_json(self) -> str:
        """The text of `manifest.json`; days in ISO form."""
        said = {name: value for name, value in asdict(self).items() if name != "forgotten" or value}
        return json.dumps(said, default=date.isoformat, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The manifest of that text; KeyError, TypeError or ValueError where it is not one."""
        read: dict[str, Any] = json_text.parse(text)
        read["programme_start"] = date.fromisoformat(read["programme_start"])
        read["inputs"] = {file: Input(**one) for file, one in read["inputs"].items()}
        read["rejected"] = tuple(Rejection(**one) for one in read["rejected"])
        read["notes"] = tuple(Note(**one) for one in read.get("notes", ()))
        for by in ("linkage", "linkage_groups"):
            read[by] = {r: {a: Linkage(**one) for a, one in areas.items()} for r, areas in read.get(by, {}).items()}
        for end in ("observed_to", "supplied_from"):
            read[end] = {s: {a: date.fromisoformat(d) for a, d in areas.items()} for s, areas in read[end].items()}
        read["covered"] = {s: {a: _spans(spans) for a, spans in areas.items()} for s, areas in read.get("covered", {}).items()}
        return cls(**read)

    def last_observed(self, source: str) -> date | None:
        """The latest day any area's extract of the source covers; None where nobody supplied it."""
        return max(self.observed_to.get(source, {}).values(), default=None)


@dataclass(frozen=True)
class CohortStore:
    """One version of a cohort store; with `recognised_to`, of the children recognised by that day alone."""

    directory: Path
    manifest: Manifest
    recognised_to: date | None = None
    engine: Setting = IN_PROCESS

    @classmethod
    def open(cls, path: Path | str) -> CohortStore:
        """The live version under `path`, its manifest and the shape of every table checked; `DataError` otherwise.

        Refused too where anyone but the owner could read the store, or where children were forgotten since and may be in it.
        """
        private.refuse_open(Path(path))
        store = cls.at(versions.current(Path(path)))
        forgotten.check(Path(path), store.manifest.forgotten)
        return store

    @classmethod
    def at(cls, directory: Path) -> CohortStore:
        """The version in that directory, checked in the same way."""
        store = cls(directory, _read_manifest(directory))
        for table in STORE:
            _check_table(store.path(table.name), table, store.manifest.rows[table.name])
        return store

    def path(self, table: str) -> Path:
        """The Parquet file of a table."""
        return self.directory / f"{table}.parquet"

    def up_to(self, day: date | None) -> CohortStore:
        """The same store without the children recognised after that day; null leaves everyone in."""
        return replace(self, recognised_to=day)

    def children(self, *columns: str) -> pa.Table:
        """Those columns of `children`, one row a child who counts."""
        children = pq.read_table(self.path("children"), columns=[*dict.fromkeys((*columns, "recognised_month"))])
        if self.recognised_to is not None:
            children = children.filter(pc.less_equal(children["recognised_month"], pa.scalar(self.recognised_to)))
        return children.select(columns)

    def by(self, engine: Setting) -> CohortStore:
        """The same store, counted by that engine."""
        return replace(self, engine=engine)

    def connect(self) -> Engine:
        """A connection of its own that knows the tables; what does not fit in memory lies beside the versions until it closes.

        `children` has those who count; the other tables have rows of everyone, to be joined to it.
        """
        engine = self.engine.opened(beside=self.directory.parent)
        for table in STORE:
            engine.read(table.name, self.path(table.name), self._who_count if table.name == "children" else "TRUE")
        return engine

    @property
    def _who_count(self) -> str:
        return "TRUE" if self.recognised_to is None else f"recognised_month <= DATE '{self.recognised_to.isoformat()}'"


def _spans(days: list[list[str]]) -> tuple[Span, ...]:
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in days)


def _read_manifest(directory: Path) -> Manifest:
    path = directory / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
        schema_version = int(json_text.parse(text)["schema_version"])
    except FileNotFoundError:
        raise DataError(f"The cohort store in {directory} was not finished ({MANIFEST} is missing): {_REMEDY}.") from None
    except OSError:
        raise DataError(f"{path} cannot be read: check who owns it.") from None
    except (ValueError, KeyError, TypeError):
        raise DataError(f"{path} is damaged: {_REMEDY}.") from None
    if schema_version != SCHEMA_VERSION:
        age, remedy = ("newer", "upgrade this program") if schema_version > SCHEMA_VERSION else ("older", _REMEDY)
        raise DataError(
            f"The cohort store in {directory} has the {age} schema {schema_version}, this program reads"
            f" {SCHEMA_VERSION}: {remedy}."
        )
    try:
        manifest = Manifest.from_json(text)
        assert manifest.version and all(isinstance(manifest.rows[table.name], int) for table in STORE)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
        raise DataError(f"{path} is damaged: {_REMEDY}.") from None
    return manifest


def _check_table(path: Path, table: Table, rows: int) -> None:
    try:
        metadata = pq.read_metadata(path)
    except FileNotFoundError:
        raise DataError(f"{path} is missing, so the cohort store is not whole: {_REMEDY}.") from None
    except PermissionError:
        raise DataError(f"{path} cannot be read: check who owns it.") from None
    except (OSError, pa.ArrowException):
        raise DataError(f"{path} is damaged: {_REMEDY}.") from None
    found = metadata.schema.to_arrow_schema()
    for column in table.columns:
        if found.names.count(column.name) > 1:
            raise DataError(f"{path} has more than one column {column.name}: {_REMEDY}.")
        if column.name not in found.names or found.field(column.name).type != column.type:
            raise DataError(f"{path} has no column {column.name} of type {column.type}: {_REMEDY}.")
    if metadata.num_rows != rows:
        raise DataError(f"{path} holds {metadata.num_rows:,} rows where the manifest says {rows:,}: {_REMEDY}.")
