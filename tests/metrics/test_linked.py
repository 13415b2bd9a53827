"""Which figures tell of one another. A link that is missed is a figure that can be subtracted."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.catalogue import INDICATORS, find
from metrics.disclosure.linked import Figures, Key, counted_alike, groups, months_of, nested, order_of_bases
from metrics.indicator import Basis, Proportion
from tests.metrics.small_lattice import ground, lattice

ON = ground(lattice())
EVERY: tuple[Key, ...] = tuple((one.id, basis, time) for one in INDICATORS for basis in one.bases for time in one.codes(basis))


def figures(keys: tuple[Key, ...], n: dict[Key, float] | None = None, count: dict[Key, float] | None = None) -> Figures:
    """The same numbers in every cut: 100 children and 50 counted, unless told."""
    shape = (len(ON.cuts), len(keys))
    whole = np.array([(n or {}).get(key, 100.0) for key in keys])
    counted = np.array([(count or {}).get(key, 50.0) for key in keys])
    everywhere = np.ones(shape, dtype=bool)
    return Figures(ON, keys, whole * everywhere, counted * everywhere, ~everywhere, everywhere)


RELEASE = figures(EVERY)


def at(indicator: str, time: str, basis: Basis = "observed") -> int:
    return RELEASE.place[indicator, basis, time]


def parts_beside(indicator: str, time: str) -> tuple[set[str], str | None, bool]:
    group = next(one for one in groups(RELEASE) if at(indicator, time) in one.parts)
    whole = None if group.whole is None else RELEASE.keys[group.whole][0]
    return {RELEASE.keys[part][0] for part in group.parts}, whole, group.exhaustive


@pytest.mark.parametrize(
    ("indicator", "time", "parts", "whole", "exhaustive"),
    [
        ("cin", "m0", {"cin", "cp", "cwcf"}, "statutory", True),
        ("any_active", "w6", {"any_active", "none_active"}, None, True),
        ("none_active_matched", "w6", {"none_active_matched", "none_active_unmatched"}, "none_active", True),
        (
            "unknown_offered",
            "window",
            {"unknown_offered", "unknown_not_offered", "unknown_offer_not_recorded"},
            "none_active",
            True,
        ),
        ("unknown_police", "window", {"unknown_police"}, None, False),  # out of a base of its own
        (
            "step_offered",
            "all",
            {"step_offered", *(f"beside_offered_{w}" for w in ("no_contact", "not_suitable", "pending"))},
            None,
            True,
        ),
        ("severely_absent", "0", {"severely_absent", "missed_under_50"}, None, True),
        ("maternal", "all", {"maternal", "paternal", "other_parent"}, None, True),
        ("statutory", "m0", {"statutory"}, None, False),
        ("ehcp", "0", {"ehcp"}, None, False),
    ],
)
def test_what_adds_up_is_decided_together(
    indicator: str, time: str, parts: set[str], whole: str | None, exhaustive: bool
) -> None:
    assert parts_beside(indicator, time) == (parts, whole, exhaustive)


def test_the_eight_combinations_and_the_seven_coverages_make_up_everyone() -> None:
    assert len(parts_beside("services_none", "window")[0]) == 2 * 2 * 2
    assert len(parts_beside("coverage_observed", "0")[0]) == 7


def test_every_share_is_in_one_group() -> None:
    grouped = [part for group in groups(RELEASE) for part in group.parts]
    shares = [place for place, key in enumerate(EVERY) if isinstance(find(key[0]).measure, Proportion)]
    assert sorted(grouped) == shares


def test_a_whole_is_decided_before_its_parts_and_all_observed_before_those_followed() -> None:
    order = {part: rank for rank, group in enumerate(groups(RELEASE)) for part in group.parts}
    assert order[at("statutory", "m0")] < order[at("cin", "m0")]
    assert order[at("none_active", "window")] < order[at("none_active_matched", "window")]
    assert order[at("ehcp", "0")] < order[at("ehcp", "0", "followed")]
    assert order[at("statutory", "m0")] < order[at("statutory", "w6")] < order[at("statutory", "w3")]


@pytest.mark.parametrize(
    ("time", "months"),
    [
        ("m0", {0}),
        ("b6", {-6, -5, -4, -3, -2, -1}),
        ("w3", {0, 1, 2, 3}),
        ("before", {-1, 0}),
        ("window", {-1, 0, 1, 2, 3, 4, 5, 6}),
        ("all", set()),
        ("-3", set()),
    ],
)
def test_the_months_of_a_time(time: str, months: set[int]) -> None:
    assert months_of(time) == months


def names(places: list[int]) -> set[tuple[str, str]]:
    return {(RELEASE.keys[place][0], RELEASE.keys[place][2]) for place in places}


def test_a_window_lies_within_the_longer_windows_around_it() -> None:
    outer, inner = nested(RELEASE, at("statutory", "w3"), range(len(EVERY)))
    assert names(outer) == {("statutory", "w6"), ("any_active", "w3")}
    assert {("statutory", "m0"), ("statutory", "m+1")} <= names(inner)
    assert ("statutory", "m-1") not in names(inner)


def test_what_does_not_cumulate_has_no_longer_window() -> None:
    """A child in need in the month may be on a protection plan within three: the highest level counts alone."""
    outer, inner = nested(RELEASE, at("cin", "m0"), range(len(EVERY)))
    assert not {time for name, time in names(outer) | names(inner) if name == "cin"}


def test_those_followed_are_among_those_observed_and_since_grows_by_term_for_the_same_children() -> None:
    followed = at("fsm_received_since_0", "1", "followed")
    outer, inner = nested(RELEASE, followed, range(len(EVERY)))
    of = {RELEASE.keys[place] for place in outer}
    assert ("fsm_received_since_0", "observed", "1") in of
    assert ("fsm_received_since_0", "followed", "2") in of
    assert ("fsm_received_since_0", "observed", "2") not in of
    assert ("fsm_received_since_0", "followed", "0") in {RELEASE.keys[place] for place in inner}


KEYS: tuple[Key, ...] = (
    ("recognised", "observed", "all"),
    ("coverage_observed", "observed", "0"),
    ("ehcp", "observed", "0"),
    ("sen_support", "observed", "0"),
    ("ehcp", "followed", "0"),
)
N = {KEYS[2]: 80.0, KEYS[3]: 80.0, KEYS[4]: 60.0}


def test_figures_of_the_same_children_share_a_base() -> None:
    one = figures(KEYS, n=N)
    assert one.bases == (0, 1, 2, 2, 4)
    other = figures(KEYS, n=N | {KEYS[3]: 79.0})
    assert other.bases == (0, 1, 2, 3, 4)


def test_bases_go_from_all_children_to_those_followed() -> None:
    one = figures(KEYS, n=N)
    assert [one.keys[place] for place in order_of_bases(one)] == [KEYS[0], KEYS[1], KEYS[2], KEYS[4]]


def test_those_observed_are_the_base_of_what_schools_say_of_them() -> None:
    one = figures(KEYS, n=N, count={KEYS[1]: 80.0})
    assert counted_alike(one, 1) == 2
    assert counted_alike(figures(KEYS, n=N, count={KEYS[1]: 79.0}), 1) is None
    assert counted_alike(one, 2) is None


def test_figures_of_a_declared_base_share_it_though_only_one_is_shown_and_another_base_is_as_large() -> None:
    """All who were told of are offered support: whoever was visited is out of those offered, whatever their number."""
    keys: tuple[Key, ...] = (
        ("step_offered", "observed", "all"),
        ("beside_visited_pending", "observed", "all"),
        ("step_visited", "observed", "all"),
    )
    of = figures(keys)
    shown = np.ones(of.n.shape, dtype=bool)
    shown[:, 1] = False
    told = of.told(shown)
    assert told.bases[1] == told.bases[2]
