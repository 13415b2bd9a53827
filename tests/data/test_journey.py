"""Defends against a step, a wait or an offer that never was: dates out of order, left out, or told of an area not live."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.builders import MILTON_KEYNES, OXFORD, OXFORDSHIRE, READING
from tests.data.ann import ANN, DAD, Row, child, coverage, derived, rows

STEPS = ("champion_notified", "offer_made", "visit", "referral", "supported")
KNOWN_TO = coverage(date(2023, 7, 31), source="support")


def journey(tmp_path: Path, offer: Row | None, *, covered: Row = KNOWN_TO, **link: Any) -> Row:
    """Ann's row of support: recognised in October 2022, and her area's offers known to July 2023 unless it says otherwise."""
    offers = [] if offer is None else [{"child_ref": "ann", **offer}]
    store = derived(tmp_path, links=[ANN | link], offers=offers, coverage=[covered])
    (row,) = rows(store, "support")
    return row


def dated(*days: date | None, **rest: Any) -> Row:
    """An offer whose steps, from the first on, have these dates."""
    return dict(zip(STEPS, days, strict=False)) | {"suitable": True} | rest


def waits(row: Row) -> list[int | None]:
    return [row[f"wait_{step}_months"] for step in ("notified", "offered", "visited", "referred", "supported")]


ALL_FIVE = (date(2022, 10, 31), date(2022, 11, 1), date(2023, 1, 2), date(2023, 1, 9), date(2023, 5, 1))


def test_waits_are_whole_calendar_months_from_one_step_to_the_next(tmp_path: Path) -> None:
    row = journey(tmp_path, dated(*ALL_FIVE, outcome="accepted"))
    assert (row["reached"], waits(row)) == ("supported", [0, 1, 2, 0, 4])


def test_a_step_before_the_one_before_has_no_wait_and_is_never_negative(tmp_path: Path) -> None:
    row = journey(tmp_path, dated(date(2022, 11, 1), date(2022, 12, 1), date(2022, 9, 1), date(2023, 1, 1)))
    assert (row["reached"], waits(row)) == ("referred", [1, 1, None, 4, None])


def test_an_officer_told_before_recognition_has_no_wait(tmp_path: Path) -> None:
    assert waits(journey(tmp_path, dated(date(2022, 9, 30)))) == [None] * 5


def test_a_step_left_out_was_taken_where_a_later_one_was_and_no_wait_is_known_around_it(tmp_path: Path) -> None:
    row = journey(tmp_path, dated(date(2022, 11, 1), None, date(2023, 1, 1)))
    assert (row["reached"], waits(row)) == ("visited", [1, None, None, None, None])


@pytest.mark.parametrize(
    ("outcome", "reached"),
    [
        ("accepted", "referred"),
        ("declined", "offered"),
        ("no_contact", "notified"),
        ("not_suitable", "suitable"),
        ("pending", "suitable"),
    ],
)
def test_an_outcome_without_dates_tells_of_the_step_it_needs(tmp_path: Path, outcome: str, reached: str) -> None:
    row = journey(tmp_path, {"suitable": True, "outcome": outcome})
    assert (row["reached"], row["waiting_months"]) == (reached, 9 if reached == "suitable" else None)


@pytest.mark.parametrize(("suitable", "reached"), [(False, "recognised"), (None, "notified")])
def test_who_is_not_suitable_came_nowhere_whatever_is_dated(tmp_path: Path, suitable: bool | None, reached: str) -> None:
    row = journey(tmp_path, dated(date(2022, 11, 1), suitable=suitable))
    assert (row["reached"], waits(row)[0]) == (reached, 1 if reached == "notified" else None)


@pytest.mark.parametrize(
    ("offer", "months"),
    [
        (None, 9),  # since recognition
        (dated(), 9),
        (dated(date(2023, 7, 31)), 0),
        (dated(date(2022, 11, 1), date(2023, 2, 28)), 5),
        (dated(date(2023, 8, 1)), None),  # after the last day known
        (dated(*ALL_FIVE, outcome="accepted"), None),  # nothing is waited for
    ],
)
def test_months_waiting_count_from_the_step_reached_to_the_last_day_known(
    tmp_path: Path, offer: Row | None, months: int | None
) -> None:
    assert journey(tmp_path, offer)["waiting_months"] == months


@pytest.mark.parametrize(
    ("area", "district", "recognised", "live"),
    [
        (OXFORDSHIRE, None, date(2021, 12, 31), False),
        (OXFORDSHIRE, None, date(2022, 1, 1), True),
        (OXFORDSHIRE, OXFORD, date(2021, 12, 31), True),  # the city began before the county
        (MILTON_KEYNES, None, date(2022, 11, 30), False),
        (MILTON_KEYNES, None, date(2022, 12, 1), True),
        (READING, None, date(2022, 12, 1), None),
    ],
)
def test_the_offer_is_live_from_the_month_recorded_where_the_child_lives(
    tmp_path: Path, area: str, district: str | None, recognised: date, live: bool | None
) -> None:
    store = derived(
        tmp_path,
        receptions=[DAD | {"reception_date": recognised}],
        links=[ANN | {"area_code": area, "district_code": district, "link_date": date(2021, 1, 1)}],
        coverage=[KNOWN_TO | {"area_code": area}],
    )
    (row,) = rows(store, "support")
    assert row["offer_live"] is live
    assert row["reached"] == ("recognised" if live else None)


def test_before_the_offer_was_live_no_step_counts(tmp_path: Path) -> None:
    row = journey(tmp_path, dated(*ALL_FIVE), area_code=MILTON_KEYNES, covered=KNOWN_TO | {"area_code": MILTON_KEYNES})
    assert (row["offer_live"], row["reached"], waits(row), row["waiting_months"]) == (False, None, [None] * 5, None)
    assert row["visit_month"] == date(2023, 1, 1), "what was recorded stays"


def test_where_go_live_is_not_recorded_what_was_supplied_counts(tmp_path: Path) -> None:
    row = journey(tmp_path, dated(*ALL_FIVE[:2]), area_code=READING, covered=KNOWN_TO | {"area_code": READING})
    assert (row["offer_live"], row["reached"]) == (None, "offered")


@pytest.mark.parametrize(
    "covered", [coverage(date(2025, 7, 31)), KNOWN_TO | {"area_code": READING}, coverage(date(2022, 9, 30), source="support")]
)
def test_an_area_that_supplied_nothing_of_that_time_has_no_journeys(tmp_path: Path, covered: Row) -> None:
    assert journey(tmp_path, dated(*ALL_FIVE), covered=covered)["reached"] is None


@pytest.mark.parametrize(
    ("episode", "is_open"),
    [
        ({"kind": "early_help", "start_date": date(2022, 10, 31)}, True),
        ({"kind": "cp", "start_date": date(2022, 1, 1), "end_date": date(2022, 10, 1)}, True),
        ({"kind": "cin", "start_date": date(2022, 11, 1)}, False),
    ],
)
def test_open_to_services_is_of_the_month_of_imprisonment(tmp_path: Path, episode: Row, is_open: bool) -> None:
    store = derived(tmp_path, care_episodes=[{"child_ref": "ann", **episode}])
    assert rows(store, "support")[0]["open_to_services"] is is_open


def test_open_to_services_is_unknown_where_no_record_was_found(tmp_path: Path) -> None:
    store = derived(tmp_path, matches=[{"child_ref": "ann", "register": "education"}])
    assert rows(store, "support")[0]["open_to_services"] is None


@pytest.mark.parametrize(("linked", "months"), [(date(2021, 11, 1), 0), (date(2022, 10, 31), 0), (date(2023, 1, 1), 3)])
def test_recognition_waits_for_the_link(tmp_path: Path, linked: date, months: int) -> None:
    assert child(derived(tmp_path, links=[ANN | {"link_date": linked}]))["wait_recognised_months"] == months
