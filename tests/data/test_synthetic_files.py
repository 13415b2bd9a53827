"""The files of the fake partnership: real formats, dirt included, and the truth beside them is exactly what they say."""

from __future__ import annotations

import csv
import io
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.calendar import Term, relative, term, term_of
from data.synthetic import synthesise
from data.synthetic.names import SHORT

Row = dict[str, Any]

OXFORDSHIRE, MILTON_KEYNES, BRACKNELL_FOREST, WINDSOR, SLOUGH = "E10000025", "E06000042", "E06000036", "E06000040", "E06000039"
RECEIVED = {"N", "V", "I", "L", "B", "24", "Y"}
ABSENT = {"C", "C1", "C2", "E", "F", "G", "H", "I", "J1", "M", "N", "O", "R", "S", "T", "U"}
PRESENT = {"/", "\\", "L", "B", "P", "V", "W"}
DATE_FORMATS = ("%Y-%b-%d 00:00:00", "%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%dT00:00:00")


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's files."""
    out = tmp_path_factory.mktemp("extracts")
    synthesise(out)
    return out


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few children and a larger register."""
    out = tmp_path_factory.mktemp("small")
    synthesise(out, children=60, seed=3, register=900)
    return out


@pytest.fixture(scope="module")
def truth(extracts: Path) -> dict[str, list[Row]]:
    return {path.stem: pq.read_table(path).to_pylist() for path in (extracts / "truth" / "records").iterdir()}


@pytest.fixture(scope="module")
def upns(extracts: Path) -> dict[str, str]:
    """The UPN of each child."""
    return {row["child_ref"]: row["upn"] for row in pq.read_table(extracts / "truth" / "people.parquet").to_pylist()}


def read(path: Path) -> list[Row]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@cache
def day(text: str) -> date | None:
    """A day in one of the ways authorities write it; None for an impossible one."""
    for style in DATE_FORMATS:
        try:
            return date(*time.strptime(text, style)[:3])
        except ValueError:
            continue
    return None


@cache
def censuses(extracts: Path, area: str) -> dict[Term, dict[str, list[Row]]]:
    """The tables of an authority's censuses, by the term of the census."""
    found: dict[Term, dict[str, list[Row]]] = defaultdict(dict)
    for path in sorted((extracts / area / "school_census").glob("*.csv")):
        year, season, table = path.stem.split("_")
        autumn = int(year) - (season != "autumn")
        found[term(f"{autumn}{(autumn + 1) % 100:02d}", season.title())][table] = read(path)
    return found


def areas(extracts: Path) -> list[str]:
    return sorted(path.name for path in extracts.iterdir() if re.fullmatch(r"E\d{8}", path.name))


def pupils(tables: dict[str, list[Row]], roll: str) -> dict[str, Row]:
    """The rows of a pupil table by their identifier, those that can be read."""
    table = "pupilonroll" if roll == "on" else "pupilnolongeronroll"
    return {row[f"{table}tableid"]: row for row in tables[table] if day(row["dob"])}


def sessions_of(tables: dict[str, list[Row]]) -> dict[str, tuple[int, int]]:
    """Possible and absent sessions a UPN: all schools, both rolls and both halves of the Summer together."""
    possible: Counter[str] = Counter()
    absent: Counter[str] = Counter()
    for roll in ("on", "off"):
        if f"termlysessiondetails{roll}roll" not in tables:
            continue
        rows = pupils(tables, roll)
        for row in rows.values():
            given = [row[name] for name in ("termlysessionspossible", "summerhalfterm2sessionspossible") if row.get(name)]
            if given:
                possible[row["upn"]] += sum(int(float(number)) for number in given)
        for half in ("termlysessiondetails", "summerhalfterm2sessiondetails"):
            for detail in tables.get(f"{half}{roll}roll", []):
                if detail["attendancereason"] in ABSENT:
                    number = detail.get("sessions") or detail.get("absencesessions")
                    assert number is not None
                    upn = next(rows[value]["upn"] for name, value in detail.items() if name.startswith("pupil"))
                    absent[upn] += int(float(number))
    return {upn: (number, absent[upn]) for upn, number in possible.items()}


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def covered(truth: dict[str, list[Row]], area: str) -> tuple[date, date]:
    (row,) = (row for row in truth["coverage"] if (row["area_code"], row["source"]) == (area, "school_census"))
    return row["first_date"], row["last_date"]


def homes(truth: dict[str, list[Row]]) -> dict[str, str]:
    return {row["child_ref"]: row["area_code"] for row in truth["links"]}


def every_census(extracts: Path, truth: dict[str, list[Row]]) -> Iterator[tuple[str, Term, dict[str, list[Row]]]]:
    """Each census of a term that its authority covers."""
    for area in areas(extracts):
        first, last = covered(truth, area)
        for one, tables in censuses(extracts, area).items():
            if first <= one.first_day and one.last_day <= last:
                yield area, one, tables


def test_same_seed_gives_the_same_bytes_whatever_stood_there(small: Path, tmp_path: Path) -> None:
    """What another run or a build of it left is replaced; what is not ours stays."""
    for stale in (f"{OXFORDSHIRE}/stale.csv", "E06000001/meals.csv", "rejected/links.csv", "records/links.parquet", "ours.txt"):
        (tmp_path / stale).parent.mkdir(exist_ok=True)
        (tmp_path / stale).write_text("from before", encoding="utf-8")
    synthesise(tmp_path, children=60, seed=3, register=900)
    written = fingerprints(tmp_path)
    assert written.pop("ours.txt")
    assert written == fingerprints(small)


def test_the_truth_is_what_truth_only_writes(extracts: Path, tmp_path: Path) -> None:
    synthesise(tmp_path, truth_only=True)
    written = fingerprints(extracts / "truth")
    del written["people.parquet"]
    assert written == fingerprints(tmp_path)


def test_pupils_on_roll_are_those_of_the_truth(extracts: Path, truth: dict[str, list[Row]], upns: dict[str, str]) -> None:
    enrolled: dict[str, list[Row]] = defaultdict(list)
    for row in truth["enrolments"]:
        enrolled[row["child_ref"]].append(row)
    ours = set(upns.values())
    at_school = {row["child_ref"] for row in truth["matches"] if row["register"] == "education"}
    home = homes(truth)
    seen = set()
    for area, one, tables in every_census(extracts, truth):
        here = {row["upn"] for row in pupils(tables, "on").values()} & ours
        held = {
            upns[child]
            for child, spells in enrolled.items()
            if home[child] == area
            and any(spell["start_date"] <= one.census_day <= (spell["end_date"] or date.max) for spell in spells)
        }
        assert here == held, (area, one)
        seen |= here
    assert seen == {upns[child] for child in at_school}


def test_stages_and_eligibility_on_census_day_are_those_of_the_truth(
    extracts: Path, truth: dict[str, list[Row]], upns: dict[str, str]
) -> None:
    child_of = {upn: child for child, upn in upns.items()}
    spells: dict[str, list[tuple[str, date, date]]] = defaultdict(list)
    for row in truth["sen_stages"]:
        spells[row["child_ref"]].append((row["stage"], row["start_date"], row["end_date"] or date.max))
    for row in truth["fsm_periods"]:
        spells[row["child_ref"]].append(("fsm", row["start_date"], row["end_date"] or date.max))
    codes = {"K": "K", "A": "K", "P": "K", "E": "E", "S": "E", "N": None, "": None}
    for _, one, tables in every_census(extracts, truth):
        rows = pupils(tables, "on")
        said: dict[str, set[str | None]] = defaultdict(set)
        for row in rows.values():
            said[row["upn"]].add(codes[row["senprovision"]])
        for period in tables.get("fsmperiod", []) + tables.get("fsmperiodsonroll", []):
            start, end = day(period["fsmstartdate"]), day(period["fsmenddate"])
            assert start is not None
            if start <= one.census_day <= (end or date.max):
                said[rows[period["pupilonrolltableid"]]["upn"]].add("fsm")
        for upn in said.keys() & child_of.keys():
            held = {kind for kind, first, last in spells[child_of[upn]] if first <= one.census_day <= last}
            assert said[upn] - {None} == held
            assert not {"K", "E"} <= held


def test_absence_arrives_a_term_late_and_adds_up(extracts: Path, truth: dict[str, list[Row]], upns: dict[str, str]) -> None:
    terms = {(row["academic_year"], row["term"]): term(row["academic_year"], row["term"]) for row in truth["sessions"]}
    given = {
        (upns[row["child_ref"]], terms[row["academic_year"], row["term"]]): (row["sessions_possible"], row["sessions_absent"])
        for row in truth["sessions"]
    }
    ours = set(upns.values())
    found: dict[tuple[str, Term], tuple[int, int]] = {}
    for area in areas(extracts):
        for one, tables in censuses(extracts, area).items():
            about = relative(one, -1)
            found |= {(upn, about): counted for upn, counted in sessions_of(tables).items() if upn in ours}
    assert found == given


def test_exclusions_arrive_two_terms_late(extracts: Path, truth: dict[str, list[Row]], upns: dict[str, str]) -> None:
    ours, found = set(upns.values()), []
    for area in areas(extracts):
        for one, tables in censuses(extracts, area).items():
            for roll in ("on", "off"):
                rows = pupils(tables, roll)
                for row in tables.get(f"termlyexclusions{roll}roll", []):
                    upn, started = next(rows[value]["upn"] for value in row.values() if value in rows), day(row["startdate"])
                    assert started is not None
                    assert term_of(started) == relative(one, -2)
                    if upn in ours and row["category"] != "LNCH":
                        found.append((upn, started, "PERM" if row["category"] == "PERM" else "SUSP"))
    assert sorted(found) == sorted((upns[row["child_ref"]], row["start_date"], row["category"]) for row in truth["suspensions"])


def test_meals_are_those_of_the_truth(extracts: Path, truth: dict[str, list[Row]], upns: dict[str, str]) -> None:
    ours = set(upns.values())
    found = {
        (row["UPN"], day(row["census_date"])): row["free_meal_received"] in ("True", "Yes", "1")
        for area in areas(extracts)
        if area != SLOUGH
        for row in read(extracts / area / "meals.csv")
        if row["UPN"] in ours
    }
    assert found == {(upns[row["child_ref"]], row["census_date"]): row["received"] for row in truth["meals"]}
    assert not (extracts / SLOUGH / "meals.csv").exists()


def test_a_census_comes_for_every_term_and_two_more(extracts: Path) -> None:
    assert len(censuses(extracts, OXFORDSHIRE)) == 8 * 3 + 2
    assert len(censuses(extracts, BRACKNELL_FOREST)) == 4 * 3 + 2
    assert max(censuses(extracts, WINDSOR)) == term("202526", "Autumn")


def test_no_session_details_come_of_lockdown_terms(extracts: Path) -> None:
    for season in ("2020_summer", "2020_autumn", "2021_summer"):
        assert not list((extracts / OXFORDSHIRE / "school_census").glob(f"{season}_*session*"))
    assert list((extracts / OXFORDSHIRE / "school_census").glob("2021_spring_termlysession*"))


def test_headers_are_those_that_collect_hands_back(extracts: Path) -> None:
    tables = censuses(extracts, OXFORDSHIRE)[term("202425", "Autumn")]
    assert {
        "pupilonrolltableid",
        "NativeId",
        "dob",
        "surname",
        "forename",
        "upn",
        "sex",
        "entrydate",
        "termlysessionspossible",
        "summerhalfterm2sessionspossible",
        "enrolstatus",
        "senprovision",
        "schoollunchtaken",
    } <= tables["pupilonroll"][0].keys()
    detail = ["pupilonrolltableid", "NativeId", "termlysessiondetailsonrolltableid", "termlysessiondetailsonrollorderseqcolumn"]
    assert list(tables["termlysessiondetailsonroll"][0]) == [*detail, "sourceid", "sessions", "attendancereason"]
    assert {"fsmperiodsonroll", "summerhalfterm2sessiondetailsoffroll", "termlyexclusionsoffroll"} <= tables.keys()
    assert re.fullmatch(r"\d{4}-[A-Z][a-z]{2}-\d\d 00:00:00", tables["pupilonroll"][0]["dob"])
    assert "fsmperiod" in censuses(extracts, OXFORDSHIRE)[term("202425", "Spring")]


def test_authorities_write_differently(extracts: Path) -> None:
    """Every way the issue lists occurs somewhere."""
    everything = {(area, one): tables for area in areas(extracts) for one, tables in censuses(extracts, area).items()}
    first = {area: (extracts / area / "school_census" / "2024_autumn_pupilonroll.csv").read_bytes() for area in areas(extracts)}
    assert {raw[:3] == b"\xef\xbb\xbf" for raw in first.values()} == {True, False}
    columns = {name for tables in everything.values() for rows in tables.values() for name in (rows[0] if rows else ())}
    assert {"gender", "sex", "absencesessions", "sessions", "postcode"} <= columns
    reasons = {
        row["attendancereason"]
        for tables in everything.values()
        for name, rows in tables.items()
        if "details" in name
        for row in rows
    }
    assert reasons >= ABSENT | PRESENT | {"Y", "X", "#", "QQ"}
    categories = {
        row["category"] for tables in everything.values() for name, rows in tables.items() if "exclusions" in name for row in rows
    }
    assert categories == {"SUSP", "FIXD", "PERM", "LNCH"}
    stages = {row["senprovision"] for tables in everything.values() for row in tables["pupilonroll"]}
    assert stages == {"N", "K", "E", "S", "A", "P", ""}
    assert {row["enrolstatus"] for tables in everything.values() for row in tables["pupilonroll"]} == {"M", "S"}
    looks = {
        re.sub(r"\d", "9", re.sub(r"[A-Z][a-z]{2}", "Mon", tables["pupilonroll"][0]["dob"])) for tables in everything.values()
    }
    assert looks == {"9999-Mon-99 99:99:99", "99/99/9999", "9999-99-99", "9999-99-99T99:99:99"}


def test_a_name_in_cp1252_is_written_somewhere(extracts: Path) -> None:
    found = [path for path in extracts.glob("*/school_census/*pupilonroll.csv") if b"\xfa" in path.read_bytes()]
    found += [path for path in extracts.glob("*/school_census/*pupilonroll.csv") if b"\xfc" in path.read_bytes()]
    assert found, "Núñez or Müller, one byte a letter"


def test_bad_rows_are_few_and_of_no_recognised_child(extracts: Path, upns: dict[str, str]) -> None:
    bad = 0
    for area in areas(extracts):
        for tables in censuses(extracts, area).values():
            unreadable = [row for row in tables["pupilonroll"] if day(row["dob"]) is None]
            assert len(unreadable) <= 0.05 * len(tables["pupilonroll"])
            assert not {row["upn"] for row in unreadable} & set(upns.values())
            bad += len(unreadable)
    assert bad >= 9


def receptions_read(rows: list[Row]) -> set[tuple[str, date]]:
    """Admissions for a counted reason of people who are not inside already, as the file is meant to be read."""
    movements: dict[str, list[tuple[date, str, str, str]]] = defaultdict(list)
    for row in rows:
        moved = day(row["movementDate"])
        if moved and re.fullmatch(r"[A-Z]\d{4}[A-Z]{2}", row["offenderNo"]):
            movements[row["offenderNo"]].append((moved, row["movementTime"], row["movementType"], row["movementReasonCode"]))
    found = set()
    for person, theirs in movements.items():
        inside = False
        for moved, _, kind, reason in sorted(theirs):
            if kind == "ADM" and reason in RECEIVED and not inside:
                found.add((person, moved))
                inside = True
            elif kind == "REL":
                inside = False
    return found


def test_receptions_of_linked_people_are_those_of_the_truth(extracts: Path, truth: dict[str, list[Row]]) -> None:
    linked = {row["offender_ref"] for row in truth["links"]}
    found = receptions_read(read(extracts / "receptions.csv"))
    assert {one for one in found if one[0] in linked} == {
        (row["offender_ref"], row["reception_date"]) for row in truth["receptions"]
    }
    assert len({person for person, _ in found} - linked) > 100, "people no link names"


def test_receptions_have_every_column_and_every_trap(extracts: Path) -> None:
    rows = read(extracts / "receptions.csv")
    assert list(rows[0]) == [
        "offenderNo",
        "dateOfBirth",
        "sex",
        "movementDate",
        "movementTime",
        "movementType",
        "directionCode",
        "movementReasonCode",
        "fromAgency",
        "toAgency",
        "imprisonmentStatus",
    ]
    assert {row["movementType"] for row in rows} == {"ADM", "REL", "CRT", "TRN", "TAP"}
    admitted = {row["movementReasonCode"] for row in rows if row["movementType"] == "ADM"}
    assert admitted == RECEIVED | {"INT", "TRNCRT", "TRNTAP", "S", "Z", "R", "A", "U", "H", "RECA"}
    assert sum(row["movementReasonCode"] in RECEIVED for row in rows if row["movementType"] == "ADM") > len(receptions_read(rows))
    assert "2023-02-30" in {row["movementDate"] for row in rows}


def test_links_say_what_the_truth_says(extracts: Path, truth: dict[str, list[Row]]) -> None:
    rows = {(row["child_ref"], row["offenderNo"]): row for row in read(extracts / "links.csv")}
    for link in truth["links"]:
        row = rows[link["child_ref"], link["offender_ref"]]
        assert (day(row["dateOfBirth"]), day(row["link_date"])) == (link["date_of_birth"], link["link_date"])
        for name in ("relationship", "link_source", "sex", "area_code"):
            assert row[name] == link[name]
        assert row["district_code"] == (link["district_code"] or "")
    assert len(rows) == len(truth["links"]) + 4
    assert {row["postcode"] for row in rows.values()} >= {"#N/A"}


def test_crosswalk_holds_all_of_one_authority_and_part_of_another(
    extracts: Path, truth: dict[str, list[Row]], upns: dict[str, str]
) -> None:
    registers: dict[str, set[str]] = defaultdict(set)
    for row in truth["matches"]:
        registers[row["child_ref"]].add(row["register"])
    home = homes(truth)
    oxfordshire = {row["child_ref"]: row for row in read(extracts / OXFORDSHIRE / "crosswalk.csv")}
    assert oxfordshire.keys() == {child for child in registers if home[child] == OXFORDSHIRE}
    for child, row in oxfordshire.items():
        assert row["UPN"] == (upns[child] if "education" in registers[child] else "")
        assert bool(row["LA child id"]) == ("social_care" in registers[child])
    part = len(read(extracts / MILTON_KEYNES / "crosswalk.csv"))
    assert 0 < part < sum(home[child] == MILTON_KEYNES for child in registers)
    assert [path.parent.name for path in sorted(extracts.glob("*/crosswalk.csv"))] == [MILTON_KEYNES, OXFORDSHIRE]


def test_what_the_force_wrote_differs_mildly_from_the_register(
    extracts: Path, truth: dict[str, list[Row]], upns: dict[str, str]
) -> None:
    """At most one thing differs a child, about one child in seven, and each kind of error occurs."""
    held = {
        row["upn"]: row
        for area in areas(extracts)
        for tables in censuses(extracts, area).values()
        for row in pupils(tables, "on").values()
    }
    kinds: Counter[str] = Counter()
    known = 0
    for row in {row["child_ref"]: row for row in read(extracts / "links.csv")}.values():
        pupil = held.get(upns.get(row["child_ref"], ""))
        if pupil is None:
            continue
        known += 1
        forename, surname = row["forename"].strip(), row["surname"].strip("\xa0 ")
        born, theirs = day(row["dateOfBirth"]), day(pupil["dob"])
        assert born is not None
        assert theirs is not None
        differs = []
        if forename.upper() != pupil["forename"].upper():
            assert SHORT[pupil["forename"]].upper() == forename.upper()
            differs.append("short")
        if surname.upper() != pupil["surname"].upper():
            differs.append("barrelled" if surname.upper() in pupil["surname"].upper().split("-") else "misspelt")
        if born != theirs:
            assert (born.day, born.month) == (theirs.month, theirs.day)
            differs.append("swapped")
        assert len(differs) <= 1
        kinds.update(differs)
    assert kinds.keys() == {"short", "barrelled", "misspelt", "swapped"}
    assert 0.05 * known < kinds.total() < 0.15 * known


def test_numbers_are_unique_and_well_formed(extracts: Path, truth: dict[str, list[Row]], upns: dict[str, str]) -> None:
    people = pq.read_table(extracts / "truth" / "people.parquet").to_pylist()
    assert len({row["la_child_id"] for row in people}) == len({row["upn"] for row in people}) == len(people)
    assert all(re.fullmatch(r"[A-Z]\d{12}", upn) for upn in upns.values())
    assert all(re.fullmatch(r"[A-Z]\d{4}[A-Z]{2}", row["offender_ref"]) for row in truth["links"])
    assert len({row["offender_ref"] for row in truth["receptions"]}) > 500
    rows = read(extracts / "links.csv")
    assert all(re.fullmatch(r"Z[A-Z]\d \d[A-Z]{2}", row["postcode"]) for row in rows if row["postcode"] not in ("", "#N/A"))


def test_siblings_have_their_own_forenames_and_mostly_one_surname(extracts: Path) -> None:
    families: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in read(extracts / "links.csv")[1:]:
        families[row["offenderNo"]][row["child_ref"]] = row
    siblings = [list(children.values()) for person, children in families.items() if len(children) > 1 and person != "Z9999ZX"]
    alike = [len({row["surname"].strip("\xa0").upper() for row in children}) == 1 for children in siblings]
    assert 0.6 < sum(alike) / len(alike) < 1
    assert all(len({row["forename"] for row in children}) == len(children) for children in siblings)


def test_registers_hold_unaffected_people_who_share_names_or_birthdays(extracts: Path, upns: dict[str, str]) -> None:
    ours = {(row["surname"].upper(), day(row["dateOfBirth"])) for row in read(extracts / "links.csv")}
    surnames, birthdays = {surname for surname, _ in ours}, {born for _, born in ours}
    others = {
        row["upn"]: (row["surname"].upper(), day(row["dob"]))
        for tables in censuses(extracts, OXFORDSHIRE).values()
        for row in pupils(tables, "on").values()
        if row["upn"] not in set(upns.values())
    }
    assert 60 < len(others) <= 150
    assert any(surname in surnames for surname, _ in others.values())
    assert any(born in birthdays for _, born in others.values())
    assert not set(others.values()) & ours


def test_a_register_of_any_size_can_be_asked_for(small: Path) -> None:
    found = {
        row["upn"] for area in areas(small) for tables in censuses(small, area).values() for row in pupils(tables, "on").values()
    }
    assert len(areas(small)) == 9
    assert 400 < len(found) <= 900 + 60
