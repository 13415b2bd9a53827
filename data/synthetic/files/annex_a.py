"""Annex A as authorities send it: a workbook for everything, or one a year or half-year whose rows repeat the last one's.

Every authority words its sheets, headers, identifiers, dates and blanks in its own way, and all say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from data.synthetic.files import annex_a_lists as lists
from data.synthetic.files.annex_a_lists import List, Seen, Value
from data.synthetic.files.authority import Span
from data.synthetic.files.caseload import Case, Caseload, overlapping, received
from data.synthetic.places import MILTON_KEYNES, OXFORDSHIRE

BUCKINGHAMSHIRE = "E06000060"
"""Supplies the CIN census and SSDA903, so its Annex A has Lists 1 to 3 alone."""
_OVERLAP = timedelta(days=31)
"""How far a workbook reaches back before its own months."""
_EVERY, _ENOUGH = 40, 50
"""One row in so many stands twice; contacts with as many rows have one of somebody unaffected without its day."""


@dataclass(frozen=True)
class Wording:
    """How one authority words what all of them say.

    `months` a workbook speaks of, 0 for all at once; `day` is a format for dates as text, none for true dates.
    """

    sheet: str
    months: int = 0
    day: str = ""
    blank: str = ""
    title: str = ""
    identifier: str = "{}"
    """As text; `#` for a true number."""
    sexes: tuple[str, str, str] = ("a) Male", "b) Female", "c) Not stated/recorded")
    headers: Mapping[str, str] = field(default_factory=dict)


_OXFORDSHIRE = Wording("List {number}", months=6, identifier="#", headers={"Age of Child (Years)": "Age"})
_WORDINGS = (
    Wording(
        "List {number} {title}",
        day="%d/%m/%Y",
        blank="#N/A",
        headers={"Child Unique ID": "Child ID", "Date of Contact": "Date of initial contact"},
    ),
    Wording(
        "{number}. {title}",
        months=12,
        identifier="#",
        sexes=("Male", "Female", "Not stated"),
        title="Annex A: child-level data",
        headers={"Date of Birth": "Child's date of birth", "Date of Referral": "Date of the referral"},
    ),
    Wording(
        "List {number}",
        day="%d/%m/%Y",
        blank="\u00a0",
        identifier="\u00a0{}\u00a0",
        sexes=("b) Male", "a) Female", "c) Not stated/recorded"),
        headers={"Child Unique ID": "Unique identifier of the child", "Age of Child (Years)": "AGE"},
    ),
    Wording("List {number} {title}", months=12, identifier="{}.0", blank="#N/A", sexes=("M", "F", "U")),
)


def write_annex_a(folder: Path, code: str, position: int, held: Caseload, rng: np.random.Generator) -> None:
    """Write the authority's workbooks into `annex_a` in its folder; returns go instead of Lists 4 to 8 in one authority."""
    wording = _OXFORDSHIRE if code == OXFORDSHIRE else _WORDINGS[position % len(_WORDINGS)]
    directory = folder / "annex_a"
    directory.mkdir(parents=True, exist_ok=True)
    for first, last in _extracts(held.covered, wording.months):
        path = directory / f"Annex_A_{last:%Y_%m}.xlsx"
        with xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
            # Without a day of its own the workbook would carry the clock's, and no two runs the same bytes.
            book.set_properties({"created": datetime(last.year, last.month, last.day)})
            for one, rows in _listed(code, held, first, last, rng):
                _write_list(book, one, rows, wording)


def _extracts(covered: Span, months: int) -> Iterator[Span]:
    """First and last day of what each workbook speaks of; together they are all that is covered."""
    first, last = covered
    while months and first <= last:
        following = first.year * 12 + (first.month - 1) // months * months + months
        end = min(date(following // 12, following % 12 + 1, 1) - timedelta(days=1), last)
        yield first, end
        first = end + timedelta(days=1)
    if not months:
        yield covered


def _listed(code: str, held: Caseload, first: date, last: date, rng: np.random.Generator) -> Iterator[tuple[List, list[Seen]]]:
    """The lists of one workbook with their rows."""
    early_help = lists.EPISODES_OF_EARLY_HELP if code == MILTON_KEYNES else lists.ASSESSMENTS_OF_EARLY_HELP
    cases, since = held.cases, max(first - _OVERLAP, held.covered[0])
    found = {
        lists.CONTACTS: received(cases["contact"], since, last),
        early_help: overlapping(cases["early_help"], since, last),
        lists.REFERRALS: received(cases["referral"], since, last),
    }
    if code != BUCKINGHAMSHIRE:
        few = [case for case in received(cases["referral"], since, last) if not case.who.recognised][:5]
        found |= {
            lists.ASSESSMENTS: few,
            lists.SECTION_47: few[:2],
            lists.IN_NEED: overlapping(cases["spell"], since, last),
            lists.PROTECTION: overlapping(cases["cp"], since, last),
            lists.LOOKED_AFTER: overlapping(cases["cwcf"], since, last),
        }
    status = _statuses(cases, last)
    for one, rows in found.items():
        chances = rng.integers(0, 1 << 30, len(rows)).tolist()
        yield one, [Seen(case, last, status(case), chance) for case, chance in zip(rows, chances, strict=True)]


def _statuses(cases: Mapping[str, Sequence[Case]], on: date) -> Callable[[Case], str]:
    """Case Status speaks of the extract's day, whatever the case was before."""
    looked_after, protected = ({case.who for case in overlapping(cases[kind], on, on)} for kind in ("cwcf", "cp"))

    def status(case: Case) -> str:
        if case.end is not None:
            return "e) Closed episode"
        if case.who in looked_after:
            return "a) Looked after child"
        return "b) Child Protection plan" if case.who in protected else "c) Child in need plan"

    return status


def _write_list(book: xlsxwriter.Workbook, one: List, rows: Sequence[Seen], wording: Wording) -> None:
    sheet = book.add_worksheet(wording.sheet.format(number=one.number, title=one.title))
    at = 0
    if wording.title:
        sheet.write_string(0, 0, f"{wording.title}, List {one.number}: {one.title}")
        at = 2
    headers = [header for header, _ in one.columns]
    sheet.write_row(at, 0, [wording.headers.get(header, header) for header in headers])
    for down, values in enumerate(_with_dirt(one, rows), at + 1):
        for place, value in enumerate(values):
            _write_cell(sheet, down, place, _worded(headers[place], value, wording))


def _with_dirt(one: List, rows: Sequence[Seen]) -> Iterator[list[Value]]:
    """The values of each row; some rows come twice, and one contact of somebody unaffected has no day."""
    undated = one is lists.CONTACTS and len(rows) >= _ENOUGH
    for place, row in enumerate(rows):
        values = [cell(row) for _, cell in one.columns]
        yield values
        if place % _EVERY == _EVERY // 2:
            yield values
        if undated and not row.case.who.recognised:
            undated = False
            yield [None if header == "Date of Contact" else value for (header, _), value in zip(one.columns, values, strict=True)]


def _worded(header: str, value: Value, wording: Wording) -> Value:
    """A value as the authority words it."""
    if value is None:
        return wording.blank
    if header == "Child Unique ID":
        return float(str(value)) if wording.identifier == "#" else wording.identifier.format(value)
    if header == "Gender":
        return wording.sexes["MFU".index(str(value))]
    if isinstance(value, date) and wording.day:
        return value.strftime(wording.day)
    return value


def _write_cell(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, str):
        # `write` would take text that begins with an equals sign for a formula.
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)
