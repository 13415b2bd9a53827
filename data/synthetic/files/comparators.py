"""Comparators as Explore Education Statistics gives them out, the mapping that says what their columns feed, and populations.

The figures are invented, near what England's are, and each says so in its reason.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, cycle
from pathlib import Path

from data import reference

_SYMBOLS = ("c", "x", "z", "k", "u", "low", "~", ":", ".", "")
_EVERY = 11
"""One local figure in so many is a symbol, each in turn."""
_ABSENT_PCT = {"State-funded primary": 5.6, "State-funded secondary": 8.6}
_TERMS = {"Total": 0.0, "Autumn term": 0.4, "Spring term": 0.1, "Summer term": -0.5}
"""What a term adds to the year's absence, percentage points."""
_YEARS, _REPORTING_YEARS = ("202122", "202223", "202324"), ("2022", "2023", "2024")
_IN_NEED_PCT = 3.3
_PLACE = (
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
)
_ENGLAND = ("National", "E92000001", "England", "", "", "", "", "")
_INVENTED = "Invented for the fake partnership."

_AGES = range(91)
_OF_EACH_AGE_AND_SEX = 1_150
"""In an authority or district: so that an authority of Thames Valley has about as many children as it has."""
_POPULATION_YEARS = range(2021, 2025)
_WELSH = ("W06000015", "Cardiff")
"""The series is of the whole United Kingdom."""

ABSENCE, IN_NEED, POPULATION = "absence_by_term.csv", "children_in_need.csv", "MYEB1_detailed_population_estimates_series.csv"
MAPPING = (
    ("file", "column", "indicator", "population", "unit", "fit", "reason", "filters", "transform"),
    *(
        (
            ABSENCE,
            "sess_overall_percent",
            "attendance_sessions",
            f"{phase} pupils",
            "percent",
            "similar",
            f"{_INVENTED} Absence taken from 100; one phase alone, where ours is every school age.",
            f"school_type=State-funded {phase.lower()};term=Total",
            "100-",
        )
        for phase in ("Primary", "Secondary")
    ),
    (
        IN_NEED,
        "At31_percent",
        "statutory",
        "Children aged 0 to 17",
        "percent",
        "similar",
        f"{_INVENTED} Open on 31 March; ours is open at any time in a window, so a longer window is higher.",
        "category=Children in Need",
        "",
    ),
)


def write_comparators(out: Path, areas: Sequence[str]) -> None:
    """Write two files about England and those authorities, their populations, and `mapping.csv`, into `comparators`."""
    folder = out / "comparators"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / ABSENCE, _absence(areas), "utf-8-sig")
    _write(folder / IN_NEED, _in_need(areas), "utf-8")
    _write(folder / POPULATION, _population(areas), "utf-8")
    _write(folder / "mapping.csv", MAPPING, "utf-8")


def _places(areas: Sequence[str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Each place as the convention words it, and how far it lies from England, percentage points."""
    yield _ENGLAND, 0.0
    for number, code in enumerate(areas):
        local = ("Local authority", *_ENGLAND[1:3], "", "", str(800 + number), code, reference.areas()[code].name)
        yield local, (number * 7 % 11 - 5) / 10


def _absence(areas: Sequence[str]) -> Iterator[Sequence[object]]:
    """Six-digit years with the term as a filter, and one year's Autumn with the term as its identifier."""
    yield "time_identifier", "term", "time_period", *_PLACE, "school_type", "sess_possible", "sess_overall_percent"
    shown = _shown()
    periods = [("Academic year", term, year) for year in _YEARS for term in _TERMS]
    for identifier, term, year in (*periods, ("Autumn term", "Autumn term", "202425")):
        for place, apart in _places(areas):
            for school, absent in _ABSENT_PCT.items():
                figure = round(absent + _TERMS[term] + apart + (2022 - int(year[:4])) / 10, 1)
                yield identifier, term, year, *place, school, 1_000_000, shown(figure, place[0] == "National")


def _in_need(areas: Sequence[str]) -> Iterator[Sequence[object]]:
    """Four-digit years to 31 March."""
    yield "time_period", "time_identifier", *_PLACE, "category", "At31_episodes", "At31_percent"
    shown = _shown()
    for year in _REPORTING_YEARS:
        for place, apart in _places(areas):
            figure = round(_IN_NEED_PCT + apart, 1)
            yield year, "Reporting year", *place, "Children in Need", "c", shown(figure, place[0] == "National")


def _population(areas: Sequence[str]) -> Iterator[Sequence[object]]:
    """The detailed series of mid-year estimates, with districts in place of their county and a column of who made it up."""
    yield "ladcode23", "laname23", "country", "sex", "age", *(f"population_{year}" for year in _POPULATION_YEARS), "source"
    known = reference.areas().values()
    parts = {code: [area for area in known if area.parent == code] or [reference.areas()[code]] for code in areas}
    lowest = [(area.code, area.name, "E") for code in areas for area in parts[code]]
    for number, (code, name, country) in enumerate((*lowest, (*_WELSH, "W"))):
        for sex in "MF":
            for age in _AGES:
                people = [
                    _OF_EACH_AGE_AND_SEX + 90 * (number * 7 % 11 - 5) + 3 * age + 4 * (year - 2021) for year in _POPULATION_YEARS
                ]
                yield code, name, country, sex, age, *people, _INVENTED


def _shown() -> Callable[[float, bool], object]:
    """What stands in a file for a figure: itself, but for some local ones a symbol."""
    symbols, places = cycle(_SYMBOLS), count()
    return lambda figure, national: figure if national or next(places) % _EVERY else next(symbols)


def _write(path: Path, rows: Iterable[Sequence[object]], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
