"""Intervals and tests, from their textbook formulas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)
FEWEST_FOR_A_MEAN = 30

Clustered = tuple[str, Fraction | int, int]
"""A child's family, how much, of how many."""


def totals_by_family(answers: Iterable[Clustered]) -> list[tuple[Fraction, int]]:
    """Each family's sum of how much and of how many; families that add nothing to the base are not there."""
    families: dict[str, list[tuple[Fraction | int, int]]] = {}
    for family, much, many in answers:
        families.setdefault(family, []).append((much, many))
    sums = [(total(much for much, _ in told), sum(many for _, many in told)) for told in families.values()]
    return [(much, many) for much, many in sums if many > 0]


def total(parts: Iterable[Fraction | int]) -> Fraction:
    """Their exact sum, over one denominator: to add fractions one by one is to look for common factors each time."""
    every = list(parts)
    scale = math.lcm(*(part.denominator for part in every))
    return Fraction(sum(part.numerator * (scale // part.denominator) for part in every), scale)


def design_effect(answers: Iterable[Clustered]) -> float:
    """How much wider the variance of a share is because siblings share a household; never below 1."""
    families = totals_by_family(answers)
    m, n = len(families), sum(many for _, many in families)
    if m < 2:
        return 1.0
    p = total(much for much, _ in families) / n
    if p in (0, 1):
        return 1.0
    clustered = Fraction(m, m - 1) * sum((much - p * many) ** 2 for much, many in families) / n**2
    return max(1.0, float(clustered / (p * (1 - p) / n)))


def wilson(k: int, n: int, deff: float) -> tuple[float, float]:
    """The 95% Wilson interval of k in n, on n divided by the design effect; percent."""
    p, m = k / n, n / deff
    centre = (p + Z**2 / (2 * m)) / (1 + Z**2 / m)
    half = Z / (1 + Z**2 / m) * math.sqrt(p * (1 - p) / m + Z**2 / (4 * m**2))
    return 100 * (centre - half), 100 * (centre + half)


def clustered_error(answers: Iterable[Clustered]) -> float | None:
    """The standard error of a ratio of sums when families vary together; none for fewer than two families."""
    families = totals_by_family(answers)
    m, x = len(families), sum(many for _, many in families)
    if m < 2:
        return None
    ratio = float(total(much for much, _ in families) / x)
    return math.sqrt(m / (m - 1) * math.fsum((float(much) - ratio * many) ** 2 for much, many in families)) / x


def ratio_interval(answers: Sequence[Clustered]) -> tuple[float, float] | None:
    """The 95% interval of a mean or a pooled share, clamped to 0-100 percent; none under thirty children."""
    error = clustered_error(answers)
    if error is None or len(answers) < FEWEST_FOR_A_MEAN:
        return None
    ratio = float(total(much for _, much, _ in answers) / sum(many for _, _, many in answers))
    return max(0.0, 100 * (ratio - Z * error)), min(100.0, 100 * (ratio + Z * error))


def mcnemar(gained: int, lost: int) -> float:
    """The exact two-sided chance of so uneven a split if gaining and losing were equally likely; 1 when none changed."""
    changed = gained + lost
    tail = sum(math.comb(changed, i) for i in range(min(gained, lost) + 1))
    return float(min(Fraction(1), Fraction(2 * tail, 2**changed)))
