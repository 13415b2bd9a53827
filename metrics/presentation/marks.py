"""What the calendar does to a line: terms that were mostly lockdown, and the term from which a series means something else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from data.calendar import term, term_of
from data.reference import series_breaks
from metrics.figure import Figure
from metrics.indicator import Indicator

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
