"""Defends against a child counted by the wrong event, in the wrong family or at the wrong age."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from data import ingest
from data.build import build
from data.build.events import force_areas, recognise_events
from data.build.recognise import pseudonym
from data.cohort import CohortStore
from data.errors import DataError
from data.partnership import Partnership
from tests.builders import KEY, OXFORD, OXFORDSHIRE, READING, write_records
from tests.data.ann import ANN, AT_SCHOOL, DAD, child, derived, terms


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


AUTUMN, SPRING, SUMMER = (
    {"academic_year": "202223", "term": name, "first_day": first, "last_day": last}
    for name, first, last in (
        ("Autumn", date(2022, 9, 5), date(2022, 12, 16)),
        ("Spring", date(2023, 1, 9), date(2023, 4, 14)),
        ("Summer", date(2023, 4, 17), date(2023, 7, 21)),
    )
)


def term_0(store: CohortStore) -> str:
    return str(terms(store, "term")[0])


@pytest.mark.parametrize(
    ("day", "term", "holiday"),
    [
        (date(2022, 8, 3), "Autumn", True),
        (date(2022, 9, 4), "Autumn", True),
        (date(2022, 9, 5), "Autumn", False),
        (date(2022, 12, 16), "Autumn", False),
        (date(2022, 12, 17), "Spring", True),
        (date(2023, 1, 8), "Spring", True),
        (date(2023, 4, 11), "Summer", False),
        (date(2023, 7, 21), "Summer", False),
        (date(2023, 7, 22), "Autumn", True),
    ],
)
def test_by_a_local_calendar_a_holiday_counts_with_the_term_that_follows(
    tmp_path: Path, day: date, term: str, holiday: bool
) -> None:
    calendar = [{"area_code": OXFORDSHIRE, **row} for row in (AUTUMN, SPRING, SUMMER)]
    store = derived(tmp_path, receptions=[DAD | {"reception_date": day}], term_dates=calendar)
    assert (term_0(store), child(store)["event_in_holiday"]) == (term, holiday)
    assert list(terms(store, "term")) == list(range(-12, 9))


@pytest.mark.parametrize(
    ("day", "term", "holiday"),
    [
        (date(2022, 12, 18), "Spring", True),
        (date(2023, 1, 5), "Spring", False),
        (date(2023, 4, 8), "Spring", True),
        (date(2023, 7, 25), "Summer", True),
    ],
)
def test_a_term_without_local_days_follows_the_common_calendar(tmp_path: Path, day: date, term: str, holiday: bool) -> None:
    calendar = [{"area_code": OXFORDSHIRE, **AUTUMN}]
    store = derived(tmp_path, receptions=[DAD | {"reception_date": day}], term_dates=calendar)
    assert (term_0(store), child(store)["event_in_holiday"]) == (term, holiday)


@pytest.mark.parametrize(("day", "term", "holiday"), [(date(2022, 12, 17), "Autumn", False), (date(2023, 4, 11), "Summer", True)])
def test_another_areas_calendar_changes_nothing(tmp_path: Path, day: date, term: str, holiday: bool) -> None:
    calendar = [{"area_code": READING, **row} for row in (AUTUMN, SPRING, SUMMER)]
    store = derived(tmp_path, receptions=[DAD | {"reception_date": day}], term_dates=calendar)
    assert (term_0(store), child(store)["event_in_holiday"]) == (term, holiday)


def test_a_child_who_lives_outside_the_force_area_is_not_recognised_and_the_link_is_counted(tmp_path: Path) -> None:
    birmingham = {"child_ref": "bob", "area_code": "E08000025"}
    store = derived(tmp_path, links=[ANN, ANN | birmingham])
    assert store.manifest.rows["children"] == 1
    assert [(one.reason, one.rows) for one in store.manifest.rejected] == [
        ("area_code is outside the force area; the link recognises nobody", 1)
    ]


def test_the_force_area_is_the_partnerships_and_all_of_england_where_reference_data_knows_none() -> None:
    assert force_areas("Thames Valley") == [
        *("E06000036", "E06000037", "E06000038", "E06000039", "E06000040", "E06000041", "E06000042", "E06000060"),
        OXFORDSHIRE,
    ]
    assert "E08000025" in force_areas("England")


def test_every_reception_of_a_parent_is_an_event_while_the_child_is_a_child() -> None:
    mum = {"offender_ref": "mum", "relationship": "mother", "link_date": date(2023, 5, 1)}
    ann = ANN | {"relationship": "father", "link_source": "prison", "link_date": date(2021, 11, 1), "sex": "F"}
    home = {"area_code": OXFORDSHIRE, "district_code": None, "date_of_birth": date(2006, 1, 1)}
    days = {"dad": (date(2021, 10, 31), date(2022, 10, 5), date(2024, 1, 1)), "mum": (date(2022, 10, 5), date(2023, 3, 1))}
    with duckdb.connect() as connection:
        ingest.prepare(connection)
        for table, rows in {
            "links": [ann | home, ann | home | mum],
            "receptions": [{"offender_ref": who, "reception_date": day} for who, those in days.items() for day in those],
        }.items():
            connection.register("given", pa.Table.from_pylist(rows))
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM given")
        recognise_events(connection, Partnership(Path(), "Thames Valley", True, date(2021, 11, 1)))
        columns = "nth, offender_ref, reception_date, recognised_date"
        assert connection.execute(f"SELECT {columns} FROM recognised_events ORDER BY nth").fetchall() == [
            (1, "dad", date(2022, 10, 5), date(2022, 10, 5)),
            (2, "mum", date(2022, 10, 5), date(2023, 5, 1)),
            (3, "mum", date(2023, 3, 1), date(2023, 5, 1)),
        ]
        later = connection.execute("SELECT offender_ref, later_imprisonments FROM index_events").fetchall()
        assert later == [("dad", 2)]


@pytest.mark.parametrize(("name", "said"), [("Operation Paramount", True), ("Thames Valley", False), ("England", False)])
def test_a_name_that_no_authority_goes_under_is_said_to_recognise_everywhere(tmp_path: Path, name: str, said: bool) -> None:
    whose = {"name": name, "synthetic": True, "programme_start": "2021-11-01", "pseudonym_key": "k"}
    build(write_records(tmp_path / "extracts", AT_SCHOOL, partnership=whose), tmp_path / "store")
    notes = CohortStore.open(tmp_path / "store").manifest.notes
    assert [note.sentence.startswith("No authority is recorded under this partnership's name") for note in notes] == [True] * said
