"""A slide's figures as a chart that PowerPoint draws and its reader can edit, with intervals as error bars.

A hidden figure is an empty cell in the chart's own sheet, never a nought, and its label has the symbol.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.chart import Chart as Drawn
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE

from metrics.exports import deck_dots, deck_lines
from metrics.exports import deck_sheet as sheet
from metrics.exports.deck_marks import error_bars, fill, label, lay_out, white_is_readable
from metrics.figure import Figure
from metrics.presentation import palette
from metrics.presentation.numbers import k_of_n, percent, thousands
from metrics.presentation.offer import BANDS, NOT_REACHED, REACHED
from metrics.presentation.rows import HIDDEN, Style
from metrics.presentation.slides import Plot, Slide
from metrics.presentation.windows import EARLY_HELP, LEVELS

LABEL_PT = 14
BARS = (0.36, 0.02, 0.4, 0.96)
"""The plot of bars within its frame: left, top, width and height, in shares; labels stand left and right of it."""
CLEAR_SHARE, BESIDE_SHARE = 0.008, 0.035
"""How far a label stands from the end of an interval, and its middle from the end of a bar, in shares of the frame."""
ROOM_SHARE = 0.09
"""The share of the scale that a percentage needs to stand on a piece of a stack."""
LEGENDED = (0.36, 0.12, 0.4, 0.86)
COLUMNS = (0.02, 0.12, 0.96, 0.72)
COLUMN_COLOURS = {"Families": palette.ORANGE}
PARTS: dict[str, Style] = {
    **{one.name: one for one in (REACHED, *BANDS.values(), HIDDEN)},
    **dict(NOT_REACHED.values()),
}
"""How each part of a whole is drawn, by the name of its series."""
STACK_COLOURS = (*(one.colour for one in LEVELS.values()), EARLY_HELP.colour)

Points = Sequence[tuple[str, Figure | None]]


def draw(page: Any, slide: Slide, box: tuple[Any, Any, Any, Any]) -> Any:
    """Put a slide's chart on a page; the frame that holds it."""
    plot = slide.figures
    if plot.kind == "line":
        return deck_lines.draw(page, plot, box)
    if plot.kind == "dots":
        return deck_dots.draw(page, plot, box)
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
    data.categories = [
        sheet.category(label, [s.points[place][1] for s in plot.series]) for place, label in enumerate(sheet.labels(plot))
    ]
    for series in plot.series:
        data.add_series(series.name, [sheet.value(figure, plot) for _, figure in series.points])
    return XL_CHART_TYPE.COLUMN_CLUSTERED if plot.kind == "columns" else XL_CHART_TYPE.BAR_CLUSTERED, data


def _in_parts(plot: Plot, data: CategoryChartData) -> CategoryChartData:
    """A bar a row, its parts end to end; what is hidden is the last, so that the bar is whole and nothing of it is a nought."""
    left: list[float | None] = []
    for place, name in enumerate(sheet.labels(plot)):
        held = [figure for one in plot.series if (figure := one.points[place][1]) is not None]
        values = [value for figure in held if (value := sheet.value(figure, plot)) is not None]
        data.add_category(sheet.category(name, held))
        left.append(100 - sum(values) if values and len(values) < len(held) else None)
    for one in plot.series:
        data.add_series(one.name, [sheet.value(figure, plot) for _, figure in one.points])
    if any(value is not None for value in left):
        data.add_series(HIDDEN.name, left)
    return data


def _stacked(plot: Plot, data: CategoryChartData) -> CategoryChartData:
    """Two bars a window: the levels that add up, and the last series by itself, for a child can have both.

    Where a level is hidden none of its window is drawn: a stack with a piece left out would mislead.
    """
    *levels, alone = plot.series
    labels, whole = sheet.labels(plot), []
    for place, name in enumerate(labels):
        held = [one.points[place][1] for one in levels]
        whole.append(all(figure is not None and figure.shown for figure in held))
        data.add_category(sheet.category(f"{name}: statutory", held))
        data.add_category(sheet.category(f"{name}: {alone.name}", [alone.points[place][1]]))
    for one in levels:
        pairs = ((sheet.value(figure, plot) if whole[place] else None, None) for place, (_, figure) in enumerate(one.points))
        data.add_series(one.name, [value for pair in pairs for value in pair])
    data.add_series(alone.name, [value for _, figure in alone.points for value in (None, sheet.value(figure, plot))])
    return data


def _bars(chart: Drawn, plot: Plot) -> None:
    several, in_pieces, upright = len(chart.plots[0].series) > 1, plot.kind in ("stacked", "parts"), plot.kind == "columns"
    top = sheet.top(plot)
    sheet.plain_axes(chart)
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, top
    chart.value_axis.visible = False
    chart.value_axis.has_major_gridlines = False
    chart.category_axis.reverse_order = not upright
    chart.plots[0].gap_width = 25 if in_pieces else 50
    if several:
        chart.plots[0].overlap = 100 if in_pieces else 0
        sheet.legend(chart)
    lay_out(chart, COLUMNS if upright else LEGENDED if several else BARS)
    for place, series in enumerate(chart.plots[0].series):
        if plot.kind == "parts":
            fill(series, PARTS[series.name].colour)
            if series.name != HIDDEN.name:
                _stack_labels(series, PARTS[series.name].colour, top, alone=False)
        elif plot.kind == "stacked":
            fill(series, STACK_COLOURS[place])
            _stack_labels(series, STACK_COLOURS[place], top, alone=place == len(plot.series) - 1)
        else:
            fill(series, COLUMN_COLOURS.get(series.name, palette.DARK_BLUE))
            _row_labels(series, plot.series[place].points, plot, top)


def _row_labels(series: Any, points: Points, plot: Plot, top: float) -> None:
    """The figure printed clear of its interval, which is drawn on the bar."""
    error_bars(series, [figure for _, figure in points])
    for place, (_, figure) in enumerate(points):
        if figure is None or not figure.shown or figure.value is None:
            continue
        if plot.counts:
            label(series, place, thousands(figure.count or 0), LABEL_PT, position="outEnd")
            continue
        clear = ((figure.high or figure.value) - figure.value) / top * BARS[2] + (CLEAR_SHARE if figure.high is not None else 0)
        words = f"{percent(figure.value)} ({k_of_n(figure.count, figure.n or 0)})"
        label(series, place, words, LABEL_PT, position="outEnd", right=clear)


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
