"""Defends against a service counted in a month it was not open, and against unknown read as no."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.build.recognise import pseudonym
from tests.builders import KEY, SLOUGH
from tests.data.ann import ANN, Row, coverage, derived, rows, windows


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({}, dict.fromkeys(("b6", "m-1", "m0", "m+1", "w3", "w6", "a6"), "observed")),
        (
            {"coverage": [coverage(date(2023, 1, 31), source="social_care")]},
            {"m+1": "observed", "w3": "observed", "w6": "not_reached", "a6": "not_reached"},
        ),
        ({"coverage": [coverage(date(2022, 10, 30), source="social_care")]}, {"m-1": "observed", "m0": "not_reached"}),
        (
            {
                "coverage": [
                    coverage(date(2022, 11, 30), source="social_care"),
                    coverage(date(2025, 7, 31), source="social_care", area=SLOUGH),
                ]
            },
            {"m+1": "observed", "w3": "not_supplied"},
        ),
        (
            {"coverage": [coverage(date(2025, 7, 31), date(2022, 9, 1), source="social_care")]},
            {"b6": "not_supplied", "m-1": "observed"},
        ),
        ({"coverage": []}, {"m0": "not_supplied"}),
        ({"matches": [{"child_ref": "ann", "register": "education"}]}, {"m0": "unmatched"}),
        ({"matches": [], "coverage": [coverage(date(2025, 7, 31), source="social_care", area=SLOUGH)]}, {"m0": "not_supplied"}),
    ],
)
def test_the_status_of_a_window(tmp_path: Path, tables: dict[str, list[Row]], expected: dict[str, str]) -> None:
    found = windows(derived(tmp_path, **tables), "status")
    assert {window: found[window] for window in expected} == expected


def test_a_contact_is_not_a_referral_and_each_counts_on_its_day(tmp_path: Path) -> None:
    store = derived(
        tmp_path,
        care_contacts=[
            {"child_ref": "ann", "kind": "contact", "date": date(2022, 9, 30)},
            {"child_ref": "ann", "kind": "referral", "date": date(2022, 11, 1)},
            {"child_ref": "ann", "kind": "referral", "date": date(2023, 5, 1)},
        ],
    )
    assert {w for w, flag in windows(store, "mash_contact").items() if flag} == {"b6", "m-1"}
    assert {w for w, flag in windows(store, "mash_referral").items() if flag} == {"m+1", "w3", "w6", "a6"}


def test_the_level_is_the_highest_open_at_any_time_in_the_window(tmp_path: Path) -> None:
    store = derived(
        tmp_path,
        care_episodes=[
            {"child_ref": "ann", "kind": "cin", "start_date": date(2022, 4, 1), "end_date": date(2022, 11, 1)},
            {"child_ref": "ann", "kind": "cp", "start_date": date(2022, 11, 1), "end_date": date(2023, 2, 1)},
            {"child_ref": "ann", "kind": "cwcf", "start_date": date(2023, 2, 1)},
            {"child_ref": "ann", "kind": "early_help", "start_date": date(2021, 1, 1), "end_date": date(2022, 10, 1)},
        ],
    )
    assert windows(store, "statutory_level") == {
        "b6": "cin",
        "m-1": "cin",
        "m0": "cin",
        "m+1": "cp",
        "w3": "cp",
        "w6": "cwcf",
        "a6": "cwcf",
    }
    assert {w for w, flag in windows(store, "early_help").items() if flag} == {"b6", "m-1", "m0", "w3", "w6"}


def test_nothing_open_is_none_where_observed_and_unknown_where_not(tmp_path: Path) -> None:
    store = derived(tmp_path, coverage=[coverage(date(2023, 1, 31), source="social_care")])
    level, referral = windows(store, "statutory_level"), windows(store, "mash_referral")
    assert (level["w3"], referral["w3"]) == ("none", False)
    assert (level["w6"], referral["w6"]) == (None, None)


def test_the_journey_is_in_months_and_pending_without_an_offer(tmp_path: Path) -> None:
    offer = {
        "child_ref": "ann",
        "suitable": True,
        "offer_made": date(2022, 11, 17),
        "visit": date(2022, 12, 1),
        "outcome": "accepted",
    }
    store = derived(tmp_path, links=[ANN, ANN | {"child_ref": "bob"}], offers=[offer])
    (ann,), (bob,) = rows(store, "support", "ann"), rows(store, "support", "bob")
    assert (ann["suitable"], ann["offer_made_month"], ann["visit_month"]) == (True, date(2022, 11, 1), date(2022, 12, 1))
    assert (ann["champion_notified_month"], ann["outcome"]) == (None, "accepted")
    assert {name: value for name, value in bob.items() if value is not None} == {
        "child_id": pseudonym(KEY, "child", "bob"),
        "outcome": "pending",
        "offer_live": True,
        "reached": "recognised",
        "waiting_months": 33,  # October 2022 to July 2025
    }


@pytest.mark.parametrize(("second_begins", "status"), [(date(2022, 12, 1), "observed"), (date(2022, 12, 2), "not_supplied")])
def test_a_window_across_two_spans_is_covered_where_they_touch(tmp_path: Path, second_begins: date, status: str) -> None:
    spans = [
        coverage(date(2022, 11, 30), date(2022, 1, 1), source="social_care"),
        coverage(date(2025, 7, 31), second_begins, source="social_care"),
    ]
    assert windows(derived(tmp_path, coverage=spans), "status") == {
        **dict.fromkeys(("b6", "m-1", "m0", "m+1"), "observed"),
        **dict.fromkeys(("w3", "w6", "a6"), status),
    }
