"""A release attacked before it is given out, exactly as its audit will: whatever lets a hidden number fall is hidden too.

The compiler knows every number and decides on tables of its own; the attacker has only what is shown. Here the attacker has the
last word: what cannot be made to pass is not released.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from data.progress import Progress, silent
from metrics.disclosure.attacker import InconsistentError, Mask
from metrics.disclosure.audit import Question
from metrics.disclosure.deciding import mend
from metrics.filters import Filters


@dataclass(frozen=True)
class Proof:
    """Cuts × columns: what may stay shown, and what falls although nothing more can be hidden for it."""

    shown: Mask
    falling: Mask


def until_none_falls(
    ask: Callable[[Mask], Iterable[Question]],
    shown: Mask,
    cuts: tuple[Filters, ...],
    crew: Executor,
    follow: Callable[[Mask], Mask] = np.copy,
    progress: Progress = silent,
) -> Proof:
    """Attack what would be shown and hide what pins whatever falls, until nothing does.

    `ask` gives the tables that an attacker would make of what is shown; `follow` hides what must not stand alone.
    """
    places, passed = {cut: place for place, cut in enumerate(cuts)}, set[bytes]()
    while True:
        asked = [(question, _digest(question)) for question in ask(shown) if not question.idle]
        asked = [one for one in asked if one[1] not in passed]
        tasks = [crew.submit(withstand, question) for question, _ in asked]
        before, falling = shown.copy(), np.zeros_like(shown)
        for done, (task, (question, digest)) in enumerate(zip(tasks, asked, strict=True)):
            progress("Attacking", done, len(tasks))
            kept, rows = task.result()
            if not rows and (kept == question.shown).all():
                passed.add(digest)
            for part, cut in question.cells(rows):
                falling[places[cut], list(question.columns[part])] = True
            for part, cut in zip(*np.nonzero(question.shown & ~kept), strict=True):
                shown[places[question.table.ground.cuts[cut]], list(question.columns[part])] = False
        progress("Attacking", len(tasks), len(tasks))
        shown = follow(shown)
        if (shown == before).all():
            return Proof(shown, falling & ~shown)


def withstand(question: Question) -> tuple[Mask, list[int]]:
    """What of a table may stay shown, and the rows that fall even so; nothing where that is so whatever the table hides."""
    table = question.table
    try:
        decision = mend(table, question.shown, len(set(question.columns)) < len(question.columns), question.small)
    except InconsistentError:
        return np.zeros_like(question.shown), table.targets(question.shown).tolist()
    stuck = len(decision.falling) and (decision.shown == question.shown).all()
    return np.zeros_like(question.shown) if stuck else decision.shown, decision.falling.tolist()


def _digest(question: Question) -> bytes:
    """What tells one question from another: asked again as it was, it has the same answer."""
    table = question.table
    sums = [table.whole, *table.sums]
    arrays = [table.values, question.shown, table.nobody, table.free, table.floor, table.ceiling, table.enough]
    arrays += [part for one in sums if one is not None for part in (one.values, one.known, one.hidden)]
    found = hashlib.sha256(repr((question.names, [one and one.parts for one in sums])).encode())
    for array in arrays:
        found.update(b"none" if array is None else array.tobytes())
    return found.digest()
