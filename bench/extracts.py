"""The monthly build from partners' files: how long each stage takes, beside pandas merely reading the same census."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from bench.commands import ROOT

CENSUS = "*/school_census/*.csv"
ROLLS = "*/school_census/*_pupil*onroll.csv"


def stages(module: str, *arguments: str | Path) -> dict[str, float]:
    """Run `python -m module …` and time its stages by the progress it tells; seconds by stage, in order."""
    process = subprocess.Popen(
        (sys.executable, "-m", module, *map(str, arguments)),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None, "asked for"
    found: dict[str, float] = {}
    since = time.perf_counter()
    for line in process.stderr:
        stage, _, how_far = line.rpartition(": ")
        now = time.perf_counter()
        if " of " in how_far:
            found[stage] = found.get(stage, 0.0) + now - since
        since = now
    assert process.wait() == 0, f"python -m {module} failed"
    return found


def pupils(extracts: Path) -> int:
    """How many pupils the registers hold."""
    upns: set[str] = set()
    for path in sorted(extracts.glob(ROLLS)):
        upns.update(_text(path)["upn"].dropna())
    return len(upns)


def census_rows(extracts: Path) -> int:
    """Read every file of the school census as text, and do nothing with it; how many rows there are."""
    return sum(len(_text(path)) for path in sorted(extracts.glob(CENSUS)))


def _text(path: Path) -> pd.DataFrame:
    """A file as text, its unreadable bytes and rows passed over: partners' files have both."""
    return pd.read_csv(path, dtype=str, encoding="cp1252", on_bad_lines="skip").rename(
        columns=lambda name: name.removeprefix("ï»¿")
    )


def main() -> int:
    """Write a partnership's files, or read its census in pandas: each a process of its own, so that its memory can be told."""
    parser = argparse.ArgumentParser(prog="python -m bench.extracts")
    commands = parser.add_subparsers(dest="command", required=True)
    writing = commands.add_parser("write")
    writing.add_argument("--children", type=int, required=True)
    writing.add_argument("--register", type=int, required=True)
    reading = commands.add_parser("read")
    for command in (writing, reading):
        command.add_argument("--extracts", type=Path, required=True)
    chosen = parser.parse_args()
    if chosen.command == "write":
        _write(chosen.extracts, chosen.children, chosen.register)
    else:
        census_rows(chosen.extracts)
    return 0


def _write(extracts: Path, children: int, register: int) -> None:
    from data.synthetic import synthesise

    synthesise(extracts, children=children, register=register)


def told(seconds: dict[str, float]) -> Iterator[tuple[str, str]]:
    """The stages that take a second or more, and the rest together."""
    yield from ((stage, f"{took:,.1f} s") for stage, took in seconds.items() if took >= 1)
    rest = sum(took for took in seconds.values() if took < 1)
    yield "all other stages", f"{rest:,.1f} s"


if __name__ == "__main__":
    sys.exit(main())
