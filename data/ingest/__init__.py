"""Partners' files to the tables of records: one module an extract, each a declaration of its columns and a little SQL.

The force's files are read first; from them the children are recognised. Then every authority's registers are read and matched,
and of its files only the rows of matched children are kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from data.ingest.folder import Folder
from data.ingest.ledger import Ledger
from data.partnership import Settings
from data.progress import Progress
from data.schema import RECORDS

_STAGES = {
    "linked_people": "child_ref, forename, surname, date_of_birth DATE, sex, postcode, area_code",
    "homes": "child_ref, told DATE, area_code, district_code",
    "crosswalk": "area_code, child_ref, upn, la_child_id, method, confidence",
    "register_education": "area_code, register_id, forename, surname, date_of_birth DATE, sex, postcode",
    "register_social_care": "area_code, register_id, upn, forename, surname, date_of_birth DATE, sex, postcode",
    "recognised_people": "child_ref, forename, surname, date_of_birth DATE, sex, postcode, area_code, age_band",
    "matched": "child_ref, area_code, register, register_id, method, probability DOUBLE",
    "supplied_coverage_read": "area_code, source, first_date DATE, last_date DATE",
}
"""The tables between the stages: their columns, text where no type is said."""

_SQL_TYPES = {pa.string(): "VARCHAR", pa.date32(): "DATE", pa.bool_(): "BOOLEAN", pa.int16(): "SMALLINT"}


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every table that the modules fill, empty: the stages' and `supplied_<table>` of each table of records."""
    for name, columns in _STAGES.items():
        typed = ", ".join(column if " " in column else f"{column} VARCHAR" for column in columns.split(", "))
        connection.execute(f"CREATE OR REPLACE TABLE {name} ({typed})")
    for table in RECORDS:
        typed = ", ".join(f"{column.name} {_SQL_TYPES[column.type]}" for column in table.columns)
        connection.execute(f"CREATE OR REPLACE TABLE supplied_{table.name} ({typed})")


def read_force(
    connection: duckdb.DuckDBPyConnection, force: Folder, authorities: Sequence[Folder], ledger: Ledger, settings: Settings
) -> None:
    """Fill the force's tables, and the local calendars that decide which term an imprisonment falls in."""
    from data.ingest import links, receptions, support, term_dates

    receptions.ingest(connection, force, ledger, counted=settings.receptions_counted, same_period_days=settings.same_period_days)
    links.ingest(connection, force, ledger)
    support.ingest(connection, force, ledger)
    for folder in authorities:
        term_dates.ingest(connection, folder, ledger)


def read_registers(
    connection: duckdb.DuckDBPyConnection, authorities: Sequence[Folder], ledger: Ledger, progress: Progress
) -> None:
    """Fill the crosswalk and both registers, an authority at a time."""
    from data.ingest import crosswalk, school_census, social_care_people

    for done, folder in enumerate(authorities):
        progress("Reading the registers", done, len(authorities))
        crosswalk.ingest(connection, folder, ledger)
        school_census.register(connection, folder, ledger)
        social_care_people.register(connection, folder, ledger)
    progress("Reading the registers", len(authorities), len(authorities))


def read_records(
    connection: duckdb.DuckDBPyConnection, authorities: Sequence[Folder], ledger: Ledger, settings: Settings, progress: Progress
) -> None:
    """Fill the tables of matched children's records, an authority at a time."""
    from data.ingest import meals, school_census, social_care

    for done, folder in enumerate(authorities):
        progress("Reading the records of matched children", done, len(authorities))
        school_census.records(connection, folder, ledger)
        meals.records(connection, folder, ledger)
        social_care.records(connection, folder, ledger, respite_counts=settings.respite_counts)
    progress("Reading the records of matched children", len(authorities), len(authorities))


def settle_matches(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `supplied_matches` who was found in which register."""
    connection.execute(
        "INSERT INTO supplied_matches SELECT DISTINCT child_ref, register FROM matched ORDER BY child_ref, register"
    )


def settle_coverage(connection: duckdb.DuckDBPyConnection, force: Folder, ledger: Ledger) -> None:
    """Fill `supplied_coverage` from what was declared and what was read."""
    from data.ingest import coverage

    coverage.ingest(connection, force, ledger)
