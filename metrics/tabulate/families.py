"""How much families vary: the sums behind the intervals of means, and the design effects of shares.

Brothers and sisters share a household, so a family is one observation. These sums do not add up over cuts that split a
family; they are made for each cut anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing

from data.cohort import CohortStore
from data.engine import Engine
from metrics.catalogue import INDICATORS
from metrics.indicator import Indicator, Mean, Pooled, Proportion
from metrics.statistics import design_effect
from metrics.tabulate.grid import Grid
from metrics.tabulate.relations import number_children
from metrics.tabulate.scans import Counted, Scan, in_base, scans

SUMS = ("amount", "total", "families", "amount_squared", "amount_by_total", "total_squared")


def count_families(engine: Engine, grid: Grid, scan: Scan, indicators: Sequence[Indicator]) -> Counted:
    """`SUMS` of each mean and pooled share, by key, one value a cut."""
    engine.define(
        "base_children",
        f"""
SELECT
  cell,
  time_number,
  CAST(family AS BIGINT) * {len(scan.times)} + time_number AS family_at_time,
  followed,
  {listed(_amounts(indicators))}
FROM ({scan.rows} AND ({_any_base(indicators)})) AS counted""",
    )
    counted: Counted = {}
    for basis in dict.fromkeys(basis for indicator in indicators for basis in indicator.bases):
        of_basis = [indicator for indicator in indicators if basis in indicator.bases]
        numbers = [number for number, indicator in enumerate(indicators) if basis in indicator.bases]
        sql = f"""
WITH family_sums AS (
  SELECT
    cuts_of_cells.cut,
    base_children.family_at_time,
    MIN(base_children.time_number) AS time,
    {listed(f"CAST(SUM(base_children.{part}_{n}) AS BIGINT) AS {part}_{n}" for n in numbers for part in ("amount", "total"))}
  FROM base_children
  JOIN cuts_of_cells ON cuts_of_cells.cell = base_children.cell
  {"WHERE base_children.followed" if basis == "followed" else ""}
  GROUP BY cuts_of_cells.cut, base_children.family_at_time
)
SELECT
  cut,
  time,
  {listed(sum for n in numbers for sum in family_sums(n))}
FROM family_sums
GROUP BY cut, time"""
        names = [f"{name}_{n}" for n in numbers for name in SUMS]
        laid_out = grid.roll_up(engine, scan.month, "base_children", sql, names, len(scan.times))
        for n, indicator in zip(numbers, of_basis, strict=True):
            counted |= scan.by_key(indicator, basis, {name: laid_out[f"{name}_{n}"] for name in SUMS})
    return counted


def design_effects(store: CohortStore, indicators: Sequence[Indicator] = INDICATORS) -> dict[str, float]:
    """How much wider an interval is than for unrelated children, by share: the whole cohort at its headline time."""
    effects: dict[str, float] = {}
    with closing(store.connect()) as engine:
        number_children(engine)
        for scan in scans(indicators):
            for headline in dict.fromkeys(indicator.time.headline for indicator in scan.indicators):
                effects |= _effects(engine, scan, headline)
    return {indicator.id: effects[indicator.id] for indicator in indicators if indicator.id in effects}


def _effects(engine: Engine, scan: Scan, headline: str) -> dict[str, float]:
    shares = [i for i in scan.indicators if isinstance(i.measure, Proportion) and i.time.headline == headline]
    if not shares:
        return {}
    numbers = range(len(shares))
    (sums_of_all,) = engine.fetch(f"""
WITH family_sums AS (
  SELECT
    family,
    {listed(f"SUM({sql}) AS {name}" for sql, name in (_split(amount) for amount in _amounts(shares)))}
  FROM ({scan.rows} AND relation.time = '{headline}') AS counted
  GROUP BY family
)
SELECT
  {listed(sum for n in numbers for sum in family_sums(n))}
FROM family_sums""").to_pylist()
    sums = iter(int(number or 0) for number in sums_of_all.values())
    return {share.id: design_effect(**{name: next(sums) for name in SUMS}) for share in shares}


def _amounts(indicators: Sequence[Indicator]) -> list[str]:
    """What each child adds to the numerator and to the denominator of each value; 0 outside its base."""
    columns = []
    for number, indicator in enumerate(indicators):
        base = in_base(indicator, "observed")
        for part, sql in zip(("amount", "total"), amount_and_total(indicator), strict=True):
            columns.append(f"CASE WHEN {base} THEN CAST({sql} AS INTEGER) ELSE 0 END AS {part}_{number}")
    return columns


def _split(column: str) -> tuple[str, str]:
    sql, _, name = column.rpartition(" AS ")
    return sql, name


def amount_and_total(indicator: Indicator) -> tuple[str, str]:
    """What a child of the base adds to the numerator and denominator of the value, in SQL; not for a headcount."""
    measure = indicator.measure
    if isinstance(measure, Mean):
        return measure.value, "1"
    if isinstance(measure, Pooled):
        return measure.numerator, measure.total
    assert isinstance(measure, Proportion), f"{indicator.id} has no base"
    return f"CASE WHEN {measure.numerator} THEN 1 ELSE 0 END", "1"


def family_sums(number: int) -> list[str]:
    """`SUMS` in SQL, over one row a family with its `amount_` and `total_` of that number."""
    amount, total = f"amount_{number}", f"total_{number}"
    sums = (
        amount,
        total,
        f"CASE WHEN {total} > 0 THEN 1 ELSE 0 END",
        f"{amount} * {amount}",
        f"{amount} * {total}",
        f"{total} * {total}",
    )
    return [f"CAST(SUM({sql}) AS BIGINT) AS {name}_{number}" for sql, name in zip(sums, SUMS, strict=True)]


def _any_base(indicators: Sequence[Indicator]) -> str:
    return " OR ".join(f"({in_base(indicator, 'observed')})" for indicator in indicators)


def listed(columns: Iterable[str]) -> str:
    """Columns of a statement, one a line."""
    return ",\n  ".join(columns)
