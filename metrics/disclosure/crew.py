"""Who does the work of a release: a process a core, or this one where there is little to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from threadpoolctl import threadpool_limits

FEW_CUTS = 200
"""Of a lattice so small that its tables are decided faster than processes start."""


@contextmanager
def at_work(cuts: int) -> Iterator[Executor]:
    """A process a core to decide tables in; none but this one where there is little to decide."""
    if cuts <= FEW_CUTS:
        with _one_thread():
            yield Alone()
        return
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("forkserver"), _one_thread) as crew:
        yield crew


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


def _one_thread() -> threadpool_limits:
    """Small systems of equations gain nothing from threads, which wait for one another and round a sum as they split it.

    Only what is loaded can be limited, and SciPy brings a BLAS of its own.
    """
    import_module("scipy.linalg")
    return threadpool_limits(1)
