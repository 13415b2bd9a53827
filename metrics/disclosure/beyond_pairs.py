"""What a window and a pair of which it is one side tell of one another, along every line of the lattice.

Who is in the window and not known on the other side is a group as any other: of everyone it is the window less the pair, and so
it is of each part. Where it is told of all parts of a line but one, there it tells the pair by the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from metrics.catalogue import find
from metrics.disclosure.along import Lines, along_lines
from metrics.disclosure.attacker import Mask, Numbers
from metrics.disclosure.linked import Counts, Figures
from metrics.disclosure.paired import Pairs, of_side
from metrics.disclosure.rules import Rules

PAIR, WINDOW, BEYOND = range(3)
_ROUNDS = 60
"""Of passing ranges on: many more than a release takes."""


def rather_windows(pairs: Pairs, figures: Figures, safe: Mask, safe_pairs: Mask, rules: Rules) -> Mask:
    """Which windows to hide because they would tell a pair that is hidden where they are, beside the pair of everyone.

    The pair of everyone is what is asked for, so the window gives way, coarse cuts first.
    """
    found, web = np.zeros(figures.n.shape, dtype=bool), Lines.of(figures.ground)
    coarse = figures.ground.filters == 0
    for one in _compared(pairs, figures, web, rules):
        pair, window = safe_pairs[:, one.place] & coarse, safe[:, one.column].copy()
        already = one.told(np.zeros_like(pair), window)
        while (told := one.told(pair, window) & window & ~already).any():
            first = figures.ground.fineness[told].min()
            window &= ~(told & (figures.ground.fineness == first))
        found[:, one.column] |= safe[:, one.column] & ~window
    return found


def beside_windows(pairs: Pairs, figures: Figures, shown: Mask, windows: Mask, rules: Rules) -> Mask:
    """Which of the pairs may stay beside the windows that are shown: coarse cuts first, as long as nothing hidden is told."""
    shown, web = shown.copy(), Lines.of(figures.ground)
    by_place: dict[int, list[Compared]] = {}
    for one in _compared(pairs, figures, web, rules):
        by_place.setdefault(one.place, []).append(one)
    for place, sides in by_place.items():
        nothing, kept = np.zeros(len(shown), dtype=bool), np.zeros(len(shown), dtype=bool)
        already = [one.told(nothing, windows[:, one.column]) for one in sides]

        def telling(pair: Mask, sides: list[Compared] = sides, already: list[Mask] = already) -> Mask:
            told = (one.told(pair, windows[:, one.column]) & ~its for one, its in zip(sides, already, strict=True))
            return np.asarray(np.logical_or.reduce(list(told)))

        if not telling(shown[:, place]).any():
            continue
        for fineness in np.unique(figures.ground.fineness):
            joining = shown[:, place] & (figures.ground.fineness == fineness)
            while joining.any() and (told := telling(kept | joining)).any():
                joining[_near(joining, told, pairs.n_both[:, place], web)] = False
            kept |= joining
        shown[:, place] = kept
    return shown


def _near(joining: Mask, told: Mask, size: Counts, web: Lines) -> list[int]:
    """The cuts that tell too much: for each told its own, else the smallest along its lines; all of them if none is near."""
    found = set[int]()
    for cut in np.flatnonzero(told):
        near = [int(cut)] if joining[cut] else [other for other in web.near[cut] if joining[other]]
        found |= {min(near, key=lambda other: (size[other], other))} if near else set()
    return sorted(found) or np.flatnonzero(joining).tolist()


def _compared(pairs: Pairs, figures: Figures, web: Lines, rules: Rules) -> Iterator[Compared]:
    for place, indicator in enumerate(pairs.indicators):
        if find(indicator).change == "window":
            for side, count in (("before", pairs.before), ("after", pairs.after)):
                for column in of_side(pairs, place, side, figures):
                    yield Compared(figures, pairs, place, column, count[:, place], web, rules)


@dataclass(frozen=True)
class Compared:
    """One side of a pair, by its place, and the window that is this side, by its column; `count`: those of the pair counted."""

    figures: Figures
    pairs: Pairs
    place: int
    column: int
    count: Counts
    web: Lines
    rules: Rules

    def told(self, pair: Mask, window: Mask) -> Mask:
        """Where the pair, the window or those beyond the pair are told too closely by the pairs and windows that are shown.

        Not what a shown nought of coarser cuts says, nor a pair told by a window of the very same children.
        """
        low, high = self._ranges(pair, window)
        small = np.asarray((high - low < self.rules.wide).any(axis=0))
        n = np.nan_to_num(np.stack([self.pairs.n_both[:, self.place], self.figures.n[:, self.column]]))
        hidden = np.stack([~pair, ~window]) & (n > 0) & ~self._inside_noughts(pair, window)
        hidden[PAIR] &= ~(window & (n[PAIR] == n[WINDOW]))
        few = (low[:, BEYOND] == high[:, BEYOND]) & (low[:, BEYOND] > 0) & (low[:, BEYOND] <= self.rules.wide)
        return np.asarray((small[:BEYOND] & hidden).any(axis=0) | few.any(axis=0))

    def _ranges(self, pair: Mask, window: Mask) -> tuple[Numbers, Numbers]:
        """Least and most of those counted and left over, of the pair, the window and those beyond the pair, by cut."""
        n = np.nan_to_num(np.stack([self.pairs.n_both[:, self.place], self.figures.n[:, self.column]]))
        n = np.stack([*n, n[WINDOW] - n[PAIR]])
        count = np.nan_to_num(np.stack([self.count, self.figures.count[:, self.column]]))
        low = np.zeros((2, 3, n.shape[1]))
        high = np.broadcast_to(n, low.shape).astype(float)
        for row, shown in ((PAIR, pair), (WINDOW, window)):
            for part, number in enumerate((count[row], n[row] - count[row])):
                low[part, row, shown] = high[part, row, shown] = number[shown]
        for _ in range(_ROUNDS):
            before = low.copy(), high.copy()
            np.maximum(low, n - high[::-1], out=low)
            np.minimum(high, n - low[::-1], out=high)
            for wholes, parts, is_open in self.web.every:
                along_lines(low, high, wholes, parts, is_open)
            _whole(low, high)
            if np.array_equal(before[0], low) and np.array_equal(before[1], high):
                break
        return low, high

    def _inside_noughts(self, pair: Mask, window: Mask) -> Mask:
        """Where a nought or a whole that is shown says the same of all it holds: the window's of the pair, too."""
        found = np.zeros((2, len(pair)), dtype=bool)
        of_pair = pair & ((self.count == 0) | (self.count == self.pairs.n_both[:, self.place]))
        count, n = self.figures.count[:, self.column], self.figures.n[:, self.column]
        of_window = window & ((count == 0) | (count == n))
        for cut in np.flatnonzero(of_pair | of_window):
            found[: 1 + int(of_window[cut]), self.figures.ground.down_from(int(cut))] = True
        return found


def _whole(low: Numbers, high: Numbers) -> None:
    """The window is the pair and those beyond it, counted and left over alike."""
    np.maximum(low[:, WINDOW], low[:, PAIR] + low[:, BEYOND], out=low[:, WINDOW])
    np.minimum(high[:, WINDOW], high[:, PAIR] + high[:, BEYOND], out=high[:, WINDOW])
    for one, other in ((PAIR, BEYOND), (BEYOND, PAIR)):
        np.maximum(low[:, one], low[:, WINDOW] - high[:, other], out=low[:, one])
        np.minimum(high[:, one], high[:, WINDOW] - low[:, other], out=high[:, one])
