"""Areas side by side say no more than the figures hold: without these a page ranks places, or tells what chance made."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import Area, Figure
from metrics.presentation import areas, areas_against
from metrics.presentation.areas import Place
from metrics.presentation.areas_against import Target
from metrics.presentation.areas_difference import Sample, added, difference, rest, sample, wide_interval
from tests.metrics.areas_figures import SEN, WHOLE, Z95, Z998, mean, place, wilson
from tests.metrics.presentation_figures import comparator, figure, here, hidden, in_need
from tests.releases import OXFORD, OXFORDSHIRE

PLACE = place("Oxfordshire", 90, 100)


def test_the_wider_interval_is_wilsons_at_99_8_percent_on_the_base_divided_by_the_design_effect() -> None:
    assert wide_interval(figure(k=57, n=184), 1.0) == pytest.approx(wilson(57, 184, Z998), abs=0.001)
    share, base = 60 / 200, 200 / 2
    assert wide_interval(figure(k=60, n=200), 2.0) == pytest.approx(wilson(int(share * base), base, Z998), abs=0.001)


def test_the_wider_interval_of_a_mean_is_so_many_standard_errors() -> None:
    assert wide_interval(mean(80.0, 77.0, 83.0), None) == pytest.approx((80 - 3 * Z998 / Z95, 80 + 3 * Z998 / Z95), abs=0.001)
    cut_off = wide_interval(mean(98.0, 94.0, 100.0), None)
    assert cut_off == pytest.approx((98 - 4 * Z998 / Z95, 100.0), abs=0.001)


@pytest.mark.parametrize("unseen", [hidden(), None, figure(low=None, high=None)], ids=("hidden", "absent", "without interval"))
def test_no_wider_interval_is_made_of_a_figure_that_has_none(unseen: Figure | None) -> None:
    assert wide_interval(unseen, 1.5) is None


def test_a_share_whose_design_effect_is_not_released_is_not_tested() -> None:
    assert wide_interval(figure(), None) is None
    assert difference(sample(figure(k=90, n=100)), sample(figure(k=10, n=100)), None) == "unknown"


def test_two_shares_differ_where_their_score_is_past_3_09() -> None:
    pooled = (60 + 40) / 200
    score = (0.60 - 0.40) / sqrt(pooled * (1 - pooled) * (1 / 100 + 1 / 100))
    assert Z95 < score < Z998
    assert difference(sample(figure(k=60, n=100)), sample(figure(k=40, n=100)), 1.0) == "too_few"
    pooled = (65 + 40) / 200
    assert (0.65 - 0.40) / sqrt(pooled * (1 - pooled) * (1 / 100 + 1 / 100)) > Z998
    assert difference(sample(figure(k=65, n=100)), sample(figure(k=40, n=100)), 1.0) == "above"
    assert difference(sample(figure(k=40, n=100)), sample(figure(k=65, n=100)), 1.0) == "below"


def test_brothers_and_sisters_can_take_a_difference_away() -> None:
    one, other = sample(figure(k=65, n=100)), sample(figure(k=40, n=100))
    assert [difference(one, other, effect) for effect in (1.0, 2.0)] == ["above", "too_few"]


def test_a_handful_of_children_is_too_few_however_far_apart() -> None:
    assert difference(sample(figure(k=9, n=10)), sample(figure(k=0, n=400)), 1.0) == "too_few"


def test_two_means_differ_by_their_errors() -> None:
    errors = (3 / Z95, 4 / Z95)
    assert 15 / sqrt(sum(error**2 for error in errors)) > Z998
    one, other = sample(mean(85.0, 82.0, 88.0)), sample(mean(70.0, 66.0, 74.0))
    assert difference(one, other, None) == "above"
    assert difference(one, sample(mean(79.0, 75.0, 83.0)), None) == "too_few"


def test_an_area_is_tested_against_the_others_and_not_against_a_whole_it_is_in() -> None:
    others = rest(Sample(300, 150, 50.0), Sample(200, 130, 65.0))
    assert others == Sample(100, 20, 20.0)
    assert rest(Sample(200, 130, 65.0), Sample(200, 130, 65.0)) is None
    whole, part = Sample(300, None, 80.0, 1.0), Sample(100, None, 86.0, 2.0)
    found = rest(whole, part)
    assert found is not None
    assert (found.n, found.value) == (200, (300 * 80 - 100 * 86) / 200)
    assert found.error == pytest.approx(sqrt((300 * 1.0) ** 2 - (100 * 2.0) ** 2) / 200)


def test_an_area_in_a_large_whole_is_clearly_different_only_from_the_rest_of_it() -> None:
    mostly = Target("Thames Valley", 50.0, "matched", whole=figure(k=150, n=300))
    assert areas_against.verdict_of(place("Big", 130, 200), mostly, 1.0) == "above"
    alone = Target("Thames Valley", 65.0, "matched", whole=figure(k=130, n=200))
    assert areas_against.verdict_of(place("Big", 130, 200), alone, 1.0) == "unknown"


def test_counts_of_different_children_are_added_and_means_are_not() -> None:
    assert added([Sample(10, 4, 40.0), Sample(30, 6, 20.0)], []) == Sample(40, 10, 25.0)
    assert added([Sample(40, 10, 25.0)], [Sample(10, 4, 40.0)]) == Sample(30, 6, 20.0)
    assert added([Sample(10, None, 80.0, 1.0), Sample(30, None, 90.0, 1.0)], []) is None
    assert added([Sample(10, 4, 40.0)], [Sample(10, 5, 50.0)]) is None


@pytest.mark.parametrize(
    ("against", "value", "fit"),
    [("england", 13.6, "matched"), ("in_need", 21.8, "similar"), ("here", 16.3, "matched"), ("expected", 13.2, "matched")],
)
def test_an_area_is_set_against_what_the_reader_chose_with_its_fit(
    against: areas_against.Against, value: float, fit: str
) -> None:
    beside = (comparator(), in_need(), here())
    found = areas_against.target(against, Place("x", "Oxfordshire", figure(expected=13.2)), beside, WHOLE)
    assert (found.value, found.fit) == (value, fit)


@pytest.mark.parametrize(("code", "name"), [(OXFORDSHIRE, "the area"), (OXFORD, "Oxfordshire")])
def test_a_figure_of_the_authority_is_not_called_its_districts(code: str, name: str) -> None:
    found = areas_against.target("here", Place(code, "", figure()), (comparator(), here(16.3)), WHOLE)
    assert (found.name, found.value) == (f"DfE's figure for {name}", 16.3)


def test_against_the_partnership_it_is_the_whole_unless_its_parts_mean_different_things() -> None:
    found = areas_against.target("partnership", PLACE, (), WHOLE)
    assert (found.name, found.value, found.fit) == ("Thames Valley", 100 * 282 / 886, "matched")
    mixed = areas_against.target("partnership", PLACE, (), replace(WHOLE, apart=areas.MIXED))
    assert areas_against.verdict_of(place("Oxfordshire", 900, 1000), mixed, 1.0) == "not_comparable"


def test_nothing_published_is_no_comparison() -> None:
    nothing = areas_against.target("here", PLACE, (comparator(),), WHOLE)
    assert areas_against.verdict_of(place("Oxfordshire", 90, 100), nothing, 1.0) == "unknown"
    assert areas_against.target("expected", PLACE, (comparator(),), WHOLE).value is None


@given(k=st.integers(0, 100), value=st.floats(0, 100))
def test_what_is_not_comparable_never_yields_above_or_below(k: int, value: float) -> None:
    unfit = Target("England", value, "not_comparable", "One is a year and the other a term.")
    one = place("Oxfordshire", k, 100)
    assert areas_against.verdict_of(one, unfit, 1.0) == "not_comparable"
    assert "Clearly" not in areas_against.against_words(SEN, one, unfit, 1.0)


@given(k=st.integers(0, 100), value=st.floats(0, 100))
def test_above_and_below_are_said_only_where_the_wider_interval_excludes_it(k: int, value: float) -> None:
    low, high = wilson(k, 100, Z998)
    found = areas_against.verdict_of(place("Oxfordshire", k, 100), Target("England", value, "matched"), 1.0)
    if value < low - 0.01 or value > high + 0.01:
        assert found == ("above" if value < low else "below")
    if low + 0.01 < value < high - 0.01:
        assert found == "too_few"


def test_an_area_in_words_has_its_base_and_claims_no_more_than_its_interval() -> None:
    england = Target("England", 13.6, "matched")
    assert areas_against.against_words(SEN, place("Oxfordshire", 57, 184), england, 1.0) == (
        "Oxfordshire: 3 in 10 children (31.0%, 57 of 184). Clearly above England (13.6%)."
    )
    similar = areas_against.against_words(SEN, place("Oxfordshire", 6, 43), replace(england, fit="similar"), 1.0)
    assert similar.endswith("Too few children to tell it from England (13.6%). It is a similar measure, not the same.")


def test_a_hidden_area_is_said_to_be_not_shown_and_has_no_verdict() -> None:
    unseen = Place("x", "Wokingham", hidden())
    assert areas_against.verdict_of(unseen, Target("England", 13.6, "matched"), 1.0) == "unknown"
    assert (
        areas_against.against_words(SEN, unseen, Target("England", 13.6, "matched"), 1.0) == "Wokingham: its figure is not shown."
    )


def test_areas_stand_in_alphabetical_order_with_the_readers_own_first_whatever_their_figures() -> None:
    listed = [Area("3", "Slough", "authority"), Area("1", "Reading", "authority"), Area("2", "Wokingham", "authority")]
    figures = {"1": figure(k=10, n=100), "2": figure(k=90, n=100), "3": figure(k=50, n=100)}
    assert [one.name for one in areas.places(listed, figures, {}, "all")] == ["Reading", "Slough", "Wokingham"]
    assert [one.name for one in areas.places(listed, figures, {}, "2")] == ["Wokingham", "Reading", "Slough"]


def test_an_area_without_a_cut_is_left_out_and_one_with_a_hidden_figure_is_not() -> None:
    listed = [Area("1", "Reading", "authority"), Area("2", "Slough", "authority")]
    assert [one.name for one in areas.places(listed, {"2": hidden()}, {}, "all")] == ["Slough"]


def test_areas_fall_into_groups_only_where_intervals_lie_apart_and_have_no_order_within() -> None:
    apart = [place("Reading", 90, 100), place("Slough", 10, 100), place("Oxford", 80, 100), place("Cherwell", 12, 100)]
    found = areas.groups(apart, 1.0)
    assert [[one.name for one in group] for group in found] == [["Oxford", "Reading"], ["Cherwell", "Slough"]]
    assert areas.grouped_words(apart, 1.0)[1:] == ("Higher: Oxford and Reading", "Lower: Cherwell and Slough")


def test_a_chain_of_overlapping_areas_has_no_order_though_its_ends_lie_apart() -> None:
    chain = [place("Reading", 70, 100), place("Slough", 50, 100), place("Oxford", 30, 100)]
    ends = [wide_interval(one.figure, 1.0) for one in (chain[0], chain[2])]
    assert ends[0] and ends[1] and ends[0][0] > ends[1][1]
    assert len(areas.groups(chain, 1.0)) == 1
    assert areas.grouped_words(chain, 1.0)[0].startswith("No order:")


def test_hidden_areas_and_those_that_mean_something_else_are_in_no_group() -> None:
    listed = [
        place("Reading", 90, 100),
        Place("x", "Slough", hidden()),
        place("Oxford", 5, 100, apart="Its Early Help is other."),
    ]
    assert [[one.name for one in group] for group in areas.groups(listed, 1.0)] == [["Reading"]]
    assert areas.grouped_words(listed, 1.0) == ("Fewer than two areas have an interval, so nothing can be said of their order.",)
