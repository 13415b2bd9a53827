"""Charts in rows: each row has its label above it, so that a phone has room for both, and its figure printed at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any, Literal

import altair as alt
import pyarrow as pa

from metrics.figure import Figure
from metrics.presentation import palette
from metrics.presentation.chart import compile_spec, layer
from metrics.presentation.numbers import base, interval_text, k_of_n, known, percent, thousands
from metrics.presentation.symbols import SHORT, bracketed, reason

TOOLTIP_COLUMNS = ("Of", "Figure", "Children", "95% interval")
COLUMNS = pa.schema(
    [
        ("part", pa.string()),
        ("row", pa.string()),
        ("x", pa.float64()),
        ("x2", pa.float64()),
        ("text", pa.string()),
        ("style", pa.string()),
    ]
    + [(name, pa.string()) for name in TOOLTIP_COLUMNS]
)
TOOLTIP = [alt.Tooltip(f"{name}:N") for name in TOOLTIP_COLUMNS]
ROW_PX, BAR_PX, BELOW_PX, LABEL_PX = 54, 20, 9, -15
STEP = 10
ROOM_A_LETTER = 0.085  # of the scale, on the narrowest page
ROOM_A_DIGIT = 0.035  # where nothing else stands left of the bars
Row = dict[str, Any]


@dataclass(frozen=True)
class Style:
    """A kind of bar: its name in the legend, its colour and the colour of text on it."""

    name: str
    colour: str
    text: str = palette.WHITE


PLAIN = Style("children", palette.DARK_BLUE)
HIDDEN = Style("Hidden", palette.GRID, palette.INK)


@cache
def plain_bars() -> Mapping[str, Any]:
    """Rows of bars in one colour: the specification that several charts share."""
    return compile_spec(row_layers([PLAIN]), alt.Step(ROW_PX))


def axes(*, percent_axis: bool = True, title: str | None = None) -> dict[str, Any]:
    """The rows from top to bottom as the data has them, and one scale from zero along them."""
    label = "datum.label + '%'" if percent_axis else "datum.label"
    # Headcounts are printed on their rows, which have text across the plot: no line of a grid may run through it.
    x_axis = alt.Axis(title=title, labelExpr=label, tickCount=5, domain=False, ticks=False, grid=percent_axis)
    return {
        "x": alt.X("x:Q", scale=alt.Scale(nice=False, zero=True), axis=x_axis),
        "y": alt.Y("row:N", sort=None, axis=None, scale=alt.Scale(padding=0)),
    }


def row_layers(
    styles: Sequence[Style],
    *,
    legend: Literal["top", "bottom"] | None = None,
    offset: float = BELOW_PX,
    label_px: float = LABEL_PX,
    apart_px: float = 0,
    **axis: Any,
) -> list[alt.Chart]:
    """Headings and labels, and a bar a row with interval and printed figure."""
    at = axes(**axis)
    left: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": palette.TEXT_PX, "color": palette.INK}
    return [
        layer(part="extent").mark_point(opacity=0).encode(**at),
        *bar_layers(styles, legend=legend, offset=offset, apart_px=apart_px, **axis),
        layer(part="heading").mark_text(**left, dy=8, fontWeight=700).encode(**at, text="text:N"),
        layer(part="label").mark_text(**left, dy=label_px).encode(**at, text="text:N"),
    ]


def bar_layers(
    styles: Sequence[Style],
    prefix: str = "",
    *,
    legend: Literal["top", "bottom"] | None = None,
    offset: float = BELOW_PX,
    bar_px: int = BAR_PX,
    apart_px: float = 0,
    **axis: Any,
) -> list[alt.Chart]:
    """One bar a row, `offset` pixels under the row's middle, from the parts whose names begin with `prefix`.

    `apart_px`: a white line that wide between pieces of a bar, so that two of one colour stay two.
    """
    at = axes(**axis)
    names = [s.name for s in styles]
    key = (
        alt.Legend(title=None, symbolType="square", symbolStrokeWidth=0, columns=2 if legend == "top" else 1, orient=legend)
        if legend
        else None
    )
    colour = alt.Color("style:N", scale=alt.Scale(domain=names, range=[s.colour for s in styles]), legend=key)
    on_bar = [
        layer(part=f"{prefix}inside")
        .transform_filter(alt.datum.style == s.name)
        .mark_text(baseline="middle", dy=offset, fontSize=palette.SMALL_PX, fontWeight=600, color=s.text)
        .encode(**at, text="text:N")
        for s in styles
    ]
    parted_by: dict[str, Any] = {"stroke": palette.WHITE, "strokeWidth": apart_px} if apart_px else {}
    ends: dict[str, Any] = {"x2": "x2:Q", "color": colour, "tooltip": TOOLTIP}
    printed: dict[str, Any] = {"align": "left", "baseline": "middle", "dy": offset}
    wrapped: dict[str, Any] = {**printed, "dy": offset - 7, "lineBreak": "\n", "lineHeight": 16}
    return [
        layer(part=f"{prefix}bar").mark_bar(height=bar_px, yOffset=offset, **parted_by).encode(**at, **ends),
        *interval_layers(at, offset, prefix),
        *on_bar,
        layer(part=f"{prefix}value").mark_text(**printed, dx=6, fontWeight=600).encode(**at, text="text:N"),
        layer(part=f"{prefix}wrapped").mark_text(**wrapped, dx=6, fontWeight=600).encode(**at, text="text:N"),
        layer(part=f"{prefix}missing")
        .mark_text(**printed, fontSize=palette.SMALL_PX, color=palette.QUIET_INK)
        .encode(**at, text="text:N", tooltip=TOOLTIP),
    ]


def interval_layers(at: Mapping[str, Any], offset: float, prefix: str = "") -> list[alt.Chart]:
    """The interval as a line with a halo, so that it is seen on a bar and beside it."""
    marks = ((palette.WHITE, 5), (palette.INK, 2))
    drawn = layer(part=f"{prefix}interval").encode(**at, x2="x2:Q")
    return [drawn.mark_rule(yOffset=offset, color=colour, strokeWidth=width) for colour, width in marks]


def extent(rows: Iterable[str], most: float, *, at_least: float, step: float = STEP, cap: float | None = 100) -> list[Row]:
    """What fixes the rows' order and the scale: from zero to `at_least`, further in steps where a value needs it."""
    top = max(at_least, step * ceil(most / step))
    top = min(top, cap) if cap is not None else top
    names = list(rows)
    return [{"part": "extent", "row": name, "x": 0.0} for name in names] + [
        {"part": "extent", "row": name, "x": float(top)} for name in names[:1]
    ]


def reach(figures: Iterable[Figure]) -> float:
    """The greatest value or upper bound among figures shown; 0 where none is."""
    return max((v for f in figures if f.shown for v in (f.value, f.high) if v is not None), default=0.0)


def figure_row(row: str, label: str, figure: Figure | None, style: Style, *, after: str = "", wrap: bool = False) -> list[Row]:
    """One row: its label, and a bar with interval and printed figure, or the symbol and why there is none."""
    named: Row = {"part": "label", "row": row, "x": 0.0, "text": label}
    if figure is None or not figure.shown:
        return [named, missing(row, label, figure.symbol if figure else None, after)]
    bar = {"part": "bar", "row": row, "x": 0.0, "x2": known(figure), "style": style.name, **tooltip(label, figure)}
    return [named, bar, *interval_rows(row, figure), value(row, figure, after, wrap=wrap)]


def stacked(
    row: str,
    pieces: Sequence[tuple[Style, Figure]],
    top: float,
    *,
    clear: float = 100,
    counts: bool = False,
    start: float = 0.0,
    letter: float = ROOM_A_LETTER,
) -> list[Row]:
    """Shown figures that add up, end to end, each with its percentage or count on it where there is room left of `clear`."""
    drawn: list[Row] = []
    for style, figure in pieces:
        end = start + known(figure)
        drawn.append({"part": "bar", "row": row, "x": start, "x2": end, "style": style.name, **tooltip(style.name, figure)})
        text = thousands(figure.count) if counts and figure.count is not None else percent(known(figure))
        room = letter * len(text) * top
        if known(figure) > room and (start + end + room) / 2 <= clear:
            drawn.append({"part": "inside", "row": row, "x": (start + end) / 2, "text": text, "style": style.name})
        start = end
    return drawn


def parted(row: str, pieces: Sequence[tuple[Style, Figure | None]], whole: float = 100.0) -> list[Row]:
    """The parts of a whole, end to end; where parts are hidden there is a gap in the place of the first, never a nought.

    What comes after the gap ends where the whole ends, so that a part that is shown is never taken for the hidden one.
    """
    first = next((place for place, (_, figure) in enumerate(pieces) if figure is None or not figure.shown), len(pieces))
    sides = [[(style, f) for style, f in side if f is not None and f.shown] for side in (pieces[:first], pieces[first:])]
    after = sum(known(figure) for _, figure in sides[1])
    look: dict[str, Any] = {"counts": True, "letter": ROOM_A_DIGIT}
    drawn = stacked(row, sides[0], whole, **look) + stacked(row, sides[1], whole, start=whole - after, **look)
    if first < len(pieces) and any(sides):
        unseen = dict.fromkeys(TOOLTIP_COLUMNS[2:], "not shown")
        told = {"Of": HIDDEN.name, "Figure": reason("c"), **unseen}
        drawn.insert(0, {"part": "bar", "row": row, "x": 0.0, "x2": whole, "style": HIDDEN.name, **told})
    return drawn


def interval_rows(row: str, figure: Figure) -> list[Row]:
    """The interval, where there is one."""
    return [] if figure.low is None else [{"part": "interval", "row": row, "x": figure.low, "x2": figure.high}]


def value(row: str, figure: Figure, after: str = "", *, wrap: bool = False) -> Row:
    """The figure printed clear of bar and interval, `after` saying what it is of; in two lines where `wrap`."""
    share, counted = percent(known(figure)), k_of_n(figure.count, figure.n or 0)
    text = f"{share}\n{counted}" if wrap else f"{share} ({counted})" + (f" {after}" if after else "")
    return {"part": "wrapped" if wrap else "value", "row": row, "x": max(known(figure), figure.high or 0.0), "text": text}


def missing(row: str, label: str, symbol: str | None, after: str = "") -> Row:
    """The symbol in place of a bar."""
    text = " ".join(filter(None, (bracketed(symbol), after, SHORT.get(symbol or "", "no figure"))))
    unseen = dict.fromkeys(TOOLTIP_COLUMNS[2:], "not shown")
    return {"part": "missing", "row": row, "x": 0.0, "text": text, **unseen, "Of": label, "Figure": reason(symbol)}


def tooltip(label: str, figure: Figure) -> dict[str, str]:
    """What a pointer on a mark shows."""
    words = (label, percent(known(figure)), base(figure), interval_text(figure) or "not given")
    return dict(zip(TOOLTIP_COLUMNS, words, strict=True))
