"""Defends against a family that nobody visits, or that is visited twice, and against a list left where others can read it."""

from __future__ import annotations

import csv
import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest

from data.errors import DataError
from data.worklist import write_worklist
from tests.builders import KEY, OXFORD, OXFORDSHIRE, READING, write_records
from tests.data.ann import AT_SCHOOL

OCTOBER, MARCH = date(2022, 10, 1), date(2023, 3, 1)
RECEPTIONS = """
offenderNo,movementDate,movementTime,movementType,directionCode,movementReasonCode
A1234AA,2022-10-05,18:00:00,ADM,IN,N
A1234AA,2022-10-20,12:00:00,ADM,IN,INT
A1234AA,2022-11-20,18:00:00,ADM,IN,I
A1234AA,2023-01-09,09:00:00,REL,OUT,CR
B1234BB,2023-03-01,18:00:00,ADM,IN,I
C1234CC,2022-09-12,18:00:00,ADM,IN,L
"""
LINKS = f"""
offenderNo,child_ref,relationship,link_source,link_date,forename,surname,dateOfBirth,sex,postcode,area_code,district_code
A1234AA,ann,father,police,2022-09-01,Ann,Smith,2014-05-10,F,OX4 1AA,{OXFORDSHIRE},{OXFORD}
B1234BB,ann,mother,prison,2023-02-01,Ann,Smith,2014-05-10,F,OX4 1AA,{OXFORDSHIRE},{OXFORD}
C1234CC,bob,stepdad,social care,2022-10-31,Bob,Jones,2010-01-02,M,RG1 1AA,{READING},
A1234AA,cas,father,police,2022-09-01,Cas,Smith,2003-01-01,M,OX4 1AA,{OXFORDSHIRE},{OXFORD}
"""
SUPPORT = """
child_ref,suitable,champion_notified,offer_made,visit,outcome,referral,supported
ann,yes,2022-10-10,2022-10-20,,pending,,
bob,yes,2022-11-10,,,pending,,
"""


def extracts(tmp_path: Path, links: str = LINKS) -> Path:
    folder = tmp_path / "extracts"
    folder.mkdir(exist_ok=True)
    said = {"name": "Thames Valley", "synthetic": True, "programme_start": "2021-11-01", "pseudonym_key": KEY}
    (folder / "partnership.json").write_text(json.dumps(said), encoding="utf-8")
    for name, text in (("receptions", RECEPTIONS), ("links", links), ("support", SUPPORT)):
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return folder


def listed(tmp_path: Path, month: date, links: str = LINKS) -> list[dict[str, str]]:
    out = tmp_path / "worklist.csv"
    write_worklist(extracts(tmp_path, links), month, out)
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_month_lists_its_children_with_what_an_officer_needs(tmp_path: Path) -> None:
    bob, ann = listed(tmp_path, OCTOBER)
    assert (ann["child_ref"], ann["area"], ann["district"], ann["offender_no"]) == ("ann", "Oxfordshire", "Oxford", "A1234AA")
    assert bob == {
        "area_code": READING,
        "area": "Reading",
        "district": "",
        "child_ref": "bob",
        "forename": "Bob",
        "surname": "Jones",
        "date_of_birth": "2010-01-02",
        "sex": "M",
        "postcode": "RG1 1AA",
        "offender_no": "C1234CC",
        "relationship": "step-father",
        "link_source": "social_care",
        "reception_date": "2022-09-12",
        "link_date": "2022-10-31",
        "recognised_before": "no",
        "offer_stands": "no",
        "outcome": "pending",
    }


def test_an_event_belongs_to_the_later_month_of_reception_and_link(tmp_path: Path) -> None:
    assert listed(tmp_path, date(2022, 9, 1)) == []
    assert [row["child_ref"] for row in listed(tmp_path, OCTOBER)] == ["bob", "ann"]


def test_a_transfer_and_a_sentence_inside_are_no_news(tmp_path: Path) -> None:
    assert listed(tmp_path, date(2022, 11, 1)) == []


def test_a_child_whose_other_parent_is_imprisoned_is_listed_again_and_known_before(tmp_path: Path) -> None:
    (ann,) = listed(tmp_path, MARCH)
    assert (ann["child_ref"], ann["offender_no"], ann["relationship"]) == ("ann", "B1234BB", "mother")
    assert ann["recognised_before"] == "another person"


def test_a_second_imprisonment_of_the_same_person_is_told_from_another_persons(tmp_path: Path) -> None:
    same = LINKS.replace("C1234CC,bob,stepdad,social care,2022-10-31", "A1234AA,bob,stepdad,social care,2022-10-31")
    folder = extracts(tmp_path, same)
    with (folder / "receptions.csv").open("a", encoding="utf-8") as file:
        file.write("A1234AA,2023-03-15,18:00:00,ADM,IN,L\n")
    write_worklist(folder, MARCH, tmp_path / "again.csv")
    with (tmp_path / "again.csv").open(encoding="utf-8", newline="") as file:
        known = {(row["child_ref"], row["offender_no"]): row["recognised_before"] for row in csv.DictReader(file)}
    assert known == {
        ("bob", "A1234AA"): "this person",
        ("ann", "A1234AA"): "another person",
        ("ann", "B1234BB"): "another person",
    }


def test_known_before_is_by_when_it_became_known_not_by_when_it_happened(tmp_path: Path) -> None:
    late = LINKS.replace("A1234AA,ann,father,police,2022-09-01", "A1234AA,ann,father,police,2023-04-30")
    (by_mum,), (by_dad,) = listed(tmp_path, MARCH, late), listed(tmp_path, date(2023, 4, 1), late)
    assert (by_mum["relationship"], by_mum["recognised_before"]) == ("mother", "no")
    assert (by_dad["relationship"], by_dad["recognised_before"]) == ("father", "another person")


def test_grown_up_children_are_not_listed(tmp_path: Path) -> None:
    everyone = {row["child_ref"] for month in (date(2022, 9, 1), OCTOBER, MARCH) for row in listed(tmp_path, month)}
    assert everyone == {"ann", "bob"}


def test_an_offer_stands_once_it_is_made_and_until_it_is_declined(tmp_path: Path) -> None:
    standing = {row["child_ref"]: row["offer_stands"] for row in listed(tmp_path, OCTOBER)}
    assert standing == {"ann": "yes", "bob": "no"}
    folder = extracts(tmp_path)
    (folder / "support.csv").write_text(SUPPORT.lstrip().replace("2022-10-20,,pending", "2022-10-20,,declined"))
    write_worklist(folder, MARCH, tmp_path / "later.csv")
    with (tmp_path / "later.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["offer_stands"], row["outcome"]) for row in csv.DictReader(file)] == [("no", "declined")]


def test_the_sentence_counts_and_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    out = tmp_path / "worklist.csv"
    out.touch(0o644)
    said = write_worklist(extracts(tmp_path), OCTOBER, out)
    assert said == f"{out} lists 2 events of 2 children recognised in October 2022: keep it where only you can read it."
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["extracts", "worklist.csv"]


def test_a_month_without_news_has_a_header_and_a_sentence(tmp_path: Path) -> None:
    out = tmp_path / "worklist.csv"
    assert write_worklist(extracts(tmp_path), date(2024, 1, 1), out) == (
        f"Nobody was recognised in January 2024: {out} holds its header alone."
    )
    (header,) = out.read_text(encoding="utf-8").splitlines()
    assert header.startswith("area_code,area,district,child_ref,forename,surname,date_of_birth")


@pytest.mark.parametrize("place", ["store/worklist.csv", "store/0123abcd/worklist.csv"])
def test_it_is_never_written_in_a_store_or_a_release(tmp_path: Path, place: str) -> None:
    (tmp_path / "store" / "0123abcd").mkdir(parents=True)
    (tmp_path / "store" / "CURRENT").write_text("0123abcd\n")
    with pytest.raises(DataError, match="which is a store or a release: name a place outside it"):
        write_worklist(extracts(tmp_path), OCTOBER, tmp_path / place)
    assert not (tmp_path / place).exists()


def test_it_does_not_replace_someone_elses_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "worklist.csv"
    out.write_text("theirs")
    monkeypatch.setattr(os, "geteuid", lambda: out.stat().st_uid + 1)
    with pytest.raises(DataError, match="is someone else's file: name one of your own"):
        write_worklist(extracts(tmp_path), OCTOBER, out)
    assert out.read_text() == "theirs"


def test_it_does_not_replace_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a folder: name a file"):
        write_worklist(extracts(tmp_path), OCTOBER, tmp_path)


def test_a_name_that_a_spreadsheet_would_run_is_marked_as_text(tmp_path: Path) -> None:
    (bob, _) = listed(tmp_path, OCTOBER, LINKS.replace("Bob,Jones", "=1+1,Jones"))
    assert bob["forename"] == "'=1+1"


def test_prepared_records_have_no_names_and_make_a_list_all_the_same(tmp_path: Path) -> None:
    folder = write_records(tmp_path / "prepared", AT_SCHOOL)
    write_worklist(folder, OCTOBER, tmp_path / "worklist.csv")
    with (tmp_path / "worklist.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["child_ref"], row["forename"], row["outcome"]) for row in csv.DictReader(file)] == [("ann", "", "")]
