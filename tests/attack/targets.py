"""What an attack is after, and what it found: hidden numbers, but for those that a shown zero tells by right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.catalogue import find
from metrics.indicator import Proportion
from tests.attack.lines import Lines
from tests.attack.released import EMPTY, HIDDEN, SHOWN, UNKNOWN, Group, Key, Mask, Released
from tests.attack.worlds import Equation

if TYPE_CHECKING:
    from tests.attack.subtraction import Known

WIDTH = 5
"""How far a hidden number must be able to vary: one fewer than the smallest count that is shown."""
FEW = 10
"""Bases under this are hidden."""


@dataclass(frozen=True)
class Findings:
    """What one attack found: numbers tried, those recovered exactly, those left with fewer than six possibilities, examples."""

    attack: str
    targets: int
    exact: int
    narrow: int
    examples: tuple[str, ...] = ()


def hidden_groups(released: Released) -> Iterator[tuple[Group, Group, Mask]]:
    """Each hidden number of each key: the key, its group and the cuts. A base only where no other key shows it."""
    seen: dict[Group, Mask] = {}
    for name, key in released.keys.items():
        hidden = key.state == HIDDEN
        for group in (key.count, key.rest):
            if group is not None:
                yield name, group, hidden
        unseen = hidden & (released.shown[key.base] == UNKNOWN) & ~seen.get(key.base, np.zeros_like(hidden))
        seen[key.base] = seen.get(key.base, np.zeros_like(hidden)) | unseen
        yield name, key.base, unseen


def is_base(released: Released, group: Group) -> bool:
    """Whether the group is a base, which says nothing by itself from ten children on: so are those whom a step counts."""
    measure = find(group.of).measure if group.part == "count" else None
    if not isinstance(measure, Proportion):
        return group.part in ("base", "both")
    one = find(group.of)
    return Group("base", f"{one.table}/{one.period_of}/{measure.numerator}", group.basis, group.time) in released.shown


def inside_zeros(known: Known) -> Mask:
    """Groups and cuts inside one that is shown, or by the calendar known, to be empty or full: they are nobody, by right."""
    none = np.zeros_like(known.exact)
    for name, key in known.released.keys.items():
        base = known.released.shown[key.base]
        for group in (key.count, key.rest):
            if group is not None and name.part in ("count", "gained", "lost"):
                count = known.released.shown[name]
                number = count if group == key.count else np.where((base != UNKNOWN) & (count != UNKNOWN), base - count, UNKNOWN)
                none[known.groups[group]] |= (number == 0) & (key.state == SHOWN) | (key.state == EMPTY) & (group == key.count)
        none[known.groups[key.base]] |= (base == 0) & (key.state == EMPTY)
    return _spread(known, none)


def _spread(known: Known, none: Mask) -> Mask:
    """Nobody in a whole is nobody in its parts."""
    equations = [[known.groups[g] for g in (one.whole, *one.parts)] for one in known.sums if isinstance(one, Equation)]
    while True:
        before = int(none.sum())
        for rows in equations:
            none[rows[1:]] |= none[rows[0]]
            if len(rows) == 2:
                none[rows[0]] |= none[rows[1]]
        for lines in known.sums:
            if isinstance(lines, Lines):
                for column in lines.parts.T:
                    none[:, column] |= none[:, lines.wholes]
        if int(none.sum()) == before:
            return none


def exempt(known: Known, none: Mask, key: Key) -> Mask:
    """Cells that are inside a shown zero or a shown full cell."""
    found: Mask = none[known.groups[key.base]].copy()
    for group in (key.count, key.rest):
        if group is not None:
            found |= none[known.groups[group]]
    return found
