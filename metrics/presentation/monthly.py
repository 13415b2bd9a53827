"""What the last monthly run added, and what of the offer is overdue: sentences from the manifest and released figures alone."""

from __future__ import annotations

from collections.abc import Iterator

from data.calendar import period_days
from metrics.catalogue import INDICATORS
from metrics.cut import Cut
from metrics.filters import ALL, Filters
from metrics.lattice import is_quarter
from metrics.presentation.extracts import long_day
from metrics.presentation.numbers import base, children, period_name, thousands
from metrics.presentation.symbols import SHORT
from metrics.release import Release

OVERDUE = "overdue_"
"""How the indicators of what waits for too long are named."""


def last_run(release: Release, area: str = ALL) -> tuple[str, ...]:
    """When the last monthly run was, what the newest whole quarter added in an area, and what is overdue there: a sentence each.

    A year stands for the quarter where the release has no quarters. What is hidden is said to be; of what a release has no
    figures nothing is said.
    """
    return (_when(release), *_added(release, area), *_overdue(release.cut(Filters(area))))


def _when(release: Release) -> str:
    made, built = release.built_at.date(), release.extracts.built_at
    ran = f"The last monthly run was on {long_day(built.date() if built else made)}"
    return f"{ran}, and counts children recognised by {long_day(release.recognised_to)}."


def _added(release: Release, area: str) -> Iterator[str]:
    period = _newest_whole(release)
    if period is None or not release.lattice.holds(Filters(area, period=period)):
        return
    cut = release.cut(Filters(area, period=period))
    found, families = (cut.figure(id) for id in ("recognised", "families"))
    what = "quarter" if is_quarter(period) else "year"
    many = "a number of children that is hidden"
    if found is not None and found.n is not None:
        of = f" of {thousands(families.n)} {'family' if families.n == 1 else 'families'}" if families and families.n else ""
        many = f"{children(found.n)}{of}"
    yield f"The newest whole {what}, {period_name(period)}, added {many}. New children are counted by whole quarters."


def _newest_whole(release: Release) -> str | None:
    """The newest quarter, or else year, that is over by the last day on which a child counted may have been recognised."""
    periods = release.lattice.periods
    quarters = [period for period in periods if is_quarter(period)]
    over = [one for one in quarters or periods if period_days(one)[1] <= release.recognised_to]
    return max(over, default=None)


def _overdue(cut: Cut) -> Iterator[str]:
    waiting = [(one, cut.figure(one.id)) for one in INDICATORS if one.id.startswith(OVERDUE)]
    told = [f"{one.title}: {SHORT[found.symbol] if found.symbol else base(found)}" for one, found in waiting if found is not None]
    if told:
        yield f"Overdue. {'; '.join(told)}."
