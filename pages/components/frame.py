"""The frame of every page: the way to the others, the filters, what is shown in words, and then the page's own figures.

Everything that a filter changes is one fragment, so that a click repaints the figures and not the whole application.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from metrics import Filters, Release, ReleaseError
from pages.components import banner, filter_bar, link, markup
from pages.components.view import View

_HOUSE = "house"


@dataclass(frozen=True)
class House:
    """What pages share: which there are, in the order of the navigation, and where the release comes from."""

    pages: Sequence[Any]
    release: Callable[[], Release]


def declare(pages: Sequence[Any], release: Callable[[], Release]) -> None:
    """Say which pages there are and what they are drawn from."""
    st.session_state[_HOUSE] = House(tuple(pages), release)


@st.fragment
def show(title: str, lead: str, body: Callable[[View], None]) -> None:
    """One page: `lead` says in a sentence what it answers, `body` draws its figures for the cut chosen."""
    house: House = st.session_state[_HOUSE]
    try:
        release = house.release()
    except ReleaseError as error:
        banner.refused(str(error))
        return
    filters, notices = Filters.read(link.asked(), release.lattice)
    view = View(release, filters, release.cut(filters))
    _navigation(house, title)
    markup.put(markup.text("h1", title), markup.text("p", lead, class_="lead"))
    filter_bar.show(release.lattice, filters)
    for notice in notices:
        markup.put(markup.text("p", notice, class_="notice", role="status"))
    banner.in_words(view)
    body(view)
    banner.foot(view)


def _navigation(house: House, title: str) -> None:
    """Links to the pages that carry everything the URL says."""
    query = link.asked()
    with st.container(key="navigation", horizontal=True, gap=None):
        for page in house.pages:
            with st.container(key="here" if page.title == title else f"to-{page.title}", width="content"):
                st.page_link(page, query_params=query)
