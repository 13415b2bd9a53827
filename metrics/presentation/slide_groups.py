"""The kinds of slide that are of several indicators: before and after, beside England."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from metrics.catalogue import find
from metrics.cut import Cut
from metrics.figure import Comparator, Figure, Pair
from metrics.indicator import Indicator
from metrics.presentation.comparators import ENGLAND, note, standing, verdict
from metrics.presentation.comparison import before_after, before_after_data, rates
from metrics.presentation.england import against_england, against_england_data
from metrics.presentation.numbers import children
from metrics.presentation.sentences import SIGNIFICANT, WARNING, change, lowered, unavailable
from metrics.presentation.slide_form import Drawn, Plot, Series
from metrics.presentation.slide_kinds import Kind
from metrics.presentation.slide_words import NOTHING_BESIDE
from metrics.presentation.study import PLANS
from metrics.release import Release

MORE_THAN_CHANCE = "Higher or lower is said only of more than chance alone would make."
BRIEF = {"ehcp": "EHC plans", "mash_referral": "referrals to the safeguarding hub", "attendance_sessions": "attendance"}
EACH = ", by indicator"


def before_and_after(name: str, *ids: str) -> Kind:
    """The same children before and after, an indicator a row; the title names what changed by more than chance."""
    indicators = tuple(map(find, ids))

    def draw(release: Release, cut: Cut) -> Drawn:
        pairs = {one.id: cut.pair(one.id) for one in indicators}
        found = {one: pair for one in indicators if (pair := pairs[one.id]) is not None and pair.shown}
        symbol = next((pair.symbol for pair in pairs.values() if pair is not None), None)
        return Drawn(
            title=_changes(name, found) if found else f"{name}, before and after: {lowered(unavailable(symbol)).rstrip('.')}",
            says=f"{MORE_THAN_CHANCE} {WARNING}",
            n_words=_followed(found.values()),
            indicators=indicators,
            cut=cut.filters,
            wanted=(),
            plot=Plot("dots", "Indicator", _ends(indicators, pairs)),
            chart=before_after(indicators) if found else None,
            data=before_after_data(indicators, pairs) if found else None,
            notes=tuple(f"{one.title}. {change(one, pair).removesuffix(WARNING).strip()}" for one, pair in found.items()),
        )

    return draw


def _changes(name: str, found: Mapping[Indicator, Pair]) -> str:
    """`The same children afterwards: more on SEN support, fewer suspended`: only what is more than chance would make."""
    sides: dict[str, list[str]] = {}
    for one, pair in found.items():
        if pair.p_value is not None and pair.p_value < SIGNIFICANT:
            before, after = rates(pair)
            sides.setdefault("higher" if after > before else "lower", []).append(brief(one))
    if not sides:
        return f"{name}: too few children to tell a change from chance"
    told = (f"{side} for {_joined(sides[side])}" for side in ("higher", "lower") if side in sides)
    return f"The same children afterwards: {', '.join(told)}"


def brief(indicator: Indicator) -> str:
    """What an indicator is about, inside a sentence: `free school meals`; as the study calls it where it does."""
    words = BRIEF.get(indicator.id) or next((plan.title for plan in PLANS if plan.indicator == indicator.id), indicator.title)
    return words if " " in words and words.istitle() else lowered(words)


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _followed(pairs: Iterable[Pair]) -> str:
    bases = _bases(pair.n_both for pair in pairs)
    if not bases:
        return ""
    return f"The same children before and after: {bases}." if bases.endswith(EACH) else f"The same {bases} before and after."


def _bases(held: Iterable[int | None]) -> str:
    """`567 children`; `461 to 567 children, by indicator` where they are not of the same; empty where none is shown."""
    bases = sorted({n for n in held if n is not None})
    if len(bases) < 2:
        return "".join(map(children, bases))
    return f"{bases[0]:,} to {children(bases[-1])}{EACH}"


def _ends(indicators: Sequence[Indicator], pairs: Mapping[str, Pair | None]) -> tuple[Series, ...]:
    """Before and after as two series of figures; a hidden pair has its symbol in both."""
    return tuple(
        Series(name, tuple((one.title, _end(one, pairs[one.id], place)) for one in indicators))
        for place, name in enumerate(("Before", "After"))
    )


def _end(indicator: Indicator, pair: Pair | None, place: int) -> Figure | None:
    if pair is None:
        return None
    hidden = Figure(indicator.id, "observed", ("before", "after")[place], None, None, None, None, None, None, pair.symbol)
    if not pair.shown:
        return hidden
    return replace(hidden, n=pair.n_both, count=(pair.before_count, pair.after_count)[place], value=rates(pair)[place])


def beside_england(*ids: str) -> Kind:
    """Several indicators beside England and its children in need; the title counts what is clearly different."""
    indicators = tuple(map(find, ids))

    def draw(release: Release, cut: Cut) -> Drawn:
        figures = {one.id: cut.figure(one.id) for one in indicators}
        beside = {one.id: release.comparators(one.id, cut.filters.area) for one in indicators}
        found = {one: f for one in indicators if (f := figures[one.id]) is not None and f.shown}
        return Drawn(
            title=_different(found, beside) if found else "Beside England: no figure can be shown for these children",
            says="Children in need in England answer the question whether this is only poverty and need.",
            n_words=f"In the term of imprisonment: {_bases(f.n for f in found.values())}.",
            indicators=indicators,
            cut=cut.filters,
            wanted=tuple((one.id, one.time.headline) for one in indicators),
            plot=Plot(
                "dots",
                "Indicator",
                (Series("These children", tuple((one.title, figures[one.id]) for one in indicators)),),
                tuple(c for one in indicators for c in standing(beside[one.id])),
            ),
            chart=against_england(indicators) if found else None,
            data=against_england_data(indicators, figures, beside) if found else None,
            notes=tuple(f"{one.title}. {note(c)}" for one in indicators for c in standing(beside[one.id])),
        )

    return draw


def _different(figures: Mapping[Indicator, Figure], beside: Mapping[str, Sequence[Comparator]]) -> str:
    """`Above England for SEN support, below for attendance of 90% or higher`: only where the interval excludes England."""
    sides: dict[str, list[str]] = {}
    for one, figure in figures.items():
        for england in [c for c in standing(beside[one.id]) if c.area_code == ENGLAND][:1]:
            sides.setdefault(verdict(figure, england), []).append(brief(one))
    told = [f"{side} England for {_joined(sides[side])}" for side in ("above", "below") if side in sides]
    if told:
        return "; ".join(told)[0].upper() + "; ".join(told)[1:]
    return "Too few children to tell any of these from England" if "too_few" in sides else NOTHING_BESIDE.rstrip(".")
