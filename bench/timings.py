"""Timings and what is said of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Spread:
    """The middle and the slow end of repeated timings, in milliseconds."""

    median_ms: float
    p95_ms: float

    @classmethod
    def of(cls, timings_ms: Sequence[float]) -> Spread:
        """Of at least two timings."""
        cuts = quantiles(timings_ms, n=20, method="inclusive")
        return cls(cuts[9], cuts[18])

    def __str__(self) -> str:
        return f"{figures_of(self.median_ms)} ms, p95 {figures_of(self.p95_ms)} ms"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, what came out, beside what, and how the two compare."""

    measured: str
    result: str
    beside: str = ""
    comparison: str = ""


def repeat(times: int, work: Callable[[], object]) -> Spread:
    """Run `work` once to warm up and then `times` times."""
    work()
    return Spread.of([timed(work) for _ in range(times)])


def timed(work: Callable[[], object]) -> float:
    """How many milliseconds `work` takes."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


@contextmanager
def announced(what: str) -> Iterator[None]:
    """Say what is being measured, and how long that took."""
    print(f"{what} …", flush=True)
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.0f} s", flush=True)


def times(slow: float, fast: float) -> str:
    """How many times one is of the other: `2.8 ×`."""
    return f"{figures_of(slow / fast)} ×"


def share(ours: Spread, other: Spread) -> str:
    """How many times the one's middle is of the other's."""
    return times(ours.median_ms, other.median_ms)


def figures_of(value: float) -> str:
    """A number to three figures, or whole from a hundred on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
