"""What social care's files say, of whatever source, gathered and settled: which file to believe, and until when a period is open.

Annex A, the CIN census and SSDA903 repeat one another and themselves. Of one period, told by child, service and first day, the
newest file is believed, which is the one that speaks of the latest day. A period that is open there and that a newer file on
that service no longer holds has ended unseen, or began on another day: it counts up to the last day its own file speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

PARTS = {
    "contact": "contacts (Annex A List 1)",
    "early_help": "Early Help (Annex A List 2)",
    "referral": "referrals (Annex A List 3 or the CIN census)",
    "cin": "children in need (Annex A List 6 or the CIN census)",
    "cp": "child protection plans (Annex A List 7 or the CIN census)",
    "cwcf": "looked-after children (Annex A List 8 or SSDA903)",
}
"""What social care consists of, in words that say whom to ask for what: without all of it nobody can be called unknown."""

_STAGES = {
    "care_rows": "file VARCHAR, kind VARCHAR, la_child_id VARCHAR, start_date DATE, end_date DATE, respite BOOLEAN",
    "care_parts": "file VARCHAR, part VARCHAR, first_date DATE, last_date DATE, speaks_to DATE",
}

_SETTLED = """
CREATE OR REPLACE TEMP TABLE settled_care AS
WITH files AS (
    SELECT
        file,
        part,
        speaks_to,
        ROW_NUMBER() OVER (PARTITION BY part ORDER BY speaks_to NULLS FIRST, file) AS place,
        COUNT(*) OVER (PARTITION BY part) AS places
    FROM care_parts
),
told AS (
    SELECT
        r.*,
        f.speaks_to,
        f.place < f.places AS superseded,
        ROW_NUMBER() OVER (
            PARTITION BY r.kind, r.la_child_id, r.start_date
            ORDER BY f.place DESC, r.end_date DESC NULLS FIRST, r.respite
        ) AS nth
    FROM care_rows AS r
    INNER JOIN files AS f ON f.file = r.file AND f.part = r.kind
)
SELECT
    kind,
    la_child_id,
    start_date,
    CASE WHEN end_date IS NULL AND superseded THEN GREATEST(start_date, speaks_to) ELSE end_date END AS end_date,
    end_date IS NULL AND superseded AS ended_unseen
FROM told
WHERE nth = 1 AND (NOT respite OR $respite_counts)
"""
_OF_MATCHED = """
FROM settled_care AS s
INNER JOIN matched AS m
    ON m.register = 'social_care'
    AND m.area_code = $area
    AND m.register_id = s.la_child_id
"""
_CONTACTS = f"""
INSERT INTO supplied_care_contacts (child_ref, kind, date)
SELECT m.child_ref, s.kind, s.start_date
{_OF_MATCHED}
WHERE s.kind IN ('contact', 'referral')
ORDER BY m.child_ref, s.kind, s.start_date
"""
_EPISODES = f"""
INSERT INTO supplied_care_episodes (child_ref, kind, start_date, end_date)
SELECT m.child_ref, s.kind, s.start_date, s.end_date
{_OF_MATCHED}
WHERE s.kind NOT IN ('contact', 'referral')
ORDER BY m.child_ref, s.kind, s.start_date
"""


@dataclass(frozen=True)
class Told:
    """A part of social care (a key of `PARTS`) that a file tells of: the days it covers, and the last day it speaks of.

    All three are None where nothing in the file says.
    """

    file: str
    part: str
    first: date | None
    last: date | None
    speaks_to: date | None


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that one authority's files are gathered in, empty."""
    for name, columns in _STAGES.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")


def put_down(connection: duckdb.DuckDBPyConnection, told: Iterable[Told]) -> None:
    """Say what files tell of; only rows in `care_rows` of a file and part said so are believed."""
    values = [[one.file, one.part, one.first, one.last, one.speaks_to] for one in told]
    if values:
        connection.executemany("INSERT INTO care_parts VALUES (?, ?, ?, ?, ?)", values)


def told_of(connection: duckdb.DuckDBPyConnection) -> list[Told]:
    """What the files gathered tell of, the oldest first."""
    found = connection.execute("SELECT * FROM care_parts ORDER BY speaks_to NULLS FIRST, file, part").fetchall()
    return [Told(*one) for one in found]


def settle(connection: duckdb.DuckDBPyConnection, area: str, respite_counts: bool) -> bool:
    """Append the contacts and periods of an area's matched children; respite counts as looked after only where it is said to.

    Whether some child's period, matched or not, ended unseen.
    """
    connection.execute(_SETTLED, {"respite_counts": respite_counts})
    connection.execute(_CONTACTS, {"area": area})
    connection.execute(_EPISODES, {"area": area})
    found = connection.execute("SELECT COALESCE(BOOL_OR(ended_unseen), FALSE) FROM settled_care").fetchone()
    assert found is not None, "an aggregate has a row"
    for table in ("settled_care", *_STAGES):
        connection.execute(f"DROP TABLE {table}")
    return bool(found[0])
