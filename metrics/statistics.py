"""Intervals and tests: 95% intervals that allow for families, and tests of a change among the same children.

Shares and bounds are in percent, 0-100; null is NaN. Functions take arrays of cells and give arrays of the same shape.
"""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Z = NormalDist().inv_cdf(0.975)
FEWEST_FOR_A_MEAN = 30
"""Children; under so many a mean has no interval (design, section 4)."""

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def percent(amount: Counts, total: Counts) -> Numbers:
    """`amount` in `total`, percent; null where the total is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, 100 * amount / total, np.nan)


def wilson(count: Counts, n: Counts, design_effect: Numbers) -> tuple[Numbers, Numbers]:
    """Wilson's interval of a share, on the base divided by the design effect; null where the base is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p, m = count / n, n / design_effect
        centre = (p + Z**2 / (2 * m)) / (1 + Z**2 / m)
        half = Z / (1 + Z**2 / m) * np.sqrt(p * (1 - p) / m + Z**2 / (4 * m**2))
    known = n > 0
    low, high = np.where(known, 100 * (centre - half), np.nan), np.where(known, 100 * (centre + half), np.nan)
    return np.where(known & (count == 0), 0.0, low), np.where(known & (count == n), 100.0, high)


def clustered_error(
    amount: Counts, total: Counts, families: Counts, amount_squared: Counts, amount_by_total: Counts, total_squared: Counts
) -> Numbers:
    """The standard error of `amount` / `total`, a share, when a family varies as one; null for fewer than two families.

    The last three are sums over families of the squares and the product of the family's own amount and total.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = amount / total
        spread = amount_squared - 2 * ratio * amount_by_total + ratio**2 * total_squared
        error = np.sqrt(families / (families - 1) * np.maximum(spread, 0)) / total
    return np.where(families > 1, error, np.nan)


def mean_interval(value: Numbers, error: Numbers, n: Counts) -> tuple[Numbers, Numbers]:
    """The interval around a mean with that standard error, all percent; null under `FEWEST_FOR_A_MEAN` children."""
    known = (n >= FEWEST_FOR_A_MEAN) & ~np.isnan(error)
    return np.where(known, value - Z * error, np.nan), np.where(known, value + Z * error, np.nan)


def design_effect(amount: int, total: int, families: int, amount_squared: int, amount_by_total: int, total_squared: int) -> float:
    """How many times wider the variance of `amount` in `total` children is because families vary as one; at least 1."""
    if families < 2 or amount in (0, total):
        return 1.0
    p = Fraction(amount, total)
    spread = amount_squared - 2 * p * amount_by_total + p * p * total_squared
    return max(1.0, float(Fraction(families, families - 1) * spread / (total * p * (1 - p))))


def mcnemar(gained: Counts, lost: Counts) -> Numbers:
    """The exact two-sided chance of so uneven a split if gaining and losing were equally likely; 1 where none changed."""
    splits, place = np.unique(np.stack([np.minimum(gained, lost), gained + lost]), axis=1, return_inverse=True)
    log_factorial = np.cumsum(np.log(np.maximum(np.arange(1 + int(splits.max(initial=0))), 1)))
    chances = [min(1.0, 2 * _at_most(int(few), int(of), log_factorial)) for few, of in splits.T]
    return np.array(chances, dtype=np.float64)[place.ravel()]


def _at_most(successes: int, of: int, log_factorial: Numbers) -> float:
    """The chance of at most so many heads in fair tosses."""
    heads = np.arange(successes + 1)
    ways = log_factorial[of] - log_factorial[heads] - log_factorial[of - heads]
    return float(np.exp(ways - of * np.log(2)).sum())


def two_sided(change: Numbers, error: Numbers) -> Numbers:
    """The chance of so large a change, were there none, given its standard error; null where the error is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(error > 0, np.abs(change) / error, np.where(change == 0, 0.0, np.inf))
    chances = np.array([math.erfc(one / math.sqrt(2)) for one in ratio], dtype=np.float64)
    return np.where(np.isnan(error), np.nan, chances)
