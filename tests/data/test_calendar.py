"""Defends against a child counted in the wrong term, window or age: every later figure rests on these."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.easter import easter as known_easter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from data import calendar, reference
from data.calendar import DAY, Term
from data.schema import AGE_BANDS, WINDOWS

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
terms = days.map(calendar.term_of)


@given(days)
def test_every_day_lies_in_exactly_one_term(day: date) -> None:
    term = calendar.term_of(day)
    assert term.first_day <= day <= term.last_day
    assert Term(term.number + 1).first_day == term.last_day + DAY
    assert calendar.term_of(term.last_day + DAY) == Term(term.number + 1)


@given(terms, st.integers(-30, 30))
def test_relative_terms_lead_there_and_back(origin: Term, terms_away: int) -> None:
    there = calendar.relative(origin, terms_away)
    assert calendar.relative(there, -terms_away) == origin
    assert (there > origin) == (terms_away > 0)


@given(terms)
def test_a_term_is_found_again_by_its_year_and_name(term: Term) -> None:
    assert calendar.term(term.academic_year, term.name) == term


@given(st.integers(1600, 4000))
def test_easter_is_the_known_one(year: int) -> None:
    assert calendar.easter(year) == known_easter(year)


@given(terms)
def test_a_census_day_is_a_thursday_within_its_term(term: Term) -> None:
    assert term.first_day <= term.census_day <= term.last_day
    assert term.census_day.weekday() == 3


@given(terms)
def test_teaching_lies_within_its_term(term: Term) -> None:
    first, last = term.teaching_days
    assert term.first_day <= first < last <= term.last_day


@pytest.mark.parametrize(
    ("day", "academic_year", "name"),
    [
        (date(2023, 7, 31), "202223", "Summer"),
        (date(2023, 8, 1), "202324", "Autumn"),
        (date(2023, 12, 31), "202324", "Autumn"),
        (date(2024, 1, 1), "202324", "Spring"),
        (date(2024, 3, 31), "202324", "Spring"),  # Easter Sunday
        (date(2024, 4, 1), "202324", "Summer"),  # Easter Monday
        (date(1999, 9, 1), "199900", "Autumn"),
    ],
)
def test_terms_begin_where_the_rules_say(day: date, academic_year: str, name: str) -> None:
    term = calendar.term_of(day)
    assert (term.academic_year, term.name) == (academic_year, name)


@pytest.mark.parametrize(
    ("academic_year", "name", "census_day"),
    [
        ("202324", "Autumn", date(2023, 10, 5)),
        ("202324", "Spring", date(2024, 1, 18)),
        ("202324", "Summer", date(2024, 5, 16)),
        ("202122", "Spring", date(2022, 1, 20)),
        ("202526", "Autumn", date(2025, 10, 2)),
    ],
)
def test_census_days_are_those_of_the_department(academic_year: str, name: str, census_day: date) -> None:
    assert calendar.term(academic_year, name).census_day == census_day


def test_a_census_day_that_reference_data_names_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "census_days", lambda: {("202324", "Summer"): date(2024, 5, 23)})
    assert calendar.term("202324", "Summer").census_day == date(2024, 5, 23)
    assert calendar.term("202223", "Summer").census_day == date(2023, 5, 18)


def test_only_the_three_lockdown_terms_do_not_count() -> None:
    study = calendar.terms_between(date(2017, 8, 1), date(2026, 7, 31))
    assert [f"{t.academic_year} {t.name}" for t in study if calendar.is_covid(t)] == [
        "201920 Spring",
        "201920 Summer",
        "202021 Spring",
    ]


def test_a_term_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'Winter' is not a term: Autumn, Spring or Summer"):
        calendar.term("202324", "Winter")


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2023, 8, 31), True),
        (date(2023, 9, 1), False),
        (date(2023, 12, 20), False),
        (date(2023, 12, 21), True),
        (date(2024, 1, 3), True),
        (date(2024, 1, 4), False),
        (date(2024, 3, 28), False),  # Maundy Thursday
        (date(2024, 3, 29), True),  # Good Friday
        (date(2024, 4, 14), True),
        (date(2024, 4, 15), False),  # two weeks after Easter Monday
        (date(2024, 7, 22), False),
        (date(2024, 7, 23), True),
    ],
)
def test_holidays_are_the_days_between_teaching(day: date, holiday: bool) -> None:
    assert calendar.in_holiday(day) is holiday


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2010, 6, 15), date(2022, 6, 14), 11),
        (date(2010, 6, 15), date(2022, 6, 15), 12),
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
        (date(2022, 6, 15), date(2022, 6, 15), 0),
        (date(2022, 6, 16), date(2022, 6, 15), -1),
    ],
)
def test_age_is_in_completed_years(born: date, day: date, years: int) -> None:
    assert calendar.age(born, day) == years


def test_age_bands_hold_every_age_of_a_child_once() -> None:
    bands = [calendar.age_band(years) for years in range(-1, 20)]
    assert bands == [None, *["0-4"] * 5, *["5-11"] * 7, *["12-17"] * 6, None, None]


def test_a_child_under_five_can_have_been_at_school_three_terms_before_at_most() -> None:
    """A child turning five in late August, whose parent was imprisoned on 1 August, was of school age the whole year before."""
    assert [k for k in calendar.relative_terms() if calendar.could_be_school_age("0-4", k)] == list(range(-3, 9))
    assert all(calendar.could_be_school_age(band, k) for band in ("5-11", "12-17") for k in calendar.relative_terms())


@given(st.sampled_from(AGE_BANDS), days, st.integers(0, 366 * 7), st.sampled_from(calendar.relative_terms()))
def test_no_child_of_school_age_is_called_impossible(band: str, imprisoned: date, spare_days: int, relative_term: int) -> None:
    youngest, oldest = calendar.band_ages(band)
    born = imprisoned - timedelta(days=round(youngest * 365.25) + spare_days)
    if not youngest <= calendar.age(born, imprisoned) <= oldest:
        return
    term = calendar.relative(calendar.term_of(imprisoned), relative_term)
    if calendar.YOUNGEST_AT_SCHOOL <= calendar.age(born, term.school_year_end) <= calendar.OLDEST_AT_SCHOOL:
        assert calendar.could_be_school_age(band, relative_term)


@given(days, days)
def test_the_last_term_reached_is_wholly_observed_and_the_next_is_not(earliest: date, observed_to: date) -> None:
    last = calendar.last_reached_relative_term(earliest, observed_to)
    origin = calendar.term_of(earliest)
    assert calendar.relative(origin, last).last_day <= observed_to < calendar.relative(origin, last + 1).last_day


def test_observed_to_the_end_of_july_2025_an_imprisonment_of_november_2024_has_reached_two_terms_more() -> None:
    assert calendar.last_reached_relative_term(date(2024, 11, 1), date(2025, 7, 31)) == 2
    assert calendar.last_reached_relative_term(date(2024, 11, 1), date(2025, 7, 30)) == 1


@pytest.mark.parametrize(
    ("window", "first_day", "last_day"),
    [
        ("b6", date(2023, 8, 1), date(2024, 1, 31)),
        ("m-1", date(2024, 1, 1), date(2024, 1, 31)),
        ("m0", date(2024, 2, 1), date(2024, 2, 29)),
        ("m+1", date(2024, 3, 1), date(2024, 3, 31)),
        ("w3", date(2024, 2, 1), date(2024, 5, 31)),
        ("w6", date(2024, 2, 1), date(2024, 8, 31)),
        ("a6", date(2024, 3, 1), date(2024, 8, 31)),
    ],
)
def test_windows_are_whole_calendar_months_around_the_month_of_imprisonment(window: str, first_day: date, last_day: date) -> None:
    assert calendar.window_days(date(2024, 2, 1), window) == (first_day, last_day)


@given(days.map(calendar.month_of))
def test_windows_fit_together(month: date) -> None:
    spans = {window: calendar.window_days(month, window) for window in WINDOWS}
    assert spans["b6"][1] == spans["m-1"][1] == spans["m0"][0] - DAY
    assert spans["a6"][0] == spans["m+1"][0] == spans["m0"][1] + DAY
    assert spans["w6"] == (spans["m0"][0], spans["a6"][1])


@given(days)
def test_a_day_lies_in_the_year_and_the_quarter_its_codes_name(day: date) -> None:
    for code in (calendar.year_code(day), calendar.quarter_code(day)):
        first, last = calendar.period_days(code)
        assert first <= day <= last
    assert calendar.quarter_code(day).startswith(calendar.year_code(day))


def test_periods_between_two_days_are_in_order_without_gaps() -> None:
    assert calendar.years_between(date(2021, 11, 1), date(2023, 1, 1)) == ("2021", "2022", "2023")
    assert calendar.quarters_between(date(2021, 11, 1), date(2022, 7, 1)) == ("2021Q4", "2022Q1", "2022Q2", "2022Q3")
    assert calendar.period_days("2022Q4") == (date(2022, 10, 1), date(2022, 12, 31))
    assert calendar.period_days("2022") == (date(2022, 1, 1), date(2022, 12, 31))


@given(days.map(calendar.month_of), st.integers(-60, 60))
def test_months_add_and_subtract(month: date, months: int) -> None:
    assert calendar.add_months(calendar.add_months(month, months), -months) == month
