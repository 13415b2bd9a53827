"""Try every target for its share of some minutes, and stop then: python -m tests.fuzz [--minutes N] [--only NAME] [--out DIR].

Each target has a process of its own, so that one that is killed or hangs ends nobody else's turn. Exit 1 where a fault was found.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.drive import COUNT, FAULT, INPUT, TRIED
from tests.fuzz.targets import targets

ROOT = Path(__file__).parents[2]
_GRACE_SECONDS = 5.0
"""After its time a target may end the input it is at; then it is ended."""
_LEAST_SECONDS = 1.0
_PROCESSES = 2
_MOST_PROCESSES = 3
"""For one target, where one after the other is killed."""
_SHOWN = 300


@dataclass(frozen=True)
class Turn:
    """What came of one target: inputs made, those that reached the test, and the faults in words."""

    target: str
    inputs: int
    reached: int
    faults: tuple[Path, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try them; 0 nothing found, 1 faults, each told and kept in a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Try every target with inputs of all kinds.")
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("FUZZ_MINUTES") or 10), help="for all together")
    parser.add_argument("--only", default="", metavar="NAME", help="the targets with this in their name")
    parser.add_argument("--out", type=Path, default=ROOT / "test-artefacts" / "fuzz", metavar="DIR", help="where faults are kept")
    chosen = parser.parse_args(arguments)
    wanted = [name for name in targets() if chosen.only in name]
    if not wanted:
        parser.error(f"no target has {chosen.only} in its name: they are {', '.join(targets())}")
    return tell(campaign(wanted, chosen.minutes * 60, chosen.out), chosen.out)


def campaign(wanted: Sequence[str], seconds: float, out: Path) -> list[Turn]:
    """Try each target for an equal share of the seconds, two at a time."""
    ends = time.monotonic() + seconds
    share = seconds * _PROCESSES / max(len(wanted), _PROCESSES)

    def turn(name: str) -> Turn:
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        until = min(ends, time.monotonic() + share)
        for _ in range(_MOST_PROCESSES):
            left = until - time.monotonic() - _GRACE_SECONDS
            if left < _LEAST_SECONDS or _run(name, left, folder):
                break
        counted = [int(number) for number in _read(folder / COUNT, "0 0").split()]
        return Turn(name, counted[0], counted[1], tuple(sorted(folder.glob(f"*{FAULT}"))))

    with ThreadPoolExecutor(_PROCESSES) as processes:
        return list(processes.map(turn, wanted))


def command(name: str, seconds: float, folder: Path) -> list[str]:
    """How a target's process is started."""
    return [sys.executable, "-m", "tests.fuzz.drive", name, str(seconds), str(folder)]


def _run(name: str, seconds: float, folder: Path) -> bool:
    """One process; whether it came to its end. What killed it is a fault, with the input it was at."""
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(
            command(name, seconds, folder), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        try:
            code = running.wait(seconds + _GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            return True
    if code == 0:
        return True
    number = len(list(folder.glob(f"ended-*{FAULT}")))
    if (folder / TRIED).exists():
        (folder / TRIED).rename(folder / f"ended-{number}{INPUT}")
    (folder / f"ended-{number}{FAULT}").write_text(f"The process ended with {code}.\n\n{_read(folder / 'log', '')[-4_000:]}")
    return False


def tell(turns: Sequence[Turn], out: Path) -> int:
    """Say what was tried and what was found; 1 where anything was."""
    for one in turns:
        print(f"{one.target}: {one.inputs:,} inputs, {one.reached:,} whole; faults: {len(one.faults)}")
    for fault in (fault for one in turns for fault in one.faults):
        lines = _read(fault, "").strip().splitlines() or [""]
        print(f"\n{fault}\n  {lines[0][:_SHOWN]}\n  {lines[-1][:_SHOWN]}")
    found = sum(len(one.faults) for one in turns)
    total = sum(one.inputs for one in turns)
    if found:
        print(f"\n{found} faults in {total:,} inputs. What each was given is in {out}: mend it, and keep the input as a test.")
    else:
        print(f"No fault in {total:,} inputs.")
    return 1 if found else 0


def _read(path: Path, otherwise: str) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else otherwise


if __name__ == "__main__":
    sys.exit(main())
