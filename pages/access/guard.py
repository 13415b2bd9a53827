"""The middleware of sign-in: its own addresses, files for those signed in, and sockets that close when a session ends.

Every run of a page is asked for through a socket, fragments too: one whose session is over lets nothing through any more.
"""

from __future__ import annotations

import asyncio
import re
import time

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.access import cookies, place
from pages.access.provider import CALLBACK, SignIn, base_path, sign_in
from pages.access.recorded import NOT_SIGNED_IN, record_sign_in, record_sign_out
from pages.access.roles import NoRoleError
from pages.access.sessions import Session, end, needed, on_end, session_in

LOGIN, LOGOUT, FILES = "/auth/login", "/auth/logout", "/media/"
_ROOMS = re.compile(rf"(?:/auth/.*|{CALLBACK})$")
_OWN = (LOGIN, LOGOUT, CALLBACK)
_UNREACHED = (
    "The provider that people sign in with could not be reached. Go back and try again; if that does not help, tell whoever runs "
    "the dashboard."
)
_RESUMED = b"sec-websocket-protocol"


class Guard:
    """Let through what sign-in allows: everything where none is set up, but for the addresses of sign-in itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._sign_in = app, sign_in()
        self._base = base_path()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, answer it here, or watch over a socket until its session is over."""
        how, kind = self._sign_in, scope["type"]
        refused = self._refusal(scope) if kind == "http" else None
        if refused is not None:
            await refused(scope, receive, send)
        elif how is not None and kind == "http":
            await self._app(scope, receive, self._answering(how, scope, send))
        elif how is not None and kind == "websocket":
            await self._watch(how, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _path(self, scope: Scope) -> str:
        return str(scope["path"]).removeprefix(self._base)

    def _refusal(self, scope: Scope) -> Response | None:
        """Why a request is not let through, if it is not."""
        path = self._path(scope)
        if self._sign_in is None:
            return _not_found() if _ROOMS.search(scope["path"]) else None
        if _ROOMS.search(scope["path"]) and path not in _OWN:
            return _not_found()
        if path == LOGOUT and Headers(scope=scope).get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("Another site may not sign you out.", status_code=403)
        if path.startswith(FILES) and not _may_read(self._sign_in, session_in(HTTPConnection(scope).cookies, self._sign_in)):
            return PlainTextResponse("Sign in to read this file.", status_code=403)
        return None

    def _answering(self, how: SignIn, scope: Scope, send: Send) -> Send:
        """`send`, which on the way keeps the reader's place, ends a session that is signed out, and lessens what is kept."""
        path = self._path(scope)
        request = HTTPConnection(scope)
        left = session_in(request.cookies, how) if path == LOGOUT else None
        if left is not None and not left.over():
            end(left)
        else:
            left = None
        stopped = False

        async def answer(message: Message) -> None:
            nonlocal stopped
            if path == LOGIN and message.get("status", 0) >= 400:
                stopped = True
                await PlainTextResponse(_UNREACHED, status_code=502)(scope, _nothing, send)
            elif path == CALLBACK and not stopped and not await self._lets_in(message, how):
                stopped = True
                await PlainTextResponse(NOT_SIGNED_IN, status_code=503)(scope, _nothing, send)
            if stopped:
                return
            if left is not None and message["type"] == "http.response.start":
                await run_in_threadpool(record_sign_out, left)
            if message["type"] == "http.response.start":
                message["headers"] = [cookies.shortened(name, value, how) for name, value in message["headers"]]
                self._add(MutableHeaders(scope=message), path, request, how)
            await send(message)

        return answer

    async def _lets_in(self, message: Message, how: SignIn) -> bool:
        """Whether whoever an answer lets in is in the access log, with no more kept of them than is read; true for nobody."""
        session = session_in(cookies.given(message.get("headers", ())), how)
        if session is None:
            return True
        message["headers"] = cookies.lessened(list(message["headers"]), needed(session, how), how, self._base)
        return await run_in_threadpool(record_sign_in, session, how)

    def _add(self, sent: MutableHeaders, path: str, request: HTTPConnection, how: SignIn) -> None:
        """The headers that an answer is sent with besides: what is not to be kept, and where the reader was."""
        if sent.get("content-type", "").startswith("text/html") or path.startswith(FILES):
            sent["Cache-Control"] = "no-store"
        if path == LOGIN:
            kept = place.place(request.headers.get("referer", ""), request.headers.get("host", ""), self._base)
            self._keep(sent, how, "" if kept is None else place.write(kept))
        elif path == LOGOUT:
            sent["Clear-Site-Data"] = '"cache"'
        elif path == CALLBACK:
            kept = place.read(request.cookies.get(place.COOKIE, ""))
            if kept is not None and "location" in sent:
                sent["Location"] = kept
            self._keep(sent, how, "")

    def _keep(self, sent: MutableHeaders, how: SignIn, written: str) -> None:
        """Set the cookie of the reader's place, or take it away."""
        told = Response()
        age = place.KEPT_SECONDS if written else 0
        told.set_cookie(
            place.COOKIE, written, max_age=age, path=f"{self._base}{CALLBACK}", secure=how.secure, httponly=True, samesite="lax"
        )
        sent.append("Set-Cookie", told.headers["set-cookie"])

    async def _watch(self, how: SignIn, scope: Scope, receive: Receive, send: Send) -> None:
        """A socket of a session: closed when that is over, whatever anybody asks of it; one without a session is let be."""
        session = session_in(HTTPConnection(scope).cookies, how)
        if session is None or session.over():
            await self._app(_as_new(scope), receive, send)
            return
        over, loop = asyncio.Event(), asyncio.get_running_loop()

        def tell() -> None:
            loop.call_soon_threadsafe(over.set)

        stop = on_end(session, tell)

        async def close() -> None:
            try:
                await asyncio.wait_for(over.wait(), max(0.0, session.ends - time.time()))
            except TimeoutError:
                over.set()
            await send({"type": "websocket.close", "code": 1008})

        async def receive_while() -> Message:
            message = await receive()
            return {"type": "websocket.disconnect", "code": 1008} if session.over() else message

        async def send_while(message: Message) -> None:
            if not session.over():
                await send(message)

        closing = asyncio.create_task(close())
        try:
            await self._app(scope, receive_while, send_while)
        finally:
            stop()
            closing.cancel()


async def _nothing() -> Message:
    """What an answer that asks for nothing is asked with."""
    return {"type": "http.disconnect"}


def _not_found() -> Response:
    return PlainTextResponse("Not found.", status_code=404)


def _may_read(how: SignIn, session: Session | None) -> bool:
    """Whether a session is one of a reader with a role."""
    if session is None or session.over():
        return False
    try:
        how.roles.audience(session.claims)
    except NoRoleError:
        return False
    return True


def _as_new(scope: Scope) -> Scope:
    """A socket that takes up no page of before: what was drawn there was drawn for a session that is over."""
    headers = [(name, b",".join(value.split(b",")[:2]) if name == _RESUMED else value) for name, value in scope["headers"]]
    return {**scope, "headers": headers}
