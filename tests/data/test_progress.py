"""Defends against a log full of carriage returns, and a terminal that says nothing."""

from __future__ import annotations

from io import StringIO

from data import progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_are_few_and_say_the_end() -> None:
    stream = StringIO()
    with progress.shown(stream) as shown:
        for done in range(0, 1001, 10):
            shown("Deriving", done, 1000)
    assert stream.getvalue().splitlines() == [f"Deriving: {done} of 1,000" for done in (0, 250, 500, 750)] + [
        "Deriving: 1,000 of 1,000"
    ]


def test_nothing_to_do_is_done() -> None:
    stream = StringIO()
    with progress.shown(stream) as shown:
        shown("Deriving", 0, 0)
    assert stream.getvalue() == "Deriving: 0 of 0\n"


def test_a_terminal_gets_a_bar_for_each_thing_done() -> None:
    stream = Terminal()
    with progress.shown(stream) as shown:
        for what in ("Checking", "Deriving"):
            for done in range(3):
                shown(what, done, 2)
    assert "Checking: 100%" in stream.getvalue()
    assert "Deriving: 100%" in stream.getvalue()
