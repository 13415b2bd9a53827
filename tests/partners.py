"""A whole partnership in partners' files, as small as can be: one authority, two families, every kind of file once.

Ann and Bob are brother and sister, Cy has another father; the crosswalk names all three, so that nobody is left to compare.
What each child has is chosen so that a cell read wrongly moves a figure.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

AREA = "E10000025"
Table = list[list[Any]]
Sheets = dict[str, Table]
Files = dict[str, Table | Sheets]
"""By path: a CSV file's rows, header first; a workbook's sheets; a CIN census's modules as rows."""

_CENSUS = f"{AREA}/school_census"
_ON = "pupilonrolltableid"
_OFF = "pupilnolongeronrolltableid"
ROLL = [_ON, "NativeId", "upn", "surname", "forename", "dob", "sex", "entrydate", "senprovision", "termlysessionspossible"]
PUPILS = {
    "p1": ["p1", "SCH1", "A100000000001", "Quell", "Annabel", "2014-May-10 00:00:00", "F", "2018-Sep-03 00:00:00"],
    "p2": ["p2", "SCH1", "A100000000002", "Quell", "Robert", "2011-Mar-02 00:00:00", "M", "2015-Sep-01 00:00:00"],
    "p3": ["p3", "SCH2", "A100000000003", "Vane", "Cyril", "2009-Jan-20 00:00:00", "M", "2020-Sep-01 00:00:00"],
    "p4": ["p4", "SCH2", "A100000000004", "Other", "Olive", "2012-Aug-30 00:00:00", "F", "2017-Sep-01 00:00:00"],
}
_TERMS = ("2022_spring", "2022_summer", "2022_autumn", "2023_spring", "2023_summer", "2023_autumn")


def files() -> Files:
    """Every file, anew: a test may damage what it likes."""
    return deepcopy({**_force(), **_school(), **_care()})


def write(root: Path, supplied: Mapping[str, Table | Sheets], *, settings: Mapping[str, Any] | None = None) -> Path:
    """Write the files under `root`, and `partnership.json`; returns `root`."""
    for name, content in supplied.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _WRITERS[path.suffix](path, content)
    said = {
        "name": "Thames Valley",
        "synthetic": True,
        "seed": 1,
        "programme_start": "2021-11-01",
        "pseudonym_key": "a key for tests, which guards nothing",
        "settings": dict(settings or {}),
    }
    (root / "partnership.json").write_text(json.dumps(said), encoding="utf-8")
    return root


def _force() -> Files:
    return {
        "receptions.csv": [
            [
                *("offenderNo", "dateOfBirth", "sex", "movementDate", "movementTime", "movementType"),
                *("directionCode", "movementReasonCode", "fromAgency", "toAgency", "imprisonmentStatus"),
            ],
            ["A1111AA", "1985-02-03", "M", "2022-10-05", "14:05", "ADM", "IN", "N", "OUT", "BLI", "REMAND"],
            ["A1111AA", "1985-02-03", "M", "2022-11-20", "16:30", "ADM", "IN", "I", "COURT", "BLI", "SENT"],
            ["A1111AA", "1985-02-03", "M", "2023-03-01", "09:00", "REL", "OUT", "CR", "BLI", "OUT", "SENT"],
            ["B2222BB", "1980-07-08", "F", "2023-02-10", "11:15", "ADM", "IN", "V", "OUT", "EWI", "UNSENT"],
        ],
        "links.csv": [
            [
                *("offenderNo", "child_ref", "relationship", "link_source", "link_date", "forename", "surname"),
                *("dateOfBirth", "sex", "postcode", "area_code", "district_code"),
            ],
            [
                "A1111AA",
                "C1",
                "father",
                "police",
                "2022-10-06",
                "Annabel",
                "Quell",
                "2014-05-10",
                "F",
                "ZZ1 2AB",
                AREA,
                "E07000178",
            ],
            [
                "A1111AA",
                "C2",
                "father",
                "prison",
                "2022-10-05",
                "Robert",
                "Quell",
                "2011-03-02",
                "M",
                "ZZ1 2AB",
                AREA,
                "E07000178",
            ],
            ["B2222BB", "C3", "mother", "social_care", "2023-02-01", "Cyril", "Vane", "2009-01-20", "M", "ZZ3 4CD", AREA, ""],
        ],
        "support.csv": [
            ["child_ref", "suitable", "champion_notified", "offer_made", "visit", "outcome", "referral", "supported"],
            ["C1", "yes", "2022-10-20", "2022-11-01", "2022-11-15", "accepted", "2022-12-01", "2023-01-10"],
            ["C3", "no", "2023-03-01", "", "", "not_suitable", "", ""],
        ],
        "coverage.csv": [
            ["area_code", "source", "first_date", "last_date"],
            [AREA, "social_care", "2022-01-01", "2023-12-31"],
            [AREA, "support", "2021-11-01", "2023-12-31"],
        ],
        "comparators/absence.csv": [
            [
                *("time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code"),
                *("region_name", "old_la_code", "new_la_code", "la_name", "school_type", "sess_overall_percent"),
            ],
            [*("202223", "Academic year", "National", "E92000001", "England", "", "", "", "", "", "Total", "7.4")],
            [
                *("202223", "Academic year", "Local authority", "E92000001", "England", "E12000008", "South East"),
                *("931", AREA, "Oxfordshire", "Total", "7.1"),
            ],
        ],
        "comparators/mapping.csv": [
            ["file", "column", "indicator", "population", "unit", "fit", "reason", "filters", "transform"],
            [
                *("absence.csv", "sess_overall_percent", "attendance_sessions", "All pupils", "percent", "similar"),
                *("a year against a term", "school_type=Total", "100-"),
            ],
        ],
    }


def _school() -> Files:
    made: Files = {}
    for name in _TERMS:
        made |= _census(name)
    made[f"{AREA}/meals.csv"] = [
        ["UPN", "census_date", "free_meal_received"],
        ["A100000000001", "2022-10-06", "yes"],
        ["A100000000002", "2022-10-06", "no"],
        ["A100000000001", "2023-01-19", "yes"],
        ["A100000000003", "2023-01-19", "yes"],
    ]
    made[f"{AREA}/crosswalk.csv"] = [
        ["child_ref", "UPN", "LA child id", "method", "confidence"],
        ["C1", "A100000000001", "9000001", "by hand", "1.0"],
        ["C2", "A100000000002", "9000002", "by hand", "1.0"],
        ["C3", "A100000000003", "9000003", "by hand", "0.9"],
    ]
    made[f"{AREA}/term_dates.csv"] = [
        ["academic_year", "term", "first_day", "last_day"],
        ["202223", "Autumn", "2022-09-05", "2022-12-16"],
        ["202223", "Spring", "2023-01-04", "2023-02-09"],
    ]
    return made


def _census(name: str) -> Files:
    """One term: everyone on roll, Ann eligible and on support, Bob with a plan, some absence, a suspension, a leaver."""
    autumn = name.endswith("autumn")
    roll = [*ROLL, *(["summerhalfterm2sessionspossible"] if autumn else [])]
    stages = {"p1": "K", "p2": "E", "p3": "N", "p4": "N"}
    possible = {"p1": 120, "p2": 118, "p3": 110, "p4": 120}
    half = {"p1": 60, "p2": 58, "p3": 52, "p4": 60}
    on = [[*PUPILS[p], stages[p], possible[p], *([half[p]] if autumn else [])] for p in PUPILS]
    off_header = [_OFF, *[column for column in roll[1:] if column != "senprovision"], "leavingdate"]
    off = [["q1", *PUPILS["p3"][1:], 12, *([6] if autumn else []), "2022-Jan-10 00:00:00"]]
    made: Files = {
        f"{_CENSUS}/{name}_pupilonroll.csv": [roll, *on],
        f"{_CENSUS}/{name}_pupilnolongeronroll.csv": [off_header, *off],
        f"{_CENSUS}/{name}_fsmperiod.csv": [
            [_ON, "NativeId", "fsmstartdate", "fsmenddate", "ukcountry"],
            ["p1", "SCH1", "2021-Sep-01 00:00:00", "", "ENG"],
            ["p3", "SCH2", "2021-Sep-01 00:00:00", "2023-Mar-01 00:00:00", "ENG"],
        ],
        f"{_CENSUS}/{name}_termlyexclusionsonroll.csv": [
            [_ON, "NativeId", "startdate", "sessions", "category"],
            *([["p2", "SCH1", "2022-Nov-14 00:00:00", 4, "SUSP"]] if name == "2023_summer" else []),
        ],
        f"{_CENSUS}/{name}_termlyexclusionsoffroll.csv": [[_OFF, "NativeId", "startdate", "sessions", "category"]],
        f"{_CENSUS}/{name}_addressesonroll.csv": [
            [_ON, "NativeId", "postcode"],
            ["p1", "SCH1", "ZZ1 2AB"],
            ["p3", "SCH2", "ZZ3 4CD"],
        ],
    }
    for table in ("termlysessiondetails", *(("summerhalfterm2sessiondetails",) if autumn else ())):
        made[f"{_CENSUS}/{name}_{table}onroll.csv"] = [
            [_ON, "NativeId", f"{table}onrolltableid", "sessions", "attendancereason"],
            ["p1", "SCH1", "d1", 9, "I"],
            ["p1", "SCH1", "d2", 3, "O"],
            ["p1", "SCH1", "d3", 70, "/"],
            ["p2", "SCH1", "d4", 14, "U"],
            ["p3", "SCH2", "d5", 21, "G"],
        ]
        made[f"{_CENSUS}/{name}_{table}offroll.csv"] = [
            [_OFF, "NativeId", f"{table}offrolltableid", "sessions", "attendancereason"],
            ["q1", "SCH2", "e1", 2, "N"],
        ]
    return made


def _care() -> Files:
    child = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
    ann = [9000001, "b) Female", "a) WBRI", date(2014, 5, 10), 8.4]
    bob = [9000002, "a) Male", "a) WBRI", date(2011, 3, 2), 11.6]
    cy = [9000003, "a) Male", "a) WBRI", date(2009, 1, 20), 14.1]
    status = "Case Status"
    return {
        f"{AREA}/social_care_people.csv": [
            ["LA child id", "UPN", "forename", "surname", "dateOfBirth", "sex", "postcode"],
            ["9000001", "A100000000001", "Annabel", "Quell", "2014-05-10", "F", "ZZ1 2AB"],
            ["9000002", "", "Robert", "Quell", "2011-03-02", "M", "ZZ1 2AB"],
            ["9000003", "", "Cyril", "Vane", "2009-01-20", "M", "ZZ3 4CD"],
        ],
        f"{AREA}/annex_a/Annex_A.xlsx": {
            "List 1": [
                [*child, "Date of Contact", "Contact Source"],
                [*ann, date(2022, 10, 7), "g) Police"],
                [*cy, date(2023, 2, 11), "g) Police"],
                [9000004, "b) Female", "a) WBRI", date(2012, 8, 30), 11.3, date(2023, 12, 20), "b) Schools"],
            ],
            "List 2": [
                [*child, "Assessment start date", "Assessment completion date"],
                [*bob, date(2022, 12, 1), date(2023, 1, 20)],
            ],
            "List 3": [[*child, "Date of referral", "Referral Source"], [*ann, date(2022, 10, 9), "g) Police"]],
            "List 6": [
                [*child, "CIN Start Date", "CIN Closure Date", status],
                [*ann, date(2022, 10, 20), date(2023, 2, 3), "e) Closed episode"],
            ],
            "List 7": [
                [*child, "Child Protection Plan Start Date", "Child Protection Plan End Date"],
                [*cy, date(2023, 2, 20), ""],
            ],
            "List 8": [
                [*child, "Date Started to be Looked After", "Child's Legal Status", "Date Ceased to be Looked After"],
                [*bob, date(2023, 2, 1), "e) Accommodated under S20", ""],
            ],
        },
        f"{AREA}/cin_census/2023.xml": [
            ["LAchildID", "CINreferralDate", "CINclosureDate", "CPPstartDate", "CPPendDate"],
            ["9000003", "2023-01-05", "", "2023-02-20", ""],
        ],
        f"{AREA}/ssda903/2023_episodes.csv": [
            ["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC"],
            ["9000001", "03/12/2022", "S", "V2", "N1", "U1", "10/12/2022", "E4A"],
            ["9000003", "01/03/2023", "S", "V4", "N1", "U1", "05/03/2023", "E4A"],
        ],
        f"{AREA}/ssda903/2023_header.csv": [
            ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"],
            ["9000001", "2", "10/05/2014", "WBRI", "A100000000001", "", ""],
        ],
    }


def _write_csv(path: Path, rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _write_workbook(path: Path, sheets: Any) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        book.set_properties({"created": datetime(2024, 1, 1)})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)


def _write_census_of_need(path: Path, rows: Any) -> None:
    header, *children = rows

    def element(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}</{name}>" if value else ""

    body = ""
    for row in children:
        said = dict(zip(header, row, strict=True))
        ref, referral, closure, start, end = header
        plan = f"<ChildProtectionPlans>{element(start, said[start])}{element(end, said[end])}</ChildProtectionPlans>"
        details = f"<CINdetails>{element(referral, said[referral])}{element(closure, said[closure])}{plan}</CINdetails>"
        body += f"<Child><ChildIdentifiers>{element(ref, said[ref])}</ChildIdentifiers>{details}</Child>"
    head = "<Header><CollectionDetails><Collection>CIN</Collection><Year>2023</Year></CollectionDetails></Header>"
    path.write_text(f"<Message>{head}<Children>{body}</Children></Message>", encoding="utf-8")


_WRITERS = {".csv": _write_csv, ".xlsx": _write_workbook, ".xml": _write_census_of_need}
