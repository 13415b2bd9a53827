"""How people sign in, as it was set up when the dashboard started: the provider of `[auth]`, and the roles file that ROLES names.

Read once: settings that change or go away while the dashboard runs change nothing of it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from pages.access.errors import AccessError
from pages.access.gate import is_local
from pages.access.roles import Roles, read_roles

CALLBACK = "/oauth2callback"
"""The path that Streamlit answers the provider at."""
SHORTEST_SECRET = 32
FEWEST_LETTERS = 10
"""Of a secret: what 16 random bytes in hexadecimal have, but for about one time in a hundred thousand."""
_WORDS = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_KNOWN = {*_WORDS, "client_kwargs"}


@dataclass(frozen=True)
class SignIn:
    """The provider that people sign in with and what their claims make of them."""

    client_id: str
    redirect_uri: str
    roles: Roles

    @property
    def secure(self) -> bool:
        """Whether readers come by https alone."""
        return urlsplit(self.redirect_uri).scheme == "https"


@cache
def sign_in() -> SignIn | None:
    """How people sign in; null where nothing of it is set up. Raises AccessError where it is set up by halves, or weakly."""
    section, roles = _section(), os.environ.get("ROLES", "")
    if section is None and not roles:
        return None
    if section is None:
        raise AccessError("ROLES names a roles file and no sign-in is set up: put [auth] into .streamlit/secrets.toml.")
    if not roles:
        raise AccessError("sign-in is set up and ROLES names no roles file, so that nobody would be shown anything.")
    if st.get_option("server.trustedUserHeaders"):
        raise AccessError("server.trustedUserHeaders would let a header say who signed in: leave it empty.")
    return read_sign_in(section, read_roles(Path(roles)), st.get_option("server.port"), base_path())


def base_path() -> str:
    """The path that the dashboard is served at: empty, or with a slash before it and none after it."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def _section() -> Mapping[str, Any] | None:
    """`[auth]` of the secrets; null where there are no secrets, and not where they cannot be read."""
    try:
        section = st.secrets.get("auth")
    except StreamlitSecretNotFoundError:
        if any(Path(file).exists() for file in st.get_option("secrets.files")):
            raise AccessError("the secrets cannot be read: .streamlit/secrets.toml must be TOML, and open to us.") from None
        return None
    if section is not None and not isinstance(section, Mapping):
        raise AccessError("[auth] of the secrets must be a table of settings.")
    return section


def read_sign_in(section: Mapping[str, Any], roles: Roles, port: int, base: str = "") -> SignIn:
    """`[auth]` of the secrets, checked; raises AccessError, which never quotes a secret."""
    unknown = sorted(section.keys() - _KNOWN)
    if unknown:
        raise AccessError(f"[auth] has {unknown[0]!r}: one provider is set up there, by {', '.join(sorted(_KNOWN))} alone.")
    missing = [key for key in _WORDS if not isinstance(section.get(key), str) or not section[key].strip()]
    if missing:
        raise AccessError(f"[auth] needs {missing[0]}: see docs/sign-in.md for what it holds.")
    _check_secret(section["cookie_secret"])
    redirect = section["redirect_uri"].replace("{port}", str(port))
    _check_address("redirect_uri", redirect)
    _check_address("server_metadata_url", section["server_metadata_url"])
    if urlsplit(redirect).path != f"{base}{CALLBACK}":
        raise AccessError(
            f"redirect_uri of [auth] is {redirect}, and its path must be {base}{CALLBACK}, where the provider is answered."
        )
    return SignIn(section["client_id"], redirect, roles)


def _check_secret(secret: str) -> None:
    """Refuse a secret that could be guessed: it signs who somebody is."""
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        raise AccessError(
            f"cookie_secret of [auth] could be guessed: make {SHORTEST_SECRET} or more random letters with "
            '`python -c "import secrets; print(secrets.token_hex(32))"`.'
        )


def _check_address(key: str, address: str) -> None:
    """Refuse an address by which a password or a token would travel unencrypted, but within this machine."""
    try:
        parts = urlsplit(address)
        name = parts.hostname or ""
    except ValueError:
        raise AccessError(f"{key} of [auth] is no address: {address}.") from None
    if not name or (parts.scheme != "https" and not (parts.scheme == "http" and is_local(name))):
        raise AccessError(f"{key} of [auth] is {address}, and must begin with https://, or be of this machine.")
