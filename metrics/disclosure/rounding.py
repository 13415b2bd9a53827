"""What a policy prints in place of exact percentages, and of means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.catalogue import find
from metrics.disclosure.policy import Policy
from metrics.indicator import Mean, Pooled

Mask = npt.NDArray[np.bool_]

PERCENTAGES: Mapping[str, tuple[str, ...]] = {
    "figures": ("value", "low", "high", "expected"),
    "pairs": ("before_value", "after_value", "low", "high"),
    "quality": (),
}
"""The columns in percent or percentage points, by kind of table; counts, bases and the p-value stay as they are."""
_ROUNDED: Mapping[str, np.ufunc] = {"low": np.floor, "high": np.ceil}


def as_printed(kind: str, table: pa.Table, policy: Policy) -> pa.Table:
    """The table with its percentages as exact as the policy prints them, halves to the even number; nulls stay.

    An interval is rounded outwards: whatever lies outside it as printed lies outside it as it was. Whole percentages are whole
    numbers in the table too, so that nobody prints a decimal that is none.
    """
    if policy.percent_decimals is None:
        return table
    unit = 10.0**policy.percent_decimals
    for name in PERCENTAGES[kind]:
        exact = table[name]
        rounded = _ROUNDED.get(name, np.rint)(exact.to_numpy() * unit) / unit + 0.0  # a small loss is not "-0"
        column = pa.array(rounded, exact.type, mask=pc.is_null(exact).to_numpy())
        column = column.cast(pa.int64()) if policy.percent_decimals == 0 else column
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def stand_in_bands(kind: str, cells: pa.Table, policy: Policy) -> Mask:
    """Which cells are hidden because the policy has shares in bands instead: means, pooled shares and their changes."""
    if policy.means == "shown" or kind == "quality":
        return np.zeros(cells.num_rows, dtype=bool)
    column = cells["indicator"].unify_dictionaries().combine_chunks()
    is_mean = [isinstance(find(one).measure, Mean | Pooled) for one in column.dictionary.to_pylist()]
    found: Mask = np.array(is_mean, dtype=bool)[column.indices.to_numpy()]
    return found
