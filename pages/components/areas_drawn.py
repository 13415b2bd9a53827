"""The areas page on the screen: dots with what may be said of them, the grid, and a panel of terms an area."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from itertools import groupby

import streamlit as st

from metrics import ALL, Area, Comparator, Figure, Indicator, presentation
from metrics.presentation import areas, areas_against, areas_dots, areas_grid, areas_quarters, areas_terms
from metrics.presentation.areas import Place
from metrics.presentation.areas_grid import Grid, GridCell, GridRow
from pages.components import definition, markup, nearest, panel, table
from pages.components.areas import IN_GRID, Around
from pages.components.panel import Panel

TERMS = (
    "The shaded band is the term of imprisonment; a letter on the axis stands for a term that is hidden (c), not reached (z) or "
    "not supplied (x), and a broken line for under half as many children as at the imprisonment."
)
NO_LINE = "This indicator is of months and not of terms: windows of different length are never joined by a line."
TESTED = (
    "Each by a test of the difference that lets brothers and sisters count for less, at 99.8% because there are many areas, on "
    "the imprisonments of the quarters that both supplied under the same definition."
)
LEADS = (
    *("Clearly above", "Clearly below", "Clearly higher", "Clearly lower", "Too few children to tell", "Not comparable"),
    *("Not compared", "No comparison", "No order", "Higher", "Lower", "Between them"),
)
IN_A_ROW = 3


def one_indicator(around: Around, indicator: Indicator, among: Sequence[Area], own: str, key: str) -> None:
    """The dot plot beside what may be said of it."""
    listed = around.places(indicator, among, own, around.time)
    panel.columns(
        [(f"dots-{key}", partial(_dots, around, indicator, listed, key))],
        [(f"said-{key}", partial(_said, around, indicator, listed))],
    )


def _dots(around: Around, indicator: Indicator, listed: tuple[Place, ...], key: str) -> None:
    chart = areas_dots.area_dots(indicator, around.time)
    if not any(place.compared is not None for place in listed):
        panel.head(chart.title, chart.subtitle, "")
        figures = {place.code: place.figure for place in listed if place.figure is not None}
        nearest.offer_across(around.view, "area", figures, f"areas-{key}")
        return
    drawn = around.with_whole(indicator, listed, around.time)
    targets, design_effect = around.targets(indicator, drawn, around.time), around.design_effect(indicator)
    panel.show(
        Panel(
            key=f"areas-{key}-{indicator.id}",
            chart=chart,
            data=areas_dots.area_dots_data(indicator, drawn, targets, design_effect),
            says="",
            notes=[*_fit(around, indicator), indicator.caveat or "", around.view.definition_note(indicator)],
            spoken=areas_dots.describe_areas(indicator, drawn),
            details=lambda: (
                table.html(areas_dots.areas_table(chart.title, drawn, targets, design_effect)),
                table.html(presentation.comparators_table(_beside(around, indicator, listed))),
                definition.html(indicator),
            ),
        )
    )


def _fit(around: Around, indicator: Indicator) -> tuple[str, ...]:
    beside = around.comparators(indicator, around.own_authority, around.time)
    return areas_against.fit_notes(around.against, beside, around.whole(indicator, around.time))


def _beside(around: Around, indicator: Indicator, listed: Sequence[Place]) -> tuple[Comparator, ...]:
    """What the areas are set against, once each."""
    codes = [place.code for place in listed] if around.against == "here" else [ALL]
    found = (
        one
        for code in codes
        for one in areas_against.beside_for(around.against, around.comparators(indicator, code, around.time))
    )
    return tuple(dict.fromkeys(found))


def _said(around: Around, indicator: Indicator, listed: tuple[Place, ...]) -> None:
    """The reader's own area in words; where there are others, whether they fall into groups, and the own beside each of them."""
    targets, design_effect = around.targets(indicator, listed, around.time), around.design_effect(indicator)
    own = next((place for place in listed if place.own), None)
    markup.put(markup.text("h3", "What may be said"))
    if own is not None:
        words = areas_against.against_words(indicator, own, targets[own.code], design_effect)
        markup.put(markup.text("p", words, class_="says"))
    if len(listed) == 1:
        return
    markup.put(
        _sentences("Against what is chosen above", areas_against.verdict_words(listed, targets, design_effect)),
        _sentences("In what order", areas.grouped_words(listed, design_effect)),
    )
    if own is not None:
        _beside_each(around, indicator, own, [place for place in listed if not place.own])


def _sentences(title: str, sentences: Sequence[str]) -> str:
    said = (markup.led("li", sentence, LEADS) for sentence in sentences)
    return markup.text("h4", title) + markup.element("ul", *said, class_="findings quiet")


def _beside_each(around: Around, indicator: Indicator, own: Place, others: Sequence[Place]) -> None:
    """The reader's own area against each of the others, by a test of their difference."""
    release, filters = around.view.release, around.view.filters.but(area=own.code)
    figure_of, design_effect = partial(around.figure, indicator, around.time), around.design_effect(indicator)
    compared = [
        areas_quarters.compare(
            own,
            other,
            filters,
            areas_quarters.shared(indicator, around.time, release.lattice, release.extracts, filters, other.code),
            figure_of,
            design_effect,
        )
        for other in others
    ]
    sentences = areas_quarters.compared_words(own.name, compared)
    markup.put(_sentences(f"{own.name} beside each", sentences), markup.text("p", TESTED, class_="legend"))


def grid(around: Around, among: Sequence[Area], own: str) -> None:
    """Every indicator in every area, with how many cells differ and how many would by chance."""
    listed = around.with_whole(IN_GRID[0], around.places(IN_GRID[0], among, own))
    made = areas_grid.grid([_column(around, one, among, own) for one in IN_GRID], listed)
    markup.put(markup.text("p", areas_grid.chance_words(made), class_="says"), _grid_html(made))


def _column(around: Around, indicator: Indicator, among: Sequence[Area], own: str) -> areas_grid.Column:
    listed = around.with_whole(indicator, around.places(indicator, among, own))
    by_code = {place.code: place for place in listed}
    return areas_grid.Column(indicator, by_code, around.targets(indicator, listed), around.design_effect(indicator))


def _grid_html(made: Grid) -> str:
    caption = markup.text("caption", "Area by indicator", class_="spoken")
    whens = [(when, len(list(run))) for when, run in groupby(made.headings, lambda heading: heading.when)]
    spans = (markup.text("th", _capital(when), colspan=str(width), scope="colgroup", class_="when") for when, width in whens)
    head = markup.element("tr", markup.text("th", "Area", scope="col", rowspan="2"), *spans)
    head += markup.element("tr", *map(_heading_html, made.headings))
    body = "".join(map(_row_html, made.rows))
    shown = markup.element("table", caption, markup.element("thead", head), markup.element("tbody", body))
    legend = (markup.text("p", words, class_="legend") for words in (areas_grid.SHADING, *made.symbols))
    scrolled = markup.element("div", shown, class_="scroll", role="group", aria_label="Area by indicator", tabindex="0")
    return markup.element("div", scrolled, *legend, class_="area-grid")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _heading_html(heading: areas_grid.Heading) -> str:
    against = markup.text("span", heading.against, class_="against")
    return markup.element("th", markup.text("span", heading.title), " ", against, scope="col")


def _row_html(row: GridRow) -> str:
    name = markup.text("th", row.name, scope="row")
    return markup.element(
        "tr", name, *map(_cell_html, row.cells), **({"class_": "own" if row.own else "whole"} if row.own or row.whole else {})
    )


def _cell_html(cell: GridCell) -> str:
    if cell.shade == "missing":
        return markup.element("td", markup.element("abbr", escape(cell.figure), title=cell.words), class_="missing")
    mark = markup.text("span", cell.mark, class_="mark", aria_hidden="true") if cell.mark else ""
    return markup.element(
        "td",
        markup.text("strong", cell.figure),
        mark,
        markup.text("span", f" {cell.words} ", class_="spoken"),
        markup.text("small", cell.base),
        class_=cell.shade,
    )


def term_by_term(around: Around, indicator: Indicator, among: Sequence[Area], own: str) -> None:
    """One small line an area, all on the same axes; windows of months are no line."""
    if indicator.table != "school_terms":
        markup.put(markup.text("p", NO_LINE, class_="hidden-figure"))
        return
    listed = around.places(indicator, among, own)
    series = {place.code: around.series(indicator, place.code) for place in listed}
    beside = {place.code: areas_against.beside_for(around.against, around.comparators(indicator, place.code)) for place in listed}
    axis = areas_terms.shared_axis(indicator, list(series.values()), [one for all in beside.values() for one in all])
    with markup.place("multiples-terms"):
        for start in range(0, len(listed), IN_A_ROW):
            for column, place in zip(st.columns(IN_A_ROW), listed[start : start + IN_A_ROW], strict=False):
                with column, markup.place(f"panel-terms-{place.code}"):
                    _line(around, indicator, place, series[place.code], beside[place.code], axis)


def _line(
    around: Around,
    indicator: Indicator,
    place: Place,
    series: tuple[Figure, ...],
    beside: tuple[Comparator, ...],
    axis: tuple[float, float],
) -> None:
    headline = next((figure for figure in series if figure.time == around.time), None)
    says = presentation.headline(indicator, headline)
    if not any(figure.shown for figure in series):
        panel.head(place.name, "", says)
        return
    lattice, period = around.view.release.lattice, around.view.filters.period
    lockdown, breaks = presentation.lockdown_marks(lattice, period), presentation.breaks_of(indicator, lattice, period)
    panel.head(place.name, "", says)
    panel.draw(
        f"terms-{place.code}-{indicator.id}",
        areas_terms.area_line(indicator),
        areas_terms.area_line_data(indicator, series, beside, axis, lockdown, breaks),
    )
    spoken = presentation.describe_series(indicator, series, beside)
    markup.put(markup.text("p", f"{place.name}. {spoken}", class_="spoken"))
