"""Defends against a child given another child's records by a slip in the matching officer's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.ingest import crosswalk
from tests.builders import OXFORDSHIRE
from tests.data.ingest.desk import Desk

HEADER = "child_ref,UPN,LA child id,method,confidence"
ANN = "ann,A123456789012,9212044,by hand,0.99"
BOB = "bob,B123456789012,9212045,by hand,0.99"
ANN_FOUND = (OXFORDSHIRE, "ann", "A123456789012", "9212044", "by hand", "0.99")


def ingested(tmp_path: Path, *rows: str) -> Desk:
    desk = Desk.at(tmp_path, OXFORDSHIRE).supply("crosswalk.csv", "\n".join([HEADER, *rows]))
    desk.insert("linked_people", [{"child_ref": "ann"}, {"child_ref": "bob"}])
    return desk.ingest(crosswalk.ingest)


def test_a_row_says_who_a_child_is_in_the_areas_registers(tmp_path: Path) -> None:
    assert ingested(tmp_path, ANN).rows("crosswalk") == [ANN_FOUND]


def test_an_identifier_that_a_spreadsheet_made_a_number_is_the_same(tmp_path: Path) -> None:
    assert ingested(tmp_path, "ann,A123456789012,9212044.0,by hand,0.99").rows("crosswalk") == [ANN_FOUND]


def test_a_child_may_be_in_one_register_or_in_none(tmp_path: Path) -> None:
    desk = ingested(tmp_path, "ann,,9212044,,", "bob,,,,")
    assert desk.rows("crosswalk", "child_ref, upn, la_child_id") == [("ann", None, "9212044"), ("bob", None, None)]
    assert desk.rejected == {}


def test_the_same_row_twice_counts_once(tmp_path: Path) -> None:
    desk = ingested(tmp_path, ANN, ANN)
    assert (desk.rows("crosswalk"), desk.rejected) == ([ANN_FOUND], {})


@pytest.mark.parametrize("other", ["ann,C123456789012,9212044,,", "ann,A123456789012,1,,", "ann,,,,"])
def test_a_child_with_other_identifiers_in_a_second_row_keeps_those_of_the_first(tmp_path: Path, other: str) -> None:
    desk = ingested(tmp_path, ANN, other)
    assert desk.rows("crosswalk") == [ANN_FOUND]
    assert desk.rejected == {"child_ref has another UPN or LA child id in a row above": 1}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("bob,A123456789012,2,,", "UPN is another child's in a row above"),
        ("bob,B123456789012,9212044,,", "LA child id is another child's in a row above"),
    ],
)
def test_one_identifier_is_one_childs(tmp_path: Path, other: str, reason: str) -> None:
    desk = ingested(tmp_path, ANN, other)
    assert desk.rows("crosswalk") == [ANN_FOUND]
    assert desk.rejected == {reason: 1}


def test_children_without_an_identifier_do_not_share_one(tmp_path: Path) -> None:
    assert ingested(tmp_path, "ann,,1,,", "bob,,2,,").rejected == {}


def test_a_child_whom_no_link_names_is_a_slip(tmp_path: Path) -> None:
    desk = ingested(tmp_path, ANN, "bib,B123456789012,9212045,,")
    assert desk.rows("crosswalk") == [ANN_FOUND]
    assert desk.rejected == {"child_ref is not in links.csv": 1}


def test_in_an_authority_that_has_no_links_every_row_stays(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path, OXFORDSHIRE).supply("crosswalk.csv", "\n".join([HEADER, ANN]))
    desk.ingest(crosswalk.ingest)
    assert (desk.rows("crosswalk"), desk.rejected) == ([ANN_FOUND], {})


def test_a_row_left_out_for_a_clash_is_not_counted_again_when_the_file_is_read_again(tmp_path: Path) -> None:
    desk = ingested(tmp_path, ANN, "bob,A123456789012,2,,").ingest(crosswalk.ingest)
    assert desk.rejected == {"UPN is another child's in a row above": 1}


def test_an_area_without_the_file_has_no_crosswalk(tmp_path: Path) -> None:
    assert Desk.at(tmp_path, OXFORDSHIRE).ingest(crosswalk.ingest).rows("crosswalk") == []
