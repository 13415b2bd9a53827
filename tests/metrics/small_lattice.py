"""A lattice small enough to count by hand, children who stand in it, and what follows from sums over them: the slow way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from metrics.area import Area
from metrics.disclosure.ground import Ground
from metrics.filters import ALL, Filters
from metrics.lattice import Lattice

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Kind:
    """Where a child stands: authority, district (none where not recorded), age band, sex and quarter or year."""

    area: str
    district: str | None
    age_band: str
    sex: str
    period: str

    def is_in(self, cut: Filters) -> bool:
        here = cut.area in (ALL, self.area, self.district)
        then = cut.period == ALL or self.period.startswith(cut.period)
        return here and then and cut.age_band in (ALL, self.age_band) and cut.sex in (ALL, self.sex)


DISTRICTS: dict[str, tuple[str, ...]] = {"county": ("north", "south"), "town": ()}


def lattice(
    children: int = 100,
    districts: dict[str, tuple[str, ...]] = DISTRICTS,
    ages: tuple[str, ...] = ("5-11", "12-17"),
    periods: tuple[str, ...] = ("2022", "2023"),
) -> Lattice:
    """Authorities with their districts, age bands, girls and boys, periods; quarters and a third filter from 500 children."""
    areas = [Area(ALL, "the whole", "all")]
    for authority, inside in districts.items():
        areas.append(Area(authority, authority, "authority", ALL))
        areas += [Area(name, name, "district", authority) for name in inside]
    return Lattice(tuple(areas), ages, ("F", "M"), periods, children, date(2022, 1, 1), {})


def kinds(of: Lattice) -> list[Kind]:
    """Every kind of child: in a district, or in none of an authority's."""
    inside = {
        area.code: [one.code for one in of.areas if one.parent == area.code] for area in of.areas if area.kind == "authority"
    }
    places = [(authority, district) for authority, names in inside.items() for district in (*names, None)]
    finest = [one for one in of.periods if "Q" in one or not any(other.startswith(f"{one}Q") for other in of.periods)]
    return [Kind(*place, age, sex, period) for place, age, sex, period in product(places, of.age_bands, of.sexes, finest)]


def ground(of: Lattice) -> Ground:
    return Ground.of(of, sorted(of.cuts(), key=lambda cut: (cut.area, cut.age_band, cut.sex, cut.period)))


def counted(on: Ground, numbers: dict[Kind, int]) -> Numbers:
    """How many children each cut has."""
    return np.array([sum(number for kind, number in numbers.items() if kind.is_in(cut)) for cut in on.cuts], dtype=float)


def row(cut: Filters, among: Sequence[Kind]) -> Numbers:
    """A cut as a sum over kinds of children."""
    return np.array([float(kind.is_in(cut)) for kind in among])


def provable(sums: Sequence[Numbers], values: Iterable[float], target: Numbers) -> tuple[float, float]:
    """Between which whole numbers a target lies when these sums are known and every number is nought or more."""
    asked = []
    for sign in (1, -1):
        given = {"A_eq": np.array(sums), "b_eq": np.array(list(values))} if len(sums) else {}
        found = linprog(sign * target, **given, method="highs")
        assert found.status in (0, 3), "the sums contradict one another"
        asked.append(sign * found.fun if found.status == 0 else np.inf)
    return float(np.ceil(asked[0] - 1e-6)), float(np.floor(asked[1] + 1e-6))
