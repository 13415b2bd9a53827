"""One chart as every page shows it: what it says, the picture, what it rests on, and its figures and definition a click away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import streamlit as st

from metrics.presentation.chart import Chart
from pages.components import markup

Drawing = tuple[str, Callable[[], None]]
"""The name of a panel and what draws it."""


@dataclass(frozen=True)
class Panel:
    """One chart with its words.

    `says` is the finding, live; `notes` are the base, completeness and comparators; `spoken` is all of it for a screen
    reader; `details` makes markup, tables and definitions, once a reader opens them.
    """

    key: str
    chart: Chart
    data: pa.Table
    says: str
    notes: Sequence[str] = ()
    spoken: str = ""
    details: Callable[[], Sequence[str]] | None = None


def show(panel: Panel) -> None:
    """Draw the panel; the chart keeps its key and its specification, so the browser keeps its view and swaps the data."""
    head(panel.chart.title, panel.chart.subtitle, panel.says)
    draw(panel.key, panel.chart, panel.data)
    notes = "".join(markup.text("li", note) for note in panel.notes if note)
    spoken = markup.text("p", panel.spoken, class_="spoken") if panel.spoken else ""
    if notes or spoken:
        markup.put(spoken, markup.element("ul", notes, class_="notes") if notes else "")
    if panel.details is not None:
        _a_click_away(f"Table and definition: {panel.chart.title}", f"details-{panel.key}", panel.details)


@st.fragment
def _a_click_away(label: str, key: str, details: Callable[[], Sequence[str]]) -> None:
    """What is neither made nor sent until a reader opens it; opening runs this alone, and a filter leaves it as it is."""
    with st.expander(label, key=key, on_change="rerun") as opened:
        if opened.open:
            markup.put(*details())


def specification(chart: Chart, data: pa.Table) -> dict[str, Any]:
    """A chart with its data, as the browser is given it: its words are in `alt`, `spoken` and the table, so marks say nothing."""
    spec = chart.filled(data)
    return {**spec, "config": {**spec["config"], "mark": {"aria": False}}}


def draw(key: str, chart: Chart, data: pa.Table) -> None:
    """A chart alone, without its title and notes."""
    st.vega_lite_chart(specification(chart, data), key=f"chart-{key}", theme=None, alt=chart.alt, width="stretch")


def head(title: str, subtitle: str, says: str) -> None:
    """A chart's title, what it measures, and what it says for the cut chosen."""
    parts = (("h3", title, ""), ("p", subtitle, "subtitle"), ("p", says, "says"))
    markup.put(*(markup.text(tag, words, class_=name) for tag, words, name in parts if words))


def section(title: str, lead: str = "") -> None:
    """A part of a page."""
    markup.put(markup.text("h2", title), markup.text("p", lead, class_="section") if lead else "")


def grid(drawings: Sequence[Drawing]) -> None:
    """Panels side by side where there is room, two in a row, by the style sheet: every element of layout slows a click."""
    with markup.place(f"grid-{drawings[0][0]}"):
        for drawing in drawings:
            _draw(drawing)


def columns(*stacks: Sequence[Drawing]) -> None:
    """Panels in columns where there is room, each column stacked by itself."""
    with markup.place(f"figures-{stacks[0][0][0]}"):
        for column, stack in zip(st.columns(len(stacks)), stacks, strict=True):
            with column:
                for drawing in stack:
                    _draw(drawing)


def alone(drawing: Drawing) -> None:
    """One panel by itself."""
    with markup.place(f"alone-{drawing[0]}"):
        _draw(drawing)


def _draw(drawing: Drawing) -> None:
    name, draw = drawing
    with markup.place(f"panel-{name}"):
        draw()
