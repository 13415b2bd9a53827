"""Figures of one cut that are sums of one another, or lie within one another: what is known of some tells of the rest.

The levels make up *statutory*, the combinations of services everyone, the children followed are among those observed. What is
left of the larger is a group of children, named or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.catalogue import INDICATORS
from metrics.disclosure.board import Board, Counts
from metrics.disclosure.lines import Known, Places
from metrics.disclosure.linked import has_own_base


def _declared() -> Iterator[tuple[str | None, tuple[str, ...], bool]]:
    """A figure, or null for the whole base, figures within it, and whether there may be others; as the catalogue says."""
    ids = {one.id for one in INDICATORS}
    for split, by in dict.fromkeys((one.splits, one.split_by) for one in INDICATORS if one.splits):
        parts = [one for one in INDICATORS if (one.splits, one.split_by) == (split, by)]
        yield (split if split in ids else None, tuple(one.id for one in parts), any(map(has_own_base, parts)))
        if split not in ids:  # of parts that make up everyone, those within another figure make that up
            for outer in dict.fromkeys(outer for one in parts for outer in one.within):
                yield (outer, tuple(one.id for one in parts if outer in one.within), False)
    for one in INDICATORS:
        if one.splits is None:
            yield from ((outer, (one.id,), True) for outer in one.within)


@dataclass(frozen=True)
class Loose:
    """What is left of sums, where that is known and not of nobody: how many, and the cells it follows from, one row a rest.

    `by` is of the base and its parts, `cells` are numbered cut by cut, the larger last; `count_alone`: the base is theirs too.
    """

    by: Counts
    cells: Places
    count_alone: bool


@dataclass(frozen=True)
class Sum:
    """Keys whose counts add up to that of another, or, where `whole` is null, to their base; some do not where `open`."""

    whole: int | None
    parts: Places
    open: bool

    @property
    def keys(self) -> Places:
        """Every key, the parts first."""
        return self.parts if self.whole is None else np.append(self.parts, self.whole)


def sums_of(board: Board) -> list[Sum]:
    """Every sum of a board of figures all of whose keys it has."""
    if board.kind != "figures":
        return []
    place = {key: number for number, key in enumerate(board.keys)}
    found = []
    for basis, time in dict.fromkeys((key[1], key[2]) for key in board.keys):
        for whole, parts, is_open in _declared():
            names = (*parts, whole) if whole else parts
            if all((name, basis, time) in place for name in names):
                keys = np.array([place[name, basis, time] for name in parts])
                found.append(Sum(place[whole, basis, time] if whole else None, keys, is_open))
    return found


def within_of(board: Board) -> tuple[Places, Places]:
    """The keys of the children followed, and beside each the key of all who are observed."""
    place = {key: number for number, key in enumerate(board.keys)}
    inner = [key for key in board.keys if board.kind == "figures" and key[1] == "followed"]
    pairs = [(place[key], place[key[0], "observed", key[2]]) for key in inner if (key[0], "observed", key[2]) in place]
    followed, observed = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(followed, dtype=np.int64), np.array(observed, dtype=np.int64)


def close_sum(known: Known, one: Sum) -> None:
    """Add to `known` what follows from a sum: the last part that is not known, or the whole of parts that all are."""
    cells = known.cells[:, one.keys]
    base = np.take_along_axis(known.by[0][:, one.keys], np.argmax(cells, axis=1)[:, None], axis=1)[:, 0]
    parts, rest = known.cells[:, one.parts], _rest(known, one, base)
    whole = cells.any(axis=1) if one.whole is None else known.cells[:, one.whole]
    unknown = (~parts).sum(axis=1)
    cut = np.flatnonzero(whole & (unknown == 1) & (not one.open))
    _learn(known, cut, one.parts[np.argmin(parts[cut], axis=1)], base[cut], rest[cut])
    if one.whole is not None and not one.open:
        cut = np.flatnonzero(~whole & (unknown == 0))
        _learn(known, cut, np.full(len(cut), one.whole), base[cut], known.by[1][cut][:, one.parts].sum(axis=1))


def rests_of(known: Known, sums: Sequence[Sum], within: tuple[Places, Places]) -> Iterator[Loose]:
    """What is left of each sum where some of it is known but not all, and of all observed besides those followed."""
    keys = known.cells.shape[1]
    for one in sums:
        cells, parts = known.cells[:, one.keys], known.cells[:, one.parts]
        base = np.take_along_axis(known.by[0][:, one.keys], np.argmax(cells, axis=1)[:, None], axis=1)[:, 0]
        whole = cells.any(axis=1) if one.whole is None else known.cells[:, one.whole]
        rest = _rest(known, one, base)
        cut = np.flatnonzero(whole & parts.any(axis=1) & (one.open | ~parts.all(axis=1)) & (rest != 0))
        yield Loose(np.stack([base[cut], rest[cut]]), cut[:, None] * keys + one.keys, count_alone=True)
    inner, outer = within
    cut, place = np.nonzero(known.cells[:, inner] & known.cells[:, outer])
    by = known.by[:, cut, outer[place]] - known.by[:, cut, inner[place]]
    cells = cut[:, None] * keys + np.stack([inner[place], outer[place]], axis=1)
    some = np.any(by != 0, axis=0)
    yield Loose(by[:, some], cells[some], count_alone=False)


def _rest(known: Known, one: Sum, base: Counts) -> Counts:
    counts = known.by[1]
    whole = base if one.whole is None else counts[:, one.whole]
    parts = np.where(known.cells[:, one.parts], counts[:, one.parts], 0)
    return np.asarray(whole - parts.sum(axis=1), dtype=np.int64)


def _learn(known: Known, cut: Places, key: Places, base: Counts, count: Counts) -> None:
    known.cells[cut, key] = True
    known.by[0, cut, key], known.by[1, cut, key] = base, count
