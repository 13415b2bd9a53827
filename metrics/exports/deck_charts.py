"""A slide's figures as a chart that PowerPoint draws and its reader can edit, with intervals as error bars.

A hidden figure is an empty cell in the chart's own sheet, never a nought, and its label has the symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.chart import Chart as Drawn
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.util import Pt

from metrics.exports import deck_lines
from metrics.exports.deck_marks import error_bars, fill, label, lay_out, white_is_readable
from metrics.figure import Comparator, Figure
from metrics.presentation import palette
from metrics.presentation.comparators import style
from metrics.presentation.numbers import k_of_n, percent, thousands
from metrics.presentation.offer import BANDS, NOT_REACHED, REACHED
from metrics.presentation.rows import HIDDEN, STEP, Style, extent, reach
from metrics.presentation.slides import Plot, Slide
from metrics.presentation.symbols import bracketed
from metrics.presentation.windows import EARLY_HELP, LEVELS

TEXT_PT, LABEL_PT, SMALL_LABEL_PT = 14, 14, 11
MOST_LARGE = 2
"""Series whose labels have room to be large."""
BARS = (0.36, 0.02, 0.4, 0.96)
"""The plot of bars within its frame: left, top, width and height, in shares; labels stand left and right of it."""
CLEAR_SHARE, BESIDE_SHARE = 0.008, 0.035
"""How far a label stands from the end of an interval, and its middle from the end of a bar, in shares of the frame."""
ROOM_SHARE = 0.09
"""The share of the scale that a percentage needs to stand on a piece of a stack."""
LEGENDED = (0.36, 0.12, 0.4, 0.86)
COLUMNS = (0.02, 0.12, 0.96, 0.72)
SERIES_COLOURS = {
    "Before": palette.LAVENDER,
    "After": palette.DARK_BLUE,
    "England": palette.COMPARATOR,
    "All pupils here": palette.DARK_GREY,
    "England's children in need": palette.COMPARATOR_IN_NEED,
    "Families": palette.ORANGE,
}
PARTS: dict[str, Style] = {
    **{one.name: one for one in (REACHED, *BANDS.values(), HIDDEN)},
    **dict(NOT_REACHED.values()),
}
"""How each part of a whole is drawn, by the name of its series."""
BESIDE = {"England": "England", "Here": "All pupils here", "In need": "England's children in need"}
STACK_COLOURS = (*(one.colour for one in LEVELS.values()), EARLY_HELP.colour)

Points = Sequence[tuple[str, Figure | None]]


def draw(page: Any, slide: Slide, box: tuple[Any, Any, Any, Any]) -> Any:
    """Put a slide's chart on a page; the frame that holds it."""
    plot = slide.figures
    if plot.kind == "line":
        return deck_lines.draw(page, plot, box)
    kind, data = _data(plot)
    frame = page.shapes.add_chart(kind, *box, data)
    _bars(frame.chart, plot)
    return frame


def _data(plot: Plot) -> tuple[Any, CategoryChartData]:
    """The kind of chart and what is in its sheet: figures that are shown, as the release has them."""
    data = CategoryChartData(number_format="0" if plot.counts else "0.0")
    if plot.kind == "stacked":
        return XL_CHART_TYPE.BAR_STACKED, _stacked(plot, data)
    if plot.kind == "parts":
        return XL_CHART_TYPE.BAR_STACKED, _in_parts(plot, data)
    data.categories = [_category(label, [s.points[place][1] for s in plot.series]) for place, label in enumerate(_labels(plot))]
    for series in plot.series:
        data.add_series(series.name, [_value(figure, plot) for _, figure in series.points])
    for name, values in _beside(plot).items():
        data.add_series(name, values)
    return XL_CHART_TYPE.COLUMN_CLUSTERED if plot.kind == "columns" else XL_CHART_TYPE.BAR_CLUSTERED, data


def _in_parts(plot: Plot, data: CategoryChartData) -> CategoryChartData:
    """A bar a row, its parts end to end; what is hidden is the last, so that the bar is whole and nothing of it is a nought."""
    left: list[float | None] = []
    for place, name in enumerate(_labels(plot)):
        held = [figure for one in plot.series if (figure := one.points[place][1]) is not None]
        values = [value for figure in held if (value := _value(figure, plot)) is not None]
        data.add_category(_category(name, held))
        left.append(100 - sum(values) if values and len(values) < len(held) else None)
    for one in plot.series:
        data.add_series(one.name, [_value(figure, plot) for _, figure in one.points])
    if any(value is not None for value in left):
        data.add_series(HIDDEN.name, left)
    return data


def _stacked(plot: Plot, data: CategoryChartData) -> CategoryChartData:
    """Two bars a window: the levels that add up, and the last series by itself, for a child can have both.

    Where a level is hidden none of its window is drawn: a stack with a piece left out would mislead.
    """
    *levels, alone = plot.series
    labels, whole = _labels(plot), []
    for place, name in enumerate(labels):
        held = [one.points[place][1] for one in levels]
        whole.append(all(figure is not None and figure.shown for figure in held))
        data.add_category(_category(f"{name}: statutory", held))
        data.add_category(_category(f"{name}: {alone.name}", [alone.points[place][1]]))
    for one in levels:
        pairs = ((_value(figure, plot) if whole[place] else None, None) for place, (_, figure) in enumerate(one.points))
        data.add_series(one.name, [value for pair in pairs for value in pair])
    data.add_series(alone.name, [value for _, figure in alone.points for value in (None, _value(figure, plot))])
    return data


def _labels(plot: Plot) -> list[str]:
    names = [name for name, _ in plot.series[0].points]
    return [_brief(name) for name in names] if plot.kind == "columns" else names


def _brief(period: str) -> str:
    """`Oct to Dec 2021` for `October to December 2021`: what a narrow column has room for."""
    return " ".join(word if word.isdigit() else word[:3] for word in period.split())


def _category(name: str, figures: Sequence[Figure | None]) -> str:
    """The label of a row, with the symbol of the first figure in it that is hidden."""
    hidden = [figure.symbol if figure is not None else "x" for figure in figures if figure is None or not figure.shown]
    return f"{name} {bracketed(hidden[0])}" if hidden else name


def _value(figure: Figure | None, plot: Plot) -> float | None:
    if figure is None or not figure.shown:
        return None
    return figure.count if plot.counts else figure.value


def _beside(plot: Plot) -> dict[str, list[float | None]]:
    """The comparators of several indicators as series of their own; those that do not compare are left out."""
    if plot.kind != "dots":
        return {}
    ids = [figure.indicator if figure is not None else "" for _, figure in plot.series[0].points]
    found: dict[str, dict[str, Comparator]] = {}
    for one in plot.comparators:
        if one.fit != "not_comparable":
            found.setdefault(BESIDE[style(one)], {})[one.indicator] = one
    return {
        name: [held[id].value if id in held else None for id in ids]
        for name, held in sorted(found.items(), key=lambda item: list(BESIDE.values()).index(item[0]))
    }


def _bars(chart: Drawn, plot: Plot) -> None:
    several = len(chart.plots[0].series) > 1
    top = _top(plot)
    plain_axes(chart, TEXT_PT)
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, top
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    upright = plot.kind == "columns"
    chart.category_axis.reverse_order = not upright
    chart.plots[0].gap_width = 50 if len(chart.plots[0].series) <= MOST_LARGE else 25
    if several:
        chart.plots[0].overlap = 100 if plot.kind in ("stacked", "parts") else 0
        legend(chart)
    lay_out(chart, COLUMNS if upright else LEGENDED if several else BARS)
    size = LABEL_PT if len(chart.plots[0].series) <= MOST_LARGE else SMALL_LABEL_PT
    for place, series in enumerate(chart.plots[0].series):
        if plot.kind == "parts":
            fill(series, PARTS[series.name].colour)
            if series.name != HIDDEN.name:
                _stack_labels(series, PARTS[series.name].colour, top, alone=False)
            continue
        colour = STACK_COLOURS[place] if plot.kind == "stacked" else SERIES_COLOURS.get(series.name, palette.DARK_BLUE)
        fill(series, colour)
        if plot.kind == "stacked":
            _stack_labels(series, colour, top, alone=place == len(plot.series) - 1)
        elif place < len(plot.series):
            _row_labels(series, plot.series[place].points, plot, top, size)
        else:
            for number, value in enumerate(series.values):
                if value is not None:
                    label(series, number, percent(value), size, position="outEnd")


def _top(plot: Plot) -> float:
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


def _row_labels(series: Any, points: Points, plot: Plot, top: float, size: int) -> None:
    """The figure printed clear of its interval, which is drawn on the bar."""
    error_bars(series, [figure for _, figure in points])
    for place, (_, figure) in enumerate(points):
        if figure is None or not figure.shown or figure.value is None:
            continue
        if plot.counts:
            label(series, place, thousands(figure.count or 0), size, position="outEnd")
            continue
        clear = ((figure.high or figure.value) - figure.value) / top * BARS[2] + (CLEAR_SHARE if figure.high is not None else 0)
        words = f"{percent(figure.value)} ({k_of_n(figure.count, figure.n or 0)})"
        label(series, place, words, size, position="outEnd", right=clear)


def _stack_labels(series: Any, colour: str, top: float, *, alone: bool) -> None:
    """Each piece's percentage on it, where there is room; beside it, where it is a bar by itself."""
    for place, value in enumerate(series.values):
        if value is None:
            continue
        if alone:
            right = value / 2 / top * BARS[2] + BESIDE_SHARE
            label(series, place, percent(value), LABEL_PT, position="ctr", right=right)
        elif value > ROOM_SHARE * top:
            ink = palette.WHITE if white_is_readable(colour) else palette.INK
            label(series, place, percent(value), LABEL_PT, position="ctr", colour=ink)


def plain_axes(chart: Drawn, size_pt: int) -> None:
    """No title, no ticks, text in the size of the slide."""
    chart.has_title, chart.has_legend = False, False
    chart.font.size = Pt(size_pt)
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
