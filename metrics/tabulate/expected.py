"""What England's pupils of the same school year and phase would show: the rate that belongs to each child and term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product

import pyarrow as pa

from data import reference
from data.engine import Engine
from metrics.indicator import Indicator

RATE_UNIT = 0.001
"""Rates are whole thousandths of a percent, so that they add up exactly."""

RATES = "england_rates"
_ENGLAND = "E92000001"
_POPULATIONS = ("All pupils, England", "Primary pupils, England", "Secondary pupils, England")
_QUOTED = "Quoted in the published study"  # a rounder copy of a rate that the official tables hold
_PHASES = ("primary", "secondary")


@cache
def england_rates() -> Mapping[str, Mapping[tuple[str, str], int]]:
    """By indicator, then academic year and phase: England's rate of pupils in units of `RATE_UNIT` percent.

    Only rates that can be set beside a term of ours; where one is published by phase, that one.
    """
    rates: dict[str, dict[tuple[str, str], int]] = {}
    usable = [
        row
        for row in reference.comparators()
        if row.area_code == _ENGLAND and row.population in _POPULATIONS and row.academic_year and row.fit != "not_comparable"
    ]
    for row in sorted(usable, key=lambda row: (row.source != _QUOTED, bool(row.phase))):
        for phase in (row.phase,) if row.phase else _PHASES:
            rates.setdefault(row.indicator, {})[row.academic_year, phase] = round(row.value / RATE_UNIT)
    return rates


def rate_column(indicator: Indicator) -> str | None:
    """The column of the relation that holds the child's rate; none where England publishes nothing comparable."""
    rated = indicator.table == "school_terms" and indicator.id in england_rates()
    return f"rate_{indicator.id}" if rated else None


def register_rates(engine: Engine) -> None:
    """Give the engine the table of rates: a row an academic year and phase, a column an indicator, null where none."""
    known = england_rates()
    years = sorted({year for rates in known.values() for year, _ in rates})
    places = list(product(years, _PHASES))
    columns = {
        f"rate_{indicator}": pa.array([rates.get(place) for place in places], pa.int64()) for indicator, rates in known.items()
    }
    names = {"academic_year": [year for year, _ in places], "phase": [phase for _, phase in places]}
    engine.register(RATES, pa.table(names | columns))


def with_rates(rows: str, indicators: Iterable[Indicator]) -> str:
    """The rows of a relation with the rates of those indicators that have one."""
    columns = [column for indicator in indicators if (column := rate_column(indicator))]
    if not columns:
        return rows
    return f"""
SELECT
  placed.*,
  {", ".join(f"{RATES}.{column}" for column in columns)}
FROM ({rows}) AS placed
LEFT JOIN {RATES} ON {RATES}.academic_year = placed.academic_year AND {RATES}.phase = placed.phase"""
