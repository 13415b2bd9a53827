"""Defends against what outlives its purpose unseen, and against a deletion of what is still needed."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data import forgotten, versions
from data.__main__ import main
from data.build import build
from data.cohort import CohortStore
from data.engine import Scratch
from data.erasure import forget
from data.errors import DataError
from data.held import RECONCILED, REJECTED_ROWS, Held, expire, held, lines
from data.partnership import Partnership, Retention
from data.reconcile import HEADER
from tests import partners

TODAY = date(2026, 11, 22)
LONG_AGO = 100


def aged(path: Path, days: int) -> None:
    """Make a file or folder, and all in it, so many days old."""
    then = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC).timestamp() - days * 86_400
    for one in (*path.rglob("*"), path):
        os.utime(one, (then, then))


@pytest.fixture(scope="module")
def room_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind of thing that is held: two versions of a store, rejected rows, lists, and a hand-over."""
    room = tmp_path_factory.mktemp("room")
    extracts, store = str(room / "extracts"), str(room / "store")
    files = partners.files()
    build(partners.write(room / "extracts", files), room / "store")
    links = files["links.csv"]
    assert isinstance(links, list)
    links.append([*links[3][:4], "not a date", *links[3][5:]])
    links[1][8] = "M"
    partners.write(room / "extracts", files)
    assert main(["build", "--extracts", extracts, "--store", store]) == 0
    assert main(["worklist", "--extracts", extracts, "--month", "2022-10", "--out", str(room / "lists" / "Annabel.csv")]) == 0
    asked = ["reconcile", "recognised", "--extracts", extracts, "--store", store]
    assert main([*asked, "--out", str(room / "lists" / "recognised.csv")]) == 0
    assert main(["match", "--extracts", extracts, "--out", str(room / "hand-over")]) == 0
    return room


@pytest.fixture
def room(room_once: Path, tmp_path: Path) -> Path:
    """The same as a test's own, all of it written long ago but for the store's live version."""
    made = shutil.copytree(room_once, tmp_path / "room")
    aged(made, LONG_AGO)
    os.utime(versions.current(made / "store"))
    return made


def also(room: Path) -> list[Path]:
    return [room / "lists", room / "hand-over"]


def test_everything_is_listed_with_the_days_that_it_is_kept(room: Path) -> None:
    found = held(room / "extracts", room / "store", also(room))
    live = versions.current(room / "store").name
    (old,) = [path.name for path in versions.versions(room / "store") if path.name != live]
    assert {one.kind: one.until and (one.until - one.since).days for one in found} == {
        f"cohort store {live}": None,
        f"cohort store {old}": 90,
        "rejected rows": 30,
        "matches to review": 30,
        "worklist": 60,
        "children behind a figure": 14,
        "matched records": 30,
        "crosswalk": None,
        "partners' files": None,
    }


def test_nothing_is_listed_by_the_name_of_a_file(room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--extracts", str(room / "extracts"), "--store", str(room / "store"), "--also", str(room / "lists")]
    assert main(["held", *arguments]) == 0
    assert main(["expire", *arguments]) == 0
    said = "".join(capsys.readouterr())
    since = TODAY - timedelta(days=LONG_AGO)
    assert f"worklist: 1 in {room / 'lists'}, since {since}, until {since + timedelta(days=60)}\n" in said
    assert f"The volume that holds {room / 'store'}: " in said
    assert "Annabel" not in said


def test_what_is_past_is_deleted_and_what_is_needed_stays(room: Path) -> None:
    live = CohortStore.open(room / "store")
    names = {path.relative_to(room).as_posix() for path in room.rglob("*") if path.is_file()}
    said = expire(room / "extracts", room / "store", also(room), TODAY)
    gone = names - {path.relative_to(room).as_posix() for path in room.rglob("*") if path.is_file()}
    assert {name.split("/")[0] for name in gone if name.startswith("extracts")} == {"extracts"}
    assert {name for name in gone if "store" not in name and "/records/" not in name} == {
        "extracts/rejected/links.csv",
        "hand-over/rejected/links.csv",
        f"hand-over/{partners.AREA}/review.csv",
        "lists/Annabel.csv",
        "lists/recognised.csv",
    }
    assert not (room / "hand-over" / partners.AREA / "records").exists()
    assert (room / "hand-over" / partners.AREA / "crosswalk.csv").exists()
    assert [path.name for path in versions.versions(room / "store")] == [live.manifest.version]
    assert CohortStore.open(room / "store") == live
    assert len(said) == 7 and all(line.startswith("Deleted: ") for line in said)
    build(room / "extracts", room / "store")


def test_a_dry_run_says_the_same_and_deletes_nothing(room: Path) -> None:
    before = sorted(room.rglob("*"))
    would = expire(room / "extracts", room / "store", also(room), TODAY, dry_run=True)
    assert sorted(room.rglob("*")) == before
    did = expire(room / "extracts", room / "store", also(room), TODAY)
    assert [line.replace("Would be deleted", "Deleted") for line in would] == did
    assert expire(room / "extracts", room / "store", also(room), TODAY) == ["Nothing has been held for longer than it may be."]


@pytest.mark.parametrize(("days", "left"), [(60, True), (61, False)])
def test_the_last_day_is_a_day_too(room: Path, days: int, left: bool) -> None:
    aged(room / "lists" / "Annabel.csv", days)
    expire(room / "extracts", None, [room / "lists"], TODAY)
    assert (room / "lists" / "Annabel.csv").exists() is left


def test_the_days_are_the_partnerships(room: Path) -> None:
    path = room / "extracts" / "partnership.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"retention": {"worklist_days": LONG_AGO}}))
    expire(room / "extracts", None, [room / "lists"], TODAY)
    assert [one.name for one in (room / "lists").iterdir()] == ["Annabel.csv"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"worklist": 3}, "unknown retention worklist: use list_days"),
        ({"worklist_days": 0}, "sets worklist_days to something it cannot be: use whole days, 1 to 3650"),
        ({"worklist_days": True}, "sets worklist_days"),
        ({"worklist_days": 1.5}, "sets worklist_days"),
        ({"worklist_days": "60"}, "sets worklist_days"),
        ([], "must say name"),
    ],
)
def test_days_that_cannot_be_are_one_sentence(room: Path, said: object, sentence: str) -> None:
    path = room / "extracts" / "partnership.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"retention": said}))
    with pytest.raises(DataError, match=sentence):
        Partnership.read(room / "extracts")


def test_a_setting_of_days_moves_no_figure(room: Path) -> None:
    path = room / "extracts" / "partnership.json"
    settings = Partnership.read(room / "extracts").settings
    path.write_text(json.dumps(json.loads(path.read_text()) | {"retention": {"rejected_days": 7}}))
    assert Partnership.read(room / "extracts").settings == settings
    assert Partnership.read(room / "extracts").retention == Retention(rejected_days=7)


def test_matched_records_that_a_build_reads_are_never_deleted(room: Path) -> None:
    shutil.copytree(room / "hand-over" / partners.AREA / "records", room / "extracts" / partners.AREA / "records")
    aged(room / "extracts", LONG_AGO)
    expire(room / "extracts", None, [room], TODAY)
    assert (room / "extracts" / partners.AREA / "records" / "account.json").exists()
    assert (room / "extracts" / "links.csv").exists()


def test_a_partners_file_is_not_taken_for_ours(room: Path) -> None:
    for folder in ("extracts", "lists"):
        (room / folder / "own.csv").write_text("row,number\n1,2\n", encoding="utf-8")
        (room / folder / "binary.csv").write_bytes(b"\xff\xfe\x00row")
    (room / "extracts" / "rows.csv").write_text("row,column,reason\n", encoding="utf-8")
    aged(room, LONG_AGO)
    expire(room / "extracts", None, [room / "lists"], TODAY)
    assert {path.name for path in (room / "lists").iterdir()} == {"own.csv", "binary.csv"}
    assert (room / "extracts" / "rows.csv").exists()


def test_what_a_killed_command_left_is_listed_and_goes(room: Path) -> None:
    (room / "lists" / ".2022-10.csv.partial").write_text("half")
    (room / "hand-over" / ".records.partial").mkdir()
    (room / "store" / ".unfinished-x").mkdir(mode=0o700)
    for place in (room / "lists", room / "hand-over" / ".records.partial"):
        aged(place, 2)
    found = {one.kind for one in held(room / "extracts", room / "store", also(room))}
    assert found >= {"half written or half deleted", "half-built store"}
    expire(room / "extracts", room / "store", also(room), TODAY)
    assert not [path for path in room.rglob(".*") if path.name.endswith(".partial") or "unfinished" in path.name]


def test_what_a_command_is_working_with_is_listed_and_stays(room: Path) -> None:
    scratch = Scratch(room / "store")
    assert "what a command had no memory for" in {one.kind for one in held(room / "extracts", room / "store", also(room))}
    expire(room / "extracts", room / "store", also(room), TODAY)
    assert scratch.path.is_dir()
    scratch.close()


def test_a_version_from_before_a_child_was_forgotten_goes_at_once(room: Path) -> None:
    before = shutil.copytree(versions.current(room / "store"), room / "kept")
    forget(room / "extracts", room / "store", ["C1"])
    shutil.copytree(before, room / "store" / "0before")
    assert any("0before, from before" in line for line in lines(held(room / "extracts", room / "store", [])))
    expire(room / "extracts", room / "store", [], date(2000, 1, 1))
    assert not (room / "store" / "0before").exists()
    assert (room / "store" / forgotten.LIST).exists()


def test_stopped_at_any_moment_nothing_half_deleted_is_taken_for_whole(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live, remove = CohortStore.open(room / "store"), shutil.rmtree

    def stopped(path: Path, **_: object) -> None:
        if path.exists():
            (path / ("account.json" if "records" in path.name else "manifest.json")).unlink()
            raise KeyboardInterrupt

    monkeypatch.setattr("shutil.rmtree", stopped)
    for folder in ([room / "hand-over"], []):
        with pytest.raises(KeyboardInterrupt):
            expire(room / "extracts", room / "store", folder, TODAY)
    assert not (room / "hand-over" / partners.AREA / "records").exists() or len(versions.versions(room / "store")) == 1
    monkeypatch.setattr("shutil.rmtree", remove)
    assert CohortStore.open(room / "store") == live
    aged(room / "hand-over", LONG_AGO)
    expire(room / "extracts", room / "store", also(room), TODAY)
    assert [path.name for path in versions.versions(room / "store")] == [live.manifest.version]
    assert not [path for path in room.rglob("*") if path.name.endswith(".partial") or "unfinished" in path.name]


def test_nothing_is_deleted_while_a_build_writes(room: Path) -> None:
    before = sorted(room.rglob("*"))
    with versions.alone(room / "store"), pytest.raises(DataError, match="Another command is writing to"):
        expire(room / "extracts", room / "store", also(room), TODAY)
    assert sorted(room.rglob("*")) == before


def test_a_list_written_anew_meanwhile_stays(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held_then_written(*asked: object) -> list[Held]:
        found = held(*asked)  # type: ignore[arg-type]
        for path in (room / "lists").iterdir():
            os.utime(path)
        return found

    monkeypatch.setattr("data.held.held", held_then_written)
    expire(room / "extracts", None, [room / "lists"], TODAY)
    assert len(list((room / "lists").iterdir())) == 2


def test_a_folder_that_is_not_there_is_one_sentence(room: Path) -> None:
    with pytest.raises(DataError, match="is no folder: name one that is there with --also"):
        held(room / "extracts", None, [room / "nowhere"])


def test_the_first_rows_are_those_that_are_written() -> None:
    assert HEADER[-len(RECONCILED) :] == RECONCILED
    assert REJECTED_ROWS == ("row", "column", "reason")
