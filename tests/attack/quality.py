"""Subtract the counts about the data: who was found in which register, and the rows of partners' files, which are people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow.parquet as pq

from tests.attack.released import Released
from tests.attack.targets import FEW, WIDTH, Findings

Name = tuple[str, str, str, str, str, str]
"""Topic, file, area, breakdown, reason, and whether it is the base (`n`), the `count` or the `rest`."""
ABOUT_NOBODY = ("comparators", "coverage", "term_dates")
"""Kinds of file with nobody in them."""


@dataclass
class Counts:
    """The least and the most of every number, and the sums that tie them."""

    bounds: dict[Name, tuple[int, int]]
    hidden: list[Name]
    sums: list[tuple[Name, list[Name]]]


def subtract_quality(released: Released) -> Findings:
    """Hidden counts, complements and bases under ten that the others leave fewer than six values for."""
    counts = _read(released)
    while _narrow(counts):
        pass
    ends = {name: counts.bounds[name] for name in counts.hidden}
    exempt = {name for name in counts.hidden if _inside_nobody(released, counts, name)}
    small = {name: high - low for name, (low, high) in ends.items() if name not in exempt and (name[5] != "n" or low < FEW)}
    narrow = [name for name, width in small.items() if width < WIDTH]
    told = tuple(f"{' '.join(filter(None, name))} = {ends[name][0]}..{ends[name][1]}" for name in narrow)
    return Findings("quality counts", len(ends), sum(small[name] == 0 for name in narrow), len(narrow), told)


def _inside_nobody(released: Released, counts: Counts, name: Name) -> bool:
    """Whether a wider count that is shown says that there is nobody, or everybody: then so it is within, by right."""
    topic, file, area, breakdown, reason, part = name
    parents = {one.code: one.parent for one in released.lattice.areas}
    wider = [area]
    while parents.get(wider[-1]):
        wider.append(str(parents[wider[-1]]))
    around = [
        (topic, file, code, value, reason, side) for code in wider for value in (breakdown, "all") for side in ("count", "rest")
    ]
    hidden = set(counts.hidden)
    return part != "n" and any(counts.bounds.get(one) == (0, 0) and one not in hidden for one in around)


def counts_that_contradict(released: Released) -> list[Name]:
    """Numbers that the sums leave no value for: none, if the sums hold."""
    counts = _read(released)
    while _narrow(counts):
        pass
    return [name for name, (low, high) in counts.bounds.items() if low > high]


def _read(released: Released) -> Counts:
    rows = pq.read_table(released.directory / "quality.parquet").to_pylist()
    most = 1 + max((row["n"] or 0 for row in rows), default=0)
    counts = Counts({}, [], [])
    for row in rows:
        of = (row["topic"], row["file"] or "", row["area_code"], row["breakdown"], row["reason"] or "")
        base, count = row["n"], row["count"]
        numbers = {"n": base, "count": count, "rest": None if count is None else base - count}
        for part, number in numbers.items():
            counts.bounds[(*of, part)] = (0, most) if number is None else (number, number)
            if row["symbol"] == "c" and row["file"].partition("/")[0] not in ABOUT_NOBODY:
                counts.hidden.append((*of, part))
    counts.sums += _sums(released, counts.bounds)
    return counts


def _sums(released: Released, bounds: dict[Name, tuple[int, int]]) -> Iterator[tuple[Name, list[Name]]]:
    """Bases and their two parts; the areas of a whole, age bands, sexes; rows read, which are those used and those rejected."""
    lattice = released.lattice
    splits = [list(lattice.age_bands), list(lattice.sexes)]
    for name in list(bounds):
        topic, file, area, breakdown, reason, part = name
        if part == "n":
            yield name, [(*name[:5], "count"), (*name[:5], "rest")]
        if topic == "matched":
            areas = [one.code for one in lattice.areas if one.parent == area]
            yield name, [(topic, file, code, breakdown, reason, part) for code in areas]
            if breakdown == "all":
                yield from ((name, [(topic, file, area, value, reason, part) for value in values]) for values in splits)
        if topic == "rows_read" and part == "count":
            rejected = [one for one in bounds if one[:3] == ("rows_rejected", file, area) and one[5] == "count"]
            yield name, [("rows_used", file, area, "all", "", "count"), *rejected]


def _narrow(counts: Counts) -> bool:
    """Subtract once along every sum whose numbers all have a row; whether anything came of it."""
    before = dict(counts.bounds)
    for whole, parts in counts.sums:
        if parts and all(part in counts.bounds for part in parts):
            ends = [counts.bounds[part] for part in parts]
            least, most = sum(low for low, _ in ends), sum(high for _, high in ends)
            low, high = max(counts.bounds[whole][0], least), min(counts.bounds[whole][1], most)
            counts.bounds[whole] = low, high
            for part, (a, b) in zip(parts, ends, strict=True):
                counts.bounds[part] = max(a, low - (most - b)), min(b, high - (least - a))
    return counts.bounds != before
