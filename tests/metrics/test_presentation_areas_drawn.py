"""The charts and the grid of areas: without these a hidden area can look like nought, or a colour be the only word."""

from __future__ import annotations

import pytest

from metrics import find
from metrics.presentation import areas_dots, areas_grid, areas_terms
from metrics.presentation.areas import Place
from metrics.presentation.areas_against import Target
from tests.metrics.areas_figures import SEN, STATUTORY, Z998, place, wilson
from tests.metrics.presentation_figures import comparator, figure, hidden


def dots(listed: list[Place], target: Target | None = None) -> list[dict[str, object]]:
    """The rows of the dot plot."""
    target = target or Target("England", 13.6, "matched")
    rows: list[dict[str, object]] = areas_dots.area_dots_data(SEN, listed, {p.code: target for p in listed}, 1.0).to_pylist()
    return rows


def test_the_dot_plot_draws_areas_in_the_order_given_with_both_intervals_n_and_comparator() -> None:
    rows = dots([place("Oxfordshire", 57, 184, own=True), place("Bracknell Forest", 12, 43)])
    assert list(dict.fromkeys(row["row"] for row in rows if row["part"] == "extent")) == ["Oxfordshire", "Bracknell Forest"]
    own = [row for row in rows if row["row"] == "Oxfordshire"]
    assert {row["part"] for row in own} == {
        "extent",
        "own",
        "label own",
        "against",
        "track",
        "note",
        "band",
        "wide",
        "dot",
        "value",
    }
    assert [row["text"] for row in own if row["part"] == "note"] == ["57 of 184 \N{BLACK UP-POINTING TRIANGLE}"]
    assert [row["text"] for row in rows if row["row"] == "Bracknell Forest" and row["part"] == "note"] == ["12 of 43"]
    wide = next(row for row in own if row["part"] == "wide")
    assert (wide["x"], wide["x2"]) == pytest.approx(wilson(57, 184, Z998), abs=0.001)


@pytest.mark.parametrize("symbol", ["c", "z", "x"])
def test_a_hidden_area_is_a_gap_with_its_symbol_and_never_a_dot_at_nought(symbol: str) -> None:
    drawn = dots([Place("1", "Slough", hidden(symbol=symbol))])
    rows = [row for row in drawn if row["row"] == "Slough" and row["part"] != "extent"]
    assert [row["part"] for row in rows] == ["label", "missing"]
    assert str(rows[1]["text"]).startswith(f"[{symbol}]")


def test_an_area_that_means_something_else_sends_its_reason_and_none_of_its_numbers() -> None:
    rows = dots([place("Milton Keynes", 58, 224, apart="Its Early Help is “an episode”.")])
    assert not [row for row in rows if row["part"] in ("dot", "wide", "band", "value", "note")]
    assert "58" not in str(rows) and "224" not in str(rows)
    assert next(row["Figure"] for row in rows if row["part"] == "missing") == "Its Early Help is “an episode”."


def test_what_each_area_has_of_its_own_is_a_diamond_and_what_is_not_comparable_is_not_drawn() -> None:
    listed = [place("Reading", 50, 100), place("Slough", 50, 100)]
    targets = {"Reading": Target("expected", 13.1, "matched"), "Slough": Target("expected", 13.3, "matched")}
    rows = areas_dots.area_dots_data(SEN, listed, targets, 1.0).to_pylist()
    assert [row["x"] for row in rows if row["part"] == "beside"] == [13.1, 13.3]
    assert not [row for row in rows if str(row["part"]).startswith("against")]
    unfit = dots(listed, Target("England", 13.6, "not_comparable", "Other."))
    assert not [row for row in unfit if row["part"] in ("beside", "against") or "England" in str(row["text"])]


def test_specifications_are_frozen_so_that_a_filter_swaps_data_alone() -> None:
    chart = areas_dots.area_dots(SEN, "0")
    assert chart is areas_dots.area_dots(SEN, "0")
    assert chart.spec is areas_dots.area_dots(STATUTORY, "m0").spec
    assert "Oxfordshire" not in str(chart.spec) + chart.title + chart.subtitle + chart.alt
    assert areas_terms.area_line(SEN) is areas_terms.area_line(SEN)


def test_those_who_do_not_see_the_chart_are_told_every_area_and_every_gap() -> None:
    listed = [place("Reading", 50, 100), Place("x", "Slough", hidden()), place("Oxford", 1, 9, apart="Other.")]
    assert areas_dots.describe_areas(SEN, listed) == (
        "On SEN support. Reading: 50.0%, 50 of 100 children. Slough: hidden. Oxford: Other."
    )
    table = areas_dots.areas_table("Areas", listed, {p.code: Target("England", 13.6, "matched") for p in listed}, 1.0)
    assert [cell.text for cell in table.rows[0].cells][-1] == "clearly above: England 13.6%"
    assert "1" not in [cell.text for cell in table.rows[2].cells]


def test_small_panels_have_one_pair_of_axes_and_a_letter_for_each_hidden_term() -> None:
    calm = tuple(figure(time=str(term), k=30, n=100) for term in range(-3, 4))
    wild = tuple(figure(time=str(term), k=80, n=100) if term else hidden(time="0") for term in range(-3, 4))
    axis = areas_terms.shared_axis(SEN, [calm, wild], (comparator(),))
    assert axis == (0.0, 90.0)
    panels = [areas_terms.area_line_data(SEN, series, (comparator(),), axis).to_pylist() for series in (calm, wild)]
    assert [[row["y"] for row in rows if row["part"] == "extent"] for rows in panels] == [[0.0, 90.0], [0.0, 90.0]]
    assert [row["text"] for row in panels[1] if row["part"] == "gap"] == ["c"]
    assert not [row for row in panels[1] if row["part"] == "point" and row["x"] == 0.0]
    assert {row["part"] for rows in panels for row in rows} <= set(areas_terms.DRAWN)


def column(indicator: str, *listed: Place, value: float, fit: str = "matched", effect: float | None = 1.0) -> areas_grid.Column:
    """A column whose areas are all set against one value."""
    target = Target("England", value, fit)  # type: ignore[arg-type]
    return areas_grid.Column(find(indicator), {p.code: p for p in listed}, {p.code: target for p in listed}, effect)


def test_a_cell_tells_its_figure_base_and_difference_without_colour() -> None:
    listed = (place("Reading", 520, 1240), place("Slough", 6, 43))
    made = areas_grid.grid([column("sen_support", *listed, value=13.6)], listed)
    clear, unclear = made.rows[0].cells[0], made.rows[1].cells[0]
    assert (clear.figure, clear.base, clear.mark, clear.words) == (
        "41.9%",
        "520 of 1,240",
        "\N{BLACK UP-POINTING TRIANGLE}",
        "clearly above England",
    )
    assert (unclear.mark, unclear.shade, unclear.words) == ("", "none", "too few children to tell")


def test_unlike_indicators_are_never_shaded_on_one_scale() -> None:
    """Nine points are much of suspensions' axis of 20 and little of meals' axis of 100."""
    one = place("Reading", 900, 10_000)
    suspended = areas_grid.grid([column("suspended", one, value=0.0)], (one,)).rows[0].cells[0]
    meals = areas_grid.grid([column("fsm_received", one, value=0.0)], (one,)).rows[0].cells[0]
    assert (suspended.shade, meals.shade) == ("above-far", "above")


def test_a_hidden_cell_has_its_symbol_its_reason_and_no_shade() -> None:
    listed = (Place("1", "Slough", hidden(symbol="x")), place("Oxford", 8, 9, apart="Its Early Help is other."))
    made = areas_grid.grid([column("sen_support", *listed, value=13.6)], listed)
    assert [(row.cells[0].figure, row.cells[0].base, row.cells[0].shade) for row in made.rows] == [
        ("[x]", "", "missing"),
        ("[d]", "", "missing"),
    ]
    assert made.symbols == ("[x] Not supplied: no extract from this area covers it.", "[d] Oxford: Its Early Help is other.")


def test_the_grid_says_how_many_cells_differ_and_how_many_would_by_chance() -> None:
    listed = tuple(place(f"Area {i}", 50, 100) for i in range(9))
    columns = [column("sen_support", *listed, value=13.6)] * 5 + [column("ehcp", *listed, value=50.0)] * 5
    made = areas_grid.grid([*columns, column("suspended", *listed, value=1.0, fit="not_comparable")], listed)
    assert (made.clear, made.judged) == (5 * 9, 10 * 9)
    assert round(0.002 * 90, 1) == 0.2
    assert areas_grid.chance_words(made) == (
        "Clearly different: 45 of 90 comparisons. If no area differed, about 0.2 of 90 would be by chance alone."
    )


def test_a_column_that_is_not_comparable_says_so_and_marks_nothing() -> None:
    one = place("Reading", 90, 100)
    made = areas_grid.grid([column("suspended", one, value=1.0, fit="not_comparable")], (one,))
    assert made.headings[0].against == "England: not comparable"
    assert (made.rows[0].cells[0].mark, made.rows[0].cells[0].shade) == ("", "none")
    assert areas_grid.chance_words(made) == "No cell can be compared."
