"""`links.csv`, the force's own file → the links of children to people who may be imprisoned, and who those children are."""

from __future__ import annotations

import duckdb

from data import reference
from data.ingest.acceptance import accept, create, csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.ledger import EVERYONE, Ledger
from data.ingest.receptions import PRISON_NUMBER
from data.ingest.whole import needed

FILE = "links.csv"

_MOTHERS = ("mother", "mum", "mam", "mummy", "birth mother", "biological mother", "natural mother", "adoptive mother")
_FATHERS = ("father", "dad", "daddy", "birth father", "biological father", "natural father", "adoptive father")
_OTHERS = (
    *("other", "guardian", "legal guardian", "special guardian", "carer", "foster carer", "grandparent", "grandmother"),
    *("grandfather", "aunt", "uncle", "sibling", "brother", "sister", "cousin", "parent's partner", "partner of parent"),
)


def _spelt(code: str, *spellings: str) -> dict[str, str]:
    """A code under each of its spellings, with underscores, hyphens, spaces and nothing between the words."""
    return {text.replace(" ", between): code for text in (*spellings, code) for between in (" ", "_", "-", "")}


def _step(parent: str, *spellings: str) -> dict[str, str]:
    return _spelt(f"step-{parent}", *(f"step {text}" for text in (parent, *spellings)))


RELATIONSHIPS = (
    _spelt("mother", *_MOTHERS)
    | _spelt("father", *_FATHERS)
    | _step("mother", "mum", "mam")
    | _step("father", "dad")
    | _spelt("other", *_OTHERS)
)
"""The code of each spelling, in lower case; whoever is no parent or step-parent is `other`."""

LINK_SOURCES = (
    _spelt("police", "force", "police force", "thames valley police", "niche")
    | _spelt("prison", "prisons", "prison service", "hmpps", "nomis")
    | _spelt("social_care", "social care", "childrens social care", "children's social care", "social services", "csc")
    | _spelt("other", "school", "education", "health", "probation", "charity", "family", "self", "self referral", "parent")
)
SEXES = (
    _spelt("F", "f", "female", "girl", "2")
    | _spelt("M", "m", "male", "boy", "1")
    | _spelt("U", "u", "unknown", "not known", "not recorded", "indeterminate", "other", "x", "0", "9")
)

AUTHORITIES = tuple(area.code for area in reference.areas().values() if area.kind == "authority")
NO_AUTHORITY = f"UPPER(area_code) NOT IN ({', '.join(repr(code) for code in AUTHORITIES)})"

LAYOUT = Layout(
    "links",
    (
        Field("offender_ref", (r"offender[ _]?(no|number)",), Kind.ID, label="offenderNo"),
        Field("child_ref", (r"child[ _]?ref(erence)?",), Kind.ID),
        Field("relationship", (r"relationship.*",), Kind.CODE, codes=RELATIONSHIPS),
        Field("link_source", (r"link[ _]?source",), Kind.CODE, codes=LINK_SOURCES),
        Field("link_date", (r"link[ _]?date",), Kind.DAY),
        Field("forename", (r"(child[ _]?)?(fore|first|given)[ _]?name",), blank=True),
        Field("surname", (r"(child[ _]?)?(sur|last|family)[ _]?name",), blank=True),
        Field("date_of_birth", (r"(child[ _]?)?(date[ _]?of[ _]?birth|dob)",), Kind.DAY, label="dateOfBirth"),
        Field("sex", (r"(child[ _]?)?(sex|gender)",), Kind.CODE, blank=True, codes=SEXES),
        Field("postcode", (r"(child[ _]?)?post[ _]?code",), blank=True),
        Field("area_code", (r"area[ _]?code",)),
        Field("district_code", (r"district[ _]?code",), blank=True),
    ),
    (
        Rule("offenderNo", f"NOT REGEXP_MATCHES(UPPER(offender_ref), '{PRISON_NUMBER}')", "offenderNo is not like A1234AA"),
        Rule("area_code", NO_AUTHORITY, "area_code is not an authority of England"),
    ),
)

_PEOPLE = """
CREATE OR REPLACE TEMP TABLE people AS
WITH told AS (
    SELECT
        child_ref,
        FIRST_VALUE(forename IGNORE NULLS) OVER latest_first AS forename,
        FIRST_VALUE(surname IGNORE NULLS) OVER latest_first AS surname,
        date_of_birth,
        FIRST_VALUE(CASE WHEN sex <> 'U' THEN sex END IGNORE NULLS) OVER latest_first AS sex,
        UPPER(postcode) AS postcode,
        UPPER(area_code) AS area_code,
        UPPER(district_code) AS district_code,
        ROW_NUMBER() OVER latest_first AS nth
    FROM read_links
    WINDOW latest_first AS (
        PARTITION BY child_ref
        ORDER BY link_date DESC, row_number DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
)
SELECT
    child_ref,
    forename,
    surname,
    date_of_birth,
    COALESCE(sex, 'U') AS sex,
    postcode,
    area_code,
    district_code
FROM told
WHERE nth = 1
"""

_LINKS = """
INSERT INTO supplied_links (
    child_ref, offender_ref, relationship, link_source, link_date, date_of_birth, sex, area_code, district_code
)
WITH told AS (
    SELECT
        child_ref,
        UPPER(offender_ref) AS offender_ref,
        FIRST_VALUE(relationship) OVER (
            PARTITION BY child_ref, UPPER(offender_ref)
            ORDER BY link_date DESC, row_number DESC
        ) AS relationship,
        link_source,
        link_date,
        ROW_NUMBER() OVER (PARTITION BY child_ref, UPPER(offender_ref) ORDER BY link_date, row_number) AS nth
    FROM read_links
)
SELECT
    t.child_ref,
    t.offender_ref,
    t.relationship,
    t.link_source,
    t.link_date,
    p.date_of_birth,
    p.sex,
    p.area_code,
    p.district_code
FROM told AS t
INNER JOIN people AS p ON p.child_ref = t.child_ref
WHERE t.nth = 1
ORDER BY t.child_ref, t.offender_ref
"""

_LINKED_PEOPLE = """
INSERT INTO linked_people (child_ref, forename, surname, date_of_birth, sex, postcode, area_code)
SELECT
    child_ref,
    forename,
    surname,
    date_of_birth,
    sex,
    postcode,
    area_code
FROM people
ORDER BY child_ref
"""

_HOMES = """
INSERT INTO homes (child_ref, told, area_code, district_code)
WITH told AS (
    SELECT
        child_ref,
        link_date,
        UPPER(area_code) AS area_code,
        UPPER(district_code) AS district_code,
        ROW_NUMBER() OVER (PARTITION BY child_ref, link_date ORDER BY row_number DESC) AS nth
    FROM read_links
),
moved AS (
    SELECT child_ref
    FROM told
    GROUP BY child_ref
    HAVING COUNT(DISTINCT area_code) > 1 OR COUNT(DISTINCT district_code) > 1
)
SELECT
    child_ref,
    link_date,
    area_code,
    district_code
FROM told
WHERE nth = 1 AND child_ref IN (SELECT child_ref FROM moved)
ORDER BY child_ref, link_date
"""
"""Where a child who moved lived, as told from each day on: an event keeps the home it was recognised in."""

_CONTRADICTED = """
SELECT child_ref
FROM read_links
GROUP BY child_ref
HAVING COUNT(DISTINCT date_of_birth) > 1
    OR COUNT(DISTINCT UPPER(area_code)) > 1
    OR COUNT(DISTINCT CASE WHEN sex <> 'U' THEN sex END) > 1
LIMIT 1
"""


def ingest(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Fill `supplied_links`, one row a child and person, and `linked_people`, one row a child, from the force's folder.

    A link told twice dates from when it was first told; its relationship, and who the child is and lives where, are as the
    row with the latest link_date says, of two on one day the lower. `homes` keeps where a child who moved lived before.
    `DataError` where there is no file.
    """
    path = needed(folder, FILE, "the children linked to people who may be imprisoned")
    create(connection, "read_links", LAYOUT)
    accept(connection, ledger, "read_links", LAYOUT, [csv_piece(path, folder.label(path), EVERYONE, LAYOUT)])
    for statement in (_PEOPLE, _LINKS, _LINKED_PEOPLE, _HOMES):
        connection.execute(statement)
    if connection.execute(_CONTRADICTED).fetchone():
        ledger.note(
            EVERYONE,
            "links",
            f"Some rows of {folder.label(path)} contradict one another about a child's date of birth, sex or area_code:"
            " what the latest link_date says is used. Ask the force which is right.",
        )
    connection.execute("DROP TABLE people")
    connection.execute("DROP TABLE read_links")
