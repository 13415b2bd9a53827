"""What the middleware of sign-in does with a request, where a browser would not ask for it by itself."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from pages.access import guard, place
from pages.access.cookies import MOST_OF_A_TOKEN, read
from pages.access.guard import Guard
from tests.browser.screen import NAVIGATION
from tests.sign_in.test_sessions import SIGN_IN, claims

SECRET = "0123456789abcdef" * 4
HOST = "dashboard.example"
HOME = f"https://{HOST}"


@dataclass(frozen=True)
class Answer:
    """What came back; `headers` by name, cookies apart."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str


async def _inside(scope: Scope, receive: Receive, send: Send) -> None:
    """Streamlit, as far as these tests go: everything leads home, and somebody has just signed in."""
    headers = [
        (b"location", b"/"),
        (b"content-type", b"text/html; charset=utf-8"),
        (b"set-cookie", b"_streamlit_user=x; HttpOnly; Max-Age=2592000; Path=/"),
        (b"set-cookie", b"_streamlit_user_tokens=; Max-Age=0; Path=/"),
        (b"set-cookie", b"_streamlit_session=x; Max-Age=1209600"),
    ]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture(autouse=True)
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sign-in set up, and the secret that its cookies are signed with."""
    monkeypatch.setattr(guard, "sign_in", lambda: SIGN_IN)
    for module in ("pages.access.place", "pages.access.cookies"):
        monkeypatch.setattr(f"{module}.get_cookie_secret", lambda: SECRET)
    yield


def ask(path: str, **headers: str) -> Answer:
    """Send one request through the middleware."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    given = {"host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": raw}
    asyncio.run(Guard(_inside)(scope, receive, send))
    pairs = [(name.decode().lower(), value.decode()) for name, value in sent[0]["headers"]]
    cookies = [value for name, value in pairs if name == "set-cookie"]
    return Answer(sent[0]["status"], dict(pairs), cookies, b"".join(message["body"] for message in sent[1:]).decode())


def cookie_of(**changes: Any) -> str:
    """The Cookie header of somebody who signed in."""
    said = json.dumps(claims(**changes) | {"origin": HOME})
    return f"_streamlit_user={create_signed_value(SECRET, '_streamlit_user', said).decode()}"


def kept(referer: str) -> str | None:
    """Where somebody who goes to sign in from there is led to afterwards; null where that is the root, as Streamlit has it."""
    left = next(one for one in ask("/auth/login", referer=referer).cookies if one.startswith(f"{place.COOKIE}="))
    location = ask("/oauth2callback", cookie=left.partition(";")[0]).headers["location"]
    return None if location == "/" else location


def test_every_page_is_come_back_to_with_its_filters() -> None:
    for path in NAVIGATION:
        assert kept(f"{HOME}/{path}?area=E10000025&period=2022Q3") == f"/{path}?area=E10000025&period=2022Q3"


def test_the_pages_are_those_of_the_navigation() -> None:
    assert set(NAVIGATION) == place.PAGES


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/education",
        "https://dashboard.example.evil.example/education",
        "https://dashboard.example@evil.example/education",
        "https://dashboard.example:444/education",
        "javascript:alert(1)",
        "//evil.example/education",
        "https://dashboard.example//evil.example",
        "https://dashboard.example/\\evil.example",
        "https://dashboard.example/%2F%2Fevil.example",
        "https://dashboard.example/education/../../evil",
        "https://dashboard.example/unknown",
        "https://dashboard.example/main",
        "https://dashboard.example/auth/logout",
        "https://dashboard.example/media/file.pdf",
        "https://dashboard.example/education?" + "a=b&" * 1000,
        "https://[dashboard.example/education",
    ],
)
def test_nowhere_else_is_come_back_to(referer: str) -> None:
    assert kept(referer) is None


def test_a_query_is_written_anew() -> None:
    assert kept(f"{HOME}/education?area=E1&x=a%0d%0aSet-Cookie:%20b#top") == "/education?area=E1&x=a%0D%0ASet-Cookie%3A+b"


@pytest.mark.parametrize("cookie", ["", "nonsense", "IlwvZXZpbC5leGFtcGxlIg.aaaa.bbbb"])
def test_a_place_that_was_not_signed_here_is_not_believed(cookie: str) -> None:
    assert ask("/oauth2callback", cookie=f"{place.COOKIE}={cookie}").headers["location"] == "/"


def test_a_place_is_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    written = place.write("/education")
    assert place.read(written) == "/education"
    later = time.time() + place.KEPT_SECONDS + 2
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert place.read(written) is None


def test_the_kept_place_is_for_the_callback_alone_and_taken_away_there() -> None:
    (left,) = (one for one in ask("/auth/login", referer=f"{HOME}/education").cookies if one.startswith(place.COOKIE))
    assert {"Path=/oauth2callback", "HttpOnly", "Secure", "SameSite=lax", "Max-Age=1800"} <= set(left.split("; "))
    (gone,) = (one for one in ask("/oauth2callback").cookies if one.startswith(place.COOKIE))
    assert "Max-Age=0" in gone


@pytest.mark.parametrize("path", ["/auth/other", "/auth/", "/auth/login/more", "/base/oauth2callback"])
def test_of_the_addresses_of_sign_in_no_more_is_open_than_three(path: str) -> None:
    assert ask(path).status == 404


@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout", "/oauth2callback"])
def test_without_sign_in_they_are_closed(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(path).status == 302
    monkeypatch.setattr(guard, "sign_in", lambda: None)
    assert ask(path).status == 404


def test_another_site_may_not_sign_a_reader_out() -> None:
    assert ask("/auth/logout", sec_fetch_site="cross-site").status == 403
    assert ask("/auth/logout", sec_fetch_site="same-site").status == 403
    assert ask("/auth/logout", sec_fetch_site="same-origin").headers["clear-site-data"] == '"cache"'


def test_files_are_read_while_a_session_of_a_role_lasts() -> None:
    now = int(time.time())
    assert ask("/media/a.pdf", cookie=cookie_of()).headers["cache-control"] == "no-store"
    others = ({"exp": now - 1}, {"groups": ["others"]}, {"aud": "other"}, {"iat": now - 9 * 3600})
    refused = [ask("/media/a.pdf"), *(ask("/media/a.pdf", cookie=cookie_of(**changes)) for changes in others)]
    assert [answer.status for answer in refused] == [403] * 5


def test_a_session_signed_out_reads_no_file_more() -> None:
    cookie = cookie_of(nonce="signed out here")
    assert ask("/media/a.pdf", cookie=cookie).status == 302
    ask("/auth/logout", cookie=cookie)
    assert ask("/media/a.pdf", cookie=cookie).status == 403


def test_cookies_of_who_somebody_is_live_no_longer_than_a_session_and_the_others_as_they_did() -> None:
    user, tokens, session = ask("/").cookies
    assert "Max-Age=28800" in user and "Max-Age=0" in tokens and "Max-Age=1209600" in session


def let_in(monkeypatch: pytest.MonkeyPatch, token: str, **changes: Any) -> list[str]:
    """The cookies that somebody is sent whom Streamlit lets in, with this identity token and what the provider says of them."""
    said = {
        "_streamlit_user": claims(**changes) | {"origin": HOME},
        "_streamlit_user_tokens": {"id_token": token, "access_token": "a"},
    }
    cookies = [
        (b"set-cookie", f"{name}={create_signed_value(SECRET, name, json.dumps(one)).decode()}; Max-Age=2592000".encode())
        for name, one in said.items()
    ]

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", b"/"), *cookies]})
        await send({"type": "http.response.body", "body": b""})

    monkeypatch.setattr("tests.sign_in.test_guard._inside", behind)
    return [one for one in ask("/oauth2callback").cookies if one.startswith("_streamlit_user")]


def said_in(cookies: list[str], name: str) -> dict[str, Any]:
    """What the cookie of that name says."""
    return read(dict(one.partition(";")[0].split("=", 1) for one in cookies), name) or {}


def test_of_what_the_provider_says_only_what_is_read_is_kept_in_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = [*(str(uuid4()) for _ in range(200)), "partners"]
    cookies = let_in(monkeypatch, "a token", groups=groups, email="pat@police.example", amr=["pwd"])
    known = claims()
    kept = said_in(cookies, "_streamlit_user")
    assert kept == {name: known[name] for name in known} | {
        "groups": ["partners"],
        "origin": HOME,
        "iat": kept["iat"],
        "exp": kept["exp"],
    }
    assert said_in(cookies, "_streamlit_user_tokens") == {"id_token": "a token"}
    for one in cookies:
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=28800"} <= set(one.split("; "))
    assert len(cookies) == 2


def test_a_token_too_long_for_a_cookie_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = "".join(str(uuid4()) for _ in range(100))[:MOST_OF_A_TOKEN]
    kept = let_in(monkeypatch, longest)
    assert said_in(kept, "_streamlit_user_tokens") == {"id_token": longest}
    assert max(len(one) for one in kept) <= 4096 and len(kept) == 2
    assert said_in(let_in(monkeypatch, longest + "x"), "_streamlit_user_tokens") == {}


def test_a_provider_that_cannot_be_reached_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("Authentication error", status_code=400)(scope, receive, send)

    monkeypatch.setattr("tests.sign_in.test_guard._inside", failing)
    answer = ask("/auth/login")
    assert (answer.status, answer.text.partition(".")[0]) == (502, "The provider that people sign in with could not be reached")


def test_no_page_is_kept_by_the_browser() -> None:
    assert ask("/education").headers["cache-control"] == "no-store"
