"""Defends against a campaign that finds nothing because it tries nothing, and against one that does not end."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.fuzz.__main__ as fuzz
from tests.fuzz.drive import COUNT, FAULT, INPUT, TRIED, Drive, again
from tests.fuzz.targets import target, targets

WAITS = "import time; time.sleep(600)"
DIES = f"import os, pathlib, sys; pathlib.Path(sys.argv[1], '{TRIED}').write_bytes(b'deadly'); os.abort()"
ENDS = f"import pathlib, sys; pathlib.Path(sys.argv[1], '{COUNT}').write_text('1200 1100')"
SECONDS = 7.0
"""Two for the target, and the rest of grace."""


def planted(folder: Path, odd: type[Exception] | None) -> Drive:
    """A target that an odd number ends, in the way given."""

    @given(st.integers(0, 255))
    def even(number: int) -> None:
        if odd and number % 2:
            raise odd("a number")

    return Drive(even, folder)


INPUTS = [bytes((number,)) * 600 for number in range(64)]


def faults(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.glob(f"*{FAULT}"))]


def test_a_fault_is_kept_once_with_what_was_given_and_the_drive_goes_on(tmp_path: Path) -> None:
    driven = planted(tmp_path, ZeroDivisionError)
    kept = [driven.try_one(content) for content in INPUTS]
    driven.count(last=True)
    assert set(kept) == {True, False}
    (said,) = faults(tmp_path)
    assert said.startswith("given (") and said.endswith("ZeroDivisionError: a number\n")
    assert [path.read_bytes() in INPUTS for path in tmp_path.glob(f"*{INPUT}")] == [True]
    assert (tmp_path / COUNT).read_text() == "64 64\n"


def test_another_fault_of_the_same_target_is_kept_beside_it(tmp_path: Path) -> None:
    for odd in (ZeroDivisionError, LookupError):
        driven = planted(tmp_path, odd)
        assert not all(driven.try_one(content) for content in INPUTS)
    assert len(faults(tmp_path)) == 2


@pytest.mark.parametrize(("odd", "left"), [(ZeroDivisionError, 1), (None, 0)])
def test_what_failed_is_tried_again_and_forgotten_once_it_is_mended(
    tmp_path: Path, odd: type[Exception] | None, left: int
) -> None:
    assert not all(planted(tmp_path, ZeroDivisionError).try_one(content) for content in INPUTS)
    again(planted(tmp_path, odd), tmp_path)
    assert len(faults(tmp_path)) == len(list(tmp_path.glob(f"*{INPUT}"))) == left


def campaign(monkeypatch: pytest.MonkeyPatch, out: Path, script: str) -> fuzz.Turn:
    monkeypatch.setattr(fuzz, "command", lambda name, seconds, folder: [sys.executable, "-c", script, str(folder)])
    (turn,) = fuzz.campaign(["planted"], SECONDS, out)
    return turn


def test_a_target_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert campaign(monkeypatch, tmp_path, WAITS) == fuzz.Turn("planted", 0, 0, ())


def test_what_ends_the_process_is_a_fault_with_the_input_that_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    turn = campaign(monkeypatch, tmp_path, DIES)
    assert turn.faults and "The process ended with -6." in turn.faults[0].read_text()
    assert turn.faults[0].with_suffix(INPUT).read_bytes() == b"deadly"


def test_what_was_tried_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    turn = campaign(monkeypatch, tmp_path, ENDS)
    assert fuzz.tell([turn], tmp_path) == 0
    assert "planted: 1,200 inputs, 1,100 whole; faults: 0" in capsys.readouterr().out


def test_a_fault_found_fails_the_campaign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not all(planted(tmp_path, ZeroDivisionError).try_one(content) for content in INPUTS)
    assert fuzz.tell([fuzz.Turn("planted", 64, 64, tuple(tmp_path.glob(f"*{FAULT}")))], tmp_path) == 1
    assert "ZeroDivisionError: a number" in capsys.readouterr().out


@pytest.mark.parametrize("part", ["access", "addresses", "extracts", "policies", "releases", "stored"])
def test_every_kind_of_input_has_a_target(part: str) -> None:
    assert [name for name in targets() if name.startswith(f"{part}.")]


def test_a_target_is_found_by_its_name() -> None:
    assert {name: target(name) for name in targets()} == targets()
