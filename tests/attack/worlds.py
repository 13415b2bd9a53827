"""How groups of children lie in one another, and what adds up because of it.

A world is a set of kinds of child that exclude one another, and the groups that are made of them. Which groups add up to
which, and which lies within which, follows; so does every difference of two nested groups, a group like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise

from tests.attack.released import Group

Kinds = frozenset[int]


@dataclass(frozen=True)
class Equation:
    """`whole` is the sum of `parts`, in every cut."""

    whole: Group
    parts: tuple[Group, ...]


@dataclass(frozen=True)
class World:
    """Kinds of child, by number, and which of them each group is made of."""

    name: str
    kinds: int
    groups: dict[Group, Kinds]

    @cached_property
    def named(self) -> dict[Kinds, list[Group]]:
        """The groups of the same children."""
        found: dict[Kinds, list[Group]] = {}
        for group, kinds in self.groups.items():
            found.setdefault(kinds, []).append(group)
        return found

    def differences(self) -> dict[Kinds, tuple[Group, list[tuple[Group, Group]]]]:
        """Each difference of nested groups that is none of the groups: a name for it, and the pairs it is the difference of."""
        found: dict[Kinds, tuple[Group, list[tuple[Group, Group]]]] = {}
        for small, large in combinations(sorted(self.named, key=len), 2):
            alike = [(a, b) for a in self.named[large] for b in self.named[small] if _alike(a, b)]
            if small < large and large - small not in self.named and alike:
                outer, inner = alike[0]
                name = Group("difference", f"[{outer}] less [{inner}]", "", self.name)
                found.setdefault(large - small, (name, []))[1].append((outer, inner))
        return found

    def equations(self) -> Iterator[Equation]:
        """Groups that are the same, groups that are sums of others, and groups that are another and a difference."""
        for same in self.named.values():
            yield from (Equation(one, (other,)) for one, other in pairwise(same))
        for whole in self.named:
            for cover in self._covers(whole):
                yield Equation(self.named[whole][0], tuple(self.named[part][0] for part in cover))
        for name, of in self.differences().values():
            yield from (Equation(outer, (inner, name)) for outer, inner in of)

    def _covers(self, whole: Kinds) -> Iterator[tuple[Kinds, ...]]:
        """The ways to make a group of others, without those that a smaller sum already tells."""
        inside = [part for part in self.named if part < whole]
        covers = list(_exact(whole, inside))
        for cover in covers:
            sums = (frozenset().union(*some) for size in range(2, len(cover)) for some in combinations(cover, size))
            if len(cover) > 1 and not any(one in self.named for one in sums):
                yield cover


_WHOLES = ("base", "both")
_LIKE = (_WHOLES, ("count", "before", "after"), ("rest", "not before", "not after"))


def _alike(outer: Group, inner: Group) -> bool:
    """Whether one less the other is a question somebody would ask: of bases, of counts, or of those left of them.

    Not the bases of two indicators: they differ by the children whose one value is not known, of whom nothing else follows.
    """
    if {outer.part, inner.part} <= set(_WHOLES) and "followed" not in (outer.basis, inner.basis):
        return False
    near = outer.of == inner.of or (outer.basis, outer.time) == (inner.basis, inner.time) or "pair" in (outer.basis, inner.basis)
    return near and any({outer.part, inner.part} <= set(parts) for parts in _LIKE)


def _exact(left: Kinds, parts: list[Kinds]) -> Iterator[tuple[Kinds, ...]]:
    if not left:
        yield ()
        return
    first = min(left)
    for part in parts:
        if first in part and part <= left:
            yield from ((part, *rest) for rest in _exact(left - part, parts))


def chosen(takes: Iterable[bool]) -> Kinds:
    """The kinds for which something holds, by their numbers."""
    return frozenset(number for number, taken in enumerate(takes) if taken)
