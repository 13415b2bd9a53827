"""`children.csv`, the force's minimal list for one authority → the recognised children whom its registers are searched for."""

from __future__ import annotations

import duckdb

from data.ingest.acceptance import accept, create, csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout
from data.ingest.ledger import Ledger
from data.schema import AGE_BANDS, SEXES

FILE = "children.csv"

LAYOUT = Layout(
    "children",
    (
        Field("child_ref", kind=Kind.ID),
        Field("forename", blank=True),
        Field("surname", blank=True),
        Field("date_of_birth", ("dateofbirth",), Kind.DAY, label="dateOfBirth"),
        Field("sex", kind=Kind.CODE, codes={sex.lower(): sex for sex in SEXES}),
        Field("postcode", blank=True),
        Field("age_band", ("ageband",), Kind.CODE, codes={band: band for band in AGE_BANDS}, label="ageBand"),
    ),
)


def ingest(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Add the children of an authority's list to `recognised_people`; the first row of a child_ref is taken."""
    path = folder.file(FILE)
    assert path is not None and folder.area is not None, "asked only where there is a list"
    create(connection, "read_children", LAYOUT)
    accept(connection, ledger, "read_children", LAYOUT, [csv_piece(path, folder.label(path), folder.area, LAYOUT)])
    connection.execute(
        """
        INSERT INTO recognised_people BY NAME
        SELECT
            child_ref,
            forename,
            surname,
            date_of_birth,
            sex,
            postcode,
            $area AS area_code,
            age_band
        FROM read_children
        QUALIFY ROW_NUMBER() OVER (PARTITION BY child_ref ORDER BY row_number) = 1
        """,
        {"area": folder.area},
    )
