"""Charts by period of recognition: how many children and families, how many so far, a share; since when support is offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa

from data.calendar import period_days
from metrics.area import Area
from metrics.figure import Figure
from metrics.filters import ALL, Filters
from metrics.indicator import Indicator
from metrics.lattice import Lattice, is_quarter
from metrics.presentation import palette
from metrics.presentation.chart import Chart, compile_spec, layer, table_of, titled
from metrics.presentation.numbers import base, interval_text, known, percent, period_name, thousands
from metrics.presentation.symbols import bracketed, reason

HEIGHT_PX = 300
CHILDREN, FAMILIES = "Children", "Families"
TOOLTIP_COLUMNS = ("When", CHILDREN, FAMILIES)
SHARE_TOOLTIP = ("When", "Figure", "Children", "95% interval")
_DRAWN = (("part", pa.string()), ("period", pa.string()), ("y", pa.float64()), ("y2", pa.float64()), ("text", pa.string()))
COLUMNS = pa.schema([*_DRAWN, ("style", pa.string()), *((name, pa.string()) for name in TOOLTIP_COLUMNS)])
SHARE_COLUMNS = pa.schema([*_DRAWN, *((name, pa.string()) for name in SHARE_TOOLTIP)])
TOOLTIP = [alt.Tooltip(f"{name}:N") for name in TOOLTIP_COLUMNS]
LIVE_LINES = "abcdef"
"""Lines over the plot, the lowest first, each with room for the name of one area at its go-live; no more are named."""
LIVE_LINE_PX, LIVE_FOOT_PX = 18, 40
FAR_RIGHT = 0.6
"""From this share of the plot on, a name stands left of its rule."""
NARROW_PX = 22
"""Columns narrower than this have smaller figures, and quarters without their letter."""
_NARROW = f"bandwidth('x') < {NARROW_PX}"
LIVE_WORDS = f"{_NARROW} ? split(datum.text, ',')[0] : datum.text"
"""The name and the month of a go-live; where there is little room the name alone, for the text beside the chart has both."""
BETWEEN_PX = -3
"""How far before a column a go-live is drawn: between columns, clear of the figures over them."""
VALUES = ((palette.SMALLEST_PX, f"{_NARROW} ? 1 : 0"), (palette.TEXT_PX, f"{_NARROW} ? 0 : 1"))
"""The size of a column's figure, and when it is seen at that size."""
Row = dict[str, Any]


@cache
def recognised_by_quarter() -> Chart:
    """A column a quarter (or year, where the release has years): children, families as a mark on it, go-lives as dashed rules."""
    at = _axes()
    here = {"x": at["x"], "y": at["y"]}
    across: dict[str, Any] = {"x": alt.X("period:O", sort=None, bandPosition=0.0), "x2": alt.X2("period:O", bandPosition=1.0)}
    families = layer(part="families").encode(y=at["y"], **across)
    colour = alt.Color(
        "style:N",
        scale=alt.Scale(domain=[CHILDREN, FAMILIES], range=[palette.DARK_BLUE, palette.ORANGE]),
        legend=alt.Legend(title=None, symbolType="square", symbolStrokeWidth=0, symbolOpacity=1, orient="bottom"),
    )
    return titled(
        compile_spec(
            [
                layer(part="extent").mark_point(opacity=0).encode(**here),
                layer(part="bar").mark_bar().encode(**here, y2="y2:Q", color=colour, tooltip=TOOLTIP),
                families.mark_rule(color=palette.WHITE, strokeWidth=7),
                families.mark_rule(strokeWidth=4, opacity=1).encode(color=colour, tooltip=TOOLTIP),
                *(_value(size, seen).encode(**here, text="text:N") for size, seen in VALUES),
                _missing(here, TOOLTIP),
                *(mark for line in LIVE_LINES for mark in _live_layers(line)),
            ],
            HEIGHT_PX,
        ),
        title="Children recognised",
        subtitle="By period of recognition; the line across a column is how many families",
        alt_text="Column chart of children recognised by period, with families marked, and since when support is offered.",
        columns=COLUMNS,
    )


def _axes(*, percent_axis: bool = False) -> dict[str, Any]:
    """Periods along, from the first; how many upwards, or which share, from nought."""
    quarter = f"({_NARROW} ? '' : 'Q') + slice(datum.value, 5)"
    year = "slice(datum.value, 4) == 'Q1' || (datum.index == 0 && slice(datum.value, 4) != 'Q4') ? slice(datum.value, 0, 4) : ''"
    label = f"length(datum.value) == 4 ? datum.value : [{quarter}, {year}]"
    scale = alt.Scale(type="band", paddingInner=0.22, paddingOuter=0.1)
    x_axis = alt.Axis(title=None, labelAngle=0, labelExpr=label, ticks=False, labelOverlap=False)
    written: dict[str, Any] = {"labelExpr": "datum.label + '%'"} if percent_axis else {"format": ",d"}
    y_axis = alt.Axis(title=None, tickCount=4, domain=False, ticks=False, **written)
    return {
        "x": alt.X("period:O", sort=None, scale=scale, axis=x_axis),
        "y": alt.Y("y:Q", scale=alt.Scale(zero=True, nice=False), axis=y_axis),
    }


def _value(size_px: int, seen: str) -> Any:
    """The figures over columns in one size."""
    words: alt.Chart = layer(part="value").mark_text(
        baseline="bottom", dy=-3, fontWeight=600, fontSize=size_px, opacity=alt.ExprRef(seen)
    )
    return words


def _missing(at: Mapping[str, Any], tooltip: Sequence[alt.Tooltip]) -> Any:
    """A letter on the axis in place of a column."""
    mark = layer(part="missing").mark_text(baseline="bottom", dy=-4, fontSize=palette.SMALL_PX, color=palette.QUIET_INK)
    return mark.encode(**at, text="text:N", tooltip=tooltip)


def _live_layers(line: str) -> list[alt.Chart]:
    """The go-live of one area: a dashed rule from the axis up to its name, the earliest highest, so that no rule meets a name."""
    top = -LIVE_FOOT_PX - LIVE_LINE_PX * LIVE_LINES.index(line)
    left = alt.X("period:O", sort=None, bandPosition=0.0)
    words: dict[str, Any] = {"fontSize": palette.SMALL_PX, "baseline": "middle", "dy": LIVE_LINE_PX // 2}
    sides: dict[str, dict[str, Any]] = {"": {"align": "left", "dx": 3}, " edge": {"align": "right", "dx": -9}}
    rule = layer(part=f"live {line}").mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=palette.COMPARATOR, xOffset=BETWEEN_PX)
    marks = [rule.encode(x=left, y=alt.value(top), y2=alt.value("height"))]
    for edge, side in sides.items():
        for look in ({"color": palette.WHITE, "stroke": palette.WHITE, "strokeWidth": 5}, {"color": palette.COMPARATOR}):
            label = layer(part=f"live_label {line}{edge}").mark_text(**words, **look, **side, text=alt.ExprRef(LIVE_WORDS))
            marks.append(label.encode(x=left, y=alt.value(top)))
    return marks


def recognised_by_quarter_data(
    figures: Mapping[str, Figure], families: Mapping[str, Figure] | None = None, live: Sequence[Area] = ()
) -> pa.Table:
    """The rows of `recognised_by_quarter`, from `recognised` and `families` by period; `live`: the areas of `go_lives`."""
    most = max((f.count or 0 for f in figures.values()), default=0)
    drawn = _extent(figures, float(max(10, most)))
    for period, figure in figures.items():
        of = (families or {}).get(period)
        told = _told(period, figure, of)
        if not figure.shown or figure.count is None:
            drawn.append(_hidden(period, figure, told))
            continue
        drawn.append({"part": "bar", "period": period, "y": float(figure.count), "y2": 0.0, "style": CHILDREN, **told})
        drawn.append({"part": "value", "period": period, "y": float(figure.count), "text": thousands(figure.count)})
        if of is not None and of.shown and of.count is not None:
            drawn.append({"part": "families", "period": period, "y": float(of.count), "style": FAMILIES, **told})
    return table_of([*drawn, *_live_rows(tuple(figures), live)], COLUMNS)


def finest_periods(lattice: Lattice, filters: Filters) -> tuple[str, ...]:
    """The quarters that a lattice holds for the children of a cut, whichever period is chosen; its years where it holds none."""
    quarters = (one for one in lattice.periods if is_quarter(one) and lattice.holds(filters.but(period=one)))
    return tuple(quarters) or tuple(one for one in lattice.periods if not is_quarter(one))


def go_lives(lattice: Lattice, area: str) -> tuple[Area, ...]:
    """The areas whose go-live belongs on the axis, earliest first: the one chosen, or every authority that has one.

    A district has its own, or its authority's.
    """
    known = lattice.area(area)
    if area == ALL or known is None:
        found = [one for one in lattice.areas if one.kind == "authority" and one.go_live]
    else:
        found = [one for one in (known, lattice.area(known.parent or ALL)) if one is not None and one.go_live][:1]
    return tuple(sorted(found, key=lambda one: (one.go_live or "", one.name)))


def month_words(go_live: str) -> str:
    """`July 2023` for `2023-07`."""
    return f"{date.fromisoformat(f'{go_live}-01'):%B %Y}"


def _live_rows(periods: Sequence[str], live: Sequence[Area]) -> list[Row]:
    """A rule and a name for each go-live that falls in a period drawn, as many as have room for a name."""
    days = {period: period_days(period) for period in periods}
    drawn: list[Row] = []
    within = [(one, p) for one in live for p, (first, last) in days.items() if first <= _month(one) <= last]
    named = within[: len(LIVE_LINES)]
    for line, (area, period) in zip(reversed(LIVE_LINES[: len(named)]), named, strict=True):
        edge = " edge" if periods.index(period) >= FAR_RIGHT * len(periods) else ""
        drawn.append({"part": f"live {line}", "period": period})
        drawn.append({"part": f"live_label {line}{edge}", "period": period, "text": f"{area.name}, {_month(area):%b %Y}"})
    return drawn


def _month(area: Area) -> date:
    assert area.go_live is not None, "only an area with a go-live is drawn"
    return date.fromisoformat(f"{area.go_live}-01")


@cache
def recognised_so_far() -> Chart:
    """The running total of children by period; it ends before the first that is hidden."""
    at = _axes()
    last: dict[str, Any] = {
        "align": "right",
        "baseline": "bottom",
        "dy": -9,
        "dx": 6,
        "fontSize": palette.VALUE_PX,
        "fontWeight": 700,
    }
    return titled(
        compile_spec(
            [
                layer(part="extent").mark_point(opacity=0).encode(**at),
                layer(part="total").mark_area(color=palette.INTERVAL_BAND, opacity=0.75).encode(**at),
                layer(part="total").mark_line(color=palette.DARK_BLUE, strokeWidth=3).encode(**at),
                layer(part="total")
                .mark_point(filled=True, size=60, opacity=1, color=palette.DARK_BLUE)
                .encode(**at, tooltip=TOOLTIP[:2]),
                layer(part="last").mark_text(**last, color=palette.DARK_BLUE).encode(**at, text="text:N"),
                _missing(at, TOOLTIP[:2]),
            ],
            HEIGHT_PX,
        ),
        title="Children recognised so far",
        subtitle="Running total by period of recognition",
        alt_text="Line chart of the running total of children recognised.",
        columns=COLUMNS,
    )


def recognised_so_far_data(figures: Mapping[str, Figure]) -> pa.Table:
    """The rows of `recognised_so_far`, from `recognised` by period."""
    totals = running_totals(figures)
    drawn = _extent(figures, float(max(10, *totals.values())) if totals else 10.0)
    for period, total in totals.items():
        words = {"When": f"To the end of {period_name(period)}", CHILDREN: thousands(total)}
        drawn.append({"part": "total", "period": period, "y": float(total), **words})
    for period, total in list(totals.items())[-1:]:
        drawn.append({"part": "last", "period": period, "y": float(total), "text": f"{thousands(total)} so far"})
    for period, figure in figures.items():
        if not figure.shown:
            drawn.append(_hidden(period, figure, _told(period, figure, None)))
    return table_of(drawn, COLUMNS)


@cache
def share_by_quarter(indicator: Indicator) -> Chart:
    """One share by period of recognition: dots with intervals, and dashed rules from which support was offered."""
    at = _axes(percent_axis=True)
    tooltip = [alt.Tooltip(f"{name}:N") for name in SHARE_TOOLTIP]
    return titled(
        compile_spec(
            [
                layer(part="extent").mark_point(opacity=0).encode(**at),
                layer(part="interval").mark_rule(color=palette.INTERVAL_BAND, strokeWidth=8).encode(**at, y2="y2:Q"),
                layer(part="dot")
                .mark_point(filled=True, opacity=1, size=80, color=palette.DARK_BLUE)
                .encode(**at, tooltip=tooltip),
                _missing(at, tooltip),
                *(mark for line in LIVE_LINES for mark in _live_layers(line)),
            ],
            HEIGHT_PX,
        ),
        title=f"{indicator.title}, by quarter of recognition",
        subtitle="Percentage of the children who reached the step before",
        alt_text=f"Dot chart by period of recognition: {indicator.title}.",
        columns=SHARE_COLUMNS,
    )


def share_by_quarter_data(figures: Mapping[str, Figure], live: Sequence[Area] = ()) -> pa.Table:
    """The rows of `share_by_quarter`, from one figure a period."""
    drawn = _extent(figures, 100.0)
    for period, figure in figures.items():
        if not figure.shown:
            words = (period_name(period), reason(figure.symbol), "not shown", "not shown")
            drawn.append(_hidden(period, figure, dict(zip(SHARE_TOOLTIP, words, strict=True))))
            continue
        words = (period_name(period), percent(known(figure)), base(figure), interval_text(figure) or "not given")
        dot = {"part": "dot", "period": period, "y": known(figure), **dict(zip(SHARE_TOOLTIP, words, strict=True))}
        drawn.append(dot)
        if figure.low is not None:
            drawn.append({"part": "interval", "period": period, "y": figure.low, "y2": figure.high})
    return table_of([*drawn, *_live_rows(tuple(figures), live)], SHARE_COLUMNS)


def running_totals(figures: Mapping[str, Figure]) -> dict[str, int]:
    """Children recognised by the end of each period, up to the first that is hidden; periods before the programme left out."""
    totals: dict[str, int] = {}
    total = 0
    for period, figure in figures.items():
        if not figure.shown or figure.count is None:
            if figure.symbol == "z" and not totals:
                continue
            break
        total += figure.count
        totals[period] = total
    return totals


def _extent(periods: Mapping[str, Figure], top: float) -> list[Row]:
    """What fixes the order of the periods and the scale."""
    rows: list[Row] = [{"part": "extent", "period": period, "y": 0.0} for period in periods]
    return rows + [{"part": "extent", "period": period, "y": top} for period in list(periods)[:1]]


def _told(period: str, figure: Figure, families: Figure | None) -> dict[str, str]:
    return {"When": period_name(period), CHILDREN: _counted(figure), FAMILIES: _counted(families)}


def _counted(figure: Figure | None) -> str:
    if figure is None or not figure.shown or figure.count is None:
        return reason(figure.symbol if figure is not None else None)
    return thousands(figure.count)


def _hidden(period: str, figure: Figure, told: Mapping[str, str]) -> Row:
    return {"part": "missing", "period": period, "y": 0.0, "text": bracketed(figure.symbol)[1], **told}
