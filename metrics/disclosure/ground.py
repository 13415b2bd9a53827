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
Regions = npt.NDArray[np.int64]
AUTHORITIES_OF_A_REGION = 8
"""Enough for hidden figures to hide behind one another; a country is protected and attacked region by region."""


@dataclass(frozen=True)
class Ground:
    """The cuts of a release in their sorted order, and the finest cells of its lattice.

    `incidence`: a row a cut and a column a finest cell, 1 where the cell is in the cut. `coarser`: for each cut the cuts one
    step coarser. `fineness`: 0 for the whole; one more for each filter, half a step more for a district or a quarter.
    `counties`: the cut of each authority that has districts, and theirs. `region`: for each finest cell the number of its
    region: some authorities, in the order of their codes; one for all of them where they are few.
    """

    cuts: tuple[Filters, ...]
    incidence: sparse.csr_array
    coarser: tuple[tuple[int, ...], ...]
    fineness: npt.NDArray[np.float64]
    counties: tuple[tuple[int, tuple[int, ...]], ...]
    region: Regions

    @classmethod
    def of(cls, lattice: Lattice, cuts: Sequence[Filters], *, elsewhere: bool = True) -> Ground:
        """The ground of a lattice; a county's children without a district have a finest cell of their own, if there are any."""
        places = {dimension: _finest(lattice, dimension, elsewhere) for dimension in DIMENSIONS}
        within = {d: {v: _within(lattice, d, v, places[d]) for v in lattice.values(d)} for d in DIMENSIONS}
        shape = tuple(len(places[d]) for d in DIMENSIONS)
        inside = [np.ravel_multi_index(np.ix_(*(within[d][getattr(cut, d)] for d in DIMENSIONS)), shape).ravel() for cut in cuts]
        starts = np.concatenate([[0], np.cumsum([len(cells) for cells in inside])])
        where = {cut: place for place, cut in enumerate(cuts)}
        return cls(
            tuple(cuts),
            sparse.csr_array((np.ones(starts[-1]), np.concatenate(inside), starts), (len(cuts), int(np.prod(shape)))),
            tuple(tuple(where[up] for up in _one_step_up(lattice, cut) if up in where) for cut in cuts),
            np.array([_fineness(lattice, cut) for cut in cuts]),
            tuple(_counties(lattice, where)),
            np.repeat(_regions(lattice, places["area"]), int(np.prod(shape)) // max(1, shape[DIMENSIONS.index("area")])),
        )

    @cached_property
    def filters(self) -> npt.NDArray[np.int64]:
        """How many filters each cut has."""
        return np.array([len(cut.chosen) for cut in self.cuts])

    @cached_property
    def layer(self) -> npt.NDArray[np.int64]:
        """A number for each cut, alike for cuts of one kind: no child is in two of them."""
        kinds = [(cut.chosen, fine, is_quarter(cut.period)) for cut, fine in zip(self.cuts, self.fineness.tolist(), strict=True)]
        number = {kind: place for place, kind in enumerate(dict.fromkeys(kinds))}
        return np.array([number[kind] for kind in kinds], dtype=np.int64)

    def only(self, cuts: Mask) -> Ground:
        """The same ground under some of the cuts alone."""
        if cuts.all():
            return self
        places = np.flatnonzero(cuts)
        new = {int(place): number for number, place in enumerate(places)}
        coarser = tuple(tuple(new[up] for up in self.coarser[place] if up in new) for place in places)
        kept = tuple(self.cuts[place] for place in places)
        counties = [(new[c], tuple(new[d] for d in ds)) for c, ds in self.counties if c in new and all(d in new for d in ds)]
        incidence, region = _alike_as_one(self.incidence[places], self.region)
        return Ground(kept, incidence, coarser, self.fineness[places], tuple(counties), region)

    def without_elsewhere(self, values: npt.NDArray[np.float64], known: Mask) -> Mask:
        """The finest cells that hold nobody because a county's districts are known and make up all of it."""
        empty = np.zeros(self.incidence.shape[1], dtype=bool)
        for county, districts in self.counties:
            every = [county, *districts]
            if known[every].all() and values[county] == values[list(districts)].sum():
                inside = self.incidence[[county]].toarray()[0] > 0
                empty |= inside & (self.incidence[list(districts)].sum(axis=0) == 0)
        return empty

    @cached_property
    def scopes(self) -> list[tuple[Mask, npt.NDArray[np.int64]]]:
        """What is decided at once: cuts, and for each finest cell the number of those alike to them, -1 where it is left out.

        Everything where there is one region; else the cuts that cross regions, then each region beside these.
        """
        regions = int(self.region.max(initial=0)) + 1
        if regions == 1:
            return [(np.ones(len(self.cuts), dtype=bool), np.arange(len(self.region)))]
        reached = _regions_of(self.incidence, self.region)
        across = reached.sum(axis=0) > 1
        found = [(across, _alike(self.incidence[across]))]
        for number in np.flatnonzero((reached & ~across).any(axis=1)):
            here = np.flatnonzero(self.region == number)
            cells = np.full(len(self.region), -1)
            cells[here] = np.arange(len(here))
            found.append((across | reached[number], cells))
        return found

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


def _regions_of(incidence: sparse.csr_array, region: Regions) -> Mask:
    """Region by cut: whether the cut has any of its cells."""
    return np.stack([incidence @ (region == number).astype(float) > 0 for number in range(int(region.max(initial=0)) + 1)])


def _alike(incidence: sparse.csr_array) -> Regions:
    """For each finest cell the number of those that are in the very same cuts."""
    weights = np.random.default_rng(0).random(incidence.shape[0])  # of which no two sums are alike but by the same cuts
    return np.unique(incidence.T @ weights, return_inverse=True)[1].ravel()


def _alike_as_one(incidence: sparse.csr_array, region: Regions) -> tuple[sparse.csr_array, Regions]:
    """The cells of a country with those of one region alike as one; of all regions, where no cut is within one."""
    if not region.any():
        return incidence, region
    if (_regions_of(incidence, region).sum(axis=0) > 1).all():
        region = np.zeros_like(region)
    _, first = np.unique(np.stack([_alike(incidence), region]), axis=1, return_index=True)
    return incidence[:, np.sort(first)], region[np.sort(first)]


def _finest(lattice: Lattice, dimension: Dimension, elsewhere: bool) -> list[str]:
    """The finest values of a dimension: those that no other value is within, and the rest of a county beside its districts."""
    values = [value for value in lattice.values(dimension) if value != ALL]
    parents = {lattice.coarser(dimension, value) for value in values} - {ALL}
    counties = [value for value in values if value in parents and dimension == "area" and elsewhere]
    return [value for value in values if value not in parents] + [_rest(value) for value in counties]


def _rest(value: str) -> str:
    return f"{value} elsewhere"


def _within(lattice: Lattice, dimension: Dimension, value: str, finest: Sequence[str]) -> npt.NDArray[np.int64]:
    """The places of the finest values within a value."""
    found = []
    for place, fine in enumerate(finest):
        up: str | None = fine.removesuffix(_rest(""))
        while up is not None and up != value:
            up = lattice.coarser(dimension, up)
        found += [place] if up == value else []
    return np.array(found, dtype=np.int64)


def _regions(lattice: Lattice, finest: Sequence[str]) -> Regions:
    """The region of each finest area: authorities in the order of their codes, which are by kind, as counties and boroughs."""
    authorities = sorted(area.code for area in lattice.areas if area.kind == "authority")
    many = max(1, len(authorities) // AUTHORITIES_OF_A_REGION)
    of = {code: place * many // len(authorities) for place, code in enumerate(authorities)}
    for area in lattice.areas:
        if area.kind == "district" and area.parent is not None:
            of[area.code] = of[area.parent]
    return np.array([of.get(area.removesuffix(_rest("")), 0) for area in finest], dtype=np.int64)


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
