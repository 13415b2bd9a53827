"""The frame of every page: the way to the others, the filters, what is shown in words, and then the page's own figures.

Everything that a filter changes is one fragment, so that a click repaints the figures and not the whole application.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import streamlit as st

from metrics import Filters, Release, ReleaseError
from pages.access import record_view
from pages.components import banner, filter_bar, link, markup, permalink
from pages.components.view import View

_HOUSE = "house"
_LOG = logging.getLogger("pages")
NOTHING_SERVED = "The figures cannot be opened at the moment. Reload the page in a while; whoever runs the dashboard is told why."
"""What a reader is told; why, with the folder on the server, is for its log alone."""


@dataclass(frozen=True)
class House:
    """What pages share: which there are, in the order of the navigation, which is open, and where the release comes from."""

    pages: Sequence[Any]
    here: str
    release: Callable[[], Release]
    kept: permalink.Kept


def declare(pages: Sequence[Any], here: Any, release: Callable[[], Release], kept: permalink.Kept) -> None:
    """Say which pages there are, which is open, and their release: the live one, or a kept one that a link names."""
    st.session_state[_HOUSE] = House(tuple(pages), here.url_path or "overview", release, kept)


@st.fragment
def show(title: str, lead: str, body: Callable[[View], None]) -> None:
    """One page: `lead` says in a sentence what it answers, `body` draws its figures for the cut chosen."""
    house: House = st.session_state[_HOUSE]
    view, notices = _look(house)
    if view is None:
        return
    _navigation(house, title)
    markup.put(markup.text("h1", title), markup.text("p", lead, class_="lead"))
    filter_bar.show(view.release.lattice, view.filters)
    for notice in notices:
        markup.put(markup.text("p", notice, class_="notice", role="status"))
    permalink.to_newest(view, house.release())
    banner.in_words(view)
    body(view)
    banner.foot(view)


@st.fragment
def show_alone(body: Callable[[View, Sequence[str], House], None]) -> None:
    """A page without navigation and filter bar: `body` draws all of it, and says what of the URL could not be had."""
    house: House = st.session_state[_HOUSE]
    view, notices = _look(house)
    if view is not None:
        body(view, notices, house)


def _look(house: House) -> tuple[View | None, tuple[str, ...]]:
    """The cut that the URL asks for, and a sentence on each thing changed; null, and said so, where nothing can be served."""
    try:
        release, told = permalink.named(house.release(), house.kept)
        filters, notices = Filters.read(link.asked(), release.lattice)
        view = View(release, filters, release.cut(filters))
    except ReleaseError as error:
        _LOG.error("nothing can be served: %s", error)
        banner.refused(NOTHING_SERVED)
        return None, ()
    unrecorded = record_view(house.here, view.cut.filters.query(), release.version)
    if unrecorded is not None:
        banner.refused(unrecorded)
        return None, ()
    return view, (*told, *notices)


def _navigation(house: House, title: str) -> None:
    """Links to the pages that carry everything the URL says."""
    query = link.asked()
    with st.container(key="navigation", horizontal=True, gap=None):
        for page in house.pages:
            with st.container(key="here", width="content") if page.title == title else nullcontext():
                st.page_link(page, query_params=query)
