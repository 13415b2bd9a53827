"""Defends against SSDA903 being misread: years that repeat one another, episodes of one stay, respite, both ways to say sex."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.errors import DataError
from data.ingest.ssda903 import year_in
from tests.data.ingest.care_files import ANN, AREA, BEN, read, text_file

COLUMNS = "CHILD,DECOM,RNE,LS,CIN,PLACE,DEC,REC"


def episodes(folder: Path, *rows: str, name: str = "2024_episodes.csv") -> None:
    """Rows are child, DECOM, LS, DEC and REC; the rest of a return's columns is filled in."""
    filled = []
    for row in rows:
        child, decom, legal, dec, reason = row.split(",")
        filled.append(f"{child},{decom},S,{legal},N1,U4,{dec},{reason}")
    text_file(folder, f"ssda903/{name}", "\r\n".join([COLUMNS, *filled, ""]))


def test_an_episode_is_a_time_looked_after(tmp_path: Path) -> None:
    episodes(tmp_path, f"{ANN},01/06/2023,C2,01/09/2023,E4A", f"{BEN},02/06/2023,V2,,")
    assert read(tmp_path).episodes == [
        ("ann", "cwcf", date(2023, 6, 1), date(2023, 9, 1)),
        ("ben", "cwcf", date(2023, 6, 2), None),
    ]


@pytest.mark.parametrize("following", ["01/09/2023", "02/09/2023"])
def test_an_episode_that_ends_as_the_next_begins_touches_it(tmp_path: Path, following: str) -> None:
    episodes(tmp_path, f"{ANN},01/06/2023,C2,01/09/2023,X1", f"{ANN},{following},C2,,")
    next_day = date(2023, 9, int(following[:2]))
    assert read(tmp_path).of("cwcf") == [(date(2023, 6, 1), date(2023, 9, 1)), (next_day, None)]


def test_the_newest_year_is_believed_of_an_episode(tmp_path: Path) -> None:
    episodes(tmp_path, f"{ANN},01/03/2023,C2,01/09/2023,E4A", name="2024_episodes.csv")
    episodes(tmp_path, f"{ANN},01/03/2023,C1,,", name="2023_episodes.csv")
    assert read(tmp_path).of("cwcf") == [(date(2023, 3, 1), date(2023, 9, 1))]


def test_an_episode_left_open_by_an_older_year_alone_ends_with_it(tmp_path: Path) -> None:
    episodes(tmp_path, f"{ANN},01/03/2023,C2,,", name="2023_episodes.csv")
    episodes(tmp_path, f"{ANN},11/03/2023,C2,,", name="2024_episodes.csv")
    assert read(tmp_path).of("cwcf") == [(date(2023, 3, 1), date(2023, 3, 31)), (date(2023, 3, 11), None)]


def test_an_episode_twice_in_a_file_is_one(tmp_path: Path) -> None:
    episodes(tmp_path, *[f"{ANN},01/06/2023,C2,01/09/2023,E4A"] * 2)
    assert read(tmp_path).of("cwcf") == [(date(2023, 6, 1), date(2023, 9, 1))]


@pytest.mark.parametrize("legal", ["V3", "V4", "v4"])
def test_respite_is_left_out_unless_it_is_set(tmp_path: Path, legal: str) -> None:
    episodes(tmp_path, f"{ANN},01/06/2023,{legal},04/06/2023,E4A")
    assert read(tmp_path).episodes == []
    assert read(tmp_path, respite_counts=True).of("cwcf") == [(date(2023, 6, 1), date(2023, 6, 4))]


def test_an_episode_that_a_newer_year_calls_respite_is_respite(tmp_path: Path) -> None:
    episodes(tmp_path, f"{ANN},01/03/2023,V2,,", name="2023_episodes.csv")
    episodes(tmp_path, f"{ANN},01/03/2023,V4,04/06/2023,E4A", name="2024_episodes.csv")
    assert read(tmp_path).episodes == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",01/06/2023,C2,,", "CHILD is missing"),
        (f"{ANN},,C2,,", "DECOM is missing"),
        (f"{ANN},31/06/2023,C2,,", "DECOM is not a date"),
        (f"{ANN},01/06/2023,C2,soon,", "DEC is not a date"),
        (f"{ANN},01/06/2023,C2,01/05/2023,X1", "DEC is before DECOM"),
        (f"{ANN},01/06/2023,,,", "LS is missing"),
        (f"{ANN},01/06/2023,Q9,,", "LS is no known code"),
    ],
)
def test_a_bad_episode_is_left_out(tmp_path: Path, row: str, reason: str) -> None:
    episodes(tmp_path, f"{BEN},01/06/2023,C2,,", row)
    found = read(tmp_path)
    assert found.episodes == [("ben", "cwcf", date(2023, 6, 1), None)]
    assert found.rejected == [(f"{AREA}/ssda903/2024_episodes.csv", reason, 1)]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2024_episodes", 2024),
        ("episodes 2023-24", 2024),
        ("SSDA903_202324_episodes", 2024),
        ("2023_2024", 2024),
        ("2023/2024", 2024),
        ("episodes_31_03_2024", 2024),
        ("2024-03-31 episodes", 2024),
        ("20240331", 2024),
        ("episodes", None),
        ("903", None),
    ],
)
def test_a_name_tells_the_year_the_return_ends_in(text: str, year: int | None) -> None:
    assert year_in(text) == year


def test_the_folder_tells_the_year_where_the_name_does_not(tmp_path: Path) -> None:
    episodes(tmp_path, f"{ANN},01/03/2023,C2,01/09/2023,E4A", name="2024/Episodes.csv")
    episodes(tmp_path, f"{ANN},01/03/2023,C1,,", name="2023/episodes.csv")
    assert read(tmp_path).of("cwcf") == [(date(2023, 3, 1), date(2023, 9, 1))]


def test_a_return_that_says_no_year_is_refused(tmp_path: Path) -> None:
    episodes(tmp_path, name="episodes.csv")
    with pytest.raises(DataError, match=r"^E10000025/ssda903/episodes.csv does not say which year's return it is: put the year"):
        read(tmp_path)


def test_a_return_without_a_column_is_refused(tmp_path: Path) -> None:
    text_file(tmp_path, "ssda903/2024_episodes.csv", "CHILD,DECOM,LS,REC\n1,01/06/2023,C2,\n")
    with pytest.raises(DataError, match=r"^E10000025/ssda903/2024_episodes.csv has no column DEC in its first row"):
        read(tmp_path)


def test_other_tables_of_the_return_are_not_read(tmp_path: Path) -> None:
    text_file(tmp_path, "ssda903/2024_reviews.csv", "CHILD,DOB,REVIEW\n1,x,y\n")
    assert read(tmp_path).rejected == []


@pytest.mark.parametrize(("year", "sexes"), [(2024, "120"), (2025, "MFU")])
def test_headers_say_sex_in_the_old_way_and_the_new(tmp_path: Path, year: int, sexes: str) -> None:
    rows = "".join(f"{number},{sex},25/01/2015\n" for number, sex in enumerate([*sexes, "X"], 1))
    text_file(tmp_path, f"ssda903/{year}_header.csv", f"CHILD,SEX,DOB\n{rows}")
    assert read(tmp_path).rejected == [(f"{AREA}/ssda903/{year}_header.csv", "SEX is not one of M, F, U", 1)]
