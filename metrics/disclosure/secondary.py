"""Which figures to hide besides those too small: so that nothing hidden follows from all that is shown.

Bases first, once each; then wholes before their parts, coarse cuts before fine. Each table of linked figures shows as much
as leaves every hidden figure of it wide enough, and is audited as it is made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from data.progress import Progress, silent
from metrics.catalogue import find
from metrics.disclosure.ground import Ground, Mask
from metrics.disclosure.linked import (
    Counts,
    Figures,
    Group,
    Key,
    comparable,
    counted_alike,
    groups,
    months_of,
    nested,
    order_of_bases,
    reference_base,
)
from metrics.disclosure.means import not_isolating
from metrics.disclosure.tables import NONE, Decision, Sum, Table, choose, decide
from metrics.indicator import Headcount, Proportion

Left = tuple[Counts, Counts]
"""Cuts × keys: the least and the most of the values that fit each hidden figure; infinite where none was looked for."""


@dataclass(frozen=True)
class Rules:
    """The numbers of a policy that decide what is small."""

    smallest_base: int
    smallest_count: int
    smallest_base_of_a_zero: int

    @property
    def wide(self) -> float:
        """How far apart the bounds of a hidden figure must be: so that it could be as many as are never shown."""
        return float(self.smallest_count - 1)

    def small(self, base: Counts, count: Counts) -> Mask:
        """Which groups of `count` out of `base` are too small to be known, or nobody out of too few."""
        few = (count >= 1) & (count < self.smallest_count)
        return np.asarray(few | ((count == 0) & (base < self.smallest_base_of_a_zero)))


@dataclass(frozen=True)
class Outcome:
    """Cuts × keys: which figures are shown, and which fall although all that could be hidden for them is.

    `known`: where each base is shown, by the first key that has it.
    """

    shown: Mask
    known: Mask
    falling: Mask


def protect_figures(figures: Figures, safe: Mask, rules: Rules, crew: Executor, progress: Progress = silent) -> Outcome:
    """Show as many of the figures that are `safe` for themselves as leaves every hidden one wide."""
    known, falling = _bases(figures, safe, rules, crew)
    shown = np.zeros_like(safe)
    left = np.full(safe.shape, -np.inf), np.full(safe.shape, np.inf)
    for place, key in enumerate(figures.keys):
        if not isinstance(find(key[0]).measure, Proportion):
            shown[:, place] = safe[:, place] & known[:, figures.bases[place]]
    waiting = _after(figures, groups(figures))
    running: dict[Future[Decision], tuple[Group, Table]] = {}
    total = len(waiting)
    while waiting or running:
        for group in [group for group, before in waiting.items() if not before]:
            del waiting[group]
            table, candidates = table_of(figures, group, shown, known, rules, safe, left)
            running[crew.submit(decide, table, candidates)] = group, table
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for task in done:
            group, table = running.pop(task)
            _record(group, task.result(), shown, falling, left, figures)
            for before in waiting.values():
                before.discard(group)
            progress("Protecting", total - len(waiting) - len(running), total)
    return Outcome(shown, known, falling)


def _after(figures: Figures, every: Sequence[Group]) -> dict[Group, set[Group]]:
    """The groups that each group waits for: those decided earlier that hold its whole, or are nested with it."""
    of = {part: group for group in every for part in group.parts}
    waits: dict[Group, set[Group]] = {}
    for group in every:
        linked = {of[other] for part in group.parts for many in nested(figures, part, of) for other in many}
        if group.whole is not None:
            linked.add(of[group.whole])
        waits[group] = {other for other in linked if other in waits}
    return waits


FEW_CUTS = 200
"""Of a lattice so small that its tables are decided faster than processes start."""


@contextmanager
def at_work(cuts: int) -> Iterator[Executor]:
    """A process a core to decide tables in; none but this one where there is little to decide."""
    if cuts <= FEW_CUTS:
        yield Alone()
        return
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("forkserver"), _one_thread) as crew:
        yield crew


class Alone(Executor):
    """Does what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A task that is done."""
        task: Future[Any] = Future()
        try:
            task.set_result(fn(*args, **kwargs))
        except Exception as error:
            task.set_exception(error)
        return task


def _one_thread() -> None:
    """Processes that each keep a core busy gain nothing from threads."""
    threadpool_limits(1)


def _bases(figures: Figures, safe: Mask, rules: Rules, crew: Executor) -> tuple[Mask, Mask]:
    """Where each base is known, by the first key that has it; with what falls."""
    known, falling = (np.zeros(figures.n.shape, dtype=bool) for _ in range(2))
    decided: list[int] = []
    waves: list[list[int]] = []
    order = order_of_bases(figures)
    inside = {place: reference_base(figures, place, order[:rank]) for rank, place in enumerate(order)}
    for place in order:
        before = {inside[place], *_observed(figures, place), *_bases_of_alike(figures, place)}
        wave = max((number + 1 for number, many in enumerate(waves) if before & set(many)), default=0)
        waves += [[] for _ in range(wave + 1 - len(waves))]
        waves[wave].append(place)
    for wave_ in waves:
        asked = {place: _base(figures, place, safe, known, inside[place], rules) for place in wave_}
        alike: dict[bytes, Future[Decision]] = {}
        tasks: dict[int, Future[Decision]] = {}
        for place, (table, candidates) in asked.items():
            same = b"".join(part.tobytes() for part in (table.values, table.nobody, candidates))
            if same not in alike:
                alike[same] = crew.submit(_decide_base, table, candidates, adds_up(figures.keys[place]))
            tasks[place] = alike[same]
        for place, task in tasks.items():
            held = np.flatnonzero(figures.held(place))
            known[held, place] = task.result().shown[0]
            for observed in _observed(figures, place):
                both, others = known[:, place] & known[:, observed], figures.n[:, observed] - figures.n[:, place]
                known[both, place] = not_isolating(figures.ground, others, both, rules.smallest_base)[both]
            falling[held[task.result().falling], place] = True
        decided += wave_
    return known, falling


def _base(figures: Figures, place: int, safe: Mask, known: Mask, inside: int | None, rules: Rules) -> tuple[Table, Mask]:
    """Where one base may be shown: large enough, within what is shown of the base it is part of, no observed part too small."""
    n, held = np.nan_to_num(figures.n[:, place]), figures.held(place)
    candidates = (n >= rules.smallest_base) & ~figures.nobody[:, place]
    if inside is not None:
        candidates &= known[:, inside] | ~figures.held(inside) | ~comparable(figures, place, inside)
        for observed in _observed(figures, place):
            left = figures.n[:, observed] - n
            candidates &= (left == 0) | (left >= rules.smallest_base) | ~known[:, observed]
    for other, its in enumerate(figures.keys):
        if its[1:] == figures.keys[place][1:] and counted_alike(figures, other) == place:
            candidates &= safe[:, other] & known[:, figures.bases[other]] | ~figures.held(other)
    if isinstance(find(figures.keys[place][0]).measure, Headcount):
        candidates &= safe[:, place]
    nothing = np.zeros((1, held.sum()), dtype=bool)
    table = Table(figures.ground.only(held), n[None, held], nothing, figures.nobody[held, place], rules.wide)
    return table, candidates[None, held]


def _bases_of_alike(figures: Figures, place: int) -> set[int]:
    """The bases of the shares that count the very children of this one."""
    alike = (other for other, key in enumerate(figures.keys) if key[1:] == figures.keys[place][1:])
    return {figures.bases[other] for other in alike if counted_alike(figures, other) == place}


def _observed(figures: Figures, place: int) -> set[int]:
    """The bases of the same figures where the children come and go; none of a base that is such itself."""
    mine = (key for key, base in zip(figures.keys, figures.bases, strict=True) if base == place and key[1] == "followed")
    found = (figures.of(indicator, "observed", time) for indicator, _, time in mine)
    return {figures.bases[column] for column in found if column is not None}


def _decide_base(table: Table, candidates: Mask, audited: bool) -> Decision:
    if audited:
        return decide(table, candidates)
    shown = choose(table, candidates)
    return Decision(shown, NONE, np.full(shown.shape, -np.inf), np.full(shown.shape, np.inf))


def nobody_when_absent(keys: Sequence[Key]) -> Mask:
    """For which figures a public absence says that nobody is in the base: not for those whose base is every child."""
    return np.array([getattr(find(key[0]).measure, "denominator", None) != "TRUE" for key in keys])


def adds_up(key: Key) -> bool:
    """Whether the figures of parts add up to the whole's: not those of families, who can be in several."""
    measure = find(key[0]).measure
    return not isinstance(measure, Headcount) or measure.of == "child_id"


def _record(group: Group, decision: Decision, shown: Mask, falling: Mask, left: Left, figures: Figures) -> None:
    where = np.flatnonzero(figures.held(group.parts[0]))
    for row, part in enumerate(group.parts):
        shown[where, part] = decision.shown[row]
        left[0][where, part], left[1][where, part] = decision.low[row], decision.high[row]
    parts, cuts = np.divmod(decision.falling, len(where))
    for part, cut in zip(parts, cuts, strict=True):
        falling[where[cut], group.parts[min(part, len(group.parts) - 1)]] = True


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


__all__ = ["Ground", "Outcome", "Rules", "protect_figures", "table_of"]
