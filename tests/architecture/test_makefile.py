"""What make says where it cannot go on: one sentence that tells what to do, before anything is installed or built.

And that between its targets no test is lost.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLD = 'case "$1" in --version) echo "Python 3.9.6";; *) exit 1;; esac'
WITHOUT_VENV = 'case "$*" in *ensurepip*) exit 1;; esac'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The Makefile and the lists of requirements alone."""
    for name in ("Makefile", *(path.name for path in ROOT.glob("requirements*.txt"))):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def make(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make`, as from a shell that no other make has started."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(("make", *arguments), cwd=project, env=environment, capture_output=True, text=True)


def said(project: Path, *arguments: str) -> list[str]:
    """What `make` printed before its own closing line, which says that a recipe failed."""
    done = make(project, *arguments)
    assert done.returncode == 2
    return [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make: ***")]


def suites_of(project: Path, target: str) -> tuple[set[str], set[str]]:
    """The tests that a target runs, none named meaning all, and those it leaves out."""
    dry = make(project, "--dry-run", target, python_that(project, "exit 0"))
    (line,) = [line for line in dry.stdout.splitlines() if "pytest" in line]
    words = set(shlex.split(line.rstrip("\\")))
    return {word for word in words if word.startswith("tests/")}, {
        word.partition("=")[2] for word in words if word.startswith("--ignore=")
    }


def python_that(project: Path, script: str) -> str:
    (project / "python").write_text(f"#!/bin/sh\n{script}\n")
    (project / "python").chmod(0o755)
    return "PYTHON=./python"


def test_an_old_python_is_refused(project: Path) -> None:
    (sentence,) = said(project, "run", python_that(project, OLD))
    assert "Python 3.9.6 is too old: install Python 3.11 or later" in sentence


def test_a_python_without_venv_is_refused(project: Path) -> None:
    (sentence,) = said(project, "test", python_that(project, WITHOUT_VENV))
    assert "apt-get install python3-venv" in sentence


def test_no_python_at_all_is_refused(project: Path) -> None:
    (sentence,) = said(project, "run", "PYTHON=./python")
    assert "install Python 3.11 or later" in sentence


def test_a_busy_port_is_refused(project: Path, busy_port: int) -> None:
    checksum = subprocess.run(
        "cat requirements.txt | cksum", shell=True, cwd=project, capture_output=True, text=True, check=True
    ).stdout
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for stamp in (".created", f".installed-{checksum.split()[0]}"):
        (project / ".venv" / stamp).touch()
    (sentence,) = said(project, "run", "RELEASE=somewhere", f"PORT={busy_port}")
    assert sentence == f"Port {busy_port} is in use: stop what runs there, or choose another with 'make run PORT=8502'."


def test_nothing_is_installed_that_is_not_known_by_its_hash_or_that_is_built_here(project: Path) -> None:
    said = make(project, "--dry-run", "run", "test", "spark", "fuzz", python_that(project, "exit 0")).stdout
    installs = [line for line in said.splitlines() if " install " in line and " pip " in line]
    assert len(installs) == len(list(ROOT.glob("requirements*.txt")))
    assert [line for line in installs if " --require-hashes " not in line] == []
    assert [line for line in installs if " --only-binary :all: " not in line and "spark" not in line] == []


def test_what_make_test_leaves_out_other_targets_run(project: Path) -> None:
    every, left_out = suites_of(project, "test")
    heavy, _ = suites_of(project, "heavy")
    spark, _ = suites_of(project, "spark")
    assert every == set()
    assert left_out == heavy | spark != heavy
    assert [path for path in heavy | spark if not (ROOT / path).exists()] == []


def test_both_versions_of_spark_are_installed_and_tested(project: Path) -> None:
    said = make(project, "--dry-run", "spark", "PYTHON=./python").stdout
    for version, requirements in (("3.5", "requirements-spark-3.5.txt"), ("4", "requirements-spark.txt")):
        assert f"{requirements} --no-deps --target .venv/spark-{version}" in said
        assert re.search(rf"^pyspark=={re.escape(version)}\.", (ROOT / requirements).read_text(), re.MULTILINE)
    assert "for version in 3.5 4;" in said and "PYTHONPATH=.venv/spark-$version" in said


def test_the_fuzzer_is_a_part_of_its_own_and_has_ten_minutes_unless_told(project: Path) -> None:
    said = make(project, "--dry-run", "fuzz", "PYTHON=./python").stdout
    assert "requirements-fuzz.txt --only-binary :all: --no-deps --target .venv/fuzz" in said
    assert "PYTHONPATH=.venv/fuzz .venv/bin/python -m tests.fuzz\n" in said


def test_the_attack_is_on_1200_children_unless_told(project: Path) -> None:
    assert suites_of(project, "attack") == ({"tests/attack"}, set())
    (line,) = [line for line in make(project, "--dry-run", "attack").stdout.splitlines() if "pytest" in line]
    children = f"{line.partition(' ')[0]}; echo $ATTACK_CHILDREN"
    for told, expected in (({}, "1200"), ({"ATTACK_CHILDREN": "300"}, "300")):
        assert subprocess.run(children, shell=True, env=told, capture_output=True, text=True).stdout == f"{expected}\n"


def test_every_suite_must_pass_before_a_change_is_taken() -> None:
    must, may = re.findall(r"^make --no-print-directory ([a-z ]+) <", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert must.split() == ["check", "audit", "test", "heavy", "attack", "spark"]
    assert may.split() == ["fuzz"]
