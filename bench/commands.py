"""Commands run as a user runs them: how long each takes and how much memory it needs at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

ROOT = Path(__file__).parents[1]
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # what the system counts ru_maxrss in


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds by the clock, and the largest memory it held, in bytes."""

    seconds: float
    peak_bytes: int

    def __str__(self) -> str:
        return f"{self.seconds:,.1f} s, {self.peak_bytes / 2**20:,.0f} MiB"


def cost_of(module: str, *arguments: str | Path) -> Cost:
    """Run `python -m module …` to its end; a failure ends the benchmark."""
    start = time.perf_counter()
    with TemporaryFile("w+") as said:
        process = subprocess.Popen((sys.executable, "-m", module, *map(str, arguments)), cwd=ROOT, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        assert process.returncode == 0, f"python -m {module} failed: {said.read()}"
    return Cost(seconds, usage.ru_maxrss * RSS_UNIT)
