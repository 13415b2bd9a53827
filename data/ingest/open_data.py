"""The open-data convention of Explore Education Statistics: places, times and symbols of a row, columns by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from data import reference

REQUIRED = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name")
_LEVELS = {
    "national": (("country_code",), ("country_name",)),
    "regional": (("region_code",), ("region_name",)),
    "local authority": (("new_la_code",), ("la_name",)),
    "local authority district": (("lad_code", "local_authority_district_code"), ("lad_name", "local_authority_district_name")),
}
_OTHER_LEVELS = (
    *("school", "institution", "provider", "sponsor", "multi-academy trust", "trust", "ward", "parliamentary constituency"),
    *("planning area", "opportunity area", "local enterprise partnership", "local skills improvement plan area", "rsc region"),
    *("english devolved area", "mayoral combined authority", "police force area", "police force", "nhs region", "country"),
)
"""Levels of the open-data standard of which no comparator is."""
PLACE_COLUMNS = tuple(column for codes, names in _LEVELS.values() for column in (*codes, *names))
NO_VALUE = frozenset(("", "c", "x", "z", "k", "u", "low", "~", ":", "."))
"""What stands for a figure that is hidden, unknown, not applicable, too small or missing, in lower case."""

_SPANNING = ("academic", "financial", "tax", "term")
"""A period so named lasts from one calendar year into the next; four digits are the year it begins in."""
_TERM = re.compile(r"(autumn|spring|summer|autumn and spring)( term)?", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"(academic|calendar|financial|tax|reporting) year( q[1-4](-q[1-4])?)?|term|(autumn|spring|summer|autumn and spring) term"
    r"|part [12]( \(.+\))?|(january|february|march|april|may|june|july|august|september|october|november|december)|week \d{1,2}|",
    re.IGNORECASE,
)
"""What a period may be called; blank is a year."""
_AUTUMN_MONTHS = ("september", "october", "november", "december")


def place_of(row: Mapping[str, str]) -> tuple[str, str] | str | None:
    """The code and name of a row's area; None of a level that no comparator has; the name of the column at fault."""
    level = row["geographic_level"].casefold()
    columns = _LEVELS.get(level)
    if columns is None:
        return None if level in _OTHER_LEVELS else "geographic_level"
    code, name = (next((row[column] for column in several if row.get(column)), "") for several in columns)
    if not re.fullmatch(r"[A-Z]\d{8}", code):
        return columns[0][0]
    known = reference.areas().get(code)
    return code, name or (known.name if known else code)


def time_of(period: str, identifier: str, filters: Iterable[str] = ()) -> str | None:
    """`Autumn term 2016/17`, `Academic year 2016/17`, `Reporting year 2025`; None where the period or what it is called is none.

    A term among the values filtered for is what the figure is of, whatever the identifier says.
    """
    term = next((value for value in filters if _TERM.fullmatch(value)), None)
    words = identifier if term is None else f"{term.removesuffix(' term')} term"
    words = f"{words[:1].upper()}{words[1:]}" or "Year"
    year = re.fullmatch(r"(\d{4})(\d{2})?", period.replace("/", "").replace("-", ""))
    if not _IDENTIFIER.fullmatch(identifier) or year is None or not 1990 <= int(year[1]) <= 2100:
        return None
    following = f"{(int(year[1]) + 1) % 100:02}"
    if year[2] not in (None, following):
        return None
    spans = year[2] is not None or any(word in words.casefold() for word in _SPANNING)
    return f"{words} {year[1]}/{following}" if spans else f"{words} {year[1]}"


def school_year(period: str, identifier: str) -> str:
    """The school year of a row's period, `202324`; a calendar or reporting year is that of its beginning in January."""
    first = int(period[:4])
    spans = len(period) > 4 or any(word in identifier.casefold() for word in (*_SPANNING, *_AUTUMN_MONTHS))
    first = first if spans else first - 1
    return f"{first}{(first + 1) % 100:02}"
