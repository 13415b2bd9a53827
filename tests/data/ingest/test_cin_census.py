"""Defends against the CIN census being misread: repeats, namespaces, referrals that led nowhere, damage, foreign entities."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.errors import DataError
from tests.data.ingest.care_files import ANN, AREA, BEN, REFERRALS, read, text_file, workbook

START, END = date(2023, 6, 1), date(2023, 9, 1)


def details(start: str = "2023-06-01", end: str = "", inside: str = "") -> str:
    """A CINdetails element; a date that is '' is not there."""
    began = f"<CINreferralDate>{start}</CINreferralDate>" if start else ""
    ended = f"<CINclosureDate>{end}</CINclosureDate>" if end else ""
    return f"<CINdetails>{began}<ReferralSource>1A</ReferralSource>{ended}{inside}</CINdetails>"


def plan(start: str, end: str = "") -> str:
    ended = f"<CPPendDate>{end}</CPPendDate>" if end else ""
    return f"<ChildProtectionPlans><CPPstartDate>{start}</CPPstartDate>{ended}</ChildProtectionPlans>"


def child(la_child_id: str, *inside: str, sex: str = "<Sex>F</Sex>") -> str:
    return f"<Child><ChildIdentifiers><LAchildID>{la_child_id}</LAchildID>{sex}</ChildIdentifiers>{''.join(inside)}</Child>"


def census(folder: Path, *children: str, year: int = 2024, name: str = "", namespace: str = "", header: str = "") -> Path:
    """A census file; without a header of its own it says its year and reference date."""
    collection = f"<Collection>CIN</Collection><Year>{year}</Year><ReferenceDate>{year}-03-31</ReferenceDate>"
    head = header or f"<Header><CollectionDetails>{collection}</CollectionDetails></Header>"
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<Message{namespace}>{head}<Children>{"".join(children)}</Children></Message>'
    return text_file(folder, f"cin_census/{name or year}.xml", text)


def test_details_are_times_in_need_and_plans_are_plans(tmp_path: Path) -> None:
    census(tmp_path, child(ANN, details(end="2023-09-01", inside=plan("2023-07-01", "2023-08-01"))), child(BEN, details()))
    assert read(tmp_path).episodes == [
        ("ann", "cin", START, END),
        ("ann", "cp", date(2023, 7, 1), date(2023, 8, 1)),
        ("ben", "cin", START, None),
    ]


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://www.education.gov.uk/cin"', ' xmlns="urn:any"'])
def test_the_namespace_is_any_or_none(tmp_path: Path, namespace: str) -> None:
    census(tmp_path, child(ANN, details()), namespace=namespace)
    assert read(tmp_path).of("cin") == [(START, None)]


def test_elements_differ_in_letter_case(tmp_path: Path) -> None:
    path = census(tmp_path, child(ANN, details(inside=plan("2023-07-01"))))
    path.write_text(path.read_text().replace("LAchildID", "LAChildID").replace("CINreferralDate", "CINReferralDate"))
    assert read(tmp_path).of("cin") == [(START, None)]


@pytest.mark.parametrize(
    ("year", "sex"),
    [(2024, "<GenderCurrent>1</GenderCurrent>"), (2024, "<GenderCurrent>0</GenderCurrent>"), (2025, "<Sex>U</Sex>"), (2025, "")],
)
def test_sex_is_said_in_the_old_way_and_the_new(tmp_path: Path, year: int, sex: str) -> None:
    census(tmp_path, child(ANN, details(), sex=sex), year=year)
    found = read(tmp_path)
    assert (found.of("cin"), found.rejected) == ([(START, None)], [])


def test_details_repeated_in_a_census_are_one_time_in_need(tmp_path: Path) -> None:
    census(tmp_path, child(ANN, details(), details(), details("2023-11-01")), child(ANN, details()))
    assert read(tmp_path).of("cin") == [(START, None), (date(2023, 11, 1), None)]


def test_the_latest_census_is_believed(tmp_path: Path) -> None:
    census(tmp_path, child(ANN, details(inside=plan("2023-07-01"))), year=2024, name="z")
    census(tmp_path, child(ANN, details(end="2024-05-01", inside=plan("2023-07-01", "2024-04-20"))), year=2025, name="a")
    assert read(tmp_path).episodes == [
        ("ann", "cin", START, date(2024, 5, 1)),
        ("ann", "cp", date(2023, 7, 1), date(2024, 4, 20)),
    ]


def test_a_time_in_need_left_open_by_an_older_census_alone_ends_with_it(tmp_path: Path) -> None:
    census(tmp_path, child(ANN, details()), year=2024)
    census(tmp_path, child(BEN, details("2024-06-01")), year=2025)
    assert read(tmp_path).episodes == [("ann", "cin", START, date(2024, 3, 31)), ("ben", "cin", date(2024, 6, 1), None)]


@pytest.mark.parametrize(("answer", "counts"), [("0", True), ("false", True), ("1", False), ("true", False)])
def test_a_referral_without_further_action_is_no_time_in_need(tmp_path: Path, answer: str, counts: bool) -> None:
    census(tmp_path, child(ANN, details(inside=f"<ReferralNFA>{answer}</ReferralNFA>")))
    found = read(tmp_path)
    assert found.of("cin") == [(START, None)] * counts
    assert found.contacts == [("ann", "referral", START)]


def test_referrals_are_taken_from_the_census_only_where_annex_a_has_none(tmp_path: Path) -> None:
    census(tmp_path, child(ANN, details()))
    assert read(tmp_path).contacts == [("ann", "referral", START)]
    workbook(tmp_path, List_3=[REFERRALS, [BEN, 9, date(2024, 1, 10), 1]])
    assert read(tmp_path).contacts == [("ben", "referral", date(2024, 1, 10))]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (details(""), "CINreferralDate or CPPstartDate is missing"),
        (details("soon"), "CINreferralDate or CPPstartDate is not a date"),
        (details(end="2023-13-01"), "CINclosureDate or CPPendDate is not a date"),
        (details(end="2023-05-01"), "CINclosureDate or CPPendDate is before the date it began"),
        (details(inside="<ReferralNFA>maybe</ReferralNFA>"), "ReferralNFA is not yes or no"),
    ],
)
def test_a_bad_element_is_left_out_under_its_place(tmp_path: Path, second: str, reason: str) -> None:
    census(tmp_path, child(ANN, details()), child(BEN, second), child(BEN, details("2023-08-01")))
    found = read(tmp_path)
    assert found.episodes == [("ann", "cin", START, None), ("ben", "cin", date(2023, 8, 1), None)]
    (bad,) = found.ledger._files[f"{AREA}/cin_census/2024.xml"].rejected
    assert (bad.row, bad.reason, bad.text["element"]) == (2, reason, "CINdetails")


def test_a_child_without_an_identifier_is_left_out(tmp_path: Path) -> None:
    census(tmp_path, child("", details()), child(ANN, details()))
    found = read(tmp_path)
    assert found.episodes == [("ann", "cin", START, None)]
    assert found.rejected == [(f"{AREA}/cin_census/2024.xml", "LAchildID is missing", 1)]


@pytest.mark.parametrize(
    "end", ["<!-- by hand -->2023-09-01", "2023-09-01<?x y?>", "<b>2023-09-01</b>", "<![CDATA[2023-09-01]]>"]
)
def test_a_date_with_more_than_text_in_its_element_is_no_blank(tmp_path: Path, end: str) -> None:
    census(tmp_path, child(ANN, details(end=end)))
    assert read(tmp_path).of("cin") == [(START, END)]


def test_a_date_that_stands_in_an_entity_is_no_blank(tmp_path: Path) -> None:
    path = census(tmp_path, child(ANN, details(end="&day;")), child(BEN, details()))
    path.write_text(path.read_text().replace("\n", '\n<!DOCTYPE Message [<!ENTITY day "2023-09-01">]>', 1))
    assert read(tmp_path).rejected == [
        (f"{AREA}/cin_census/2024.xml", "CINclosureDate or CPPendDate is not a date", 1),
    ]


@pytest.mark.parametrize("kept", [0.0, 0.2, 0.6, 0.99])
def test_a_damaged_census_is_refused_in_a_sentence(tmp_path: Path, kept: float) -> None:
    path = census(tmp_path, *[child(ANN, details())] * 50)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(
        DataError, match=r"^E10000025/cin_census/2024.xml is damaged or is not XML: export the CIN census again.$"
    ):
        read(tmp_path)


def test_another_return_in_xml_is_refused(tmp_path: Path) -> None:
    text_file(tmp_path, "cin_census/2024.xml", "<SSDA903><Year>2024</Year><CHILDID>1</CHILDID></SSDA903>")
    with pytest.raises(DataError, match=r"^E10000025/cin_census/2024.xml is no CIN census, because it has no Children in it"):
        read(tmp_path)


def test_a_census_that_says_no_year_is_refused(tmp_path: Path) -> None:
    census(tmp_path, child(ANN, details()), name="latest", header="<Header/>")
    with pytest.raises(DataError, match=r"latest.xml does not say which year's census it is: put the year in its name"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("header", "name", "last"),
    [
        ("<Header><ReferenceDate>2023-03-31</ReferenceDate></Header>", "cin_2024", date(2023, 3, 31)),
        ("<Header><Year>2023</Year></Header>", "cin_2024", date(2023, 3, 31)),
        ("<Header/>", "cin_2024", date(2024, 3, 31)),
        ("<Header/>", "CIN 2023-24 final", date(2024, 3, 31)),
    ],
)
def test_the_year_is_the_headers_or_else_the_names(tmp_path: Path, header: str, name: str, last: date) -> None:
    census(tmp_path, child(ANN, details()), name=name, header=header)
    census(tmp_path, child(BEN, details("2025-01-01")), year=2025, name="z")
    assert read(tmp_path).episodes[0] == ("ann", "cin", START, max(START, last))


def test_entities_are_not_resolved_and_no_other_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(ANN)
    path = census(tmp_path, child("&stolen;", details()), child(BEN, details()))
    doctype = f'<!DOCTYPE Message [<!ENTITY stolen SYSTEM "file://{tmp_path}/secret">]>'
    path.write_text(path.read_text().replace("\n", f"\n{doctype}", 1))
    found = read(tmp_path)
    assert found.episodes == [("ben", "cin", START, None)]
    assert found.rejected == [(f"{AREA}/cin_census/2024.xml", "LAchildID is not an identifier", 1)]


def test_a_census_that_swells_when_opened_is_refused(tmp_path: Path) -> None:
    path = census(tmp_path, child("&e9;", details()))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "a" * 10}">' for n in range(10))
    path.write_text(path.read_text().replace("\n", f"\n<!DOCTYPE Message [{entities}]>", 1))
    with pytest.raises(
        DataError, match=r"^E10000025/cin_census/2024.xml is damaged or is not XML: export the CIN census again.$"
    ):
        read(tmp_path)


@pytest.mark.parametrize(("closed", "doubted"), [("", True), ("2023-09-01", False)])
def test_a_census_that_closes_nothing_at_all_is_doubted(tmp_path: Path, closed: str, doubted: bool) -> None:
    """An end that goes by another name would leave every period open."""
    open_ones = [child(str(9_300_000 + number), details()) for number in range(99)]
    census(tmp_path, *open_ones, child(ANN, details(end=closed)))
    said = [note for note in read(tmp_path).notes if "closes no" in note]
    assert bool(said) == doubted
    assert not said or said[0].startswith(f"{AREA}/cin_census of 2024 closes no CINdetails at all")
