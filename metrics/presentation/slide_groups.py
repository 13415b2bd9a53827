"""The kinds of slide that are of several indicators: who was recognised, before and after, beside England, the offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from metrics.catalogue import JOURNEY, find
from metrics.cut import Cut
from metrics.figure import Comparator, Figure, Pair
from metrics.filters import ALL
from metrics.indicator import Indicator
from metrics.presentation.cohort import journey, journey_data, recognised_by_quarter, recognised_by_quarter_data
from metrics.presentation.comparators import ENGLAND, note, standing, verdict
from metrics.presentation.comparison import before_after, before_after_data, rates
from metrics.presentation.england import against_england, against_england_data
from metrics.presentation.numbers import children, period_name
from metrics.presentation.sentences import SIGNIFICANT, WARNING, amount, change, lowered, simply, unavailable
from metrics.presentation.slide_form import Drawn, Plot, Series
from metrics.presentation.slide_kinds import Kind
from metrics.presentation.slide_words import NOTHING_BESIDE, counted, hidden_title
from metrics.presentation.study import PLANS
from metrics.release import Release

FORCE_WIDE = "Recognition is force-wide from November 2021; an area's go-live governs the offer of support, not recognition."
MORE_THAN_CHANCE = "Higher or lower is said only of more than chance alone would make."
BRIEF = {"ehcp": "EHC plans", "mash_referral": "referrals to the safeguarding hub", "attendance_sessions": "attendance"}
OF_THE_STEP = "Each step is a share of the children who reached the step before; recent children may not have had the time."


def recognised(release: Release, cut: Cut) -> Drawn:
    """How many children were recognised, by year; of every period, whichever is chosen."""
    whole = cut.filters.but(period=ALL)
    of_all, indicator = release.cut(whole), find("recognised")
    years = [period for period in release.lattice.periods if "Q" not in period]
    figures = dict(release.across(whole, "period", "recognised", values=years))
    figure, families = of_all.figure("recognised"), of_all.figure("families")
    if not figures and figure is not None:  # no year of these children is held: then all of them together
        figures = {ALL: figure}
    shown = any(f.shown for f in figures.values())
    return Drawn(
        title=_recognised_title(figure, families),
        says="By year of recognition, which can be later than the imprisonment.",
        n_words=counted(indicator, figure),
        indicators=(indicator,),
        cut=whole,
        wanted=(("recognised", "all"),),
        plot=Plot("bars", "Year", (Series("Children", tuple((period_name(y), f) for y, f in figures.items())),), counts=True),
        chart=recognised_by_quarter() if shown else None,
        data=recognised_by_quarter_data(figures) if shown else None,
        notes=(FORCE_WIDE,),
    )


def _recognised_title(figure: Figure | None, families: Figure | None) -> str:
    if figure is None or not figure.shown:
        return hidden_title(find("recognised"), figure)
    of = f", of {amount(find('families'), families)}" if families is not None and families.shown else ""
    return f"{amount(find('recognised'), figure)} have been recognised{of}"


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
            n_words=_how_many(found.values()),
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


def _how_many(pairs: Iterable[Pair]) -> str:
    bases = sorted({pair.n_both for pair in pairs if pair.n_both is not None})
    if not bases:
        return ""
    n = children(bases[0]) if len(bases) == 1 else f"{bases[0]:,} to {children(bases[-1])}"
    return f"The same {n} before and after; how many gained and lost is under each row."


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
            n_words="k of n is under each row; in the term of imprisonment.",
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


def offer(release: Release, cut: Cut) -> Drawn:
    """The steps from recognition to support."""
    figures = {step.id: cut.figure(step.id) for step in JOURNEY}
    found = [(step, f) for step in JOURNEY if (f := figures[step.id]) is not None and f.shown and f.value is not None]
    last = found[-1] if found else None
    return Drawn(
        title=_reached(*last) if last else "From recognition to support: no step can be shown for these children",
        says=OF_THE_STEP,
        n_words=counted(*last) if last else "",
        indicators=JOURNEY,
        cut=cut.filters,
        wanted=tuple((step.id, "all") for step in JOURNEY),
        plot=Plot("bars", "Step", (Series("Children", tuple((step.title, figures[step.id]) for step in JOURNEY)),)),
        chart=journey() if found else None,
        data=journey_data(figures) if found else None,
        figure=last[1] if last else None,
    )


def _reached(step: Indicator, figure: Figure) -> str:
    assert figure.value is not None and figure.count is not None, "a shown step has a value and a count"
    share = simply(figure).removesuffix(" children")
    return f"{step.title}: {children(figure.count)}, {lowered(share)} of those who reached the step before"
