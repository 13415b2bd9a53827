"""Intervals and tests against textbook figures and arithmetic on families small enough to see."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from metrics.statistics import (
    FEWEST_FOR_A_MEAN,
    Z,
    clustered_error,
    design_effect,
    mcnemar,
    mean_interval,
    percent,
    two_sided,
    wilson,
)

Family = tuple[int, int]
"""A family's amount and total."""


def counts(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def sums(families: list[Family]) -> dict[str, int]:
    return {
        "amount": sum(y for y, _ in families),
        "total": sum(x for _, x in families),
        "families": sum(x > 0 for _, x in families),
        "amount_squared": sum(y * y for y, _ in families),
        "amount_by_total": sum(y * x for y, x in families),
        "total_squared": sum(x * x for _, x in families),
    }


def error(families: list[Family]) -> float:
    return float(clustered_error(**{name: counts(number) for name, number in sums(families).items()})[0])


def test_wilson_as_published_by_newcombe() -> None:
    low, high = wilson(counts(81, 0, 1), counts(263, 20, 29), np.ones(3))
    assert low == pytest.approx([25.53, 0.00, 0.61], abs=0.01)
    assert high == pytest.approx([36.62, 16.11, 17.18], abs=0.01)


def test_wilson_of_everyone_ends_at_100_and_of_nobody_is_unknown() -> None:
    low, high = wilson(counts(30, 0), counts(30, 0), np.ones(2))
    assert high[0] == 100 and 80 < low[0] < 100
    assert np.isnan(low[1]) and np.isnan(high[1])


def test_a_design_effect_of_two_counts_for_half_the_children() -> None:
    halved = wilson(counts(20), counts(100), np.array([2.0]))
    assert np.allclose(halved, wilson(counts(10), counts(50), np.ones(1)))


def test_percent_of_nobody_is_unknown() -> None:
    assert percent(counts(1, 0), counts(4, 0))[0] == 25 and np.isnan(percent(counts(1, 0), counts(4, 0))[1])


def test_error_of_a_mean_is_that_of_families() -> None:
    families = [(2, 2), (0, 1), (1, 3)]
    ratio = 3 / 6
    spread = (2 - ratio * 2) ** 2 + (0 - ratio * 1) ** 2 + (1 - ratio * 3) ** 2
    assert error(families) == pytest.approx(math.sqrt(3 / 2 * spread) / 6)


def test_one_family_says_nothing_about_how_families_vary() -> None:
    assert math.isnan(error([(2, 5)]))


def test_design_effect_of_pairs_who_are_always_alike_is_two() -> None:
    families = [(2, 2), (0, 2)] * 200
    assert design_effect(**sums(families)) == pytest.approx(2 * 400 / 399)


def test_design_effect_of_unlike_pairs_is_not_below_one() -> None:
    assert design_effect(**sums([(1, 2)] * 50)) == 1


@pytest.mark.parametrize("families", [[(0, 2), (0, 3)], [(2, 2), (3, 3)], [(1, 3)], []])
def test_design_effect_where_nothing_varies_is_one(families: list[Family]) -> None:
    assert design_effect(**sums(families)) == 1


def test_a_mean_of_few_children_has_no_interval() -> None:
    n = counts(FEWEST_FOR_A_MEAN - 1, FEWEST_FOR_A_MEAN)
    low, high = mean_interval(np.array([80.0, 80.0]), np.array([2.0, 2.0]), n)
    assert np.isnan(low[0]) and np.isnan(high[0])
    assert (low[1], high[1]) == (80 - 2 * Z, 80 + 2 * Z)


@pytest.mark.parametrize(
    ("gained", "lost", "chance"),
    [
        (0, 0, 1),
        (5, 0, 2 / 2**5),
        (0, 5, 2 / 2**5),
        (3, 3, 1),
        (10, 3, 2 * (1 + 13 + 78 + 286) / 2**13),
    ],
)
def test_mcnemar_is_the_exact_binomial(gained: int, lost: int, chance: float) -> None:
    assert mcnemar(counts(gained), counts(lost)) == pytest.approx([chance])


def test_mcnemar_of_many_is_near_the_normal() -> None:
    z = (1000 - 900 - 1) / math.sqrt(1900)
    assert mcnemar(counts(1000), counts(900))[0] == pytest.approx(2 * NormalDist().cdf(-z), rel=0.01)


def test_two_sided_of_1_96_errors_is_5_percent() -> None:
    assert two_sided(np.array([-2 * Z, 0.0, 3.0]), np.array([2.0, 0.0, 0.0])) == pytest.approx([0.05, 1, 0])
    assert np.isnan(two_sided(np.array([1.0]), np.array([np.nan]))[0])
