"""Who the children of a figure are: from pseudonyms back to the partners' own identifiers, in the analyst's own room."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb
import pyarrow as pa

from data.build.recognise import pseudonym

IDENTIFIERS = (
    "child_ref",
    "forename",
    "surname",
    "date_of_birth",
    "area_code",
    "offender_ref",
    "upn",
    "la_child_id",
)

_UNKNOWN = "SELECT DISTINCT child_ref FROM links WHERE child_ref NOT IN (SELECT child_ref FROM cohort)"

_PEOPLE = """
WITH linked AS (
    SELECT
        l.*,
        ROW_NUMBER() OVER (
            PARTITION BY l.child_ref
            ORDER BY CASE WHEN l.offender_ref = e.offender_ref THEN 0 ELSE 1 END, l.offender_ref
        ) AS place
    FROM links AS l
    INNER JOIN asked AS a ON a.child_ref = l.child_ref
    LEFT JOIN index_events AS e ON e.child_ref = l.child_ref
),
found AS (
    SELECT
        child_ref,
        STRING_AGG(CASE WHEN register = 'education' THEN register_id END, ' ' ORDER BY register_id) AS upn,
        STRING_AGG(CASE WHEN register = 'social_care' THEN register_id END, ' ' ORDER BY register_id) AS la_child_id
    FROM matched
    GROUP BY child_ref
)
SELECT
    a.child_id,
    l.child_ref,
    p.forename,
    p.surname,
    CAST(COALESCE(c.date_of_birth, l.date_of_birth) AS VARCHAR) AS date_of_birth,
    COALESCE(c.area_code, l.area_code) AS area_code,
    l.offender_ref,
    f.upn,
    f.la_child_id
FROM asked AS a
INNER JOIN linked AS l ON l.child_ref = a.child_ref AND l.place = 1
LEFT JOIN cohort AS c ON c.child_ref = a.child_ref
LEFT JOIN linked_people AS p ON p.child_ref = a.child_ref
LEFT JOIN found AS f ON f.child_ref = a.child_ref
"""


def identify(connection: duckdb.DuckDBPyConnection, key: str, children: Collection[str]) -> Mapping[str, tuple[str | None, ...]]:
    """The `IDENTIFIERS` of each of these children, by child_id, from prepared extracts; null for what the extracts do not hold.

    A child who is recognised no more is found by their links; one no link names any more is not there. `upn` and `la_child_id`
    are of the records that the child was matched with, null where there is none.
    """
    refs = _refs(connection, key, frozenset(children))
    connection.register("asked", pa.table({"child_id": pa.array(refs.keys(), pa.string()), "child_ref": list(refs.values())}))
    found = connection.execute(_PEOPLE).fetchall()
    connection.unregister("asked")
    return {child: tuple(identifiers) for child, *identifiers in found}


def _refs(connection: duckdb.DuckDBPyConnection, key: str, children: frozenset[str]) -> dict[str, str]:
    recognised = connection.execute("SELECT child_id, child_ref FROM cohort").fetchall()
    refs = {child: ref for child, ref in recognised if child in children}
    if len(refs) < len(children):
        linked = ((pseudonym(key, "child", ref), ref) for (ref,) in connection.execute(_UNKNOWN).fetchall())
        refs |= {child: ref for child, ref in linked if child in children}
    return refs
