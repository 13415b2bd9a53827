"""The cells of a table laid out as an array: one row a cut, one column a key, so that two releases can be subtracted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.catalogue import COVERAGE, find
from metrics.disclosure.row_counts import about_nobody
from metrics.indicator import Headcount, Proportion

Kind = Literal["figures", "pairs", "quality"]
Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

CUT: Mapping[Kind, tuple[str, ...]] = {
    "figures": ("area_code", "age_band", "sex", "period"),
    "pairs": ("area_code", "age_band", "sex", "period"),
    "quality": ("area_code", "breakdown"),
}
KEY: Mapping[Kind, tuple[str, ...]] = {
    "figures": ("indicator", "basis", "time"),
    "pairs": ("indicator",),
    "quality": ("topic", "file", "reason"),
}
BASE: Mapping[Kind, str] = {"figures": "n", "pairs": "n_both", "quality": "n"}
PARTS: Mapping[Kind, tuple[tuple[str, bool], ...]] = {
    "figures": (("count", True),),
    "pairs": (("before_count", True), ("after_count", True), ("gained", False), ("lost", False)),
    "quality": (("count", True),),
}
"""The parts of a base by column, and whether what is left of the base is a part too."""

EVERYONE = "every child"
_COVERAGE = frozenset((*(one.id for one in COVERAGE), EVERYONE))


@dataclass(frozen=True)
class Board:
    """The cuts and keys of one table, and where each of its rows lies.

    By key: `counted`, whether its parts are children who are counted; `additive`, whether the parts of a cut add up to it;
    `exempt`, whether it is about nobody; `empty`, whether a cell whose absence is public has nobody in it; `base`, the key of
    its base, which every figure of that base tells: such keys follow the table's own, and have no row. -1 for none.
    """

    kind: Kind
    cuts: tuple[tuple[str, ...], ...]
    keys: tuple[tuple[str, ...], ...]
    places: npt.NDArray[np.int64]
    counted: Mask
    additive: Mask
    exempt: Mask
    empty: Mask
    base: npt.NDArray[np.int64]

    @classmethod
    def of(cls, kind: Kind, cells: pa.Table) -> Board:
        """The board of a table."""
        cut_of, cuts = _coded(cells, CUT[kind])
        key_of, own = _coded(cells, KEY[kind])
        keys, base = _with_bases(own) if kind == "figures" else (own, np.full(len(own), -1))
        places = cut_of * len(keys) + key_of
        assert len(np.unique(places)) == len(places), f"two {kind} cells have the same key"
        none, every = np.zeros(len(keys), dtype=bool), np.ones(len(keys), dtype=bool)
        if kind == "quality":
            matched = np.array([key[0] == "matched" for key in keys], dtype=bool)
            named = dict(zip(KEY[kind], map(list, zip(*keys, strict=True)), strict=True)) if keys else None
            return cls(kind, cuts, keys, places, every, matched, about_nobody(pa.table(named)) if named else none, every, base)
        measures = [find(key[0]).measure for key in own]
        counted, additive = none.copy(), every.copy()
        counted[: len(own)] = [isinstance(measure, Proportion) for measure in measures]
        # Children fall into one area each; a family can be in two.
        additive[: len(own)] = [not isinstance(m, Headcount) or m.of == "child_id" for m in measures]
        # Coverage is of every child, in the terms too that nobody can have reached.
        empty = np.array([key[0] not in _COVERAGE for key in keys], dtype=bool)
        return cls(kind, cuts, keys, places, counted, additive, none, empty, base)

    @property
    def shape(self) -> tuple[int, int]:
        """How many cuts and keys."""
        return len(self.cuts), len(self.keys)

    def only(self, keys: npt.NDArray[np.int64]) -> Board:
        """The same cuts with some of the keys; it has no rows of a table."""
        columns = {name: getattr(self, name)[keys] for name in ("counted", "additive", "exempt", "empty")}
        new = np.full(len(self.keys) + 1, -1)
        new[keys] = np.arange(len(keys))
        columns["base"] = new[self.base[keys]]
        return replace(self, keys=tuple(self.keys[key] for key in keys), places=np.zeros(0, dtype=np.int64), **columns)

    def together(self) -> list[npt.NDArray[np.int64]]:
        """The keys of one time each, and all coverage: no sum and no base reaches from one of these to another."""
        times: dict[str, list[int]] = {}
        for number, key in enumerate(self.keys):
            time = "" if self.kind != "figures" else key[-1] if self.empty[number] else "of every term"
            times.setdefault(time, []).append(number)
        return [np.array(numbers, dtype=np.int64) for numbers in times.values()]

    def lay(self, values: npt.NDArray[np.generic], missing: object) -> npt.NDArray[np.generic]:
        """One value a row of the table, laid out; `missing` where the table has no row."""
        laid = np.full(len(self.cuts) * len(self.keys), missing, dtype=values.dtype)
        laid[self.places] = values
        return laid.reshape(self.shape)

    def places_of(self, other: pa.Table) -> npt.NDArray[np.int64]:
        """Where the rows of another table lie on this board; -1 for those that do not."""
        cut_of, cuts = _coded(other, CUT[self.kind])
        key_of, keys = _coded(other, KEY[self.kind])
        cut = _found(cuts, self.cuts)[cut_of]
        key = _found(keys, self.keys)[key_of]
        return np.where((cut < 0) | (key < 0), -1, cut * len(self.keys) + key)


def _with_bases(keys: tuple[tuple[str, ...], ...]) -> tuple[tuple[tuple[str, ...], ...], npt.NDArray[np.int64]]:
    """The keys with those of their bases after them, and the place of each key's base."""
    bases = [_base_of(*key) for key in keys]
    every = (*keys, *dict.fromkeys(base for base in bases if base))
    place = {key: number for number, key in enumerate(every)}
    return every, np.array([place[base] if base else -1 for base in bases] + [-1] * (len(every) - len(keys)))


def _base_of(indicator_id: str, basis: str, time: str) -> tuple[str, ...] | None:
    """What an indicator's base is told by, alike for all that have the same; none for families, which no share is of."""
    indicator = find(indicator_id)
    if indicator_id in _COVERAGE:
        return (EVERYONE, "", "of every term")
    if isinstance(indicator.measure, Headcount):
        return (f"{EVERYONE} recognised", "", time) if indicator.measure.of == "child_id" else None
    denominator = indicator.measure.denominator
    if (indicator.table, indicator.period_of, denominator) == ("children", "recognised_month", "TRUE"):
        return (f"{EVERYONE} recognised", "", time)
    return (f"{indicator.table}, {denominator}", basis, time)


def _coded(cells: pa.Table, names: tuple[str, ...]) -> tuple[npt.NDArray[np.int64], tuple[tuple[str, ...], ...]]:
    """The words of some columns as one code a row, and the words of each code."""
    code = np.zeros(cells.num_rows, dtype=np.int64)
    vocabularies = []
    for name in names:
        column = cells[name]
        if not pa.types.is_dictionary(column.type):
            column = pc.fill_null(column.cast(pa.string()), "").dictionary_encode()
        column = column.unify_dictionaries().combine_chunks()
        vocabularies.append([word or "" for word in column.dictionary.to_pylist()])
        code = code * max(1, len(vocabularies[-1])) + column.indices.to_numpy()
    found, of_row = np.unique(code, return_inverse=True)
    words = []
    for number in found.tolist():
        word: list[str] = []
        for vocabulary in reversed(vocabularies):
            number, place = divmod(number, len(vocabulary))
            word.append(vocabulary[place])
        words.append(tuple(reversed(word)))
    return of_row.astype(np.int64), tuple(words)


def _found(words: tuple[tuple[str, ...], ...], among: tuple[tuple[str, ...], ...]) -> npt.NDArray[np.int64]:
    """The place of each word among others; -1 where it is not."""
    places = {word: place for place, word in enumerate(among)}
    return np.array([places.get(word, -1) for word in words], dtype=np.int64)
