"""Defends against a build of partners' files that is killed and leaves half a store, or half a file of rejected rows."""

from __future__ import annotations

import csv
import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.build import build
from data.cohort import CohortStore
from tests import partners
from tests.partners import Files

PROJECT = Path(__file__).parents[2]

KILLED = """
import os, signal, sys
from pathlib import Path
import data.private, data.versions
from data.build import build, storage
from data.ingest.ledger import Ledger

point, extracts, store, rejected = sys.argv[1], *map(Path, sys.argv[2:])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(what, done, total):
    if f"{what} {done == total}" == point:
        die()

def half_written(handle, *rest, **more):
    file = opened(handle, *rest, **more)
    file.write("row,col")
    file.flush()
    die()

opened = os.fdopen
for owner, name in ((storage.TableWriter, "append"), (storage, "seal"), (data.versions, "_flush"), (data.versions, "_point")):
    if name == point:
        setattr(owner, name, die)
if point == "a rejected file half written":
    os.fdopen = half_written
if point == "a rejected file not in its place":
    Path.replace = die
print("ready", flush=True)
build(extracts, store, progress, rejected=rejected)
"""

POINTS = (
    "Reading the force's extracts False",
    "Reading the registers False",
    "Reading the records of matched children False",
    "Reading the records of matched children True",
    "Checking records True",
    "append",
    "a rejected file half written",
    "a rejected file not in its place",
    "Verifying False",
    "seal",
    "_flush",
    "_point",
)
"""Stages as they begin (False) or end (True), and functions that are never come back from."""
SECONDS = (0.05, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2)


def changed() -> Files:
    """The tiny partnership a month later: another sex, and a row that has to be rejected."""
    files = partners.files()
    links = files["links.csv"]
    assert isinstance(links, list)
    links[1][8] = "M"
    links.append([*links[3][:4], "not a date", *links[3][5:]])
    return files


@dataclass(frozen=True)
class Place:
    """Changed extracts, a store whose live version was built of them before the change, and what a whole build makes of them."""

    root: Path
    before: CohortStore
    expected: str


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place to build in."""
    build(partners.write(tmp_path / "extracts", partners.files()), tmp_path / "store", rejected=tmp_path / "rejected")
    partners.write(tmp_path / "extracts", changed())
    expected = build(tmp_path / "extracts", tmp_path / "elsewhere")
    return Place(tmp_path, CohortStore.open(tmp_path / "store"), expected)


def start(root: Path, point: str) -> subprocess.Popen[str]:
    """Begin a build that kills itself at a point, or at none; it has said that it is ready."""
    command = [sys.executable, "-c", KILLED, point, *(str(root / name) for name in ("extracts", "store", "rejected"))]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def assert_nothing_happened(place: Place) -> None:
    """The version before is live, and a rejected file is whole and its owner's alone, or not there."""
    assert CohortStore.open(place.root / "store") == place.before
    for path in (place.root / "rejected").rglob("*"):
        assert path.is_dir() or stat.S_IMODE(path.stat().st_mode) == 0o600
    for path in (place.root / "rejected").rglob("[!.]*.csv"):
        with path.open(newline="") as file:
            assert [row["row"] for row in csv.DictReader(file)] == ["5"]


def assert_the_next_build_works(place: Place) -> None:
    """The next build makes what it would have made, and nothing else is left."""
    assert build(place.root / "extracts", place.root / "store", rejected=place.root / "rejected") == place.expected
    left = {path.name for path in (place.root / "store").iterdir()}
    assert left == {"CURRENT", ".lock", place.before.manifest.version, place.expected}
    assert [path.name for path in (place.root / "rejected").rglob("*")] == ["links.csv"]


def test_a_build_killed_at_a_stage_leaves_the_version_before_live(place: Place) -> None:
    for point in POINTS:
        with start(place.root, point) as process:
            assert process.wait() == -signal.SIGKILL, point
        assert_nothing_happened(place)
    assert_the_next_build_works(place)


def test_a_build_killed_at_any_moment_leaves_the_version_before_live(place: Place) -> None:
    killed = 0
    for seconds in SECONDS:
        with start(place.root, "nowhere") as process:
            time.sleep(seconds)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        live = CohortStore.open(place.root / "store").manifest.version
        if live == place.expected:
            break
        killed += 1
        assert_nothing_happened(place)
    assert killed
    assert_the_next_build_works(place)
