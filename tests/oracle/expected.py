"""What England's pupils of the same school years and phases would show, from the published rates."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path

from tests.oracle.cohort import Child, Row

COMPARATORS = Path(__file__).resolve().parents[2] / "data" / "reference" / "comparators.csv"
PUPILS = ("All pupils, England", "Primary pupils, England", "Secondary pupils, England")
QUOTED = "Quoted in the published study"
SMALLEST_BASE = 100
"""Children: under so many, what is expected would tell their school years and phases."""


@cache
def published_rates() -> list[dict[str, str]]:
    """England's dated rates of pupils that a term of ours may stand beside; official ones before those the study quoted."""
    with COMPARATORS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["area_name"] == "England" and row["population"] in PUPILS]
    comparable = [row for row in rows if row["academic_year"] and row["fit"] != "not_comparable"]
    return sorted(comparable, key=lambda row: row["source"] == QUOTED)


@cache
def rate(indicator: str, academic_year: str, phase: str | None) -> Fraction | None:
    """The rate of that year's pupils of that phase, else of all that year's pupils; percent, null where none is published."""
    if phase is None:
        return None
    of_year = [row for row in published_rates() if (row["indicator"], row["academic_year"]) == (indicator, academic_year)]
    for wanted in (phase, ""):
        for row in of_year:
            if row["phase"] == wanted:
                return Fraction(row["value"])
    return None


def expected(indicator: str, terms: Iterable[Row]) -> float | None:
    """The mean of the rates that belong to the base's terms, unrounded; null where some term has none, or the base is small."""
    children = Counter((row["academic_year"], row["phase"]) for row in terms)
    rates = [(number, rate(indicator, *of)) for of, number in children.items()]
    known = [number * one for number, one in rates if one is not None]
    if children.total() < SMALLEST_BASE or len(known) < len(rates):
        return None
    return float(sum(known, Fraction(0)) / children.total())


def terms_of(children: Iterable[Child], time: str) -> list[Row]:
    """The children's rows of one relative term."""
    return [child.terms[int(time)] for child in children]
