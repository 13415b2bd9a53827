"""Defends against Annex A being read for what it does not say: the wrong sheet, column, day, workbook or child."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from data.errors import DataError
from data.ingest import trial
from data.ingest.annex_a import list_number
from tests.data.ingest.care_files import (
    ANN,
    AREA,
    ASSESSMENTS,
    BEN,
    CONTACTS,
    IN_NEED,
    LOOKED_AFTER,
    PLANS,
    REFERRALS,
    Rows,
    complete,
    read,
    workbook,
)

CONTACT, REFERRAL = date(2024, 1, 8), date(2024, 1, 10)
SAMPLES = os.environ.get("COHORT_SAMPLES")


def exchange(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change one of the parts that a workbook is packed from."""
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, change(content) if name == part else content)


def test_a_contact_is_no_referral(tmp_path: Path) -> None:
    workbook(
        tmp_path,
        List_1=[CONTACTS, [ANN, "b) Female", "", 9.7, CONTACT]],
        List_3=[REFERRALS, [BEN, 12.0, REFERRAL, 2]],
    )
    assert read(tmp_path).contacts == [("ann", "contact", CONTACT), ("ben", "referral", REFERRAL)]


def test_every_list_becomes_its_own_service(tmp_path: Path) -> None:
    start, end = date(2024, 1, 8), date(2024, 3, 1)
    workbook(
        tmp_path,
        List_2=[ASSESSMENTS, [ANN, 9.7, start, end]],
        List_6=[IN_NEED, [ANN, 9.7, start, end, "e) Closed episode"]],
        List_7=[PLANS, [ANN, 9.7, start, ""]],
        List_8=[LOOKED_AFTER, [ANN, start, "C2: FCO", ""]],
    )
    assert read(tmp_path).episodes == [
        ("ann", "cin", start, end),
        ("ann", "cp", start, None),
        ("ann", "cwcf", start, None),
        ("ann", "early_help", start, end),
    ]


@pytest.mark.parametrize(
    ("sheet", "number"),
    [
        ("List 1", 1),
        ("List 1 Contacts", 1),
        ("list_01", 1),
        ("Annex A List 1", 1),
        ("1. Contacts", 1),
        ("Contacts", 1),
        ("2. Early Help", 2),
        ("3) Referrals", 3),
        ("7.", 7),
        ("LAC", 8),
        ("List 8 - Looked After", 8),
        ("List\u00a06", 6),
        ("6 months contacts", 1),
        ("List 10", None),
        ("List 10 Adoption", None),
        ("List 11", None),
        ("List 9 Care leavers in contact", None),
        ("List 4 Assessments", None),
        ("5. Section 47 and ICPC", None),
        ("Guidance", None),
        ("Contacts and referrals", None),
    ],
)
def test_a_sheet_is_a_list_by_its_number_or_its_name(sheet: str, number: int | None) -> None:
    assert list_number(sheet) == number


def test_list_10_is_not_read_for_list_1(tmp_path: Path) -> None:
    adopted: Rows = [["Child Unique ID", "Date of contact order"], [ANN, date(2020, 1, 1)]]
    workbook(tmp_path, List_10=adopted, List_1=[CONTACTS, [ANN, "", "", "", CONTACT]])
    assert read(tmp_path).contacts == [("ann", "contact", CONTACT)]


def test_of_two_sheets_for_a_list_the_one_with_its_columns_is_meant(tmp_path: Path) -> None:
    workbook(tmp_path, List_1_Guidance=[["How to fill in List 1"]], List_1=[CONTACTS, [ANN, "", "", "", CONTACT]])
    assert read(tmp_path).contacts == [("ann", "contact", CONTACT)]


def test_two_sheets_with_the_same_columns_are_refused(tmp_path: Path) -> None:
    workbook(tmp_path, List_1=[CONTACTS], List_1_old=[CONTACTS])
    with pytest.raises(DataError, match=r"^E10000025/annex_a/annex_a.xlsx has 2 sheets that could be List 1: leave the one"):
        read(tmp_path)


@pytest.mark.parametrize("header", ["Date of Referral", "Date of referral", "date of the  REFERRAL", "Date of\u00a0Referral"])
def test_headers_differ_in_case_and_spaces(tmp_path: Path, header: str) -> None:
    workbook(tmp_path, List_3=[["Child ID", header, "Number of Referrals in Last 12 Months"], [ANN, REFERRAL, 3]])
    assert read(tmp_path).contacts == [("ann", "referral", REFERRAL)]


@pytest.mark.parametrize(
    "header", ["Child Unique ID", "Child ID", "Unique identifier of the child", "ChildUniqueID", "Unique ID"]
)
def test_the_child_stands_under_many_headers(tmp_path: Path, header: str) -> None:
    workbook(tmp_path, List_1=[["Age", header, "Date of Birth", "Date of Contact"], [9, ANN, date(2015, 1, 25), CONTACT]])
    assert read(tmp_path).contacts == [("ann", "contact", CONTACT)]


def test_a_title_above_the_header_is_passed_over_and_rows_keep_the_sheets_numbers(tmp_path: Path) -> None:
    title = ["Child-level data: date of contact list"]
    workbook(tmp_path, List_1=[title, [], CONTACTS, [ANN, "", "", "", CONTACT], [BEN, "", "", "", "soon"]])
    found = read(tmp_path)
    assert found.contacts == [("ann", "contact", CONTACT)]
    (bad,) = found.ledger._files[f"{AREA}/annex_a/annex_a.xlsx List 1"].rejected
    assert (bad.row, bad.column, bad.reason) == (5, "Date of Contact", "Date of Contact is not a date")


def test_a_list_without_a_column_is_refused_in_a_sentence_that_repeats_nothing_of_it(tmp_path: Path) -> None:
    workbook(tmp_path, List_7=[[*PLANS[:3], "Ann Other"], [ANN, 9, CONTACT, ""]])
    with pytest.raises(DataError) as refused:
        read(tmp_path)
    said = str(refused.value)
    assert said.startswith(f"{AREA}/annex_a/annex_a.xlsx List 7 has no column Child Protection Plan End Date")
    assert "Ann" not in said and ANN not in said


def test_a_workbook_with_no_list_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path, Summary=[["Total"], [3]])
    with pytest.raises(DataError, match=r"has none of Annex A's Lists 1, 2, 3, 6, 7, 8: name its sheets"):
        read(tmp_path)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path).write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(DataError, match=r"^E10000025/annex_a/annex_a.xlsx cannot be read as a workbook"):
        read(tmp_path)


def _put_at(far: bytes) -> Callable[[bytes], bytes]:
    return lambda sheet: re.sub(rb'(<row r="2".*)r="\w+"', rb'\1r="' + far + b'"', sheet, flags=re.DOTALL)


def test_a_sheet_that_claims_more_cells_than_any_memory_holds_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, List_1=[CONTACTS, [ANN, "", "", "", CONTACT]])
    for far in (b"XFD1048576", b"ZZZZZZ99999999999"):
        exchange(path, "xl/worksheets/sheet1.xml", _put_at(far))
        with pytest.raises(DataError, match=r"^E10000025/annex_a/annex_a.xlsx is damaged, or has a cell so far from all others"):
            read(tmp_path)


def test_a_workbook_that_unpacks_to_more_than_memory_holds_is_refused(tmp_path: Path) -> None:
    path, most = workbook(tmp_path, List_1=[CONTACTS, [ANN, "", "", "", CONTACT]]), 128 * 2**20
    assert trial.passes(path, most)
    exchange(path, "xl/sharedStrings.xml", lambda words: words.replace(b"<t>", b"<t>" + b"x" * most, 1))
    assert path.stat().st_size < 2**20
    assert not trial.passes(path, most)


def test_a_damaged_sheet_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, List_1=[CONTACTS, [ANN, "", "", "", CONTACT]])
    exchange(path, "xl/worksheets/sheet1.xml", lambda sheet: sheet[: len(sheet) // 2])
    with pytest.raises(DataError, match=r"^E10000025/annex_a/annex_a.xlsx List 1 is damaged: open the workbook in Excel"):
        read(tmp_path)


@pytest.mark.parametrize(
    "day",
    ["08/01/2024", "2024-01-08", "\u00a008/01/2024 ", "8 January 2024", "2024-01-08 00:00:00", datetime(2024, 1, 8, 14, 30)],
)
def test_days_come_as_text_and_as_true_dates(tmp_path: Path, day: str | datetime) -> None:
    workbook(tmp_path, List_1=[CONTACTS, [ANN, "", "", "", day]])
    assert read(tmp_path).contacts == [("ann", "contact", date(2024, 1, 8))]


@pytest.mark.parametrize("identifier", [9212044, 9212044.0, "9212044.0", "\u00a09212044\u00a0", " 9212044"])
def test_identifiers_come_as_numbers_and_as_text(tmp_path: Path, identifier: object) -> None:
    workbook(tmp_path, List_1=[CONTACTS, [identifier, "", "", "", CONTACT]])
    assert read(tmp_path).contacts == [("ann", "contact", CONTACT)]


@pytest.mark.parametrize("blank", ["", "#N/A", "\u00a0", "NULL", " n/a "])
def test_a_period_that_ends_on_nothing_is_open(tmp_path: Path, blank: str) -> None:
    workbook(tmp_path, List_6=[IN_NEED, [ANN, 9, CONTACT, blank, "c) Child in need plan"]])
    assert read(tmp_path).of("cin") == [(CONTACT, None)]


@pytest.mark.parametrize("blank", ["", "#N/A", "\u00a0"])
def test_a_period_that_begins_on_nothing_is_left_out(tmp_path: Path, blank: str) -> None:
    workbook(tmp_path, List_6=[IN_NEED, [ANN, 9, blank, CONTACT, ""], [BEN, 9, CONTACT, "", ""]])
    found = read(tmp_path)
    assert found.episodes == [("ben", "cin", CONTACT, None)]
    assert found.rejected == [(f"{AREA}/annex_a/annex_a.xlsx List 6", "CIN Start Date is missing", 1)]


def test_a_period_that_ends_before_it_begins_is_left_out(tmp_path: Path) -> None:
    workbook(tmp_path, List_7=[PLANS, [ANN, 9, date(2024, 3, 1), date(2024, 2, 1)]])
    found = read(tmp_path)
    assert found.episodes == []
    assert [reason for _, reason, _ in found.rejected] == [
        "Child Protection Plan End Date is before Child Protection Plan Start Date"
    ]


@pytest.mark.parametrize("status", ["a) Looked after child", "b) Child Protection plan", "e) Closed episode", ""])
def test_case_status_changes_nothing(tmp_path: Path, status: str) -> None:
    workbook(tmp_path, List_6=[IN_NEED, [ANN, 9, CONTACT, "", status]])
    assert read(tmp_path).episodes == [("ann", "cin", CONTACT, None)]


def test_a_row_twice_in_a_workbook_is_one(tmp_path: Path) -> None:
    row = [ANN, 9, CONTACT, date(2024, 2, 1), ""]
    workbook(tmp_path, List_6=[IN_NEED, row, row], List_1=[CONTACTS, *[[ANN, "", "", "", CONTACT]] * 2])
    found = read(tmp_path)
    assert found.of("cin") == [(CONTACT, date(2024, 2, 1))]
    assert found.contacts == [("ann", "contact", CONTACT)]


def test_of_two_periods_that_begin_on_a_day_in_one_workbook_the_longer_holds(tmp_path: Path) -> None:
    workbook(tmp_path, List_2=[ASSESSMENTS, [ANN, 9, CONTACT, date(2024, 5, 1)], [ANN, 9, CONTACT, date(2024, 2, 1)]])
    assert read(tmp_path).of("early_help") == [(CONTACT, date(2024, 5, 1))]


@pytest.mark.parametrize(("older", "newer"), [("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx")])
def test_the_workbook_with_the_later_contacts_is_believed_whatever_it_is_called(tmp_path: Path, older: str, newer: str) -> None:
    start, closed = date(2023, 5, 1), date(2024, 2, 1)
    workbook(
        tmp_path, older, List_1=[CONTACTS, [BEN, "", "", "", date(2023, 12, 20)]], List_6=[IN_NEED, [ANN, 9, start, "", "c)"]]
    )
    workbook(
        tmp_path, newer, List_1=[CONTACTS, [BEN, "", "", "", date(2024, 6, 20)]], List_6=[IN_NEED, [ANN, 9, start, closed, "e)"]]
    )
    assert read(tmp_path).of("cin") == [(start, closed)]


def test_a_period_reopened_in_the_newer_workbook_is_open(tmp_path: Path) -> None:
    start = date(2023, 5, 1)
    for name, contact, end in (("1.xlsx", date(2023, 12, 20), date(2023, 12, 1)), ("2.xlsx", date(2024, 6, 20), "")):
        workbook(tmp_path, name, List_1=[CONTACTS, [BEN, "", "", "", contact]], List_7=[PLANS, [ANN, 9, start, end]])
    assert read(tmp_path).of("cp") == [(start, None)]


def test_an_open_period_that_the_newer_workbook_no_longer_has_ends_with_the_older(tmp_path: Path) -> None:
    wrong, right = date(2023, 5, 1), date(2023, 5, 11)
    for name, contact, start in (("1.xlsx", date(2023, 12, 20), wrong), ("2.xlsx", date(2024, 6, 20), right)):
        workbook(tmp_path, name, List_1=[CONTACTS, [BEN, "", "", "", contact]], List_6=[IN_NEED, [ANN, 9, start, "", ""]])
    found = read(tmp_path)
    assert found.of("cin") == [(wrong, date(2023, 12, 20)), (right, None)]
    assert [note for note in found.notes if note.startswith("Some periods that an older file leaves open")]


def test_an_open_period_stays_open_where_the_newer_workbook_has_no_such_list(tmp_path: Path) -> None:
    start = date(2023, 5, 1)
    workbook(
        tmp_path, "1.xlsx", List_1=[CONTACTS, [BEN, "", "", "", date(2023, 12, 20)]], List_6=[IN_NEED, [ANN, 9, start, "", ""]]
    )
    workbook(tmp_path, "2.xlsx", List_1=[CONTACTS, [BEN, "", "", "", date(2024, 6, 20)]])
    assert read(tmp_path).of("cin") == [(start, None)]


@pytest.mark.parametrize(
    ("headers", "definition"),
    [
        (("Assessment start date", "Assessment completion date"), "an assessment, from its start to its completion"),
        (
            ("Early Help Assessment Start Date", "Early Help Assessment End Date"),
            "an assessment, from its start to its completion",
        ),
        (("Episode start date", "Episode end date"), "an episode, from its start to its end"),
        (("Early Help episode start date", "Early Help episode end date"), "an episode, from its start to its end"),
        (("Start date of Early Help", "Early Help Closed"), "an episode, from its start to its end"),
    ],
)
def test_early_help_is_what_the_area_keeps(tmp_path: Path, headers: tuple[str, str], definition: str) -> None:
    workbook(tmp_path, List_2=[["Child ID", *headers, "Organisation completing assessment"], [ANN, CONTACT, "", "Academy"]])
    found = read(tmp_path)
    assert found.of("early_help") == [(CONTACT, None)]
    assert found.ledger.definitions == {AREA: f"Early Help: {definition}"}


def test_where_there_are_assessments_and_episodes_the_episodes_count(tmp_path: Path) -> None:
    headers = ["Child ID", "Assessment start date", "Assessment completion date", "Episode start date", "Episode end date"]
    workbook(tmp_path, List_2=[headers, [ANN, date(2024, 1, 8), date(2024, 2, 1), date(2024, 1, 20), date(2024, 6, 1)]])
    assert read(tmp_path).of("early_help") == [(date(2024, 1, 20), date(2024, 6, 1))]


@pytest.mark.parametrize(
    "others",
    [
        ("Early Help Assessment Start Date", "Early Help Assessment Completion Date", "Early Help closed"),
        ("Assessment start date", "Early Help assessment end date", "Episode start date"),
    ],
)
def test_half_of_an_episode_is_none(tmp_path: Path, others: tuple[str, str, str]) -> None:
    workbook(tmp_path, List_2=[["Child ID", *others], [ANN, CONTACT, date(2024, 2, 1), date(2024, 6, 1)]])
    assert read(tmp_path).of("early_help") == [(CONTACT, date(2024, 2, 1))]


@pytest.mark.parametrize(
    ("status", "counts"), [("C2: FCO", True), ("V2", True), ("V3: Respite", False), ("V4", False), ("", True)]
)
def test_respite_is_no_time_in_care_unless_it_is_set(tmp_path: Path, status: str, counts: bool) -> None:
    workbook(tmp_path, List_8=[LOOKED_AFTER, [ANN, CONTACT, status, ""]])
    assert read(tmp_path).of("cwcf") == [(CONTACT, None)] * counts
    assert read(tmp_path, respite_counts=True).of("cwcf") == [(CONTACT, None)]


def test_children_of_nobody_in_prison_are_read_and_not_kept(tmp_path: Path) -> None:
    workbook(tmp_path, List_1=[CONTACTS, [ANN, "", "", "", CONTACT], ["77", "", "", "", CONTACT]])
    found = read(tmp_path)
    assert found.contacts == [("ann", "contact", CONTACT)]
    assert found.ledger._files[f"{AREA}/annex_a/annex_a.xlsx List 1"].rows == 2


def test_a_few_days_years_from_all_others_move_no_coverage(tmp_path: Path) -> None:
    days = [date(2024, 1, 1 + n) for n in range(25)]
    contacts = [[BEN, "", "", "", day] for day in [*days, date(2042, 1, 1), date(1924, 1, 1)]]
    workbook(tmp_path, **complete(List_1=[CONTACTS, *contacts]))
    assert read(tmp_path).coverage == [(date(2024, 1, 1), date(2024, 1, 25))]


@pytest.mark.skipif(SAMPLES is None, reason="COHORT_SAMPLES names no folder of real samples")
def test_the_real_workbook_is_read_to_the_last_row(tmp_path: Path) -> None:
    (tmp_path / AREA).mkdir()
    (tmp_path / AREA / "annex_a").symlink_to(Path(str(SAMPLES)) / "annex_a")
    found = read(tmp_path, {"9212044": "ann", "6537810": "ben", "10721552": "cat", "3623204": "dan", "612306": "eve"})
    assert found.rejected == []
    assert {label[-6:]: file.rows for label, file in found.ledger._files.items()} == {
        "List 1": 5,
        "List 2": 5,
        "List 3": 6,
        "List 6": 5,
        "List 7": 7,
        "List 8": 5,
    }
    assert found.contacts == [("ann", "contact", date(2020, 9, 16)), ("ben", "referral", date(2020, 9, 16))]
    assert found.episodes == [
        ("cat", "cp", date(2020, 11, 23), date(2021, 2, 16)),
        ("dan", "cwcf", date(2008, 10, 22), date(2020, 9, 22)),
        ("eve", "early_help", date(2020, 9, 16), date(2020, 9, 30)),
    ]
    assert found.coverage == [(date(2020, 9, 16), date(2020, 9, 16))]
    assert found.ledger.definitions == {AREA: "Early Help: an assessment, from its start to its completion"}
