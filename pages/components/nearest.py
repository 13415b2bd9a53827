"""Where a figure is hidden: a sentence saying so, and the nearest cut that shows it, one click away."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from metrics import ALL, Dimension, Figure, Filters, Wanted, presentation
from pages.components import link, markup
from pages.components.view import View


def offer(view: View, figures: Collection[Figure], key: str) -> None:
    """Say why none of these figures is shown for this cut and offer the nearest cut that shows most of them."""
    symbols = {figure.symbol for figure in figures}
    markup.put(
        markup.text("p", presentation.unavailable("c" if "c" in symbols else next(iter(symbols), None)), class_="hidden-figure")
    )
    wanted = [(figure.indicator, figure.time, figure.basis) for figure in figures]
    nearest = view.release.nearest(view.filters, wanted)
    if nearest is not None:
        button(view, nearest, key)


def for_page(view: View, wanted: Collection[Wanted]) -> None:
    """Say how many of a page's headline figures are hidden for this cut, and offer the nearest cut that shows more."""
    hidden = len(wanted) - view.cut.shown(wanted)
    nearest = view.release.nearest(view.filters, wanted) if hidden else None
    if nearest is None:
        return
    which = "None" if hidden == len(wanted) else f"Only {len(wanted) - hidden}"
    sentence = f"{which} of the {len(wanted)} headline figures of this page can be shown for these children."
    with markup.place("nearest"):
        markup.put(markup.text("p", f"{sentence} {presentation.unavailable('c')}"))
        button(view, nearest, "page")


def for_another(view: View, dimension: Dimension, values: Collection[str]) -> None:
    """Say why the release does not hold this cut by `dimension`, and offer the nearest cut that it holds so."""
    lattice = view.release.lattice
    first = next(iter(values))
    reason = lattice.why_not(view.filters.but(**{dimension: first})) or presentation.unavailable(None)
    markup.put(markup.text("p", reason, class_="hidden-figure"))
    whole = view.filters.but(**{dimension: ALL})
    held = (cut for cut in lattice.generalise(whole) if lattice.holds(cut.but(**{dimension: first})))
    for cut in held:
        button(view, cut, f"another-{dimension}")
        return


def button(view: View, nearest: Filters, key: str) -> None:
    """One click to another cut."""
    place = nearest.words(view.release.lattice)
    st.button(f"Show the nearest that can be shown: {place}", key=f"nearest-{key}", on_click=link.write_filters, args=(nearest,))
