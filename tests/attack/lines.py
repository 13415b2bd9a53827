"""The lines of a lattice: a cut is the sum of the cuts that part it by one dimension."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metrics.filters import ALL
from metrics.lattice import Lattice
from tests.attack.released import Released

Places = npt.NDArray[np.int64]
BY = ("area", "age", "sex", "period")


@dataclass(frozen=True)
class Lines:
    """Lines of one dimension and length: `wholes[i]` is the sum of `parts[i]`. No cut is twice a whole or twice a part."""

    by: str
    wholes: Places
    parts: Places


def lines_of(released: Released) -> list[Lines]:
    """Every line whose whole and parts are all cuts of the release."""
    found: dict[tuple[int, str, int], list[tuple[int, list[int]]]] = {}
    place_of: dict[tuple[str, ...], int] = {cut: place for place, cut in enumerate(released.cuts)}
    for place, cut in enumerate(released.cuts):
        for dimension in range(4):
            for level, values in _split(released.lattice, dimension, cut[dimension]):
                parts = [(*cut[:dimension], value, *cut[dimension + 1 :]) for value in values]
                held = [place_of[part] for part in parts if part in place_of]
                if len(held) == len(values):
                    found.setdefault((dimension, level, len(held)), []).append((place, held))
    return [
        Lines(BY[dimension], np.array([whole for whole, _ in some]), np.array([parts for _, parts in some]))
        for (dimension, _, _), some in found.items()
    ]


def _split(lattice: Lattice, dimension: int, value: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The values that together make a value one step coarser, and what that step is called."""
    years = tuple(period for period in lattice.periods if "Q" not in period)
    if dimension == 0:
        areas = tuple(area.code for area in lattice.areas if area.parent == value)
        if areas:
            yield ("authorities" if value == ALL else "districts"), areas
    elif dimension == 3 and value in years:
        quarters = tuple(period for period in lattice.periods if period[:4] == value and period != value)
        if quarters:
            yield "quarters", quarters
    elif value == ALL:
        yield "values", (lattice.age_bands, lattice.sexes, years)[dimension - 1]
