"""Who was recognised: by quarter, by age, sex and parent; and how far the offer of support has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from metrics import ALL, INDICATORS, Dimension, Figure, find, presentation
from metrics.presentation.chart import Chart
from metrics.presentation.numbers import period_name
from pages.components import definition, filter_bar, markup, nearest, panel, table
from pages.components.panel import Panel
from pages.components.view import View

PARENTS = {"mother": "maternal", "father": "paternal", "other": "other_parent"}
STEPS = tuple(indicator for indicator in INDICATORS if indicator.id.startswith("step_"))


def over_time(view: View) -> None:
    """Children recognised by quarter and so far; by year where the release has no quarters for these children."""
    whole = view.filters.but(period=ALL)
    periods = view.release.lattice.periods
    quarters = [period for period in periods if "Q" in period and view.release.lattice.holds(whole.but(period=period))]
    figures = dict(view.release.across(whole, "period", "recognised", values=quarters or [p for p in periods if "Q" not in p]))
    chart = presentation.recognised_by_quarter()
    if _nothing(view, chart, "period", figures):
        return
    listed = presentation.headcount_table(
        chart.title, [(period_name(period), figure) for period, figure in figures.items()], "Period"
    )
    panel.show(
        Panel(
            key="recognised",
            chart=chart,
            data=presentation.recognised_by_quarter_data(figures),
            says="",
            notes=(
                "Recognition is force-wide from November 2021; an area's go-live governs the offer of support, not recognition.",
            ),
            details=(table.html(listed), definition.html(find("recognised"))),
        )
    )


def by_group(view: View, dimension: Literal["age_band", "sex"]) -> None:
    """The children recognised by age or by sex, as shares of all of them."""
    whole = view.filters.but(**{dimension: ALL})
    figures = dict(view.release.across(whole, dimension, "recognised"))
    total = view.release.cut(whole).figure("recognised")
    chart = presentation.breakdown_bars(dimension)
    if _nothing(view, chart, dimension, figures):
        return
    names = [(filter_bar.name_of(view.release.lattice, dimension, value), figure) for value, figure in figures.items()]
    panel.show(
        Panel(
            key=f"by-{dimension}",
            chart=chart,
            data=presentation.breakdown_bars_data(dimension, figures, total),
            says="",
            details=(table.html(presentation.headcount_table(chart.title, names)), definition.html(find("recognised"))),
        )
    )


def _nothing(view: View, chart: Chart, dimension: Dimension, figures: Mapping[str, Figure]) -> bool:
    """Whether there is nothing to draw; then a sentence and the nearest cut stand in the chart's place."""
    if any(figure.shown for figure in figures.values()):
        return False
    panel.head(chart.title, chart.subtitle, "")
    if figures:
        nearest.offer_across(view, dimension, figures, f"by-{dimension}")
    else:
        nearest.for_another(view, dimension, [value for value in view.release.lattice.values(dimension) if value != ALL])
    return True


def by_parent(view: View) -> None:
    """Whose imprisonment it was."""
    figures = {parent: view.cut.figure(id) for parent, id in PARENTS.items()}
    chart = presentation.breakdown_bars("parent")
    if not any(figure and figure.shown for figure in figures.values()):
        panel.head(chart.title, chart.subtitle, "")
        nearest.offer(view, [figure for figure in figures.values() if figure], "by-parent")
        return
    listed = presentation.figures_table(chart.title, [(find(id).title, figures[parent]) for parent, id in PARENTS.items()])
    defined = (markup.text("h4", find(id).title) + definition.html(find(id)) for id in PARENTS.values())
    panel.show(
        Panel(
            key="by-parent",
            chart=chart,
            data=presentation.breakdown_bars_data("parent", figures),
            says=presentation.headline(find("maternal"), figures["mother"]),
            notes=(find("maternal").caveat or "",),
            details=(table.html(listed), *defined),
        )
    )


def journey(view: View) -> None:
    """The steps from recognition to support, each of the children who reached the step before."""
    figures = {step.id: view.cut.figure(step.id) for step in STEPS}
    chart = presentation.journey()
    if not any(figure and figure.shown for figure in figures.values()):
        panel.head(chart.title, chart.subtitle, "")
        nearest.offer(view, [figure for figure in figures.values() if figure], "journey")
        return
    listed = presentation.figures_table(chart.title, [(step.title, figures[step.id]) for step in STEPS], "Step")
    defined = (markup.text("h4", step.title) + definition.html(step) for step in STEPS)
    panel.show(
        Panel(
            key="journey",
            chart=chart,
            data=presentation.journey_data(figures),
            says="",
            notes=(STEPS[0].caveat or "",),
            details=(table.html(listed), *defined),
        )
    )
