"""An indicator on the screen: by school term, by window of months, by year of imprisonment."""

from __future__ import annotations

from collections.abc import Sequence

from metrics import ALL, Basis, Comparator, Figure, Indicator, presentation
from metrics.presentation.chart import Chart
from metrics.presentation.numbers import period_name
from pages.components import definition, nearest, panel, table
from pages.components.panel import Panel
from pages.components.view import View


def by_term(view: View, indicator: Indicator, first: int, last: int, basis: Basis) -> None:
    """The line around the imprisonment, from the first to the last term shown."""
    series = tuple(f for f in view.cut.series(indicator.id, basis) if first <= int(f.time) <= last)
    chart = presentation.term_line(indicator)
    if _nothing(view, chart, series):
        return
    beside, headline = view.comparators(indicator.id), view.cut.figure(indicator.id, basis=basis)
    lockdown = presentation.lockdown_marks(view.release.lattice, view.filters.period)
    breaks = presentation.breaks_of(indicator, view.release.lattice, view.filters.period)
    panel.show(
        Panel(
            key=f"term-{indicator.id}",
            chart=chart,
            data=presentation.term_line_data(indicator, series, beside, first, last, lockdown, breaks),
            says=presentation.headline(indicator, headline),
            notes=(_interval(headline), presentation.completeness(series, first, last), *_notes(view, indicator, beside)),
            spoken=presentation.describe_series(indicator, series, beside),
            details=lambda: (table.html(presentation.series_table(indicator, series)), definition.html(indicator)),
        )
    )


def by_window(view: View, indicator: Indicator) -> None:
    """Bars, one a window; windows differ in length, so no line joins them and no sentence compares them."""
    series = view.cut.series(indicator.id)
    chart = presentation.window_bars(indicator)
    if _nothing(view, chart, series):
        return
    beside, headline = view.comparators(indicator.id), view.cut.figure(indicator.id)
    panel.show(
        Panel(
            key=f"window-{indicator.id}",
            chart=chart,
            data=presentation.window_bars_data(indicator, series),
            says=f"{presentation.headline(indicator, headline)} {presentation.parts(view.cut, headline)}".strip(),
            notes=(_interval(headline), *_notes(view, indicator, beside)),
            spoken=presentation.describe_series(indicator, series, beside),
            details=lambda: (table.html(presentation.series_table(indicator, series)), definition.html(indicator)),
        )
    )


def by_year(view: View, indicator: Indicator) -> None:
    """The indicator's headline by year of imprisonment, to see whether it is getting better."""
    years = [period for period in view.release.lattice.periods if "Q" not in period]
    figures = dict(view.release.across(view.filters.but(period=ALL), "period", indicator.id, values=years))
    chart = presentation.by_year(indicator)
    if not figures:
        panel.head(chart.title, chart.subtitle, "")
        nearest.for_another(view, "period", years)
        return
    if not any(figure.shown for figure in figures.values()):
        panel.head(chart.title, chart.subtitle, "")
        nearest.offer_across(view, "period", figures, f"year-{indicator.id}")
        return
    beside = view.comparators(indicator.id)
    listed = [(period_name(year), figure) for year, figure in figures.items()]
    panel.show(
        Panel(
            key=f"year-{indicator.id}",
            chart=chart,
            data=presentation.by_year_data(indicator, figures, beside),
            says="",
            notes=_notes(view, indicator, beside),
            details=lambda: (
                table.html(presentation.figures_table(f"{indicator.title}, by year", listed)),
                definition.html(indicator),
            ),
        )
    )


def _nothing(view: View, chart: Chart, series: Sequence[Figure]) -> bool:
    """Whether there is nothing to draw; then a sentence and the nearest cut stand in the chart's place."""
    if any(figure.shown for figure in series):
        return False
    panel.head(chart.title, chart.subtitle, "")
    nearest.offer(view, series, f"{chart.title}, {chart.subtitle}")
    return True


def _interval(figure: Figure | None) -> str:
    return presentation.interval(figure) if figure is not None and figure.shown else ""


def _notes(view: View, indicator: Indicator, beside: Sequence[Comparator]) -> tuple[str, ...]:
    standing = (presentation.comparator_note(one) for one in presentation.standing(beside))
    return (*standing, indicator.caveat or "", view.definition_note(indicator))
