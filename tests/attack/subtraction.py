"""Subtract shown cells from one another until nothing new follows: a hidden cell on one screen is what two others leave.

What is known of a group in a cut is an interval: a number shown is one that has closed. Every sum, over the lattice and over
groups alike, narrows its whole by its parts and each part by the others. No programme is solved, so it is quick at any size;
whatever it proves is true, and the linear programme of `programme` proves more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from metrics.catalogue import find
from tests.attack.knowledge import worlds
from tests.attack.lines import Lines, Places, lines_of
from tests.attack.released import UNKNOWN, Counts, Group, Mask, Released, base_of
from tests.attack.targets import FEW, WIDTH, Findings, exempt, hidden_groups, inside_zeros, is_base
from tests.attack.worlds import Equation, World

ROUNDS = 60
"""Each subtracts once along every sum; what is left after so many creeps by ones."""
UNADDED = "families"
"""Does not add up: a family in two areas counts in both, so a whole is at most the sum of its parts."""
DERIVED = ("difference", "kept", "neither")
"""Parts that no cell shows, but that shown cells leave."""
GIVEN = -1


@dataclass
class Known:
    """What an attacker knows: for every group and cut the least and the most, and the sum that settled it.

    `by` is the number of the sum in `sums`, `GIVEN` where nothing was subtracted.
    """

    released: Released
    groups: dict[Group, int]
    low: Counts
    high: Counts
    sums: list[Equation | Lines]
    by: npt.NDArray[np.int16] = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is worked out yet."""
        self.by = np.full(self.low.shape, GIVEN, dtype=np.int16)

    @property
    def exact(self) -> Mask:
        """Where there is one possibility left."""
        found: Mask = self.low == self.high
        return found

    def why(self, group: Group, cut: int) -> str:
        """How a number was worked out, in a line."""
        row = self.groups[group]
        number = f"{group} in {self.released.words(cut)} = {self.low[row, cut]}..{self.high[row, cut]}"
        if self.by[row, cut] == GIVEN:
            return number
        step = self.sums[self.by[row, cut]]
        if isinstance(step, Equation):
            return f"{number}, for {step.whole} = {' + '.join(map(str, step.parts))}"
        return f"{number}, by subtraction over {step.by}"


def known_of(released: Released, knowledge: Sequence[World] | None = None, *, lattice: bool = True) -> Known:
    """What follows from a release by subtraction; over groups alone where not `lattice`."""
    sums: list[Equation | Lines] = [one for world in knowledge or worlds() for one in world.equations()]
    if lattice:
        sums += lines_of(released)
    groups: dict[Group, int] = {}
    for one in (*released.shown, *_named(sums)):
        groups.setdefault(one, len(groups))
    low = np.zeros((len(groups), len(released.cuts)), dtype=np.int32)
    high = np.full_like(low, released.children)
    for group, numbers in released.shown.items():
        told = numbers != UNKNOWN
        low[groups[group], told] = high[groups[group], told] = numbers[told]
    known = Known(released, groups, low, high, sums)
    _close(known)
    return known


def _named(sums: Sequence[Equation | Lines]) -> Iterator[Group]:
    for one in sums:
        if isinstance(one, Equation):
            yield from (one.whole, *one.parts)


def _close(known: Known) -> None:
    added = np.array([group.of != UNADDED for group in known.groups])
    changed = np.ones(len(added), dtype=bool)
    steps = [(number, one, _rows(known, one)) for number, one in enumerate(known.sums)]
    for _ in range(ROUNDS):
        low, high = known.low.copy(), known.high.copy()
        for number, one, rows in steps:
            if isinstance(one, Lines):
                _narrow_lines(known, number, one, np.flatnonzero(changed), added)
            elif changed[rows].any():
                _narrow_groups(known, number, rows)
        _same_whenever(known)
        _same_throughout(known)
        changed = ((known.low != low) | (known.high != high)).any(axis=1)
        if not changed.any():
            return


def _rows(known: Known, one: Equation | Lines) -> list[int]:
    return [] if isinstance(one, Lines) else [known.groups[group] for group in (one.whole, *one.parts)]


def _narrow_groups(known: Known, number: int, rows: list[int]) -> None:
    """Narrow a group and the groups it is the sum of, in every cut at once."""
    whole, parts = rows[0], rows[1:]
    low, high = known.low[parts], known.high[parts]
    least, most = low.sum(axis=0), high.sum(axis=0)
    whole_low, whole_high = np.maximum(known.low[whole], least), np.minimum(known.high[whole], most)
    part_low = np.maximum(low, whole_low - (most - high))
    part_high = np.minimum(high, whole_high - (least - low))
    _note(known, number, np.array(rows), np.vstack([whole_low, part_low]), np.vstack([whole_high, part_high]))


def _narrow_lines(known: Known, number: int, lines: Lines, rows: Places, added: Mask) -> None:
    """Narrow the cuts of some lines, of many groups at once; of what does not add up, only what still follows."""
    adds, parts, wholes = added[rows][:, None], lines.parts.reshape(-1), lines.wholes
    shape = (len(rows), *lines.parts.shape)
    low, high = known.low[np.ix_(rows, parts)].reshape(shape), known.high[np.ix_(rows, parts)].reshape(shape)
    least, most = low.sum(axis=2), high.sum(axis=2)
    whole_low = np.maximum(known.low[np.ix_(rows, wholes)], np.where(adds, least, low.max(axis=2)))
    whole_high = np.minimum(known.high[np.ix_(rows, wholes)], most)
    part_low = np.maximum(low, whole_low[:, :, None] - (most[:, :, None] - high))
    part_high = np.minimum(high, whole_high[:, :, None] - np.where(adds[:, :, None], least[:, :, None] - low, 0))
    _note(known, number, np.ix_(rows, wholes), whole_low, whole_high)
    _note(known, number, np.ix_(rows, parts), part_low.reshape(len(rows), -1), part_high.reshape(len(rows), -1))


def _same_whenever(known: Known) -> None:
    """Over all periods, the children of the school figures are the children recognised."""
    rows = np.array([known.groups[Group("base", name, "observed", "all")] for name in ("coverage", "recognised")])
    where = np.ix_(rows, np.flatnonzero([cut[3] == "all" for cut in known.released.cuts]))
    known.low[where] = known.low[where].max(axis=0)
    known.high[where] = known.high[where].min(axis=0)


def _same_throughout(known: Known) -> None:
    """Who is in no register is in none in any window: where as many are in two bases, they are as many there."""
    of = [Group("count", "none_active_unmatched", "observed", time) for time in find("none_active_unmatched").time.codes]
    for one, other in combinations([group for group in of if group in known.groups], 2):
        first, second = (known.groups[base_of(find(group.of), "observed", group.time)] for group in (one, other))
        settled = (known.low[[first, second]] == known.high[[first, second]]).all(axis=0)
        rows = np.array([known.groups[one], known.groups[other]])
        where = np.ix_(rows, np.flatnonzero(settled & (known.low[first] == known.low[second])))
        known.low[where] = known.low[where].max(axis=0)
        known.high[where] = known.high[where].min(axis=0)


def _note(known: Known, number: int, where: Any, low: Counts, high: Counts) -> None:
    closed = (low == high) & (known.low[where] != known.high[where])
    if closed.any():
        by = known.by[where]
        by[closed] = number
        known.by[where] = by
    known.low[where], known.high[where] = low, high


def subtract(released: Released, known: Known | None = None) -> Findings:
    """Hidden counts, complements and bases under ten: those that subtraction settles, or leaves fewer than six values for."""
    known = known or known_of(released)
    none, targets, falls = inside_zeros(known), 0, []
    exact = 0
    for name, group, where in hidden_groups(released):
        row = known.groups[group]
        tried = where & ~exempt(known, none, released.keys[name]) & ~_told_by_a_window(known, name)
        width = known.high[row] - known.low[row]
        # A base that is certainly ten or more says nothing by itself.
        small = known.low[row] < FEW if is_base(released, group) else np.ones_like(tried)
        targets += int(tried.sum())
        exact += int((tried & small & (width == 0)).sum())
        falls += [(group, int(cut)) for cut in np.flatnonzero(tried & small & (width < WIDTH))]
    return Findings("subtraction", targets, exact, len(falls), tuple(known.why(*fall) for fall in falls))


def _told_by_a_window(known: Known, name: Group) -> Mask:
    """Where one side of a pair is shown all the same, by the window of the same children."""
    window = Group("count", name.of, "observed", {"before": "b6", "after": "a6"}.get(name.part, ""))
    if name.basis != "pair" or window not in known.released.keys:
        return np.zeros(len(known.released.cuts), dtype=bool)
    both, base = (known.groups[group] for group in (name._replace(part="both"), known.released.keys[window].base))
    same = known.exact[both] & known.exact[base] & (known.low[both] == known.low[base])
    return np.asarray(same & (known.released.shown[window] != UNKNOWN))


def derived_differences(released: Released, known: Known | None = None) -> Findings:
    """Differences of nested groups, one to five children, where nothing hidden stands between: a cell like any other."""
    known = known or known_of(released)
    few = [row for group, row in known.groups.items() if group.part in DERIVED]
    names = list(known.groups)
    low, high = known.low[few], known.high[few]
    small = (low == high) & (low >= 1) & (low <= WIDTH)
    found = [known.why(names[few[row]], int(cut)) for row, cut in zip(*np.nonzero(small), strict=True)]
    return Findings("derived differences", low.size, len(found), len(found), tuple(found))
