"""SSDA903: the yearly return of looked-after children; of its tables the episodes count, the headers are checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb

from data.errors import DataError
from data.ingest import care_periods
from data.ingest.acceptance import Piece, accept, create, csv_piece
from data.ingest.care_periods import Told
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import Ledger
from data.ingest.social_care_people import SEX_CODES

_CHILD = Field("la_child_id", (r"child([ _]?id)?",), Kind.ID, label="CHILD")
_LEGAL_STATUSES = ("C1", "C2", "D1", "E1", "V2", "V3", "V4", "L1", "L2", "L3", "J1", "J2", "J3")
"""Of the return's guidance for 2024."""

EPISODES = Layout(
    "ssda903/episodes",
    (
        _CHILD,
        Field("start_date", ("decom",), Kind.DAY, label="DECOM"),
        Field("end_date", ("dec",), Kind.DAY, blank=True, label="DEC"),
        Field("legal_status", ("ls",), Kind.CODE, codes={one.casefold(): one for one in _LEGAL_STATUSES}, label="LS"),
    ),
    rules=(Rule("DEC", "end_date < start_date", "DEC is before DECOM"),),
)
HEADER = Layout(
    "ssda903/header",
    (
        _CHILD,
        Field("sex", kind=Kind.CODE, codes=SEX_CODES, label="SEX"),
        Field("date_of_birth", ("dob",), Kind.DAY, label="DOB"),
    ),
)
RESPITE = ("V3", "V4")
"""Short breaks: legal statuses under which a child stays with a parent and is looked after for days at a time."""


def read(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Gather the episodes of every year supplied as periods of `cwcf` for `data.ingest.care_periods`.

    An episode that ends as the next begins (X1) is two periods that touch. `DataError` where a file's year cannot be told, and
    as the reader and the ledger say.
    """
    assert folder.area is not None, "the return is an authority's"
    area, years = folder.area, {path: _year(folder, path) for path in folder.files("ssda903", ".csv")}
    episodes = {path: year for path, year in years.items() if "episode" in path.name.casefold()}
    create(connection, "read_ssda903", EPISODES, {"file": "VARCHAR"})
    accept(connection, ledger, "read_ssda903", EPISODES, _pieces(folder, area, episodes, EPISODES))
    connection.execute(
        """
        INSERT INTO care_rows (file, kind, la_child_id, start_date, end_date, respite)
        SELECT file, 'cwcf', la_child_id, start_date, end_date, LIST_CONTAINS($respite, legal_status)
        FROM read_ssda903
        """,
        {"respite": list(RESPITE)},
    )
    care_periods.put_down(
        connection,
        (Told(folder.label(path), "cwcf", *return_year(year), return_year(year)[1]) for path, year in episodes.items()),
    )
    headers = {path: year for path, year in years.items() if "header" in path.name.casefold()}
    create(connection, "read_ssda903", HEADER, {"file": "VARCHAR"})
    accept(connection, ledger, "read_ssda903", HEADER, _pieces(folder, area, headers, HEADER))
    connection.execute("DROP TABLE read_ssda903")


def _pieces(folder: Folder, area: str, years: Mapping[Path, int], layout: Layout) -> Iterator[Piece]:
    for path, year in years.items():
        label = folder.label(path)
        yield csv_piece(path, label, area, layout, {"file": label}, of=str(year))


def return_year(year: int) -> tuple[date, date]:
    """First and last day of the year that a return is named by: 2024 ends on 31 March 2024."""
    return date(year - 1, 4, 1), date(year, 3, 31)


def year_in(text: str) -> int | None:
    """The year a name tells, the later where it gives two (`2023-24`, `2023_2024`); None where there is none."""
    for found in re.finditer(r"(?<!\d)(20\d\d)[-_ /]?(?:20)?(\d\d)(?!\d)", text):
        if int(found[2]) == (int(found[1]) + 1) % 100:
            return int(found[1]) + 1
    alone = re.search(r"(?<!\d)20\d\d", text)
    return int(alone[0]) if alone else None


def _year(folder: Folder, path: Path) -> int:
    """The year in the file's name, else in that of the nearest folder which has one."""
    names = [path.stem, *(parent.name for parent in path.relative_to(folder.path).parents if parent.name)]
    year = next((found for found in map(year_in, names) if found is not None), None)
    if year is None:
        raise DataError(
            f"{folder.label(path)} does not say which year's return it is: put the year in its name, as 2024_episodes.csv."
        )
    return year
