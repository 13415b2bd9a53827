"""The CIN census: the yearly return, in XML, of referrals, of times in need and of child protection plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb
from lxml import etree

from data.errors import DataError
from data.ingest import care_periods
from data.ingest.acceptance import Piece, accept, create
from data.ingest.care_periods import Told
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import Ledger
from data.ingest.reading import batches_of
from data.ingest.ssda903 import return_year, year_in

LAYOUT = Layout(
    "cin_census",
    (
        Field("element"),
        Field("la_child_id", kind=Kind.ID, label="LAchildID"),
        Field("start_date", kind=Kind.DAY, label="CINreferralDate or CPPstartDate"),
        Field("end_date", kind=Kind.DAY, blank=True, label="CINclosureDate or CPPendDate"),
        Field("no_action", kind=Kind.FLAG, blank=True, label="ReferralNFA"),
    ),
    rules=(Rule("end_date", "end_date < start_date", "CINclosureDate or CPPendDate is before the date it began"),),
)
_ROW_ELEMENTS = {
    "cindetails": ("CINdetails", "cinreferraldate", "cinclosuredate"),
    "childprotectionplans": ("ChildProtectionPlans", "cppstartdate", "cppenddate"),
}
"""The elements that are a row each, and in which of theirs it says when they begin and end."""
_ROWS = """
INSERT INTO care_rows (file, kind, la_child_id, start_date, end_date, respite)
SELECT file, CASE element WHEN 'CINdetails' THEN 'cin' ELSE 'cp' END, la_child_id, start_date, end_date, FALSE
FROM read_cin_census
WHERE NOT COALESCE(no_action, FALSE)
UNION ALL
SELECT file, 'referral', la_child_id, start_date, start_date, FALSE
FROM read_cin_census
WHERE element = 'CINdetails'
"""


_SAFELY = {"resolve_entities": False, "no_network": True, "huge_tree": False, "remove_comments": True, "remove_pis": True}
"""Entities are not resolved and nothing outside the file is opened; a comment does not cut in two the text it stands in."""

FEWEST_TO_DOUBT = 100
"""Elements; as many that never end are more likely an export without their ends."""

_NEVER_CLOSED = """
SELECT file, element
FROM read_cin_census
GROUP BY file, element
HAVING COUNT(*) >= ? AND COUNT(end_date) = 0
ORDER BY file, element
"""


def read(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger, *, with_referrals: bool) -> None:
    """Gather the censuses' times in need (`cin`) and plans (`cp`), and referrals where asked, for `data.ingest.care_periods`.

    A row is a CINdetails or ChildProtectionPlans element, numbered by its place among them. A referral without further action
    began no time in need. `DataError` where a file is damaged or is no census, and as the ledger says.
    """
    assert folder.area is not None, "the census is an authority's"
    area, paths = folder.area, folder.files("cin_census", ".xml")
    years = {path: _year(path, folder.label(path)) for path in paths}
    create(connection, "read_cin_census", LAYOUT, {"file": "VARCHAR"})
    accept(connection, ledger, "read_cin_census", LAYOUT, (_piece(folder, path, area) for path in paths))
    _note_never_closed(connection, area, {folder.label(path): last.year for path, (_, last) in years.items()}, ledger)
    connection.execute(_ROWS)
    connection.execute("DROP TABLE read_cin_census")
    parts = ("cin", "cp", "referral") if with_referrals else ("cin", "cp")
    care_periods.put_down(
        connection,
        (Told(folder.label(path), part, *years[path], years[path][1]) for path in paths for part in parts),
    )


def _note_never_closed(connection: duckdb.DuckDBPyConnection, area: str, years: Mapping[str, int], ledger: Ledger) -> None:
    """Named by its year: notes are shown to all, and a file may be named after a child."""
    for file, element in connection.execute(_NEVER_CLOSED, [FEWEST_TO_DOUBT]).fetchall():
        census = f"{area}/{LAYOUT.name} of {years[file]}"
        doubt = f"{census} closes no {element} at all, so each counts as open: check that the ends were exported."
        ledger.note(area, "social_care", doubt)


def _piece(folder: Folder, path: Path, area: str) -> Piece:
    label = folder.label(path)
    return Piece(label, path, area, batches_of(_rows(path, label), LAYOUT), {"file": label})


def _year(path: Path, label: str) -> tuple[date, date]:
    """First and last day of the census's year: from its reference date or year, else from the file's name."""
    for element in _elements(path, label, "ReferenceDate", "Year", "Child"):
        if _name(element) == "child":
            break
        year = year_in((element.text or "").replace("/", " "))
        if year is not None:
            return return_year(year)
    year = year_in(path.stem)
    if year is None:
        raise DataError(f"{label} does not say which year's census it is: put the year in its name, as 2024.xml.")
    return return_year(year)


def _rows(path: Path, label: str) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    number = 0
    for child in _elements(path, label, "Child"):
        within = [(_name(one), one) for one in child.iter("*")]
        la_child_id = next((_said(one) for name, one in within if name == "lachildid"), None)
        for name, element in within:
            if name in _ROW_ELEMENTS:
                number += 1
                said = {_name(one): _said(one) for one in element.iterchildren("*")}
                shown, start, end = _ROW_ELEMENTS[name]
                yield (
                    number,
                    {
                        "element": shown,
                        "la_child_id": la_child_id,
                        "start_date": said.get(start),
                        "end_date": said.get(end),
                        "no_action": said.get("referralnfa"),
                    },
                )


def _elements(path: Path, label: str, *names: str) -> Iterator[etree._Element]:
    """The elements of those names, in any namespace or none; a Child is gone once the next element is asked for."""
    tags = [f"{{*}}{name}" for name in dict.fromkeys((*names, "Child", "Children"))]
    asked, seen = {name.casefold() for name in names}, False
    try:
        with path.open("rb") as file:
            for _, element in etree.iterparse(file, tag=tags, **_SAFELY):
                name = _name(element)
                seen = seen or name in ("child", "children")
                if name in asked:
                    yield element
                if name == "child":
                    _forget(element)
    except (etree.LxmlError, UnicodeError) as error:
        raise DataError(f"{label} is damaged or is not XML: export the CIN census again.") from error
    except OSError as error:
        raise DataError(f"{label} cannot be read: check who owns it, or supply the file again.") from error
    if not seen:
        raise DataError(
            f"{label} is no CIN census, because it has no Children in it: supply the census as it is returned to the DfE."
        )


def _said(element: etree._Element) -> str:
    """All of an element's text: what is marked up within it is no less said, and a date cut short would be none, or another."""
    return "".join(element.itertext())


def _forget(element: etree._Element) -> None:
    element.clear()
    while (before := element.getprevious()) is not None:
        before.getparent().remove(before)


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].casefold()
