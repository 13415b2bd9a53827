"""Tables: the same figures as the chart, each hidden one with its symbol and the reason."""

from __future__ import annotations

from metrics import find
from metrics.presentation import (
    comparators_table,
    figures_table,
    headcount_table,
    pairs_table,
    series_table,
    unavailable,
)
from metrics.presentation.tables import p_text
from tests.metrics.presentation_figures import comparator, figure, hidden, pair

SEN = find("sen_support")


def texts(table) -> list[tuple[str, ...]]:  # type: ignore[no-untyped-def]
    return [tuple(cell.text for cell in row.cells) for row in table.rows]


def test_a_row_has_k_n_figure_and_interval() -> None:
    table = series_table(SEN, [figure(time="-1", low=25.0, high=37.0)])
    assert table.header == ("School term", "Children (k)", "Of (n)", "Figure", "95% interval")
    assert texts(table) == [("−1: one term before", "57", "184", "31.0%", "25.0% to 37.0%")]


def test_a_hidden_figure_has_its_symbol_in_every_cell_and_the_reason_once() -> None:
    table = series_table(SEN, [hidden(time="0"), hidden(time="1", symbol="z"), hidden(time="2", symbol="x")])
    assert [row[1:] for row in texts(table)] == [("[c]",) * 4, ("[z]",) * 4, ("[x]",) * 4]
    assert table.rows[0].cells[1].reason == unavailable("c")
    assert table.symbols == tuple(f"[{s}] {unavailable(s)}" for s in "czx")


def test_a_mean_has_no_count() -> None:
    table = series_table(find("attendance_mean"), [figure("attendance_mean", k=None, low=77.0, high=82.0)])
    assert table.header == ("School term", "Of (n)", "Figure", "95% interval")
    assert texts(table) == [("0: the term of imprisonment", "184", "79.9%", "77.0% to 82.0%")]


def test_england_s_rate_for_such_children_is_shown_where_there_is_one() -> None:
    table = series_table(SEN, [figure(expected=14.2), hidden(time="1")])
    assert table.header[-1] == "At England's rates"
    assert texts(table)[0][-1] == "14.2%" and texts(table)[1][-1] == "[c]"


def test_windows_are_named_with_their_length() -> None:
    table = series_table(find("mash_referral"), [figure("mash_referral", "w6")])
    assert table.header[0] == "Window" and texts(table)[0][0] == "That month and the six after (7 months)"


def test_every_row_is_as_wide_as_the_header() -> None:
    tables = (
        series_table(SEN, [figure(), hidden(time="1")]),
        figures_table("By year", [("2022", figure()), ("2023", hidden()), ("2024", None)], "Year"),
        headcount_table("Recognised", [("2022", figure("recognised", "all", 90, 90)), ("2023", hidden())]),
        pairs_table([(SEN, pair()), (SEN, None)]),
        comparators_table([comparator(), comparator(4.0, fit="not_comparable")]),
    )
    for table in tables:
        assert table.caption and all(len(row.cells) == len(table.header) for row in table.rows)


def test_a_headcount_is_a_number_and_not_a_share() -> None:
    assert texts(headcount_table("Recognised", [("2022", figure("recognised", "all", 1190, 1190))])) == [("2022", "1,190")]


def test_a_pair_has_before_after_gained_and_lost() -> None:
    assert texts(pairs_table([(SEN, pair())])) == [("On SEN support", "100", "50.0%", "60.0%", "20", "10", "0.001")]


def test_a_p_value_is_never_nought() -> None:
    assert (p_text(0.0), p_text(0.0321), p_text(1.0), p_text(None)) == ("under 0.001", "0.032", "1.000", "not given")
