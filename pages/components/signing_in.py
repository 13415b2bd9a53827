"""Signing in and out: what stands in place of a page for whoever may not read it, and who is signed in for whoever may."""

from __future__ import annotations

import streamlit as st

from metrics import ROLE_WORDS, Audience, ReleaseError
from pages.access import Reader, live_release, reader, sign_in
from pages.components import markup

WATCHED_SECONDS = 60
TITLE = "Sign in"
_LEAD = "These pages are for the partnership. Sign in with your organisation's account to read them."
_KEPT = "After that you are back on the page whose address you followed, with the filters in it."


def show(person: Reader) -> None:
    """The way in for somebody who is not signed in; whom to ask for somebody who is, and has no role."""
    how = sign_in()
    assert how is not None, "without sign-in whoever reads is somebody"
    with markup.place("signing-in"):
        if person.name:
            _without_role(person, how.roles.contact)
            return
        markup.put(markup.text("h1", TITLE), markup.text("p", person.told or _LEAD, class_="lead", role="status"))
        st.button("Sign in", key="sign-in", type="primary", on_click=st.login)
        markup.put(
            *(() if person.told else (markup.text("p", _KEPT, class_="section"),)),
            markup.text("p", f"If you have no account here, ask {how.roles.contact}.", class_="section"),
        )


@st.fragment(run_every=WATCHED_SECONDS)
def watch() -> None:
    """Begin the page anew when the session is over, and ask the browser to as soon as it hears that its socket was closed.

    A browser whose socket comes back asks for nothing unless something of the page is asked for by time: this is.
    """
    if reader().audience is None:
        st.rerun()


def _without_role(person: Reader, contact: str) -> None:
    markup.put(
        markup.text("h1", "Not open to your account"),
        markup.text("p", person.told, class_="lead", role="status"),
        markup.text("p", f"Whom to ask: {contact}. When they have changed it, sign out and sign in again.", class_="section"),
    )


def who(person: Reader) -> None:
    """Who is signed in, as what, and the way out; nothing where nobody is."""
    if not person.name:
        return
    with st.container(key="signed-in", horizontal=True, vertical_alignment="center", gap="small"):
        role = "no role yet" if person.audience is None else _in_words(person.audience)
        markup.put(markup.element("p", markup.text("strong", person.name), " ", markup.text("span", f"· {role}")))
        st.button("Sign out", key="sign-out", on_click=st.logout)


def _in_words(audience: Audience) -> str:
    """A role as a reader would say it, the area by its name."""
    if audience.area is None:
        return ROLE_WORDS[audience.role]
    try:
        area = live_release().lattice.area(audience.area)
    except ReleaseError:
        area = None
    return f"{ROLE_WORDS[audience.role]}, {audience.area if area is None else area.name}"
