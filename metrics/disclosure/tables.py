"""One table of linked figures: exclusive parts of a whole over every cut, what is known of them, and what falls.

A share is a table of two parts, those in the numerator and the rest of its base; the statutory levels are three parts of
those open to statutory support; a base is a table of one part. What is known of a table is every sum that is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from metrics.disclosure.attacker import Bounds, Knowledge, Mask, Numbers, bounds, fit
from metrics.disclosure.ground import Ground
from metrics.disclosure.regional import Regional

Rows = npt.NDArray[np.int64]
_SLACK = 1e-6
"""Of a child: bounds are exact to less."""


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

    def narrower(self, wide: float, small: float = np.inf) -> Rows:
        """The rows whose bounds are closer than that; not those that are certainly `small` or more."""
        certain = np.ceil(self.bounds.low - _SLACK) >= small
        return np.asarray(self.rows[(self.bounds.width < wide) & ~certain])


@dataclass(frozen=True)
class Table:
    """Parts × cuts of one whole; numbers of children.

    `shown` says which parts are shown in which cuts. `whole` is null where the parts' own total is the whole (a base); its
    `known` says where. `exhaustive`: the parts add up to the whole. `nobody`: cuts that publicly hold none. `free`: parts and
    cuts that are published elsewhere, so nobody's to hide. `floor` and `ceiling`: what nested figures of the same cut show.
    `enough`: parts that are certainly so many need not be wide, for they are a base, which says nothing by itself.
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
    enough: Numbers | None = None

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
        if blocks not in self._rows:
            one = self.ground.incidence
            row = np.tile(np.repeat(np.arange(one.shape[0]), np.diff(one.indptr)), len(blocks))
            columns = np.concatenate([one.indices + block * one.shape[1] for block in blocks])
            shape = one.shape[0], one.shape[1] * self.blocks
            self._rows[blocks] = sparse.csr_array((np.ones(len(row)), (row, columns)), shape)
        return self._rows[blocks]

    @cached_property
    def _rows(self) -> dict[tuple[int, ...], sparse.csr_array]:
        return {}

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
        layers, many = [self.ground.layer[origin[0] % cuts]], int(self.ground.layer.max(initial=0)) + 1
        for number, one in enumerate((self.whole, *self.sums), 1):
            if one is not None:
                where = np.flatnonzero(one.known & ~self.nobody)
                blocks = tuple(range(self.blocks)) if one is self.whole else one.parts
                rows.append(self.rows(blocks)[where])
                values.append(one.values[where])
                layers.append(self.ground.layer[where] + number * many)
        nobody, derived = np.flatnonzero(self.nobody), np.flatnonzero(self._nothing_left(shown).ravel())
        rows += [self.rows(tuple(range(self.blocks)))[nobody], self.all_rows[derived]]
        values += [np.zeros(len(nobody)), np.zeros(len(derived))]
        total = sum(len(one) for one in values)
        origins = np.full(total, -1)
        origins[: len(origin[0])] = origin[0]
        assert cuts == self.ground.incidence.shape[0], "a table has a value for every cut of its ground"
        layers.append(np.full(len(nobody) + len(derived), -1))  # noughts, which are left out before anything is fitted
        every = np.concatenate(layers) if self.ground.region.any() else None
        return Knowledge(sparse.csr_array(sparse.vstack(rows, format="csr")), np.concatenate(values), every), origins

    def _nothing_left(self, shown: Mask) -> Mask:
        """Blocks and cuts that are nought because the shown parts make up the whole that is known."""
        left = np.zeros((self.blocks, shown.shape[1]), dtype=bool)
        if self.whole is not None:
            made = np.where(shown, self.values, 0).sum(axis=0)
            full = self.whole.known & (made == self.whole.values) & (shown.any(axis=0) | (self.whole.values == 0))
            left[: len(shown)] = full & ~shown
            left[len(shown) :] = full
        return left

    def betrayed(self, shown: Mask, cuts: Sequence[int] | slice = slice(None)) -> Mask:
        """The cuts, of these, in which shown parts make up so much of the whole that the hidden are told to be few, or nobody."""
        shown = shown[:, cuts]
        if self.whole is None or self.blocks < 3:
            return np.zeros(shown.shape[1], dtype=bool)
        made = np.where(shown, self.values[:, cuts], 0).sum(axis=0)
        full = self.whole.known[cuts] & (self.whole.values[cuts] - made <= self.wide) & shown.any(axis=0)
        hidden = ~shown if self.free is None else ~shown & ~self.free[:, cuts]
        return np.asarray(full & hidden.any(axis=0) & ~self.nobody[cuts])

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
        search = self._by_region if self.ground.region.any() else None
        found = bounds(known, self.all_rows[asked], self.wide, search=search) if len(asked) else Bounds(np.empty(0), np.empty(0))
        clipped = self._clipped(found, asked)
        if self.enough is None:
            return Ranges(asked, clipped)
        least = np.concatenate([self.enough.ravel(), np.full(self.all_rows.shape[0] - self.enough.size, np.inf)])[asked]
        open_ = np.ceil(clipped.low - _SLACK) < least
        return Ranges(asked[open_], Bounds(clipped.low[open_], clipped.high[open_]))

    def _by_region(self, known: Knowledge, free: Mask, asked: sparse.csr_array, wide: Numbers) -> Bounds:
        """Bounds of what is asked about a country, found from inside."""
        by_region = Regional(known, np.tile(self.ground.region, self.blocks)[free], self._fitted.get(free.tobytes()))
        self._fitted[free.tobytes()] = by_region.middle
        return by_region.bounds(asked, wide)

    def sums_over(self, cuts: Rows, values: Numbers) -> Knowledge:
        """Sums of one block's finest cells over some cuts, with the value of each cut."""
        layers = self.ground.layer[cuts] if self.ground.region.any() else None
        return Knowledge(self.ground.incidence[cuts], values[cuts], layers)

    @cached_property
    def whole_fitted(self) -> Numbers:
        """A table near the middle of all that fit what is known of the whole: the finest cells of all blocks together."""
        fitted = np.ones(self.ground.incidence.shape[1])
        if self.whole is not None:
            told = self.whole.known | self.nobody
            values = np.where(self.nobody, 0, self.whole.values)
            fitted[self.ground.without_elsewhere(values, told)] = 0
            coarse = np.argsort(-self.ground.fineness, kind="stable")
            fit(fitted, self.sums_over(coarse[told[coarse]], values))
        return fitted

    @cached_property
    def _fitted(self) -> dict[bytes, Numbers]:
        """Tables that fitted what was known, by which unknowns were left: when less is shown they fit still."""
        return {}

    def _no_more(self, shown: Mask) -> Mask:
        """For the rows of all blocks and sums beyond the parts: none of them is a part."""
        return np.ones((self.all_rows.shape[0] // shown.shape[1] - len(shown), shown.shape[1]), dtype=bool)

    def falls(self, shown: Mask, among: Rows | None = None) -> Rows:
        """The rows of hidden figures, or of those `among` them, that an attacker can bound too narrowly."""
        return self.ranges(shown, among).narrower(self.wide)

    def _inside_nothing(self, known: Knowledge, asked: Rows) -> Mask:
        """Which figures lie within a shown nought, of any, or are the whole because all others do: that is asked of the whole."""
        pinned, cuts = ~known.free(), len(self.nobody)
        inside = np.asarray(self.all_rows @ pinned.astype(float)) >= np.diff(self.all_rows.indptr)
        by_block = inside[: self.blocks * cuts].reshape(self.blocks, cuts)
        others = by_block.sum(axis=0)
        cut = asked % cuts
        alone = (others[cut] == self.blocks - 1) & (self.blocks > 1)
        if self.ceiling is not None:
            inside[: self.values.size] |= self.ceiling.ravel() == 0
        return np.asarray(inside[asked] | (alone if self.whole is not None else False))

    def _clipped(self, found: Bounds, asked: Rows) -> Bounds:
        """The bounds with what nested figures of the same cut add."""
        low, high = found.low, found.high
        inside = asked < self.values.size
        if self.floor is not None and self.ceiling is not None:
            low, high = low.copy(), high.copy()
            low[inside] = np.maximum(low[inside], self.floor.ravel()[asked[inside]])
            high[inside] = np.minimum(high[inside], self.ceiling.ravel()[asked[inside]])
        return Bounds(low, high)
