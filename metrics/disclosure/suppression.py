"""The one way into a release: every cell that is written is protected here first.

A cell is hidden whole, with one symbol whatever the reason it is too small. Lattice-wide protection of what could be
worked out from other cells belongs in `protect`, after the first rule and before anything is blanked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.catalogue import find
from metrics.disclosure.policy import Policy
from metrics.disclosure.row_counts import about_nobody, absorbing
from metrics.disclosure.structure import SHOWN, SUPPRESSED, SYMBOLS
from metrics.indicator import Headcount

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
UNKNOWN = -1  # stands for null in arrays of counts, which are never negative

Kind = Literal["figures", "pairs", "quality"]


class UnprotectedError(AssertionError):
    """A cell would have been written that the policy hides: a defect of this program, so nothing is written."""


@dataclass(frozen=True)
class Protected:
    """A table that may be written. Only `protect` makes one."""

    kind: Kind
    table: pa.Table


NUMBERS: dict[Kind, tuple[str, ...]] = {
    "figures": ("n", "count", "value", "low", "high", "expected"),
    "pairs": (
        "n_both",
        "before_count",
        "after_count",
        "gained",
        "lost",
        "before_value",
        "after_value",
        "low",
        "high",
        "p_value",
    ),
    "quality": ("n", "count"),
}
"""The columns that are null where a symbol stands."""


def protect(kind: Kind, cells: pa.Table, policy: Policy, structure: npt.NDArray[np.int8] | None = None) -> Protected:
    """The cells with a `symbol`, and null wherever there is one; `structure` has the codes of the public symbols.

    Raises `UnprotectedError` where the result still shows what the policy hides.
    """
    symbols = np.full(cells.num_rows, SHOWN, dtype=np.int8) if structure is None else structure.copy()
    symbols[(symbols == SHOWN) & is_too_small(kind, cells, policy)] = SUPPRESSED
    if kind == "quality":
        symbols[absorbing(cells, symbols == SUPPRESSED)] = SUPPRESSED
    table = _blanked(kind, cells, symbols)
    check(kind, table, policy)
    return Protected(kind, table)


def is_too_small(kind: Kind, cells: pa.Table, policy: Policy) -> Mask:
    """Which cells are hidden for themselves alone: a small base, count or complement, or nobody out of few.

    Counts of rows that have nobody in them never are.
    """
    base = _counts(cells, _BASES[kind])
    hidden: Mask = base < policy.smallest_base
    for count in _PARTS[kind](cells, base):
        hidden |= (count >= 1) & (count < policy.smallest_count)
        hidden |= (count == 0) & (base < policy.smallest_base_of_a_zero)
    return hidden & ~about_nobody(cells) if kind == "quality" else hidden


def check(kind: Kind, table: pa.Table, policy: Policy) -> None:
    """Raise `UnprotectedError` where a cell with a symbol holds a number, or one without a symbol is too small to show."""
    shown = pc.is_null(table["symbol"]).to_numpy()
    for name in NUMBERS[kind]:
        if np.any(~shown & pc.is_valid(table[name]).to_numpy()):
            raise UnprotectedError(f"a {kind} cell with a symbol still has its {name}")
    if np.any(shown & is_too_small(kind, table, policy)):
        raise UnprotectedError(f"a {kind} cell is shown that the policy {policy.name} hides")


def _figure_parts(cells: pa.Table, base: Counts) -> Iterator[Counts]:
    """The numerator and what is left of the base; a headcount is its own base, and a mean has neither."""
    count = _counts(cells, "count")
    yield count
    column = cells["indicator"].unify_dictionaries().combine_chunks()
    without = np.array([isinstance(find(one).measure, Headcount) for one in column.dictionary.to_pylist()], dtype=bool)
    yield np.where((count == UNKNOWN) | without[column.indices.to_numpy()], UNKNOWN, base - count)


def _pair_parts(cells: pa.Table, base: Counts) -> Iterator[Counts]:
    """Both sides, what is left of each, and who changed; pooled sessions have none of these."""
    for name in ("before_count", "after_count"):
        count = _counts(cells, name)
        yield count
        yield np.where(count == UNKNOWN, UNKNOWN, base - count)
    yield _counts(cells, "gained")
    yield _counts(cells, "lost")


def _quality_parts(cells: pa.Table, base: Counts) -> Iterator[Counts]:
    count = _counts(cells, "count")
    yield count
    yield np.where(count == UNKNOWN, UNKNOWN, base - count)


_BASES: dict[Kind, str] = {"figures": "n", "pairs": "n_both", "quality": "n"}
_PARTS: dict[Kind, Callable[[pa.Table, Counts], Iterator[Counts]]] = {
    "figures": _figure_parts,
    "pairs": _pair_parts,
    "quality": _quality_parts,
}


def _counts(cells: pa.Table, name: str) -> Counts:
    return np.asarray(pc.fill_null(cells[name], UNKNOWN).to_numpy(), dtype=np.int64)


def _blanked(kind: Kind, cells: pa.Table, symbols: npt.NDArray[np.int8]) -> pa.Table:
    """The cells with nulls for numbers wherever a symbol stands."""
    hidden = pa.array(symbols != SHOWN)
    for name in NUMBERS[kind]:
        place = cells.column_names.index(name)
        blank = pa.scalar(None, cells.schema.field(name).type)
        cells = cells.set_column(place, name, pc.if_else(hidden, blank, cells[name]))
    codes = pa.array(symbols - 1, mask=symbols == SHOWN)
    return cells.append_column("symbol", pa.DictionaryArray.from_arrays(codes, list(SYMBOLS[1:])))
