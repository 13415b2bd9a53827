"""The dot plot of areas: one indicator, each area's figure with both its intervals, and what it is set against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal

import altair as alt
import pyarrow as pa

from metrics.figure import Figure
from metrics.indicator import Indicator, RelativeTerms
from metrics.presentation import palette, rows
from metrics.presentation.areas import Place
from metrics.presentation.areas_against import MARKS, SAID, Target, verdict_of
from metrics.presentation.areas_difference import wide_interval
from metrics.presentation.chart import Chart, compile_spec, layer, table_of, titled
from metrics.presentation.numbers import base, children, k_of_n, known, percent, time_name
from metrics.presentation.placement import Scale
from metrics.presentation.rows import Row as Drawn
from metrics.presentation.scales import AXES, STEP, WHOLE_AXIS
from metrics.presentation.symbols import SHORT, bracketed, reason
from metrics.presentation.tables import Cell, HtmlTable, Row, figures_table

ROW_PX, NAME_PX, TRACK_PX, TICK_PX, ABOVE_PX = 58, -15, 9, 28, -8
ALIGNED: tuple[tuple[str, Literal["left", "center", "right"]], ...] = (
    ("against left", "left"),
    ("against middle", "center"),
    ("against right", "right"),
)


@cache
def area_dots(indicator: Indicator, time: str) -> Chart:
    """A row an area, by name: a dot in its 95% band and 99.8% line, and what it is set against as a dashed line or a diamond."""
    when = time_name(time)
    return titled(
        _spec(),
        title=f"{indicator.title}, area by area",
        subtitle=f"{_unit(indicator)}{', ' + when if when else ''}; alphabetical, not ranked. \N{BLACK CIRCLE} the area, "
        "thick band 95%, thin line 99.8%; \N{BLACK DIAMOND} or upright line, what it is set against; "
        "\N{BLACK UP-POINTING TRIANGLE} \N{BLACK DOWN-POINTING TRIANGLE} clearly above or below it",
        alt_text=f"Dot chart of areas in alphabetical order: {indicator.title}.",
        columns=rows.COLUMNS,
    )


def _unit(indicator: Indicator) -> str:
    if isinstance(indicator.time, RelativeTerms) and indicator.id.startswith("attendance"):
        return "Percent of sessions"
    return "Percentage of children"


@cache
def _spec() -> Mapping[str, Any]:
    return compile_spec([*_marks(_axes()), *_words(_axes())], alt.Step(ROW_PX))


def _marks(at: Mapping[str, Any]) -> list[alt.Chart]:
    on_track: dict[str, Any] = {"yOffset": TRACK_PX}
    point: dict[str, Any] = {**on_track, "filled": True, "opacity": 1}
    tick: dict[str, Any] = {**on_track, "orient": "vertical", "size": TICK_PX, "thickness": 2.5, "color": palette.COMPARATOR}
    diamond: dict[str, Any] = {**point, "size": 120, "shape": "diamond", "color": palette.COMPARATOR}
    dot: dict[str, Any] = {**point, "size": 150, "color": palette.DARK_BLUE}
    lines = (("track", palette.GRID, 2), ("band", palette.INTERVAL_BAND, 14), ("wide", palette.DARK_BLUE, 1.5))
    return [
        layer(part="extent").mark_point(opacity=0).encode(**at),
        layer(part="own").mark_bar(height=ROW_PX - 2, color=palette.UNDER_LABEL).encode(**at, x2="x2:Q"),
        *(
            layer(part=part).mark_rule(**on_track, color=colour, strokeWidth=width).encode(**at, x2="x2:Q")
            for part, colour, width in lines
        ),
        layer(part="against").mark_tick(**tick).encode(**at),
        layer(part="beside").mark_point(**diamond).encode(**at, tooltip=rows.TOOLTIP),
        layer(part="dot").mark_point(**dot).encode(**at, tooltip=rows.TOOLTIP),
    ]


def _words(at: Mapping[str, Any]) -> list[alt.Chart]:
    left: dict[str, Any] = {"align": "left", "baseline": "middle", "dy": NAME_PX, "fontSize": palette.TEXT_PX}
    value: dict[str, Any] = {**left, "dx": 10, "dy": TRACK_PX, "fontWeight": 700, "color": palette.DARK_BLUE}
    missing: dict[str, Any] = {**left, "dy": TRACK_PX, "fontSize": palette.SMALL_PX, "color": palette.QUIET_INK}
    label: dict[str, Any] = {"baseline": "bottom", "fontSize": palette.SMALL_PX, "fontWeight": 600, "color": palette.COMPARATOR}
    looks = {"label": left, "label own": left | {"fontWeight": 700}, "note": left | {"align": "right"}, "value": value}
    return [
        *(layer(part=part).mark_text(**look).encode(**at, text="text:N") for part, look in looks.items()),
        layer(part="missing").mark_text(**missing).encode(**at, text="text:N", tooltip=rows.TOOLTIP),
        *(
            layer(part=part).mark_text(**label, align=align).encode(x=at["x"], y=alt.value(ABOVE_PX), text="text:N")
            for part, align in ALIGNED
        ),
    ]


def _axes() -> dict[str, Any]:
    x_axis = alt.Axis(title=None, labelExpr="datum.value + '%'", tickCount=5, domain=False, ticks=False)
    return {
        "x": alt.X("x:Q", scale=alt.Scale(nice=False, zero=False), axis=x_axis),
        "y": alt.Y("row:N", sort=None, axis=None, scale=alt.Scale(padding=0)),
    }


def area_dots_data(
    indicator: Indicator,
    listed: Sequence[Place],
    targets: Mapping[str, Target],
    design_effect: float | None,
) -> pa.Table:
    """The rows of `area_dots`, in the order given; `targets` by the area's code. A hidden area has its symbol and no dot."""
    scale = _scale(indicator, listed, targets.values(), design_effect)
    found: list[Drawn] = [{"part": "extent", "row": place.name, "x": x} for place in listed for x in (scale.low, scale.high)]
    common = _common(targets)
    if common is not None and common.value is not None:
        text = f"{common.name} {percent(common.value)}"
        found.append({"part": f"against {_side(common.value, scale)}", "x": common.value, "text": text})
    for place in listed:
        found += _row(place, targets[place.code], scale, design_effect, own_target=common is None)
    return table_of(found, rows.COLUMNS)


def _common(targets: Mapping[str, Target]) -> Target | None:
    """What all areas are set against, where it is one thing; not comparable is not drawn."""
    told = {(one.name, one.value): one for one in targets.values() if one.fit is not None}
    only = next(iter(told.values())) if len(told) == 1 else None
    return None if only is None or only.fit == "not_comparable" else only


def _side(value: float, scale: Scale) -> str:
    """Which way the label of a line runs so as to stay in the plot."""
    place = (value - scale.low) / (scale.high - scale.low)
    return "left" if place < 0.3 else "right" if place > 0.7 else "middle"


def _scale(indicator: Indicator, listed: Sequence[Place], targets: Iterable[Target], design_effect: float | None) -> Scale:
    """The indicator's fixed axis, further by tens where an interval or what it is set against needs it."""
    low, high = AXES.get(indicator.id, WHOLE_AXIS)
    figures = [place.compared for place in listed]
    values = [f.value for f in figures if f is not None and f.value is not None]
    values += [one.value for one in targets if one.value is not None and one.fit != "not_comparable"]
    values += [end for f in figures for end in wide_interval(f, design_effect) or ()]
    if values:
        low, high = min(low, STEP * int(min(values) // STEP)), max(high, -STEP * int(-max(values) // STEP))
    return Scale(float(low), float(min(high, 100)), 1)


def _row(place: Place, set_against: Target, scale: Scale, design_effect: float | None, *, own_target: bool) -> list[Drawn]:
    named: Drawn = {"row": place.name, "x": scale.low}
    found: list[Drawn] = [{**named, "part": "own", "x2": scale.high}] if place.own else []
    found.append({**named, "part": "label own" if place.own else "label", "text": place.name})
    figure = place.compared
    if figure is None:
        return [*found, _missing(place, scale)]
    found.append({**named, "part": "track", "x2": scale.high})
    if set_against.value is not None and set_against.fit != "not_comparable":
        found.append(_target_row(place, set_against, set_against.value, own=own_target))
    mark = MARKS.get(verdict_of(place, set_against, design_effect), "")
    note = " ".join(filter(None, (_brief(figure), mark)))
    found.append({**named, "part": "note", "x": scale.high, "text": note})
    found += _figure_rows(place, figure, scale, design_effect)
    return found


def _target_row(place: Place, set_against: Target, value: float, *, own: bool) -> Drawn:
    """A tick, which makes one line of all the rows where they share it; a diamond where each area has its own."""
    told = dict(zip(rows.TOOLTIP_COLUMNS, (set_against.name, percent(value), "", ""), strict=True))
    return {"part": "beside" if own else "against", "row": place.name, "x": value, **(told if own else {})}


def _figure_rows(place: Place, figure: Figure, scale: Scale, design_effect: float | None) -> list[Drawn]:
    found: list[Drawn] = []
    wide = wide_interval(figure, design_effect)
    if figure.low is not None:
        found.append({"part": "band", "row": place.name, "x": figure.low, "x2": figure.high})
    if wide is not None:
        found.append({"part": "wide", "row": place.name, "x": wide[0], "x2": wide[1]})
    found.append({"part": "dot", "row": place.name, "x": known(figure), **rows.tooltip(place.name, figure)})
    return [*found, {"part": "value", "row": place.name, "x": scale.high, "text": percent(known(figure))}]


def _brief(figure: Figure) -> str:
    return children(figure.n or 0) if figure.count is None else k_of_n(figure.count, figure.n or 0)


def _missing(place: Place, scale: Scale) -> Drawn:
    """The symbol in place of a dot; an area that means something else by the figure has the words instead."""
    symbol = _symbol(place)
    unseen = dict.fromkeys(rows.TOOLTIP_COLUMNS[2:], "not shown") | {"Of": place.name}
    if place.apart:
        return {
            "part": "missing",
            "row": place.name,
            "x": scale.low,
            "text": "defined differently",
            **unseen,
            "Figure": place.apart,
        }
    text = f"{bracketed(symbol)} {SHORT.get(symbol, 'no figure')}"
    return {"part": "missing", "row": place.name, "x": scale.low, "text": text, **unseen, "Figure": reason(symbol)}


def _symbol(place: Place) -> str:
    return (place.figure.symbol if place.figure is not None else None) or "x"


def describe_areas(indicator: Indicator, listed: Sequence[Place]) -> str:
    """What the dot plot shows, in full and in its order, for those who do not see it."""
    said = [
        f"{place.name}: {percent(known(place.compared))}, {base(place.compared)}"
        if place.compared is not None
        else f"{place.name}: {place.apart.rstrip('.') or SHORT.get(_symbol(place), 'no figure')}"
        for place in listed
    ]
    return f"{indicator.title}. {'. '.join(said)}."


def areas_table(caption: str, listed: Sequence[Place], targets: Mapping[str, Target], design_effect: float | None) -> HtmlTable:
    """One row an area: k, n, the figure, its interval, and what may be said against what it is set against."""
    told = figures_table(caption, [(place.name, None if place.apart else place.figure) for place in listed], "Area")
    cells = [Cell(_against(place, targets[place.code], design_effect)) for place in listed]
    rows = tuple(Row((*row.cells, cell)) for row, cell in zip(told.rows, cells, strict=True))
    return HtmlTable(told.caption, (*told.header, "Set against, at 99.8%"), rows)


def _against(place: Place, set_against: Target, design_effect: float | None) -> str:
    if place.apart:
        return place.apart
    them = set_against.name if set_against.value is None else f"{set_against.name} {percent(set_against.value)}"
    return f"{SAID[verdict_of(place, set_against, design_effect)]}: {them}"
