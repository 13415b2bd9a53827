"""Who was recognised, children and families apart: by quarter and so far, by area, by age and by sex."""

from __future__ import annotations

from collections.abc import Mapping

from metrics import ALL, Figure, find, presentation
from metrics.presentation.chart import Chart
from metrics.presentation.cohort import Group
from metrics.presentation.numbers import children, families, period_name
from metrics.presentation.quarters import running_totals
from pages.components import definition, filter_bar, markup, nearest, panel, places, table
from pages.components.panel import Panel
from pages.components.view import View

Counted = dict[str, tuple[Figure | None, Figure | None]]
"""Children and families of each group."""
FORCE_WIDE = "Recognition is force-wide from November 2021; an area's go-live governs the offer of support, not recognition."
RATES = "A rate of all the days that the figures cover, not of a year; areas differ in who lives there and who is sent to prison."
TWICE = "A family recognised in two periods, or with children in two groups, counts in both: families do not add up."


def over_time(view: View) -> None:
    """Children and families by quarter, with the go-lives; by year where the release has no quarters for these children."""
    figures, of_families = _by_period(view)
    chart = presentation.recognised_by_quarter()
    if nearest.in_its_place(view, chart, "period", figures, "recognised"):
        return
    live = presentation.go_lives(view.release.lattice, view.filters.area)
    names = {period: period_name(period) for period in figures}
    panel.show(
        Panel(
            key="recognised",
            chart=chart,
            data=presentation.recognised_by_quarter_data(figures, of_families, live),
            says=_how_many(view),
            notes=(FORCE_WIDE, TWICE, *([places.live_words(live)] if live else [])),
            spoken=presentation.describe_figures(chart.title, [(names[p], f) for p, f in figures.items()], counts=True),
            details=lambda: _tables(chart, "Period", names, {p: (f, of_families.get(p)) for p, f in figures.items()}),
        )
    )


def so_far(view: View) -> None:
    """The running total by quarter, up to the first that is hidden."""
    figures, _ = _by_period(view)
    chart = presentation.recognised_so_far()
    if nearest.in_its_place(view, chart, "period", figures, "so-far"):
        return
    totals = running_totals(figures)
    cut_off = next((period for period, figure in figures.items() if not figure.shown and figure.symbol != "z"), None)
    panel.show(
        Panel(
            key="so-far",
            chart=chart,
            data=presentation.recognised_so_far_data(figures),
            says=f"{children(list(totals.values())[-1])} by the end of {period_name(list(totals)[-1])}." if totals else "",
            notes=(f"The running total stops before {period_name(cut_off)}, which is hidden." if cut_off else "",),
        )
    )


def _by_period(view: View) -> tuple[dict[str, Figure], dict[str, Figure]]:
    whole, among = view.filters.but(period=ALL), presentation.finest_periods(view.release.lattice, view.filters)
    recognised, of_families = (dict(view.release.across(whole, "period", id, values=among)) for id in ("recognised", "families"))
    return recognised, of_families


def _how_many(view: View) -> str:
    """`1,187 children of 640 families`, of every period."""
    cut = view.release.cut(view.filters.but(period=ALL))
    found = [cut.figure(id) for id in ("recognised", "families")]
    counts = [figure.count for figure in found if figure is not None and figure.shown and figure.count is not None]
    return f"{children(counts[0])} of {families(counts[1])} so far." if len(counts) == len(found) else ""


def by_group(view: View, group: Group) -> None:
    """Children and families by area, age or sex; children of age and sex as shares of all of them too."""
    names = places.names(view) if group == "area" else filter_bar.names(view.release.lattice, group)
    whole = view.filters.but(**{group: ALL})
    recognised, of_families = (
        dict(view.release.across(whole, group, id, values=list(names))) for id in ("recognised", "families")
    )
    chart = presentation.headcounts(group)
    if nearest.in_its_place(view, chart, group, recognised, f"by-{group}"):
        return
    found: Counted = {code: (figure, of_families.get(code)) for code, figure in recognised.items()}
    total = view.release.cut(whole).figure("recognised") if group != "area" else None
    panel.show(
        Panel(
            key=f"by-{group}",
            chart=chart,
            data=presentation.headcounts_data(names, found, total),
            says="",
            notes=(TWICE,),
            spoken=presentation.describe_figures(chart.title, [(names[c], f) for c, f in recognised.items()], counts=True),
            details=lambda: _tables(chart, chart.title, names, found),
        )
    )


def per_10_000(view: View) -> None:
    """Children recognised per 10,000 who live in each area; nothing is said where no population was supplied."""
    names, release = places.names(view), view.release
    cuts = {code: view.filters.but(area=code) for code in names}
    held = {code: cut for code, cut in cuts.items() if release.lattice.holds(cut)}
    found = {code: presentation.population_of(release, cut) for code, cut in held.items()}
    living = {code: population for code, population in found.items() if population is not None}
    figures = {code: release.cut(held[code]).figure("recognised") for code in living}
    if not any(figure is not None and figure.shown for figure in figures.values()):
        return
    chart, days = presentation.rates(), presentation.recognised_days(release, view.filters)
    words = {code: presentation.per_10_000_words(figures[code], living[code], days) for code in living}
    said = [f"{names[code]}: {told}." for code, told in words.items() if told]
    panel.show(
        Panel(
            key="rates",
            chart=chart,
            data=presentation.rates_data(names, figures, living),
            says="",
            notes=(RATES,),
            spoken=" ".join(said),
            details=lambda: (
                markup.element("ul", *(markup.text("li", one) for one in said), class_="notes"),
                definition.html(find("recognised")),
            ),
        )
    )


def _tables(chart: Chart, heading: str, names: Mapping[str, str], found: Counted) -> tuple[str, ...]:
    listed = (
        presentation.headcount_table(
            f"{chart.title}: {what}", [(names[code], pair[place]) for code, pair in found.items()], heading
        )
        for place, what in enumerate(("children", "families"))
    )
    defined = (markup.text("h4", find(id).title) + definition.html(find(id)) for id in ("recognised", "families"))
    return (*map(table.html, listed), *defined)
