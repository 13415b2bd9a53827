"""Recognised children: the index event of each, the term it falls in, and a pseudonym."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from datetime import date

import duckdb
import pyarrow as pa

from data import calendar, reference
from data.build.events import AGE_BAND, recognise_events
from data.calendar import OLDEST_AT_SCHOOL, OLDEST_IN_PRIMARY, YOUNGEST_AT_SCHOOL, Term
from data.partnership import Partnership

_PLACES = """
CREATE VIEW places AS
WITH local AS (
    SELECT
        d.area_code,
        t.term_number,
        d.first_day,
        d.last_day
    FROM term_dates AS d
    INNER JOIN terms AS t ON t.academic_year = d.academic_year AND t.term = d.term
),
taught AS (
    SELECT DISTINCT e.child_ref
    FROM index_events AS e
    INNER JOIN local AS o ON o.area_code = e.area_code AND e.reception_date BETWEEN o.first_day AND o.last_day
)
SELECT
    e.child_ref,
    CASE WHEN e.reception_date > o.last_day THEN t.term_number + 1 ELSE t.term_number END AS term_number,
    CASE
        WHEN w.child_ref IS NOT NULL THEN FALSE
        WHEN o.area_code IS NOT NULL THEN TRUE
        ELSE e.reception_date NOT BETWEEN t.first_teaching_day AND t.last_teaching_day
    END AS event_in_holiday
FROM index_events AS e
INNER JOIN terms AS t ON e.reception_date BETWEEN t.first_day AND t.last_day
LEFT JOIN local AS o ON o.area_code = e.area_code AND o.term_number = t.term_number
LEFT JOIN taught AS w ON w.child_ref = e.child_ref
"""
"""Term 0 of each child: by the common calendar, or the one after where the local teaching of that term was over."""

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
    {AGE_BAND} AS age_band,
    CASE
        WHEN e.relationship IN ('mother', 'step-mother') THEN 'mother'
        WHEN e.relationship IN ('father', 'step-father') THEN 'father'
        ELSE 'other'
    END AS parent,
    CAST(DATE_TRUNC('month', e.reception_date) AS DATE) AS imprisonment_month,
    CAST(DATE_TRUNC('month', GREATEST(e.reception_date, e.link_date)) AS DATE) AS recognised_month,
    t.term_number,
    t.event_in_holiday,
    e.link_source,
    e.later_imprisonments
FROM index_events AS e
INNER JOIN pseudonyms AS c ON c.kind = 'child' AND c.ref = e.child_ref
INNER JOIN pseudonyms AS f ON f.kind = 'family' AND f.ref = e.offender_ref
INNER JOIN places AS t ON t.child_ref = e.child_ref
LEFT JOIN districts AS d ON d.district_code = e.district_code AND d.area_code = e.area_code
"""


def recognise(connection: duckdb.DuckDBPyConnection, partnership: Partnership) -> int:
    """Create `cohort`, one row a recognised child numbered by area and pseudonym, from `links`, `receptions` and `term_dates`.

    A child is recognised by the first of their `recognised_events`. Term 0 is the common calendar's term of that day; where the
    area's own calendar has the term and its teaching was over, the next, and a holiday is what that calendar leaves free.
    Returns the number of children. Also creates `terms`, every term a relative term can be, and `go_lives`.
    """
    recognise_events(connection, partnership)
    _register(connection, "terms", _terms(connection))
    _register(connection, "districts", _districts())
    _register(connection, "go_lives", _go_lives())
    _register(connection, "pseudonyms", _pseudonyms(connection, partnership.key))
    connection.execute(_PLACES)
    connection.execute(_COHORT)
    return one(connection, "SELECT COUNT(*) FROM cohort")


def leave_out(connection: duckdb.DuckDBPyConnection, forgotten: Collection[str], key: str) -> None:
    """Take the links of children who are forgotten, by `child_id`, out of `links`: nobody is recognised by them."""
    references = connection.execute("SELECT DISTINCT child_ref FROM links").fetchall()
    gone = [reference for (reference,) in references if pseudonym(key, "child", reference) in forgotten]
    connection.execute("DELETE FROM links WHERE child_ref IN (SELECT UNNEST(CAST($gone AS VARCHAR[])))", {"gone": gone})


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
    """A row a term from twelve before the first index event to nine after the last, which may count from the next term."""
    ((first, last),) = connection.execute("SELECT MIN(reception_date), MAX(reception_date) FROM index_events").fetchall()
    numbers = calendar.relative_terms()
    terms = (
        []
        if first is None
        else list(
            calendar.terms_between(
                calendar.relative(calendar.term_of(first), numbers[0]).first_day,
                calendar.relative(calendar.term_of(last), numbers[-1] + 1).last_day,
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


def _go_lives() -> pa.Table:
    """A row an authority, its own code in place of a district's, and a row a district: the first day of the offer there.

    A district without a month of its own has its authority's; null where neither is recorded.
    """
    areas = reference.areas()
    homes = [(area.parent or area.code, area.code) for area in areas.values()]
    months = [areas[code].go_live or areas[authority].go_live for authority, code in homes]
    return pa.table(
        {
            "area_code": [authority for authority, _ in homes],
            "district_code": [code for _, code in homes],
            "go_live": pa.array([date.fromisoformat(f"{month}-01") if month else None for month in months], pa.date32()),
        }
    )


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register(f"{name}_rows", rows)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_rows")
    connection.unregister(f"{name}_rows")
