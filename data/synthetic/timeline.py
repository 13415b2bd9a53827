"""The days of the simulation: what is observed, and the school terms as arrays. Days count from 1 January 1970."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from data.calendar import Term, is_covid, terms_between

Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - date(1970, 1, 1)).days


def iso(day: int) -> str:
    """The day as 2021-11-01."""
    return str(np.datetime64(day, "D"))


OBSERVED_FROM = day_number(date(2017, 8, 1))
"""Twelve terms before the programme began."""
PROGRAMME_START = day_number(date(2021, 11, 1))
ARTICLE_COUNTED_TO = day_number(date(2023, 9, 30))
RECOGNISED_TO = day_number(date(2024, 11, 30))
OFFERS_OBSERVED_TO = day_number(date(2025, 1, 31))
"""The force and the charity say how offers went with each monthly run; the registers come long after."""
OBSERVED_TO = day_number(date(2025, 7, 31))


@dataclass(frozen=True)
class Timeline:
    """The observed school terms in order; one element a term."""

    terms: tuple[Term, ...]
    first: Days
    last: Days
    census: Days
    teaching_first: Days
    teaching_last: Days
    autumn_year: Ints
    lockdown: Flags

    def holding(self, days: Days) -> Ints:
        """The position of the term that holds each day."""
        return np.searchsorted(self.first, days, side="right") - 1


@cache
def timeline() -> Timeline:
    """Every term of the observed years."""
    terms = tuple(terms_between(date.fromisoformat(iso(OBSERVED_FROM)), date.fromisoformat(iso(OBSERVED_TO))))
    return Timeline(
        terms=terms,
        first=_days(term.first_day for term in terms),
        last=_days(term.last_day for term in terms),
        census=_days(term.census_day for term in terms),
        teaching_first=_days(term.teaching_days[0] for term in terms),
        teaching_last=_days(term.teaching_days[1] for term in terms),
        autumn_year=np.array([term.autumn_year for term in terms], dtype=np.int64),
        lockdown=np.array([is_covid(term) for term in terms], dtype=np.bool_),
    )


def month_start(days: Days, months: int | Ints = 0) -> Days:
    """The first day of the month that many months after the month of each day."""
    month = days.astype("datetime64[D]").astype("datetime64[M]") + np.asarray(months).astype("timedelta64[M]")
    start: Days = month.astype("datetime64[D]").astype(np.int32)
    return start


def years_and_months(days: Days) -> tuple[Ints, Ints]:
    """Calendar year and month, 1 to 12, of each day."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // 12 + 1970, months % 12 + 1


def first_of_year(years: Ints, month: int, day: int = 1) -> Days:
    """That day of each year."""
    months = ((years - 1970) * 12 + month - 1).astype("datetime64[M]")
    return (months.astype("datetime64[D]").astype(np.int64) + day - 1).astype(np.int32)


def _days(days: Iterable[date]) -> Days:
    return np.array([day_number(day) for day in days], dtype=np.int32)
