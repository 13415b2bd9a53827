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
            details=lambda: (
                table.html(presentation.pairs_table([(indicator, pairs[indicator.id]) for indicator in indicators])),
                *(markup.text("h4", indicator.title) + definition.html(indicator) for indicator in indicators),
            ),
        )
    )
    if len(shown) < len(indicators):
        _hidden(view, key, indicators, len(shown))


def _said(indicator: Indicator, pair: Pair) -> str:
    """One pair in a sentence; the warning that goes with every pair stands above them all."""
    return f"{indicator.title}. {presentation.change(indicator, pair).removesuffix(presentation.WARNING).strip()}"


def _hidden(view: View, key: str, indicators: Sequence[Indicator], shown: int = 0) -> None:
    """Why pairs are not shown, and the nearest cut that shows more of them; silent where some are shown and no cut has more."""
    nearer = next((cut for cut in view.release.lattice.generalise(view.filters) if _shown(view, cut, indicators) > shown), None)
    if shown and nearer is None:
        return
    symbol = next((pair.symbol for one in indicators if (pair := view.cut.pair(one.id)) and not pair.shown), None)
    said = f"Only {shown} of these {len(indicators)} changes can be shown for these children. " if shown else ""
    markup.put(markup.text("p", f"{said}{presentation.unavailable(symbol)}", class_="hidden-figure"))
    if nearer is not None:
        nearest.button(view, nearer, f"change-{key}")


def _shown(view: View, filters: Filters, indicators: Sequence[Indicator]) -> int:
    """How many of the pairs a cut shows."""
    cut = view.release.cut(filters)
    return sum((pair := cut.pair(indicator.id)) is not None and pair.shown for indicator in indicators)
