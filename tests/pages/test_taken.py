"""Files on their way out: what was offered and recorded is sent, and nothing else is."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from pages.access.recorded import LOG_VARIABLE
from pages.access.taken import NOT_OFFERED, NOT_SENT, Downloads, Offered, file_name, offer
from pages.record import AccessLog, Event, read

NAME = "synthetic-slides-oxfordshire-girls-first.pptx"
AS_FILE = f'attachment; filename="{NAME}"'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the access log of this machine."""
    log = AccessLog(tmp_path / "log")
    log.prepare()
    monkeypatch.setenv(LOG_VARIABLE, str(log.folder))
    return log.folder


@pytest.fixture
def offered() -> Iterator[Offered]:
    """A file that a session offers."""
    yield offer(NAME, {"area": "E10000025", "sex": "F"}, "first")


def ask(disposition: str | None, method: str = "GET", status: int = 200) -> tuple[int, bytes]:
    """Ask for what the server behind would send so; the status and the bytes that come."""

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [] if disposition is None else [(b"content-disposition", disposition.encode("latin-1"))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"the ", "more_body": True})
        await send({"type": "http.response.body", "body": b"file"})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": method, "path": "/media/0123.pptx", "headers": []}
    asyncio.run(Downloads(behind)(scope, receive, send))
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent[1:])


def events(folder: Path) -> list[Event]:
    return [one for one in read(folder) if isinstance(one, Event)]


@pytest.mark.parametrize("status", [200, 206])
def test_a_file_is_recorded_whenever_it_is_sent_whole_or_in_part(status: int, folder: Path, offered: Offered) -> None:
    assert ask(AS_FILE, status=status) == (status, b"the file")
    (event,) = events(folder)
    assert (event.event, event.who, event.file, event.release) == ("downloaded", None, NAME, "first")
    assert event.filters == {"area": "E10000025", "sex": "F"}


def test_each_time_counts(folder: Path, offered: Offered) -> None:
    for _ in range(3):
        ask(AS_FILE)
    assert len(events(folder)) == 3


def test_what_cannot_be_recorded_is_not_sent_and_is_sent_again_when_it_can(
    folder: Path, offered: Offered, tmp_path: Path
) -> None:
    folder.rename(tmp_path / "away")
    assert ask(AS_FILE) == (503, NOT_SENT.encode())
    (tmp_path / "away").rename(folder)
    assert ask(AS_FILE) == (200, b"the file")
    assert len(events(folder)) == 1


@pytest.mark.parametrize(
    "disposition", ['attachment; filename="other.pptx"', "attachment", "ATTACHMENT; filename=x", "attachment;"]
)
def test_a_file_that_no_page_offered_is_not_sent(disposition: str, folder: Path, offered: Offered) -> None:
    assert ask(disposition) == (404, NOT_OFFERED.encode())
    assert events(folder) == []


def test_a_file_that_its_sessions_have_let_go_is_not_sent(folder: Path) -> None:
    one, other = offer(NAME, {}, "first"), offer(NAME, {}, "first")
    assert one is other
    del one
    assert ask(AS_FILE)[0] == 200
    del other
    gc.collect()
    assert ask(AS_FILE)[0] == 404


def test_what_is_shown_and_not_kept_as_a_file_is_no_download(folder: Path, offered: Offered) -> None:
    assert ask(None) == ask("inline") == (200, b"the file")
    assert events(folder) == []


def test_asking_whether_a_file_is_there_takes_nothing(folder: Path, offered: Offered) -> None:
    ask(AS_FILE, method="HEAD")
    assert events(folder) == []


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="a-b.pdf"', "a-b.pdf"),
        ("attachment; filename*=utf-8''caf%C3%A9.pdf", "café.pdf"),
        ("inline; filename=a.pdf", None),
        ("", None),
    ],
)
def test_the_name_is_read_as_browsers_read_it(disposition: str, name: str | None) -> None:
    assert file_name(disposition) == name
