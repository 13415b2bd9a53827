"""The cookies of a sign-in: what is read of them, how long they live, and as little in them as the dashboard can do with.

Streamlit keeps all that the provider says, and its tokens. Of somebody in many groups that is more than nginx takes in the head
of an answer, and more than a socket is opened with: they would be let in and see nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from http.cookies import SimpleCookie
from typing import Any

from starlette.responses import Response
from streamlit.auth_util import get_cookie_with_chunks, set_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME

from pages.access.provider import SignIn

Headers = list[tuple[bytes, bytes]]
MOST_OF_A_TOKEN = 2_500
"""Letters of an identity token that is kept: it fits one cookie, and an address, for it is sent to the provider at the end."""
_ATTRIBUTES = 200
"""More letters than what is said of a cookie besides its name and value."""
_AGE = re.compile(r"(?<=max-age=)[1-9]\d*", re.IGNORECASE)


def read(cookies: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """What a cookie says that was signed here; null where there is none, or where it was not."""

    def signed(name: str) -> bytes | None:
        return decode_signed_value(get_cookie_secret(), name, cookies.get(name, ""))

    try:
        said = json.loads(get_cookie_with_chunks(signed, name) or b"null")
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def given(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The cookies that an answer gives, by name."""
    found = SimpleCookie()
    for name, value in headers:
        if name.lower() == b"set-cookie":
            found.load(value.decode("latin-1"))
    return {name: one.value for name, one in found.items()}


def lessened(headers: Headers, claims: Mapping[str, Any], how: SignIn, base: str) -> Headers:
    """The headers of an answer that lets somebody in, with cookies that hold `claims` and the token they sign out by.

    A longer token is not kept: the provider then asks who it is that signs out.
    """
    told, seconds = Response(), int(how.roles.session_seconds)
    token = (read(given(headers), TOKENS_COOKIE_NAME) or {}).get("id_token")
    tokens = {"id_token": token} if isinstance(token, str) and len(token) <= MOST_OF_A_TOKEN else {}

    def sign(name: str, value: str) -> bytes:
        return create_signed_value(get_cookie_secret(), name, value)

    def add(name: str, value: str) -> None:
        signed = sign(name, value).decode("ascii")
        told.set_cookie(name, signed, seconds, path=base or "/", secure=how.secure, httponly=True, samesite="lax")

    for name, said in ((USER_COOKIE_NAME, claims), (TOKENS_COOKIE_NAME, tokens)):
        set_cookie_with_chunks(add, sign, name, dict(said), cookie_attr_size=_ATTRIBUTES)
    others = [(name, value) for name, value in headers if not (_of_sign_in(name, value) and _AGE.search(value.decode("latin-1")))]
    return others + [(name, value) for name, value in told.raw_headers if name == b"set-cookie"]


def shortened(name: bytes, value: bytes, how: SignIn) -> tuple[bytes, bytes]:
    """A cookie of who somebody is, with the longest life of a session instead of Streamlit's 30 days."""
    if not _of_sign_in(name, value):
        return name, value
    return name, _AGE.sub(str(int(how.roles.session_seconds)), value.decode("latin-1")).encode("latin-1")


def _of_sign_in(name: bytes, value: bytes) -> bool:
    """Whether a header gives a cookie of who somebody is, or takes one away."""
    return name.lower() == b"set-cookie" and value.startswith((USER_COOKIE_NAME.encode(), TOKENS_COOKIE_NAME.encode()))
