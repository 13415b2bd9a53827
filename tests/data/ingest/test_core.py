"""Defends against a partner's file that says one thing and is read as another: headers, dates, encodings, codes, blanks."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DataError
from data.ingest.acceptance import Piece, accept, create, csv_piece
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import Ledger
from data.ingest.reading import open_workbook, read_sheet, sheet_name

AREA = "E10000025"
PUPILS = Layout(
    "pupils",
    (
        Field("upn", kind=Kind.ID),
        Field("surname", blank=True),
        Field("born", (r"(date of birth|dob)",), Kind.DAY, label="Date of birth"),
        Field("sex", ("sex", "gender"), Kind.CODE, blank=True, codes={"m": "M", "male": "M", "1": "M", "f": "F", "2": "F"}),
        Field("sessions", kind=Kind.COUNT, required=False, blank=True),
        Field("seen", kind=Kind.FLAG, required=False, blank=True),
    ),
    rules=(Rule("sessions", "sessions > 400", "sessions are more than a term has"),),
)
HEADER = ["upn", "surname", "dob", "sex", "sessions", "seen"]
ANN = ["A1", "Mørk", "2014-05-10", "F", "120", "yes"]


def csv_bytes(rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def read(path: Path, content: bytes, ledger: Ledger | None = None) -> list[tuple[Any, ...]]:
    """Accept one file of pupils; the rows in order."""
    path.write_bytes(content)
    with duckdb.connect() as connection:
        create(connection, "pupils", PUPILS, {"area_code": "VARCHAR"})
        piece = csv_piece(path, path.name, AREA, PUPILS, {"area_code": AREA})
        accept(connection, ledger or Ledger(), "pupils", PUPILS, [piece])
        return connection.execute("SELECT * EXCLUDE (piece, area_code) FROM pupils ORDER BY row_number").fetchall()


def reasons(path: Path, content: bytes) -> list[tuple[int, str, str]]:
    ledger = Ledger(quarantine=path.parent / "rejected")
    read(path, content, ledger)
    ledger.write_all_rejected()
    place = path.parent / "rejected" / path.name
    if not place.exists():
        return []
    return [(int(row["row"]), row["column"], row["reason"]) for row in csv.DictReader(place.open(encoding="utf-8"))]


ROWS = [f"A{number},Quell,2014-05-10,F,120,yes" for number in range(40)]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "marks",
    [{5: 'A5,"Quell', 9: 'A9,"Quell'}, {5: 'A5,"Quell', 9: 'A9,Quell"'}, {5: 'A5,"Quell'}, {5: 'A5,"Quell', 6: 'A6,Quell"'}],
    ids=["opened twice", "closed later", "never closed", "closed in the next row"],
)
def test_rows_that_a_quotation_mark_would_hide_are_not_lost(
    tmp_path: Path, marks: dict[int, str], encoding: str, end: str
) -> None:
    rows = [ROWS[number].replace(f"A{number},Quell", marks.get(number, f"A{number},Quell")) for number in range(40)]
    content = end.join([",".join(HEADER), *rows, ""]).encode(encoding)
    with pytest.raises(
        DataError, match=r"^a.csv row 7 opens a quotation mark that is closed rows later, and those between"
    ) as said:
        read(tmp_path / "a.csv", content)
    assert "Quell" not in str(said.value)


def test_a_cell_of_several_lines_hides_no_row(tmp_path: Path) -> None:
    rows = [*ROWS[:3], 'A3,"Quell, or\r\nQuelle,\r\n\r\nsay, both",2014-05-10,F,120,yes', *ROWS[4:]]
    assert len(read(tmp_path / "a.csv", "\r\n".join([",".join(HEADER), "", *rows, "", ""]).encode())) == len(ROWS)


def test_a_quotation_mark_that_hides_more_than_a_cell_may_hold_is_told(tmp_path: Path) -> None:
    content = "\n".join([",".join(HEADER), ROWS[0], 'A1,"Quell', *(["Quell"] * 40_000), ""]).encode()
    with pytest.raises(DataError, match=r"^a.csv row 3 opens a quotation mark"):
        read(tmp_path / "a.csv", content)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("read") / "pupils.csv"


READ = (2, "A1", "Mørk", date(2014, 5, 10), "F", 120, True)


@settings(max_examples=25)
@given(
    st.permutations(range(6)),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from([str, str.upper, str.title, lambda name: f"  {name}\u00a0"]),
)
def test_headers_in_any_order_case_and_encoding(path: Path, order: list[int], encoding: str, delimiter: str, case: Any) -> None:
    rows = [[case(HEADER[place]) for place in order], [ANN[place] for place in order]]
    assert read(path, csv_bytes(rows, encoding, delimiter)) == [READ]


@settings(max_examples=25)
@given(
    st.dates(date(1995, 1, 1), date(2030, 12, 31)), st.sampled_from(["", " 00:00:00", "T00:00:00", " 00:00", "T00:00:00.000Z"])
)
def test_a_date_is_the_same_in_every_usual_form(path: Path, day: date, time: str) -> None:
    forms = ("%Y-%m-%d", "%Y-%b-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%Y/%m/%d")
    rows = [HEADER, *(["A1", "", day.strftime(form) + time, "", "", ""] for form in forms)]
    assert [row[3] for row in read(path, csv_bytes(rows))] == [day] * len(forms)


@pytest.mark.parametrize(
    "text", ["31/02/2014", "05/14/2014", "10/05/14", "2014", "41769", "tomorrow", "0014-05-10", "2014-05-10 or so"]
)
def test_what_is_no_date_is_no_date(path: Path, text: str) -> None:
    bad = ["A2", "", text, "F", "", ""]
    assert reasons(path, csv_bytes([HEADER, ANN, bad])) == [(3, "Date of birth", "Date of birth is not a date")]


@settings(max_examples=25)
@given(st.sampled_from(["", " ", "\u00a0", "#N/A", "n/a", "NULL", "#VALUE!"]))
def test_a_blank_is_a_blank_however_it_is_spelt(path: Path, blank: str) -> None:
    assert read(path, csv_bytes([HEADER, ["A1", blank, "2014-05-10", blank, blank, blank]])) == [
        (2, "A1", None, date(2014, 5, 10), None, None, None)
    ]
    assert reasons(path, csv_bytes([HEADER, [blank, "x", "2014-05-10", "", "", ""]])) == [(2, "upn", "upn is missing")]


@pytest.mark.parametrize(("text", "code"), [("F", "F"), ("f", "F"), ("a) Male", "M"), (" Male ", "M"), ("2", "F")])
def test_codes_in_any_case_and_with_annex_a_letters(path: Path, text: str, code: str) -> None:
    assert read(path, csv_bytes([HEADER, ["A1", "", "2014-05-10", text, "", ""]]))[0][4] == code


@settings(max_examples=25)
@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Zs"]), min_size=1, max_size=5))
def test_a_code_is_one_of_those_declared_or_the_row_is_rejected(path: Path, text: str) -> None:
    content = csv_bytes([HEADER, ["A1", "", "2014-05-10", text, "", ""]])
    codes = PUPILS.fields[3].codes
    found = [row[4] for row in read(path, content)]
    assert found == ([codes[text.lower()]] if text.lower() in codes else []) or text.lower() in ("n/a", "#n/a", "null")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("12.5", "sessions is not a whole number"),
        ("-1", "sessions is not a whole number"),
        ("99999", "sessions is not a whole number"),
        ("401", "sessions are more than a term has"),
    ],
)
def test_a_count_that_cannot_be_is_rejected(path: Path, cell: str, reason: str) -> None:
    assert reasons(path, csv_bytes([HEADER, ["A1", "", "2014-05-10", "", cell, ""]])) == [(2, "sessions", reason)]


def test_a_number_with_a_point_and_nothing_behind_it_is_whole(path: Path) -> None:
    assert read(path, csv_bytes([HEADER, ["9212044.0", "", "2014-05-10", "", "132.0", ""]]))[0][1:6] == (
        "9212044",
        None,
        date(2014, 5, 10),
        None,
        132,
    )


def test_row_numbers_are_the_file_s_even_after_rows_of_the_wrong_width(path: Path) -> None:
    content = csv_bytes([HEADER, ANN, ["A2", "too", "short"], [*ANN, "too long"], ANN, ["A3", "", "no date", "", "", ""]])
    assert [row[0] for row in read(path, content)] == [2, 5]
    width = "the row has more or fewer columns than the header"
    assert reasons(path, content) == [(3, "", width), (4, "", width), (6, "Date of birth", "Date of birth is not a date")]


def test_rejected_rows_are_for_their_owner_alone_and_go_when_the_file_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    assert len(reasons(path, csv_bytes([HEADER, ["A1", "", "", "", "", ""]]))) == 1
    assert stat.S_IMODE((tmp_path / "rejected" / "pupils.csv").stat().st_mode) == 0o600
    assert reasons(path, csv_bytes([HEADER, ANN])) == []
    assert not (tmp_path / "rejected" / "pupils.csv").exists()


@pytest.mark.parametrize("bad", [2, 3])
def test_too_many_bad_rows_stop_the_file_and_are_written_first(tmp_path: Path, bad: int) -> None:
    rows = [HEADER, *[ANN] * (30 - bad), *[["A2", "", "no date", "", "", ""]] * bad]
    ledger = Ledger(most_bad_pct=8.0, quarantine=tmp_path / "rejected")
    if 100 * bad / 30 <= 8.0:
        assert len(read(tmp_path / "pupils.csv", csv_bytes(rows), ledger)) == 30 - bad
        return
    with pytest.raises(DataError, match=r"^pupils.csv has 3 bad rows of 30, more than 8%, .* Date of birth is not a date \(3\)"):
        read(tmp_path / "pupils.csv", csv_bytes(rows), ledger)
    assert (tmp_path / "rejected" / "pupils.csv").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", r"is empty: supply it with its header row"),
        (csv_bytes([ANN, ANN]), r"has no column upn in its first row"),
        (csv_bytes([["upn", "surname", "sex"], ["A1", "x", "F"]]), r"has no column Date of birth in its first row"),
        (csv_bytes([[*HEADER, "UPN"], [*ANN, "A1"]]), r"has 2 columns that could be upn"),
        (b"PK\x03\x04rest", r"is a workbook under the name of a CSV file"),
        (csv_bytes([HEADER]) + b"A1,\x81,2014-05-10,F,,\r\n", r"cannot be read to its end as CSV|is not text in UTF-8"),
    ],
)
def test_a_file_without_a_usable_header_is_one_sentence_without_its_content(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(DataError, match=rf"^pupils.csv {sentence}") as refused:
        read(tmp_path / "pupils.csv", content)
    assert "\n" not in str(refused.value) and "Mørk" not in str(refused.value)


def test_a_file_read_twice_is_counted_once(tmp_path: Path) -> None:
    ledger = Ledger()
    content = csv_bytes([HEADER, ANN, ["A2", "", "no date", "", "", ""]])
    for _ in range(2):
        assert len(read(tmp_path / "pupils.csv", content, ledger)) == 1
    (found,) = ledger.inputs(dict.fromkeys(ledger.paths, "digest")).values()
    assert (found.rows, found.used, [one.rows for one in ledger.rejections]) == (2, 1, [1])


def workbook(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "List 1 Contacts") -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def test_a_sheet_with_a_title_true_dates_and_numbers_as_identifiers(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Contacts 2024"],
        [],
        HEADER,
        [9212044.0, "Mørk", date(2014, 5, 10), "a) Male", 120, True],
        [],
        ["B2", "", "x", "", "", ""],
    ]
    path = workbook(tmp_path / "a.xlsx", rows)
    book = open_workbook(path, "a.xlsx")
    sheet = sheet_name(book, r"list 1\b")
    assert sheet == "List 1 Contacts"
    ledger = Ledger()
    with duckdb.connect() as connection:
        create(connection, "pupils", PUPILS)
        accept(connection, ledger, "pupils", PUPILS, [Piece("a.xlsx", path, AREA, read_sheet(book, sheet, PUPILS, "a.xlsx"))])
        found = connection.execute("SELECT * EXCLUDE (piece) FROM pupils").fetchall()
    assert found == [(4, "9212044", "Mørk", date(2014, 5, 10), "M", 120, True)]
    assert [(one.reason, one.rows) for one in ledger.rejections] == [("Date of birth is not a date", 1)]


def test_what_is_no_workbook_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"upn,surname")
    with pytest.raises(DataError, match=r"^a\.xlsx cannot be read as a workbook"):
        open_workbook(tmp_path / "a.xlsx", "a.xlsx")
