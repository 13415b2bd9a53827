"""What is too small by itself: a base, a count or what is left of it, or nobody out of few. One reason a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.catalogue import find
from metrics.disclosure.policy import Policy
from metrics.disclosure.reasons import REASONS
from metrics.disclosure.row_counts import about_nobody
from metrics.indicator import Headcount

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
Kind = Literal["figures", "pairs", "quality"]
UNKNOWN = -1  # stands for null in arrays of counts, which are never negative


def is_too_small(kind: Kind, cells: pa.Table, policy: Policy) -> Mask:
    """Which cells are hidden for themselves alone. Counts of rows that have nobody in them never are."""
    return np.asarray(why_too_small(kind, cells, policy) != REASONS.index("shown"))


def why_too_small(kind: Kind, cells: pa.Table, policy: Policy) -> Codes:
    """The reason of each cell, by code, where it is hidden for itself alone; else that of one that is shown."""
    base = counts_of(cells, _BASES[kind])
    found = np.full(cells.num_rows, REASONS.index("shown"), dtype=np.int8)
    for name, hidden in _rules(kind, cells, base, policy):
        found[hidden & (found == REASONS.index("shown"))] = REASONS.index(name)
    if kind == "quality":
        found[about_nobody(cells)] = REASONS.index("shown")
    return found


def _rules(kind: Kind, cells: pa.Table, base: Counts, policy: Policy) -> Iterator[tuple[str, Mask]]:
    yield "base", base < policy.smallest_base
    for name, count in _PARTS[kind](cells, base):
        yield name, (count >= 1) & (count < policy.smallest_count)
        yield "zero", (count == 0) & (base < policy.smallest_base_of_a_zero)


def _figure_parts(cells: pa.Table, base: Counts) -> Iterator[tuple[str, Counts]]:
    """The numerator and what is left of the base; a headcount is its own base, and a mean has neither."""
    count = counts_of(cells, "count")
    yield "count", count
    column = cells["indicator"].unify_dictionaries().combine_chunks()
    without = np.array([isinstance(find(one).measure, Headcount) for one in column.dictionary.to_pylist()], dtype=bool)
    yield "complement", np.where((count == UNKNOWN) | without[column.indices.to_numpy()], UNKNOWN, base - count)


def _pair_parts(cells: pa.Table, base: Counts) -> Iterator[tuple[str, Counts]]:
    """Both sides, what is left of each, who changed, and who did not; pooled sessions have none of these."""
    before, after, gained, lost = (counts_of(cells, name) for name in ("before_count", "after_count", "gained", "lost"))
    for count in (before, after, gained, lost):
        yield "count", count
    for count in (before, after):
        yield "complement", np.where(count == UNKNOWN, UNKNOWN, base - count)
    yield "complement", np.where(before == UNKNOWN, UNKNOWN, before - lost)
    yield "complement", np.where(before == UNKNOWN, UNKNOWN, base - before - gained)


def _quality_parts(cells: pa.Table, base: Counts) -> Iterator[tuple[str, Counts]]:
    count = counts_of(cells, "count")
    yield "count", count
    yield "complement", np.where(count == UNKNOWN, UNKNOWN, base - count)


_BASES: dict[Kind, str] = {"figures": "n", "pairs": "n_both", "quality": "n"}
_PARTS: dict[Kind, Callable[[pa.Table, Counts], Iterator[tuple[str, Counts]]]] = {
    "figures": _figure_parts,
    "pairs": _pair_parts,
    "quality": _quality_parts,
}


def counts_of(cells: pa.Table, name: str) -> Counts:
    """A column of counts; `UNKNOWN` where null."""
    return np.asarray(pc.fill_null(cells[name], UNKNOWN).to_numpy(), dtype=np.int64)
