"""What follows from known increments along the lines of a lattice: a whole less the parts of it that are known.

A line is a cut and those it is divided into by one dimension: authorities, districts, age bands, sexes, years, quarters. What
is left of a whole is a group of children as any cell is, whether one cell or several hide in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from metrics.disclosure.board import CUT, Board, Counts, Mask
from metrics.filters import ALL
from metrics.lattice import Lattice, is_quarter

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lines:
    """Lines alike: the cut that is the whole of each, and those that are its parts, one row a line.

    `open`: some children of the whole are in none of its parts, as those without a district are.
    """

    whole: Places
    parts: npt.NDArray[np.int64]
    open: bool


@dataclass
class Known:
    """What is known of the increments of a board: which cells, and the increment of the base and of each of its parts."""

    cells: Mask
    by: Counts

    def copy(self) -> Known:
        """The same, to be added to."""
        return Known(self.cells.copy(), self.by.copy())


@dataclass(frozen=True)
class Rest:
    """What is left of each line, one row a line and a column a key; `given` where it is a group nobody named but known."""

    lines: Lines
    by: Counts
    given: Mask


def lines_of(board: Board, lattice: Lattice) -> list[Lines]:
    """Every line whose whole and parts the board has."""
    place = {cut: number for number, cut in enumerate(board.cuts)}
    found: dict[tuple[int, int, bool], list[tuple[int, list[int]]]] = {}
    for cut, number in place.items():
        for dimension, name in enumerate(CUT[board.kind]):
            for parts in _parts(lattice, name, cut[dimension]):
                cuts = [(*cut[:dimension], part, *cut[dimension + 1 :]) for part in parts]
                if parts and all(one in place for one in cuts):
                    is_open = name == "area_code" and cut[dimension] != ALL
                    found.setdefault((dimension, len(parts), is_open), []).append((number, [place[one] for one in cuts]))
    return [
        Lines(np.array([whole for whole, _ in group]), np.array([parts for _, parts in group]), is_open)
        for (_, _, is_open), group in found.items()
    ]


def _parts(lattice: Lattice, name: str, value: str) -> Iterator[Sequence[str]]:
    """What a value of a dimension is divided into; nothing where it is the finest."""
    if name == "area_code":
        yield [area.code for area in lattice.areas if area.parent == value]
    elif name == "period" and value != ALL:
        yield [period for period in lattice.periods if is_quarter(period) and period != value and period[:4] == value]
    elif name == "period":
        yield [period for period in lattice.periods if not is_quarter(period)]
    elif value == ALL:
        yield from {"age_band": [lattice.age_bands], "sex": [lattice.sexes]}.get(name, [lattice.age_bands, lattice.sexes])


def close(known: Known, lines: Sequence[Lines], additive: Mask) -> list[Rest]:
    """Add to `known` whatever follows from it along the lines, and return what is left of each line in the end."""
    while True:
        before = int(known.cells.sum())
        rests = [_close(known, group, additive) for group in lines]
        if int(known.cells.sum()) == before:
            return rests


def _close(known: Known, lines: Lines, additive: Mask) -> Rest:
    whole = known.cells[lines.whole] & additive
    parts = known.cells[lines.parts]
    rest = known.by[:, lines.whole] - np.where(parts, known.by[:, lines.parts], 0).sum(axis=2)
    unknown = (~parts).sum(axis=1) + int(lines.open)
    line, key = np.nonzero(whole & (unknown == 1) & (not lines.open))
    _learn(known, lines.parts[line, np.argmin(parts[line, :, key], axis=1)], key, rest[:, line, key])
    line, key = np.nonzero(~whole & (unknown == 0) & additive)
    _learn(known, lines.whole[line], key, -rest[:, line, key] + known.by[:, lines.whole[line], key])
    # Where nothing changed in the whole and in what is known of it, nothing changed in the rest: children only enter.
    still = whole & ~np.any(known.by[:, lines.whole] != 0, axis=0)
    still &= ~np.any(np.where(parts, known.by[:, lines.parts], 0) != 0, axis=(0, 2))
    line, part, key = np.nonzero(still[:, None, :] & ~parts)
    _learn(known, lines.parts[line, part], key, np.zeros((len(known.by), len(line)), dtype=np.int64))
    return Rest(lines, rest, whole & (unknown > 0) & parts.any(axis=1))


def _learn(known: Known, cut: Places, key: Places, by: Counts) -> None:
    known.cells[cut, key] = True
    known.by[:, cut, key] = by
