"""Defends against a child counted by the wrong event, in the wrong family or at the wrong age."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.build.recognise import pseudonym
from data.errors import DataError
from tests.builders import KEY, OXFORD
from tests.data.ann import ANN, DAD, child, derived


def test_the_index_event_is_the_first_reception_since_the_programme_began(tmp_path: Path) -> None:
    receptions = [
        DAD | {"reception_date": day} for day in (date(2021, 10, 31), date(2023, 3, 1), date(2022, 10, 5), date(2024, 1, 1))
    ]
    ann = child(derived(tmp_path, receptions=receptions))
    assert ann["imprisonment_month"] == date(2022, 10, 1)
    assert ann["later_imprisonments"] == 2


def test_of_two_parents_the_first_imprisoned_counts_and_the_other_is_a_later_event(tmp_path: Path) -> None:
    store = derived(
        tmp_path,
        receptions=[DAD, {"offender_ref": "mum", "reception_date": date(2022, 3, 1)}],
        links=[ANN, ANN | {"offender_ref": "mum", "relationship": "mother", "link_source": "police"}],
    )
    ann = child(store)
    assert (ann["parent"], ann["link_source"], ann["imprisonment_month"]) == ("mother", "police", date(2022, 3, 1))
    assert ann["family_id"] == pseudonym(KEY, "family", "mum")
    assert ann["later_imprisonments"] == 1


def test_siblings_share_a_family_and_half_siblings_by_another_parent_do_not(tmp_path: Path) -> None:
    store = derived(
        tmp_path,
        receptions=[DAD, {"offender_ref": "other", "reception_date": date(2022, 3, 1)}],
        links=[ANN, ANN | {"child_ref": "bob"}, ANN | {"child_ref": "cas", "offender_ref": "other"}],
    )
    assert child(store, "ann")["family_id"] == child(store, "bob")["family_id"] != child(store, "cas")["family_id"]


@pytest.mark.parametrize(
    ("relationship", "parent"),
    [("mother", "mother"), ("step-mother", "mother"), ("father", "father"), ("step-father", "father"), ("other", "other")],
)
def test_step_parents_count_with_parents(tmp_path: Path, relationship: str, parent: str) -> None:
    assert child(derived(tmp_path, links=[ANN | {"relationship": relationship}]))["parent"] == parent


@pytest.mark.parametrize(
    ("link_date", "recognised"), [(date(2022, 9, 30), date(2022, 10, 1)), (date(2022, 12, 31), date(2022, 12, 1))]
)
def test_a_child_is_recognised_when_both_reception_and_link_are_known(tmp_path: Path, link_date: date, recognised: date) -> None:
    assert child(derived(tmp_path, links=[ANN | {"link_date": link_date}]))["recognised_month"] == recognised


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2022, 10, 5), "0-4"),
        (date(2017, 10, 6), "0-4"),
        (date(2017, 10, 5), "5-11"),
        (date(2010, 10, 6), "5-11"),
        (date(2010, 10, 5), "12-17"),
        (date(2004, 10, 6), "12-17"),
    ],
)
def test_the_age_band_is_of_completed_years_on_the_day_of_reception(tmp_path: Path, born: date, band: str) -> None:
    assert child(derived(tmp_path, links=[ANN | {"date_of_birth": born}]))["age_band"] == band


@pytest.mark.parametrize("born", [date(2004, 10, 5), date(2022, 10, 6)])
def test_an_adult_and_the_unborn_are_not_recognised(tmp_path: Path, born: date) -> None:
    with pytest.raises(
        DataError, match=r"No child is recognised in .*since 2021-11-01 while the child was under 18; check links"
    ):
        derived(tmp_path, links=[ANN | {"date_of_birth": born}])


def test_a_child_born_later_is_recognised_by_a_later_reception(tmp_path: Path) -> None:
    store = derived(
        tmp_path,
        receptions=[DAD, DAD | {"reception_date": date(2024, 2, 6)}],
        links=[ANN | {"date_of_birth": date(2023, 1, 1)}],
    )
    assert child(store)["imprisonment_month"] == date(2024, 2, 1)


def test_a_link_to_someone_never_received_recognises_nobody(tmp_path: Path) -> None:
    store = derived(tmp_path, links=[ANN, ANN | {"child_ref": "bob", "offender_ref": "at liberty"}])
    assert store.manifest.rows["children"] == 1


@pytest.mark.parametrize(("day", "holiday"), [(date(2022, 10, 5), False), (date(2022, 12, 24), True), (date(2022, 8, 3), True)])
def test_an_event_outside_teaching_is_in_a_holiday(tmp_path: Path, day: date, holiday: bool) -> None:
    assert child(derived(tmp_path, receptions=[DAD | {"reception_date": day}]))["event_in_holiday"] is holiday


@pytest.mark.parametrize(("district", "kept", "rejected"), [(OXFORD, OXFORD, 0), (None, None, 0), ("E07000001", None, 1)])
def test_a_district_that_is_not_of_the_authority_costs_the_district_not_the_child(
    tmp_path: Path, district: str | None, kept: str | None, rejected: int
) -> None:
    store = derived(tmp_path, links=[ANN | {"district_code": district}])
    assert child(store)["district_code"] == kept
    assert sum(one.rows for one in store.manifest.rejected) == rejected
