"""What can be proved of a hidden number. Each bound twice: by the attacker's shortcuts, and by a programme for each alone."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse

from metrics.disclosure.attacker import Bounds, InconsistentError, Knowledge, bounds, chords, interior
from metrics.filters import ALL, Filters
from tests.metrics.small_lattice import Numbers, counted, ground, kinds, lattice, provable, row

FEW = lattice(districts={"town": (), "village": ()}, periods=("2022",))
CELLS = kinds(FEW)
CUTS = tuple(cut for cut in FEW.cuts() if cut.period == ALL)  # there is one year
ROWS = np.array([row(cut, CELLS) for cut in CUTS])


class Case(NamedTuple):
    """Numbers of children by finest cell, which cuts are known, and which are asked for."""

    truth: Numbers
    known: npt.NDArray[np.bool_]

    @property
    def knowledge(self) -> Knowledge:
        rows = ROWS[self.known]
        return Knowledge(sparse.csr_array(rows), rows @ self.truth)

    def provable(self, target: Numbers) -> tuple[float, float]:
        return provable(list(ROWS[self.known]), ROWS[self.known] @ self.truth, target)


@st.composite
def cases(draw: st.DrawFn, most: int = 12) -> Case:
    """Some cuts known, that of all children among them; cells of nobody are common, for they are what gives most away."""
    sizes = st.one_of(st.just(0), st.integers(0, most))
    truth = np.array(draw(st.lists(sizes, min_size=len(CELLS), max_size=len(CELLS))), dtype=float)
    known = np.array(draw(st.lists(st.booleans(), min_size=len(CUTS), max_size=len(CUTS))))
    known[CUTS.index(Filters())] = True
    return Case(truth, known)


def known_of(*sums: tuple[tuple[int, ...], float]) -> Knowledge:
    """Sums over four unknowns."""
    rows = np.array([[float(place in places) for place in range(4)] for places, _ in sums])
    return Knowledge(sparse.csr_array(rows), np.array([value for _, value in sums]))


def one_of(place: int) -> sparse.csr_array:
    return sparse.csr_array(np.eye(4)[[place]])


def test_two_by_two_of_whom_the_margins_are_known() -> None:
    """Girls and boys 10 and 8, here and there 12 and 6: of the girls here at least 10 − 6, at most 10."""
    known = known_of(((0, 1), 10), ((2, 3), 8), ((0, 2), 12), ((1, 3), 6))
    found = bounds(known, one_of(0), wide=np.inf)
    assert (found.low[0], found.high[0]) == pytest.approx((10 - 6, 10))


def test_what_is_left_over_is_known_exactly() -> None:
    found = bounds(known_of(((0, 1), 12), ((1,), 8)), one_of(0), wide=5)
    assert (found.low[0], found.high[0]) == pytest.approx((12 - 8, 12 - 8))


def test_nobody_is_in_a_part_of_nobody() -> None:
    found = bounds(known_of(((0, 1), 0), ((0, 1, 2, 3), 20)), one_of(0), wide=5)
    assert (found.low[0], found.high[0], found.width[0]) == (0, 0, 0)


def test_sums_that_contradict_one_another_are_found() -> None:
    with pytest.raises(InconsistentError):
        bounds(known_of(((0, 1), 12), ((0,), 13)), one_of(1), wide=5)


def test_whole_numbers_between_halves_are_counted() -> None:
    """From 0.5 to 4.5 there are 1, 2, 3 and 4: a width of 3."""
    assert Bounds(np.array([0.5, 1.0]), np.array([4.5, 5.9999999])).width.tolist() == [4 - 1, 6 - 1]


@settings(max_examples=20)
@given(cases())
def test_bounds_are_those_of_a_programme_for_each_figure(case: Case) -> None:
    found = bounds(case.knowledge, sparse.csr_array(ROWS), wide=np.inf)
    for place, target in enumerate(ROWS):
        assert (np.ceil(found.low[place] - 1e-6), np.floor(found.high[place] + 1e-6)) == case.provable(target), CUTS[place]


@settings(max_examples=20)
@given(cases(most=40))
def test_bounds_are_exact_where_narrow_and_elsewhere_wide_for_a_reason(case: Case) -> None:
    found = bounds(case.knowledge, sparse.csr_array(ROWS), wide=5)
    for place, target in enumerate(ROWS):
        low, high = case.provable(target)
        if found.width[place] < 5:
            assert found.width[place] == high - low, CUTS[place]
        else:
            assert low - 1e-6 <= found.low[place] and found.high[place] <= high + 1e-6, CUTS[place]


@settings(max_examples=20)
@given(cases(most=40))
def test_few_figures_are_bounded_as_many_are(case: Case) -> None:
    """A few are asked for by programme at once, many first from the middle."""
    many = bounds(case.knowledge, sparse.csr_array(ROWS), wide=5).width < 5
    for place in range(len(CUTS)):
        assert (bounds(case.knowledge, sparse.csr_array(ROWS[[place]]), wide=5).width < 5) == many[place], CUTS[place]


@settings(max_examples=20)
@given(cases(most=40))
def test_what_is_reached_from_the_middle_can_be_reached(case: Case) -> None:
    assume(case.truth.any())
    known = case.knowledge
    free = known.free()
    inner = Knowledge(known.rows[:, free][known.values > 0], known.values[known.values > 0])
    found = chords(inner, interior(inner), sparse.csr_array(ROWS[:, free]))
    for place, target in enumerate(ROWS):
        if found.high[place] > found.low[place]:
            low, high = case.provable(target)
            assert low - 1e-5 <= found.low[place] and found.high[place] <= high + 1e-5, CUTS[place]


@settings(max_examples=20)
@given(cases())
def test_the_middle_fits_what_is_known(case: Case) -> None:
    assume(case.truth.any())
    known = case.knowledge
    free = known.free()
    inner = Knowledge(known.rows[:, free][known.values > 0], known.values[known.values > 0])
    middle = interior(inner)
    assert np.all(middle >= 0)
    assert inner.rows @ middle == pytest.approx(inner.values, abs=1e-4)


PAIRS_OF_FOUR = [(0, 1), (2, 3), (0, 2), (1, 3), (0,), (0, 1, 2, 3)]


@settings(max_examples=40)
@given(st.lists(st.integers(0, 2), min_size=4, max_size=4), st.lists(st.sampled_from(PAIRS_OF_FOUR), min_size=1, unique=True))
def test_every_table_of_whole_numbers_lies_within_the_bounds(truth: list[int], sums: list[tuple[int, ...]]) -> None:
    sums = [*sums, (0, 1, 2, 3)]
    known = known_of(*((places, float(sum(truth[place] for place in places))) for places in sums))
    values = known.values
    fitting = [
        table for table in product(range(sum(truth) + 1), repeat=4) if np.array_equal(known.rows @ np.array(table), values)
    ]
    for place in range(4):
        found = bounds(known, one_of(place), wide=np.inf)
        least, most = (pick(table[place] for table in fitting) for pick in (min, max))
        assert found.low[0] - 1e-6 <= least <= truth[place] <= most <= found.high[0] + 1e-6


def test_a_larger_lattice_is_bounded_as_by_a_programme_for_each() -> None:
    """Authorities, districts, ages, sexes and years, of whom those of one filter are shown."""
    on = ground(lattice(periods=("2022", "2023", "2024")))
    among = kinds(lattice(periods=("2022", "2023", "2024")))
    draws = np.random.default_rng(7)
    values = counted(on, {kind: int(draws.poisson(2)) for kind in among})
    shown = on.filters <= 1
    rows = np.array([row(cut, among) for cut in on.cuts])
    found = bounds(Knowledge(on.incidence[shown], values[shown]), on.incidence[~shown], wide=5)
    for width, target in list(zip(found.width, rows[~shown], strict=True))[::9]:
        low, high = provable(list(rows[shown]), values[shown], target)
        assert width == high - low if width < 5 else high - low >= 5
