"""Isolate a child's attendance: a mean times its base is a sum, and sums can be subtracted.

Wherever the whole and all but some parts of a line show their means, the rest of the line has one too; so has whoever is
observed but not followed. Where the rest is fewer than ten children, their attendance is told, and of a single child outright.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.attack.lines import Lines, lines_of
from tests.attack.released import HIDDEN, SHOWN, UNKNOWN, Counts, Group, Mask, Released
from tests.attack.targets import FEW, WIDTH, Findings

MEANS = ("attendance_mean", "attendance_sessions")
ATTENDED = {"missed_under_10": 0.9, "missed_under_50": 0.5}
"""The least share of their sessions that the children counted attended; `severely_absent` are the others of the second."""


@dataclass(frozen=True)
class Sums:
    """The bases of a mean by cut, and where the mean is known: shown, or subtracted to."""

    name: Group
    base: Counts
    known: Mask


def isolate(released: Released) -> Findings:
    """Groups of one to nine children whose mean follows from shown means and bases."""
    lines, found, shown = lines_of(released), [], 0
    for sums in _sums(released):
        shown += int(sums.known.sum())
        found += [f"{sums.name}: {children} children {where}" for children, where in _isolated(released, sums, lines)]
    return Findings("singletons from means", shown, len(found), len(found), tuple(found))


def count_by_means(released: Released) -> Findings:
    """Hidden counts of children by attendance of which a shown mean of the same children leaves fewer than six values."""
    tried, exact, found = 0, 0, []
    for mean, values in released.values.items():
        for counted, share in ATTENDED.items():
            name = Group("count", counted, mean.basis, mean.time)
            if mean.of in MEANS and name in released.keys:
                key = released.keys[name]
                base = released.shown[key.base]
                for cut in np.flatnonzero((key.state == HIDDEN) & (base != UNKNOWN) & ~np.isnan(values)):
                    fitting = sum(_fits(int(base[cut]), values[cut], rest, share) for rest in range(int(base[cut]) + 1))
                    tried, exact = tried + 1, exact + (fitting == 1)
                    found += [f"{name}: {fitting} values by {mean} in {released.words(int(cut))}"] if fitting <= WIDTH else []
    return Findings("counts from means", tried, exact, len(found), tuple(found))


def _fits(children: int, mean: float, rest: int, share: float) -> bool:
    """Whether so many of them may have attended less than a share of their sessions: each missed more than the rest of one."""
    least, most = (children * (1 - (mean + off) / 100) for off in (0.05, -0.05))
    allowed = 1 - share
    return (rest * allowed < most or rest == 0) and least <= rest + (children - rest) * allowed


def _sums(released: Released) -> Iterator[Sums]:
    """Each mean, and the mean of those observed at a term and not followed."""
    told: dict[Group, Sums] = {}
    for name, values in released.values.items():
        key = released.keys.get(name) or released.keys[name._replace(part="both")]
        base = released.shown[key.base]
        told[name] = Sums(name, base.copy(), ~np.isnan(values) & (base != UNKNOWN) & (key.state == SHOWN))
    yield from told.values()
    for name, followed in told.items():
        if name.basis == "followed":
            observed = told[name._replace(basis="observed")]
            both = observed.known & followed.known
            yield Sums(name._replace(basis="not followed"), np.where(both, observed.base - followed.base, UNKNOWN), both)


def _isolated(released: Released, sums: Sums, lines: list[Lines]) -> Iterator[tuple[int, str]]:
    """Every small group that the mean of is known of or can be subtracted to, and where it is."""
    base, known = sums.base, sums.known.copy()
    for cut in np.flatnonzero(known & (base >= 1) & (base < FEW)):
        yield int(base[cut]), f"in {released.words(int(cut))}"
    while True:
        before = int(known.sum())
        for line in lines:
            yield from _subtract(released, line, base, known)
        if int(known.sum()) == before:
            return


def _subtract(released: Released, line: Lines, base: Counts, known: Mask) -> Iterator[tuple[int, str]]:
    """What one pass over some lines settles, which is noted; small groups among it, once each."""
    parts = known[line.parts]
    missing = (~parts).sum(axis=1)
    summed = np.where(parts, base[line.parts], 0).sum(axis=1)
    for place in np.flatnonzero((missing == 0) & ~known[line.wholes]):
        base[line.wholes[place]], known[line.wholes[place]] = summed[place], True
    rest = base[line.wholes] - summed
    for place in np.flatnonzero((missing > 0) & known[line.wholes]):
        hidden = line.parts[place][~parts[place]]
        # What is left of a group that was few already is the same few children again.
        if 1 <= rest[place] < FEW <= base[line.wholes[place]]:
            yield int(rest[place]), f"left of {released.words(int(line.wholes[place]))} by {line.by}"
        if len(hidden) == 1:
            base[hidden[0]], known[hidden[0]] = rest[place], True
