"""Receptions × links → recognised events: whose parent was imprisoned when, in the force area, while they were a child."""

from __future__ import annotations

import duckdb

from data import calendar, reference
from data.calendar import ADULT
from data.partnership import Partnership
from data.schema import AGE_BANDS

ENGLAND = "England"

_AGE = """(EXTRACT(YEAR FROM {day}) - EXTRACT(YEAR FROM {born})) * 10000
        + (EXTRACT(MONTH FROM {day}) - EXTRACT(MONTH FROM {born})) * 100
        + (EXTRACT(DAY FROM {day}) - EXTRACT(DAY FROM {born}))"""
"""Years × 10,000 and a remainder below 10,000: at least `a` × 10,000 exactly where `a` years are completed."""

_BANDS = " ".join(f"WHEN e.age_key < {calendar.band_ages(band)[1] + 1} * 10000 THEN '{band}'" for band in AGE_BANDS)
AGE_BAND = f"CASE {_BANDS} END"
"""SQL: the age band at an event `e`."""

_LINKED_EVENTS = f"""
CREATE VIEW linked_events AS
WITH told AS (
    SELECT
        l.child_ref,
        l.offender_ref,
        l.relationship,
        l.link_source,
        l.link_date,
        l.date_of_birth,
        l.sex,
        l.area_code,
        l.district_code,
        r.reception_date,
        {_AGE.format(day="r.reception_date", born="l.date_of_birth")} AS age_key
    FROM links AS l
    INNER JOIN receptions AS r ON r.offender_ref = l.offender_ref
    CROSS JOIN programme AS p
    WHERE r.reception_date >= p.first_day
),
lived AS (
    SELECT
        e.child_ref,
        e.offender_ref,
        e.reception_date,
        h.area_code,
        h.district_code,
        ROW_NUMBER() OVER (PARTITION BY e.child_ref, e.offender_ref, e.reception_date ORDER BY h.told DESC) AS nth
    FROM told AS e
    INNER JOIN homes AS h ON h.child_ref = e.child_ref AND h.told <= GREATEST(e.reception_date, e.link_date)
)
SELECT
    e.child_ref,
    e.offender_ref,
    e.relationship,
    e.link_source,
    e.link_date,
    e.date_of_birth,
    e.sex,
    CASE WHEN h.child_ref IS NULL THEN e.area_code ELSE h.area_code END AS area_code,
    CASE WHEN h.child_ref IS NULL THEN e.district_code ELSE h.district_code END AS district_code,
    e.reception_date,
    e.age_key
FROM told AS e
LEFT JOIN lived AS h
    ON h.child_ref = e.child_ref
    AND h.offender_ref = e.offender_ref
    AND h.reception_date = e.reception_date
    AND h.nth = 1
"""
"""A child who moved keeps, for each event, the home told by the day it was recognised: a later move changes no figure."""

_RECOGNISED_EVENTS = f"""
CREATE VIEW recognised_events AS
SELECT
    e.*,
    GREATEST(e.reception_date, e.link_date) AS recognised_date,
    ROW_NUMBER() OVER (PARTITION BY e.child_ref ORDER BY e.reception_date, e.offender_ref) AS nth
FROM linked_events AS e
INNER JOIN force_areas AS a ON a.area_code = e.area_code
WHERE e.age_key >= 0 AND e.age_key < {ADULT} * 10000
"""

_INDEX_EVENTS = """
CREATE TABLE index_events AS
WITH first_events AS (
    SELECT *
    FROM recognised_events
    WHERE nth = 1
),
later AS (
    SELECT
        f.child_ref,
        COUNT(*) AS later_imprisonments
    FROM first_events AS f
    INNER JOIN linked_events AS e ON e.child_ref = f.child_ref AND e.reception_date > f.reception_date
    GROUP BY f.child_ref
)
SELECT
    f.*,
    CAST(COALESCE(l.later_imprisonments, 0) AS SMALLINT) AS later_imprisonments
FROM first_events AS f
LEFT JOIN later AS l ON l.child_ref = f.child_ref
"""

_RECOGNISED_PEOPLE = f"""
CREATE OR REPLACE TABLE recognised_people AS
SELECT
    e.child_ref,
    p.forename,
    p.surname,
    e.date_of_birth,
    e.sex,
    p.postcode,
    e.area_code,
    {AGE_BAND} AS age_band
FROM index_events AS e
LEFT JOIN linked_people AS p ON p.child_ref = e.child_ref
"""


def recognise_events(connection: duckdb.DuckDBPyConnection, partnership: Partnership) -> None:
    """Create `recognised_events` and `index_events` from `links` and `receptions`.

    `recognised_events` has a row a child and reception, since the programme began, of a person linked to them while they are
    under 18 and live in the force area; `nth` numbers a child's, of two on one day the first by reference. `index_events` has
    the first of each child, and how many came later, adult or not.
    """
    connection.execute(
        "CREATE TABLE programme AS SELECT CAST($first_day AS DATE) AS first_day", {"first_day": partnership.programme_start}
    )
    connection.execute("CREATE TABLE force_areas AS SELECT UNNEST($codes) AS area_code", {"codes": force_areas(partnership.name)})
    for statement in (_LINKED_EVENTS, _RECOGNISED_EVENTS, _INDEX_EVENTS):
        connection.execute(statement)


def recognised_people(connection: duckdb.DuckDBPyConnection) -> None:
    """Create `recognised_people`, one row a child of `index_events`: what a register is searched for."""
    connection.execute(_RECOGNISED_PEOPLE)


def force_areas(partnership: str) -> list[str]:
    """The authorities of the force area of that partnership; every authority of England where reference data names none."""
    authorities = [area for area in reference.areas().values() if area.kind == "authority"]
    own = [area.code for area in authorities if area.partnership == partnership]
    return own or [area.code for area in authorities]


def is_known(partnership: str) -> bool:
    """Whether reference data says which authorities are the partnership's; England's are all of them."""
    return partnership == ENGLAND or any(area.partnership == partnership for area in reference.areas().values())


def living_elsewhere(connection: duckdb.DuckDBPyConnection) -> int:
    """How many links are of children who live outside the force area; they recognise nobody."""
    ((links,),) = connection.execute(
        "SELECT COUNT(*) FROM links WHERE area_code NOT IN (SELECT area_code FROM force_areas)"
    ).fetchall()
    return int(links)
