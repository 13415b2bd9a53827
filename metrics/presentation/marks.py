"""What the calendar does to a line: terms that were mostly lockdown, and the term from which a series means something else."""

from __future__ import annotations

from datetime import date
from functools import cache

from data.calendar import is_covid, months_between, period_days, relative, relative_terms, term, term_of
from data.reference import series_breaks
from metrics.filters import ALL
from metrics.indicator import Indicator
from metrics.lattice import Lattice

MOSTLY = 0.5


def lockdown_marks(lattice: Lattice, period: str) -> tuple[int, ...]:
    """The relative terms that were a lockdown term for at least half of the months of imprisonment in a period, `all` of any.

    From the calendar alone, so that they are known where every figure is hidden, and tell nothing of any child.
    """
    first = period_days(lattice.periods[0] if period == ALL else period)[0]
    return _mostly_lockdown(max(first, lattice.programme_start), _last_day(lattice, period))


@cache
def _mostly_lockdown(first: date, last: date) -> tuple[int, ...]:
    origins = [term_of(month) for month in months_between(first, last)]
    lockdown = {one: sum(is_covid(relative(origin, one)) for origin in origins) for one in relative_terms()}
    return tuple(one for one, months in lockdown.items() if months >= MOSTLY * len(origins))


def break_marks(indicator: Indicator, last_imprisonment: date, observed_to: date) -> dict[int, str]:
    """The first relative term that any child had after each break of the indicator's series, and the break's label.

    `last_imprisonment` is the last day of the cut's period; a break later than the data is left out.
    """
    return {
        term(one.academic_year, one.term).number - term_of(last_imprisonment).number: one.label
        for one in series_breaks()
        if one.indicator == indicator.id and one.first_day <= observed_to
    }


def breaks_of(indicator: Indicator, lattice: Lattice, period: str) -> dict[int, str]:
    """The `break_marks` of a cut: of the children whose parent was imprisoned in that period, `all` up to the last one."""
    observed_to = lattice.observed_to.get("school_census")
    return break_marks(indicator, _last_day(lattice, period), observed_to) if observed_to else {}


def _last_day(lattice: Lattice, period: str) -> date:
    """The last day of a period; of the last one where it is `all`."""
    return period_days(lattice.periods[-1] if period == ALL else period)[1]
