"""Who came in, with which role or none, what they looked at and took, and that they went, in the access log by their own name."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from metrics import Audience
from pages.access import guard, taken
from pages.access.readers import Reader
from pages.access.recorded import NOT_SIGNED_IN
from pages.access.taken import Downloads, offer
from pages.record import AccessLog, Event, read
from tests.browser.server import ROOT
from tests.sign_in import test_guard
from tests.sign_in.test_guard import HOME, SECRET, ask, cookie_of
from tests.sign_in.test_sessions import SIGN_IN, claims

NAME = "synthetic-slides-oxfordshire-first.pptx"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the access log, where sign-in is set up."""
    log = AccessLog(tmp_path / "log")
    log.prepare()
    monkeypatch.setenv("ACCESS_LOG", str(log.folder))
    for layer in (guard, taken):
        monkeypatch.setattr(layer, "sign_in", lambda: SIGN_IN)
    for module in ("pages.access.place", "pages.access.cookies"):
        monkeypatch.setattr(f"{module}.get_cookie_secret", lambda: SECRET)
    yield log.folder


def events(folder: Path) -> list[Event]:
    return [one for one in read(folder) if isinstance(one, Event)]


def let_in(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Have Streamlit let in somebody of whom the provider says so."""
    said = json.dumps(claims(**changes) | {"origin": HOME})
    value = create_signed_value(SECRET, "_streamlit_user", said)

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        cookie = (b"set-cookie", b"_streamlit_user=" + value + b"; HttpOnly; Max-Age=2592000; Path=/")
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", b"/"), cookie]})
        await send({"type": "http.response.body", "body": b""})

    monkeypatch.setattr(test_guard, "_inside", behind)


def test_who_comes_in_is_recorded_with_the_role_they_have(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in(monkeypatch)
    assert ask("/oauth2callback").status == 302
    (event,) = events(folder)
    assert (event.event, event.who, event.role) == ("signed_in", claims()["sub"], SIGN_IN.roles.audience(claims()).role)


def test_who_has_no_role_is_recorded_as_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in(monkeypatch, groups=["others"])
    ask("/oauth2callback")
    assert [(one.event, one.who, one.role) for one in events(folder)] == [("refused", claims()["sub"], "")]


def test_nobody_comes_in_unrecorded(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    let_in(monkeypatch)
    folder.rename(tmp_path / "away")
    answer = ask("/oauth2callback")
    assert (answer.status, answer.text, answer.cookies) == (503, NOT_SIGNED_IN, [])
    (tmp_path / "away").rename(folder)
    assert ask("/oauth2callback").status == 302
    assert len(events(folder)) == 1


def test_an_answer_that_lets_in_nobody_is_no_event(folder: Path) -> None:
    ask("/oauth2callback")
    ask("/auth/logout")
    ask("/auth/login")
    assert events(folder) == []


def test_who_leaves_is_recorded_once(folder: Path) -> None:
    cookie = cookie_of(nonce="leaves here")
    ask("/auth/logout", cookie=cookie)
    ask("/auth/logout", cookie=cookie)
    assert [(one.event, one.who) for one in events(folder)] == [("signed_out", claims()["sub"])]


def test_a_file_goes_to_whoever_had_it_made_and_is_recorded_by_their_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses: list[int] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        header = (b"content-disposition", f'attachment; filename="{NAME}"'.encode())
        await send({"type": "http.response.start", "status": 200, "headers": [header]})
        await send({"type": "http.response.body", "body": b"the file"})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    monkeypatch.setattr(taken, "reader", lambda: Reader(Audience("partner"), "Pat", claims()["sub"]))
    offered = offer(NAME, {"area": "E10000025"}, "first")
    for cookie in (cookie_of(), cookie_of(sub="p2")):
        scope = {"type": "http", "method": "GET", "path": "/media/0.pptx", "headers": [(b"cookie", cookie.encode())]}
        asyncio.run(Downloads(behind)(scope, receive, send))
    assert statuses == [200, 404]
    assert [(one.event, one.who, one.file) for one in events(folder)] == [("downloaded", claims()["sub"], offered.name)]


def test_with_sign_in_the_dashboard_does_not_start_without_a_log(demonstration_release: Path, tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text(
        'claim = "groups"\nsession_hours = 8\ncontact = "the data team"\n\n[roles]\nstaff = { role = "partner" }\n'
    )
    said = {
        "redirect_uri": "http://localhost:8998/oauth2callback",
        "cookie_secret": "0123456789abcdef" * 4,
        "client_id": "dashboard",
        "client_secret": "not a secret of anybody",
        "server_metadata_url": "http://localhost:8999/.well-known/openid-configuration",
    }
    (tmp_path / "secrets.toml").write_text("[auth]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items()))
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "0"]
    environment = os.environ | {"RELEASE": str(demonstration_release), "ROLES": str(tmp_path / "roles.toml"), "ACCESS_LOG": ""}
    options = ("--secrets.files", str(tmp_path / "secrets.toml"))
    ended = subprocess.run(
        (*command, *options), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 1
    assert "ACCESS_LOG names no folder for the access log" in ended.stderr and "Traceback" not in ended.stderr
