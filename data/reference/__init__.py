"""The committed reference tables: areas, comparators, published figures and the exceptions of the calendar.

Each reader is cached; the files are part of the program and change only with it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

DIRECTORY = Path(__file__).parent
POPULATION, CHILDREN = "population", "children"
"""The comparator that is a number of children living in an area at a mid-year, and its unit; it stands beside no share."""


@dataclass(frozen=True)
class Area:
    """An authority or a district; `go_live` is the month the offer of support began, None where not recorded."""

    code: str
    name: str
    kind: str
    parent: str | None
    old_code: str | None
    region: str
    partnership: str | None
    go_live: str | None


@dataclass(frozen=True)
class Comparator:
    """A figure to stand beside `indicator`: percent, in its direction; `fit` says how far the two compare, `reason` why.

    A population is the one exception: children, of the `indicator` `population`, with the words of `population_words`.
    `academic_year` is empty where the source names no date, `phase` where the population is every pupil.
    """

    comparator: str
    indicator: str
    area_code: str
    area_name: str
    population: str
    period: str
    value: float
    unit: str
    source: str
    fit: str
    reason: str
    academic_year: str
    phase: str


@dataclass(frozen=True)
class SeriesBreak:
    """A term from which an indicator means something else; drawn on its chart."""

    indicator: str
    academic_year: str
    term: str
    first_day: date
    label: str
    reason: str


@dataclass(frozen=True)
class PublishedFigure:
    """A figure printed in one of the two published sources; `value` None where the source gives no number."""

    figure: str
    indicator: str
    population: str
    time: str
    value: float | None
    unit: str
    note: str


@dataclass(frozen=True)
class YearlyDay:
    """A day of every year: fixed (`09-01`) or counted from Easter Sunday (`easter+15`)."""

    rule: str

    def on(self, year: int, easter: Callable[[int], date]) -> date:
        """That year's day."""
        moving = re.fullmatch(r"easter([+-]\d+)", self.rule)
        return easter(year) + timedelta(days=int(moving[1])) if moving else date.fromisoformat(f"{year}-{self.rule}")


@cache
def areas() -> dict[str, Area]:
    """England's authorities, and the districts of those that have them here, by code."""
    return {
        row["code"]: Area(**{field: value or None for field, value in row.items()})  # type: ignore[arg-type]
        for row in _rows("areas")
    }


@cache
def comparators() -> tuple[Comparator, ...]:
    """Every comparator, in the order of the file."""
    return tuple(Comparator(**{**row, "value": float(row["value"])}) for row in _rows("comparators"))  # type: ignore[arg-type]


def population_words(age_band: str) -> str:
    """How a population names the children it counts: `Children aged 5 to 11`, `Children under 18` for `all`."""
    return "Children under 18" if age_band == "all" else f"Children aged {age_band.replace('-', ' to ')}"


@cache
def published_figures() -> tuple[PublishedFigure, ...]:
    """Every figure of the published study and the article, in the order of the file."""
    return tuple(
        PublishedFigure(**{**row, "value": float(row["value"]) if row["value"] else None})  # type: ignore[arg-type]
        for row in _rows("published_figures")
    )


@cache
def series_breaks() -> tuple[SeriesBreak, ...]:
    """Every series break."""
    return tuple(
        SeriesBreak(**{**row, "first_day": date.fromisoformat(row["first_day"])})  # type: ignore[arg-type]
        for row in _rows("series_breaks")
    )


@cache
def lockdown_terms() -> frozenset[tuple[str, str]]:
    """Academic year and name of each lockdown term."""
    return frozenset((row["academic_year"], row["term"]) for row in _rows("lockdown_terms"))


@cache
def census_days() -> dict[tuple[str, str], date]:
    """The census days that are not the usual Thursday, by academic year and name of the term."""
    return {(row["academic_year"], row["term"]): date.fromisoformat(row["census_day"]) for row in _rows("census_days")}


@cache
def term_dates() -> dict[str, tuple[YearlyDay, YearlyDay]]:
    """First and last day of teaching of each term, where no local calendar was supplied."""
    return {row["term"]: (YearlyDay(row["first_day"]), YearlyDay(row["last_day"])) for row in _rows("term_dates")}


@cache
def police_force_areas() -> dict[str, str]:
    """The Office for National Statistics' codes of England's police force areas, by its names for them."""
    return {row["name"]: row["code"] for row in _rows("police_force_areas")}


def _rows(name: str) -> list[dict[str, str]]:
    with (DIRECTORY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
