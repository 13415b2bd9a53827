"""The link to a figure: it names its release, opens it for as long as it is kept, and says when there is a newer one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import streamlit as st

from metrics import Release, ReleaseError
from metrics.presentation.extracts import long_day
from pages.components import link
from pages.components.view import View

KEY = "release"
"""The URL's key: a version, as a release's own files have it."""
EVERYONE = "anyone"
"""The audience of a policy whose releases all may see."""
PAGE = "board"
"""The page on which each figure has an address of its own."""

Kept = Callable[[str], Release | None]


def named(live: Release, kept: Kept) -> tuple[Release, tuple[str, ...]]:
    """The release that the URL names, else the live one; and a sentence where that is not the newest, or is not kept."""
    version = link.asked().get(KEY, "")
    if version in ("", live.version):
        return live, ()
    release = _for_the_same(kept(version), live)
    if release is None:
        return live, ("The release that this link names is no longer kept: the newest is shown instead.",)
    made, newer = (long_day(one.built_at.date()) for one in (release, live))
    return release, (f"This link is to release {release.version} of {made}. A newer one exists: {live.version} of {newer}.",)


def _for_the_same(release: Release | None, live: Release) -> Release | None:
    """A kept release as whoever sees the live one may see it, null where they may not: an address opens no door that is shut."""
    if release is None:
        return None
    audience, theirs = (one.manifest["policy"].get("audience") for one in (release, live))
    try:
        return release.seen_by(live.audience) if audience in (theirs, EVERYONE) else None
    except ReleaseError:
        return None


def to_newest(view: View, live: Release) -> None:
    """One click from a kept release to the newest."""
    if view.release.version != live.version:
        st.button("Show the newest release", key="newest-release", on_click=link.write_choices, args=({KEY: ""},))


def address(view: View, slide: str) -> str:
    """The whole address of one figure of the release on the screen."""
    query = urlencode({**view.filters.query(), "slide": slide, KEY: view.release.version})
    here = urlsplit(st.context.url or "")
    server = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"{server}/{base}/{PAGE}?{query}" if base else f"{server}/{PAGE}?{query}"
