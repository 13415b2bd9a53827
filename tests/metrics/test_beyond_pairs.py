"""A window beside the pair of which it is one side: who is in the window alone is a group as any other, along every line."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from metrics.disclosure.along import Lines
from metrics.disclosure.beyond_pairs import PAIR, WINDOW, Compared, beside_windows, rather_windows
from metrics.disclosure.linked import Figures
from metrics.disclosure.paired import Pairs
from metrics.disclosure.rules import Rules
from metrics.filters import Filters
from tests.metrics.small_figures import BOYS, BY_SEX, EVERYONE, GIRLS, Mask, figures, summed
from tests.metrics.small_lattice import Numbers, provable

RULES = Rules(smallest_base=10, smallest_count=6, smallest_base_of_a_zero=30)
A6 = ("mash_contact", "a6")
Of = Mapping[Filters, float]


def only(*cuts: Filters) -> Mask:
    return np.array([cut in cuts for cut in BY_SEX.cuts])


def at(cut: Filters) -> int:
    return BY_SEX.cuts.index(cut)


def pairs_of(n: Of, after: Of) -> Pairs:
    """A pair of so many girls and boys known on both sides; nobody was counted before."""
    n_both, has = (summed(BY_SEX, dict(numbers)).astype(float)[:, None] for numbers in (n, after))
    none, everywhere = np.zeros_like(n_both), np.ones(n_both.shape, dtype=bool)
    return Pairs(("mash_contact",), n_both, none, has, has, none, ~everywhere, everywhere)


# Of 52 girls in the six months after 33 are known before too; all boys are.
WINDOW_OF = figures(BY_SEX, {GIRLS: 52, BOYS: 60}, {A6: {GIRLS: 11, BOYS: 20}})
PAIR_OF = pairs_of({GIRLS: 33, BOYS: 60}, {GIRLS: 3, BOYS: 20})
ALL, NONE = only(*BY_SEX.cuts), only()


def compared(window: Figures = WINDOW_OF, pair: Pairs = PAIR_OF) -> Compared:
    return Compared(window, pair, 0, 0, pair.after[:, 0], Lines.of(BY_SEX), RULES)


def programme(one: Compared, pair: Mask, window: Mask, cut: Filters) -> tuple[float, float]:
    """How many of the pair are counted in a cut, by linear programme: four kinds of child of each sex."""
    kinds = {"in the pair": (1, 1, 0, 0), "of them counted": (1, 0, 0, 0), "in the window": (1, 1, 1, 1), "counted": (1, 0, 1, 0)}
    sexes: Mapping[Filters, tuple[int, int]] = {GIRLS: (1, 0), BOYS: (0, 1), EVERYONE: (1, 1)}
    numbers: list[tuple[Mask, str, Numbers]] = [
        (ALL, "in the pair", one.pairs.n_both[:, 0]),
        (ALL, "in the window", one.figures.n[:, 0]),
        (pair, "of them counted", one.count),
        (window, "counted", one.figures.count[:, 0]),
    ]
    sums, values = [], []
    for where, kind, number in numbers:
        for place in np.flatnonzero(where):
            sums.append(np.kron(np.array(sexes[BY_SEX.cuts[place]], dtype=float), kinds[kind]))
            values.append(float(number[place]))
    return provable(sums, values, np.kron(np.array(sexes[cut], dtype=float), kinds["of them counted"]))


def counted(one: Compared, pair: Mask, window: Mask, cut: Filters) -> tuple[float, float]:
    """The same by passing ranges on."""
    low, high = one._ranges(pair, window)
    return float(low[0, PAIR, at(cut)]), float(high[0, PAIR, at(cut)])


@pytest.mark.parametrize(
    ("pair", "window", "told"),
    [
        (only(EVERYONE), ALL, (3, 3)),  # of 31 and 23 counted eight are beyond the pair; no boy is, so all are girls: 11 less 8
        (only(EVERYONE), only(GIRLS), (0, 11)),  # how many of all are in the window alone is not told
        (NONE, ALL, (0, 11)),
        (only(EVERYONE), only(EVERYONE, GIRLS), (3, 3)),
        (only(BOYS), ALL, (0, 11)),
    ],
)
def test_a_pair_is_told_by_its_window_along_a_line(pair: Mask, window: Mask, told: tuple[float, float]) -> None:
    assert counted(compared(), pair, window, GIRLS) == told == programme(compared(), pair, window, GIRLS)


def test_what_is_told_is_the_pair_where_it_is_hidden() -> None:
    assert compared().told(only(EVERYONE, BOYS), ALL).tolist() == only(GIRLS).tolist()
    assert not compared().told(only(BOYS), ALL).any()


def test_the_window_gives_way_where_the_pair_of_everyone_would_be_told_beside_it() -> None:
    """Hidden of the girls, the window's own table sees to the boys: else the two shown would tell it."""
    safe = np.ones((3, 1), dtype=bool)
    found = rather_windows(PAIR_OF, WINDOW_OF, safe, only(EVERYONE, BOYS)[:, None], RULES)
    assert found[:, 0].tolist() == only(GIRLS).tolist()
    enough = pairs_of({GIRLS: 33, BOYS: 40}, {GIRLS: 3, BOYS: 10})  # some boys too are in the window alone
    assert not rather_windows(enough, WINDOW_OF, safe, only(EVERYONE)[:, None], RULES).any()


def test_a_pair_that_tells_another_by_the_window_is_hidden() -> None:
    wanted = only(EVERYONE, BOYS)[:, None]
    shown = beside_windows(PAIR_OF, WINDOW_OF, wanted, ALL[:, None], RULES)
    assert shown[:, 0].tolist() == only(BOYS).tolist()
    assert np.array_equal(beside_windows(PAIR_OF, WINDOW_OF, only(EVERYONE)[:, None], NONE[:, None], RULES)[:, 0], only(EVERYONE))


def test_of_a_line_the_smallest_pair_gives_way() -> None:
    """The pair of the girls is hidden: beside all and the boys, both shown in window and pair, it would be told."""
    window = figures(BY_SEX, {GIRLS: 52, BOYS: 60}, {A6: {GIRLS: 21, BOYS: 30}})
    pair = pairs_of({GIRLS: 33, BOYS: 40}, {GIRLS: 13, BOYS: 20})
    wanted = only(EVERYONE, BOYS)[:, None]
    assert compared(window, pair).told(wanted[:, 0], ALL).tolist() == only(GIRLS).tolist()
    assert beside_windows(pair, window, wanted, ALL[:, None], RULES)[:, 0].tolist() == only(EVERYONE).tolist()


@pytest.mark.parametrize(("few", "told"), [(0, False), (1, True), (5, True), (6, False)])
def test_a_few_of_the_window_alone_are_not_told(few: float, told: bool) -> None:
    """Twelve girls are in the window alone, and so many of them counted."""
    window = figures(BY_SEX, {GIRLS: 52, BOYS: 60}, {A6: {GIRLS: 20 + few, BOYS: 20}})
    pair = pairs_of({GIRLS: 40, BOYS: 60}, {GIRLS: 20, BOYS: 20})
    assert compared(window, pair).told(only(GIRLS), only(GIRLS))[at(GIRLS)] == told


def test_nobody_is_told_of_where_a_nought_says_so_or_the_window_is_of_the_same_children() -> None:
    nobody = figures(BY_SEX, {GIRLS: 52, BOYS: 60}, {A6: {GIRLS: 0, BOYS: 0}})
    assert not compared(nobody, pairs_of({GIRLS: 33, BOYS: 60}, {GIRLS: 0, BOYS: 0})).told(NONE, ALL).any()
    same = pairs_of({GIRLS: 52, BOYS: 60}, {GIRLS: 11, BOYS: 20})
    assert not compared(pair=same).told(NONE, ALL).any()
    assert compared(pair=same)._ranges(NONE, ALL)[0][0, WINDOW].tolist() == WINDOW_OF.count[:, 0].tolist()
