"""School terms, relative terms, months, windows and periods: everything that follows from a date alone.

Terms partition the year: Autumn 1 August to 31 December, Spring 1 January to Easter Sunday, Summer Easter Monday to 31 July.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal, get_args

from data import reference
from data.schema import AGE_BANDS, FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM

TermName = Literal["Autumn", "Spring", "Summer"]
TERM_NAMES: tuple[TermName, ...] = get_args(TermName)
DAY = timedelta(days=1)

YOUNGEST_AT_SCHOOL, OLDEST_AT_SCHOOL, OLDEST_IN_PRIMARY = 5, 18, 11
"""Completed years on the day before the next school year starts, as in the published study."""

ADULT = 18

WINDOW_MONTHS: dict[str, tuple[int, int]] = {
    "b6": (-6, -1),
    "m-1": (-1, -1),
    "m0": (0, 0),
    "m+1": (1, 1),
    "w3": (0, 3),
    "w6": (0, 6),
    "a6": (1, 6),
}
"""First and last month of each window, counted from the month of imprisonment."""

_CENSUS_THURSDAYS: dict[TermName, tuple[int, int]] = {"Autumn": (10, 1), "Spring": (1, 3), "Summer": (5, 3)}
"""Month, and which Thursday of it, unless `census_days.csv` names another day."""


@dataclass(frozen=True, order=True)
class Term:
    """One term of one school year; terms compare in time."""

    number: int
    """Terms since Autumn of year 0: consecutive terms have consecutive numbers."""

    @property
    def name(self) -> TermName:
        """Autumn, Spring or Summer."""
        return TERM_NAMES[self.number % 3]

    @property
    def autumn_year(self) -> int:
        """The calendar year in which the school year began."""
        return self.number // 3

    @property
    def academic_year(self) -> str:
        """Six digits: 202324."""
        return f"{self.autumn_year}{(self.autumn_year + 1) % 100:02d}"

    @property
    def first_day(self) -> date:
        """The day after the last day of the term before."""
        starts = {
            "Autumn": date(self.autumn_year, 8, 1),
            "Spring": date(self.autumn_year + 1, 1, 1),
            "Summer": easter(self.autumn_year + 1) + DAY,
        }
        return starts[self.name]

    @property
    def last_day(self) -> date:
        """Christmas holidays belong to Autumn, Easter Sunday to Spring, 31 July to Summer."""
        return Term(self.number + 1).first_day - DAY

    @property
    def census_day(self) -> date:
        """The day the school census describes: a Thursday, unless reference data names another day."""
        named = reference.census_days().get((self.academic_year, self.name))
        month, which = _CENSUS_THURSDAYS[self.name]
        return named or _thursday(self.first_day.year, month, which)

    @property
    def school_year_end(self) -> date:
        """31 August: the day before the next school year starts, on which school age is reckoned."""
        return date(self.autumn_year + 1, 8, 31)

    @property
    def teaching_days(self) -> tuple[date, date]:
        """First and last day of teaching; the rest of the term is holiday."""
        first, last = reference.term_dates()[self.name]
        return first.on(self.first_day.year, easter), last.on(self.first_day.year, easter)


def term(academic_year: str, name: str) -> Term:
    """The term with that year (`202324`) and name."""
    names = {known: position for position, known in enumerate(TERM_NAMES)}
    return Term(int(academic_year[:4]) * 3 + names[_known(name)])


def _known(name: str) -> TermName:
    for known in TERM_NAMES:
        if name == known:
            return known
    raise ValueError(f"{name!r} is not a term: Autumn, Spring or Summer")


def term_of(day: date) -> Term:
    """The term that contains the day; a day of the holidays belongs to a term too."""
    if day.month >= 8:
        return Term(day.year * 3)
    return Term((day.year - 1) * 3 + (1 if day <= easter(day.year) else 2))


def relative(origin: Term, terms: int) -> Term:
    """The term that many terms after `origin`; before it where negative."""
    return Term(origin.number + terms)


@cache
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    century, within = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (within // 4) - epact - within % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def is_covid(one: Term) -> bool:
    """Whether the term was a lockdown term, which does not count."""
    return (one.academic_year, one.name) in reference.lockdown_terms()


def in_holiday(day: date) -> bool:
    """Whether the day lies outside teaching days, where no local calendar says otherwise."""
    first, last = term_of(day).teaching_days
    return not first <= day <= last


def age(born: date, day: date) -> int:
    """Completed years; someone born on 29 February is a year older from 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(years: int) -> str | None:
    """The band of an age in completed years; None for an adult or the unborn."""
    return next((band for band in AGE_BANDS if band_ages(band)[0] <= years <= band_ages(band)[1]), None)


def band_ages(band: str) -> tuple[int, int]:
    """Youngest and oldest age of a band, completed years."""
    youngest, oldest = band.split("-")
    return int(youngest), int(oldest)


@cache
def could_be_school_age(band: str, relative_term: int) -> bool:
    """Whether some child of that age band at imprisonment can be of school age that many terms from it.

    The oldest child of the band, imprisoned on the first day of a term, is the most likely to be old enough; the
    youngest, on the last day, to be young enough.
    """
    youngest, oldest = band_ages(band)
    for origin in (Term(2022 * 3 + position) for position in range(3)):
        end = relative(origin, relative_term).school_year_end
        most = age(_years_before(origin.first_day + DAY, oldest + 1), end)
        least = age(_years_before(origin.last_day, youngest), end)
        if most >= YOUNGEST_AT_SCHOOL and least <= OLDEST_AT_SCHOOL:
            return True
    return False


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years)


def last_reached_relative_term(earliest_day: date, observed_to: date) -> int:
    """The latest relative term that an imprisonment on `earliest_day` or later can have reached by `observed_to`.

    A term is reached when its last day has been observed. Below -12 where none of them has.
    """
    last_reached = term_of(observed_to + DAY).number - 1
    return last_reached - term_of(earliest_day).number


def relative_terms() -> range:
    """The relative terms of the study, -12 to +8."""
    return range(FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM + 1)


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def add_months(month: date, months: int) -> date:
    """The first day of the month that many months later."""
    years, index = divmod(month.month - 1 + months, 12)
    return date(month.year + years, index + 1, 1)


def window_days(month: date, window: str) -> tuple[date, date]:
    """First and last day of a window around a month of imprisonment."""
    first, last = WINDOW_MONTHS[window]
    return add_months(month, first), add_months(month, last + 1) - DAY


def year_code(day: date) -> str:
    """`2022`."""
    return str(day.year)


def quarter_code(day: date) -> str:
    """`2022Q3`."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def period_days(code: str) -> tuple[date, date]:
    """First and last day of a year (`2022`) or a quarter (`2022Q3`)."""
    year, _, quarter = code.partition("Q")
    first = date(int(year), 3 * int(quarter) - 2 if quarter else 1, 1)
    return first, add_months(first, 3 if quarter else 12) - DAY


def years_between(first: date, last: date) -> tuple[str, ...]:
    """The codes of the years that hold a day from `first` to `last`."""
    return tuple(str(year) for year in range(first.year, last.year + 1))


def quarters_between(first: date, last: date) -> tuple[str, ...]:
    """The codes of the quarters that hold a day from `first` to `last`."""
    return tuple(dict.fromkeys(quarter_code(month) for month in months_between(first, last)))


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of the months that hold a day from `first` to `last`."""
    month = month_of(first)
    while month <= last:
        yield month
        month = add_months(month, 1)


def terms_between(first: date, last: date) -> Iterator[Term]:
    """The terms that hold a day from `first` to `last`."""
    return (Term(number) for number in range(term_of(first).number, term_of(last).number + 1))


def _thursday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 7 * (which - 1))
