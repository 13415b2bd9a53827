"""Figures of any cut: the base, the count, the value and its interval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tests.oracle.cohort import Child, Cohort
from tests.oracle.dates import period_days
from tests.oracle.expected import expected, terms_of
from tests.oracle.indicators import BY_RECOGNITION, HEADCOUNTS, MEANS, Answer, answer, is_by_term
from tests.oracle.intervals import Clustered, design_effect, ratio_interval, total, wilson
from tests.oracle.printed import EFFECT_DECIMALS


@dataclass(frozen=True)
class Cut:
    """An area or district, an age band, a sex and a period; `all` where not chosen."""

    area: str = "all"
    age_band: str = "all"
    sex: str = "all"
    period: str = "all"


@dataclass(frozen=True)
class Divided:
    """A cohort and its cuts: by the month that places a child in a period, the children of each cut by their number."""

    cohort: Cohort
    members: dict[str, dict[Cut, list[int]]]

    def inside(self, indicator: str) -> dict[Cut, list[int]]:
        """The children of each cut, as this indicator places them."""
        return self.members[month_of_period(indicator)]


@dataclass(frozen=True)
class Figure:
    """A figure before any protection: percent; `count` is null for means, `low` and `high` for headcounts.

    `expected` is what England's pupils would show; null where that is not published.
    """

    n: int
    count: int | None
    value: float | None
    low: float | None = None
    high: float | None = None
    expected: float | None = None


def month_of_period(indicator: str) -> str:
    """The month that places a child in a period."""
    return "recognised_month" if indicator in BY_RECOGNITION else "imprisonment_month"


def belongs(child: Child, cut: Cut, month: str) -> bool:
    """Whether the child is in the cut, by the month that places it in a period."""
    facts = child.facts
    if cut.area not in ("all", facts["area_code"], facts["district_code"]):
        return False
    if cut.age_band not in ("all", facts["age_band"]) or cut.sex not in ("all", facts["sex"]):
        return False
    if cut.period == "all":
        return True
    first, last = period_days(cut.period)
    return bool(first <= facts[month] <= last)


def divide(cohort: Cohort, cuts: Iterable[Cut]) -> Divided:
    """Find the children of every cut."""
    of = tuple(cuts)
    numbered = list(enumerate(cohort.children))
    months = ("imprisonment_month", "recognised_month")
    return Divided(cohort, {m: {cut: [i for i, child in numbered if belongs(child, cut, m)] for cut in of} for m in months})


Answered = tuple[Child, Answer]


def answers(cohort: Cohort, indicator: str, time: str, basis: str = "observed") -> list[Answered]:
    """What every child answers, in their order; null outside the base."""
    return [(child, answer(indicator, child, time, basis)) for child in cohort.children]


def in_base(answered: Iterable[Answered]) -> list[Answered]:
    """The answers of those in the base."""
    return [(child, said) for child, said in answered if said is not None]


def clustered(indicator: str, answered: Sequence[Answered]) -> list[Clustered]:
    """The answers as (family, how much, of how many)."""
    if indicator in MEANS:
        return [(child.facts["family_id"], *said) for child, said in answered]
    return [(child.facts["family_id"], int(said), 1) for child, said in answered]


def cohort_design_effect(cohort: Cohort, indicator: str, headline: str) -> float:
    """The indicator's design effect: the whole cohort's, at the headline time, every child observed; rounded.

    Finer, those of several indicators could be solved for the sizes of families.
    """
    return round(design_effect(clustered(indicator, in_base(answers(cohort, indicator, headline)))), EFFECT_DECIMALS)


def figure(indicator: str, time: str, answered: Sequence[Answered], deff: float = 1.0) -> Figure:
    """The figure of the answers of a cut's base."""
    n = len(answered)
    if indicator in HEADCOUNTS:
        different = len({said for _, said in answered})
        return Figure(different, different, 100.0 if different else None)
    if n == 0:
        return Figure(0, None if indicator in MEANS else 0, None)
    england = expected(indicator, terms_of((child for child, _ in answered), time)) if is_by_term(indicator) else None
    if indicator in MEANS:
        return replace(mean(clustered(indicator, answered)), expected=england)
    k = sum(said for _, said in answered)
    return Figure(n, k, 100 * k / n, *wilson(k, n, deff), england)


def mean(answered: Sequence[Clustered]) -> Figure:
    """A mean of children's rates, or pooled sessions: how much over how many."""
    ratio = total(much for _, much, _ in answered) / sum(many for _, _, many in answered)
    low, high = ratio_interval(answered) or (None, None)
    return Figure(len(answered), None, float(100 * ratio), low, high)


def figures(divided: Divided, indicator: str, time: str, basis: str, deff: float) -> dict[Cut, Figure]:
    """The figure of every cut."""
    said = answers(divided.cohort, indicator, time, basis)
    return {cut: figure(indicator, time, in_base(said[i] for i in who), deff) for cut, who in divided.inside(indicator).items()}
