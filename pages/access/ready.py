"""Whether the dashboard can serve, for a supervisor or a load balancer to ask: one word, and never why.

`/_stcore/health`, which is Streamlit's and which browsers ask, says that the process lives; `/ready` says that there is something
to show.
"""

from __future__ import annotations

import logging

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from metrics import ReleaseError
from pages.access.released import check_release

PATH = "/ready"
READY, BEHIND, UNREADY = "ready", "behind", "unready"
"""The newest release is served; an older one is, because the newest may not be; none can be."""
_LOG = logging.getLogger("pages")


def routes() -> list[BaseRoute]:
    """The route beside Streamlit's own, beneath the path that the dashboard is served at."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return [Route(f"/{base}{PATH}" if base else PATH, answer, methods=["GET", "HEAD"])]


def answer(request: Request) -> PlainTextResponse:
    """200 while a release is served, 503 while none can be; asked in a thread, since files are read."""
    word = state()
    return PlainTextResponse(f"{word}\n", status_code=503 if word == UNREADY else 200)


def state() -> str:
    """One of the three words; the log says why."""
    try:
        return READY if check_release() else BEHIND
    except ReleaseError as error:
        _LOG.warning("not ready: %s", error)
        return UNREADY
