"""The words of a slide: a title no stronger than the interval, k of n, what stands beside it, the source and its date."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.figure import Comparator, Figure
from metrics.indicator import Headcount, Indicator, Mean, Pooled
from metrics.presentation.comparators import ENGLAND, QUOTED, name, standing, style, verdict
from metrics.presentation.extracts import NOTHING_SUPPLIED, long_day, source_name
from metrics.presentation.numbers import base, interval_text, percent, time_name
from metrics.presentation.sentences import amount, headline, lowered, simply, unavailable
from metrics.presentation.study import PLANS
from metrics.presentation.symbols import NO_FIGURE, SHORT
from metrics.release import Release

SHORT_NAMES = {"England": "England", "In need": "England's children in need", "Here": "all pupils here"}
NOTHING_BESIDE = "Nothing comparable stands beside these figures."
SAID = {
    "above": "Above",
    "below": "Below",
    "too_few": "Too few children to tell from",
    "unknown": "No comparison with",
    "not_comparable": "Not comparable with",
}
NEAR = 3  # a year of terms; further away a figure says little of the imprisonment
LONG = {"w6": "the month of imprisonment and the six after, taken together"}
"""Windows whose usual name needs another before it."""
_PLANS = {(plan.indicator, plan.time): plan for plan in PLANS}


def title(indicator: Indicator, figure: Figure | None, beside: Sequence[Comparator]) -> str:
    """`2 in 3 children received free school meals in the term of imprisonment, above England (24.6%)`."""
    if figure is None or not figure.shown:
        return hidden_title(indicator, figure)
    return f"{found(indicator, figure)}{claim(figure, beside)}"


def told_of(series: Sequence[Figure], at: str) -> Figure | None:
    """The figure a title is of: that of `at`, or where it is not shown the nearest in time that is, if any is near.

    Null of an empty series.
    """
    place = next((i for i, figure in enumerate(series) if figure.time == at), 0)
    nearest = sorted(range(len(series)), key=lambda i: (abs(i - place), i))
    near = [series[i] for i in nearest if abs(i - place) <= NEAR and series[i].shown]
    return next(iter(near or [series[i] for i in nearest]), None)


def missing(indicator: Indicator, headline: Figure | None, told: Figure | None) -> str:
    """That the figure a reader would look for is not shown, where the title is of another; empty elsewhere."""
    if headline is None or headline.shown or told is None or not told.shown:
        return ""
    return f"{hidden_title(indicator, headline).partition(': ')[2].capitalize()}: the title is of the nearest that is shown."


def found(indicator: Indicator, figure: Figure) -> str:
    """The finding alone, as the study says it where the study has it; no full stop."""
    said, plan = _simple(indicator, figure), _PLANS.get((indicator.id, figure.time))
    if plan is None or (not plan.compared and figure.time in LONG):
        return f"{indicator.title}: {lowered(said)}{_when(figure)}"
    if not plan.sentence.startswith("{amount}"):
        said = lowered(said)
    return plan.sentence.format(amount=said, parts="").rstrip(".")


def _when(figure: Figure) -> str:
    """` in the term of imprisonment`, ` two terms before the imprisonment`; empty where an indicator has no time."""
    words = LONG.get(figure.time) or time_name(figure.time)
    if not words:
        return ""
    return f" in {words}" if words.startswith("the ") else f" {words} the imprisonment"


def _simple(indicator: Indicator, figure: Figure) -> str:
    assert figure.value is not None, "a shown figure has a value"
    if isinstance(indicator.measure, Headcount):
        return amount(indicator, figure)
    if isinstance(indicator.measure, Mean | Pooled):
        return percent(figure.value) + (" on average" if isinstance(indicator.measure, Mean) else " of sessions")
    return simply(figure)


def hidden_title(indicator: Indicator, figure: Figure | None) -> str:
    """`Received free school meals: hidden for the term of imprisonment`."""
    if figure is None:
        return f"{indicator.title}: {lowered(NO_FIGURE).rstrip('.')}"
    when = time_name(figure.time)
    return f"{indicator.title}: {SHORT[figure.symbol or 'x']}{' for ' + when if when else ''}"


def claim(figure: Figure, beside: Sequence[Comparator]) -> str:
    """`, above England (24.6%)` where the interval excludes it; that there are too few to tell where it does not.

    Empty where nothing comparable stands beside the figure.
    """
    sides: dict[str, list[str]] = {}
    for one in standing(beside):
        if one.area_code == ENGLAND:
            sides.setdefault(verdict(figure, one), []).append(f"{SHORT_NAMES[style(one)]} ({percent(one.value)})")
    clear = "".join(f", {side} {' and '.join(sides[side])}" for side in ("above", "below") if side in sides)
    unclear = [one for one in sides.get("too_few", ()) if not clear or one.startswith("England (")]
    return clear + (f"; too few children to tell from {' or '.join(unclear)}" if unclear else "")


def counted(indicator: Indicator, figure: Figure | None) -> str:
    """`122 of 184 children: 66.3% (95% interval 59.2% to 72.7%)`; why not, where it is not shown."""
    if figure is None or not figure.shown or figure.value is None:
        return headline(indicator, figure)
    if isinstance(indicator.measure, Headcount):
        return amount(indicator, figure)
    bounds = interval_text(figure)
    return f"{base(figure)}: {percent(figure.value)}{f' (95% interval {bounds})' if bounds else ''}"


def compared(figure: Figure | None, beside: Sequence[Comparator]) -> str:
    """What may be said of the figure against each thing beside it: `Above all pupils in England, 13.6% (January 2024)`."""
    told = []
    for one in standing(beside):
        said = verdict(figure, one)
        if said == "not_comparable":
            told.append(f"{SAID[said]} {name(one)}: {lowered((one.reason or 'the measures differ').rstrip('.'))}.")
        else:
            likeness = "" if one.fit == "matched" else "; a similar measure"
            told.append(f"{SAID[said]} {name(one)}, {percent(one.value)} ({one.period}{likeness}).")
    return " ".join(told) or NOTHING_BESIDE


def source(release: Release, indicators: Sequence[Indicator], comparators: Sequence[Comparator]) -> str:
    """Where the figures are from and up to which day, and where the comparators are from."""
    to = release.observed_to
    extracts = dict.fromkeys(one.extract for one in indicators if one.extract in to)
    dates = [f"{source_name(extract)} to {long_day(to[extract])}" for extract in extracts if extract is not None]
    ours = ", ".join(dates) or (f"data to {long_day(max(to.values()))}" if to else NOTHING_SUPPLIED)
    theirs = "; ".join(dict.fromkeys(_brief(one.source) for one in comparators))
    return f"Source: Operation Paramount, {ours}{f'; beside it, {theirs}' if theirs else ''}. Release {release.version}."


def _brief(source: str) -> str:
    """A comparator's source without the name of its column, which the notes have."""
    words = source.partition(" [")[0]
    return lowered(words) if words.startswith(QUOTED) else words


def why_hidden(figures: Sequence[Figure | None]) -> str:
    """Why none of these is shown; suppression before all else."""
    symbols = [figure.symbol for figure in figures if figure is not None]
    return unavailable("c" if "c" in symbols else next(iter(symbols), None))
