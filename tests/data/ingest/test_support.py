"""Defends against a step of the offer of support that was not taken, or is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.ingest import support
from tests.builders import OXFORDSHIRE, READING
from tests.data.ingest.desk import Desk

HEADER = "child_ref,suitable,champion_notified,offer_made,visit,outcome,referral,supported"


def ingested(tmp_path: Path, *rows: str, header: str = HEADER) -> Desk:
    desk = Desk.at(tmp_path).supply("support.csv", "\n".join([header, *rows]))
    homes = {"ann": OXFORDSHIRE, "bob": OXFORDSHIRE, "cas": READING}
    desk.insert("linked_people", [{"child_ref": ref, "area_code": area} for ref, area in homes.items()])
    return desk.ingest(support.ingest)


def test_a_journey_is_read_whole(tmp_path: Path) -> None:
    row = "ann,yes,01/02/2023,05/02/2023,2023-02-20,accepted,2023-03-01 00:00:00,2023-Apr-01"
    days = [date(2023, 2, 1), date(2023, 2, 5), date(2023, 2, 20), date(2023, 3, 1), date(2023, 4, 1)]
    assert ingested(tmp_path, row).rows("supplied_offers") == [("ann", True, *days, "accepted")]


def test_what_is_blank_is_undecided_and_pending(tmp_path: Path) -> None:
    assert ingested(tmp_path, "ann,,,,,,,").rows("supplied_offers") == [("ann", *[None] * 6, "pending")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *[("Accepted", "accepted"), ("declined", "declined"), ("Refused", "declined"), ("no_contact", "no_contact")],
        *[("No contact", "no_contact"), ("unable to contact", "no_contact"), ("not suitable", "not_suitable")],
        *[("Unsuitable", "not_suitable"), ("in-progress", "pending"), ("Pending", "pending")],
    ],
)
def test_outcomes_are_read_as_people_write_them(tmp_path: Path, said: str, code: str) -> None:
    assert ingested(tmp_path, f"ann,,,,,{said},,").rows("supplied_offers", "outcome") == [(code,)]


def test_steps_in_an_impossible_order_stay_as_recorded(tmp_path: Path) -> None:
    desk = ingested(tmp_path, "ann,no,,2023-02-05,2023-01-01,accepted,,")
    columns = "suitable, offer_made, visit, outcome"
    assert desk.rows("supplied_offers", columns) == [(False, date(2023, 2, 5), date(2023, 1, 1), "accepted")]
    assert desk.rejected == {}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ann,maybe,,,,,,", "suitable is not yes or no"),
        ("ann,yes,,soon,,,,", "offer_made is not a date"),
        ("ann,yes,,,,perhaps,,", "outcome is not one of accepted, declined, no_contact, not_suitable, pending"),
        (",yes,,,,,,", "child_ref is missing"),
        ("an,yes,,,,,,", "child_ref is not in links.csv"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_counted(tmp_path: Path, row: str, reason: str) -> None:
    desk = ingested(tmp_path, row)
    assert (desk.rows("supplied_offers"), desk.rejected) == ([], {reason: 1})


def test_a_child_with_two_journeys_keeps_the_first_and_the_other_is_counted(tmp_path: Path) -> None:
    desk = ingested(tmp_path, "ann,yes,,,,pending,,", "ann,yes,,,,pending,,", "ann,yes,,,,declined,,")
    assert desk.rows("supplied_offers", "child_ref, outcome") == [("ann", "pending")]
    assert desk.rejected == {"child_ref has another journey in a row above": 1}


def test_headers_may_say_that_a_column_holds_dates(tmp_path: Path) -> None:
    header = "Child Ref,Suitable?,Champion notified date,Date of offer made,Visit date,Outcome,referral_date,Supported on"
    desk = ingested(tmp_path, "ann,yes,2023-01-01,2023-01-02,2023-01-03,accepted,2023-01-04,2023-01-05", header=header)
    assert desk.rows("supplied_offers") == [("ann", True, *(date(2023, 1, day) for day in range(1, 6)), "accepted")]


def test_an_area_is_covered_from_its_childrens_first_step_to_their_last(tmp_path: Path) -> None:
    desk = ingested(tmp_path, "ann,yes,2023-02-01,,,,,", "bob,yes,2023-01-01,,2024-05-05,,,2024-01-01", "cas,,,,,,,")
    assert desk.rows("supplied_coverage_read") == [(OXFORDSHIRE, "support", date(2023, 1, 1), date(2024, 5, 5))]


def test_a_partnership_without_the_file_offers_nothing_yet(tmp_path: Path) -> None:
    assert Desk.at(tmp_path).ingest(support.ingest).rows("supplied_offers") == []
