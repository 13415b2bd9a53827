"""The kinds of slide about the service: who was recognised, how far the offer came, how long it took, who is missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metrics.catalogue import INDICATORS, find
from metrics.cut import Cut
from metrics.figure import Figure
from metrics.filters import ALL
from metrics.indicator import Indicator
from metrics.lattice import is_quarter
from metrics.presentation.cohort import SOURCE_NAMES
from metrics.presentation.findings import parts
from metrics.presentation.numbers import children, period_name
from metrics.presentation.offer import (
    BANDS,
    NOT_REACHED,
    OFFERS,
    REACHED,
    STANDING,
    STEPS,
    WAITED,
    WHY_IT_SELECTS,
    beside,
    journey_data,
    journey_wide,
    missed,
    missed_data,
    waits,
    waits_data,
)
from metrics.presentation.quarters import finest_periods, go_lives, recognised_by_quarter, recognised_by_quarter_data
from metrics.presentation.sentences import amount, lowered, simply
from metrics.presentation.slide_form import Drawn, Plot, Series
from metrics.presentation.slide_kinds import Kind
from metrics.presentation.slide_words import counted, hidden_title, title
from metrics.release import Release

FORCE_WIDE = "Recognition is force-wide from November 2021; an area's go-live governs the offer of support, not recognition."
OF_THE_STEP = "Each step is a share of the children who reached the step before. Pending is not lost."
NOT_AN_EVALUATION = "This describes how the offer went; it does not evaluate the service."
IT_SELECTS = "A link found in social-care records selects children whom social care already knew."
SPAN = "window"
_IN_YEARS = "By year of recognition, which can be later than the imprisonment."
_IN_QUARTERS = "By quarter of recognition, which can be later than the imprisonment. Dashed: support offered from then on."


def recognised(*, quarters: bool) -> Kind:
    """How many children were recognised, of how many families, by year or by quarter; of every period, whichever is chosen."""

    def draw(release: Release, cut: Cut) -> Drawn:
        whole = cut.filters.but(period=ALL)
        of_all, indicator = release.cut(whole), find("recognised")
        fine = finest_periods(release.lattice, whole) if quarters else ()
        by_quarter = any(map(is_quarter, fine))
        periods = fine if by_quarter else tuple(one for one in release.lattice.periods if not is_quarter(one))
        figures, of_families = (dict(release.across(whole, "period", id, values=periods)) for id in ("recognised", "families"))
        figure, families = of_all.figure("recognised"), of_all.figure("families")
        if not figures and figure is not None:  # no period of these children is held: then all of them together
            figures = {ALL: figure}
        shown = any(f.shown for f in figures.values())
        points: dict[str, Mapping[str, Figure | None]] = {
            "Children": figures,
            **({"Families": {period: of_families.get(period) for period in figures}} if of_families else {}),
        }
        return Drawn(
            title=_recognised_title(figure, families),
            says=_IN_QUARTERS if by_quarter else _IN_YEARS,
            n_words=counted(indicator, figure),
            indicators=(indicator, find("families")),
            cut=whole,
            wanted=(("recognised", "all"),),
            plot=Plot(
                "columns" if by_quarter else "bars",
                "Quarter" if by_quarter else "Year",
                tuple(Series(name, tuple((period_name(p), f) for p, f in of.items())) for name, of in points.items()),
                counts=True,
            ),
            chart=recognised_by_quarter() if shown else None,
            data=recognised_by_quarter_data(figures, of_families, go_lives(release.lattice, whole.area)) if shown else None,
            notes=(FORCE_WIDE,),
        )

    return draw


def _recognised_title(figure: Figure | None, families: Figure | None) -> str:
    if figure is None or not figure.shown:
        return hidden_title(find("recognised"), figure)
    of = f", of {amount(find('families'), families)}" if families is not None and families.shown else ""
    return f"{amount(find('recognised'), figure)} have been recognised{of}"


def offer(release: Release, cut: Cut) -> Drawn:
    """The steps from recognition to support, with those who did not reach each beside those who did."""
    others = {step: beside(step) for step in STEPS}
    listed = [*STEPS, *(one for of in others.values() for one in of.values())]
    figures = {one.id: cut.figure(one.id) for one in listed}
    found = [(step, f) for step in STEPS if (f := figures[step.id]) is not None and f.shown and f.value is not None]
    last = found[-1] if found else None
    rest = {
        name: tuple((step.title, figures[others[step][why].id] if why in others[step] else None) for step in STEPS)
        for why, (name, _) in NOT_REACHED.items()
    }
    return Drawn(
        title=_reached(*last) if last else "From recognition to support: no step can be shown for these children",
        says=f"{OF_THE_STEP} {NOT_AN_EVALUATION}",
        n_words=counted(*last) if last else "",
        indicators=STEPS,
        cut=cut.filters,
        wanted=tuple((step.id, "all") for step in STEPS),
        plot=_parts("Step", {REACHED.name: tuple((step.title, figures[step.id]) for step in STEPS), **rest}),
        chart=journey_wide() if found else None,
        data=journey_data(figures, wide=True) if found else None,
        figure=last[1] if last else None,
        notes=STANDING,
    )


def _parts(heading: str, series: Mapping[str, Sequence[tuple[str, Figure | None]]]) -> Plot:
    """Parts of each row's whole; a part that no row has is left out."""
    held = {name: points for name, points in series.items() if any(figure is not None for _, figure in points)}
    return Plot("parts", heading, tuple(Series(name, tuple(points)) for name, points in held.items()))


def _reached(step: Indicator, figure: Figure) -> str:
    assert figure.value is not None and figure.count is not None, "a shown step has a value and a count"
    share = simply(figure).removesuffix(" children")
    return f"{step.title}: {children(figure.count)}, {lowered(share)} of those who reached the step before"


def how_long(release: Release, cut: Cut) -> Drawn:
    """How long each step took, in bands; the finding is of the offer."""
    listed = tuple(one for one in INDICATORS if one.id.startswith("wait_") and not one.id.startswith("wait_recognised_"))
    figures = {one.id: cut.figure(one.id) for one in listed}
    shown = any(f is not None and f.shown for f in figures.values())
    headline = next((one for one in listed if one.id == "wait_offered_same_month"), None)
    figure = figures[headline.id] if headline is not None else None
    series = {
        style.name: tuple((WAITED[step], figures.get(f"wait_{step}_{band}")) for step in WAITED) for band, style in BANDS.items()
    }
    return Drawn(
        title=title(headline, figure, ()) if headline is not None else "How long each step takes: no figure",
        says="In calendar months, of the children who reached each step. " + NOT_AN_EVALUATION,
        n_words=counted(headline, figure) if headline is not None else "",
        indicators=listed,
        cut=cut.filters,
        wanted=tuple((one.id, "all") for one in listed),
        plot=_parts("Step", series),
        chart=waits() if shown else None,
        data=waits_data(figures) if shown else None,
        figure=figure,
    )


def not_known(release: Release, cut: Cut) -> Drawn:
    """Who is known to nobody over the eight months: by whether support was offered, and by who knew the child was theirs."""
    whole = cut.figure("none_active", SPAN)
    names = {id: find(id).title.rpartition(", ")[2].capitalize() for id in OFFERS}
    names |= {f"unknown_{one}": name for one, name in SOURCE_NAMES.items()}
    listed = tuple(one for one in INDICATORS if one.id in names)
    figures = {one.id: cut.figure(one.id, SPAN) for one in listed}
    shown = any(f is not None and f.shown for f in (whole, *figures.values()))
    points = (("All children", whole), *((names[one.id], figures[one.id]) for one in listed))
    return Drawn(
        title=_missed_title(whole, figures.get("unknown_not_offered")),
        says=f"{IT_SELECTS} {parts(cut, whole)}".strip(),
        n_words=counted(find("none_active"), whole),
        indicators=(find("none_active"), *listed),
        cut=cut.filters,
        wanted=(("none_active", SPAN), *((one.id, SPAN) for one in listed)),
        plot=Plot("bars", "Children", (Series("Known to nobody", points),)),
        chart=missed() if shown else None,
        data=missed_data(whole, figures) if shown else None,
        figure=whole,
        notes=(WHY_IT_SELECTS,),
    )


def _missed_title(whole: Figure | None, not_offered: Figure | None) -> str:
    if not_offered is not None and not_offered.shown and not_offered.count is not None:
        return f"Known to nobody, and support was not offered: {children(not_offered.count)}"
    return title(find("none_active"), whole, ())
