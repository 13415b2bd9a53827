"""Charts of the cohort itself: recognised by period, by breakdown, and the journey through the offer of support."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal

import altair as alt
import pyarrow as pa

from metrics.catalogue import JOURNEY
from metrics.figure import Figure
from metrics.filters import SEX_WORDS
from metrics.presentation import palette, rows
from metrics.presentation.chart import Chart, compile_spec, layer, table_of, titled
from metrics.presentation.numbers import AGE_BAND_NAMES, PARENT_NAMES, children, period_name, thousands
from metrics.presentation.rows import COLUMNS, Row

Breakdown = Literal["age_band", "sex", "parent"]
SO_FAR_PX = 9
PERIOD_ROW_PX = 46
BREAKDOWNS: dict[Breakdown, tuple[str, dict[str, str]]] = {
    "age_band": ("Age at imprisonment", {code: name[0].upper() + name[1:] for code, name in AGE_BAND_NAMES.items()}),
    "sex": ("Sex", {code: name[0].upper() + name[1:] for code, name in SEX_WORDS.items()}),
    "parent": ("Who was imprisoned", PARENT_NAMES),
}


@cache
def recognised_by_quarter() -> Chart:
    """A bar a quarter (or year, where the release has years), with how many so far printed beside it."""
    at = rows.axes(percent_axis=False)
    so_far = layer(part="so_far").mark_text(align="right", baseline="middle", dy=rows.LABEL_PX + 2, fontSize=palette.SMALL_PX)
    return titled(
        compile_spec(
            [
                *rows.row_layers([rows.PLAIN], percent_axis=False, label_px=rows.LABEL_PX + 2),
                so_far.encode(x=alt.value("width"), y=at["y"], text="text:N"),
            ],
            alt.Step(PERIOD_ROW_PX),
        ),
        title="Children recognised",
        subtitle="By period of recognition, and how many so far",
        alt_text="Bar chart of children recognised by period, with the running total.",
        columns=COLUMNS,
    )


def recognised_by_quarter_data(figures: Mapping[str, Figure]) -> pa.Table:
    """The rows of `recognised_by_quarter`, from `recognised` by period; the running total ends at a hidden one."""
    drawn = rows.extent(figures, max((f.count or 0 for f in figures.values()), default=0), at_least=10, cap=None)
    total: int | None = 0
    for period, figure in figures.items():
        label = period_name(period)
        drawn.append({"part": "label", "row": period, "x": 0.0, "text": label})
        if not figure.shown or figure.count is None:
            total = total if figure.symbol == "z" else None
            drawn.append(rows.missing(period, label, figure.symbol))
            continue
        drawn += _counted(period, label, figure.count)
        if total is not None:
            total += figure.count
            drawn.append({"part": "so_far", "row": period, "text": f"{thousands(total)} so far"})
    return table_of(drawn, COLUMNS)


def _counted(row: str, label: str, count: int) -> list[Row]:
    tooltip = {"Of": label, "Figure": thousands(count), "Children": children(count), "95% interval": "a count has none"}
    bar = {"part": "bar", "row": row, "x": 0.0, "x2": float(count), "style": rows.PLAIN.name, **tooltip}
    return [bar, {"part": "value", "row": row, "x": float(count), "text": thousands(count)}]


@cache
def breakdown_bars(dimension: Breakdown) -> Chart:
    """A bar a group of children, by their share of all; k of n printed."""
    title, _ = BREAKDOWNS[dimension]
    return titled(
        rows.plain_bars(),
        title=title,
        subtitle="Percentage of the children recognised",
        alt_text=f"Bar chart of the children recognised: {title.lower()}.",
        columns=COLUMNS,
    )


def breakdown_bars_data(dimension: Breakdown, figures: Mapping[str, Figure | None], total: Figure | None = None) -> pa.Table:
    """The rows of `breakdown_bars`; with `total`, figures are headcounts and shown as shares of it."""
    _, names = BREAKDOWNS[dimension]
    shares = {code: f if total is None else _share(f, total) for code, f in figures.items()}
    drawn = rows.extent(shares, rows.reach(f for f in shares.values() if f is not None), at_least=100)
    for code, figure in shares.items():
        drawn += rows.figure_row(code, names[code], figure, rows.PLAIN)
    return table_of(drawn, COLUMNS)


def _share(figure: Figure | None, total: Figure) -> Figure | None:
    """A headcount as a share of a total, both shown; else whichever of them is hidden."""
    if figure is None or not figure.shown or figure.count is None or not total.count:
        return figure if total.shown else total
    value = 100 * figure.count / total.count
    return Figure(figure.indicator, figure.basis, figure.time, total.count, figure.count, value, None, None, None, None)


@cache
def journey() -> Chart:
    """The steps of the offer of support in order, each as a share of the children who reached the step before."""
    return titled(
        rows.plain_bars(),
        title="From recognition to support",
        subtitle="Percentage of the children who reached the step before",
        alt_text="Bar chart of the steps of the offer of support, each of those who reached the step before.",
        columns=COLUMNS,
    )


def journey_data(figures: Mapping[str, Figure | None]) -> pa.Table:
    """The rows of `journey`, from the figures of the steps."""
    drawn = rows.extent((step.id for step in JOURNEY), rows.reach(f for f in figures.values() if f is not None), at_least=100)
    for step in JOURNEY:
        drawn += rows.figure_row(step.id, step.title, figures.get(step.id), rows.PLAIN)
    return table_of(drawn, COLUMNS)
