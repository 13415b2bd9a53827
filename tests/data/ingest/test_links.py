"""Defends against a child linked to the wrong person, counted twice, or living in two places at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.errors import DataError
from data.ingest import links
from tests.builders import CHERWELL, OXFORD, OXFORDSHIRE, READING
from tests.data.ingest.desk import Desk

COLUMNS = (
    *("offenderNo", "child_ref", "relationship", "link_source", "link_date", "child forename", "surname", "dateOfBirth"),
    *("sex", "postcode", "area_code", "district_code"),
)
ANN = {
    "offenderNo": "A1234AA",
    "child_ref": "ann",
    "relationship": "father",
    "link_source": "police",
    "link_date": "2022-09-01",
    "child forename": "Ann",
    "surname": "Smith",
    "dateOfBirth": "2014-05-10",
    "sex": "F",
    "postcode": "OX4 1AA",
    "area_code": OXFORDSHIRE,
    "district_code": OXFORD,
}
LINK = ("ann", "A1234AA", "father", "police", date(2022, 9, 1), date(2014, 5, 10), "F", OXFORDSHIRE, OXFORD)
PERSON = ("ann", "Ann", "Smith", date(2014, 5, 10), "F", "OX4 1AA", OXFORDSHIRE)


def ingested(tmp_path: Path, *rows: dict[str, str]) -> Desk:
    lines = [",".join(COLUMNS), *(",".join(row[column] for column in COLUMNS) for row in rows)]
    return Desk.at(tmp_path).supply("links.csv", "\n".join(lines)).ingest(links.ingest)


def test_a_row_becomes_a_link_and_a_person(tmp_path: Path) -> None:
    desk = ingested(tmp_path, ANN)
    assert desk.rows("supplied_links") == [LINK]
    assert desk.rows("linked_people") == [PERSON]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *[("mother", "mother"), ("Mum", "mother"), ("Mam", "mother"), ("Birth Mother", "mother")],
        *[("father", "father"), ("DAD", "father"), ("Biological father", "father")],
        *[
            ("step-mother", "step-mother"),
            ("step mother", "step-mother"),
            ("Stepmum", "step-mother"),
            ("step_mum", "step-mother"),
        ],
        *[("step-father", "step-father"), ("stepfather", "step-father"), ("Step Dad", "step-father")],
        *[("other", "other"), ("Guardian", "other"), ("grandparent", "other"), ("Carer", "other"), ("foster-carer", "other")],
        ("a) Mother", "mother"),
    ],
)
def test_relationships_are_read_as_people_spell_them(tmp_path: Path, said: str, code: str) -> None:
    assert ingested(tmp_path, ANN | {"relationship": said}).rows("supplied_links", "relationship") == [(code,)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *[("Police", "police"), ("prison", "prison"), ("HMPPS", "prison"), ("social_care", "social_care")],
        *[("Social care", "social_care"), ("social-care", "social_care"), ("Children's Social Care", "social_care")],
        *[("other", "other"), ("School", "other")],
    ],
)
def test_sources_of_links_are_read_as_people_spell_them(tmp_path: Path, said: str, code: str) -> None:
    assert ingested(tmp_path, ANN | {"link_source": said}).rows("supplied_links", "link_source") == [(code,)]


@pytest.mark.parametrize(("said", "code"), [("Female", "F"), ("b) Male", "M"), ("1", "M"), ("", "U"), ("Not known", "U")])
def test_sexes_are_read_as_people_spell_them_and_a_blank_is_unknown(tmp_path: Path, said: str, code: str) -> None:
    desk = ingested(tmp_path, ANN | {"sex": said})
    assert desk.rows("supplied_links", "sex") == desk.rows("linked_people", "sex") == [(code,)]


@pytest.mark.parametrize(
    ("column", "said", "reason"),
    [
        ("offenderNo", "1234", "offenderNo is not like A1234AA"),
        ("offenderNo", "", "offenderNo is missing"),
        ("child_ref", "#N/A", "child_ref is missing"),
        ("relationship", "friend", "relationship is not one of mother, father, step-mother, step-father, other"),
        ("link_source", "rumour", "link_source is not one of police, prison, social_care, other"),
        ("link_date", "soon", "link_date is not a date"),
        ("dateOfBirth", "10/05/14", "dateOfBirth is not a date"),
        ("dateOfBirth", "", "dateOfBirth is missing"),
        ("sex", "?", "sex is not one of F, M, U"),
        ("area_code", "931", "area_code is not an authority of England"),
        ("area_code", OXFORD, "area_code is not an authority of England"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_counted(tmp_path: Path, column: str, said: str, reason: str) -> None:
    desk = ingested(tmp_path, ANN | {"child_ref": "bob"}, ANN | {column: said})
    assert desk.rows("supplied_links", "child_ref") == [("bob",)]
    assert desk.rejected == {reason: 1}


def test_names_postcode_and_district_may_be_unknown(tmp_path: Path) -> None:
    desk = ingested(tmp_path, ANN | {"child forename": "", "surname": "N/A", "postcode": "", "district_code": ""})
    assert desk.rows("linked_people", "forename, surname, postcode") == [(None, None, None)]
    assert desk.rows("supplied_links", "district_code") == [(None,)]


def test_the_same_row_twice_is_one_link(tmp_path: Path) -> None:
    desk = ingested(tmp_path, ANN, ANN)
    assert (desk.rows("supplied_links"), desk.rows("linked_people"), desk.notes) == ([LINK], [PERSON], [])


def test_a_link_told_again_keeps_its_first_date_and_source_and_takes_the_corrected_relationship(tmp_path: Path) -> None:
    told_again = ANN | {"link_date": "2023-02-01", "link_source": "prison", "relationship": "step-father"}
    desk = ingested(tmp_path, told_again, ANN)
    columns = "relationship, link_source, link_date"
    assert desk.rows("supplied_links", columns) == [("step-father", "police", date(2022, 9, 1))]


def test_two_parents_are_two_links_and_one_person(tmp_path: Path) -> None:
    desk = ingested(tmp_path, ANN, ANN | {"offenderNo": "B1234BB", "relationship": "mother"})
    assert desk.rows("supplied_links", "offender_ref, relationship") == [("A1234AA", "father"), ("B1234BB", "mother")]
    assert desk.rows("linked_people") == [PERSON]


def test_of_rows_that_contradict_one_another_about_a_child_the_latest_link_is_believed(tmp_path: Path) -> None:
    moved = {"link_date": "2024-01-01", "dateOfBirth": "2014-05-11", "postcode": "rg1 1aa", "area_code": READING}
    later = ANN | {"offenderNo": "B1234BB", "district_code": "", **moved}
    desk = ingested(tmp_path, later, ANN)
    assert desk.rows("linked_people") == [("ann", "Ann", "Smith", date(2014, 5, 11), "F", "RG1 1AA", READING)]
    about = "date_of_birth, sex, area_code, district_code"
    assert desk.rows("supplied_links", about) == [(date(2014, 5, 11), "F", READING, None)] * 2
    assert desk.notes == [
        "Some rows of links.csv contradict one another about a child's date of birth, sex or area_code:"
        " what the latest link_date says is used. Ask the force which is right."
    ]


def test_what_the_latest_row_leaves_blank_is_taken_from_the_row_before_but_never_another_home(tmp_path: Path) -> None:
    blank = {"child forename": "", "surname": "", "sex": "Unknown", "postcode": "", "district_code": CHERWELL}
    desk = ingested(tmp_path, ANN, ANN | {"link_date": "2023-01-01"} | blank)
    assert desk.rows("linked_people") == [("ann", "Ann", "Smith", date(2014, 5, 10), "F", None, OXFORDSHIRE)]
    assert desk.rows("supplied_links", "sex, district_code") == [("F", CHERWELL)]
    assert desk.notes == []


def test_small_letters_make_no_other_person_or_area(tmp_path: Path) -> None:
    lower = {"offenderNo": "a1234aa", "area_code": OXFORDSHIRE.lower(), "district_code": OXFORD.lower()}
    assert ingested(tmp_path, ANN, ANN | lower).rows("supplied_links") == [LINK]


def test_the_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no links\.csv in .*: supply it"):
        Desk.at(tmp_path).ingest(links.ingest)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_file_without_one_of_its_columns_is_refused(tmp_path: Path, column: str) -> None:
    desk = Desk.at(tmp_path).supply("links.csv", ",".join(COLUMNS).replace(column, "remarks"))
    with pytest.raises(DataError, match=r"links\.csv has no column \w+ in its first row"):
        desk.ingest(links.ingest)
