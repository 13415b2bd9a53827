"""The authority's social-care register: who each LA child id is, because the statutory returns carry no names."""

from __future__ import annotations

import duckdb

from data.ingest.acceptance import accept, create, csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout
from data.ingest.ledger import Ledger

SEX_CODES = {"1": "M", "m": "M", "male": "M", "2": "F", "f": "F", "female": "F"} | dict.fromkeys(
    (
        "0",
        "9",
        "u",
        "i",
        "unknown",
        "indeterminate",
        "neither",
        "not known",
        "not specified",
        "not stated",
        "not stated/recorded",
    ),
    "U",
)
"""Sex as returns before and after 2025 and Annex A give it."""

LAYOUT = Layout(
    "social_care_people",
    (
        Field(
            "la_child_id", (r"(la|local authority)?[ _]?child[ _]?(unique[ _]?)?(id|identifier)",), Kind.ID, label="LA child id"
        ),
        Field("upn", (r"upn|unique pupil number",), Kind.ID, required=False, blank=True, label="UPN"),
        Field("forename", (r"forenames?|first[ _]?names?|given[ _]?names?",), blank=True),
        Field("surname", (r"surname|last[ _]?name|family[ _]?name",), blank=True),
        Field("date_of_birth", (r"date[ _]?of[ _]?birth|dob|birth[ _]?date",), Kind.DAY, blank=True, label="date of birth"),
        Field("sex", (r"sex|gender",), Kind.CODE, blank=True, codes=SEX_CODES),
        Field("postcode", (r"(home[ _]?)?post[ _]?code",), required=False, blank=True),
    ),
)
_REGISTER = """
INSERT INTO register_social_care (area_code, register_id, upn, forename, surname, date_of_birth, sex, postcode)
SELECT
    $area,
    la_child_id,
    upn,
    forename,
    surname,
    date_of_birth,
    COALESCE(sex, 'U'),
    postcode
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY la_child_id ORDER BY row_number DESC) AS nth FROM read_social_care_people)
WHERE nth = 1
ORDER BY la_child_id
"""


def register(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Append one row an LA child id, the file's last, to `register_social_care`; nothing where the file is absent.

    Names, date of birth and UPN may be null (an unborn child has none of them). `DataError` as the reader and the ledger say.
    """
    path = folder.file("social_care_people.csv")
    if path is None:
        return
    assert folder.area is not None, "a register is an authority's"
    create(connection, "read_social_care_people", LAYOUT)
    piece = csv_piece(path, folder.label(path), folder.area, LAYOUT)
    accept(connection, ledger, "read_social_care_people", LAYOUT, [piece])
    connection.execute(_REGISTER, {"area": folder.area})
    connection.execute("DROP TABLE read_social_care_people")
