"""Areas with figures made by hand, and the textbook's interval, for the tests of areas side by side.

z of 99.8% is 3.0902, of 95% 1.9600.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

from metrics import Figure, find
from metrics.presentation.areas import Place
from tests.metrics.presentation_figures import figure

SEN, STATUTORY = find("sen_support"), find("statutory")
WHOLE = Place("all", "Thames Valley", figure(k=282, n=886))
Z998, Z95 = 3.0902, 1.9600


def place(name: str, k: int, n: int, **changed: object) -> Place:
    """An area of that name with k of n children."""
    return replace(Place(name, name, figure(k=k, n=n)), **changed)  # type: ignore[arg-type]


def mean(value: float, low: float, high: float, n: int = 100) -> Figure:
    """A mean with its interval."""
    return replace(figure("attendance_mean", k=None, n=n), value=value, low=low, high=high)


def wilson(k: int, n: float, z: float) -> tuple[float, float]:
    """Wilson's interval as the textbook has it."""
    p = k / n
    centre, half = p + z**2 / (2 * n), z * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return 100 * (centre - half) / (1 + z**2 / n), 100 * (centre + half) / (1 + z**2 / n)
