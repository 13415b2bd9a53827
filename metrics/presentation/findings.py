"""The study's key findings as live sentences, for any cut: what the study printed once, said of the children chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from data.reference import published_figures
from metrics.catalogue import find
from metrics.figure import Comparator, Figure
from metrics.filters import Filters
from metrics.indicator import Basis, Headcount, Indicator, Mean
from metrics.presentation.comparators import name, standing, verdict
from metrics.presentation.numbers import fraction, one_decimal, percent, thousands
from metrics.presentation.sentences import against, amount, lowered, unavailable
from metrics.presentation.study import PLANS, Plan, Topic

STUDY_CUT = Filters(area="E10000025")
ComparatorsOf = Callable[[str], Sequence[Comparator]]


class Figures(Protocol):
    """A cut of a release, as far as findings need one."""

    def figure(self, indicator_id: str, time: str | None = None, basis: Basis = "observed") -> Figure | None:
        """One figure; null where the release has none."""


@dataclass(frozen=True)
class Finding:
    """One finding: a big number, a sentence with k of n, what may be said against the comparators, what the study printed.

    `big` is empty and `sentence` the reason where the figure is not shown. `published` is null unless the study printed it.
    """

    id: str
    topic: Topic
    title: str
    big: str
    sentence: str
    figure: Figure | None
    against: tuple[str, ...] = ()
    published: str | None = None


def key_findings(cut: Figures, comparators_of: ComparatorsOf, filters: Filters | None = None) -> tuple[Finding, ...]:
    """Every finding of the study as it is for this cut, in the study's order; `filters` tell whether the cut is the study's."""
    return tuple(_finding(plan, cut, comparators_of, filters) for plan in PLANS)


def _finding(plan: Plan, cut: Figures, comparators_of: ComparatorsOf, filters: Filters | None) -> Finding:
    indicator, figure = find(plan.indicator), cut.figure(plan.indicator, plan.time)
    published = _published(plan.published) if filters == STUDY_CUT and plan.published else None
    if figure is None or not figure.shown:
        return Finding(plan.id, plan.topic, plan.title, "", unavailable(figure.symbol if figure else None), figure, (), published)
    told = (plan.sentence.format(amount=amount(indicator, figure)), parts(cut, figure))
    sentence = " ".join(filter(None, told))
    beside = standing(comparators_of(plan.indicator)) if plan.compared and indicator.comparator else ()
    said = tuple(against(indicator, figure, comparator) for comparator in beside)
    return Finding(
        plan.id, plan.topic, plan.title, big(indicator, figure), sentence[0].upper() + sentence[1:], figure, said, published
    )


def big(indicator: Indicator, figure: Figure) -> str:
    """The figure to print large: `2 in 3`, `79.9%`, `225`."""
    assert figure.value is not None and figure.n is not None, "a shown figure has a value and a base"
    if isinstance(indicator.measure, Headcount):
        return thousands(figure.n)
    return percent(figure.value) if isinstance(indicator.measure, Mean) else fraction(figure.value)


def parts(cut: Figures, figure: Figure | None) -> str:
    """The two parts of known to nobody, which is never shown without them; empty where the figure is not shown, or another."""
    if figure is None or not figure.shown or figure.indicator != "none_active":
        return ""
    found, lost = cut.figure("none_active_matched", figure.time), cut.figure("none_active_unmatched", figure.time)
    if found is None or lost is None or found.count is None or lost.count is None:
        return "How many of them were found in some register, and how many in none, is hidden."
    return (
        f"Of these {thousands(found.count)} were found in some register and {thousands(lost.count)} in none, "
        "which may be a failed link."
    )


def _published(figure: str) -> str | None:
    """`Published 2025: 66%`, as the study printed it."""
    for row in published_figures():
        if row.figure == figure and row.value is not None:
            value = one_decimal(row.value).removesuffix(".0")
            return f"Published 2025: {value}{'%' if row.unit == 'percent' else ' ' + row.unit}"
    return None


@dataclass(frozen=True)
class Differences:
    """Sentences by what may be said: clearly above or below a comparator, too few to tell, not comparable."""

    clear: tuple[str, ...]
    too_few: tuple[str, ...]
    not_comparable: tuple[str, ...]


def differences(cut: Figures, comparators_of: ComparatorsOf, indicators: Sequence[Indicator]) -> Differences:
    """What differs from England and from its children in need, at each indicator's headline time; one sentence an indicator."""
    told: dict[str, list[str]] = {"clear": [], "too_few": [], "not_comparable": []}
    for indicator in indicators:
        figure = cut.figure(indicator.id)
        if figure is None or not figure.shown:
            continue
        subject = f"{indicator.title}, {lowered(amount(indicator, figure))}"
        said: dict[str, list[str]] = {kind: [] for kind in told}
        for comparator in standing(comparators_of(indicator.id)):
            kind, words = _verdict_words(figure, comparator)
            said.get(kind, []).append(words)
        for kind, clauses in said.items():
            if clauses:
                told[kind].append(f"{subject}: {' and '.join(clauses)}.")
    return Differences(*(tuple(told[kind]) for kind in ("clear", "too_few", "not_comparable")))


def _verdict_words(figure: Figure, comparator: Comparator) -> tuple[str, str]:
    """Where a comparison belongs, and its clause."""
    likeness = "" if comparator.fit == "matched" else ", a similar measure"
    them = f"{name(comparator)} ({percent(comparator.value)}{likeness})"
    match verdict(figure, comparator):
        case "above" | "below" as side:
            return "clear", f"{side} {them}"
        case "too_few":
            return "too_few", f"too few children to tell from {them}"
        case "not_comparable":
            why = lowered((comparator.reason or "the measures differ").rstrip("."))
            return "not_comparable", f"not comparable with {name(comparator)} ({why})"
        case _:
            return "unknown", ""
