"""Children per 10,000 who live in an area: a released headcount over a published population, and how to say it."""

from __future__ import annotations

from datetime import date

from data.calendar import period_days, year_code
from data.reference import POPULATION, population_words
from metrics.catalogue import find
from metrics.extracts import Span
from metrics.figure import Comparator, Figure
from metrics.filters import ALL, Filters
from metrics.indicator import Headcount
from metrics.presentation.numbers import one_decimal, thousands
from metrics.release import Release

PER = 10_000


def per_10_000(figure: Figure | None, population: Comparator | None) -> float | None:
    """Children of a headcount per 10,000 of a population; null where either is missing or hidden.

    A rate of the days that the headcount covers, whatever their number: `per_10_000_words` says which.
    """
    if figure is None or figure.n is None or population is None:
        return None
    counts = find(figure.indicator).measure
    assert counts == Headcount("child_id"), f"{figure.indicator} is no number of children"
    return PER * figure.n / population.value


def per_10_000_words(figure: Figure | None, population: Comparator | None, days: Span) -> str:
    """`19.3 per 10,000 children in 2023 (301 of 155,900 children under 18, mid-2023)`; empty where there is no rate.

    Anything but a whole calendar year is told as the months it is, and as no rate of a year.
    """
    rate = per_10_000(figure, population)
    if rate is None:
        return ""
    assert figure is not None and figure.n is not None and population is not None, "a rate has both"
    return f"{one_decimal(rate)} per {thousands(PER)} children {_when(days)} ({thousands(figure.n)} of {_living(population)})"


def population_note(population: Comparator) -> str:
    """Who lives there, and who says so: `216,270 children under 18, mid-2023, live in Oxfordshire (Office …)`."""
    source = population.source.rstrip(".")
    return f"{_living(population)}, live in {population.area_name} ({source})."


def population_of(release: Release, filters: Filters) -> Comparator | None:
    """The population that a cut's children are of, of the mid-year nearest to the middle of its days.

    Null where none was supplied for the area and age band, and for one sex: populations here are of girls and boys.
    """
    if filters.sex != ALL:
        return None
    listed = release.comparators(POPULATION, filters.area)
    fitting = [one for one in listed if one.area_code == filters.area and one.population == population_words(filters.age_band)]
    first, last = recognised_days(release, filters)
    middle = first + (last - first) / 2
    return min(fitting, key=lambda one: (abs(_mid_year(one) - middle), one.period), default=None)


def recognised_days(release: Release, filters: Filters) -> Span:
    """The first and last day on which a child of the cut's period may have been recognised."""
    first, last = release.lattice.programme_start, release.recognised_to
    if filters.period == ALL:
        return first, last
    begins, ends = period_days(filters.period)
    return max(first, begins), min(last, ends)


def _living(population: Comparator) -> str:
    """`216,270 children under 18, mid-2023`."""
    who = f"{population.population[:1].lower()}{population.population[1:]}"
    return f"{thousands(round(population.value))} {who}, {population.period}"


def _mid_year(population: Comparator) -> date:
    return date(int(population.period[-4:]), 6, 30)


def _when(days: Span) -> str:
    """`in 2023`; `from November 2021 to December 2021, not a whole year`."""
    first, last = days
    if days == period_days(year_code(first)):
        return f"in {year_code(first)}"
    not_a_year = "more than one year" if last >= first.replace(year=first.year + 1) else "not a whole year"
    return f"from {first:%B %Y} to {last:%B %Y}, {not_a_year}"
