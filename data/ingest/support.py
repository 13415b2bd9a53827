"""`support.csv`, from the force and the charity → how far the offer of support to each child has come."""

from __future__ import annotations

import duckdb

from data.ingest.acceptance import csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import EVERYONE, Ledger
from data.ingest.whole import accept_whole

FILE = "support.csv"

STEPS = ("champion_notified", "offer_made", "visit", "referral", "supported")

_OUTCOMES = {
    "accepted": ("accept", "taken up", "supported"),
    "declined": ("decline", "refused", "rejected", "not wanted"),
    "no_contact": (
        "no contact",
        "no contact made",
        "not contacted",
        "no reply",
        "no response",
        "unable to contact",
        "uncontactable",
    ),
    "not_suitable": ("not suitable", "unsuitable", "not appropriate", "inappropriate"),
    "pending": ("open", "in progress", "ongoing", "awaiting", "awaiting contact", "awaiting outcome", "undecided"),
}
OUTCOMES = {
    text.replace(" ", between): code
    for code, words in _OUTCOMES.items()
    for text in (code.replace("_", " "), *words)
    for between in (" ", "_", "-")
}
"""The code of each way to write an outcome, in lower case."""


def _step(name: str) -> Field:
    words = name.replace("_", "[ _]?")
    return Field(name, (rf"(date[ _]?(of[ _]?)?)?{words}([ _]?(date|on))?",), Kind.DAY, blank=True)


LAYOUT = Layout(
    "support",
    (
        Field("child_ref", (r"child[ _]?ref(erence)?",), Kind.ID),
        Field("suitable", (r"suitable.*",), Kind.FLAG, blank=True),
        *(_step(name) for name in STEPS),
        Field("outcome", (r"outcome",), Kind.CODE, blank=True, codes=OUTCOMES),
    ),
    (
        Rule(
            "child_ref",
            "child_ref NOT IN (SELECT known.child_ref FROM linked_people AS known)",
            "child_ref is not in links.csv",
        ),
    ),
)

_TOLD = ("suitable", *STEPS, "outcome")
_JOURNEY = f"CONCAT_WS('|', {', '.join(f'''COALESCE(CAST({name} AS VARCHAR), '')''' for name in _TOLD)})"
CLASHES = (
    Rule(
        "child_ref",
        f"{_JOURNEY} <> FIRST_VALUE({_JOURNEY}) OVER (PARTITION BY child_ref ORDER BY row_number)",
        "child_ref has another journey in a row above",
    ),
)


def ingest(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Fill `supplied_offers`, one row a child, from the force's folder; `linked_people` must be filled.

    Dates stand as they were recorded, in whatever order; no outcome is a pending one. Of two journeys of a child the first stays
    and the other is rejected. Appends to `supplied_coverage_read` the first and last date of each area's children.
    """
    path = folder.file(FILE)
    piece = csv_piece(path, folder.label(path), EVERYONE, LAYOUT) if path else None
    accept_whole(connection, ledger, "read_support", LAYOUT, piece, CLASHES)
    steps = ", ".join(STEPS)
    connection.execute(
        f"""
        INSERT INTO supplied_offers (child_ref, suitable, {steps}, outcome)
        SELECT DISTINCT
            child_ref,
            suitable,
            {steps},
            COALESCE(outcome, 'pending')
        FROM read_support
        ORDER BY child_ref
        """
    )
    connection.execute(
        f"""
        INSERT INTO supplied_coverage_read (area_code, source, first_date, last_date)
        SELECT
            p.area_code,
            'support',
            MIN(LEAST({", ".join(f"o.{name}" for name in STEPS)})),
            MAX(GREATEST({", ".join(f"o.{name}" for name in STEPS)}))
        FROM supplied_offers AS o
        INNER JOIN linked_people AS p ON p.child_ref = o.child_ref
        GROUP BY p.area_code
        HAVING MIN(LEAST({", ".join(f"o.{name}" for name in STEPS)})) IS NOT NULL
        ORDER BY p.area_code
        """
    )
    connection.execute("DROP TABLE read_support")
