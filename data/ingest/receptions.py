"""`receptions.csv`, the force's extract of prison movements → the receptions that begin an imprisonment."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from data.ingest.acceptance import accept, create, csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import EVERYONE, Ledger
from data.ingest.whole import needed
from data.partnership import RECEPTION_CLASSES

FILE = "receptions.csv"

REASONS = {
    "remand": ("N",),
    "unsentenced": ("V",),
    "sentenced": ("I",),
    "recall": ("L", "B", "24", "Y"),
}
"""The reason codes of an admission from outside, by class: on remand, convicted unsentenced, sentenced, recalled from licence."""

NEVER_NEW = ("INT", "TRNCRT", "TRNTAP", "S", "Z", "R", "A", "U", "H", "RECA")
"""The reason codes of an admission that goes on with an imprisonment: transfers, returns from court, leave or being at large."""

MOVEMENTS = ("ADM", "REL", "TRN", "CRT", "TAP")
"""Admission, release, transfer, court, temporary absence."""

PRISON_NUMBER = "^[A-Z][0-9]{4}[A-Z]{2}$"
_TIME_OF_DAY = "^([0-9-]{10}[ T])?([0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)([.][0-9]+)?Z?$"
_CLOCK = f"TRY_CAST(REGEXP_EXTRACT(movement_time, '{_TIME_OF_DAY}', 2) AS TIME)"
_KNOWN = ", ".join(f"'{code}'" for code in (*(code for codes in REASONS.values() for code in codes), *NEVER_NEW))

LAYOUT = Layout(
    "receptions",
    (
        Field("offender_ref", (r"offender[ _]?(no|number)",), Kind.ID, label="offenderNo"),
        Field("movement_date", (r"movement[ _]?date",), Kind.DAY, label="movementDate"),
        Field("movement_time", (r"movement[ _]?time",), blank=True, label="movementTime"),
        Field(
            "movement_type",
            (r"movement[ _]?type",),
            Kind.CODE,
            codes={code.lower(): code for code in MOVEMENTS},
            label="movementType",
        ),
        Field(
            "direction",
            (r"direction[ _]?code",),
            Kind.CODE,
            required=False,
            codes={"in": "IN", "out": "OUT"},
            label="directionCode",
        ),
        Field("reason", (r"movement[ _]?reason[ _]?code",), Kind.ID, blank=True, label="movementReasonCode"),
    ),
    (
        Rule("offenderNo", f"NOT REGEXP_MATCHES(UPPER(offender_ref), '{PRISON_NUMBER}')", "offenderNo is not like A1234AA"),
        Rule(
            "movementTime",
            f"movement_time IS NOT NULL AND {_CLOCK} IS NULL",
            "movementTime is not a time of day",
        ),
        Rule(
            "directionCode",
            "(movement_type = 'ADM' AND direction = 'OUT') OR (movement_type = 'REL' AND direction = 'IN')",
            "directionCode contradicts movementType",
        ),
        Rule(
            "movementReasonCode",
            f"movement_type = 'ADM' AND COALESCE(UPPER(reason), '') NOT IN ({_KNOWN})",
            "movementReasonCode of an admission is not known",
        ),
    ),
)

_BEGINNINGS = """
INSERT INTO supplied_receptions (offender_ref, reception_date)
WITH movements AS (
    SELECT
        UPPER(offender_ref) AS offender_ref,
        movement_date,
        {time_of_day} AS time_of_day,
        movement_type = 'ADM' AND LIST_CONTAINS($reasons, UPPER(reason)) AS received,
        movement_type = 'REL' AS released
    FROM read_receptions
),
moments AS (
    SELECT
        offender_ref,
        movement_date,
        time_of_day,
        BOOL_OR(received) AS received,
        BOOL_OR(released) AS released
    FROM movements
    WHERE received OR released
    GROUP BY offender_ref, movement_date, time_of_day
),
placed AS (
    SELECT
        offender_ref,
        movement_date,
        received,
        released,
        LAST_VALUE(CASE WHEN received <> released THEN received END IGNORE NULLS) OVER (
            PARTITION BY offender_ref
            ORDER BY movement_date, time_of_day NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS inside,
        LAG(movement_date) OVER (PARTITION BY offender_ref ORDER BY movement_date, time_of_day NULLS LAST) AS date_before
    FROM moments
)
SELECT DISTINCT
    offender_ref,
    movement_date
FROM placed
WHERE received AND {new}
ORDER BY offender_ref, movement_date
"""

_AFTER_RELEASE = "(released OR NOT COALESCE(inside, FALSE))"
"""Released and received at one moment, for want of a time of day, is received anew: inside before, or inside only then."""
_LONG_AFTER = "COALESCE(movement_date - date_before > $same_period_days, TRUE)"


def ingest(
    connection: duckdb.DuckDBPyConnection,
    folder: Folder,
    ledger: Ledger,
    counted: Sequence[str] = RECEPTION_CLASSES,
    same_period_days: int = 90,
) -> None:
    """Fill `supplied_receptions`, one row a person and day on which an imprisonment began, from the force's folder.

    Receptions of the classes `counted` count, and of these those of someone who was outside: released since the last one, or,
    where the extract holds no release at all, not received in the `same_period_days` before. `DataError` where there is no file.
    """
    path = needed(folder, FILE, "admissions to prison and releases")
    create(connection, "read_receptions", LAYOUT)
    piece = csv_piece(path, folder.label(path), EVERYONE, LAYOUT)
    accept(connection, ledger, "read_receptions", LAYOUT, [piece], keep="movement_type IN ('ADM', 'REL')")
    said = {"reasons": [code for name in counted for code in REASONS[name]]}
    if _holds_releases(connection):
        connection.execute(_BEGINNINGS.format(time_of_day=_CLOCK, new=_AFTER_RELEASE), said)
    else:
        connection.execute(_BEGINNINGS.format(time_of_day=_CLOCK, new=_LONG_AFTER), said | {"same_period_days": same_period_days})
        ledger.note(
            EVERYONE,
            "receptions",
            f"{piece.label} holds no releases: a reception within {same_period_days} days of the one before counts as the same"
            " imprisonment. Ask for movements of type REL.",
        )
    connection.execute("DROP TABLE read_receptions")


def _holds_releases(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute("SELECT COUNT(*) FROM read_receptions WHERE movement_type = 'REL'").fetchall()
    return found != [(0,)]
