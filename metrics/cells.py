"""The cells of a release, read a row group at a time.

A file is sorted by area, age band, sex and period, so one cut is one run of rows, and the row groups' statistics say which
of them hold it. What is kept in memory are row groups, the least recently used dropped first, within a bound of bytes
shared by all files of a release.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Lock, RLock
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from metrics.filters import Filters

CUT_COLUMNS = ("area_code", "age_band", "sex", "period")
ROWS_A_GROUP = 16_384  # read in 2 ms; the compiler writes row groups of at most so many rows, none across two areas
_BYTES_A_CUT, _BYTES_A_ROW = 400, 160  # of memory: a cut's place, and a row's within it

Key = tuple[str, ...]
Span = tuple[int, int]
"""The first row of a cut in its row group, and the row after its last."""


class CellsError(Exception):
    """A file that is not what a release declares; completes "the release …"."""


@dataclass(frozen=True)
class Layout:
    """The columns that tell a file's rows apart within a cut, and those that are looked up."""

    within: tuple[str, ...]
    held: tuple[str, ...]


class Rows:
    """One cut's rows of a file, by what tells them apart; a cut may begin in one row group and end in the next."""

    def __init__(self, parts: Sequence[tuple[Block, Span]]) -> None:
        self._parts = [(block.places[span], _columns(block.table, *span)) for block, span in parts]

    def get(self, key: Key) -> tuple[Any, ...] | None:
        """The row's values in the order of the layout; null where there is no such row."""
        for places, columns in self._parts:
            place = places.get(key)
            if place is not None:
                return tuple([column[place] for column in columns])
        return None


def _columns(table: pa.Table, start: int, stop: int) -> list[list[Any]]:
    return [column.to_pylist() for column in table.slice(start, stop - start).columns]


@dataclass(frozen=True)
class Block:
    """One row group's rows, which row of each cut is which, and what that takes in bytes."""

    table: pa.Table
    places: Mapping[Span, Mapping[Key, int]]
    bytes: int


class Memory:
    """The blocks kept: the least recently used leave when the bytes pass the bound. Safe between threads."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: OrderedDict[Hashable, Block] = OrderedDict()
        self._lock = RLock()

    def get(self, key: Hashable) -> Block | None:
        """What is kept under the key."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, block: Block) -> None:
        """Keep a block; the newest always stays, however large."""
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = block
            self.bytes += block.bytes
            while self.bytes > self.most_bytes and len(self._kept) > 1:
                self.bytes -= self._kept.popitem(last=False)[1].bytes


class Cells:
    """One Parquet file of a release; stays readable when its directory has been swept away."""

    def __init__(self, path: Path, layout: Layout, memory: Memory) -> None:
        self._layout, self._memory, self._name = layout, memory, path.name
        self.failed = False
        """Whether the file could not be read when it was asked; what stands under its name now may be whole."""
        self._file = pq.ParquetFile(path, read_dictionary=[*CUT_COLUMNS, *layout.within], page_checksum_verification=True)
        missing = [name for name in (*CUT_COLUMNS, *layout.within, *layout.held) if name not in self._file.schema_arrow.names]
        if missing:
            raise CellsError(f"has no column {missing[0]} in {path.name}")
        self._groups = _groups(self._file.metadata)
        self._known: dict[int, Mapping[Key, Span]] = {}
        self._lock = Lock()

    @property
    def count(self) -> int:
        """How many rows the file has."""
        return int(self._file.metadata.num_rows)

    def read_through(self) -> None:
        """Read every row group and keep none; raises what the reader raises where a checksum is wrong."""
        for group in range(self._file.metadata.num_row_groups):
            self._file.read_row_group(group, use_threads=False)

    def rows(self, filters: Filters) -> Rows | None:
        """The cut's rows; null where the file has none."""
        cut = (filters.area, filters.age_band, filters.sex, filters.period)
        near = [number for number, group in enumerate(self._groups) if group.may_hold(cut)]
        parts = [(self._block(number), spans[cut]) for number in near if cut in (spans := self._spans(number))]
        return Rows(parts) if parts else None

    def _spans(self, group: int) -> Mapping[Key, Span]:
        """Where the cuts of a row group are; small, and kept from the first time it is asked."""
        if group not in self._known:
            with self._lock:
                table = self._table(group, CUT_COLUMNS)
            self._known[group] = _spans([_Coded.of(column) for column in table.columns], self._name)
        return self._known[group]

    def _block(self, group: int) -> Block:
        kept = self._memory.get((self._name, group))
        if kept is None:
            with self._lock:
                kept = self._memory.get((self._name, group)) or self._read(group)
                self._memory.keep((self._name, group), kept)
        return kept

    def _read(self, group: int) -> Block:
        within, held = list(self._layout.within), list(self._layout.held)
        table = self._table(group, (*within, *held))
        places, size = _places([_Coded.of(table[name]) for name in within], self._known[group].values(), self._name)
        table = table.select(held).combine_chunks()
        return Block(table, places, table.nbytes + size)

    def _table(self, group: int, columns: Sequence[str]) -> pa.Table:
        try:
            return self._file.read_row_group(group, columns=list(columns), use_threads=False)
        except (OSError, pa.ArrowException):
            self.failed = True
            raise


@dataclass(frozen=True)
class _Group:
    """What a row group's statistics say of its cuts: the first and last word of each column."""

    least: Key
    most: Key

    def may_hold(self, cut: Key) -> bool:
        """Whether the cut can be in this row group."""
        if not self.least[0] <= cut[0] <= self.most[0]:
            return False
        return all(least <= word <= most for least, word, most in zip(self.least, cut, self.most, strict=True))


@dataclass(frozen=True)
class _Coded:
    """A column of words as codes."""

    codes: np.ndarray
    words: list[str]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> _Coded:
        array = column.unify_dictionaries().combine_chunks()
        return cls(np.from_dlpack(array.indices), array.dictionary.to_pylist())

    def at(self, rows: slice | list[int]) -> list[str]:
        return [self.words[code] for code in self.codes[rows].tolist()]


def _groups(metadata: pq.FileMetaData) -> tuple[_Group, ...]:
    places = [metadata.schema.names.index(name) for name in CUT_COLUMNS]
    return tuple(_group(metadata.row_group(number), places) for number in range(metadata.num_row_groups))


def _group(metadata: pq.RowGroupMetaData, places: list[int]) -> _Group:
    bounds = [metadata.column(place).statistics for place in places]
    if any(bound is None or not bound.has_min_max for bound in bounds):
        raise CellsError("says nothing of what its row groups hold")
    return _Group(tuple(bound.min for bound in bounds), tuple(bound.max for bound in bounds))


def _spans(cuts: list[_Coded], name: str) -> Mapping[Key, Span]:
    codes = _combined(cuts)
    starts = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
    spans = dict(zip(zip(*(column.at(starts) for column in cuts), strict=True), pairwise([*starts, len(codes)]), strict=True))
    if len(spans) != len(starts):
        raise CellsError(f"is not sorted in {name}")
    return spans


def _places(within: list[_Coded], spans: Iterable[Span], name: str) -> tuple[dict[Span, Mapping[Key, int]], int]:
    """The place of each row in its cut, and what that takes in bytes; cuts with the same rows in one order share theirs."""
    codes = _combined(within)
    shared: dict[bytes, Mapping[Key, int]] = {}
    places: dict[Span, Mapping[Key, int]] = {}
    for start, stop in spans:
        order = codes[start:stop].tobytes()
        if order not in shared:
            keys = zip(*(column.at(slice(start, stop)) for column in within), strict=True)
            shared[order] = {key: place for place, key in enumerate(keys)}
        if len(shared[order]) != stop - start:
            raise CellsError(f"has a row twice in {name}")
        places[start, stop] = shared[order]
    return places, _BYTES_A_CUT * len(places) + _BYTES_A_ROW * sum(map(len, shared.values()))


def _combined(columns: list[_Coded]) -> np.ndarray:
    """One code for the words of several columns."""
    combined = np.zeros(len(columns[0].codes), dtype=np.int64)
    for column in columns:
        combined = combined * len(column.words) + column.codes
    return combined
