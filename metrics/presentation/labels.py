"""The labels of a line by school term: beside the comparators, at the term of imprisonment, never on a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metrics.figure import Comparator, Figure
from metrics.presentation.comparators import label, style
from metrics.presentation.numbers import known, percent
from metrics.presentation.placement import Scale, Span, clear_place, heights_between, stack

Rows = list[dict[str, Any]]
NARROWEST_PLOT_PX = 180
VALUE_HALF_WIDTH_PX, VALUE_HALF_HEIGHT_PX, VALUE_REACH_PX = 30, 9, 70
COMPARATOR_LABEL_PX = 34
GAP_MARK_PX = 24
LINE_CLEARANCE_PX = 6
EDGE_TERMS = 2  # nearer than this to the left edge, a centred name would reach over the axis
EVENT = "Parent imprisoned"


def comparator_rows(beside: Sequence[Comparator], scale: Scale, ends: Span) -> Rows:
    """Each comparator as a rule from end to end, and its label beside the plot, none over another."""
    half = COMPARATOR_LABEL_PX / 2
    wanted = [scale.pixel(c.value) for c in beside]
    places = stack(wanted, COMPARATOR_LABEL_PX, (-half / 2, scale.height + half / 2)) if beside else ()
    rows: Rows = []
    for comparator, place in zip(beside, places, strict=True):
        rows.append(
            {
                "part": "comparator",
                "x": ends[0],
                "x2": ends[1],
                "y": comparator.value,
                "y2": comparator.value,
                "style": style(comparator),
            }
        )
        rows.append(
            {
                "part": "comparator_label",
                "x": ends[1],
                "y": scale.value(place),
                "text": label(comparator),
                "style": style(comparator),
            }
        )
    return rows


def event_rows(shown: Sequence[Figure], beside: Sequence[Comparator], scale: Scale, ends: Span, *, crowded_below: bool) -> Rows:
    """The term of imprisonment as a band with its name, and the value there; with no clear place the value joins the name."""
    rows: Rows = [{"part": "event", "x": -0.5, "x2": 0.5, "y": scale.low, "y2": scale.high}]
    at_zero = next((f for f in shown if f.time == "0"), None)
    text = EVENT

    def at(part: str) -> dict[str, Any]:
        return {"part": f"{part} edge", "x": ends[0]} if _at_edge(ends) else {"part": part, "x": 0.0}

    if at_zero is not None:
        place = _value_place(at_zero, shown, beside, scale, ends, crowded_below=crowded_below)
        if place is None:
            text = f"{text}: {percent(known(at_zero))}"
        else:
            rows.append({**at("value"), "y": scale.value(place), "text": percent(known(at_zero))})
    return [*rows, {**at("event_label"), "y": scale.high, "text": text}]


def _value_place(
    at_zero: Figure,
    shown: Sequence[Figure],
    beside: Sequence[Comparator],
    scale: Scale,
    ends: Span,
    *,
    crowded_below: bool,
) -> float | None:
    """Pixels from the top for the value at term 0, clear of line and comparators, if possible of the interval; or null."""
    half = VALUE_HALF_WIDTH_PX * (ends[1] - ends[0]) / NARROWEST_PLOT_PX
    reach = (ends[0], ends[0] + 2 * half) if _at_edge(ends) else (-half, half)
    line = _swept(scale, [(float(f.time), known(f)) for f in shown], reach, LINE_CLEARANCE_PX)
    lines = [(scale.pixel(c.value) - 3, scale.pixel(c.value) + 3) for c in beside] + line
    edges = [
        _swept(scale, [(float(f.time), v) for f in shown if (v := getattr(f, end)) is not None], reach, 1)
        for end in ("low", "high")
    ]
    spans = [*line, *edges[0], *edges[1]]
    band = [(min(s[0] for s in spans), max(s[1] for s in spans))]
    room = (0.0, scale.height - (GAP_MARK_PX if crowded_below else 0))
    wanted = scale.pixel(known(at_zero))
    clear_of_band = clear_place(wanted, VALUE_HALF_HEIGHT_PX, [*lines, *band], room, reach=VALUE_REACH_PX * 0.7)
    return clear_of_band or clear_place(wanted, VALUE_HALF_HEIGHT_PX, lines, room, reach=VALUE_REACH_PX)


def _at_edge(ends: Span) -> bool:
    return ends[0] > -EDGE_TERMS


def _swept(scale: Scale, points: Sequence[Span], reach: Span, clearance: float) -> list[Span]:
    """The pixels a polyline covers between two terms, with some clearance."""
    heights = heights_between(points, *reach)
    return [] if heights is None else [(scale.pixel(heights[1]) - clearance, scale.pixel(heights[0]) + clearance)]
