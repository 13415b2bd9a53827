"""What bases of windows tell of one another: who has reached the longer window has reached the shorter, along every line.

The table of a base knows nothing of the others. Where one is hidden in a cut only because it would tell a small one beside it,
a wider base of that cut bounds it all the same, and so may give the small one back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.catalogue import find
from metrics.disclosure.along import Lines, along_lines
from metrics.disclosure.attacker import Mask, Numbers
from metrics.disclosure.linked import Figures, months_of
from metrics.disclosure.rules import Rules

_ROUNDS = 60
"""Of passing ranges on: many more than a release takes."""


@dataclass(frozen=True)
class Nested:
    """Bases of windows, by their keys: numbers of children by base and cut."""

    figures: Figures
    keys: tuple[int, ...]
    lines: Lines
    rules: Rules

    @classmethod
    def of(cls, figures: Figures, rules: Rules) -> Nested:
        """All bases of windows that are observed, one key each."""
        firsts = sorted(set(figures.bases))
        windows = (key for key in firsts if figures.keys[key][1] == "observed" and months_of(figures.keys[key][2]))
        keys = tuple(key for key in windows if find(figures.keys[key][0]).table == "care_windows")
        return cls(figures, keys, Lines.of(figures.ground), rules)

    @cached_property
    def n(self) -> Numbers:
        """How many are in each base."""
        return np.nan_to_num(self.figures.n[:, list(self.keys)].T)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Two bases of which the first is in no cut larger: as if all of it were in the other, as windows in one another are."""
        every = [(one, other) for one in range(len(self.keys)) for other in range(len(self.keys)) if one != other]
        within = {(one, other) for one, other in every if (self.n[one] <= self.n[other]).all()}
        return tuple((one, other) for one, other in sorted(within) if one < other or (other, one) not in within)

    def told(self, known: Mask) -> Mask:
        """Where a base that may be small is told too closely, by base and cut; `known` likewise: where each is shown."""
        if not self.pairs:
            return np.zeros_like(known)
        low, high = self._ranges(known)
        held = np.array([self.figures.held(key) for key in self.keys])
        nobody = self.figures.nobody[:, list(self.keys)].T
        return np.asarray(held & ~known & ~nobody & (low < self.rules.smallest_base) & (high - low < self.rules.wide))

    def telling(self, known: Mask) -> Mask:
        """What to hide next so that nothing is told, by base and cut: a base nested with one that is hidden to hide the told.

        Where there is none, the smallest of the same base along the lines of what is told; else all of that base.
        """
        found = np.zeros_like(known)
        for base, cut in zip(*np.nonzero(self.told(known)), strict=True):
            near = sorted(self.lines.near[cut])
            beside = [one + other - base for one, other in self.pairs if base in (one, other)]
            places = [(other, at) for other in beside for at in near if known[other, at] and not known[base, at]]
            shown = [at for at in near if known[base, at]]
            if places:
                found[tuple(np.array(places).T)] = True
            elif shown:
                found[base, min(shown, key=lambda at: (self.n[base, at], at))] = True
            else:
                found[base] |= known[base]
        return found

    def _ranges(self, known: Mask) -> tuple[Numbers, Numbers]:
        """Least and most of each base, and after the bases of those who are in the wider of two nested ones alone."""
        own, nobody = len(self.keys), self.figures.nobody[:, list(self.keys)].T
        low = np.zeros((1, own + len(self.pairs), self.n.shape[1]))
        high = np.full_like(low, self.n.max(initial=0.0))
        settled = known | nobody
        low[0, :own][settled] = high[0, :own][settled] = self.n[settled]
        for _ in range(_ROUNDS):
            before = low.copy(), high.copy()
            for wholes, parts, is_open in self.lines.every:
                along_lines(low, high, wholes, parts, is_open)
            _narrow(low[0], high[0], self.pairs, own)
            if np.array_equal(before[0], low) and np.array_equal(before[1], high):
                break
        return low[0, :own], high[0, :own]


def _narrow(low: Numbers, high: Numbers, pairs: Sequence[tuple[int, int]], own: int) -> None:
    """The wider of two nested bases is the narrower and those beyond it."""
    for beyond, (inner, outer) in enumerate(pairs, own):
        np.maximum(low[outer], low[inner] + low[beyond], out=low[outer])
        np.minimum(high[outer], high[inner] + high[beyond], out=high[outer])
        for one, other in ((inner, beyond), (beyond, inner)):
            np.maximum(low[one], low[outer] - high[other], out=low[one])
            np.minimum(high[one], high[outer] - low[other], out=high[one])
