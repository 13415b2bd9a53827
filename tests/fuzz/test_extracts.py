"""Of a partner's file each row is accepted or put down as left out, or the file is refused: else children vanish unnoticed."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from data.build import Checked, check
from data.cohort import Input
from data.ingest import (
    coverage,
    crosswalk,
    links,
    prepare,
    receptions,
    social_care,
    social_care_people,
    ssda903,
    support,
    term_dates,
)
from data.ingest.acceptance import accept, create, csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Layout
from data.ingest.ledger import Ledger
from tests import partners
from tests.data.village import ANNEX_A, alone
from tests.fuzz.damage import spoilt
from tests.fuzz.promise import kept, place

LAYOUTS: dict[str, Layout] = {
    "receptions.csv": receptions.LAYOUT,
    "links.csv": links.LAYOUT,
    "support.csv": support.LAYOUT,
    "coverage.csv": coverage.LAYOUT,
    f"{partners.AREA}/crosswalk.csv": crosswalk.LAYOUT,
    f"{partners.AREA}/term_dates.csv": term_dates.LAYOUT,
    f"{partners.AREA}/social_care_people.csv": social_care_people.LAYOUT,
    f"{partners.AREA}/ssda903/2023_episodes.csv": ssda903.EPISODES,
}
CENSUS_OF_NEED = f"{partners.AREA}/cin_census/2023.xml"
_TERM = f"{partners.AREA}/school_census/2022_autumn"
ONE_OF_EACH = [
    name for name in partners.files() if name.endswith(".csv") and ("school_census" not in name or name.startswith(_TERM))
]
CELLS = (
    *("", " ", "\u00a0", "?", '"', '""', 'a"b', '"a', "a\nb", "a\r\nb", "\0", "\ufeff", "a,b", ";", "\t", "é", "\U0001f600", "'"),
    *("2022-02-31", "31/02/2022", "10/05/14", "2022-10-05 25:61", "0001-01-01", "9999-12-31", "2022-10-05T00:00:00+99:99"),
    *(
        "9.0E+06",
        "1.0",
        "-1",
        "32768",
        "9" * 40,
        "NaN",
        "inf",
        "٣",
        "yes",
        "TRUE",
        "n/a",
        "#REF!",
        "a" * 70_000,
        "\\",
        "{}",
        "$1",
    ),
)
WORDS = (*(cell.encode() for cell in CELLS[:20]), b"\r", b"\r\n", b"\n\n", b",,", b"\x1a", b"PK\x03\x04")
ELEMENTS = (
    *(
        b"<!-- -->",
        b"<?a b?>",
        b"<![CDATA[",
        b"]]>",
        b"&amp;",
        b"&a;",
        b"&#0;",
        b"&#x41;",
        b"<Child>",
        b"</Child>",
        b"<Children/>",
    ),
    *(b"<CINdetails/>", b"<ChildProtectionPlans>", b' xmlns="urn:x"', b'<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'),
    *(b"<a>" * 300, b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'>", b"\xef\xbb\xbf", b'<?xml version="1.0" encoding="utf-16"?>'),
)
CELLS_OF_SHEETS = (
    *(b'r="A1"', b'r="XFD1048576"', b'r="A99999999999"', b't="s"', b't="e"', b't="d"', b"<v>99999999</v>", b"<v>-1</v>"),
    *(b"<v>1e400</v>", b"<row>", b"</sheetData>", b'state="veryHidden"', b"List 1", b"<v>2958466</v>", b'count="4000000000"'),
)


@st.composite
def _texts(draw: st.DrawFn, name: str) -> bytes:
    """A file of the layout: its own headers and rows, some exchanged, in one of the forms that partners write."""
    header, *rows = [[str(cell) for cell in row] for row in partners.files()[name]]
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.sampled_from([header, *rows]))
        row[draw(st.integers(0, len(row) - 1))] = draw(st.one_of(st.sampled_from(CELLS), st.sampled_from(header), st.text()))
    for _ in range(draw(st.integers(0, 2))):
        draw(st.sampled_from(rows)).append(draw(st.sampled_from(CELLS)))
        rows.append([draw(st.sampled_from(CELLS))])
    between, end = draw(st.sampled_from((",", ";", "\t"))), draw(st.sampled_from(("\r\n", "\n", "\r")))
    lines = [between.join(row) for row in [header, *rows]]
    text = end.join(lines) + draw(st.sampled_from((end, "", end * 3)))
    return text.encode(draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le"))), "replace")


@st.composite
def _named_texts(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(list(LAYOUTS)))
    content = draw(_texts(name))
    return name, draw(st.one_of(st.just(content), spoilt(content, WORDS)))


@settings(max_examples=40)
@given(_named_texts())
def test_the_text_of_a_file(named: tuple[str, bytes]) -> None:
    name, content = named
    path = place() / "one.csv"
    path.write_bytes(content)
    layout, ledger = LAYOUTS[name], Ledger(most_bad_pct=100)
    create(_connection(), "taken", layout)

    def take() -> bool:
        accept(_connection(), ledger, "taken", layout, [csv_piece(path, name, "all", layout)])
        return True

    if kept(take):
        (read,) = ledger.inputs({path: "digest"}).values()
        taken = _connection().execute("SELECT COUNT(*) FROM taken").fetchone()
        assert taken is not None and read.rows == taken[0] + len(ledger.rejected(name))
        lines = _lines(content)
        assert lines is None or read.rows == lines - 1, f"{read.rows} rows of {lines} lines"


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    prepare(connection)
    return connection


def _lines(content: bytes) -> int | None:
    """How many lines say anything; None where quotation marks may hold several together, or the lines are not told apart."""
    text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    return None if '"' in text else sum(bool(line) for line in re.split(r"\r\n|\r|\n", text))


@cache
def _sound(names: tuple[str, ...]) -> Path:
    """A folder with these files alone, sound."""
    return partners.write(place() / f"extracts-{abs(hash(names))}", alone(*names))


def _checked(name: str, content: bytes, *beside: str) -> Checked | None:
    """What a check says of the small partnership with one file's content exchanged."""
    root = _sound((name, *beside))
    sound = (root / name).read_bytes()
    rejected = place() / "rejected"
    try:
        (root / name).write_bytes(content)
        return kept(lambda: check(root, rejected=rejected))
    finally:
        (root / name).write_bytes(sound)
        shutil.rmtree(rejected, ignore_errors=True)


def _beside(name: str) -> Sequence[str]:
    """The files without which one is not read."""
    if "school_census" in name:
        return [one for one in partners.files() if one.startswith(_TERM)]
    return [one for one in partners.files() if "comparators" in one] if "comparators" in name else ()


def _bytes_of(name: str) -> bytes:
    return (_sound((name, *_beside(name))) / name).read_bytes()


@st.composite
def _damaged_files(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(ONE_OF_EACH))
    return name, draw(spoilt(_bytes_of(name), WORDS))


@settings(max_examples=6)
@given(_damaged_files())
def test_a_damaged_file(named: tuple[str, bytes]) -> None:
    name, content = named
    checked, lines = _checked(name, content, *_beside(name)), _lines(content)
    if checked is not None and name in checked.inputs and "mapping" not in name:
        read = checked.inputs[name]
        assert read.rows is not None and read.used is not None and 0 <= read.used <= read.rows
        assert lines is None or read.rows == lines - 1, f"{read.rows} rows of {lines} lines"


@settings(max_examples=12)
@given(st.deferred(lambda: spoilt(_bytes_of(CENSUS_OF_NEED), ELEMENTS)))
def test_a_census_of_need(content: bytes) -> None:
    read = _read(CENSUS_OF_NEED, content)
    if read is not None:
        rows = _rows_of_need(content)
        assert rows is None or read[CENSUS_OF_NEED].rows == rows


def _read(name: str, content: bytes) -> Mapping[str, Input] | None:
    """What is read where this is all that an authority tells of social care, by file."""
    path = place() / "care" / name
    shutil.rmtree(place() / "care", ignore_errors=True)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    ledger = Ledger(most_bad_pct=100)
    folder = Folder(place() / "care" / partners.AREA, place() / "care", partners.AREA)

    def read() -> Mapping[str, Input]:
        prepare(_connection())
        social_care.records(_connection(), folder, ledger)
        return ledger.inputs({path: "digest"})

    return kept(read)


def _rows_of_need(content: bytes) -> int | None:
    """How many elements are a row each, by another reader of XML; None where that reader will not have it."""
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    wanted = {"cindetails", "childprotectionplans"}
    children = [one for one in root.iter() if one.tag.rpartition("}")[2] == "Child"]
    return len({id(one) for child in children for one in child.iter() if one.tag.rpartition("}")[2].casefold() in wanted})


@st.composite
def _parts(draw: st.DrawFn, sound: bytes) -> bytes:
    """A workbook of which one of the parts that it is packed from is spoilt, missing or there twice."""
    with zipfile.ZipFile(io.BytesIO(sound)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = draw(st.sampled_from(list(parts)))
    parts[name] = draw(spoilt(parts[name], CELLS_OF_SHEETS))
    if draw(st.booleans()) and draw(st.booleans()):
        del parts[draw(st.sampled_from(list(parts)))]
    packed_again = io.BytesIO()
    with zipfile.ZipFile(packed_again, "w", zipfile.ZIP_DEFLATED) as packing:
        for part, content in parts.items():
            packing.writestr(part, content)
    return packed_again.getvalue()


@settings(max_examples=8)
@given(st.deferred(lambda: st.one_of(spoilt(_bytes_of(ANNEX_A)), _parts(_bytes_of(ANNEX_A)))))
def test_a_workbook(content: bytes) -> None:
    for read in (_read(ANNEX_A, content) or {}).values():
        assert read.rows is not None and read.used is not None and 0 <= read.used <= read.rows
