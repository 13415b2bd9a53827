"""What the server answers, and to whom: without these anybody on the network reads the dashboard or its metrics."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.middleware import Middleware
from starlette.types import Message, Receive, Scope, Send

from pages.access import MIDDLEWARE
from pages.access.gate import KnownHosts, host_name, is_local, named_hosts

HERE, ELSEWHERE = "127.0.0.1", "192.0.2.7"
NAME = "dashboard.example.org"
COOKIE = "_streamlit_user=signed; HttpOnly; Path=/; SameSite=lax"
LASTING = b"public, immutable, max-age=31536000"


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
    headers = [(b"set-cookie", COOKIE.encode()), *([(b"cache-control", LASTING)] if "/static/" in scope["path"] else [])]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"inside"})


def ask(
    path: str,
    *,
    host: str = "localhost:8501",
    address: str = HERE,
    kind: str = "http",
    scheme: str = "http",
    origin: str | None = None,
    named: Sequence[str] | None = None,
    said: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request through the middleware as a server would; `named` are the hosts besides this machine's.

    `said` are headers besides.
    """
    given = {"host": host} | ({} if origin is None else {"origin": origin}) | dict(said or {})
    scope = {
        "type": kind,
        "scheme": scheme,
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": (address, 50000),
    }
    return asyncio.run(_send_through(scope, named))


async def _send_through(scope: dict[str, Any], named: Sequence[str] | None) -> Answer:
    app: Any = _inside
    layers = MIDDLEWARE if named is None else [MIDDLEWARE[0], Middleware(KnownHosts, named=named)]
    for layer in reversed(layers):
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


def directives(answer: Answer) -> dict[str, str]:
    """The policy of an answer, by directive."""
    parts = (directive.partition(" ") for directive in answer.headers["content-security-policy"].split("; "))
    return {name: sources for name, _, sources in parts}


@pytest.mark.parametrize(
    "path",
    ["/", "/education", "/static/js/index.js", "/_stcore/health", "/_stcore/host-config", "/base/_stcore/health", "/ready"],
)
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
        "/base/of/two/_stcore/agent/mcp",
        "/_stcore/health/metrics",
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


def test_whose_name_is_asked_for_and_whether_over_tls_no_header_says_but_host() -> None:
    """What a proxy says of it, the server has made of the request before."""
    for header in ("x-forwarded-host", "x-host", "x-original-host"):
        assert ask("/", host="evil.example", said={header: "localhost"}).status == 403
        assert ask("/", address=ELSEWHERE, host=NAME, named=[], said={header: NAME}).status == 403
    claimed = ask("/", said={"x-forwarded-proto": "https", "x-forwarded-ssl": "on", "forwarded": "proto=https;host=evil.example"})
    assert (claimed.status, claimed.text) == (200, "inside")
    assert "strict-transport-security" not in claimed.headers and "evil" not in directives(claimed)["connect-src"]
    withheld = ask("/", scheme="https", said={"x-forwarded-proto": "http"})
    assert "strict-transport-security" in withheld.headers and withheld.headers["set-cookie"].endswith("; Secure")


def test_a_socket_from_another_host_name_is_refused() -> None:
    assert ask("/_stcore/stream", host="evil.example", kind="websocket").status == 403


def test_a_socket_from_this_machine_is_let_through() -> None:
    assert ask("/_stcore/stream", kind="websocket").status == 101


@pytest.mark.parametrize("address", [HERE, ELSEWHERE])
def test_a_named_host_is_answered_to_other_machines(address: str) -> None:
    assert ask("/", host=f"{NAME}:443", address=address, named=[NAME]).text == "inside"
    assert ask("/", host=NAME.upper(), address=address, named=[NAME]).text == "inside"


@pytest.mark.parametrize("host", [f"evil.{NAME}", f"{NAME}.evil.example", "org", ""])
def test_only_a_host_named_whole_is_answered(host: str) -> None:
    assert ask("/", host=host, named=[NAME, "*.example.org", "*"]).status == 403


def test_this_machines_own_name_stays_its_own_where_others_are_named() -> None:
    assert ask("/", host="localhost", address=ELSEWHERE, named=[NAME]).status == 403
    assert ask("/", host="localhost", address=HERE, named=[NAME]).status == 200


def test_the_settings_name_no_host_but_this_machine() -> None:
    assert named_hosts() == ()


@pytest.mark.parametrize("origin", ["https://evil.example", "https://localhost:9999", f"https://{NAME}.evil.example", "null"])
def test_a_socket_asked_for_by_another_site_is_refused(origin: str) -> None:
    assert ask("/_stcore/stream", origin=origin, kind="websocket").status == 403


def test_a_socket_asked_for_by_our_own_page_is_let_through() -> None:
    assert ask("/_stcore/stream", host=NAME, origin=f"https://{NAME}", kind="websocket", named=[NAME]).status == 101


def test_every_answer_says_what_a_page_may_load() -> None:
    answer = ask("/")
    policy = directives(answer)
    assert "unsafe-eval" not in answer.headers["content-security-policy"]
    assert policy["default-src"] == policy["font-src"].removesuffix(" data:") == "'self'"
    assert re.fullmatch(r"'self' 'sha256-[\w+/=]+'", policy["script-src"])
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "scheme", "sources"),
    [
        ("localhost:8501", "http", "'self' ws://localhost:8501"),
        (NAME, "https", f"'self' wss://{NAME}"),
        ("[::1]:8501", "http", "'self'"),
        ("localhost; script-src *", "http", "'self'"),
    ],
)
def test_a_page_may_connect_to_its_own_host_alone(host: str, scheme: str, sources: str) -> None:
    assert directives(ask("/", host=host, scheme=scheme, named=[NAME]))["connect-src"] == sources


def test_a_refusal_carries_the_headers_too() -> None:
    assert {"content-security-policy", "x-frame-options", "referrer-policy"} <= set(ask("/", host="evil.example").headers)


def test_over_tls_cookies_and_visits_stay_with_it() -> None:
    with_tls, without = ask("/", scheme="https").headers, ask("/").headers
    assert with_tls["set-cookie"] == f"{COOKIE}; Secure"
    assert with_tls["strict-transport-security"] == "max-age=31536000"
    assert without["set-cookie"] == COOKIE
    assert "strict-transport-security" not in without


def test_nothing_but_streamlits_own_files_is_kept_by_a_browser() -> None:
    assert ask("/media/report.pdf").headers["cache-control"] == "no-store"
    assert ask("/static/js/index.js").headers["cache-control"] == LASTING.decode()


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
