"""What the calendar does to a line: terms that were mostly lockdown, and the term from which a series means something else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from data.calendar import period_days, term, term_of
from data.reference import series_breaks
from metrics.figure import Figure
from metrics.filters import ALL
from metrics.indicator import Indicator
from metrics.lattice import Lattice

MOSTLY_PCT = 50.0


def lockdown_marks(coverage_covid: Sequence[Figure]) -> tuple[int, ...]:
    """The relative terms that were a lockdown term for at least half of the children, from the series of `coverage_covid`."""
    return tuple(int(f.time) for f in coverage_covid if f.shown and f.value is not None and f.value >= MOSTLY_PCT)


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
    _, last = period_days(lattice.periods[-1] if period == ALL else period)
    return break_marks(indicator, last, observed_to) if observed_to else {}
