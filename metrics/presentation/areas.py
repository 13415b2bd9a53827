"""Areas side by side, in alphabetical order and never in order of merit.

`groups` gives groups of areas, and only where their intervals lie wholly apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.area import Area
from metrics.extracts import Extracts, holds_early_help
from metrics.figure import Figure
from metrics.filters import ALL
from metrics.indicator import Indicator
from metrics.lattice import Lattice
from metrics.presentation.areas_difference import wide_interval
from metrics.presentation.numbers import WINDOW_MONTHS, term_name, window_label

MIXED = "Areas define Early Help differently and are counted together in it."


@dataclass(frozen=True)
class Place:
    """One area and its figure of an indicator; `apart` says why it may not be compared, `own` that it is the reader's."""

    code: str
    name: str
    figure: Figure | None
    apart: str = ""
    own: bool = False

    @property
    def compared(self) -> Figure | None:
        """The figure, where it is shown and means the same as the others'."""
        return self.figure if self.figure is not None and self.figure.shown and not self.apart else None


def places(areas: Sequence[Area], figures: Mapping[str, Figure | None], apart: Mapping[str, str], own: str) -> tuple[Place, ...]:
    """The areas by name, the reader's own first; an area without a cut in the release is left out."""
    found = [
        Place(one.code, one.name, figures[one.code], apart.get(one.code, ""), one.code == own)
        for one in areas
        if one.code in figures
    ]
    return tuple(sorted(found, key=lambda place: (not place.own, place.name)))


def authorities(lattice: Lattice) -> tuple[Area, ...]:
    """The authorities that a release knows."""
    return tuple(area for area in lattice.areas if area.kind == "authority")


def divided(lattice: Lattice) -> tuple[tuple[Area, tuple[Area, ...]], ...]:
    """The authorities with districts, each with those."""
    found = (
        (one, tuple(d for d in lattice.areas if d.parent == one.code and d.kind == "district")) for one in authorities(lattice)
    )
    return tuple((one, districts) for one, districts in found if districts)


def partnership(lattice: Lattice, indicator: Indicator, figure: Figure | None, extracts: Extracts) -> Place | None:
    """All the areas together, which mean nothing in particular where each defines what is counted its own way.

    Null where the reader may not see them together.
    """
    whole = lattice.partnership
    if whole is None:
        return None
    mixed = holds_early_help(indicator) and extracts.definitions_differ
    return Place(ALL, whole.name, figure, MIXED if mixed else "")


def time_label(code: str) -> str:
    """A time as a list names it: `Three terms before`, `The month before (1 month)`; the length says what is not comparable."""
    if code in WINDOW_MONTHS:
        return window_label(code)
    words = term_name(code)
    return words[0].upper() + words[1:]


def groups(listed: Sequence[Place], design_effect: float | None) -> tuple[tuple[Place, ...], ...]:
    """Groups of areas from highest to lowest whose 99.8% intervals lie wholly apart, by name within each; one if none do."""
    bounds = {place: found for place in listed if (found := wide_interval(place.compared, design_effect)) is not None}
    apart: list[list[Place]] = []
    reach = 0.0
    for place in sorted(bounds, key=lambda one: bounds[one]):
        if not apart or bounds[place][0] > reach:
            apart.append([])
        apart[-1].append(place)
        reach = max(reach, bounds[place][1])
    return tuple(tuple(sorted(group, key=lambda place: place.name)) for group in reversed(apart))


def grouped_words(listed: Sequence[Place], design_effect: float | None) -> tuple[str, ...]:
    """What may be said of the order of areas, in sentences: nothing, or groups."""
    found = groups(listed, design_effect)
    if sum(map(len, found)) < 2:
        return ("Fewer than two areas have an interval, so nothing can be said of their order.",)
    if len(found) == 1:
        return ("No order: the areas' 99.8% intervals reach over one another, and no group lies clear of the others.",)
    said = [f"{_place_word(i, len(found))}: {listed_words([place.name for place in one])}" for i, one in enumerate(found)]
    return ("The 99.8% intervals separate groups of areas. Within a group there is no order.", *said)


def _place_word(position: int, of: int) -> str:
    if position in (0, of - 1):
        return "Higher" if position == 0 else "Lower"
    return "Between them"


def listed_words(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
