"""What is committed names no machine it was written on and no host it was installed from: the next reader has neither."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOREIGN = {
    "a path of one machine": r"(?<![\w.])/(?:root|srv|home/\w+|Users/\w+|tmp/\w+)/",
    "a package index": r"pypi\.\w+|pythonhosted|npmjs|deb\.debian|archive\.ubuntu|(?:extra-)?index-url|find-links",
    "a task list": r"\b(?:issue|ticket|task) ?#?\d+",
}


def strangers(text: str) -> list[str]:
    return [what for what, pattern in FOREIGN.items() if re.search(pattern, text, re.IGNORECASE)]


def committed() -> list[Path]:
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file() and path != Path(__file__)]


def test_no_committed_file_names_a_stranger() -> None:
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in committed()}
    assert len(texts) > 20
    assert {path.relative_to(ROOT).as_posix(): found for path, text in texts.items() if (found := strangers(text))} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see /root/store/data", ["a path of one machine"]),
        ("in /home/someone/code/", ["a path of one machine"]),
        ("from https://pypi.example/simple", ["a package index"]),
        ("as issue #12 asked", ["a task list"]),
        ("/usr/bin/env bash; /Applications/Chromium.app; docs/root/", []),
    ],
)
def test_strangers_are_told_from_neighbours(text: str, found: list[str]) -> None:
    assert strangers(text) == found
