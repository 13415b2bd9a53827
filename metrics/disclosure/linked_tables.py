"""The table of figures that are parts of one whole: what is known of it beside all other figures, and what may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from metrics.catalogue import find
from metrics.disclosure.ground import Mask
from metrics.disclosure.linked import Counts, Figures, Group, counted_alike, months_of, nested
from metrics.disclosure.rules import Rules
from metrics.disclosure.tables import Sum, Table

Left = tuple[Counts, Counts]
"""Cuts × keys: the least and the most of the values that fit each hidden figure; infinite where none was looked for."""


def table_of(
    figures: Figures, group: Group, shown: Mask, known: Mask, rules: Rules, safe: Mask, left: Left | None = None
) -> tuple[Table, Mask]:
    """The table of a group of parts, and which of them may be shown.

    `known` says where each base is; `left` what fits the figures decided before, nothing where null.
    """
    held, parts = figures.held(group.parts[0]), list(group.parts)
    base = figures.bases[parts[0]]
    whole = figures.n[:, parts[0]] if group.whole is None else figures.count[:, group.whole]
    whole_known = known[:, base] if group.whole is None else shown[:, group.whole]
    floor, ceiling, apart = _limits(figures, group, shown, rules, left)
    candidates = safe[:, parts].T & whole_known & ~apart
    forced = np.zeros_like(candidates)
    for row, part in enumerate(parts):
        for other in _same_children(figures, part, shown):
            told_by = shown[:, other] & whole_known
            forced[row], candidates[row] = forced[row] | told_by, candidates[row] & told_by
    sums = list(_sums(figures, group, shown, held))
    _beside_their_sums(candidates, sums, held)
    for row, part in enumerate(parts):
        alike = counted_alike(figures, part)
        if alike is not None:
            candidates[row] &= known[:, alike]
    absent = np.zeros_like(candidates) if figures.absent is None else figures.absent[:, parts].T.copy()
    told, public = np.zeros((2, len(parts), len(figures.ground.cuts)))
    enough = np.full_like(told, np.inf)
    enough[[row for row, part in enumerate(parts) if part in dict(figures.chained)]] = rules.smallest_base
    for row, part in enumerate(parts):
        alike = counted_alike(figures, part)
        if alike is not None:  # told by the base of another figure, so not this table's to hide
            told[row], public[row] = np.nan_to_num(figures.n[:, alike]), known[:, alike]
            forced[row] |= safe[:, part] & known[:, alike] & whole_known
    for (cut, column), count in figures.published.items():
        ours = figures.count[cut, column]
        if column in parts and whole_known[cut] and (np.isnan(ours) or ours == count):
            told[parts.index(column), cut], public[parts.index(column), cut] = count, 1
            if count <= rules.wide:  # that few are in any part of it follows from the study alone
                absent[parts.index(column), figures.ground.down_from(cut)] = True
    sums += [Sum((row,), told[row, held], public[row, held] > 0) for row in range(len(parts)) if public[row].any()]
    table = Table(
        figures.ground.only(held),
        np.nan_to_num(figures.count[:, parts].T[:, held]),
        forced[:, held],
        figures.nobody[held, parts[0]],
        rules.wide,
        Sum((), np.nan_to_num(whole[held]), whole_known[held]),
        group.exhaustive,
        tuple(sums),
        (public[:, held] > 0) | absent[:, held],
        floor[:, held],
        ceiling[:, held],
        np.where(whole_known, np.inf, enough)[:, held],
    )
    return table, candidates[:, held]


def _limits(figures: Figures, group: Group, shown: Mask, rules: Rules, left: Left | None) -> tuple[Counts, Counts, Mask]:
    """What nested figures of the same cut say of each part: no less, no more, and where the part would say too much of them."""
    many = (len(group.parts), len(figures.ground.cuts))
    floor, ceiling, apart = np.zeros(many), np.full(many, np.inf), np.zeros(many, dtype=bool)
    decided = np.flatnonzero(shown.any(axis=0))
    for row, part in enumerate(group.parts):
        n, count = figures.n[:, part], figures.count[:, part]
        outer, inner = nested(figures, part, decided)
        if left is not None:
            apart[row] |= _pins(figures, part, shown, left, rules)
        for other in outer:
            if other == group.whole:
                continue
            if figures.keys[other][1] != figures.keys[part][1]:
                apart[row] |= ~shown[:, other]
            more, larger = figures.count[:, other], figures.n[:, other]
            here = shown[:, other] & ((larger == n) | (figures.keys[other][1] != figures.keys[part][1]))
            ceiling[row] = np.where(here, np.minimum(ceiling[row], more), ceiling[row])
            apart[row] |= here & _too_near(rules, larger - n, n, more - count)
            apart[row] |= here & (larger == n) & (more == count) & _over_time(figures, part, other)
            if figures.keys[other][1] != figures.keys[part][1]:
                apart[row] |= here & (larger > n) & _too_near(rules, larger - n, n, (larger - more) - (n - count))
        for other in (one for one in outer if figures.keys[one][1] == figures.keys[part][1]):
            apart[row] |= shown[:, other] & _few_left_over(figures, part, other, rules)
        for other in (one for one in inner if figures.keys[one][1] == figures.keys[part][1]):
            apart[row] |= shown[:, other] & _few_left_over(figures, other, part, rules)
        for other in inner:
            here = shown[:, other] & (figures.n[:, other] == n)
            floor[row] = np.where(here, np.maximum(floor[row], figures.count[:, other]), floor[row])
            apart[row] |= here & _too_near(rules, 0 * n, n, count - figures.count[:, other])
            apart[row] |= here & (count == figures.count[:, other]) & _over_time(figures, part, other)
    return floor, ceiling, apart


def _beside_their_sums(candidates: Mask, sums: Sequence[Sum], held: Mask) -> None:
    """Leave out parts wherever a figure that some of them make up is hidden, in place."""
    for hidden in (one.hidden for one in sums if one.hidden is not None):
        candidates[:, held] &= ~hidden


def _few_left_over(figures: Figures, inner: int, outer: int, rules: Rules) -> Mask:
    """Whether those not counted by the inner of two nested figures, less those not counted by the outer, are too few.

    The latter are among the former wherever the outer's base lies within the inner's: a window that fewer have reached.
    """
    left = figures.n - figures.count
    few = left[:, inner] - left[:, outer]
    return np.asarray((figures.n[:, inner] > figures.n[:, outer]) & (few >= 1) & (few < rules.smallest_count))


def _same_children(figures: Figures, part: int, shown: Mask) -> list[int]:
    """Figures decided before that are nested with a part and count the very same children: told by either."""
    outer, inner = nested(figures, part, np.flatnonzero(shown.any(axis=0)))
    return [other for other in (*outer, *inner) if np.array_equal(figures.count[:, other], figures.count[:, part])]


def _pins(figures: Figures, part: int, shown: Mask, left: Left, rules: Rules) -> Mask:
    """Where showing a part would leave a hidden figure, decided before, too little of what fits it."""
    n, count = figures.n[:, part], figures.count[:, part]
    low, high = left
    decided = np.flatnonzero(np.isfinite(low).any(axis=0))
    outer, inner = nested(figures, part, decided)
    found = np.zeros(len(n), dtype=bool)
    for other in outer:
        least = np.ceil(np.maximum(low[:, other], count))
        found |= np.isfinite(low[:, other]) & (figures.n[:, other] == n) & (np.floor(high[:, other]) - least < rules.wide)
    for other in inner:
        most = np.floor(np.minimum(high[:, other], count))
        found |= np.isfinite(low[:, other]) & (figures.n[:, other] == n) & (most - np.ceil(low[:, other]) < rules.wide)
    return found & ~shown[:, part]


def _over_time(figures: Figures, one: int, other: int) -> bool:
    """Whether two keys are the same figure at nested times: shown as the same number, they would tell every time between."""
    first, second = figures.keys[one], figures.keys[other]
    return first[0] == second[0] and first[2] != second[2] and bool(months_of(first[2]))


def nobody_over_time(figures: Figures, count: Counts) -> Mask:
    """Noughts, and wholes, of figures that cumulate: they would say so of every shorter, or longer, time."""
    cumulates = np.array([find(indicator).cumulates and bool(months_of(time)) for indicator, _, time in figures.keys])
    left = figures.n - count
    return np.asarray(cumulates & ((count == 0) | (left == 0)))


def _too_near(rules: Rules, base_left: Counts, base: Counts, left: Counts) -> Mask:
    """Whether what is left between two nested groups is a small one; with the same base, out of that base."""
    of = np.where(base_left > 0, base_left, base)
    return np.asarray(rules.small(of, left))


def _sums(figures: Figures, group: Group, shown: Mask, held: Mask) -> Iterator[Sum]:
    """Figures that some of the parts make up together: those that all of these, and no others of the group, are within."""
    _, basis, time = figures.keys[group.parts[0]]
    outer = {up for part in group.parts for up in find(figures.keys[part][0]).within}
    whole = np.flatnonzero(figures.ground.filters == 0)[0]
    for up in sorted(outer):
        place = figures.of(up, basis, time)
        if place is None or not group.exhaustive:
            continue
        rows = tuple(r for r, part in enumerate(group.parts) if up in find(figures.keys[part][0]).within)
        known = shown[held, place]
        hidden = ~known & ~figures.nobody[held, place]
        total = figures.count[whole, [group.parts[r] for r in rows]].sum()
        if np.isnan(total) or total == figures.count[whole, place]:
            yield Sum(rows, np.nan_to_num(figures.count[held, place]), known, hidden=hidden)
