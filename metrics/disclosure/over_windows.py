"""What windows tell of one another when they are shown beside each other: who came in between, and who was there throughout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from metrics.catalogue import find
from metrics.disclosure.attacker import Mask
from metrics.disclosure.linked import Counts, Figures, Group, months_of, nested
from metrics.disclosure.means import not_isolating
from metrics.disclosure.rules import Rules


def no_few_between(figures: Figures, shown: Mask, rules: Rules) -> Mask:
    """What may stay so that no difference of nested figures can be subtracted down to a few, along any line."""
    shown = shown.copy()
    for place, key in enumerate(figures.keys):
        outer, _ = nested(figures, place, np.flatnonzero(shown.any(axis=0)))
        for other in outer:
            if figures.keys[other][1] == key[1] and np.array_equal(figures.n[:, other], figures.n[:, place]):
                both, ring = shown[:, place] & shown[:, other], figures.count[:, other] - figures.count[:, place]
                headline = figures.keys[other][2] == find(key[0]).time.headline != key[2]
                shown[both, place if headline else other] = not_isolating(figures.ground, ring, both, rules.smallest_count)[both]
    return shown


def no_few_risen(figures: Figures, shown: Mask, rules: Rules) -> Mask:
    """What may stay so that nobody learns how few reached the upper levels between two windows: of one of them the parts go."""
    shown = shown.copy()
    for inner, outer in _upper_levels(figures):
        both, risen = inner.told(shown) & outer.told(shown), inner.left_over(figures) - outer.left_over(figures)
        headline = inner.time == find(figures.keys[inner.upper[0]][0]).time.headline
        few = both & (risen > 0) & (risen < rules.smallest_count)
        stay = ~both | not_isolating(figures.ground, risen, both & ~few, rules.smallest_count)
        shown[:, list((outer if headline else inner).group.parts)] &= stay[:, None]
    return shown


def all_or_none_of_what_lasts(figures: Figures, shown: Mask) -> Mask:
    """What may stay so that what lasts is not hidden in one window and shown, with its fellow parts, in another of its base."""
    shown = shown.copy()
    lasting = [group for group in figures.groups if any(find(figures.keys[part][0]).lasts for part in group.parts)]
    while True:
        before = shown.copy()
        for one, other in combinations(lasting, 2):
            if [figures.keys[part][:2] for part in one.parts] != [figures.keys[part][:2] for part in other.parts]:
                continue
            parts = [*one.parts, *other.parts]
            same = (figures.n[:, one.parts[0]] == figures.n[:, other.parts[0]]) & figures.held(one.parts[0])
            shown[:, parts] &= (~same | shown[:, parts].all(axis=1))[:, None]
        if (shown == before).all():
            return shown


@dataclass(frozen=True)
class _Upper:
    """The upper levels of a whole at one time: those of its parts that are reached for good."""

    group: Group
    upper: tuple[int, ...]
    time: str

    def told(self, shown: Mask) -> Mask:
        """Where it is known how many are at the upper levels: each is shown, or the whole and each of the lower ones."""
        lower = [part for part in self.group.parts if part not in self.upper]
        whole = np.ones(len(shown), dtype=bool) if self.group.whole is None else shown[:, self.group.whole]
        return np.asarray(shown[:, list(self.upper)].all(axis=1) | (whole & shown[:, lower].all(axis=1)))

    def left_over(self, figures: Figures) -> Counts:
        """How many are not at the upper levels: of a longer time, which fewer have reached, they are among those of a shorter."""
        return np.asarray(figures.n[:, self.upper[0]] - figures.count[:, list(self.upper)].sum(axis=1))


def _upper_levels(figures: Figures) -> Iterator[tuple[_Upper, _Upper]]:
    """The same upper levels at two times, the second around the first."""
    found: list[_Upper] = []
    for group in figures.groups:
        names = {figures.keys[part][0]: part for part in group.parts}
        for name in names:
            upper = [names[one] for one in _rising(name) if one in names]
            if 1 < len(upper) < len(names):
                found.append(_Upper(group, tuple(upper), figures.keys[upper[0]][2]))
    for one in found:
        yield from ((one, other) for other in found if _around(figures, one.upper, other.upper))


def _rising(name: str | None) -> Iterator[str]:
    while name is not None:
        yield name
        name = find(name).rises_to


def _around(figures: Figures, inner: Sequence[int], outer: Sequence[int]) -> bool:
    """Whether these are the same indicators on the same basis, and the time of the second lies around that of the first."""
    alike = [figures.keys[part][:2] for part in inner] == [figures.keys[part][:2] for part in outer]
    return alike and months_of(figures.keys[inner[0]][2]) < months_of(figures.keys[outer[0]][2])
