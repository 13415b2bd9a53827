"""Where the number of children in a base may be told: bases before all that is a share of them, large before small."""

from __future__ import annotations

from concurrent.futures import Executor, Future

import numpy as np

from metrics.catalogue import find
from metrics.disclosure.deciding import NONE, Decision, choose, decide
from metrics.disclosure.ground import Mask
from metrics.disclosure.linked import Figures, Key, comparable, counted_alike, order_of_bases, reference_base
from metrics.disclosure.means import not_isolating
from metrics.disclosure.rules import Rules
from metrics.disclosure.tables import Sum, Table
from metrics.indicator import Headcount


def decide_bases(figures: Figures, safe: Mask, rules: Rules, crew: Executor) -> tuple[Mask, Mask]:
    """Where each base is known, by the first key that has it; with what falls."""
    known, falling = (np.zeros(figures.n.shape, dtype=bool) for _ in range(2))
    decided: list[int] = []
    waves: list[list[int]] = []
    order = order_of_bases(figures)
    inside = {place: reference_base(figures, place, order[:rank]) for rank, place in enumerate(order)}
    for place in order:
        before = {inside[place], *_observed(figures, place), *_bases_of_alike(figures, place), *steps_before(figures, place)}
        wave = max((number + 1 for number, many in enumerate(waves) if before & set(many)), default=0)
        waves += [[] for _ in range(wave + 1 - len(waves))]
        waves[wave].append(place)
    for wave_ in waves:
        asked = {place: _base(figures, place, safe, known, inside[place], rules) for place in wave_}
        alike: dict[bytes, Future[Decision]] = {}
        tasks: dict[int, Future[Decision]] = {}
        for place, (table, candidates) in asked.items():
            sums = [part for one in (table.whole, *table.sums) if one is not None for part in (one.values, one.known)]
            audited = adds_up(figures.keys[place])
            same = b"".join(part.tobytes() for part in (np.bool_(audited), table.values, table.nobody, candidates, *sums))
            if same not in alike:
                alike[same] = crew.submit(_decide_base, table, candidates, audited)
            tasks[place] = alike[same]
        for place, task in tasks.items():
            held = np.flatnonzero(figures.held(place))
            known[held, place] = task.result().shown[0]
            for observed in _observed(figures, place):
                both, others = known[:, place] & known[:, observed], figures.n[:, observed] - figures.n[:, place]
                known[both, place] = not_isolating(figures.ground, others, both, rules.smallest_base)[both]
            falling[held[task.result().falling % len(held)], place] = True
        decided += wave_
    return known, falling


def _base(figures: Figures, place: int, safe: Mask, known: Mask, inside: int | None, rules: Rules) -> tuple[Table, Mask]:
    """Where one base may be shown: large enough, within what is shown of the base it is part of, no observed part too small."""
    n, held = np.nan_to_num(figures.n[:, place]), figures.held(place)
    candidates = (n >= rules.smallest_base) & ~figures.nobody[:, place]
    steps = steps_before(figures, place)
    if steps:
        candidates &= _many_between(figures, place, steps, known, rules)
    elif inside is not None:
        candidates &= known[:, inside] | ~figures.held(inside) | ~comparable(figures, place, inside)
    for observed in _observed(figures, place) if inside is not None else ():
        left = figures.n[:, observed] - n
        candidates &= (left == 0) | (left >= rules.smallest_base) | ~known[:, observed]
    for other, its in enumerate(figures.keys):
        if its[1:] == figures.keys[place][1:] and counted_alike(figures, other) == place:
            few_left = rules.small(figures.n[:, other], figures.n[:, other] - figures.count[:, other])
            beside = known[:, figures.bases[other]]
            candidates &= safe[:, other] & (beside | bool(steps)) | (few_left & ~beside & bool(steps)) | ~figures.held(other)
    for step, after in figures.chained:  # a step that everybody took has the base of the next, which tells it
        if figures.bases[step] == figures.bases[after[0]] == place:
            candidates &= safe[:, step]
    if isinstance(find(figures.keys[place][0]).measure, Headcount):
        candidates &= safe[:, place]
    table = table_of_base(figures, place, known, rules)
    return table, np.concatenate([candidates[None, held], np.zeros((len(table.values) - 1, held.sum()), dtype=bool)])


def table_of_base(figures: Figures, place: int, known: Mask, rules: Rules) -> Table:
    """The table of one base; of those who took a step, also those who came as far as each step before, in order.

    Its first part is the base. What is left of the step just before is the rest; the others stopped earlier.
    """
    held, steps = figures.held(place), steps_before(figures, place)
    ground, nobody = figures.ground.only(held), figures.nobody[held, place]
    n, told = np.nan_to_num(figures.n[held][:, [place, *steps]]).T, known[held][:, [place, *steps]].T
    if not steps:
        return Table(ground, n, np.zeros((1, len(nobody)), dtype=bool), nobody, rules.wide)
    came_no_further = n[2:] - n[1:-1]
    values = np.concatenate([n[:1], came_no_further])
    rest, sums = len(values), []
    for step in range(1, len(steps)):
        sums.append(Sum((0, rest, *range(1, step)), n[step], told[step], hidden=~told[step] & ~nobody))
    sums.append(Sum((rest,), n[1] - n[0], np.zeros(len(nobody), dtype=bool), hidden=~told[1] & ~nobody))
    free = np.concatenate([np.zeros((1, len(nobody)), dtype=bool), told[2:] & told[1:-1]])
    whole = Sum((), n[-1], told[-1])
    return Table(ground, values, np.zeros(values.shape, dtype=bool), nobody, rules.wide, whole, sums=tuple(sums), free=free)


def steps_before(figures: Figures, place: int) -> list[int]:
    """The bases that this one is a part of as one step after another, the last step first; none where it is of no step."""
    told_by = {figures.bases[after[0]]: figures.bases[step] for step, after in reversed(figures.chained)}
    found: list[int] = []
    while place in told_by and told_by[place] not in (place, *found):
        place = told_by[place]
        found.append(place)
    return found


def _many_between(figures: Figures, place: int, steps: list[int], known: Mask, rules: Rules) -> Mask:
    """Where those of the last step known who did not come as far are many, or nobody out of many."""
    n, many, asked = figures.n[:, place], np.ones(len(known), dtype=bool), np.ones(len(known), dtype=bool)
    for step in steps:
        here = asked & known[:, step]
        many[here] &= ~rules.small(figures.n[:, step], figures.n[:, step] - n)[here]
        asked &= ~known[:, step]
    return many


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


def adds_up(key: Key) -> bool:
    """Whether the figures of parts add up to the whole's: not those of families, who can be in several."""
    measure = find(key[0]).measure
    return not isinstance(measure, Headcount) or measure.of == "child_id"
