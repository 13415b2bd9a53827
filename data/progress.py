"""How far a long command has come: a bar on a terminal, plain lines otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO

from tqdm import tqdm

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def silent(what: str, done: int, total: int) -> None:
    """Show nothing."""


@contextmanager
def shown(stream: TextIO | None = None) -> Iterator[Progress]:
    """A progress that draws on `stream`, by default standard error."""
    stream = stream or sys.stderr
    painter = _Bar(stream) if stream.isatty() else _Lines(stream)
    try:
        yield painter
    finally:
        painter.close()


class _Bar:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: tqdm[NoReturn] | None = None
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if self._bar is None or what != self._what:
            self.close()
            self._what = what
            self._bar = tqdm(total=total, desc=what, file=self._stream, unit="", dynamic_ncols=True)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


class _Lines:
    """A line when something begins and one at each further quarter of it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._last: tuple[str, int] | None = None

    def __call__(self, what: str, done: int, total: int) -> None:
        quarter = 4 if done >= total else 4 * done // total
        if (what, quarter) != self._last:
            self._last = (what, quarter)
            print(f"{what}: {done:,} of {total:,}", file=self._stream, flush=True)

    def close(self) -> None:
        pass
