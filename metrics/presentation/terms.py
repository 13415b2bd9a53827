"""Charts by school term: the line around the imprisonment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import pairwise
from typing import Any

import altair as alt
import pyarrow as pa

from data.schema import FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM
from metrics.figure import Comparator, Figure
from metrics.indicator import Indicator, Mean, Pooled
from metrics.presentation import palette
from metrics.presentation.chart import Chart, compile_spec, ends_of, layer, table_of, titled
from metrics.presentation.comparators import drawn
from metrics.presentation.labels import Rows, comparator_rows, event_rows
from metrics.presentation.numbers import base, interval_text, known, percent, term_name
from metrics.presentation.placement import Scale
from metrics.presentation.scales import AXES, WHOLE_AXIS, stretched, thin_terms
from metrics.presentation.symbols import reason

HEIGHT_PX = 280
EVENT_PX, NOTE_PX = -10, -28
ALIGNED = alt.ExprRef("test(/edge$/, datum.part) ? 'left' : 'center'")
"""At the left edge of the plot a centred word would reach over the axis."""
_KINDS = ("England", "Here", "In need")

COLUMNS = pa.schema(
    [("part", pa.string()), ("x", pa.float64()), ("x2", pa.float64()), ("y", pa.float64()), ("y2", pa.float64())]
    + [("text", pa.string()), ("style", pa.string()), ("run", pa.int32())]
    + [(name, pa.string()) for name in ("When", "Figure", "Children", "95% interval")]
)
TOOLTIP = [alt.Tooltip(f"{name}:N") for name in ("When", "Figure", "Children", "95% interval")]


@cache
def term_line(indicator: Indicator) -> Chart:
    """One dark-blue line by relative term with its interval, the comparators dashed, the term of imprisonment a pale band."""
    low, _ = AXES.get(indicator.id, WHOLE_AXIS)
    what = {Mean: "Mean, percent of sessions", Pooled: "Percentage of sessions"}.get(
        type(indicator.measure), "Percentage of children"
    )
    return titled(
        _spec(),
        title=indicator.title,
        subtitle=f"{what}, by school term around the imprisonment" + (f"; the axis starts at {low}%" if low else ""),
        alt_text=f"Line chart by school term around a parent's imprisonment: {indicator.title}.",
        columns=COLUMNS,
    )


@cache
def _spec() -> Mapping[str, Any]:
    return compile_spec(_layers(), HEIGHT_PX)


def axes(*, title: str | None = "School terms from the imprisonment") -> tuple[alt.X, alt.Y]:
    """Relative terms along, percent upwards."""
    label = "datum.value > 0 ? '+' + datum.value : datum.value < 0 ? '\N{MINUS SIGN}' + (-datum.value) : '0'"
    even = list(range(FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM + 1, 2))
    x_axis = alt.Axis(title=title, labelExpr=label, values=even, tickCount=len(even), grid=False, labelOverlap="parity")
    y_axis = alt.Axis(title=None, labelExpr="datum.value + '%'", tickCount=5, domain=False, ticks=False)
    x, y = (alt.Scale(zero=False, nice=False, domain=ends_of(name)) for name in "xy")
    return alt.X("x:Q", scale=x, axis=x_axis), alt.Y("y:Q", scale=y, axis=y_axis)


def _colour() -> alt.Color:
    colours = [palette.COMPARATOR, palette.DARK_GREY, palette.COMPARATOR_IN_NEED]
    return alt.Color("style:N", scale=alt.Scale(domain=list(_KINDS), range=colours), legend=None)


def line_layers(x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The line, its interval, comparators and calendar, and a letter for each gap: everything but words."""
    ends: dict[str, Any] = {"x": x, "x2": "x2:Q", "y": y, "y2": "y2:Q"}
    patterns = alt.Scale(domain=["whole", "broken", *_KINDS], range=[[1, 0], [3, 7], [8, 4], [1, 4], [3, 3]])
    dashes = alt.StrokeDash("style:N", scale=patterns, legend=None)
    return [
        layer(part="event").mark_rect(color=palette.EVENT_BAND).encode(**ends),
        layer(part="lockdown").mark_rect(color=palette.GRID, opacity=0.8).encode(**ends),
        layer(part="break").mark_rule(color=palette.QUIET_INK, strokeDash=[2, 3]).encode(**ends),
        layer(part="band").mark_area(color=palette.INTERVAL_BAND, opacity=0.75).encode(x=x, y=y, y2="y2:Q", detail="run:N"),
        layer(part="whisker").mark_rule(color=palette.INTERVAL_BAND, strokeWidth=8, opacity=0.75).encode(**ends),
        layer(part="comparator").mark_rule(strokeWidth=2).encode(**ends, color=_colour(), strokeDash=dashes),
        layer(part="segment")
        .mark_rule(color=palette.DARK_BLUE, strokeWidth=3, strokeCap="round")
        .encode(**ends, strokeDash=dashes, key="x:Q"),
        layer(part="point").mark_point(filled=True, size=55, opacity=1, color=palette.DARK_BLUE).encode(x=x, y=y, key="x:Q"),
        layer(part="point").mark_point(filled=True, size=500, opacity=0).encode(x=x, y=y, tooltip=TOOLTIP, key="x:Q"),
        layer(part="gap")
        .mark_text(color=palette.QUIET_INK, fontSize=palette.SMALL_PX, dy=-9)
        .encode(x=x, y=y, text="text:N", tooltip=TOOLTIP),
    ]


def _layers() -> list[alt.Chart]:
    x, y = axes()
    marks = [
        *line_layers(x, y),
        layer(part="note")
        .mark_text(color=palette.QUIET_INK, fontSize=palette.SMALL_PX)
        .encode(x=x, y=alt.value(NOTE_PX), text="text:N"),
        layer(part=("event_label", "event_label edge"))
        .mark_text(fontSize=palette.TEXT_PX, fontWeight=600, align=ALIGNED)
        .encode(x=x, y=alt.value(EVENT_PX), text="text:N"),
        layer(part="comparator_label")
        .mark_text(
            align="left", dx=6, fontSize=palette.SMALL_PX, fontWeight=600, lineBreak="\n", baseline="middle", lineHeight=16, dy=-8
        )
        .encode(x=x, y=y, text="text:N", color=_colour()),
    ]
    value: dict[str, Any] = {"fontSize": palette.VALUE_PX, "fontWeight": 700, "baseline": "middle"}
    halo: dict[str, Any] = {"color": palette.WHITE, "stroke": palette.WHITE, "strokeWidth": 5, "strokeJoin": "round"}
    at_zero = layer(part=("value", "value edge"))
    looks = (halo, {"color": palette.DARK_BLUE})
    return [*marks, *(at_zero.mark_text(**value, **look, align=ALIGNED).encode(x=x, y=y, text="text:N") for look in looks)]


def term_line_data(
    indicator: Indicator,
    series: Sequence[Figure],
    comparators: Sequence[Comparator] = (),
    first: int = FIRST_RELATIVE_TERM,
    last: int = LAST_RELATIVE_TERM,
    lockdown: Collection[int] = (),
    breaks: Mapping[int, str] | None = None,
    axis: tuple[float, float] | None = None,
) -> pa.Table:
    """The rows of `term_line`: one a thing drawn; a term without a shown figure has a mark on the axis and no line.

    `lockdown` are relative terms to be marked as such; `breaks` names series breaks by the first term after each; `axis` is
    what several lines share, wide enough for each, instead of the indicator's own.
    """
    first = max(first, int(indicator.codes()[0]))
    within = [f for f in series if first <= int(f.time) <= last]
    shown = [f for f in within if f.shown]
    beside = drawn(comparators)
    scale = stretched(axis or AXES.get(indicator.id, WHOLE_AXIS), shown, beside, HEIGHT_PX)
    ends = (first - 0.5, last + 0.5)
    rows: Rows = [{"part": "extent", "x": x, "y": y} for x, y in zip(ends, (scale.low, scale.high), strict=True)]
    rows += _calendar_rows(scale, ends, lockdown, breaks or {})
    rows += _line_rows(shown, thin_terms(series))
    rows += [_gap_row(f, scale) for f in within if not f.shown]
    rows += comparator_rows(beside, scale, ends)
    if first <= 0 <= last:
        rows += event_rows(shown, beside, scale, ends, crowded_below=len(shown) < len(within))
    return table_of(rows, COLUMNS)


def _line_rows(shown: Sequence[Figure], thin: AbstractSet[str]) -> Rows:
    rows: Rows = []
    run = 0
    joined: set[str] = set()
    for one, other in pairwise(shown):
        if int(other.time) - int(one.time) == 1:
            style = "broken" if thin & {one.time, other.time} else "whole"
            rows.append({"part": "segment", **_at(one), "x2": float(other.time), "y2": other.value, "style": style})
            joined |= {one.time, other.time}
    for i, figure in enumerate(shown):
        run += i > 0 and int(figure.time) - int(shown[i - 1].time) > 1
        rows.append({"part": "point", **_at(figure), **_tooltip(figure)})
        if figure.low is not None:
            part = "band" if figure.time in joined else "whisker"
            rows.append(
                {"part": part, "x": float(figure.time), "x2": float(figure.time), "y": figure.low, "y2": figure.high, "run": run}
            )
    return rows


def _at(figure: Figure) -> dict[str, Any]:
    return {"x": float(figure.time), "y": figure.value}


def _tooltip(figure: Figure) -> dict[str, str]:
    return {
        "When": _tooltip_when(figure),
        "Figure": percent(known(figure)),
        "Children": base(figure),
        "95% interval": interval_text(figure) or "not given",
    }


def _tooltip_when(figure: Figure) -> str:
    when = term_name(figure.time)
    return when[0].upper() + when[1:]


def _gap_row(figure: Figure, scale: Scale) -> dict[str, Any]:
    """A letter on the axis in place of a point: why there is none."""
    tooltip = {
        "When": _tooltip_when(figure),
        "Figure": reason(figure.symbol),
        "Children": "not shown",
        "95% interval": "not shown",
    }
    return {"part": "gap", "x": float(figure.time), "y": scale.low, "text": figure.symbol, **tooltip}


def _calendar_rows(scale: Scale, ends: tuple[float, float], lockdown: Collection[int], breaks: Mapping[int, str]) -> Rows:
    """Runs of lockdown terms as bands and breaks as rules, each named above the plot, over the name of the imprisonment."""
    bands = [(min(run) - 0.5, max(run) + 0.5, "lockdown", "Lockdown") for run in _runs(lockdown)]
    marks = [*bands, *((term - 0.5, term - 0.5, "break", text) for term, text in breaks.items())]
    rows: Rows = []
    for left, right, part, text in sorted(marks):
        left, right = max(left, ends[0]), min(right, ends[1])
        if left <= right and (part == "lockdown" or ends[0] < left < ends[1]):
            rows.append({"part": part, "x": left, "x2": right, "y": scale.low, "y2": scale.high})
            rows.append({"part": "note", "x": (left + right) / 2, "text": text})
    return rows


def _runs(terms: Collection[int]) -> list[list[int]]:
    """Consecutive terms together."""
    runs: list[list[int]] = []
    for term in sorted(terms):
        if runs and runs[-1][-1] == term - 1:
            runs[-1].append(term)
        else:
            runs.append([term])
    return runs
