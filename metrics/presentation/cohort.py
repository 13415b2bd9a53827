"""Charts of the cohort itself: children and families by group; whose imprisonment it was, who knew, how soon, as shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import altair as alt
import pyarrow as pa

from metrics.catalogue import INDICATORS
from metrics.figure import Comparator, Figure
from metrics.presentation import palette, rows
from metrics.presentation.chart import Chart, compile_spec, table_of, titled
from metrics.presentation.numbers import children, families, one_decimal, percent
from metrics.presentation.population import per_10_000
from metrics.presentation.rows import COLUMNS, Row, Style

Group = Literal["area", "age_band", "sex"]
Breakdown = Literal["parent", "link_source", "wait", "overdue"]
CHILDREN, FAMILIES = Style("Children", palette.DARK_BLUE), Style("Families", palette.ORANGE, palette.INK)
GROUP_ROW_PX, GROUP_LABEL_PX, CHILDREN_PX, FAMILIES_PX, FAMILIES_BAR_PX = 78, -28, -7, 15, 13
GROUPS: dict[Group, str] = {"area": "Area", "age_band": "Age at imprisonment", "sex": "Sex"}
SOURCE_NAMES = {
    "police": "The police",
    "prison": "The prison",
    "social_care": "Children's social care",
    "other": "Somebody else",
}
BAND_NAMES = {
    "same_month": "Same month",
    "next_month": "Next month",
    "two_three": "Two or three months",
    "four_more": "Four months or more",
}
"""The bands of a wait in whole months."""


@cache
def headcounts(group: Group) -> Chart:
    """A bar of children and a bar of families for every group; children of age or sex as shares of all too."""
    styles = [CHILDREN, FAMILIES]
    return titled(
        compile_spec(
            [
                *rows.row_layers(styles, legend="top", offset=CHILDREN_PX, label_px=GROUP_LABEL_PX, percent_axis=False),
                *rows.bar_layers(styles, "families ", offset=FAMILIES_PX, bar_px=FAMILIES_BAR_PX, percent_axis=False),
            ],
            alt.Step(GROUP_ROW_PX),
        ),
        title=GROUPS[group],
        subtitle="Number of children recognised, and of their families",
        alt_text=f"Bar chart of children recognised and their families: {GROUPS[group].lower()}.",
        columns=COLUMNS,
    )


def headcounts_data(
    names: Mapping[str, str], found: Mapping[str, tuple[Figure | None, Figure | None]], total: Figure | None = None
) -> pa.Table:
    """The rows of `headcounts`, from `recognised` and `families` of each group; with `total`, children as shares of it too."""
    most = max((one.count or 0 for pair in found.values() for one in pair if one is not None), default=0)
    drawn = rows.extent(found, most, at_least=10, cap=None)
    for code, (of_children, of_families) in found.items():
        drawn += [{"part": "label", "row": code, "x": 0.0, "text": names[code]}]
        drawn += _counted(code, names[code], of_children, CHILDREN, total)
        drawn += [{**row, "part": f"families {row['part']}"} for row in _counted(code, names[code], of_families, FAMILIES)]
    return table_of(drawn, COLUMNS)


def _counted(row: str, label: str, figure: Figure | None, style: Style, total: Figure | None = None) -> list[Row]:
    """A bar and its number in words; the symbol and what is hidden in its place."""
    if figure is None or not figure.shown or figure.count is None:
        return [rows.missing(row, label, figure.symbol if figure is not None else None, style.name.lower())]
    number = (children if style is CHILDREN else families)(figure.count)
    of_all = f" ({percent(100 * figure.count / total.count)})" if total is not None and total.shown and total.count else ""
    told = dict(zip(rows.TOOLTIP_COLUMNS, (label, number, number, "a count has none"), strict=True))
    bar = {"part": "bar", "row": row, "x": 0.0, "x2": float(figure.count), "style": style.name, **told}
    return [bar, {"part": "value", "row": row, "x": float(figure.count), "text": number + of_all}]


@cache
def rates() -> Chart:
    """A bar an area: children recognised per 10,000 who live there; areas without a population are left out."""
    return titled(
        compile_spec(rows.row_layers([rows.PLAIN], percent_axis=False), alt.Step(rows.ROW_PX)),
        title="Per 10,000 children",
        subtitle="Children recognised per 10,000 who live in the area",
        alt_text="Bar chart of children recognised per 10,000 who live in each area.",
        columns=COLUMNS,
    )


def rates_data(names: Mapping[str, str], figures: Mapping[str, Figure | None], living: Mapping[str, Comparator]) -> pa.Table:
    """The rows of `rates`, from `recognised` of each area for which a population was supplied."""
    found = {code: per_10_000(figures.get(code), population) for code, population in living.items()}
    drawn = rows.extent(found, max((rate or 0.0 for rate in found.values()), default=0.0), at_least=10, cap=None)
    for code, rate in found.items():
        figure = figures.get(code)
        drawn.append({"part": "label", "row": code, "x": 0.0, "text": names[code]})
        if rate is None or figure is None or figure.n is None:
            drawn.append(rows.missing(code, names[code], figure.symbol if figure is not None else None))
            continue
        told = (names[code], one_decimal(rate), children(figure.n), "a count has none")
        bar = {"part": "bar", "row": code, "x": 0.0, "x2": rate, "style": rows.PLAIN.name}
        drawn.append(bar | dict(zip(rows.TOOLTIP_COLUMNS, told, strict=True)))
        drawn.append({"part": "value", "row": code, "x": rate, "text": f"{one_decimal(rate)} ({children(figure.n)})"})
    return table_of(drawn, COLUMNS)


@dataclass(frozen=True)
class Shares:
    """Indicators that say what share of the same children each group is: their titles in the chart, by id."""

    title: str
    subtitle: str
    names: Mapping[str, str]


OVERDUE = tuple(one for one in INDICATORS if one.id.startswith("overdue_"))
"""Who waits for a step for longer than is allowed, of those who took the one before."""
BREAKDOWNS: dict[Breakdown, Shares] = {
    "parent": Shares(
        "Who was imprisoned",
        "Percentage of the children recognised",
        {"maternal": "Mother", "paternal": "Father", "other_parent": "Another parent"},
    ),
    "link_source": Shares(
        "Who knew the child was theirs",
        "Percentage of the children recognised",
        {f"linked_{source}": name for source, name in SOURCE_NAMES.items()},
    ),
    "wait": Shares(
        "From reception to recognition",
        "Percentage of the children recognised, by calendar months from the reception",
        {f"wait_recognised_{band}": name for band, name in BAND_NAMES.items()},
    ),
    "overdue": Shares(
        "Overdue",
        "Percentage of the children who took the step before who have waited for the next longer than is allowed",
        {one.id: one.title for one in OVERDUE},
    ),
}


@cache
def breakdown_bars(breakdown: Breakdown) -> Chart:
    """A bar a group of children, by their share; k of n printed."""
    of = BREAKDOWNS[breakdown]
    return titled(
        rows.plain_bars(),
        title=of.title,
        subtitle=of.subtitle,
        alt_text=f"Bar chart of children: {of.title.lower()}.",
        columns=COLUMNS,
    )


def breakdown_bars_data(breakdown: Breakdown, figures: Mapping[str, Figure | None]) -> pa.Table:
    """The rows of `breakdown_bars`, from its figures by indicator."""
    names = BREAKDOWNS[breakdown].names
    drawn = rows.extent(figures, rows.reach(f for f in figures.values() if f is not None), at_least=100)
    for id, figure in figures.items():
        drawn += rows.figure_row(id, names[id], figure, rows.PLAIN)
    return table_of(drawn, COLUMNS)
