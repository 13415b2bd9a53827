"""The access log on the disk: a folder with a file a month, to which lines are added and in which nothing is ever changed.

A file is opened for each line, so that a disk made free, a folder put back or a file moved away is met by the next line,
without a restart.
"""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path
from threading import Lock

from pages.record.event import Event, now

FOLDER_OF_OWNER, FILE_OF_OWNER = 0o700, 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_END = b"\n"
_ONE_AT_A_TIME = Lock()


class RecordError(Exception):
    """One sentence for whoever runs the dashboard: why the access log takes nothing, where, and what to do."""


class AccessLog:
    """The access log in a folder. Safe between threads; lines of several processes stay whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make the folder, of mode 0700, and this month's file; `RecordError` where they cannot be, or are open to others."""
        try:
            self.folder.mkdir(mode=FOLDER_OF_OWNER, parents=True, exist_ok=True)
            _refuse_open(self.folder, self.folder.stat().st_mode)
            os.close(self._open(now().strftime("%Y-%m")))
        except OSError as error:
            raise self._refused(error) from error

    def write(self, event: Event) -> None:
        """Add one line to the file of its month, by one write to its end; `RecordError` where it is not there whole.

        A folder that has gone is not made anew: what lay in it lies elsewhere, and so must what comes. A line outlives the
        process however that ends; the machine may lose those that its disk did not yet hold.
        """
        line = event.line().encode("ascii")
        try:
            with _ONE_AT_A_TIME:
                handle = self._open(event.at.strftime("%Y-%m"))
                try:
                    _append(handle, line)
                finally:
                    os.close(handle)
        except OSError as error:
            raise self._refused(error) from error

    def _open(self, month: str) -> int:
        handle = os.open(self.folder / f"{month}.jsonl", _FLAGS, FILE_OF_OWNER)
        try:
            _refuse_open(self.folder, os.fstat(handle).st_mode)
        except RecordError:
            os.close(handle)
            raise
        return handle

    def _refused(self, error: OSError) -> RecordError:
        return RecordError(
            f"The access log in {self.folder} takes no line ({error.strerror or 'the disk is full'}): make room, or give the "
            "folder back to the account that runs the dashboard; it goes on by itself, and shows nothing before."
        )


def _append(handle: int, line: bytes) -> None:
    """One write; a line that a full disk cut short stays as it is, and the next begins on a line of its own."""
    size = os.fstat(handle).st_size
    torn = size > 0 and os.pread(handle, 1, size - 1) != _END
    whole = _END + line if torn else line
    if os.write(handle, whole) != len(whole):
        raise OSError


def _refuse_open(folder: Path, mode: int) -> None:
    if mode & _OTHERS:
        raise RecordError(
            f"The access log in {folder} is open to other accounts: close it with `chmod -R go-rwx {shlex.quote(str(folder))}`."
        )
