"""Which figures tell of one another, read from the catalogue: bases first, wholes before their parts, coarse times before fine.

Every share is a part of its base; what `splits` names is made up of its parts; what is `within` another, what cumulates over
longer windows and those followed throughout are nested. Figures so linked are put into one table, or checked against one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt

from data.calendar import WINDOW_MONTHS
from metrics.catalogue import INDICATORS, find
from metrics.disclosure import published
from metrics.disclosure.ground import Ground, Mask
from metrics.filters import ALL
from metrics.indicator import SPANS, Basis, Headcount, Indicator, Proportion, RelativeTerms, Whole

Key = tuple[str, Basis, str]
"""An indicator, a basis and a time."""

Counts = npt.NDArray[np.float64]
COVERAGE = "coverage"


@dataclass(frozen=True)
class Figures:
    """The figures of a release laid out cut by key; numbers of children, NaN where not known.

    `nobody`: what is publicly nought. `known`: where n and count are known to whoever asks: everywhere for the
    compiler, where they are shown for an attacker. `absent`: what is publicly no figure, nought or not; as `nobody` if null.
    """

    ground: Ground
    keys: tuple[Key, ...]
    n: Counts
    count: Counts
    nobody: Mask
    known: Mask
    absent: Mask | None = None

    @cached_property
    def published(self) -> Mapping[tuple[int, int], float]:
        """What the published study says of figures of this release, by cut and column: numbers of children counted.

        None where the release is of other children than the study, or the base is not known.
        """
        study = published.cut()
        where = next((place for place, cut in enumerate(self.ground.cuts) if cut == study), None)
        everyone = self.of("recognised", "observed", ALL)
        if where is None or everyone is None or self.n[where, everyone] != published.children():
            return {}
        cells = ((self.of(indicator, "observed", time), value) for indicator, time, value in published.known())
        counts = {(where, column): self.n[where, column] * value / 100 for column, value in cells if column is not None}
        shares = (cell for cell in counts if isinstance(find(self.keys[cell[1]][0]).measure, Proportion))
        return {cell: float(np.round(counts[cell])) for cell in shares if not np.isnan(counts[cell])}

    @cached_property
    def place(self) -> Mapping[Key, int]:
        """The column of each key."""
        return {key: place for place, key in enumerate(self.keys)}

    @cached_property
    def bases(self) -> tuple[int, ...]:
        """For each key the first key that has the same base: so declared, or the same numbers wherever both are known."""
        declared: dict[tuple[object, ...], list[int]] = {}
        for place, key in enumerate(self.keys):
            of = _denominator(find(key[0])) or place
            declared.setdefault((*_kind_of_base(key), of), []).append(place)
        n, first = np.where(self.known, self.n, np.nan), list(range(len(self.keys)))
        comparable: dict[tuple[str, ...], list[tuple[int, Counts]]] = {}
        for (*kind, _), alike in declared.items():
            told, others = np.fmax.reduce(n[:, alike], axis=1), comparable.setdefault(tuple(map(str, kind)), [])
            same = (other for other, its in others if _same_numbers(self, alike[0], told, other, its))
            base = next(same, alike[0])
            for place in alike:
                first[place] = base
            if base == alike[0]:
                others.append((base, told))
        return tuple(first)

    @cached_property
    def outer(self) -> tuple[frozenset[int], ...]:
        """For each key the keys that hold whenever it does."""
        same: dict[str, list[int]] = {}
        for place, (indicator, _, _) in enumerate(self.keys):
            same.setdefault(indicator, []).append(place)
        found = []
        for key in self.keys:
            wider = (self.of(up, key[1], key[2]) for up in find(key[0]).within)
            among = {*same[key[0]], *(place for place in wider if place is not None)}
            found.append(frozenset(place for place in among if _holds_in(key, self.keys[place])))
        return tuple(found)

    @cached_property
    def inner(self) -> tuple[frozenset[int], ...]:
        """For each key the keys that hold only when it does."""
        found: list[set[int]] = [set() for _ in self.keys]
        for place, outer in enumerate(self.outer):
            for one in outer:
                found[one].add(place)
        return tuple(frozenset(one) for one in found)

    @cached_property
    def groups(self) -> list[Group]:
        """Every group of parts in the order in which they are decided."""
        return groups(self)

    @cached_property
    def chained(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Each share declared to count the very children of a base, and the keys that have that base: a step, and the next."""
        order = {indicator.id: number for number, indicator in enumerate(INDICATORS)}
        shares = [place for place, key in enumerate(self.keys) if isinstance(find(key[0]).measure, Proportion)]
        based: dict[tuple[str | None, ...], list[int]] = {}
        for place in shares:
            based.setdefault((*_kind_of_base(self.keys[place]), _denominator(find(self.keys[place][0]))), []).append(place)
        found = []
        for place in sorted(shares, key=lambda one: (order[self.keys[one][0]], self.keys[one])):
            after = based.get((*_kind_of_base(self.keys[place]), getattr(find(self.keys[place][0]).measure, "numerator", None)))
            found += [(place, tuple(after))] if after else []
        return tuple(found)

    def of(self, indicator: str, basis: Basis, time: str) -> int | None:
        """The column of a key; none where there is no such figure."""
        return self.place.get((indicator, basis, time))

    def told(self, shown: Mask) -> Figures:
        """The figures as whoever holds the release has them, where these are shown."""
        n, count = (np.where(shown, numbers, np.nan) for numbers in (self.n, self.count))
        return replace(self, n=n, count=count, known=shown)

    def only(self, places: Sequence[int]) -> Figures:
        """These columns in this order."""
        keys, absent = tuple(self.keys[place] for place in places), None if self.absent is None else self.absent[:, places]
        n, count, nobody, known = self.n[:, places], self.count[:, places], self.nobody[:, places], self.known[:, places]
        return Figures(self.ground, keys, n, count, nobody, known, absent)

    def held(self, place: int) -> Mask:
        """The cuts in which the release has the figure at all."""
        indicator, basis, _ = self.keys[place]
        most = find(indicator).most_filters_on(basis)
        return self.ground.filters <= (99 if most is None else most)


def _kind_of_base(key: Key) -> tuple[str, str, str, str]:
    """Of what a base counts children, by which month they are placed, on which basis and at which time."""
    return (find(key[0]).table, find(key[0]).period_of, key[1], key[2])


def _same_numbers(figures: Figures, one: int, n: Counts, other: int, its: Counts) -> bool:
    """Whether two bases have the same numbers of children wherever both are known, and somewhere are."""
    if any(isinstance(m, Headcount) and m.of != "child_id" for m in (find(figures.keys[key][0]).measure for key in (one, other))):
        return False  # a base is of children, and families are as many only by chance
    if not np.array_equal(figures.held(one), figures.held(other)):
        return False  # the one of fewer cuts would keep the other from all the rest
    both = ~np.isnan(n) & ~np.isnan(its)
    return bool(both.any() and np.array_equal(n[both], its[both]))


def _denominator(indicator: object) -> str | None:
    return getattr(getattr(indicator, "measure", None), "denominator", None)


@dataclass(frozen=True)
class Group:
    """Exclusive parts decided in one table. `whole`: the key whose count they make up; null where that is their base's n."""

    parts: tuple[int, ...]
    whole: int | None
    exhaustive: bool


def groups(figures: Figures) -> list[Group]:
    """Every group of parts in the order in which they are decided: wholes first, then headlines, then as in the catalogue."""
    shares = [key for key in figures.keys if isinstance(find(key[0]).measure, Proportion)]
    order = {indicator.id: place for place, indicator in enumerate(INDICATORS)}
    named: dict[tuple[str, str], int] = {}
    for key in shares:
        named[_label(key)] = min(named.get(_label(key), len(order)), order[key[0]])
    ordered = sorted(shares, key=lambda key: (key[1] == "followed", _depth(key[0]), _rank(key), named[_label(key)], key))
    found = []
    for (_, label), keys in groupby(ordered, key=lambda key: (key[1:], _label(key))):
        parts = tuple(figures.place[key] for key in keys)
        first = figures.keys[parts[0]]
        whole = figures.of(label[0], first[1], first[2])
        found.append(Group(parts, whole, _parts_of_split(first) == {figures.keys[part][0] for part in parts}))
    return found


def _parts_of_split(key: Key) -> set[str]:
    """The indicators that make up with this one what it is a part of; none where it is a part of nothing but its base."""
    _, basis, time = key
    label = _label(key)
    parts = (one for one in INDICATORS if one.splits and not has_own_base(one) and (one.splits, one.split_by or "") == label)
    return {one.id for one in parts if basis in one.bases and time in one.codes(basis)}


def _label(key: Key) -> tuple[str, str]:
    """What the key's indicator is a part of, and how that is split; its own id where of nothing but its base."""
    one = find(key[0])
    if one.splits is None or has_own_base(one):
        return f"{key[0]} alone", ""
    return one.splits, one.split_by or ""


@cache
def has_own_base(part: Indicator) -> bool:
    """Whether what counts is a part of another figure's count, but out of a part of its base: see `apart`."""
    whole = next((one for one in INDICATORS if one.id == part.splits), None)
    return whole is not None and _denominator(whole) != _denominator(part)


def _depth(indicator: str) -> int:
    """How many wholes an indicator is a part of, one within the other; what makes up other figures comes after them."""
    one = find(indicator)
    if one.splits in {other.id for other in INDICATORS}:
        return 1 + _depth(one.splits)
    beside = (other for other in INDICATORS if one.splits and (other.splits, other.split_by) == (one.splits, one.split_by))
    return int(any(other.within for other in beside))


def _rank(key: Key) -> tuple[bool, int, str]:
    """Which time comes first: the headline, then the term nearest to the imprisonment, or the longest window."""
    time = find(key[0]).time
    months = months_of(key[2])
    away = abs(int(key[2])) if isinstance(time, RelativeTerms) else -len(months)
    return (key[2] != time.headline, away, key[2])


def months_of(time: str) -> frozenset[int]:
    """The months of a window or a span, counted from the imprisonment; empty for other times."""
    parts = SPANS.get(time, (time,))
    if not all(part in WINDOW_MONTHS for part in parts):
        return frozenset()
    return frozenset(month for part in parts for month in range(WINDOW_MONTHS[part][0], WINDOW_MONTHS[part][1] + 1))


def nested(figures: Figures, place: int, among: Iterable[int]) -> tuple[list[int], list[int]]:
    """Of these keys, those that hold whenever this one does (outer), and those that hold only when it does (inner)."""
    few = list(among)
    return [one for one in few if one in figures.outer[place]], [one for one in few if one in figures.inner[place]]


def _holds_in(inner: Key, outer: Key) -> bool:
    """Whether every child counted under one key is counted under the other, where both have the child in their base."""
    if inner == outer:
        return False
    if inner[0] == outer[0] and inner[2] == outer[2]:
        return (inner[1], outer[1]) == ("followed", "observed")
    if inner[1] != outer[1]:
        return False
    if inner[2] == outer[2]:
        return outer[0] in find(inner[0]).within
    same = inner[0] == outer[0] and find(inner[0]).cumulates
    if same and months_of(inner[2]):
        return months_of(inner[2]) < months_of(outer[2])
    throughout = inner[1] == "followed" or _denominator(find(inner[0])) == "TRUE"
    return same and throughout and int(inner[2]) < int(outer[2])


def order_of_bases(figures: Figures) -> list[int]:
    """One key for each base: all children before those observed, those observed before those followed, large before small."""
    firsts = sorted(set(figures.bases))
    total = np.nan_to_num(figures.n[_whole(figures)])

    def rank(place: int) -> tuple[bool, bool, float, int]:
        indicator, basis, _ = figures.keys[place]
        return (basis == "followed", not isinstance(find(indicator).time, Whole), -float(total[place]), place)

    return sorted(firsts, key=rank)


def _whole(figures: Figures) -> int:
    return int(np.flatnonzero(figures.ground.filters == 0)[0])


def reference_base(figures: Figures, place: int, decided: Sequence[int]) -> int | None:
    """The decided base that contains this one: of the same times where there is one, else that of all children."""
    indicator, basis, time = figures.keys[place]
    one, everyone = find(indicator), None
    for other in decided:
        its, basis_of_it, time_of_it = figures.keys[other]
        alike = (find(its).table, find(its).period_of) == (one.table, one.period_of)
        if alike and (one.table == "care_windows" or time_of_it == time) and basis in (basis_of_it, "followed"):
            return other
        if isinstance(find(its).measure, Headcount) and everyone is None:
            everyone = other
    return everyone


def comparable(figures: Figures, one: int, other: int) -> Mask:
    """The cuts in which two bases count the same children's months: all, or those of no period."""
    if find(figures.keys[one][0]).period_of == find(figures.keys[other][0]).period_of:
        return np.ones(len(figures.ground.cuts), dtype=bool)
    return np.array([cut.period == ALL for cut in figures.ground.cuts])


def counted_alike(figures: Figures, part: int) -> int | None:
    """The base, other than its own, that is the very children a part counts: what tells of one tells of the other.

    So declared, as a step of the journey is the base of the next; or, of the parts of coverage, the same numbers. A part that
    counts everyone is told by its own base.
    """
    indicator, basis, time = figures.keys[part]
    if np.array_equal(figures.count[:, part], figures.n[:, part], equal_nan=True):
        return None
    coverage = find(indicator).splits == COVERAGE
    numerator = getattr(find(indicator).measure, "numerator", None)
    for base in sorted(set(figures.bases) - {figures.bases[part]}):
        if figures.keys[base][1:] != (basis, time):
            continue
        if not coverage and _denominator(find(figures.keys[base][0])) != numerator:
            continue
        both = figures.held(part) & figures.known[:, part] & ~np.isnan(figures.n[:, base])
        if both.any() and np.array_equal(figures.count[both, part], figures.n[both, base]):
            return base
    return None


def nobody_when_absent(keys: Sequence[Key]) -> Mask:
    """For which figures a public absence says that nobody is in the base: not for those whose base is every child."""
    return np.array([getattr(find(key[0]).measure, "denominator", None) != "TRUE" for key in keys])
