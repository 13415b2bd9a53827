"""Which figures bound one another: a bond that is missed is a hidden number that its kin tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from metrics.disclosure.kin import Kin, kins
from metrics.disclosure.linked import Figures, Key
from metrics.indicator import Basis
from tests.metrics.small_lattice import ground, lattice

ON = ground(lattice())
Named = tuple[str, str]
"""An indicator and a time."""


def figures(*names: Named, count: dict[Named, float] | None = None, basis: Basis = "observed") -> Figures:
    """100 children in every cut; of each figure another number is counted, unless told."""
    keys: tuple[Key, ...] = tuple((indicator, basis, time) for indicator, time in names)
    numbers = np.array([(count or {}).get(name, 20.0 + place) for place, name in enumerate(names)])
    everywhere = np.ones((len(ON.cuts), len(keys)), dtype=bool)
    return Figures(ON, keys, 100.0 * everywhere, numbers * everywhere, ~everywhere, everywhere)


def named(of: Figures, kin: Kin, places: tuple[int, ...]) -> list[Named]:
    keys = (of.keys[kin.keys[place]] for place in places)
    return [(indicator, time) for indicator, _, time in keys]


def only_kin(of: Figures) -> Kin:
    found = kins(of)
    assert len(found) == 1
    return found[0]


def nested_over_time(of: Figures) -> set[tuple[str, str]]:
    """Shorter and longer times, of one indicator."""
    kin = only_kin(of)
    return {(named(of, kin, (inner,))[0][1], named(of, kin, (outer,))[0][1]) for inner, outer in kin.over_time}


def contacts(*times: str) -> Figures:
    return figures(*(("mash_contact", time) for time in times))


EARLY, STATUTORY, REFERRAL, ACTIVE, NONE = (
    (name, "window") for name in ("early_help", "statutory", "mash_referral", "any_active", "none_active")
)


def test_figures_that_say_nothing_of_one_another_have_no_kin() -> None:
    assert kins(figures(("ehcp", "0"), ("ehcp", "1"), ("sen_support", "0"), ("recognised", "all"))) == []


def test_parts_of_a_term_make_up_their_base_in_their_own_table_and_are_not_kin() -> None:
    assert kins(figures(("severely_absent", "0"), ("missed_under_50", "0"))) == []


def test_windows_that_lie_within_one_another_are_kin_by_their_places_among_these() -> None:
    of = figures(("ehcp", "0"), ("mash_contact", "w3"), ("sen_support", "0"), ("mash_contact", "w6"))
    kin = only_kin(of)
    assert kin.keys == (1, 3)
    assert kin.over_time == ((0, 1),)
    assert (kin.nested, kin.unions, kin.sums) == ((), (), ())


def test_before_and_after_the_imprisonment_are_two_kins() -> None:
    of = contacts("b6", "m0", "m-1", "w3")
    assert [kin.keys for kin in kins(of)] == [(0, 2), (1, 3)]


def test_a_time_that_holds_two_others_makes_kin_of_all_three() -> None:
    """The month before and the six months after bound one another only by the eight months that hold both."""
    times = [("mash_referral", time) for time in ("m-1", "a6", "window")]
    assert only_kin(figures(*times)).keys == (0, 1, 2)
    assert [kin.keys for kin in kins(figures(*times[:2]))] == [(0,), (1,)]


def test_nothing_lies_between_two_that_are_nested() -> None:
    assert nested_over_time(contacts("m0", "w3", "w6")) == {("m0", "w3"), ("w3", "w6")}
    assert nested_over_time(contacts("m0", "w6")) == {("m0", "w6")}
    assert nested_over_time(contacts("m0", "m+1", "w3", "w6", "a6")) == {
        ("m0", "w3"),
        ("m+1", "w3"),
        ("m+1", "a6"),
        ("w3", "w6"),
        ("a6", "w6"),
    }


def test_nothing_lies_between_two_indicators_that_are_nested() -> None:
    """Known to the hub alone: among those referred, who are among those with any active record."""
    alone = ("services_mash", "window")
    of = figures(alone, ACTIVE, REFERRAL)
    assert only_kin(of).nested == ((0, 2), (2, 1))
    assert only_kin(figures(alone, ACTIVE)).nested == ((0, 1),)


def test_one_indicator_within_another_at_one_time_is_nested_and_not_over_time() -> None:
    of = figures(("missed_under_50", "2"), ("missed_under_10", "2"), ("missed_under_10", "3"))
    kin = only_kin(of)
    assert (kin.keys, kin.nested, kin.over_time) == ((0, 1), ((1, 0),), ())


def test_the_highest_level_of_a_longer_window_is_another_and_no_kin_of_the_shorter() -> None:
    assert all(not kin.over_time for kin in kins(figures(("cin", "m0"), ("cin", "w6"))))
    assert nested_over_time(figures(("cwcf", "m0"), ("cwcf", "w6"))) == {("m0", "w6")}


def test_what_grows_by_term_bounds_those_of_its_own_term_alone() -> None:
    """Those observed in a later term are other children: free meals since then are no kin of free meals since before."""
    names = [("fsm_received_since_0", "0"), ("fsm_received_since_0", "1"), ("fsm_received", "1")]
    of = figures(*names)
    assert only_kin(of).keys == (1, 2)
    assert only_kin(of).nested == ((1, 0),)


def test_the_same_children_throughout_are_in_no_kin() -> None:
    """They are among those observed, and bounded where they are decided."""
    names = (("fsm_received", "0"), ("fsm_received_since_0", "0"))
    assert len(kins(figures(*names))) == 1
    assert kins(figures(*names, basis="followed")) == []
    of = figures(*names, names[0])
    assert only_kin(replace(of, keys=(*of.keys[:2], (names[0][0], "followed", names[0][1])))).keys == (0, 1)


def test_what_was_not_reached_grows_by_term_in_a_table_of_its_own() -> None:
    """Of every child, so those of one term are among those of the next: its own table bounds them."""
    assert kins(figures(("coverage_not_reached", "1"), ("coverage_not_reached", "2"))) == []


@pytest.mark.parametrize(
    ("indicator", "times", "unions"),
    [
        ("mash_contact", ("m0", "a6", "w6"), {("w6", ("m0", "a6"))}),
        ("mash_contact", ("m0", "w3", "a6", "w6"), {("w6", ("m0", "a6")), ("w6", ("w3", "a6"))}),
        ("mash_contact", ("m0", "w3", "w6"), set()),  # months four to six are in neither
        ("mash_contact", ("m+1", "a6", "w6"), set()),  # the month itself is in neither
        ("mash_referral", ("m-1", "m0", "before"), {("before", ("m-1", "m0"))}),
        ("mash_referral", ("m-1", "w6", "window"), {("window", ("m-1", "w6"))}),
    ],
)
def test_two_times_that_make_up_a_longer_one_bound_it(
    indicator: str, times: tuple[str, ...], unions: set[tuple[str, tuple[str, str]]]
) -> None:
    of = figures(*((indicator, time) for time in times))
    found = set()
    for kin in kins(of):
        for whole, parts in kin.unions:
            found.add((named(of, kin, (whole,))[0][1], tuple(time for _, time in named(of, kin, parts))))
    assert found == unions


def test_to_have_nothing_in_two_times_is_not_to_have_nothing_in_either() -> None:
    times = ("m0", "a6", "w6")
    of = figures(*((name, time) for name in ("none_active", "any_active") for time in times))
    kin = only_kin(of)
    assert [named(of, kin, (whole, *parts)) for whole, parts in kin.unions] == [
        [("any_active", "w6"), ("any_active", "m0"), ("any_active", "a6")]
    ]


def test_times_of_two_indicators_make_up_neither() -> None:
    of = figures(("early_help", "m0"), ("statutory", "a6"), ("any_active", "w6"), ("any_active", "a6"), ("any_active", "m0"))
    kin = only_kin(of)
    assert [(named(of, kin, (whole,)), named(of, kin, parts)) for whole, parts in kin.unions] == [
        ([("any_active", "w6")], [("any_active", "a6"), ("any_active", "m0")])
    ]


SERVICES = ("early_help", "statutory", "mash_referral")


def test_whoever_has_an_active_record_has_one_of_the_three() -> None:
    of = figures(*((service, "m0") for service in SERVICES), ("any_active", "m0"))
    assert only_kin(of).unions == ((3, (0, 1, 2)),)


@pytest.mark.parametrize("missing", SERVICES)
def test_a_union_is_bounded_only_where_all_that_it_unites_have_that_time(missing: str) -> None:
    others = [(service, "w6" if service == missing else "m0") for service in SERVICES]
    of = figures(*others, ("any_active", "m0"), ("any_active", "w6"))
    assert {named(of, kin, (whole,))[0] for kin in kins(of) for whole, _ in kin.unions} == set()


LEVELS = (("cin", "m0"), ("cp", "m0"), ("cwcf", "m0"))


def test_levels_are_kin_of_what_they_make_up() -> None:
    of = figures(*LEVELS, ("statutory", "m0"))
    kin = only_kin(of)
    assert kin.sums == ((3, (0, 1, 2)),)
    assert (kin.nested, kin.over_time, kin.unions) == ((), (), ())


def test_two_that_are_all_their_base_make_it_up() -> None:
    of = figures(ACTIVE, NONE)
    assert only_kin(of).sums == ((None, (0, 1)),)


EIGHT = tuple((f"services_{one}", "window") for one in ("none", "eh", "stat", "mash", "eh_stat", "eh_mash", "stat_mash", "all"))
WITH_THE_HUB = ("services_mash", "services_eh_mash", "services_stat_mash", "services_all")


@pytest.mark.parametrize(("referred", "all_of_them"), [(24 + 26 + 27 + 28, True), (24 + 26 + 27 + 28 + 1, False)])
def test_some_parts_make_up_a_figure_that_counts_as_many_as_they_do(referred: int, all_of_them: bool) -> None:
    """Of the eight combinations four are within the referrals; where a link failed, those referred may be more."""
    counts: dict[Named, float] = {("services_mash", "window"): 24, ("services_eh_mash", "window"): 26}
    counts |= {("services_stat_mash", "window"): 27, ("services_all", "window"): 28}
    of = figures(*EIGHT, REFERRAL, count=counts | {REFERRAL: referred})
    kin = only_kin(of)
    every = [(whole if whole is None else named(of, kin, (whole,))[0], named(of, kin, parts)) for whole, parts in kin.sums]
    assert (None, list(EIGHT)) in [(whole, sorted(parts, key=EIGHT.index)) for whole, parts in every]
    hub = [sorted(parts) for whole, parts in every if whole == REFERRAL]
    assert hub == [sorted((name, "window") for name in WITH_THE_HUB)] * all_of_them
    assert len(every) == 1 + all_of_them


LATER = (("cp", "w6"), ("cwcf", "w6"))


def test_order_is_the_headline_then_the_longest_and_wholes_before_their_parts() -> None:
    of = figures(*LEVELS, ("cin", "w6"), ("statutory", "m0"), ("statutory", "w3"), ("statutory", "w6"), *LATER)
    kin = only_kin(of)
    assert [named(of, kin, some) for some in kin.order] == [
        [("statutory", "m0")],
        [("statutory", "w6")],
        [("statutory", "w3")],
        [*LEVELS],
        [("cin", "w6"), *LATER],
    ]


def test_every_key_is_in_the_order_once() -> None:
    of = figures(*EIGHT, ACTIVE, NONE, REFERRAL, ("mash_referral", "m0"), ("any_active", "m0"))
    kin = only_kin(of)
    assert sorted(place for some in kin.order for place in some) == list(range(len(kin.keys)))


KNOWN_TO_NONE = ("services_none", "window")


@pytest.mark.parametrize(("none", "together"), [(30, True), (31, False)])
def test_what_counts_the_very_children_of_an_earlier_figure_is_shown_with_it(none: int, together: bool) -> None:
    """Known to none of the three services: no active record, and as many of them."""
    of = figures(*EIGHT, NONE, ACTIVE, count={KNOWN_TO_NONE: 30.0, NONE: none})
    kin = only_kin(of)
    beside = next(named(of, kin, some) for some in kin.order if NONE in named(of, kin, some))
    assert (KNOWN_TO_NONE in beside) == together
    assert not together or ("services_eh", "window") not in beside


def test_as_many_children_are_not_the_very_children_where_neither_is_within_the_other() -> None:
    """Thirty open to Early Help, thirty to statutory support: one of them may be shown without the other."""
    names = (("early_help", "m0"), ("statutory", "m0"), ("mash_referral", "m0"), ("any_active", "m0"))
    of = figures(*names, count={names[0]: 30.0, names[1]: 30.0})
    assert {len(some) for some in only_kin(of).order} == {1}


def test_figures_are_of_the_same_children_where_they_are_unknown_alike() -> None:
    """Where there is no figure for want of data there is none of either."""
    of = figures(*EIGHT, NONE, count={KNOWN_TO_NONE: 30.0, NONE: 30.0})
    of.count[3, [of.keys.index((name, "observed", time)) for name, time in (KNOWN_TO_NONE, NONE)]] = np.nan
    kin = only_kin(of)
    assert [KNOWN_TO_NONE, NONE] in [sorted(named(of, kin, some), reverse=True) for some in kin.order]
