"""A folder of a process's own for what does not fit in memory: beside the data, for its owner alone, gone when it is closed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from pathlib import Path
from typing import IO

from data import versions

_LOCK = "lock"


class Scratch:
    """The folder `path`; whoever opens another beside it removes what a killed process left behind.

    A folder is in use as long as its lock is held, which the system lets go of however the process ends.
    """

    def __init__(self, beside: Path) -> None:
        _sweep(beside)
        self.path = Path(tempfile.mkdtemp(prefix=versions.SCRATCH, dir=beside))  # of mode 0700
        self._lock: IO[str] = (self.path / _LOCK).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    @classmethod
    def where_it_may(cls, beside: Path | None) -> Scratch | None:
        """A folder there; none where nothing may be written, as in a store that is only read."""
        try:
            return None if beside is None else cls(beside)
        except OSError:
            return None

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _sweep(beside: Path) -> None:
    for left in beside.glob(f"{versions.SCRATCH}*"):
        try:
            with (left / _LOCK).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        except OSError:  # in use, or not ours, or only just being made
            continue
