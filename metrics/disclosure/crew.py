"""Who does the work of a release: a process a core, or this one where there is little to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from threadpoolctl import threadpool_limits

from data.errors import DataError

FEW_CUTS = 200
"""Of a lattice so small that its tables are decided faster than processes start."""


@contextmanager
def at_work(cuts: int) -> Iterator[Executor]:
    """A process a core to decide tables in; none but this one where there is little to decide.

    `DataError` where the system ends one of them.
    """
    if cuts <= FEW_CUTS:
        with _one_thread():
            yield Alone()
        return
    with ProcessPoolExecutor(_cores(), get_context("forkserver"), _one_thread) as crew:
        try:
            yield crew
        except BrokenProcessPool:
            raise DataError(
                "The system ended a process that was protecting figures, most likely for want of memory: run the command again "
                "where there is more of it, or fewer cores."
            ) from None


class Alone(Executor):
    """Does what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A task that is done."""
        task: Future[Any] = Future()
        try:
            task.set_result(fn(*args, **kwargs))
        except Exception as error:
            task.set_exception(error)
        return task


def _cores() -> int:
    """Those that this process may use; all there are where the system, such as macOS, does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _one_thread() -> threadpool_limits:
    """Small systems of equations gain nothing from threads, which wait for one another and round a sum as they split it.

    Only what is loaded can be limited, and SciPy brings a BLAS of its own.
    """
    import_module("scipy.linalg")
    return threadpool_limits(1)
