"""Defends against a meal received in the wrong term, or by a child of whom nothing is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.errors import DataError
from data.ingest import meals
from tests.data.ingest.desk import Desk

AREA = "E10000025"
AUTUMN_2024, SPRING_2025 = date(2024, 10, 3), date(2025, 1, 16)
"""Census days."""


def desk(tmp_path: Path, *rows: str, header: str = "UPN,census date,free meal received") -> Desk:
    """An authority with these rows of meals, where A1 is the child ann."""
    matched = {"child_ref": "ann", "area_code": AREA, "register": "education", "register_id": "A1"}
    at = Desk.at(tmp_path, AREA).insert("matched", [matched])
    return at.supply("meals.csv", "\n".join([header, *rows])).ingest(meals.records)


def received(at: Desk) -> list[tuple[object, ...]]:
    return at.rows("supplied_meals", "child_ref, census_date, received")


def covered(at: Desk) -> list[tuple[object, ...]]:
    return at.rows("supplied_coverage_read", "area_code, source, first_date, last_date")


def test_a_meal_is_received_on_census_day(tmp_path: Path) -> None:
    at = desk(tmp_path, "A1,2024-Oct-03 00:00:00,1", "A1,16/01/2025,N")
    assert received(at) == [("ann", AUTUMN_2024, True), ("ann", SPRING_2025, False)]


@pytest.mark.parametrize("day", ["2024-09-12", "2024-10-10", "2024-10-24"])
def test_a_date_within_three_weeks_is_of_that_census(tmp_path: Path, day: str) -> None:
    assert received(desk(tmp_path, f"A1,{day},yes")) == [("ann", AUTUMN_2024, True)]


@pytest.mark.parametrize("day", ["2024-09-11", "2024-10-25", "2024-12-27", "2024-07-01", "2204-10-03"])
def test_a_date_further_from_it_or_of_another_term_is_rejected(tmp_path: Path, day: str) -> None:
    at = desk(tmp_path, f"A1,{day},yes")
    assert received(at) == covered(at) == []
    assert at.rejected == ({"census date is not a date": 1} if "2204" in day else {"census date is not near a census day": 1})


def test_the_row_nearest_to_the_census_day_is_believed(tmp_path: Path) -> None:
    at = desk(tmp_path, "A1,2024-10-10,yes", "A1,2024-10-02,no", "A1,2024-09-20,yes")
    assert received(at) == [("ann", AUTUMN_2024, False)]


def test_a_child_without_a_row_is_not_said_to_have_received_none(tmp_path: Path) -> None:
    at = desk(tmp_path, "B2,2024-10-03,yes")
    assert received(at) == []


def test_coverage_runs_from_the_first_to_the_last_term_of_any_pupils_row(tmp_path: Path) -> None:
    at = desk(tmp_path, "B2,2024-01-18,yes", "A1,2024-10-03,yes", "C3,2025-01-16,no", "C3,2025-08-01,no")
    assert covered(at) == [(AREA, "meals", date(2024, 1, 1), date(2025, 4, 20))]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2024-10-03,yes", "UPN is missing"),
        ("A1,,yes", "census date is missing"),
        ("A1,2024-10-03,", "free meal received is missing"),
        ("A1,2024-10-03,perhaps", "free meal received is not yes or no"),
        ("A1,2024-Oct-33,yes", "census date is not a date"),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_the_reason(tmp_path: Path, row: str, reason: str) -> None:
    at = desk(tmp_path, row)
    assert (received(at), at.rejected) == ([], {reason: 1})


@pytest.mark.parametrize(
    "header", ["upn,census_date,received", "Census Day,UPN,Free School Meal Received", "UPN,Census Date,fsm_taken"]
)
def test_columns_go_by_their_names(tmp_path: Path, header: str) -> None:
    row = "2024-10-03,A1,yes" if header.startswith("Census") else "A1,2024-10-03,yes"
    assert received(desk(tmp_path, row, header=header)) == [("ann", AUTUMN_2024, True)]


def test_lunches_taken_whatever_the_eligibility_are_not_meals_received(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^meals.csv has no column free meal received in its first row: .*[.]$"):
        desk(tmp_path, "A1,2024-10-03,yes", header="UPN,census date,schoollunchtaken")


def test_a_child_matched_in_another_area_or_register_receives_nothing_here(tmp_path: Path) -> None:
    at = Desk.at(tmp_path, AREA)
    for area, register, upn in (("E06000042", "education", "B2"), (AREA, "social_care", "C3")):
        at.insert("matched", [{"child_ref": "bea", "area_code": area, "register": register, "register_id": upn}])
    at.supply("meals.csv", "UPN,census date,received\nB2,2024-10-03,yes\nC3,2024-10-04,yes").ingest(meals.records)
    assert received(at) == []


def test_an_area_without_the_file_supplies_nothing(tmp_path: Path) -> None:
    at = Desk.at(tmp_path, AREA).ingest(meals.records)
    assert received(at) == covered(at) == []
