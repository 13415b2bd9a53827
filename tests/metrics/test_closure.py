"""What kin tell of one another's hidden numbers, followed to its end; beside a slow closure and a programme over all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DataError
from metrics.disclosure.along import Lines
from metrics.disclosure.closure import Company, beside_kin
from metrics.disclosure.kin import Kin, kins
from metrics.disclosure.linked import Figures
from metrics.disclosure.means import lines
from metrics.filters import Filters
from tests.metrics.small_figures import (
    BOYS,
    BY_QUARTER,
    BY_SEX,
    EVERYONE,
    FINEST,
    GIRLS,
    NEXT_YEAR,
    ON,
    Q1,
    Q2,
    Q3,
    Q4,
    TOWN_GIRLS,
    VILLAGE_GIRLS,
    Mask,
    Named,
    at,
    everywhere,
    figures,
    only,
    summed,
)
from tests.metrics.small_lattice import Numbers, ground, lattice, provable

WIDE = 5.0


def nothing(of: Figures) -> tuple[Numbers, Numbers]:
    return np.zeros(of.n.shape), np.zeros(of.n.shape)


def kept(of: Figures, wanted: Mask, least: tuple[Numbers, Numbers] | None = None) -> Mask:
    return beside_kin(of, wanted, np.ones(of.n.shape, dtype=bool), least or nothing(of), WIDE)


def hidden(of: Figures, wanted: Mask, shown: Mask) -> set[tuple[Named, Filters]]:
    """What was wanted and is not shown."""
    assert not np.any(shown & ~wanted)
    places = zip(*np.nonzero(wanted & ~shown), strict=True)
    return {((of.keys[key][0], of.keys[key][2]), of.ground.cuts[cut]) for cut, key in places}


def company(of: Figures, least: tuple[Numbers, Numbers] | None = None, known: Mask | None = None) -> Company:
    (kin,) = kins(of)
    everything = np.ones(of.n.shape, dtype=bool)
    return Company(of, kin, everything if known is None else known, least or nothing(of), WIDE, Lines.of(of.ground))


def counted(of: Figures, shown: Mask, name: Named, cut: Filters) -> tuple[float, float]:
    """Between which numbers of children one figure is told to lie, by passing ranges on."""
    one = company(of)
    ranges = one.closed(one.nothing_shown, shown[:, list(one.kin.keys)].T)
    place, key = at(of, name, cut)
    row = one.kin.keys.index(key)
    return float(ranges.low[0, row, place]), float(ranges.high[0, row, place])


M0, W3, W6, A6 = (("mash_contact", time) for time in ("m0", "w3", "w6", "a6"))


# Hidden by its own table, told by its kin -----------------------------------------------------------------------------


def quarters(*numbers: float) -> dict[Filters, float]:
    """Four of one year, and the next year."""
    return dict(zip((Q1, Q2, Q3, Q4, NEXT_YEAR), numbers, strict=True))


WINDOWS = figures(
    BY_QUARTER, quarters(100, 100, 100, 100, 400), {W3: quarters(13, 17, 15, 16, 60), W6: quarters(14, 18, 25, 26, 90)}
)
TWO_HIDDEN = everywhere(WINDOWS, (W3, Q1), (W3, Q2))


def programme(of: Figures, shown: Mask, name: Named, cut: Filters) -> tuple[float, float]:
    """The same by a linear programme: those in the shorter window, and those in the longer one besides, by finest cut."""
    finest = [place for place in range(len(of.ground.cuts)) if of.ground.down_from(place) == [place]]
    rows = np.array([[float(one in of.ground.down_from(place)) for one in finest] for place in range(len(of.ground.cuts))])
    parts = {W3: (1, 0, 0), W6: (1, 1, 0)}
    sums = [np.kron(row, (1, 1, 1)) for row in rows]
    values = list(of.n[:, 0])
    for place, key in zip(*np.nonzero(shown), strict=True):
        sums.append(np.kron(rows[place], parts[of.keys[key][0], of.keys[key][2]]))
        values.append(of.count[place, key])
    return provable(sums, values, np.kron(rows[of.ground.cuts.index(cut)], parts[name]))


def test_a_hidden_quarter_is_told_by_a_longer_window_along_a_line() -> None:
    """Of 61 in the year 15 and 16 are in two quarters; the 30 left are 14 and 18 at the most."""
    rest = 61 - 15 - 16
    assert counted(WINDOWS, TWO_HIDDEN, W3, Q1) == (rest - 18, 14) == programme(WINDOWS, TWO_HIDDEN, W3, Q1)
    assert counted(WINDOWS, TWO_HIDDEN, W3, Q2) == (rest - 14, 18) == programme(WINDOWS, TWO_HIDDEN, W3, Q2)


def test_a_quarter_that_is_told_costs_the_smallest_other_of_its_line() -> None:
    """The longest window was decided first, and stays; 15 are fewer than 16, so these go: 45 are left of three quarters."""
    shown = kept(WINDOWS, TWO_HIDDEN)
    assert hidden(WINDOWS, TWO_HIDDEN, shown) == {(W3, Q3)}
    rest = 61 - 16
    assert counted(WINDOWS, shown, W3, Q1) == (rest - 18 - 25, 14) == programme(WINDOWS, shown, W3, Q1)
    assert 14 - (rest - 18 - 25) >= WIDE


def test_a_quarter_told_by_its_own_longer_window_costs_that_alone() -> None:
    """The month is hidden; a pair says that ten are counted in the first quarter, where six months count fourteen."""
    counts = {M0: quarters(11, 12, 13, 14, 50), W6: quarters(14, 18, 25, 26, 90)}
    of = figures(BY_QUARTER, quarters(100, 100, 100, 100, 400), counts)
    wanted = everywhere(of, (W6, Q2), *((M0, cut) for cut in BY_QUARTER.cuts))
    counted_, left_over = nothing(of)
    counted_[at(of, M0, Q1)] = 10
    assert WIDE > 14 - 10
    assert hidden(of, wanted, kept(of, wanted, (counted_, left_over))) == {(W6, Q1)}


def test_where_nothing_is_told_all_that_was_wanted_is_shown() -> None:
    """With 22 in the first quarter of the longer window, 12 to 22 may be in that of the shorter."""
    wide = figures(
        BY_QUARTER, quarters(100, 100, 100, 100, 400), {W3: quarters(13, 17, 15, 16, 60), W6: quarters(22, 26, 25, 26, 90)}
    )
    assert counted(wide, TWO_HIDDEN, W3, Q1) == (61 - 15 - 16 - 26, 22)
    assert np.array_equal(kept(wide, TWO_HIDDEN), TWO_HIDDEN)


@pytest.mark.parametrize(("longer", "stays"), [(24, False), (25, True)])
def test_six_values_are_wide_and_five_are_not(longer: int, stays: bool) -> None:
    """Three months hidden between the month, 20, and six months: 20 to 24 are five values."""
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {M0: {GIRLS: 20}, W3: {GIRLS: 22}, W6: {GIRLS: longer}})
    wanted = everywhere(of, *((W3, cut) for cut in BY_SEX.cuts), *((one, BOYS) for one in (M0, W6)))
    wanted[at(of, M0, GIRLS)] = wanted[at(of, W6, GIRLS)] = False  # none of the boys, so all are girls
    assert hidden(of, wanted, kept(of, wanted)) == (set() if stays else {(W6, EVERYONE)})


# The group between two ------------------------------------------------------------------------------------------------


def test_the_group_between_two_windows_is_followed_along_the_lines() -> None:
    """One child came between the windows, so at most one of the girls of the town did: of these 15 are in the longer one."""
    longer, shorter = dict(zip(FINEST, (15, 20, 20, 20), strict=True)), dict(zip(FINEST, (15, 20, 20, 19), strict=True))
    of = figures(ON, dict.fromkeys(FINEST, 50), {W3: shorter, W6: longer})
    shown = np.zeros(of.n.shape, dtype=bool)
    for one in ((W3, EVERYONE), (W6, EVERYONE), (W6, TOWN_GIRLS)):
        shown[at(of, *one)] = True
    assert counted(of, shown, W3, TOWN_GIRLS) == (15 - (75 - 74), 15)
    assert programme(of, shown, W3, TOWN_GIRLS) == (14, 15)


def test_a_figure_far_from_what_it_tells_goes_all_the_same() -> None:
    """No line joins everyone and the girls of the town: what joins is left out whole."""
    longer, shorter = dict(zip(FINEST, (15, 20, 20, 20), strict=True)), dict(zip(FINEST, (15, 20, 20, 19), strict=True))
    of = figures(ON, dict.fromkeys(FINEST, 50), {W3: shorter, W6: longer})
    wanted = np.zeros(of.n.shape, dtype=bool)
    for one in ((W3, EVERYONE), (W6, EVERYONE), (W6, TOWN_GIRLS)):
        wanted[at(of, *one)] = True
    assert hidden(of, wanted, kept(of, wanted)) == {(W3, EVERYONE)}


# Levels, unions, bases ------------------------------------------------------------------------------------------------

STATUTORY, CIN, CP, CWCF = ((name, "m0") for name in ("statutory", "cin", "cp", "cwcf"))
BY_LEVEL = {CIN: {GIRLS: 10, BOYS: 20}, CP: {GIRLS: 8, BOYS: 20}, CWCF: {GIRLS: 2, BOYS: 20}}
LEVELS = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {STATUTORY: {GIRLS: 10 + 8 + 2, BOYS: 3 * 20}, **BY_LEVEL})


def test_levels_join_what_they_make_up_all_at_once() -> None:
    """Two girls are cared for, which the two other levels would tell: neither is shown of the girls, nor of the boys."""
    wanted = everywhere(LEVELS, (CWCF, GIRLS), (CWCF, BOYS))
    assert counted(LEVELS, wanted, CWCF, GIRLS) == (2, 2)
    assert hidden(LEVELS, wanted, kept(LEVELS, wanted)) == {(level, cut) for level in (CIN, CP) for cut in (GIRLS, BOYS)}


def test_two_that_are_all_their_base_tell_one_another() -> None:
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {("any_active", "m0"): {GIRLS: 40, BOYS: 50}, ("none_active", "m0"): {}})
    shown = np.zeros(of.n.shape, dtype=bool)
    shown[at(of, ("any_active", "m0"), GIRLS)] = True
    of = replace(of, count=np.stack([of.count[:, 0], of.n[:, 0] - of.count[:, 0]], axis=1))
    assert counted(of, shown, ("none_active", "m0"), GIRLS) == (100 - 40, 100 - 40)
    assert counted(of, shown, ("none_active", "m0"), BOYS) == (0, 100)


def test_a_window_counts_no_more_than_two_that_make_it_up() -> None:
    """Six months are the month and the six after: 30 at most; and whoever is not in the month is in the six after."""
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {M0: {GIRLS: 10}, A6: {GIRLS: 20}, W6: {GIRLS: 28}})
    assert counted(of, everywhere(of, (W6, GIRLS), (W6, BOYS), (W6, EVERYONE)), W6, GIRLS) == (20, 10 + 20)
    assert counted(of, everywhere(of, (A6, GIRLS), (A6, BOYS), (A6, EVERYONE)), A6, GIRLS) == (28 - 10, 28)


def test_a_window_whose_base_fewer_have_reached_is_no_union() -> None:
    """Of 90 who have reached the sixth month 28 are counted; of 100 in the month ten."""
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {M0: {GIRLS: 10}, A6: {GIRLS: 20}, W6: {GIRLS: 28}})
    of.n[:, 1:] -= summed(BY_SEX, {GIRLS: 10, BOYS: 10})[:, None]
    assert counted(of, everywhere(of, (W6, GIRLS), (W6, BOYS), (W6, EVERYONE)), W6, GIRLS)[1] == 90


def test_not_to_be_counted_in_a_longer_window_is_not_to_be_counted_in_a_shorter_one_which_more_have_reached() -> None:
    """Of 90 girls 62 had no contact in six months, so none in the month either: at most 38 of 100 had one."""
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {M0: {GIRLS: 10}, W6: {GIRLS: 28}})
    of.n[:, 1] -= summed(BY_SEX, {GIRLS: 10, BOYS: 10})
    assert counted(of, everywhere(of, (M0, GIRLS), (M0, BOYS), (M0, EVERYONE)), M0, GIRLS) == (0, 100 - (90 - 28))


def test_a_shorter_window_that_fewer_have_reached_is_bounded_by_no_longer_one() -> None:
    """Ten whose month is not known may be among the 72 who had no contact in six."""
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {M0: {GIRLS: 10}, W6: {GIRLS: 28}})
    of.n[:, 0] -= summed(BY_SEX, {GIRLS: 10, BOYS: 10})
    assert counted(of, everywhere(of, (M0, GIRLS), (M0, BOYS), (M0, EVERYONE)), M0, GIRLS) == (0, 100 - 10)


def test_figures_of_other_children_bound_nothing_at_one_time() -> None:
    """Meals received now and since: where some are missing from one base, neither says anything of the other."""
    now, since = ("fsm_received", "1"), ("fsm_received_since_0", "1")
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {now: {GIRLS: 30, BOYS: 30}, since: {GIRLS: 33, BOYS: 33}})
    shown = everywhere(of, *((now, cut) for cut in BY_SEX.cuts))
    assert counted(of, shown, now, GIRLS) == (0, 33)
    of.n[of.ground.cuts.index(GIRLS), 0] -= 1
    assert counted(of, shown, now, GIRLS) == (0, 99)


def test_a_hidden_base_keeps_those_left_over_from_telling_those_counted() -> None:
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {M0: {GIRLS: 20, BOYS: 20}, W6: {GIRLS: 26, BOYS: 40}})
    one = company(of, known=np.zeros(of.n.shape, dtype=bool))
    ranges = one.closed(one.nothing_shown, np.array([[cut == GIRLS for cut in BY_SEX.cuts], [False] * 3]))
    girls, longer = BY_SEX.cuts.index(GIRLS), of.keys.index(("mash_contact", "observed", "w6"))
    assert (ranges.low[0, longer, girls], ranges.high[1, longer, girls]) == (0, 100 - 20)


# Steps of which each is the base of the next --------------------------------------------------------------------------

NOTIFIED, OFFERED = ("step_notified", "all"), ("step_offered", "all")


def steps(told: dict[Filters, float], offered: dict[Filters, float]) -> Figures:
    """Of 100 girls and 100 boys the officer was told of some, who are the base of those offered support."""
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {NOTIFIED: told, OFFERED: offered})
    of.n[:, 1] = of.count[:, 0]
    return of


def unknown_base(of: Figures, shown: Mask, name: Named, cut: Filters) -> tuple[float, float]:
    """Between which numbers a figure is told to lie, where nothing says of whom those offered support are a share."""
    known = np.ones(of.n.shape, dtype=bool)
    known[:, of.bases[at(of, OFFERED, EVERYONE)[1]]] = False
    one = company(of, known=known)
    ranges = one.closed(one.nothing_shown, shown.T)
    place, key = at(of, name, cut)
    return float(ranges.low[0, key, place]), float(ranges.high[0, key, place])


def test_those_counted_by_a_step_are_those_of_the_next_and_the_other_way_round() -> None:
    """Of 30 girls of whom the officer was told 22 were offered support."""
    of = steps({GIRLS: 30, BOYS: 50}, {GIRLS: 22, BOYS: 40})
    nothing_but = np.zeros(of.n.shape, dtype=bool)
    nothing_but[at(of, OFFERED, GIRLS)] = True
    assert unknown_base(of, nothing_but, NOTIFIED, GIRLS) == (30, 30)
    nothing_but = np.zeros(of.n.shape, dtype=bool)
    nothing_but[at(of, NOTIFIED, GIRLS)] = True
    assert unknown_base(of, nothing_but, OFFERED, GIRLS) == (0, 30)


def test_nobody_takes_a_step_who_did_not_take_the_one_before() -> None:
    """The officer was told of 34 of all, of the girls between none and all of them; 25 of all were offered support."""
    of = steps({GIRLS: 30, BOYS: 4}, {GIRLS: 22, BOYS: 3})
    shown = np.zeros(of.n.shape, dtype=bool)
    shown[at(of, NOTIFIED, EVERYONE)] = shown[at(of, OFFERED, EVERYONE)] = True
    assert unknown_base(of, shown, OFFERED, GIRLS) == (0, 25)
    assert unknown_base(of, shown, NOTIFIED, GIRLS) == (0, 34)


def test_the_base_of_the_next_step_is_how_many_took_this_one() -> None:
    of = steps({GIRLS: 60, BOYS: 60}, {GIRLS: 40, BOYS: 40})
    assert counted(of, np.zeros(of.n.shape, dtype=bool), NOTIFIED, GIRLS) == (60, 60)


def test_a_step_is_hidden_where_the_one_before_is_and_the_two_bases_would_tell_that() -> None:
    """Who waits is a share of those who could be told of; with those offered support of those told of it tells the step."""
    of = steps({GIRLS: 60, BOYS: 60}, {GIRLS: 40, BOYS: 40})
    wanted = everywhere(of, (NOTIFIED, GIRLS), (NOTIFIED, BOYS))
    assert not hidden(of, wanted, kept(of, wanted))  # nothing says of how many girls the officer was not told
    waiting = ("beside_notified_pending", "all")
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {NOTIFIED: {GIRLS: 60, BOYS: 60}, OFFERED: {GIRLS: 40, BOYS: 40}, waiting: {}})
    of.count[:, 2] = summed(BY_SEX, {GIRLS: 25, BOYS: 25})
    of.n[:, 1] = of.count[:, 0]
    wanted = everywhere(of, (NOTIFIED, GIRLS), (NOTIFIED, BOYS))
    assert hidden(of, wanted, kept(of, wanted)) == {(OFFERED, GIRLS), (OFFERED, BOYS)}
    assert kept(of, everywhere(of)).all()


# What pairs say -------------------------------------------------------------------------------------------------------

M1, B6 = ("mash_contact", "m-1"), ("mash_contact", "b6")


@pytest.mark.parametrize(("left", "stays"), [(0, True), (25, True), (26, False)])
def test_what_a_pair_says_was_left_over_counts(left: int, stays: bool) -> None:
    """Six months hidden, of 40; the last of them, 10. Where 26 were in none of the six, 10 to 14 were in one of them."""
    of = figures(BY_SEX, {GIRLS: 20, BOYS: 20}, {M1: {GIRLS: 5, BOYS: 5}, B6: {GIRLS: 6, BOYS: 6}})
    wanted = np.zeros(of.n.shape, dtype=bool)
    wanted[at(of, M1, EVERYONE)] = True
    counted_, left_over = nothing(of)
    left_over[at(of, B6, EVERYONE)] = left
    assert 40 - 26 - 10 < WIDE <= 40 - 25 - 10
    assert hidden(of, wanted, kept(of, wanted, (counted_, left_over))) == (set() if stays else {(M1, EVERYONE)})


@pytest.mark.parametrize(("least", "stays"), [(0, True), (9, True), (10, False)])
def test_what_a_pair_says_was_counted_counts(least: int, stays: bool) -> None:
    """The month hidden, of 40; six months, 14. Where a pair says of the month that ten are counted, it is 10 to 14."""
    of = figures(BY_SEX, {GIRLS: 20, BOYS: 20}, {M0: {GIRLS: 6, BOYS: 6}, W6: {GIRLS: 7, BOYS: 7}})
    wanted = np.zeros(of.n.shape, dtype=bool)
    wanted[at(of, W6, EVERYONE)] = True
    counted_, left_over = nothing(of)
    counted_[at(of, M0, EVERYONE)] = least
    assert 14 - 10 < WIDE <= 14 - 9
    assert hidden(of, wanted, kept(of, wanted, (counted_, left_over))) == (set() if stays else {(W6, EVERYONE)})


# What stays, and beside what ------------------------------------------------------------------------------------------


def test_the_headline_stays_as_it_was_decided_and_others_give_way() -> None:
    """The month, 20 girls, is shown; 23 in three months would tell of one, of two … of the hidden 22: these give way."""
    of = figures(
        BY_SEX, {GIRLS: 100, BOYS: 100}, {M0: {GIRLS: 20, BOYS: 30}, W3: {GIRLS: 22, BOYS: 60}, W6: {GIRLS: 23, BOYS: 80}}
    )
    wanted = everywhere(of, (W3, GIRLS))
    shown = kept(of, wanted)
    assert shown[:, of.keys.index(("mash_contact", "observed", "m0"))].all()
    assert hidden(of, wanted, shown) and {name for name, _ in hidden(of, wanted, shown)} <= {W3, W6}


def test_of_windows_that_tell_only_together_the_longer_ones_are_shown() -> None:
    """The month is hidden: 40 in six months less 22 in the six after are 18 at least; 21 in three months are the most."""
    counts = {M0: 20, W3: 21, W6: 40, A6: 22}
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {name: {GIRLS: count} for name, count in counts.items()})
    wanted = np.zeros(of.n.shape, dtype=bool)
    for name in (W3, W6, A6):
        wanted[at(of, name, EVERYONE)] = True
    assert counted(of, wanted, M0, EVERYONE) == (40 - 22, 21)
    assert hidden(of, wanted, kept(of, wanted)) == {(W3, EVERYONE)}


def test_what_the_headline_alone_tells_hides_nothing_besides() -> None:
    """All and the boys are shown, so the girls are told; no window could mend that, so none is hidden for it."""
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {M0: {GIRLS: 2, BOYS: 30}, W6: {GIRLS: 30, BOYS: 60}})
    wanted = everywhere(of, (M0, GIRLS))
    assert counted(of, wanted, M0, GIRLS) == (2, 2)
    assert np.array_equal(kept(of, wanted), wanted)


def test_what_the_headline_alone_tells_costs_nothing_where_others_must_give_way() -> None:
    """Two are told to be in the month in the first quarter; that quarter of three months is mended all the same."""
    counts = {M0: quarters(2, 5, 5, 5, 20), W3: quarters(13, 17, 15, 16, 60), W6: quarters(14, 18, 25, 26, 90)}
    of = figures(BY_QUARTER, quarters(100, 100, 100, 100, 400), counts)
    wanted = everywhere(of, (M0, Q1), (W3, Q1), (W3, Q2))
    assert counted(of, wanted, M0, Q1) == (2, 2)
    assert hidden(of, wanted, kept(of, wanted)) == {(W3, Q3)}


def test_a_figure_is_shown_finer_only_beside_coarser() -> None:
    """All contacts of three months would tell those of the girls, which are hidden: so nothing finer of them is shown either."""
    longer, shorter = dict(zip(FINEST, (15, 20, 20, 20), strict=True)), dict(zip(FINEST, (15, 20, 20, 19), strict=True))
    of = figures(ON, dict.fromkeys(FINEST, 50), {W3: shorter, W6: longer})
    wanted = everywhere(of, (W3, GIRLS))
    shown = kept(of, wanted)
    three_months = of.keys.index(("mash_contact", "observed", "w3"))
    assert not shown[of.ground.cuts.index(EVERYONE), three_months]
    assert not shown[:, three_months].any()


def test_beside_a_coarser_cut_that_has_nobody_a_finer_one_may_be_shown() -> None:
    of = figures(ON, dict.fromkeys(FINEST, 50), {W3: dict.fromkeys(FINEST, 20), W6: dict.fromkeys(FINEST, 40)})
    one = company(of)
    wanted = np.ones((2, len(ON.cuts)), dtype=bool)
    wanted[:, ON.cuts.index(GIRLS)] = False
    beside = one._beside_coarser(wanted)
    girls = {ON.cuts.index(cut) for cut in (TOWN_GIRLS, VILLAGE_GIRLS)}
    assert set(np.flatnonzero(~beside[0])) == girls
    of.nobody[ON.cuts.index(GIRLS)] = True
    assert company(of)._beside_coarser(wanted).all()


def test_neither_a_group_of_nobody_nor_a_figure_the_release_has_not_is_told_too_closely() -> None:
    """Which of the eight combinations a child is in is shown without any filter: of the girls there is no such figure."""
    of = figures(BY_SEX, {GIRLS: 50, BOYS: 50}, {("services_none", "window"): {}, ("none_active", "window"): {}})
    one, nothing_shown = company(of), np.zeros((2, len(BY_SEX.cuts)), dtype=bool)
    told = replace(one.nothing_shown, high=one.nothing_shown.low)
    everyone, girls, boys = (BY_SEX.cuts.index(cut) for cut in (EVERYONE, GIRLS, BOYS))
    assert set(zip(*np.nonzero(one.narrow(told, nothing_shown)), strict=True)) == {
        (0, everyone),
        (1, everyone),
        (1, girls),
        (1, boys),
    }
    of.nobody[boys] = True
    assert set(zip(*np.nonzero(company(of).narrow(told, nothing_shown)), strict=True)) == {
        (0, everyone),
        (1, everyone),
        (1, girls),
    }


def test_children_of_a_county_who_are_in_none_of_its_districts_contradict_nothing() -> None:
    """Ten in the county are in neither district: the build keeps a child whose district is not one of its authority."""
    county = only(ground(lattice()), lambda cut: cut.area in ("county", "north", "south") and len(cut.chosen) == 1)
    counts = {M0: (10, 10, 10), W3: (16, 16, 16), W6: (22, 22, 22)}
    of = figures(county, {}, {name: {} for name in counts})
    for column, (north, south, elsewhere) in enumerate(counts.values()):
        every = {"north": north, "south": south, "county": north + south + elsewhere}
        of.count[:, column] = [every[cut.area] for cut in county.cuts]
        of.n[:, column] = [100 * (1 + 2 * (cut.area == "county")) for cut in county.cuts]
    assert kept(of, everywhere(of)).all()


def test_a_figure_of_the_same_children_as_the_first_is_hidden_where_that_is() -> None:
    """In the term itself meals received since then are meals received: where one is hidden the other would tell it."""
    now, since = ("fsm_received", "0"), ("fsm_received_since_0", "0")
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {now: {GIRLS: 30, BOYS: 30}, since: {GIRLS: 30, BOYS: 30}})
    wanted = everywhere(of, (now, GIRLS), (now, BOYS))
    shown = kept(of, wanted)
    assert not shown[[at(of, since, GIRLS)[0], at(of, since, BOYS)[0]]].any()


@pytest.mark.parametrize(("counted_", "left", "told"), [(4, 40, True), (40, 4, True), (5, 5, False)])
def test_a_figure_is_told_by_those_counted_or_by_those_left_over(counted_: float, left: float, told: bool) -> None:
    of = figures(BY_SEX, {GIRLS: 50, BOYS: 50}, {M0: {}, W6: {}})
    one, nothing_shown = company(of), np.zeros((2, len(BY_SEX.cuts)), dtype=bool)
    ranges = one.nothing_shown.copy()
    ranges.low[:], ranges.high[0], ranges.high[1] = 0, counted_, left
    assert one.narrow(ranges, nothing_shown).tolist() == [[told] * len(BY_SEX.cuts)] * 2


@pytest.mark.parametrize(("few", "told"), [(0, False), (1, True), (5, True), (6, False)])
def test_a_figure_does_not_join_one_that_it_is_a_few_children_more_than(few: int, told: bool) -> None:
    """Who used a service in half a year and not in its first half is a group like any other; half a year is the headline."""
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {W3: {GIRLS: 30, BOYS: 30}, W6: {GIRLS: 30 + few, BOYS: 50}})
    assert hidden(of, everywhere(of), kept(of, everywhere(of))) == ({(W3, GIRLS), (W3, BOYS)} if told else set())


def test_a_figure_joins_one_whose_nought_is_shown() -> None:
    """Nobody waits for a step, so nobody waits for it too long: that is said, and no number is told that it does not say."""
    waiting, too_long = ("beside_notified_pending", "all"), ("overdue_notified", "all")
    nobody = {GIRLS: 0, BOYS: 0}
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 15}, {waiting: nobody, too_long: nobody})
    wanted = everywhere(of, (waiting, BOYS), (too_long, BOYS))
    assert np.array_equal(kept(of, wanted), wanted)


def test_a_store_that_contradicts_itself_is_refused_with_a_sentence_and_without_a_number() -> None:
    of = figures(BY_SEX, {GIRLS: 41, BOYS: 43}, {W3: {GIRLS: 37, BOYS: 29}, W6: {GIRLS: 31, BOYS: 29}})
    with pytest.raises(DataError, match=r"contradicts itself about .*: a figure counts fewer children") as refused:
        kept(of, everywhere(of))
    assert not re.search(r"\d", str(refused.value))


def test_who_is_between_two_figures_is_told_only_where_it_is_certain_how_many_they_are() -> None:
    of = figures(BY_SEX, {GIRLS: 100, BOYS: 100}, {W3: {GIRLS: 30, BOYS: 30}, W6: {GIRLS: 50, BOYS: 50}})
    one = company(of)
    ranges = one.nothing_shown.copy()
    ranges.low[1, 2:], ranges.high[1, 2:] = [[0, 3, 3]], [[0, 3, 4]]
    assert one.few_between(ranges).tolist() == [[False, True, False]]


# The slow way ---------------------------------------------------------------------------------------------------------

Place = tuple[str, int, int]
"""Those counted, left over or between two, by row and cut."""


@dataclass(frozen=True)
class Statement:
    """A whole that its parts make up, or that is no more than these where it is a union; a number where it is known."""

    whole: Place | float
    parts: tuple[Place, ...]
    is_union: bool = False


def statements(of: Figures, kin: Kin, shown: Mask, known: Mask) -> Iterator[Statement]:
    """All that binds the figures of a kin: bases and what is shown of them, lines, nested figures, unions and sums."""
    n, cuts = of.n[:, list(kin.keys)], range(len(of.ground.cuts))
    over = [(inner, outer) for inner, outer in kin.over_time if (n[:, inner] >= n[:, outer]).all()]
    nested = [*((inner, outer) for inner, outer in kin.nested if (n[:, inner] == n[:, outer]).all()), *over]
    for (row, key), cut in product(enumerate(kin.keys), cuts):
        if known[cut, of.bases[key]]:
            yield Statement(n[cut, row], (("counted", row, cut), ("left", row, cut)))
        if shown[cut, key]:
            yield Statement(of.count[cut, key], (("counted", row, cut),))
            yield Statement(n[cut, row] - of.count[cut, key], (("left", row, cut),))
    for (pair, (inner, outer)), cut in product(enumerate(nested), cuts):
        yield Statement(("left", inner, cut), (("left", outer, cut), ("between", pair, cut)))
    rows = [*product(("counted", "left"), range(len(kin.keys))), *(("between", pair) for pair in range(len(nested)))]
    for (kind, row), (one, finer) in product(rows, list(lines(of.ground))):
        yield Statement((kind, row, one), tuple((kind, row, part) for part in finer))
    yield from made_up(of, kin, known)


def made_up(of: Figures, kin: Kin, known: Mask) -> Iterator[Statement]:
    """What unites or adds up others."""
    n, cuts = of.n[:, list(kin.keys)], range(len(of.ground.cuts))
    for (whole, parts), cut in product(kin.unions, cuts):
        if all(n[cut, part] == n[cut, whole] for part in parts):
            yield Statement(("counted", whole, cut), tuple(("counted", part, cut) for part in parts), is_union=True)
    for (total, parts), cut in product(kin.sums, cuts):
        if total is not None:
            yield Statement(("counted", total, cut), tuple(("counted", part, cut) for part in parts))
        elif known[cut, of.bases[kin.keys[parts[0]]]]:
            yield Statement(n[cut, parts[0]], tuple(("counted", part, cut) for part in parts))


def follow_slowly(
    of: Figures, kin: Kin, shown: Mask, known: Mask, least: tuple[Numbers, Numbers]
) -> dict[Place, tuple[float, float]]:
    """What is left of each number, one statement at a time until none says anything new."""
    most, every = float(of.n[:, list(kin.keys)].max()), list(statements(of, kin, shown, known))
    places = {place for one in every for place in (one.whole, *one.parts) if isinstance(place, tuple)}
    low, high = dict.fromkeys(places, 0.0), dict.fromkeys(places, most)
    for kind, numbers in zip(("counted", "left"), least, strict=True):
        for place in places:
            if place[0] == kind:
                low[place] = float(numbers[place[2], kin.keys[place[1]]])
    while True:
        before = dict(low), dict(high)
        for one in every:
            at_least, at_most = sum(low[part] for part in one.parts), sum(high[part] for part in one.parts)
            if isinstance(one.whole, tuple):
                low[one.whole] = max(low[one.whole], -inf if one.is_union else at_least)
                high[one.whole] = min(high[one.whole], at_most)
                whole_low, whole_high = low[one.whole], inf if one.is_union else high[one.whole]
            else:
                whole_low = whole_high = one.whole
            for part in one.parts:
                others_low, others_high = at_least - low[part], at_most - high[part]
                low[part], high[part] = max(low[part], whole_low - others_high), min(high[part], whole_high - others_low)
                at_least, at_most = others_low + low[part], others_high + high[part]
        if before == (low, high):
            return {place: (low[place], high[place]) for place in places}


@dataclass(frozen=True)
class Child:
    """Where children stand, what they have in the month and after it, whether the sixth month has come, how many they are."""

    cut: Filters
    early_help: bool
    level: str
    referred: bool
    later: bool
    reached: bool
    number: int

    @property
    def active(self) -> bool:
        return self.early_help or self.level != "none" or self.referred


COUNTS: Mapping[Named, Callable[[Child], bool]] = {
    ("early_help", "m0"): lambda child: child.early_help,
    ("statutory", "m0"): lambda child: child.level != "none",
    ("mash_referral", "m0"): lambda child: child.referred,
    ("any_active", "m0"): lambda child: child.active,
    ("none_active", "m0"): lambda child: not child.active,
    ("cin", "m0"): lambda child: child.level == "cin",
    ("cp", "m0"): lambda child: child.level == "cp",
    ("cwcf", "m0"): lambda child: child.level == "cwcf",
    ("any_active", "a6"): lambda child: child.later,
    ("none_active", "a6"): lambda child: not child.later,
    ("any_active", "w6"): lambda child: child.active or child.later,
    ("none_active", "w6"): lambda child: not child.active and not child.later,
}
children = st.lists(
    st.builds(
        Child,
        cut=st.sampled_from(FINEST),
        early_help=st.booleans(),
        level=st.sampled_from(["none", "none", "cin", "cp", "cwcf"]),
        referred=st.booleans(),
        later=st.booleans(),
        reached=st.sampled_from([True, True, True, False]),
        number=st.integers(1, 15),
    ),
    min_size=6,
    max_size=20,
)


def masks(*of: bool) -> st.SearchStrategy[Mask]:
    """Cuts by figures, each cell any one of these."""
    cells = len(ON.cuts) * len(COUNTS)
    flat = st.lists(st.sampled_from(of), min_size=cells, max_size=cells)
    return flat.map(lambda drawn: np.array(drawn).reshape(len(ON.cuts), len(COUNTS)))


def release(of: list[Child]) -> Figures:
    """What these children make: who has not reached the sixth month is in no base of six months."""

    def number(time: str, asked: Callable[[Child], bool]) -> Numbers:
        based = [one for one in of if one.reached or time == "m0"]
        return summed(ON, {cut: sum(one.number for one in based if one.cut == cut and asked(one)) for cut in FINEST})

    n = np.stack([number(time, lambda _: True) for _, time in COUNTS], axis=1)
    count = np.stack([number(time, asked) for (_, time), asked in COUNTS.items()], axis=1)
    keys = tuple((indicator, "observed", time) for indicator, time in COUNTS)
    return Figures(ON, keys, n, count, np.zeros(n.shape, dtype=bool), np.ones(n.shape, dtype=bool))  # type: ignore[arg-type]


def told_slowly(of: Figures, shown: Mask, known: Mask, least: tuple[Numbers, Numbers]) -> set[Place]:
    """Which hidden numbers are told too closely, and which of those between two are told to be a few."""
    (kin,) = kins(of)
    return {
        (kind, row, cut)
        for (kind, row, cut), (low, high) in follow_slowly(of, kin, shown, known, least).items()
        if (
            0 < low == high <= WIDE
            if kind == "between"
            else high - low < WIDE and not shown[cut, kin.keys[row]] and not inside_nought(of, kin, shown, row, cut)
        )
    }


def inside_nought(of: Figures, kin: Kin, shown: Mask, row: int, cut: int) -> bool:
    """Whether a shown nought or whole of the figure, or of one it is nested with, says that of all it holds."""
    wider = (row, *(outer for inner, outer in kin.nested if inner == row))
    narrower = (row, *(inner for inner, outer in kin.nested if outer == row))
    for around in (one for one in range(len(of.ground.cuts)) if cut in of.ground.down_from(one)):
        count, n, told = (numbers[around, list(kin.keys)] for numbers in (of.count, of.n, shown))
        if any(told[one] and count[one] == 0 for one in wider) or any(told[one] and count[one] == n[one] for one in narrower):
            return True
    return False


def beside_coarser(wanted: Mask) -> Mask:
    """Of what is wanted what has all coarser cuts beside it."""
    wanted = wanted.copy()
    for cut in np.argsort(ON.fineness, kind="stable"):
        wanted[cut] &= wanted[list(ON.coarser[cut])].all(axis=0)
    return wanted


@settings(max_examples=20)
@given(children, masks(False, True), masks(False, False, True), st.sampled_from([0.0, 0.5, 1.0]))
def test_what_follows_is_what_one_statement_after_another_says(of: list[Child], shown: Mask, known: Mask, share: float) -> None:
    made = release(of)
    (kin,) = kins(made)
    least = np.floor(share * made.count), np.floor(share * (made.n - made.count))
    one = Company(made, kin, known, least, WIDE, Lines.of(ON))
    ranges, slowly = one.closed(one.nothing_shown, shown[:, list(kin.keys)].T), follow_slowly(made, kin, shown, known, least)
    for (kind, row, cut), bounds in slowly.items():
        at_row = len(kin.keys) + row if kind == "between" else row
        part = int(kind != "counted")
        assert (ranges.low[part, at_row, cut], ranges.high[part, at_row, cut]) == bounds, (kind, kin.keys[row], ON.cuts[cut])


@settings(max_examples=20)
@given(children, masks(True, True, True, False))
def test_no_hidden_number_is_told_but_by_the_headline_alone(of: list[Child], mask: Mask) -> None:
    made, known = release(of), np.ones((len(ON.cuts), len(COUNTS)), dtype=bool)
    (kin,) = kins(made)
    wanted = beside_coarser(mask)
    shown, first = kept(made, wanted), [kin.keys[place] for place in kin.order[0]]
    for one, other in kin.alike:  # either tells the other, so they are shown together
        pair = [kin.keys[one], kin.keys[other]]
        wanted[:, pair] = wanted[:, pair].all(axis=1, keepdims=True)
    alone = np.zeros_like(wanted)
    alone[:, first] = wanted[:, first]
    assert not np.any(shown & ~wanted)
    assert np.array_equal(shown[:, first], wanted[:, first])
    assert np.array_equal(shown, beside_coarser(shown))
    assert told_slowly(made, shown, known, nothing(made)) <= told_slowly(made, alone, known, nothing(made))


@settings(max_examples=20)
@given(children)
def test_where_nothing_is_hidden_nothing_is(of: list[Child]) -> None:
    """No fewer than six at a time, so that nowhere a few are between two figures."""
    made = release([replace(one, number=6 * one.number) for one in of])
    assert kept(made, everywhere(made)).all()


MONTHS = st.lists(st.integers(0, 9), min_size=len(FINEST) * 4, max_size=len(FINEST) * 4)


@settings(max_examples=4)
@given(MONTHS, st.lists(st.booleans(), min_size=2 * len(ON.cuts), max_size=2 * len(ON.cuts)))
def test_nothing_follows_that_some_table_of_children_contradicts(numbers: list[int], mask: list[bool]) -> None:
    """A programme over all finest cuts and windows at once tells at least as much; ranges never say more than it."""
    in_three, in_six, in_none = (dict(zip(FINEST, numbers[one::4], strict=True)) for one in range(3))
    longer = {cut: in_three[cut] + in_six[cut] for cut in FINEST}
    of = figures(ON, {cut: longer[cut] + in_none[cut] for cut in FINEST}, {W3: in_three, W6: longer})
    shown = np.array(mask).reshape(of.n.shape)
    for name in (W3, W6):
        for cut in ON.cuts:
            told, exactly = counted(of, shown, name, cut), programme(of, shown, name, cut)
            assert told[0] <= exactly[0] <= exactly[1] <= told[1]
