"""A release as an attacker holds it: the files of its directory, read apart from everything the project reads them with.

Numbers are laid out as one row a group of children and one column a cut. A group is a question about children ("in this
base", "counted by this indicator"); a cut is where it is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy.sparse import csr_array

from metrics.catalogue import find
from metrics.indicator import Headcount, Indicator, Proportion
from metrics.lattice import Lattice

Counts = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Cut = tuple[str, str, str, str]
"""Area, age band, sex and period."""

UNKNOWN = -1
SHOWN, HIDDEN, EMPTY, ABSENT = range(4)
"""What stands in a cell: numbers, `c`, nobody by the calendar or for want of an extract (`z`, `x`), or no cell at all."""

DIMENSIONS = ("area_code", "age_band", "sex", "period")
PAIR_PARTS = {"n_both": "both", "before_count": "before", "after_count": "after", "gained": "gained", "lost": "lost"}
UNADDED = ("families",)
"""Headcounts that do not add up: a family in two areas counts in both."""
NEVER_WHERE_EMPTY = ("coverage_observed", "coverage_not_on_roll", "coverage_unmatched")
"""Parts of a term's coverage that nobody is in wherever the calendar or the want of an extract rules school records out."""


class Group(NamedTuple):
    """A question about children: the `part` of an indicator's children, on a basis, at a time."""

    part: str
    of: str
    basis: str
    time: str

    def __str__(self) -> str:
        return f"{self.part} of {self.of} {self.basis} {self.time}".strip()


def base_of(indicator: Indicator, basis: str, time: str) -> Group:
    """The base, named alike for every indicator that has the same."""
    if isinstance(indicator.measure, Headcount):
        return Group("base", indicator.id, "observed", "all")
    same = (indicator.table, indicator.period_of, indicator.measure.denominator)
    if same == ("children", "recognised_month", "TRUE"):
        return Group("base", "recognised", "observed", "all")
    if same == ("school_terms", "imprisonment_month", "TRUE"):
        return Group("base", "coverage", "observed", "all")
    return Group("base", f"{indicator.table}/{indicator.period_of}/{indicator.measure.denominator}", basis, time)


@dataclass(frozen=True)
class Key:
    """An indicator on a basis at a time, and how its cells stand by cut; `count` and `rest` are null for means and headcounts."""

    base: Group
    count: Group | None
    rest: Group | None
    state: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Released:
    """Every number a release shows: `shown[group]` by cut, `UNKNOWN` where none of its cells tells."""

    directory: Path
    lattice: Lattice
    cuts: tuple[Cut, ...]
    keys: dict[Group, Key]
    shown: dict[Group, Counts]
    values: dict[Group, npt.NDArray[np.float64]]
    """Of the means, in percent, by the group whose mean it is; not a number where hidden."""

    @cached_property
    def place(self) -> dict[Cut, int]:
        """The column of a cut."""
        return {cut: number for number, cut in enumerate(self.cuts)}

    @property
    def children(self) -> int:
        """How many children were recognised: the manifest says so."""
        return self.lattice.children_total or 0

    def words(self, cut: int) -> str:
        """A cut in words."""
        return " × ".join(value for value in self.cuts[cut] if value != "all") or "all"


def read(root: Path) -> Released:
    """The live version under `root`, or the version that `root` is."""
    directory = root if (root / "manifest.json").is_file() else root / (root / "CURRENT").read_text("utf-8").strip()
    lattice = Lattice.from_json(json.loads((directory / "manifest.json").read_text("utf-8"))["lattice"])
    cuts = tuple((c.area, c.age_band, c.sex, c.period) for c in lattice.cuts())
    found = Released(directory, lattice, cuts, {}, {}, {})
    _read_figures(found)
    _read_pairs(found)
    return found


def _read_figures(found: Released) -> None:
    for one, cells in _by_key(found, "figures", ("indicator", "basis", "time"), ("n", "count")):
        indicator = find(one[0])
        base, group, state = base_of(indicator, one[1], one[2]), Group("count", *one), cells.state
        everybody = one[0].startswith("coverage_")
        never = not everybody or one[0] in NEVER_WHERE_EMPTY
        _tell(found, base, cells.numbers["n"], np.where(everybody & (state == EMPTY), HIDDEN, state))
        if isinstance(indicator.measure, Proportion):
            found.keys[group] = Key(base, group, Group("rest", *one), state)
            _tell(found, group, cells.numbers["count"], state if never else np.where(state == EMPTY, HIDDEN, state))
            continue
        found.keys[group] = Key(base, None, None, state)
        if not isinstance(indicator.measure, Headcount):
            found.values[group] = cells.laid_out("value")


def _read_pairs(found: Released) -> None:
    for (one,), cells in _by_key(found, "pairs", ("indicator",), tuple(PAIR_PARTS)):
        base = Group("both", one, "pair", "")
        _tell(found, base, cells.numbers["n_both"], cells.state)
        if find(one).change == "pooled":
            found.keys[base] = Key(base, None, None, cells.state)
            for side in ("before", "after"):
                found.values[Group(side, one, "pair", "")] = cells.laid_out(f"{side}_value")
            continue
        for name, part in PAIR_PARTS.items():
            if part != "both":
                group = Group(part, one, "pair", "")
                rest = Group(f"not {part}", one, "pair", "") if part in ("before", "after") else None
                found.keys[group] = Key(base, group, rest, cells.state)
                _tell(found, group, cells.numbers[name], cells.state)


@dataclass(frozen=True)
class _Cells:
    """The rows of one key, laid out by cut."""

    table: pa.Table
    rows: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    cuts: int
    state: npt.NDArray[np.int8]
    numbers: dict[str, Counts]

    def laid_out(self, name: str) -> npt.NDArray[np.float64]:
        """A column of percentages; not a number where null."""
        values = np.full(self.cuts, np.nan)
        column = pc.cast(self.table[name], pa.float64()).to_numpy()
        values[self.at] = column[self.rows]
        return values


def _by_key(
    found: Released, file: str, key: tuple[str, ...], numbers: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], _Cells]]:
    """The rows of each key of a table."""
    table = pq.read_table(found.directory / f"{file}.parquet")
    cuts, at = len(found.cuts), _column_of_each(found, table)
    symbols = table["symbol"].to_numpy()
    states = np.select([symbols == "c", (symbols == "z") | (symbols == "x")], [HIDDEN, EMPTY], SHOWN).astype(np.int8)
    columns = {name: pc.fill_null(table[name], UNKNOWN).to_numpy().astype(np.int32) for name in numbers}
    words, codes = _coded(table, key)
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        state = np.full(cuts, ABSENT, dtype=np.int8)
        state[at[rows]] = states[rows]
        laid_out = {name: np.full(cuts, UNKNOWN, dtype=np.int32) for name in numbers}
        for name, column in laid_out.items():
            column[at[rows]] = columns[name][rows]
        yield tuple(w[c[rows[0]]] for w, c in words), _Cells(table, rows, at[rows], cuts, state, laid_out)


def _coded(table: pa.Table, names: Iterable[str]) -> tuple[list[tuple[list[str], npt.NDArray[np.int64]]], npt.NDArray[np.int64]]:
    """The words and codes of some columns, and one code of all of them together."""
    words, together = [], np.zeros(table.num_rows, dtype=np.int64)
    for name in names:
        column = table[name].combine_chunks().dictionary_encode()
        codes = column.indices.to_numpy().astype(np.int64)
        words.append((column.dictionary.to_pylist(), codes))
        together = together * len(column.dictionary) + codes
    return words, together


def _column_of_each(found: Released, table: pa.Table) -> npt.NDArray[np.int64]:
    """The cut of each row, by its number."""
    words, together = _coded(table, DIMENSIONS)
    codes, first, back = np.unique(together, return_index=True, return_inverse=True)
    cuts = [tuple(w[c[row]] for w, c in words) for row in first]
    assert len(codes) == len(cuts)
    return np.array([found.place[cut] for cut in cuts], dtype=np.int64)[back]


def _tell(found: Released, group: Group, numbers: Counts, state: npt.NDArray[Any]) -> None:
    """Note what one key's cells tell of a group."""
    told = found.shown.setdefault(group, np.full(len(found.cuts), UNKNOWN, dtype=np.int32))
    where = (state == SHOWN) & (numbers != UNKNOWN)
    told[where] = numbers[where]
    told[(state == EMPTY) & (told == UNKNOWN)] = 0


def leaves(released: Released) -> csr_array:
    """Which of the finest cells of the cohort each cut holds: one row a cut, one column a finest cell."""
    lattice = released.lattice
    above = {area.code: (area.code, *((area.parent,) if area.parent else ())) for area in lattice.areas}
    split = {area.parent for area in lattice.areas}
    areas = [sorted({"all", *above[a.code], *above.get(a.parent or "", ())}) for a in lattice.areas if a.code not in split]
    quarters = [p for p in lattice.periods if "Q" in p] or list(lattice.periods)
    periods = [sorted({"all", period[:4], period}) for period in quarters]
    rows: list[int] = []
    columns: list[int] = []
    for column, within in enumerate(product(areas, lattice.age_bands, lattice.sexes, periods)):
        area, age, sex, period = within
        held = [released.place.get(cut) for cut in product(area, ("all", age), ("all", sex), period)]
        rows += [row for row in held if row is not None]
        columns += [column] * (len(rows) - len(columns))
    shape = (len(released.cuts), len(areas) * len(lattice.age_bands) * len(lattice.sexes) * len(periods))
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
