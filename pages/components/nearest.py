"""Where a figure is hidden: a sentence saying so, and the nearest cut that shows it, one click away."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from metrics import ALL, Dimension, Figure, Filters, Indicator, Wanted, find, presentation
from metrics.presentation.chart import Chart
from pages.components import link, markup, panel
from pages.components.view import View

ALL_TOGETHER = "Shown of all areas together alone, so that no child can be recognised: of a single one there is no such figure."
ABSENT = ("z", "x")
"""The symbols of what the calendar rules out and of what was not supplied: where a whole has one, its parts have it too."""


def offer(view: View, figures: Collection[Figure], key: str) -> None:
    """Say why none of these figures is shown for this cut and offer the nearest cut that shows most of them."""
    _say_why(view, figures)
    wanted = [(figure.indicator, figure.time, figure.basis) for figure in figures]
    nearest = view.release.nearest(view.filters, wanted)
    if nearest is not None:
        button(view, nearest, key)


def offer_across(view: View, dimension: Dimension, figures: Mapping[str, Figure], key: str) -> None:
    """Say why none of these figures, one a value of `dimension`, is shown; offer the nearest cut by which one of them is."""
    _say_why(view, figures.values())
    wanted = next((figure.indicator for figure in figures.values()), None)
    if wanted is None:
        return
    for cut in view.release.lattice.generalise(view.filters.but(**{dimension: ALL})):
        if any(figure.shown for _, figure in view.release.across(cut, dimension, wanted, values=figures)):
            button(view, cut, key)
            return


def _say_why(view: View, figures: Collection[Figure]) -> None:
    markup.put(markup.text("p", _too_many_filters(view, figures) or _why(figures), class_="hidden-figure"))


def _why(figures: Collection[Figure]) -> str:
    """What the symbols of figures that are not shown say; suppression before all else."""
    symbols = {figure.symbol for figure in figures}
    return presentation.unavailable("c" if "c" in symbols else next(iter(symbols), None))


def _too_many_filters(view: View, figures: Collection[Figure]) -> str:
    """With how many filters these are shown, where more are chosen; empty elsewhere, and where fewer could show nothing."""
    chosen, limits = len(view.filters.chosen), [(find(figure.indicator), figure.basis) for figure in figures]
    all_together = view.release.lattice.partnership is not None
    said = [
        presentation.limit(*one) if most or all_together else ALL_TOGETHER
        for one in limits
        if (most := one[0].most_filters_on(one[1])) is not None and most < chosen
    ]
    if said and not any(_supplied(view, one) for one, _ in limits):
        return presentation.unavailable("x")
    coarser = map(view.release.cut, view.release.lattice.generalise(view.filters))
    for cut in coarser if said else ():
        found = [one for f in figures if (one := cut.figure(f.indicator, f.time, f.basis))]
        if all(one.symbol in ABSENT for one in found):
            return _why(found)
    return next(iter(said), "")


def _supplied(view: View, one: Indicator) -> bool:
    """Whether the area chosen supplied what an indicator is made from: no figure says so where it is kept for the whole only."""
    area = view.release.lattice.area(view.filters.area)
    if one.extract is None or area is None or area.kind == "all":
        return True
    return view.release.extracts.supplied(one.extract, (area.parent if area.kind == "district" else area.code) or ALL)


def for_page(view: View, wanted: Collection[Wanted]) -> None:
    """Say how many of a page's headline figures are hidden for this cut, and offer the nearest cut that shows more."""
    hidden = [figure for one in wanted if (figure := view.cut.figure(*one)) is not None and not figure.shown]
    nearest = view.release.nearest(view.filters, wanted) if hidden else None
    if nearest is None:
        return
    which = "None" if len(hidden) == len(wanted) else f"Only {len(wanted) - len(hidden)}"
    sentence = f"{which} of the {len(wanted)} headline figures of this page can be shown for these children."
    with markup.place("nearest"):
        markup.put(markup.text("p", f"{sentence} {_why(hidden)}"))
        button(view, nearest, "page")


def in_its_place(view: View, chart: Chart, dimension: Dimension, figures: Mapping[str, Figure], key: str) -> bool:
    """Whether a chart across `dimension` has nothing to draw; then a sentence and the nearest cut stand in its place."""
    if any(figure.shown for figure in figures.values()):
        return False
    panel.head(chart.title, chart.subtitle, "")
    if figures:
        offer_across(view, dimension, figures, key)
    else:
        for_another(view, dimension, [value for value in view.release.lattice.values(dimension) if value != ALL], key)
    return True


def for_another(view: View, dimension: Dimension, values: Collection[str], key: str = "another") -> None:
    """Say why the release does not hold this cut by `dimension`, and offer the nearest cut that it holds so."""
    lattice = view.release.lattice
    first = next(iter(values))
    reason = lattice.why_not(view.filters.but(**{dimension: first})) or presentation.unavailable(None)
    markup.put(markup.text("p", reason, class_="hidden-figure"))
    whole = view.filters.but(**{dimension: ALL})
    held = (cut for cut in lattice.generalise(whole) if lattice.holds(cut.but(**{dimension: first})))
    for cut in held:
        button(view, cut, f"{key}-{dimension}")
        return


def button(view: View, nearest: Filters, key: str) -> None:
    """One click to another cut."""
    place = nearest.words(view.release.lattice)
    st.button(f"Show the nearest that can be shown: {place}", key=f"nearest-{key}", on_click=link.write_filters, args=(nearest,))
