"""A local calendar: one authority's terms begin and end on days of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from data.calendar import easter, term
from data.schema import TERM_DATES
from data.synthetic.files.tabular import write_csv
from data.synthetic.places import READING

_FRIDAY, _SCHOOL_YEARS = 4, range(2022, 2025)
"""Autumns from which school years are given."""


class LocalTerm(NamedTuple):
    """A term of an authority's own calendar: its first and last day of teaching."""

    area_code: str
    academic_year: str
    term: str
    first_day: date
    last_day: date


def local_terms(code: str) -> tuple[LocalTerm, ...]:
    """The authority's own calendar, as rows of the table `term_dates`; none where the common one holds."""
    if code != READING:
        return ()
    return tuple(
        LocalTerm(code, term(f"{year}{(year + 1) % 100:02d}", name).academic_year, name, first, last)
        for year in _SCHOOL_YEARS
        for name, first, last in _days(year)
    )


def term_dates_table(rows: tuple[LocalTerm, ...]) -> pa.Table:
    """The calendar as the table of records."""
    return pa.Table.from_pylist([row._asdict() for row in rows], TERM_DATES.arrow)


def write_term_dates(folder: Path, code: str) -> None:
    """Write `term_dates.csv` into the authority's folder; nothing where it has no calendar of its own."""
    rows = local_terms(code)
    if rows:
        columns = {name: [getattr(row, name) for row in rows] for name in LocalTerm._fields[1:]}
        for name in ("first_day", "last_day"):
            columns[name] = [f"{day:%d/%m/%Y}" for day in columns[name]]
        write_csv(folder / "term_dates.csv", {name: pa.array(values, pa.string()) for name, values in columns.items()})


def _days(year: int) -> Iterator[tuple[str, date, date]]:
    """Teaching runs to Fridays; two weeks without at Easter, before it where it is late."""
    sunday = easter(year + 1)
    spring_ends = _friday(min(sunday - timedelta(days=3), date(year + 1, 4, 8)))
    # Never Easter Monday, a holiday, nor before it: that would be another term.
    summer_begins = max(spring_ends + timedelta(days=17), sunday + timedelta(days=2))
    yield "Autumn", date(year, 9, 4), _friday(date(year, 12, 22))
    yield "Spring", date(year + 1, 1, 3), spring_ends
    yield "Summer", summer_begins, _friday(date(year + 1, 7, 25))


def _friday(day: date) -> date:
    """The last Friday up to that day."""
    return day - timedelta(days=(day.weekday() - _FRIDAY) % 7)
