"""The ground under figures: which finest cells make up a cut. A wrong cell would let an attack miss a proof."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.filters import Filters
from metrics.lattice import Lattice
from tests.metrics.small_lattice import ground, kinds, lattice, row

YEARS = lattice()
QUARTERS = lattice(children=500, periods=("2022", "2022Q3", "2022Q4", "2023", "2023Q1", "2023Q2"))
BOTH = pytest.mark.parametrize("of", [YEARS, QUARTERS], ids=["years", "quarters"])


@BOTH
def test_there_is_a_finest_cell_for_every_kind_of_child_and_no_other(of: Lattice) -> None:
    """Two kinds of children who are in the same cuts all along are one cell: a town without districts has no elsewhere."""
    on = ground(of)
    columns = {tuple(column) for column in on.incidence.toarray().T}
    assert columns == {tuple(float(kind.is_in(cut)) for cut in on.cuts) for kind in kinds(of)}
    assert on.incidence.shape[1] == len(columns)


def test_a_county_has_room_for_children_without_a_district() -> None:
    county, north, south = (Filters(area=name) for name in ("county", "north", "south"))
    cells = 2 * 2 * 2  # ages, sexes, years
    on = ground(YEARS)
    inside = dict(zip(on.cuts, on.incidence.sum(axis=1), strict=True))
    assert (inside[county], inside[north], inside[south]) == (3 * cells, cells, cells)


@BOTH
def test_one_step_coarser_are_the_next_larger_cuts(of: Lattice) -> None:
    on, among = ground(of), kinds(of)
    inside = [row(cut, among) for cut in on.cuts]

    def within(one: int, other: int) -> bool:
        return bool(np.all(inside[one] <= inside[other]) and not np.array_equal(inside[one], inside[other]))

    for place in range(len(on.cuts)):
        larger = [other for other in range(len(on.cuts)) if within(place, other)]
        nearest = {one for one in larger if not any(within(other, one) for other in larger)}
        assert set(on.coarser[place]) == nearest, on.cuts[place]


@BOTH
def test_down_from_a_cut_are_all_that_lie_within_it(of: Lattice) -> None:
    on, among = ground(of), kinds(of)
    inside = [row(cut, among) for cut in on.cuts]
    for place in range(len(on.cuts)):
        assert on.down_from(place) == [other for other in range(len(on.cuts)) if np.all(inside[other] <= inside[place])]


@pytest.mark.parametrize(
    ("cut", "fineness", "filters"),
    [
        (Filters(), 0, 0),
        (Filters(area="county"), 1, 1),
        (Filters(area="north"), 1 + 1 / 2, 1),
        (Filters(area="north", period="2022Q3"), 2 + 2 / 2, 2),
        (Filters("town", "5-11", "F"), 3, 3),
    ],
)
def test_a_filter_counts_one_and_a_district_or_quarter_half_more(cut: Filters, fineness: float, filters: int) -> None:
    on = ground(QUARTERS)
    place = on.cuts.index(cut)
    assert (on.fineness[place], on.filters[place]) == (fineness, filters)


def test_districts_that_make_up_their_county_leave_nobody_elsewhere() -> None:
    on = ground(YEARS)
    county, north, south = (on.cuts.index(Filters(area=name)) for name in ("county", "north", "south"))
    values, known = np.zeros(len(on.cuts)), np.zeros(len(on.cuts), dtype=bool)
    values[[county, north, south]], known[[county, north, south]] = (7 + 5, 7, 5), True
    elsewhere = (on.incidence[[county]] - on.incidence[[north]] - on.incidence[[south]]).toarray()[0] > 0
    assert np.array_equal(on.without_elsewhere(values, known), elsewhere)

    values[county] += 1
    assert not on.without_elsewhere(values, known).any()
    values[county] -= 1
    known[south] = False
    assert not on.without_elsewhere(values, known).any()


def test_under_fewer_cuts_the_ground_is_the_same() -> None:
    on = ground(YEARS)
    single = on.filters <= 1
    less = on.only(single)
    assert less.cuts == tuple(cut for cut in on.cuts if len(cut.chosen) <= 1)
    assert np.array_equal(less.incidence.toarray(), on.incidence.toarray()[single])
    assert [less.cuts[up] for up in less.coarser[less.cuts.index(Filters(area="north"))]] == [Filters(area="county")]
    assert [(less.cuts[c].area, [less.cuts[d].area for d in ds]) for c, ds in less.counties] == [("county", ["north", "south"])]
    assert on.only(np.ones(len(on.cuts), dtype=bool)) is on
