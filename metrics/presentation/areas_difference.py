"""Whether two groups of children clearly differ, from released values alone: counts or means, and the indicator's design effect.

Areas are compared many at a time, so a difference is called clear at 99.8% and not at 95%. Nothing here makes up for children
who are alike in an area for other reasons than sharing a family.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from metrics.figure import Figure
from metrics.presentation.comparators import Verdict
from metrics.statistics import Z, wilson

SURE = 0.998
"""Of a grid of many comparisons; 1 in 500 is marked by chance where nothing differs (design, section 4)."""
Z_SURE = NormalDist().inv_cdf(0.5 + SURE / 2)
WIDER = (Z_SURE / Z) ** 2
"""Wilson's interval knows z and the base only as z²/n: the wider interval is the usual one of a design effect so much larger."""
FEWEST_EXPECTED = 5
"""Children who count and who do not, after the design effect, in either group: under so many the test is not trusted."""


@dataclass(frozen=True)
class Sample:
    """A group of children: how many, how many of them count (null for a mean), the value and its standard error in percent."""

    n: int
    count: int | None
    value: float
    error: float | None = None


def sample(figure: Figure | None) -> Sample | None:
    """A figure that is shown, as a group; null where there is none."""
    if figure is None or not figure.shown or figure.value is None or not figure.n:
        return None
    if figure.count is not None:
        return Sample(figure.n, figure.count, 100 * figure.count / figure.n)
    return Sample(figure.n, None, figure.value, _error(figure))


def rest(whole: Sample, part: Sample) -> Sample | None:
    """The children of a whole who are not in a part of it; null where the part is all of it, or where rounding leaves nothing."""
    n = whole.n - part.n
    if n <= 0:
        return None
    if whole.count is not None and part.count is not None:
        count = whole.count - part.count
        return Sample(n, count, 100 * count / n) if 0 <= count <= n else None
    if whole.error is None or part.error is None:
        return None
    squared = (whole.n * whole.error) ** 2 - (part.n * part.error) ** 2
    return Sample(n, None, (whole.n * whole.value - part.n * part.value) / n, sqrt(squared) / n) if squared > 0 else None


def added(parts: list[Sample], less: list[Sample]) -> Sample | None:
    """Groups of different children together, `less` taken out again; null for means, unless it is one group by itself."""
    if len(parts) == 1 and not less:
        return parts[0]
    if any(one.count is None for one in (*parts, *less)):
        return None
    n = sum(one.n for one in parts) - sum(one.n for one in less)
    count = sum(one.count or 0 for one in parts) - sum(one.count or 0 for one in less)
    return Sample(n, count, 100 * count / n) if n > 0 and 0 <= count <= n else None


def difference(one: Sample | None, other: Sample | None, design_effect: float | None) -> Verdict:
    """Whether one group is clearly above or below another: a score test on bases divided by the design effect, or of means.

    `too_few` where chance could explain the difference or too few children bear on it; `unknown` where it cannot be tested.
    """
    if one is None or other is None:
        return "unknown"
    if one.count is None or other.count is None:
        return _of_means(one, other)
    if design_effect is None:
        return "unknown"
    pooled = (one.count + other.count) / (one.n + other.n)
    bases = (one.n / design_effect, other.n / design_effect)
    if min(bases) * min(pooled, 1 - pooled) < FEWEST_EXPECTED:
        return "too_few"
    error = 100 * sqrt(pooled * (1 - pooled) * sum(1 / base for base in bases))
    return _clear(one.value - other.value, error)


def wide_interval(figure: Figure | None, design_effect: float | None) -> tuple[float, float] | None:
    """The 99.8% interval of a shown figure, percent; null where it has no 95% interval or no design effect is released."""
    if figure is None or not figure.shown or figure.value is None or figure.low is None or not figure.n:
        return None
    if figure.count is None:
        error = _error(figure)
        assert error is not None, "a figure with an interval has an error"
        return max(figure.value - Z_SURE * error, 0.0), min(figure.value + Z_SURE * error, 100.0)
    if design_effect is None:
        return None
    low, high = wilson(np.array([figure.count]), np.array([figure.n]), np.array([design_effect * WIDER]))
    return float(low[0]), float(high[0])


def _of_means(one: Sample, other: Sample) -> Verdict:
    if one.error is None or other.error is None:
        return "unknown"
    return _clear(one.value - other.value, sqrt(one.error**2 + other.error**2))


def _clear(apart: float, error: float) -> Verdict:
    if abs(apart) <= Z_SURE * error:
        return "too_few"
    return "above" if apart > 0 else "below"


def _error(figure: Figure) -> float | None:
    """The standard error of a mean from its interval, whose one end may have been cut off at 0 or 100."""
    if figure.low is None or figure.high is None or figure.value is None:
        return None
    return max(figure.value - figure.low, figure.high - figure.value) / Z
