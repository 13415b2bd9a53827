"""Before and after as linked figures: who gained, who lost, who had it on both sides, of those known on both.

A pair is shown whole or not at all. Where it is of the same children as a figure of one of its times, it tells that figure, and
is shown only beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from metrics.catalogue import find
from metrics.disclosure.attacker import Mask
from metrics.disclosure.linked import Counts, Figures, nested
from metrics.disclosure.rules import Rules
from metrics.disclosure.tables import Sum, Table
from metrics.indicator import BASES, Proportion

GAINED, LOST, BOTH = range(3)


@dataclass(frozen=True)
class Pairs:
    """The pairs of a release, cut by indicator; numbers of children, NaN where not known or where the indicator has none."""

    indicators: tuple[str, ...]
    n_both: Counts
    before: Counts
    after: Counts
    gained: Counts
    lost: Counts
    nobody: Mask
    known: Mask

    def told(self, shown: Mask) -> Pairs:
        """The pairs as whoever holds the release has them, where these are shown."""
        numbers = (self.n_both, self.before, self.after, self.gained, self.lost)
        n, before, after, gained, lost = (np.where(shown, one, np.nan) for one in numbers)
        return Pairs(self.indicators, n, before, after, gained, lost, self.nobody, shown)

    def is_flag(self, place: int) -> bool:
        """Whether the pair counts children: pooled sessions do not."""
        return isinstance(find(self.indicators[place]).measure, Proportion)

    def first_of_base(self, place: int) -> int:
        """The first pair of the same children: of the same times, and the same numbers wherever both are known."""
        for other in range(place):
            both = self.known[:, place] & self.known[:, other]
            alike = find(self.indicators[other]).before_and_after == find(self.indicators[place]).before_and_after
            if alike and both.any() and np.array_equal(self.n_both[both, place], self.n_both[both, other]):
                return other
        return place


def base_of_pairs(pairs: Pairs, place: int, figures: Figures, known: Mask, rules: Rules) -> tuple[Table, Mask]:
    """Where the children of a pair may be counted: as many as a base must be, and known at each of its times."""
    n = np.nan_to_num(pairs.n_both[:, place])
    candidates = (n >= rules.smallest_base) & ~pairs.nobody[:, place]
    for column in _times(pairs, place, figures):
        candidates &= known[:, figures.bases[column]]
    return Table(figures.ground, n[None], np.zeros((1, len(n)), dtype=bool), pairs.nobody[:, place], rules.wide), candidates[None]


def rather_pairs(pairs: Pairs, figures: Figures, safe: Mask, rules: Rules) -> Mask:
    """Which figures to hide because a pair is of nearly the same children, and one would tell the other.

    Where it leaves out fewer than may be told apart, neither is shown; where more, but few of them counted, the pair is shown
    where no filter is chosen: there the change is what is asked for. So it is where those followed leave out few of the pair.
    """
    found = np.zeros(figures.n.shape, dtype=bool)
    coarse = figures.ground.filters == 0
    for place in range(len(pairs.indicators)):
        n = pairs.n_both[:, place]
        for side, count in (("before", pairs.before), ("after", pairs.after)):
            for column in of_side(pairs, place, side, figures):
                near = _near(figures, column, n, count[:, place], rules)
                found[:, column] |= _almost(figures, column, n, rules) | (coarse & safe[:, place] & near)
            for column in _within(pairs, place, side, figures):
                if figures.keys[column][1] == "followed":
                    found[:, column] |= safe[:, place] & _few(
                        n - figures.n[:, column], count[:, place] - figures.count[:, column], rules
                    )
    return found


@dataclass(frozen=True)
class Side:
    """One side of the pairs of windows: a window like any other, of the children known in both.

    `places`: the pairs, as `pairs.indicators` has them; `figures`: a column each; `told`: where the window itself, being of the
    same children, says how many are counted.
    """

    places: list[int]
    figures: Figures
    told: Mask

    @property
    def least(self) -> tuple[Counts, Counts]:
        """How many are counted, and left over, at the least, as the windows say."""
        count = np.where(self.told, self.figures.count, 0)
        return count, np.where(self.told, self.figures.n - count, 0)


def sides_of(pairs: Pairs, figures: Figures, shown: Mask) -> Iterator[Side]:
    """Both sides of the pairs of windows, beside the figures that are shown."""
    places = [place for place, one in enumerate(pairs.indicators) if find(one).change == "window"]
    for side, numbers in (("before", pairs.before), ("after", pairs.after)):
        keys = tuple(
            (pairs.indicators[p], BASES[0], find(pairs.indicators[p]).before_and_after[side == "after"][0]) for p in places
        )
        n, count, told = pairs.n_both[:, places], numbers[:, places], np.zeros((len(figures.n), len(places)), dtype=bool)
        for number, place in enumerate(places):
            for column in of_side(pairs, place, side, figures):
                told[:, number] = shown[:, column] & (figures.n[:, column] == n[:, number])
                count[:, number] = np.where(told[:, number], figures.count[:, column], count[:, number])
        known = pairs.known[:, places] | told
        yield Side(places, Figures(figures.ground, keys, n, count, pairs.nobody[:, places], known), told)


def told_by_pairs(pairs: Pairs, figures: Figures, safe: Mask) -> tuple[Counts, Counts]:
    """How many are counted, and left over, at the least at a time that is one side of a pair, where the pair may stand alone."""
    counted, left = (np.zeros(figures.n.shape) for _ in range(2))
    for place in range(len(pairs.indicators)):
        alone = safe[:, place] & (figures.ground.filters == 0)
        for side, count in (("before", pairs.before[:, place]), ("after", pairs.after[:, place])):
            for column in of_side(pairs, place, side, figures):
                counted[alone, column], left[alone, column] = count[alone], (pairs.n_both[:, place] - count)[alone]
    return counted, left


def _almost(figures: Figures, column: int, n: Counts, rules: Rules) -> Mask:
    """Whether a pair leaves out so few of a figure's children that each tells the other's count to within those few."""
    left = figures.n[:, column] - n
    return np.asarray((left > 0) & (left <= rules.wide))


def parts_of_pair(
    pairs: Pairs, place: int, figures: Figures, shown: Mask, base_known: Mask, safe: Mask, rules: Rules
) -> tuple[Table, Mask]:
    """The table of one flag before and after, and where it may be shown."""
    n, gained, lost = pairs.n_both[:, place], pairs.gained[:, place], pairs.lost[:, place]
    both = pairs.after[:, place] - gained
    candidates, sums = safe[:, place] & base_known, []
    for side, parts, count in (("before", (LOST, BOTH), pairs.before), ("after", (GAINED, BOTH), pairs.after)):
        told = np.zeros(len(n), dtype=bool)
        values = np.nan_to_num(count[:, place])
        for column in of_side(pairs, place, side, figures):
            same = figures.n[:, column] == n
            told |= same & shown[:, column]
            values = np.where(same & shown[:, column], np.nan_to_num(figures.count[:, column]), values)
            candidates &= ~same | shown[:, column]
            candidates &= shown[:, column] | (figures.ground.filters == 0)
            candidates &= same | ~shown[:, column] | ~_near(figures, column, n, count[:, place], rules)
            candidates &= ~_almost(figures, column, n, rules)
            candidates &= same | ~_between(figures, column, count[:, place], shown, rules)
        for column in _within(pairs, place, side, figures):
            left = count[:, place] - figures.count[:, column]
            candidates &= ~((figures.n[:, column] == n) & shown[:, column] & rules.small(n, left))
            neither = figures.n[:, column] - figures.count[:, column] - (n - count[:, place])
            candidates &= ~(shown[:, column] & (neither >= 1) & (neither < rules.smallest_count))
        sums.append(Sum(parts, values, told, released=True))
    values = np.nan_to_num(np.stack([gained, lost, both]))
    nothing = np.zeros(values.shape, dtype=bool)
    whole = Sum((), np.nan_to_num(n), base_known)
    table = Table(figures.ground, values, nothing, pairs.nobody[:, place], rules.wide, whole, False, tuple(sums))
    return table, np.stack([candidates] * len(values))


def _between(figures: Figures, column: int, count: Counts, shown: Mask, rules: Rules) -> Mask:
    """Whether a pair's count is so near what is shown of a longer time that it pins those between."""
    found = np.zeros(len(count), dtype=bool)
    for outer in nested(figures, column, range(len(figures.keys)))[0]:
        beyond = nested(figures, outer, range(len(figures.keys)))[0]
        most = np.where(shown[:, outer], figures.count[:, outer], figures.n[:, outer])
        for other in beyond:
            most = np.where(shown[:, other], np.minimum(most, figures.count[:, other]), most)
        found |= most - count < rules.smallest_count
    return found


def _near(figures: Figures, column: int, n: Counts, count: Counts, rules: Rules) -> Mask:
    """Whether those of a figure who are not in the pair would be too few, or too few of them counted."""
    return _few(figures.n[:, column] - n, figures.count[:, column] - count, rules)


def _few(of: Counts, left: Counts, rules: Rules) -> Mask:
    """Whether children left over, if any are, are too few, or too few of them counted, or all but too few."""
    return np.asarray((of > 0) & ((of < rules.smallest_base) | rules.small(of, left) | rules.small(of, of - left)))


def _times(pairs: Pairs, place: int, figures: Figures) -> Iterator[int]:
    for time in (time for side in find(pairs.indicators[place]).before_and_after for time in side):
        column = figures.of(pairs.indicators[place], "observed", time)
        if column is not None:
            yield column


def of_side(pairs: Pairs, place: int, side: str, figures: Figures) -> Iterator[int]:
    """The figure that is one side of the pair by itself: where a side is one window."""
    times = find(pairs.indicators[place]).before_and_after[side == "after"]
    column = figures.of(pairs.indicators[place], "observed", times[0]) if len(times) == 1 else None
    if column is not None:
        yield column


def _within(pairs: Pairs, place: int, side: str, figures: Figures) -> Iterator[int]:
    """The figures that lie within one side of several terms, where they are of the same children."""
    times = find(pairs.indicators[place]).before_and_after[side == "after"]
    for time in times if len(times) > 1 else ():
        for basis in BASES:
            column = figures.of(pairs.indicators[place], basis, time)
            if column is not None:
                yield column
