"""The disk is full: what cannot be recorded is not shown and not sent, nothing recorded is lost, and all goes on by itself."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

from streamlit.proto.DownloadButton_pb2 import DownloadButton

from pages.access.recorded import NOT_RECORDED
from pages.access.taken import NOT_SENT
from pages.record import Damaged, Event, read
from tests.browser.visitor import Painted, Visitor, visit
from tests.faults.conftest import Server

PATIENCE_S = 60
ENOUGH = 40
"""Bytes that the log may still grow by: less than a line."""


@contextmanager
def full(server: Server) -> Iterator[None]:
    """No file of the server's may grow any more but by half a line."""
    largest = max(path.stat().st_size for path in (*server.log.iterdir(), server.printed))
    before = resource.prlimit(server.process, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process, resource.RLIMIT_FSIZE, (largest + ENOUGH, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.process, resource.RLIMIT_FSIZE, before)


def events(server: Server) -> list[Event]:
    return [one for one in read(server.log) if isinstance(one, Event)]


def asked(reader: Visitor, format: str, more: str = "") -> Painted:
    """The page after a file has been asked for, and is there or cannot be had."""
    query = f"format={format}&slide=recognised{more}"
    reader.open("downloads", query)
    reader.press("Make the file")
    until = time.monotonic() + PATIENCE_S
    while True:
        page = reader.open("downloads", query)
        if _file(page, format) or "could not be made" in page.words:
            return page
        assert time.monotonic() < until, f"no {format} was made"
        time.sleep(0.2)


def made(reader: Visitor, format: str, more: str = "") -> DownloadButton:
    """A file that the reader has had made, ready to be taken while its page is open."""
    button = _file(asked(reader, format, more), format)
    assert button is not None
    return button


def _file(page: Painted, format: str) -> DownloadButton | None:
    return next((button for label, button in page.downloads.items() if label.endswith(f".{format}")), None)


def taken(server: Server, button: DownloadButton) -> tuple[int, bytes]:
    """What comes when a browser asks for a file."""
    connection = HTTPConnection(urlsplit(server.address).netloc, timeout=PATIENCE_S)
    connection.request("GET", button.url, headers={"Host": urlsplit(server.address).netloc})
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_a_file_is_made_taken_and_recorded(server: Server) -> None:
    with visit(server.address) as reader:
        button = made(reader, "svg", "&sex=F")
        assert taken(server, button)[0] == 200
        assert taken(server, button)[0] == 200
    looked, *downloaded = events(server)
    assert (looked.event, looked.page, looked.filters) == ("viewed", "downloads", {"sex": "F"})
    assert [(one.event, one.filters, one.release) for one in downloaded] == [("downloaded", {"sex": "F"}, server.first)] * 2
    assert downloaded[0].file.startswith("synthetic-recognised-") and downloaded[0].file.endswith(f"{server.first}.svg")


def test_a_full_disk_shows_nothing_unrecorded_and_loses_nothing_recorded(server: Server) -> None:
    with visit(server.address) as reader, visit(server.address) as taking:
        assert reader.open("education").charts
        button = made(taking, "svg")
        before = events(server)
        with full(server):
            refused = reader.choose("Sex", "Girls")
            assert NOT_RECORDED in refused.words
            assert not refused.charts and not refused.errors and str(server.log) not in refused.words
            assert taken(server, button) == (503, NOT_SENT.encode())
            assert events(server) == before
        assert reader.open("education", "sex=F").charts
        assert taken(server, button)[0] == 200
    after = events(server)
    assert after[: len(before)] == before
    assert [(one.event, one.page or one.file[-3:]) for one in after[len(before) :]] == [
        ("viewed", "education"),
        ("downloaded", "svg"),
    ]
    assert [one.number for one in read(server.log) if isinstance(one, Damaged)] == [len(before) + 1]


def test_files_are_made_in_memory_but_for_pdf_which_waits_for_room_with_a_sentence(server: Server) -> None:
    with visit(server.address) as reader:
        reader.open("downloads")
        with full(server):
            assert made(reader, "svg") and made(reader, "pptx")
            refused = asked(reader, "pdf")
            assert "This file could not be made. Try again" in refused.words and not refused.errors
        assert made(reader, "pdf")
