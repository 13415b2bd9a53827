"""Defends against a child absent, suspended or eligible in the wrong term, twice, or only because a table was missing."""

from __future__ import annotations

import csv
import os
import time
from calendar import month_abbr
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.calendar import term
from data.errors import DataError
from data.ingest import school_census
from data.ingest.folder import Folder
from data.ingest.school_census import files
from data.ingest.school_census.layouts import ABSENCES
from tests.data.ingest.desk import Desk

AREA = "E10000025"
AUTUMN_2024, SPRING_2025, SUMMER_2025 = date(2024, 10, 3), date(2025, 1, 16), date(2025, 5, 15)
"""Census days."""

PUPIL = "upn,surname,forename,dob,sex"
SESSIONS = "termlysessionspossible,summerhalfterm2sessionspossible"
HEADERS = {
    "pupilonroll": f"pupilonrolltableid,NativeId,{PUPIL},senprovision,{SESSIONS}",
    "pupilnolongeronroll": f"pupilnolongeronrolltableid,NativeId,{PUPIL},{SESSIONS}",
    "fsmperiod": "pupilonrolltableid,NativeId,fsmstartdate,fsmenddate",
    "termlysessiondetailsonroll": "pupilonrolltableid,NativeId,termlysessiondetailsonrolltableid,attendancereason,sessions",
    "termlysessiondetailsoffroll": "pupilnolongeronrolltableid,NativeId,attendancereason,sessions",
    "summerhalfterm2sessiondetailsonroll": "pupilonrolltableid,NativeId,attendancereason,sessions",
    "summerhalfterm2sessiondetailsoffroll": "pupilnolongeronrolltableid,NativeId,attendancereason,sessions",
    "termlyexclusionsonroll": "pupilonrolltableid,NativeId,startdate,category",
    "termlyexclusionsoffroll": "pupilnolongeronrolltableid,NativeId,startdate,category",
    "addressesonroll": "pupilonrolltableid,NativeId,postcode",
}


def desk(tmp_path: Path) -> Desk:
    """An authority's folder in the extracts."""
    (tmp_path / "school_census").mkdir()
    return Desk.at(tmp_path, AREA)


def supply(at: Desk, term: str, /, **tables: Sequence[str]) -> Desk:
    """Write a census's tables; a roll has its table of free meals, empty unless given."""
    given = {"fsmperiod": (), **tables} if "pupilonroll" in tables else tables
    for table, rows in given.items():
        at.supply(f"school_census/{term}_{table}.csv", "\n".join([HEADERS[table], *rows]))
    return at


def on(row: str = "r1", upn: str = "A1", school: str = "SCH1", sen: str = "", possible: str = "", second: str = "") -> str:
    """A row of pupilonroll."""
    return f"{row},{school},{upn},Ames,Ann,2015-Oct-16 00:00:00,F,{sen},{possible},{second}"


def off(row: str = "r9", upn: str = "A1", school: str = "SCH2", possible: str = "", second: str = "") -> str:
    """A row of pupilnolongeronroll."""
    return f"{row},{school},{upn},Ames,Ann,2015-Oct-16 00:00:00,F,{possible},{second}"


def read(at: Desk, *upns: str) -> Desk:
    """Read the register and the records of the children with these UPNs, each known by it in small letters; A1 unless told."""
    at.ingest(school_census.register)
    at.connection.execute(
        "INSERT INTO matched SELECT LOWER(upn), $area, 'education', upn, 'crosswalk', 1 FROM (SELECT UNNEST($upns) AS upn)",
        {"area": AREA, "upns": upns or ("A1",)},
    )
    return at.ingest(school_census.records)


@pytest.fixture
def bytes_together(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many bytes of files are read together."""
    monkeypatch.setattr("data.ingest.school_census.files._TOGETHER", request.param)


each_way = pytest.mark.parametrize("bytes_together", [1, 2**26], indirect=True, ids=["one by one", "together"])
"""Terms are read one by one where they are large, and together where they are small."""


def absent(at: Desk) -> list[tuple[object, ...]]:
    return at.rows("supplied_sessions", "child_ref, academic_year, term, sessions_possible, sessions_absent")


def covered(at: Desk, source: str) -> list[tuple[object, ...]]:
    rows = at.rows("supplied_coverage_read", "area_code, source, first_date, last_date")
    return [(first, last) for area, of, first, last in rows if (area, of) == (AREA, source)]


# The register


@each_way
def test_the_latest_census_says_what_the_register_holds(tmp_path: Path, bytes_together: None) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=["r1,SCH1,A1,Ames,Ann,2015-Oct-16,F,,,"])
    supply(at, "2025_spring", pupilonroll=["r1,SCH1,A1,Ames-Bell,Annie,2015-Oct-16,F,,,"])
    at.ingest(school_census.register)
    born = date(2015, 10, 16)
    assert at.rows("register_education") == [(AREA, "A1", "Annie", "Ames-Bell", born, "F", None)]


@each_way
def test_who_left_later_than_the_last_roll_is_as_the_later_census_has_it(tmp_path: Path, bytes_together: None) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=["r1,SCH1,A1,Old,Ann,2015-Oct-16,F,,,"])
    supply(at, "2025_spring", pupilonroll=[on("r2", "B2")], pupilnolongeronroll=["r9,SCH1,A1,New,Ann,2015-Oct-16,F,,"])
    assert ("A1", "New") in at.ingest(school_census.register).rows("register_education", "register_id, surname")


def test_a_pupil_of_two_schools_is_one_pupil(tmp_path: Path) -> None:
    at = read(supply(desk(tmp_path), "2024_autumn", pupilonroll=[on("r1"), on("r2", school="SCH2")]))
    assert at.rows("register_education", "register_id") == [("A1",)]
    assert at.rows("supplied_enrolments") == [("a1", AUTUMN_2024, AUTUMN_2024)]


def test_who_has_left_is_in_the_register_and_not_on_roll(tmp_path: Path) -> None:
    at = read(supply(desk(tmp_path), "2024_autumn", pupilonroll=[on("r1", "B2")], pupilnolongeronroll=[off("r9", "A1")]))
    assert at.rows("register_education", "register_id") == [("A1",), ("B2",)]
    assert at.rows("supplied_enrolments") == []


def test_who_is_on_roll_is_believed_before_who_has_left(tmp_path: Path) -> None:
    left = [off(), "r8,SCH3,B2,Old,Name,2015-Oct-16,F,,"]
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[on(), on("r2", "C3"), on("r3", "B2")], pupilnolongeronroll=left)
    assert ("B2", "Ames") in at.ingest(school_census.register).rows("register_education", "register_id, surname")


def test_a_pupil_without_a_upn_is_rejected_with_the_reason(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[on("r1", ""), on("r2", "A1")])
    at.ingest(school_census.register)
    assert at.rejected == {"upn is missing": 1}
    assert [(one.row, one.column) for one in at.ledger.rejected("school_census/2024_autumn_pupilonroll.csv")] == [(2, "upn")]


def test_a_roll_read_again_for_records_is_counted_once(tmp_path: Path) -> None:
    at = read(supply(desk(tmp_path), "2024_autumn", pupilonroll=[on("r1", ""), on("r2", "A1")]))
    counts = at.ledger.inputs(dict.fromkeys(at.ledger.paths, ""))["school_census/2024_autumn_pupilonroll.csv"]
    assert (counts.rows, counts.used, at.rejected) == (2, 1, {"upn is missing": 1})


@pytest.mark.parametrize("header", ["sex", "gender", "Gender"])
def test_sex_was_once_called_gender(tmp_path: Path, header: str) -> None:
    at = desk(tmp_path)
    at.supply("school_census/2023_spring_fsmperiod.csv", HEADERS["fsmperiod"])
    lines = [HEADERS["pupilonroll"].replace("sex", header), on()]
    at.supply("school_census/2023_spring_pupilonroll.csv", "\n".join(lines)).ingest(school_census.register)
    assert at.rows("register_education", "register_id, sex") == [("A1", "F")]


@pytest.mark.parametrize("born", ["2015-Oct-16 00:00:00", "16/10/2015", "2015-10-16", "16-Oct-2015", "2015-10-16T00:00:00"])
def test_dates_come_in_the_usual_forms(tmp_path: Path, born: str) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[f"r1,SCH1,A1,Ames,Ann,{born},F,,,"]).ingest(school_census.register)
    assert at.rows("register_education", "date_of_birth") == [(date(2015, 10, 16),)]


def test_postcodes_come_from_the_optional_addresses(tmp_path: Path) -> None:
    rolls = [on("r1", "A1"), on("r2", "B2")]
    addresses = ["r1,SCH1,", "r1,SCH1,OX1 1AA", "r1,SCH1,OX2 2BB", "r7,SCH1,OX3 3CC"]
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=rolls, addressesonroll=addresses)
    supply(at, "2024_spring", pupilonroll=[on("r2", "C3")], addressesonroll=["r2,SCH1,OX9 9ZZ"]).ingest(school_census.register)
    postcodes = {"A1": "OX1 1AA", "B2": None, "C3": "OX9 9ZZ"}
    assert at.rows("register_education", "register_id, postcode") == list(postcodes.items())
    assert at.rejected == {"the row names no pupil of pupilonroll": 1}


# What holds on census day


def test_special_needs_hold_on_census_day_and_legacy_stages_are_translated(tmp_path: Path) -> None:
    stages = {"A1": "K", "A2": "E", "A3": "N", "A4": "S", "A5": "A", "A6": "P", "A7": ""}
    rows = [on(f"r{upn}", upn, sen=stage) for upn, stage in stages.items()]
    at = read(supply(desk(tmp_path), "2025_summer", pupilonroll=rows), *stages)
    day = SUMMER_2025
    assert at.rows("supplied_sen_stages") == [
        (who, stage, day, day) for who, stage in zip(("a1", "a2", "a4", "a5", "a6"), ("K", "E", "E", "K", "K"), strict=True)
    ]


def test_of_two_schools_the_one_that_knows_of_a_plan_is_believed(tmp_path: Path) -> None:
    at = read(supply(desk(tmp_path), "2024_autumn", pupilonroll=[on("r1", sen="K"), on("r2", school="SCH2", sen="E")]))
    assert at.rows("supplied_sen_stages", "stage") == [("E",)]


@pytest.mark.parametrize(
    ("period", "eligible"),
    [
        ("2024-Oct-03 00:00:00,", True),
        ("2024-Oct-04 00:00:00,", False),
        ("2020-Sep-01 00:00:00,2024-Oct-03 00:00:00", True),
        ("2020-Sep-01 00:00:00,2024-Oct-02 00:00:00", False),
    ],
)
def test_eligible_is_a_period_open_on_census_day(tmp_path: Path, period: str, eligible: bool) -> None:
    at = read(supply(desk(tmp_path), "2024_autumn", pupilonroll=[on()], fsmperiod=[f"r1,SCH1,{period}"]))
    assert at.rows("supplied_fsm_periods") == [("a1", AUTUMN_2024, AUTUMN_2024)] * eligible


def test_a_period_that_ends_before_it_begins_is_closed_and_said(tmp_path: Path) -> None:
    at = read(supply(desk(tmp_path), "2024_autumn", pupilonroll=[on()], fsmperiod=["r1,SCH1,2024-Oct-16,2024-Sep-01"]))
    assert at.rows("supplied_fsm_periods") == []
    assert any("end before they begin" in note for note in at.notes)


def test_only_matched_children_of_this_area_are_kept(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[on("r1", "A1"), on("r2", "B2"), on("r3", "C3")])
    elsewhere = {"child_ref": "b2", "area_code": "E06000042", "register": "education", "register_id": "B2"}
    by_care = {"child_ref": "c3", "area_code": AREA, "register": "social_care", "register_id": "C3"}
    read(at.insert("matched", [elsewhere, by_care]))
    assert at.rows("supplied_enrolments", "child_ref") == [("a1",)]


# Absence, one term late


def test_spring_brings_the_absence_of_autumn(tmp_path: Path) -> None:
    at = supply(
        desk(tmp_path),
        "2025_spring",
        pupilonroll=[on(possible="130.0")],
        termlysessiondetailsonroll=["r1,SCH1,d1,I,7.0", "r1,SCH1,d2,O,3.0"],
    )
    assert absent(read(at)) == [("a1", "202425", "Autumn", 130, 7 + 3)]


def test_summer_brings_the_absence_of_spring(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2025_summer", pupilonroll=[on(possible="110")], termlysessiondetailsonroll=["r1,SCH1,d1,I,4"])
    assert absent(read(at)) == [("a1", "202425", "Spring", 110, 4)]


def test_autumn_brings_summer_of_the_school_year_before_in_two_halves(tmp_path: Path) -> None:
    at = supply(
        desk(tmp_path),
        "2024_autumn",
        pupilonroll=[on(possible="60", second="70")],
        termlysessiondetailsonroll=["r1,SCH1,d1,I,5"],
        summerhalfterm2sessiondetailsonroll=["r1,SCH1,I,6"],
    )
    assert absent(read(at)) == [("a1", "202324", "Summer", 60 + 70, 5 + 6)]


def test_only_absence_codes_are_summed(tmp_path: Path) -> None:
    absences = ["C", "C1", "C2", "E", "F", "G", "H", "I", "J1", "M", "N", "O", "R", "S", "T", "U"]
    present = ["/", "\\", "B", "D", "J", "K", "L", "P", "Q", "V", "W", "X", "Y", "Y1", "Y7", "Z", "#"]
    rows = [f"r1,SCH1,p{at},{code},9" for at, code in enumerate(present)]
    rows += [f"r1,SCH1,a{at},{code},1" for at, code in enumerate(absences)]
    at = read(supply(desk(tmp_path), "2025_spring", pupilonroll=[on(possible="250")], termlysessiondetailsonroll=rows))
    assert absent(at) == [("a1", "202425", "Autumn", 250, len(absences))]
    assert at.rejected == {}


def test_a_childs_schools_are_summed_on_roll_and_off(tmp_path: Path) -> None:
    at = supply(
        desk(tmp_path),
        "2025_spring",
        pupilonroll=[on("r1", possible="60"), on("r2", school="SCH2", possible="30")],
        pupilnolongeronroll=[off("r1", school="SCH3", possible="40")],
        termlysessiondetailsonroll=["r1,SCH1,d1,I,1", "r2,SCH2,d2,I,2"],
        termlysessiondetailsoffroll=["r1,SCH3,U,4"],
    )
    assert absent(read(at)) == [("a1", "202425", "Autumn", 60 + 30 + 40, 1 + 2 + 4)]


def test_an_identifier_that_two_schools_use_is_told_apart_by_the_school(tmp_path: Path) -> None:
    at = supply(
        desk(tmp_path),
        "2025_spring",
        pupilonroll=[on("1", "A1", "SCH1", possible="100"), on("1", "B2", "SCH2", possible="100")],
        termlysessiondetailsonroll=["1,SCH1,d1,I,5", "1,SCH2,d2,I,50"],
    )
    assert absent(read(at, "A1", "B2")) == [("a1", "202425", "Autumn", 100, 5), ("b2", "202425", "Autumn", 100, 50)]


def test_a_child_without_absences_was_never_absent(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2025_spring", pupilonroll=[on(possible="130")], termlysessiondetailsonroll=[])
    assert absent(read(at)) == [("a1", "202425", "Autumn", 130, 0)]


def test_absence_is_unknown_where_what_was_possible_is(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2025_spring", pupilonroll=[on()], termlysessiondetailsonroll=["r1,SCH1,d1,I,7"])
    assert absent(read(at)) == []


def test_a_school_that_does_not_say_what_was_possible_adds_to_neither_sum(tmp_path: Path) -> None:
    at = supply(
        desk(tmp_path),
        "2025_spring",
        pupilonroll=[on("r1", possible="100"), on("r2", school="SCH2")],
        termlysessiondetailsonroll=["r1,SCH1,d1,I,7", "r2,SCH2,d2,I,20"],
    )
    assert absent(read(at)) == [("a1", "202425", "Autumn", 100, 7)]


def test_absence_is_unknown_where_its_table_was_not_supplied(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[on()])
    read(supply(at, "2025_spring", pupilonroll=[on(possible="130")]))
    assert absent(at) == []
    assert [note for note in at.notes if "senprovision" not in note] == [
        "The census of Spring 2025 came without termlysessiondetailsonroll: no absence is known in Autumn 2024."
    ]


def test_lockdown_terms_and_terms_not_covered_are_not_asked_for(tmp_path: Path) -> None:
    at = desk(tmp_path)
    for census in ("2019_autumn", "2020_spring", "2020_summer"):
        supply(at, census, pupilonroll=[on()])
    read(at)
    assert [note for note in at.notes if "senprovision" not in note] == [
        "The census of Spring 2020 came without termlysessiondetailsonroll: no absence is known in Autumn 2019."
    ]


def test_absence_in_summer_is_unknown_where_one_half_was_not_supplied(tmp_path: Path) -> None:
    at = supply(
        desk(tmp_path), "2024_autumn", pupilonroll=[on(possible="60", second="70")], termlysessiondetailsonroll=["r1,SCH1,d1,I,5"]
    )
    assert absent(read(at)) == []


def test_the_roll_without_its_absences_adds_nothing(tmp_path: Path) -> None:
    at = supply(
        desk(tmp_path),
        "2025_spring",
        pupilonroll=[on("r1", possible="60")],
        pupilnolongeronroll=[off("r9", possible="40")],
        termlysessiondetailsonroll=["r1,SCH1,d1,I,1"],
    )
    assert absent(read(at)) == [("a1", "202425", "Autumn", 60, 1)]


def test_absencesessions_became_sessions(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2019_spring", pupilonroll=[on(possible="130")])
    lines = "pupilonrolltableid,NativeId,attendancereason,absencesessions\nr1,SCH1,I,12"
    at.supply("school_census/2019_spring_termlysessiondetailsonroll.csv", lines)
    assert absent(read(at)) == [("a1", "201819", "Autumn", 130, 12)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("r1,SCH1,d2,QQ,3", "attendancereason is no known code"),
        ("r1,SCH1,d2,I,", "sessions is missing"),
        ("r1,SCH1,d2,I,some", "sessions is not a whole number"),
        ("r1,SCH1,d2,I,400", "sessions is more than two a day"),
    ],
)
def test_a_rejected_row_about_absence_leaves_the_childs_absence_unknown(tmp_path: Path, bad: str, reason: str) -> None:
    at = supply(
        desk(tmp_path),
        "2025_spring",
        pupilonroll=[on("r1", "A1", possible="130"), on("r2", "B2", possible="130")],
        termlysessiondetailsonroll=["r1,SCH1,d1,I,5", bad, "r2,SCH1,d3,I,6"],
    )
    assert absent(read(at, "A1", "B2")) == [("b2", "202425", "Autumn", 130, 6)]
    assert [rows for said, rows in at.rejected.items() if said.startswith(reason)] == [1]


def test_a_row_of_no_pupil_on_that_terms_roll_is_rejected(tmp_path: Path) -> None:
    at = supply(
        desk(tmp_path),
        "2025_spring",
        pupilonroll=[on(possible="130")],
        pupilnolongeronroll=[off("r9", "B2")],
        termlysessiondetailsonroll=["r1,SCH1,d1,I,5", "r9,SCH2,d2,I,6"],
    )
    supply(at, "2024_autumn", pupilonroll=[on("r9", "A1", "SCH2")])
    assert absent(read(at)) == [("a1", "202425", "Autumn", 130, 5)]
    assert at.rejected == {"the row names no pupil of pupilonroll": 1}


def test_a_file_supplied_twice_is_not_summed_twice(tmp_path: Path) -> None:
    at = desk(tmp_path)
    for census in ("2025_spring", "2025_spring_again/2025_spring"):
        (tmp_path / "school_census" / "2025_spring_again").mkdir(exist_ok=True)
        supply(at, census, pupilonroll=[on(possible="130")], termlysessiondetailsonroll=["r1,SCH1,d1,I,5"])
    assert absent(read(at)) == [("a1", "202425", "Autumn", 130, 5)]


def test_a_table_may_come_in_parts(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[on("r1", "A1")])
    at.supply("school_census/2024_autumn_pupilonroll_part2.csv", f"{HEADERS['pupilonroll']}\n{on('r2', 'B2')}")
    assert read(at, "A1", "B2").rows("supplied_enrolments", "child_ref") == [("a1",), ("b2",)]


@each_way
def test_terms_read_together_or_one_by_one_come_to_the_same(tmp_path: Path, bytes_together: None) -> None:
    at = desk(tmp_path)
    autumn = [on("r1", "A1", sen="K"), on("r2", "B2"), on("r3", "A1")]
    supply(at, "2024_autumn", pupilonroll=autumn, fsmperiod=["r1,SCH1,2024-Sep-01,"])
    absences, exclusions = ["r1,SCH1,d1,I,5", "r2,SCH1,d2,QQ,5"], ["r1,SCH1,2024-Jun-03,SUSP", "r3,SCH1,2024-Jun-04,SUSP"]
    spring = [on("r1", "A1", sen="E", possible="130"), on("r2", "B2", possible="130"), on("r3", "C3")]
    supply(at, "2025_spring", pupilonroll=spring, termlysessiondetailsonroll=absences, termlyexclusionsonroll=exclusions)
    summer = [on("r1", "A1", possible="110"), on("r2", "B2", possible="110")]
    supply(at, "2025_summer", pupilonroll=summer, termlysessiondetailsonroll=["r1,SCH1,d2,I,6"])
    read(at, "A1", "B2", "C3")
    assert absent(at) == [
        ("a1", "202425", "Autumn", 130, 5),
        ("a1", "202425", "Spring", 110, 6),
        ("b2", "202425", "Spring", 110, 0),
    ]
    assert at.rows("supplied_sen_stages", "stage, start_date") == [("E", SPRING_2025), ("K", AUTUMN_2024)]
    assert at.rows("supplied_fsm_periods") == [("a1", AUTUMN_2024, AUTUMN_2024)]
    assert at.rows("supplied_suspensions") == [("a1", date(2024, 6, 3), "SUSP"), ("c3", date(2024, 6, 4), "SUSP")]
    assert len(at.rows("supplied_enrolments")) == 2 + 3 + 2
    assert at.rows("register_education", "register_id") == [("A1",), ("B2",), ("C3",)]
    assert covered(at, "school_census") == [(date(2024, 8, 1), date(2025, 7, 31))]


# Suspensions, two terms late


def test_suspensions_have_days_of_their_own_and_old_codes_are_translated(tmp_path: Path) -> None:
    rows = ["2024-Jun-03,SUSP", "2024-Jun-10,FIXD", "2024-Jun-17,PERM", "2024-Jun-24,LNCH"]
    excluded = [f"r1,SCH1,{row}" for row in rows]
    at = read(supply(desk(tmp_path), "2025_spring", pupilonroll=[on()], termlyexclusionsonroll=excluded))
    kept = [(date(2024, 6, 3), "SUSP"), (date(2024, 6, 10), "SUSP"), (date(2024, 6, 17), "PERM")]
    assert at.rows("supplied_suspensions") == [("a1", *one) for one in kept]
    assert at.rejected == {}


@each_way
def test_a_suspension_that_two_schools_or_two_censuses_tell_of_is_one(tmp_path: Path, bytes_together: None) -> None:
    at = supply(
        desk(tmp_path),
        "2024_autumn",
        pupilonroll=[on()],
        pupilnolongeronroll=[off()],
        termlyexclusionsonroll=["r1,SCH1,2024-Mar-04,SUSP", "r1,SCH1,2024-Mar-04,SUSP"],
        termlyexclusionsoffroll=["r9,SCH2,2024-Mar-04,FIXD"],
    )
    supply(at, "2025_spring", pupilonroll=[on()], termlyexclusionsonroll=["r1,SCH1,2024-Mar-04,SUSP"])
    assert read(at).rows("supplied_suspensions") == [("a1", date(2024, 3, 4), "SUSP")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("r1,SCH1,2025-May-01,SUSP", "startdate is after the term of the census"),
        ("r1,SCH1,,SUSP", "startdate is missing"),
        ("r1,SCH1,2024-Jun-03,GONE", "category is not one of SUSP, PERM, LNCH"),
        ("r2,SCH1,2024-Jun-03,SUSP", "the row names no pupil of pupilonroll"),
    ],
)
def test_an_exclusion_that_cannot_be_is_rejected(tmp_path: Path, row: str, reason: str) -> None:
    at = read(supply(desk(tmp_path), "2025_spring", pupilonroll=[on()], termlyexclusionsonroll=[row]))
    assert at.rows("supplied_suspensions") == []
    assert at.rejected == {reason: 1}


# What is covered


def test_consecutive_rolls_are_one_span_and_a_missing_term_parts_them(tmp_path: Path) -> None:
    at = desk(tmp_path)
    for census in ("2023_autumn", "2024_spring", "2024_autumn"):
        supply(at, census, pupilonroll=[on()])
    at.ingest(school_census.register)
    assert covered(at, "school_census") == [
        (date(2023, 8, 1), date(2024, 3, 31)),
        (date(2024, 8, 1), date(2024, 12, 31)),
    ]


def test_exclusions_cover_the_term_two_before_the_census_that_brought_them(tmp_path: Path) -> None:
    at = desk(tmp_path)
    supply(at, "2024_autumn", pupilonroll=[on()], termlyexclusionsonroll=[])
    supply(at, "2025_spring", pupilonroll=[on()])
    supply(at, "2025_summer", pupilonroll=[on()], pupilnolongeronroll=[off()], termlyexclusionsoffroll=[])
    at.ingest(school_census.register)
    assert covered(at, "exclusions") == [(date(2024, 1, 1), date(2024, 3, 31))]


def test_a_roll_that_names_nobody_covers_nothing(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[]).ingest(school_census.register)
    assert covered(at, "school_census") == []
    assert at.notes == ["The pupilonroll of Autumn 2024 names no pupil: that census counts as not supplied."]


# Names of files


@pytest.mark.parametrize(
    "name",
    [
        "2024_autumn_pupilonroll.csv",
        "2024_Autumn_PupilOnRoll.csv",
        "2024-autumn-pupil-on-roll.csv",
        "Autumn_2024_pupilonroll.csv",
        "Autumn Term 2024 pupilonroll.csv",
        "Oct_2024_pupilonroll.csv",
        "2024-25_autumn_pupilonroll.csv",
        "202425_autumn_pupilonroll.csv",
        "2024-2025 Autumn pupilonroll.CSV",
        "school_census_2024_autumn_pupilonroll.csv",
        "2024_autumn/pupilonroll.csv",
        "2024/autumn_pupilonroll.csv",
        "2023_autumn onwards/2024_autumn_pupilonroll.csv",
        "census of 2023_autumn/2024_autumn_E10000025_pupilonroll.csv",
    ],
)
def test_a_files_name_says_its_term_and_table(tmp_path: Path, name: str) -> None:
    at = supply(desk(tmp_path), "2024_autumn", fsmperiod=[])
    (tmp_path / "school_census" / name).parent.mkdir(exist_ok=True)
    read(at.supply(f"school_census/{name}", f"{HEADERS['pupilonroll']}\n{on()}"))
    assert at.rows("supplied_enrolments") == [("a1", AUTUMN_2024, AUTUMN_2024)]


@given(
    year=st.integers(2005, 2040),
    season=st.sampled_from(["Autumn", "Spring", "Summer"]),
    order=st.sampled_from(["{year}{gap}{season}", "{season}{gap}{year}"]),
    gap=st.sampled_from(["_", "-", " ", "", "_term_"]),
    double=st.booleans(),
    table=st.sampled_from(["pupilonroll", "summerhalfterm2sessiondetailsonroll", "senneeds"]),
    case=st.sampled_from([str.lower, str.upper, str.title]),
)
def test_any_order_case_and_separator_name_the_term(
    year: int, season: str, order: str, gap: str, double: bool, table: str, case: Callable[[str], str]
) -> None:
    begun = year if season == "Autumn" else year - 1
    named = f"{begun}-{(begun + 1) % 100:02d}" if double else str(year)
    path = Path("/in/school_census", case(f"{order.format(year=named, season=season, gap=gap)}_{table}") + ".csv")
    found, rest = files.term_in(path, Folder(Path("/in"), Path("/in"), AREA))
    assert (found, files.table_in(rest)) == (
        term(f"{begun}{(begun + 1) % 100:02d}", season),
        None if table == "senneeds" else table,
    )


@pytest.mark.parametrize("name", ["2025_spring", "2024-25_spring", "202425_Spring", "January_2025"])
def test_a_single_year_is_the_calendars_and_a_double_one_the_schools(tmp_path: Path, name: str) -> None:
    at = read(supply(desk(tmp_path), name, pupilonroll=[on()]))
    assert at.rows("supplied_enrolments") == [("a1", SPRING_2025, SPRING_2025)]


@pytest.mark.parametrize(
    "name",
    ["pupilonroll.csv", "2024_pupilonroll.csv", "2024_winter_pupilonroll.csv", "autumn_pupilonroll.csv", "2024-26_autumn_x.csv"],
)
def test_a_file_of_an_unknown_term_stops_with_one_sentence(tmp_path: Path, name: str) -> None:
    at = desk(tmp_path).supply(f"school_census/{name}", HEADERS["pupilonroll"])
    with pytest.raises(DataError, match=f"^school_census/{name} does not say which term's census it is of: .*[.]$"):
        at.ingest(school_census.register)


def test_the_name_of_a_table_of_summers_second_half_is_no_season(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[on(possible="60", second="70")], termlysessiondetailsonroll=[])
    lines = f"{HEADERS['summerhalfterm2sessiondetailsonroll']}\nr1,SCH1,I,6"
    at.supply("school_census/Autumn_2024_summer-half-term-2-session-details-on-roll.csv", lines)
    assert absent(read(at)) == [("a1", "202324", "Summer", 60 + 70, 6)]


def test_a_table_that_is_not_used_is_left_aside_and_said(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2024_autumn", pupilonroll=[on()]).supply("school_census/2024_autumn_senneeds.csv", "a,b")
    at.ingest(school_census.register)
    assert [note for note in at.notes if "senprovision" not in note] == [
        "Files of the census left aside, because no table of their name is used: 1."
    ]


@pytest.mark.parametrize(
    ("table", "roll"),
    [
        ("termlysessiondetailsonroll", "pupilonroll"),
        ("termlysessiondetailsoffroll", "pupilnolongeronroll"),
        ("termlyexclusionsoffroll", "pupilnolongeronroll"),
        ("addressesonroll", "pupilonroll"),
        ("fsmperiod", "pupilonroll"),
    ],
)
def test_a_table_without_its_roll_stops_with_one_sentence(tmp_path: Path, table: str, roll: str) -> None:
    at = supply(desk(tmp_path), "2025_spring", **{table: []})
    supply(at, "2024_autumn", pupilonroll=[on()], pupilnolongeronroll=[off()])
    with pytest.raises(DataError, match=f"^school_census/2025_spring_{table}.csv has no {roll} of Spring 2025 beside it: .*[.]$"):
        at.ingest(school_census.register)


def test_a_roll_without_free_meals_stops_rather_than_make_nobody_eligible(tmp_path: Path) -> None:
    at = desk(tmp_path).supply("school_census/2025_spring_pupilonroll.csv", f"{HEADERS['pupilonroll']}\n{on()}")
    with pytest.raises(DataError, match=r"^school_census/2025_spring_pupilonroll.csv has no fsmperiod table of Spring 2025"):
        at.ingest(school_census.register)


def test_absences_without_the_sessions_possible_stop_rather_than_vanish(tmp_path: Path) -> None:
    at = supply(desk(tmp_path), "2025_spring", pupilonroll=[on()], termlysessiondetailsonroll=[])
    lines = [HEADERS["pupilonroll"].replace("termlysessionspossible", "other"), on()]
    at.supply("school_census/2025_spring_pupilonroll.csv", "\n".join(lines))
    with pytest.raises(DataError, match=r"pupilonroll.csv has no column termlysessionspossible in its first row"):
        at.ingest(school_census.register)


def test_an_area_without_a_census_supplies_nothing(tmp_path: Path) -> None:
    at = read(Desk.at(tmp_path / "E10000025", AREA))
    assert at.rows("supplied_coverage_read") == at.rows("register_education") == []


# The samples

SAMPLES = Path(os.environ.get("COHORT_SAMPLES", "/nowhere"), "school_census")
with_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="COHORT_SAMPLES does not name the folder of sample files")


def sampled(tmp_path: Path, pattern: str = "*.csv") -> Desk:
    at = desk(tmp_path)
    for path in SAMPLES.glob(pattern):
        (tmp_path / "school_census" / path.name).write_bytes(path.read_bytes())
    return at


def lines(name: str) -> list[dict[str, str]]:
    with (SAMPLES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@with_samples
def test_every_row_of_the_samples_is_read_and_only_absences_without_a_number_are_rejected(tmp_path: Path) -> None:
    at = sampled(tmp_path)
    matched = [row["upn"] for row in lines("2024_autumn_pupilonroll")[::40] + lines("2024_autumn_pupilnolongeronroll")]
    read(at, *dict.fromkeys(matched))
    supplied = {path.stem: len(lines(path.stem)) for path in SAMPLES.glob("*.csv")}
    counted = at.ledger.inputs(dict.fromkeys(at.ledger.paths, ""))
    assert {Path(label).stem: file.rows for label, file in counted.items()} == supplied
    assert set(at.rejected) == {"sessions is missing"}
    everyone = {row["upn"] for name in supplied if "_pupil" in name for row in lines(name)}
    assert {upn for (upn,) in at.rows("register_education", "register_id")} == everyone


@with_samples
def test_absences_of_the_samples_are_those_added_up_by_hand(tmp_path: Path) -> None:
    upns = list(
        dict.fromkeys(row["upn"] for row in lines("2024_autumn_pupilonroll")[::40] + lines("2024_autumn_pupilnolongeronroll"))
    )
    found = {(who, term): (possible, missed) for who, _, term, possible, missed in absent(read(sampled(tmp_path), *upns))}
    expected = {
        **{(upn.lower(), "Summer"): sums for upn, sums in added_up("2024_autumn", ("termly", "summerhalfterm2")).items()},
        **{(upn.lower(), "Autumn"): sums for upn, sums in added_up("2025_spring", ("termly",)).items()},
    }
    asked = {upn.lower() for upn in upns}
    assert len(asked) > 500
    assert found == {key: sums for key, sums in expected.items() if key[0] in asked}


def added_up(census: str, halves: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Each pupil's sessions possible and missed, row by row; none of a pupil with an absence that has no number."""
    possible: dict[str, int] = defaultdict(int)
    missed: dict[str, int] = defaultdict(int)
    unknown: set[str] = set()
    for half, (roll, suffix) in product(halves, (("pupilonroll", "onroll"), ("pupilnolongeronroll", "offroll"))):
        key = f"{roll}tableid"
        pupils = {(row[key], row["NativeId"]): row for row in lines(f"{census}_{roll}")}
        for row in pupils.values():
            if sessions := row[f"{half}sessionspossible"]:
                possible[row["upn"]] += int(float(sessions))
        for row in lines(f"{census}_{half}sessiondetails{suffix}"):
            pupil = pupils[row[key], row["NativeId"]]
            if row["attendancereason"] in ABSENCES and not row["sessions"]:
                unknown.add(pupil["upn"])
            elif row["attendancereason"] in ABSENCES and pupil[f"{half}sessionspossible"]:
                missed[pupil["upn"]] += int(float(row["sessions"]))
    return {upn: (sessions, missed[upn]) for upn, sessions in possible.items() if upn not in unknown}


def day_of(text: str) -> date:
    return date(int(text[:4]), list(month_abbr).index(text[5:8]), int(text[9:11]))


@with_samples
def test_free_meals_and_needs_of_the_samples_are_those_counted_by_hand(tmp_path: Path) -> None:
    roll = lines("2024_autumn_pupilonroll")
    at = read(sampled(tmp_path, "2024_autumn_*.csv"), *(row["upn"] for row in roll))
    eligible = {
        row["pupilonrolltableid"]
        for row in lines("2024_autumn_fsmperiodsonroll")
        if day_of(row["fsmstartdate"]) <= AUTUMN_2024 <= day_of(row["fsmenddate"] or "2099-Jan-01")
    }
    assert len(at.rows("supplied_fsm_periods")) == len(eligible) > 1_000
    assert len(at.rows("supplied_enrolments")) == len(roll)
    stages = [stage for (stage,) in at.rows("supplied_sen_stages", "stage")]
    assert stages.count("K") == sum(row["senprovision"] in ("K", "A", "P") for row in roll)
    assert stages.count("E") == sum(row["senprovision"] in ("E", "S") for row in roll)


@with_samples
def test_a_census_of_nine_thousand_pupils_is_read_in_two_seconds(tmp_path: Path) -> None:
    at = sampled(tmp_path, "2024_autumn_*.csv")
    start = time.process_time()
    read(at, *(row["upn"] for row in lines("2024_autumn_pupilonroll")[::40]))
    assert time.process_time() - start < 2 * 2, "seconds of processor, twice what it should take"
