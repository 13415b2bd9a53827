"""Defends against an imprisonment counted twice, missed, or dated by a transfer."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from data.errors import DataError
from data.ingest import receptions
from tests.data.ingest.desk import Desk

HEADER = (
    "offenderNo,dateOfBirth,sex,movementDate,movementTime,movementType,directionCode,movementReasonCode,fromAgency,toAgency,"
    "imprisonmentStatus"
)
ELSEWHERE = "Z9999ZZ,2020-01-01,,REL,OUT,CR"
"""Somebody else's release, so that the extract is one that holds releases."""


def desk(tmp_path: Path, *movements: str) -> Desk:
    """The desk of a force: each movement `offenderNo,date,time,type,direction,reason`."""
    rows = [movement.split(",") for movement in movements]
    lines = [f"{who},1990-01-01,M,{day},{at},{kind},{way},{why},OXFCRN,BNI,RX" for who, day, at, kind, way, why in rows]
    return Desk.at(tmp_path).supply("receptions.csv", "\n".join([HEADER, *lines]))


def received(tmp_path: Path, *movements: str, **settings: object) -> list[tuple[str, date]]:
    ingest = partial(receptions.ingest, **settings)  # type: ignore[arg-type]
    return desk(tmp_path, *movements, ELSEWHERE).ingest(ingest).rows("supplied_receptions")


def admitted(reason: str, day: str = "2022-10-05", at: str = "18:00") -> str:
    return f"A1234AA,{day},{at},ADM,IN,{reason}"


def released(day: str, at: str = "09:00") -> str:
    return f"A1234AA,{day},{at},REL,OUT,CR"


@pytest.mark.parametrize("reason", ["N", "V", "I", "L", "B", "24", "24.0", "Y", "n"])
def test_remand_unsentenced_sentenced_and_recall_are_receptions(tmp_path: Path, reason: str) -> None:
    assert received(tmp_path, admitted(reason)) == [("A1234AA", date(2022, 10, 5))]


@pytest.mark.parametrize("reason", ["INT", "TRNCRT", "TRNTAP", "S", "Z", "R", "A", "U", "H", "RECA"])
def test_transfers_and_returns_are_never_receptions_and_not_bad_rows(tmp_path: Path, reason: str) -> None:
    found = desk(tmp_path, admitted(reason), ELSEWHERE).ingest(receptions.ingest)
    assert found.rows("supplied_receptions") == []
    assert found.rejected == {}


@pytest.mark.parametrize(
    ("counted", "reason", "counts"),
    [
        (("remand",), "N", True),
        (("remand",), "V", False),
        (("unsentenced",), "V", True),
        (("sentenced",), "I", True),
        (("sentenced",), "N", False),
        (("recall",), "24", True),
        (("remand", "unsentenced", "sentenced"), "L", False),
    ],
)
def test_the_setting_says_which_classes_count(tmp_path: Path, counted: tuple[str, ...], reason: str, counts: bool) -> None:
    assert received(tmp_path, admitted(reason), counted=counted) == [("A1234AA", date(2022, 10, 5))] * counts


def test_a_reception_of_someone_inside_is_the_same_imprisonment_however_long_after(tmp_path: Path) -> None:
    remanded, sentenced = admitted("N", "2022-01-10"), admitted("I", "2023-03-01")
    assert received(tmp_path, remanded, sentenced) == [("A1234AA", date(2022, 1, 10))]


def test_a_reception_after_a_release_is_a_new_imprisonment_however_soon(tmp_path: Path) -> None:
    movements = (admitted("N", "2022-01-10"), released("2022-01-20"), admitted("L", "2022-01-21"))
    assert received(tmp_path, *movements) == [("A1234AA", date(2022, 1, 10)), ("A1234AA", date(2022, 1, 21))]


def test_a_transfer_between_release_and_reception_changes_nothing(tmp_path: Path) -> None:
    movements = (admitted("N", "2022-01-10"), released("2022-02-01"), admitted("INT", "2022-02-02"), admitted("I", "2022-03-01"))
    assert received(tmp_path, *movements) == [("A1234AA", date(2022, 1, 10)), ("A1234AA", date(2022, 3, 1))]


def test_where_only_the_sentenced_count_a_remand_before_begins_nothing(tmp_path: Path) -> None:
    movements = (admitted("N", "2022-01-10"), admitted("I", "2022-03-01"))
    assert received(tmp_path, *movements, counted=("sentenced",)) == [("A1234AA", date(2022, 3, 1))]


@pytest.mark.parametrize(
    ("release", "reception", "receptions_found"),
    [
        ("09:00", "18:00", 2),
        ("18:00", "9:00", 1),
        ("2022-03-01T09:00:00", "18:00:30.000", 2),
        ("", "", 2),
        ("00:00:00", "00:00", 2),
    ],
)
def test_on_one_day_the_time_says_whether_release_came_first(
    tmp_path: Path, release: str, reception: str, receptions_found: int
) -> None:
    movements = (admitted("N", "2022-01-10"), released("2022-03-01", release), admitted("I", "2022-03-01", reception))
    assert len(received(tmp_path, *movements)) == receptions_found


def test_someone_received_and_released_on_a_day_without_times_is_outside_after_it(tmp_path: Path) -> None:
    movements = (admitted("N", "2022-01-10", ""), released("2022-01-10", ""), admitted("I", "2022-03-01"))
    assert received(tmp_path, *movements) == [("A1234AA", date(2022, 1, 10)), ("A1234AA", date(2022, 3, 1))]


def test_a_row_repeated_from_last_month_counts_once(tmp_path: Path) -> None:
    assert received(tmp_path, admitted("N"), admitted("N", at="18:00:00"), admitted("N")) == [("A1234AA", date(2022, 10, 5))]


def test_two_people_do_not_share_a_release(tmp_path: Path) -> None:
    movements = (admitted("N", "2022-01-10"), "B1234BB,2022-02-01,09:00,REL,OUT,CR", admitted("I", "2022-03-01"))
    assert received(tmp_path, *movements) == [("A1234AA", date(2022, 1, 10))]


@pytest.mark.parametrize(("later", "receptions_found"), [("2022-04-10", 1), ("2022-04-11", 2)])
def test_without_any_release_in_the_file_90_days_part_two_imprisonments(
    tmp_path: Path, later: str, receptions_found: int
) -> None:
    found = desk(tmp_path, admitted("N", "2022-01-10"), admitted("I", later)).ingest(receptions.ingest)
    assert len(found.rows("supplied_receptions")) == receptions_found
    assert found.notes == [
        "receptions.csv holds no releases: a reception within 90 days of the one before counts as the same imprisonment."
        " Ask for movements of type REL."
    ]


def test_without_releases_the_days_are_counted_from_the_reception_before(tmp_path: Path) -> None:
    movements = (admitted("N", "2022-01-10"), admitted("V", "2022-03-10"), admitted("I", "2022-05-10"))
    within_60 = partial(receptions.ingest, same_period_days=61)
    assert desk(tmp_path, *movements).ingest(within_60).rows("supplied_receptions") == [("A1234AA", date(2022, 1, 10))]


@pytest.mark.parametrize(
    ("movement", "reason"),
    [
        (admitted("QQ"), "movementReasonCode of an admission is not known"),
        (admitted(""), "movementReasonCode of an admission is not known"),
        ("A12345A,2022-10-05,,ADM,IN,N", "offenderNo is not like A1234AA"),
        (",2022-10-05,,ADM,IN,N", "offenderNo is missing"),
        ("A1234AA,2022-13-05,,ADM,IN,N", "movementDate is not a date"),
        ("A1234AA,2022-10-05,25:10,ADM,IN,N", "movementTime is not a time of day"),
        ("A1234AA,2022-10-05,noon,ADM,IN,N", "movementTime is not a time of day"),
        ("A1234AA,2022-10-05,,ADMIT,IN,N", "movementType is not one of ADM, REL, TRN, CRT, TAP"),
        ("A1234AA,2022-10-05,,ADM,OUT,N", "directionCode contradicts movementType"),
        ("A1234AA,2022-10-05,,REL,IN,CR", "directionCode contradicts movementType"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_counted(tmp_path: Path, movement: str, reason: str) -> None:
    found = desk(tmp_path, movement, ELSEWHERE).ingest(receptions.ingest)
    assert found.rows("supplied_receptions") == []
    assert found.rejected == {reason: 1}


@pytest.mark.parametrize("kind", ["TRN", "CRT", "TAP"])
def test_the_reasons_of_other_movements_are_not_judged(tmp_path: Path, kind: str) -> None:
    assert desk(tmp_path, f"A1234AA,2022-10-05,,{kind},OUT,WHATEVER", ELSEWHERE).ingest(receptions.ingest).rejected == {}


def test_a_prison_number_in_small_letters_is_the_same_person(tmp_path: Path) -> None:
    movements = (admitted("N", "2022-01-10"), admitted("I", "2022-03-01").lower())
    assert received(tmp_path, *movements) == [("A1234AA", date(2022, 1, 10))]


def test_the_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no receptions\.csv in .*: supply it \(admissions to prison and releases\)"):
        Desk.at(tmp_path).ingest(receptions.ingest)


@pytest.mark.parametrize("column", ["offenderNo", "movementDate", "movementTime", "movementType", "movementReasonCode"])
def test_a_file_without_a_column_that_decides_is_refused(tmp_path: Path, column: str) -> None:
    without = desk(tmp_path, admitted("N")).supply("receptions.csv", HEADER.replace(column, "remarks"))
    with pytest.raises(DataError, match=f"receptions.csv has no column {column} in its first row"):
        without.ingest(receptions.ingest)


def test_columns_that_decide_nothing_may_be_left_at_home(tmp_path: Path) -> None:
    few = "offenderNo,movementDate,movementTime,movementType,movementReasonCode"
    supplied = Desk.at(tmp_path).supply("receptions.csv", f"{few}\nA1234AA,05/10/2022,,ADM,N")
    assert supplied.ingest(receptions.ingest).rows("supplied_receptions") == [("A1234AA", date(2022, 10, 5))]
