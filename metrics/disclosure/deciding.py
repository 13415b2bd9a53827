"""What of a table to show: as much as leaves every hidden figure of it wide, coarse cuts first, and whatever falls mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from scipy import sparse

from metrics.disclosure.attacker import Knowledge, Mask, Numbers, explained, fit
from metrics.disclosure.regional import pieces
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
    shown, decided = table.shown.copy(), np.zeros(len(table.nobody), dtype=bool)
    middle = cache(lambda: _middle(table, candidates | table.shown))
    for cuts, cells in table.ground.scopes:
        _choose_within(Scope(table, cuts, cells), middle, shown, candidates, ~decided & cuts, together)
        decided |= cuts
    return shown


@dataclass(frozen=True)
class Scope:
    """The part of a table that is decided at once: its cuts, and the numbers of the finest cells there, as `Ground.scopes`."""

    table: Table
    cuts: Mask
    cells: Rows

    @cached_property
    def rows(self) -> Rows:
        """The rows of all that the table asks of these cuts."""
        return np.flatnonzero(np.tile(self.cuts, self.table.all_rows.shape[0] // len(self.cuts)))

    @cached_property
    def _unknowns(self) -> tuple[Rows, int]:
        """The number of each unknown of the table among those of the scope, -1 where it is left out; and how many there are."""
        many = int(self.cells.max()) + 1
        blocks = np.repeat(np.arange(self.table.blocks), len(self.cells))
        cells = np.tile(self.cells, self.table.blocks)
        return np.where(cells < 0, -1, blocks * many + cells), many * self.table.blocks

    def trial(self, middle: Numbers, shown: Mask) -> Trial:
        """A trial of these cuts' figures from the middle of the table, beside the whole as it is known and what is shown."""
        number, many = self._unknowns
        inside = number >= 0
        first = np.zeros(many, dtype=np.int64)
        first[number[inside][::-1]] = np.flatnonzero(inside)[::-1]
        rows = sparse.csr_array(self.table.all_rows[self.rows][:, first])
        trial = Trial(rows, np.bincount(number[inside], middle[inside], many).astype(np.float64))
        known, cuts = np.zeros(self.table.all_rows.shape[0], dtype=bool), len(self.cuts)
        if self.table.whole is not None:
            known[self.table.blocks * cuts :][:cuts] = self.table.whole.known & ~self.table.nobody
        known[: shown.size] |= shown.ravel()
        trial.know(np.flatnonzero(known[self.rows]))
        return trial

    def of(self, figures: list[int]) -> list[int]:
        """The places in the scope's rows of rows of the table."""
        return np.searchsorted(self.rows, figures).tolist()  # type: ignore[no-any-return]


def _choose_within(
    scope: Scope, middle: Callable[[], Numbers], shown: Mask, candidates: Mask, open_: Mask, together: bool
) -> None:
    """Show in place what can be shown of the candidates in the open cuts of a scope, beside all that is shown of it."""
    table, ground, cuts = scope.table, scope.table.ground, len(scope.table.nobody)
    candidates = candidates & open_
    trial: Trial | None = None  # of what nothing is hidden there is nothing to try
    hidden = np.zeros(table.all_rows.shape[0], dtype=bool)
    hidden[table.targets(candidates | shown)] = True
    hidden &= np.tile(open_, len(hidden) // cuts)
    hidden, wide = hidden[scope.rows], np.full(len(scope.rows), table.wide)
    fineness = np.tile(ground.fineness, table.all_rows.shape[0] // cuts)[scope.rows]
    for part, cut in _in_order(table, candidates, together):
        parts = [p for p in range(len(shown)) if candidates[p, cut]] if together else [part]
        rows = scope.of([p * cuts + cut for p in parts])
        coarser = all(shown[p, up] or table.nobody[up] for p in parts for up in ground.coarser[cut])
        if coarser and not together and table.whole is not None and table.blocks > 2:
            after = shown.copy()
            after[part, cut] = True
            coarser = not (table.betrayed(after, [cut])[0] and not candidates[~after[:, cut], cut].all())
        at_risk = hidden & (fineness <= ground.fineness[cut])
        if coarser and trial is None and at_risk.any():
            trial = scope.trial(middle(), shown)
        if coarser and (trial is None or trial.show_all(rows, at_risk, wide)):
            shown[parts, cut] = True
        else:
            hidden[rows] = True
            if table.rest is not None and table.whole is not None and not table.whole.known[cut]:
                hidden[scope.of([table.rest * cuts + cut])] = True


def _in_order(table: Table, candidates: Mask, together: bool) -> list[tuple[int, int]]:
    """Coarse cuts first, large figures before small ones."""
    pairs = [(int(part), int(cut)) for part, cut in zip(*np.nonzero(candidates), strict=True)]
    if together:
        pairs = sorted({(0, cut) for _, cut in pairs})
    return sorted(pairs, key=lambda one: (table.ground.fineness[one[1]], -table.values[one], one))


def _middle(table: Table, known: Mask) -> Numbers:
    """A table near the middle of what will fit: the whole as far as it is known, and in it each part's coarse figures."""
    ground, whole, coarse = table.ground, table.whole_fitted, np.argsort(-table.ground.fineness, kind="stable")
    coarse, middles = coarse[ground.filters[coarse] <= 2], []
    for block in range(table.blocks):
        values, where = _block(table, block, known)
        fitted, cuts = whole * values.max(initial=0.0) / max(whole.sum(), 1e-9), coarse[where[coarse]]
        fitted[ground.without_elsewhere(values, where)] = 0
        fit(fitted, table.sums_over(cuts, values))
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
    middle, targets = _middle(table, shown)[free], table.all_rows[falling][:, free]
    cuts = len(table.nobody)
    places = origin[kept]
    chosen: set[int] = set()
    fineness = table.ground.fineness[np.maximum(places, 0) % cuts]
    for some, sums, cells in pieces(inner, targets, np.tile(table.ground.region, table.blocks)[free]):
        near = Knowledge(inner.rows[sums][:, cells], inner.values[sums])
        for row in np.abs(explained(near, middle[cells], targets[some][:, cells])):
            usable = np.flatnonzero(removable[kept][sums] & (row > max(0.25 * row.max(initial=0.0), 1e-3)))
            if len(usable):
                best = max(usable, key=lambda one: (fineness[sums[one]], -near.values[one], sums[one]))
                chosen.add(int(places[sums[best]]))
    return [divmod(place, cuts) for place in sorted(chosen)] or _zeros(table, shown)


def _smallest(table: Table, shown: Mask, cut: int) -> int:
    """The smallest shown part of a cut."""
    return int(min(np.flatnonzero(shown[:, cut]), key=lambda part: float(table.values[part, cut])))


def _zeros(table: Table, shown: Mask) -> list[tuple[int, int]]:
    """Shown noughts to hide, where nothing else pins what falls."""
    nought = shown & ~table.shown & (table.values == 0)
    return [(int(part), int(cut)) for part, cut in zip(*np.nonzero(nought), strict=True)][:1]
