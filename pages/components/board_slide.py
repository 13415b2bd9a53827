"""One slide on the screen: the finding, one chart, k of n, what stands beside it, the source; and its presenter's notes."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from metrics.presentation import Chart, Slide
from pages.components import markup, nearest, panel
from pages.components.board_run import Run
from pages.components.view import View

WIDE = 2.75
"""Width to height of the room a slide has for its chart at 1920 x 1080."""
ROUND_THE_PLOT_PX = 80
ROUND_ROWS_PX = 40
LEAST_WIDTH_PX = 720


def show(view: View, run: Run) -> None:
    """The slide on the screen; where its figures are hidden it says so and offers the nearest cut that shows it."""
    slide = run.at
    subtitle = slide.chart.subtitle if slide.chart else ""
    markup.put(
        markup.element(
            "header",
            markup.text("p", slide.about, class_="about"),
            markup.text("h1", slide.title),
            markup.text("p", subtitle, class_="subtitle") if subtitle else "",
            class_="slide-head",
        )
    )
    if slide.chart is None:
        _hidden(view, slide)
    else:
        _chart(slide)
    words = (
        (slide.n_words, "n"),
        (slide.comparator_words, "compared"),
        (slide.says, "says"),
        (slide.source, "source"),
    )
    said = (markup.text("p", text, class_=name) for text, name in words if text and not (slide.hidden and name == "says"))
    markup.put(markup.element("div", *said, class_="slide-foot"))


def _chart(slide: Slide) -> None:
    """The chart, drawn at one size for every screen and scaled by the style sheet, so that its type grows with it."""
    assert slide.chart is not None and slide.data is not None, "a slide that is not hidden has a chart and its data"
    spec = panel.specification(slide.chart, slide.data)
    spec["width"] = width_px(slide.chart, _rows(slide.data))
    with markup.place("board-chart"):
        st.vega_lite_chart(spec, key=f"slide-{slide.id}", theme=None, alt=slide.chart.alt, width="content")
    markup.put(markup.text("p", slide.spoken, class_="spoken"))


def _rows(data: pa.Table) -> int:
    """How many rows a chart has, one where it is a line."""
    return len(set(data.column("row").to_pylist()) - {None}) if "row" in data.column_names else 1


def width_px(chart: Chart, rows: int) -> int:
    """How wide a chart of so many rows must be drawn to fill its room when it is scaled to the room's height."""
    told = chart.spec["height"]
    if not isinstance(told, dict):
        return round(WIDE * (int(told) + ROUND_THE_PLOT_PX))
    return max(LEAST_WIDTH_PX, round(WIDE * (int(told["step"]) * rows + ROUND_ROWS_PX)))


def _hidden(view: View, slide: Slide) -> None:
    with markup.place("board-hidden"):
        markup.put(markup.text("p", slide.says, class_="hidden-figure"))
        if slide.nearest is not None:
            nearest.button(view, slide.nearest, "slide")


def notes(run: Run) -> None:
    """For whoever presents, on a screen that is not shared: the finding, its definition and caveat, and what comes next."""
    slide, after = run.at, run.shown[run.place + 1 :]
    lines = (slide.n_words, slide.comparator_words, slide.says, *slide.notes)
    listed = markup.element("ul", *(markup.text("li", line) for line in lines if line), class_="presenter")
    following = f"Next: {after[0].title}." if after else "This is the last slide."
    markup.put(
        markup.text("p", f"Presenter's notes: slide {run.place + 1} of {len(run.shown)}, {slide.about}", class_="about"),
        markup.text("h1", slide.title),
        listed,
        markup.text("p", following, class_="next"),
        markup.text("p", slide.source, class_="source"),
    )
