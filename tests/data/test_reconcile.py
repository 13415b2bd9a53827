"""Defends against a list that is not the figure's children, a wrong reason for a change, and a list that others can read."""

from __future__ import annotations

import csv
import json
import stat
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data import ingest
from data.__main__ import main
from data.build import build
from data.build.recognise import pseudonym
from data.errors import DataError
from data.reconcile import HEADER, Asked, reconcile
from data.reconcile.people import identify
from tests.builders import KEY, OXFORD, OXFORDSHIRE, READING, SLOUGH, write_records
from tests.data.ann import coverage

Row = dict[str, Any]
Tables = dict[str, list[Row]]

# Each child has a parent of their own, imprisoned in October 2022 unless said, and is open to Early Help from that July.
IMPRISONED, BORN = date(2022, 10, 5), date(2014, 5, 10)
CARE_TO, LATER = date(2023, 2, 28), date(2025, 7, 31)


def child(ref: str, day: date = IMPRISONED, helped: bool = True, known: bool = True, **link: Any) -> Tables:
    """The records of one child."""
    return {
        "receptions": [{"offender_ref": f"parent of {ref}", "reception_date": day}],
        "links": [{"child_ref": ref, "offender_ref": f"parent of {ref}", "date_of_birth": BORN} | link],
        "matches": [{"child_ref": ref, "register": "social_care"}] if known else [],
        "care_episodes": [{"child_ref": ref, "kind": "early_help", "start_date": date(2022, 7, 1)}] if helped else [],
    }


def records(folder: Path, *children: Tables, care_to: date = LATER, **more: Any) -> Path:
    """Extracts of those children; social care covers Oxfordshire and Reading, and was supplied to that day."""
    covered = [coverage(care_to, source="social_care", area=area) for area in (OXFORDSHIRE, READING)]
    tables: Tables = {"coverage": covered}
    for one in (*children, more.pop("tables", {})):
        for name, rows in one.items():
            tables[name] = [*tables.get(name, []), *rows]
    return write_records(folder, tables, **more)


def listed(path: Path) -> dict[str, tuple[str, ...]]:
    """Of each child listed: in base, in numerator, before in base, before in numerator, and the change."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows and tuple(rows[0]) == HEADER
    return {row["child_ref"]: tuple(row[name] for name in HEADER[8:]) for row in rows}


@pytest.fixture(scope="module")
def last_month(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The store of last month, and its version."""
    folder = tmp_path_factory.mktemp("last month")
    march = date(2023, 3, 10)
    children = [
        child("ann"),
        child("ida", helped=False),
        child("cat", march),
        child("dan", known=False),
        child("eve"),
        child("fay"),
        child("gus"),
        child("hal", area_code=READING),
    ]
    return folder / "store", build(records(folder / "extracts", *children, care_to=CARE_TO), folder / "store")


@pytest.fixture(scope="module")
def this_month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extracts now.

    Bea is new; Cat's month is reached, Dan is found, Eve's help was a mistake, nobody links Fay any more, Gus was eighteen
    already, and Hal lives in Oxford.
    """
    children = [
        child("ann"),
        child("ida", helped=False),
        child("bea"),
        child("cat", date(2023, 3, 10)),
        child("dan"),
        child("eve", helped=False),
        child("gus", date_of_birth=date(2004, 10, 5)),
        child("hal", district_code=OXFORD),
    ]
    return records(tmp_path_factory.mktemp("this month"), *children)


def test_who_is_behind_a_figure_and_what_became_of_each(tmp_path: Path, last_month: tuple[Path, str], this_month: Path) -> None:
    store, version = last_month
    said = reconcile(Asked("early_help", OXFORDSHIRE), this_month, tmp_path / "list.csv", store)
    assert listed(tmp_path / "list.csv") == {
        "bea": ("yes", "yes", "no", "no", "new"),
        "cat": ("yes", "yes", "no", "no", "newly followed up"),
        "dan": ("yes", "yes", "yes", "no", "rematched"),
        "hal": ("yes", "yes", "no", "no", "corrected"),
        "eve": ("yes", "no", "yes", "yes", "corrected"),
        "gus": ("no", "no", "yes", "yes", "gone"),
        "": ("no", "no", "yes", "yes", "gone"),  # Fay: no link names her any more
        "ann": ("yes", "yes", "yes", "yes", "unchanged"),
        "ida": ("yes", "no", "yes", "no", "unchanged"),
    }
    assert said == (
        f"5 of 7 children; 4 entered and 3 left since version {version}, which had 4 of 6 children:"
        " 1 new, 1 newly followed up, 1 rematched, 2 corrected, 2 gone."
        f" The children are listed in {tmp_path / 'list.csv'}."
    )


def test_changes_come_first(tmp_path: Path, last_month: tuple[Path, str], this_month: Path) -> None:
    reconcile(Asked("early_help", OXFORDSHIRE), this_month, tmp_path / "list.csv", last_month[0])
    changes = [row[-1] for row in csv.reader((tmp_path / "list.csv").open(encoding="utf-8"))][1:]
    in_order = ["new", "newly followed up", "rematched", "corrected", "gone", "unchanged"]
    assert changes == sorted(changes, key=in_order.index)


FILES = {
    "partnership.json": json.dumps(
        {"name": "Thames Valley", "synthetic": True, "programme_start": "2021-11-01", "pseudonym_key": KEY}
    ),
    "receptions.csv": """offenderNo,movementDate,movementTime,movementType,directionCode,movementReasonCode
A1234AA,2022-10-05,18:00,ADM,IN,N
A1234AA,2023-01-09,09:00,REL,OUT,CR
""",
    "links.csv": f"""offenderNo,child_ref,relationship,link_source,link_date,child forename,surname,dateOfBirth,sex,postcode,"""
    f"""area_code,district_code
A1234AA,c1,father,prison,2022-10-05,Ann,Smith,2014-05-10,F,,{OXFORDSHIRE},{OXFORD}
""",
    "crosswalk.csv": "child_ref,UPN,LA child id\nc1,K931123400001,9212044\n",
    "school_census/2022_autumn_pupilonroll.csv": "pupilonrolltableid,NativeId,upn,surname,forename,dob,sex,senprovision\n"
    "1,S1,K931123400001,Smith,Ann,2014-May-10 00:00:00,F,K\n",
    "school_census/2022_autumn_fsmperiod.csv": "pupilonrolltableid,NativeId,fsmstartdate,fsmenddate\n",
}
"""An authority's files in the folder itself, beside what the force sent."""


def supplied(extracts: Path) -> Path:
    (extracts / "school_census").mkdir(parents=True)
    for name, text in FILES.items():
        (extracts / name).write_text(text, encoding="utf-8")
    return extracts


@pytest.mark.parametrize("area", [OXFORDSHIRE, OXFORD])
def test_a_folder_of_partners_files_is_of_the_authority_of_the_area(tmp_path: Path, area: str) -> None:
    said = reconcile(Asked("sen_support", area), supplied(tmp_path / "extracts"), tmp_path / "list.csv", None)
    assert said.startswith("1 of 1 child; ")
    _, row = csv.reader((tmp_path / "list.csv").open(encoding="utf-8"))
    who = ["c1", "Ann", "Smith", "2014-05-10", OXFORDSHIRE, "A1234AA", "K931123400001"]
    assert row == [*who, "", "yes", "yes", "", "", ""]  # no social-care register has the crosswalk's LA child id


def test_a_folder_of_partners_files_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has no authority's folder, .* say whose files lie in it with --area"):
        reconcile(Asked("sen_support"), supplied(tmp_path / "extracts"), tmp_path / "list.csv", None)


def test_an_area_may_be_named(tmp_path: Path, this_month: Path) -> None:
    reconcile(Asked("early_help", "oxford"), this_month, tmp_path / "list.csv", None)
    assert set(listed(tmp_path / "list.csv")) == {"hal"}


def test_without_a_store_nothing_is_compared(tmp_path: Path, this_month: Path) -> None:
    said = reconcile(Asked("early_help", OXFORD), this_month, tmp_path / "list.csv", None)
    assert listed(tmp_path / "list.csv") == {"hal": ("yes", "yes", "", "", "")}
    assert said.startswith("1 of 1 child; there is no last build to compare with: name its store with --store. ")


def test_an_older_version_can_be_named(tmp_path: Path, last_month: tuple[Path, str], this_month: Path) -> None:
    store, version = last_month
    said = reconcile(Asked("recognised"), this_month, tmp_path / "list.csv", store / version)
    # eight then; Fay and Gus are gone and Bea is new; Hal's area does not matter to the whole
    assert said.startswith(f"7 children; 1 entered and 2 left since version {version}, which had 8 children: 1 new, 2 gone. ")


def test_families_are_counted_as_families(tmp_path: Path, this_month: Path) -> None:
    sister = child("jan") | {"links": [{"child_ref": "jan", "offender_ref": "parent of ann"}]}
    extracts = records(tmp_path / "extracts", child("ann"), sister)
    said = reconcile(Asked("families"), extracts, tmp_path / "list.csv", None)
    assert said.startswith("Families: 1, of 2 children; ")


# Attendance: the term of the imprisonment is Autumn 2022.
def attending(ref: str, *sessions: tuple[int, int]) -> Tables:
    return child(ref) | {
        "matches": [{"child_ref": ref, "register": "education"}],
        "enrolments": [{"child_ref": ref, "start_date": date(2018, 9, 1)}],
        "sessions": [
            {
                "child_ref": ref,
                "academic_year": "202223",
                "term": "Autumn",
                "sessions_possible": possible,
                "sessions_absent": absent,
            }
            for possible, absent in sessions
        ],
        "coverage": [coverage(LATER)] if ref == "ann" else [],
    }


@pytest.mark.parametrize(
    ("indicator", "ann", "bea", "figure"),
    [
        ("attendance_mean", ("90.0000", "80.0000"), ("50.0000", ""), "70.0% over 2 children"),  # (90 + 50) / 2
        ("attendance_sessions", ("108 of 120", "96 of 120"), ("50 of 100", ""), "71.8% over 2 children"),  # 158 / 220
    ],
)
def test_means_list_each_childs_value(
    tmp_path: Path, indicator: str, ann: tuple[str, str], bea: tuple[str, str], figure: str
) -> None:
    build(records(tmp_path / "then", attending("ann", (120, 24)), attending("bea")), tmp_path / "store")
    now = records(tmp_path / "now", attending("ann", (120, 12)), attending("bea", (100, 50)))
    said = reconcile(Asked(indicator), now, tmp_path / "list.csv", tmp_path / "store")
    assert listed(tmp_path / "list.csv") == {
        "ann": ("yes", ann[0], "yes", ann[1], "corrected"),
        "bea": ("yes", bea[0], "no", bea[1], "newly followed up"),  # absence comes a term late
    }
    assert said.startswith(f"{figure}; 1 entered and 0 left since version ")
    assert "which had 80.0% over 1 child: 1 newly followed up; beside them 1 of the base changed: 1 corrected. " in said


def test_a_step_of_the_journey_taken_since_is_followed_up_and_one_taken_back_is_corrected(tmp_path: Path) -> None:
    told, offered = date(2022, 11, 2), date(2022, 11, 9)

    def month(home: str, **made: date | None) -> Tables:
        told_of_all = {"suitable": True, "champion_notified": told}
        offers = {"offers": [{"child_ref": ref, "offer_made": day} | told_of_all for ref, day in made.items()]}
        covered = [coverage(LATER, source="support", area=area) for area in (OXFORDSHIRE, READING)]
        cal = {"links": child("cal", area_code=home)["links"], "receptions": child("cal")["receptions"]}
        return offers | cal | {"coverage": covered}

    both = child("ann"), child("bea")
    build(records(tmp_path / "then", *both, tables=month(READING, ann=None, bea=offered, cal=None)), tmp_path / "store")
    now = records(tmp_path / "now", *both, tables=month(OXFORDSHIRE, ann=offered, bea=None, cal=None))
    reconcile(Asked("step_offered", OXFORDSHIRE), now, tmp_path / "list.csv", tmp_path / "store")
    assert {ref: row[-1] for ref, row in listed(tmp_path / "list.csv").items()} == {
        "ann": "newly followed up",
        "bea": "corrected",
        "cal": "corrected",  # only the area moved: the offer is still to come
    }


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked("early_hlep"), r"There is no indicator early_hlep: did you mean early_help, \w+ or \w+\?"),
        (Asked("early_help", "E0700017"), "There is no area E0700017: use all or a code such as .* with --area."),
        (
            Asked("early_help", SLOUGH),
            f"There is no area {SLOUGH}: use one of all, {OXFORDSHIRE}, .*{OXFORD}.*, {READING} with --area.",
        ),
        (Asked("early_help", age_band="5"), "There is no age band 5: use one of all, 0-4, 5-11, 12-17 with --age-band."),
        (Asked("early_help", sex="X"), "There is no sex X: use one of all, F, M, U with --sex."),
        (
            Asked("early_help", period="1066"),
            "There is no period 1066: use all, a year from 2021 to 2023, or a quarter such as 2021Q4 with --period.",
        ),
        (
            Asked("early_help", time="3"),
            r"There is no time of early_help 3: use one of b6, m-1, m0, m\+1, w3, w6, a6 with --time.",
        ),
        (
            Asked("early_help", basis="followed"),
            "early_help has no basis followed: use observed with --basis, or leave it out.",
        ),
        (Asked("early_help", "Ann Other, 10 May"), "There is no area of that name: .*"),
    ],
)
def test_a_figure_that_cannot_be_is_one_sentence(tmp_path: Path, this_month: Path, asked: Asked, sentence: str) -> None:
    with pytest.raises(DataError, match=f"^{sentence}$"):
        reconcile(asked, this_month, tmp_path / "list.csv", None)
    assert list(tmp_path.iterdir()) == []


def test_a_store_of_another_key_is_refused(tmp_path: Path, last_month: tuple[Path, str]) -> None:
    other = {"name": "Thames Valley", "synthetic": True, "programme_start": "2021-11-01", "pseudonym_key": "another"}
    extracts = records(tmp_path / "extracts", child("ann"), partnership=other)
    with pytest.raises(DataError, match="has no child in common with these extracts"):
        reconcile(Asked("early_help"), extracts, tmp_path / "list.csv", last_month[0])
    assert not (tmp_path / "list.csv").exists()


def test_the_list_is_the_owners_alone_and_the_screen_shows_no_child(
    tmp_path: Path, last_month: tuple[Path, str], this_month: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    store, out = last_month[0], tmp_path / "lists" / "list.csv"
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    command = ["reconcile", "early_help", "--extracts", str(this_month), "--store", str(store), "--out", str(out)]
    assert main([*command, "--area", OXFORDSHIRE, "--time", "m-1"]) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.rglob("*")] == ["lists", "list.csv"]
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == before
    shown = "".join(capfd.readouterr())
    planted = ("ann", "parent of", "2014-05-10", pseudonym(KEY, "child", "ann"))
    assert "5 of 7 children" in shown and [one for one in planted if one in shown] == []
    assert pseudonym(KEY, "child", "ann") not in out.read_text(encoding="utf-8")


def test_a_list_is_never_written_in_a_store_and_nothing_is_read_for_it(tmp_path: Path, last_month: tuple[Path, str]) -> None:
    store, version = last_month
    for out in (store / "list.csv", store / version / "list.csv"):
        with pytest.raises(DataError, match="which is a store or a release"):
            reconcile(Asked("early_help"), tmp_path / "no extracts", out, store)
        assert not out.exists()


def test_children_have_the_partners_own_identifiers() -> None:
    with closing(duckdb.connect()) as connection:
        ingest.prepare(connection)
        connection.execute(f"""
            CREATE TABLE links (child_ref VARCHAR, offender_ref VARCHAR, date_of_birth DATE, area_code VARCHAR);
            CREATE TABLE index_events (child_ref VARCHAR, offender_ref VARCHAR);
            CREATE TABLE cohort (child_ref VARCHAR, child_id VARCHAR, date_of_birth DATE, area_code VARCHAR);
            INSERT INTO links VALUES ('ann', 'mum', '2014-05-10', 'E1'), ('ann', 'dad', '2014-05-10', 'E1');
            INSERT INTO links VALUES ('gus', 'dad', '2004-10-05', 'E2');
            INSERT INTO index_events VALUES ('ann', 'mum');
            INSERT INTO cohort VALUES ('ann', '{pseudonym(KEY, "child", "ann")}', '2014-05-10', 'E1');
            INSERT INTO linked_people VALUES ('ann', 'Ann', 'Other', '2014-05-10', 'F', 'ZZ1 1ZZ', 'E1');
            INSERT INTO matched VALUES ('ann', 'E1', 'social_care', '9212044', 'crosswalk', 1);
            INSERT INTO matched VALUES ('ann', 'E1', 'education', 'A12', 'upn', 1);
        """)
        refs = {pseudonym(KEY, "child", ref): ref for ref in ("ann", "gus", "zoe")}
        found = {refs[child]: who for child, who in identify(connection, KEY, refs).items()}
    assert found == {
        "ann": ("ann", "Ann", "Other", "2014-05-10", "E1", "mum", "A12", "9212044"),
        "gus": ("gus", None, None, "2004-10-05", "E2", "dad", None, None),
    }
