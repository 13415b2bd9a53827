"""How finely a release prints a number: what is no ratio of two shown counts, no finer than it must."""

from __future__ import annotations

import math

from tests.oracle.indicators import MEANS

PERCENT_DECIMALS, CHANCE_DECIMALS, EFFECT_DECIMALS = 1, 3, 1
OF_A_MEAN = {
    **dict.fromkeys(("value", "low", "high", "before_value", "after_value"), PERCENT_DECIMALS),
    "p_value": CHANCE_DECIMALS,
}
"""Finer, a mean times its base would be the exact sum over the children."""
OF_ANY = {"expected": PERCENT_DECIMALS}
"""Finer, it could be solved for the children's school years and phases."""


def decimals(indicator: str, column: str) -> int | None:
    """To how many decimals the number is rounded; null where it is exact."""
    return (OF_ANY | (OF_A_MEAN if indicator in MEANS else {})).get(column)


def is_printed(printed: float | None, exact: float | None, decimals: int | None) -> bool:
    """Whether a printed number is the exact one, rounded to so many decimals, a half either way; or null both.

    Where it is not rounded, to the noise of floating point.
    """
    if printed is None or exact is None:
        return printed is exact
    if decimals is None:
        return math.isclose(printed, exact, rel_tol=1e-9, abs_tol=1e-6)
    steps = printed * 10**decimals
    return math.isclose(steps, round(steps), abs_tol=1e-6) and abs(printed - exact) <= 0.5 / 10**decimals + 1e-9
