"""The board: a full-screen run of slides, their overview and the presenter's notes; everything chosen is in the URL.

The keys are shortcuts of Streamlit's own buttons: a script of ours would need the policy of the page to allow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.components import banner, board_follow, board_overview, board_run, board_slide, link, markup, permalink, style
from pages.components.board_run import Look, Run
from pages.components.frame import House
from pages.components.view import View


def show(view: View, notices: Sequence[str], house: House) -> None:
    """The slide, the overview or the notes, and under it what moves between them."""
    style.put("board")
    run, look = board_run.read(view), board_run.look()
    with markup.place(f"board-{look}"):
        for notice in notices:
            markup.put(markup.text("p", notice, class_="notice", role="status"))
        permalink.to_newest(view, house.release())
        if look == "overview":
            board_overview.show(view, run)
            banner.foot(view)
        elif look == "notes":
            board_slide.notes(run)
            if board_follow.following():
                board_follow.keep_up()
        else:
            board_slide.show(view, run)
    if board_follow.following():
        markup.put(markup.text("p", run.at.footer, class_="audience"))
        return
    board_follow.tell()
    _controls(run, look, house.pages)


def _controls(run: Run, look: Look, pages: Sequence[Any]) -> None:
    """Back and on by arrow and by clicker, first and last, the overview, the notes, and the way out."""
    with st.container(key="board-controls", horizontal=True, vertical_alignment="center", gap="small"):
        if look != "overview":
            _steps(run, look)
        _turn("Overview", "O", "overview", look)
        _turn("Notes", "N", "notes", look)
        with st.container(key="board-leave", width="content"):
            leaving = {key: text for key, text in link.asked().items() if key != board_run.LOOK}
            st.page_link(pages[0], label="Leave the board", query_params=leaving)
        markup.put(markup.text("p", run.at.footer, class_="audience"))


def _steps(run: Run, look: Look) -> None:
    last = len(run.shown) - 1
    _step("Previous", "Left", run, run.place - 1, look)
    markup.put(markup.text("p", f"Slide {run.place + 1} of {last + 1}", class_="place"))
    _step("Next", "Right", run, run.place + 1, look)
    with markup.place("board-clicker"):  # other keys for the same: on no screen, and in no reader's way
        _step("Previous slide", "PageUp", run, run.place - 1, look)
        _step("Next slide", "PageDown", run, run.place + 1, look)
        _step("First slide", "Home", run, 0, look)
        _step("Last slide", "End", run, last, look)


def _step(label: str, key: str, run: Run, to: int, look: Look) -> None:
    """A button to another slide; at the end of the run it stays where it is."""
    place = max(0, min(to, len(run.shown) - 1))
    target = run.shown[place].id
    st.button(label, key=f"board-key-{key}", shortcut=key, on_click=board_run.go, args=(target, look), disabled=to != place)


def _turn(label: str, key: str, to: Look, look: Look) -> None:
    words, target = ("Slides", "slide") if look == to else (label, to)
    st.button(words, key=f"board-{to}-button", shortcut=key, on_click=board_run.turn, args=(target,))
