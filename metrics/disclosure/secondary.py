"""Which figures to hide besides those too small: so that nothing hidden follows from all that is shown.

Bases first, once each; then wholes before their parts, coarse cuts before fine. Each table of linked figures shows as much
as leaves every hidden figure of it wide enough, and is audited as it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass

import numpy as np

from data.progress import Progress, silent
from metrics.catalogue import find
from metrics.disclosure.bases import decide_bases
from metrics.disclosure.deciding import Decision, chosen, decide
from metrics.disclosure.ground import Mask
from metrics.disclosure.linked import Figures, Group, nested
from metrics.disclosure.linked_tables import Left, table_of
from metrics.disclosure.rules import Rules
from metrics.disclosure.tables import Table
from metrics.indicator import Proportion


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
    known, falling = decide_bases(figures, safe, rules, crew)
    shown = np.zeros_like(safe)
    left = np.full(safe.shape, -np.inf), np.full(safe.shape, np.inf)
    for place, key in enumerate(figures.keys):
        if not isinstance(find(key[0]).measure, Proportion):
            shown[:, place] = safe[:, place] & known[:, figures.bases[place]]
    waiting = _after(figures, figures.groups)
    first = {other for group, before in waiting.items() for other in before if figures.keys[group.parts[0]][1] == "observed"}
    running: dict[Future[Decision], tuple[Group, Table]] = {}
    total = len(waiting)
    while waiting or running:
        for group in [group for group, before in waiting.items() if not before]:
            del waiting[group]
            table, candidates = table_of(figures, group, shown, known, rules, safe, left)
            running[crew.submit(decide if group in first else chosen, table, candidates)] = group, table
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


def _record(group: Group, decision: Decision, shown: Mask, falling: Mask, left: Left, figures: Figures) -> None:
    where = np.flatnonzero(figures.held(group.parts[0]))
    for row, part in enumerate(group.parts):
        shown[where, part] = decision.shown[row]
        left[0][where, part], left[1][where, part] = decision.low[row], decision.high[row]
    parts, cuts = np.divmod(decision.falling, len(where))
    for part, cut in zip(parts, cuts, strict=True):
        falling[where[cut], group.parts[min(part, len(group.parts) - 1)]] = True
