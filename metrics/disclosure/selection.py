"""Which figures to show so that those hidden stay hidden: one after another, coarse before fine, each tried before it is shown.

A figure shown is a sum known, and every sum known narrows what the others can be. How much is judged from one table in the
middle of all that would fit: each hidden figure keeps the direction in which it still varies freely, and how far that reaches.
A figure is shown where every hidden one at risk keeps its width. This is quick and nearly right; the audit, which is
exact, has the last word.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import sparse

from metrics.disclosure.attacker import Bounds, Numbers

Mask = npt.NDArray[np.bool_]

_AT_RISK = 0.1  # of a hidden figure's variance that showing another would explain; under so much it keeps its width
_SAME = 1e-7  # of a figure's own size: so little left of it says that it follows from what is shown


class Trial:
    """The hidden figures as shown ones are added. `rows`: a figure each over the unknowns; `table`: the middle."""

    def __init__(self, rows: sparse.csr_array, table: Numbers) -> None:
        self._rows, self._table = rows, table
        self._size = np.asarray(rows @ table)
        self._left = np.asarray(rows.multiply(rows) @ table)
        self._directions = np.empty((64, rows.shape[1]))
        self._count = 0

    def know(self, figures: Iterable[int]) -> None:
        """Add figures that are known whatever is decided here."""
        for figure in figures:
            direction, left = self._direction(figure)
            if left > _SAME * max(1.0, self._size[figure]):
                self._add(direction, left)

    def show(self, figure: int, hidden: Mask, wide: Numbers) -> bool:
        """Show a figure if every hidden one keeps its width; whether it was shown."""
        direction, left = self._direction(figure)
        if left <= _SAME * max(1.0, self._size[figure]):
            return True
        shared = self._rows @ (direction * self._table)
        risk = np.flatnonzero(hidden & (shared * shared > _AT_RISK * np.maximum(self._left, 1e-12) * left))
        risk = risk[risk != figure]
        if len(risk) and not self._keeps_width(risk, direction, shared[risk] / left, wide[risk]):
            return False
        self._add(direction, left, shared)
        return True

    def show_all(self, figures: list[int], hidden: Mask, wide: Numbers) -> bool:
        """Show figures together, or none of them."""
        count, left = self._count, self._left
        for figure in figures:
            if not self.show(figure, hidden, wide):
                self._count, self._left = count, left
                return False
        return True

    def _direction(self, figure: int) -> tuple[Numbers, float]:
        row, (start, end) = np.zeros(self._rows.shape[1]), self._rows.indptr[figure : figure + 2]
        row[self._rows.indices[start:end]] = self._rows.data[start:end]
        known = self._directions[: self._count]
        direction = row - known.T @ (known @ (row * self._table))
        return direction, float((direction * row) @ self._table)

    def _keeps_width(self, risk: npt.NDArray[np.int64], direction: Numbers, share: Numbers, wide: Numbers) -> bool:
        rows, known = self._rows[risk].toarray(), self._directions[: self._count]
        shifts = rows - ((rows * self._table) @ known.T) @ known - share[:, None] * direction
        slope = ((shifts * rows) @ self._table).clip(min=0.0)
        low = self._size[risk] - slope / np.maximum(shifts.max(axis=1), 1e-12)
        high = self._size[risk] + slope / np.maximum((-shifts).max(axis=1), 1e-12)
        return bool((Bounds(np.maximum(low, 0.0), high).width >= wide).all())

    def _add(self, direction: Numbers, left: float, shared: Numbers | None = None) -> None:
        if self._count == len(self._directions):
            self._directions = np.vstack([self._directions, np.empty_like(self._directions)])
        self._directions[self._count] = direction / np.sqrt(left)
        self._count += 1
        shared = self._rows @ (direction * self._table) if shared is None else shared
        self._left = np.maximum(self._left - shared * shared / left, 0.0)
