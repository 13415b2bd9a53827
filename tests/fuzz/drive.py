"""One target, tried with one input after another until its seconds are over: python -m tests.fuzz.drive TARGET SECONDS FOLDER.

Atheris makes the inputs, each from one that reached new code before; where it is not installed they are random. What failed in
an earlier run is tried first. Every fault is written into the folder and the drive goes on, for a first fault may stand in the
way of a second. What kills this process is for whoever started it to see: the input that was being tried lies in the folder.
"""

from __future__ import annotations

import faulthandler
import hashlib
import importlib
import random
import resource
import sys
import time
import traceback
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.fuzz.targets import target

MOST_BYTES = 6 * 2**30
"""Of memory that the process may map; what needs more is a fault."""
LONGEST_SECONDS = 60
"""For one input."""
INPUT_BYTES = 16_384
TRIED, COUNT, FAULT, INPUT = "tried", "count", ".txt", ".input"
"""In the folder: the input being tried, how many were and how many of them reached the test, a fault in words, its input."""
_SEEDS, _FIRST = 24, 2
_INSTRUMENTED = ("data", "metrics")
_MOST_SHOWN = 3_000
_STACK = 6


class Drive:
    """Tries inputs and writes down what went wrong, each fault once."""

    def __init__(self, target: Any, folder: Path) -> None:
        self._folder = folder
        self._given: tuple[Any, ...] = ()
        self._inner = target.hypothesis.inner_test
        target.hypothesis.inner_test = self._noted
        self._one = target.hypothesis.fuzz_one_input  # takes the test as it is now
        self._inputs = self._reached = 0
        self._counted = 0.0

    def _noted(self, *given: Any, **named: Any) -> None:
        """The test itself, after noting what it is given: a fault is told with it."""
        self._given = (*given, *named.values())
        self._reached += 1
        self._inner(*given, **named)

    def try_one(self, content: bytes) -> bool:
        """One input, and whether the promise was kept; a fault is written down."""
        (self._folder / TRIED).write_bytes(content)
        try:
            self._one(content)
        except Exception as fault:
            self._write(content, fault)
            return False
        finally:
            self._inputs += 1
            self.count()
        return True

    def count(self, *, last: bool = False) -> None:
        """Write down how many were tried: the fuzzer ends the process without a word to Python."""
        if last or time.monotonic() > self._counted + 1:
            (self._folder / COUNT).write_text(f"{self._inputs} {self._reached}\n")
            self._counted = time.monotonic()

    def _write(self, content: bytes, fault: Exception) -> None:
        stack = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(fault.__traceback__)]
        name = hashlib.sha256(f"{type(fault)}{stack[-_STACK:]}".encode()).hexdigest()[:12]
        path = self._folder / f"{name}{FAULT}"
        if not path.exists():
            path.with_suffix(INPUT).write_bytes(content)
            said = "".join(traceback.format_exception(fault))[-_MOST_SHOWN:]
            path.write_text(f"given {repr(self._given)[:_MOST_SHOWN]}\n\n{said}", encoding="utf-8", errors="backslashreplace")


def drive(name: str, seconds: float, folder: Path) -> None:
    """Try a target until so many seconds are over."""
    until = time.monotonic() + seconds
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    folder.mkdir(parents=True, exist_ok=True)
    atheris = _atheris()
    with atheris.instrument_imports(include=list(_INSTRUMENTED)) if atheris else nullcontext():  # what a function imports too
        importlib.import_module("tests.conftest")  # the suite's profile, before a target is defined
        driven = Drive(target(name), folder)
        again(driven, folder)
        if atheris is None:
            while time.monotonic() < until:
                driven.try_one(random.randbytes(INPUT_BYTES))
            driven.count(last=True)
        else:
            _led(atheris, driven, until, folder)


def again(driven: Drive, folder: Path) -> None:
    """Try what failed in an earlier run, and forget of it what fails no more."""
    for path in sorted(folder.glob(f"*{INPUT}")):
        content = path.read_bytes()
        path.unlink()
        path.with_suffix(FAULT).unlink(missing_ok=True)
        driven.try_one(content)


def _led(atheris: Any, driven: Drive, until: float, folder: Path) -> None:
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number in range(_SEEDS):
        (corpus / f"seed-{number}").write_bytes(random.Random(number).randbytes(INPUT_BYTES >> number % 4))

    for seed in sorted(corpus.iterdir())[:_FIRST]:  # what a target sets up once is no part of the time of an input
        driven.try_one(seed.read_bytes())

    def try_it(content: bytes) -> None:
        driven.try_one(content)

    signals = [f"-handle_{one}=0" for one in ("segv", "abrt", "bus", "fpe", "ill", "int", "term", "xfsz")]
    limits = [
        f"-max_total_time={max(1, int(until - time.monotonic()))}",
        f"-timeout={LONGEST_SECONDS}",
        f"-max_len={INPUT_BYTES}",
        "-rss_limit_mb=0",
    ]
    said = ["-len_control=0", "-verbosity=0", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *signals, *limits, *said, str(corpus)], try_it)
    atheris.Fuzz()


def _atheris() -> Any:
    try:
        return importlib.import_module("atheris")
    except ImportError:
        return None


if __name__ == "__main__":
    drive(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]))
