"""The ground that figures stand on: the finest cells a child can be in, and which of them make up each cut.

An attacker knows the lattice: that the areas make up the whole, the districts their authority, the quarters their year. A
cut's number of children is the sum over its finest cells, and every such number is known to be nought or more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from metrics.filters import ALL, DIMENSIONS, Dimension, Filters
from metrics.lattice import Lattice, is_quarter

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Ground:
    """The cuts of a release in their sorted order, and the finest cells of its lattice.

    `incidence`: a row a cut and a column a finest cell, 1 where the cell is in the cut. `coarser`: for each cut the cuts one
    step coarser. `fineness`: 0 for the whole; one more for each filter, half a step more for a district or a quarter.
    `counties`: the cut of each authority that has districts, and theirs.
    """

    cuts: tuple[Filters, ...]
    incidence: sparse.csr_array
    coarser: tuple[tuple[int, ...], ...]
    fineness: npt.NDArray[np.float64]
    counties: tuple[tuple[int, tuple[int, ...]], ...]

    @classmethod
    def of(cls, lattice: Lattice, cuts: Sequence[Filters], *, elsewhere: bool = True) -> Ground:
        """The ground of a lattice; a county's children without a district have a finest cell of their own, if there are any."""
        places = {dimension: _finest(lattice, dimension, elsewhere) for dimension in DIMENSIONS}
        within = {d: {v: _within(lattice, d, v, places[d]) for v in lattice.values(d)} for d in DIMENSIONS}
        rows = [_product([within[d][getattr(cut, d)] for d in DIMENSIONS]) for cut in cuts]
        where = {cut: place for place, cut in enumerate(cuts)}
        return cls(
            tuple(cuts),
            sparse.csr_array(np.array(rows, dtype=np.float64)),
            tuple(tuple(where[up] for up in _one_step_up(lattice, cut) if up in where) for cut in cuts),
            np.array([_fineness(lattice, cut) for cut in cuts]),
            tuple(_counties(lattice, where)),
        )

    @cached_property
    def filters(self) -> npt.NDArray[np.int64]:
        """How many filters each cut has."""
        return np.array([len(cut.chosen) for cut in self.cuts])

    def only(self, cuts: Mask) -> Ground:
        """The same ground under some of the cuts alone."""
        if cuts.all():
            return self
        places = np.flatnonzero(cuts)
        new = {int(place): number for number, place in enumerate(places)}
        coarser = tuple(tuple(new[up] for up in self.coarser[place] if up in new) for place in places)
        kept = tuple(self.cuts[place] for place in places)
        counties = [(new[c], tuple(new[d] for d in ds)) for c, ds in self.counties if c in new and all(d in new for d in ds)]
        return Ground(kept, self.incidence[places], coarser, self.fineness[places], tuple(counties))

    def without_elsewhere(self, values: npt.NDArray[np.float64], known: Mask) -> Mask:
        """The finest cells that hold nobody because a county's districts are known and make up all of it."""
        empty = np.zeros(self.incidence.shape[1], dtype=bool)
        for county, districts in self.counties:
            every = [county, *districts]
            if known[every].all() and values[county] == values[list(districts)].sum():
                inside = self.incidence[[county]].toarray()[0] > 0
                empty |= inside & (self.incidence[list(districts)].sum(axis=0) == 0)
        return empty

    def down_from(self, cut: int) -> list[int]:
        """The cut and every finer one within it."""
        return self._finer[cut]

    @cached_property
    def _finer(self) -> list[list[int]]:
        found: list[list[int]] = [[place] for place in range(len(self.cuts))]
        for place in np.argsort(-self.fineness, kind="stable"):
            for up in self.coarser[place]:
                found[up] = sorted({*found[up], *found[place]})
        return found


def _finest(lattice: Lattice, dimension: Dimension, elsewhere: bool) -> list[str]:
    """The finest values of a dimension: those that no other value is within, and the rest of a county beside its districts."""
    values = [value for value in lattice.values(dimension) if value != ALL]
    parents = {lattice.coarser(dimension, value) for value in values} - {ALL}
    counties = [value for value in values if value in parents and dimension == "area" and elsewhere]
    return [value for value in values if value not in parents] + [_rest(value) for value in counties]


def _rest(value: str) -> str:
    return f"{value} elsewhere"


def _within(lattice: Lattice, dimension: Dimension, value: str, finest: Sequence[str]) -> npt.NDArray[np.float64]:
    """Which finest values are within a value."""
    found = np.zeros(len(finest))
    for place, fine in enumerate(finest):
        up: str | None = fine.removesuffix(_rest(""))
        while up is not None and up != value:
            up = lattice.coarser(dimension, up)
        found[place] = up == value
    return found


def _product(parts: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    row = parts[0]
    for part in parts[1:]:
        row = np.outer(row, part).ravel()
    return row


def _one_step_up(lattice: Lattice, cut: Filters) -> list[Filters]:
    steps = ((d, lattice.coarser(d, getattr(cut, d))) for d in DIMENSIONS)
    return [cut.but(**{d: up}) for d, up in steps if up is not None]


def some_elsewhere(lattice: Lattice, children: Mapping[str, float]) -> bool:
    """Whether some county has children in none of its districts; `children` by area, of those areas that are known."""
    for county in lattice.areas:
        districts = [one.code for one in lattice.areas if one.parent == county.code and one.kind == "district"]
        told = bool(districts) and all(code in children for code in (county.code, *districts))
        if told and children[county.code] != sum(children[code] for code in districts):
            return True
    return False


def _counties(lattice: Lattice, where: dict[Filters, int]) -> list[tuple[int, tuple[int, ...]]]:
    found = []
    for area in lattice.areas:
        districts = [Filters(area=one.code) for one in lattice.areas if one.parent == area.code and one.kind == "district"]
        if districts and Filters(area=area.code) in where:
            found.append((where[Filters(area=area.code)], tuple(where[one] for one in districts if one in where)))
    return found


def _fineness(lattice: Lattice, cut: Filters) -> float:
    area = lattice.area(cut.area)
    halves = (area is not None and area.kind == "district") + is_quarter(cut.period)
    return len(cut.chosen) + halves / 2
