"""Who is reading, asked anew on every run: nobody stays in because they were in a moment ago."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from metrics import EVERYTHING, Audience
from pages.access.provider import sign_in
from pages.access.roles import NoRoleError
from pages.access.sessions import session_of

ENDED = "Your session has ended. Sign in again to go on: the page and what you had chosen are kept."


@dataclass(frozen=True)
class Reader:
    """Somebody at a screen. `audience` is null for whoever may see nothing yet, and `told` then says why.

    `name` is empty for nobody signed in; `subject` is the person's identifier at the provider.
    """

    audience: Audience | None
    name: str = ""
    subject: str = ""
    told: str = ""


def reader() -> Reader:
    """Who is reading this run; without sign-in it is whoever sits at this machine, who may see everything."""
    how = sign_in()
    if how is None:
        return Reader(EVERYTHING)
    session = session_of(st.user.to_dict(), how)
    if session is None:
        return Reader(None)
    if session.over():
        return Reader(None, told=ENDED)
    try:
        return Reader(how.roles.audience(session.claims), session.name, session.subject)
    except NoRoleError as none:
        return Reader(None, session.name, session.subject, str(none))


def admitted() -> Audience:
    """What the reader of this run may see; the run ends here, and the page begins anew, where that is nothing any more."""
    audience = reader().audience
    if audience is None:
        st.rerun()
    return audience
