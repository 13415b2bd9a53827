"""Receipt of free school meals, in `meals.csv`: the only source that says who took one rather than who might have."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import duckdb
import pyarrow as pa

from data.calendar import Term
from data.ingest.acceptance import accept, create, csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import Ledger

NEAR = timedelta(days=21)
"""A date of the same term no further than this from the census day is of that census: weeks are recorded as well as days."""
_TERMS = range(2000 * 3, 2100 * 3)

LAYOUT = Layout(
    "meals",
    (
        Field("upn", (r"upn|unique[ _]pupil[ _]number",), Kind.ID, label="UPN"),
        Field("census_date", (r"census[ _]?(date|day)",), Kind.DAY, label="census date"),
        Field(
            "received",
            (r"(free[ _]?(school[ _]?)?meals?|fsm)([ _]?(received|taken))?|received",),
            Kind.FLAG,
            label="free meal received",
        ),
    ),
    (Rule("census date", "census_date NOT IN (SELECT day FROM meals_days)", "census date is not near a census day"),),
)

_FIRST_OF_A_DAY = (
    "(piece, row_number) IN (SELECT (piece, MIN(row_number)) FROM judged_rows WHERE fault < 0 GROUP BY piece, census_date)"
)
"""One row of each day that was read at once, whosever it is: without them coverage would hang on who was matched."""

_MEALS = """
INSERT INTO supplied_meals
WITH ranked AS (
    SELECT
        m.child_ref,
        d.census_day,
        r.received,
        ROW_NUMBER() OVER (PARTITION BY m.child_ref, d.census_day ORDER BY d.away, r.received DESC) AS nth
    FROM read_meals AS r
    INNER JOIN meals_days AS d ON d.day = r.census_date
    INNER JOIN matched AS m ON m.register = 'education' AND m.area_code = $area AND m.register_id = r.upn
)
SELECT
    child_ref,
    census_day AS census_date,
    received
FROM ranked
WHERE nth = 1
ORDER BY child_ref, census_day
"""
"""Of several rows about one census the nearest to its day; of two of that day, the one that saw a meal."""

_COVERED = """
INSERT INTO supplied_coverage_read
SELECT
    $area AS area_code,
    'meals' AS source,
    MIN(d.first_day) AS first_date,
    MAX(d.last_day) AS last_date
FROM read_meals AS r
INNER JOIN meals_days AS d ON d.day = r.census_date
HAVING COUNT(*) > 0
"""


def records(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Add to `supplied_meals` a row a matched child and census, and say that the terms from the first to the last are covered.

    A child without a row is unknown, not one who received none. `DataError` as the reader and the ledger say.
    """
    path = folder.file("meals.csv")
    if path is None:
        return
    assert folder.area is not None
    _create_days(connection)
    create(connection, "read_meals", LAYOUT)
    ours = f"SELECT register_id FROM matched WHERE register = 'education' AND area_code = '{folder.area}'"
    keep = f"upn IN ({ours}) OR {_FIRST_OF_A_DAY}"
    accept(connection, ledger, "read_meals", LAYOUT, [csv_piece(path, folder.label(path), folder.area, LAYOUT)], keep)
    connection.execute(_MEALS, {"area": folder.area})
    connection.execute(_COVERED, {"area": folder.area})


def _create_days(connection: duckdb.DuckDBPyConnection) -> None:
    """The days that are near a census day: whose, how far from it, and the term's first and last day."""
    connection.register("days_near", _days_near())
    connection.execute("CREATE OR REPLACE TABLE meals_days AS SELECT * FROM days_near")
    connection.unregister("days_near")


@cache
def _days_near() -> pa.Table:
    rows = [row for term in map(Term, _TERMS) for row in _near(term.census_day, term.first_day, term.last_day)]
    names = ("day", "away", "census_day", "first_day", "last_day")
    return pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))


def _near(census_day: date, first: date, last: date) -> list[tuple[date, int, date, date, date]]:
    days = (census_day + timedelta(days=away) for away in range(-NEAR.days, NEAR.days + 1))
    return [(day, abs((day - census_day).days), census_day, first, last) for day in days if first <= day <= last]
