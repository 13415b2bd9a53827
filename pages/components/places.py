"""Areas beside each other, and from when support is offered in each."""

from __future__ import annotations

from collections.abc import Sequence

from metrics import Area
from metrics.presentation.areas import listed_words
from metrics.presentation.quarters import month_words
from pages.components.view import View


def beside(view: View) -> tuple[Area, ...]:
    """The districts of the authority chosen, or of the district's own, where it has some; else every authority."""
    areas = view.release.lattice.areas
    chosen = view.release.lattice.area(view.filters.area)
    authority = chosen.parent if chosen is not None and chosen.kind == "district" else view.filters.area
    districts = tuple(one for one in areas if one.kind == "district" and one.parent == authority)
    return districts or tuple(one for one in areas if one.kind == "authority")


def names(view: View) -> dict[str, str]:
    """What the areas beside each other are called, by code."""
    return {one.code: one.name for one in beside(view)}


def since(area: Area) -> str:
    """From when support is offered in an area; its go-live may not be recorded."""
    return f"offer from {month_words(area.go_live)}" if area.go_live else "no go-live recorded"


def live_words(live: Sequence[Area]) -> str:
    """From when support is offered in which area, in one sentence."""
    return (
        f"Support is offered from {listed_words([f'{month_words(one.go_live)} in {one.name}' for one in live if one.go_live])}."
    )
