"""Defends against a child who was forgotten and comes back, and against a store that holds the child all the same."""

from __future__ import annotations

import csv
import io
import json
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data import forgotten, versions
from data.__main__ import main
from data.build import build
from data.build.recognise import pseudonym
from data.cohort import LEDGER, CohortStore, Linkage
from data.erasure import forget
from data.errors import DataError
from data.partnership import Partnership
from tests import partners

PROJECT = Path(__file__).parents[2]


def child_id(room: Path, reference: str) -> str:
    return pseudonym(Partnership.read(room / "extracts").key, "child", reference)


@pytest.fixture(scope="module")
def room_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann, Bob and Cy, built twice from extracts that differ, so that an older version is there."""
    room, files = tmp_path_factory.mktemp("room"), partners.files()
    partners.write(room / "extracts", files)
    build(room / "extracts", room / "store")
    links = files["links.csv"]
    assert isinstance(links, list)
    links[1][8] = "M"
    partners.write(room / "extracts", files)
    build(room / "extracts", room / "store")
    assert len(versions.versions(room / "store")) == 2
    return room


@pytest.fixture
def room(room_once: Path, tmp_path: Path) -> Path:
    """The same as a test's own."""
    return shutil.copytree(room_once, tmp_path / "room")


@pytest.fixture(scope="module")
def without_ann_once(room_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The room where Ann was forgotten."""
    room = shutil.copytree(room_once, tmp_path_factory.mktemp("forgotten") / "room")
    forget(room / "extracts", room / "store", ["C1"])
    return room


@pytest.fixture
def without_ann(without_ann_once: Path, tmp_path: Path) -> Path:
    """The same as a test's own."""
    return shutil.copytree(without_ann_once, tmp_path / "room")


def held(store: Path) -> Iterator[set[str]]:
    """The children in each table of each version that is there, and in none of the rest of the store's files."""
    for version in versions.versions(store):
        for name in ("children", "school_terms", "care_windows", "support"):
            yield set(pq.read_table(version / f"{name}.parquet")["child_id"].to_pylist())


def test_a_child_is_in_no_version_and_no_later_build(room: Path) -> None:
    store, (ann, bob, cy) = room / "store", (child_id(room, reference) for reference in ("C1", "C2", "C3"))
    assert [*held(store)] == [{ann, bob, cy}] * 2 * 4
    forget(room / "extracts", store, ["C1"])
    assert [*held(store)] == [{bob, cy}] * 4, "one version is left"
    build(room / "extracts", store)
    assert all(children == {bob, cy} for children in held(store))
    opened = CohortStore.open(store)
    assert (opened.manifest.rows["children"], opened.manifest.forgotten) == (2, 1)


def test_the_version_without_the_child_is_the_one_that_a_build_makes(without_ann: Path) -> None:
    version = CohortStore.open(without_ann / "store").manifest
    assert version.linkage["education"]["all"] == Linkage(2, 2)
    build(without_ann / "extracts", without_ann / "store")
    assert CohortStore.open(without_ann / "store").manifest == version, "to the byte, and so it is the same one"


def test_the_list_is_of_keyed_hashes_that_the_owner_alone_may_read(without_ann: Path) -> None:
    path = without_ann / "store" / forgotten.LIST
    assert json.loads(path.read_text())["children"] == [child_id(without_ann, "C1")]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nobody_hears_who_it_was(room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("C1\n\n C3 \n"))
    arguments = ["forget", "--extracts", str(room / "extracts"), "--store", str(room / "store")]
    assert main(arguments) == 0
    said = "".join(capsys.readouterr())
    assert "The children named are in no version of" in said
    assert not {"C1", "C3", child_id(room, "C1"), child_id(room, "C3"), "Annabel"} & set(said.replace(".", " ").split())
    assert [*held(room / "store")] == [{child_id(room, "C2")}] * 4


@pytest.mark.parametrize(("given", "refused"), [("\ufeffC1\n", False), ("C\udcff1\n", True)])
def test_what_a_shell_makes_of_a_file_is_read_or_refused(
    room: Path, given: str, refused: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    assert main(["forget", "--extracts", str(room / "extracts"), "--store", str(room / "store")]) == refused
    assert ("The references cannot be read" in capsys.readouterr().err) is refused


def test_at_a_terminal_it_is_typed_unseen(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["C1", ""])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert main(["forget", "--extracts", str(room / "extracts"), "--store", str(room / "store")]) == 0
    assert [*held(room / "store")] == [{child_id(room, "C2"), child_id(room, "C3")}] * 4


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"C1\nC9\nC8\n",
            "Of the references given, number 2, 3 is of no child of the store or of links.csv, so nobody was forgotten",
        ),
        (b"\n", "No child_ref was given"),
        (b"\xff\xfe\x00", "The references cannot be read: write them as text in UTF-8"),
        (None, "There is no file"),
    ],
)
def test_what_names_nobody_forgets_nobody(
    room: Path, content: bytes | None, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (room / "names").write_bytes(content)
    before = CohortStore.open(room / "store")
    capsys.readouterr()
    arguments = ["forget", "--extracts", str(room / "extracts"), "--store", str(room / "store"), "--from", str(room / "names")]
    assert main(arguments) == 1
    (said,) = [line for line in capsys.readouterr().err.splitlines() if " of 1" not in line]
    assert said.startswith(sentence)
    assert "C9" not in said
    assert CohortStore.open(room / "store") == before
    assert not (room / "store" / forgotten.LIST).exists()


def test_a_child_who_is_not_in_the_store_yet_never_comes_in(room: Path) -> None:
    with pytest.raises(DataError, match=r"There is no cohort store at .*new: name the one that the child is to be taken out of"):
        forget(room / "extracts", room / "new", ["C2"])
    (room / "new").mkdir(mode=0o700)
    forget(room / "extracts", room / "new", ["C2"])
    build(room / "extracts", room / "new")
    assert [*held(room / "new")] == [{child_id(room, "C1"), child_id(room, "C3")}] * 4


def test_a_child_whom_the_links_name_no_more_is_forgotten_too(room: Path) -> None:
    files = partners.files()
    links = files["links.csv"]
    assert isinstance(links, list)
    partners.write(room / "extracts", files | {"links.csv": [row for row in links if "C1" not in row]})
    forget(room / "extracts", room / "store", ["C1"])
    assert [*held(room / "store")] == [{child_id(room, "C2"), child_id(room, "C3")}] * 4


def test_lists_for_people_leave_the_child_out_where_the_store_is_named(without_ann: Path) -> None:
    extracts, store = ["--extracts", str(without_ann / "extracts")], ["--store", str(without_ann / "store")]
    for named, expected in (([], {"C1", "C2"}), (store, {"C2"})):
        assert main(["worklist", *extracts, *named, "--month", "2022-10", "--out", str(without_ann / "list.csv")]) == 0
        assert {row["child_ref"] for row in csv.DictReader((without_ann / "list.csv").open())} == expected
    assert main(["reconcile", "recognised", *extracts, *store, "--out", str(without_ann / "list.csv")]) == 0
    assert {row["child_ref"] for row in csv.DictReader((without_ann / "list.csv").open())} == {"C2", "C3"}
    assert main(["match", *extracts, *store, "--out", str(without_ann / "out")]) == 0
    travels = pq.read_table(without_ann / "out" / partners.AREA / "records" / "matches.parquet")
    assert set(travels["child_ref"].to_pylist()) == {"C2", "C3"}


def test_a_version_that_was_copied_is_compared_with_by_itself(room: Path) -> None:
    copied = shutil.copytree(versions.current(room / "store"), room / "copied")
    asked = ["reconcile", "recognised", "--extracts", str(room / "extracts"), "--out", str(room / "list.csv")]
    assert main([*asked, "--store", str(copied)]) == 0
    forget(room / "extracts", room / "store", ["C1"])
    copied = shutil.copytree(versions.current(room / "store"), room / "copied again")
    assert main([*asked, "--store", str(copied)]) == 1, "nobody knows there whom to leave out"


def test_another_key_is_refused_because_everyone_would_come_back(without_ann: Path) -> None:
    path = without_ann / "extracts" / "partnership.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"pseudonym_key": "another"}))
    with pytest.raises(DataError, match="FORGOTTEN was made with another key of the pseudonyms"):
        build(without_ann / "extracts", without_ann / "store")
    with pytest.raises(DataError, match="FORGOTTEN was made with another key of the pseudonyms"):
        forget(without_ann / "extracts", without_ann / "store", ["C2"])


def test_a_list_that_was_lost_stops_everything(without_ann: Path) -> None:
    (without_ann / "store" / forgotten.LIST).unlink()
    with pytest.raises(DataError, match="names fewer children than when the store was made"):
        CohortStore.open(without_ann / "store")
    with pytest.raises(DataError, match="names fewer children than when the store was made"):
        build(without_ann / "extracts", without_ann / "store")
    assert not [path for path in (without_ann / "store").iterdir() if path.name.startswith(".unfinished")]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", '{"children": ["C1"], "made_with": ""}', '{"children": 1, "made_with": ""}', "[]", "[" * 100_000),
        '{"children": ["00000000000000000000000000000000"], "made_with": "a key of é"}',
        '{"children": ["00000000000000000000000000000000"], "children": [], "made_with": ""}',
    ],
)
def test_a_damaged_list_stops_everything(without_ann: Path, text: str) -> None:
    (without_ann / "store" / forgotten.LIST).write_text(text)
    for do in (lambda: CohortStore.open(without_ann / "store"), lambda: build(without_ann / "extracts", without_ann / "store")):
        with pytest.raises(DataError, match="FORGOTTEN is damaged, so nobody knows whom to leave out"):
            do()


def test_the_last_child_of_a_store_is_said_to_be(room: Path) -> None:
    with pytest.raises(DataError, match="Nobody would be left in"):
        forget(room / "extracts", room / "store", ["C1", "C2", "C3"])
    with pytest.raises(DataError, match="Children were forgotten in"):
        CohortStore.open(room / "store")


@pytest.mark.parametrize("busy", [".", LEDGER])
def test_it_waits_for_a_build_and_for_a_release(room: Path, busy: str) -> None:
    (room / "store" / LEDGER).mkdir(mode=0o700, exist_ok=True)
    with versions.alone(room / "store" / busy), pytest.raises(DataError, match="Another command is writing to"):
        forget(room / "extracts", room / "store", ["C1"])
    assert not (room / "store" / forgotten.LIST).exists()


KILLED = """
import os, signal, sys
from pathlib import Path
import data.erasure, data.forgotten, data.versions
from data.build import storage

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

point, room = sys.argv[1], Path(sys.argv[2])
places = {"write": data.forgotten, "_without": data.erasure, "seal": storage, "_point": data.versions, "_forget": data.versions}
if point in places:
    setattr(places[point], point, die)
if point == "replace":
    Path.replace = die
data.erasure.forget(room / "extracts", room / "store", ["C1"])
"""


@pytest.mark.parametrize("point", ["write", "replace", "_without", "seal", "_point", "_forget"])
@pytest.mark.parametrize("ending", ["again", "build"])
def test_killed_at_any_moment_no_store_with_the_child_is_opened_and_the_next_run_ends_the_work(
    room: Path, point: str, ending: str
) -> None:
    ann = child_id(room, "C1")
    killed = subprocess.run([sys.executable, "-c", KILLED, point, str(room)], cwd=PROJECT, check=False)
    assert killed.returncode == -signal.SIGKILL
    if not (room / "store" / forgotten.LIST).exists():
        assert CohortStore.open(room / "store").manifest.rows["children"] == 3, "nothing has happened yet"
        ending = "again"
    else:
        try:
            assert ann not in CohortStore.open(room / "store").children("child_id")["child_id"].to_pylist()
        except DataError as refused:
            assert "Children were forgotten in" in str(refused)
    if ending == "again":
        forget(room / "extracts", room / "store", ["C1"])
    else:
        build(room / "extracts", room / "store")
    assert all(ann not in children for children in held(room / "store"))
    assert CohortStore.open(room / "store").manifest.rows["children"] == 2
    assert {path.name for path in (room / "store").iterdir()} >= {forgotten.LIST, "CURRENT"}
    assert not [path for path in (room / "store").iterdir() if path.name.startswith(".unfinished")]
