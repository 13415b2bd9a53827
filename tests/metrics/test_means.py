"""Means: whoever subtracts one from another must not be left with a few children."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.means import lines, not_isolating
from metrics.filters import Filters
from tests.metrics.small_lattice import counted, ground, kinds, lattice, row

OF = lattice()
ON, CELLS = ground(OF), kinds(OF)
EVERY = np.ones(len(ON.cuts), dtype=bool)


def place(cut: Filters) -> int:
    return ON.cuts.index(cut)


def shown_of(*cuts: Filters) -> np.ndarray:
    shown = np.zeros(len(ON.cuts), dtype=bool)
    shown[[place(cut) for cut in cuts]] = True
    return shown


ALL_OF_THEM, GIRLS, BOYS, TOWN = Filters(), Filters(sex="F"), Filters(sex="M"), Filters(area="town")


@pytest.mark.parametrize(("boys", "stay"), [(9, False), (10, True), (0, True)])
def test_a_mean_goes_where_it_would_leave_a_few_children_over(boys: int, stay: bool) -> None:
    """All and the girls are shown: all less girls are the boys."""
    n = np.zeros(len(ON.cuts))
    n[[place(ALL_OF_THEM), place(GIRLS)]] = 20 + boys, 20
    left = not_isolating(ON, n, shown_of(ALL_OF_THEM, GIRLS), smallest_base=10)
    assert np.array_equal(left, shown_of(ALL_OF_THEM, GIRLS) if stay else shown_of(ALL_OF_THEM))


def test_the_smallest_part_goes_with_all_within_it() -> None:
    """Of 50 there are 20 in the town and 25 in the county, so 5 are elsewhere: without the town 25 are left over."""
    n, county, girls = np.zeros(len(ON.cuts)), Filters(area="county"), Filters(area="town", sex="F")
    n[[place(one) for one in (ALL_OF_THEM, TOWN, county, girls)]] = 50, 20, 25, 12
    assert np.array_equal(not_isolating(ON, n, shown_of(ALL_OF_THEM, TOWN, county, girls), 10), shown_of(ALL_OF_THEM, county))


def test_a_line_is_a_whole_with_its_parts_along_one_dimension() -> None:
    found = {(ON.cuts[whole], frozenset(ON.cuts[part] for part in parts)) for whole, parts in lines(ON)}
    assert (ALL_OF_THEM, frozenset({GIRLS, BOYS})) in found
    assert (Filters(area="county"), frozenset({Filters(area="north"), Filters(area="south")})) in found
    assert (GIRLS, frozenset({Filters(sex="F", period="2022"), Filters(sex="F", period="2023")})) in found


sizes = st.lists(st.one_of(st.just(0), st.integers(0, 12)), min_size=len(CELLS), max_size=len(CELLS))


@given(sizes, st.lists(st.booleans(), min_size=len(ON.cuts), max_size=len(ON.cuts)))
def test_what_is_left_over_of_any_cut_is_nobody_or_enough(numbers: list[int], wanted: list[bool]) -> None:
    n = counted(ON, dict(zip(CELLS, numbers, strict=True)))
    left = not_isolating(ON, n, np.array(wanted) & (n >= 10), smallest_base=10)
    inside = [row(cut, CELLS) for cut in ON.cuts]
    for whole in np.flatnonzero(left):
        for dimension in ("area", "age_band", "sex", "period"):
            same = [d for d in ("area", "age_band", "sex", "period") if d != dimension]
            parts = [
                p
                for p in np.flatnonzero(left)
                if whole in ON.coarser[p] and all(getattr(ON.cuts[p], d) == getattr(ON.cuts[whole], d) for d in same)
            ]
            rest = inside[whole] - sum((inside[p] for p in parts), np.zeros(len(CELLS)))
            over = rest @ np.array(numbers)
            assert not parts or over == 0 or over >= 10
