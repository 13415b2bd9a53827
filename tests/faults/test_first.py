"""The first minute after a restart, when many come at once to a server that has loaded nothing yet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.browser.visitor import Painted, visit
from tests.faults.conftest import Server

READERS = 8


def test_readers_who_all_come_first_are_all_shown_the_page(server: Server) -> None:
    """A library that is loaded by the first run is half loaded in the runs beside it."""
    together = Barrier(READERS)

    def read(_: int) -> Painted:
        with visit(server.address) as reader:
            together.wait()
            return reader.open("education")

    with ThreadPoolExecutor(READERS) as readers:
        seen = list(readers.map(read, range(READERS)))
    assert [painted.errors for painted in seen] == [[]] * READERS
    assert len({painted.figures for painted in seen}) == 1 and seen[0].charts
