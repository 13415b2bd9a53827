"""Notes in a window of their own, which follow the slides of another: both have a key that only these two windows know.

What is told is an address, and nothing of a release. It is kept in memory, so after a restart notes stay where they are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from secrets import choice
from string import ascii_lowercase
from threading import Lock
from urllib.parse import urlencode

import streamlit as st

from pages.components import board_run, link, markup

KEY = "follow"
"""The URL's key for the window followed."""
EVERY_SECONDS = 1.0
MOST_SCREENS = 500
"""Windows remembered; those that told of themselves longest ago are forgotten first."""
LOST = "The window that these notes followed is closed or has been reloaded: open its notes again from its overview."
_MINE = "screen"
_TOLD: OrderedDict[str, Mapping[str, str]] = OrderedDict()
_LOCK = Lock()


def following() -> bool:
    """Whether this window follows another."""
    return KEY in link.asked()


def tell() -> None:
    """Let notes that follow this window know what is on it."""
    with _LOCK:
        _TOLD[_key()] = _address(link.asked())
        _TOLD.move_to_end(_key())
        while len(_TOLD) > MOST_SCREENS:
            _TOLD.popitem(last=False)


def open_notes() -> None:
    """The way to notes that follow this window, in a window of their own."""
    address = urlencode(_address(link.asked()) | {board_run.LOOK: "notes", KEY: _key()})
    st.link_button("Notes in a window of their own, which follow the slides", f"?{address}")


@st.fragment(run_every=EVERY_SECONDS)
def keep_up() -> None:
    """Turn to what is on the window followed, wherever it has gone; say so where it is not known."""
    mine = link.asked()
    with _LOCK:
        told = _TOLD.get(mine.get(KEY, ""))
    if told is None:
        markup.put(markup.text("p", LOST, class_="notice", role="status"))
    elif told != _address(mine):
        st.query_params.from_dict({**told, board_run.LOOK: "notes", KEY: mine[KEY]})
        st.rerun()


def _address(asked: Mapping[str, str]) -> dict[str, str]:
    """What an address says of children and slides, and not how a window looks at them."""
    return {key: text for key, text in asked.items() if key not in (board_run.LOOK, KEY)}


def _key() -> str:
    """The key of this window; of letters alone, since a figure could be mistaken for one of a release."""
    key: str = st.session_state.setdefault(_MINE, "".join(choice(ascii_lowercase) for _ in range(24)))
    return key
