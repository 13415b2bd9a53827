"""Who was found in which register, as linked figures: those found, of the children whose area supplied it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.disclosure.attacker import Mask
from metrics.disclosure.ground import Ground
from metrics.disclosure.linked import Counts, Figures
from metrics.disclosure.rules import Rules
from metrics.disclosure.tables import Sum, Table
from metrics.filters import ALL, Filters

MATCHED = "matched"
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Matched:
    """The counts of one table about the data that are of children, by register.

    `rows`: of a register, the row of the table of each cut of the ground; `n` and `count` by row, NaN where not known;
    `recognised`: in which cuts of the ground the number of children is shown.
    """

    ground: Ground
    rows: Mapping[str, Rows]
    n: Counts
    count: Counts
    recognised: Mask


def matched_of(table: pa.Table, figures: Figures, shown: Mask) -> Matched:
    """The counts of children found, on the cuts that they are of: an area, and one age band or sex."""
    where = {cut: place for place, cut in enumerate(figures.ground.cuts)}
    of: dict[str, dict[int, int]] = {}
    for row, one in enumerate(table.select(["topic", "file", "area_code", "breakdown"]).to_pylist()):
        cut = where.get(_cut(one["area_code"], one["breakdown"])) if one["topic"] == MATCHED else None
        if cut is not None:
            of.setdefault(one["file"], {})[cut] = row
    held = np.zeros(len(figures.ground.cuts), dtype=bool)
    held[sorted({cut for cuts in of.values() for cut in cuts})] = True
    rows = {register: np.array([cuts[int(cut)] for cut in np.flatnonzero(held)]) for register, cuts in of.items()}
    everyone = figures.of("recognised", "observed", ALL)
    assert everyone is not None, "a release says how many children were recognised"
    n, count = (pc.cast(table[name], pa.float64()).to_numpy(zero_copy_only=False) for name in ("n", "count"))
    return Matched(figures.ground.only(held), rows, n, count, shown[held, everyone])


def _cut(area: str, breakdown: str) -> Filters:
    if breakdown == ALL:
        return Filters(area=area)
    return Filters(area=area, age_band=breakdown) if breakdown[0].isdigit() else Filters(area=area, sex=breakdown)


def tables_of_matched(matched: Matched, safe: Mask, rules: Rules) -> Iterator[tuple[str, Table, Table, Mask]]:
    """Each register's children recognised where it was supplied, those of them found, and where the former may be shown."""
    for register, rows in matched.rows.items():
        n, count = np.nan_to_num(matched.n[rows]), np.nan_to_num(matched.count[rows])
        nothing, nobody = np.zeros((1, len(rows)), dtype=bool), np.zeros(len(rows), dtype=bool)
        base = Table(matched.ground, n[None], nothing, nobody, rules.wide)
        whole = Sum((), n, safe[rows])
        candidates = (n >= rules.smallest_base) & matched.recognised
        yield register, base, Table(matched.ground, count[None], nothing, nobody, rules.wide, whole), candidates[None]
