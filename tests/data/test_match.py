"""Defends against another child's record taken for this child's, and against a child counted unknown who is in the register."""

from __future__ import annotations

import csv
import random
import stat
import warnings
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from splink.internals.exceptions import SplinkException

from data.errors import DataError
from data.match import link, linkage, model
from data.match.decision import REVIEW_FROM, UNVOUCHED, Candidate, decide
from data.match.writing import write_crosswalk, write_review
from tests.data.registers import AREA, Person, authority, database

ANN = {
    "forename": "Jessica",
    "surname": "Hartland",
    "date_of_birth": date(2012, 3, 4),
    "sex": "F",
    "postcode": "B14 7QS",
}
ELSEWHERE = "E06000042"


def child(ref: str = "ann", /, **changes: object) -> Person:
    return {"child_ref": ref} | ANN | changes


def record(register_id: str = "R1", /, **changes: object) -> Person:
    return {"register_id": register_id} | ANN | changes


def found(connection: duckdb.DuckDBPyConnection, register: str = "education") -> dict[str, str]:
    rows = connection.execute("SELECT child_ref, register_id FROM matched WHERE register = $register", {"register": register})
    return dict(rows.fetchall())


def methods(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    return set(connection.execute("SELECT register, method FROM matched").fetchall())


def reviews(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return connection.execute("SELECT child_ref, register_id, reason FROM match_reviews").fetchall()


def linked(
    children: Iterable[Person] = (),
    education: Iterable[Person] = (),
    social_care: Iterable[Person] = (),
    crosswalk: Iterable[Person] = (),
    threshold: float = 0.95,
) -> duckdb.DuckDBPyConnection:
    connection = database(children, education, social_care, crosswalk)
    link(connection, threshold)
    return connection


# What is found.


WRITTEN: tuple[dict[str, object], ...] = (
    {},
    {"forename": "JESSICA ", "surname": "hartland", "postcode": "b147qs"},
    {"forename": "Jess"},
    {"forename": "Jessica Rose"},
    {"forename": "Jesica"},
    {"forename": "Jéssica"},
    {"surname": "Hartland-Osei"},
    {"surname": "Osei Hartland"},
    {"surname": "Hartlend"},
    {"surname": "Osei"},
    {"date_of_birth": date(2012, 4, 3)},
    {"date_of_birth": date(2012, 3, 5)},
    {"date_of_birth": date(2012, 5, 4)},
    {"date_of_birth": date(2012, 3, 27)},
    {"postcode": "M1 1AE"},
    {"postcode": "B14 7XX"},
    {"postcode": ""},
    {"postcode": "ZZ99 3VZ"},
    {"sex": "U"},
    {"forename": "Jess", "postcode": "B14 7XX"},
    {"surname": "Hartlend", "date_of_birth": date(2012, 4, 3)},
    {"surname": "Hartlend", "date_of_birth": date(2012, 4, 3), "postcode": "B14 7XX"},
    {"surname": "Hartlend", "date_of_birth": date(2012, 3, 5)},
    {"date_of_birth": date(2012, 3, 5), "postcode": "B14 7XX"},
)


def test_a_child_written_down_otherwise_is_found() -> None:
    areas = [f"E100000{n:02}" for n in range(len(WRITTEN))]
    children = [child(area, area_code=area, **changes) for area, changes in zip(areas, WRITTEN, strict=True)]
    connection = linked(children, [record(area_code=area) for area in areas])
    assert [changes for area, changes in zip(areas, WRITTEN, strict=True) if area not in found(connection)] == []


def test_a_nickname_need_not_look_like_the_name() -> None:
    names = {"E10000001": ("Bobby", "Robert"), "E10000002": ("Ted", "Edward"), "E10000003": ("Mohammed", "Muhammad")}
    children = [child(area, area_code=area, forename=short) for area, (short, _) in names.items()]
    connection = linked(children, [record(area_code=area, forename=full) for area, (_, full) in names.items()])
    assert set(found(connection)) == set(names)


STRANGERS: dict[str, dict[str, object]] = {
    "a sister": {"forename": "Bethany", "date_of_birth": date(2014, 9, 1)},
    "a namesake": {"date_of_birth": date(2009, 7, 19), "postcode": "B30 1AA"},
    "the same birthday and forename": {"surname": "Okafor", "postcode": "B30 1AA"},
    "the same birthday in the same street": {"forename": "Bethany", "surname": "Okafor"},
    "nobody": {"forename": None, "surname": None, "date_of_birth": None, "sex": None, "postcode": None},
}


def test_a_stranger_is_neither_matched_nor_reviewed() -> None:
    children = [child(area, area_code=area) for area in STRANGERS]
    connection = linked(children, [record(area_code=area, **changes) for area, changes in STRANGERS.items()])
    assert (found(connection), reviews(connection)) == ({}, [])


def test_a_namesake_at_the_same_address_with_quite_another_birthday_is_left_to_a_person() -> None:
    connection = linked([child()], [record(date_of_birth=date(2007, 9, 18))])
    assert (found(connection), reviews(connection)) == ({}, [("ann", "R1", UNVOUCHED)])


def test_no_fixed_abode_is_no_address_to_share() -> None:
    homeless = {"postcode": "ZZ99 3VZ"}
    connection = linked([child(surname="Okafor", **homeless)], [record(**homeless)])
    assert (found(connection), reviews(connection)) == ({}, [])


def test_a_rare_name_says_more_than_a_frequent_one() -> None:
    crowd = [record(f"C{n}", date_of_birth=date(2000, 1, 1), surname=f"Name{n:04}", postcode=None) for n in range(20_000, 21_000)]
    moved = {"postcode": "M1 1AE"}
    rare = linked([child(**moved)], [record()])
    frequent = linked([child(**moved)], [record(), *crowd])
    probability = "SELECT probability FROM matched UNION ALL SELECT confidence FROM match_reviews"
    assert rare.execute(probability).fetchall() > frequent.execute(probability).fetchall()


def test_both_registers_are_searched() -> None:
    connection = linked([child()], [record("R1")], [record("S1")])
    assert (found(connection), found(connection, "social_care")) == ({"ann": "R1"}, {"ann": "S1"})
    assert connection.execute("SELECT DISTINCT probability FROM matched").fetchall() == [(0.9999,)]


def test_only_the_register_of_the_childs_own_area_is_searched() -> None:
    connection = linked([child()], [record(area_code=ELSEWHERE)], [record("S1", area_code=ELSEWHERE)])
    assert (found(connection), found(connection, "social_care")) == ({}, {})


def test_a_record_under_two_names_is_one_record() -> None:
    assert found(linked([child()], [record(), record(surname="Osei")])) == {"ann": "R1"}


# Twins, rivals and the threshold.


def test_twins_with_names_alike_each_find_their_own() -> None:
    children = [child("a", forename="Jayden"), child("b", forename="Hayden")]
    records = [record("H", forename="Hayden"), record("J", forename="Jayden")]
    assert found(linked(children, records)) == {"a": "J", "b": "H"}


def test_a_misspelt_twin_does_not_take_the_others_record() -> None:
    children = [child("a", forename="Jayden"), child("b", forename="Haydn")]
    records = [record("H", forename="Hayden"), record("J", forename="Jayden")]
    assert found(linked(children, records)) == {"a": "J", "b": "H"}


def test_a_twin_that_could_be_either_is_left_to_a_person() -> None:
    connection = linked([child(forename="Aiden")], [record("H", forename="Haiden"), record("J", forename="Jaiden")])
    assert found(connection) == {}
    assert {(ref, register_id) for ref, register_id, _ in reviews(connection)} == {("ann", "H"), ("ann", "J")}


def test_a_twin_is_not_taken_for_one_who_is_not_in_the_register() -> None:
    connection = linked([child()], [record(forename="Bethany")])
    assert (found(connection), reviews(connection)) == ({}, [("ann", "R1", UNVOUCHED)])


def test_brothers_who_share_the_first_of_their_names_are_not_taken_for_each_other() -> None:
    connection = linked([child(forename="Mohammed Ali")], [record(forename="Mohammed Yusuf")])
    assert (found(connection), reviews(connection)) == ({}, [("ann", "R1", UNVOUCHED)])


def test_a_record_without_a_forename_is_left_to_a_person() -> None:
    connection = linked([child()], [record(forename=None)])
    assert (found(connection), reviews(connection)) == ({}, [("ann", "R1", UNVOUCHED)])


def test_a_record_goes_to_the_child_it_fits_best_and_to_no_other() -> None:
    connection = linked([child("moved", postcode="M1 1AE"), child("here")], [record()])
    assert (found(connection), reviews(connection)) == ({"here": "R1"}, [])


def test_two_records_that_fit_alike_are_left_to_a_person_and_the_decision_wins() -> None:
    records = [record("R1"), record("R2")]
    connection = linked([child()], records)
    assert found(connection) == {}
    reason = "another record fits nearly as well"
    assert reviews(connection) == [("ann", "R1", reason), ("ann", "R2", reason)]
    decided = linked([child()], records, crosswalk=[{"child_ref": "ann", "upn": "R2"}])
    assert (found(decided), reviews(decided)) == ({"ann": "R2"}, [])


def test_two_children_whom_one_record_fits_alike_are_left_to_a_person() -> None:
    connection = linked([child("a"), child("b")], [record()])
    assert found(connection) == {}
    reason = "another child fits this record nearly as well"
    assert reviews(connection) == [("a", "R1", reason), ("b", "R1", reason)]


def test_a_record_that_is_settled_for_another_child_is_no_rival() -> None:
    records = [record("R1"), record("R2")]
    connection = linked([child("a"), child("b")], records, crosswalk=[{"child_ref": "b", "upn": "R2"}])
    assert found(connection) == {"a": "R1", "b": "R2"}


def test_a_record_that_another_child_fits_better_is_no_rival() -> None:
    pairs = {("a", "1"): 20.0, ("b", "1"): 11.0, ("b", "2"): 10.0}
    decisions = decide([Candidate(ref, AREA, record_id, weight, True) for (ref, record_id), weight in pairs.items()], 0.95)
    assert [(d.candidate.child_ref, d.candidate.register_id, d.reason) for d in decisions] == [("a", "1", None), ("b", "2", None)]


def test_below_the_threshold_a_pair_is_left_to_a_person_and_far_below_to_nobody() -> None:
    unsure = [child(date_of_birth=date(2012, 3, 5), postcode="")]
    below = linked(unsure, [record()])
    ((probability,),) = below.execute("SELECT confidence FROM match_reviews").fetchall()
    assert REVIEW_FROM <= probability < 0.95
    assert reviews(below) == [("ann", "R1", "probability below the threshold")]
    assert found(linked(unsure, [record()], threshold=REVIEW_FROM)) == {"ann": "R1"}
    nothing = linked([child(date_of_birth=date(2012, 3, 5), postcode="", surname="Osei")], [record()])
    assert (found(nothing), reviews(nothing)) == ({}, [])


@pytest.mark.parametrize("threshold", [0.0, 0.49, 1.0, float("nan")])
def test_a_threshold_that_is_none_is_refused(threshold: float) -> None:
    with pytest.raises(DataError, match=r"match_threshold is .*: set it to 0\.5 or more and less than 1"):
        link(database(), threshold)


@given(
    st.lists(
        st.builds(
            Candidate,
            st.sampled_from("abcd"),
            st.just(AREA),
            st.sampled_from("1234"),
            st.sampled_from([0.0, 2.0, 5.0, 9.5, 10.0, 20.0]),
            st.booleans(),
        ),
        unique_by=lambda one: (one.child_ref, one.register_id),
    ),
    st.sampled_from([REVIEW_FROM, 0.8, 0.95, 0.999]),
)
def test_whatever_the_candidates_a_match_is_one_to_one_vouched_and_sure(candidates: list[Candidate], threshold: float) -> None:
    decisions = decide(candidates, threshold)
    matched = [d for d in decisions if d.reason is None]
    assert len({d.candidate.child_ref for d in matched}) == len({d.candidate.record for d in matched}) == len(matched)
    assert all(d.candidate.vouched and d.probability >= threshold for d in matched)
    assert not {d.candidate.child_ref for d in matched} & {d.candidate.child_ref for d in decisions if d.reason is not None}
    assert decide(candidates[::-1], threshold) == decisions


# Identifiers.


def test_the_crosswalk_wins_over_a_record_that_fits_better() -> None:
    connection = linked([child()], [record("R1"), record("R2", forename="Zoe")], crosswalk=[{"child_ref": "ann", "upn": "R2"}])
    assert (found(connection), methods(connection)) == ({"ann": "R2"}, {("education", "crosswalk")})
    assert connection.execute("SELECT probability FROM matched").fetchall() == [(None,)]


def test_a_crosswalks_record_is_no_other_childs_even_where_its_child_is_not_recognised() -> None:
    connection = linked([child()], [record()], crosswalk=[{"child_ref": "someone else", "upn": "R1"}])
    assert (found(connection), reviews(connection)) == ({}, [])


def test_an_id_that_is_not_in_the_register_is_a_note_without_a_number_and_no_match() -> None:
    connection = database([child()], [record()], crosswalk=[{"child_ref": "ann", "upn": "R9"}])
    (note,) = link(connection, 0.95).notes
    assert (note.area_code, note.source) == (AREA, "school_census")
    assert note.sentence == f"{AREA}: the crosswalk gives a upn that no register holds; its children count as not found."
    assert found(connection) == {}


def test_an_id_of_a_register_that_was_not_supplied_is_no_note() -> None:
    assert link(database([child()], crosswalk=[{"child_ref": "ann", "upn": "R9"}]), 0.95).notes == ()


def test_whom_the_crosswalk_looked_for_and_did_not_find_is_not_guessed_at() -> None:
    assert found(linked([child()], [record()], crosswalk=[{"child_ref": "ann"}])) == {}


def test_whom_the_crosswalk_gives_for_one_register_is_still_sought_in_the_other() -> None:
    connection = linked([child()], [record()], [record("S1")], [{"child_ref": "ann", "upn": "R1"}])
    assert methods(connection) == {("education", "crosswalk"), ("social_care", "probabilistic")}


@pytest.mark.parametrize("claims", [[("a", "R1"), ("b", "R1")], [("a", "R1"), ("a", "R2")]])
def test_a_crosswalk_in_dispute_with_itself_is_left_to_a_person(claims: list[tuple[str, str]]) -> None:
    people = [child("a"), child("b", forename="Zoe")]
    records = [record("R1"), record("R2", forename="Zoe", postcode="B30 1AA")]
    connection = linked(people, records, crosswalk=[{"child_ref": ref, "upn": upn} for ref, upn in claims])
    assert "a" not in found(connection)
    assert [(ref, register_id) for ref, register_id, _ in reviews(connection)] == claims


def test_a_crosswalk_row_of_another_area_is_not_followed() -> None:
    records = [record("R2"), record("R9", area_code=ELSEWHERE)]
    connection = linked([child()], records, crosswalk=[{"child_ref": "ann", "upn": "R9", "area_code": ELSEWHERE}])
    assert found(connection) == {"ann": "R2"}


RENAMED = {"surname": "Osei", "postcode": "M1 1AE"}


def test_the_upn_leads_from_the_school_to_the_social_care_record() -> None:
    connection = linked([child()], [record()], [record("S1", upn="R1", **RENAMED)])
    assert found(connection, "social_care") == {"ann": "S1"}
    assert methods(connection) == {("education", "probabilistic"), ("social_care", "upn")}


def test_the_upn_leads_from_the_social_care_to_the_school_record() -> None:
    connection = linked([child()], [record(**RENAMED)], [record("S1", upn="R1")])
    assert found(connection) == {"ann": "R1"}
    assert reviews(connection) == []


def test_what_the_upn_settles_is_no_longer_for_a_person() -> None:
    connection = linked([child()], [record("R1"), record("R2")], [record("S1", upn="R2")])
    assert (found(connection), reviews(connection)) == ({"ann": "R2"}, [])


def test_the_upn_of_a_sibling_is_not_followed() -> None:
    copied = record("S1", upn="R1", forename="Bethany", date_of_birth=date(2014, 9, 1))
    assert found(linked([child()], [record()], [copied]), "social_care") == {}


def test_a_upn_on_two_records_is_not_followed() -> None:
    both = [record(f"S{n}", upn="R1", **RENAMED) for n in (1, 2)]
    assert found(linked([child()], [record()], both), "social_care") == {}


def test_a_upn_does_not_lead_to_a_record_that_is_another_childs() -> None:
    crosswalk = [{"child_ref": "ann", "upn": "R1"}, {"child_ref": "bob", "la_child_id": "S1"}]
    people = [child(), child("bob", forename="Bob", surname="Lee")]
    connection = linked(people, [record()], [record("S1", upn="R1")], crosswalk)
    assert found(connection, "social_care") == {"bob": "S1"}


# Always the same, from nothing to many, and silent.


def test_the_same_people_in_another_order_give_the_same_rows() -> None:
    drawn = authority(pupils=1_000, children=100)
    results = []
    for seed in (1, 2):
        shuffled = [random.Random(seed).sample(rows, len(rows)) for rows in (drawn.children, drawn.pupils)]
        connection = linked(shuffled[0], shuffled[1], shuffled[1])
        results.append([connection.execute(f"FROM {table}").fetchall() for table in ("matched", "match_reviews")])
    assert results[0] == results[1]


def test_a_child_is_linked_alone_as_among_many_and_beside_another_areas_register(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = authority(pupils=1_500, children=60)
    rows = "SELECT child_ref, register_id, probability FROM matched ORDER BY child_ref"
    drawn.children[20]["postcode"] = ""
    names = {"forename": drawn.children[20]["forename"], "surname": drawn.children[20]["surname"]}
    together = linked(drawn.children, drawn.pupils).execute(rows).fetchall()
    elsewhere = [row | {"area_code": ELSEWHERE} | names for row in drawn.pupils]
    stranger = child("stranger", area_code=ELSEWHERE)
    monkeypatch.setattr(linkage, "CHILDREN_AT_ONCE", 25)
    beside = linked([*drawn.children, stranger], [*drawn.pupils, *elsewhere]).execute(rows).fetchall()
    assert together == beside
    for ref, register_id, probability in together[:2]:
        alone = linked([row for row in drawn.children if row["child_ref"] == ref], drawn.pupils)
        assert alone.execute(rows).fetchall() == [(ref, register_id, probability)]


@pytest.mark.parametrize("children", [[], [child()]])
def test_empty_tables_give_empty_tables(children: list[Person]) -> None:
    connection = database(children)
    result = link(connection, 0.95)
    assert (result.matched, result.reviews, result.notes) == (0, 0, ())
    assert (found(connection), reviews(connection)) == ({}, [])


def test_a_child_of_whom_nothing_is_known_is_found_nowhere() -> None:
    assert found(linked([{"child_ref": "nobody"}, child()], [record()])) == {"ann": "R1"}


def test_a_full_crosswalk_needs_no_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkage, "candidates", lambda *_: pytest.fail("compared"))
    assert found(linked([child()], [record()], crosswalk=[{"child_ref": "ann", "upn": "R1"}])) == {"ann": "R1"}


def test_linking_says_nothing_and_leaves_nothing_behind(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    connection = database([child()], [record()], [record("S1", upn="R1")])
    before = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    with caplog.at_level(0), warnings.catch_warnings():
        warnings.simplefilter("error")
        link(connection, 0.95)
    assert (capfd.readouterr(), caplog.records) == (("", ""), [])
    assert {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()} - before == {
        "matched",
        "match_reviews",
    }
    assert connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == []


def test_too_little_memory_is_a_sentence_about_nobody() -> None:
    drawn = authority(pupils=1_000, children=300)
    connection = database(drawn.children, [row | {"date_of_birth": date(2012, 1, 1)} for row in drawn.pupils] * 40)
    connection.execute("UPDATE recognised_people SET date_of_birth = DATE '2012-01-01'")
    connection.execute("SET memory_limit = '100MB'")
    with pytest.raises(DataError, match="need more memory than there is: match one authority at a time") as refused:
        link(connection, 0.95)
    assert refused.value.__suppress_context__


def test_a_failure_leaves_no_table_of_children_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkage, "_CANDIDATES", "SELECT no_such_column FROM {predictions}")
    connection = database([child()], [record()])
    with pytest.raises(duckdb.BinderException):
        link(connection, 0.95)
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert not {name for name in tables if name.startswith(("__splink", "match_children", "match_records"))}


def test_a_failure_of_splink_names_its_kind_and_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> object:
        raise SplinkException("Jessica") from ValueError("Jessica")

    monkeypatch.setattr(linkage, "Linker", failing)
    with pytest.raises(AssertionError, match=r"^Splink failed with ValueError; its message may name a child$"):
        link(database([child()], [record()]), 0.95)


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    link(database([child()], [record()]), 0.95, lambda what, done, total: told.append((what, done, total)))
    assert told == [("Comparing children with registers", 0, 1), ("Comparing children with registers", 1, 1)]


# The model and how well it does.


@pytest.mark.parametrize("comparison", ["forename", "surname", "born", "sex", "postcode"])
def test_the_declared_shares_of_a_comparison_are_of_a_whole(comparison: str) -> None:
    levels = getattr(model, comparison)().get_comparison("duckdb").comparison_levels
    told = [level for level in levels if not level.is_null_level]
    assert sum(level.m_probability for level in told) == pytest.approx(1)
    assert sum(level.u_probability for level in told) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("seed", [11, 12])
def test_of_an_authority_with_realistic_errors_precision_and_recall(seed: int) -> None:
    drawn = authority(pupils=20_000, children=1_500, seed=seed)
    matched = found(linked(drawn.children, drawn.pupils))
    right = sum(drawn.truth.get(ref) == register_id for ref, register_id in matched.items())
    assert right / len(matched) >= 0.995
    assert right / len(drawn.truth) >= 0.95


# What the matching officer keeps.


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_written_crosswalk_has_a_row_a_child_and_gives_the_same_matches_again(tmp_path: Path) -> None:
    people = [child(), child("bob", forename="Bob", surname="Lee", date_of_birth=date(2010, 1, 2)), child("cas", forename="Cas")]
    bob = {"forename": "Bob", "surname": "Lee", "date_of_birth": date(2010, 1, 2)}
    registers = ([record(), record("R2", **bob)], [record("S1", upn="R1", **RENAMED)])
    crosswalk = [
        {"child_ref": "bob", "upn": "R2", "method": "by hand", "confidence": "certain"},
        {"child_ref": "cas"},
        {"child_ref": "dan", "upn": "R9"},
    ]
    connection = linked(people, *registers, crosswalk)
    assert write_crosswalk(connection, AREA, tmp_path / "crosswalk.csv") == 3
    rows = read(tmp_path / "crosswalk.csv")
    blank = {"UPN": "", "LA child id": "", "method": "", "confidence": ""}
    assert rows[0].pop("confidence") > "0.95"
    assert rows == [
        {"child_ref": "ann", "UPN": "R1", "LA child id": "S1", "method": "probabilistic and upn"},
        {"child_ref": "bob", "UPN": "R2", "LA child id": "", "method": "by hand", "confidence": "certain"},
        {"child_ref": "cas", **blank},
        {"child_ref": "dan", **blank, "UPN": "R9"},
    ]
    fed_back = [{"child_ref": row["child_ref"], "upn": row["UPN"], "la_child_id": row["LA child id"]} for row in rows]
    again = linked(people, *registers, fed_back)
    for register in ("education", "social_care"):
        assert found(again, register) == found(connection, register)
    assert {method for _, method in methods(again)} == {"crosswalk"}


def test_the_written_review_has_a_row_a_pair_of_the_area_and_is_its_owners_alone(tmp_path: Path) -> None:
    connection = linked([child()], [record("R1"), record("R2")])
    assert write_review(connection, ELSEWHERE, tmp_path / "elsewhere.csv") == 0
    assert write_review(connection, AREA, tmp_path / "review.csv") == 2
    rows = read(tmp_path / "review.csv")
    assert [(row["area_code"], row["child_ref"], row["register"], row["register_id"]) for row in rows] == [
        (AREA, "ann", "education", "R1"),
        (AREA, "ann", "education", "R2"),
    ]
    assert all(float(row["confidence"]) == pytest.approx(1 / 2, abs=0.001) for row in rows)
    assert stat.S_IMODE((tmp_path / "review.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("write", [write_crosswalk, write_review])
def test_nothing_is_written_into_a_store(tmp_path: Path, write: object) -> None:
    (tmp_path / "CURRENT").write_text("v1", encoding="utf-8")
    with pytest.raises(DataError, match="which is a store or a release"):
        write(linked([child()], [record()]), AREA, tmp_path / "file.csv")  # type: ignore[operator]
