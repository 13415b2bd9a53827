"""How complete each term is: of every recognised child, who could be observed and why the others could not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa

from data.schema import FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM
from metrics.figure import Figure
from metrics.presentation import palette
from metrics.presentation.chart import Chart, compile_spec, layer, table_of, titled
from metrics.presentation.numbers import percent, term_name
from metrics.presentation.rows import Row
from metrics.presentation.symbols import reason

HEIGHT_PX = 260
BAR_SHARE = 0.42
GROUPS = {
    "Observed in school": (("observed",), palette.DARK_BLUE),
    "Not of school age": (("out_of_age",), palette.LAVENDER),
    "Not found or not on a roll": (("not_on_roll", "unmatched"), palette.ORANGE),
    "Lockdown, not reached or not supplied": (("covid", "not_reached", "not_supplied"), palette.DARK_GREY),
}
HIDDEN = "Hidden"
ROUNDING = 0.05
COLUMNS = pa.schema(
    [
        ("part", pa.string()),
        ("x", pa.float64()),
        ("x2", pa.float64()),
        ("y", pa.float64()),
        ("y2", pa.float64()),
        ("style", pa.string()),
    ]
    + [(name, pa.string()) for name in ("When", "Status", "Children")]
)


@cache
def coverage_by_term() -> Chart:
    """A stacked bar a term of every recognised child: observed, or why not."""
    label = "datum.value > 0 ? '+' + datum.value : datum.value < 0 ? '\N{MINUS SIGN}' + (-datum.value) : '0'"
    even = list(range(FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM + 1, 2))
    x_axis = alt.Axis(
        title="School terms from the imprisonment",
        labelExpr=label,
        values=even,
        tickCount=len(even),
        grid=False,
        labelOverlap="parity",
    )
    y_axis = alt.Axis(title=None, labelExpr="datum.value + '%'", tickCount=5, domain=False, ticks=False)
    scale = alt.Scale(nice=False, zero=False)
    ends: dict[str, Any] = {
        "x": alt.X("x:Q", scale=scale, axis=x_axis),
        "x2": "x2:Q",
        "y": alt.Y("y:Q", scale=scale, axis=y_axis),
        "y2": "y2:Q",
    }
    colours = [*(colour for _, colour in GROUPS.values()), palette.GRID]
    legend = alt.Legend(title=None, columns=1, symbolType="square", symbolStrokeWidth=0)
    colour = alt.Color("style:N", scale=alt.Scale(domain=[*GROUPS, HIDDEN], range=colours), legend=legend)
    tooltip = [alt.Tooltip(f"{name}:N") for name in ("When", "Status", "Children")]
    return titled(
        compile_spec(
            [
                layer(part="extent").mark_point(opacity=0).encode(x=ends["x"], y=ends["y"]),
                layer(part="bar").mark_rect(stroke=palette.WHITE, strokeWidth=1).encode(**ends, color=colour, tooltip=tooltip),
            ],
            HEIGHT_PX,
        ),
        title="How complete each term is",
        subtitle="Percentage of every recognised child, by school term around the imprisonment",
        alt_text="Stacked bars by school term: children observed in school, and why others were not.",
        columns=COLUMNS,
    )


def coverage_by_term_data(
    series: Mapping[str, Sequence[Figure]], first: int = FIRST_RELATIVE_TERM, last: int = LAST_RELATIVE_TERM
) -> pa.Table:
    """The rows of `coverage_by_term`, from the series of the `coverage_*` indicators; hidden statuses share one pale piece,
    in the place of the first of them, so that none looks like nought.
    """
    at: dict[str, Any] = {id: {f.time: f for f in figures} for id, figures in series.items()}
    drawn: list[Row] = [{"part": "extent", "x": x, "y": y} for x, y in ((first - 0.5, 0.0), (last + 0.5, 100.0))]
    for term in range(first, last + 1):
        drawn += _term_rows(term, {id: figures.get(str(term)) for id, figures in at.items()})
    return table_of(drawn, COLUMNS)


def _term_rows(term: int, figures: Mapping[str, Figure | None]) -> list[Row]:
    if not any(f is not None and f.symbol in (None, "c") for f in figures.values()):
        return []
    groups = {
        name: [f for s in statuses if (f := figures.get(f"coverage_{s}")) is not None] for name, (statuses, _) in GROUPS.items()
    }
    shares = {name: sum(f.value or 0 for f in held) for name, held in groups.items()}
    hidden = 100 - sum(shares.values())
    found: list[Row] = []
    start = 0.0
    for name, held in groups.items():
        some_hidden = any(f.symbol == "c" for f in held)
        if shares[name] > 0:
            count = f"{sum(f.count or 0 for f in held):,} ({percent(shares[name])})"
            found.append(_piece(term, start, start + shares[name], name, f"{count}, and some hidden" if some_hidden else count))
            start += shares[name]
        if some_hidden and hidden > ROUNDING:
            found.append(_piece(term, start, start + hidden, HIDDEN, reason("c")))
            start, hidden = start + hidden, 0.0
    return found


def _piece(term: int, start: float, end: float, style: str, children: str) -> Row:
    when = term_name(term)
    tooltip = {"When": when[0].upper() + when[1:], "Status": style, "Children": children}
    return {"part": "bar", "x": term - BAR_SHARE, "x2": term + BAR_SHARE, "y": start, "y2": end, "style": style, **tooltip}
