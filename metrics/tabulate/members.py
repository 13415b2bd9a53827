"""Who is behind a figure: one row a child, by the very relations, scans and predicates that are counted.

For `data reconcile` in the analyst's own room alone: nothing of this is ever in a release.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from data.engine import Engine
from metrics.filters import ALL, DIMENSIONS, Filters
from metrics.indicator import FOLLOWED_TERMS, Basis, Headcount, Indicator
from metrics.tabulate.families import amount_and_total, listed
from metrics.tabulate.relations import expressions, number_children
from metrics.tabulate.scans import Scan, in_base, scans

__all__ = ["Member", "Standing", "members", "number_children", "standings"]

_AWAITED = "status IN ('not_reached', 'not_supplied')"
_WHOLE = Filters()


@dataclass(frozen=True)
class Member:
    """A child of a base.

    A figure's `n` is how many different `counted_as` its members have (the child, or what a headcount counts), the `count` of a
    share the sum of `amount`, and every value the sum of `amount` over the sum of `total`.
    """

    counted_as: str
    amount: int
    total: int


@dataclass(frozen=True)
class Standing:
    """How a child stood towards an indicator at a time, whatever the cut.

    `amount` and `total` are null outside the base. `awaited`: what would place the child in the base, or carry them to the
    numerator, was still to come: a time not reached or not supplied, a value not known, a step of the journey not taken.
    `found` is which registers that the indicator depends on have the child.
    """

    amount: int | None
    total: int | None
    awaited: bool
    found: tuple[bool, ...]


def members(
    engine: Engine, indicator: Indicator, time: str, basis: Basis = "observed", cut: Filters = _WHOLE
) -> dict[str, Member]:
    """The children of the base of one figure, by child_id; `number_children` has prepared the engine.

    Any cut of single values will do, whether or not a release would hold it.
    """
    scan = _scan(indicator)
    amount, total = _parts(indicator)
    counted_as = indicator.measure.of if isinstance(indicator.measure, Headcount) else "child_id"
    engine.register("asked", pa.table({"asked_time": [time]} | {f"asked_{d}": [getattr(cut, d)] for d in DIMENSIONS}))
    rows = engine.fetch(f"""
SELECT
  child_id,
  {counted_as} AS counted_as,
  CAST({amount} AS BIGINT) AS amount,
  CAST({total} AS BIGINT) AS total
FROM (
  SELECT placed.*
  FROM ({scan.rows}) AS placed
  JOIN asked ON asked_time = placed.time
  JOIN cells_by_{scan.month} AS cells
    ON cells.cell = placed.cell
    AND (asked_area = '{ALL}' OR cells.area_code = asked_area OR cells.district_code = asked_area)
    AND (asked_age_band = '{ALL}' OR cells.age_band = asked_age_band)
    AND (asked_sex = '{ALL}' OR cells.sex = asked_sex)
    AND (asked_period = '{ALL}' OR cells.year = asked_period OR cells.quarter = asked_period)
) AS counted
WHERE {_base(indicator, basis)}""")
    return {row.pop("child_id"): Member(**row) for row in rows.to_pylist()}


def standings(engine: Engine, indicator: Indicator, time: str, basis: Basis, children: Collection[str]) -> dict[str, Standing]:
    """How each of these children stood, by child_id; one the cohort does not have is not there."""
    amount, total = _parts(indicator)
    base, found = f"COALESCE({_base(indicator, basis)}, FALSE)", _registers(indicator)
    asked = pa.array(sorted(children), pa.string())
    engine.register("asked_children", pa.table({"asked_child": asked, "asked_time": [time] * len(asked)}))
    rows = engine.fetch(f"""
SELECT
  CASE WHEN {base} THEN CAST({amount} AS BIGINT) END AS amount,
  CASE WHEN {base} THEN CAST({total} AS BIGINT) END AS total,
  COALESCE({_awaited(indicator, basis)}, FALSE) AS awaited,
  {listed(("child_id", *found))}
FROM ({_scan(indicator).rows}) AS counted
JOIN asked_children ON asked_child = child_id AND asked_time = counted.time""")
    return {
        row["child_id"]: Standing(row["amount"], row["total"], row["awaited"], tuple(row[flag] for flag in found))
        for row in rows.to_pylist()
    }


def _scan(indicator: Indicator) -> Scan:
    (scan,) = scans((indicator,))
    return scan


def _base(indicator: Indicator, basis: Basis) -> str:
    return "TRUE" if isinstance(indicator.measure, Headcount) else in_base(indicator, basis)


def _parts(indicator: Indicator) -> tuple[str, str]:
    return ("1", "1") if isinstance(indicator.measure, Headcount) else amount_and_total(indicator)


def _awaited(indicator: Indicator, basis: Basis) -> str:
    """The predicate of a child who was still awaited."""
    if indicator.table == "children":
        taken = f"({_base(indicator, basis)}) AND {_parts(indicator)[0]} = 1"
        return f"NOT COALESCE({taken}, FALSE)" if indicator.extract == "support" else "FALSE"
    if indicator.table == "care_windows":
        return _AWAITED
    awaited = f"{_AWAITED} OR in_scope AND NOT COALESCE({_base(indicator, 'observed')}, FALSE)"
    if basis == "followed":
        terms = f"relative_term BETWEEN {FOLLOWED_TERMS[0]} AND {FOLLOWED_TERMS[-1]}"
        awaited += f" OR child_id IN (SELECT child_id FROM school_terms WHERE {terms} AND {_AWAITED})"
    return f"({awaited})"


def _registers(indicator: Indicator) -> tuple[str, ...]:
    """The flags of `children` on which it depends whether the child is counted."""
    if indicator.table == "school_terms":
        return ("matched_education",)
    if indicator.table == "children":
        return ()
    either = any("matched_any" in text for text in expressions(indicator).values())
    return ("matched_social_care", "matched_education") if either else ("matched_social_care",)
