"""Counts of rows of partners' files: which of them are about people, and what their parts would tell of one another.

A row of a register, of the receptions or of a support record is mostly one person, so a count of such rows is protected as a
count of children is. A file of published figures, of dates covered or of term dates has nobody in it: its counts never are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]

ABOUT_NOBODY = ("comparators", "coverage", "term_dates")
"""Kinds of file, the part of the name before a slash."""
PARTS = ("rows_used", "rows_rejected")
"""Topics that together make up the rows read of a kind of file and area."""


def about_nobody(cells: pa.Table) -> Mask:
    """Which counts are of rows that have nobody in them."""
    kinds = [(file or "").partition("/")[0] for file in cells["file"].to_pylist()]
    return np.isin(kinds, ABOUT_NOBODY) & np.isin(cells["topic"].to_pylist(), ("rows_read", *PARTS))


def absorbing(cells: pa.Table, hidden: Mask) -> Mask:
    """The counts to hide besides: the largest part of the rows read wherever a part is hidden, or it could be subtracted for.

    Where that part alone is hidden, the next largest goes with it.
    """
    chosen = np.zeros(cells.num_rows, dtype=bool)
    count = pc.fill_null(cells["count"], 0).to_numpy()
    piles: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(cells.select(["topic", "file", "area_code"]).to_pylist()):
        if row["topic"] in PARTS:
            piles.setdefault((row["file"], row["area_code"]), []).append(place)
    for places in piles.values():
        if hidden[places].any():
            largest, *others = sorted(places, key=lambda place: -int(count[place]))
            chosen[largest] = True
            if others and not hidden[others].any():
                chosen[others[0]] = True
    return chosen
