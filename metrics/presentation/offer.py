"""Charts of the offer of support: the journey step by step, how long each step takes, who is missed.

Children are counted, never families. What stands beside a step is of the same base: pending is not lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import altair as alt
import pyarrow as pa

from metrics.catalogue import BY_PARENT, INDICATORS
from metrics.figure import Figure
from metrics.indicator import Indicator
from metrics.presentation import palette, rows
from metrics.presentation.chart import Chart, compile_spec, layer, table_of, titled
from metrics.presentation.cohort import BAND_NAMES, SOURCE_NAMES
from metrics.presentation.numbers import k_of_n, known, percent, thousands
from metrics.presentation.rows import COLUMNS, Row, Style
from metrics.presentation.symbols import SHORT, bracketed, reason

Cutting = Literal["area", "age_band"]
Grouping = Literal["area", "age_band", "parent"]
"""What a step is compared between: what a filter chooses, or the parent in prison, which no filter does."""

STEPS = tuple(one for one in INDICATORS if one.id.startswith("step_"))
"""The steps in order; each one's base is the children who reached the step before."""
REACHED, PENDING = Style("Reached", palette.DARK_BLUE), Style("Pending", palette.LAVENDER, palette.INK)
SERVICES, STOPPED = Style("To services instead", palette.TURQUOISE, palette.INK), Style("Stopped", palette.PLUM)
NOT_REACHED: dict[str, tuple[str, Style]] = {
    "pending": ("Pending", PENDING),
    "services": ("To services instead", SERVICES),
    "declined": ("Declined", STOPPED),
    "no_contact": ("No contact", STOPPED),
    "not_suitable": ("Not suitable", STOPPED),
}
"""Why a step was not reached, in the order drawn; those for whom the offer ended share a colour and are told apart in words."""
BANDS = {
    "same_month": Style(BAND_NAMES["same_month"], palette.DARK_BLUE),
    "next_month": Style(BAND_NAMES["next_month"], palette.TURQUOISE, palette.INK),
    "two_three": Style(BAND_NAMES["two_three"], palette.LAVENDER, palette.INK),
    "four_more": Style(BAND_NAMES["four_more"], palette.PLUM),
}
OFFERS = {
    "unknown_offered": Style("Offered", palette.DARK_BLUE),
    "unknown_not_offered": Style("Not offered", palette.PLUM),
    "unknown_offer_not_recorded": Style("Not recorded", palette.LAVENDER, palette.INK),
}
NOBODY = Style("Known to nobody", palette.DARK_GREY)
ROW_PX, TITLE_PX, VALUE_PX, BAR_PX, BAR_AT_PX, BESIDE_PX = 128, -53, -34, 22, -12, 10
WIDE_ROW_PX, WIDE_TITLE_PX, WIDE_BAR_AT_PX = 70, -22, 6
WAIT_ROW_PX, WAIT_TITLE_PX, WAIT_BAR_AT_PX = 62, -19, 6
LINE_LETTERS = 44
DESCRIPTION = (
    "This describes how far the offer of support has come. It is not an evaluation of the service: it does not say what "
    "difference support makes."
)
PENDING_IS_NOT_LOST = (
    "Pending is not lost: these children wait for the next step, many because too little time has passed since the step before."
)
FROM_GO_LIVE = (
    "Support is offered in an area from its go-live. Children recognised there before it had no offer to take, which is not a "
    "nought."
)
OWN_PATH = "A family that Early Help or statutory support already works with goes to children's services instead: its own path."
COUNTED = (
    "Every step counts children. A family with two children recognised counts twice; where families are counted, it says so."
)
STANDING = (DESCRIPTION, PENDING_IS_NOT_LOST, OWN_PATH, FROM_GO_LIVE, COUNTED)
"""What must be read with the journey, on the screen and in the report."""
WHY_IT_SELECTS = (
    "Who knew the child was theirs selects: a link found in social-care records is of a child whom social care already knew, so "
    "children linked by the police or the prison are more often known to nobody."
)
BY_OFFER, BY_SOURCE = "By whether support was offered", "By who knew the child was theirs"


def beside(step: Indicator) -> dict[str, Indicator]:
    """The indicators of those of a step's base who did not reach it, by the reason, in the order drawn."""
    name = step.id.removeprefix("step_")
    found = {one.id: one for one in INDICATORS if one.id.startswith(f"beside_{name}_")}
    return {why: found[id] for why in NOT_REACHED if (id := f"beside_{name}_{why}") in found}


def by_parent(step: Indicator) -> dict[str, Indicator]:
    """The step by which parent is in prison: the parent in words, and the indicator that is of those children alone."""
    return {one.title.removeprefix(f"{step.title}, ").capitalize(): one for one in BY_PARENT if one.splits == step.id}


@cache
def journey() -> Chart:
    """A bar a step, 100% of the children who reached the step before: who reached it, and the others of the same children."""
    return _journey(rows_px=ROW_PX, title_px=TITLE_PX, bar_at_px=BAR_AT_PX, wide=False)


@cache
def journey_wide() -> Chart:
    """`journey` for a slide: its words stand side by side, so that the bars have room."""
    return _journey(rows_px=WIDE_ROW_PX, title_px=WIDE_TITLE_PX, bar_at_px=WIDE_BAR_AT_PX, wide=True)


def _journey(*, rows_px: int, title_px: int, bar_at_px: int, wide: bool) -> Chart:
    at = rows.axes()
    styles = [REACHED, PENDING, SERVICES, STOPPED, rows.HIDDEN]
    left: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": palette.TEXT_PX}
    words: dict[str, Any] = {
        "fontSize": palette.SMALL_PX,
        "color": palette.INK,
        "lineBreak": "\n",
        "lineHeight": 17,
        "baseline": "middle",
    }
    of_the_others = layer(part="beside")
    placed = (
        of_the_others.mark_text(**words, align="right", dy=title_px).encode(x=alt.value("width"), y=at["y"], text="text:N")
        if wide
        else of_the_others.mark_text(**words, align="left", dy=BESIDE_PX).encode(**at, text="text:N")
    )
    return titled(
        compile_spec(
            [
                *_bars(styles, bar_at_px),
                layer(part="label").mark_text(**left, dy=title_px, fontWeight=700, color=palette.INK).encode(**at, text="text:N"),
                layer(part="amount")
                .mark_text(**left, dy=VALUE_PX, color=palette.INK)
                .encode(**at, text="text:N", tooltip=rows.TOOLTIP),
                placed,
            ],
            alt.Step(rows_px),
        ),
        title="From recognition to support",
        subtitle="Each bar is the children who reached the step before",
        alt_text="Stacked bars of the steps of the offer of support: who reached each, and who did not.",
        columns=COLUMNS,
    )


def _bars(styles: Sequence[Style], bar_at_px: int) -> list[alt.Chart]:
    """Bars in parts under a legend, their pieces a hair apart."""
    extent = layer(part="extent").mark_point(opacity=0).encode(**rows.axes())
    return [extent, *rows.bar_layers(styles, legend="top", offset=bar_at_px, bar_px=BAR_PX, apart_px=1)]


def journey_data(figures: Mapping[str, Figure | None], *, wide: bool = False, since: str = "") -> pa.Table:
    """The rows of `journey` or `journey_wide`, from the figures of the steps and of those beside them, by indicator.

    `since` says from when support is offered where these children were recognised before it was.
    """
    drawn = rows.extent((step.id for step in STEPS), 100, at_least=100)
    for step in STEPS:
        reached = figures.get(step.id)
        others = {why: figures.get(one.id) for why, one in beside(step).items()}
        amount = _amount(reached, since)
        label = f"{step.title}: {amount}" if wide else step.title
        drawn.append({"part": "label", "row": step.id, "x": 0.0, "text": label})
        if not wide:
            drawn.append({"part": "amount", "row": step.id, "x": 0.0, "text": amount, **_tooltip(step.title, reached)})
        drawn += rows.parted(step.id, [(REACHED, reached), *((NOT_REACHED[why][1], f) for why, f in others.items())])
        said = beside_words(others)
        if said and any(f is not None and f.shown for f in (reached, *others.values())):
            drawn.append({"part": "beside", "row": step.id, "x": 0.0, "text": said if wide else _wrapped(said)})
    return table_of(drawn, COLUMNS)


def _amount(figure: Figure | None, since: str = "") -> str:
    """`76.2% (109 of 143)`; the symbol and why where it is not shown."""
    if figure is not None and figure.shown:
        return f"{percent(known(figure))} ({k_of_n(figure.count, figure.n or 0)})"
    symbol = figure.symbol if figure is not None else None
    return f"{bracketed(symbol)} {since if since and symbol == 'z' else SHORT.get(symbol or '', 'no figure')}"


def _tooltip(label: str, figure: Figure | None) -> dict[str, str]:
    if figure is not None and figure.shown:
        return rows.tooltip(label, figure)
    return dict(
        zip(rows.TOOLTIP_COLUMNS, (label, reason(figure.symbol if figure else None), "not shown", "not shown"), strict=True)
    )


def beside_words(others: Mapping[str, Figure | None]) -> str:
    """`Pending 34 · Declined 18 · No contact [c]`: those who did not reach a step, of the same children."""
    return " · ".join(f"{NOT_REACHED[why][0]} {_count(figure)}" for why, figure in others.items())


def _count(figure: Figure | None) -> str:
    if figure is None or not figure.shown or figure.count is None:
        return bracketed(figure.symbol if figure is not None else None)
    return thousands(figure.count)


def _wrapped(words: str) -> str:
    """Lines that a phone has room for, broken between reasons."""
    lines = [""]
    for part in words.split(" · "):
        longer = f"{lines[-1]} · {part}" if lines[-1] else part
        lines = [*lines[:-1], longer] if len(longer) <= LINE_LETTERS else [*lines[:-1], f"{lines[-1]} ·", part]
    return "\n".join(lines)


@cache
def waits() -> Chart:
    """How long each step took, in bands of whole months, of the children who reached it with both months known."""
    left: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": palette.TEXT_PX, "color": palette.INK}
    at = rows.axes()
    return titled(
        compile_spec(
            [
                *_bars([*BANDS.values(), rows.HIDDEN], WAIT_BAR_AT_PX),
                layer(part="label").mark_text(**left, dy=WAIT_TITLE_PX).encode(**at, text="text:N"),
            ],
            alt.Step(WAIT_ROW_PX),
        ),
        title="How long each step takes",
        subtitle="Of the children who reached the step, by months since the step before",
        alt_text="Stacked bars of the months that each step of the offer of support took, in bands.",
        columns=COLUMNS,
    )


WAITED: dict[str, str] = {
    "notified": "Recognised to officer told",
    "offered": "Officer told to offer",
    "visited": "Offer to visit",
    "referred": "Visit to referral",
    "supported": "Referral to support",
}
"""What each wait is between."""


def waits_data(figures: Mapping[str, Figure | None], steps: Sequence[str] = tuple(WAITED)) -> pa.Table:
    """The rows of `waits`, from the figures of the bands of each step, by indicator."""
    drawn = rows.extent(steps, 100, at_least=100)
    for step in steps:
        pieces = [(style, figures.get(f"wait_{step}_{band}")) for band, style in BANDS.items()]
        drawn += _banded(step, WAITED[step], pieces)
    return table_of(drawn, COLUMNS)


def _banded(row: str, label: str, pieces: Sequence[tuple[Style, Figure | None]]) -> list[Row]:
    """One row of bands with how many children it is of; the symbol and why where all of it is hidden."""
    shown = [figure for _, figure in pieces if figure is not None and figure.shown]
    if not shown:
        text = f"{label}: {_amount(pieces[0][1])}"
        return [{"part": "label", "row": row, "x": 0.0, "text": text}]
    return [
        {"part": "label", "row": row, "x": 0.0, "text": f"{label} (of {thousands(shown[0].n or 0)})"},
        *rows.parted(row, pieces),
    ]


GROUPED: dict[Grouping, str] = {"area": "by area", "age_band": "by age at imprisonment", "parent": "by parent in prison"}


@cache
def step_by(step: Indicator, grouping: Grouping) -> Chart:
    """One step of the journey, a bar a group; an area without the offer says from when it has it."""
    return titled(
        rows.plain_bars(),
        title=f"{step.title}, {GROUPED[grouping]}",
        subtitle="Percentage of the children who reached the step before",
        alt_text=f"Bar chart {GROUPED[grouping]}: {step.title}.",
        columns=COLUMNS,
    )


def step_by_data(names: Mapping[str, str], figures: Mapping[str, Figure], since: Mapping[str, str]) -> pa.Table:
    """The rows of `step_by`; `since` says of a group recognised before its offer from when it has one."""
    drawn = rows.extent(figures, rows.reach(figures.values()), at_least=100)
    for code, figure in figures.items():
        made = rows.figure_row(code, names[code], figure, rows.PLAIN)
        grey = {"text": f"{bracketed(figure.symbol)} {since[code]}"} if code in since and figure.symbol == "z" else {}
        drawn += [row | grey if row["part"] == "missing" else row for row in made]
    return table_of(drawn, COLUMNS)


@cache
def missed() -> Chart:
    """Who is known to nobody over the eight months: by whether support was offered, and by who knew the child was theirs."""
    at = rows.axes()
    words: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": palette.SMALL_PX, "color": palette.INK}
    return titled(
        compile_spec(
            [
                *rows.row_layers([*OFFERS.values(), NOBODY, rows.HIDDEN], legend="top", apart_px=1),
                layer(part="beside").mark_text(**words, dy=rows.LABEL_PX).encode(**at, text="text:N"),
            ],
            alt.Step(rows.ROW_PX),
        ),
        title="Known to nobody",
        subtitle="Percentage of children with no active record, from the month before to six months after",
        alt_text="Bar chart of children known to nobody, by whether support was offered and by who knew the child was theirs.",
        columns=COLUMNS,
    )


def missed_data(whole: Figure | None, figures: Mapping[str, Figure | None]) -> pa.Table:
    """The rows of `missed`, from `none_active` and its parts over the eight months, by indicator."""
    ids = {f"unknown_{source}": name for source, name in SOURCE_NAMES.items()}
    most = rows.reach(f for f in (whole, *figures.values()) if f is not None)
    drawn = rows.extent((BY_OFFER, "none_active", "parts", BY_SOURCE, *ids), most, at_least=40)
    drawn += [{"part": "heading", "row": heading, "x": 0.0, "text": heading} for heading in (BY_OFFER, BY_SOURCE)]
    drawn += rows.figure_row("none_active", "All children", whole, NOBODY)
    if whole is not None and whole.shown:
        parts = [(style, figures.get(id)) for id, style in OFFERS.items()]
        said = " · ".join(f"{style.name} {_count(figure)}" for style, figure in parts)
        drawn.append({"part": "beside", "row": "parts", "x": 0.0, "text": said})
        drawn += rows.parted("parts", parts, known(whole))
    for id, name in ids.items():
        drawn += rows.figure_row(id, name, figures.get(id), NOBODY)
    return table_of(drawn, COLUMNS)
