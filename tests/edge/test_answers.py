"""What nginx and the dashboard answer together: to whom, to what, with which headers, and each of them once."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.browser.server import free_port, serve_process
from tests.edge.conftest import BASE, Door, Opened, Watched

HEADERS = (
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "strict-transport-security",
)
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
CLOSED = (
    "/_stcore/metrics",
    "/_stcore//metrics",
    "/_stcore/%6detrics",
    "/_stcore/health/../metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/agent/interact",
    "/_stcore/upload_file/session/file",
    "/_stcore/script-health-check",
    "/education/_stcore/metrics",
    "/auth/login",
    "/oauth2callback",
)


@pytest.fixture(scope="module", params=["", BASE], ids=["at the root", "beneath a path"])
def door(
    request: pytest.FixtureRequest, demonstration_release: Path, open_door: Opened, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """As deploy/ has it, and the same beneath a path."""
    if request.param:
        yield request.getfixturevalue("edge")
        return
    port = free_port()
    with serve_process(demonstration_release, tmp_path_factory.mktemp("root") / "log", port=port), open_door(port, "") as door:
        yield door


@pytest.mark.parametrize("path", ["/", "/education", "/_stcore/health", "/_stcore/host-config", "/ready"])
def test_a_page_and_what_it_asks_for_are_answered(path: str, door: Door) -> None:
    assert door.ask(path).status == 200


@pytest.mark.parametrize("path", CLOSED)
def test_back_rooms_are_closed(path: str, door: Door) -> None:
    answer = door.ask(path)
    assert answer.status == 404
    by_nginx = answer.all("content-security-policy")[0].startswith("default-src 'none'")
    assert by_nginx is path.startswith("/_stcore/"), "the gate closes them too, which hides that nginx does not"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/education", 200), ("/_stcore/health", 200), ("/_stcore/metrics", 404), ("/media/none", 404)],
)
def test_every_answer_has_each_header_once(path: str, status: int, door: Door) -> None:
    answer = door.ask(path)
    assert answer.status == status
    assert {name: len(answer.all(name)) for name in HEADERS} == dict.fromkeys(HEADERS, 1)
    assert "unsafe-eval" not in answer.all("content-security-policy")[0]
    assert answer.all("server") == ["nginx"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_is_sent_to_a_dashboard(method: str, door: Door) -> None:
    assert door.ask("/", method).status == 405


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1"])
def test_another_host_gets_no_page(host: str, door: Door) -> None:
    answer = door.ask("/", Host=host)
    assert (answer.status, b"Streamlit" in answer.body) == (421, False)


def test_what_a_reader_says_of_being_forwarded_is_not_believed(door: Door) -> None:
    answer = door.ask("/_stcore/health", X_Forwarded_For="192.0.2.7", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http")
    assert answer.status == 200
    assert "Secure" in answer.all("set-cookie")[0].split("; ")


def test_without_tls_there_is_only_the_way_to_it(door: Door) -> None:
    connection = http.client.HTTPConnection("localhost", door.http_port, timeout=60)
    connection.request("GET", "/education?sex=F", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("location")) == (301, "https://localhost/education?sex=F")
    connection.close()


def test_a_cookie_stays_with_tls(door: Door) -> None:
    cookies = door.ask("/_stcore/health").all("set-cookie")
    assert len(cookies) == 1
    name, *attributes = cookies[0].split("; ")
    assert name.startswith("_streamlit_xsrf=")
    assert {"Secure", "SameSite=Lax"} <= set(attributes)


def test_our_own_page_gets_a_socket(door: Door) -> None:
    answer = door.ask("/_stcore/stream", **SOCKET, Origin=f"https://localhost:{door.port}")
    assert answer.status == 101


@pytest.mark.parametrize("origin", ["https://evil.example", "https://localhost", "null"])
def test_another_sites_page_gets_none(origin: str, door: Door) -> None:
    assert door.ask("/_stcore/stream", **SOCKET, Origin=origin).status == 403


def test_beneath_a_path_there_is_nothing_above_it(edge: Door) -> None:
    above = Door(edge.address.removesuffix(BASE), edge.http_port)
    assert [above.ask(path).status for path in ("/", "/education", "/_stcore/health", "/_stcore/metrics", "/ready")] == [404] * 5


def test_files_that_never_change_are_kept_and_pages_are_asked_for_again(door: Door) -> None:
    page = door.ask("/", Accept_Encoding="gzip")
    assert page.all("cache-control") == ["no-cache"]
    script = next(word for word in door.ask("/").body.decode().split('"') if word.startswith("./static/js/index."))
    answer = door.ask(script[1:], Accept_Encoding="gzip")
    assert "immutable" in answer.all("cache-control")[0]
    assert answer.all("content-encoding") == ["gzip"]


def test_downloads_are_limited_and_nothing_else_is(watched: Watched, open_door: Opened) -> None:
    with open_door(watched.port, BASE) as fresh:
        taken = [fresh.ask("/media/a-file.pdf") for _ in range(20)]
        pages = [fresh.ask("/education").status for _ in range(20)]
    assert [answer.status for answer in taken[:11]] == [404] * 11  # none of that name, but asked for
    assert 429 in [answer.status for answer in taken[11:]]
    assert {name: len(taken[-1].all(name)) for name in HEADERS} == dict.fromkeys(HEADERS, 1)
    assert pages == [200] * 20


def test_an_answer_may_give_cookies_as_large_as_those_of_a_sign_in(open_door: Opened) -> None:
    class Giving(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "/")
            for name in ("_streamlit_user", "_streamlit_user_tokens"):
                self.send_header("Set-Cookie", f"{name}={'x' * 4000}")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Giving)
    Thread(target=server.serve_forever, daemon=True).start()
    with open_door(server.server_port, "") as door:
        given = door.ask("/oauth2callback")
    server.shutdown()
    server.server_close()
    assert (given.status, len(given.all("set-cookie"))) == (302, 2)
