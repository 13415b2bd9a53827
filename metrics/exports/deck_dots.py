"""Several indicators as dots, a column each, drawn by PowerPoint: before joined to after, or ours among what is beside it."""

from __future__ import annotations

from typing import Any

from pptx.chart.chart import Chart as Drawn
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from metrics.exports import deck_sheet as sheet
from metrics.exports.deck_marks import NAMESPACES, error_bars, label, lay_out, line_look, rgb
from metrics.figure import Comparator, Figure
from metrics.presentation import palette
from metrics.presentation.comparators import style
from metrics.presentation.numbers import k_of_n, percent
from metrics.presentation.placement import stack
from metrics.presentation.slides import Plot

PLOT = (0.06, 0.13, 0.92, 0.72)
VALUE_PT, LABEL_PT, MARK_PT = 14, 12, 11
LABEL_SHARE = 0.055
"""The height of a label, in shares of the frame's."""
STEP = 20
BESIDE = {"England": "England", "Here": "All pupils here", "In need": "England's children in need"}
LOOKS = {
    "Before": (palette.LAVENDER, XL_MARKER_STYLE.CIRCLE),
    "England": (palette.COMPARATOR, XL_MARKER_STYLE.DIAMOND),
    "All pupils here": (palette.DARK_GREY, XL_MARKER_STYLE.TRIANGLE),
    "England's children in need": (palette.COMPARATOR_IN_NEED, XL_MARKER_STYLE.SQUARE),
}
OURS = (palette.DARK_BLUE, XL_MARKER_STYLE.CIRCLE)


def draw(page: Any, plot: Plot, box: tuple[Any, Any, Any, Any]) -> Any:
    """Put the dots on a page; the frame that holds them."""
    data = CategoryChartData(number_format="0.0")
    data.categories = [
        sheet.category(name, [one.points[place][1] for one in plot.series]) for place, name in enumerate(sheet.labels(plot))
    ]
    for series in plot.series:
        data.add_series(series.name, [sheet.value(figure, plot) for _, figure in series.points])
    for name, values in _beside(plot).items():
        data.add_series(name, values)
    frame = page.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box, data)
    _look(frame.chart, plot)
    return frame


def _beside(plot: Plot) -> dict[str, list[float | None]]:
    """The comparators of several indicators as series of their own; those that do not compare are left out."""
    ids = [figure.indicator if figure is not None else "" for _, figure in plot.series[0].points]
    found: dict[str, dict[str, Comparator]] = {}
    for one in plot.comparators:
        if one.fit != "not_comparable":
            found.setdefault(BESIDE[style(one)], {})[one.indicator] = one
    return {
        name: [held[id].value if id in held else None for id in ids]
        for name, held in sorted(found.items(), key=lambda item: list(BESIDE.values()).index(item[0]))
    }


def _look(chart: Drawn, plot: Plot) -> None:
    sheet.plain_axes(chart)
    sheet.legend(chart)
    lay_out(chart, PLOT)
    axis, top = chart.value_axis, sheet.top(plot)
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = 0, top, STEP
    axis.major_gridlines.format.line.color.rgb = rgb(palette.GRID)
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = '0"%"', False
    ours, beside = list(chart.plots[0].series)[: len(plot.series)], list(chart.plots[0].series)[len(plot.series) :]
    for series in (*ours, *beside):
        _mark(series)
    if len(ours) > 1:
        _join(chart)
    left, right = (ours[:1], ours[1:]) if len(ours) > 1 else (beside, ours)
    figures = {one.name: [figure for _, figure in one.points] for one in plot.series}
    for series in ours:
        error_bars(series, figures[series.name], palette.QUIET_INK, 1.5)
    for side, drawn in (("l", left), ("r", right)):
        for place in range(len(sheet.labels(plot))):
            _labels(drawn, figures, place, top, side)


def _mark(series: Any) -> None:
    colour, shape = LOOKS.get(series.name, OURS)
    series.smooth = False
    series.format.line.fill.background()
    series.marker.style, series.marker.size = shape, MARK_PT
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = rgb(colour)
    series.marker.format.line.color.rgb = rgb(colour)


def _join(chart: Drawn) -> None:
    """A line from before to after: the highest and lowest of each column joined, which is a chart's own way."""
    joined = parse_xml(f"<c:hiLowLines {NAMESPACES}>{line_look(palette.DARK_BLUE, 2.25)}</c:hiLowLines>")
    chart.plots[0]._element.find(qn("c:marker")).addprevious(joined)


def _labels(drawn: list[Any], figures: dict[str, list[Figure | None]], place: int, top: float, side: str) -> None:
    """The values of one column on one side of it, none on another; with k of n where there is room, which two ends have not."""
    held = [(series, value) for series in drawn if (value := tuple(series.values)[place]) is not None]
    wanted = [(top - value) / top * PLOT[3] for _, value in held]
    places = stack(wanted, LABEL_SHARE, (-LABEL_SHARE, PLOT[3] + LABEL_SHARE))
    for (series, value), at, to in zip(held, wanted, places, strict=True):
        figure = figures[series.name][place] if series.name in figures else None
        of = f" ({k_of_n(figure.count, figure.n or 0)})" if figure is not None and len(figures) == 1 else ""
        size = VALUE_PT if figure is not None else LABEL_PT
        label(series, place, f"{percent(value)}{of}", size, position=side, down=to - at)
