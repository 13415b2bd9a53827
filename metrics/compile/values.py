"""Raw counts to figures: the value, its interval and what England would show; the change between before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.catalogue import find
from metrics.indicator import Headcount, Indicator, Mean, Proportion
from metrics.statistics import clustered_error, mcnemar, mean_interval, percent, two_sided, wilson
from metrics.tabulate import RATE_UNIT, SHARE_UNIT

FIGURE_KEYS = ("indicator", "basis", "area_code", "age_band", "sex", "period", "time")
PAIR_KEYS = ("indicator", "area_code", "age_band", "sex", "period")
PPM = 1_000_000
"""A mean's `amount` is in millionths."""

PERCENT_DECIMALS = 1
"""Of means and pooled shares, their intervals and changes: finer, the value times its base is the exact sum over the children."""
P_VALUE_DECIMALS = 3
"""Of a pooled change: finer, it could be solved for the error that its rounded interval hides."""
EXPECTED_DECIMALS = 1
"""What England would show is a mean of known rates: printed finer, it could be solved for how many children are in each school
year and phase."""
SMALLEST_BASE_OF_EXPECTED = 100
"""Children; indicators of one base give an equation each, and of fewer children their decimals told the school years apart."""

_FAMILY_SUMS = ("amount", "total", "families", "amount_squared", "amount_by_total", "total_squared")
Numbers = npt.NDArray[np.float64]


def figures_of(cells: pa.Table, design_effects: Mapping[str, float]) -> pa.Table:
    """The figures of raw cells, unprotected: `FIGURE_KEYS`, n, count, value, low, high, expected; percent, 0-100.

    Shares are exact, because both of their counts are shown; means are at `PERCENT_DECIMALS`.
    """
    value, low, high = (np.full(cells.num_rows, np.nan) for _ in range(3))
    n = _integers(cells, "n")
    shares = _rows_where(cells, lambda indicator: isinstance(indicator.measure, Proportion))
    of_n, count = n[shares], _integers(cells, "count")[shares]
    value[shares] = percent(count, of_n)
    low[shares], high[shares] = wilson(count, of_n, _each(cells, lambda i: design_effects.get(i.id, 1.0))[shares])
    headcounts = _rows_where(cells, lambda indicator: isinstance(indicator.measure, Headcount))
    value[headcounts] = np.where(n[headcounts] > 0, 100.0, np.nan)
    means = np.flatnonzero(pc.is_valid(cells["amount"]).to_numpy())
    unit = _each(cells, lambda indicator: float(PPM) if isinstance(indicator.measure, Mean) else 1.0)[means]
    sums = {name: _integers(cells, name)[means] for name in _FAMILY_SUMS}
    mean = percent(sums["amount"], sums["total"]) / unit
    bounds = mean_interval(mean, 100 * clustered_error(**sums) / unit, n[means])
    value[means], low[means], high[means] = map(_rounded, (mean, np.maximum(bounds[0], 0.0), np.minimum(bounds[1], 100.0)))
    england = np.round(RATE_UNIT * percent(_integers(cells, "expected_sum"), n) / 100, EXPECTED_DECIMALS)
    told = pc.is_valid(cells["expected_sum"]).to_numpy() & (n >= SMALLEST_BASE_OF_EXPECTED)
    expected = np.where(told, england, np.nan)
    table = cells.select([*FIGURE_KEYS, "n", "count"])
    for name, numbers in {"value": value, "low": low, "high": high, "expected": expected}.items():
        table = table.append_column(name, _nullable(numbers))
    return table


def pairs_of(cells: pa.Table) -> pa.Table:
    """The pairs of raw cells, unprotected: `PAIR_KEYS`, kind and time, the counts, values in percent, the test.

    `time` is the last of the times after. `low` and `high` bound the difference of pooled shares in percentage points;
    they and the test are null where there are too few children; counts are null for pooled shares, whose percentages are at
    `PERCENT_DECIMALS`.
    """
    n = _integers(cells, "n_both")
    pooled = np.flatnonzero(pc.is_valid(cells["before_sum"]).to_numpy())
    flags = np.flatnonzero(pc.is_null(cells["before_sum"]).to_numpy())
    columns = {name: np.full(cells.num_rows, np.nan) for name in ("before_value", "after_value", "low", "high", "p_value")}
    for side in ("before", "after"):
        columns[f"{side}_value"][flags] = percent(_integers(cells, f"{side}_count")[flags], n[flags])
        columns[f"{side}_value"][pooled] = _rounded(percent(_integers(cells, f"{side}_sum")[pooled], n[pooled]) * SHARE_UNIT)
    columns["p_value"][flags] = mcnemar(_integers(cells, "gained")[flags], _integers(cells, "lost")[flags])
    sums = {name: _integers(cells, name)[pooled] for name in _FAMILY_SUMS}
    change = percent(sums["amount"], sums["total"]) * SHARE_UNIT
    error = 100 * clustered_error(**sums) * SHARE_UNIT
    columns["low"][pooled], columns["high"][pooled] = map(_rounded, mean_interval(change, error, n[pooled]))
    chance = np.where(np.isnan(columns["low"][pooled]), np.nan, two_sided(change, error))
    columns["p_value"][pooled] = np.round(chance, P_VALUE_DECIMALS)
    table = cells.select([*PAIR_KEYS, "n_both", "before_count", "after_count", "gained", "lost"])
    for name, numbers in columns.items():
        table = table.append_column(name, _nullable(numbers))
    table = table.append_column("kind", _words(cells, lambda indicator: str(indicator.change)))
    return table.append_column("time", _words(cells, lambda indicator: indicator.before_and_after[1][-1]))


def _dictionary(cells: pa.Table) -> pa.DictionaryArray:
    return cells["indicator"].unify_dictionaries().combine_chunks()


def _each(cells: pa.Table, of: Callable[[Indicator], float]) -> Numbers:
    """A number of each cell's indicator."""
    column = _dictionary(cells)
    numbers = np.array([of(find(one)) for one in column.dictionary.to_pylist()], dtype=np.float64)
    return np.asarray(numbers[column.indices.to_numpy()], dtype=np.float64)


def _words(cells: pa.Table, of: Callable[[Indicator], str]) -> pa.DictionaryArray:
    """A word of each cell's indicator."""
    column = _dictionary(cells)
    words = pa.array([of(find(one)) for one in column.dictionary.to_pylist()]).dictionary_encode()
    return pa.DictionaryArray.from_arrays(words.indices.take(column.indices), words.dictionary)


def _rows_where(cells: pa.Table, holds: Callable[[Indicator], bool]) -> npt.NDArray[np.int64]:
    return np.flatnonzero(_each(cells, lambda indicator: float(holds(indicator))))


def _integers(cells: pa.Table, name: str) -> npt.NDArray[np.int64]:
    """A column of counts; 0 where null."""
    return np.asarray(pc.fill_null(cells[name], 0).to_numpy(), dtype=np.int64)


def _rounded(percentages: Numbers) -> Numbers:
    return np.asarray(np.round(percentages, PERCENT_DECIMALS) + 0.0)  # a small loss is not "-0"


def _nullable(numbers: Numbers) -> pa.Array:
    return pa.array(numbers, mask=np.isnan(numbers))
