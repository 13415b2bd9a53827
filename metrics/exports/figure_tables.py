"""The figures of a slide as a table, for a deck's tables and a report's."""

from __future__ import annotations

from metrics.figure import Figure
from metrics.presentation.slides import Plot, Slide
from metrics.presentation.tables import HtmlTable, figures_table, headcount_table


def table(slide: Slide) -> HtmlTable:
    """One row a figure of the slide's chart, in its order: k, n, the figure and its interval; its symbol where it is hidden."""
    plot = slide.figures
    caption = slide.chart.title if slide.chart is not None else slide.name
    make = headcount_table if plot.counts else figures_table
    return make(caption, rows(plot), plot.heading)


def rows(plot: Plot) -> list[tuple[str, Figure | None]]:
    """Every labelled figure; the series is named only where there are several."""
    several = len(plot.series) > 1
    return [(f"{label}: {series.name}" if several else label, figure) for series, label, figure in plot.points]
