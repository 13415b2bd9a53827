"""What areas are set against, each by the same thing or by its own, and what may be said of the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.figure import Comparator, Figure, Fit
from metrics.indicator import Indicator
from metrics.presentation.areas import Place, listed_words
from metrics.presentation.areas_difference import difference, rest, sample, wide_interval
from metrics.presentation.comparators import FITS, Verdict, name, standing, style
from metrics.presentation.comparators import note as comparator_note
from metrics.presentation.numbers import WINDOW_MONTHS, percent
from metrics.presentation.sentences import amount, lowered

Against = Literal["england", "in_need", "partnership", "here", "expected"]
KINDS: Mapping[Against, str] = {"england": "England", "in_need": "In need", "here": "Here"}
MARKS: Mapping[Verdict, str] = {"above": "\N{BLACK UP-POINTING TRIANGLE}", "below": "\N{BLACK DOWN-POINTING TRIANGLE}"}
SAID: Mapping[Verdict, str] = {
    "above": "clearly above",
    "below": "clearly below",
    "too_few": "too few children to tell",
    "not_comparable": "not comparable",
    "unknown": "no comparison",
}
SAID_OF: Mapping[Verdict, str] = {
    "above": "Clearly above{them}",
    "below": "Clearly below{them}",
    "too_few": "Too few children to tell from{them}",
    "not_comparable": "Not comparable with{them}",
    "unknown": "No comparison",
}
EXPECTED_NAME = "what is expected"
EXPECTED = (
    "England's published rate for each child's own school year, term and phase, averaged over the children. It allows for how "
    "old they are and when it was, not for how poor their homes are."
)


@dataclass(frozen=True)
class Target:
    """What one area's figure is set against: its value in percent, how well it fits and why; null where there is none.

    `whole` is set where the area is part of it: the area is then tested against the rest of it.
    """

    name: str
    value: float | None = None
    fit: Fit | None = None
    reason: str = ""
    whole: Figure | None = None


def target(against: Against, place: Place, beside: Sequence[Comparator], whole: Place | None) -> Target:
    """What an area's figure is set against; `beside` are the area's comparators, `whole` the partnership if it is seen."""
    if against == "partnership":
        if whole is None:
            return Target("the whole partnership")
        fit: Fit = "not_comparable" if whole.apart else "matched"
        value = whole.figure.value if whole.figure is not None else None
        return Target(whole.name, value, fit, whole.apart, whole.figure)
    comparator = next(iter(beside_for(against, beside)), None)
    if against == "expected":
        expected = place.figure.expected if place.figure is not None else None
        if comparator is None or comparator.fit == "not_comparable" or expected is None:
            return Target(EXPECTED_NAME)
        return Target(EXPECTED_NAME, expected, comparator.fit, comparator.reason or "")
    if comparator is None:
        return Target(_short(against))
    lent = against == "here" and comparator.area_code != place.code
    them = f"DfE's figure for {comparator.area_name}" if lent else _short(against)
    return Target(them, comparator.value, comparator.fit, comparator.reason or "")


def _short(against: Against) -> str:
    return {"england": "England", "in_need": "England's children in need", "here": "DfE's figure for the area"}.get(
        against, against
    )


def verdict_of(place: Place, set_against: Target, design_effect: float | None) -> Verdict:
    """Whether an area clearly differs from what it is set against, at 99.8%; against a whole it is in, from the rest of it."""
    figure = place.compared
    if set_against.fit == "not_comparable":
        return "not_comparable"
    if figure is None or set_against.value is None:
        return "unknown"
    if set_against.whole is not None:
        one, whole = sample(figure), sample(set_against.whole)
        others = rest(whole, one) if one is not None and whole is not None else None
        return difference(one, others, design_effect)
    bounds = wide_interval(figure, design_effect)
    if bounds is None:
        return "unknown"
    if bounds[0] > set_against.value:
        return "above"
    return "below" if bounds[1] < set_against.value else "too_few"


def against_words(indicator: Indicator, place: Place, set_against: Target, design_effect: float | None) -> str:
    """One area against what it is set against, in a sentence that claims no more than the 99.8% interval and the fit allow."""
    figure = place.compared
    if figure is None:
        return f"{place.name}: {lowered(place.apart) if place.apart else 'its figure is not shown.'}"
    them = f"{set_against.name} ({percent(set_against.value)})" if set_against.value is not None else set_against.name
    had = f"{place.name}: {lowered(amount(indicator, figure))}"
    likeness = "" if set_against.fit == "matched" else " It is a similar measure, not the same."
    match verdict_of(place, set_against, design_effect):
        case "not_comparable":
            return f"{had}. Not comparable with {set_against.name}: {lowered(set_against.reason)}"
        case "above" | "below" as side:
            return f"{had}. Clearly {side} {them}.{likeness}"
        case "too_few":
            return f"{had}. Too few children to tell it from {them}.{likeness}"
        case _:
            return f"{had}. No comparison: {_nothing(set_against)}"


def _nothing(set_against: Target) -> str:
    if set_against.value is None:
        return f"there is no figure of {set_against.name}."
    return "no interval is given for so few children."


def as_long(indicator: Indicator, time: str) -> bool:
    """Whether a time is as long as the headline's, which what is published stands beside; school terms are all of a length."""
    return WINDOW_MONTHS.get(time) == WINDOW_MONTHS.get(indicator.time.headline)


def beside_for(against: Against, beside: Sequence[Comparator]) -> tuple[Comparator, ...]:
    """Of what stands beside a figure, what the reader compares with; England for what is expected at its rates."""
    kind = "England" if against == "expected" else KINDS.get(against)
    return tuple(one for one in standing(beside) if style(one) == kind)


def verdict_words(listed: Sequence[Place], targets: Mapping[str, Target], design_effect: float | None) -> tuple[str, ...]:
    """The areas by what may be said of them against what they are set against, a sentence a verdict."""
    told: dict[Verdict, list[str]] = {}
    for place in listed:
        told.setdefault(verdict_of(place, targets[place.code], design_effect), []).append(place.name)
    names = {one.name for one in targets.values() if one.fit is not None}
    them = f" {names.pop()}" if len(names) == 1 else ""
    order: tuple[Verdict, ...] = ("above", "below", "too_few", "not_comparable", "unknown")
    return tuple(
        f"{SAID_OF[verdict].format(them=them)}: {listed_words(sorted(told[verdict]))}." for verdict in order if verdict in told
    )


def fit_notes(against: Against, beside: Sequence[Comparator], whole: Place | None) -> tuple[str, ...]:
    """What is compared against, with its population, period, source, and how well it fits and why."""
    if against == "partnership":
        if whole is None:
            return ()
        words = whole.apart or "It is the same measure. Each area is part of it and is tested against all the others together."
        return (f"{whole.name}: {words}",)
    found = beside_for(against, beside)
    if against == "expected":
        fits = [f"It is {FITS[one.fit]} as {name(one)}. {one.reason or ''}".strip() for one in found]
        return (f"Expected: {EXPECTED}", *(fits or ["England publishes nothing of the kind."]))
    if not found and against == "here":
        return (
            "Each area is set against the Department for Education's own figure of all its pupils or children, "
            "a district against its authority's.",
        )
    if not found:
        return (f"{_short(against)}: nothing of the kind stands beside these figures.",)
    return tuple(comparator_note(one) for one in found)
