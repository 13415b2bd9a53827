"""The overview of a board: every slide with its finding to jump to, which children, and the choice and order of slides."""

from __future__ import annotations

import streamlit as st

from metrics.presentation import ALL_SLIDES, SLIDES, Slide
from metrics.presentation.slides import NAMES
from pages.components import board_follow, board_run, filter_bar, markup
from pages.components.board_run import Run, moved
from pages.components.view import View

KEYS = (
    "Left and right arrows, or a clicker's Page Up and Page Down: the slide before and the slide after. Home and End: the first "
    "and the last slide. O: this overview. N: the presenter's notes. F11 fills the screen."
)
KEPT = "The choice and its order are in the address: keep it, and next month it opens the same slides on the new figures."


def show(view: View, run: Run) -> None:
    """Which children, then the slides in order, then what else may be added."""
    markup.put(markup.text("h1", "Board"), markup.text("p", KEYS, class_="lead"))
    board_follow.open_notes()
    filter_bar.show(view.release.lattice, view.filters)
    for sentence in _notices(run):
        markup.put(markup.text("p", sentence, class_="notice", role="status"))
    markup.put(markup.text("h2", "Slides, in order"), markup.text("p", KEPT, class_="section"))
    for place, slide in enumerate(run.slides):
        _row(run, place, slide)
    _add(run)


def _notices(run: Run) -> tuple[str, ...]:
    """What of the link could not be had, and what is left out of the run for these children."""
    said = []
    if run.unknown:
        one = run.unknown == 1
        which = f"{run.unknown} {'slide' if one else 'slides'} of this address"
        said.append(f"{which} {'does' if one else 'do'} not exist and {'is' if one else 'are'} left out.")
    if run.left_out:
        names = "; ".join(slide.name for slide in run.left_out)
        said.append(f"Left out of the run, because nothing of them can be shown for these children: {names}.")
    return tuple(said)


def _row(run: Run, place: int, slide: Slide) -> None:
    """One slide: its number and finding, which open it; earlier, later, leave out."""
    ids = [one.id for one in run.slides]
    with st.container(key=f"row-{slide.id}", horizontal=True, vertical_alignment="center", gap="small"):
        label = f"{place + 1}. {slide.title}"
        st.button(label, key=f"jump-{slide.id}", type="tertiary", on_click=board_run.go, args=(slide.id,), width="stretch")
        changes = (
            ("Earlier", moved(ids, slide.id, -1), place == 0),
            ("Later", moved(ids, slide.id, 1), place == len(ids) - 1),
            ("Leave out", tuple(id for id in ids if id != slide.id), len(ids) == 1),
        )
        for word, others, off in changes:
            # The slide's name makes each button's own, for those who go from button to button; only the word is seen.
            whole = f"{word} :gray[{slide.name}]"
            st.button(whole, key=f"{word}-{slide.id}", on_click=board_run.choose, args=(others,), disabled=off)


def _add(run: Run) -> None:
    """What is not in the run, and the way back to the declared one."""
    ids = [one.id for one in run.slides]
    others = [id for id in ALL_SLIDES if id not in ids]
    with st.container(key="board-add", horizontal=True, vertical_alignment="bottom"):
        if others:
            st.session_state["board-added"] = None
            st.selectbox(
                "Add a slide at the end",
                others,
                index=None,
                format_func=NAMES.__getitem__,
                key="board-added",
                placeholder="Choose a slide",
                on_change=_added,
                args=(tuple(ids),),
            )
        st.button("The usual slides", on_click=board_run.choose, args=(SLIDES,), disabled=tuple(ids) == SLIDES)


def _added(ids: tuple[str, ...]) -> None:
    added = st.session_state["board-added"]
    if added is not None:
        board_run.choose((*ids, added))
