"""Figures that bound one another, read from the catalogue: over nested windows, within one another, sums and unions of others.

Each figure's own table says how far its hidden numbers may lie apart. Kin are in tables of their own, and what is left of one
bounds the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from metrics.catalogue import INDICATORS, find
from metrics.disclosure.linked import Figures, Group, months_of, nested

Places = tuple[int, ...]


@dataclass(frozen=True)
class Kin:
    """Keys that bound one another, and how; all but `keys` by their places among these.

    `order`: the keys in the order in which they are decided, those of one table at once. `nested`: whoever counts for the first
    counts for the second, and nothing lies between them; `over_time`: where the second is a longer time, reached by fewer
    children, all of whom have reached the first. `unions`: whoever counts for the first counts for one of the others. `sums`:
    each that counts for the first, or for anything where it is null, counts for just one of the others. `alike`: both count the
    very same children, so that either tells the other. `chained`: the first counts the very children of whom the others are
    shares.
    """

    keys: Places
    order: tuple[Places, ...]
    nested: tuple[tuple[int, int], ...]
    over_time: tuple[tuple[int, int], ...]
    unions: tuple[tuple[int, Places], ...]
    sums: tuple[tuple[int | None, Places], ...]
    alike: tuple[tuple[int, int], ...] = ()
    chained: tuple[tuple[int, Places], ...] = ()


def kins(figures: Figures) -> list[Kin]:
    """All keys observed that have kin, those that bound one another together."""
    together: dict[int, set[int]] = {}
    for some in _bound(figures):
        joined = set(some).union(*(together.get(key, ()) for key in some))
        together.update(dict.fromkeys(joined, joined))
    families = {min(some): some for some in together.values()}
    return [_kin(figures, sorted(families[first])) for first in sorted(families)]


def _bound(figures: Figures) -> Iterator[Sequence[int]]:
    """Keys that bound one another directly."""
    for place, key in enumerate(figures.keys):
        if key[1] == "observed" and (months_of(key[2]) or not find(key[0]).cumulates):
            for outer in sorted(figures.outer[place]):
                if figures.keys[outer][1] == "observed":
                    yield place, outer
    steps = {place: after for place, after in figures.chained if figures.keys[place][1] == "observed"}
    yield from ((step, *after) for step, after in steps.items())
    of_steps = {*steps, *(key for after in steps.values() for key in after)}
    for group in figures.groups:
        over_time = figures.keys[group.parts[0]][1] == "observed" and months_of(figures.keys[group.parts[0]][2])
        if over_time or of_steps & set(group.parts):
            yield group.parts if group.whole is None else (*group.parts, group.whole)


def _kin(figures: Figures, keys: Sequence[int]) -> Kin:
    at = {key: number for number, key in enumerate(keys)}
    tables = [group for group in figures.groups if group.parts[0] in at]
    every = [(at[key], at[outer]) for key in keys for outer in nested(figures, key, keys)[0]]
    between = {(inner, outer) for inner, one in every for other, outer in every if one == other}
    every = [pair for pair in every if pair not in between]
    times = [figures.keys[key][2] for key in keys]
    return Kin(
        tuple(keys),
        _in_order(figures, at, tables),
        tuple((inner, outer) for inner, outer in every if times[inner] == times[outer]),
        tuple((inner, outer) for inner, outer in every if times[inner] != times[outer]),
        (*_unions_of_times(figures, keys), *_unions_of_indicators(figures, at)),
        tuple(one for group in tables if group.exhaustive and set(group.parts) <= set(at) for one in _sums(figures, at, group)),
        tuple((at[one], at[other]) for one, other in combinations(keys, 2) if _same_children(figures, one, other)),
        tuple((at[step], tuple(at[key] for key in after)) for step, after in figures.chained if step in at),
    )


def _sums(figures: Figures, at: dict[int, int], group: Group) -> Iterator[tuple[int | None, Places]]:
    """The parts of one table, and those of them that make up a figure which they are within."""
    yield None if group.whole is None else at[group.whole], tuple(at[part] for part in group.parts)
    for outer in sorted({outer for part in group.parts for outer in figures.outer[part] if outer in at}):
        within = [part for part in group.parts if outer in figures.outer[part]]
        if outer != group.whole and np.array_equal(
            np.nansum(figures.count[:, within], axis=1), np.nan_to_num(figures.count[:, outer])
        ):
            yield at[outer], tuple(at[part] for part in within)


def _in_order(figures: Figures, at: dict[int, int], tables: Sequence[Group]) -> tuple[Places, ...]:
    """Steps first, then tables as they are decided.

    A step is the base of the next. What counts the very children of an earlier figure is shown with that: either tells it.
    """
    steps = [step for step, _ in figures.chained if step in at]
    found: list[list[int]] = [[step] for step in steps]
    for table in tables:
        own: list[int] = []
        for part in (part for part in table.parts if part in at and part not in steps):
            alike = [some for some in found if any(_same_children(figures, one, part) for one in some)]
            (alike[0] if alike else own).append(part)
        found += [own] if own else []
    return tuple(tuple(at[part] for part in some) for some in found)


def _same_children(figures: Figures, one: int, other: int) -> bool:
    nested_ = other in figures.outer[one] or other in figures.inner[one]
    return nested_ and np.array_equal(figures.count[:, one], figures.count[:, other], equal_nan=True)


def _unions_of_times(figures: Figures, keys: Sequence[int]) -> Iterator[tuple[int, Places]]:
    """A longer time of an indicator that cumulates, and two that make it up."""
    named = [(figures.keys[key][0], months_of(figures.keys[key][2])) for key in keys]
    for (one, (indicator, first)), (other, (another, second)) in combinations(enumerate(named), 2):
        if indicator == another and find(indicator).cumulates and first | second:
            both = indicator, first | second
            yield from ((outer, (one, other)) for outer, it in enumerate(named) if it == both and outer not in (one, other))


def _unions_of_indicators(figures: Figures, at: dict[int, int]) -> Iterator[tuple[int, Places]]:
    """An indicator that counts whoever one of those within it does, at each time."""
    for key, number in at.items():
        indicator, basis, time = figures.keys[key]
        if find(indicator).is_union:
            inner = [figures.of(one.id, basis, time) for one in INDICATORS if indicator in one.within and one.splits is None]
            parts = tuple(at[place] for place in inner if place is not None)
            if len(parts) == len(inner):
                yield number, parts
