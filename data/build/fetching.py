"""What the derivations read: accepted records, each key once, of one chunk of children at a time or as a whole."""

from __future__ import annotations

from data.schema import LINKS, RECORDS, Table

CHILD_RECORDS: tuple[Table, ...] = tuple(table for table in RECORDS if table.key[0] == "child_ref" and table is not LINKS)
"""The records that are about one child, fetched a chunk at a time; links are read whole, to recognise the children."""

COHORT_CHUNK = """
CREATE OR REPLACE TEMP TABLE cohort_chunk AS
WITH found AS (
    SELECT
        n,
        MAX(CASE WHEN register = 'education' THEN 1 ELSE 0 END) AS education,
        MAX(CASE WHEN register = 'social_care' THEN 1 ELSE 0 END) AS social_care
    FROM matches
    GROUP BY n
)
SELECT
    c.*,
    COALESCE(f.education, 0) = 1 AS matched_education,
    COALESCE(f.social_care, 0) = 1 AS matched_social_care
FROM cohort AS c
LEFT JOIN found AS f ON f.n = c.n
WHERE c.n >= $first AND c.n < $beyond
"""

MERGED_COVERAGE = """
CREATE OR REPLACE TABLE coverage AS
WITH marked AS (
    SELECT
        area_code,
        source,
        first_date,
        last_date,
        CASE
            WHEN first_date <= MAX(last_date) OVER (
                PARTITION BY area_code, source
                ORDER BY first_date, last_date
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) + 1 THEN 0
            ELSE 1
        END AS begins
    FROM coverage
),
numbered AS (
    SELECT
        *,
        SUM(begins) OVER (PARTITION BY area_code, source ORDER BY first_date, last_date) AS span
    FROM marked
)
SELECT
    area_code,
    source,
    MIN(first_date) AS first_date,
    MAX(last_date) AS last_date
FROM numbered
GROUP BY area_code, source, span
"""
"""Spans of an area and source that touch or overlap are one: terms in a row cover a window across them."""


def chunk_of(table: Table) -> str:
    """The statement that fetches one chunk's rows of a table of records; `nth` counts the rows with one key."""
    rest = [column.name for column in table.columns if column.name not in table.key] or ["child_ref"]
    columns = ",\n    ".join(f"r.{column.name}" for column in table.columns if column.name != "child_ref")
    key = ", ".join(f"r.{name}" for name in table.key)
    order = ", ".join(f"r.{name} NULLS LAST" for name in rest)
    return f"""
CREATE OR REPLACE TEMP TABLE {table.name} AS
SELECT
    c.n,
    {columns},
    ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {order}) AS nth
FROM accepted_{table.name} AS r
INNER JOIN cohort AS c ON c.child_ref = r.child_ref
WHERE c.n >= $first AND c.n < $beyond
"""


def repeats_of(table: Table) -> str:
    """The statement that drops all but the first row of each key from a fetched chunk; its count is how many."""
    return f"DELETE FROM {table.name} WHERE nth > 1"


def without_repeats(table: Table) -> str:
    """The statement that makes a whole table of accepted rows, `nth` among them, for what is not about one child."""
    rest = [column.name for column in table.columns if column.name not in table.key] or list(table.key[:1])
    return f"""
CREATE TABLE {table.name} AS
SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY {", ".join(table.key)} ORDER BY {", ".join(f"{name} NULLS LAST" for name in rest)}) AS nth
FROM accepted_{table.name}
"""
