"""Defends against a reference table that says something the sources do not."""

from __future__ import annotations

from collections import Counter

from data import calendar, reference
from data.reference import Comparator

THAMES_VALLEY = {
    "Bracknell Forest",
    "Buckinghamshire",
    "Milton Keynes",
    "Oxfordshire",
    "Reading",
    "Slough",
    "West Berkshire",
    "Windsor and Maidenhead",
    "Wokingham",
}


def test_england_has_153_authorities_and_the_thames_valley_nine() -> None:
    areas = reference.areas().values()
    assert Counter(area.kind for area in areas) == {"authority": 153, "district": 5}
    assert {area.name for area in areas if area.kind == "authority" and area.partnership == "Thames Valley"} == THAMES_VALLEY


def test_districts_are_oxfordshires() -> None:
    assert {area.name: area.parent for area in reference.areas().values() if area.kind == "district"} == dict.fromkeys(
        ("Cherwell", "Oxford", "South Oxfordshire", "Vale of White Horse", "West Oxfordshire"), "E10000025"
    )


def test_england_has_39_police_force_areas_each_with_a_code_of_its_own() -> None:
    forces = reference.police_force_areas()
    assert forces["Thames Valley"] == "E23000029"
    assert sorted(forces.values()) == [f"E230000{number:02}" for number in range(1, 40)]
    assert {area.partnership for area in reference.areas().values() if area.partnership} <= set(forces)


def test_go_live_is_recorded_only_where_a_source_names_it() -> None:
    authorities = [area for area in reference.areas().values() if area.kind == "authority"]
    assert {area.name: area.go_live for area in authorities if area.go_live} == {
        "Oxfordshire": "2022-01",
        "Milton Keynes": "2022-12",
        "Buckinghamshire": "2023-07",
        "West Berkshire": "2023-07",
    }
    assert reference.areas()["E07000178"].go_live == "2021-10"


def find(comparator: str, population: str, period: str) -> Comparator:
    found = [c for c in reference.comparators() if (c.comparator, c.population, c.period) == (comparator, population, period)]
    assert found
    return found[0]


def test_absence_is_turned_into_attendance() -> None:
    assert find("attendance", "All pupils, England", "Academic year 2023/24").value == 100 - 7.15
    assert find("missed_under_10", "Children in need, England", "Academic year 2024/25").value == 100 - 46
    assert find("severely_absent", "All pupils, England", "Academic year 2023/24").value == 2.3
    assert find("missed_under_50", "All pupils, England", "Academic year 2023/24").value == 97.7


def test_rates_of_children_are_percentages() -> None:
    assert find("statutory", "All children, England", "31 March 2024").value == 3.312  # 331.2 of 10,000


def test_free_meals_by_phase_say_which_phase() -> None:
    primary = find("fsm_eligible", "Primary pupils, England", "January 2024 census")
    assert (primary.value, primary.phase, primary.academic_year) == (24.3, "primary", "202324")


def test_what_the_study_quoted_is_there_as_quoted() -> None:
    quoted = {c.comparator: c.value for c in reference.comparators() if c.source == "Quoted in the published study"}
    published = {f.figure: f.value for f in reference.published_figures()}
    assert quoted == {
        "fsm_eligible": published["report-fsm-nat"],
        "sen_support": published["report-sen-nat"],
        "ehcp": published["report-ehcp-nat"],
        "suspended": published["report-susp-nat"],
        "attendance": published["report-att-nat"],
        "missed_under_10": published["report-att90-nat"],
        "missed_under_50": published["report-att50-nat"],
        "severely_absent": 2.1,  # 100 - 97.9
        "statutory": published["report-stat-nat"],
    }


def test_every_comparator_has_a_fit_and_a_reason() -> None:
    for comparator in reference.comparators():
        assert comparator.fit in ("matched", "similar", "not_comparable")
        assert comparator.reason.endswith(".")
        assert 0 <= comparator.value <= 100
        assert comparator.unit == "percent"


def test_receipt_is_never_matched_to_eligibility_nor_a_term_to_a_year_of_suspensions() -> None:
    fits = {(c.indicator, c.fit) for c in reference.comparators()}
    assert ("fsm_received", "similar") in fits
    assert ("fsm_received", "matched") not in fits
    assert {fit for indicator, fit in fits if indicator == "suspended"} == {"not_comparable"}


def test_what_stands_beside_an_indicator_stands_there_once() -> None:
    keys = Counter((c.indicator, c.area_code, c.population, c.period) for c in reference.comparators())
    assert not [key for key, times in keys.items() if times > 1]


def test_the_series_break_of_free_meals_begins_with_a_school_year() -> None:
    for series_break in reference.series_breaks():
        term = calendar.term(series_break.academic_year, series_break.term)
        assert term.first_day <= series_break.first_day <= term.census_day
