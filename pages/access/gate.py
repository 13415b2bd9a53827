"""The middleware in front of Streamlit: known host names, no back rooms, and headers that keep a page to itself.

Streamlit answers `/_stcore/metrics` and `/_stcore/agent/*` to anyone, so only the endpoints a browser needs are open. Who asks,
and whether over TLS, is what the server made of the proxy's `X-Forwarded-*`, which it believes from this machine alone.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = ("localhost",)
TLS_ONLY_SECONDS = 365 * 24 * 60 * 60
"""How long a browser that came over TLS once comes no other way."""
_HOST = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
_OPEN = frozenset({"health", "host-config", "stream"})
_BACK_ROOM = re.compile(r"/_stcore/(?P<endpoint>.*)$")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def is_local(name: str) -> bool:
    """Whether a host name or address is this machine's loopback."""
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_name(header: str) -> str:
    """The name in a Host header, without its port and brackets."""
    name = header.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.rpartition(":")[0] if name.count(":") == 1 else name


def named_hosts() -> tuple[str, ...]:
    """The host names that are answered besides this machine's own: what `server.allowedHosts` has of others."""
    return tuple(name.lower() for name in st.get_option("server.allowedHosts") if not is_local(name.lower()))


def refusal(scope: Scope, named: Collection[str] = ()) -> PlainTextResponse | None:
    """Why a request is not let through, if it is not; `named` hosts are answered to other machines, this machine's to itself."""
    headers = Headers(scope=scope)
    name = host_name(headers.get("host", ""))
    client = scope.get("client")
    if is_local(name) and client is not None and not is_local(client[0]):
        return PlainTextResponse("This dashboard answers to that name on the machine it runs on only.", status_code=403)
    if not is_local(name) and name not in named:
        return PlainTextResponse("This dashboard does not answer to that name.", status_code=403)
    if scope["type"] == "websocket" and not same_origin(headers):
        return PlainTextResponse("This dashboard answers its own pages only.", status_code=403)
    back_room = _BACK_ROOM.search(scope["path"])
    if back_room is not None and back_room["endpoint"] not in _OPEN:
        return PlainTextResponse("Not found.", status_code=404)
    return None


def same_origin(headers: Headers) -> bool:
    """Whether a socket is asked for by a page of this host; true without an origin, which every browser sends.

    Streamlit asks a host on the internet for this machine's address before it refuses a strange origin.
    """
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


class KnownHosts:
    """Refuse what is addressed to a host that is not ours, or asks for more than a browser needs."""

    def __init__(self, app: ASGIApp, named: Sequence[str] | None = None) -> None:
        self._app = app
        self._named = frozenset(named_hosts() if named is None else named)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        refused = refusal(scope, self._named) if scope["type"] in ("http", "websocket") else None
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refused(scope, receive, send)


class SafetyHeaders:
    """Send with every answer what a page may load, and from where: from here alone. Over TLS cookies stay with TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._scripts = script_sources()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and add the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                over_tls = scope["scheme"] == "https"
                headers = MutableHeaders(scope=message)
                headers.update(safety_headers(self._scripts, Headers(scope=scope).get("host", ""), over_tls))
                headers.setdefault("Cache-Control", "no-store")
                if over_tls:
                    message["headers"] = [secured(name, value) for name, value in message["headers"]]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def script_sources() -> str:
    """What may run: our own files, and the one inline script of Streamlit's page by its hash."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = [hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page)]
    return " ".join(("'self'", *(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)))


def safety_headers(scripts: str, host: str, over_tls: bool) -> dict[str, str]:
    """The headers of an answer to `host`, whose own socket is named because older browsers do not count it as `'self'`."""
    socket = f" {'wss' if over_tls else 'ws'}://{host}" if _HOST.fullmatch(host) else ""
    policy = {
        "default-src": "'self'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self'{socket}",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{directive} {value}" for directive, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        **({"Strict-Transport-Security": f"max-age={TLS_ONLY_SECONDS}"} if over_tls else {}),
    }


def secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header as it is sent over TLS: Streamlit marks its cookies so only where it holds the certificate itself."""
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return name, value
    return name, value + b"; Secure"


MIDDLEWARE = [Middleware(SafetyHeaders), Middleware(KnownHosts)]
