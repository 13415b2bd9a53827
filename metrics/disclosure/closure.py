"""What follows when the ranges of kin are passed on from one to another, along every line of the lattice.

Here all that is followed to its end, and a figure is shown only where nothing hidden of its kin is told too closely by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data.errors import DataError
from metrics.catalogue import find
from metrics.disclosure.along import Lines, along_lines
from metrics.disclosure.attacker import Mask, Numbers
from metrics.disclosure.kin import Kin, kins
from metrics.disclosure.linked import Counts, Figures
from metrics.disclosure.means import Rows

_ROUNDS = 60
"""Of passing ranges on: many more than a release takes. What were left after them, the attack before writing would find."""


def beside_kin(figures: Figures, shown: Mask, known: Mask, least: tuple[Counts, Counts], wide: float) -> Mask:
    """What may still be shown of figures that have kin; `known` says where each base is.

    `least`: how many are counted, and left over, at the least, because something else says so; cuts by keys.

    The first of a kin stays as it was decided. Every other joins it cut by cut, coarse ones first, as long as nothing hidden,
    of any of them, is told too closely.
    """
    shown, web = shown.copy(), Lines.of(figures.ground)
    for kin in kins(figures):
        keys = list(kin.keys)
        company = Company(figures, kin, known, least, wide, web)
        wanted, kept = shown[:, keys].T.copy(), np.zeros((len(keys), len(shown)), dtype=bool)
        for one, other in kin.alike:
            for place, beside in ((one, other), (other, one)):
                wanted[place] &= wanted[beside] | ~company.held[beside]
        _beside_steps(company, wanted)
        kept[list(kin.order[0])] = wanted[list(kin.order[0])]
        ranges = company.closed(company.nothing_shown, kept)
        already = company.falling(ranges, kept)
        if not (company.falling(company.closed(ranges, wanted), wanted) & ~already).any():
            shown[:, keys] = wanted.T
            continue
        for places in kin.order[1:]:
            for fineness in np.unique(figures.ground.fineness):
                joining = np.zeros_like(kept)
                joining[list(places)] = wanted[list(places)] & (figures.ground.fineness == fineness)
                together = kept | joining
                _beside_steps(company, together)
                joining &= together
                kept, ranges = company.joined(kept, ranges, joining, already)
        shown[:, keys] = kept.T
    return shown


def _beside_steps(company: Company, shown: Mask) -> None:
    """Hide what tells a hidden step in place: of those who took it, where the base of the step itself is told too."""
    for step, after in company.kin.chained:
        told = shown[list(company.of_same_base[step])].any(axis=0)
        shown[list(after)] &= shown[step] | ~told


@dataclass(frozen=True)
class Ranges:
    """What is left of each figure of a kin, children: least and most of those counted and left over, by key and cut.

    `settled`: nothing new follows from these, so what follows from more begins where that narrows them.
    """

    low: Numbers
    high: Numbers
    settled: bool = False

    def copy(self) -> Ranges:
        """The same, to be narrowed."""
        return Ranges(self.low.copy(), self.high.copy())

    def narrower_than(self, before: Ranges) -> Mask:
        """The keys of which something is told more closely than before, or less."""
        return np.asarray(((self.low != before.low) | (self.high != before.high)).any(axis=(0, 2)))


@dataclass(frozen=True)
class Company:
    """A kin that is being shown, key by cut: what its bases are where they are known, and how wide hidden numbers must stay."""

    figures: Figures
    kin: Kin
    known: Mask
    least: tuple[Counts, Counts]
    wide: float
    lines: Lines

    @cached_property
    def n(self) -> Numbers:
        """How many are in each base."""
        return np.nan_to_num(self.figures.n[:, list(self.kin.keys)].T)

    @cached_property
    def count(self) -> Numbers:
        """How many of them are counted."""
        return np.nan_to_num(self.figures.count[:, list(self.kin.keys)].T)

    @cached_property
    def nobody(self) -> Mask:
        """Where publicly nobody is in the base."""
        return self.figures.nobody[:, list(self.kin.keys)].T

    @cached_property
    def held(self) -> Mask:
        """Where the release has the figure at all."""
        return np.array([self.figures.held(key) for key in self.kin.keys])

    @cached_property
    def based(self) -> Mask:
        """Where the base is known."""
        return self.known[:, [self.figures.bases[key] for key in self.kin.keys]].T | self.nobody

    @cached_property
    def of_same_base(self) -> tuple[tuple[int, ...], ...]:
        """For each key those that tell how many are in its base: all that have it, and the step that counts them."""
        bases = [self.figures.bases[key] for key in self.kin.keys]
        steps = {one: step for step, after in self.kin.chained for one in after if bases[step] != bases[one]}
        alike = (tuple(other for other, its in enumerate(bases) if its == base) for base in bases)
        return tuple((*every, *({steps[one] for one in every if one in steps})) for every in alike)

    @cached_property
    def nested(self) -> tuple[tuple[int, int], ...]:
        """Two keys of which one counts whoever the other does: where no base is in the way of it."""
        same = (pair for pair in self.kin.nested if np.array_equal(*self.n[list(pair)]))
        return (*same, *((inner, outer) for inner, outer in self.kin.over_time if (self.n[inner] >= self.n[outer]).all()))

    @property
    def nothing_shown(self) -> Ranges:
        """What is known before anything is shown; after the keys, those between each two that are nested."""
        low = np.stack([least[:, list(self.kin.keys)].T for least in self.least])
        low = np.concatenate([low, np.zeros((2, len(self.nested), low.shape[2]))], axis=1)
        return Ranges(low, np.full_like(low, self.n.max(initial=0.0)))

    def closed(self, ranges: Ranges, shown: Mask) -> Ranges:
        """All that follows of what was known with what is shown besides, until nothing new does."""
        before, ranges = ranges, ranges.copy()
        low, high = ranges.low, ranges.high
        own, first, cuts = slice(len(self.kin.keys)), *np.nonzero(shown)
        for part, number in enumerate((self.count, self.n - self.count)):
            low[part, first, cuts] = high[part, first, cuts] = number[shown]
        for step, after in self.kin.chained:  # the next base is how many took the step, whether its share is shown or not
            told = self.based[after[0]]
            low[0, step, told] = high[0, step, told] = self.count[step, told]
        changed = ranges.narrower_than(before) | (not before.settled)
        for _ in range(_ROUNDS):
            before = ranges.copy()
            self._bases(low[:, own], high[:, own])
            self._chained(low, high)
            self._lines(low, high, np.flatnonzero(changed | ranges.narrower_than(before)))
            self._nested(low, high)
            self._unions(low, high)
            self._sums(low, high)
            changed = ranges.narrower_than(before)
            if not changed.any():
                break
        if (low > high).any():
            raise DataError(self._contradiction)
        return Ranges(low, high, settled=True)

    @property
    def _contradiction(self) -> str:
        titles = dict.fromkeys(find(self.figures.keys[key][0]).title for key in self.kin.keys)
        return (
            f"The cohort store contradicts itself about {', '.join(titles)}: a figure counts fewer children than one that is "
            "a part of it, or than the same in a shorter time. Nothing was released: build the store anew (python -m data build)."
        )

    def falling(self, ranges: Ranges, shown: Mask) -> Mask:
        """What is told too closely: hidden numbers by key, and after the keys those who are between two that are nested."""
        return np.concatenate([self.narrow(ranges, shown), self.few_between(ranges)])

    def few_between(self, ranges: Ranges) -> Mask:
        """Where it is certain how many are between two that are nested, and they are few: nested pair by cut."""
        low, high = (bound[1, len(self.kin.keys) :] for bound in (ranges.low, ranges.high))
        return np.asarray((low == high) & (low > 0) & (low <= self.wide))

    def narrow(self, ranges: Ranges, shown: Mask) -> Mask:
        """Hidden numbers that are left too little; not those of a group that publicly holds nobody, nor inside a shown nought."""
        left = (ranges.high - ranges.low)[:, : len(self.kin.keys)] < self.wide
        for step, after in self.kin.chained:
            left[0, step] &= ~self.based[after[0]]
        return np.asarray(~shown & ~self.nobody & self.held & ~self._inside_noughts(shown) & left.any(axis=0))

    def _inside_noughts(self, shown: Mask) -> Mask:
        """Where a nought or a whole that is shown, of the figure or of one it is nested with, says the same of all it holds."""
        nought, whole = (shown & (part == 0) for part in (self.count, self.n - self.count))
        for inner, outer in self.kin.nested:
            nought[inner], whole[outer] = nought[inner] | nought[outer], whole[outer] | whole[inner]
        found = np.asarray(nought | whole)
        for key, cut in zip(*np.nonzero(found), strict=True):
            found[key, self.figures.ground.down_from(cut)] = True
        return found

    def joined(self, kept: Mask, ranges: Ranges, joining: Mask, already: Mask) -> tuple[Mask, Ranges]:
        """What is kept with as much of what would join as tells nothing hidden too closely; all that joins is of one fineness."""
        joining = joining & self._beside_coarser(kept)
        while joining.any():
            with_it = self.closed(ranges, kept | joining)
            narrow = np.asarray((self.falling(with_it, kept | joining) & ~already).any(axis=0))
            if not narrow.any():
                return kept | joining, with_it
            joining[:, self._telling(joining, narrow)] = False
        return kept, ranges

    def _beside_coarser(self, kept: Mask) -> Mask:
        """Where every coarser cut of a figure is kept, or has nobody."""
        held = kept | self.nobody
        return np.array([held[:, list(ups)].all(axis=1) for ups in self.figures.ground.coarser]).T

    def _telling(self, joining: Mask, narrow: Mask) -> list[int]:
        """The cuts that tell too much: for each hidden number its own, else the smallest along its lines; all if none is near."""
        cuts, found = np.asarray(joining.any(axis=0)), set[int]()
        size = np.where(joining, self.count, 0).sum(axis=0)
        for cut in np.flatnonzero(narrow):
            near = [int(cut)] if cuts[cut] else [other for other in self.lines.near[cut] if cuts[other]]
            found |= {min(near, key=lambda other: (size[other], other))} if near else set()
        return sorted(found) or np.flatnonzero(cuts).tolist()

    def _lines(self, low: Numbers, high: Numbers, keys: Rows) -> None:
        """Parts make up their wholes along every line: of these keys, as of others nothing changed since."""
        its_low, its_high = low[:, keys], high[:, keys]
        for wholes, parts, is_open in self.lines.every if len(keys) else ():
            along_lines(its_low, its_high, wholes, parts, is_open)
        low[:, keys], high[:, keys] = its_low, its_high

    def _bases(self, low: Numbers, high: Numbers) -> None:
        """What is counted and what is left over make up a base that is known."""
        for one, other in ((0, 1), (1, 0)):
            low[one] = np.where(self.based, np.maximum(low[one], self.n - high[other]), low[one])
            high[one] = np.where(self.based, np.minimum(high[one], self.n - low[other]), high[one])

    def _chained(self, low: Numbers, high: Numbers) -> None:
        """Whom a step counts are those counted and those left over of the next."""
        for step, every in self.kin.chained:
            after = list(every)
            least, most = low[:, after].sum(axis=0).max(axis=0), high[:, after].sum(axis=0).min(axis=0)
            low[0, step], high[0, step] = np.maximum(low[0, step], least), np.minimum(high[0, step], most)
            low[:, after] = np.maximum(low[:, after], low[0, step] - high[::-1, after])
            high[:, after] = np.minimum(high[:, after], high[0, step] - low[::-1, after])

    def _nested(self, low: Numbers, high: Numbers) -> None:
        """Whom the narrower of two leaves over are those whom the wider does, and those between them: a group as any other."""
        low, high = low[1], high[1]
        for between, (inner, outer) in enumerate(self.nested, len(self.kin.keys)):
            for row, least, most in (
                (inner, low[outer] + low[between], high[outer] + high[between]),
                (outer, low[inner] - high[between], high[inner] - low[between]),
                (between, low[inner] - high[outer], high[inner] - low[outer]),
            ):
                np.maximum(low[row], least, out=low[row])
                np.minimum(high[row], most, out=high[row])

    def _unions(self, low: Numbers, high: Numbers) -> None:
        """A union counts no more than those it unites together."""
        for whole, parts in self.kin.unions:
            same = np.all(self.n[list(parts)] == self.n[whole], axis=0)
            most = high[0, list(parts)].sum(axis=0)
            high[0, whole] = np.where(same, np.minimum(high[0, whole], most), high[0, whole])
            for part in parts:
                least = low[0, whole] - (most - high[0, part])
                low[0, part] = np.where(same, np.maximum(low[0, part], least), low[0, part])

    def _sums(self, low: Numbers, high: Numbers) -> None:
        """The parts make up those that the whole counts; without a whole, their base."""
        for whole, its in self.kin.sums:
            parts = list(its)
            least, most = low[0, parts].sum(axis=0), high[0, parts].sum(axis=0)
            if whole is not None:
                low[0, whole], high[0, whole] = np.maximum(low[0, whole], least), np.minimum(high[0, whole], most)
                total_low, total_high = low[0, whole], high[0, whole]
            else:
                total_low = np.where(self.based[parts[0]], self.n[parts[0]], 0)
                total_high = np.where(self.based[parts[0]], self.n[parts[0]], np.inf)
            low[0, parts] = np.maximum(low[0, parts], total_low - (most - high[0, parts]))
            high[0, parts] = np.minimum(high[0, parts], total_high - (least - low[0, parts]))
