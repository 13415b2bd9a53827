"""Figures of a lattice small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from metrics.disclosure.ground import Ground
from metrics.disclosure.linked import Figures
from metrics.filters import ALL, Filters
from tests.metrics.small_lattice import Numbers, ground, lattice

Mask = npt.NDArray[np.bool_]
Named = tuple[str, str]
"""An indicator and a time."""


def only(on: Ground, wanted: Callable[[Filters], bool]) -> Ground:
    return on.only(np.array([wanted(cut) for cut in on.cuts]))


ON = only(
    ground(lattice(districts={"town": (), "village": ()}, ages=("5-11",), periods=("2022",))),
    lambda cut: cut.age_band == cut.period == ALL,
)
EVERYONE, GIRLS, BOYS, TOWN, VILLAGE = Filters(), Filters(sex="F"), Filters(sex="M"), Filters("town"), Filters("village")
FINEST = TOWN_GIRLS, TOWN_BOYS, VILLAGE_GIRLS, VILLAGE_BOYS = tuple(place.but(sex=s) for place in (TOWN, VILLAGE) for s in "FM")
BY_SEX = only(ON, lambda cut: cut.area == ALL)
NEXT_YEAR, Q1, Q2, Q3, Q4 = (Filters(period=period) for period in ("2023", "2022Q1", "2022Q2", "2022Q3", "2022Q4"))
BY_QUARTER = only(
    ground(lattice(500, {"town": ()}, ("5-11",), ("2022", "2022Q1", "2022Q2", "2022Q3", "2022Q4", "2023"))),
    lambda cut: cut.area == cut.age_band == cut.sex == ALL,
)


def summed(on: Ground, finest: Mapping[Filters, float]) -> Numbers:
    """How many each cut has, of so many in these."""
    return np.array(
        [sum(finest[on.cuts[one]] for one in on.down_from(cut) if on.cuts[one] in finest) for cut in range(len(on.cuts))]
    )


def figures(on: Ground, n: Mapping[Filters, float], counts: Mapping[Named, Mapping[Filters, float]]) -> Figures:
    """Figures of the same children; how many are counted of each, by finest cut."""
    keys = tuple((indicator, "observed", time) for indicator, time in counts)
    base = np.repeat(summed(on, n)[:, None], len(keys), axis=1)
    count = np.stack([summed(on, finest) for finest in counts.values()], axis=1)
    return Figures(on, keys, base, count, np.zeros(base.shape, dtype=bool), np.ones(base.shape, dtype=bool))  # type: ignore[arg-type]


def everywhere(of: Figures, *but: tuple[Named, Filters]) -> Mask:
    """All cuts of all figures but these."""
    shown = np.ones(of.n.shape, dtype=bool)
    for name, cut in but:
        shown[at(of, name, cut)] = False
    return shown


def at(of: Figures, name: Named, cut: Filters) -> tuple[int, int]:
    return of.ground.cuts.index(cut), [(indicator, time) for indicator, _, time in of.keys].index(name)
