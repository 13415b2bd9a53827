"""The line around the imprisonment as a chart of PowerPoint's own, its comparators labelled directly."""

from __future__ import annotations

from typing import Any

from pptx.chart.chart import Chart as Drawn
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.util import Pt

from metrics.exports.deck_marks import band, error_bars, label, lay_out, rgb
from metrics.figure import Comparator, Figure
from metrics.presentation import palette
from metrics.presentation.comparators import label as comparator_label
from metrics.presentation.comparators import style
from metrics.presentation.numbers import percent
from metrics.presentation.placement import Scale, stack
from metrics.presentation.scales import AXES, WHOLE_AXIS, stretched, thin_terms
from metrics.presentation.slides import Plot
from metrics.presentation.symbols import bracketed

TEXT_PT, VALUE_PT = 14, 20
PLOT = (0.06, 0.1, 0.78, 0.76)
LABEL_SHARE = 0.055
"""The height of a label, in shares of the frame's."""
EVENT = "Parent imprisoned"
BAND_PT = 26
STEPS = ((20, 5), (60, 10), (100, 20))
"""How far apart the lines of the grid are, by the span of the axis, in percent."""
LOOKS = {
    "England": (palette.COMPARATOR, MSO_LINE.DASH),
    "Here": (palette.DARK_GREY, MSO_LINE.ROUND_DOT),
    "In need": (palette.COMPARATOR_IN_NEED, MSO_LINE.SQUARE_DOT),
}


def draw(page: Any, plot: Plot, box: tuple[Any, Any, Any, Any]) -> Any:
    """Put the line on a page; the frame that holds it."""
    points = plot.series[0].points
    figures = [figure for _, figure in points]
    shown = [figure for figure in figures if figure is not None and figure.shown]
    scale = stretched(AXES.get(shown[0].indicator if shown else "", WHOLE_AXIS), shown, plot.comparators, PLOT[3])
    data = CategoryChartData(number_format="0.0")
    data.categories = [_category(name, figure) for name, figure in points]
    at_zero = next((place for place, figure in enumerate(figures) if figure is not None and figure.time == "0"), None)
    if at_zero is not None:
        data.add_series(EVENT, [scale.high if place == at_zero else None for place in range(len(points))])
    data.add_series(plot.series[0].name, [figure.value if figure is not None else None for figure in figures])
    for one in plot.comparators:
        data.add_series(one.population, [one.value] * len(points))
    frame = page.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box, data)
    _look(frame.chart, plot, figures, scale, at_zero)
    return frame


def _category(name: str, figure: Figure | None) -> str:
    """The term; under it the symbol where its figure is hidden."""
    if figure is not None and figure.shown:
        return name
    return f"{name}\n{bracketed(figure.symbol if figure is not None else None)}"


def _look(chart: Drawn, plot: Plot, figures: list[Figure | None], scale: Scale, at_zero: int | None) -> None:
    _axes(chart, scale)
    lay_out(chart, PLOT)
    series = list(chart.plots[0].series)
    if at_zero is not None:
        event = series.pop(0)
        _no_marks(event)
        event.format.line.fill.background()
        band(event, palette.EVENT_BAND, BAND_PT)
        label(event, at_zero, EVENT, TEXT_PT, position="t")
    line, *beside = series
    _line(line, figures)
    if at_zero is not None and (figure := figures[at_zero]) is not None and figure.value is not None:
        crowded = (figure.high or figure.value) > scale.high - 0.15 * (scale.high - scale.low)
        below = (figure.value - (figure.low or figure.value)) / (scale.high - scale.low) * PLOT[3]
        above = ((figure.high or figure.value) - figure.value) / (scale.high - scale.low) * PLOT[3]
        down = below if crowded else -above
        place = "b" if crowded else "t"
        label(line, at_zero, percent(figure.value), VALUE_PT, position=place, down=down, colour=palette.DARK_BLUE)
    _comparators(beside, plot.comparators, len(figures), scale)


def _axes(chart: Drawn, scale: Scale) -> None:
    chart.has_title, chart.has_legend = False, False
    chart.font.size, chart.font.name = Pt(TEXT_PT), "Arial"
    value, category = chart.value_axis, chart.category_axis
    value.minimum_scale, value.maximum_scale = scale.low, scale.high
    value.major_unit = next(step for widest, step in STEPS if scale.high - scale.low <= widest)
    value.major_gridlines.format.line.color.rgb = rgb(palette.GRID)
    value.format.line.fill.background()
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = '0"%"', False
    value.major_tick_mark = category.major_tick_mark = XL_TICK_MARK.NONE
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    category.has_title = False


def _line(line: Any, figures: list[Figure | None]) -> None:
    """The line itself: broken where under half as many children were observed as at the imprisonment."""
    line.smooth = False
    line.format.line.color.rgb, line.format.line.width = rgb(palette.DARK_BLUE), Pt(3)
    line.marker.style, line.marker.size = XL_MARKER_STYLE.CIRCLE, 7
    line.marker.format.fill.solid()
    line.marker.format.fill.fore_color.rgb = rgb(palette.DARK_BLUE)
    line.marker.format.line.color.rgb = rgb(palette.DARK_BLUE)
    thin = thin_terms([figure for figure in figures if figure is not None])
    for place, figure in enumerate(figures):
        before = figures[place - 1] if place else None
        if any(one is not None and one.time in thin for one in (figure, before)) and figure is not None and figure.shown:
            line.points[place].format.line.dash_style = MSO_LINE.ROUND_DOT
            line.points[place].format.line.color.rgb = rgb(palette.DARK_BLUE)
    error_bars(line, figures, palette.QUIET_INK, 1.25)


def _comparators(beside: list[Any], comparators: tuple[Comparator, ...], terms: int, scale: Scale) -> None:
    """Dashed lines, each with its name and value at its right end, none on another."""
    wanted = [scale.pixel(one.value) for one in comparators]
    places = stack(wanted, LABEL_SHARE, (-LABEL_SHARE, PLOT[3] + LABEL_SHARE)) if wanted else ()
    for series, one, at, to in zip(beside, comparators, wanted, places, strict=True):
        colour, dash = LOOKS[style(one)]
        series.smooth = False
        _no_marks(series)
        series.format.line.color.rgb, series.format.line.width, series.format.line.dash_style = rgb(colour), Pt(2.25), dash
        words = " ".join(comparator_label(one).split())
        label(series, terms - 1, words, TEXT_PT - 1, position="r", down=to - at, colour=colour)


def _no_marks(series: Any) -> None:
    series.marker.style = XL_MARKER_STYLE.NONE
