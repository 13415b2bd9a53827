"""Before and after: a pair of the same children as a figure tells it, and one of nearly the same tells it nearly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest

from metrics.disclosure.audit import attack, questions_of_pairs
from metrics.disclosure.linked import Figures, Key
from metrics.disclosure.paired import Pairs, base_of_pairs, parts_of_pair, rather_pairs, sides_of, told_by_pairs
from metrics.disclosure.rules import Rules
from metrics.filters import ALL, Filters
from tests.metrics.small_lattice import ground, lattice

Mask = npt.NDArray[np.bool_]
OF = lattice(districts={"town": (), "village": ()})
ON = ground(OF).only(np.array([cut.area == cut.age_band == cut.period == ALL for cut in ground(OF).cuts]))
EVERYONE, GIRLS, BOYS = Filters(), Filters(sex="F"), Filters(sex="M")
RULES = Rules(smallest_base=10, smallest_count=6, smallest_base_of_a_zero=30)

BEFORE: Key = ("mash_contact", "observed", "b6")
AFTER: Key = ("mash_contact", "observed", "a6")
LONGER: Key = ("mash_contact", "observed", "w6")


def at(cut: Filters) -> int:
    return ON.cuts.index(cut)


def only(*cuts: Filters) -> Mask:
    return np.array([cut in cuts for cut in ON.cuts])


ALL_CUTS = only(*ON.cuts)


@dataclass(frozen=True)
class Counted:
    """Of so many children so many are counted, in every cut."""

    n: float
    count: float


def figures(of: dict[Key, Counted]) -> Figures:
    everywhere = np.ones((len(ON.cuts), len(of)), dtype=bool)
    n, count = (np.array([getattr(one, name) for one in of.values()]) * everywhere for name in ("n", "count"))
    return Figures(ON, tuple(of), n, count, ~everywhere, everywhere)


def pair(n: float, before: float, after: float, gained: float, indicator: str = "mash_contact") -> Pairs:
    """One pair, of so many known on both sides, in every cut."""
    everywhere = np.ones((len(ON.cuts), 1), dtype=bool)
    lost = before - (after - gained)
    n_both, had, has, won, left = (number * everywhere for number in (n, before, after, gained, lost))
    return Pairs((indicator,), n_both, had, has, won, left, ~everywhere, everywhere)


PLANS = pair(80, 40, 30, 10, "ehcp")


def both(*pairs: Pairs) -> Pairs:
    names = ("n_both", "before", "after", "gained", "lost", "nobody", "known")
    together = (np.concatenate([getattr(one, name) for one in pairs], axis=1) for name in names)
    return Pairs(tuple(one.indicators[0] for one in pairs), *together)


# What a pair says of the figures on its sides -------------------------------------------------------------------------


def test_a_pair_that_may_stand_alone_says_how_many_are_counted_and_left_at_the_least() -> None:
    """Of 80 known on both sides 30 before and 20 after: so at least as many of the 100, and of the 90, known at each."""
    of = figures({BEFORE: Counted(100, 40), AFTER: Counted(90, 25), LONGER: Counted(90, 30)})
    counted, left = told_by_pairs(pair(80, 30, 20, 10), of, ALL_CUTS[:, None])
    assert counted[at(EVERYONE)].tolist() == [30, 20, 0]
    assert left[at(EVERYONE)].tolist() == [80 - 30, 80 - 20, 0]


def test_where_a_filter_is_chosen_no_pair_stands_alone() -> None:
    of = figures({BEFORE: Counted(100, 40), AFTER: Counted(90, 25)})
    for numbers in told_by_pairs(pair(80, 30, 20, 10), of, ALL_CUTS[:, None]):
        assert not numbers[[at(GIRLS), at(BOYS)]].any()


def test_a_pair_that_is_hidden_for_itself_says_nothing() -> None:
    of = figures({BEFORE: Counted(100, 40), AFTER: Counted(90, 25)})
    for numbers in told_by_pairs(pair(80, 30, 20, 10), of, only(GIRLS, BOYS)[:, None]):
        assert not numbers.any()


def test_a_pair_of_several_terms_says_nothing_of_any_one() -> None:
    of = figures({("ehcp", "observed", "1"): Counted(90, 25), ("ehcp", "observed", "-1"): Counted(90, 25)})
    for numbers in told_by_pairs(pair(80, 30, 20, 10, "ehcp"), of, ALL_CUTS[:, None]):
        assert not numbers.any()


# Which of the two to show where they are nearly the same --------------------------------------------------------------


def rather(n: float, count: float, at_window: Counted, safe: Mask = ALL_CUTS) -> set[Filters]:
    """Where the six months before are hidden because of a pair of so many of their children."""
    of = figures({BEFORE: at_window, AFTER: Counted(500, 250)})
    found = rather_pairs(pair(n, count, 30, 10), of, safe[:, None], RULES)
    assert not found[:, 1].any()
    return {ON.cuts[cut] for cut in np.flatnonzero(found[:, 0])}


@pytest.mark.parametrize(
    ("missing", "hidden_of"),
    [
        (0, set()),  # of the very same children: the pair gives way instead
        (1, set(ON.cuts)),
        (5, set(ON.cuts)),
        (6, {EVERYONE}),  # fewer than a base has
        (9, {EVERYONE}),
        (20, set()),
    ],
)
def test_a_window_is_hidden_where_a_pair_leaves_out_so_few_that_each_tells_the_other(
    missing: int, hidden_of: set[Filters]
) -> None:
    """Half of those missing are counted, and half are not, or as near as can be."""
    assert rather(80, 40, Counted(80 + missing, 40 + missing // 2)) == hidden_of


@pytest.mark.parametrize(
    ("missing", "counted", "hidden_of"),
    [
        (20, 6, set()),
        (20, 5, {EVERYONE}),  # few of them are counted
        (20, 15, {EVERYONE}),  # few of them are not
        (20, 14, set()),
        (29, 0, {EVERYONE}),  # nobody of fewer than thirty
        (30, 0, set()),
        (29, 29, {EVERYONE}),  # all of fewer than thirty
    ],
)
def test_without_a_filter_the_pair_is_shown_rather_than_a_window_of_few_others(
    missing: int, counted: int, hidden_of: set[Filters]
) -> None:
    assert rather(80, 40, Counted(80 + missing, 40 + counted)) == hidden_of


def test_a_window_is_not_hidden_for_a_pair_that_is_hidden_anyway() -> None:
    near = Counted(80 + 9, 40 + 4)
    assert rather(80, 40, near) == {EVERYONE}
    assert rather(80, 40, near, safe=only(GIRLS, BOYS)) == set()


def test_a_window_that_tells_a_pair_nearly_is_hidden_though_the_pair_is_too() -> None:
    assert rather(80, 40, Counted(80 + 5, 40 + 2), safe=only()) == set(ON.cuts)


def test_each_side_of_a_pair_is_looked_at() -> None:
    of = figures({BEFORE: Counted(500, 250), AFTER: Counted(83, 31)})
    found = rather_pairs(pair(80, 40, 30, 10), of, ALL_CUTS[:, None], RULES)
    assert found.tolist() == [[False, True]] * len(ON.cuts)


@pytest.mark.parametrize(
    ("followed", "hidden"),
    [
        (Counted(80, 30), False),  # the very same children
        (Counted(79, 29), True),  # one more, who has a plan
        (Counted(71, 24), True),  # nine more, fewer than a base has
        (Counted(60, 24), False),
        (Counted(60, 25), True),  # of twenty more, five
        (Counted(60, 15), True),  # of twenty more, all but five
        (Counted(90, 30), False),  # of others besides
    ],
)
def test_those_followed_are_hidden_where_a_pair_is_of_few_more(followed: Counted, hidden: bool) -> None:
    of = figures({("ehcp", "observed", "1"): Counted(500, 250), ("ehcp", "followed", "1"): followed})
    found = rather_pairs(PLANS, of, only(EVERYONE)[:, None], RULES)
    assert found.tolist() == [[False, hidden and cut == EVERYONE] for cut in ON.cuts]


# What the pairs of several indicators say together --------------------------------------------------------------------


def levels(**known: Mask) -> Pairs:
    """Pairs of everyone by level of statutory support: in all 343 of 1,119 before and 353 after; shown where told so."""
    numbers = {"statutory": (343, 353, 23), "cin": (174, 170, 13), "cp": (95, 100, 13), "cwcf": (74, 83, 12)}
    found = both(*(pair(1119, *of, indicator=name) for name, of in numbers.items()))
    shown = np.stack([known.get(name, only(EVERYONE)) for name in numbers], axis=1)
    return found.told(shown)


def told_of_levels(pairs: Pairs) -> set[tuple[str, ...]]:
    """Of which levels one side falls to whoever holds these pairs."""
    of = figures({("cin", "observed", "b6"): Counted(1150, 200)})
    fell = set()
    for question in questions_of_pairs(pairs, of, mask(of, b6=only(EVERYONE), a6=only(EVERYONE)), RULES):
        if len(question.names) == len(set(question.columns)) == 3:
            fell |= {question.names[part] for part, _ in question.cells(attack(question.table, question.shown)[1])}
    return fell


def test_a_side_of_a_level_is_told_by_the_pairs_of_the_others() -> None:
    assert told_of_levels(levels()) == set()
    assert told_of_levels(levels(cwcf=only())) == {("cwcf", "before and after")}
    assert told_of_levels(levels(cwcf=only(), cp=only())) == set()


def test_a_side_is_told_where_the_window_of_the_same_children_is_shown() -> None:
    of = figures({("cwcf", "observed", "b6"): Counted(1119, 74), ("cwcf", "observed", "a6"): Counted(1119, 83)})
    hidden = levels(cwcf=only())
    shown = mask(of, b6=only(EVERYONE), a6=only())
    before, after = sides_of(replace(hidden, n_both=np.full_like(hidden.n_both, 1119)), of, shown)
    cwcf = hidden.indicators.index("cwcf")
    assert [int(side.told.sum()) for side in (before, after)] == [1, 0]
    assert [least[at(EVERYONE), cwcf] for least in before.least] == [74, 1119 - 74]


# Where a pair may be shown --------------------------------------------------------------------------------------------


def shown_of(pairs: Pairs, of: Figures, shown: Mask, base: Mask = ALL_CUTS, safe: Mask = ALL_CUTS) -> set[Filters]:
    """Where the first pair may be shown beside figures that are."""
    _, candidates = parts_of_pair(pairs, 0, of, shown, base, safe[:, None], RULES)
    assert np.array_equal(candidates.any(axis=0), candidates.all(axis=0))  # whole or not at all
    return {ON.cuts[cut] for cut in np.flatnonzero(candidates[0])}


FAR = {BEFORE: Counted(120, 60), AFTER: Counted(110, 45)}
PAIR = pair(80, 40, 30, 10)


def mask(of: Figures, **columns: Mask) -> Mask:
    """Everything shown but for some windows, by time."""
    found = np.ones(of.n.shape, dtype=bool)
    for place, (_, _, time) in enumerate(of.keys):
        found[:, place] = columns.get(time, ALL_CUTS)
    return found


def test_a_pair_is_shown_beside_windows_of_many_more_children() -> None:
    of = figures(FAR)
    assert shown_of(PAIR, of, mask(of)) == set(ON.cuts)


def test_a_pair_is_shown_where_it_is_large_enough_and_its_children_may_be_counted() -> None:
    of = figures(FAR)
    assert shown_of(PAIR, of, mask(of), safe=only(EVERYONE, GIRLS)) == {EVERYONE, GIRLS}
    assert shown_of(PAIR, of, mask(of), base=only(EVERYONE, BOYS)) == {EVERYONE, BOYS}


@pytest.mark.parametrize("time", ["b6", "a6"])
def test_a_pair_of_the_same_children_as_a_window_is_shown_only_beside_it(time: str) -> None:
    """It tells how many were counted in either window, so where one is hidden the pair is, whatever filter is chosen."""
    of = figures({BEFORE: Counted(80, 40), AFTER: Counted(80, 30)})
    assert shown_of(PAIR, of, mask(of)) == set(ON.cuts)
    assert shown_of(PAIR, of, mask(of, **{time: only(GIRLS, BOYS)})) == {GIRLS, BOYS}
    assert shown_of(PAIR, of, mask(of, **{time: only(EVERYONE)})) == {EVERYONE}


@pytest.mark.parametrize("time", ["b6", "a6"])
def test_where_a_filter_is_chosen_a_pair_is_shown_only_beside_both_windows(time: str) -> None:
    of = figures(FAR)
    assert shown_of(PAIR, of, mask(of, **{time: only(EVERYONE, GIRLS)})) == {EVERYONE, GIRLS}
    assert shown_of(PAIR, of, mask(of, **{time: only()})) == {EVERYONE}


@pytest.mark.parametrize(
    ("others", "beside", "alone"),
    [
        (Counted(5, 2), False, False),  # so few that each tells the other, shown or not
        (Counted(9, 4), False, True),  # fewer than a base has
        (Counted(20, 5), False, True),  # few of them counted
        (Counted(20, 15), False, True),  # few of them not
        (Counted(20, 6), True, True),
    ],
)
def test_a_pair_is_not_shown_beside_a_window_of_few_others(others: Counted, beside: bool, alone: bool) -> None:
    of = figures(FAR | {BEFORE: Counted(80 + others.n, 40 + others.count)})
    assert (EVERYONE in shown_of(PAIR, of, mask(of))) == beside
    assert (EVERYONE in shown_of(PAIR, of, mask(of, b6=only()))) == alone


@pytest.mark.parametrize(("longer", "stays"), [(30 + 5, False), (30 + 6, True)])
def test_a_pair_is_not_shown_where_it_and_a_longer_window_pin_those_between(longer: int, stays: bool) -> None:
    """30 of those known on both sides are counted after: whoever else is in the six months, or in the month, is one of few."""
    of = figures(FAR | {LONGER: Counted(110, longer)})
    assert shown_of(PAIR, of, mask(of)) == (set(ON.cuts) if stays else set())
    hidden = mask(of, w6=only())
    assert shown_of(PAIR, of, hidden) == set(ON.cuts)  # most of 110 may be in a longer window that is hidden


@pytest.mark.parametrize(("active", "stays"), [(30 + 5, False), (30 + 6, True)])
def test_what_is_shown_beyond_a_hidden_longer_window_pins_it_too(active: int, stays: bool) -> None:
    """Whoever was referred in six months has an active record in them: of referrals they are hidden, of records shown."""
    counts: dict[Key, Counted] = {
        ("mash_referral", "observed", "b6"): Counted(120, 60),
        ("mash_referral", "observed", "a6"): Counted(110, 45),
        ("mash_referral", "observed", "w6"): Counted(110, 50),
        ("any_active", "observed", "w6"): Counted(110, active),
    }
    shown = np.ones((len(ON.cuts), len(counts)), dtype=bool)
    shown[:, 2] = False
    assert (EVERYONE in shown_of(replace(PAIR, indicators=("mash_referral",)), figures(counts), shown)) == stays


def test_few_children_may_be_shown_beside_the_windows_that_count_the_same() -> None:
    """That nobody else is in the window says nothing: it is the pair's own side."""
    of = figures({BEFORE: Counted(29, 14), AFTER: Counted(29, 10)})
    assert shown_of(pair(29, 14, 10, 5), of, mask(of)) == set(ON.cuts)


def test_a_pair_of_the_same_children_is_shown_beside_its_longer_window() -> None:
    """What lies between them is then the figures' to settle: the pair tells no more than its window does."""
    of = figures({BEFORE: Counted(80, 40), AFTER: Counted(80, 30), LONGER: Counted(80, 35)})
    assert shown_of(PAIR, of, mask(of)) == set(ON.cuts)


def of_terms(n: float, count: float) -> Figures:
    """A plan in the first term after."""
    return figures({("ehcp", "observed", "1"): Counted(n, count)})


@pytest.mark.parametrize(
    ("term", "stays"),
    [
        (Counted(80, 24), True),  # 30 in one of the terms, 24 in the first: six in the others alone
        (Counted(80, 25), False),
        (Counted(80, 30), True),  # nobody of eighty
        (Counted(95, 40), False),  # 95 − 40 without a plan in the term, 80 − 30 without one in any: five
        (Counted(96, 40), True),  # six
        (Counted(90, 40), True),  # none
        (Counted(110, 25), True),  # of other children, 30 − 25 are of none
    ],
)
def test_a_pair_of_several_terms_is_not_shown_beside_one_that_leaves_few(term: Counted, stays: bool) -> None:
    of = of_terms(term.n, term.count)
    assert (EVERYONE in shown_of(PLANS, of, mask(of))) == stays
    assert EVERYONE in shown_of(PLANS, of, mask(of, **{"1": only()}))


@pytest.mark.parametrize(("n", "stays"), [(29, False), (30, True)])
def test_a_pair_that_says_no_more_than_one_of_its_terms_is_shown_of_many_children_only(n: int, stays: bool) -> None:
    """Ten in the first term after, ten in any: nobody in the others alone, of so many."""
    of = of_terms(n, 10)
    assert (EVERYONE in shown_of(pair(n, 14, 10, 5, "ehcp"), of, mask(of))) == stays


# The table of a pair --------------------------------------------------------------------------------------------------


def test_the_table_of_a_pair_is_gained_lost_and_both_of_those_known_on_both_sides() -> None:
    of = figures(FAR)
    table, _ = parts_of_pair(PAIR, 0, of, mask(of), only(EVERYONE), only(GIRLS)[:, None], RULES)
    assert table.values[:, at(GIRLS)].tolist() == [10, 40 - (30 - 10), 30 - 10]
    assert table.whole is not None
    assert (table.whole.values[at(GIRLS)], table.whole.known.tolist()) == (80, only(EVERYONE).tolist())
    assert not table.exhaustive
    assert [(one.parts, one.values[at(GIRLS)], one.released) for one in table.sums] == [((1, 2), 40, True), ((0, 2), 30, True)]
    assert not any(one.known.any() for one in table.sums)


def test_a_side_is_known_where_the_window_of_the_same_children_is_shown() -> None:
    """An attacker who has no pair still has the window: 40 of the same 80."""
    of = figures({BEFORE: Counted(80, 40), AFTER: Counted(110, 45)})
    unknown = PAIR.told(np.zeros_like(PAIR.known))
    unknown = replace(unknown, n_both=PAIR.n_both)
    table, _ = parts_of_pair(unknown, 0, of, mask(of, b6=only(GIRLS)), ALL_CUTS, ALL_CUTS[:, None], RULES)
    before, after = table.sums
    assert before.known.tolist() == only(GIRLS).tolist()
    assert not after.known.any()
    assert before.values[at(GIRLS)] == 40


@pytest.mark.parametrize(("n", "shown"), [(9, False), (10, True)])
def test_those_known_on_both_sides_are_counted_where_they_are_a_base(n: int, shown: bool) -> None:
    of = figures(FAR)
    _, candidates = base_of_pairs(pair(n, 4, 3, 1), 0, of, mask(of), RULES)
    assert candidates.tolist() == [[shown] * len(ON.cuts)]


@pytest.mark.parametrize("time", ["b6", "a6"])
def test_those_known_on_both_sides_are_counted_where_the_base_of_each_side_is_known(time: str) -> None:
    of = figures(FAR)
    _, candidates = base_of_pairs(PAIR, 0, of, mask(of, **{time: only(GIRLS)}), RULES)
    assert {ON.cuts[cut] for cut in np.flatnonzero(candidates[0])} == {GIRLS}


def test_nobody_is_no_base_of_a_pair() -> None:
    of = figures(FAR)
    _, candidates = base_of_pairs(replace(PAIR, nobody=only(BOYS)[:, None]), 0, of, mask(of), RULES)
    assert {ON.cuts[cut] for cut in np.flatnonzero(candidates[0])} == {EVERYONE, GIRLS}


def test_pairs_of_as_many_children_at_the_same_times_are_of_the_same() -> None:
    contacts, referrals, plans = PAIR, pair(80, 20, 20, 7, "mash_referral"), pair(80, 40, 30, 10, "ehcp")
    assert [both(contacts, plans, referrals).first_of_base(place) for place in range(3)] == [0, 1, 0]
    assert both(contacts, pair(81, 20, 20, 7, "mash_referral")).first_of_base(1) == 1
    hidden = replace(referrals, known=only()[:, None])  # known nowhere, so nothing says that they are
    assert both(contacts, hidden).first_of_base(1) == 1


def test_a_pair_is_told_where_it_is_shown_and_nowhere_else() -> None:
    told = PAIR.told(only(GIRLS)[:, None])
    for name, number in (("n_both", 80), ("before", 40), ("after", 30), ("gained", 10), ("lost", 20)):
        numbers = getattr(told, name)[:, 0]
        assert numbers[at(GIRLS)] == number
        assert np.isnan(numbers[[at(EVERYONE), at(BOYS)]]).all()
    assert told.known.tolist() == only(GIRLS)[:, None].tolist()


@pytest.mark.parametrize(("indicator", "flag"), [("ehcp", True), ("mash_contact", True), ("attendance_sessions", False)])
def test_pooled_sessions_are_no_flag(indicator: str, flag: bool) -> None:
    assert pair(80, 40, 30, 10, indicator).is_flag(0) == flag
