"""What a match leaves with the authority's matching officer: `crosswalk.csv` for next month, `review.csv` to decide."""

from __future__ import annotations

from pathlib import Path

import duckdb

from data.private import write_csv

CROSSWALK = ("child_ref", "UPN", "LA child id", "method", "confidence")
REVIEW = ("area_code", "child_ref", "register", "register_id", "method", "confidence", "reason")

_CROSSWALK = """
WITH found AS (
    SELECT
        child_ref,
        MAX(CASE WHEN register = 'education' THEN register_id END) AS upn,
        MAX(CASE WHEN register = 'social_care' THEN register_id END) AS la_child_id,
        STRING_AGG(DISTINCT method, ' and ' ORDER BY method) FILTER (WHERE method <> 'crosswalk') AS method,
        CAST(MIN(probability) AS VARCHAR) AS confidence
    FROM matched
    WHERE area_code = $area
    GROUP BY child_ref
),
said AS (
    SELECT
        child_ref,
        upn,
        la_child_id,
        method,
        confidence
    FROM crosswalk
    WHERE area_code = $area
)
SELECT
    child_ref,
    COALESCE(NULLIF(s.upn, ''), f.upn) AS upn,
    COALESCE(NULLIF(s.la_child_id, ''), f.la_child_id) AS la_child_id,
    CONCAT_WS(' and ', NULLIF(s.method, ''), f.method) AS method,
    COALESCE(f.confidence, s.confidence) AS confidence
FROM said AS s
FULL JOIN found AS f USING (child_ref)
ORDER BY child_ref
"""
"""What the crosswalk said stays as it was said, also of a child that is in no register; what was found since is added."""

_REVIEW = f"""
SELECT {", ".join(REVIEW)}
FROM match_reviews
WHERE area_code = $area
ORDER BY child_ref, register, confidence DESC, register_id
"""


def write_crosswalk(connection: duckdb.DuckDBPyConnection, area: str, path: Path) -> int:
    """Write an authority's crosswalk with what was found added, one row a child; returns how many links `matched` has for it.

    `DataError` where the place or the disk will not do.
    """
    write_csv(path, CROSSWALK, connection.execute(_CROSSWALK, {"area": area}).fetchall())
    ((links,),) = connection.execute("SELECT COUNT(*) FROM matched WHERE area_code = $area", {"area": area}).fetchall()
    return int(links)


def write_review(connection: duckdb.DuckDBPyConnection, area: str, path: Path) -> int:
    """Write the pairs of an authority for a person to decide, the likeliest of a child first; returns how many.

    Who is decided goes into the crosswalk by `child_ref`. `DataError` where the place or the disk will not do.
    """
    rows = connection.execute(_REVIEW, {"area": area}).fetchall()
    write_csv(path, REVIEW, rows)
    return len(rows)
