"""Where a reader was when they went to sign in, kept in a short-lived signed cookie while they are at the provider.

The browser says where it was in the Referer of its own way to the provider, and it is believed for a page of ours alone.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from streamlit.web.server.server_util import get_cookie_secret

COOKIE = "_reader_place"
KEPT_SECONDS = 30 * 60
"""As long as somebody may take over a password, a second factor and a telephone call about it."""
MOST_OF_A_QUERY = 1500
_PAGES_AT = Path(__file__).resolve().parents[1]
_NO_PAGE = {"__init__", "__main__", "main", "overview"}
PAGES = frozenset(path.stem for path in _PAGES_AT.glob("*.py") if path.stem not in _NO_PAGE) | {""}
"""The paths of the pages, which are named as their files are; the overview is the root."""


def place(address: str, host: str, base: str) -> str | None:
    """The path and query of an address of ours, written anew; null for any other host, and for what is no page."""
    try:
        parts = urlsplit(address)
        asked = parse_qsl(parts.query, max_num_fields=50)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != host.lower() or not parts.path.startswith(f"{base}/"):
        return None
    page = parts.path.removeprefix(f"{base}/").rstrip("/")
    if page not in PAGES or len(parts.query) > MOST_OF_A_QUERY:
        return None
    return f"{base}/{page}" + (f"?{urlencode(asked)}" if asked else "")


def write(place: str) -> str:
    """A place as the cookie holds it."""
    return _signer().dumps(place)


def read(cookie: str) -> str | None:
    """The place that a cookie holds; null where it is not ours, or too old."""
    try:
        kept = _signer().loads(cookie, max_age=KEPT_SECONDS)
    except BadSignature:
        return None
    return kept if isinstance(kept, str) else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_cookie_secret(), salt=COOKIE)
