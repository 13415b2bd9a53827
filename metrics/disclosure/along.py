"""Ranges passed on along the lines of a lattice: the parts of a line make up its whole.

Every whole narrows what is left of its parts, and they narrow it; whoever asks repeats that until nothing new follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.disclosure.attacker import Numbers
from metrics.disclosure.ground import Ground
from metrics.disclosure.means import Rows, by_length, lines


@dataclass(frozen=True)
class Lines:
    """The lines of a lattice, those of one length together; and for each cut those that share a line with it.

    `every`: wholes, their parts, and whether some children of the wholes may be in none of these, as of a county in no district.
    """

    every: tuple[tuple[Gather, Gather, bool], ...]
    near: tuple[frozenset[int], ...]

    @classmethod
    def of(cls, ground: Ground) -> Lines:
        """The lines of that ground."""
        near: list[set[int]] = [set() for _ in ground.cuts]
        for whole, parts in lines(ground):
            for one in (whole, *parts):
                near[one] |= {whole, *parts} - {one}
        every: list[tuple[Gather, Gather, bool]] = []
        for whole_cuts, part_cuts in by_length(ground):
            left = ground.incidence[whole_cuts] - sum(ground.incidence[one] for one in part_cuts.T)
            open_ = np.asarray(abs(left).sum(axis=1)).ravel() > 0
            every += [
                (Gather(whole_cuts[some]), Gather(part_cuts[some]), is_open) for is_open, some in ((False, ~open_), (True, open_))
            ]
        filled = (line for line in every if len(line[0].cuts))
        return cls(tuple(filled), tuple(frozenset(cuts) for cuts in near))


@dataclass(frozen=True)
class Gather:
    """Cuts of which one may be named more than once, and what is asked of each of them all together."""

    cuts: Rows

    @cached_property
    def _order(self) -> Rows:
        return np.argsort(self.cuts.ravel(), kind="stable")

    @cached_property
    def _starts(self) -> Rows:
        return np.unique(self.cuts.ravel()[self._order], return_index=True)[1]

    @cached_property
    def _once(self) -> Rows:
        return np.unique(self.cuts)

    def raise_to(self, low: Numbers, least: Numbers) -> None:
        """Raise the least of these cuts, in place."""
        flat = least.reshape(*low.shape[:2], -1)[:, :, self._order]
        low[:, :, self._once] = np.maximum(low[:, :, self._once], np.maximum.reduceat(flat, self._starts, axis=2))

    def lower_to(self, high: Numbers, most: Numbers) -> None:
        """Lower the most of these cuts, in place."""
        flat = most.reshape(*high.shape[:2], -1)[:, :, self._order]
        high[:, :, self._once] = np.minimum(high[:, :, self._once], np.minimum.reduceat(flat, self._starts, axis=2))


def along_lines(low: Numbers, high: Numbers, wholes: Gather, parts: Gather, is_open: bool) -> None:
    """Narrow ranges in place, by part, row and cut: a line's parts make up its whole, or no more than it where it is open."""
    part_low, part_high = low[:, :, parts.cuts], high[:, :, parts.cuts]
    least, most = part_low.sum(axis=3), part_high.sum(axis=3)
    wholes.raise_to(low, least)
    if not is_open:
        wholes.lower_to(high, most)
        parts.raise_to(low, low[:, :, wholes.cuts][..., None] - (most[..., None] - part_high))
    parts.lower_to(high, high[:, :, wholes.cuts][..., None] - (least[..., None] - part_low))
