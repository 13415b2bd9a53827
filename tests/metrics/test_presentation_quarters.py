"""Who was recognised, in charts: children and families apart, go-lives on the axis, and no total over what is hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from metrics import find
from metrics.area import Area
from metrics.lattice import Lattice
from metrics.presentation import (
    breakdown_bars_data,
    go_lives,
    headcounts_data,
    rates_data,
    recognised_by_quarter_data,
    recognised_so_far_data,
    share_by_quarter_data,
    unavailable,
)
from metrics.presentation.quarters import LIVE_LINES
from tests.metrics.presentation_figures import comparator, figure, hidden

WHOLE = Area("all", "Thames Valley", "all")
OXFORDSHIRE = Area("E10000025", "Oxfordshire", "authority", "all", "2022-01")
OXFORD = Area("E07000178", "Oxford", "district", "E10000025", "2021-10")
CHERWELL = Area("E07000177", "Cherwell", "district", "E10000025")
BUCKINGHAMSHIRE = Area("E06000060", "Buckinghamshire", "authority", "all", "2023-07")
READING = Area("E06000038", "Reading", "authority", "all")
LATTICE = Lattice((WHOLE, BUCKINGHAMSHIRE, OXFORDSHIRE, CHERWELL, OXFORD, READING), (), (), (), 0, date(2021, 11, 1), {})


def counted(number: int, indicator: str = "recognised") -> Any:
    return figure(indicator, "all", number, number, low=None, high=None)


def parts(table: pa.Table, name: str) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if row["part"] == name]


def test_a_column_is_of_children_and_the_mark_on_it_of_families() -> None:
    data = recognised_by_quarter_data({"2022Q1": counted(85)}, {"2022Q1": counted(46, "families")})
    assert [(row["y2"], row["y"], row["style"], row["Children"], row["Families"]) for row in parts(data, "bar")] == [
        (0, 85, "Children", "85", "46")
    ]
    assert [(row["y"], row["style"]) for row in parts(data, "families")] == [(46, "Families")]
    assert [row["text"] for row in parts(data, "value")] == ["85"]


def test_a_hidden_quarter_has_a_letter_and_no_column() -> None:
    data = recognised_by_quarter_data({"2022Q1": hidden("recognised", "all")}, {"2022Q1": counted(46, "families")})
    assert not parts(data, "bar") and not parts(data, "families")
    assert [(row["text"], row["Children"]) for row in parts(data, "missing")] == [("c", unavailable("c"))]


def test_hidden_families_leave_the_column_of_children() -> None:
    data = recognised_by_quarter_data({"2022Q1": counted(85)}, {"2022Q1": hidden("families", "all")})
    assert parts(data, "bar") and not parts(data, "families")


def test_a_running_total_ends_at_a_hidden_period() -> None:
    """A total carried over a hidden period would give it away."""
    data = recognised_so_far_data(
        {"2021": hidden("recognised", "all", "z"), "2022": counted(90), "2023": hidden("recognised", "all"), "2024": counted(50)}
    )
    assert [(row["period"], row["y"]) for row in parts(data, "total")] == [("2022", 90)]
    assert [(row["period"], row["text"]) for row in parts(data, "last")] == [("2022", "90 so far")]
    assert [(row["period"], row["text"]) for row in parts(data, "missing")] == [("2021", "z"), ("2023", "c")]


def test_a_running_total_adds_up() -> None:
    data = recognised_so_far_data({"2022": counted(90), "2023": counted(50)})
    assert [row["y"] for row in parts(data, "total")] == [90, 90 + 50]


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("all", ["Oxfordshire", "Buckinghamshire"]),
        ("E10000025", ["Oxfordshire"]),
        ("E07000178", ["Oxford"]),
        ("E07000177", ["Oxfordshire"]),  # a district without its own has its authority's
        ("E06000038", []),
    ],
)
def test_the_go_lives_on_the_axis_are_those_of_the_area_chosen(area: str, expected: list[str]) -> None:
    assert [one.name for one in go_lives(LATTICE, area)] == expected


def test_a_go_live_is_a_named_rule_at_its_quarter_and_the_earliest_is_named_highest() -> None:
    quarters = {period: counted(20) for period in ("2022Q1", "2022Q2", "2023Q3", "2023Q4", "2024Q1", "2024Q2")}
    data = recognised_by_quarter_data(quarters, live=go_lives(LATTICE, "all"))
    assert [(row["period"], row["text"]) for row in parts(data, "live_label b")] == [("2022Q1", "Oxfordshire, Jan 2022")]
    assert [(row["period"], row["text"]) for row in parts(data, "live_label a")] == [("2023Q3", "Buckinghamshire, Jul 2023")]
    assert [row["period"] for name in ("live b", "live a") for row in parts(data, name)] == ["2022Q1", "2023Q3"]


def test_a_name_far_to_the_right_stands_left_of_its_rule() -> None:
    periods = {period: counted(20) for period in ("2022Q1", "2022Q2", "2023Q3")}
    data = recognised_by_quarter_data(periods, live=(BUCKINGHAMSHIRE,))
    assert parts(data, "live_label a edge") and not parts(data, "live_label a")


def test_a_go_live_outside_the_periods_drawn_is_left_out_and_no_more_are_named_than_have_room() -> None:
    many = tuple(Area(f"E{n}", f"Area {n}", "authority", "all", "2022-02") for n in range(len(LIVE_LINES) + 2))
    data = recognised_by_quarter_data({"2022Q1": counted(20)}, live=(*many, BUCKINGHAMSHIRE))
    drawn = {row["part"] for row in data.to_pylist() if row["part"].startswith("live ")}
    assert drawn == {f"live {line}" for line in LIVE_LINES}


def test_a_share_by_quarter_is_a_dot_with_its_interval_and_a_gap_where_hidden() -> None:
    data = share_by_quarter_data(
        {"2022Q1": figure("step_offered", "all", 20, 80, low=17.0, high=36.0), "2022Q2": hidden("step_offered", "all", "z")}
    )
    assert [(row["period"], row["y"], row["Children"]) for row in parts(data, "dot")] == [("2022Q1", 25.0, "20 of 80 children")]
    assert [(row["y"], row["y2"]) for row in parts(data, "interval")] == [(17.0, 36.0)]
    assert [(row["period"], row["text"]) for row in parts(data, "missing")] == [("2022Q2", "z")]


def test_children_and_families_are_two_bars_and_only_children_are_a_share_of_all() -> None:
    found = {"F": (counted(90), counted(60, "families"))}
    data = headcounts_data({"F": "Girls"}, found, counted(225))
    assert [(row["x2"], row["style"]) for row in parts(data, "bar")] == [(90, "Children")]
    assert [(row["x2"], row["style"]) for row in parts(data, "families bar")] == [(60, "Families")]
    assert [row["text"] for row in parts(data, "value")] == [f"90 children ({100 * 90 / 225:.1f}%)"]
    assert [row["text"] for row in parts(data, "families value")] == ["60 families"]


def test_a_hidden_group_has_its_symbol_in_each_bar_and_a_hidden_whole_makes_no_share() -> None:
    data = headcounts_data({"F": "Girls"}, {"F": (counted(90), hidden("families", "all"))}, hidden("recognised", "all"))
    assert [row["text"] for row in parts(data, "value")] == ["90 children"]
    assert [row["text"] for row in parts(data, "families missing")] == ["[c] families hidden"]


@pytest.mark.parametrize("id", ["linked_police", "linked_prison", "linked_social_care", "linked_other"])
def test_who_knew_is_a_share_of_the_children_recognised(id: str) -> None:
    data = breakdown_bars_data("link_source", {id: figure(id, "all", 50, 200)})
    assert [row["text"] for row in parts(data, "value")] == ["25.0% (50 of 200)"]
    assert find(id).splits == "link_source"


def test_a_rate_is_of_the_children_who_live_there_and_an_area_without_a_population_is_left_out() -> None:
    living = {"E10000025": replace(comparator(150_000.0), unit="children")}
    names = {"E10000025": "Oxfordshire", "E06000038": "Reading"}
    data = rates_data(names, {"E10000025": counted(300), "E06000038": counted(50)}, living)
    assert [(row["row"], row["x2"]) for row in data.to_pylist() if row["part"] == "bar"] == [
        ("E10000025", 10_000 * 300 / 150_000)
    ]
    assert [row["text"] for row in parts(data, "value")] == ["20.0 (300 children)"]
    hidden_there = rates_data(names, {"E10000025": hidden("recognised", "all")}, living)
    assert [row["text"] for row in parts(hidden_there, "missing")] == ["[c] hidden"]
