"""What of a table to show: as much as leaves every hidden figure of it wide, coarse cuts first, and whatever falls mended."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from metrics.disclosure.attacker import Knowledge, Mask, Numbers, explained, fit
from metrics.disclosure.selection import Trial
from metrics.disclosure.tables import Rows, Table

_REPAIRS = 25
NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Decision:
    """Which parts of a table are shown in which cuts, and the rows that fall whatever the table hides.

    `low` and `high`, by part and cut: values that fit a hidden figure; minus and plus infinity where it was not looked at.
    """

    shown: Mask
    falling: Rows
    low: Numbers
    high: Numbers


def decide(table: Table, candidates: Mask, together: bool = False) -> Decision:
    """Show as much as can be of the candidates, coarse cuts first; the table's own `shown` is shown whatever follows.

    `together`: the parts of a cut are shown all or none.
    """
    if not candidates.any() and not table.shown.any():  # nothing of it can be shown, so nothing of it could be hidden
        return undecided(table, candidates)
    return mend(table, choose(table, candidates & ~table.shown, together), together)


def chosen(table: Table, candidates: Mask, together: bool = False) -> Decision:
    """As `decide`, but not attacked yet: for what nothing else is decided by, since the whole release is attacked at its end."""
    shown = choose(table, candidates & ~table.shown, together) if candidates.any() else table.shown
    return replace(undecided(table, candidates), shown=shown)


def undecided(table: Table, candidates: Mask) -> Decision:
    """What a table must show, and no more."""
    return Decision(table.shown, NONE, np.full(candidates.shape, -np.inf), np.full(candidates.shape, np.inf))


def mend(table: Table, shown: Mask, together: bool = False, small: float = np.inf) -> Decision:
    """Attack what would be shown, and hide the finest and smallest of what pins whatever falls, until nothing does.

    Numbers that are certainly `small` or more need not be wide. What cannot be made to pass is not released.
    """
    shown = shown.copy()
    low, high = np.full(table.all_rows.shape[0], -np.inf), np.full(table.all_rows.shape[0], np.inf)
    among: Rows | None = None
    for _ in range(_REPAIRS):
        ranges = table.ranges(shown, among)
        low[ranges.rows], high[ranges.rows] = ranges.bounds.low, ranges.bounds.high
        falling = ranges.narrower(table.wide, small)
        removed = what_pins(table, shown, falling) if len(falling) else []
        if not removed:
            break
        before = table.targets(shown)
        exempt = before[table._inside_nothing(table.known(shown)[0], before)]
        for part, cut in removed:
            parts = slice(None) if together else part
            shown[parts, table.ground.down_from(cut)] &= table.shown[parts, table.ground.down_from(cut)]
        # What was wide stays wide when less is shown, so only these are looked at again.
        among = np.union1d(np.union1d(falling, exempt), np.setdiff1d(table.targets(shown), before))
    if len(falling):
        shown = table.shown.copy()
        falling = table.ranges(shown).narrower(table.wide, small)
        low, high = np.full_like(low, -np.inf), np.full_like(high, np.inf)
    parts = table.values.size
    return Decision(shown, falling, low[:parts].reshape(shown.shape), high[:parts].reshape(shown.shape))


def choose(table: Table, candidates: Mask, together: bool = False) -> Mask:
    """What to show of the candidates, before any audit."""
    ground, cuts = table.ground, len(table.nobody)
    trial = Trial(table.all_rows, _middle(table, candidates | table.shown))
    shown = table.shown.copy()
    if table.whole is not None:
        trial.know(table.blocks * cuts + np.flatnonzero(table.whole.known & ~table.nobody))
    trial.know(np.flatnonzero(shown.ravel()))
    hidden = np.zeros(table.all_rows.shape[0], dtype=bool)
    hidden[table.targets(candidates | shown)] = True
    wide = np.full(table.all_rows.shape[0], table.wide)
    fineness = np.tile(ground.fineness, len(hidden) // cuts)
    for part, cut in _in_order(table, candidates, together):
        parts = [p for p in range(len(shown)) if candidates[p, cut]] if together else [part]
        rows = [p * cuts + cut for p in parts]
        coarser = all(shown[p, up] or table.nobody[up] for p in parts for up in ground.coarser[cut])
        if coarser and not together and table.whole is not None and table.blocks > 2:
            after = shown.copy()
            after[part, cut] = True
            coarser = not (table.betrayed(after)[cut] and not candidates[~after[:, cut], cut].all())
        if coarser and trial.show_all(rows, hidden & (fineness <= ground.fineness[cut]), wide):
            shown[parts, cut] = True
        else:
            hidden[rows] = True
            if table.rest is not None and table.whole is not None and not table.whole.known[cut]:
                hidden[table.rest * cuts + cut] = True
    return shown


def _in_order(table: Table, candidates: Mask, together: bool) -> list[tuple[int, int]]:
    """Coarse cuts first, large figures before small ones."""
    pairs = [(int(part), int(cut)) for part, cut in zip(*np.nonzero(candidates), strict=True)]
    if together:
        pairs = sorted({(0, cut) for _, cut in pairs})
    return sorted(pairs, key=lambda one: (table.ground.fineness[one[1]], -table.values[one], one))


def _middle(table: Table, known: Mask) -> Numbers:
    """A table near the middle of what will fit: the whole as far as it is known, and in it each part's coarse figures."""
    ground, finest = table.ground, table.ground.incidence.shape[1]
    whole, coarse = np.ones(finest), np.argsort(-ground.fineness, kind="stable")
    if table.whole is not None:
        told = coarse[(table.whole.known | table.nobody)[coarse]]
        values = np.where(table.nobody, 0, table.whole.values)
        whole[ground.without_elsewhere(values, table.whole.known | table.nobody)] = 0
        fit(whole, ground.incidence[told], values[told])
    coarse, middles = coarse[ground.filters[coarse] <= 2], []
    for block in range(table.blocks):
        values, where = _block(table, block, known)
        fitted, cuts = whole * values.max(initial=0.0) / max(whole.sum(), 1e-9), coarse[where[coarse]]
        fitted[ground.without_elsewhere(values, where)] = 0
        fit(fitted, ground.incidence[cuts], values[cuts])
        middles.append(np.maximum(fitted, 1e-9))
    return np.concatenate(middles)


def _block(table: Table, block: int, known: Mask) -> tuple[Numbers, Mask]:
    """A block's numbers, and where they are or may become known."""
    if block < len(table.values):
        return table.values[block], known[block] | table.nobody
    assert table.whole is not None, "there is a rest only of a whole"
    return table.whole.values - table.values.sum(axis=0), known.all(axis=0) & table.whole.known | table.nobody


def what_pins(table: Table, shown: Mask, falling: Rows) -> list[tuple[int, int]]:
    """What to hide so that the falling figures stand: for each the finest and smallest of what pins it."""
    told = [cut for cut in np.unique(falling % len(table.nobody)) if table.betrayed(shown)[cut]]
    if told:
        return [(_smallest(table, shown, int(cut)), int(cut)) for cut in told]
    known, origin = table.known(shown)
    free = known.free()
    kept = known.values > 0
    removable = (origin >= 0) & ~table.shown.ravel()[np.maximum(origin, 0)]
    inner = Knowledge(known.rows[kept][:, free], known.values[kept])
    weights = np.abs(explained(inner, _middle(table, shown)[free], table.all_rows[falling][:, free]))
    cuts = len(table.nobody)
    places = origin[kept]
    chosen: set[int] = set()
    fineness = table.ground.fineness[np.maximum(places, 0) % cuts]
    for row in weights:
        usable = np.flatnonzero(removable[kept] & (row > max(0.25 * row.max(initial=0.0), 1e-3)))
        if len(usable):
            best = max(usable, key=lambda place: (fineness[place], -inner.values[place], place))
            chosen.add(int(places[best]))
    return [divmod(place, cuts) for place in sorted(chosen)] or _zeros(table, shown)


def _smallest(table: Table, shown: Mask, cut: int) -> int:
    """The smallest shown part of a cut."""
    return int(min(np.flatnonzero(shown[:, cut]), key=lambda part: float(table.values[part, cut])))


def _zeros(table: Table, shown: Mask) -> list[tuple[int, int]]:
    """Shown noughts to hide, where nothing else pins what falls."""
    nought = shown & ~table.shown & (table.values == 0)
    return [(int(part), int(cut)) for part, cut in zip(*np.nonzero(nought), strict=True)][:1]
