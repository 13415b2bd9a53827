"""A socket lets nothing through once its session is over, whatever page asked for it and however it ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from pages.access import guard, sessions
from pages.access.guard import Guard
from pages.access.sessions import session_in
from tests.sign_in.test_guard import SECRET, cookie_of
from tests.sign_in.test_sessions import SIGN_IN

CLOSED: Message = {"type": "websocket.close", "code": 1008}
GONE: Message = {"type": "websocket.disconnect", "code": 1008}
FIGURE: Message = {"type": "websocket.send", "bytes": b"a figure"}
PROTOCOL = b"streamlit, token, session-before"


@pytest.fixture(autouse=True)
def set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in set up, and the secret that its cookies are signed with."""
    monkeypatch.setattr(guard, "sign_in", lambda: SIGN_IN)
    monkeypatch.setattr("pages.access.cookies.get_cookie_secret", lambda: SECRET)


@dataclass
class Socket:
    """One socket through the middleware: what was sent through it, and what the application behind it was told."""

    cookie: str
    sent: list[Message] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)
    protocol: bytes = b""

    @property
    def scope(self) -> dict[str, Any]:
        """The request for it."""
        headers = [(b"host", b"dashboard.example"), (b"cookie", self.cookie.encode()), (b"sec-websocket-protocol", PROTOCOL)]
        return {"type": "websocket", "path": "/_stcore/stream", "query_string": b"", "headers": headers}

    def end(self) -> None:
        """Sign its session out, as another tab would."""
        session = session_in(HTTPConnection(self.scope).cookies, SIGN_IN)
        assert session is not None
        sessions.end(session)

    def run(self, between: Callable[[], Awaitable[None]]) -> Socket:
        """Ask for a run, get a figure, wait for what comes between, and ask for another."""

        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            self.protocol = dict(scope["headers"])[b"sec-websocket-protocol"]
            self.told.append(await receive())
            await send(FIGURE)
            await between()
            await send(FIGURE)
            self.told.append(await receive())

        async def receive() -> Message:
            return {"type": "websocket.receive", "bytes": b"run"}

        async def send(message: Message) -> None:
            self.sent.append(message)

        asyncio.run(Guard(application)(self.scope, receive, send))
        return self


async def a_moment() -> None:
    """Let the other tasks of this loop run."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_socket_of_a_session_that_lasts_is_let_be() -> None:
    socket = Socket(cookie_of(nonce="lasts")).run(a_moment)
    assert socket.sent == [FIGURE, FIGURE]
    assert GONE not in socket.told and socket.protocol == PROTOCOL


def test_a_socket_closes_when_its_session_is_signed_out() -> None:
    socket = Socket(cookie_of(nonce="signed out elsewhere"))

    async def signed_out() -> None:
        socket.end()
        await a_moment()

    socket.run(signed_out)
    assert (socket.sent, socket.told[1]) == ([FIGURE, CLOSED], GONE)


def test_a_socket_closes_when_its_token_ends() -> None:
    """The token ends in a second or two; nothing here depends on how long that takes."""
    ends = int(time.time()) + 2
    socket = Socket(cookie_of(nonce="brief", exp=ends))

    async def ended() -> None:
        while CLOSED not in socket.sent:
            await asyncio.sleep(0.05)

    socket.run(ended)
    assert (socket.sent, socket.told[1]) == ([FIGURE, CLOSED], GONE)
    assert time.time() >= ends


@pytest.mark.parametrize("changes", [{"exp": 1}, {"aud": "other"}])
def test_a_socket_without_a_session_takes_up_no_page_of_before(changes: dict[str, Any]) -> None:
    socket = Socket(cookie_of(**changes)).run(a_moment)
    assert socket.protocol == b"streamlit, token"
