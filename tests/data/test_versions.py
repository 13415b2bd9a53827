"""Defends against a reader who sees half a version, and against a failure that loses the one that was live."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from data import versions
from data.errors import DataError


def version_of(name: str, text: str = "whole") -> Callable[[Path], str]:
    def write(directory: Path) -> str:
        (directory / "table").write_text(text)
        return name

    return write


def names(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} - {".lock"}


def test_what_is_published_is_current(tmp_path: Path) -> None:
    assert versions.publish(tmp_path / "store", version_of("one")) == "one"
    assert versions.current(tmp_path / "store") == tmp_path / "store" / "one"
    assert names(tmp_path / "store") == {"CURRENT", "one"}


def test_three_versions_are_kept_and_the_live_one_among_them(tmp_path: Path) -> None:
    for number in range(1, 6):
        versions.publish(tmp_path, version_of(f"v{number}"))
    assert names(tmp_path) == {"CURRENT", "v3", "v4", "v5"}
    versions.publish(tmp_path, version_of("v3"))
    versions.publish(tmp_path, version_of("v6"))
    assert names(tmp_path) == {"CURRENT", "v3", "v5", "v6"}


def test_the_same_version_again_is_kept_as_it_was(tmp_path: Path) -> None:
    versions.publish(tmp_path, version_of("same", "first"))
    versions.publish(tmp_path, version_of("same", "second"))
    assert (versions.current(tmp_path) / "table").read_text() == "first"


def test_a_damaged_version_is_replaced(tmp_path: Path) -> None:
    versions.publish(tmp_path, version_of("same"))
    (tmp_path / "same" / "table").unlink()
    versions.publish(tmp_path, version_of("same"), intact=lambda directory: (directory / "table").exists())
    assert (versions.current(tmp_path) / "table").read_text() == "whole"
    assert names(tmp_path) == {"CURRENT", "same"}


def fail(directory: Path) -> str:
    (directory / "table").write_text("half")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def refuse(directory: Path) -> str:
    (directory / "table").write_text("half")
    raise DataError("No.")


@pytest.mark.parametrize(("write", "sentence"), [(fail, "is full while writing a new version: free some space"), (refuse, "No.")])
def test_a_failure_leaves_the_live_version_live_and_nothing_behind(
    tmp_path: Path, write: Callable[[Path], str], sentence: str
) -> None:
    versions.publish(tmp_path, version_of("one"))
    with pytest.raises(DataError, match=sentence):
        versions.publish(tmp_path, write)
    assert versions.current(tmp_path).name == "one"
    assert names(tmp_path) == {"CURRENT", "one"}


@pytest.mark.parametrize("call", ["fsync", "replace", "rename"])
def test_a_disk_that_fills_at_the_last_moment_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    versions.publish(tmp_path, version_of("one"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os if call == "fsync" else Path, call, full)
    with pytest.raises(DataError, match="is full") as refused:
        versions.publish(tmp_path, version_of("two"))
    assert "\n" not in str(refused.value)
    assert versions.current(tmp_path).name == "one"


KILLED = """
import os, signal, sys
from pathlib import Path
from data import versions

point, root = sys.argv[1], Path(sys.argv[2])

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def write(directory):
    (directory / "table").write_text("whole")
    if point == "write":
        die()
    return "two"

if point != "write":
    owner, name = {"rename": (Path, "rename"), "replace": (Path, "replace")}.get(point, (versions, point))
    setattr(owner, name, die)
versions.publish(root, write)
"""


@pytest.mark.parametrize(
    ("point", "live"),
    [("write", "one"), ("_flush", "one"), ("rename", "one"), ("_point", "one"), ("replace", "one"), ("_forget", "two")],
)
def test_a_kill_at_any_moment_leaves_a_whole_version_live_and_the_next_run_mends_the_rest(
    tmp_path: Path, point: str, live: str
) -> None:
    versions.publish(tmp_path, version_of("one"))
    killed = subprocess.run([sys.executable, "-c", KILLED, point, str(tmp_path)], cwd=Path(__file__).parents[2], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert versions.current(tmp_path).name == live
    assert (versions.current(tmp_path) / "table").read_text() == "whole"
    versions.publish(tmp_path, version_of("three"))
    assert {"CURRENT", "one", "three"} <= names(tmp_path) <= {"CURRENT", "one", "two", "three"}


def test_two_writers_at_once_are_refused_and_neither_sweeps_the_others_work(tmp_path: Path) -> None:
    def write(directory: Path) -> str:
        with pytest.raises(DataError, match=r"Another command is writing to .*: wait until it has finished"):
            versions.publish(tmp_path, version_of("intruder"))
        assert directory.is_dir()
        return "first"

    assert versions.publish(tmp_path, write) == "first"
    assert names(tmp_path) == {"CURRENT", "first"}


@pytest.mark.parametrize("name", ["../elsewhere", "", "gone", ".unfinished-x", "/etc"])
def test_a_pointer_to_nothing_that_is_there_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / ".unfinished-x").mkdir()
    (tmp_path / "CURRENT").write_text(name)
    with pytest.raises(
        DataError, match=r"no version of the release that is there: make it again with `python -m metrics release`"
    ):
        versions.current(tmp_path, "release", "python -m metrics release")


@pytest.mark.parametrize("root", ["nothing", "file"])
def test_a_root_without_a_version_is_refused(tmp_path: Path, root: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="make"):
        versions.current(tmp_path / root)


def test_a_root_that_cannot_be_a_directory_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file failed while writing a new version"):
        versions.publish(tmp_path / "file", version_of("one"))


def test_a_live_version_is_never_forgotten_however_old(tmp_path: Path) -> None:
    for number in range(1, 4):
        versions.publish(tmp_path, version_of(f"v{number}"))
    os.utime(tmp_path / "v3", (0, 0))
    versions.publish(tmp_path, version_of("v4"))
    assert versions.current(tmp_path).name == "v4"
    assert "v3" not in names(tmp_path), "the oldest by time goes first"
