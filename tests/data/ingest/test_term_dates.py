"""Defends against a local calendar that puts an imprisonment into the wrong term."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.ingest import term_dates
from tests.builders import OXFORDSHIRE
from tests.data.ingest.desk import Desk

HEADER = "academic_year,term,first_day,last_day"
AUTUMN = (OXFORDSHIRE, "202324", "Autumn", date(2023, 9, 4), date(2023, 12, 20))


def ingested(tmp_path: Path, *rows: str, header: str = HEADER) -> Desk:
    desk = Desk.at(tmp_path, OXFORDSHIRE).supply("term_dates.csv", "\n".join([header, *rows]))
    return desk.ingest(term_dates.ingest)


@pytest.mark.parametrize(
    "year", ["202324", "202324.0", "2023/24", "2023-24", "2023/2024", "2023-2024", "2023 to 2024", "2023 to 24"]
)
def test_a_school_year_is_read_as_people_write_it(tmp_path: Path, year: str) -> None:
    assert ingested(tmp_path, f"{year},Autumn term,04/09/2023,20/12/2023").rows("supplied_term_dates") == [AUTUMN]


def test_a_year_of_terms_is_read_whole(tmp_path: Path) -> None:
    rows = (
        "2023/24,autumn,2023-09-04,2023-12-20",
        "2023/24,spring,2024-01-08,2024-03-28",
        "2023/24,summer,2024-04-15,2024-07-23",
    )
    desk = ingested(tmp_path, *rows)
    assert desk.rows("supplied_term_dates", "term, first_day, last_day") == [
        ("Autumn", date(2023, 9, 4), date(2023, 12, 20)),
        ("Spring", date(2024, 1, 8), date(2024, 3, 28)),
        ("Summer", date(2024, 4, 15), date(2024, 7, 23)),
    ]
    assert desk.rejected == {}


def test_other_words_for_the_columns_will_do(tmp_path: Path) -> None:
    desk = ingested(tmp_path, "2023/24,Autumn,2023-09-04,2023-12-20", header="School year,Term name,Start date,End date")
    assert desk.rows("supplied_term_dates") == [AUTUMN]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2023/25,Autumn,2023-09-04,2023-12-20", "academic_year is not a school year such as 202324"),
        ("2023,Autumn,2023-09-04,2023-12-20", "academic_year is not a school year such as 202324"),
        ("2023/24,Winter,2023-09-04,2023-12-20", "term is not one of Autumn, Spring, Summer"),
        ("2023/24,Autumn,,2023-12-20", "first_day is missing"),
        ("2023/24,Autumn,2023-09-04,Christmas", "last_day is not a date"),
        ("2023/24,Autumn,2022-09-05,2023-12-20", "first_day is not in the months of its term"),
        ("2023/24,Spring,2024-01-08,2024-06-28", "last_day is not in the months of its term"),
        ("2023/24,Autumn,2023-12-20,2023-09-04", "last_day is before first_day"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_counted(tmp_path: Path, row: str, reason: str) -> None:
    desk = ingested(tmp_path, row)
    assert (desk.rows("supplied_term_dates"), desk.rejected) == ([], {reason: 1})


def test_the_same_term_twice_counts_once_and_with_other_days_is_left_out(tmp_path: Path) -> None:
    row = "2023/24,Autumn,2023-09-04,2023-12-20"
    desk = ingested(tmp_path, row, row.replace("2023/24", "202324"), "2023/24,Autumn,2023-09-05,2023-12-20")
    assert desk.rows("supplied_term_dates") == [AUTUMN]
    assert desk.rejected == {"term has other days in a row above": 1}


def test_a_term_that_begins_before_the_one_before_has_ended_is_left_out(tmp_path: Path) -> None:
    desk = ingested(tmp_path, "2023/24,Summer,2024-04-02,2024-07-23", "2023/24,Spring,2024-01-08,2024-04-12")
    assert desk.rows("supplied_term_dates", "term") == [("Spring",)]
    assert desk.rejected == {"first_day is before the end of the term before": 1}


def test_an_area_without_the_file_follows_the_common_calendar(tmp_path: Path) -> None:
    assert Desk.at(tmp_path, OXFORDSHIRE).ingest(term_dates.ingest).rows("supplied_term_dates") == []
