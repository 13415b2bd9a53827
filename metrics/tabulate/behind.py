"""How many families are behind a figure: those of the base, of the children counted and of those left over.

A family in two cuts counts in both, so these numbers do not add up: they are counted for each cut anew. That is dear, and
asked only for the few cuts of a policy that wants several families behind what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing

import pyarrow as pa

from data.cohort import CohortStore
from data.engine import Engine
from metrics.catalogue import INDICATORS
from metrics.indicator import Basis, Headcount, Indicator, Pooled, Proportion
from metrics.lattice import Lattice
from metrics.tabulate.families import listed
from metrics.tabulate.grid import Grid, Numbers, column
from metrics.tabulate.pairs import alike, both_sides, counted_sides, shares
from metrics.tabulate.relations import number_children
from metrics.tabulate.scans import Counted, Scan, in_base, scans

FAMILIES = ("base_families", "count_families", "rest_families")
PAIR_FAMILIES = (
    *("base_families", "before_count_families", "after_count_families"),
    *("before_rest_families", "after_rest_families", "gained_families", "lost_families"),
)

Flags = Mapping[str, str]
"""Who is asked about, in SQL over a row a child and time, by the name of the number."""


def families_behind(store: CohortStore, lattice: Lattice, indicators: Sequence[Indicator] = INDICATORS) -> pa.Table:
    """One row for each of `tabulate` on the same lattice, in its order: `FAMILIES`; unprotected.

    `count_families` and `rest_families`, of the children in the numerator and of those left of the base, are null for means
    and headcounts, which have neither.
    """
    grid, counted = Grid.of(lattice), Counted()
    with closing(store.connect()) as engine:
        number_children(engine)
        grid.prepare(engine)
        for scan in scans(indicators):
            counted |= _of_figures(engine, grid, scan)
    keys = sorted(counted)
    words = dict(zip(("indicator", "basis", "time"), zip(*keys, strict=True), strict=True))
    return grid.table(words, _columns(grid, [counted[key] for key in keys], FAMILIES))


def families_behind_pairs(store: CohortStore, lattice: Lattice, indicators: Sequence[Indicator] = INDICATORS) -> pa.Table:
    """One row for each of `tabulate_pairs` on the same lattice, in its order: `PAIR_FAMILIES`; unprotected.

    Of pooled sessions only `base_families` is known; the rest is null.
    """
    grid, counted = Grid.of(lattice), dict[str, Numbers]()
    with closing(store.connect()) as engine:
        number_children(engine)
        grid.prepare(engine)
        for scan in scans([indicator for indicator in indicators if indicator.change]):
            counted |= _of_pairs(engine, grid, scan)
    keys = sorted(counted)
    return grid.table({"indicator": keys}, _columns(grid, [counted[key] for key in keys], PAIR_FAMILIES))


def _columns(grid: Grid, counted: Sequence[Numbers], names: Iterable[str]) -> dict[str, pa.Array]:
    return {name: column([numbers.get(name) for numbers in counted], len(grid.cuts)) for name in names}


def _of_figures(engine: Engine, grid: Grid, scan: Scan) -> Counted:
    """The families of every key of a scan."""
    of_basis = [(indicator, basis) for indicator in scan.indicators for basis in indicator.bases]
    flags = [_figure_flags(indicator, basis) for indicator, basis in of_basis]
    counted: Counted = {}
    for (indicator, basis), numbers in zip(of_basis, _count(engine, grid, scan, scan.rows, flags), strict=True):
        counted |= scan.by_key(indicator, basis, numbers)
    return counted


def _figure_flags(indicator: Indicator, basis: Basis) -> Flags:
    measure = indicator.measure
    if isinstance(measure, Headcount):
        return {"base_families": "TRUE"}
    base = in_base(indicator, basis)
    if not isinstance(measure, Proportion):
        return {"base_families": base}
    held = f"COALESCE({measure.numerator}, FALSE)"
    return {
        "base_families": base,
        "count_families": f"{base} AND {held}",
        "rest_families": f"{base} AND NOT {held}",
    }


def _of_pairs(engine: Engine, grid: Grid, scan: Scan) -> dict[str, Numbers]:
    """The families of every indicator of a scan, one value a cut."""
    counted: dict[str, Numbers] = {}
    for flags in alike(scan):
        once = f"SELECT both_sides.*, 0 AS time_number FROM ({both_sides(flags)}) AS both_sides"
        asked = [_pair_flags(number) for number in range(len(flags.indicators))]
        found = _count(engine, grid, flags, once, asked, times=1)
        counted |= {one.id: numbers for one, numbers in zip(flags.indicators, found, strict=True)}
    for indicator in scan.indicators:
        if isinstance(indicator.measure, Pooled):
            engine.register("shares_of_children", shares(engine, scan, indicator))
            once = "SELECT cell, family, 0 AS time_number FROM shares_of_children"
            (counted[indicator.id],) = _count(engine, grid, scan, once, [{"base_families": "TRUE"}], times=1)
    return {indicator: {name: of[:, 0] for name, of in numbers.items()} for indicator, numbers in counted.items()}


def _pair_flags(number: int) -> Flags:
    who = counted_sides(number)
    who |= {f"{side}_rest": f"NOT {who[f'{side}_count']}" for side in ("before", "after")}
    known = f"known_{number}"
    return {"base_families": known} | {f"{name}_families": f"{known} AND {held}" for name, held in who.items()}


def _count(engine: Engine, grid: Grid, scan: Scan, rows: str, asked: Sequence[Flags], times: int | None = None) -> list[Numbers]:
    """How many families have a child of whom each flag holds, by cut and time; `rows` has a cell, a family and a time number."""
    times = len(scan.times) if times is None else times
    names: dict[str, str] = {}
    for sql in (sql for flags in asked for sql in flags.values()):
        names.setdefault(sql, f"flag_{len(names)}")
    engine.define(
        "families_at_times",
        f"""
SELECT
  cell,
  time_number,
  CAST(family AS BIGINT) * {times} + time_number AS family_at_time,
  {listed(f"MAX(CASE WHEN {sql} THEN 1 ELSE 0 END) AS {name}" for sql, name in names.items())}
FROM ({rows}) AS counted
GROUP BY cell, time_number, family""",
    )
    sql = f"""
WITH families AS (
  SELECT
    cuts_of_cells.cut,
    families_at_times.family_at_time,
    MIN(families_at_times.time_number) AS time,
    {listed(f"MAX(families_at_times.{name}) AS {name}" for name in names.values())}
  FROM families_at_times
  JOIN cuts_of_cells ON cuts_of_cells.cell = families_at_times.cell
  GROUP BY cuts_of_cells.cut, families_at_times.family_at_time
)
SELECT
  cut,
  time,
  {listed(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in names.values())}
FROM families
GROUP BY cut, time"""
    laid_out = grid.roll_up(engine, scan.month, "families_at_times", sql, list(names.values()), times)
    return [{name: laid_out[names[sql]] for name, sql in flags.items()} for flags in asked]
