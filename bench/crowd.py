"""Fifty sessions that filter at once: how long each waits, what the server holds, and whether anything is lost.

`BENCH_CROWD_SECONDS` shortens the five minutes. The readers share this machine's cores with the server; they draw nothing.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.timings import Row, Spread, announced
from tests.browser.server import serve_process
from tests.browser.visitor import Visitor, visit

SESSIONS = 50
SECONDS = float(os.environ.get("BENCH_CROWD_SECONDS", "300"))
READING_S, READING_SHARE = 10.0, 0.2
"""How long a reader looks at a page before the next change, and for what share of the time all do."""
PAGE = "education"
SEXES = (("Sex", "Girls"), ("Sex", "Girls and boys"))
PERIODS = (("Period of imprisonment", "2023"), ("Period of imprisonment", "All years"))
CHANGES = ((SEXES[0], PERIODS[0], SEXES[1], PERIODS[1]), (PERIODS[0], SEXES[0], PERIODS[1], SEXES[1]))
"""What one reader changes, again and again, and what the next does: each is a change, and so a line of the access log."""
SAMPLED_S = 2.0
_MIB = 2**20


@dataclass
class Crowd:
    """What readers met: the wait of each change in milliseconds, what went wrong, and the server's memory as time went by."""

    waits_ms: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    """Seconds since the beginning and MiB."""
    opened: int = 0
    recorded: int = 0

    @property
    def peak_mib(self) -> float:
        """The most that the server held."""
        return max(mib for _, mib in self.memory)

    @property
    def growth_mib_a_minute(self) -> float:
        """What it held in the last quarter of the time beyond what it held in the second, by the minute between the two."""
        quarter = max(1, len(self.memory) // 4)
        early, late = self.memory[quarter : 2 * quarter] or self.memory, self.memory[-quarter:]
        minutes = (median(at for at, _ in late) - median(at for at, _ in early)) / 60
        return (median(mib for _, mib in late) - median(mib for _, mib in early)) / minutes if minutes else 0.0

    @property
    def lost(self) -> int:
        """Looks that are not in the access log."""
        return self.opened + len(self.waits_ms) - self.recorded


def rows(release: Path, rooms: Path) -> Iterator[Row]:
    """The rows of the table: everybody at once without a pause, then everybody reading in between."""
    for pause, seconds in ((0.0, SECONDS), (READING_S, SECONDS * READING_SHARE)):
        how = "one change after another" if not pause else f"reading {pause:.0f} s in between"
        with announced(f"{SESSIONS} sessions, {how}"):
            crowd = filter_at_once(release, rooms / f"crowd-{pause:.0f}", SESSIONS, seconds, pause)
        what = f"{SESSIONS} sessions on the education page for {seconds:.0f} s, {how}"
        yield Row(
            f"Wait for a filter change: {what}", str(Spread.of(crowd.waits_ms)), f"{len(crowd.waits_ms):,} changes", _told(crowd)
        )
        grown = f"{crowd.growth_mib_a_minute:+.1f} MiB a minute from the second quarter to the last"
        yield Row("Memory of the server meanwhile", f"{crowd.peak_mib:,.0f} MiB at most", grown)


def _told(crowd: Crowd) -> str:
    return f"errors: {len(crowd.wrong)}; not in the access log: {crowd.lost}; both must be 0"


def filter_at_once(release: Path, room: Path, sessions: int, seconds: float, pause: float = 0.0) -> Crowd:
    """So many sessions that each have seen the page and change a filter until the time is over, `pause` seconds between."""
    crowd, ready, over = Crowd(), threading.Barrier(sessions + 1), threading.Event()
    room.mkdir(parents=True, exist_ok=True)
    log, printed = room / "access-log", room / "printed"
    with serve_process(release, printed, settings={"ACCESS_LOG": str(log)}) as (address, process), ExitStack() as open_ones:
        readers = [open_ones.enter_context(visit(address)) for _ in range(sessions)]
        threads = [
            threading.Thread(target=_read, args=(reader, turn, crowd, ready, over, pause)) for turn, reader in enumerate(readers)
        ]
        for thread in threads:
            thread.start()
        ready.wait()
        start = time.monotonic()
        while (at := time.monotonic() - start) < seconds:
            crowd.memory.append((at, _memory_mib(process)))
            over.wait(min(SAMPLED_S, seconds / 8))
        over.set()
        for thread in threads:
            thread.join()
    crowd.recorded = sum(line.count("\n") for line in (path.read_text() for path in log.iterdir()))
    crowd.wrong += [line for line in printed.read_text().splitlines() if "Traceback" in line or "ERROR" in line]
    return crowd


def _read(reader: Visitor, turn: int, crowd: Crowd, ready: threading.Barrier, over: threading.Event, pause: float) -> None:
    changes = itertools.cycle(CHANGES[turn % len(CHANGES)])
    try:
        crowd.wrong += reader.open(PAGE).errors
        crowd.opened += 1
    finally:
        ready.wait()
    over.wait(pause * turn / SESSIONS)
    while not over.is_set():
        begun = time.monotonic()
        try:
            painted = reader.choose(*next(changes))
        except Exception as error:
            crowd.wrong.append(repr(error))
            return
        crowd.waits_ms.append((time.monotonic() - begun) * 1000)
        crowd.wrong += painted.errors if painted.charts else ["a page without a chart"]
        over.wait(pause)


def _memory_mib(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB
