"""Defends against a traceback for a user's mistake, an exit code that lies, and a command that writes where it must not."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import pyarrow.parquet as pq
import pytest

from data.__main__ import main
from data.cohort import CohortStore
from tests.builders import write_records

PROJECT = Path(__file__).parents[2]
ANN = {"child_ref": "ann of the lane", "offender_ref": "dad of the lane"}
DAD = {"offender_ref": "dad of the lane", "reception_date": date(2022, 10, 5)}


@pytest.fixture
def extracts(tmp_path: Path) -> Path:
    return write_records(tmp_path / "extracts", {"receptions": [DAD, DAD], "links": [ANN]})


@dataclass(frozen=True)
class Finished:
    """What a command left on the terminal, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


class Run(Protocol):
    def __call__(self, *arguments: object, **environment: str) -> Finished: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, in an environment that names neither store nor key but for those given."""

    def run(*arguments: object, **environment: str) -> Finished:
        for name in ("COHORT_STORE", "COHORT_SECRET"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        try:
            returncode = main([str(argument) for argument in arguments])
        except SystemExit as left:
            returncode = int(left.code or 0)
        return Finished(returncode, *capsys.readouterr())

    return run


def sentence(finished: Finished) -> str:
    """The one sentence of a refusal, after the lines that say how far it had come."""
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    (said,) = [line for line in finished.stderr.splitlines() if " of 1" not in line]
    return said


def test_a_build_says_what_is_live_and_what_was_left_out(run: Run, extracts: Path, tmp_path: Path) -> None:
    done = run("build", "--extracts", extracts, "--store", tmp_path / "store")
    assert done.returncode == 0
    version = CohortStore.open(tmp_path / "store").manifest.version
    assert done.stdout.splitlines() == [
        "records/receptions.parquet: 1 × repeats the offender_ref, reception_date of another row",
        "Rows left out: 1.",
        f"Cohort store {version} is live in {tmp_path / 'store'}. Children: 1.",
    ]
    assert "Checking records: 1 of 1" in done.stderr
    assert "\r" not in done.stderr, "plain lines where there is no terminal"


def test_the_store_may_be_named_by_the_environment(run: Run, extracts: Path, tmp_path: Path) -> None:
    assert run("build", "--extracts", extracts, COHORT_STORE=str(tmp_path / "named")).returncode == 0
    assert CohortStore.open(tmp_path / "named").manifest.rows["children"] == 1


def test_the_flag_wins_over_the_environment(run: Run, extracts: Path, tmp_path: Path) -> None:
    run("build", "--extracts", extracts, "--store", tmp_path / "flag", COHORT_STORE=str(tmp_path / "named"))
    assert (tmp_path / "flag").is_dir()
    assert not (tmp_path / "named").exists()


def test_check_says_what_would_be_left_out_and_builds_nothing(run: Run, extracts: Path) -> None:
    before = sorted(extracts.rglob("*"))
    done = run("check", "--extracts", extracts)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "Rows that would be left out: 1."
    assert sorted(extracts.rglob("*")) == before


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["build"],
        ["build", "--extracts", "x"],
        ["check"],
        ["bake"],
        ["synthesise"],
        ["synthesise", "--out", "x", "--children", "0"],
    ],
)
def test_wrong_usage_exits_with_two(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage: python -m data" in done.stderr


@pytest.mark.parametrize("command", ["synthesise", "check", "build"])
def test_every_command_has_help(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"usage: python -m data {command}" in done.stdout


def test_extracts_that_are_not_there_are_one_sentence(run: Run, tmp_path: Path) -> None:
    assert sentence(run("check", "--extracts", tmp_path / "gone")).startswith("There are no extracts at")
    assert sentence(run("build", "--extracts", tmp_path / "gone", "--store", tmp_path / "store")).startswith(
        "There are no extracts at"
    )


def test_a_store_that_cannot_be_written_is_one_sentence(run: Run, extracts: Path, tmp_path: Path) -> None:
    (tmp_path / "store").touch()
    said = sentence(run("build", "--extracts", extracts, "--store", tmp_path / "store"))
    assert f"{tmp_path / 'store'} failed while writing a new version (file exists)" in said


def test_a_refusal_quotes_nothing_of_a_child(run: Run, extracts: Path, tmp_path: Path) -> None:
    path = extracts / "records" / "links.parquet"
    table = pq.read_table(path)
    place = table.schema.get_field_index("date_of_birth")
    pq.write_table(table.set_column(place, "date_of_birth", table["date_of_birth"].cast("string")), path)
    said = sentence(run("build", "--extracts", extracts, "--store", tmp_path / "store"))
    assert "2014" not in said
    assert "ann of" not in said


def test_real_records_without_a_key_are_refused(run: Run, extracts: Path, tmp_path: Path) -> None:
    said = {"name": "Thames Valley", "synthetic": False, "programme_start": "2021-11-01"}
    (extracts / "partnership.json").write_text(json.dumps(said))
    assert sentence(run("build", "--extracts", extracts, "--store", tmp_path / "store")).startswith("COHORT_SECRET must hold")


@pytest.mark.parametrize("said", ['{"synthetic": false}', '{"synthetic": "yes"}', "{}", "not json"])
def test_a_simulation_never_overwrites_a_partnerships_own_records(run: Run, tmp_path: Path, said: str) -> None:
    (tmp_path / "partnership.json").write_text(said)
    refused = run("synthesise", "--out", tmp_path)
    assert "holds extracts that are not marked synthetic: name another folder with --out" in sentence(refused)
    assert (tmp_path / "partnership.json").read_text() == said


def test_a_disk_that_fills_while_synthesising_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path))

    monkeypatch.setattr("data.synthetic.synthesise", full)
    assert main(["synthesise", "--out", str(tmp_path / "out")]) == 1
    assert f"The disk that holds {tmp_path} is full while running synthesise" in capsys.readouterr().err


def test_stopping_it_by_hand_is_no_traceback(
    extracts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("data.build.storage.seal", interrupted)
    assert main(["build", "--extracts", str(extracts), "--store", str(tmp_path / "store")]) == 1
    assert capsys.readouterr().err.endswith("Stopped: what was live before is still live.\n")
    assert [path.name for path in (tmp_path / "store").iterdir()] == [".lock"]


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), (["check", "--extracts", "/nowhere"], 1), (["bake"], 2)])
def test_the_shell_sees_the_exit_code_and_no_traceback(arguments: list[str], code: int) -> None:
    done = subprocess.run([sys.executable, "-m", "data", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
