"""Every cut that a release must hold, from the design's rule."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

from tests.oracle.cohort import Cohort
from tests.oracle.figures import Cut
from tests.oracle.indicators import MOST_FILTERS

AREAS = Path(__file__).resolve().parents[2] / "data" / "reference" / "areas.csv"
CHILDREN_FOR_QUARTERS = 500


@cache
def authority_of_district() -> dict[str, str]:
    """The authority of every district that reference data names."""
    with AREAS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["parent"] for row in csv.DictReader(file) if row["kind"] == "district"}


def cuts(cohort: Cohort) -> Iterator[Cut]:
    """Two filters at most; from 500 children quarters, and a third filter beside a whole authority and whole years.

    Areas are the authorities that have a child or supplied an extract, and all their districts.
    """
    facts = [child.facts for child in cohort.children]
    fine = len(facts) >= CHILDREN_FOR_QUARTERS
    supplied = {area for areas in cohort.observed_to.values() for area in areas}
    authorities = {row["area_code"] for row in facts} | supplied
    districts = {code for code, authority in authority_of_district().items() if authority in authorities}
    sexes = {"F", "M"} | {row["sex"] for row in facts}
    last = max(row["recognised_month"] for row in facts)
    values = (
        ("all", *authorities, *districts),
        ("all", "0-4", "5-11", "12-17"),
        ("all", *sexes),
        ("all", *periods(cohort.programme_start, last, fine)),
    )
    for cut in (Cut(*chosen) for chosen in product(*values)):
        filters = filters_of(cut)
        three_are_held = fine and cut.area not in districts and "Q" not in cut.period
        if filters <= 2 or (filters == 3 and three_are_held):
            yield cut


def filters_of(cut: Cut) -> int:
    """How many filters are chosen."""
    return sum(value != "all" for value in (cut.area, cut.age_band, cut.sex, cut.period))


def is_held(cut: Cut, policy: str) -> bool:
    """Whether a release under that policy has the cut, where so many children allow it."""
    return filters_of(cut) <= {"none": 3, "partners": 2}[policy]


def is_released(indicator: str, cut: Cut, basis: str = "observed") -> bool:
    """Whether a release has the indicator in this cut, which it holds; those followed throughout are shown all together alone."""
    return filters_of(cut) <= (0 if basis == "followed" else MOST_FILTERS.get(indicator, 3))


def periods(first: date, last: date, quarters: bool) -> list[str]:
    """The years, and the quarters, that hold a month from the first to the last."""
    months = [(year, month) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    inside = [(year, month) for year, month in months if first <= date(year, month, 1) <= last]
    codes = {str(year) for year, _ in inside}
    return sorted(codes | {f"{year}Q{(month + 2) // 3}" for year, month in inside if quarters})
