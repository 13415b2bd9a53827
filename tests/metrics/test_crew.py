"""Who works on a release. What these tests prevent: a traceback where the system is short of memory, or is not Linux."""

from __future__ import annotations

import os

import pytest

from data.errors import DataError
from metrics.disclosure.crew import FEW_CUTS, at_work


def test_a_process_that_the_system_ends_is_one_sentence() -> None:
    with pytest.raises(DataError, match=r"^The system ended a process .* want of memory"), at_work(FEW_CUTS + 1) as crew:
        crew.submit(os._exit, 1).result()


def test_where_the_system_does_not_say_which_cores_may_be_used_all_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    with at_work(FEW_CUTS + 1) as crew:
        assert crew.submit(abs, -1).result() == 1
