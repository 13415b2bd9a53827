"""What windows tell of one another: a few who came in between, a few who rose, and who is in no register in any of them."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.disclosure.linked import Figures
from metrics.disclosure.over_windows import all_or_none_of_what_lasts, no_few_between, no_few_risen
from metrics.disclosure.rules import Rules
from tests.metrics.small_figures import BOYS, BY_SEX, EVERYONE, GIRLS, Mask, Named, at, everywhere, figures

RULES = Rules(smallest_base=10, smallest_count=6, smallest_base_of_a_zero=30)
LEVELS = ("statutory", "cin", "cp", "cwcf")
N = {GIRLS: 100, BOYS: 100}


def gone(of: Figures, shown: Mask) -> set[tuple[Named, object]]:
    return {((of.keys[key][0], of.keys[key][2]), of.ground.cuts[cut]) for cut, key in zip(*np.nonzero(~shown), strict=True)}


@pytest.mark.parametrize(("more", "told"), [(0, False), (1, True), (5, True), (6, False)])
def test_nobody_learns_that_a_few_came_in_between_two_windows(more: int, told: bool) -> None:
    """Of the girls one window is hidden; all who came in between, less the boys who did, are the girls."""
    month, half = ("mash_contact", "m0"), ("mash_contact", "w6")
    of = figures(BY_SEX, N, {month: {GIRLS: 20, BOYS: 20}, half: {GIRLS: 20 + more, BOYS: 40}})
    hidden = gone(of, no_few_between(of, everywhere(of, (half, GIRLS)), RULES)) - {(half, GIRLS)}
    assert hidden == ({(half, BOYS)} if told else set())


def levels(month: tuple[int, int, int], half: tuple[int, int, int], reached: int = 100) -> Figures:
    """Girls in need, on a plan and cared for, in the month and in half a year; boys many of each."""
    counts = {
        (name, time): {GIRLS: number, BOYS: 20}
        for time, of in (("m0", month), ("w6", half))
        for name, number in zip(LEVELS[1:], of, strict=True)
    }
    whole = {("statutory", time): {GIRLS: sum(of), BOYS: 60} for time, of in (("m0", month), ("w6", half))}
    of = figures(BY_SEX, N, whole | counts)
    for cut in (GIRLS, EVERYONE):
        for name in LEVELS:
            where = at(of, (name, "w6"), cut)
            of.n[where] -= 100 - reached
    return of


@pytest.mark.parametrize(
    ("half", "reached", "told"),
    [
        ((30, 12, 11), 100, True),
        ((30, 10, 10), 100, False),
        ((30, 15, 11), 100, False),
        ((30, 10, 11), 99, True),
        ((20, 10, 10), 90, False),
    ],
    ids=("three rise", "none rises", "six rise", "one rises, one is not reached yet", "ten are not reached yet"),
)
def test_nobody_learns_that_a_few_rose_to_the_upper_levels(half: tuple[int, int, int], reached: int, told: bool) -> None:
    """Statutory less in need is on a plan or cared for, though both are hidden; whoever is, is so in every longer window."""
    of = levels((30, 10, 10), half, reached)
    shown = everywhere(of, *((("cwcf", time), cut) for time in ("m0", "w6") for cut in (GIRLS, BOYS, EVERYONE)))
    shown &= everywhere(of, *((("cp", time), cut) for time in ("m0", "w6") for cut in (GIRLS, BOYS, EVERYONE)))
    left = no_few_risen(of, shown, RULES)
    assert bool(left[at(of, ("cin", "w6"), GIRLS)]) is not told
    assert left[at(of, ("cin", "m0"), GIRLS)], "the headline stays"
    assert left[at(of, ("statutory", "w6"), GIRLS)]


def test_levels_that_are_not_told_are_not_compared() -> None:
    of = levels((30, 10, 10), (30, 12, 11))
    shown = everywhere(of, *((("statutory", "w6"), cut) for cut in (GIRLS, BOYS, EVERYONE)))
    shown &= everywhere(of, *((("cwcf", "w6"), cut) for cut in (GIRLS, BOYS, EVERYONE)))
    assert np.array_equal(no_few_risen(of, shown, RULES), shown)


def unmatched(n_half: int = 100) -> Figures:
    times = ("m0", "m-1", "w6")
    counts: dict[Named, dict[object, int]] = {}
    for time in times:
        counts |= {("none_active", time): {GIRLS: 50, BOYS: 50}, ("none_active_matched", time): {GIRLS: 40, BOYS: 40}}
        counts |= {("none_active_unmatched", time): {GIRLS: 10, BOYS: 10}}
    of = figures(BY_SEX, N, counts)  # type: ignore[arg-type]
    for name in ("none_active", "none_active_matched", "none_active_unmatched"):
        of.n[at(of, (name, "w6"), GIRLS)] = n_half
    return of


def test_who_is_in_no_register_is_hidden_in_all_windows_of_the_same_base_or_in_none() -> None:
    """Whoever has no record at all has none in any window: where one window shows how many they are, all of them do."""
    of = unmatched(n_half=90)
    shown = everywhere(of, (("none_active_unmatched", "m-1"), GIRLS))
    hidden = gone(of, all_or_none_of_what_lasts(of, shown))
    assert hidden == {
        ((name, time), GIRLS) for name in ("none_active_matched", "none_active_unmatched") for time in ("m0", "m-1")
    }


def test_what_one_window_hides_goes_from_one_to_the_next_until_all_do() -> None:
    of = unmatched()
    hidden = gone(of, all_or_none_of_what_lasts(of, everywhere(of, (("none_active_matched", "w6"), BOYS))))
    names = ("none_active_matched", "none_active_unmatched")
    assert hidden == {((name, time), BOYS) for name in names for time in ("m0", "m-1", "w6")}
    assert not gone(of, all_or_none_of_what_lasts(of, everywhere(of)))
