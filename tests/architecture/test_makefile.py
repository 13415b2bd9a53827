"""What make says where it cannot go on: one sentence that tells what to do, before anything is installed or built."""

from __future__ import annotations

import os
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
    """The Makefile and the requirements alone."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def said(project: Path, *arguments: str) -> list[str]:
    """What `make` printed before its own closing line, which says that a recipe failed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(("make", *arguments), cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    return [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make: ***")]


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
