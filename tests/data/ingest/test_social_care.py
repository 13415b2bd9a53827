"""Defends against "known to nobody" where nobody was asked: every part of social care for every day, or not supplied."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ingest import prepare, social_care, social_care_people
from data.ingest.folder import Folder
from data.ingest.ledger import Ledger
from data.ingest.social_care import MOST_GAP_DAYS, Span, common, joined
from tests.data.ingest.care_files import (
    ANN,
    AREA,
    ASSESSMENTS,
    BEN,
    CONTACTS,
    IN_NEED,
    LOOKED_AFTER,
    REFERRALS,
    Rows,
    complete,
    read,
    text_file,
    workbook,
)

FIRST, LAST = date(2023, 5, 1), date(2024, 6, 20)
CENSUS = "<Message><Header><Year>{}</Year></Header><Children/></Message>"
EPISODES = "CHILD,DECOM,LS,DEC,REC\n"


def contacts(*days: date, child: str = "77") -> Rows:
    return [CONTACTS, *[[child, "", "", "", day] for day in days]]


def test_coverage_is_from_the_first_to_the_last_contact_or_referral_of_anybody(tmp_path: Path) -> None:
    referrals = [REFERRALS, ["78", 9, FIRST, 1]]
    early_help = [ASSESSMENTS, [ANN, 9, date(2019, 1, 1), ""]]
    workbook(tmp_path, **complete(List_1=contacts(date(2023, 6, 1), LAST), List_2=early_help, List_3=referrals))
    found = read(tmp_path)
    assert found.coverage == [(FIRST, LAST)]
    assert found.notes == []


@pytest.mark.parametrize(
    ("absent", "words"),
    [
        (1, "contacts (Annex A List 1)"),
        (2, "Early Help (Annex A List 2)"),
        (3, "referrals (Annex A List 3 or the CIN census)"),
        (6, "children in need (Annex A List 6 or the CIN census)"),
        (7, "child protection plans (Annex A List 7 or the CIN census)"),
        (8, "looked-after children (Annex A List 8 or SSDA903)"),
    ],
)
def test_without_any_one_part_social_care_is_not_supplied(tmp_path: Path, absent: int, words: str) -> None:
    sheets = complete(List_1=contacts(FIRST, LAST), List_3=[REFERRALS, ["78", 9, FIRST, 1], ["78", 9, LAST, 1]])
    del sheets[f"List_{absent}"]
    workbook(tmp_path, **sheets)
    found = read(tmp_path)
    assert found.coverage == []
    assert found.notes == [f"Social care counts as not supplied, because it came without {words}: ask for it."]


def test_nothing_at_all_is_said_to_be_missing(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert (found.coverage, found.notes) == ([], ["Nothing of social care was supplied: ask for Annex A."])


def test_returns_stand_in_for_lists_3_6_7_and_8_in_the_years_they_cover(tmp_path: Path) -> None:
    workbook(tmp_path, List_1=contacts(date(2022, 6, 1), LAST), List_2=[ASSESSMENTS])
    text_file(tmp_path, "cin_census/2023.xml", CENSUS.format(2023))
    text_file(tmp_path, "cin_census/2024.xml", CENSUS.format(2024))
    text_file(tmp_path, "ssda903/2024_episodes.csv", EPISODES)
    found = read(tmp_path)
    assert found.coverage == [(date(2023, 4, 1), date(2024, 3, 31))]
    (note,) = found.notes
    assert note.startswith("Social care counts only for the days that all its parts cover, and referrals (Annex A List 3 or")
    assert note.endswith("and looked-after children (Annex A List 8 or SSDA903) cover fewer than contacts do.")


def test_a_list_that_only_the_older_workbook_has_covers_only_its_days(tmp_path: Path) -> None:
    older, newer = complete(List_1=contacts(FIRST, date(2023, 12, 20))), complete(List_1=contacts(date(2024, 1, 2), LAST))
    del newer["List_2"]
    workbook(tmp_path, "1.xlsx", **older)
    workbook(tmp_path, "2.xlsx", **newer)
    assert read(tmp_path).coverage == [(FIRST, date(2023, 12, 20))]


@pytest.mark.parametrize(("days", "spans"), [(MOST_GAP_DAYS, 1), (MOST_GAP_DAYS + 1, 2)])
def test_a_workbook_missing_between_two_leaves_its_days_uncovered(tmp_path: Path, days: int, spans: int) -> None:
    until = date(2023, 6, 30)
    workbook(tmp_path, "1.xlsx", **complete(List_1=contacts(FIRST, until)))
    workbook(tmp_path, "2.xlsx", **complete(List_1=contacts(until + timedelta(days), LAST)))
    found = read(tmp_path)
    assert found.coverage == [[(FIRST, LAST)], [(FIRST, until), (until + timedelta(days), LAST)]][spans - 1]
    assert found.notes == [
        "Annex A has no contact between June 2023 and August 2023: ask for the workbook between, or declare in coverage.csv what"
        " is covered."
    ] * (spans - 1)


def test_a_workbook_for_each_list_is_read_like_one_of_all(tmp_path: Path) -> None:
    for sheet, rows in complete(List_1=contacts(FIRST, LAST), List_3=[REFERRALS, [ANN, 9, FIRST, 1], [ANN, 9, LAST, 1]]).items():
        workbook(tmp_path, f"{sheet}.xlsx", **{sheet: rows})
    assert read(tmp_path).coverage == [(FIRST, LAST)]


def test_lists_without_a_day_in_them_cover_nothing(tmp_path: Path) -> None:
    workbook(tmp_path, **complete())
    found = read(tmp_path)
    assert found.coverage == []
    assert found.notes == [
        "Social care counts as not supplied, because no contact or referral shows which days it covers: ask for lists that"
        " hold some."
    ]


def test_annex_a_and_the_returns_are_united_and_one_period_of_both_is_one(tmp_path: Path) -> None:
    start, plain = date(2023, 6, 1), date(2023, 6, 20)
    need = [IN_NEED, [ANN, 9, start, date(2024, 5, 1), ""], [BEN, 9, plain, date(2024, 5, 1), ""]]
    care = [LOOKED_AFTER, [ANN, start, "C2", ""]]
    workbook(tmp_path, **complete(List_1=contacts(FIRST, LAST), List_6=need, List_8=care))
    details = "<CINdetails><CINreferralDate>2023-06-01</CINreferralDate></CINdetails>"
    children = "".join(
        f"<Child><ChildIdentifiers><LAchildID>{one}</LAchildID></ChildIdentifiers>{details}</Child>" for one in (ANN, BEN)
    )
    text_file(tmp_path, "cin_census/2024.xml", CENSUS.format(2024).replace("<Children/>", f"<Children>{children}</Children>"))
    text_file(tmp_path, "ssda903/2024_episodes.csv", f"{EPISODES}{ANN},01/06/2023,C2,01/08/2023,X1\n{ANN},01/08/2023,C2,,\n")
    assert read(tmp_path).episodes == [
        ("ann", "cin", start, date(2024, 5, 1)),
        ("ann", "cwcf", start, None),
        ("ann", "cwcf", date(2023, 8, 1), date(2024, 3, 31)),
        ("ben", "cin", start, date(2024, 3, 31)),
        ("ben", "cin", plain, date(2024, 5, 1)),
    ]


def test_a_child_of_another_area_with_the_same_identifier_is_another_child(tmp_path: Path) -> None:
    workbook(tmp_path, List_1=contacts(FIRST, child=ANN))
    with duckdb.connect() as connection:
        prepare(connection)
        connection.execute("INSERT INTO matched VALUES ('zoe', 'E06000038', 'social_care', ?, 'crosswalk', 1)", [ANN])
        connection.execute("INSERT INTO matched VALUES ('zac', ?, 'education', ?, 'crosswalk', 1)", [AREA, ANN])
        social_care.records(connection, Folder(tmp_path / AREA, tmp_path, AREA), Ledger())
        assert connection.execute("SELECT * FROM supplied_care_contacts").fetchall() == []


DAYS = st.integers(0, 400).map(lambda n: date(2023, 1, 1) + timedelta(n))
SPANS = st.lists(st.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair))), max_size=6)


def days_of(spans: list[Span]) -> set[date]:
    return {first + timedelta(n) for first, last in spans for n in range((last - first).days + 1)}


@given(SPANS, SPANS)
def test_days_in_common_are_those_in_both(some: list[Span], others: list[Span]) -> None:
    assert days_of(common(joined(some), joined(others))) == days_of(joined(some)) & days_of(joined(others))


@given(SPANS)
def test_joined_spans_hold_every_day_and_lie_apart(spans: list[Span]) -> None:
    found = joined(spans)
    assert days_of(found) >= days_of(spans)
    assert all(after[0] - before[1] > timedelta(MOST_GAP_DAYS) for before, after in pairwise(found))


HEADER = "LA child id,UPN,forename,surname,dateOfBirth,sex,postcode"


def register(folder: Path, *rows: str, header: str = HEADER) -> tuple[list[tuple[object, ...]], Ledger]:
    """The register made of a file of those rows."""
    text_file(folder, "social_care_people.csv", "\n".join([header, *rows, ""]))
    ledger = Ledger()
    with duckdb.connect() as connection:
        prepare(connection)
        social_care_people.register(connection, Folder(folder / AREA, folder, AREA), ledger)
        return connection.execute("SELECT * FROM register_social_care ORDER BY register_id").fetchall(), ledger


def test_a_person_is_registered_with_what_identifies_them(tmp_path: Path) -> None:
    found, _ = register(tmp_path, "9212044.0,A123,Ann,Other,25/01/2015,F,OX1 1AA")
    assert found == [(AREA, "9212044", "A123", "Ann", "Other", date(2015, 1, 25), "F", "OX1 1AA")]


def test_the_last_row_of_a_person_holds(tmp_path: Path) -> None:
    found, _ = register(tmp_path, "1,,Ann,Maiden,2015-01-25,F,", "2,,Ben,Other,2016-01-25,M,", "1,,Ann,Married,2015-01-25,F,")
    assert [(one[1], one[4]) for one in found] == [("1", "Married"), ("2", "Other")]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("1", "M"),
        ("2", "F"),
        ("0", "U"),
        ("9", "U"),
        ("M", "M"),
        ("f", "F"),
        ("U", "U"),
        ("a) Male", "M"),
        ("b) Female", "F"),
        ("Female", "F"),
        ("c) Not stated/recorded", "U"),
        ("d) Neither", "U"),
        ("", "U"),
    ],
)
def test_sex_is_said_in_many_ways(tmp_path: Path, said: str, code: str) -> None:
    found, ledger = register(tmp_path, f"1,,Ann,Other,2015-01-25,{said},")
    assert ([one[6] for one in found], ledger.rejections) == ([code], [])


def test_an_unborn_child_has_no_name_and_no_birthday(tmp_path: Path) -> None:
    found, _ = register(tmp_path, "1,,,Other,,,OX1 1AA")
    assert found == [(AREA, "1", None, None, "Other", None, "U", "OX1 1AA")]


def test_upn_and_postcode_may_be_absent(tmp_path: Path) -> None:
    found, _ = register(tmp_path, "1,Ann,Other,2015-01-25,F", header="LAchildID,First name,Surname,DOB,Gender")
    assert found == [(AREA, "1", None, "Ann", "Other", date(2015, 1, 25), "F", None)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("#N/A,,Ann,Other,2015-01-25,F,", "LA child id is missing"),
        ("1,,Ann,Other,25/25/2015,F,", "date of birth is not a date"),
        ("1,,Ann,Other,2015-01-25,boy,", "sex is not one of M, F, U"),
    ],
)
def test_a_bad_row_of_the_register_is_left_out(tmp_path: Path, row: str, reason: str) -> None:
    found, ledger = register(tmp_path, row)
    assert (found, [one.reason for one in ledger.rejections]) == ([], [reason])


def test_an_area_without_a_register_has_nobody_in_it(tmp_path: Path) -> None:
    (tmp_path / AREA).mkdir()
    with duckdb.connect() as connection:
        prepare(connection)
        social_care_people.register(connection, Folder(tmp_path / AREA, tmp_path, AREA), Ledger())
        assert connection.execute("SELECT * FROM register_social_care").fetchall() == []
