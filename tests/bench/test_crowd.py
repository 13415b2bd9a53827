"""Fifty sessions are measured as they would be, in small: nothing goes wrong, nothing is lost, and what goes wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import crowd
from bench.crowd import Crowd
from pages.record import Event, read

SESSIONS, SECONDS = 8, 10.0


def test_a_crowd_loses_nothing_and_is_shown_every_page(demonstration_release: Path, tmp_path: Path) -> None:
    met = crowd.filter_at_once(demonstration_release, tmp_path, SESSIONS, SECONDS)
    assert met.wrong == [] and met.lost == 0
    assert met.opened == SESSIONS and len(met.waits_ms) > SESSIONS
    assert min(met.waits_ms) > 0 and met.peak_mib > 50
    looks = [one for one in read(tmp_path / "access-log") if isinstance(one, Event)]
    assert len(looks) == met.opened + len(met.waits_ms)
    assert {tuple(sorted(one.filters.items())) for one in looks} == {
        (),
        (("sex", "F"),),
        (("period", "2023"),),
        (("period", "2023"), ("sex", "F")),
    }


def test_what_goes_wrong_is_told(demonstration_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "CHANGES", ((("Sex", "No such option"),),))
    met = crowd.filter_at_once(demonstration_release, tmp_path, 2, 1.0)
    assert met.wrong == ["StopIteration()"] * 2 and met.waits_ms == []


@pytest.mark.parametrize(
    ("memory", "grown"),
    [
        ([(0.0, 100.0), (60.0, 200.0), (120.0, 200.0), (180.0, 200.0)], 0.0),
        ([(0.0, 100.0), (60.0, 110.0), (120.0, 120.0), (180.0, 130.0)], 10.0),
        ([(0.0, 100.0)], 0.0),
    ],
)
def test_growth_is_told_by_the_minute_and_warming_up_is_none(memory: list[tuple[float, float]], grown: float) -> None:
    assert Crowd(memory=memory).growth_mib_a_minute == grown


def test_looks_that_are_not_in_the_log_are_lost() -> None:
    assert Crowd(waits_ms=[1.0, 2.0], opened=1, recorded=2).lost == 1
