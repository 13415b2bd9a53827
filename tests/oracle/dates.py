"""School terms, months and ages, worked out from the rules as printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

ONE_DAY = timedelta(days=1)
PROGRAMME_START = date(2021, 11, 1)
LOCKDOWN_TERMS = {("201920", "Spring"), ("201920", "Summer"), ("202021", "Spring")}

MARCH, APRIL = 3, 4
PASCHAL_FULL_MOONS = (
    *((APRIL, 14), (APRIL, 3), (MARCH, 23), (APRIL, 11), (MARCH, 31)),
    *((APRIL, 18), (APRIL, 8), (MARCH, 28), (APRIL, 16), (APRIL, 5)),
    *((MARCH, 25), (APRIL, 13), (APRIL, 2), (MARCH, 22), (APRIL, 10)),
    *((MARCH, 30), (APRIL, 17), (APRIL, 7), (MARCH, 27)),
)
"""By golden number 1 to 19, for 1900 to 2199: the table in the Book of Common Prayer."""

AGES = {"0-4": (0, 4), "5-11": (5, 11), "12-17": (12, 17)}
SCHOOL_AGES = (5, 18)
WINDOW_MONTHS = {"b6": (-6, -1), "m-1": (-1, -1), "m0": (0, 0), "m+1": (1, 1), "w3": (0, 3), "w6": (0, 6), "a6": (1, 6)}
SPAN_WINDOWS = {"before": ("m-1", "m0"), "window": ("m-1", "w6")}


@dataclass(frozen=True)
class Term:
    """One school term; terms follow one another without a gap."""

    academic_year: str
    name: str
    first_day: date
    last_day: date
    census_day: date
    school_year_ends: date

    @property
    def is_lockdown(self) -> bool:
        return (self.academic_year, self.name) in LOCKDOWN_TERMS


@cache
def easter(year: int) -> date:
    """The Sunday after the paschal full moon."""
    day = date(year, *PASCHAL_FULL_MOONS[year % 19]) + ONE_DAY
    while day.weekday() != 6:
        day += ONE_DAY
    return day


def nth_thursday(year: int, month: int, nth: int) -> date:
    """The first, second, third … Thursday of a month."""
    thursdays = [day for day in (date(year, month, d) for d in range(1, 29)) if day.weekday() == 3]
    return thursdays[nth - 1]


@cache
def terms_of_school_year(starts: int) -> tuple[Term, Term, Term]:
    """Autumn, Spring and Summer of the school year that starts in August of `starts`."""
    ends, sunday = starts + 1, easter(starts + 1)
    code, last = f"{starts}{ends % 100:02d}", date(starts + 1, 8, 31)
    return (
        Term(code, "Autumn", date(starts, 8, 1), date(starts, 12, 31), nth_thursday(starts, 10, 1), last),
        Term(code, "Spring", date(ends, 1, 1), sunday, nth_thursday(ends, 1, 3), last),
        Term(code, "Summer", sunday + ONE_DAY, date(ends, 7, 31), nth_thursday(ends, 5, 3), last),
    )


@cache
def term_after(day: date, steps: int) -> Term:
    """The term that is `steps` terms after the one that contains `day`; before it, if negative."""
    starts = day.year if day.month >= 8 else day.year - 1
    position = next(i for i, term in enumerate(terms_of_school_year(starts)) if term.first_day <= day <= term.last_day)
    years, position = divmod(position + steps, 3)
    return terms_of_school_year(starts + years)[position]


def in_holiday(day: date) -> bool:
    """Whether schools are shut by the usual calendar, half-terms aside."""
    sunday = easter(day.year)
    open_between = [
        (date(day.year, 9, 1), date(day.year, 12, 20)),
        (date(day.year, 1, 4), sunday - timedelta(days=3)),
        (sunday + timedelta(days=15), date(day.year, 7, 22)),
    ]
    return not any(first <= day <= last for first, last in open_between)


def age_on(day: date, born: date) -> int:
    """Completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_band(age: int) -> str:
    """The band an age at imprisonment falls in."""
    return next(band for band, (youngest, oldest) in AGES.items() if youngest <= age <= oldest)


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def month_after(month: date, steps: int) -> date:
    """The first day of the month `steps` months on."""
    years, position = divmod(month.month - 1 + steps, 12)
    return date(month.year + years, position + 1, 1)


@cache
def window_days(month: date, window: str) -> tuple[date, date]:
    """The first and last day of a window around the month of imprisonment."""
    first, last = WINDOW_MONTHS[window]
    return month_after(month, first), month_after(month, last + 1) - ONE_DAY


@cache
def period_days(period: str) -> tuple[date, date]:
    """The first and last day of `2022` or `2022Q3`."""
    year, _, quarter = period.partition("Q")
    if not quarter:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    first = date(int(year), 3 * int(quarter) - 2, 1)
    return first, month_after(first, 3) - ONE_DAY


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 1 March for a 29 February that is not there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


@cache
def could_be_school_age(band: str, relative_term: int) -> bool:
    """Whether any child of the band, imprisoned on any day of four years, could be of school age in that term."""
    youngest, oldest = AGES[band]
    for days in range(4 * 365 + 1):
        imprisoned = PROGRAMME_START + timedelta(days=days)
        ends = term_after(imprisoned, relative_term).school_year_ends
        eldest, last_born = years_before(imprisoned, oldest + 1) + ONE_DAY, years_before(imprisoned, youngest)
        if age_on(ends, eldest) >= SCHOOL_AGES[0] and age_on(ends, last_born) <= SCHOOL_AGES[1]:
            return True
    return False
