"""Charts by window of months: bars, for windows differ in length; care levels; which services knew a child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt
import pyarrow as pa

from metrics.figure import Figure
from metrics.indicator import Indicator
from metrics.presentation import palette, rows
from metrics.presentation.chart import Chart, compile_spec, layer, table_of, titled
from metrics.presentation.numbers import WINDOW_MONTHS, window_label
from metrics.presentation.rows import COLUMNS, Row, Style

ONE_MONTH, LONGER = "One month each", "Longer windows: do not compare"
LEVELS = {
    "cin": Style("Child in need", palette.DARK_BLUE),
    "cp": Style("Child protection", palette.TURQUOISE, palette.INK),
    "cwcf": Style("Child we care for", palette.PLUM),
}
EARLY_HELP = Style("Early Help", palette.ORANGE, palette.INK)
LEVELS_HIDDEN = Style("Levels hidden", palette.DARK_GREY)
LEVEL_WINDOWS = ("m-1", "m0", "m+1", "w3", "w6")
LEVEL_ROW_PX, LEVEL_LABEL_PX, STATUTORY_PX, EARLY_HELP_PX = 82, -31, -9, 17
MATRIX_PX = (-100, -61, -22)
SERVICES = ("eh", "stat", "mash")
SERVICE_NAMES = ("Early\nHelp", "Statu-\ntory", "MASH")
COMBINATIONS = {
    "services_none": (),
    "services_mash": ("mash",),
    "services_stat": ("stat",),
    "services_eh": ("eh",),
    "services_stat_mash": ("stat", "mash"),
    "services_eh_mash": ("eh", "mash"),
    "services_eh_stat": ("eh", "stat"),
    "services_all": ("eh", "stat", "mash"),
}
NOBODY = {
    "none_active_matched": Style("None, found in a register", palette.PLUM),
    "none_active_unmatched": Style("None, found in no register", palette.LAVENDER, palette.INK),
}
KNOWN, NOBODY_WHOLE = Style("Known to those marked", palette.DARK_BLUE), Style("None, parts hidden", palette.DARK_GREY)
SET_COLUMNS = COLUMNS.append(pa.field("service", pa.string()))


@cache
def window_bars(indicator: Indicator) -> Chart:
    """A bar a window, one-month windows apart from longer ones, each with its length, interval and k of n; never a line."""
    return titled(
        rows.plain_bars(),
        title=indicator.title,
        subtitle="Percentage of children, by window of months around the imprisonment",
        alt_text=f"Bar chart by window of months around a parent's imprisonment: {indicator.title}.",
        columns=COLUMNS,
    )


def window_bars_data(indicator: Indicator, series: Sequence[Figure]) -> pa.Table:
    """The rows of `window_bars`, in two groups by length."""
    single = [f for f in series if WINDOW_MONTHS[f.time] == 1]
    longer = [f for f in series if WINDOW_MONTHS[f.time] > 1]
    groups = [(heading, figures) for heading, figures in ((ONE_MONTH, single), (LONGER, longer)) if figures]
    names = [name for heading, figures in groups for name in (heading, *(f.time for f in figures))]
    drawn = rows.extent(names, rows.reach(series), at_least=50)
    for heading, figures in groups:
        drawn.append({"part": "heading", "row": heading, "x": 0.0, "text": heading})
        for figure in figures:
            drawn += rows.figure_row(figure.time, window_label(figure.time), figure, rows.PLAIN)
    return table_of(drawn, COLUMNS)


@cache
def care_levels() -> Chart:
    """By window, the statutory levels stacked (they add up) and Early Help as a bar of its own (a child can have both)."""
    styles = [*LEVELS.values(), EARLY_HELP, LEVELS_HIDDEN]
    return titled(
        compile_spec(
            [
                *rows.row_layers(styles, legend="top", offset=STATUTORY_PX, label_px=LEVEL_LABEL_PX),
                *rows.bar_layers(styles, "help ", offset=EARLY_HELP_PX, bar_px=13),
            ],
            alt.Step(LEVEL_ROW_PX),
        ),
        title="Open services by level",
        subtitle="Percentage of children by window, at the highest statutory level in it; a child can also have Early Help",
        alt_text="Stacked bars by window of months: children at each statutory level, and Early Help.",
        columns=COLUMNS,
    )


def care_levels_data(series: Mapping[str, Sequence[Figure]]) -> pa.Table:
    """The rows of `care_levels`, from the series of cin, cp, cwcf, statutory and early_help."""
    at: dict[str, Any] = {id: {f.time: f for f in figures} for id, figures in series.items()}
    windows = [w for w in LEVEL_WINDOWS if any(w in figures for figures in at.values())]
    most = max((rows.reach(figures) for figures in series.values()), default=0.0)
    drawn = rows.extent(windows, most, at_least=40)
    top = max((r["x"] for r in drawn), default=40.0)
    for window in windows:
        figures = {id: at.get(id, {}).get(window) for id in (*LEVELS, "statutory", "early_help")}
        drawn += _level_rows(window, figures, top)
        second = rows.figure_row(window, "Early Help", figures["early_help"], EARLY_HELP, after="Early Help")
        drawn += [{**r, "part": f"help {r['part']}"} for r in second if r["part"] != "label"]
    return table_of(drawn, COLUMNS)


def _level_rows(window: str, figures: Mapping[str, Figure | None], top: float) -> list[Row]:
    """The stack of levels; one plain bar where a level is hidden, for a stack with a piece left out would mislead."""
    label = window_label(window)
    total = figures["statutory"]
    levels = [(LEVELS[id], f) for id in LEVELS if (f := figures[id]) is not None and f.shown]
    if total is None or not total.shown or len(levels) < len(LEVELS):
        return rows.figure_row(window, label, total, LEVELS_HIDDEN, after="statutory")
    named: Row = {"part": "label", "row": window, "x": 0.0, "text": label}
    return [
        named,
        *rows.stacked(window, levels, top, clear=total.low or 100),
        *rows.interval_rows(window, total),
        rows.value(window, total, "statutory"),
    ]


@cache
def services_sets() -> Chart:
    """The eight exclusive combinations of three services as a set chart; known to none in its two parts."""
    styles = [*NOBODY.values(), NOBODY_WHOLE, KNOWN]
    return titled(
        compile_spec([*rows.row_layers(styles, legend="bottom"), *_matrix_layers()], alt.Step(rows.ROW_PX)),
        title="Which services knew the child",
        subtitle="Percentage of children, from the month before to six months after; each child is in one row",
        alt_text="Set chart of the eight combinations of Early Help, statutory support and safeguarding-hub referral.",
        columns=SET_COLUMNS,
    )


def _matrix_layers() -> list[alt.Chart]:
    """Three columns of dots left of the bars: which services a row is about."""
    y = rows.axes()["y"]
    heading: dict[str, Any] = {
        "baseline": "bottom",
        "lineBreak": "\n",
        "fontSize": palette.SMALLEST_PX,
        "fontWeight": 600,
        "lineHeight": 15,
        "dy": -12,
    }
    marks = []
    for service, x in zip(SERVICES, MATRIX_PX, strict=True):
        here = alt.datum.service == service
        for part, colour in (("off", palette.GRID), ("on", palette.DARK_BLUE)):
            dot = (
                layer(part=part)
                .transform_filter(here)
                .mark_point(filled=True, opacity=1, size=220, yOffset=rows.BELOW_PX, color=colour)
            )
            marks.append(dot.encode(x=alt.value(x), y=y))
        text = layer(part="service").transform_filter(here).mark_text(**heading)
        marks.append(text.encode(x=alt.value(x), y=alt.value(0), text="text:N"))
    return marks


def services_sets_data(figures: Mapping[str, Figure | None]) -> pa.Table:
    """The rows of `services_sets`, from the figures of the eight combinations and of the two parts of known to none."""
    drawn = rows.extent(COMBINATIONS, rows.reach(f for f in figures.values() if f is not None), at_least=40)
    top = max(r["x"] for r in drawn)
    drawn += [{"part": "service", "service": s, "text": name} for s, name in zip(SERVICES, SERVICE_NAMES, strict=True)]
    for id, services in COMBINATIONS.items():
        drawn += [{"part": "on" if s in services else "off", "row": id, "service": s} for s in SERVICES]
        label, whole = combination_name(services), figures.get(id)
        parts = [(NOBODY[part], f) for part in NOBODY if (f := figures.get(part)) is not None and f.shown]
        if services or whole is None or not whole.shown or len(parts) < len(NOBODY):
            drawn += rows.figure_row(id, label, whole, KNOWN if services else NOBODY_WHOLE, wrap=True)
        else:
            named: Row = {"part": "label", "row": id, "x": 0.0, "text": label}
            drawn += [named, *rows.stacked(id, parts, top, counts=True), rows.value(id, whole, wrap=True)]
    return table_of(drawn, SET_COLUMNS)


def combination_name(services: Sequence[str]) -> str:
    """`Early Help and statutory`; `None of the three` for none."""
    if not services:
        return "None of the three"
    words = [{"eh": "Early Help", "stat": "statutory", "mash": "MASH referral"}[s] for s in services]
    text = " and ".join(words) if len(words) < len(SERVICES) else "All three"
    return text[0].upper() + text[1:] + (" alone" if len(words) == 1 else "")
