"""A session: one sign-in of one person, from what the provider said of it to its end.

Streamlit keeps what the provider said in a cookie that it signs and would believe for 30 days, whatever the provider gave it.
Here a session ends with the provider's token, after the hours that the roles file allows, or when it is signed out, whichever is
first; signed-out ones are remembered in memory until they would have ended anyway.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any

from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from pages.access import cookies
from pages.access.provider import SignIn

_KEPT = ("is_logged_in", "provider", "origin", "iss", "sub", "aud", "iat", "exp", "nonce")
"""The claims that a session is known by, and what Streamlit asks of its own cookie."""
_NAMES = ("name", "preferred_username", "email", "sub")
_MOST_OF_A_NAME = 80


@dataclass(frozen=True)
class Session:
    """One sign-in: `key` is its own and nobody's else, `subject` the person's at the provider; times in seconds since 1970."""

    key: str
    subject: str
    name: str
    ends: float
    claims: Mapping[str, Any]

    def over(self) -> bool:
        """Whether it has ended, by time or because it was signed out."""
        return time.time() >= self.ends or _ENDED.has(self.key)


def session_of(claims: Mapping[str, Any], sign_in: SignIn) -> Session | None:
    """The session that those claims are of, over or not; null where they are no sign-in of ours with a time to end."""
    begun, ends = _time(claims.get("iat")), _time(claims.get("exp"))
    if claims.get("is_logged_in") is not True or not _is_ours(claims, sign_in) or begun is None or ends is None:
        return None
    subject = str(claims.get("sub", ""))
    parts = [claims.get(name) for name in ("iss", "sub", "iat", "nonce")]
    name = next((str(claims[name]) for name in _NAMES if claims.get(name)), "")[:_MOST_OF_A_NAME]
    latest = min(ends, begun + sign_in.roles.session_seconds)
    return Session(sha256(json.dumps(parts).encode()).hexdigest(), subject, name, latest, claims)


def session_in(kept: Mapping[str, str], sign_in: SignIn) -> Session | None:
    """The session of a browser's cookies; null where there is none, or where it was not signed here."""
    claims = cookies.read(kept, USER_COOKIE_NAME)
    return None if claims is None else session_of(claims, sign_in)


def needed(session: Session, sign_in: SignIn) -> dict[str, Any]:
    """What is read of a session's claims: who, from when until when, and of the groups or roles those of the roles file."""
    roles = {sign_in.roles.claim: sign_in.roles.known(session.claims)}
    return {"name": session.name} | roles | {name: session.claims[name] for name in _KEPT if name in session.claims}


def _is_ours(claims: Mapping[str, Any], sign_in: SignIn) -> bool:
    """Whether a token was made for this dashboard and for no other one of the same provider."""
    audience = claims.get("aud")
    return audience == sign_in.client_id or (isinstance(audience, list) and sign_in.client_id in audience)


def _time(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


class _Ended:
    """The sessions that were signed out before their end, and who waits to hear of it. Safe between threads."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._waiting: dict[str, list[Callable[[], None]]] = {}
        self._lock = Lock()

    def has(self, key: str) -> bool:
        """Whether that session was signed out."""
        return key in self._until

    def add(self, session: Session) -> None:
        """Sign a session out, and tell who waits for it; those past their end are forgotten."""
        now = time.time()
        with self._lock:
            self._until = {key: until for key, until in self._until.items() if until > now} | {session.key: session.ends}
            waiting = self._waiting.pop(session.key, [])
        for tell in waiting:
            tell()

    def wait(self, session: Session, tell: Callable[[], None]) -> Callable[[], None]:
        """Have `tell` called when the session is signed out; returns what stops the waiting."""
        with self._lock:
            self._waiting.setdefault(session.key, []).append(tell)

        def stop() -> None:
            with self._lock:
                waiting = self._waiting.get(session.key, [])
                if tell in waiting:
                    waiting.remove(tell)
                if not waiting:
                    self._waiting.pop(session.key, None)

        return stop


_ENDED = _Ended()
end, on_end = _ENDED.add, _ENDED.wait
