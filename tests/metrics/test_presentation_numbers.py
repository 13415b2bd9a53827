"""Figures as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.presentation.numbers import (
    age_band_name,
    base,
    children,
    fraction,
    interval_text,
    k_of_n,
    one_decimal,
    percent,
    period_name,
    sex_name,
    signed,
    term_name,
    thousands,
    time_name,
    window_label,
    window_name,
)
from metrics.presentation.sentences import simply
from tests.metrics.presentation_figures import figure


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (100 * 122 / 184, "66.3%"),
        (100 * 67 / 225, "29.8%"),
        (100 * 3 / 225, "1.3%"),
        (0.0, "0.0%"),
        (100.0, "100.0%"),
        (12.25, "12.3%"),
        (36, "36%"),
    ],
)
def test_percentages_have_one_decimal_and_halves_go_up_and_a_whole_one_has_none(value: float, text: str) -> None:
    assert percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (100 * 122 / 184, "2 in 3"),
        (100 * 67 / 225, "3 in 10"),
        (100 * 26 / 184, "1 in 7"),
        (100 * 13 / 184, "1 in 14"),
        (100 * 8 / 184, "1 in 23"),
        (100 * 3 / 225, "1 in 75"),
        (75.1, "3 in 4"),
        (100 * 90 / 184, "49 in 100"),
        (99.8, "more than 99 in 100"),
        (0.05, "fewer than 1 in 1,000"),
        (0.0, "none"),
        (100.0, "all"),
    ],
)
def test_fractions_are_simple_where_that_is_faithful(value: float, text: str) -> None:
    assert fraction(value) == text


@given(st.floats(0.2, 99.4))
def test_a_fraction_is_never_more_than_a_point_off(value: float) -> None:
    numerator, _, denominator = fraction(value).partition(" in ")
    said = 100 * int(numerator) / int(denominator)
    assert abs(said - value) <= 1
    assert abs(said - value) <= 0.05 * value + 0.5


@given(st.integers(1, 400), st.data())
def test_none_and_all_are_said_only_of_none_and_all(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    assert (fraction(100 * k / n) == "none") == (k == 0)
    assert (fraction(100 * k / n) == "all") == (k == n)


@pytest.mark.parametrize(("k", "rounded", "said"), [(10, 0, "1 in 250"), (2490, 100, "more than 99 in 100"), (0, 0, "No")])
def test_a_share_that_is_printed_as_nought_is_not_said_to_be_none(k: int, rounded: int, said: str) -> None:
    assert simply(figure(k=k, n=2500, value=rounded)) == f"{said} children"


@given(st.floats(0, 100))
def test_one_decimal_is_the_nearest(value: float) -> None:
    assert abs(float(one_decimal(value)) - value) <= 0.05 + 1e-6


def test_counts() -> None:
    assert (thousands(1180), k_of_n(122, 184), k_of_n(None, 184)) == ("1,180", "122 of 184", "184")
    assert (children(1), children(225)) == ("1 child", "225 children")
    assert base(figure(k=57, n=184)) == "57 of 184 children"
    assert base(figure(k=None, n=184)) == "184 children"
    assert interval_text(figure(low=25.0, high=37.0)) == "25.0% to 37.0%" and interval_text(figure(low=None, high=None)) == ""


@pytest.mark.parametrize(
    ("term", "name", "sign"),
    [
        (-12, "twelve terms before", "−12"),
        (-1, "one term before", "−1"),
        (0, "the term of imprisonment", "0"),
        (3, "three terms after", "+3"),
    ],
)
def test_terms_have_names(term: int, name: str, sign: str) -> None:
    assert (term_name(term), term_name(str(term)), signed(term)) == (name, name, sign)


def test_windows_have_names_and_lengths() -> None:
    assert window_name("w6") == "that month and the six after"
    assert window_label("w6") == "That month and the six after (7 months)"
    assert window_label("m-1") == "The month before (1 month)"
    assert (time_name("all"), time_name("-2"), time_name("m0")) == ("", "two terms before", "the month of imprisonment")


def test_breakdowns_have_names() -> None:
    assert (period_name("2022"), period_name("2022Q3"), period_name("all")) == (
        "2022",
        "July to September 2022",
        "the whole period",
    )
    assert (age_band_name("5-11"), age_band_name("all")) == ("aged 5 to 11", "of all ages")
    assert (sex_name("F"), sex_name("all")) == ("girls", "girls and boys")
