"""The extracts behind a release in words: their names, which terms they cover, how old they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from data import calendar
from metrics.extracts import Extracts, Span, holds_early_help
from metrics.figure import QualityCount
from metrics.indicator import Indicator
from metrics.lattice import Lattice
from metrics.statistics import wilson

SYNTHETIC = "Synthetic data: every child here is invented, and nothing here is a finding."
SOURCES = {
    "school_census": "school records",
    "exclusions": "suspensions and exclusions",
    "meals": "school meals",
    "social_care": "social care",
    "support": "the offer of support",
}
NOTHING_SUPPLIED = "nothing was supplied"
REGISTERS = {"education": "school_census", "social_care": "social_care"}
"""The source each register comes from."""
_DAYS_A_MONTH = 365.25 / 12
_KINDS = {
    "annex_a": "Annex A",
    "cin_census": "Children in need census",
    "ssda903": "SSDA903",
    "fsmperiod": "free-meal periods",
    "fsmperiodsonroll": "free-meal periods",
    "pupilonroll": "pupils on roll",
    "pupilnolongeronroll": "pupils no longer on roll",
    "termlysessiondetailsonroll": "termly sessions, on roll",
    "termlysessiondetailsoffroll": "termly sessions, off roll",
    "summerhalfterm2sessiondetailsonroll": "second half of Summer, on roll",
    "summerhalfterm2sessiondetailsoffroll": "second half of Summer, off roll",
    "termlyexclusionsonroll": "exclusions, on roll",
    "termlyexclusionsoffroll": "exclusions, off roll",
}
WHOLE, PART, NONE, LATER = "\N{BLACK CIRCLE}", "\N{CIRCLE WITH LEFT HALF BLACK}", "\N{WHITE CIRCLE}", "\N{MIDDLE DOT}"
LOCKDOWN = "\N{EN DASH}"
OF_SCHOOLS = ("school_census", "exclusions", "meals")
COVERAGE_KEY = (
    f"Autumn, Spring and Summer of each school year: {WHOLE} covered, {PART} in part, {NONE} not, {LOCKDOWN} a lockdown term, "
    f"{LATER} not yet over."
)
_STATES = {WHOLE: "covered", PART: "in part", NONE: "not covered", LOCKDOWN: "in lockdown", LATER: "not yet over"}


@dataclass(frozen=True)
class Facts:
    """What there is to say of the data: the extracts, the areas, the counts, and the children of each area (null if hidden)."""

    extracts: Extracts
    lattice: Lattice
    counts: Sequence[QualityCount]
    children: Mapping[str, int | None]

    @property
    def authorities(self) -> tuple[str, ...]:
        """The codes of the authorities, in order of their names."""
        return tuple(area.code for area in self.lattice.areas if area.kind == "authority")


def definition_note(extracts: Extracts, indicator: Indicator, area: str) -> str:
    """What Early Help means in a figure that counts it, where authorities mean different things; empty elsewhere.

    `area` is an authority, or `all` for several together.
    """
    if not (holds_early_help(indicator) and extracts.definitions_differ):
        return ""
    if area in extracts.definitions:
        own = extracts.definitions[area]
        return f"Early Help here means “{own}”. Areas that define it differently are not compared with this one."
    return "Areas define Early Help differently and are counted together here: each alone is the safer reading."


def source_name(source: str) -> str:
    """A source in words: `school records`."""
    return SOURCES.get(source, source.replace("_", " "))


def kind_name(kind: str) -> str:
    """A kind of file in words: `School census: pupils on roll`."""
    words = ": ".join(_KINDS.get(part, part.replace("_", " ")) for part in kind.split("/"))
    return words[:1].upper() + words[1:]


def long_day(of: date) -> str:
    """`31 July 2025`."""
    return f"{of.day} {of:%B %Y}"


def last_days(observed_to: Mapping[str, date]) -> str:
    """The last day of each source: `school records to 31 July 2025; social care to 30 June 2025`; or that there is none."""
    days = [f"{words} to {long_day(observed_to[source])}" for source, words in SOURCES.items() if source in observed_to]
    return "; ".join(days) or NOTHING_SUPPLIED


def duration(days: int) -> str:
    """`12 days`, `4 months`, `3 years`; to the nearest, months from 60 days and years from 24 months."""
    months = round(days / _DAYS_A_MONTH)
    if days < 60:
        return f"{days} {'day' if days == 1 else 'days'}"
    return f"{months} months" if months < 24 else f"{round(months / 12)} years"


def age_at_build(last: date, extracts: Extracts) -> str:
    """How old an extract was when the store was built: `4 months old`; empty where that is not known."""
    if extracts.built_at is None:
        return ""
    days = (extracts.built_at.date() - last).days
    return f"{duration(days)} old" if days > 0 else "up to date"


def found_interval(count: QualityCount) -> tuple[float, float] | None:
    """The 95% interval of a share found, in percent; null where it is hidden or there was nobody to find."""
    if not count.n or count.count is None:
        return None
    low, high = wilson(np.array([count.count]), np.array([count.n]), np.ones(1))
    return float(low[0]), float(high[0])


def school_years(facts: Facts) -> tuple[int, ...]:
    """The Autumn years that figures look back on or are followed into."""
    ends = [spans[-1][1] for areas in facts.extracts.spans.values() for spans in areas.values() if spans]
    first = needed_from("school_census", facts.lattice)
    return tuple(range(calendar.term_of(first).autumn_year, calendar.term_of(max(ends)).autumn_year + 1)) if ends else ()


def covered(facts: Facts, source: str, area: str, year: int) -> tuple[str, str]:
    """A school year of a source: a symbol a term, and the same in words."""
    spans = facts.extracts.spans.get(source, {}).get(area, ())
    latest = max(spans[-1][1] for areas in facts.extracts.spans.values() for spans in areas.values() if spans)
    terms = [calendar.term(f"{year}{(year + 1) % 100:02d}", name) for name in calendar.TERM_NAMES]
    states = [_state(source, spans, term, latest) for term in terms]
    return "".join(states), ", ".join(f"{term.name} {_STATES[state]}" for term, state in zip(terms, states, strict=True))


def _state(source: str, spans: Sequence[Span], term: calendar.Term, latest: date) -> str:
    if any(first <= term.first_day and term.last_day <= last for first, last in spans):
        return WHOLE
    if any(first <= term.last_day and term.first_day <= last for first, last in spans):
        return PART
    if spans and only_lockdown(source, term.first_day, term.last_day):
        return LOCKDOWN
    return LATER if term.last_day > latest else NONE


def only_lockdown(source: str, first: date, last: date) -> bool:
    """Whether the days lie in lockdown terms of a source of schools: no census was taken, and they do not count."""
    return source in OF_SCHOOLS and all(map(calendar.is_covid, calendar.terms_between(first, last)))


def needed_from(source: str, lattice: Lattice) -> date:
    """The first day that a figure of the earliest child looks back on."""
    start = lattice.programme_start
    if source == "support":
        return start
    if source == "social_care":
        return calendar.add_months(calendar.month_of(start), calendar.WINDOW_MONTHS["b6"][0])
    return calendar.relative(calendar.term_of(start), calendar.relative_terms()[0]).first_day
