"""`crosswalk.csv`, an authority's matching officer's file → who the partnership's children are in that authority's registers."""

from __future__ import annotations

import duckdb

from data.ingest.acceptance import csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import Ledger
from data.ingest.whole import accept_whole

FILE = "crosswalk.csv"

LAYOUT = Layout(
    "crosswalk",
    (
        Field("child_ref", (r"child[ _]?ref(erence)?",), Kind.ID),
        Field("upn", (r"upn", r"unique pupil number"), Kind.ID, blank=True, label="UPN"),
        Field("la_child_id", (r"la[ _]?child[ _]?id", r"child unique id"), Kind.ID, blank=True, label="LA child id"),
        Field("method", (r"(match(ing)?[ _]?)?method",), required=False),
        Field("confidence", (r"(match(ing)?[ _]?)?confidence",), required=False),
    ),
)


def _others(column: str, of: str) -> str:
    """SQL: whether a row says something else than the first row with the same identifier."""
    first = f"FIRST_VALUE(COALESCE({column}, '')) OVER (PARTITION BY {of} ORDER BY row_number)"
    return f"({of} IS NOT NULL AND COALESCE({column}, '') <> {first})"


_NO_LINK = Rule(
    "child_ref",
    "child_ref NOT IN (SELECT known.child_ref FROM linked_people AS known) AND EXISTS (SELECT 1 FROM linked_people)",
    "child_ref is not in links.csv",
)
"""An authority that was sent the recognised children alone has no links; the rows of others in its crosswalk stay."""

CLASHES = (
    _NO_LINK,
    Rule(
        "child_ref",
        f"{_others('upn', 'child_ref')} OR {_others('la_child_id', 'child_ref')}",
        "child_ref has another UPN or LA child id in a row above",
    ),
    Rule("UPN", _others("child_ref", "upn"), "UPN is another child's in a row above"),
    Rule("LA child id", _others("child_ref", "la_child_id"), "LA child id is another child's in a row above"),
)


def ingest(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Append an authority's rows to `crosswalk`, one a child; a child without identifiers was looked for and not found.

    Nothing where the authority's folder has no such file. A row of a child whom no link names is rejected, and of rows that clash
    all but the first.
    """
    assert folder.area is not None, "a crosswalk is an authority's"
    path = folder.file(FILE)
    piece = csv_piece(path, folder.label(path), folder.area, LAYOUT) if path else None
    accept_whole(connection, ledger, "read_crosswalk", LAYOUT, piece, CLASHES)
    connection.execute(
        """
        INSERT INTO crosswalk (area_code, child_ref, upn, la_child_id, method, confidence)
        SELECT
            $area,
            child_ref,
            FIRST(upn ORDER BY row_number),
            FIRST(la_child_id ORDER BY row_number),
            FIRST(method ORDER BY row_number),
            FIRST(confidence ORDER BY row_number)
        FROM read_crosswalk
        GROUP BY child_ref
        ORDER BY child_ref
        """,
        {"area": folder.area},
    )
    connection.execute("DROP TABLE read_crosswalk")
