"""The fixed axis of each indicator, and what a line is drawn broken for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor

from metrics.figure import Comparator, Figure
from metrics.presentation.placement import Scale

THIN_SHARE = 0.5
STEP = 10

AXES = {
    "sen_support": (0, 60),
    "ehcp": (0, 40),
    "suspended": (0, 20),
    "severely_absent": (0, 40),
    "attendance_mean": (50, 100),
    "attendance_sessions": (50, 100),
    "missed_under_50": (50, 100),
}
WHOLE_AXIS = (0, 100)


def stretched(axis: tuple[float, float], shown: Iterable[Figure], beside: Sequence[Comparator], height: float) -> Scale:
    """An indicator's fixed axis, stretched by tens only where something would fall off it."""
    low, high = axis
    values = [v for f in shown for v in (f.value, f.low, f.high) if v is not None] + [c.value for c in beside]
    if values:
        low, high = min(low, STEP * floor(min(values) / STEP)), max(high, STEP * ceil(max(values) / STEP))
    return Scale(max(low, 0), min(high, 100), height)


def thin_terms(series: Sequence[Figure]) -> frozenset[str]:
    """The terms whose base is under half of term 0's; none where term 0's base is not shown."""
    at_zero = next((f.n for f in series if f.time == "0" and f.shown), None)
    return frozenset(f.time for f in series if at_zero and f.n is not None and f.n < THIN_SHARE * at_zero)
