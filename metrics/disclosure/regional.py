"""A country attacked region by region: what moves within a region, and leaves every sum there as it is, moves in the whole table.

The sums of a lattice of many areas are of two kinds: those within one region, and those that cross regions, as of all girls. From
one table in the middle of all that fit, each region is attacked with the rest of the country held still. Whatever two tables are
found so, both agree with everything that is known: so what is wide enough by them is wide enough. What is not is taken to fall,
although a change of several regions together might have shown that it does not: no programme of a whole country is solved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from metrics.disclosure.attacker import RIDGE, Bounds, Knowledge, Numbers, chords, interior, widened

Places = npt.NDArray[np.int64]
_AT_ONCE = 100
"""Of figures for which changes of the whole country are worked out together: each is as long as there are finest cells."""


@dataclass(frozen=True)
class Regional:
    """What is known, by region: `region` has a number an unknown, from nought. `start`: a table that fitted before."""

    known: Knowledge
    region: Places
    start: Numbers | None = None

    @cached_property
    def middle(self) -> Numbers:
        """A table in the middle of all that fit."""
        return interior(self.known, self.multipliers, self.start)

    def bounds(self, targets: sparse.csr_array, wide: Numbers) -> Bounds:
        """Bounds of each target from inside: at least `wide` apart where a region, or several, can be made to leave so much."""
        middle = self.middle
        at = np.asarray(targets @ middle)
        low, high = at.copy(), at.copy()

        def open_ones() -> Places:
            return np.flatnonzero(Bounds(low, high).width < wide)

        if np.abs(self.known.values - self.known.rows @ middle).max(initial=0.0) > RIDGE**0.5:
            return Bounds(low, high)
        for region in range(len(self._every)):
            for some, known, its, here in self._within(region, targets, open_ones()):
                found, still = chords(known, here, its), its @ here
                low[some] += np.minimum(found.low - still, 0.0)
                high[some] += np.maximum(found.high - still, 0.0)
        for some in np.split(open_ones(), range(_AT_ONCE, len(open_ones()), _AT_ONCE)):
            found = chords(self.known, middle, sparse.csr_array(targets[some]), self.multipliers)
            low[some], high[some] = np.minimum(low[some], found.low), np.maximum(high[some], found.high)
        for region in range(len(self._every)):
            for some, known, its, here in self._within(region, targets, open_ones()):
                still = its @ here
                at_rest = np.abs(still - at[some]) < RIDGE**0.5  # all of it is in this region, or does not move elsewhere
                some, its = some[at_rest], sparse.csr_array(its[at_rest])
                found = widened(known, its, Bounds(low[some], high[some]), wide[some])
                low[some], high[some] = found.low, found.high
        return Bounds(np.maximum(low, 0.0), high)

    def _within(
        self, region: int, targets: sparse.csr_array, open_: Places
    ) -> Iterator[tuple[Places, Knowledge, sparse.csr_array, Numbers]]:
        """The open targets that reach into a region, if any: what is known there, what of the targets, and the middle."""
        rows, columns = self._every[region]
        its = sparse.csr_array(targets[open_][:, columns])
        inside = np.diff(its.indptr) > 0
        if inside.any():
            here, sums = self.middle[columns], self.known.rows[rows][:, columns]
            yield open_[inside], Knowledge(sums, sums @ here), sparse.csr_array(its[inside]), here

    def multipliers(self, table: Numbers, missing: Numbers) -> Numbers:
        """By how much each sum must pull at a table so that it gains what it is missing: a column a table, or one."""
        system = _System(self, table)
        found = system.solve(missing)
        gained = self.known.rows @ ((self.known.rows.T @ found).T * table).T
        return np.asarray(found + system.solve(missing - gained))

    @cached_property
    def _every(self) -> list[tuple[Places, Places]]:
        """For each region its unknowns, and the sums with any of them."""
        found = []
        for number in range(int(self.region.max(initial=-1)) + 1):
            columns = np.flatnonzero(self.region == number)
            inside = np.asarray(self.known.rows @ (self.region == number).astype(float)) > 0
            found.append((np.flatnonzero(inside), columns))
        return found

    @cached_property
    def across(self) -> Places:
        """The sums that cross regions."""
        return np.flatnonzero(self._regions_of > 1)

    @cached_property
    def _regions_of(self) -> Places:
        of = np.zeros(self.known.rows.shape[0], dtype=np.int64)
        for rows, _ in self._every:
            of[rows] += 1
        return of

    @cached_property
    def parts(self) -> list[tuple[Places, Places, sparse.csr_array, sparse.csr_array]]:
        """For each region the sums within it and its unknowns; and those sums, and the crossing ones, over these."""
        crossing = self.known.rows[self.across]
        return [
            (own := rows[self._regions_of[rows] == 1], columns, self.known.rows[own][:, columns], crossing[:, columns])
            for rows, columns in self._every
        ]


class _System:
    """The equations of the multipliers at one table: a block a region, and a border of the sums that cross them."""

    def __init__(self, of: Regional, table: Numbers) -> None:
        self._of = of
        border = np.zeros((len(of.across),) * 2)
        self._blocks = []
        for own, columns, inside, crossing in of.parts:
            weighed, across = inside * table[columns], crossing * table[columns]
            factor = _factor(np.asarray((weighed @ inside.T).toarray()))
            beside = np.asarray((weighed @ crossing.T).toarray())
            through = linalg.cho_solve(factor, beside, check_finite=False)
            border += np.asarray((across @ crossing.T).toarray()) - beside.T @ through
            self._blocks.append((own, factor, beside, through))
        self._border = _factor(border) if len(border) else None

    def solve(self, right: Numbers) -> Numbers:
        """The multipliers for one right-hand side."""
        found, left = np.zeros_like(right), right[self._of.across].copy()
        for own, factor, beside, _ in self._blocks:
            found[own] = linalg.cho_solve(factor, right[own], check_finite=False)
            left -= beside.T @ found[own]
        if self._border is not None:
            found[self._of.across] = linalg.cho_solve(self._border, left, check_finite=False)
            for own, _, _, through in self._blocks:
                found[own] -= through @ found[self._of.across]
        return found


def _factor(gram: Numbers) -> tuple[Numbers, bool]:
    """The factor of a system whose sums may say the same thing twice."""
    ridge = RIDGE * max(gram.diagonal().max(initial=0.0), 1e-9)
    factor: tuple[Numbers, bool] = linalg.cho_factor(gram + ridge * np.eye(len(gram)), lower=True, check_finite=False)
    return factor


def pieces(known: Knowledge, targets: sparse.csr_array, region: Places) -> Iterator[tuple[Places, Places, Places]]:
    """The targets of each region, the sums with any of its unknowns, and these; then those across regions."""
    regions = range(int(region.max(initial=0)) + 1)
    if len(regions) == 1:
        yield (np.arange(targets.shape[0]), np.arange(known.rows.shape[0]), np.arange(len(region)))
        return
    asked, told = (np.stack([rows @ (region == one).astype(float) > 0 for one in regions]) for rows in (targets, known.rows))
    for one in regions:
        own = asked[one] & (asked.sum(axis=0) == 1)
        if own.any():
            yield np.flatnonzero(own), np.flatnonzero(told[one]), np.flatnonzero(region == one)
    across = asked.sum(axis=0) > 1
    if across.any():
        yield np.flatnonzero(across), np.flatnonzero(told.sum(axis=0) > 1), np.arange(len(region))
