"""What may leave: the values a release shows, and the declared functions of them. Read from its files, not by its reader.

A `Fact` is what one sentence, one row of a table or one mark of a chart may tell together: the numbers of one figure, of one
pair, of one count about the data, or of one declared function of several that are shown. `DECLARED` names the functions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, dropwhile, takewhile
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.reference import population_words
from metrics import ALL, INDICATORS, Filters, find
from metrics.presentation.numbers import fraction, one_decimal, thousands
from metrics.presentation.sentences import lowered
from metrics.presentation.slides import BESIDE_ENGLAND, CARE_CHANGE, SCHOOL_CHANGE
from metrics.presentation.tables import p_text
from metrics.statistics import Z, wilson

Row = Mapping[str, Any]
Z_998 = NormalDist().inv_cdf(0.999)
NUMBER = re.compile(r"\d+ in [\d,]+|\d+ of \d+ terms shown|\w*\d(?:\w|[.,](?=\d))*")
"""A number in a text, or a code with one; `2 in 3` is one, or its 2 and 3 would be allowed by themselves."""
DAY = re.compile(r"\d{4}-\d\d-\d\d(T|$)")
NOT_WORDS = ("rows", "design_effects", "indicators")
"""Parts of a manifest that are numbers, or that are the catalogue's."""
CUT = ("area_code", "age_band", "sex", "period")
SPANS = ((-12, 8), (-6, 6), (-3, 3), (0, 8))
"""The spans of terms that a reader can choose on the education page."""
COVERAGE_GROUPS = (("observed",), ("out_of_age",), ("not_on_roll", "unmatched"), ("covid", "not_reached", "not_supplied"))
PARTS_OF_NONE = ("none_active_matched", "none_active_unmatched")

DECLARED = {
    "rounded": "a figure as it is printed: counts with commas, percentages to one decimal, a p-value to three",
    "x in y": "a percentage as a natural frequency",
    "share of children": "a headcount as a percentage of the headcount it is part of, both shown",
    "running total": "headcounts of successive periods added up, all shown",
    "parts of none": "the two parts of `none_active`, both shown, in the sentence of the whole",
    "group of statuses": "why children were not observed, two or three shown statuses added up",
    "what is left": "the share of all children that no shown status accounts for",
    "range of bases": "how many terms of a series are shown, and their least and greatest base",
    "rows": "rows read added up over kinds of file, rows left out, and shares of them",
    "share found": "children found in a register as a share, its interval, and the other areas together",
    "wider interval": "the interval of a figure that is shown at 99.8%, from its count, base and the indicator's design effect",
    "children and families": "how many children of a cut were recognised, and of how many families, both shown",
    "range beside England": "the least and the greatest base of the indicators that stand beside England's, where shown",
    "range of pairs": "the least and the greatest number of children that several shown pairs of a cut are of",
    "per 10,000": "children recognised per 10,000 of a published population of the same area and age, both shown",
    "how many": "how many figures, terms or kinds of file are meant, which the symbols and the release's lists already tell",
    "how long": "the time between two of the release's dates",
}
"""Every function of released values that a page may show, and what it is."""


@dataclass(frozen=True)
class Fact:
    """Numbers that may be told together, as printed, and as drawn."""

    printed: frozenset[str]
    drawn: frozenset[float] = frozenset()


@dataclass
class Released:
    """One version of a release, its files as they are."""

    directory: Path
    manifest: dict[str, Any]
    tables: dict[str, pa.Table]
    _cuts: dict[tuple[str, Filters], list[Row]] = field(default_factory=dict)
    _beside: dict[str, Fact] = field(default_factory=dict)

    @classmethod
    def at(cls, root: Path) -> Released:
        """The live version under a root."""
        directory = root / (root / "CURRENT").read_text(encoding="utf-8").strip()
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
        return cls(directory, manifest, {path.stem: pq.read_table(path) for path in directory.glob("*.parquet")})

    def shown(self, table: str, cut: Filters) -> list[Row]:
        """The rows of a cut without a symbol."""
        key = (table, cut)
        if key not in self._cuts:
            kept = self.tables[table].filter(pc.is_null(self.tables[table]["symbol"]))
            for name, value in zip(CUT, (cut.area, cut.age_band, cut.sex, cut.period), strict=True):
                kept = kept.filter(pc.equal(kept[name], value))
            self._cuts[key] = kept.to_pylist()
        return self._cuts[key]

    def beside(self, indicator: str) -> Fact:
        """The comparators of an indicator, together."""
        if not self._beside:
            by_indicator: dict[str, list[Row]] = {}
            for row in self.tables["comparators"].to_pylist():
                by_indicator.setdefault(row["indicator"], []).append(row)
            self._beside = {one: _comparator(rows) for one, rows in by_indicator.items()}
        return self._beside.get(indicator, Fact(frozenset()))

    def values(self, dimension: str) -> Sequence[str]:
        """The values of a dimension of the lattice."""
        lattice = self.manifest["lattice"]
        if dimension == "area":
            return [area["code"] for area in lattice["areas"]]
        return (ALL, *lattice[{"age_band": "age_bands", "sex": "sexes", "period": "periods"}[dimension]])

    def words(self) -> Iterator[str]:
        """Every text that the release holds besides its figures: names, dates, definitions, rules, notes, sources."""
        texts = list(_texts({name: part for name, part in self.manifest.items() if name not in NOT_WORDS}))
        yield from texts
        yield from (_long_day(date.fromisoformat(text[:10])) for text in texts if DAY.match(text))
        for table in ("comparators", "quality"):
            for name in self.tables[table].column_names:
                if pa.types.is_string(self.tables[table].schema.field(name).type):
                    yield from (text for text in pc.unique(self.tables[table][name]).to_pylist() if text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from (key, *_texts(part))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _long_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def facts_of(released: Released, page: str, cut: Filters) -> list[Fact]:
    """All that a page may tell about a cut."""
    told = [_figure(released, row) for one in _cuts_of(released, page, cut) for row in released.shown("figures", one)]
    told += [_pair(row) for row in released.shown("pairs", cut)]
    if page == "areas":
        told += [_wider(released, row) for one in _cuts_of(released, page, cut) for row in released.shown("figures", one)]
    told += [_comparator([row]) for row in released.tables["comparators"].to_pylist()]
    figures = released.shown("figures", cut)
    told += [*_parts_of_none(figures), *_groups_of_statuses(figures)]
    if page in ("education", "board"):
        told += _ranges_of_bases(released, cut)
    if page == "children":
        told += [*_shares_of_children(released, cut), *_running_totals(released, cut)]
    told += [_population(row) for row in released.tables["comparators"].to_pylist() if row["unit"] == "children"]
    if page in ("children", "journey"):
        told += [fact for one in _cuts_of(released, page, cut) for fact in _per_10_000(released, one)]
    if page in ("board", "children", "journey"):
        told += _children_and_families(released, page, cut)
    if page == "board":
        told += _range_of_pairs(released.shown("pairs", cut))
        told += _range_beside_england(released.shown("figures", cut))
    if page == "quality":
        told += [*_headcounts(released), *_about_the_data(released)]
    return told


def _cuts_of(released: Released, page: str, cut: Filters) -> Iterator[Filters]:
    """The cuts that a page draws: its own, beside it other periods, ages or sexes; the last run is of all of an area."""
    yield cut
    if page == "journey":
        of_the_area = Filters(area=cut.area)
        yield from (of_the_area.but(period=period) for period in released.values("period"))
    dimensions = {
        "areas": ("area",),
        "board": ("period",),
        "education": ("period",),
        "social_care": ("period",),
        "children": ("area", "period", "age_band", "sex"),
        "journey": ("area", "period", "age_band"),
    }.get(page, ())
    for dimension in dimensions:
        yield from (cut.but(**{dimension: value}) for value in released.values(dimension) if value != getattr(cut, dimension))


def _figure(released: Released, row: Row) -> Fact:
    """`rounded` and `x in y`, and what stands beside the indicator."""
    percentages = [row[name] for name in ("value", "low", "high", "expected") if row[name] is not None]
    counts = [row[name] for name in ("n", "count") if row[name] is not None]
    printed = {*map(thousands, counts), *map(one_decimal, percentages)}
    printed |= (
        set()
        if row["value"] is None
        else _numbers(fraction(row["value"] if row["count"] is None else 100 * row["count"] / row["n"]))
    )
    return Fact(frozenset(printed) | released.beside(row["indicator"]).printed, frozenset([*map(float, counts), *percentages]))


def _wider(released: Released, row: Row) -> Fact:
    """Wilson's interval at 99.8% as the textbook has it; of a mean, so much wider than at 95%."""
    effect = (released.manifest.get("design_effects") or {}).get(row["indicator"])
    if row["low"] is None or (row["count"] is not None and not effect):
        return Fact(frozenset())
    if row["count"] is None:
        half = max(row["value"] - row["low"], row["high"] - row["value"]) * Z_998 / Z
        return Fact(frozenset(), frozenset({max(row["value"] - half, 0.0), min(row["value"] + half, 100.0)}))
    n, p = row["n"] / effect, row["count"] / row["n"]
    centre, half = p + Z_998**2 / (2 * n), Z_998 * sqrt(p * (1 - p) / n + Z_998**2 / (4 * n**2))
    ends = [100 * (centre + side * half) / (1 + Z_998**2 / n) for side in (-1, 1)]
    return Fact(frozenset(), frozenset({0.0 if row["count"] == 0 else ends[0], 100.0 if row["count"] == row["n"] else ends[1]}))


def _pair(row: Row) -> Fact:
    counts = [row[name] for name in ("n_both", "before_count", "after_count", "gained", "lost") if row[name] is not None]
    values = [row[f"{side}_value"] for side in ("before", "after")]
    values += [100 * row[f"{side}_count"] / row["n_both"] for side in ("before", "after") if row[f"{side}_count"] is not None]
    known = [value for value in (*values, row["low"], row["high"]) if value is not None]
    printed = {*map(thousands, counts), *map(one_decimal, known), *_numbers(p_text(row["p_value"]))}
    return Fact(frozenset(printed), frozenset(known))


def _comparator(rows: Iterable[Row]) -> Fact:
    """Published figures; nobody of the cohort is in them."""
    values = [row["value"] for row in rows]
    return Fact(frozenset(map(one_decimal, values)), frozenset(values))


def _population(row: Row) -> Fact:
    """A published number of children, with the ages in its words."""
    return Fact(frozenset({thousands(round(row["value"])), *_numbers(row["population"])}))


def _per_10_000(released: Released, cut: Filters) -> Iterator[Fact]:
    """The rate of a headcount that is shown, in each year's population of the same area and age."""
    count, who = _headcount(released, cut), population_words(cut.age_band)
    for row in released.tables["comparators"].to_pylist():
        if (row["area_code"], row["population"]) == (cut.area, who) and cut.sex == ALL and count is not None:
            rate = 10_000 * count / row["value"]
            printed = {"10,000", thousands(count), one_decimal(rate)}
            yield Fact(_population(row).printed | printed, frozenset({rate}))


def _parts_of_none(figures: Sequence[Row]) -> Iterator[Fact]:
    by_time: dict[str, list[Row]] = {}
    for row in figures:
        if row["indicator"] in PARTS_OF_NONE:
            by_time.setdefault(row["time"], []).append(row)
    for parts in by_time.values():
        if len(parts) == len(PARTS_OF_NONE):
            yield Fact(frozenset(thousands(part["count"]) for part in parts))


def _groups_of_statuses(figures: Sequence[Row]) -> Iterator[Fact]:
    at = {(row["indicator"], row["time"]): row for row in figures if row["indicator"].startswith("coverage_")}
    for time in dict.fromkeys(time for _, time in at):
        yield Fact(frozenset(), frozenset({100 - sum(row["value"] for (_, when), row in at.items() if when == time)}))
        for group in COVERAGE_GROUPS:
            parts = [row for status in group if (row := at.get((f"coverage_{status}", time)))]
            share, count = sum(part["value"] for part in parts), sum(part["count"] for part in parts)
            yield Fact(frozenset({thousands(count), one_decimal(share)}), frozenset({share}))


def _ranges_of_bases(released: Released, cut: Filters) -> Iterator[Fact]:
    figures = released.shown("figures", cut)
    for indicator in INDICATORS:
        if indicator.table == "school_terms":
            for basis in indicator.bases:
                series = [row for row in figures if (row["indicator"], row["basis"]) == (indicator.id, basis)]
                for first, last in SPANS:
                    within = [code for code in indicator.time.codes if first <= int(code) <= last]
                    bases = [row["n"] for row in series if row["time"] in within]
                    if bases:
                        ends = {thousands(min(bases)), thousands(max(bases))}
                        yield Fact(frozenset({*ends, f"{len(bases)} of {len(within)} terms shown"}))


def _range_beside_england(figures: Sequence[Row]) -> Iterator[Fact]:
    headline = {one: find(one).time.headline for one in BESIDE_ENGLAND}
    bases = [row["n"] for row in figures if headline.get(row["indicator"]) == row["time"] and row["basis"] == "observed"]
    if bases:
        yield Fact(frozenset({thousands(min(bases)), thousands(max(bases))}))


def _shares_of_children(released: Released, cut: Filters) -> Iterator[Fact]:
    for dimension in ("age_band", "sex"):
        total = _headcount(released, cut.but(**{dimension: ALL}))
        for value in released.values(dimension):
            count = _headcount(released, cut.but(**{dimension: value}))
            if total and count is not None:
                share = 100 * count / total
                printed = {thousands(count), thousands(total), one_decimal(share), *_numbers(fraction(share))}
                yield Fact(frozenset(printed), frozenset({share}))


def _running_totals(released: Released, cut: Filters) -> Iterator[Fact]:
    for of_a_kind in ([p for p in released.values("period") if "Q" in p], [p for p in released.values("period") if len(p) == 4]):
        counts = [_headcount(released, cut.but(period=period)) for period in of_a_kind]
        known = list(takewhile(lambda count: count is not None, dropwhile(lambda count: count is None, counts)))
        totals = accumulate(count or 0 for count in known)
        yield from (Fact(frozenset({thousands(total)}), frozenset({float(total)})) for total in totals)


def _children_and_families(released: Released, page: str, cut: Filters) -> Iterator[Fact]:
    for one in _cuts_of(released, page, cut):
        told = [row["n"] for row in released.shown("figures", one) if row["indicator"] in ("recognised", "families")]
        yield Fact(frozenset(map(thousands, told)))


def _range_of_pairs(pairs: Sequence[Row]) -> Iterator[Fact]:
    for ids in (SCHOOL_CHANGE, CARE_CHANGE):
        bases = [row["n_both"] for row in pairs if row["indicator"] in ids]
        if bases:
            yield Fact(frozenset({thousands(min(bases)), thousands(max(bases))}))


def _headcounts(released: Released) -> Iterator[Fact]:
    for code in released.values("area"):
        count = _headcount(released, Filters(area=code))
        if count is not None:
            yield Fact(frozenset({thousands(count)}))


def _headcount(released: Released, cut: Filters) -> int | None:
    return next((row["n"] for row in released.shown("figures", cut) if row["indicator"] == "recognised"), None)


def _about_the_data(released: Released) -> Iterator[Fact]:
    rows = [row for row in released.tables["quality"].to_pylist() if row["symbol"] is None]
    piles: dict[tuple[str, str], list[Row]] = {}
    read_by_area: dict[str, int] = {}
    for row in rows:
        if row["topic"] == "matched":
            yield _share_found(row["n"], row["count"])
        else:
            piles.setdefault((row["file"], row["area_code"]), []).append(row)
            if row["topic"] == "rows_read":
                read_by_area[row["area_code"]] = read_by_area.get(row["area_code"], 0) + row["count"]
    for pile in piles.values():
        left = [row["n"] - row["count"] for row in pile if row["topic"] == "rows_used"]
        counts = {number for row in pile for number in (row["n"], row["count"])} | set(left)
        shares = {one_decimal(100 * number / pile[0]["n"]) for number in left if pile[0]["n"]}
        yield Fact(frozenset({*map(thousands, counts), *shares}))
    yield from (Fact(frozenset({thousands(total)})) for total in read_by_area.values())
    yield from _others_together(rows)


def _others_together(rows: Sequence[Row]) -> Iterator[Fact]:
    """An area's share found beside that of the other authorities together."""
    for register in ("education", "social_care"):
        here = [r for r in rows if (r["topic"], r["file"], r["breakdown"]) == ("matched", register, ALL)]
        areas = [r for r in here if r["area_code"].startswith(("E06", "E08", "E09", "E10"))]
        for one in areas:
            n = sum(other["n"] for other in areas if other is not one)
            k = sum(other["count"] for other in areas if other is not one)
            if n:
                yield Fact(_share_found(one["n"], one["count"]).printed | {one_decimal(100 * k / n)})


def _share_found(n: int, count: int) -> Fact:
    if not n:
        return Fact(frozenset({"0"}))
    low, high = wilson(np.array([count]), np.array([n]), np.ones(1))
    shares = (100 * count / n, float(low[0]), float(high[0]))
    return Fact(frozenset({thousands(n), thousands(count), *map(one_decimal, shares)}))


def _numbers(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def catalogue_words() -> Iterator[str]:
    """The texts of the catalogue: public whatever the release."""
    for indicator in INDICATORS:
        one = find(indicator.id)
        yield from (text for text in (one.id, one.title, lowered(one.title), one.definition, one.caveat, one.source) if text)
