"""The release that is live, as long as a server runs: opened once, and again when another version takes its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import monotonic

from data.versions import POINTER, state_of
from metrics.release import Release, ReleaseError

AGAIN_S = 5.0
"""After how long a version that could not be served, or whose files failed, is tried again."""


class ReleaseSource:
    """The release to serve from a directory: opened once, and again when another version goes live or its files failed.

    `accept` raises `ReleaseError` for a release that may not be served. While the newest cannot be served the one before
    it is, and `problem` says why; what is wrong is tried again every few seconds, whether or not the pointer has changed. Safe
    between threads.
    """

    def __init__(self, path: Path | str, accept: Callable[[Release], None] = lambda release: None) -> None:
        self.path, self._accept = Path(path), accept
        self.problem: str | None = None
        self._release: Release | None = None
        self._seen: tuple[int, ...] | None = None
        self._again = 0.0
        self._lock = Lock()

    def release(self) -> Release:
        """The live release; `ReleaseError` where there never was one that may be served."""
        seen = self._pointer()
        if self._release is not None and not self._is_due(self._release, seen):
            return self._release
        with self._lock:
            if self._release is None or self._is_due(self._release, seen):
                self._renew(seen)
            assert self._release is not None, "renewing raises where there is nothing to serve"
            return self._release

    def renew(self) -> Release:
        """As `release`, but looked for anew where the pointer has not moved: a version that was mended in place is taken up."""
        with self._lock:
            self._renew(self._pointer())
            assert self._release is not None, "renewing raises where there is nothing to serve"
            return self._release

    def _is_due(self, release: Release, seen: tuple[int, ...] | None) -> bool:
        """Whether to look what is live: the pointer has changed, or something is wrong and was not tried just now."""
        wrong = self.problem is not None or release.failed
        return seen != self._seen or (wrong and monotonic() >= self._again)

    def _renew(self, seen: tuple[int, ...] | None) -> None:
        self._again = monotonic() + AGAIN_S
        try:
            release = Release.open(self.path)
            self._accept(release)
        except ReleaseError as error:
            self.problem = str(error)
            if self._release is None:
                raise
        else:
            self.problem = None
            if self._release is None or self._is_other(release, self._release):
                self._release = release
        self._seen = seen

    @staticmethod
    def _is_other(release: Release, served: Release) -> bool:
        """Whether what was opened takes the place of what is served: another version, or the same from other or sound files."""
        return served.failed or (release.version, release.files) != (served.version, served.files)

    def _pointer(self) -> tuple[int, ...] | None:
        """What changes whenever the pointer is replaced."""
        try:
            return state_of(self.path / POINTER)
        except OSError:
            return None
