"""The charts of a deck, one kind after another: what is drawn is what is shown, and what is hidden is a gap with its symbol."""

from __future__ import annotations

from typing import Any

import pytest
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_FILL
from pptx.util import Inches

from metrics import Figure
from metrics.exports import deck_charts, deck_template
from metrics.presentation.slides import Plot, Series, Slide
from tests.metrics.presentation_figures import comparator, figure, here, hidden, in_need

BOX = (Inches(1), Inches(1), Inches(8), Inches(4))


def chart_of(plot: Plot) -> Any:
    """The chart that a plot makes on an empty page."""
    deck = deck_template.new_deck()
    page = deck_template.add_page(deck, deck_template.FINDING, "A title", "Safe to share.")
    unsaid: dict[str, Any] = dict.fromkeys(
        ("id", "name", "title", "about", "says", "n_words", "comparator_words", "source", "footer", "spoken"), ""
    )
    return deck_charts.draw(page, Slide(chart=None, data=None, figures=plot, notes=(), **unsaid), BOX).chart


def series_of(chart: Any) -> dict[str, tuple[float | None, ...]]:
    return {one.name: tuple(one.values) for one in chart.plots[0].series}


def labels_of(chart: Any, place: int) -> list[str]:
    """The labels of one series, as far as it has any of its own."""
    return [text.text for text in chart.plots[0].series[place]._element.iter("{*}t")]


def line(*figures: Figure) -> Plot:
    points = tuple((one.time, one) for one in figures)
    return Plot("line", "School term", (Series("On SEN support", points),), (comparator(13.6), here(14.0), in_need(21.8)))


def test_bars_have_their_figure_k_of_n_and_interval() -> None:
    plot = Plot("bars", "Step", (Series("Children", (("Told", figure(k=60, n=80)), ("Visited", hidden()))),))
    chart = chart_of(plot)
    assert list(chart.plots[0].categories) == ["Told", "Visited [c]"]
    assert series_of(chart) == {"Children": (75.0, None)}
    assert labels_of(chart, 0) == ["75.0% (60 of 80)"]
    assert chart._chartSpace.xml.count("<c:errBars>") == 1


def test_headcounts_are_counts_and_not_a_hundred_percent() -> None:
    counted = Series("Children", (("2022", figure("recognised", "all", 58, 58)), ("2023", hidden("recognised", "all"))))
    chart = chart_of(Plot("bars", "Year", (counted,), counts=True))
    assert series_of(chart) == {"Children": (58, None)}
    assert labels_of(chart, 0) == ["58"]


def test_a_stack_with_a_hidden_piece_is_not_drawn_at_all() -> None:
    windows = ("Before", "After")
    shares = {"Child in need": (figure("cin", "m-1", 20, 100), figure("cin", "m0", 30, 100)),
              "Child protection plan": (hidden("cp", "m-1"), figure("cp", "m0", 10, 100)),
              "Open to Early Help": (figure("early_help", "m-1", 5, 100), hidden("early_help", "m0"))}  # fmt: skip
    plot = Plot("stacked", "Window", tuple(Series(name, tuple(zip(windows, told, strict=True))) for name, told in shares.items()))
    chart = chart_of(plot)
    assert series_of(chart) == {
        "Child in need": (None, None, 30.0, None),
        "Child protection plan": (None, None, 10.0, None),
        "Open to Early Help": (None, 5.0, None, None),
    }
    assert list(chart.plots[0].categories) == [
        "Before: statutory [c]",
        "Before: Open to Early Help",
        "After: statutory",
        "After: Open to Early Help [c]",
    ]


def test_comparators_of_several_indicators_are_series_and_what_does_not_compare_is_left_out() -> None:
    points = (("SEN", figure("sen_support", "0", 57, 184)), ("Suspended", figure("suspended", "0", 8, 184)))
    beside = (
        comparator(13.6, indicator="sen_support"),
        in_need(21.8, indicator="sen_support"),
        comparator(9.0, indicator="suspended", fit="not_comparable"),
    )
    chart = chart_of(Plot("dots", "Indicator", (Series("These children", points),), beside))
    assert series_of(chart) == {
        "These children": (100 * 57 / 184, 100 * 8 / 184),
        "England": (13.6, None),
        "England's children in need": (21.8, None),
    }
    assert chart.has_legend
    assert labels_of(chart, 0) == ["31.0% (57 of 184)", "4.3% (8 of 184)"]
    assert chart._chartSpace.xml.count("<c:errBars>") == 1


def test_dots_are_marks_of_powerpoints_own_and_not_bars() -> None:
    """A bar begins at nought and says a size; a dot says where a figure lies."""
    chart = chart_of(Plot("dots", "Indicator", (Series("These children", (("SEN", figure(k=57, n=184)),)),), (comparator(13.6),)))
    assert chart.chart_type == XL_CHART_TYPE.LINE_MARKERS
    assert len({series.marker.style for series in chart.plots[0].series}) == 2
    assert all(series.format.line.fill.type == MSO_FILL.BACKGROUND for series in chart.plots[0].series)


def test_labels_of_alike_comparators_are_moved_apart() -> None:
    beside = (comparator(13.6, indicator="sen_support"), in_need(14.0, indicator="sen_support"))
    chart = chart_of(Plot("dots", "Indicator", (Series("These children", (("SEN", figure(k=57, n=184)),)),), beside))
    moves = [float(move.get("val")) for one in chart.plots[0].series for move in one._element.iter("{*}y") if move.get("val")]
    assert len(moves) == 2 and abs(moves[0] - moves[1]) > 0.04


def test_before_and_after_are_two_series() -> None:
    ends = tuple(Series(name, (("SEN", figure(k=k, n=100)), ("EHCP", hidden()))) for name, k in (("Before", 30), ("After", 40)))
    chart = chart_of(Plot("dots", "Indicator", ends))
    assert series_of(chart) == {"Before": (30.0, None), "After": (40.0, None)}
    assert list(chart.plots[0].categories) == ["SEN", "EHCP [c]"]
    assert "<c:hiLowLines>" in chart._chartSpace.xml


def test_a_line_is_broken_where_few_children_were_observed() -> None:
    chart = chart_of(line(figure(time="-1", n=60, k=20), figure(time="0"), figure(time="1"), hidden(time="2")))
    drawn = chart.plots[0].series[1]._element.xml
    assert drawn.count("sysDot") == 2  # the point of few children, and the stretch from it to the next
    assert 'val="gap"' in chart._chartSpace.xml


def test_comparators_of_a_line_have_their_name_and_none_lies_on_another() -> None:
    chart = chart_of(line(figure(time="-1"), figure(time="0"), figure(time="1")))
    names = [labels_of(chart, place) for place in (2, 3, 4)]
    assert names == [["England 13.6%"], ["All pupils here 14.0%"], ["Children in need 21.8%"]]
    assert labels_of(chart, 0) == ["Parent imprisoned"] and labels_of(chart, 1) == ["31.0%"]
    moved = [float(one.get("val")) for place in (2, 3) for one in chart.plots[0].series[place]._element.iter("{*}y")]
    assert moved and abs(moved[0] - moved[-1]) > 0.01


@pytest.mark.parametrize("figures", [(hidden(time="0"), figure(time="1")), (figure(time="1"), figure(time="2"))])
def test_a_line_without_the_term_of_imprisonment_is_drawn(figures: tuple[Figure, ...]) -> None:
    assert len(series_of(chart_of(line(*figures)))) >= 4


def test_parts_of_a_whole_are_one_bar_and_what_is_hidden_is_a_part_of_its_own() -> None:
    """Of 100 children 60 were visited and 30 declined; how many had no contact is hidden, so the bar is whole without them."""
    shares = {
        "Reached": (figure("step_offered", "all", 80, 80), figure("step_visited", "all", 60, 100)),
        "Declined": (None, figure("beside_visited_declined", "all", 30, 100)),
        "No contact": (None, hidden("beside_visited_no_contact", "all")),
    }
    steps = ("Support offered", "Family visited")
    plot = Plot("parts", "Step", tuple(Series(name, tuple(zip(steps, told, strict=True))) for name, told in shares.items()))
    chart = chart_of(plot)
    assert series_of(chart) == {
        "Reached": (100.0, 60.0),
        "Declined": (None, 30.0),
        "No contact": (None, None),
        "Hidden": (None, 100 - 60 - 30),
    }
    assert list(chart.plots[0].categories) == ["Support offered", "Family visited [c]"]
    assert [(series.name, label) for series, label, _ in plot.points] == [
        ("Reached", "Support offered"),
        ("Reached", "Family visited"),
        ("Declined", "Family visited"),
        ("No contact", "Family visited"),
    ]


def test_quarters_are_columns_with_short_names() -> None:
    counted = Series("Children", (("October to December 2021", figure("recognised", "all", 58, 58)),))
    chart = chart_of(Plot("columns", "Quarter", (counted,), counts=True))
    assert list(chart.plots[0].categories) == ["Oct to Dec 2021"]
    assert chart._chartSpace.xml.count('<c:barDir val="col"/>') == 1
