"""The middleware in front of Streamlit: this machine only, no back rooms, and headers that keep a page to itself.

Streamlit answers `/_stcore/metrics` and `/_stcore/agent/*` to anyone, so only the endpoints a browser needs are open.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = ("localhost",)
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


def refusal(scope: Scope) -> PlainTextResponse | None:
    """Why a request is not let through, if it is not."""
    client = scope.get("client")
    if client is not None and not is_local(client[0]):
        return PlainTextResponse("This dashboard answers on the machine it runs on only.", status_code=403)
    if not is_local(host_name(Headers(scope=scope).get("host", ""))):
        return PlainTextResponse("This dashboard answers to localhost only.", status_code=403)
    back_room = _BACK_ROOM.search(scope["path"])
    if back_room is not None and back_room["endpoint"] not in _OPEN:
        return PlainTextResponse("Not found.", status_code=404)
    return None


class LocalOnly:
    """Refuse what does not come from this machine or asks for more than a browser needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        refused = refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refused(scope, receive, send)


class SafetyHeaders:
    """Send with every answer what a page may load, and from where: from here alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = safety_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and add the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def safety_headers() -> dict[str, str]:
    """The headers; the one inline script of Streamlit's page is allowed by its hash."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = [hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page)]
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' {scripts}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' ws://localhost:* ws://127.0.0.1:*",
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
    }


MIDDLEWARE = [Middleware(SafetyHeaders), Middleware(LocalOnly)]
