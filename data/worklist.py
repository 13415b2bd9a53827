"""The month's new children, with their names, for the officers who make contact: written only where someone asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data import private, reference
from data.build import accept_force, database
from data.build.events import recognise_events
from data.build.extracts import Extracts
from data.calendar import add_months
from data.errors import DataError
from data.progress import Progress, silent

_FORMULA = ("=", "+", "-", "@", "\t")
"""What a spreadsheet would run as a formula if a name began with it."""


@dataclass(frozen=True)
class Entry:
    """One recognised event: whose child, whose imprisonment, and what has come of it. Text is empty where it is unknown.

    `recognised_before` says whether an earlier event has made the child known already, by `this person` or `another person`.
    `offer_stands`: support has been offered, and neither declined nor given up; `outcome` is where the offer stands.
    """

    area_code: str
    area: str
    district: str
    child_ref: str
    forename: str
    surname: str
    date_of_birth: date
    sex: str
    postcode: str
    offender_no: str
    relationship: str
    link_source: str
    reception_date: date
    link_date: date
    recognised_before: str
    offer_stands: str
    outcome: str


_ENTRIES = """
WITH offers AS (
    SELECT
        child_ref,
        MIN(outcome) AS outcome,
        COUNT(offer_made) AS offers_made
    FROM accepted_offers
    GROUP BY child_ref
),
earlier AS (
    SELECT
        e.child_ref,
        e.nth,
        COUNT(o.child_ref) AS events,
        COUNT(CASE WHEN o.offender_ref <> e.offender_ref THEN 1 END) AS by_others
    FROM recognised_events AS e
    INNER JOIN recognised_events AS o
        ON o.child_ref = e.child_ref
        AND (o.recognised_date < e.recognised_date OR (o.recognised_date = e.recognised_date AND o.nth < e.nth))
    GROUP BY e.child_ref, e.nth
)
SELECT
    e.area_code,
    e.district_code,
    e.child_ref,
    p.forename,
    p.surname,
    e.date_of_birth,
    e.sex,
    p.postcode,
    e.offender_ref,
    e.relationship,
    e.link_source,
    e.reception_date,
    e.link_date,
    CASE WHEN b.by_others > 0 THEN 'another person' WHEN b.events > 0 THEN 'this person' ELSE 'no' END AS recognised_before,
    CASE WHEN f.offers_made > 0 AND f.outcome IN ('accepted', 'pending') THEN 'yes' ELSE 'no' END AS offer_stands,
    f.outcome
FROM recognised_events AS e
LEFT JOIN linked_people AS p ON p.child_ref = e.child_ref
LEFT JOIN earlier AS b ON b.child_ref = e.child_ref AND b.nth = e.nth
LEFT JOIN offers AS f ON f.child_ref = e.child_ref
WHERE e.recognised_date >= $first AND e.recognised_date < $beyond
ORDER BY e.area_code, e.district_code NULLS LAST, p.surname NULLS LAST, e.offender_ref, e.child_ref, e.reception_date
"""


def write_worklist(
    extracts: Path, month: date, out: Path, progress: Progress = silent, *, area: str | None = None, store: Path | None = None
) -> str:
    """Write the events recognised in a month, named by its first day, to a file of mode 0600; what was written, in words.

    An event is recognised when both its reception and its link are known; the children forgotten in `store` are left out.
    `DataError` where the extracts or the disk will not do, or the file is in a store or a release, or someone else's.
    """
    _refuse(out)
    opened = Extracts.open(extracts, area).without_forgotten(store)
    with database(opened) as connection:
        accept_force(connection, opened, progress)
        recognise_events(connection, opened.partnership)
        entries = list(worklist(connection, month))
    private.write_csv(out, [one.name for one in fields(Entry)], [_cells(entry) for entry in entries])
    if not entries:
        return f"Nobody was recognised in {month:%B %Y}: {out} holds its header alone."
    children = len({entry.child_ref for entry in entries})
    return (
        f"{out} lists {len(entries):,} events of {children:,} children recognised in {month:%B %Y}:"
        " keep it where only you can read it."
    )


def worklist(connection: duckdb.DuckDBPyConnection, month: date) -> Iterator[Entry]:
    """The events recognised in a month, by area, district and surname; reads `recognised_events`, `linked_people` and offers."""
    names = {code: area.name for code, area in reference.areas().items()}
    days = {"first": month, "beyond": add_months(month, 1)}
    for area_code, district_code, *about in connection.execute(_ENTRIES, days).fetchall():
        rest: list[Any] = ["" if value is None else value for value in about]
        yield Entry(area_code, names[area_code], names.get(district_code, ""), *rest)


def _refuse(out: Path) -> None:
    private.refuse_published(out)
    if out.is_dir():
        raise DataError(f"{out} is a folder: name a file with --out.")
    if out.exists() and out.stat().st_uid != os.geteuid():
        raise DataError(f"{out} is someone else's file: name one of your own.")


def _cells(entry: Entry) -> list[object]:
    """The values, a text that a spreadsheet would run marked as text."""
    return [f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value for value in astuple(entry)]
