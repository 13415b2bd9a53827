"""No label sits on a line or on another label, whatever the figures; without this a board reads the wrong line's value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from metrics import Comparator, Figure, find
from metrics.presentation import by_year_data, term_line_data
from metrics.presentation.comparison import YEAR_HEIGHT_PX
from metrics.presentation.labels import (
    COMPARATOR_LABEL_PX,
    EVENT,
    NARROWEST_PLOT_PX,
    VALUE_HALF_HEIGHT_PX,
    VALUE_HALF_WIDTH_PX,
)
from metrics.presentation.placement import Scale, clear_place, heights_between, stack
from metrics.presentation.terms import HEIGHT_PX
from tests.metrics.presentation_figures import comparator, comparators, figure, series

SEN = find("sen_support")
ROUNDING = 1e-6


@given(st.lists(st.floats(-50, 400), max_size=5))
def test_stacked_labels_keep_their_order_and_room_and_never_overlap(wanted: list[float]) -> None:
    placed = stack(wanted, 34, (0, 280))
    assert all(17 - ROUNDING <= p <= 280 - 17 + ROUNDING for p in placed)
    inside = [min(max(w, 17), 263) for w in wanted]
    ordered = sorted(placed)
    assert all(b - a >= 34 - ROUNDING for a, b in pairwise(ordered))
    assert all(placed[i] <= placed[j] for i in range(len(wanted)) for j in range(len(wanted)) if inside[i] < inside[j])


def test_labels_far_apart_stay_where_they_are_wanted() -> None:
    assert stack([40, 200], 34, (0, 280)) == (40, 200)


def test_labels_wanted_at_one_place_share_it_evenly() -> None:
    assert stack([100, 100], 34, (0, 280)) == (83, 117)


@given(st.floats(0, 280), st.lists(st.tuples(st.floats(0, 280), st.floats(0, 60))))
def test_a_clear_place_touches_no_obstacle(wanted: float, gaps: list[tuple[float, float]]) -> None:
    obstacles = [(top, top + size) for top, size in gaps]
    place = clear_place(wanted, 9, obstacles, (0, 280), reach=280)
    assume(place is not None)
    assert place is not None and 9 <= place <= 271
    assert all(place + 9 <= top + ROUNDING or place - 9 >= bottom - ROUNDING for top, bottom in obstacles)


def test_where_everything_is_taken_there_is_no_place() -> None:
    assert clear_place(100, 9, [(0, 280)], (0, 280), reach=280) is None


def test_a_polyline_is_followed_between_its_points() -> None:
    assert heights_between([(-1, 0), (1, 10)], -0.5, 0.5) == (2.5, 7.5)


@settings(max_examples=40)
@given(series(), comparators(), st.sampled_from([(-12, 8), (-6, 6), (-3, 3), (0, 8), (-1, 3)]))
def test_the_value_at_term_0_is_clear_of_line_and_comparators(
    figures: tuple[Figure, ...], beside: Sequence[Comparator], span: tuple[int, int]
) -> None:
    """The value read at a glance must not be crossed by the line, on the narrowest page."""
    rows = term_line_data(SEN, figures, beside, *span).to_pylist()
    value = next((r for r in rows if r["part"].startswith("value")), None)
    if value is None:
        at_zero = next(f for f in figures if f.time == "0")
        event = next(r for r in rows if r["part"].startswith("event_label"))
        assert event["text"].startswith(EVENT) and (":" in event["text"]) == at_zero.shown
        return
    extent = [r["y"] for r in rows if r["part"] == "extent"]
    scale = Scale(min(extent), max(extent), HEIGHT_PX)
    middle = scale.pixel(value["y"])
    half = VALUE_HALF_WIDTH_PX * (span[1] - span[0] + 1) / NARROWEST_PLOT_PX
    at_edge = value["part"] == "value edge"
    assert at_edge == (span[0] >= -1)
    reach = (value["x"], value["x"] + 2 * half) if at_edge else (-half, half)
    top, bottom = middle - VALUE_HALF_HEIGHT_PX, middle + VALUE_HALF_HEIGHT_PX
    assert top >= -ROUNDING and bottom <= HEIGHT_PX + ROUNDING
    for rule in (r for r in rows if r["part"] == "comparator"):
        assert not top < scale.pixel(rule["y"]) < bottom
    for piece in (r for r in rows if r["part"] == "segment"):
        crossed = heights_between([(piece["x"], piece["y"]), (piece["x2"], piece["y2"])], *reach)
        if crossed is not None:
            assert scale.pixel(crossed[0]) <= top + ROUNDING or scale.pixel(crossed[1]) >= bottom - ROUNDING


@settings(max_examples=40)
@given(series(), comparators())
def test_comparator_labels_never_overlap(figures: tuple[Figure, ...], beside: Sequence[Comparator]) -> None:
    rows = term_line_data(SEN, figures, beside).to_pylist()
    extent = [r["y"] for r in rows if r["part"] == "extent"]
    scale = Scale(min(extent), max(extent), HEIGHT_PX)
    places = sorted(scale.pixel(r["y"]) for r in rows if r["part"] == "comparator_label")
    assert len(places) == len(beside)
    assert all(b - a >= COMPARATOR_LABEL_PX - ROUNDING for a, b in pairwise(places))


@settings(max_examples=40)
@given(series(), comparators())
def test_everything_drawn_is_inside_the_axis(figures: tuple[Figure, ...], beside: Sequence[Comparator]) -> None:
    """A value off the axis would vanish without a word."""
    rows = term_line_data(SEN, figures, beside).to_pylist()
    low, high = sorted({r["y"] for r in rows if r["part"] == "extent"})
    for row in rows:
        if row["part"] in {"segment", "point", "band", "whisker", "comparator"}:
            assert all(low - ROUNDING <= row[end] <= high + ROUNDING for end in ("y", "y2") if row[end] is not None)


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_value_by_year_is_clear_of_the_comparator(share: float, england: float) -> None:
    rows = by_year_data(SEN, {"2022": figure(k=round(share), n=100)}, [comparator(england)]).to_pylist()
    extent = [r["y"] for r in rows if r["part"] == "extent"]
    scale = Scale(min(extent), max(extent), YEAR_HEIGHT_PX)
    for value in (r for r in rows if r["part"] == "value"):
        assert abs(scale.pixel(value["y"]) - scale.pixel(england)) >= 9
