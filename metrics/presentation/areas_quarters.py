"""Two areas on the quarters of imprisonment that both supplied, put together from the coarsest released cells that make them up.

Nothing hidden is needed or found: where a cell it takes is hidden, the two areas are not compared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from data import calendar
from metrics.extracts import Extracts
from metrics.figure import Figure
from metrics.filters import ALL, Filters
from metrics.indicator import SPANS, Indicator, RelativeTerms, Whole
from metrics.lattice import Lattice, is_quarter
from metrics.presentation.areas import Place, listed_words
from metrics.presentation.areas_difference import Sample, added, difference, sample
from metrics.presentation.comparators import Verdict
from metrics.presentation.numbers import period_name
from metrics.presentation.sentences import lowered, unavailable

FigureOf = Callable[[Filters], Figure | None]
"""An indicator's figure of a cut; null where the release has none."""
UNTESTED = "Too much is hidden in the quarters that both supplied, or too few children for an interval."
SAID: Mapping[Verdict, str] = {
    "above": "Clearly higher in {own} than in",
    "below": "Clearly lower in {own} than in",
    "too_few": "Too few children to tell {own} from",
}


@dataclass(frozen=True)
class Shared:
    """The quarters (or years, where a release has no quarters) that two areas both supplied, among all there are."""

    periods: tuple[str, ...]
    among: tuple[str, ...]

    @property
    def all(self) -> bool:
        """Whether that is all of them."""
        return self.periods == self.among

    def in_whole_years(self) -> Shared:
        """Those of them that make up whole years, of which less is hidden; by the calendar alone, whatever the figures are."""
        years = {year for year in {p[:4] for p in self.among} if {p for p in self.among if p[:4] == year} <= set(self.periods)}
        return Shared(tuple(p for p in self.periods if p[:4] in years), self.among)


@dataclass(frozen=True)
class Compared:
    """The reader's own area beside one other: what may be said of their difference, or why nothing, on which quarters."""

    name: str
    verdict: Verdict
    why: str
    on: Shared


def shared(indicator: Indicator, time: str, lattice: Lattice, extracts: Extracts, filters: Filters, other: str) -> Shared:
    """The quarters of the cut that its area and another both supplied, for the indicator at a time."""
    among = _quarters(lattice, filters)
    codes = {_authority(lattice, filters.area), _authority(lattice, other)}
    source = indicator.extract
    if source is None:
        return Shared(among, among)
    needed = {period: _needed(indicator, time, period, lattice.programme_start) for period in among}
    return Shared(tuple(p for p in among if all(_covers(extracts, source, code, *needed[p]) for code in codes)), among)


def compare(
    own: Place,
    other: Place,
    filters: Filters,
    on: Shared,
    figure_of: FigureOf,
    design_effect: float | None,
) -> Compared:
    """The reader's own area against another: by a test of their difference, or why they are not compared."""
    if other.compared is None or own.compared is None:
        hidden = other if other.compared is None else own
        return Compared(other.name, "unknown", hidden.apart or unavailable(hidden.figure.symbol if hidden.figure else None), on)
    if not on.periods:
        return Compared(other.name, "unknown", "No quarter was supplied by both.", on)
    for within in (on, on.in_whole_years()):
        samples = [total(filters.but(area=place.code), within, figure_of) for place in (own, other)]
        found = difference(samples[0], samples[1], design_effect)
        if found != "unknown":
            return Compared(other.name, found, "", within)
    return Compared(other.name, "unknown", UNTESTED, on)


def compared_words(own: str, compared: Sequence[Compared]) -> tuple[str, ...]:
    """The reader's own area against each of the others, a sentence a verdict, then on which imprisonments, then why not."""
    told = {verdict: [one for one in compared if one.verdict == verdict] for verdict in SAID}
    said = [f"{SAID[v].format(own=own)}: {listed_words([one.name for one in of])}." for v, of in told.items() if of]
    tested = [one for of in told.values() for one in of]
    periods = dict.fromkeys(_quarters_words(one.on) for one in tested)
    by_period = {words: [one.name for one in tested if _quarters_words(one.on) == words] for words in periods}
    on = [
        f"Tested on the imprisonments of {words}{'' if len(by_period) == 1 else f': {listed_words(of)}'}."
        for words, of in by_period.items()
    ]
    reasons = dict.fromkeys(one.why for one in compared if one.why)
    unsaid = {why: [one.name for one in compared if one.why == why] for why in reasons}
    return (*said, *on, *(f"Not compared with {listed_words(names)}: {lowered(why)}" for why, names in unsaid.items()))


def total(filters: Filters, on: Shared, figure_of: FigureOf) -> Sample | None:
    """The children of a cut in the quarters shared: the cut itself, its parts added up, or the cut less the other parts."""
    whole = sample(figure_of(filters))
    if on.all or not on.periods:
        return whole if on.all else None
    parts = _parts(filters, _coarsest(on.periods, on.among), figure_of)
    if parts is not None and (found := added(parts, [])) is not None:
        return found
    left = tuple(period for period in on.among if period not in on.periods)
    less = _parts(filters, _coarsest(left, on.among), figure_of)
    return added([whole], less) if whole is not None and less is not None else None


def _parts(filters: Filters, periods: Collection[str], figure_of: FigureOf) -> list[Sample] | None:
    """A group a period; none of a period that has nobody or was not supplied; null where one is hidden."""
    figures = [figure_of(filters.but(period=period)) for period in periods]
    if any(figure is None or figure.symbol == "c" for figure in figures):
        return None
    return [found for figure in figures if (found := sample(figure)) is not None]


def _coarsest(periods: Sequence[str], among: Sequence[str]) -> tuple[str, ...]:
    """The same time in whole years where all of a year is in it: fewer cells, and less hidden."""
    years = {year: [p for p in among if p[:4] == year] for year in dict.fromkeys(p[:4] for p in periods)}
    found = (
        (year,) if set(within) <= set(periods) else tuple(p for p in within if p in periods) for year, within in years.items()
    )
    return tuple(period for part in found for period in part)


def _quarters(lattice: Lattice, filters: Filters) -> tuple[str, ...]:
    """The finest periods of the release in the cut's own."""
    if is_quarter(filters.period):
        return (filters.period,)
    within = [p for p in lattice.periods if filters.period in (ALL, p[:4])]
    return tuple(filter(is_quarter, within)) or tuple(within)


def _authority(lattice: Lattice, code: str) -> str:
    area = lattice.area(code)
    return area.parent or code if area is not None and area.kind == "district" else code


def _needed(indicator: Indicator, time: str, period: str, start: date) -> tuple[date, date]:
    """The first and last day that a figure of a time looks at, for imprisonments of a period."""
    first, last = calendar.period_days(period)
    first = max(first, start)
    if isinstance(indicator.time, RelativeTerms):
        ends = [calendar.relative(calendar.term_of(day), int(time)) for day in (first, last)]
        return ends[0].first_day, ends[1].last_day
    if isinstance(indicator.time, Whole):
        return first, last
    windows = SPANS.get(time, (time, time))
    months = (calendar.month_of(first), calendar.month_of(last))
    return calendar.window_days(months[0], windows[0])[0], calendar.window_days(months[1], windows[1])[1]


def _covers(extracts: Extracts, source: str, area: str, first: date, last: date) -> bool:
    return any(start <= first and last <= end for start, end in extracts.spans.get(source, {}).get(area, ()))


def _quarters_words(on: Shared) -> str:
    """`All`; `April to June 2022 to October to December 2024`; the quarters by name where some between were not supplied."""
    if on.all:
        return "the whole period" if len(on.among) > 1 else period_name(on.among[0])
    first, last = on.among.index(on.periods[0]), on.among.index(on.periods[-1])
    if last - first + 1 == len(on.periods) > 1:
        return f"{_month(on.periods[0], 0)} to {_month(on.periods[-1], 1)}, which both supplied"
    return f"{', '.join(map(period_name, on.periods))}, which both supplied"


def _month(period: str, end: int) -> str:
    return f"{calendar.period_days(period)[end]:%B %Y}"
