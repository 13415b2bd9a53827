"""Free date windows defeat rounding: every span of quarters is rounded to the nearest five, and spans overlap.

What is known of a span, give or take two, is a bound on the difference of two running totals; the tightest bounds that follow
are shortest paths.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ROUNDED_TO = 5
Numbers = npt.NDArray[np.float64]


def rounded_spans(counts: npt.NDArray[np.int64]) -> Numbers:
    """What a screen with free dates would show: children by `[first, last + 1]` quarter of a span, to the nearest five."""
    totals = np.concatenate([[0], np.cumsum(counts)])
    spans = np.triu(totals[None, :] - totals[:, None]).astype(float)
    return np.asarray(ROUNDED_TO * np.floor((spans + ROUNDED_TO / 2) / ROUNDED_TO), dtype=np.float64)


def bounds_of_quarters(shown: Numbers) -> tuple[Numbers, Numbers]:
    """The least and the most children each quarter can have had."""
    most = _at_most(shown)
    for between in range(len(most)):
        most = np.minimum(most, most[:, [between]] + most[[between], :])
    return -np.diagonal(most, -1), np.diagonal(most, 1)


def _at_most(shown: Numbers) -> Numbers:
    """How far the running total of a column can be above that of a row, by what each span shows alone."""
    off = ROUNDED_TO // 2
    least = np.maximum(0.0, shown - off)
    most = np.triu(shown + off, 1) - np.tril(least.T, -1)
    np.fill_diagonal(most, 0.0)
    return np.asarray(most, dtype=np.float64)
