"""Before and after: the same children, with how many gained and lost, and never as an effect."""

from __future__ import annotations

from collections.abc import Sequence

from metrics import Filters, Indicator, Pair, presentation
from pages.components import definition, markup, nearest, panel, table
from pages.components.panel import Panel
from pages.components.view import View


def show(view: View, key: str, indicators: tuple[Indicator, ...]) -> None:
    """One chart of every indicator's pair, a sentence each, and their table."""
    pairs = {indicator.id: view.cut.pair(indicator.id) for indicator in indicators}
    chart = presentation.before_after(indicators)
    shown = [(indicator, pair) for indicator in indicators if (pair := pairs[indicator.id]) is not None and pair.shown]
    if not shown:
        panel.head(chart.title, chart.subtitle, "")
        _hidden(view, key, indicators)
        return
    panel.show(
        Panel(
            key=f"change-{key}",
            chart=chart,
            data=presentation.before_after_data(indicators, pairs),
            says="",
            notes=[_said(indicator, pair) for indicator, pair in shown],
            details=(
                table.html(presentation.pairs_table([(indicator, pairs[indicator.id]) for indicator in indicators])),
                *(markup.text("h4", indicator.title) + definition.html(indicator) for indicator in indicators),
            ),
        )
    )


def _said(indicator: Indicator, pair: Pair) -> str:
    """One pair in a sentence; the warning that goes with every pair stands above them all."""
    return f"{indicator.title}. {presentation.change(indicator, pair).removesuffix(presentation.WARNING).strip()}"


def _hidden(view: View, key: str, indicators: Sequence[Indicator]) -> None:
    symbol = next((pair.symbol for indicator in indicators if (pair := view.cut.pair(indicator.id))), None)
    markup.put(markup.text("p", presentation.unavailable(symbol), class_="hidden-figure"))
    for cut in view.release.lattice.generalise(view.filters):
        if _shows(view, cut, indicators):
            nearest.button(view, cut, f"change-{key}")
            return


def _shows(view: View, filters: Filters, indicators: Sequence[Indicator]) -> bool:
    cut = view.release.cut(filters)
    return any((pair := cut.pair(indicator.id)) is not None and pair.shown for indicator in indicators)
