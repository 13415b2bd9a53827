"""Raw figures: how many children are in each base and numerator, over every cut of the lattice. One scan a relation.

Children are first counted in the finest cells of the cohort, then rolled up to the lattice's cuts alone. What does not add
up, families and their variation, is counted cut by cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import numpy as np
import pyarrow as pa

from data.cohort import CohortStore
from data.engine import Engine
from data.progress import Progress, silent
from metrics.catalogue import INDICATORS
from metrics.indicator import Basis, Headcount, Indicator, Proportion
from metrics.lattice import Lattice
from metrics.tabulate.expected import rate_column, register_rates, with_rates
from metrics.tabulate.families import SUMS, count_families, listed
from metrics.tabulate.grid import Grid, Numbers, column
from metrics.tabulate.relations import number_children
from metrics.tabulate.scans import Counted, Scan, in_base, scans


def tabulate(
    store: CohortStore, lattice: Lattice, indicators: Sequence[Indicator] = INDICATORS, progress: Progress = silent
) -> pa.Table:
    """One row a cut, indicator, basis and time, sorted so; unprotected, and not to leave the compiler.

    `n` children in the base, `count` in the numerator (null for means). For means and pooled shares: `amount` over `total`
    is the value, `families` how many add to the base, and the sums over families of their squares and product; null for
    others. `expected_sum`: England's rates of the children in the base added up, in units of `RATE_UNIT` percent;
    null where some child has no published rate.
    """
    grid = Grid.of(lattice)
    counted: Counted = {}
    passes = scans(indicators)
    with closing(store.connect()) as engine:
        number_children(engine)
        grid.prepare(engine)
        register_rates(engine)
        for done, scan in enumerate(passes):
            progress("Counting", done, len(passes))
            counted |= _count(engine, grid, scan)
    progress("Counting", len(passes), len(passes))
    return _table(grid, counted)


def _count(engine: Engine, grid: Grid, scan: Scan) -> Counted:
    """The numbers of every key of a scan, each one value a cut."""
    headcounts = [indicator for indicator in scan.indicators if isinstance(indicator.measure, Headcount)]
    others = [indicator for indicator in scan.indicators if not isinstance(indicator.measure, Headcount)]
    means = [indicator for indicator in others if not isinstance(indicator.measure, Proportion)]
    counted: Counted = {}
    for indicator in headcounts:
        counted |= _count_distinct(engine, grid, scan, indicator)
    if others:
        counted |= _count_children(engine, grid, scan, others)
    if means:
        for key, numbers in count_families(engine, grid, scan, means).items():
            counted[key] |= numbers
    return counted


def _count_distinct(engine: Engine, grid: Grid, scan: Scan, indicator: Indicator) -> Counted:
    """How many different values there are: a family in two areas counts in both and once in the whole."""
    assert isinstance(indicator.measure, Headcount)
    engine.define(
        "headed",
        f"""
SELECT
  cell,
  time_number,
  DENSE_RANK() OVER (ORDER BY {indicator.measure.of}) AS head
FROM ({scan.rows}) AS counted""",
    )
    sql = """
SELECT
  cuts_of_cells.cut,
  headed.time_number AS time,
  COUNT(DISTINCT headed.head) AS n
FROM headed
JOIN cuts_of_cells ON cuts_of_cells.cell = headed.cell
GROUP BY cuts_of_cells.cut, headed.time_number"""
    laid_out = grid.roll_up(engine, scan.month, "headed", sql, ["n"], len(scan.times))
    return scan.by_key(indicator, "observed", {"n": laid_out["n"], "count": laid_out["n"]})


def _count_children(engine: Engine, grid: Grid, scan: Scan, indicators: Sequence[Indicator]) -> Counted:
    """Bases and numerators: counted in the cohort's finest cells, then added up. The same sum is made once."""
    of_basis = [(indicator, basis) for indicator in indicators for basis in indicator.bases]
    names: dict[str, str] = {}
    for indicator, basis in of_basis:
        for sql in _sums(indicator, basis).values():
            names.setdefault(sql, f"sum_{len(names)}")
    engine.define(
        "finest_cells",
        f"""
SELECT
  cell,
  time_number,
  {listed(f"CAST(SUM({sql}) AS BIGINT) AS {name}" for sql, name in names.items())}
FROM ({with_rates(scan.rows, indicators)}) AS counted
GROUP BY cell, time_number""",
    )
    sql = f"""
SELECT
  cuts_of_cells.cut,
  finest_cells.time_number AS time,
  {listed(f"CAST(SUM(finest_cells.{name}) AS BIGINT) AS {name}" for name in names.values())}
FROM finest_cells
JOIN cuts_of_cells ON cuts_of_cells.cell = finest_cells.cell
GROUP BY cuts_of_cells.cut, finest_cells.time_number"""
    laid_out = grid.roll_up(engine, scan.month, "finest_cells", sql, list(names.values()), len(scan.times))
    counted: Counted = {}
    for indicator, basis in of_basis:
        parts = {part: laid_out[names[sql]] for part, sql in _sums(indicator, basis).items()}
        counted |= scan.by_key(indicator, basis, parts)
    return counted


def _sums(indicator: Indicator, basis: Basis) -> dict[str, str]:
    """What is added up over children, by part."""
    base, measure = in_base(indicator, basis), indicator.measure
    sums = {"n": f"CASE WHEN {base} THEN 1 ELSE 0 END"}
    if isinstance(measure, Proportion):
        sums["count"] = f"CASE WHEN {base} AND ({measure.numerator}) THEN 1 ELSE 0 END"
    if rate := rate_column(indicator):
        sums["expected_sum"] = f"CASE WHEN {base} THEN {rate} ELSE 0 END"
        sums["rated"] = f"CASE WHEN {base} AND {rate} IS NOT NULL THEN 1 ELSE 0 END"
    return sums


def _table(grid: Grid, counted: Counted) -> pa.Table:
    keys = sorted(counted)
    columns = {name: column([counted[key].get(name) for key in keys], len(grid.cuts)) for name in ("n", "count", *SUMS)}
    expected = [_where_all_are_rated(counted[key]) for key in keys]
    columns["expected_sum"] = column(expected, len(grid.cuts))
    words = dict(zip(("indicator", "basis", "time"), zip(*keys, strict=True), strict=True))
    return grid.table(words, columns)


def _where_all_are_rated(numbers: Numbers) -> np.ma.MaskedArray | None:
    if "rated" not in numbers:
        return None
    return np.ma.masked_array(numbers["expected_sum"], mask=numbers["rated"] < numbers["n"])
