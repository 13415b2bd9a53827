"""Social-care files as small as a test needs, and what the ingest makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from data.ingest import prepare, social_care
from data.ingest.folder import Folder
from data.ingest.ledger import Ledger

AREA = "E10000025"
ANN, BEN = "9212044", "612306"
MATCHED = {ANN: "ann", BEN: "ben"}

Rows = Sequence[Sequence[Any]]

CONTACTS: list[Any] = ["Child Unique ID", "Gender", "Date of Birth", "Age of Child (Years)", "Date of Contact"]
ASSESSMENTS: list[Any] = ["Child Unique ID", "Age", "Assessment start date", "Assessment completion date"]
REFERRALS: list[Any] = ["Child Unique ID", "Age", "Date of Referral", "Number of Referrals in Last 12 Months"]
IN_NEED: list[Any] = ["Child Unique ID", "Age", "CIN Start Date", "CIN Closure Date", "Case Status"]
PLANS: list[Any] = ["Child Unique ID", "Age", "Child Protection Plan Start Date", "Child Protection Plan End Date"]
LOOKED_AFTER: list[Any] = [
    "Child Unique ID",
    "Date Started to be Looked After",
    "Child's Legal Status",
    "Date Ceased to be Looked After",
]
HEADERS = {1: CONTACTS, 2: ASSESSMENTS, 3: REFERRALS, 6: IN_NEED, 7: PLANS, 8: LOOKED_AFTER}


@dataclass
class Read:
    """What came of a folder: rows of children that are matched, days covered, what was put down."""

    contacts: list[tuple[str, str, date]]
    episodes: list[tuple[str, str, date, date | None]]
    coverage: list[tuple[date, date]]
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def rejected(self) -> list[tuple[str, str, int]]:
        return [(one.file, one.reason, one.rows) for one in self.ledger.rejections]

    @property
    def notes(self) -> list[str]:
        return [one.sentence for one in self.ledger.notes]

    def of(self, kind: str) -> list[tuple[date, date | None]]:
        return [(start, end) for _, one, start, end in self.episodes if one == kind]


def workbook(folder: Path, name: str = "annex_a.xlsx", /, **sheets: Rows) -> Path:
    """A workbook in `annex_a`: sheets by name (`List_1` for `List 1`), each its rows from the header on; days as true dates."""
    path = folder / AREA / "annex_a" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        for sheet, rows in sheets.items():
            written = book.add_worksheet(sheet.replace("_", " "))
            for number, row in enumerate(rows):
                written.write_row(number, 0, row)
    return path


def complete(**lists: Rows) -> dict[str, Rows]:
    """The sheets of a workbook that has every list, by `List_1` and so on; those not given have their header alone."""
    return {f"List_{number}": lists.get(f"List_{number}", [header]) for number, header in HEADERS.items()}


def text_file(folder: Path, name: str, text: str) -> Path:
    path = folder / AREA / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, matched: Mapping[str, str] = MATCHED, *, respite_counts: bool = False) -> Read:
    """Read the area's social care; `matched` gives the child for an LA child id."""
    (folder / AREA).mkdir(exist_ok=True)
    ledger = Ledger()
    with duckdb.connect() as connection:
        prepare(connection)
        for la_child_id, child_ref in matched.items():
            connection.execute(
                "INSERT INTO matched VALUES (?, ?, 'social_care', ?, 'crosswalk', 1)", [child_ref, AREA, la_child_id]
            )
        social_care.records(connection, Folder(folder / AREA, folder, AREA), ledger, respite_counts=respite_counts)
        contacts = connection.execute("SELECT child_ref, kind, date FROM supplied_care_contacts ORDER BY ALL").fetchall()
        episodes = connection.execute("SELECT * FROM supplied_care_episodes ORDER BY ALL").fetchall()
        covered = connection.execute("SELECT first_date, last_date FROM supplied_coverage_read ORDER BY ALL").fetchall()
    return Read(contacts, episodes, covered, ledger)
