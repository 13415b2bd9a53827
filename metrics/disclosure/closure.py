"""What follows when the ranges of nested times are passed on from one to another, along every line of the lattice.

Each figure's own table says how far its hidden numbers may lie apart. An indicator that cumulates has one such table a time, and
what is left of one time bounds the next: shorter times count no more children than longer ones, and together no fewer than
the time they make up. Here all that is followed to its end, and what would pin a hidden number is hidden too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from metrics.catalogue import find
from metrics.disclosure.attacker import Mask, Numbers
from metrics.disclosure.linked import Figures, months_of
from metrics.disclosure.means import Line, Rows, by_length

_ROUNDS = 60
_MORE = 3.0  # children wider than a table asks: here what is not followed to its end is how the times overlap


@dataclass
class Family:
    """One indicator at its nested times; low and high of counted and left over, by key and cut, in children."""

    keys: list[int]
    months: list[frozenset[int]]
    low: Numbers
    high: Numbers


def hide_what_times_tell(figures: Figures, shown: Mask, known: Mask, wide: float) -> Mask:
    """What may still be shown of every family of nested times; `known` says where each base is."""
    shown, every = shown.copy(), by_length(figures.ground)
    for keys, months in _families(figures):
        for _ in range(_ROUNDS):
            family = _closed(figures, keys, months, shown, known, every)
            narrow = _narrow(figures, family, shown, wide + _MORE)
            hidden = [_pinning(figures, family, shown, int(key), int(cut)) for key, cut in zip(*np.nonzero(narrow), strict=True)]
            chosen = {one for one in hidden if one is not None}
            if not chosen:
                break
            for place, cut in chosen:
                shown[figures.ground.down_from(cut), place] = False
    return shown


def _families(figures: Figures) -> Iterator[tuple[list[int], list[frozenset[int]]]]:
    """The keys of each indicator that is counted over nested windows, and those within one another at one time.

    With each what it covers: months; or, of one time, a mark of its own, and of what the others are within, all marks.
    """
    found: dict[str, list[int]] = {}
    inside: dict[tuple[str, str], list[int]] = {}
    for place, (indicator, basis, time) in enumerate(figures.keys):
        if months_of(time) and basis == "observed" and _cumulates(indicator):
            found.setdefault(indicator, []).append(place)
        for outer in find(indicator).within if basis == "observed" and not find(indicator).splits else ():
            if figures.of(outer, "observed", time) is not None:
                inside.setdefault((outer, time), []).append(place)
    for keys in found.values():
        if len(keys) > 1:
            yield keys, [months_of(figures.keys[key][2]) for key in keys]
    for (outer, time), keys in inside.items():
        whole = figures.of(outer, "observed", time)
        assert whole is not None, "it was found above"
        marks = [frozenset({mark}) for mark in range(len(keys))]
        yield [*keys, whole], [*marks, frozenset(range(len(keys) + 2))]


def _cumulates(indicator: str) -> bool:
    return find(indicator).cumulates


def _closed(
    figures: Figures, keys: list[int], months: list[frozenset[int]], shown: Mask, known: Mask, every: Sequence[Line]
) -> Family:
    """All that follows of a family: first what is shown, then line by line and time by time until nothing new does."""
    n = np.nan_to_num(figures.n[:, keys].T)
    based = known[:, [figures.bases[key] for key in keys]].T | figures.nobody[:, keys].T
    seen = shown[:, keys].T
    count = np.nan_to_num(figures.count[:, keys].T)
    total = np.full(n.shape, n.max(initial=0.0))
    low = np.stack([np.where(seen, count, 0), np.where(seen, n - count, 0)])
    high = np.stack([np.where(seen, count, total), np.where(seen, n - count, total)])
    family = Family(keys, months, low, high)
    for _ in range(_ROUNDS):
        before = family.low.copy(), family.high.copy()
        _bases(family, n, based)
        for wholes, parts in every:
            _line(family, wholes, parts)
        _times(family, n, based)
        if np.array_equal(before[0], family.low) and np.array_equal(before[1], family.high):
            break
    return family


def _bases(family: Family, n: Numbers, based: Mask) -> None:
    """What is counted and what is left over make up a base that is known."""
    for one, other in ((0, 1), (1, 0)):
        family.low[one] = np.where(based, np.maximum(family.low[one], n - family.high[other]), family.low[one])
        family.high[one] = np.where(based, np.minimum(family.high[one], n - family.low[other]), family.high[one])


def _line(family: Family, wholes: Rows, parts: Rows) -> None:
    """The parts of a line make up its whole."""
    low, high = family.low[:, :, parts], family.high[:, :, parts]
    least, most = low.sum(axis=3), high.sum(axis=3)
    _tighten(family, wholes, least, most)
    whole_low, whole_high = family.low[:, :, wholes][..., None], family.high[:, :, wholes][..., None]
    part_low = whole_low - (most[..., None] - high)
    part_high = whole_high - (least[..., None] - low)
    flat = (*low.shape[:2], -1)
    _tighten(family, parts.ravel(), part_low.reshape(flat), part_high.reshape(flat))


def _tighten(family: Family, cuts: Rows, low: Numbers, high: Numbers) -> None:
    """Raise the least and lower the most of some cuts, of which one may be named more than once."""
    for number in range(low.shape[0]):
        for key in range(low.shape[1]):
            np.maximum.at(family.low[number, key], cuts, low[number, key])
            np.minimum.at(family.high[number, key], cuts, high[number, key])


def _times(family: Family, n: Numbers, based: Mask) -> None:
    """A longer time counts no fewer of the same children than one within it, and no more than the times that make it up."""
    for short, long in ((a, b) for a in range(len(family.keys)) for b in range(len(family.keys))):
        if family.months[short] < family.months[long]:
            same = based[short] & based[long] & (n[short] == n[long])
            for part, (less, more) in enumerate(((short, long), (long, short))):
                least, most = family.low[part, less].copy(), family.high[part, more].copy()
                family.low[part, more] = np.where(same, np.maximum(family.low[part, more], least), family.low[part, more])
                family.high[part, less] = np.where(same, np.minimum(family.high[part, less], most), family.high[part, less])
    for one, other in combinations(range(len(family.keys)), 2):
        for long, months in enumerate(family.months):
            if months == family.months[one] | family.months[other] and long not in (one, other):
                same = based[long] & (n[one] == n[long]) & (n[other] == n[long])
                most = family.high[0, one] + family.high[0, other]
                family.high[0, long] = np.where(same, np.minimum(family.high[0, long], most), family.high[0, long])
                for part, rest in ((one, other), (other, one)):
                    least = family.low[0, long] - family.high[0, rest]
                    family.low[0, part] = np.where(same, np.maximum(family.low[0, part], least), family.low[0, part])


def _narrow(figures: Figures, family: Family, shown: Mask, wide: float) -> Mask:
    """Hidden numbers that are left too little; not those of a group that is shown to hold nobody, or to be counted whole."""
    hidden = ~shown[:, family.keys].T & ~figures.nobody[:, family.keys].T
    left = (family.high - family.low) < wide
    return np.asarray(hidden & left.any(axis=0))


def _pinning(figures: Figures, family: Family, shown: Mask, key: int, cut: int) -> tuple[int, int] | None:
    """What to hide for a hidden number: another time of the same cut, the last decided first; else a part of a line it is in."""
    beside = [place for other, place in enumerate(family.keys) if other != key and shown[cut, place]]
    if beside:
        return max(beside, key=lambda place: (_rank(figures, place), place)), cut
    place = family.keys[key]
    siblings = [
        other
        for up in figures.ground.coarser[cut]
        for other, its in enumerate(figures.ground.coarser)
        if up in its and shown[other, place]
    ]
    if siblings:
        return place, min(siblings, key=lambda other: (-figures.ground.fineness[other], figures.count[other, place], other))
    wholes = [up for up in figures.ground.coarser[cut] if shown[up, place]]
    return (place, max(wholes, key=lambda up: (figures.ground.fineness[up], up))) if wholes else None


def _rank(figures: Figures, place: int) -> tuple[bool, int]:
    """How late a key's time is decided: the headline first, then the longest."""
    indicator, _, time = figures.keys[place]
    return time != find(indicator).time.headline, -len(months_of(time))
