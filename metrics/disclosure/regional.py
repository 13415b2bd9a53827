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
        if np.abs(self.known.values - self.known.rows @ middle).max(initial=0.0) > RIDGE**0.5:
            return Bounds(low, high)
        for rows, columns in self._every:
            open_ = np.flatnonzero(Bounds(low, high).width < wide)
            its = sparse.csr_array(targets[open_][:, columns])
            inside = np.diff(its.indptr) > 0
            if not inside.any():
                continue
            open_, its = open_[inside], its[inside]
            here = self.known.rows[rows][:, columns]
            known = Knowledge(here, here @ middle[columns])
            found, still = chords(known, middle[columns], its), its @ middle[columns]
            already = (high - low)[open_]
            found = widened(known, its, found, wide[open_] - already)
            low[open_] += np.minimum(found.low - still, 0.0)
            high[open_] += np.maximum(found.high - still, 0.0)
        return Bounds(np.maximum(low, 0.0), high)

    def multipliers(self, table: Numbers, missing: Numbers) -> Numbers:
        """By how much each sum must pull at a table so that it gains what it is missing."""
        system = _System(self, table)
        found = system.solve(missing)
        gained = self.known.rows @ (table * (self.known.rows.T @ found))
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
