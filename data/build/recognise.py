"""Receptions × links → recognised children, each with one index event and a pseudonym."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

import duckdb
import pyarrow as pa

from data import calendar, reference
from data.build.records import Partnership
from data.calendar import ADULT, OLDEST_AT_SCHOOL, OLDEST_IN_PRIMARY, YOUNGEST_AT_SCHOOL, Term
from data.schema import AGE_BANDS

_AGE = """(EXTRACT(YEAR FROM {day}) - EXTRACT(YEAR FROM {born})) * 10000
        + (EXTRACT(MONTH FROM {day}) - EXTRACT(MONTH FROM {born})) * 100
        + (EXTRACT(DAY FROM {day}) - EXTRACT(DAY FROM {born}))"""
"""Years × 10,000 and a remainder below 10,000: at least `a` × 10,000 exactly where `a` years are completed."""

_AGE_BANDS = " ".join(f"WHEN e.age_key < {calendar.band_ages(band)[1] + 1} * 10000 THEN '{band}'" for band in AGE_BANDS)

_INDEX_EVENTS = f"""
CREATE TABLE index_events AS
WITH events AS (
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
    WHERE r.reception_date >= $programme_start
),
recognised AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY child_ref ORDER BY reception_date, offender_ref) AS nth
    FROM events
    WHERE age_key >= 0 AND age_key < {ADULT} * 10000
),
first_events AS (
    SELECT *
    FROM recognised
    WHERE nth = 1
),
later AS (
    SELECT
        f.child_ref,
        COUNT(*) AS later_imprisonments
    FROM first_events AS f
    INNER JOIN events AS e ON e.child_ref = f.child_ref AND e.reception_date > f.reception_date
    GROUP BY f.child_ref
)
SELECT
    f.*,
    CAST(COALESCE(l.later_imprisonments, 0) AS SMALLINT) AS later_imprisonments
FROM first_events AS f
LEFT JOIN later AS l ON l.child_ref = f.child_ref
"""

_COHORT = f"""
CREATE TABLE cohort AS
SELECT
    ROW_NUMBER() OVER (ORDER BY e.area_code, c.pseudonym) - 1 AS n,
    e.child_ref,
    c.pseudonym AS child_id,
    f.pseudonym AS family_id,
    e.area_code,
    d.district_code,
    e.date_of_birth,
    e.sex,
    CASE {_AGE_BANDS} END AS age_band,
    CASE
        WHEN e.relationship IN ('mother', 'step-mother') THEN 'mother'
        WHEN e.relationship IN ('father', 'step-father') THEN 'father'
        ELSE 'other'
    END AS parent,
    CAST(DATE_TRUNC('month', e.reception_date) AS DATE) AS imprisonment_month,
    CAST(DATE_TRUNC('month', GREATEST(e.reception_date, e.link_date)) AS DATE) AS recognised_month,
    t.term_number,
    NOT e.reception_date BETWEEN t.first_teaching_day AND t.last_teaching_day AS event_in_holiday,
    e.link_source,
    e.later_imprisonments
FROM index_events AS e
INNER JOIN pseudonyms AS c ON c.kind = 'child' AND c.ref = e.child_ref
INNER JOIN pseudonyms AS f ON f.kind = 'family' AND f.ref = e.offender_ref
INNER JOIN terms AS t ON e.reception_date BETWEEN t.first_day AND t.last_day
LEFT JOIN districts AS d ON d.district_code = e.district_code AND d.area_code = e.area_code
"""


def recognise(connection: duckdb.DuckDBPyConnection, partnership: Partnership) -> int:
    """Create `cohort`, one row a recognised child numbered by area and pseudonym, from `links` and `receptions`.

    A child is recognised by the first reception, since the programme began, of a person linked to them while they are
    under 18; of two on one day, the first by reference. Returns the number of children. Also creates `terms`, every term
    a relative term can be, and `index_events`.
    """
    connection.execute(_INDEX_EVENTS, {"programme_start": partnership.programme_start})
    _register(connection, "terms", _terms(connection))
    _register(connection, "districts", _districts())
    _register(connection, "pseudonyms", _pseudonyms(connection, partnership.key))
    connection.execute(_COHORT)
    return one(connection, "SELECT COUNT(*) FROM cohort")


def misplaced_districts(connection: duckdb.DuckDBPyConnection) -> int:
    """How many recognised children have a district that is not one of their authority; they are kept without it."""
    return one(
        connection,
        """
        SELECT COUNT(*)
        FROM index_events AS e
        LEFT JOIN districts AS d ON d.district_code = e.district_code AND d.area_code = e.area_code
        WHERE e.district_code IS NOT NULL AND d.district_code IS NULL
        """,
    )


def pseudonym(key: str, kind: str, ref: str) -> str:
    """A keyed hash of a reference: the same between builds, and not to be undone without the key."""
    return hmac.new(key.encode(), f"{kind}\0{ref}".encode(), hashlib.sha256).hexdigest()[:32]


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The only value of a query that yields one number."""
    ((value,),) = connection.execute(sql).fetchall()
    return int(value)


def _pseudonyms(connection: duckdb.DuckDBPyConnection, key: str) -> pa.Table:
    parts = []
    for kind, column in (("child", "child_ref"), ("family", "offender_ref")):
        refs = [ref for (ref,) in connection.execute(f"SELECT DISTINCT {column} FROM index_events").fetchall()]
        hashes = [pseudonym(key, kind, ref) for ref in refs]
        parts.append(
            pa.table(
                {
                    "kind": pa.array([kind] * len(refs), pa.string()),
                    "ref": pa.array(refs, pa.string()),
                    "pseudonym": pa.array(hashes, pa.string()),
                }
            )
        )
    return pa.concat_tables(parts)


def _terms(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """A row a term from twelve before the first index event to eight after the last."""
    ((first, last),) = connection.execute("SELECT MIN(reception_date), MAX(reception_date) FROM index_events").fetchall()
    numbers = calendar.relative_terms()
    terms = (
        []
        if first is None
        else list(
            calendar.terms_between(
                calendar.relative(calendar.term_of(first), numbers[0]).first_day,
                calendar.relative(calendar.term_of(last), numbers[-1]).last_day,
            )
        )
    )
    return pa.table(
        {
            "term_number": pa.array([term.number for term in terms], pa.int32()),
            "academic_year": pa.array([term.academic_year for term in terms], pa.string()),
            "term": pa.array([term.name for term in terms], pa.string()),
            "first_day": pa.array([term.first_day for term in terms], pa.date32()),
            "last_day": pa.array([term.last_day for term in terms], pa.date32()),
            "census_day": pa.array([term.census_day for term in terms], pa.date32()),
            "first_teaching_day": pa.array([term.teaching_days[0] for term in terms], pa.date32()),
            "last_teaching_day": pa.array([term.teaching_days[1] for term in terms], pa.date32()),
            "covid": pa.array([calendar.is_covid(term) for term in terms], pa.bool_()),
            "youngest_born": pa.array([_born(term, YOUNGEST_AT_SCHOOL) for term in terms], pa.date32()),
            "oldest_born_after": pa.array([_born(term, OLDEST_AT_SCHOOL + 1) for term in terms], pa.date32()),
            "primary_born_after": pa.array([_born(term, OLDEST_IN_PRIMARY + 1) for term in terms], pa.date32()),
        }
    )


def _born(term: Term, years: int) -> date:
    """The last birthday of those who have completed that many years when the school year ends."""
    return term.school_year_end.replace(year=term.school_year_end.year - years)


def _districts() -> pa.Table:
    districts = [area for area in reference.areas().values() if area.kind == "district"]
    return pa.table({"district_code": [area.code for area in districts], "area_code": [area.parent for area in districts]})


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register(f"{name}_rows", rows)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_rows")
    connection.unregister(f"{name}_rows")
