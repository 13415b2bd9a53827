"""The social-care and remaining files of the fake partnership, read back by libraries that know nothing of how they are made."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyarrow as pa
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from data.calendar import term
from data.ingest.comparators import read_comparators
from data.schema import CARE_CONTACTS, CARE_EPISODES, COVERAGE, MATCHES, OFFERS, TERM_DATES
from data.synthetic.files.authority import Authority, Style
from data.synthetic.files.comparators import write_comparators
from data.synthetic.files.coverage import write_coverage
from data.synthetic.files.social_care import write_social_care
from data.synthetic.files.support import write_support
from data.synthetic.files.term_dates import local_terms, term_dates_table, write_term_dates

OXFORDSHIRE, MILTON_KEYNES, BUCKINGHAMSHIRE, SLOUGH, READING = "E10000025", "E06000042", "E06000060", "E06000039", "E06000038"
COVERED = (date(2021, 7, 1), date(2025, 7, 31))
BLANKS = ("", "#N/A")

# Ann, 101: in need, on a plan, in need again, all one spell; open to Early Help when the extracts end.
# Ben, 102: long looked after. Cal, 103: a contact and a referral. Dan, 104: known, with nothing.
ANN, BEN, CAL, DAN = (f"C{number}" for number in range(4))
EPISODES = [
    (ANN, "cin", date(2022, 1, 10), date(2022, 3, 9)),
    (ANN, "cp", date(2022, 3, 10), date(2023, 5, 20)),
    (ANN, "cin", date(2023, 5, 21), date(2023, 9, 30)),
    (ANN, "early_help", date(2025, 6, 1), None),
    (BEN, "cwcf", date(2021, 9, 1), date(2024, 4, 15)),
]
CONTACTS = [(CAL, "contact", date(2022, 6, 20)), (CAL, "referral", date(2022, 6, 21))]


def authority(code: str, position: int = 0, unaffected: int = 0, covered: bool = True) -> Authority:
    people = pa.table(
        {
            "child_ref": [ANN, BEN, CAL, DAN],
            **_people(["Ann", "Ben", "Cal", "Dan"], 101, ["F", "M", "U", "M"]),
        }
    )
    records = {
        "care_episodes": _rows(CARE_EPISODES.arrow, EPISODES),
        "care_contacts": _rows(CARE_CONTACTS.arrow, CONTACTS),
        "matches": _rows(MATCHES.arrow, [(ref, "social_care") for ref in (ANN, BEN, CAL)]),
    }
    others = pa.table(_people(["Eve"] * unaffected, 900, ["F"] * unaffected))
    style = Style(position, "utf-8", "%d/%m/%Y", addresses=False)
    return Authority(code, records, people, others, {"social_care": COVERED} if covered else {}, style, (1, position))


def _people(forenames: list[str], number: int, sexes: list[str]) -> dict[str, pa.Array]:
    count = len(forenames)
    return {
        "forename": pa.array(forenames, pa.string()),
        "surname": pa.array(["Lee"] * count, pa.string()),
        "date_of_birth": pa.array([date(2012, 3, 4)] * count, pa.date32()),
        "sex": pa.array(sexes, pa.string()),
        "postcode": pa.array(["OX1 1AA"] * count, pa.string()),
        "upn": pa.array([f"A{number + one:012d}" for one in range(count)], pa.string()),
        "la_child_id": pa.array([str(number + one) for one in range(count)], pa.string()),
    }


def _rows(schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def annex_a(folder: Path, code: str, number: int) -> dict[str, list[dict[str, object]]]:
    """The rows of one list by workbook, in order of the day of the extract."""
    found: dict[str, list[dict[str, object]]] = {}
    for path in sorted((folder / code / "annex_a").glob("*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        sheet = next(name for name in book.sheet_names if re.search(rf"\b{number}\b", name))
        rows = [row for row in book.get_sheet_by_name(sheet).to_python() if sum(cell not in BLANKS for cell in row) > 1]
        found[path.stem[-7:]] = [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]
    return found


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_open_episode_comes_again_in_later_workbooks_and_is_closed_in_the_last(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(OXFORDSHIRE))
    ends = {
        workbook: {row["Date Ceased to be Looked After"] for row in rows if row["Child Unique ID"] == 102}
        for workbook, rows in annex_a(tmp_path, OXFORDSHIRE, 8).items()
    }
    assert ends == {
        "2021_12": {""},
        "2022_06": {""},
        "2022_12": {""},
        "2023_06": {""},
        "2023_12": {""},
        "2024_06": {date(2024, 4, 15)},
        "2024_12": set(),
        "2025_06": set(),
        "2025_07": set(),
    }


def test_case_status_speaks_of_the_extracts_day_and_one_row_of_the_whole_time_in_need(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(OXFORDSHIRE))
    anns = {
        workbook: {(row["CIN Start Date"], row["CIN Closure Date"], row["Case Status"]) for row in rows}
        for workbook, rows in annex_a(tmp_path, OXFORDSHIRE, 6).items()
        for rows in [[row for row in rows if row["Child Unique ID"] == 101]]
    }
    start, end = date(2022, 1, 10), date(2023, 9, 30)
    assert anns["2022_06"] == {(start, "", "b) Child Protection plan")}
    assert anns["2023_06"] == {(start, "", "c) Child in need plan")}
    assert anns["2023_12"] == {(start, end, "e) Closed episode")}


def test_contacts_of_a_workbooks_first_month_stood_in_the_one_before(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(OXFORDSHIRE))
    listed = annex_a(tmp_path, OXFORDSHIRE, 1)
    holding = [workbook for workbook, rows in listed.items() if any(row["Child Unique ID"] == 103 for row in rows)]
    assert holding == ["2022_06", "2022_12"]
    assert {row["Date of Contact"] for row in listed["2022_12"]} == {date(2022, 6, 20)}


@pytest.mark.parametrize("position", range(5))
def test_every_authority_says_the_same_in_its_own_words(tmp_path: Path, position: int) -> None:
    write_social_care(tmp_path, authority(SLOUGH, position))
    lists = {number: [row for rows in annex_a(tmp_path, SLOUGH, number).values() for row in rows] for number in (1, 3, 7)}
    patterns = {1: "date.*contact", 3: "date of.*referral", 7: "Child Protection Plan End Date"}
    said = {number: {(_identifier(row), _day(_under(row, patterns[number]))) for row in rows} for number, rows in lists.items()}
    assert said[1] == {(103, date(2022, 6, 20))}
    assert said[3] == {(103, date(2022, 6, 21))}
    assert (101, date(2023, 5, 20)) in said[7]


def test_authorities_differ_in_dates_identifiers_blanks_and_sexes(tmp_path: Path) -> None:
    seen: dict[str, set[object]] = {"id": set(), "date": set(), "blank": set(), "sex": set()}
    for position in range(4):
        write_social_care(tmp_path / str(position), authority(SLOUGH, position))
        rows = [row for rows in annex_a(tmp_path / str(position), SLOUGH, 8).values() for row in rows]
        seen["id"] |= {value for row in rows for name, value in row.items() if re.search(r"\bid\b|identifier", name, re.I)}
        seen["date"] |= {type(row["Date Started to be Looked After"]) for row in rows}
        seen["blank"] |= {row["URN of Placement"] for row in rows}
        seen["sex"] |= {row["Gender"] for row in rows}
    assert seen["id"] == {102.0, "102", "102.0", "\u00a0102\u00a0"}
    assert seen["date"] == {date, str}
    assert seen["blank"] == {"", "#N/A", "\u00a0"}
    assert seen["sex"] == {"a) Male", "b) Male", "Male", "M"}


def _under(row: dict[str, object], pattern: str) -> object:
    """The one value under a header that fits the field list's pattern."""
    (value,) = (value for header, value in row.items() if re.search(pattern, header, re.IGNORECASE))
    return value


def _identifier(row: dict[str, object]) -> int:
    value = _under(row, r"\bchild\b.*\b(id|identifier)\b|\b(id|identifier)\b.*\bchild\b")
    return int(float(str(value).strip("\u00a0")))


def _day(value: object) -> date | None:
    if isinstance(value, str):
        parts = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", value)
        return date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else None
    assert isinstance(value, date)
    return value


def test_one_authority_has_episodes_of_early_help_and_the_others_assessments(tmp_path: Path) -> None:
    for code, start, end in (
        (MILTON_KEYNES, "Early Help episode start date", "Early Help episode end date"),
        (OXFORDSHIRE, "Assessment start date", "Assessment completion date"),
    ):
        write_social_care(tmp_path, authority(code, position=1))
        (row,) = annex_a(tmp_path, code, 2)["2025_07"]
        assert (row[start], row[end]) == (date(2025, 6, 1), "")


def test_a_contact_of_somebody_unaffected_has_no_day_and_of_nobody_else(tmp_path: Path) -> None:
    slough = authority(SLOUGH, unaffected=2_000)
    earliest = _rows(CARE_CONTACTS.arrow, [(CAL, "contact", COVERED[0])])
    write_social_care(tmp_path, replace(slough, records={**slough.records, "care_contacts": earliest}))
    rows = [row for rows in annex_a(tmp_path, SLOUGH, 1).values() for row in rows]
    assert _identifier(rows[0]) == 103
    undated = [_identifier(row) for row in rows if _under(row, "date.*contact") == "#N/A"]
    assert undated and min(undated) >= 900
    assert len(undated) / len(rows) < 0.05


def test_buckinghamshire_sends_returns_instead_of_lists_4_to_8(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(BUCKINGHAMSHIRE))
    (path,) = (tmp_path / BUCKINGHAMSHIRE / "annex_a").iterdir()
    assert [re.sub(r"\D", "", name) for name in CalamineWorkbook.from_path(str(path)).sheet_names] == ["1", "2", "3"]
    years = ["2022", "2023", "2024", "2025", "2026"]
    assert [path.stem[-4:] for path in sorted((tmp_path / BUCKINGHAMSHIRE / "cin_census").iterdir())] == years
    assert sorted({path.stem[:4] for path in (tmp_path / BUCKINGHAMSHIRE / "ssda903").iterdir()}) == years


def census(folder: Path, year: int) -> Iterator[etree._Element]:
    root = etree.parse(folder / BUCKINGHAMSHIRE / "cin_census" / f"cin_census_{year}.xml").getroot()
    assert root.tag == "Message" and root.findtext("Header/CollectionDetails/ReferenceDate") == f"{year}-03-31"
    yield from root.iterfind("Children/Child")


def test_the_census_holds_a_time_in_need_in_every_year_and_its_plan_inside(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(BUCKINGHAMSHIRE))
    found = {}
    for year in (2022, 2023, 2024, 2025):
        for child in census(tmp_path, year):
            if child.findtext("ChildIdentifiers/LAchildID") == "101":
                paths = (
                    "CINreferralDate",
                    "CINclosureDate",
                    "ChildProtectionPlans/CPPstartDate",
                    "ChildProtectionPlans/CPPendDate",
                )
                found[year] = [tuple(one.findtext(path) for path in paths) for one in child.iterfind("CINdetails")]
    assert found == {
        2022: [("2022-01-10", None, "2022-03-10", None)],
        2023: [("2022-01-10", None, "2022-03-10", None)],
        2024: [("2022-01-10", "2023-09-30", "2022-03-10", "2023-05-20")],
    }


def test_sex_takes_the_place_of_gender_in_2025(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(BUCKINGHAMSHIRE, unaffected=500))
    tags = {
        year: {(one.tag, one.text) for child in census(tmp_path, year) for one in child.find("ChildIdentifiers")[3:]}
        for year in (2024, 2025)
    }
    assert tags == {2024: {("GenderCurrent", "1"), ("GenderCurrent", "2")}, 2025: {("Sex", "M"), ("Sex", "F")}}
    headers = {year: {row["SEX"] for row in read_csv(_return(tmp_path, year, "header"))} for year in (2024, 2025)}
    assert headers == {2024: {"1"}, 2025: {"M"}}


def test_some_details_are_repeated(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(BUCKINGHAMSHIRE, unaffected=2_000))
    children = [[etree.tostring(one).strip() for one in child.iterfind("CINdetails")] for child in census(tmp_path, 2024)]
    assert any(len(details) > len(set(details)) for details in children)


def _return(folder: Path, year: int, table: str) -> Path:
    return folder / BUCKINGHAMSHIRE / "ssda903" / f"{year}_{table}.csv"


def test_a_time_in_care_is_a_chain_of_episodes_told_again_every_year_until_they_end(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(BUCKINGHAMSHIRE))
    told: dict[str, tuple[str, str]] = {}
    for year in range(2022, 2027):
        for row in read_csv(_return(tmp_path, year, "episodes")):
            assert row["CHILD"] == "102" and row["LS"] not in ("V3", "V4")
            assert bool(row["DEC"]) is bool(row["REC"])
            told[row["DECOM"]] = (row["DEC"], row["REC"])
    assert len(told) > 2
    (start, *later), ends = list(told), [end for end, _ in told.values()]
    assert start == "01/09/2021" and ends == [*later, "15/04/2024"]
    assert [why for _, why in told.values()][:-1] == ["X1"] * len(later) and told[later[-1]][1] != "X1"
    first_year = read_csv(_return(tmp_path, 2022, "episodes"))
    assert first_year[-1]["DEC"] == ""


def test_respite_is_beside_time_in_care(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(BUCKINGHAMSHIRE, unaffected=2_000))
    rows = [row for year in range(2022, 2027) for row in read_csv(_return(tmp_path, year, "episodes"))]
    respite = {row["CHILD"] for row in rows if row["LS"] in ("V3", "V4")}
    assert respite and respite.isdisjoint(row["CHILD"] for row in rows if row["LS"] not in ("V3", "V4"))


def test_the_register_has_who_is_matched_and_some_of_the_unaffected(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(SLOUGH, unaffected=200))
    rows = read_csv(tmp_path / SLOUGH / "social_care_people.csv")
    assert list(rows[0]) == ["LA child id", "UPN", "forename", "surname", "dateOfBirth", "sex", "postcode"]
    known = {row["LA child id"] for row in rows}
    assert len(known) == len(rows)
    assert {one for one in known if int(one) < 900} == {"101", "102", "103"}
    assert 10 <= len(known) <= 60
    assert any(not row["UPN"] for row in rows) and any(row["UPN"] for row in rows)
    assert all(row["UPN"] for row in rows if row["surname"].casefold() != "lee" or row["dateOfBirth"] != "04/03/2012")


def test_who_supplies_no_social_care_has_no_files(tmp_path: Path) -> None:
    write_social_care(tmp_path, authority(SLOUGH, covered=False))
    assert list(tmp_path.iterdir()) == []


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for run in ("one", "two"):
        write_social_care(tmp_path / run, authority(BUCKINGHAMSHIRE, unaffected=300))
    one, two = (
        {path.relative_to(tmp_path / run): path.read_bytes() for path in (tmp_path / run).rglob("*.*")} for run in ("one", "two")
    )
    assert len(one) == 1 + 1 + 5 + 2 * 5
    assert one == two
    # Two runs within a second would agree on a clock's time as well.
    with ZipFile(tmp_path / "one" / BUCKINGHAMSHIRE / "annex_a" / "Annex_A_2025_07.xlsx") as workbook:
        assert b"2025-07-31T00:00:00Z</dcterms:modified>" in workbook.read("docProps/core.xml")


def test_a_local_term_lies_in_its_term_and_the_file_says_what_the_table_says(tmp_path: Path) -> None:
    rows = local_terms(READING)
    assert len(rows) == 3 * 3
    for row in rows:
        its = term(row.academic_year, row.term)
        assert its.first_day <= row.first_day < row.last_day <= its.last_day
    table = term_dates_table(rows)
    assert table.schema == TERM_DATES.arrow
    write_term_dates(tmp_path, READING)
    said = [
        (row["academic_year"], row["term"], _day(row["first_day"]), _day(row["last_day"]))
        for row in read_csv(tmp_path / "term_dates.csv")
    ]
    assert said == [row[1:] for row in rows]


def test_only_one_authority_has_a_calendar_of_its_own(tmp_path: Path) -> None:
    write_term_dates(tmp_path, OXFORDSHIRE)
    assert local_terms(OXFORDSHIRE) == () and list(tmp_path.iterdir()) == []
    assert term_dates_table(()).num_rows == 0


def test_support_leaves_blank_what_is_undecided_or_has_not_come_about(tmp_path: Path) -> None:
    day = date(2023, 2, 1)
    rows = [
        (ANN, True, day, day, None, date(2023, 3, 9), None, "accepted"),
        (BEN, False, None, None, None, None, None, "not_suitable"),
        (CAL, None, None, None, None, None, None, "pending"),
    ]
    write_support(tmp_path, _rows(OFFERS.arrow, rows), np.random.default_rng(1))
    ann, ben, cal = read_csv(tmp_path / "support.csv")
    assert (ann["suitable"], ann["offer_made"], ann["visit"], ann["referral"]) == ("yes", "01/02/2023", "", "09/03/2023")
    assert (ben["suitable"], cal["suitable"]) == ("no", "")
    words = [re.sub(r"\W", "_", row["outcome"].casefold()) for row in (ann, ben, cal)]
    assert words == ["accepted", "not_suitable", "pending"]


def test_coverage_declares_every_span(tmp_path: Path) -> None:
    rows = [
        (SLOUGH, "social_care", date(2021, 7, 1), date(2023, 3, 31)),
        (SLOUGH, "social_care", date(2024, 4, 1), date(2025, 7, 31)),
    ]
    write_coverage(tmp_path, _rows(COVERAGE.arrow, rows))
    said = [
        (one["area_code"], one["source"], _day(one["first_date"]), _day(one["last_date"]))
        for one in read_csv(tmp_path / "coverage.csv")
    ]
    assert said == rows


def test_comparators_follow_the_convention_and_their_mapping_feeds_indicators(tmp_path: Path) -> None:
    areas = [OXFORDSHIRE, MILTON_KEYNES, BUCKINGHAMSHIRE, SLOUGH, READING]
    write_comparators(tmp_path, areas)
    absence = (tmp_path / "comparators" / "absence_by_term.csv").read_bytes()
    assert absence.startswith(b"\xef\xbb\xbf")
    rows = read_csv(tmp_path / "comparators" / "absence_by_term.csv")
    symbols = {row["sess_overall_percent"] for row in rows if not re.match(r"\d", row["sess_overall_percent"])}
    assert symbols == {"c", "x", "z", "k", "u", "low", "~", ":", ".", ""}
    read = read_comparators(tmp_path)
    assert sum(map(len, read.rejected.values())) == 0
    assert {one.indicator for one in read.rows} == {"attendance_sessions", "statutory", "population"}
    rates = [one for one in read.rows if one.indicator != "population"]
    assert {one.area_code for one in rates} == {"E92000001", *areas}
    england = [one.value for one in rates if one.area_code == "E92000001" and one.population.startswith("Primary")]
    assert england == [100 - (5.6 + 0.1), 100 - 5.6, 100 - (5.6 - 0.1)]
    assert all("nvented" in one.reason for one in rates)
