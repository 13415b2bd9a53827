"""Open a release and look its figures up: read only, and everything the screens may know.

A cut's figures are made when they are asked for, from one area's cells kept in memory: a page costs the same whether the
release is of 200 children or 20 million.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from data import json_text
from data.errors import DataError
from data.schema import SCHEMA_VERSION
from data.versions import current, state_of
from metrics.audience import BESIDE, EVERYTHING, ROLE_WORDS, Audience, Beside, authority_words
from metrics.catalogue import find
from metrics.cells import Cells, CellsError, Memory
from metrics.cut import FIGURES, PAIRS, Cut, Wanted
from metrics.extracts import Extracts
from metrics.figure import Comparator, Figure, QualityCount
from metrics.filters import ALL, Dimension, Filters
from metrics.indicator import Basis
from metrics.lattice import Lattice
from metrics.protocol import Protocol
from metrics.share import ENGLAND, Share, allowed

MOST_BYTES = 64 * 2**20  # areas kept in memory; all of a partnership's, some of a country's

TABLES = ("figures", "pairs", "comparators", "quality")
_AGAIN = "make it again with `python -m metrics release`"


class ReleaseError(Exception):
    """One sentence: what is wrong with a release, where, and what to do."""


class Release:
    """One version of a release, verified when opened; it keeps serving after its directory has gone. Safe between threads.

    `audience` is for whom: what it may not see is in no attribute and no answer, whichever way it is asked for. `beside` is what
    stands beside the figures of its own areas.
    """

    audience: Audience = EVERYTHING
    beside: Collection[Beside] = BESIDE

    def __init__(self, directory: Path, root: Path | None, most_bytes: int = MOST_BYTES) -> None:
        self.directory, self._root = directory, root
        self.manifest: Mapping[str, Any] = _read_manifest(directory)
        self._views: dict[Audience, Release] = {}
        with _told(directory):
            self.version = _text(self.manifest, "version")
            self.built_at = datetime.fromisoformat(self.manifest["built_at"])
            self.synthetic: bool = self.manifest["synthetic"] is True
            self.cohort_version = _text(self.manifest, "cohort_version")
            self.policy = _text(self.manifest["policy"], "name")
            self.policy_words = _text(self.manifest["policy"], "words")
            self.audience_words = _text({"audience_words": ""} | self.manifest["policy"], "audience_words")
            self.authority_words: str = authority_words(allowed(self.manifest))
            audit = self.manifest["audit"]
            self.audited: bool = audit is not None and audit["passed"] is True
            self.lattice = Lattice.from_json(self.manifest["lattice"])
            self.extracts = Extracts.of(self.manifest)
            self.protocol = Protocol.of(self.manifest)
            said = self.manifest.get("recognised_to")
            self.recognised_to = date.fromisoformat(said) if said else self.lattice.last_day
            for table in TABLES:
                if not (directory / f"{table}.parquet").exists():
                    raise CellsError(f"was not finished ({table}.parquet is missing)")
            self.files = tuple(state_of(directory / f"{table}.parquet") for table in TABLES)
            self._memory = Memory(most_bytes)
            self._figures = Cells(directory / "figures.parquet", FIGURES, self._memory)
            self._pairs = Cells(directory / "pairs.parquet", PAIRS, self._memory)
            self._comparators = tuple(Comparator(**row) for row in _small(directory / "comparators.parquet", Comparator))
            self._quality = tuple(QualityCount(**row) for row in _small(directory / "quality.parquet", QualityCount))
            self._check_rows()

    @classmethod
    def open(cls, path: Path | str) -> Release:
        """The live version under `path`, or the version that `path` is; `ReleaseError` says why it cannot be."""
        path = Path(path)
        if (path / "manifest.json").is_file():
            return cls(path, None)
        directory = _live(path)
        while True:
            try:
                return cls(directory, path)
            except ReleaseError:
                newer = _live(path)
                if newer == directory:
                    raise
                directory = newer

    def seen_by(self, audience: Audience) -> Release:
        """The same version as that audience may see it, sharing what is kept in memory; a view is made once and kept.

        The whole release for a partner or a publisher. For a local authority its own area and districts, with what the policy
        lets stand beside them. `ReleaseError` where the release has no such authority, and where this is a view for others:
        what was narrowed is never widened.
        """
        if audience == self.audience:
            return self
        if self.audience.role == "local_authority" or audience.role == "publisher":
            raise ReleaseError(
                f"Release {self.version} was opened for a {ROLE_WORDS[self.audience.role]}, who may not show it to "
                f"a {ROLE_WORDS[audience.role]}: open it again."
            )
        view = self._views.get(audience)
        return view if view is not None else self._views.setdefault(audience, self._narrowed(audience))

    def _narrowed(self, audience: Audience) -> Release:
        view = copy(self)
        view.audience, view._views = audience, {}
        if audience.area is None:
            return view
        share = Share.of(self.manifest, self.lattice, audience.area)
        if share is None:
            raise ReleaseError(
                f"Release {self.version} has no authority {audience.area}: choose one of its own, or make a release that has it."
            )
        view.lattice = share.lattice(self.lattice, self.manifest)
        if not view.lattice.holds(Filters()):
            raise ReleaseError(f"Release {self.version} has no figures of single areas, so none for a local authority: {_AGAIN}.")
        view.manifest = share.manifest(self.manifest, view.lattice)
        view.extracts, view.protocol = Extracts.of(view.manifest), Protocol.of(view.manifest)
        view._comparators, view._quality = share.comparators(self._comparators), share.quality(self._quality)
        view.beside, view.authority_words = share.beside, share.words
        return view

    @property
    def observed_to(self) -> Mapping[str, date]:
        """The last day of each source, over all areas."""
        return self.lattice.observed_to

    @property
    def memory_bytes(self) -> int:
        """What the figures kept in memory take; bounded."""
        return self._memory.bytes

    def read_through(self) -> None:
        """Read every cell anew from the disk, against its checksum; `ReleaseError` where one cannot be read any more."""
        again = Release(self.directory, None)
        with _told(self.directory):
            again._figures.read_through()
            again._pairs.read_through()

    @property
    def failed(self) -> bool:
        """Whether a file of it could not be read after it was opened: it must be opened again to be whole."""
        return self._figures.failed or self._pairs.failed

    def current(self) -> bool:
        """Whether this is still the live version; one small file is read. True for a version opened by itself."""
        try:
            return self._root is None or current(self._root).name == self.directory.name
        except DataError:
            return True

    def cut(self, filters: Filters) -> Cut:
        """The figures of one cut; `ReleaseError` where the lattice does not hold it."""
        refusal = self.lattice.why_not(filters)
        if refusal is not None:
            raise ReleaseError(refusal)
        with _told(self.directory):
            settled = self.lattice.settled(filters)
            figures = self._figures.rows(settled)
            if figures is None:
                raise CellsError("lacks figures that its manifest declares")
            return Cut(settled, figures, self._pairs.rows(settled), expected="england" in self.beside)

    def across(
        self,
        filters: Filters,
        dimension: Dimension,
        indicator_id: str,
        time: str | None = None,
        basis: Basis = "observed",
        values: Collection[str] | None = None,
    ) -> tuple[tuple[str, Figure], ...]:
        """One figure for every value of a dimension, or for `values`, the other filters held; what is not held is left out.

        Areas that may not be compared with the one chosen, or with most of them, are left out too: `apart` says which and why.
        """
        among = self.lattice.values(dimension) if values is None else values
        apart = self.apart(indicator_id, filters.area) if dimension == "area" else {}
        cuts = ((value, filters.but(**{dimension: value})) for value in among if value != ALL and value not in apart)
        figures = ((value, self.cut(cut).figure(indicator_id, time, basis)) for value, cut in cuts if self.lattice.holds(cut))
        return tuple((value, figure) for value, figure in figures if figure is not None)

    def apart(self, indicator_id: str, area: str = ALL) -> Mapping[str, str]:
        """The areas whose figure of an indicator means something else than that of the area chosen, each with the reason.

        Where the whole is chosen, something else than in most authorities. Districts go with their authority.
        """
        authority = {one.code: one.parent if one.kind == "district" else one.code for one in self.lattice.areas}
        authorities = [one.code for one in self.lattice.areas if one.kind == "authority"]
        found = self.extracts.apart(find(indicator_id), authorities, authority.get(area) or ALL)
        return {code: found[own] for code, own in authority.items() if own in found}

    def nearest(self, filters: Filters, wanted: Collection[Wanted]) -> Filters | None:
        """The nearest coarser cut that shows most of what is wanted; if none does, the one that shows the most.

        Null where no coarser cut shows more than this one.
        """
        most = self.cut(filters).shown(wanted) if self.lattice.holds(filters) else 0
        best = None
        for ring in self.lattice.rings(filters):
            shown, candidate = max(((self.cut(cut).shown(wanted), cut) for cut in ring), key=lambda pair: pair[0])
            if shown > most:
                most, best = shown, candidate
            if best is not None and 2 * most > len(wanted):
                break
        return best

    def comparators(self, indicator_id: str, area: str = ALL) -> tuple[Comparator, ...]:
        """What stands beside an indicator: England's figures, then those of the area or of the authority it is in."""
        known = self.lattice.area(area)
        codes = (ENGLAND, *((known.code, known.parent) if known is not None else (area,)))
        beside = [one for one in self._comparators if one.indicator == indicator_id and one.area_code in codes]
        return tuple(sorted(beside, key=lambda one: codes.index(one.area_code)))

    def quality(self, topic: str) -> tuple[QualityCount, ...]:
        """The counts about the data on one topic."""
        return tuple(one for one in self._quality if one.topic == topic)

    def _check_rows(self) -> None:
        counted = (self._figures.count, self._pairs.count, len(self._comparators), len(self._quality))
        for table, rows in zip(TABLES, counted, strict=True):
            if rows != self.manifest["rows"][table]:
                raise CellsError(f"has not the rows in {table}.parquet that its manifest counts")


def _live(path: Path) -> Path:
    try:
        return current(path, "release", "python -m metrics release")
    except DataError as error:
        raise ReleaseError(str(error)) from None


def _read_manifest(directory: Path) -> Mapping[str, Any]:
    path = directory / "manifest.json"
    try:
        manifest = json_text.parse(path.read_text(encoding="utf-8"))
        schema_version = int(manifest["schema_version"])
    except FileNotFoundError:
        raise ReleaseError(f"The release in {directory} was not finished (manifest.json is missing): {_AGAIN}.") from None
    except OSError:
        raise ReleaseError(f"{path} cannot be read: check who owns it.") from None
    except (ValueError, KeyError, TypeError):
        raise ReleaseError(f"{path} is damaged: {_AGAIN}.") from None
    if schema_version != SCHEMA_VERSION:
        age, remedy = ("newer", "upgrade this program") if schema_version > SCHEMA_VERSION else ("older", _AGAIN)
        raise ReleaseError(
            f"The release in {directory} has the {age} schema {schema_version}, this program reads {SCHEMA_VERSION}: {remedy}."
        )
    return cast(Mapping[str, Any], manifest)


@contextmanager
def _told(directory: Path) -> Iterator[None]:
    """Tell whatever is wrong with a release's files in one sentence."""
    try:
        yield
    except CellsError as error:
        raise ReleaseError(f"The release in {directory} {error}: {_AGAIN}.") from None
    except PermissionError:
        raise ReleaseError(f"The release in {directory} cannot be read: check who owns it.") from None
    except (OSError, pa.ArrowException):
        raise ReleaseError(f"The release in {directory} has a file that is not readable Parquet: {_AGAIN}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ReleaseError(f"{directory / 'manifest.json'} is damaged: {_AGAIN}.") from None


def _text(said: Mapping[str, Any], name: str) -> str:
    """What a manifest says under a name, in words; ValueError where it says something else."""
    words = said[name]
    if not (isinstance(words, str) and words.isprintable()):
        raise ValueError(name)
    return words


def _small(path: Path, row: type) -> list[dict[str, Any]]:
    """A small table's rows, the columns that `row` has."""
    names = [field.name for field in fields(row)]
    table = pq.ParquetFile(path, page_checksum_verification=True).read()
    missing = [name for name in names if name not in table.column_names]
    if missing:
        raise CellsError(f"has no column {missing[0]} in {path.name}")
    return cast(list[dict[str, Any]], table.select(names).to_pylist())
