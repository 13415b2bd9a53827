"""Defends against a file of children that others may read, or that is half written, or lies where it would leave the room;
and against a cohort store that other accounts of the machine could open.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from data.__main__ import main as data_command
from data.build import build
from data.cohort import CohortStore
from data.errors import DataError
from data.private import prepare_store, refuse_open, write_csv
from metrics.__main__ import main as metrics_command
from tests import partners


def test_only_the_owner_may_read_it_even_where_the_old_one_was_open(tmp_path: Path) -> None:
    path = tmp_path / "new" / "list.csv"
    write_csv(path, ("a",), [("1",)])
    path.chmod(0o644)
    before = os.umask(0)
    try:
        write_csv(path, ("a", "b"), [("Ann", None), ("Bo,b", 2)])
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8") == 'a,b\nAnn,\n"Bo,b",2\n'


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, ("a",), [("1",)])

    def failing() -> object:
        yield ("2",)
        raise OSError(28, "full")

    with pytest.raises(DataError, match=r"is full while writing list\.csv"):
        write_csv(path, ("a",), failing())  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "a\n1\n"
    assert [inner.name for inner in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.parametrize("inner", ["list.csv", "v1/list.csv", "v1/../list.csv"])
def test_never_in_a_store_or_a_release(tmp_path: Path, inner: str) -> None:
    (tmp_path / "CURRENT").write_text("v1", encoding="utf-8")
    with pytest.raises(DataError, match="which is a store or a release: name a place outside it"):
        write_csv(tmp_path / inner, ("a",), [])
    assert not (tmp_path / inner).exists()


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts, a store and a release, made by an account that hides nothing of its own accord."""
    room = tmp_path_factory.mktemp("room")
    partners.write(room / "extracts", partners.files())
    build = ["build", "--extracts", str(room / "extracts"), "--store", str(room / "store")]
    before = os.umask(0)
    try:
        assert [data_command(build), data_command(build)] == [0, 0]
        release = ["release", "--store", str(room / "store"), "--out", str(room / "release"), "--policy", "none"]
        assert metrics_command(release) == 0
    finally:
        os.umask(before)
    return room


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """The same as a test's own."""
    return shutil.copytree(built_once, tmp_path / "room")


def test_a_store_is_its_owners_alone_whatever_the_account_leaves_open(built: Path) -> None:
    inside = [built / "store", *(built / "store").rglob("*")]
    assert {path.name for path in inside} >= {
        ".lock",
        "CURRENT",
        "LEDGER",
        "manifest.json",
        "children.parquet",
        "comparators.parquet",
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside if path.is_file()} == {0o600}


OPENERS = {
    "build": (data_command, "build --extracts {0}/extracts --store {0}/store"),
    "reconcile": (data_command, "reconcile fsm_received --extracts {0}/extracts --store {0}/store --out {0}/list.csv"),
    "reconcile with a version": (
        data_command,
        "reconcile fsm_received --extracts {0}/extracts --store {0}/store/{1} --out {0}/list.csv",
    ),
    "worklist": (data_command, "worklist --extracts {0}/extracts --store {0}/store --month 2022-10 --out {0}/list.csv"),
    "match": (data_command, "match --extracts {0}/extracts --store {0}/store --out {0}/out"),
    "forget": (data_command, "forget --extracts {0}/extracts --store {0}/store --from {0}/extracts/name"),
    "held": (data_command, "held --extracts {0}/extracts --store {0}/store"),
    "expire": (data_command, "expire --extracts {0}/extracts --store {0}/store"),
    "release": (metrics_command, "release --store {0}/store --out {0}/release"),
    "dry run": (metrics_command, "release --store {0}/store --policy publication --dry-run"),
    "audit": (metrics_command, "audit --release {0}/release --store {0}/store"),
}


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("bit", [stat.S_IRGRP, stat.S_IROTH, stat.S_IXOTH])
def test_a_store_that_others_could_open_is_refused_with_the_command_that_closes_it(
    built: Path, opener: str, bit: int, capsys: pytest.CaptureFixture[str]
) -> None:
    command, words = OPENERS[opener]
    version = (built / "store" / "CURRENT").read_text(encoding="ascii").strip()
    (built / "extracts" / "name").write_text("C1")
    opened = built / "store" / version
    opened.chmod(0o700 | bit)
    capsys.readouterr()
    assert command(words.format(built, version).split()) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert f"is open to other accounts ({opened} is of mode {0o700 | bit:04o}): close it with `chmod -R go-rwx" in said
    subprocess.run(shlex.split(said.split("`")[1]), check=True)
    refuse_open(built / "store")


def test_no_function_that_opens_or_writes_a_store_forgets_to_look(built: Path) -> None:
    (built / "store").chmod(0o755)
    before = sorted((built / "store").iterdir())
    with pytest.raises(DataError, match="is open to other accounts"):
        CohortStore.open(built / "store")
    with pytest.raises(DataError, match="is open to other accounts"):
        build(built / "extracts", built / "store")
    assert sorted((built / "store").iterdir()) == before


@pytest.mark.parametrize("name", [".", "CURRENT", ".lock", "LEDGER", "one/children.parquet"])
def test_anything_in_a_store_that_is_open_is_enough(tmp_path: Path, name: str) -> None:
    store = tmp_path / "a store"
    for folder in (store, store / "one", store / "LEDGER"):
        folder.mkdir(mode=0o700)
    for file in ("CURRENT", ".lock", "one/children.parquet"):
        (store / file).touch(mode=0o600)
    refuse_open(store)
    (store / name).chmod(0o740)
    with pytest.raises(DataError, match=r"close it with `chmod -R go-rwx '.*a store'`"):
        refuse_open(store)


@pytest.mark.parametrize("name", [".unfinished-x", ".scratch-x"])
def test_what_a_command_is_still_writing_in_its_own_folder_refuses_nobody(tmp_path: Path, name: str) -> None:
    (tmp_path / "store" / name).mkdir(parents=True)
    (tmp_path / "store").chmod(0o700)
    (tmp_path / "store" / name / "children.parquet").touch(mode=0o644)
    refuse_open(tmp_path / "store")


def test_a_file_system_without_modes_is_no_place_for_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mkdir = Path.mkdir
    monkeypatch.setattr(Path, "mkdir", lambda self, mode, parents: (mkdir(self, parents=parents), self.chmod(0o777)))
    with pytest.raises(DataError, match=r"keeps no modes, so others could read a cohort store there: name a place on another"):
        prepare_store(tmp_path / "store")
    assert not (tmp_path / "store").exists()
