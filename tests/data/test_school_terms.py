"""Defends against a term that counts when nobody could know, and against unknown read as no."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.builders import READING
from tests.data.ann import ANN, Row, coverage, derived, rows, terms


def test_a_child_has_21_terms_and_term_0_holds_the_imprisonment(tmp_path: Path) -> None:
    store = derived(tmp_path)
    year, name = terms(store, "academic_year"), terms(store, "term")
    assert list(year) == list(range(-12, 9))
    assert [(year[k], name[k]) for k in (-12, -1, 0, 1, 8)] == [
        ("201819", "Autumn"),
        ("202122", "Summer"),
        ("202223", "Autumn"),
        ("202223", "Spring"),
        ("202425", "Summer"),
    ]


def test_a_child_always_at_school_is_observed_in_all_but_the_lockdown_terms(tmp_path: Path) -> None:
    status = terms(derived(tmp_path), "status")
    assert {k for k, s in status.items() if s == "covid"} == {-8, -7, -5}
    assert {k for k, s in status.items() if s == "observed"} == set(range(-12, 9)) - {-8, -7, -5}


FAR = coverage(date(2025, 7, 31), area=READING)
"""Another area's extract that covers everything: what Oxfordshire lacks was then not supplied rather than not reached."""


@pytest.mark.parametrize(
    ("tables", "relative_term", "status"),
    [
        ({"coverage": [coverage(date(2022, 12, 30))]}, 0, "not_reached"),
        ({"coverage": [coverage(date(2022, 12, 31))]}, 0, "observed"),
        ({"coverage": [coverage(date(2022, 12, 30)), FAR]}, 0, "not_supplied"),
        ({"coverage": [coverage(date(2025, 7, 31), date(2022, 8, 2))]}, 0, "not_supplied"),
        ({"coverage": [coverage(date(2025, 7, 31), date(2022, 8, 1))]}, 0, "observed"),
        ({"coverage": [FAR]}, 0, "not_supplied"),
        ({"coverage": []}, 0, "not_supplied"),
        ({"coverage": [coverage(date(2025, 7, 31), source="social_care")]}, 0, "not_supplied"),
        ({"matches": []}, 0, "unmatched"),
        ({"matches": [{"child_ref": "ann", "register": "social_care"}]}, 0, "unmatched"),
        ({"enrolments": []}, 0, "not_on_roll"),
        ({"enrolments": [{"child_ref": "ann", "start_date": date(2022, 10, 7)}]}, 0, "not_on_roll"),  # census day: 6 October 2022
        ({"enrolments": [{"child_ref": "ann", "start_date": date(2022, 10, 6)}]}, 0, "observed"),
        ({"enrolments": [{"child_ref": "ann", "start_date": date(2022, 9, 1), "end_date": date(2022, 10, 6)}]}, 0, "observed"),
        ({"enrolments": [{"child_ref": "ann", "start_date": date(2022, 9, 1), "end_date": date(2022, 10, 5)}]}, 0, "not_on_roll"),
        ({"links": [ANN | {"date_of_birth": date(2018, 8, 31)}]}, 0, "observed"),  # five on 31 August 2023
        ({"links": [ANN | {"date_of_birth": date(2018, 9, 1)}]}, 0, "out_of_age"),
        ({"links": [ANN | {"date_of_birth": date(2005, 1, 1)}]}, 2, "observed"),  # 18 on 31 August 2023
        ({"links": [ANN | {"date_of_birth": date(2004, 12, 1)}]}, 3, "out_of_age"),  # 19 on 31 August 2024
    ],
)
def test_the_status_of_a_term(tmp_path: Path, tables: dict[str, list[Row]], relative_term: int, status: str) -> None:
    assert terms(derived(tmp_path, **tables), "status")[relative_term] == status


TERM_STATUSES: list[tuple[str, dict[str, list[Row]]]] = [
    ("not_reached", {"coverage": [coverage(date(2020, 3, 1))]}),
    ("covid", {}),
    ("out_of_age", {"links": [ANN | {"date_of_birth": date(2016, 1, 1)}]}),
    ("not_supplied", {"coverage": [FAR]}),
    ("unmatched", {"matches": []}),
    ("not_on_roll", {"enrolments": []}),
]


@pytest.mark.parametrize("first", range(len(TERM_STATUSES)))
def test_of_several_reasons_the_first_in_order_is_the_status(tmp_path: Path, first: int) -> None:
    """Spring 2019/20 (relative term -8) with every reason from `first` on; covid belongs to the term, so others use Autumn."""
    status = TERM_STATUSES[first][0]
    tables: dict[str, list[Row]] = {}
    for _, reason in reversed(TERM_STATUSES[first:]):
        tables |= reason
    relative_term = -8 if status in ("not_reached", "covid") else -9
    assert terms(derived(tmp_path, **tables), "status")[relative_term] == status


def test_values_are_known_only_where_the_term_is_observed(tmp_path: Path) -> None:
    store = derived(
        tmp_path,
        enrolments=[{"child_ref": "ann", "start_date": date(2022, 9, 1)}],
        fsm_periods=[{"child_ref": "ann", "start_date": date(2018, 9, 1)}],
        sessions=[{"child_ref": "ann", "academic_year": y, "term": "Autumn"} for y in ("202122", "202223")],
        meals=[{"child_ref": "ann", "census_date": day} for day in (date(2021, 10, 7), date(2022, 10, 6))],
    )
    for row in rows(store, "school_terms"):
        values = [row[c] for c in ("fsm_eligible", "sen_support", "ehcp", "suspended")]
        assert row["in_scope"] == (row["status"] == "observed") == (row["relative_term"] >= 0)
        assert all(value is not None for value in values) if row["in_scope"] else set(values) == {None}
    for column in ("sessions_possible", "sessions_absent", "attended_ppm", "fsm_received"):
        assert [k for k, value in terms(store, column).items() if value is not None] == [0]


def test_flags_are_those_of_census_day(tmp_path: Path) -> None:
    census = date(2022, 10, 6)
    store = derived(
        tmp_path,
        fsm_periods=[{"child_ref": "ann", "start_date": census, "end_date": census}],
        sen_stages=[
            {"child_ref": "ann", "stage": "K", "start_date": date(2020, 1, 1), "end_date": census},
            {"child_ref": "ann", "stage": "E", "start_date": census + timedelta(days=1)},
        ],
    )
    assert [k for k, flag in terms(store, "fsm_eligible").items() if flag] == [0]
    assert [k for k, flag in terms(store, "sen_support").items() if flag] == [-6, -4, -3, -2, -1, 0]
    assert [k for k, flag in terms(store, "ehcp").items() if flag] == list(range(1, 9))


def test_receipt_is_unknown_without_a_row_for_the_census_day(tmp_path: Path) -> None:
    store = derived(
        tmp_path,
        fsm_periods=[{"child_ref": "ann", "start_date": date(2018, 9, 1)}],
        meals=[
            {"child_ref": "ann", "census_date": date(2022, 10, 6), "received": True},
            {"child_ref": "ann", "census_date": date(2023, 1, 19), "received": False},
            {"child_ref": "ann", "census_date": date(2023, 5, 17), "received": True},  # a day early
        ],
    )
    received = terms(store, "fsm_received")
    assert (received[-1], received[0], received[1], received[2]) == (None, True, False, None)


def test_a_suspension_or_exclusion_counts_in_the_term_it_starts(tmp_path: Path) -> None:
    store = derived(
        tmp_path,
        suspensions=[
            {"child_ref": "ann", "start_date": date(2022, 12, 31), "category": "PERM"},
            {"child_ref": "ann", "start_date": date(2023, 4, 9)},  # Easter Sunday: still Spring
            {"child_ref": "ann", "start_date": date(2023, 4, 9), "category": "PERM"},
        ],
    )
    assert [k for k, flag in terms(store, "suspended").items() if flag] == [0, 1]


@pytest.mark.parametrize(
    ("possible", "absent", "ppm"),
    [
        (120, 7, 941_667),
        (3, 1, 666_667),
        (3, 2, 333_333),
        (128, 1, 992_188),
        (100, 0, 1_000_000),
        (100, 100, 0),
        (32_767, 1, 999_969),
    ],
)
def test_attendance_is_rounded_half_up_to_a_millionth(tmp_path: Path, possible: int, absent: int, ppm: int) -> None:
    session = {"child_ref": "ann", "academic_year": "202223", "term": "Autumn"}
    store = derived(tmp_path, sessions=[session | {"sessions_possible": possible, "sessions_absent": absent}])
    (term,) = [row for row in rows(store, "school_terms") if row["relative_term"] == 0]
    assert (term["sessions_possible"], term["sessions_absent"], term["attended_ppm"]) == (possible, absent, ppm)


def test_no_sessions_possible_is_unknown(tmp_path: Path) -> None:
    store = derived(
        tmp_path, sessions=[{"child_ref": "ann", "academic_year": "202223", "term": "Autumn", "sessions_possible": 0}]
    )
    assert [terms(store, c)[0] for c in ("sessions_possible", "sessions_absent", "attended_ppm")] == [None, None, None]


@pytest.mark.parametrize(
    ("born", "phase"),
    [(date(2011, 9, 1), "primary"), (date(2011, 8, 31), "secondary"), (date(2018, 9, 1), None)],
)
def test_the_phase_is_by_age_when_the_school_year_ends(tmp_path: Path, born: date, phase: str | None) -> None:
    assert terms(derived(tmp_path, links=[ANN | {"date_of_birth": born}]), "phase")[0] == phase


@pytest.mark.parametrize(
    ("spans", "status"),
    [
        ([(date(2022, 8, 1), date(2022, 10, 31)), (date(2022, 11, 1), date(2022, 12, 31))], "observed"),
        ([(date(2022, 8, 1), date(2022, 11, 30)), (date(2022, 9, 1), date(2022, 12, 31))], "observed"),
        ([(date(2022, 8, 1), date(2022, 12, 31)), (date(2022, 9, 1), date(2022, 9, 30))], "observed"),
        ([(date(2022, 8, 1), date(2022, 10, 31)), (date(2022, 11, 2), date(2022, 12, 31))], "not_supplied"),
        ([(date(2022, 1, 1), date(2022, 7, 31)), (date(2023, 1, 1), date(2023, 7, 31))], "not_supplied"),
    ],
)
def test_a_term_is_covered_by_one_span_or_by_several_that_leave_no_day_out(
    tmp_path: Path, spans: list[tuple[date, date]], status: str
) -> None:
    store = derived(tmp_path, coverage=[*(coverage(last, first) for first, last in spans), FAR])
    assert terms(store, "status")[0] == status


def test_suspensions_are_unknown_where_the_areas_exclusions_do_not_hold_the_term(tmp_path: Path) -> None:
    spring = (date(2023, 1, 1), date(2023, 4, 9))
    store = derived(
        tmp_path,
        coverage=[coverage(date(2025, 7, 31)), coverage(spring[1], spring[0], source="exclusions")],
        suspensions=[{"child_ref": "ann", "start_date": day} for day in (date(2022, 11, 1), date(2023, 2, 1))],
    )
    assert terms(store, "status")[0] == terms(store, "status")[1] == terms(store, "status")[2] == "observed"
    assert {k: known for k, known in terms(store, "suspended").items() if known is not None} == {1: True}


def test_another_areas_exclusions_say_nothing(tmp_path: Path) -> None:
    store = derived(tmp_path, coverage=[coverage(date(2025, 7, 31)), FAR | {"source": "exclusions"}])
    assert set(terms(store, "suspended").values()) == {None}
