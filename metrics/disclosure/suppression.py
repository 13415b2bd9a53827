"""The one way into a release: every cell that is written is blanked here, whatever it is hidden for, with one symbol.

Why a cell is hidden is worked out elsewhere (`primary`, `protection`); here it is made sure that what is hidden is not written,
and that nothing is written that is too small by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.disclosure.policy import Policy
from metrics.disclosure.primary import Kind, Mask, is_too_small
from metrics.disclosure.rounding import as_printed
from metrics.disclosure.row_counts import absorbing
from metrics.disclosure.structure import SHOWN, SUPPRESSED, SYMBOLS


class UnprotectedError(AssertionError):
    """A cell would have been written that the policy hides: a defect of this program, so nothing is written."""


@dataclass(frozen=True)
class Protected:
    """A table that may be written. Only `protect` makes one."""

    kind: Kind
    table: pa.Table

    def only(self, rows: Mask) -> Protected:
        """Some of its rows."""
        return Protected(self.kind, self.table.filter(pa.array(rows)))


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


def protect(
    kind: Kind,
    cells: pa.Table,
    policy: Policy,
    structure: npt.NDArray[np.int8] | None = None,
    besides: Mask | None = None,
) -> Protected:
    """The cells with a `symbol`, and null wherever there is one.

    `structure` has the codes of the public symbols; `besides`, which cells are hidden for what they would tell of others.
    Raises `UnprotectedError` where the result still shows what the policy hides.
    """
    symbols = np.full(cells.num_rows, SHOWN, dtype=np.int8) if structure is None else structure.copy()
    hidden = is_too_small(kind, cells, policy) if besides is None else is_too_small(kind, cells, policy) | besides
    symbols[(symbols == SHOWN) & hidden] = SUPPRESSED
    if kind == "quality":
        symbols[absorbing(cells, symbols == SUPPRESSED)] = SUPPRESSED
    table = as_printed(kind, _blanked(kind, cells, symbols), policy)
    check(kind, table, policy)
    return Protected(kind, table)


def check(kind: Kind, table: pa.Table, policy: Policy) -> None:
    """Raise `UnprotectedError` where a cell with a symbol holds a number, or one without a symbol is too small to show."""
    shown = pc.is_null(table["symbol"]).to_numpy()
    for name in NUMBERS[kind]:
        if np.any(~shown & pc.is_valid(table[name]).to_numpy()):
            raise UnprotectedError(f"a {kind} cell with a symbol still has its {name}")
    if np.any(shown & is_too_small(kind, table, policy)):
        raise UnprotectedError(f"a {kind} cell is shown that the policy {policy.name} hides")


def _blanked(kind: Kind, cells: pa.Table, symbols: npt.NDArray[np.int8]) -> pa.Table:
    """The cells with nulls for numbers wherever a symbol stands."""
    hidden = pa.array(symbols != SHOWN)
    for name in NUMBERS[kind]:
        place = cells.column_names.index(name)
        blank = pa.scalar(None, cells.schema.field(name).type)
        cells = cells.set_column(place, name, pc.if_else(hidden, blank, cells[name]))
    codes = pa.array(symbols - 1, mask=symbols == SHOWN)
    return cells.append_column("symbol", pa.DictionaryArray.from_arrays(codes, list(SYMBOLS[1:])))
