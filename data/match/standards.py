"""Names, birthdays and postcodes as they are compared: one spelling, no accents, blanks as unknown."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

NICKNAMES = Path(__file__).with_name("nicknames.csv")
"""A forename and the name it may stand for; one may stand for several."""

PARTICLES = ("BIN", "DEL", "DELLA", "DEN", "DER", "DOS", "IBN", "LAS", "LOS", "MAC", "SAN", "SANTA", "VAN", "VON")
"""Parts of surnames that families share without being related; parts of one or two letters are not compared either."""


def standardise(connection: duckdb.DuckDBPyConnection, into: str, source: str) -> None:
    """Create the temporary table `into`, one row a row of `source`, in the columns that the model compares.

    `source` is a query of ref, area_code, forename, surname, date_of_birth, sex, postcode. Null where
    it says nothing: a blank name, a sex that is neither F nor M, no whole postcode, the postcode of no fixed abode (ZZ99).
    """
    connection.register("match_nicknames", _nicknames())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS\n{_standard(source)}")
    connection.unregister("match_nicknames")


@cache
def _nicknames() -> pa.Table:
    roots: dict[str, list[str]] = {}
    with NICKNAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            roots.setdefault(row["name"], []).append(row["root"])
    return pa.table({"name": list(roots), "roots": list(roots.values())})


def _standard(source: str) -> str:
    return f"""
WITH people AS (
    SELECT
        ref,
        area_code,
        NULLIF({_letters("forename")}, '') AS forename,
        {_words("forename")} AS forenames,
        NULLIF({_letters("surname")}, '') AS surname,
        {_words("surname")} AS surnames,
        STRFTIME(TRY_CAST(date_of_birth AS DATE), '%Y%m%d') AS born,
        CASE WHEN UPPER(sex) IN ('F', 'M') THEN UPPER(sex) END AS sex,
        REGEXP_EXTRACT(
            REGEXP_REPLACE(UPPER(postcode), '[^A-Z0-9]', '', 'g'),
            '^[A-Z]{{1,2}}[0-9][A-Z0-9]?[0-9][A-Z]{{2}}$'
        ) AS postcode
    FROM ({source}) AS source
)
SELECT
    ROW_NUMBER() OVER (ORDER BY p.area_code, p.ref) AS unique_id,
    p.ref,
    p.area_code,
    p.forename,
    p.area_code || ' ' || p.forename AS forename_term,
    LEFT(p.forename, 1) AS forename_initial,
    CASE WHEN p.forename IS NOT NULL THEN LIST_APPEND(COALESCE(n.roots, []), p.forenames[1]) END AS forename_roots,
    COALESCE(LEN(p.forenames) > 1, FALSE) AS forename_several,
    p.surname,
    p.area_code || ' ' || p.surname AS surname_term,
    LIST_APPEND(
        LIST_FILTER(p.surnames, LAMBDA word: LENGTH(word) > 2 AND word NOT IN {PARTICLES}),
        p.surname
    ) AS surname_parts,
    p.born,
    LEFT(p.born, 4) || RIGHT(p.born, 2) || SUBSTR(p.born, 5, 2) AS born_swapped,
    p.sex,
    CASE WHEN p.postcode <> '' AND p.postcode NOT LIKE 'ZZ%' THEN p.postcode END AS postcode,
    CASE WHEN p.postcode <> '' AND p.postcode NOT LIKE 'ZZ%' THEN LEFT(p.postcode, LENGTH(p.postcode) - 2) END AS sector
FROM people AS p
LEFT JOIN match_nicknames AS n ON n.name = p.forenames[1]
"""


def _letters(text: str) -> str:
    return rf"REGEXP_REPLACE(STRIP_ACCENTS(UPPER({text})), '\P{{L}}', '', 'g')"


def _words(text: str) -> str:
    joined = f"REGEXP_REPLACE(STRIP_ACCENTS(UPPER({text})), '[''’`.]', '', 'g')"
    return rf"LIST_FILTER(REGEXP_SPLIT_TO_ARRAY({joined}, '\P{{L}}+'), LAMBDA word: word <> '')"
