"""`coverage.csv`, what the partners say each source covers, and what was read of the files themselves → spans of coverage."""

from __future__ import annotations

import duckdb

from data import reference
from data.ingest.acceptance import accept, create, csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import EVERYONE, Ledger
from data.ingest.links import NO_AUTHORITY

FILE = "coverage.csv"

IN_WORDS = {
    "school_census": ("school census", "census"),
    "exclusions": ("exclusions", "suspensions", "suspensions and exclusions"),
    "meals": ("meals", "free meals", "free school meals"),
    "social_care": ("social care", "childrens social care", "children's social care"),
    "support": ("support", "offers of support"),
}
"""How each source may be written; the first is how we write it."""

CLIPPED = ("school_census", "exclusions")
"""Sources that come a term at a time: a declaration takes terms away and cannot add one that has no file."""
_NEEDS_NO_FILE = ("support",)
"""An offer may be open to an area none of whose children has a row yet."""

LAYOUT = Layout(
    "coverage",
    (
        Field("area_code", (r"area[ _]?code",)),
        Field(
            "source",
            (r"source",),
            Kind.CODE,
            codes={text: code for code, words in IN_WORDS.items() for text in (code, *words)},
        ),
        Field("first_date", (r"(first|start)[ _]?(date|day)",), Kind.DAY),
        Field("last_date", (r"(last|end)[ _]?(date|day)",), Kind.DAY),
    ),
    (
        Rule("area_code", NO_AUTHORITY, "area_code is not an authority of England"),
        Rule("last_date", "last_date < first_date", "last_date is before first_date"),
    ),
)

_DECLARED = """
CREATE OR REPLACE TEMP TABLE declared AS
WITH said AS (
    SELECT DISTINCT
        UPPER(area_code) AS area_code,
        source,
        first_date,
        last_date
    FROM read_coverage
)
SELECT *
FROM said
UNION ALL
SELECT
    area_code,
    'exclusions' AS source,
    first_date,
    last_date
FROM said AS census
WHERE census.source = 'school_census'
    AND NOT EXISTS (SELECT 1 FROM said AS own WHERE own.source = 'exclusions' AND own.area_code = census.area_code)
"""

_SETTLED = f"""
INSERT INTO supplied_coverage (area_code, source, first_date, last_date)
WITH found AS (
    SELECT DISTINCT
        area_code,
        source,
        first_date,
        last_date
    FROM supplied_coverage_read
)
SELECT DISTINCT
    f.area_code,
    f.source,
    GREATEST(f.first_date, d.first_date) AS first_date,
    LEAST(f.last_date, d.last_date) AS last_date
FROM found AS f
INNER JOIN declared AS d
    ON d.area_code = f.area_code
    AND d.source = f.source
    AND d.first_date <= f.last_date
    AND d.last_date >= f.first_date
WHERE f.source IN {CLIPPED}
UNION ALL
SELECT d.*
FROM declared AS d
WHERE d.source NOT IN {CLIPPED}
    AND (
        d.source IN ({", ".join(map(repr, _NEEDS_NO_FILE))})
        OR EXISTS (SELECT 1 FROM found AS f WHERE f.area_code = d.area_code AND f.source = d.source)
    )
UNION ALL
SELECT f.*
FROM found AS f
WHERE NOT EXISTS (SELECT 1 FROM declared AS d WHERE d.area_code = f.area_code AND d.source = f.source)
ORDER BY 1, 2, 3, 4
"""

_MEALS_BEYOND = """
DELETE FROM supplied_meals
WHERE EXISTS (
    SELECT 1
    FROM recognised_people AS p
    INNER JOIN declared AS d ON d.area_code = p.area_code AND d.source = 'meals'
    WHERE p.child_ref = supplied_meals.child_ref
)
AND NOT EXISTS (
    SELECT 1
    FROM recognised_people AS p
    INNER JOIN declared AS d ON d.area_code = p.area_code AND d.source = 'meals'
    WHERE p.child_ref = supplied_meals.child_ref AND supplied_meals.census_date BETWEEN d.first_date AND d.last_date
)
"""
"""Meals of census days that a declaration leaves out: what is not covered is in no figure."""

_EMPTY_PROMISES = """
SELECT DISTINCT
    area_code,
    source
FROM declared
EXCEPT
SELECT
    area_code,
    source
FROM supplied_coverage
ORDER BY 1, 2
"""


def ingest(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Fill `supplied_coverage`, one row a span, from `supplied_coverage_read` and what the force's folder declares.

    What is declared wins over what was read, but adds no census term without a file, and no source of which nothing usable was
    read; support alone may be declared before its first row. A declaration of the school census holds for exclusions too where
    none of theirs is made, and one of meals drops from `supplied_meals` what it leaves out.
    """
    create(connection, "read_coverage", LAYOUT)
    path = folder.file(FILE)
    pieces = [csv_piece(path, folder.label(path), EVERYONE, LAYOUT)] if path else []
    accept(connection, ledger, "read_coverage", LAYOUT, pieces)
    connection.execute(_DECLARED)
    connection.execute(_SETTLED)
    connection.execute(_MEALS_BEYOND)
    for area, source in connection.execute(_EMPTY_PROMISES).fetchall():
        if source != "exclusions":
            name = reference.areas()[area].name
            ledger.note(
                area, source, f"{FILE} declares {IN_WORDS[source][0]} of {name}, of which nothing usable was read: not supplied."
            )
    connection.execute("DROP TABLE declared")
    connection.execute("DROP TABLE read_coverage")
