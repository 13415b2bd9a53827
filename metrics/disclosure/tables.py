"""One table of linked figures: exclusive parts of a whole over every cut, what is known of them, and what falls.

A share is a table of two parts, those in the numerator and the rest of its base; the statutory levels are three parts of
those open to statutory support; a base is a table of one part. What is known of a table is every sum that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from metrics.disclosure.attacker import Bounds, InconsistentError, Knowledge, Mask, Numbers, bounds, explained, fit
from metrics.disclosure.ground import Ground
from metrics.disclosure.selection import Trial

Rows = npt.NDArray[np.int64]
_REPAIRS = 25
NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Sum:
    """Some of the parts together, known in some cuts: a figure of its own.

    `released`: shown and hidden with the parts, so to be kept as wide as they are. `hidden`: where it is a figure that was
    hidden elsewhere; nowhere if null.
    """

    parts: tuple[int, ...]
    values: Numbers
    known: Mask
    released: bool = False
    hidden: Mask | None = None


@dataclass(frozen=True)
class Ranges:
    """Rows of a table, and values that fit for each: at least the policy's width apart, or the bounds themselves."""

    rows: Rows
    bounds: Bounds

    def narrower(self, wide: float) -> Rows:
        """The rows whose bounds are closer than that."""
        return np.asarray(self.rows[self.bounds.width < wide])


@dataclass(frozen=True)
class Table:
    """Parts × cuts of one whole; numbers of children.

    `shown` says which parts are shown in which cuts. `whole` is null where the parts' own total is the whole (a base); its
    `known` says where. `exhaustive`: the parts add up to the whole. `nobody`: cuts that publicly hold none. `free`: parts and
    cuts that are published elsewhere, so nobody's to hide. `floor` and `ceiling`: what nested figures of the same cut show.
    """

    ground: Ground
    values: Numbers
    shown: Mask
    nobody: Mask
    wide: float
    whole: Sum | None = None
    exhaustive: bool = False
    sums: tuple[Sum, ...] = ()
    free: Mask | None = None
    floor: Numbers | None = None
    ceiling: Numbers | None = None

    @cached_property
    def blocks(self) -> int:
        """Exclusive groups of children: the parts, and the rest of the whole where there can be one."""
        return len(self.values) + (self.whole is not None and not self.exhaustive)

    @property
    def rest(self) -> int | None:
        """The block of those in no part."""
        return len(self.values) if self.blocks > len(self.values) else None

    def rows(self, blocks: tuple[int, ...]) -> sparse.csr_array:
        """The sums over some blocks together, a row a cut."""
        parts = [self.ground.incidence if block in blocks else None for block in range(self.blocks)]
        empty = sparse.csr_array(self.ground.incidence.shape)
        return sparse.csr_array(sparse.hstack([empty if part is None else part for part in parts], format="csr"))

    @cached_property
    def all_rows(self) -> sparse.csr_array:
        """A row a part and cut, part by part; then the rest, where there is one; then the whole; then every released sum."""
        each = [(block,) for block in range(self.blocks)] + [tuple(range(self.blocks)), *(one.parts for one in self._released)]
        return sparse.csr_array(sparse.vstack([self.rows(blocks) for blocks in each], format="csr"))

    @cached_property
    def _released(self) -> tuple[Sum, ...]:
        return tuple(one for one in self.sums if one.released or one.hidden is not None)

    def known(self, shown: Mask) -> tuple[Knowledge, Rows]:
        """All that is known when these are shown; with it the part-and-cut of each row that showing made known, or -1."""
        cuts = len(self.nobody)
        rows, values, origin = [self.all_rows[np.flatnonzero(shown.ravel())]], [self.values[shown]], [np.flatnonzero(shown)]
        for one in (self.whole, *self.sums):
            if one is not None:
                where = np.flatnonzero(one.known & ~self.nobody)
                blocks = tuple(range(self.blocks)) if one is self.whole else one.parts
                rows.append(self.rows(blocks)[where])
                values.append(one.values[where])
        nobody, derived = np.flatnonzero(self.nobody), np.flatnonzero(self._nothing_left(shown).ravel())
        rows += [self.rows(tuple(range(self.blocks)))[nobody], self.all_rows[derived]]
        values += [np.zeros(len(nobody)), np.zeros(len(derived))]
        total = sum(len(one) for one in values)
        origins = np.full(total, -1)
        origins[: len(origin[0])] = origin[0]
        assert cuts == self.ground.incidence.shape[0], "a table has a value for every cut of its ground"
        return Knowledge(sparse.csr_array(sparse.vstack(rows, format="csr")), np.concatenate(values)), origins

    def _nothing_left(self, shown: Mask) -> Mask:
        """Blocks and cuts that are nought because the shown parts make up the whole that is known."""
        left = np.zeros((self.blocks, shown.shape[1]), dtype=bool)
        if self.whole is not None:
            made = np.where(shown, self.values, 0).sum(axis=0)
            full = self.whole.known & (made == self.whole.values) & (shown.any(axis=0) | (self.whole.values == 0))
            left[: len(shown)] = full & ~shown
            left[len(shown) :] = full
        return left

    def betrayed(self, shown: Mask) -> Mask:
        """The cuts in which the shown parts make up so much of the whole that the hidden ones are told to be few, or nobody."""
        if self.whole is None or self.blocks < 3:
            return np.zeros(shown.shape[1], dtype=bool)
        made = np.where(shown, self.values, 0).sum(axis=0)
        full = self.whole.known & (self.whole.values - made <= self.wide) & shown.any(axis=0)
        hidden = ~shown if self.free is None else ~shown & ~self.free
        return np.asarray(full & hidden.any(axis=0) & ~self.nobody)

    def targets(self, shown: Mask) -> Rows:
        """The rows that must stay wide: hidden parts, and the rest wherever the whole is not known either."""
        hidden = ~shown & ~self.nobody
        if self.free is not None:
            hidden &= ~self.free
        if self.rest is not None and self.whole is not None:
            hidden = np.vstack([hidden, hidden.any(axis=0) & ~self.whole.known])
        asked = np.zeros((self.blocks + 1 + len(self._released), hidden.shape[1]), dtype=bool)
        asked[: len(hidden)] = hidden
        for row, one in enumerate(self._released, self.blocks + 1):
            asked[row] = ~shown.all(axis=0) & ~self.nobody & ~one.known if one.released else one.hidden
        return np.flatnonzero(asked.ravel())

    def ranges(self, shown: Mask, among: Rows | None = None) -> Ranges:
        """What an attacker is left with of every hidden figure, or of those `among` them; without those that are exempt."""
        known, _ = self.known(shown)
        asked = self.targets(shown) if among is None else among
        told = self.betrayed(shown)[asked % len(self.nobody)] & ~np.vstack([shown, self._no_more(shown)]).ravel()[asked]
        asked = asked[told | ~self._inside_nothing(known, asked)]
        found = bounds(known, self.all_rows[asked], self.wide) if len(asked) else Bounds(np.empty(0), np.empty(0))
        return Ranges(asked, self._clipped(found, asked))

    def _no_more(self, shown: Mask) -> Mask:
        """For the rows of all blocks and sums beyond the parts: none of them is a part."""
        return np.ones((self.all_rows.shape[0] // shown.shape[1] - len(shown), shown.shape[1]), dtype=bool)

    def falls(self, shown: Mask, among: Rows | None = None) -> Rows:
        """The rows of hidden figures, or of those `among` them, that an attacker can bound too narrowly."""
        return self.ranges(shown, among).narrower(self.wide)

    def _inside_nothing(self, known: Knowledge, asked: Rows) -> Mask:
        """Which figures lie within one that is shown as nought, or within one where all are: those are exempt."""
        pinned, cuts = ~known.free(), len(self.nobody)
        inside = np.asarray(self.all_rows @ pinned.astype(float)) >= np.diff(self.all_rows.indptr)
        by_block = inside[: self.blocks * cuts].reshape(self.blocks, cuts)
        others = by_block.sum(axis=0)
        cut = asked % cuts
        alone = (others[cut] == self.blocks - 1) & (self.blocks > 1)
        return np.asarray(inside[asked] | (alone & self.whole.known[cut] if self.whole is not None else False))

    def _clipped(self, found: Bounds, asked: Rows) -> Bounds:
        """The bounds with what nested figures of the same cut add."""
        low, high = found.low, found.high
        inside = asked < self.values.size
        if self.floor is not None and self.ceiling is not None:
            low, high = low.copy(), high.copy()
            low[inside] = np.maximum(low[inside], self.floor.ravel()[asked[inside]])
            high[inside] = np.minimum(high[inside], self.ceiling.ravel()[asked[inside]])
        return Bounds(low, high)


@dataclass(frozen=True)
class Decision:
    """Which parts of a table are shown in which cuts, and the rows that fall whatever the table hides.

    `low` and `high`, by part and cut: values that fit a hidden figure; minus and plus infinity where it was not looked at.
    """

    shown: Mask
    falling: Rows
    low: Numbers
    high: Numbers


def decide(table: Table, candidates: Mask, together: bool = False) -> Decision:
    """Show as much as can be of the candidates, coarse cuts first; the table's own `shown` is shown whatever follows.

    `together`: the parts of a cut are shown all or none.
    """
    if not candidates.any() and not table.shown.any():  # nothing of it can be shown, so nothing of it could be hidden
        return Decision(table.shown, NONE, np.full(candidates.shape, -np.inf), np.full(candidates.shape, np.inf))
    shown = choose(table, candidates & ~table.shown, together)
    ranges = table.ranges(shown)
    low, high = np.full(table.all_rows.shape[0], -np.inf), np.full(table.all_rows.shape[0], np.inf)
    low[ranges.rows], high[ranges.rows] = ranges.bounds.low, ranges.bounds.high
    falling = ranges.narrower(table.wide)
    for _ in range(_REPAIRS):
        removed = _to_hide(table, shown, falling) if len(falling) else []
        if not removed:
            break
        before = table.targets(shown)
        exempt = before[table._inside_nothing(table.known(shown)[0], before)]
        for part, cut in removed:
            parts = slice(None) if together else part
            shown[parts, table.ground.down_from(cut)] &= table.shown[parts, table.ground.down_from(cut)]
        # What was wide stays wide when less is shown, so only these are looked at again.
        ranges = table.ranges(shown, np.union1d(np.union1d(falling, exempt), np.setdiff1d(table.targets(shown), before)))
        low[ranges.rows], high[ranges.rows] = ranges.bounds.low, ranges.bounds.high
        falling = ranges.narrower(table.wide)
    if len(falling):  # what cannot be made to pass is not released
        shown = table.shown.copy()
        falling = table.falls(shown)
        low, high = np.full_like(low, -np.inf), np.full_like(high, np.inf)
    parts = table.values.size
    return Decision(shown, falling, low[:parts].reshape(shown.shape), high[:parts].reshape(shown.shape))


def choose(table: Table, candidates: Mask, together: bool = False) -> Mask:
    """What to show of the candidates, before any audit."""
    ground, cuts = table.ground, len(table.nobody)
    trial = Trial(table.all_rows, _middle(table, candidates | table.shown))
    shown = table.shown.copy()
    if table.whole is not None:
        trial.know(table.blocks * cuts + np.flatnonzero(table.whole.known & ~table.nobody))
    trial.know(np.flatnonzero(shown.ravel()))
    hidden = np.zeros(table.all_rows.shape[0], dtype=bool)
    hidden[table.targets(candidates | shown)] = True
    wide = np.full(table.all_rows.shape[0], table.wide)
    fineness = np.tile(ground.fineness, len(hidden) // cuts)
    for part, cut in _in_order(table, candidates, together):
        parts = [p for p in range(len(shown)) if candidates[p, cut]] if together else [part]
        rows = [p * cuts + cut for p in parts]
        coarser = all(shown[p, up] or table.nobody[up] for p in parts for up in ground.coarser[cut])
        if coarser and not together and table.whole is not None and table.blocks > 2:
            after = shown.copy()
            after[part, cut] = True
            coarser = not (table.betrayed(after)[cut] and not candidates[~after[:, cut], cut].all())
        if coarser and trial.show_all(rows, hidden & (fineness <= ground.fineness[cut]), wide):
            shown[parts, cut] = True
        else:
            hidden[rows] = True
            if table.rest is not None and table.whole is not None and not table.whole.known[cut]:
                hidden[table.rest * cuts + cut] = True
    return shown


def _in_order(table: Table, candidates: Mask, together: bool) -> list[tuple[int, int]]:
    """Coarse cuts first, large figures before small ones."""
    pairs = [(int(part), int(cut)) for part, cut in zip(*np.nonzero(candidates), strict=True)]
    if together:
        pairs = sorted({(0, cut) for _, cut in pairs})
    return sorted(pairs, key=lambda one: (table.ground.fineness[one[1]], -table.values[one], one))


def _middle(table: Table, known: Mask) -> Numbers:
    """A table near the middle of what will fit: the whole as far as it is known, and in it each part's coarse figures."""
    ground, finest = table.ground, table.ground.incidence.shape[1]
    whole, coarse = np.ones(finest), np.argsort(-ground.fineness, kind="stable")
    if table.whole is not None:
        told = coarse[(table.whole.known | table.nobody)[coarse]]
        values = np.where(table.nobody, 0, table.whole.values)
        whole[ground.without_elsewhere(values, table.whole.known | table.nobody)] = 0
        fit(whole, ground.incidence[told], values[told])
    coarse, middles = coarse[ground.filters[coarse] <= 2], []
    for block in range(table.blocks):
        values, where = _block(table, block, known)
        fitted, cuts = whole * values.max(initial=0.0) / max(whole.sum(), 1e-9), coarse[where[coarse]]
        fitted[ground.without_elsewhere(values, where)] = 0
        fit(fitted, ground.incidence[cuts], values[cuts])
        middles.append(np.maximum(fitted, 1e-9))
    return np.concatenate(middles)


def _block(table: Table, block: int, known: Mask) -> tuple[Numbers, Mask]:
    """A block's numbers, and where they are or may become known."""
    if block < len(table.values):
        return table.values[block], known[block] | table.nobody
    assert table.whole is not None, "there is a rest only of a whole"
    return table.whole.values - table.values.sum(axis=0), known.all(axis=0) & table.whole.known | table.nobody


def _to_hide(table: Table, shown: Mask, falling: Rows) -> list[tuple[int, int]]:
    """What to hide so that the falling figures stand: for each the finest and smallest of what pins it."""
    told = [cut for cut in np.unique(falling % len(table.nobody)) if table.betrayed(shown)[cut]]
    if told:
        return [(_smallest(table, shown, int(cut)), int(cut)) for cut in told]
    known, origin = table.known(shown)
    free = known.free()
    kept = known.values > 0
    removable = (origin >= 0) & ~table.shown.ravel()[np.maximum(origin, 0)]
    inner = Knowledge(known.rows[kept][:, free], known.values[kept])
    weights = np.abs(explained(inner, _middle(table, shown)[free], table.all_rows[falling][:, free]))
    cuts = len(table.nobody)
    places = origin[kept]
    chosen: set[int] = set()
    fineness = table.ground.fineness[np.maximum(places, 0) % cuts]
    for row in weights:
        usable = np.flatnonzero(removable[kept] & (row > max(0.25 * row.max(initial=0.0), 1e-3)))
        if len(usable):
            best = max(usable, key=lambda place: (fineness[place], -inner.values[place], place))
            chosen.add(int(places[best]))
    return [divmod(place, cuts) for place in sorted(chosen)] or _zeros(table, shown, falling)


def _smallest(table: Table, shown: Mask, cut: int) -> int:
    """The smallest shown part of a cut."""
    return int(min(np.flatnonzero(shown[:, cut]), key=lambda part: float(table.values[part, cut])))


def _zeros(table: Table, shown: Mask, falling: Rows) -> list[tuple[int, int]]:
    """Shown noughts to hide, where nothing else pins what falls."""
    nought = shown & ~table.shown & (table.values == 0)
    return [(int(part), int(cut)) for part, cut in zip(*np.nonzero(nought), strict=True)][:1]


__all__ = ["Decision", "InconsistentError", "Sum", "Table", "decide"]
