"""The tables of some censuses, as read, to the education register and to records of matched children.

`census_onroll` and `census_offroll` are the rolls; `census_pupils` the rows of them that are matched children's, each once
though a file be supplied twice; `census_terms` has a row a census. `term` is the census's, by number.
"""

from __future__ import annotations

from data.ingest.school_census.layouts import ABSENCES

REGISTER = """
INSERT INTO register_education
WITH rolls AS (
    SELECT term, piece, row_number, pupil, nativeid, upn, forename, surname, date_of_birth, sex, 'onroll' AS roll
    FROM census_onroll
    UNION ALL
    SELECT term, piece, row_number, pupil, nativeid, upn, forename, surname, date_of_birth, sex, 'offroll' AS roll
    FROM census_offroll
),
addresses AS (
    SELECT 'onroll' AS roll, term, pupil, nativeid, MIN_BY(postcode, (piece, row_number)) AS postcode
    FROM census_onroll_addresses
    WHERE postcode IS NOT NULL
    GROUP BY term, pupil, nativeid
    UNION ALL
    SELECT 'offroll' AS roll, term, pupil, nativeid, MIN_BY(postcode, (piece, row_number)) AS postcode
    FROM census_offroll_addresses
    WHERE postcode IS NOT NULL
    GROUP BY term, pupil, nativeid
),
ranked AS (
    SELECT
        r.*,
        a.postcode,
        ROW_NUMBER() OVER (PARTITION BY r.upn ORDER BY r.term DESC, r.roll DESC, r.piece, r.row_number) AS nth
    FROM rolls AS r
    LEFT JOIN addresses AS a ON a.roll = r.roll AND a.term = r.term AND a.pupil = r.pupil AND a.nativeid = r.nativeid
)
SELECT
    $area AS area_code,
    upn AS register_id,
    forename,
    surname,
    date_of_birth,
    COALESCE(sex, 'U') AS sex,
    postcode
FROM ranked
WHERE nth = 1
AND upn NOT IN (SELECT register_id FROM register_education WHERE area_code = $area)
ORDER BY upn
"""
"""The pupils who are not in the register yet, by their latest census: later ones are read before earlier ones. Who is on roll
goes before who has left.
"""

CHILDREN = """
CREATE OR REPLACE TABLE census_children AS
SELECT
    child_ref,
    register_id AS upn
FROM matched
WHERE register = 'education' AND area_code = $area
"""

PUPILS = """
CREATE OR REPLACE TABLE census_pupils AS
WITH rolls AS (
    SELECT
        term,
        'onroll' AS roll,
        pupil,
        nativeid,
        upn,
        senprovision,
        termlysessionspossible,
        summerhalfterm2sessionspossible
    FROM census_onroll
    UNION ALL
    SELECT
        term,
        'offroll' AS roll,
        pupil,
        nativeid,
        upn,
        NULL AS senprovision,
        termlysessionspossible,
        summerhalfterm2sessionspossible
    FROM census_offroll
)
SELECT DISTINCT
    c.child_ref,
    t.census_day,
    r.*
FROM rolls AS r
INNER JOIN census_children AS c ON c.upn = r.upn
INNER JOIN census_terms AS t ON t.term = r.term
"""

ENROLMENTS = """
INSERT INTO supplied_enrolments
SELECT DISTINCT
    child_ref,
    census_day AS start_date,
    census_day AS end_date
FROM census_pupils
WHERE roll = 'onroll'
ORDER BY child_ref, start_date
"""

SEN_STAGES = """
INSERT INTO supplied_sen_stages
SELECT
    child_ref,
    CASE WHEN BOOL_OR(senprovision = 'E') THEN 'E' ELSE 'K' END AS stage,
    census_day AS start_date,
    census_day AS end_date
FROM census_pupils
WHERE roll = 'onroll' AND senprovision IN ('E', 'K')
GROUP BY child_ref, census_day
ORDER BY child_ref, start_date
"""
"""Of two schools that differ, the one that knows of a plan."""

FSM_PERIODS = """
INSERT INTO supplied_fsm_periods
SELECT DISTINCT
    p.child_ref,
    p.census_day AS start_date,
    p.census_day AS end_date
FROM census_pupils AS p
INNER JOIN census_fsm AS f ON f.term = p.term AND f.pupil = p.pupil AND f.nativeid = p.nativeid
WHERE p.roll = 'onroll'
AND f.fsmstartdate <= p.census_day
AND COALESCE(f.fsmenddate, p.census_day) >= p.census_day
ORDER BY p.child_ref, start_date
"""

SESSIONS = f"""
INSERT INTO supplied_sessions
WITH halves AS (
    SELECT child_ref, term, roll, pupil, nativeid, 1 AS half, termlysessionspossible AS possible
    FROM census_pupils
    UNION ALL
    SELECT child_ref, term, roll, pupil, nativeid, 2 AS half, summerhalfterm2sessionspossible AS possible
    FROM census_pupils
),
known AS (
    SELECT
        h.child_ref,
        h.term,
        h.roll,
        h.pupil,
        h.nativeid,
        h.half,
        SUM(h.possible) AS possible
    FROM halves AS h
    INNER JOIN census_absences_supplied AS s ON s.term = h.term AND s.roll = h.roll AND s.half = h.half
    GROUP BY h.child_ref, h.term, h.roll, h.pupil, h.nativeid, h.half
    HAVING COUNT(*) = COUNT(h.possible)
),
details AS (
    SELECT DISTINCT term, roll, half, pupil, nativeid, detail, attendancereason, sessions
    FROM census_absences
    WHERE attendancereason IN {ABSENCES}
),
absences AS (
    SELECT term, roll, half, pupil, nativeid, SUM(sessions) AS absent
    FROM details
    GROUP BY term, roll, half, pupil, nativeid
),
doubtful AS (
    SELECT DISTINCT p.child_ref, p.term
    FROM census_pupils AS p
    INNER JOIN census_doubtful AS d ON d.term = p.term AND d.roll = p.roll AND d.pupil = p.pupil
)
SELECT
    k.child_ref,
    t.absences_year AS academic_year,
    t.absences_term AS term,
    SUM(k.possible) AS sessions_possible,
    COALESCE(SUM(a.absent), 0) AS sessions_absent
FROM known AS k
INNER JOIN census_terms AS t ON t.term = k.term
LEFT JOIN absences AS a
    ON a.term = k.term
    AND a.roll = k.roll
    AND a.half = k.half
    AND a.pupil = k.pupil
    AND a.nativeid = k.nativeid
WHERE (k.child_ref, k.term) NOT IN (SELECT (child_ref, term) FROM doubtful)
GROUP BY k.child_ref, t.absences_year, t.absences_term
HAVING SUM(k.possible) <= $most AND COALESCE(SUM(a.absent), 0) <= $most
ORDER BY k.child_ref, academic_year, term
"""
"""All schools and both rolls of a child together; a school that does not say what was possible adds nothing to either sum."""

SUSPENSIONS = """
INSERT INTO supplied_suspensions
SELECT DISTINCT
    p.child_ref,
    x.startdate AS start_date,
    x.category
FROM census_pupils AS p
INNER JOIN census_exclusions AS x ON x.term = p.term AND x.roll = p.roll AND x.pupil = p.pupil AND x.nativeid = p.nativeid
WHERE x.category <> 'LNCH'
AND (p.child_ref, x.startdate, x.category) NOT IN (SELECT (child_ref, start_date, category) FROM supplied_suspensions)
ORDER BY p.child_ref, start_date, x.category
"""
"""Two schools, or two censuses, may tell of the same one. Lunchtime exclusions are no suspensions."""
