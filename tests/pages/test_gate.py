"""What the server answers, and to whom: without these anybody on the network reads the dashboard or its metrics."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.types import Message, Receive, Scope, Send

from pages.access import MIDDLEWARE
from pages.access.gate import host_name, is_local, safety_headers

HERE = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What came back: a status (101 a socket let in, 403 one that was closed), headers and text."""

    status: int
    headers: dict[str, str]
    text: str


async def _inside(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the middleware."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def ask(path: str, *, host: str = "localhost:8501", address: str = HERE, kind: str = "http") -> Answer:
    """Send one request through the middleware as a server would."""
    scope = {
        "type": kind,
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", host.encode())],
        "client": (address, 50000),
    }
    return asyncio.run(_send_through(scope))


async def _send_through(scope: dict[str, Any]) -> Answer:
    app: Any = _inside
    for layer in reversed(MIDDLEWARE):
        app = layer.cls(app, *layer.args, **layer.kwargs)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    first = sent[0]
    status = {"websocket.accept": 101, "websocket.close": 403}.get(first["type"]) or int(first["status"])
    headers = {name.decode().lower(): value.decode() for name, value in first.get("headers", [])}
    return Answer(status, headers, b"".join(message.get("body", b"") for message in sent[1:]).decode())


@pytest.mark.parametrize("path", ["/", "/education", "/static/js/index.js", "/_stcore/health", "/_stcore/host-config"])
def test_a_browser_on_this_machine_gets_what_it_needs(path: str) -> None:
    assert ask(path).text == "inside"


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/agent/mcp",
        "/_stcore/upload_file/session/file",
        "/_stcore/script-health-check",
        "/base/_stcore/metrics",
        "/_stcore/%6detrics",
        "/auth/login",
        "/oauth2callback",
    ],
)
def test_back_rooms_are_closed(path: str) -> None:
    answer = ask(path)
    assert (answer.status, answer.text) == (404, "Not found.")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.5:8501", "169.254.169.254"])
def test_another_host_name_is_refused_so_that_no_rebound_name_reads_the_page(host: str) -> None:
    assert ask("/", host=host).status == 403


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.7", "2001:db8::1"])
def test_another_machine_is_refused_whatever_host_it_names(address: str) -> None:
    assert ask("/", address=address).status == 403


def test_a_socket_from_another_host_name_is_refused() -> None:
    assert ask("/_stcore/stream", host="evil.example", kind="websocket").status == 403


def test_a_socket_from_this_machine_is_let_through() -> None:
    assert ask("/_stcore/stream", kind="websocket").status == 101


def test_every_answer_says_what_a_page_may_load() -> None:
    headers = ask("/").headers
    assert all(headers[name.lower()] == value for name, value in safety_headers().items())
    policy = headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("localhost:8501", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:8501", "::1"),
        ("[::1]", "::1"),
        ("LOCALHOST", "localhost"),
    ],
)
def test_host_names_are_read_without_port_and_brackets(header: str, name: str) -> None:
    assert host_name(header) == name
    assert is_local(name)
