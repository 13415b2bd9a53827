"""Who does the work of a release. What these tests prevent: processes whose threads wait for one another at every small sum, and
a traceback where the system is short of memory, or is not Linux.
"""

from __future__ import annotations

import os

import pytest
from scipy import linalg
from threadpoolctl import threadpool_info

from data.errors import DataError
from metrics.disclosure.crew import FEW_CUTS, _cores, at_work


def threads() -> dict[str, int]:
    """How many threads each loaded library of linear algebra has here, once SciPy's is."""
    assert linalg.norm([3.0, 4.0]) == 5.0
    return {one["filepath"]: one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


def test_whoever_does_the_work_has_one_thread() -> None:
    before = threads()
    with at_work(1) as crew:
        found = crew.submit(threads).result()
    assert len(found) > 1 and set(found.values()) == {1}
    assert threads() == before


def test_a_process_that_the_system_ends_is_one_sentence() -> None:
    with pytest.raises(DataError, match=r"^The system ended a process .* want of memory"), at_work(FEW_CUTS + 1) as crew:
        crew.submit(os._exit, 1).result()


def test_where_the_system_does_not_say_which_cores_may_be_used_all_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert _cores() == (os.cpu_count() or 1)
