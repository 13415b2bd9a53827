"""Defends against a file that was damaged as a whole, or written otherwise than usual, and misread without a word."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from data.errors import DataError
from data.ingest.comparators import read_comparators
from data.ingest.reading import WRONG_WIDTH
from tests import partners
from tests.data.village import (
    ANNEX_A,
    SHARED,
    WORDS,
    Cell,
    Outcome,
    alone,
    assert_a_sentence,
    comparators_of,
    outcome,
    rejected_rows,
    table_of,
    tables,
    village,
)
from tests.partners import Files, Table


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The outcome where nothing is damaged."""
    return outcome(partners.write(tmp_path_factory.mktemp("sound") / "extracts", partners.files()))


REARRANGED: dict[str, Callable[[Path], None]] = {
    "columns in another order": lambda path: _rewrite(path, lambda rows: [row[::-1] for row in rows]),
    "semicolons": lambda path: _rewrite(path, list, delimiter=";"),
    "UTF-16": lambda path: _rewrite(path, list, encoding="utf-16"),
    "a byte-order mark": lambda path: _rewrite(path, list, encoding="utf-8-sig"),
    "every row twice": lambda path: _rewrite(path, lambda rows: [*rows, *rows[1:]]),
    "a column more": lambda path: _rewrite(
        path, lambda rows: [["Note", *rows[0]], *(["?? unreadable", *row] for row in rows[1:])]
    ),
}


@pytest.mark.parametrize("change", REARRANGED)
def test_a_file_written_otherwise_says_the_same(tmp_path: Path, sound: Outcome, change: str) -> None:
    extracts = partners.write(tmp_path / "extracts", partners.files())
    for path in extracts.rglob("*.csv"):
        if path.name != "mapping.csv" or change != "a column more":
            REARRANGED[change](path)
    sheets = partners.files()[ANNEX_A]
    assert isinstance(sheets, dict)
    if change == "columns in another order":
        turned = {name: [row[::-1] for row in rows] for name, rows in reversed(sheets.items())}
        partners.write(extracts, {ANNEX_A: turned})
    if change == "every row twice":
        partners.write(extracts, {ANNEX_A: {name: [*rows, *rows[1:]] for name, rows in sheets.items()}})
    assert outcome(extracts) == sound


def test_a_file_given_twice_says_the_same(tmp_path: Path, sound: Outcome) -> None:
    extracts = partners.write(tmp_path / "extracts", partners.files())
    for path in sorted((extracts / partners.AREA).rglob("*/*.*")):
        copy = f"{path.stem}2" if "school_census" in path.parts else f"{path.stem} copy"
        path.with_name(f"{copy}{path.suffix}").write_bytes(path.read_bytes())
    assert outcome(extracts) == sound


def _rewrite(path: Path, change: Callable[[Table], Table], *, encoding: str = "utf-8", delimiter: str = ",") -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = change(list(csv.reader(file)))
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


NOT_NEEDED = {
    "receptions.csv": {"dateOfBirth", "sex", "directionCode", "fromAgency", "toAgency", "imprisonmentStatus"},
    "crosswalk.csv": {"method", "confidence"},
    "social_care_people.csv": {"UPN", "postcode"},
    "pupilonroll.csv": {"entrydate"},
    "pupilnolongeronroll.csv": {"entrydate", "leavingdate"},
    "fsmperiod.csv": {"ukcountry"},
    "termlyexclusionsonroll.csv": {"sessions"},
    "termlyexclusionsoffroll.csv": {"sessions"},
    **{
        f"{table}{roll}.csv": {f"{table}{roll}tableid"}
        for table in ("termlysessiondetails", "summerhalfterm2sessiondetails")
        for roll in ("onroll", "offroll")
    },
    "absence.csv": {"region_code", "region_name", "old_la_code", "la_name"},
    "Annex_A.xlsx": {
        *("Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)", "Contact Source", "Referral Source"),
        "Case Status",
    },
    "2023_episodes.csv": {"RNE", "CIN", "PLACE", "REC"},
    "2023_header.csv": {"ETHNIC", "UPN", "MOTHER", "MC_DOB"},
}
"""The columns that a file may lack."""
TERM = f"{partners.AREA}/school_census/2022_autumn"


def kind(name: str) -> str:
    """A file's name without its folder, and without its term where it is a census's."""
    return re.sub(r"^(.*/)?(20\d\d_(autumn|spring|summer)_)?", "", name)


def group(name: str) -> Files:
    """The file and those beside it without which it would not be read."""
    if "pupil" in kind(name):
        return alone(*(one for one in partners.files() if one.startswith(TERM)))
    if "school_census" in name:
        return alone(name, *(f"{TERM}_{table}.csv" for table in ("pupilonroll", "pupilnolongeronroll", "fsmperiod")))
    if "comparators" in name:
        return alone(*(one for one in partners.files() if "comparators" in one))
    return alone(name)


def one_of_each() -> list[str]:
    """The CSV files, of the school censuses those of one term."""
    return [name for name in partners.files() if name.endswith(".csv") and ("school_census" not in name or TERM in name)]


def test_a_column_that_a_file_may_lack_makes_no_difference(tmp_path: Path, sound: Outcome) -> None:
    files = partners.files()
    for name, _, rows in tables(files):
        rows[0][:] = ["no such column" if said in NOT_NEEDED.get(kind(name), ()) else said for said in rows[0]]
    assert outcome(partners.write(tmp_path / "extracts", files)) == sound


@pytest.mark.parametrize("name", [*(name for name in one_of_each() if "comparators" not in name), ANNEX_A])
def test_a_column_under_another_header_stops_the_build(tmp_path: Path, name: str) -> None:
    extracts = partners.write(tmp_path / "extracts", group(name))
    for sheet, columns in [(sheet, rows[0]) for one, sheet, rows in tables(partners.files()) if one == name]:
        for column, said in enumerate(columns):
            if said in NOT_NEEDED.get(kind(name), ()):
                continue
            files = {name: partners.files()[name]}
            table_of(files, Cell(name, sheet, 0, 0))[0][column] = "?? unreadable"
            partners.write(extracts, files)
            with pytest.raises(DataError) as refused:
                outcome(extracts)
            assert_a_sentence(refused.value)
            assert name in str(refused.value)


@pytest.mark.parametrize("name", WORDS)
def test_a_comparator_under_another_header_stops_the_build_or_is_told(tmp_path: Path, name: str) -> None:
    for column, said in enumerate(table_of(partners.files(), Cell(f"comparators/{name}", "", 0, 0))[0]):
        files = partners.files()
        table_of(files, Cell(f"comparators/{name}", "", 0, 0))[0][column] = "?? unreadable"
        if said == "new_la_code":
            assert [one.reason for one in comparators_of(tmp_path, files).rejected["comparators/absence.csv"]]
        elif said not in NOT_NEEDED.get(name, ()):
            with pytest.raises(DataError):
                comparators_of(tmp_path, files)


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "without its header": lambda content: content.split(b"\r\n", 1)[1],
    "bytes that are no text": lambda content: content[:-9] + b"\x81\xff" + content[-9:],
}


@pytest.mark.parametrize("name", one_of_each())
def test_a_spoilt_file_stops_the_build(tmp_path: Path, name: str) -> None:
    extracts = partners.write(tmp_path / "extracts", group(name))
    whole = (extracts / name).read_bytes()
    for spoil in SPOILT.values():
        (extracts / name).write_bytes(spoil(whole))
        with pytest.raises(DataError) as refused:
            outcome(extracts)
        assert_a_sentence(refused.value)


def test_a_comparator_that_lost_a_digit_is_told(tmp_path: Path) -> None:
    path = partners.write(tmp_path, partners.files()) / "comparators" / "absence.csv"
    path.write_bytes(path.read_bytes()[:-3])
    assert [note for note in read_comparators(tmp_path).notes if "does not end with the end of a line" in note]


CUT: dict[str, Callable[[bytes], bytes]] = {
    "by a column": lambda content: content[: content.rindex(b",")],
    "by a digit": lambda content: content[:-3],
}


def declared(name: str) -> str:
    """What a note says in place of a file's name: area, kind, and the term or year."""
    name = name.replace("fsmperiod", "fsmperiodsonroll")
    name = re.sub(r"(\d{4})_([a-z]+)_([a-z0-9]+)$", lambda at: f"{at[3]} of {at[2].title()} {at[1]}", name)
    return re.sub(r"(\d{4})_([a-z]+)$", r"\2 of \1", name)


@pytest.mark.parametrize("cut", CUT)
def test_of_every_file_that_is_cut_short_it_is_told(tmp_path: Path, cut: str) -> None:
    extracts = partners.write(tmp_path / "extracts", partners.files())
    cuts = [path for path in extracts.rglob("*.csv") if path.parent.name != "comparators" and path.read_bytes().count(b"\n") > 1]
    for path in cuts:
        path.write_bytes(CUT[cut](path.read_bytes()))
    found = outcome(extracts)
    for path in cuts:
        said = declared(path.relative_to(extracts).with_suffix("").as_posix())
        assert any(note.startswith(f"{said} does not end with the end of a line") for note in found.notes), said


@pytest.mark.parametrize("name", [name for name in partners.files() if not name.endswith(".csv")])
def test_a_workbook_or_census_of_need_that_is_cut_short_stops_the_build(tmp_path: Path, name: str) -> None:
    extracts = partners.write(tmp_path / "extracts", group(name))
    whole = (extracts / name).read_bytes()
    for spoilt in (b"", whole[: len(whole) * 2 // 3], whole[:-9]):
        (extracts / name).write_bytes(spoilt)
        with pytest.raises(DataError) as refused:
            outcome(extracts)
        assert_a_sentence(refused.value)


def test_a_row_with_a_column_too_many_is_rejected(tmp_path: Path) -> None:
    files = [name for name in one_of_each() if name not in SHARED and "termlyexclusionso" not in name]
    extracts = partners.write(tmp_path / "extracts", village({}, 25))
    for name in files:
        rows = (extracts / name).read_bytes().split(b"\r\n")
        rows[1] += b",?? unreadable"
        (extracts / name).write_bytes(b"\r\n".join(rows))
    outcome(extracts)
    left_out = rejected_rows(tmp_path / "extracts_rejected")
    assert {name: left_out[name, ""][2] for name in files} == dict.fromkeys(files, WRONG_WIDTH)
