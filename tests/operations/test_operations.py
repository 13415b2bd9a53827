"""The procedures of docs/operations.md, run word for word. What these tests prevent: a bad day on which a command is not there.

Ann, Bob and Cy, real to the commands. The room has had two months: in the second Bob's link was corrected.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data import forgotten, versions
from data.build import build
from data.build.recognise import pseudonym
from data.cohort import LEDGER, CohortStore
from data.partnership import SECRET
from data.schema import SCHEMA_VERSION
from metrics.compile import compile_release
from metrics.disclosure import ledger
from metrics.release import Release
from tests import partners

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^##+ (.+?)\n(.*?)(?=^##|\Z)", GUIDE, re.MULTILINE | re.DOTALL))
BLOCKS = {heading: re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL) for heading, text in SECTIONS.items()}
KEY, OTHER_KEY = "a key that these tests alone have, for nobody", "another that these tests alone have, for nobody"
STORE, RELEASED = Path("store", "cohort"), Path("store", "release")

pytestmark = pytest.mark.skipif(shutil.which("flock") is None, reason="the procedures are for Linux")


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The room after each of two months, as `first` and `second`."""
    root = tmp_path_factory.mktemp("months")
    files = partners.files()
    room = partners.write(root / "second" / "extracts", files).parent
    said = {"name": "Thames Valley", "synthetic": False, "programme_start": "2021-11-01"}
    (room / "extracts" / "partnership.json").write_text(json.dumps(said), encoding="utf-8")
    for folder in ("lists", "served", "backup"):
        (room / folder).mkdir(mode=0o700)
    (room / ".venv").symlink_to(sys.prefix)
    with pytest.MonkeyPatch.context() as session:
        session.setenv(SECRET, KEY)
        for month in ("first", "second"):
            build(room / "extracts", room / STORE)
            compile_release(room / STORE, room / RELEASED)
            if month == "first":
                shutil.copytree(room, root / "first", symlinks=True)
                correct(room)
    return root


@pytest.fixture
def room(months: Path, tmp_path: Path) -> Path:
    """The room after the second month, whose release is served."""
    made = shutil.copytree(months / "second", tmp_path / "room", symlinks=True)
    shutil.copytree(made / RELEASED, made / "served", dirs_exist_ok=True)
    return made


def correct(room: Path) -> None:
    """Bob's link: his stepmother it was who was sent to prison, not his father."""
    path = room / "extracts" / "links.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("C2,father", "C2,step-mother"), encoding="utf-8")


def follow(room: Path, heading: str, *places: int, key: str = KEY) -> str:
    """Run the blocks of a section, all or those at some places, as a person would who stands in the room; what they print."""
    printed = []
    for place in places or range(len(BLOCKS[heading])):
        done = run(room, BLOCKS[heading][place], key)
        assert done.returncode == 0, done.stdout + done.stderr
        printed.append(done.stdout)
    return "".join(printed)


def run(room: Path, block: str, key: str = KEY) -> subprocess.CompletedProcess[str]:
    named = {"SERVED": str(room / "served"), "BACKUP": str(room / "backup"), SECRET: key, "PYTHONPATH": str(ROOT)}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    shell = ("bash", "-eu", "-o", "pipefail", "-c", block)
    return subprocess.run(shell, cwd=room, env=clean | named, capture_output=True, text=True)


def kept(room: Path) -> list[str]:
    return [entry.version for entry in ledger.read(room / STORE)]


def children(store: Path) -> set[str]:
    return set(pq.read_table(versions.current(store) / "children.parquet")["child_id"].to_pylist())


def test_every_block_of_the_guide_is_run() -> None:
    followed = re.findall(r'follow\(room, "([^"]+)"', Path(__file__).read_text(encoding="utf-8"))
    assert {heading for heading, blocks in BLOCKS.items() if blocks} == set(followed)
    assert sum(map(len, BLOCKS.values())) == GUIDE.count("```") / 2


def test_install(tmp_path: Path) -> None:
    """With what is pinned installed already, as it is where tests run: `make run` installs by the same rule."""
    room = tmp_path
    for name in ("Makefile", *(path.name for path in ROOT.glob("requirements*.txt"))):
        shutil.copy(ROOT / name, room)
    (room / ".venv" / "bin").mkdir(parents=True)
    python = room / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\ncase "$*" in *" pip "*) echo "$*" >> installed;; *) exec {sys.executable} "$@";; esac\n')
    python.chmod(0o755)
    (room / ".venv" / ".created").touch()
    assert "usage: python -m data" in follow(room, "Install")
    (line,) = (room / "installed").read_text(encoding="utf-8").splitlines()
    assert "--require-hashes --requirement requirements.txt --only-binary :all:" in line


def test_a_release_is_given_to_the_dashboard(room: Path) -> None:
    shutil.rmtree(room / "served")
    (room / "served").mkdir()
    live = Release.open(room / RELEASED).version
    for _ in range(2):
        follow(room, "Give a release to the dashboard")
    assert Release.open(room / "served").version == live
    assert {path.name for path in (room / "served").iterdir()} == {live, "CURRENT"}


def test_upgrade(room: Path) -> None:
    for folder in (STORE, RELEASED):
        path = versions.current(room / folder) / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": SCHEMA_VERSION - 1}))
    (room / STORE).chmod(0o755)
    follow(room, "Upgrade")
    assert CohortStore.open(room / STORE).manifest.rows["children"] == len(["Ann", "Bob", "Cy"])
    assert Release.open(room / RELEASED).manifest["schema_version"] == SCHEMA_VERSION


def test_back_up_and_restore(room: Path) -> None:
    live, entries = CohortStore.open(room / STORE), kept(room)
    follow(room, "Back up")
    (copy,) = (room / "backup").iterdir()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    shutil.rmtree(room / "store")
    follow(room, "Restore")
    assert CohortStore.open(room / STORE) == live
    assert kept(room) == entries and len(entries) == len(["first", "second"])
    assert Release.open(room / RELEASED).version == entries[-1]


def test_no_copy_is_made_while_a_build_or_a_release_is(room: Path) -> None:
    for busy in (room / STORE, room / STORE / LEDGER):
        with versions.alone(busy):
            assert run(room, BLOCKS["Back up"][0]).returncode != 0
    assert not any((room / "backup").glob("*.tar"))


def test_what_was_released_after_the_copy_is_known_after_a_restore(months: Path, room: Path) -> None:
    """With an older ledger the next release would be compared with the first alone, and could be subtracted from the second."""
    shutil.rmtree(room / "store")
    shutil.copytree(months / "first" / "store", room / "store")
    follow(room, "Back up")
    assert len(kept(room)) == 1
    follow(room, "Restore")
    assert set(kept(room)) == {path.name for path in (room / "served").iterdir() if path.is_dir()}
    assert len(kept(room)) == len(["first", "second"])
    assert list(room.glob("store-aside-*"))


def test_a_restore_without_the_ledgers_entries_is_seen(room: Path) -> None:
    follow(room, "Back up")
    (room / STORE / LEDGER / ledger.INDEX).write_text("{}")
    (copy,) = (room / "backup").iterdir()
    subprocess.run(("tar", "--update", "--file", copy, "store/cohort/LEDGER/index.json"), cwd=room, check=True)
    done = run(room, BLOCKS["Restore"][0])
    assert done.returncode == 1 and "restore it from a backup" in done.stderr


def test_roll_back(room: Path) -> None:
    first, second = entries = kept(room)
    follow(room, "Roll back a release")
    assert [Release.open(room / place).version for place in ("served", RELEASED)] == [first, first]
    assert not (room / "served" / second).exists()
    assert kept(room) == entries


def test_a_wrong_figure(months: Path, room: Path) -> None:
    """The room as it was in the first month, in which Bob's link was wrong."""
    for folder in ("extracts", "store"):
        shutil.rmtree(room / folder)
        shutil.copytree(months / "first" / folder, room / folder)
    (wrong,) = kept(room)
    follow(room, "When a figure is wrong", 0)
    assert "C2" in (room / "lists" / "as-it-was.csv").read_text(encoding="utf-8")
    correct(room)
    said = follow(room, "When a figure is wrong", 1)
    assert "Received free school meals: Oxfordshire" in said
    assert kept(room) == [wrong, Release.open(room / RELEASED).version]
    assert not list((room / "lists").iterdir())


def test_somebody_asks_to_be_forgotten(room: Path) -> None:
    follow(room, "Back up")
    (room / "forget.txt").write_text("C1\n", encoding="utf-8")
    follow(room, "When somebody asks to be forgotten", 0)
    (before,) = (room / "backup").iterdir()
    before.rename(before.with_name("2000-01-01T000000.tar"))
    follow(room, "Back up")
    follow(room, "When somebody asks to be forgotten", 1)
    (after,) = (room / "backup").iterdir()
    names = subprocess.run(("tar", "--list", "--file", after), capture_output=True, text=True, check=True).stdout.splitlines()
    assert f"store/cohort/{forgotten.LIST}" in names
    assert pseudonym(KEY, "child", "C1") not in children(room / STORE)
    assert not (room / "forget.txt").exists()


def test_a_list_went_to_the_wrong_person(room: Path) -> None:
    listed = run(room, ".venv/bin/python -m data worklist --extracts extracts --month 2022-10 --out lists/Annabel.csv")
    assert listed.returncode == 0
    os.utime(room / "lists" / "Annabel.csv", (0, 0))
    said = follow(room, "When a list went to the wrong person")
    assert "worklist: 1 in lists, since 1970-01-01" in said
    assert "Annabel" not in said
    assert not list((room / "lists").iterdir())


def test_another_key(room: Path) -> None:
    (room / "forget.txt").write_text("C1\n", encoding="utf-8")
    entries, former = kept(room), children(room / STORE)
    follow(room, "When the key is lost or leaked", key=OTHER_KEY)
    assert kept(room)[: len(entries)] == entries
    assert children(room / STORE) == {pseudonym(OTHER_KEY, "child", ref) for ref in ("C2", "C3")}
    assert not children(room / STORE) & former
    assert sorted(path.name for path in (room / "store").iterdir()) == ["cohort", "release"]
