"""The rules of DfE's screener for Explore Education Statistics, written again from its checks: what fails, a sentence each.

Source: dfe-analytical-services/eesyscreener, functions `precheck_*` and `check_*` that end in FAIL, as of May 2026.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

Rows = Sequence[Mapping[str, str]]
META = ("col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint")
REQUIRED_META, OPTIONAL_META = {*META, "filter_grouping_column"}, {"filter_default", "parent_filter"}
REQUIRED_DATA = {"geographic_level", "time_period", "time_identifier", "country_code", "country_name"}
LEVELS = {
    "National": ("country_code", "country_name"),
    "Regional": ("region_code", "region_name"),
    "Local authority": ("new_la_code", "la_name", "old_la_code"),
    "Local authority district": ("lad_code", "lad_name"),
    "Police force area": ("pfa_code", "pfa_name"),
}
MAY_HOLD = {
    "Regional": set(LEVELS) - {"National"},
    "Local authority": {"Local authority", "Local authority district", "Police force area"},
    "Local authority district": {"Local authority district", "Police force area"},
    "Police force area": {"Police force area"},
}
FOUR_DIGITS = {"Calendar year", "Reporting year"}
UNITS = {"", "%", "pp", "£", "£m", "numberstring"}
NULLS, LEGACY = {"NULL", "Null", "null", "NA", "na"}, {"~", ":", "", "N/A", "n/a", ".", "..", "-"}
PLACES = re.compile(
    r"^(country|sch|prov|inst|estab|reg|la|local|rsc|pfa|pcon|lep|mca|oa|ward|mat).*(name|code|urn|ukprn|number|upin|id)$"
)
SMUSHED = ("male", "female", "asian", "black", "white", "irish", "british", "arab")
LONGEST = {"name": 50, "label": 100, "item": 120}


def screened(data_name: str, data: bytes, meta_name: str, meta: bytes) -> list[str]:
    """Everything that the screener would fail, or warn of where a rule is cheap to keep."""
    rows, described = _read(data), _read(meta)
    return [
        *_names(data_name, meta_name),
        *_columns(rows, described),
        *_meta(described),
        *_data(rows, described),
        *_rows(rows, described),
        *_places(rows),
    ]


def _read(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def _names(data_name: str, meta_name: str) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9_-]+\.csv", data_name):
        yield f"{data_name} has spaces or special characters"
    if meta_name != data_name.replace(".csv", ".meta.csv"):
        yield f"{meta_name} is not the metadata's name of {data_name}"


def _columns(rows: Rows, described: Rows) -> Iterator[str]:
    columns, names = list(rows[0]), [row["col_name"] for row in described]
    geography = {column for level in LEVELS.values() for column in level}
    yield from (f"the data has no {name}" for name in REQUIRED_DATA - set(columns))
    yield from (f"the metadata has no {name}" for name in REQUIRED_META - set(described[0]))
    yield from (f"{name} is an invalid column of the metadata" for name in set(described[0]) - REQUIRED_META - OPTIONAL_META)
    yield from (f"{name} is described and not there" for name in set(names) - set(columns))
    yield from (f"{name} is not described" for name in set(columns) - set(names) - geography - REQUIRED_DATA)
    yield from (f"{name} is not in snake case" for name in columns if not re.fullmatch(r"[a-z][a-z0-9_]*", name))
    yield from (f"{name} is a place" for name in names if PLACES.match(name) or name in geography)
    yield from (f"{name} is described twice" for name, times in Counter(names).items() if times > 1)


def _meta(described: Rows) -> Iterator[str]:
    yield from (
        f"{label} is a label twice" for label, n in Counter(row["label"] for row in described).items() if n > 1 or not label
    )
    for row in described:
        name, kind = row["col_name"], row["col_type"]
        if kind not in ("Filter", "Indicator"):
            yield f"{name} is neither filter nor indicator"
        empty = (
            ("indicator_grouping", "indicator_unit", "indicator_dp")
            if kind == "Filter"
            else ("filter_hint", "filter_grouping_column")
        )
        yield from (f"{name}, a {kind}, has {column}" for column in empty if row[column])
        if kind == "Indicator" and (row["indicator_unit"] not in UNITS or not re.fullmatch(r"\d+", row["indicator_dp"])):
            yield f"{name} has a unit or decimals that are not allowed"
        if kind == "Indicator" and any(word in name for word in SMUSHED):
            yield f"{name} should be a filter"
        if len(name) > LONGEST["name"] or len(row["label"]) > LONGEST["label"]:
            yield f"{name} or its label is too long"


def _data(rows: Rows, described: Rows) -> Iterator[str]:
    filters = [row for row in described if row["col_type"] == "Filter"]
    for one in filters:
        name = one["col_name"]
        items = {row[name] for row in rows}
        if len(items) < 2:
            yield f"{name} has one level"
        if (one.get("filter_default") or "Total") not in items:
            yield f"{name} has no default"
        if any(not item or item != item.strip() or len(item) > LONGEST["item"] for item in items):
            yield f"{name} has a blank, white space or an item that is too long"
        if one["filter_grouping_column"] and one["filter_grouping_column"] not in {row["col_name"] for row in filters}:
            yield f"the group of {name} is no filter"


def _rows(rows: Rows, described: Rows) -> Iterator[str]:
    for one in described:
        if one["col_type"] == "Indicator" and {row[one["col_name"]] for row in rows} & LEGACY:
            yield f"{one['col_name']} has a blank or a symbol of the past"
    if any(value in NULLS for row in rows for value in row.values()):
        yield "a value is NULL or NA"
    indicators = {row["col_name"] for row in described if row["col_type"] == "Indicator"}
    keys = Counter(tuple(value for name, value in row.items() if name not in indicators) for row in rows)
    if max(keys.values()) > 1:
        yield "rows are there twice"
    if {row["time_identifier"] for row in rows} - FOUR_DIGITS or any(
        not re.fullmatch(r"\d{4}", row["time_period"]) for row in rows
    ):
        yield "the time is not four digits of a year"


def _places(rows: Rows) -> Iterator[str]:
    for row in rows:
        level = row["geographic_level"]
        if level not in LEVELS:
            yield f"{level} is no level"
        elif not all(row[column] for column in LEVELS[level]):
            yield f"a row of {level} has not all of {LEVELS[level]}"
        for other, may in MAY_HOLD.items():
            if level not in may and any(row.get(column) for column in LEVELS[other]):
                yield f"a row of {level} says of which {other}"
