"""Which cells of a new release to withhold, so that no earlier one and it give away a cell together.

What was shown before cannot be taken back, so it is always the new cell that goes: the one that falls by itself; of a line whose
rest falls, the part of fewest children with which the rest is no longer small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from metrics.disclosure.board import Counts, Mask
from metrics.disclosure.edition import Edition
from metrics.disclosure.increments import Laid, Limits, Side, Symbols, falls, followed_from, known_between, loose_falls, told
from metrics.disclosure.lines import Known, Lines, Places, Rest, close
from metrics.disclosure.structure import SHOWN
from metrics.disclosure.sums import Loose

_NEVER = np.iinfo(np.int64).max


def hide_for_kept(laid: Laid, symbols: Symbols, kept: Sequence[Edition], cohort_version: str) -> Mask:
    """The cells of a new table to withhold besides what `symbols` hides; one flag a row of the table.

    Call it again whenever more was hidden: a group of the hidden can become small by a revision that takes children away.
    Releases of the same cohort have no increment, and are passed over.
    """
    new = laid.side(symbols)
    shown = new.shown.copy()
    others = [old for old in kept if old.cohort_version != cohort_version]
    while True:
        before = int(shown.sum())
        for old in others:
            limits, earlier = Limits.of(laid.policy, old.policy), laid.old_side(old)
            for keys in laid.board.together():
                now = replace(new, shown=shown).only(keys)
                shown[:, keys] = _shown_beside(laid.only(keys), limits, earlier.only(keys), now)
        if int(shown.sum()) == before:
            return np.asarray((symbols == SHOWN) & ~shown.ravel()[laid.board.places], dtype=bool)


def _shown_beside(laid: Laid, limits: Limits, old: Side, new: Side) -> Mask:
    """What may still be shown beside one earlier release."""
    before = told(laid, old)
    while True:
        known = known_between(before, told(laid, new))
        fallen = known.cells & new.shown & falls(laid.board, known.by, limits)
        if not fallen.any():
            fallen = _chosen(laid, limits, known, new)
        if not fallen.any():
            return new.shown
        new = replace(new, shown=new.shown & ~_with_figures_of_bases(laid, fallen)).with_bases(laid.board)


def _with_figures_of_bases(laid: Laid, fallen: Mask) -> Mask:
    """The cells that fall, and every figure of a base that does: each tells it."""
    fallen, based = fallen.copy(), laid.board.base >= 0
    fallen[:, based] |= fallen[:, laid.board.base[based]]
    return fallen


def _chosen(laid: Laid, limits: Limits, known: Known, new: Side) -> Mask:
    """Of every line or sum whose rest falls, the known cell to hide; where none of its own can be, one it follows from."""
    hideable = known.cells & new.shown & np.any(known.by != 0, axis=0)
    chooser = _Chooser(laid, limits, known, hideable, new.numbers)
    targets = chooser.of_lines(close(known, laid.lines, laid.board.additive))
    if chooser.chosen.any():  # sums take longer, and much of them is settled with the lines
        return chooser.chosen
    rests, loose = followed_from(laid, known)
    targets |= chooser.of_lines(rests) | chooser.of_sums(loose) | falls(laid.board, known.by, limits)
    derived = known.cells & ~new.shown
    targets &= derived
    chooser = replace(chooser, hideable=new.shown) if not chooser.chosen.any() else chooser
    while targets.any() and not chooser.chosen.any():
        wider = (targets | chooser.around(targets)) & derived
        if not np.any(wider & ~targets):
            break
        targets = wider
    return chooser.chosen


@dataclass(frozen=True)
class _Chooser:
    """What is known, which of it could be withheld, and what was chosen to be."""

    laid: Laid
    limits: Limits
    known: Known
    hideable: Mask
    numbers: Counts

    @cached_property
    def chosen(self) -> Mask:
        """The cells chosen so far."""
        return np.zeros(self.hideable.shape, dtype=bool)

    def of_lines(self, rests: Sequence[Rest]) -> Mask:
        """Choose a cell of every line whose rest falls; every cell of those that had none to choose."""
        unhelped = np.zeros(self.hideable.shape, dtype=bool)
        for rest in rests:
            line, key = np.nonzero(rest.given & falls(self.laid.board, rest.by, self.limits))
            found = self.choose(rest.lines, line, key, rest.by[:, line, key])
            _touch(unhelped, rest.lines, line[~found], key[~found])
        return unhelped

    def of_sums(self, rests: Sequence[Loose]) -> Mask:
        """The same of every sum whose rest is of few."""
        unhelped = np.zeros(self.hideable.shape, dtype=bool)
        for rest in rests:
            cells = rest.cells[loose_falls(rest, self.limits, self.laid.board.counted)]
            unhelped.reshape(-1)[cells[~self.choose_any(cells)]] = True
        return unhelped

    def around(self, targets: Mask) -> Mask:
        """Choose a cell of every line and sum that a target is in; every cell of those."""
        touched = np.zeros(targets.shape, dtype=bool)
        for lines in self.laid.lines:
            line, key = np.nonzero((targets[lines.whole] | targets[lines.parts].any(axis=1)) & self.laid.board.additive)
            self.choose(lines, line, key, np.zeros((len(self.known.by), len(line)), dtype=np.int64))
            _touch(touched, lines, line, key)
        for one in self.laid.sums:
            cut = np.flatnonzero(targets[:, one.keys].any(axis=1))
            cells = cut[:, None] * targets.shape[1] + one.keys
            self.choose_any(cells)
            touched.reshape(-1)[cells] = True
        return touched

    def choose(self, lines: Lines, line: Places, key: Places, rest: Counts) -> Mask:
        """Choose one cell of each line that can be hidden, and say of which lines there was one.

        The smallest part that makes the rest no longer small, else that which changed most, else the whole.
        """
        if not len(line):
            return np.zeros(0, dtype=bool)
        parts, of_key = lines.parts[line], key[:, None]
        can = self.hideable[parts, of_key]
        by = self.known.by[:, parts, of_key]
        safe = ~falls(self.laid.board, rest[:, :, None] + by, self.limits, of_key)
        worse = _NEVER - 1 - np.abs(by[0])
        cost = np.where(can, np.where(safe, self.numbers[0][parts, of_key], worse), _NEVER)
        row, best = np.arange(len(line)), np.argmin(cost, axis=1)
        part = can[row, best]
        whole = ~part & self.hideable[lines.whole[line], key]
        self.chosen[parts[row, best][part], key[part]] = True
        self.chosen[lines.whole[line][whole], key[whole]] = True
        found: Mask = part | whole
        return found

    def choose_any(self, cells: Places) -> Mask:
        """Choose of each row of cells the smallest that can be hidden, the last only if no other can; whether there was one."""
        can, sizes = self.hideable.reshape(-1)[cells], self.numbers[1].reshape(-1)[cells]
        last = np.arange(cells.shape[1]) == cells.shape[1] - 1
        cost = np.where(can, np.where(last, _NEVER - 1, sizes), _NEVER)
        best = np.argmin(cost, axis=1)[:, None] if len(cells) else np.zeros((0, 1), dtype=np.int64)
        found = np.take_along_axis(can, best, axis=1)[:, 0]
        self.chosen.reshape(-1)[np.take_along_axis(cells, best, axis=1)[found, 0]] = True
        return np.asarray(found, dtype=bool)


def _touch(touched: Mask, lines: Lines, line: Places, key: Places) -> None:
    """Add every cell of those lines."""
    touched[lines.whole[line], key] = True
    touched[lines.parts[line], key[:, None]] = True
