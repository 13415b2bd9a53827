"""Before and after: the same children on both sides, over every cut of the lattice."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import numpy as np
import pyarrow as pa

from data.cohort import CohortStore
from data.engine import Engine
from data.progress import Progress, silent
from metrics.catalogue import INDICATORS
from metrics.indicator import Indicator, Pooled, Proportion
from metrics.lattice import Lattice
from metrics.tabulate.families import SUMS, family_sums, listed
from metrics.tabulate.grid import Grid, Numbers, column, fetch_numbers
from metrics.tabulate.relations import number_children
from metrics.tabulate.scans import Scan, in_base, scans

SHARE_UNIT = 1e-7
"""A child's share of sessions as a whole number, so that differences add up exactly. Their squares are added up too: in a unit
ten times finer those of a million children were more than a BIGINT holds, in this one tens of millions have room."""

COUNTS = ("n_both", "before_count", "after_count", "gained", "lost")
SHARES = ("before_sum", "after_sum")


def tabulate_pairs(
    store: CohortStore, lattice: Lattice, indicators: Sequence[Indicator] = INDICATORS, progress: Progress = silent
) -> pa.Table:
    """One row a cut and indicator with a before and after, sorted so; unprotected, and not to leave the compiler.

    `n_both` children known on both sides. Flags: `before_count` and `after_count` of them, `gained` those with it after
    alone, `lost` before alone. Pooled sessions: the children's shares added up in units of `SHARE_UNIT`, and over
    families the sums of the change (`amount`) and of children (`total`) as in `tabulate`; null where they do not apply.
    """
    paired = [indicator for indicator in indicators if indicator.change]
    grid, counted = Grid.of(lattice), dict[str, Numbers]()
    with closing(store.connect()) as engine:
        number_children(engine)
        grid.prepare(engine)
        passes = scans(paired)
        for done, scan in enumerate(passes):
            progress("Comparing before and after", done, len(passes))
            for indicators_alike in alike(scan):
                counted |= _count_flags(engine, grid, indicators_alike)
            for indicator in scan.indicators:
                if indicator.change == "pooled":
                    counted[indicator.id] = _count_pooled(engine, grid, scan, indicator)
    progress("Comparing before and after", len(passes), len(passes))
    keys = sorted(counted)
    columns = {name: column([counted[key].get(name) for key in keys], len(grid.cuts)) for name in (*COUNTS, *SHARES, *SUMS)}
    return grid.table({"indicator": keys}, columns)


def alike(scan: Scan) -> list[Scan]:
    """The flags of a scan, those of the same times together."""
    flags = [indicator for indicator in scan.indicators if isinstance(indicator.measure, Proportion)]
    kinds = dict.fromkeys(indicator.change for indicator in flags)
    return [Scan(scan.relation, scan.month, tuple(i for i in flags if i.change == kind)) for kind in kinds]


def _in(times: Sequence[str]) -> str:
    codes = ", ".join(f"'{time}'" for time in times)
    return f"time IN ({codes})"


def _count_flags(engine: Engine, grid: Grid, scan: Scan) -> dict[str, Numbers]:
    """`COUNTS` of each flag: a side has the flag where any of its times has."""
    numbers = range(len(scan.indicators))
    names = [f"{name}_{number}" for number in numbers for name in COUNTS]
    engine.define(
        "finest_cells",
        f"""
SELECT
  cell,
  {listed(counts for number in numbers for counts in _counts(number))}
FROM ({both_sides(scan)}) AS both_sides
GROUP BY cell""",
    )
    sql = f"""
SELECT
  cuts_of_cells.cut,
  0 AS time,
  {listed(f"CAST(SUM(finest_cells.{name}) AS BIGINT) AS {name}" for name in names)}
FROM finest_cells
JOIN cuts_of_cells ON cuts_of_cells.cell = finest_cells.cell
GROUP BY cuts_of_cells.cut"""
    laid_out = grid.roll_up(engine, scan.month, "finest_cells", sql, names, 1)
    return {
        indicator.id: {name: laid_out[f"{name}_{number}"][:, 0] for name in COUNTS}
        for number, indicator in enumerate(scan.indicators)
    }


def both_sides(scan: Scan) -> str:
    """A row a child, in SQL: for each flag, by number, whether it is `known_` at every time, and held `before_` and `after_`."""
    before, after = scan.indicators[0].before_and_after
    known = []
    for number, indicator in enumerate(scan.indicators):
        base = in_base(indicator, "observed")
        measure = indicator.measure
        assert isinstance(measure, Proportion), f"{indicator.id} is no flag"
        known.append(f"SUM(CASE WHEN {base} THEN 1 ELSE 0 END) = {len(before + after)} AS known_{number}")
        for side, times in (("before", before), ("after", after)):
            held = f"{_in(times)} AND {base} AND ({measure.numerator})"
            known.append(f"MAX(CASE WHEN {held} THEN 1 ELSE 0 END) = 1 AS {side}_{number}")
    return f"""
SELECT
  cell,
  family,
  child_id,
  {listed(known)}
FROM ({scan.rows} AND relation.{_in(before + after)}) AS counted
GROUP BY cell, family, child_id"""


def _counts(number: int) -> list[str]:
    held = {"n_both": f"known_{number}"} | {name: f"known_{number} AND {who}" for name, who in counted_sides(number).items()}
    return [f"CAST(SUM(CASE WHEN {held[name]} THEN 1 ELSE 0 END) AS BIGINT) AS {name}_{number}" for name in COUNTS]


def counted_sides(number: int) -> dict[str, str]:
    """Who of those known is counted, in SQL over a row a child."""
    before, after = f"before_{number}", f"after_{number}"
    return {
        "before_count": before,
        "after_count": after,
        "gained": f"{after} AND NOT {before}",
        "lost": f"{before} AND NOT {after}",
    }


def _count_pooled(engine: Engine, grid: Grid, scan: Scan, indicator: Indicator) -> Numbers:
    """The children's shares of their sessions on either side, and how the change varies between families."""
    children = shares(engine, scan, indicator)
    engine.register("shares_of_children", children)
    sql = f"""
WITH family_sums AS (
  SELECT
    cuts_of_cells.cut,
    shares_of_children.family,
    COUNT(*) AS total_0,
    SUM(shares_of_children.before) AS before_sum,
    SUM(shares_of_children.after) AS after_sum,
    SUM(shares_of_children.after - shares_of_children.before) AS amount_0
  FROM shares_of_children
  JOIN cuts_of_cells ON cuts_of_cells.cell = shares_of_children.cell
  GROUP BY cuts_of_cells.cut, shares_of_children.family
)
SELECT
  cut,
  0 AS time,
  CAST(SUM(before_sum) AS BIGINT) AS before_sum,
  CAST(SUM(after_sum) AS BIGINT) AS after_sum,
  {listed(family_sums(0))}
FROM family_sums
GROUP BY cut"""
    names = {name: f"{name}_0" for name in SUMS} | {name: name for name in SHARES}
    laid_out = grid.roll_up(engine, scan.month, "shares_of_children", sql, list(names.values()), 1)
    numbers = {name: laid_out[alias][:, 0] for name, alias in names.items()}
    return numbers | {"n_both": numbers["total"]}


def shares(engine: Engine, scan: Scan, indicator: Indicator) -> pa.Table:
    """A row a child with sessions at every time of both sides: its share before and after, in units of `SHARE_UNIT`."""
    assert isinstance(indicator.measure, Pooled), f"{indicator.id} pools nothing"
    before, after = indicator.before_and_after
    sums = [
        f"CAST(SUM(CASE WHEN {_in(times)} THEN {part} ELSE 0 END) AS BIGINT) AS {side}_{name}"
        for side, times in (("before", before), ("after", after))
        for name, part in (("amount", indicator.measure.numerator), ("total", indicator.measure.total))
    ]
    rows = fetch_numbers(
        engine,
        f"""
SELECT
  cell,
  family,
  {listed(sums)}
FROM ({scan.rows} AND relation.{_in(before + after)} AND ({in_base(indicator, "observed")})) AS counted
GROUP BY cell, family, child_id
HAVING COUNT(*) = {len(before + after)}""",
    )
    shares = {side: np.floor(rows[f"{side}_amount"] / rows[f"{side}_total"] / SHARE_UNIT + 0.5) for side in ("before", "after")}
    return pa.table({"cell": rows["cell"], "family": rows["family"]} | {side: s.astype(np.int64) for side, s in shares.items()})
