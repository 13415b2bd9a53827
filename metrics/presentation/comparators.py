"""Comparators: which of them stand beside a figure, what they are called, and what may be said against them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from metrics.figure import Comparator, Figure
from metrics.presentation.numbers import percent

Verdict = Literal["above", "below", "too_few", "not_comparable", "unknown"]

ENGLAND = "E92000001"
REFERENCE_YEAR = 2023  # the school year 2023/24: the middle of the recognised cohort, and the year the study quotes
QUOTED = "Quoted"
EVERYONE, IN_NEED = ("All pupils", "All children"), ("Children in need",)
FITS = {
    "matched": "the same measure",
    "similar": "a similar measure, not the same",
    "not_comparable": "not comparable",
}


def school_year(period: str) -> int | None:
    """The year a school year begins in that a comparator's period falls in; null where no date is named."""
    if year := re.search(r"(\d{4})/\d{2}", period):
        return int(year[1])
    if year := re.search(r"\b(20\d{2})\b", period):
        return int(year[1]) - 1
    return None


def standing(comparators: Sequence[Comparator]) -> tuple[Comparator, ...]:
    """The comparators to stand beside a figure, one a population: everyone in England, in the area, England's children in need.

    Of several periods the one nearest to `REFERENCE_YEAR` is taken, official before quoted. What is not comparable is
    taken only where its population has nothing better.
    """
    chosen: dict[tuple[int, str], Comparator] = {}
    for comparator in sorted(comparators, key=_preference):
        place = _place(comparator)
        if place is not None:
            chosen.setdefault((place, comparator.area_code), comparator)
    return tuple(chosen[key] for key in sorted(chosen))


def drawn(comparators: Sequence[Comparator]) -> tuple[Comparator, ...]:
    """Those of `standing` that a chart may show beside a figure: a line drawn is a comparison made."""
    return tuple(c for c in standing(comparators) if c.fit != "not_comparable")


def _place(comparator: Comparator) -> int | None:
    english = comparator.area_code == ENGLAND
    if comparator.population.startswith(EVERYONE):
        return 0 if english else 1
    return 2 if comparator.population.startswith(IN_NEED) and english else None


def _preference(comparator: Comparator) -> tuple[bool, int, bool, str]:
    year = school_year(comparator.period)
    distance = 99 if year is None else abs(year - REFERENCE_YEAR)
    return (comparator.fit == "not_comparable", distance, comparator.source.startswith(QUOTED), comparator.period)


def style(comparator: Comparator) -> str:
    """How a chart tells it from the others: `England`, `Here` or `In need`."""
    return ("England", "Here", "In need")[_place(comparator) or 0]


def label(comparator: Comparator) -> str:
    """Its label in a chart, two short lines: the name and the value."""
    value = percent(comparator.value)
    return {"England": f"England\n{value}", "Here": f"All pupils\nhere {value}", "In need": f"Children in\nneed {value}"}[
        style(comparator)
    ]


def name(comparator: Comparator) -> str:
    """Its name in a sentence: `all pupils in England`, `children in need in England`."""
    population, _, area = comparator.population.partition(", ")
    population = population[0].lower() + population[1:]
    return f"{population} in {area}" if area and not area.startswith("as ") else f"{population}{', ' + area if area else ''}"


def verdict(figure: Figure | None, comparator: Comparator) -> Verdict:
    """What may be said of a figure against a comparator; `above` or `below` only where the interval excludes it.

    `unknown` where the figure is not shown or has no interval.
    """
    if comparator.fit not in ("matched", "similar"):
        return "not_comparable"
    if figure is None or not figure.shown or figure.low is None or figure.high is None:
        return "unknown"
    if figure.low > comparator.value:
        return "above"
    return "below" if figure.high < comparator.value else "too_few"


def note(comparator: Comparator) -> str:
    """Population, period, value, source, fit and the reason for it, in one paragraph."""
    reason = f" {comparator.reason}" if comparator.reason else ""
    return (
        f"{comparator.population}: {percent(comparator.value)} ({comparator.period}; {comparator.source}). "
        f"It is {FITS[comparator.fit]}.{reason}"
    )
