"""Means: whoever subtracts one from another must not be left with a few children."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.disclosure.means import by_length, followed, lines, not_isolating, telling
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
    n[[place(ALL_OF_THEM), place(GIRLS), place(BOYS)]] = 20 + boys, 20, boys
    left = not_isolating(ON, n, shown_of(ALL_OF_THEM, GIRLS), smallest_base=10)
    assert np.array_equal(left, shown_of(ALL_OF_THEM, GIRLS) if stay else shown_of(ALL_OF_THEM))


def test_the_smallest_part_goes_with_all_within_it() -> None:
    """Of 50 there are 20 in the town and 25 in the village, so 5 are in the port: without the town 25 are in one of two."""
    of = lattice(districts={"town": (), "village": (), "port": ()})
    on = ground(of)
    n, village, girls = np.zeros(len(on.cuts)), Filters(area="village"), Filters(area="town", sex="F")
    number = {ALL_OF_THEM: 50, TOWN: 20, village: 25, Filters(area="port"): 5, girls: 12}
    n[[on.cuts.index(one) for one in number]] = list(number.values())
    wanted = np.array([cut in (ALL_OF_THEM, TOWN, village, girls) for cut in on.cuts])
    left = not_isolating(on, n, wanted, 10)
    assert {on.cuts[cut] for cut in np.flatnonzero(left)} == {ALL_OF_THEM, village}


def test_a_part_follows_where_all_others_of_its_line_are_told() -> None:
    """All less the girls are the boys, and girls and boys are all; of the girls alone nothing follows."""
    every = by_length(ON)
    assert np.array_equal(followed(shown_of(ALL_OF_THEM, GIRLS), every), shown_of(ALL_OF_THEM, GIRLS, BOYS))
    assert np.array_equal(followed(shown_of(GIRLS, BOYS), every), shown_of(ALL_OF_THEM, GIRLS, BOYS))
    assert np.array_equal(followed(shown_of(GIRLS), every), shown_of(GIRLS))


def test_what_follows_is_followed_further() -> None:
    """All less the girls are the boys, and the boys less those of the county are the boys of the town, who are few."""
    of_county, of_town = Filters(area="county", sex="M"), Filters(area="town", sex="M")
    told = shown_of(ALL_OF_THEM, GIRLS, of_county)
    assert np.array_equal(followed(told, by_length(ON)), shown_of(ALL_OF_THEM, GIRLS, BOYS, of_county, of_town))
    n = np.zeros(len(ON.cuts))
    n[[place(one) for one in (ALL_OF_THEM, GIRLS, BOYS, of_county, of_town)]] = 53, 30, 23, 20, 3
    left = not_isolating(ON, n, told, smallest_base=10)
    assert not followed(left, by_length(ON))[place(of_town)]


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


def fitting(n: int, mean: float, share: float) -> list[int]:
    """How many of `n` may have attended less than a share, the slow way: each number for which some absence fits."""
    found = []
    for few in range(n + 1):
        least = few * (1 - share) if few else -1e-9  # each of them missed more than this
        most = few + (n - few) * (1 - share)
        shown = (n * (1 - (mean + off) / 100) for off in (0.05, -0.05))
        low, high = shown
        if least < high and low <= most:
            found.append(few)
    return found


@given(st.integers(1, 60), st.integers(0, 1000), st.sampled_from((0.5, 0.9)))
def test_a_mean_tells_how_many_attended_little_just_where_fewer_than_six_numbers_fit(n: int, tenths: int, share: float) -> None:
    mean = tenths / 10
    told = telling(np.array([float(n)]), np.array([mean]), share, wide=5.0)
    assert bool(told[0]) == (len(fitting(n, mean, share)) < 6)


@pytest.mark.parametrize(
    ("n", "mean", "share", "told"),
    [(30, 93.0, 0.5, True), (30, 91.0, 0.5, False), (12, 100.0, 0.5, True), (30, 93.0, 0.9, False), (200, 93.0, 0.5, False)],
)
def test_thirty_children_who_attended_well_are_told_to_have_few_who_attended_hardly(
    n: int, mean: float, share: float, told: bool
) -> None:
    """Thirty who missed 7% missed 2.1 terms between them: at most four missed half a term or more."""
    assert bool(telling(np.array([float(n)]), np.array([mean]), share, wide=5.0)[0]) is told
