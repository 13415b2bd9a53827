"""Defends against a child said to be known to nobody in a time for which nothing was supplied."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.ingest import coverage
from tests.builders import MILTON_KEYNES, OXFORDSHIRE
from tests.data.ingest.desk import Desk

HEADER = "area_code,source,first_date,last_date"
AUTUMN, SPRING, SUMMER = (
    (date(2023, 8, 1), date(2023, 12, 31)),
    (date(2024, 1, 1), date(2024, 3, 31)),
    (date(2024, 4, 1), date(2024, 7, 31)),
)
Span = tuple[date, date]


def read(source: str, *spans: Span, area: str = OXFORDSHIRE) -> list[dict[str, Any]]:
    return [{"area_code": area, "source": source, "first_date": first, "last_date": last} for first, last in spans]


def settled(tmp_path: Path, found: list[dict[str, Any]], *declared: str) -> Desk:
    desk = Desk.at(tmp_path)
    if declared:
        desk.supply("coverage.csv", "\n".join([HEADER, *declared]))
    return desk.insert("supplied_coverage_read", found).ingest(coverage.ingest)


def spans(desk: Desk, source: str) -> list[Span]:
    return [(first, last) for _, of, first, last in desk.rows("supplied_coverage") if of == source]


def test_without_a_declaration_what_was_read_counts(tmp_path: Path) -> None:
    desk = settled(tmp_path, read("social_care", AUTUMN) + read("school_census", AUTUMN, SUMMER))
    assert spans(desk, "social_care") == [AUTUMN]
    assert spans(desk, "school_census") == [AUTUMN, SUMMER]


@pytest.mark.parametrize("source", ["social_care", "meals", "support"])
def test_a_declaration_wins_over_the_first_and_last_date_read(tmp_path: Path, source: str) -> None:
    desk = settled(tmp_path, read(source, SPRING), f"{OXFORDSHIRE},{source},2022-01-01,31/12/2024")
    assert spans(desk, source) == [(date(2022, 1, 1), date(2024, 12, 31))]


def test_several_spans_may_be_declared(tmp_path: Path) -> None:
    declared = (f"{OXFORDSHIRE},social care,2022-01-01,2022-12-31", f"{OXFORDSHIRE},Social_Care,2024-01-01,2024-12-31")
    desk = settled(tmp_path, read("social_care", SPRING), *declared)
    assert spans(desk, "social_care") == [
        (date(2022, 1, 1), date(2022, 12, 31)),
        (date(2024, 1, 1), date(2024, 12, 31)),
    ]


def test_a_declaration_cannot_add_a_census_that_has_no_file(tmp_path: Path) -> None:
    desk = settled(tmp_path, read("school_census", AUTUMN, SUMMER), f"{OXFORDSHIRE},school census,2017-08-01,2025-07-31")
    assert spans(desk, "school_census") == [AUTUMN, SUMMER]


def test_a_declaration_takes_terms_of_the_census_away(tmp_path: Path) -> None:
    desk = settled(tmp_path, read("school_census", AUTUMN, SPRING, SUMMER), f"{OXFORDSHIRE},school_census,2023-12-01,2024-05-01")
    assert spans(desk, "school_census") == [(date(2023, 12, 1), AUTUMN[1]), SPRING, (SUMMER[0], date(2024, 5, 1))]
    later = settled(tmp_path, read("school_census", AUTUMN, SPRING), f"{OXFORDSHIRE},school_census,2024-01-01,2024-05-01")
    assert spans(later, "school_census") == [SPRING]


def test_exclusions_follow_the_declaration_of_the_census_unless_they_have_their_own(tmp_path: Path) -> None:
    found = read("exclusions", AUTUMN, SPRING)
    of_census = f"{OXFORDSHIRE},school_census,2024-01-01,2024-12-31"
    assert spans(settled(tmp_path, found, of_census), "exclusions") == [SPRING]
    own, anothers = (f"{area},exclusions,2017-01-01,2023-12-31" for area in (OXFORDSHIRE, MILTON_KEYNES))
    assert spans(settled(tmp_path, found, of_census, own), "exclusions") == [AUTUMN]
    assert spans(settled(tmp_path, found, of_census, anothers), "exclusions") == [SPRING]


@pytest.mark.parametrize("source", ["social_care", "meals", "school_census", "exclusions"])
def test_what_is_declared_and_of_which_nothing_was_read_was_not_supplied(tmp_path: Path, source: str) -> None:
    found = read("support", SPRING, area=MILTON_KEYNES)
    desk = settled(tmp_path, found, f"{MILTON_KEYNES},{source},2022-01-01,2024-12-31")
    assert desk.rows("supplied_coverage") == [(MILTON_KEYNES, "support", *SPRING)]
    words = {"social_care": "social care", "meals": "meals", "school_census": "school census"}
    expected = f"coverage.csv declares {words.get(source)} of Milton Keynes, of which nothing usable was read: not supplied."
    assert desk.notes == ([expected] if source in words else [])


def test_an_offer_may_be_open_where_no_child_has_a_row_yet(tmp_path: Path) -> None:
    desk = settled(tmp_path, [], f"{OXFORDSHIRE},support,2022-01-01,2024-12-31")
    assert spans(desk, "support") == [(date(2022, 1, 1), date(2024, 12, 31))]


def test_meals_that_a_declaration_leaves_out_are_in_no_figure(tmp_path: Path) -> None:
    desk = Desk.at(tmp_path).supply(
        "coverage.csv", f"area_code,source,first_date,last_date\n{OXFORDSHIRE},meals,2022-08-01,2022-12-31"
    )
    desk.insert(
        "recognised_people", [{"child_ref": "c1", "area_code": OXFORDSHIRE}, {"child_ref": "c2", "area_code": MILTON_KEYNES}]
    )
    days = (date(2022, 10, 6), date(2023, 1, 19))
    desk.insert(
        "supplied_meals", [{"child_ref": ref, "census_date": day, "received": True} for ref in ("c1", "c2") for day in days]
    )
    desk.ingest(coverage.ingest)
    assert desk.rows("supplied_meals", "child_ref, census_date") == [("c1", days[0]), ("c2", days[0]), ("c2", days[1])]


def test_one_areas_declaration_says_nothing_of_another(tmp_path: Path) -> None:
    found = read("social_care", SPRING) + read("social_care", SUMMER, area=MILTON_KEYNES)
    desk = settled(tmp_path, found, f"{OXFORDSHIRE},social_care,2022-01-01,2024-12-31")
    assert desk.rows("supplied_coverage") == [
        (MILTON_KEYNES, "social_care", *SUMMER),
        (OXFORDSHIRE, "social_care", date(2022, 1, 1), date(2024, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("E99999999,meals,2022-01-01,2024-12-31", "area_code is not an authority of England"),
        (
            f"{OXFORDSHIRE},dinners,2022-01-01,2024-12-31",
            "source is not one of school_census, exclusions, meals, social_care, support",
        ),
        (f"{OXFORDSHIRE},meals,start,2024-12-31", "first_date is not a date"),
        (f"{OXFORDSHIRE},meals,2022-01-01,", "last_date is missing"),
        (f"{OXFORDSHIRE},meals,2024-12-31,2022-01-01", "last_date is before first_date"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_counted(tmp_path: Path, row: str, reason: str) -> None:
    desk = settled(tmp_path, read("meals", SPRING), row)
    assert spans(desk, "meals") == [SPRING]
    assert desk.rejected == {reason: 1}
