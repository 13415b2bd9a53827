"""One table of linked figures: what falls of it, and what is shown so that nothing does; beside a slow attack."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.disclosure.deciding import decide
from metrics.disclosure.tables import Sum, Table
from metrics.filters import ALL, Filters
from tests.metrics.small_lattice import Kind, Numbers, ground, kinds, lattice, provable, row

WIDE = 5.0
FEW = lattice(districts={"town": (), "village": ()}, periods=("2022",))
ON = ground(FEW).only(np.array([cut.period == ALL for cut in ground(FEW).cuts]))  # there is one year
CELLS = kinds(FEW)
ROWS = np.array([row(cut, CELLS) for cut in ON.cuts])
NOBODY = np.zeros(len(ON.cuts), dtype=bool)
Mask = npt.NDArray[np.bool_]


def place(cut: Filters) -> int:
    return ON.cuts.index(cut)


ALL_OF_THEM, GIRLS, BOYS, TOWN = (place(cut) for cut in (Filters(), Filters(sex="F"), Filters(sex="M"), Filters(area="town")))


class Blocks(NamedTuple):
    """Children by block and finest cell: those of each part, and the rest; in which cuts the whole is known."""

    numbers: Numbers
    known: Mask
    exhaustive: bool

    @property
    def by_cut(self) -> Numbers:
        return np.asarray(self.numbers @ ROWS.T)

    @property
    def parts(self) -> Numbers:
        return self.by_cut if self.exhaustive else self.by_cut[:-1]

    @property
    def table(self) -> Table:
        whole = Sum((), self.by_cut.sum(axis=0), self.known)
        return Table(ON, self.parts, np.zeros(self.parts.shape, dtype=bool), NOBODY, WIDE, whole, self.exhaustive)


def base_of(numbers: Numbers) -> Table:
    """A base: nothing is known of it but what it shows."""
    values = (ROWS @ numbers)[None]
    return Table(ON, values, np.zeros(values.shape, dtype=bool), NOBODY, WIDE)


def falls_slowly(blocks: Blocks, shown: Mask, whole_known: bool = True) -> set[tuple[int, int]]:
    """Which hidden parts, and which rests where the whole is hidden too, lie within fewer than five: a programme for each.

    Those of whom all are within a nought that is shown are left out, and those of a cut in which only they are not.
    """
    count, cells = blocks.numbers.shape
    sums, values = [], []
    for block, cut in zip(*np.nonzero(shown), strict=True):
        sums.append(np.concatenate([ROWS[cut] * (block == other) for other in range(count)]))
        values.append(blocks.by_cut[block, cut])
    for cut in np.flatnonzero(blocks.known) if whole_known else []:
        sums.append(np.tile(ROWS[cut], count))
        values.append(blocks.by_cut[:, cut].sum())
        if shown[:, cut].any() and np.where(shown[:, cut], blocks.parts[:, cut], 0).sum() == values[-1]:
            for block in set(range(count)) - set(np.flatnonzero(shown[:, cut])):
                sums.append(np.concatenate([ROWS[cut] * (block == other) for other in range(count)]))
                values.append(0)
    noughts = {cell for one, value in zip(sums, values, strict=True) if value == 0 for cell in np.flatnonzero(one)}
    found = set()
    for block in range(count):
        for cut in range(len(ROWS)):
            of = {other: {int(cell) + other * cells for cell in np.flatnonzero(ROWS[cut])} for other in range(count)}
            is_rest = block == len(blocks.parts)
            asked = not shown[block, cut] if not is_rest else not blocks.known[cut] and not shown[:, cut].all()
            alone = whole_known and count > 1 and sum(of[other] <= noughts for other in range(count)) == count - 1
            if not asked or of[block] <= noughts or alone:
                continue
            target = np.concatenate([ROWS[cut] * (block == other) for other in range(count)])
            low, high = provable(sums, values, target)
            if high - low < WIDE:
                found.add((block, cut))
    return found


def fallen(table: Table, shown: Mask) -> set[tuple[int, int]]:
    return {divmod(int(one), len(ON.cuts)) for one in table.falls(shown)}


def only(*cuts: int) -> Mask:
    shown = np.zeros((1, len(ON.cuts)), dtype=bool)
    shown[0, list(cuts)] = True
    return shown


def test_a_hidden_figure_falls_by_subtraction() -> None:
    """All and the boys are shown, so the girls are too."""
    numbers = np.full(len(CELLS), 3.0)
    assert (0, GIRLS) in fallen(base_of(numbers), only(ALL_OF_THEM, BOYS))
    assert (0, GIRLS) not in fallen(base_of(numbers), only(ALL_OF_THEM))


@pytest.mark.parametrize(("total", "falls"), [(4, True), (5, False)])
def test_a_part_of_a_total_under_six_falls(total: int, falls: bool) -> None:
    numbers = np.zeros(len(CELLS))
    numbers[0] = total
    assert ((0, TOWN) in fallen(base_of(numbers), only(ALL_OF_THEM))) == falls


def test_what_lies_within_a_nought_does_not_count_as_falling() -> None:
    numbers = np.array([5.0 * (kind.sex == "F") for kind in CELLS])
    table = Blocks(np.stack([numbers, np.full(len(CELLS), 9.0)]), ~NOBODY, exhaustive=False).table
    falling = fallen(table, only(ALL_OF_THEM, GIRLS, BOYS))
    assert (0, place(Filters(area="town", sex="M"))) not in falling
    assert (0, place(Filters(area="town"))) not in falling  # of 20 girls and no boys, 0 to 20 are in the town


def test_what_lies_within_a_whole_does_not_count_as_falling() -> None:
    """All of the boys are counted, and so all of the boys of the town."""
    counted = np.array([9.0 if kind.sex == "M" else 5.0 for kind in CELLS])
    others = np.array([0.0 if kind.sex == "M" else 5.0 for kind in CELLS])
    table = Blocks(np.stack([counted, others]), ~NOBODY, exhaustive=False).table
    assert (0, place(Filters(area="town", sex="M"))) not in fallen(table, only(ALL_OF_THEM, GIRLS, BOYS))


def test_the_whole_known_and_all_parts_but_one_give_that_one_away() -> None:
    """Three levels make up the whole: with two of them shown the third is no secret."""
    blocks = Blocks(np.full((3, len(CELLS)), 2.0), ~NOBODY, exhaustive=True)
    shown = np.zeros((3, len(ON.cuts)), dtype=bool)
    shown[:2, GIRLS] = True
    assert (2, GIRLS) in fallen(blocks.table, shown)
    shown[1, GIRLS] = False
    assert not {(1, GIRLS), (2, GIRLS)} & fallen(blocks.table, shown)


@pytest.mark.parametrize(("hidden", "betrayed"), [(0, True), (3, True), (5, True), (6, False)])
def test_what_the_shown_parts_leave_of_the_whole_betrays_the_hidden_one_where_it_is_little(hidden: int, betrayed: bool) -> None:
    """Three parts and nobody else: of the girls two parts are shown, and the whole less these is the third."""
    girl = next(place for place, kind in enumerate(CELLS) if kind.sex == "F")
    numbers = np.full((3, len(CELLS)), 9.0)
    numbers[2] = np.where(np.arange(len(CELLS)) == girl, hidden, 9.0 * np.array([kind.sex != "F" for kind in CELLS]))
    blocks = Blocks(numbers, ~NOBODY, exhaustive=True)
    shown = np.zeros((3, len(ON.cuts)), dtype=bool)
    shown[:2, GIRLS] = True
    assert blocks.table.betrayed(shown)[GIRLS] == betrayed
    assert np.flatnonzero(blocks.table.betrayed(shown)).tolist() == [GIRLS] * betrayed
    assert not betrayed or (2, GIRLS) in fallen(blocks.table, shown)
    shown[1, GIRLS] = False  # what is left is of two parts
    assert not blocks.table.betrayed(shown).any()
    assert not {(1, GIRLS), (2, GIRLS)} & fallen(blocks.table, shown)


def test_where_nobody_can_be_nothing_is_asked() -> None:
    numbers = np.array([6.0 * (kind.age_band == "5-11") for kind in CELLS])
    values = (ROWS @ numbers)[None]
    nobody = np.array([cut.age_band == "12-17" for cut in ON.cuts])
    table = Table(ON, values, np.zeros(values.shape, dtype=bool), nobody, WIDE)
    falling = fallen(table, only(ALL_OF_THEM))
    assert (0, place(Filters(age_band="5-11"))) in falling  # all of them, since nobody is older
    assert not any(nobody[cut] for _, cut in falling)


def test_what_others_of_the_same_cut_say_narrows_the_bounds() -> None:
    numbers = np.full(len(CELLS), 3.0)
    table = base_of(numbers)
    floor, ceiling = np.zeros(table.values.shape), np.full(table.values.shape, np.inf)
    floor[0, GIRLS], ceiling[0, GIRLS] = 10, 14
    narrowed = Table(ON, table.values, table.shown, NOBODY, WIDE, floor=floor, ceiling=ceiling)
    assert (0, GIRLS) not in fallen(table, only(ALL_OF_THEM))
    assert (0, GIRLS) in fallen(narrowed, only(ALL_OF_THEM))


sizes = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 15))


@st.composite
def tables(draw: st.DrawFn, blocks: int) -> Blocks:
    """So many blocks of children; the last is the rest or one more part. The whole is known down to some fineness."""
    flat = draw(st.lists(sizes, min_size=blocks * len(CELLS), max_size=blocks * len(CELLS)))
    numbers = np.array(flat, dtype=float).reshape(blocks, len(CELLS))
    known = (numbers.sum(axis=0) @ ROWS.T >= 10) & (ON.fineness <= draw(st.integers(0, 2)))
    return Blocks(numbers, known, exhaustive=blocks > 2)


masks = st.lists(st.booleans(), min_size=2 * len(ON.cuts), max_size=2 * len(ON.cuts)).map(np.array)


@settings(max_examples=8)
@given(tables(blocks=2), masks)
def test_what_falls_of_a_share_is_what_a_programme_for_each_figure_finds(blocks: Blocks, mask: Mask) -> None:
    shown = mask[None, : len(ON.cuts)] & blocks.known & (mask[len(ON.cuts) :] | (ON.fineness < 1))
    assert fallen(blocks.table, shown) == falls_slowly(blocks, shown)


@settings(max_examples=5)
@given(tables(blocks=3), masks)
def test_what_falls_of_three_levels_is_what_a_programme_for_each_figure_finds(blocks: Blocks, mask: Mask) -> None:
    shown = np.stack([mask[: len(ON.cuts)], mask[len(ON.cuts) :], mask[: len(ON.cuts)]]) & blocks.known
    assert fallen(blocks.table, shown) == falls_slowly(blocks, shown)


def candidates_of(blocks: Blocks) -> Mask:
    """What is not too small by itself."""
    whole, parts = blocks.by_cut.sum(axis=0), blocks.parts
    small = [((one >= 1) & (one < 6)) | ((one == 0) & (whole < 30)) for one in (parts, whole - parts)]
    return np.asarray(blocks.known & ~small[0] & ~small[1])


def beside_its_base(blocks: Blocks) -> Blocks:
    """The same children, where their whole is known as far as nothing falls of it."""
    total = blocks.numbers.sum(axis=0)
    return blocks._replace(known=decide(base_of(total), (ROWS @ total >= 10)[None]).shown[0])


def assert_coarser_are_shown(shown: Mask) -> None:
    for part, cut in zip(*np.nonzero(shown), strict=True):
        assert all(shown[part, up] for up in ON.coarser[cut]), ON.cuts[cut]


@settings(max_examples=8)
@given(tables(blocks=2).map(beside_its_base))
def test_nothing_falls_of_a_share_that_was_decided(blocks: Blocks) -> None:
    decided = decide(blocks.table, candidates_of(blocks))
    assert not np.any(decided.shown & ~candidates_of(blocks))
    assert_coarser_are_shown(decided.shown)
    assert not falls_slowly(blocks, decided.shown)
    assert not len(decided.falling)


@settings(max_examples=5)
@given(tables(blocks=3).map(beside_its_base))
def test_nothing_falls_of_three_levels_that_were_decided(blocks: Blocks) -> None:
    decided = decide(blocks.table, candidates_of(blocks))
    assert not np.any(decided.shown & ~candidates_of(blocks))
    assert_coarser_are_shown(decided.shown)
    assert not falls_slowly(blocks, decided.shown)


@settings(max_examples=8)
@given(st.lists(sizes, min_size=len(CELLS), max_size=len(CELLS)))
def test_nothing_falls_of_a_base_that_was_decided(sizes: list[int]) -> None:
    numbers = np.array(sizes, dtype=float)
    decided = decide(base_of(numbers), (ROWS @ numbers >= 10)[None])
    assert_coarser_are_shown(decided.shown)
    assert not falls_slowly(Blocks(numbers[None], NOBODY, exhaustive=True), decided.shown, whole_known=False)


@settings(max_examples=5)
@given(tables(blocks=3).map(beside_its_base))
def test_parts_that_go_together_are_shown_together(blocks: Blocks) -> None:
    candidates = np.stack([candidates_of(blocks).all(axis=0)] * 3)
    decided = decide(blocks.table, candidates, together=True)
    assert np.array_equal(decided.shown.any(axis=0), decided.shown.all(axis=0))
    assert not np.any(decided.shown & ~candidates)
    assert not falls_slowly(blocks, decided.shown)


def test_where_every_number_is_large_everything_is_shown() -> None:
    blocks = Blocks(np.full((2, len(CELLS)), 30.0), ~NOBODY, exhaustive=False)
    assert decide(blocks.table, candidates_of(blocks)).shown.all()


def test_one_small_figure_costs_a_second_of_its_line_and_no_coarser_one() -> None:
    """Girls of the town are 3 of 40: another of the town, or of the girls, goes with them; nothing of one filter does."""
    small = Kind("town", None, "5-11", "F", "2022")
    numbers = np.array([[3.0 if kind == small else 20.0 for kind in CELLS], [37.0 if kind == small else 20.0 for kind in CELLS]])
    blocks = Blocks(numbers, ~NOBODY, exhaustive=False)
    decided = decide(blocks.table, candidates_of(blocks))
    assert decided.shown[0, ON.fineness <= 1].all()
    assert not len(decided.falling)


def test_what_is_shown_whatever_follows_stays() -> None:
    numbers = np.full(len(CELLS), 30.0)
    fixed = only(ALL_OF_THEM, BOYS)
    base = base_of(numbers)
    decided = decide(Table(ON, base.values, fixed, NOBODY, WIDE), np.zeros_like(fixed))
    assert np.array_equal(decided.shown, fixed)
    assert GIRLS in decided.falling
