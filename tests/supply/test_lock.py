"""What is installed is what was looked at. What these tests prevent: a file that somebody exchanged on its way here."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import Marker

from supply.lock import DEVELOPMENT, PROJECT, RUNTIME, LockError, read

LISTS = sorted(PROJECT.glob("requirements*.txt"))
DECLARED = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
BY_LIST = {
    "requirements.txt": DECLARED["project"]["dependencies"],
    "requirements-dev.txt": [*DECLARED["project"]["dependencies"], *DECLARED["dependency-groups"]["dev"]],
    "requirements-fuzz.txt": DECLARED["dependency-groups"]["fuzz"],
    "requirements-spark.txt": DECLARED["dependency-groups"]["spark"],
    "requirements-spark-3.5.txt": DECLARED["dependency-groups"]["spark-3.5"],
}


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_file_of_every_package_is_known_by_its_hash(path: Path) -> None:
    pinned = read(path)
    assert pinned
    assert [one.name for one in pinned if not one.hashes] == []
    assert sum(len(one.hashes) for one in pinned) == len(re.findall(r"sha256:", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_a_list_holds_what_is_declared_and_what_that_needs_and_nothing_else(path: Path) -> None:
    pinned = {one.name: one for one in read(path)}
    declared = sorted(f"{one.name}=={one.version}" for one in pinned.values() if one.declared)
    assert declared == sorted(BY_LIST[path.name]), "pyproject.toml was changed: run `make lock`"
    assert [one.name for one in pinned.values() if not one.declared and not one.needed_by] == []
    assert {name for one in pinned.values() for name in one.needed_by} <= set(pinned)


def test_what_runs_is_what_was_tested() -> None:
    tested = {one.name: (one.version, one.hashes) for one in read(DEVELOPMENT)}
    assert {one.name: tested.get(one.name) for one in read(RUNTIME)} == {
        one.name: (one.version, one.hashes) for one in read(RUNTIME)
    }


def test_what_is_installed_here_is_what_is_pinned() -> None:
    wanted = {one.name: one.version for one in read(DEVELOPMENT) if one.marker is None or Marker(one.marker).evaluate()}
    installed = {re.sub(r"[-_.]+", "-", one.name).lower(): one.version for one in metadata.distributions()}
    assert {name: installed.get(name) for name in wanted} == wanted, "install what is pinned: `make test` does"


@pytest.mark.parametrize(
    "line", ["streamlit==1.67.0", "streamlit>=1 \\\n    --hash=sha256:00", "-r other.txt", "--no-binary :all:"]
)
def test_a_line_without_its_hashes_is_an_error(tmp_path: Path, line: str) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(f"# a comment\n{line}\n", encoding="utf-8")
    with pytest.raises(LockError, match=r"requirements.txt holds .*: write it anew with `make lock`"):
        read(path)
