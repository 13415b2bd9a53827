"""What two releases give away together: the children who came between them, as a table of its own.

A figure shown in both is subtracted, and so is what follows along the lines of the lattice. An increment falls where it is of
few children, or where few of them have what is counted, or all but few; where the base is the same, a count that moved by few.
An increment of nothing tells of nobody. The measures are those of the policy, the looser of two: who holds both releases is
of the audience of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.calendar import period_days
from metrics.disclosure.board import BASE, CUT, KEY, PARTS, Board, Counts, Kind, Mask
from metrics.disclosure.edition import Edition, LedgerError
from metrics.disclosure.lines import Known, Lines, Places, Rest, close, lines_of
from metrics.disclosure.policy import Policy
from metrics.disclosure.structure import CANNOT_EXIST, NOT_SUPPLIED, SHOWN, SUPPRESSED, SYMBOLS
from metrics.disclosure.sums import Loose, Sum, close_sum, rests_of, sums_of, within_of
from metrics.filters import ALL
from metrics.lattice import Lattice

Symbols = npt.NDArray[np.int8]
ITSELF, REST = "itself", "what is left of it"


@dataclass(frozen=True)
class Limits:
    """How small an increment falls; numbers of children."""

    base: int
    count: int
    base_of_a_zero: int

    @classmethod
    def of(cls, new: Policy, old: Policy) -> Limits:
        """The looser of two policies, but for one that is for synthetic data alone and protects nobody."""
        both = (new,) if old.synthetic_only else (new, old)
        names = ("smallest_base", "smallest_count", "smallest_base_of_a_zero")
        return cls(*(min(getattr(policy, name) for policy in both) for name in names))


@dataclass(frozen=True)
class Side:
    """A table of one release on a board: its numbers, which cells are shown and which are known to be of nobody."""

    numbers: Counts
    shown: Mask
    nobody: Mask

    def with_bases(self, board: Board) -> Side:
        """The same with every base known that some figure of it tells."""
        numbers, shown, nobody = self.numbers.copy(), self.shown.copy(), self.nobody.copy()
        for base in np.unique(board.base[board.base >= 0]):
            own = np.flatnonzero(board.base == base)
            shown[:, base], nobody[:, base] = self.shown[:, own].any(axis=1), self.nobody[:, own].any(axis=1)
            numbers[0, :, base] = np.where(self.shown[:, own], self.numbers[0][:, own], 0).max(axis=1)
        return Side(numbers, shown, nobody & ~shown)

    def only(self, keys: Places) -> Side:
        """The same with some of the keys."""
        return Side(np.take(self.numbers, keys, axis=2), np.take(self.shown, keys, axis=1), np.take(self.nobody, keys, axis=1))


@dataclass(frozen=True)
class Laid:
    """A new table, its lines, and who may see it."""

    board: Board
    cells: pa.Table
    lattice: Lattice
    policy: Policy

    @cached_property
    def lines(self) -> list[Lines]:
        """The lines of its lattice."""
        return lines_of(self.board, self.lattice)

    @cached_property
    def sums(self) -> list[Sum]:
        """Which figures of a cut are sums of others."""
        return sums_of(self.board)

    @cached_property
    def within(self) -> tuple[Places, Places]:
        """Which figures are of the children followed, and which of all who are observed then."""
        return within_of(self.board)

    def only(self, keys: Places) -> Laid:
        """The same with some of the keys."""
        some = replace(self, board=self.board.only(keys))
        some.__dict__["lines"] = self.lines  # they are of cuts alone, whatever the keys
        return some

    def side(self, symbols: Symbols) -> Side:
        """The new side with those symbols."""
        numbers = np.stack([self.board.lay(column, 0) for column in _numbers(self.board.kind, self.cells)])
        laid = self.board.lay(symbols, SUPPRESSED)
        nobody = np.isin(laid, (CANNOT_EXIST, NOT_SUPPLIED)) & self.board.empty
        return Side(numbers, laid == SHOWN, nobody).with_bases(self.board)

    def old_side(self, old: Edition) -> Side:
        """The same cells in an earlier release."""
        table = old.table(self.board.kind)
        place = self.board.places_of(table)
        on = place >= 0
        symbols = np.full(self.board.shape, SUPPRESSED, dtype=np.int8).ravel()
        symbols[place[on]] = symbols_of(table)[on]
        numbers = np.zeros((1 + len(PARTS[self.board.kind]), symbols.size), dtype=np.int64)
        for row, column in zip(numbers, _numbers(self.board.kind, table), strict=True):
            row[place[on]] = column[on]
        symbols = symbols.reshape(self.board.shape)
        nobody = np.isin(symbols, (CANNOT_EXIST, NOT_SUPPLIED)) & self.board.empty | self._came_later(old)[:, None]
        laid = numbers.reshape(len(numbers), *self.board.shape)
        return Side(laid, (symbols == SHOWN) & ~nobody, nobody).with_bases(self.board)

    def shown_by(self, old: Edition) -> tuple[Mask, int]:
        """Which rows an earlier release shows too, and how many cells it shows in all, on this board or not."""
        table = old.table(self.board.kind)
        place, seen = self.board.places_of(table), symbols_of(table) == SHOWN
        laid = np.zeros(self.board.shape, dtype=bool).ravel()
        laid[place[seen & (place >= 0)]] = True
        return laid[self.board.places], int(seen.sum())

    def _came_later(self, old: Edition) -> Mask:
        """Cuts that nobody can have been in then: a later period, an area or a sex that was not there yet."""
        known = {
            "area_code": {area.code for area in old.lattice.areas},
            "age_band": {ALL, *old.lattice.age_bands},
            "sex": {ALL, *old.lattice.sexes},
            "breakdown": {ALL, *old.lattice.age_bands, *self.lattice.sexes},
        }

        def later(name: str, value: str) -> bool:
            if name == "period":
                return value != ALL and period_days(value)[0] > old.recognised_to
            return value not in known[name]

        names = CUT[self.board.kind]
        return np.array([any(map(later, names, cut)) for cut in self.board.cuts], dtype=bool)


def laid_out(kind: Kind, cells: pa.Table, lattice: Lattice, policy: Policy) -> Laid:
    """A new table made ready to be compared."""
    return Laid(Board.of(kind, cells), cells, lattice, policy)


def symbols_of(table: pa.Table) -> Symbols:
    """The codes of a released table's symbols."""
    column = pc.fill_null(table["symbol"].cast(pa.string()), "")
    codes = pc.index_in(column, pa.array([symbol or "" for symbol in SYMBOLS])).to_numpy()
    return np.asarray(codes, dtype=np.int8)


def falls(board: Board, by: Counts, limits: Limits, keys: Places | None = None) -> Mask:
    """Which increments are of few children; `by` is of the base and each of its parts.

    Its last axis is the board's keys, unless `keys` says which key each place is of.
    """
    counted, exempt = (board.counted, board.exempt) if keys is None else (board.counted[keys], board.exempt[keys])
    base = by[0]
    found: Mask = (np.abs(base) >= 1) & (np.abs(base) < limits.base)
    for part, (_, has_rest) in zip(by[1:], PARTS[board.kind], strict=True):
        for some in (part, base - part) if has_rest else (part,):
            few = (np.abs(some) >= 1) & (np.abs(some) < limits.count)
            none = (some == 0) & (base != 0) & (np.abs(base) < limits.base_of_a_zero)
            found |= (few | none) & counted
    return np.asarray(found & ~exempt, dtype=bool)


def told(laid: Laid, side: Side) -> Known:
    """What one release tells by itself: what it shows and what follows."""
    known = Known(side.shown | side.nobody, side.numbers * side.shown)
    followed_from(laid, known)
    return known


def known_between(old: Known, new: Known) -> Known:
    """The increments of the cells known from both."""
    cells = old.cells & new.cells
    return Known(cells, np.where(cells, new.by - old.by, 0))


def followed_from(laid: Laid, known: Known) -> tuple[list[Rest], list[Loose]]:
    """Add to `known` whatever follows from it; what is left of each line and sum in the end."""
    while True:
        before = int(known.cells.sum())
        rests = close(known, laid.lines, laid.board.additive)
        for one in laid.sums:
            close_sum(known, one)
        if int(known.cells.sum()) == before:
            return rests, list(rests_of(known, laid.sums, laid.within))


def loose_falls(loose: Loose, limits: Limits, counted: Mask) -> Mask:
    """Which rests of sums are of few; a rest of nobody tells of nobody in particular."""
    base, *counts = loose.by
    few = np.zeros(len(base), dtype=bool) if loose.count_alone else (np.abs(base) >= 1) & (np.abs(base) < limits.base)
    for some in (part for count in counts for part in ((count,) if loose.count_alone else (count, base - count))):
        few |= (np.abs(some) >= 1) & (np.abs(some) < limits.count) & counted[loose.cells[:, 0] % len(counted)]
    return few


def differences(laid: Laid, symbols: Symbols, old: Edition) -> pa.Table:
    """The cells of a new table that fall beside an earlier one: its key columns, and `what` falls, the cell or the rest."""
    known = known_between(told(laid, laid.old_side(old)), told(laid, laid.side(symbols)))
    limits = Limits.of(laid.policy, old.policy)
    rests, loose = followed_from(laid, known)
    cells = known.cells & falls(laid.board, known.by, limits)
    of_rest = np.zeros(cells.shape, dtype=bool)
    for one in loose:
        of_rest.reshape(-1)[one.cells[loose_falls(one, limits, laid.board.counted), -1]] = True
    for rest in rests:
        line, key = np.nonzero(rest.given & falls(laid.board, rest.by, limits))
        of_rest[rest.lines.whole[line], key] = True
    found = [(ITSELF, *place) for place in np.argwhere(cells)] + [(REST, *place) for place in np.argwhere(of_rest)]
    names = (*CUT[laid.board.kind], *KEY[laid.board.kind], "what")
    rows = [(*laid.board.cuts[cut], *laid.board.keys[key], what) for what, cut, key in found]
    return pa.table([pa.array([row[place] for row in rows], pa.string()) for place in range(len(names))], list(names))


def one_shows_all(tables: Mapping[Kind, Laid], symbols: Mapping[Kind, Symbols], old: Edition) -> bool:
    """Whether one of two releases of the same cohort shows all that the other does: then both tell no more than that one."""
    more = fewer = False
    for kind, laid in tables.items():
        (theirs, total), ours = laid.shown_by(old), symbols[kind] == SHOWN
        more |= bool((ours & ~theirs).any())
        fewer |= int((ours & theirs).sum()) < total
    return not (more and fewer)


def check(new: Edition, kept: Iterable[Edition]) -> None:
    """`LedgerError` where a release and one that was made before give away a cell together; nothing overrides it.

    Their manifests count too: each says of how many children its lattice is.
    """
    others = list(kept)
    tables = {kind: laid_out(kind, new.table(kind), new.lattice, new.policy) for kind in CUT}
    symbols = {kind: symbols_of(laid.cells) for kind, laid in tables.items()}
    for old in others:
        same = old.cohort_version == new.cohort_version and not new.policy.hides_nothing
        if same and not one_shows_all(tables, symbols, old):
            raise _refusal(old, "what either hides, each showing what the other does not")
        now, before = new.lattice.children_total, old.lattice.children_total
        if None not in (now, before) and 1 <= abs((now or 0) - (before or 0)) < Limits.of(new.policy, old.policy).base:
            raise _refusal(old, "how many children were recognised in all")
    for kind, laid in tables.items():
        for old in others:
            found = differences(laid, symbols[kind], old)
            if found.num_rows:
                first = ", ".join(value for value in list(found.slice(0, 1).to_pylist()[0].values())[:-1] if value)
                raise _refusal(old, f"{found.num_rows} {kind} about few children (first: {first})")


def _refusal(old: Edition, what: str) -> LedgerError:
    return LedgerError(
        f"Beside release {old.version} of {old.manifest['built_at'][:10]} this one would give away {what}, so it is not made: "
        "make it again when more children have been recognised, or from the cohort that the earlier one was made from."
    )


def _numbers(kind: Kind, table: pa.Table) -> list[Counts]:
    names = (BASE[kind], *(name for name, _ in PARTS[kind]))
    return [np.asarray(pc.fill_null(table[name], 0).to_numpy(), dtype=np.int64) for name in names]
