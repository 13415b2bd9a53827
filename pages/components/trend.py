"""Is it getting better? One indicator, chosen by the reader, by year of imprisonment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from metrics import Indicator, find
from pages.components import choice, indicator, markup, panel
from pages.components.choice import Choice
from pages.components.view import View

LEAD = (
    "One indicator by the year in which the parent was imprisoned. Years differ in who was recognised and how far they could be "
    "observed: where intervals overlap there are too few children to tell."
)


def show(view: View, indicators: Sequence[Indicator]) -> None:
    """A choice of indicator and its chart by year."""
    panel.section("Is it getting better?", LEAD)
    options = {one.id: one.title for one in indicators}
    with markup.place("trend"):
        chosen = find(choice.choose(Choice("trend", "Indicator", options, kind="select")))
    panel.alone(("by-year", partial(indicator.by_year, view, chosen)))
