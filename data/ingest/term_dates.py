"""`term_dates.csv` → an authority's own school calendar."""

from __future__ import annotations

import duckdb

from data.calendar import TERM_NAMES
from data.ingest.acceptance import csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import Ledger
from data.ingest.whole import accept_whole

FILE = "term_dates.csv"

_YEAR = "^([0-9]{4})(?: to |[/-])?(?:20)?([0-9]{2})(?:[.]0+)?$"
"""2023/24, 2023-24, 2023 to 24, 2023/2024 and 202324 are one, and the number that a spreadsheet makes of the last."""
_STARTS, _ENDS = (f"CAST(NULLIF(REGEXP_EXTRACT(academic_year, '{_YEAR}', {part}), '') AS INTEGER)" for part in (1, 2))
TERMS = {text: name for name in TERM_NAMES for text in (name.lower(), f"{name.lower()} term")}

_MONTHS = {"Autumn": (8, 12), "Spring": (1, 4), "Summer": (3, 8)}
"""First and last month in which a day of the term can lie."""


def _elsewhere(day: str) -> str:
    year = f"{_STARTS} + CASE WHEN term = 'Autumn' THEN 0 ELSE 1 END"
    months = " ".join(f"WHEN '{name}' THEN MONTH({day}) BETWEEN {first} AND {last}" for name, (first, last) in _MONTHS.items())
    return f"YEAR({day}) <> {year} OR NOT CASE term {months} END"


LAYOUT = Layout(
    "term_dates",
    (
        Field("academic_year", (r"(academic|school)[ _]?year",)),
        Field("term", (r"term([ _]?name)?",), Kind.CODE, codes=TERMS),
        Field("first_day", (r"(first[ _]?da(y|te)|start([ _]?date)?)",), Kind.DAY),
        Field("last_day", (r"(last[ _]?da(y|te)|end([ _]?date)?)",), Kind.DAY),
    ),
    (
        Rule(
            "academic_year",
            f"NOT COALESCE(({_STARTS} + 1) % 100 = {_ENDS}, FALSE)",
            "academic_year is not a school year such as 202324",
        ),
        Rule("first_day", _elsewhere("first_day"), "first_day is not in the months of its term"),
        Rule("last_day", _elsewhere("last_day"), "last_day is not in the months of its term"),
        Rule("last_day", "last_day < first_day", "last_day is before first_day"),
    ),
)

_SAME = f"PARTITION BY {_STARTS}, term ORDER BY row_number"
CLASHES = (
    Rule(
        "term",
        f"first_day <> FIRST_VALUE(first_day) OVER ({_SAME}) OR last_day <> FIRST_VALUE(last_day) OVER ({_SAME})",
        "term has other days in a row above",
    ),
    Rule(
        "first_day",
        "first_day <= MAX(last_day) OVER (ORDER BY first_day RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING)",
        "first_day is before the end of the term before",
    ),
)


def ingest(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Append an authority's rows to `supplied_term_dates`, one a term; nothing where its folder has no such file."""
    assert folder.area is not None, "a calendar is an authority's"
    path = folder.file(FILE)
    piece = csv_piece(path, folder.label(path), folder.area, LAYOUT) if path else None
    accept_whole(connection, ledger, "read_term_dates", LAYOUT, piece, CLASHES)
    connection.execute(
        f"""
        INSERT INTO supplied_term_dates (area_code, academic_year, term, first_day, last_day)
        SELECT DISTINCT
            $area,
            REGEXP_REPLACE(academic_year, '{_YEAR}', '\\1\\2'),
            term,
            first_day,
            last_day
        FROM read_term_dates
        ORDER BY first_day
        """,
        {"area": folder.area},
    )
    connection.execute("DROP TABLE read_term_dates")
