"""The journey in charts: each step with the others of the same children, and a gap where some are hidden, never a nought."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from metrics import INDICATORS, Figure, find
from metrics.presentation import journey_data, missed_data, step_by_data, waits_data
from metrics.presentation.offer import BANDS, LINE_LETTERS, NOT_REACHED, OFFERS, STANDING, STEPS, WAITED, beside
from tests.metrics.presentation_figures import figure, hidden

VISITED = find("step_visited")
WHY = ("pending", "declined", "no_contact", "not_suitable")


def counted(id: str, k: int, n: int) -> Figure:
    return figure(id, "all", k, n)


def visited(**changed: Figure) -> dict[str, Figure | None]:
    """Of 100 children offered support 60 were visited, 10 are pending, 20 declined, 6 had no contact, 4 were not suitable."""
    counts = {"step_visited": 60, **dict(zip((f"beside_visited_{why}" for why in WHY), (10, 20, 6, 4), strict=True))}
    return {id: changed.get(id.removeprefix("beside_visited_"), counted(id, k, 100)) for id, k in counts.items()}


def parts(table: pa.Table, name: str, row: str = "step_visited") -> list[dict[str, Any]]:
    return [one for one in table.to_pylist() if one["part"] == name and one["row"] == row]


def bars(table: pa.Table, row: str = "step_visited") -> list[tuple[str, float, float]]:
    return [(one["style"], one["x"], one["x2"]) for one in parts(table, "bar", row)]


def test_a_step_and_those_beside_it_fill_its_bar() -> None:
    assert bars(journey_data(visited())) == [
        ("Reached", 0, 60),
        ("Pending", 60, 70),
        ("Stopped", 70, 90),
        ("Stopped", 90, 96),
        ("Stopped", 96, 100),
    ]


def test_the_words_of_a_step_are_its_share_of_the_step_before_and_who_did_not_reach_it() -> None:
    data = journey_data(visited())
    assert [one["text"] for one in parts(data, "amount")] == ["60.0% (60 of 100)"]
    assert " ".join(parts(data, "beside")[0]["text"].split("\n")) == "Pending 10 · Declined 20 · No contact 6 · Not suitable 4"
    assert all(len(line) <= LINE_LETTERS + len(" ·") for line in parts(data, "beside")[0]["text"].split("\n"))


def test_a_slide_says_it_on_one_line() -> None:
    data = journey_data(visited(), wide=True)
    assert parts(data, "label")[0]["text"] == "Family visited: 60.0% (60 of 100)"
    assert parts(data, "beside")[0]["text"] == "Pending 10 · Declined 20 · No contact 6 · Not suitable 4"
    assert not parts(data, "amount")


def test_hidden_parts_are_a_gap_in_the_place_of_the_first_and_what_follows_ends_where_the_bar_ends() -> None:
    data = journey_data(
        visited(pending=hidden("beside_visited_pending", "all"), no_contact=hidden("beside_visited_no_contact", "all"))
    )
    assert bars(data) == [("Hidden", 0, 100), ("Reached", 0, 60), ("Stopped", 76, 96), ("Stopped", 96, 100)]
    assert "Pending [c] · Declined 20 · No contact [c]" in parts(data, "beside")[0]["text"]


def test_a_hidden_step_leaves_its_gap_at_the_left_so_that_no_other_is_taken_for_it() -> None:
    data = journey_data(visited(step_visited=hidden("step_visited", "all")))
    assert bars(data)[:2] == [("Hidden", 0, 100), ("Pending", 60, 70)]
    assert [one["text"] for one in parts(data, "amount")] == ["[c] hidden"]


def test_a_step_of_which_all_is_hidden_has_no_bar_at_all() -> None:
    nothing = {id: hidden(id, "all") for id in visited()}
    assert bars(journey_data(nothing)) == []
    assert [one["text"] for one in parts(journey_data(nothing), "amount")] == ["[c] hidden"]


def test_an_area_before_its_go_live_says_from_when_support_is_offered_and_draws_no_nought() -> None:
    before = {id: hidden(id, "all", "z") for id in visited()}
    data = journey_data(before, since="offer from July 2023")
    assert [one["text"] for one in parts(data, "amount")] == ["[z] offer from July 2023"]
    assert bars(data) == []


def test_every_indicator_beside_a_step_is_drawn_with_it() -> None:
    declared = {one.id for one in INDICATORS if one.id.startswith("beside_")}
    assert declared == {one.id for step in STEPS for one in beside(step).values()}
    for step in STEPS:
        assert {one.splits for one in beside(step).values()} <= {step.splits}
        assert list(beside(step)) == [why for why in NOT_REACHED if why in beside(step)]


def test_bands_of_a_wait_fill_its_bar_in_order_of_time() -> None:
    figures: dict[str, Figure | None] = {
        f"wait_offered_{band}": counted(f"wait_offered_{band}", k, 80) for band, k in zip(BANDS, (40, 20, 12, 8), strict=True)
    }
    data = waits_data(figures, ("offered",))
    assert bars(data, "offered") == [
        ("Same month", 0, 50),
        ("Next month", 50, 75),
        ("Two or three months", 75, 90),
        ("Four months or more", 90, 100),
    ]
    assert parts(data, "label", "offered")[0]["text"] == "Officer told to offer (of 80)"


def test_a_wait_of_which_all_is_hidden_says_so() -> None:
    figures: dict[str, Figure | None] = {f"wait_offered_{band}": hidden(f"wait_offered_{band}", "all") for band in BANDS}
    assert parts(waits_data(figures, ("offered",)), "label", "offered")[0]["text"] == "Officer told to offer: [c] hidden"


def test_every_wait_of_the_catalogue_is_drawn_here_or_among_the_recognised() -> None:
    steps = {
        one.id.removeprefix("wait_").removesuffix(f"_{band}")
        for one in INDICATORS
        for band in BANDS
        if one.id.endswith(f"_{band}")
    }
    assert steps == {"recognised", *WAITED}


def test_an_area_is_grey_with_the_date_of_its_go_live_only_where_it_came_later() -> None:
    names = {"A": "Here", "B": "There", "C": "Beyond"}
    figures = {
        "A": hidden("step_offered", "all", "z"),
        "B": hidden("step_offered", "all", "z"),
        "C": hidden("step_offered", "all"),
    }
    data = step_by_data(names, figures, {"A": "offer from July 2023", "C": "offer from January 2022"})
    assert [parts(data, "missing", code)[0]["text"] for code in names] == [
        "[z] offer from July 2023",
        "[z] not reached",
        "[c] hidden",
    ]


@pytest.mark.parametrize(("id", "gap"), [("unknown_offered", 0), ("unknown_offer_not_recorded", 1)])
def test_a_hidden_part_of_known_to_nobody_is_a_gap_up_to_the_whole(id: str, gap: int) -> None:
    whole = figure("none_active", "window", 80, 200)
    counts = {"unknown_offered": 20, "unknown_not_offered": 40, "unknown_offer_not_recorded": 20}
    figures = {one: figure(one, "window", k, 200) for one, k in counts.items()}
    assert [(one["x"], one["x2"]) for one in parts(missed_data(whole, figures), "bar", "parts")] == [(0, 10), (10, 30), (30, 40)]
    drawn = parts(missed_data(whole, figures | {id: hidden(id, "window")}), "bar", "parts")
    assert (drawn[0]["style"], drawn[0]["x"], drawn[0]["x2"]) == ("Hidden", 0, 40)
    assert [(one["x"], one["x2"]) for one in drawn[1:]] == ([(10, 30), (30, 40)] if gap == 0 else [(0, 10), (10, 30)])


def test_nothing_is_drawn_of_the_parts_where_the_whole_is_hidden() -> None:
    figures = {id: figure(id, "window", 20, 200) for id in OFFERS}
    data = missed_data(hidden("none_active", "window"), figures)
    assert parts(data, "bar", "parts") == [] and parts(data, "beside", "parts") == []


def test_it_is_called_a_description_and_pending_is_not_lost() -> None:
    said = " ".join(STANDING)
    for words in (
        "not an evaluation of the service",
        "Pending is not lost",
        "its own path",
        "from its go-live",
        "counts children",
    ):
        assert words in said
