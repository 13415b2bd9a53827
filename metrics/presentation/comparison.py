"""Charts of comparison: before beside after, one year beside the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa

from metrics.figure import Comparator, Figure, Pair
from metrics.indicator import Indicator
from metrics.presentation import palette, rows
from metrics.presentation.chart import Chart, compile_spec, layer, table_of, titled
from metrics.presentation.comparators import drawn, label, style
from metrics.presentation.labels import COMPARATOR_LABEL_PX
from metrics.presentation.numbers import base, children, interval_text, known, percent, period_name, thousands
from metrics.presentation.placement import Scale, clear_place, stack
from metrics.presentation.rows import Row
from metrics.presentation.scales import AXES, WHOLE_AXIS, stretched
from metrics.presentation.symbols import reason

KINDS = ("England", "Here", "In need")
KIND_COLOURS = (palette.COMPARATOR, palette.DARK_GREY, palette.COMPARATOR_IN_NEED)
ROW_PX, TITLE_PX, TRACK_PX, NOTE_PX = 88, -34, -5, 25
CHANGE_COLUMNS = rows.COLUMNS
YEAR_HEIGHT_PX = 280
MOST_PRINTED = 6
YEAR_COLUMNS = pa.schema(
    [
        ("part", pa.string()),
        ("period", pa.string()),
        ("y", pa.float64()),
        ("y2", pa.float64()),
        ("text", pa.string()),
        ("style", pa.string()),
    ]
    + [(column, pa.string()) for column in rows.TOOLTIP_COLUMNS]
)


def track_layers(at: Mapping[str, Any]) -> list[alt.Chart]:
    """What a row of dots stands on: its title, a quiet line, the figure at the right."""
    left: dict[str, Any] = {"align": "left", "baseline": "middle"}
    missing: dict[str, Any] = {**left, "dy": TRACK_PX, "fontSize": palette.SMALL_PX}
    return [
        layer(part="extent").mark_point(opacity=0).encode(**at),
        layer(part="track").mark_rule(color=palette.GRID, strokeWidth=2, yOffset=TRACK_PX).encode(**at, x2="x2:Q"),
        layer(part="label").mark_text(**left, dy=TITLE_PX, fontSize=palette.TEXT_PX, fontWeight=600).encode(**at, text="text:N"),
        layer(part="missing")
        .mark_text(**missing, color=palette.WHITE, stroke=palette.WHITE, strokeWidth=6)
        .encode(**at, text="text:N"),
        layer(part="missing").mark_text(**missing, color=palette.QUIET_INK).encode(**at, text="text:N", tooltip=rows.TOOLTIP),
    ]


@cache
def before_after(indicators: tuple[Indicator, ...]) -> Chart:
    """A row an indicator: the same children before (hollow) and after (filled), and how many gained and lost it."""
    return titled(
        _change_spec(),
        title="The same children, before and after",
        subtitle="Of the same children: \N{WHITE CIRCLE} before, \N{BLACK CIRCLE} after. A change, not an effect",
        alt_text="Dot chart of the same children before and after a parent's imprisonment.",
        columns=CHANGE_COLUMNS,
    )


@cache
def _change_spec() -> Mapping[str, Any]:
    at = rows.axes()
    dot: dict[str, Any] = {"size": 150, "opacity": 1, "yOffset": TRACK_PX, "strokeWidth": 2.5}
    value: dict[str, Any] = {"baseline": "middle", "dy": TRACK_PX, "fontSize": palette.TEXT_PX, "fontWeight": 600}
    marks = [
        layer(part="change").mark_rule(color=palette.DARK_BLUE, strokeWidth=3, yOffset=TRACK_PX).encode(**at, x2="x2:Q"),
        layer(part="before").mark_point(**dot, color=palette.DARK_BLUE, fill=palette.WHITE).encode(**at, tooltip=rows.TOOLTIP),
        layer(part="after").mark_point(**dot, filled=True, color=palette.DARK_BLUE).encode(**at, tooltip=rows.TOOLTIP),
        layer(part="lower").mark_text(**value, align="right", dx=-11).encode(**at, text="text:N"),
        layer(part="higher").mark_text(**value, align="left", dx=11).encode(**at, text="text:N"),
        layer(part="note")
        .mark_text(align="left", baseline="middle", dy=NOTE_PX, fontSize=palette.SMALL_PX)
        .encode(**at, text="text:N"),
    ]
    return compile_spec([*track_layers(at), *marks], alt.Step(ROW_PX))


def before_after_data(indicators: tuple[Indicator, ...], pairs: Mapping[str, Pair | None]) -> pa.Table:
    """The rows of `before_after`; a hidden pair has its symbol."""
    found = rows.extent((i.id for i in indicators), 100, at_least=100)
    for indicator in indicators:
        pair = pairs.get(indicator.id)
        row = {"row": indicator.id, "x": 0.0}
        found.append({**row, "part": "label", "text": indicator.title})
        if pair is None or not pair.shown or pair.n_both is None:
            found.append(rows.missing(indicator.id, indicator.title, pair.symbol if pair else None))
        else:
            found.append({**row, "part": "track", "x2": 100.0})
            found += _pair_rows(indicator, *rates(pair), children(pair.n_both))
            found.append({**row, "part": "note", "text": _gained_and_lost(pair)})
    return table_of(found, CHANGE_COLUMNS)


def rates(pair: Pair) -> tuple[float, float]:
    """Before and after in percent, of a pair that is shown."""
    if pair.before_value is not None and pair.after_value is not None:
        return pair.before_value, pair.after_value
    assert pair.n_both and pair.before_count is not None and pair.after_count is not None, "a shown pair has counts or values"
    return 100 * pair.before_count / pair.n_both, 100 * pair.after_count / pair.n_both


def _gained_and_lost(pair: Pair) -> str:
    assert pair.n_both is not None, "a shown pair has a base"
    counts = (
        [f"{thousands(pair.gained)} gained", f"{thousands(pair.lost)} lost"]
        if pair.gained is not None and pair.lost is not None
        else []
    )
    return " \N{MIDDLE DOT} ".join([*counts, f"the same {children(pair.n_both)}"])


def _pair_rows(indicator: Indicator, before: float, after: float, counted: str) -> list[Row]:
    """The two dots, the line between them, and each value on the outer side of its dot, where the line is not."""
    ends: dict[str, Any] = {"before": before, "after": after}
    found: list[Row] = [{"part": "change", "row": indicator.id, "x": before, "x2": after}]
    for end, value in ends.items():
        tooltip = dict(zip(rows.TOOLTIP_COLUMNS, (f"{indicator.title}, {end}", percent(value), counted, ""), strict=True))
        found.append({"part": end, "row": indicator.id, "x": value, **tooltip})
    low, high = sorted(ends.values())
    found.append({"part": "higher", "row": indicator.id, "x": high, "text": percent(high)})
    if percent(low) != percent(high):
        found.append({"part": "lower", "row": indicator.id, "x": low, "text": percent(low)})
    return found


@cache
def by_year(indicator: Indicator) -> Chart:
    """One figure by period of imprisonment: dots with intervals, the comparators dashed; the axis is that of the term line."""
    return titled(
        _year_spec(),
        title=f"{indicator.title}, by year of imprisonment",
        subtitle="Percentage of children; each year is of different children",
        alt_text=f"Dot chart by year of imprisonment: {indicator.title}.",
        columns=YEAR_COLUMNS,
    )


@cache
def _year_spec() -> Mapping[str, Any]:
    y_axis = alt.Axis(title=None, labelExpr="datum.value + '%'", tickCount=5, domain=False, ticks=False)
    x = alt.X(
        "period:N",
        sort=None,
        axis=alt.Axis(title="Year of imprisonment", labelAngle=0, ticks=False),
        scale=alt.Scale(padding=0.5),
    )
    y = alt.Y("y:Q", scale=alt.Scale(zero=False, nice=False), axis=y_axis)
    colour = alt.Color("style:N", scale=alt.Scale(domain=list(KINDS), range=list(KIND_COLOURS)), legend=None)
    dashes = alt.StrokeDash("style:N", scale=alt.Scale(domain=list(KINDS), range=[[8, 4], [1, 4], [3, 3]]), legend=None)
    value: dict[str, Any] = {"baseline": "middle", "fontSize": palette.SMALL_PX, "fontWeight": 700}
    beside: dict[str, Any] = {
        "align": "left",
        "dx": 6,
        "fontSize": palette.SMALL_PX,
        "fontWeight": 600,
        "lineBreak": "\n",
        "baseline": "middle",
    }
    marks = [
        layer(part="extent").mark_point(opacity=0).encode(x=x, y=y),
        layer(part="comparator")
        .mark_rule(strokeWidth=2)
        .encode(x=alt.value(0), x2=alt.value("width"), y=y, color=colour, strokeDash=dashes),
        layer(part="comparator_label")
        .mark_text(**beside, lineHeight=16, dy=-8)
        .encode(x=alt.value("width"), y=y, text="text:N", color=colour),
        layer(part="interval").mark_rule(color=palette.INTERVAL_BAND, strokeWidth=12).encode(x=x, y=y, y2="y2:Q"),
        layer(part="dot")
        .mark_point(filled=True, opacity=1, size=140, color=palette.DARK_BLUE)
        .encode(x=x, y=y, tooltip=rows.TOOLTIP),
        layer(part="value")
        .mark_text(**value, color=palette.WHITE, stroke=palette.WHITE, strokeWidth=4)
        .encode(x=x, y=y, text="text:N"),
        layer(part="value").mark_text(**value, color=palette.DARK_BLUE).encode(x=x, y=y, text="text:N"),
        layer(part="missing")
        .mark_text(dy=-12, fontSize=palette.SMALL_PX, color=palette.QUIET_INK)
        .encode(x=x, y=y, text="text:N", tooltip=rows.TOOLTIP),
    ]
    return compile_spec(marks, YEAR_HEIGHT_PX)


def by_year_data(indicator: Indicator, figures: Mapping[str, Figure | None], comparators: Sequence[Comparator] = ()) -> pa.Table:
    """The rows of `by_year`, from one figure a period."""
    beside = drawn(comparators)
    shown = {period: f for period, f in figures.items() if f is not None and f.shown}
    scale = stretched(AXES.get(indicator.id, WHOLE_AXIS), shown.values(), beside, YEAR_HEIGHT_PX)
    found: list[Row] = [{"part": "extent", "period": period, "y": y} for period in figures for y in (scale.low, scale.high)]
    places = stack([scale.pixel(c.value) for c in beside], COMPARATOR_LABEL_PX, (-9, scale.height + 9)) if beside else ()
    for comparator, place in zip(beside, places, strict=True):
        found.append({"part": "comparator", "y": comparator.value, "style": style(comparator)})
        found.append({"part": "comparator_label", "y": scale.value(place), "text": label(comparator), "style": style(comparator)})
    for period, figure in figures.items():
        if figure is None or not figure.shown:
            symbol = figure.symbol if figure else None
            tooltip = {"Of": period_name(period), "Figure": reason(symbol), "Children": "not shown", "95% interval": "not shown"}
            found.append({"part": "missing", "period": period, "y": scale.low, "text": symbol or "x", **tooltip})
            continue
        found += _year_rows(period, figure, scale, beside, printed=len(figures) <= MOST_PRINTED)
    return table_of(found, YEAR_COLUMNS)


def _year_rows(period: str, figure: Figure, scale: Scale, beside: Sequence[Comparator], *, printed: bool) -> list[Row]:
    """A dot, its interval, and where there is room its value, clear of both and of the comparators."""
    words = (period_name(period), percent(known(figure)), base(figure), interval_text(figure) or "not given")
    found: list[Row] = [
        {"part": "dot", "period": period, "y": known(figure), **dict(zip(rows.TOOLTIP_COLUMNS, words, strict=True))}
    ]
    low = known(figure) if figure.low is None else figure.low
    high = known(figure) if figure.high is None else figure.high
    if figure.low is not None:
        found.append({"part": "interval", "period": period, "y": low, "y2": high})
    if printed:
        own = (scale.pixel(high) - 9, scale.pixel(low) + 9)
        obstacles = [own, *((scale.pixel(c.value) - 3, scale.pixel(c.value) + 3) for c in beside)]
        place = clear_place(own[0] - 9, 9, obstacles, (-14, scale.height), reach=scale.height)
        if place is not None:
            found.append({"part": "value", "period": period, "y": scale.value(place), "text": percent(known(figure))})
    return found
