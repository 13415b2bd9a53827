"""The README's commands exist and its links lead somewhere: a newcomer follows it word for word."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
WRITTEN = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    shlex.split(line, comments=True) for block in WRITTEN for line in block.replace("\\\n", " ").splitlines() if line.strip()
]
MODULE_COMMANDS = [words[words.index("-m") + 1 :] for words in COMMANDS if "-m" in words]
PROSE_TARGETS = re.findall(r"`make ([a-z]+)[^`]*`", README)


def test_the_readme_shows_the_two_commands() -> None:
    assert ["make", "run"] in COMMANDS
    assert ["make", "test"] in COMMANDS


def test_every_make_command_is_a_target() -> None:
    shown = [words[1] for words in COMMANDS if words[0] == "make"]
    assert [target for target in shown + PROSE_TARGETS if target not in TARGETS] == []


def test_every_target_says_what_it_does() -> None:
    said = subprocess.run(("make", "help"), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    public = {"run", "test", "heavy", "attack", "spark", "fuzz", "check", "fix", "bench", "scale", "reproduce", "help"}
    assert public <= set(re.findall(r"^make ([a-z]+) +\S", said, re.MULTILINE))


@pytest.mark.parametrize("words", MODULE_COMMANDS, ids=" ".join)
def test_every_python_command_knows_its_flags(words: list[str]) -> None:
    module, *rest = words
    command = [word for word in rest[:1] if not word.startswith("-")]
    done = subprocess.run((sys.executable, "-m", module, *command, "--help"), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    assert [word for word in rest if word.startswith("--") and word not in done.stdout] == []


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
