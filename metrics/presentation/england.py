"""The cohort beside England: several indicators, each with what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa

from metrics.figure import Comparator, Figure
from metrics.indicator import Indicator
from metrics.presentation import palette, rows
from metrics.presentation.chart import Chart, compile_spec, layer, table_of, titled
from metrics.presentation.comparators import drawn, name, style
from metrics.presentation.comparison import KIND_COLOURS, KINDS, NOTE_PX, ROW_PX, TRACK_PX, track_layers
from metrics.presentation.numbers import base, known, percent
from metrics.presentation.rows import Row

KIND_NAMES = {"England": "England", "Here": "all pupils here", "In need": "in need"}
ABOVE_PX, BELOW_PX = TRACK_PX - 12, TRACK_PX + 12


@cache
def against_england(indicators: tuple[Indicator, ...]) -> Chart:
    """A row an indicator: the cohort as a dot with its interval, England a diamond and its children in need a square."""
    at = rows.axes()
    shape = alt.Shape("style:N", scale=alt.Scale(domain=list(KINDS), range=["diamond", "triangle-up", "square"]), legend=None)
    colour = alt.Color("style:N", scale=alt.Scale(domain=list(KINDS), range=list(KIND_COLOURS)), legend=None)
    right: dict[str, Any] = {"align": "left", "baseline": "middle", "dx": 12, "fontWeight": 700, "color": palette.DARK_BLUE}
    marks = [
        layer(part="interval").mark_rule(color=palette.INTERVAL_BAND, strokeWidth=12, yOffset=TRACK_PX).encode(**at, x2="x2:Q"),
        *(
            layer(part=f"beside {where}")
            .mark_point(filled=True, opacity=1, size=130, yOffset=pixels)
            .encode(**at, shape=shape, color=colour, tooltip=rows.TOOLTIP)
            for where, pixels in (("above", ABOVE_PX), ("below", BELOW_PX))
        ),
        layer(part="dot")
        .mark_point(filled=True, opacity=1, size=150, yOffset=TRACK_PX, shape="circle", color=palette.DARK_BLUE)
        .encode(**at, tooltip=rows.TOOLTIP),
        layer(part="value").mark_text(**right, dy=TRACK_PX, fontSize=palette.VALUE_PX).encode(**at, text="text:N"),
        layer(part="note")
        .mark_text(align="left", baseline="middle", dy=NOTE_PX, fontSize=palette.SMALL_PX, color=palette.INK)
        .encode(**at, text="text:N"),
    ]
    return titled(
        compile_spec([*track_layers(at), *marks], alt.Step(ROW_PX)),
        title="Beside England",
        subtitle="Percentage, term of imprisonment: \N{BLACK CIRCLE} these children, with their interval; "
        "\N{BLACK DIAMOND} England; \N{BLACK SQUARE} England's children in need; \N{BLACK UP-POINTING TRIANGLE} all pupils here",
        alt_text="Dot chart of several indicators: these children beside England and beside children in need.",
        columns=rows.COLUMNS,
    )


def against_england_data(
    indicators: tuple[Indicator, ...], figures: Mapping[str, Figure | None], comparators: Mapping[str, Sequence[Comparator]]
) -> pa.Table:
    """The rows of `against_england`; what is not comparable is left out, and said so."""
    found = rows.extent((i.id for i in indicators), 100, at_least=100)
    for indicator in indicators:
        figure, beside = figures.get(indicator.id), drawn(comparators.get(indicator.id, ()))
        row = {"row": indicator.id, "x": 0.0}
        found += [{**row, "part": "label", "text": indicator.title}, {**row, "part": "track", "x2": 100.0}]
        found += _cohort_dot(indicator, figure)
        for comparator in beside:
            tooltip = dict(
                zip(rows.TOOLTIP_COLUMNS, (name(comparator), percent(comparator.value), comparator.period, ""), strict=True)
            )
            where = "below" if style(comparator) == "In need" else "above"
            found.append(
                {"part": f"beside {where}", "row": indicator.id, "x": comparator.value, "style": style(comparator), **tooltip}
            )
        words = [f"{KIND_NAMES[style(c)]} {percent(c.value)}" for c in beside] or ["nothing comparable"]
        counted = [_brief(figure)] if figure is not None and figure.shown else []
        found.append({**row, "part": "note", "text": " \N{MIDDLE DOT} ".join([*counted, *words])})
    return table_of(found, rows.COLUMNS)


def _brief(figure: Figure) -> str:
    return base(figure) if figure.count is None else base(figure).removesuffix(" children")


def _cohort_dot(indicator: Indicator, figure: Figure | None) -> list[Row]:
    if figure is None or not figure.shown:
        at_the_right = {"x": 100.0}  # where the figure would be printed: on the left it would lie under England's marks
        return [rows.missing(indicator.id, indicator.title, figure.symbol if figure else None) | at_the_right]
    dot: dict[str, Any] = {"part": "dot", "row": indicator.id, "x": known(figure), **rows.tooltip(indicator.title, figure)}
    return [
        *rows.interval_rows(indicator.id, figure),
        dot,
        {"part": "value", "row": indicator.id, "x": 100.0, "text": percent(known(figure))},
    ]
