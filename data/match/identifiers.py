"""What identifiers say: the crosswalk of an authority's matching officer, and the UPN that both registers may hold."""

from __future__ import annotations

import duckdb

from data.cohort import Note

REGISTERS = {"education": "upn", "social_care": "la_child_id"}
"""The registers, and the column of the crosswalk that names a record of each."""

_SOURCES = {"education": "school_census", "social_care": "social_care"}

_TABLES = """
CREATE OR REPLACE TABLE matched (
    child_ref VARCHAR,
    area_code VARCHAR,
    register VARCHAR,
    register_id VARCHAR,
    method VARCHAR,
    probability DOUBLE
);
CREATE OR REPLACE TABLE match_reviews (
    area_code VARCHAR,
    child_ref VARCHAR,
    register VARCHAR,
    register_id VARCHAR,
    method VARCHAR,
    confidence DOUBLE,
    reason VARCHAR
);
CREATE OR REPLACE TEMP VIEW match_registers AS
SELECT
    'education' AS register,
    area_code,
    register_id,
    register_id AS upn,
    forename,
    surname,
    date_of_birth,
    sex,
    postcode
FROM register_education
UNION ALL
SELECT
    'social_care' AS register,
    area_code,
    register_id,
    upn,
    forename,
    surname,
    date_of_birth,
    sex,
    postcode
FROM register_social_care;
CREATE OR REPLACE TEMP TABLE match_claims AS
WITH said AS (
    SELECT DISTINCT
        area_code,
        child_ref,
        NULLIF(upn, '') AS upn,
        NULLIF(la_child_id, '') AS la_child_id
    FROM crosswalk
),
claims AS (
    SELECT 'education' AS register, area_code, child_ref, upn AS register_id
    FROM said
    WHERE upn IS NOT NULL OR la_child_id IS NULL
    UNION
    SELECT 'social_care' AS register, area_code, child_ref, la_child_id AS register_id
    FROM said
    WHERE la_child_id IS NOT NULL OR upn IS NULL
)
SELECT
    *,
    COUNT(register_id) OVER (PARTITION BY register, area_code, child_ref) > 1
    OR COUNT(register_id) OVER (PARTITION BY register, area_code, register_id) > 1 AS disputed
FROM claims;
CREATE OR REPLACE TEMP VIEW match_free_children AS
SELECT
    r.register,
    p.area_code,
    p.child_ref,
    p.forename,
    p.surname,
    p.date_of_birth,
    p.sex,
    p.postcode
FROM recognised_people AS p
INNER JOIN (SELECT DISTINCT register, area_code FROM match_registers) AS r ON r.area_code = p.area_code
WHERE
    NOT EXISTS (SELECT 1 FROM matched AS m WHERE m.register = r.register AND m.child_ref = p.child_ref)
    AND NOT EXISTS (
        SELECT 1
        FROM match_claims AS c
        WHERE c.register = r.register AND c.area_code = p.area_code AND c.child_ref = p.child_ref
    );
CREATE OR REPLACE TEMP VIEW match_spoken_for AS
SELECT register, area_code, register_id
FROM matched
UNION
SELECT register, area_code, register_id
FROM match_claims
"""
"""`match_claims` is the crosswalk, one row a register, child and id, and whether others dispute it; a child without either id was
looked for and is in neither register. A child or record that a person has said something about is not guessed at, even where what
was said is in dispute or not in the register."""

_FROM_CROSSWALK = """
CREATE OR REPLACE TEMP TABLE match_claimed AS
SELECT
    p.child_ref,
    c.area_code,
    c.register,
    c.register_id,
    c.disputed,
    EXISTS (
        SELECT 1
        FROM match_registers AS r
        WHERE r.register = c.register AND r.area_code = c.area_code AND r.register_id = c.register_id
    ) AS held
FROM match_claims AS c
INNER JOIN recognised_people AS p ON p.child_ref = c.child_ref AND p.area_code = c.area_code
INNER JOIN (SELECT DISTINCT register, area_code FROM match_registers) AS s
    ON s.register = c.register
    AND s.area_code = c.area_code
WHERE c.register_id IS NOT NULL;
INSERT INTO matched
SELECT child_ref, area_code, register, register_id, 'crosswalk', NULL
FROM match_claimed
WHERE held AND NOT disputed
ORDER BY register, area_code, child_ref;
INSERT INTO match_reviews
SELECT
    area_code,
    child_ref,
    register,
    register_id,
    'crosswalk',
    NULL,
    'the crosswalk gives one record to two children, or two records to one child'
FROM match_claimed
WHERE held AND disputed
ORDER BY register, area_code, child_ref, register_id
"""

_NOT_HELD = "SELECT DISTINCT area_code, register FROM match_claimed WHERE NOT held ORDER BY area_code, register"

_FROM_UPN = """
INSERT INTO matched
WITH same_upn AS (
    SELECT DISTINCT
        f.child_ref,
        f.area_code,
        f.register,
        other.register_id
    FROM match_free_children AS f
    INNER JOIN matched AS m ON m.child_ref = f.child_ref AND m.area_code = f.area_code
    INNER JOIN match_registers AS known
        ON known.register = m.register
        AND known.area_code = m.area_code
        AND known.register_id = m.register_id
    INNER JOIN match_registers AS other
        ON other.register = f.register
        AND other.area_code = f.area_code
        AND other.upn = known.upn
    WHERE COALESCE(other.date_of_birth = known.date_of_birth, TRUE) OR UPPER(other.forename) = UPPER(known.forename)
),
counted AS (
    SELECT
        *,
        COUNT(*) OVER (PARTITION BY register, child_ref) AS records,
        COUNT(*) OVER (PARTITION BY register, area_code, register_id) AS children
    FROM same_upn
)
SELECT c.child_ref, c.area_code, c.register, c.register_id, 'upn', NULL
FROM counted AS c
WHERE
    c.records = 1
    AND c.children = 1
    AND NOT EXISTS (
        SELECT 1
        FROM match_spoken_for AS s
        WHERE s.register = c.register AND s.area_code = c.area_code AND s.register_id = c.register_id
    )
ORDER BY c.register, c.area_code, c.child_ref
"""
"""A UPN copied from a sibling is not followed: birthday or forename must agree too. Nor is one that two records share."""


def follow_crosswalk(connection: duckdb.DuckDBPyConnection) -> tuple[Note, ...]:
    """Create `matched` and `match_reviews` with what the crosswalk says; what names no record of a register is a note.

    The sentence has no number: how many there are would tell of few children.
    """
    connection.execute(_TABLES)
    connection.execute(_FROM_CROSSWALK)
    return tuple(
        Note(
            area,
            _SOURCES[register],
            f"{area}: the crosswalk gives a {REGISTERS[register]} that no register holds; its children count as not found.",
        )
        for area, register in connection.execute(_NOT_HELD).fetchall()
    )


def follow_upn(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `matched` who is found in one register and has one record with the same UPN, unspoken for, in the other."""
    connection.execute(_FROM_UPN)


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what was needed on the way to `matched` and `match_reviews`."""
    connection.execute(
        """
        DROP VIEW match_free_children;
        DROP VIEW match_spoken_for;
        DROP VIEW match_registers;
        DROP TABLE match_claims;
        DROP TABLE match_claimed
        """
    )
