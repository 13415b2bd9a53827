"""A session is one sign-in: whose, made for whom, and until when."""

from __future__ import annotations

import time
from typing import Any

import pytest

from metrics import Audience
from pages.access import sessions
from pages.access.provider import SignIn
from pages.access.roles import Roles
from pages.access.sessions import Session, session_of

HOUR = 3600
ROLES = Roles("groups", 8 * HOUR, "the data team", {"partners": Audience("partner")})
SIGN_IN = SignIn("dashboard", "https://dashboard.example/oauth2callback", ROLES)


def claims(**changes: Any) -> dict[str, Any]:
    """What Streamlit keeps of somebody who signed in a minute ago, for an hour."""
    now = int(time.time())
    said = {"is_logged_in": True, "iss": "https://provider.example", "aud": "dashboard", "sub": "p1", "nonce": "n", "name": "Pat"}
    return said | {"iat": now - 60, "exp": now + HOUR, "groups": ["partners"]} | changes


def made(**changes: Any) -> Session:
    """A session of those claims."""
    session = session_of(claims(**changes), SIGN_IN)
    assert session is not None
    return session


def test_a_session_lasts_as_long_as_its_token() -> None:
    now = int(time.time())
    assert made(exp=now + 2 * HOUR).ends == now + 2 * HOUR
    assert not made().over() and made(exp=now).over()


def test_a_session_lasts_no_longer_than_the_roles_file_allows_whatever_the_token_says() -> None:
    now = int(time.time())
    assert made(iat=now, exp=now + 30 * 24 * HOUR).ends == now + 8 * HOUR
    assert made(iat=now - 8 * HOUR, exp=now + HOUR).over()


@pytest.mark.parametrize("audience", ["dashboard", ["other", "dashboard"]])
def test_a_token_made_for_us_is_a_session(audience: object) -> None:
    assert made(aud=audience).subject == "p1"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": None},
        {"aud": "dashboard-2"},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": True},
        {"iat": None},
        {"is_logged_in": False},
        {"is_logged_in": "true"},
    ],
)
def test_what_was_made_for_others_or_has_no_end_is_none(changes: dict[str, Any]) -> None:
    assert session_of(claims(**changes), SIGN_IN) is None
    assert session_of({}, SIGN_IN) is None


def test_a_session_signed_out_is_over_and_no_other_is() -> None:
    mine, again, another = made(nonce="mine"), made(nonce="mine"), made(nonce="again")
    heard: list[str] = []
    stop = sessions.on_end(mine, lambda: heard.append("mine"))
    sessions.on_end(another, lambda: heard.append("another"))
    sessions.end(mine)
    assert (mine.over(), again.over(), another.over(), heard) == (True, True, False, ["mine"])
    stop()


def test_who_has_stopped_waiting_is_told_nothing() -> None:
    session = made(nonce="left")
    heard: list[str] = []
    sessions.on_end(session, lambda: heard.append("left"))()
    sessions.end(session)
    assert heard == []


def test_a_person_is_called_what_the_provider_calls_them_and_not_for_pages() -> None:
    assert made(name="", preferred_username="pat@police.example").name == "pat@police.example"
    assert made(name=None, sub="p1").name == "p1"
    assert len(made(name="x" * 5000).name) == 80
