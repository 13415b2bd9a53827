"""Files on their way out: each is recorded before its first byte leaves, and goes to nobody but whoever had it made.

"Downloaded" means that a browser asked for a file and this server began to send it, whether or not it arrived whole. The button
is not where that is known: a press may come to nothing, and a file's address works without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message as Mail
from threading import Lock
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.access.provider import sign_in
from pages.access.readers import reader
from pages.access.recorded import record, who
from pages.access.sessions import Session, session_in
from pages.record import Event, now

NOT_SENT = "What is downloaded here is recorded, and just now that cannot be done: try again in a minute."
NOT_OFFERED = "This file is no longer here: open the downloads page and make it again."


@dataclass(frozen=True)
class Offered:
    """A file that a page offers: its name, the cut that it is of by the URL's keys, and the version of its release."""

    name: str
    filters: Mapping[str, str] = field(hash=False)
    release: str


_OFFERED: WeakValueDictionary[tuple[str, str], Offered] = WeakValueDictionary()
"""By the subject to whom, empty where nobody signs in, and by name."""
_ALONE = Lock()


def offer(name: str, filters: Mapping[str, str], release: str) -> Offered:
    """Have a file known to its reader, for as long as any session of theirs keeps what comes back.

    A name says all that a file is of.
    """
    whose = reader().subject
    with _ALONE:
        return _OFFERED.setdefault((whose, name), Offered(name, dict(filters), release))


class Downloads:
    """Record every file that is sent; one that cannot be recorded is answered 503, one that was made for somebody else 404."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and look at whether a file is the answer."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        refused: PlainTextResponse | None = None

        async def send_recorded(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                refused = await _refusal(message, _session(scope))
            if refused is None:
                await send(message)

        await self._app(scope, receive, send_recorded)
        if refused is not None:
            await refused(scope, receive, send)


async def _refusal(start: Message, session: Session | None) -> PlainTextResponse | None:
    """Why the answer that begins so is not sent, if it is not; a file that is sent has been recorded."""
    name = file_name(Headers(raw=start["headers"]).get("content-disposition", ""))
    if name is None:
        return None
    with _ALONE:
        offered = _OFFERED.get(("" if session is None else session.subject, name))
    if offered is None:
        return PlainTextResponse(NOT_OFFERED, status_code=404)
    whose = {} if session is None else who(session.subject, session.name)
    event = Event(now(), "downloaded", **whose, file=offered.name, filters=offered.filters, release=offered.release)
    return None if await run_in_threadpool(record, event) else PlainTextResponse(NOT_SENT, status_code=503)


def _session(scope: Scope) -> Session | None:
    """By whom a request is; null where nobody signs in. Who is let through has a session."""
    how = sign_in()
    return None if how is None else session_in(HTTPConnection(scope).cookies, how)


def file_name(disposition: str) -> str | None:
    """The name under which an answer is to be kept as a file; null where it is to be shown."""
    mail = Mail()
    mail["content-disposition"] = disposition
    return mail.get_filename("") if mail.get_content_disposition() == "attachment" else None
