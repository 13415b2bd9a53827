"""Several indicators in one chart, each the share of the same children: the chart, its figures and their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from metrics import Figure, find, presentation
from metrics.presentation.chart import Chart
from metrics.presentation.cohort import BREAKDOWNS, Breakdown
from pages.components import definition, markup, nearest, panel, table
from pages.components.panel import Panel
from pages.components.view import View

Figures = dict[str, Figure | None]


@dataclass(frozen=True)
class Shares:
    """A chart of several indicators: what each is called in it, by id, at which time (their own where null)."""

    key: str
    chart: Chart
    data: Callable[[Figures], pa.Table]
    names: Mapping[str, str]
    heading: str = "Group"
    time: str | None = None

    def figures(self, view: View) -> Figures:
        """The figures of the cut, by indicator."""
        return {id: view.cut.figure(id, self.time) for id in self.names}


def show(view: View, shares: Shares, says: str = "", notes: Sequence[str] = ()) -> None:
    """The chart, or why nothing of it is shown and the nearest cut that shows it."""
    figures, chart = shares.figures(view), shares.chart
    found = [figure for figure in figures.values() if figure is not None]
    if not any(figure.shown for figure in found):
        panel.head(chart.title, chart.subtitle, "")
        nearest.offer(view, found, shares.key)
        return
    listed = [(shares.names[id], figure) for id, figure in figures.items()]
    panel.show(
        Panel(
            key=shares.key,
            chart=chart,
            data=shares.data(figures),
            says=says,
            notes=notes,
            spoken=presentation.describe_figures(chart.title, listed),
            details=lambda: (
                table.html(presentation.figures_table(chart.title, listed, shares.heading)),
                *(markup.text("h4", find(id).title) + definition.html(find(id)) for id in figures),
            ),
        )
    )


def breakdown(view: View, of: Breakdown) -> None:
    """A breakdown of the children recognised: by parent, by who knew, by how soon, or what is overdue; its caveats beneath."""
    names = BREAKDOWNS[of].names
    drawn = Shares(
        f"by-{of}", presentation.breakdown_bars(of), lambda figures: presentation.breakdown_bars_data(of, figures), names
    )
    first = find(next(iter(names)))
    headline = presentation.headline(first, view.cut.figure(first.id))
    caveats = dict.fromkeys(find(id).caveat for id in names)
    show(view, drawn, f"{first.title}: {presentation.lowered(headline)}", [one for one in caveats if one])
