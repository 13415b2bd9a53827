"""Files made behind the page, one at a time for everyone; a session keeps its last few."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from time import monotonic

import streamlit as st

from metrics.exports import ExportError
from pages.access import Offered, reader

KEPT = 4
"""Finished files a session keeps in memory."""
MOST_UNDER_WAY = 2
"""Files of one session made or waiting at once: the others wait for the same worker."""
MOST_AN_HOUR = 40
"""Files that one reader begins in an hour, in however many windows; without sign-in all who sit at this machine are one."""
_HOUR_SECONDS = 60 * 60
_AT = "files"
_FAILED = "This file could not be made. Try again; if that does not help, tell whoever runs the dashboard what you had chosen."
_LOG = logging.getLogger("pages")
_BEGUN: dict[str, deque[float]] = {}
"""By reader, when each file of the last hour was begun, oldest first."""
_BEGUN_LOCK = Lock()
_WORKERS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="files")

Progress = Callable[[str, int, int], None]


@dataclass
class Job:
    """One file being made or made: what is offered, what it states, and how far it has come."""

    offered: Offered
    mime: str
    facts: tuple[str, ...]
    what: str = "Waiting for another file"
    share: float = 0.0
    future: Future[bytes] = field(default_factory=Future)

    def report(self, what: str, done: int, total: int) -> None:
        """Take note of how far the work has come; called by the thread that does it."""
        self.what, self.share = what, done / total if total else 0.0

    @property
    def name(self) -> str:
        """The file's name."""
        return self.offered.name

    @property
    def running(self) -> bool:
        """Whether it is still to come."""
        return not self.future.done()

    @property
    def content(self) -> bytes | None:
        """The file; null while it is being made, and where it could not be."""
        return self.future.result() if self.future.done() and self.future.exception() is None else None

    @property
    def problem(self) -> str:
        """Why it could not be made, in one sentence that names no place of the server's; empty elsewhere."""
        error = self.future.exception() if self.future.done() else None
        return "" if error is None else str(error) if isinstance(error, ExportError) else _FAILED


def start(offered: Offered, mime: str, facts: tuple[str, ...], work: Callable[[Progress], bytes]) -> None:
    """Begin a file, unless it is there or under way, or as many are as may be; nothing of the page waits for it."""
    mine, name = all_mine(), offered.name
    if full() or (name in mine and not mine[name].problem) or not _counted():
        return
    job = Job(offered, mime, facts)
    job.future = _WORKERS.submit(work, job.report)
    job.future.add_done_callback(partial(_log, name))
    mine.pop(name, None)
    mine[name] = job
    finished = [one for one, held in mine.items() if not held.running]
    for old in finished[: max(0, len(finished) - KEPT)]:
        del mine[old]


def all_mine() -> dict[str, Job]:
    """The session's files by name, oldest first."""
    found: dict[str, Job] = st.session_state.setdefault(_AT, {})
    return found


def under_way() -> int:
    """How many are still to come."""
    return sum(job.running for job in all_mine().values())


def full() -> bool:
    """Whether the session has to wait before it begins another."""
    return under_way() >= MOST_UNDER_WAY


def spent() -> bool:
    """Whether the reader has begun as many within an hour as may be."""
    with _BEGUN_LOCK:
        return len(_of_the_hour(reader().subject)) >= MOST_AN_HOUR


def _counted() -> bool:
    """Count one more file of the reader's; false where that is one too many."""
    subject = reader().subject
    with _BEGUN_LOCK:
        begun = _of_the_hour(subject)
        if len(begun) >= MOST_AN_HOUR:
            return False
        _BEGUN[subject] = begun
        begun.append(monotonic())
        return True


def _of_the_hour(subject: str) -> deque[float]:
    """When a reader's files of the last hour were begun; whoever began none since is forgotten."""
    since = monotonic() - _HOUR_SECONDS
    for known in list(_BEGUN):
        while _BEGUN[known] and _BEGUN[known][0] <= since:
            _BEGUN[known].popleft()
        if not _BEGUN[known]:
            del _BEGUN[known]
    return _BEGUN.get(subject, deque())


def _log(name: str, future: Future[bytes]) -> None:
    """Leave a trace, for whoever runs the dashboard, of what the reader is not told."""
    error = future.exception()
    if error is not None and not isinstance(error, ExportError):
        _LOG.error("the file %s could not be made", name, exc_info=error)
