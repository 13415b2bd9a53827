"""The access log read back, oldest first; a line that is no event is told of and left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pages.record.event import Event
from pages.record.log import RecordError

_FILE = re.compile(r"(?P<month>[0-9]{4}-[0-9]{2})\.jsonl")


@dataclass(frozen=True)
class Damaged:
    """A line that is no event: cut short when the disk was full, or changed by hand."""

    path: Path
    number: int

    @property
    def sentence(self) -> str:
        """Which line that is."""
        return f"{self.path}, line {self.number} cannot be read and is left out: it was cut short, or changed."


def month_of(path: Path) -> str | None:
    """The month that a file of the log is of, `2026-05`; null for any other file."""
    named = _FILE.fullmatch(path.name)
    return named["month"] if named else None


def read(folder: Path, month: str | None = None) -> Iterator[Event | Damaged]:
    """The events of a month, or of all; `RecordError` where the log is not there or may not be read."""
    try:
        if not folder.is_dir():
            raise RecordError(f"There is no access log in {folder}: name its folder with --log or ACCESS_LOG.")
        for path in sorted(folder.iterdir()):
            if month_of(path) is not None and month in (None, month_of(path)):
                yield from _events(path)
    except OSError as error:
        raise RecordError(
            f"The access log in {folder} cannot be read ({error.strerror}): ask as the account that runs the dashboard."
        ) from error


def _events(path: Path) -> Iterator[Event | Damaged]:
    with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield Event.of_line(line)
            except ValueError:
                yield Damaged(path, number)
