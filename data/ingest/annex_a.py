"""Annex A: the workbooks of lists that an authority keeps ready for Ofsted, each telling of half a year.

List 1 holds contacts and List 3 referrals, which are not contacts. Lists 2, 6, 7 and 8 hold periods, told by their first and last
day alone: Case Status speaks of the day of the extract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from python_calamine import CalamineWorkbook

from data.errors import DataError
from data.ingest import care_periods
from data.ingest.acceptance import Piece, accept, create
from data.ingest.care_periods import Told
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import SMALLEST_JUDGED, Ledger
from data.ingest.reading import HEADER_WITHIN, as_text, cells, open_workbook, read_sheet

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_CHILD_HEADERS = (
    r".*\bchild\b.*\b(id|identifier)\b.*",
    r".*\b(id|identifier)\b.*\bchild\b.*",
    r"(child)?[ _]?unique[ _]?(id|identifier)",
)


def _list(number: int, start: tuple[str, str], end: tuple[str, str] | None = None, *more: Field) -> Layout:
    """A list: the label and the header pattern of the day it begins and of the day it ends."""
    child = Field("la_child_id", _CHILD_HEADERS, Kind.ID, label="Child Unique ID")
    began = Field("start_date", (start[1],), Kind.DAY, label=start[0])
    if end is None:
        return Layout(f"annex_a/list_{number}", (child, began, *more))
    ended = Field("end_date", (end[1],), Kind.DAY, blank=True, label=end[0])
    order = Rule(end[0], "end_date < start_date", f"{end[0]} is before {start[0]}")
    return Layout(f"annex_a/list_{number}", (child, began, ended, *more), (order,))


ASSESSMENTS = _list(
    2,
    ("Assessment start date", r".*assessment.*(start|began).*|.*(start|began).*assessment.*"),
    ("Assessment completion date", r".*assessment.*(complet|end|clos).*date.*|.*date.*assessment.*(complet|end|clos).*"),
)
EPISODES = _list(
    2,
    ("Episode start date", r"(?!.*assessment).*((episode|early help).*(start|open)|(start|open).*(episode|early help)).*"),
    ("Episode end date", r"(?!.*assessment).*((episode|early help).*\b(end|clos)|\b(end|clos).*(episode|early help)).*"),
)
"""List 2 where an authority opens and closes Early Help as such, which then says more than an assessment does."""

LISTS = {
    1: _list(1, ("Date of Contact", r".*date.*contact.*|.*contact.*date.*")),
    2: ASSESSMENTS,
    3: _list(3, ("Date of referral", r".*date.*referral.*|.*referral.*date.*")),
    6: _list(
        6,
        ("CIN Start Date", r".*cin.*start.*date.*|.*date.*cin.*start.*"),
        ("CIN Closure Date", r".*cin.*(clos|end).*date.*|.*date.*cin.*(clos|end).*"),
    ),
    7: _list(
        7,
        ("Child Protection Plan Start Date", r".*(protection|cpp?\b|cpp).*start.*date.*|.*date.*(protection|cpp?\b).*start.*"),
        ("Child Protection Plan End Date", r".*(protection|cpp?\b|cpp).*end.*date.*|.*date.*(protection|cpp?\b).*\bend.*"),
    ),
    8: _list(
        8,
        ("Date Started to be Looked After", r".*date.*start.*looked.*after.*|.*looked.*after.*start.*date.*"),
        ("Date Ceased to be Looked After", r".*date.*ceased.*looked.*after.*|.*looked.*after.*(ceased|end).*date.*"),
        Field("legal_status", (r".*child.*legal[ _]?status.*",), blank=True, label="Child's Legal Status"),
    ),
}
"""The lists that are read; headers as the field list has them, and as systems vary them."""

KINDS = {1: "contact", 2: "early_help", 3: "referral", 6: "cin", 7: "cp", 8: "cwcf"}

_NAMED = {
    1: r"\bcontacts?\b",
    2: r"\bearly help\b|\beha?\b",
    3: r"\breferrals?\b",
    6: r"\b(children|child) in need\b|\bcin\b",
    7: r"\bchild protection\b|\bcpp?\b",
    8: r"\blooked after\b|\blac\b|\bcla\b|\bchildren in care\b",
}
"""What a sheet is called where it has no number."""

DEFINITIONS = {
    frozenset({"assessment"}): "Early Help: an assessment, from its start to its completion",
    frozenset({"episode"}): "Early Help: an episode, from its start to its end",
    frozenset(
        {"assessment", "episode"}
    ): "Early Help: an assessment in some workbooks and an episode in others, from start to end",
}

_ROWS = """
INSERT INTO care_rows (file, kind, la_child_id, start_date, end_date, respite)
SELECT
    workbook,
    kind,
    la_child_id,
    start_date,
    CASE WHEN kind IN ('contact', 'referral') THEN start_date ELSE end_date END,
    REGEXP_MATCHES(UPPER(COALESCE(legal_status, '')), '\\bV[34]\\b')
FROM read_annex_a
"""
_APART_DAYS = 366
_FEW_PCT = 5
_SPANS = f"""
WITH dated AS (
    SELECT workbook, start_date, COUNT(*) AS n
    FROM read_annex_a
    WHERE LIST_CONTAINS($kinds, kind)
    GROUP BY workbook, start_date
),
stepped AS (
    SELECT *, start_date - LAG(start_date) OVER (PARTITION BY workbook ORDER BY start_date) AS days
    FROM dated
),
flocked AS (
    SELECT
        *,
        SUM(CASE WHEN days > {_APART_DAYS} THEN 1 ELSE 0 END) OVER (PARTITION BY workbook ORDER BY start_date) AS flock,
        SUM(n) OVER (PARTITION BY workbook) AS of_all
    FROM stepped
),
flocks AS (
    SELECT workbook, MIN(start_date) AS first_date, MAX(start_date) AS last_date, SUM(n) AS n, MAX(of_all) AS of_all
    FROM flocked
    GROUP BY workbook, flock
)
SELECT workbook, MIN(first_date), MAX(last_date)
FROM flocks
WHERE of_all < {SMALLEST_JUDGED} OR 100 * n >= {_FEW_PCT} * of_all
GROUP BY workbook
"""
"""First and last date by workbook, without the few that a slip of the pen put years from all others."""


@dataclass(frozen=True)
class Book:
    """A workbook and the sheet of each list in it."""

    path: Path
    label: str
    workbook: CalamineWorkbook
    sheets: dict[int, str]
    by_episode: bool


def books(folder: Folder) -> list[Book]:
    """The workbooks of an authority in order of path; `DataError` for one that cannot be read or holds none of the lists."""
    paths = sorted(path for suffix in SUFFIXES for path in folder.files("annex_a", suffix))
    return [_book(path, folder.label(path)) for path in paths]


def read(connection: duckdb.DuckDBPyConnection, held: Sequence[Book], area: str, ledger: Ledger) -> None:
    """Gather the lists of an authority's workbooks for `data.ingest.care_periods`, and say how the area defines Early Help.

    A workbook covers the days from its first to its last contact or referral; one that has none, those of all workbooks.
    `DataError` as the reader and the ledger say.
    """
    create(connection, "read_annex_a", LISTS[8], {"workbook": "VARCHAR", "kind": "VARCHAR"})
    for number in LISTS:
        for layout in (ASSESSMENTS, EPISODES) if number == 2 else (LISTS[number],):
            accept(connection, ledger, "read_annex_a", layout, _pieces(held, area, number, layout))
    connection.execute(_ROWS)
    care_periods.put_down(connection, _told(connection, held))
    connection.execute("DROP TABLE read_annex_a")
    defined = frozenset("episode" if one.by_episode else "assessment" for one in held if 2 in one.sheets)
    if defined:
        ledger.definitions[area] = DEFINITIONS[defined]


def _pieces(held: Sequence[Book], area: str, number: int, layout: Layout) -> Iterator[Piece]:
    for one in held:
        if number in one.sheets and (number != 2 or one.by_episode == (layout is EPISODES)):
            label = f"{one.label} List {number}"
            batches = read_sheet(one.workbook, one.sheets[number], layout, label)
            yield Piece(label, one.path, area, batches, {"workbook": one.label, "kind": KINDS[number]})


def _told(connection: duckdb.DuckDBPyConnection, held: Sequence[Book]) -> Iterator[Told]:
    covered = _spans(connection, ["contact", "referral"])
    spoken = _spans(connection, list(KINDS.values()))
    whole = _hull(list(covered.values()))
    for one in held:
        first, last = covered.get(one.label, whole)
        for number in one.sheets:
            yield Told(one.label, KINDS[number], first, last, spoken.get(one.label, (None, None))[1])


def _spans(connection: duckdb.DuckDBPyConnection, kinds: list[str]) -> dict[str, tuple[date, date]]:
    found = connection.execute(_SPANS, {"kinds": kinds}).fetchall()
    return {workbook: (first, last) for workbook, first, last in found}


def _hull(spans: Sequence[tuple[date, date]]) -> tuple[date, date] | tuple[None, None]:
    if not spans:
        return None, None
    return min(first for first, _ in spans), max(last for _, last in spans)


def _book(path: Path, label: str) -> Book:
    workbook = open_workbook(path, label)
    found: dict[int, list[str]] = {}
    for sheet in workbook.sheet_names:
        number = list_number(sheet)
        if number is not None:
            found.setdefault(number, []).append(sheet)
    if not found:
        numbers = ", ".join(map(str, LISTS))
        raise DataError(
            f"{label} has none of Annex A's Lists {numbers}: name its sheets as in List 1, or take it out of annex_a."
        )
    sheets = {number: _meant(workbook, number, names, label) for number, names in sorted(found.items())}
    return Book(path, label, workbook, sheets, 2 in sheets and _fits(workbook, sheets[2], EPISODES, label))


def list_number(sheet: str) -> int | None:
    """Which of the lists a sheet is: by `List 1`, else by what it is called, else by a number in front; None where it is none."""
    name = " ".join(re.sub(r"[_\u00a0-]", " ", sheet).split()).casefold()
    said = re.search(r"\blist ?0*(\d+)", name)
    if said is None:
        named = [number for number, words in _NAMED.items() if re.search(words, name)]
        if len(named) == 1:
            return named[0]
        said = re.match(r"0*(\d+)(?=[.):]|$)", name)
    number = int(said[1]) if said else None
    return number if number in LISTS else None


def _meant(workbook: CalamineWorkbook, number: int, names: Sequence[str], label: str) -> str:
    """The one sheet of a list; of several, the one that has the list's columns."""
    if len(names) == 1:
        return names[0]
    layouts = (ASSESSMENTS, EPISODES) if number == 2 else (LISTS[number],)
    fitting = [name for name in names if any(_fits(workbook, name, layout, label) for layout in layouts)]
    if len(fitting) != 1:
        raise DataError(f"{label} has {len(names)} sheets that could be List {number}: leave the one that is meant.")
    return fitting[0]


def _fits(workbook: CalamineWorkbook, sheet: str, layout: Layout, label: str) -> bool:
    top = cells(workbook, sheet, label, most=HEADER_WITHIN)
    return any(layout.fits([as_text(cell) or "" for cell in row]) for row in top)
