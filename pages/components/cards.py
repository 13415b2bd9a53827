"""Headline figures as cards: how many of how many, the percentage, its interval, and what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from metrics import Figure, Indicator, presentation
from metrics.presentation.comparators import ENGLAND
from metrics.presentation.numbers import base, interval_text, percent, thousands, time_name
from metrics.presentation.tables import is_headcount
from pages.components import markup
from pages.components.view import View

VERDICTS = ("Above", "Below", "Too few children to tell", "Not comparable", "No comparison")


def show(view: View, wanted: Sequence[tuple[Indicator, str]]) -> None:
    """A card an indicator and time."""
    cards = (_card(view, indicator, view.cut.figure(indicator.id, time)) for indicator, time in wanted)
    listed = markup.element("ul", *(markup.element("li", card, class_="card") for card in cards), class_="cards")
    markup.put(markup.text("h2", "Headline figures", class_="spoken"), listed)


def _card(view: View, indicator: Indicator, figure: Figure | None) -> str:
    title = markup.text("h3", indicator.title)
    if figure is None or not figure.shown:
        symbol = (figure.symbol if figure else None) or "x"
        return (
            title
            + markup.text("p", f"[{symbol}]", class_="figure")
            + markup.text("p", presentation.unavailable(symbol), class_="when")
        )
    if is_headcount(indicator):
        return (
            title
            + markup.text("p", thousands(figure.count or 0), class_="figure")
            + markup.text("p", indicator.definition, class_="when")
        )
    assert figure.value is not None, "a shown figure has a value"
    interval, when = interval_text(figure), time_name(figure.time)
    return (
        title
        + markup.text("p", when[:1].upper() + when[1:], class_="when")
        + markup.text("p", percent(figure.value), class_="figure")
        + markup.text("p", base(figure), class_="base")
        + (markup.text("p", f"95% interval {interval}", class_="interval") if interval else "")
        + _against(view, indicator, figure)
    )


def _against(view: View, indicator: Indicator, figure: Figure) -> str:
    beside = (one for one in presentation.standing(view.comparators(indicator.id)) if one.area_code == ENGLAND)
    return "".join(markup.led("p", presentation.against(indicator, figure, one), VERDICTS, class_="against") for one in beside)
