"""What the sheet of a chart holds and how its axes look, for every kind of chart that PowerPoint draws."""

from __future__ import annotations

from collections.abc import Sequence

from pptx.chart.chart import Chart as Drawn
from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.util import Pt

from metrics.figure import Figure
from metrics.presentation.rows import STEP, extent, reach
from metrics.presentation.slides import Plot
from metrics.presentation.symbols import bracketed

TEXT_PT = 14


def labels(plot: Plot) -> list[str]:
    """The labels of a plot's points, which all its series share; in brief where each has a column's width."""
    names = [name for name, _ in plot.series[0].points]
    return [_brief(name) for name in names] if plot.kind == "columns" else names


def _brief(period: str) -> str:
    """`Oct to Dec 2021` for `October to December 2021`: what a narrow column has room for."""
    return " ".join(word if word.isdigit() else word[:3] for word in period.split())


def category(name: str, figures: Sequence[Figure | None]) -> str:
    """The label of a row, with the symbol of the first figure in it that is hidden."""
    hidden = [figure.symbol if figure is not None else "x" for figure in figures if figure is None or not figure.shown]
    return f"{name} {bracketed(hidden[0])}" if hidden else name


def value(figure: Figure | None, plot: Plot) -> float | None:
    """What is drawn of a figure, in percent or in children; null where it is not shown."""
    if figure is None or not figure.shown:
        return None
    return figure.count if plot.counts else figure.value


def top(plot: Plot) -> float:
    """The end of the scale, in percent or in children."""
    figures = [figure for one in plot.series for _, figure in one.points if figure is not None and figure.shown]
    if plot.counts:
        return float(max((figure.count or 0 for figure in figures), default=STEP))
    if plot.kind == "parts":
        return 100.0
    if plot.kind == "stacked":
        return max((row["x"] for row in extent(["row"], reach(figures) * 1.6, at_least=40)), default=100.0)
    most = max(reach(figures), *(one.value for one in plot.comparators), 0.0) if plot.comparators else reach(figures)
    return max((row["x"] for row in extent(["row"], most, at_least=40)), default=100.0)


def plain_axes(chart: Drawn) -> None:
    """No title, no ticks, text in the size of the slide."""
    chart.has_title, chart.has_legend = False, False
    chart.font.size = Pt(TEXT_PT)
    chart.font.name = "Arial"
    for axis in (chart.category_axis, chart.value_axis):
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.has_major_gridlines = False


def legend(chart: Drawn) -> None:
    """The names of several series, over the plot."""
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(TEXT_PT)
