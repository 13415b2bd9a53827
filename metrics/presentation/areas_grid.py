"""The grid of area × indicator: each cell its figure, its symbol, and whether it clearly differs from what it is set against.

Shading is by that difference, on each indicator's own scale; the triangle and the words say the same without colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.filters import ALL
from metrics.indicator import Indicator
from metrics.presentation.areas import Place, listed_words
from metrics.presentation.areas_against import MARKS, SAID, Target, verdict_of
from metrics.presentation.areas_difference import SURE
from metrics.presentation.comparators import Verdict
from metrics.presentation.numbers import children, k_of_n, known, percent, time_name
from metrics.presentation.scales import AXES, WHOLE_AXIS
from metrics.presentation.symbols import bracketed, reason

Shade = Literal["above-far", "above", "below", "below-far", "none", "missing"]
FAR = 1 / 5
"""Of an indicator's own axis: from there a clear difference is shaded dark."""
DIFFERENT_DEFINITION = "d"
SHADING = (
    "\N{BLACK UP-POINTING TRIANGLE} clearly above, \N{BLACK DOWN-POINTING TRIANGLE} clearly below, at 99.8%; unmarked: too few "
    "children to tell, or nothing to compare with; it never means the same. Shaded where marked, and darker from a fifth of that "
    "indicator's own axis: no scale is shared between indicators."
)


@dataclass(frozen=True)
class Column:
    """One indicator of the grid: its places by area code, what each is set against, its design effect (null if not released)."""

    indicator: Indicator
    places: Mapping[str, Place]
    targets: Mapping[str, Target]
    design_effect: float | None


@dataclass(frozen=True)
class GridCell:
    """One cell: the figure or its symbol, what it is of, its mark and shade, and the verdict in words."""

    figure: str
    base: str
    mark: str
    shade: Shade
    words: str
    verdict: Verdict


@dataclass(frozen=True)
class Heading:
    """One column's head: the indicator, when, and what all its areas are set against, or that each has its own."""

    title: str
    when: str
    against: str


@dataclass(frozen=True)
class GridRow:
    """One area's cells, in the order of the headings; `whole` where it is all the others together."""

    name: str
    own: bool
    cells: tuple[GridCell, ...]
    whole: bool = False


@dataclass(frozen=True)
class Grid:
    """The grid, and the sentence for each symbol in it."""

    headings: tuple[Heading, ...]
    rows: tuple[GridRow, ...]
    symbols: tuple[str, ...]

    @property
    def judged(self) -> int:
        """How many cells of single areas were set against something that fits."""
        return self._count("above", "below", "too_few")

    @property
    def clear(self) -> int:
        """How many of them clearly differ."""
        return self._count("above", "below")

    def _count(self, *verdicts: Verdict) -> int:
        return sum(cell.verdict in verdicts for row in self.rows if not row.whole for cell in row.cells)


def grid(columns: Sequence[Column], listed: Sequence[Place]) -> Grid:
    """A row an area of `listed`, in its order, the whole among them, and a column an indicator."""
    rows = tuple(
        GridRow(place.name, place.own, tuple(_cell(column, place.code) for column in columns), place.code == ALL)
        for place in listed
    )
    found = [(column, column.places[place.code]) for column in columns for place in listed]
    symbols = {_symbol(place): _reason(place) for _, place in found if place.compared is None and not place.apart}
    reasons = dict.fromkeys(place.apart for _, place in found if place.apart)
    apart = {why: listed_words(sorted({p.name for _, p in found if p.apart == why})) for why in reasons}
    said = (f"{symbol} {why}" for symbol, why in sorted(symbols.items()))
    differ = (f"[{DIFFERENT_DEFINITION}] {names}: {why}" for why, names in apart.items())
    return Grid(tuple(map(_heading, columns)), rows, (*said, *differ))


def chance_words(made: Grid) -> str:
    """How many cells differ, and how many would by chance alone if none did."""
    if not made.judged:
        return "No cell can be compared."
    chance = (1 - SURE) * made.judged
    expected = "fewer than 0.1" if chance < 0.05 else f"about {chance:.1f}"
    clear = f"Clearly different: {made.clear} of {made.judged} comparisons."
    return f"{clear} If no area differed, {expected} of {made.judged} would be by chance alone."


def _heading(column: Column) -> Heading:
    when = time_name(column.indicator.time.headline)
    told = {(one.name, one.value): one for one in column.targets.values() if one.fit is not None}
    if not told:
        return Heading(column.indicator.title, when, "nothing to compare with")
    first = next(iter(told.values()))
    named = first.name[:1].upper() + first.name[1:]
    if all(one.fit == "not_comparable" for one in told.values()):
        return Heading(column.indicator.title, when, f"{named}: not comparable")
    value = percent(first.value) if len(told) == 1 and first.value is not None else "each its own"
    return Heading(column.indicator.title, when, f"{named}: {value}{'' if first.fit == 'matched' else ', similar'}")


def _cell(column: Column, code: str) -> GridCell:
    place, set_against = column.places[code], column.targets[code]
    figure = place.compared
    if figure is None:
        return GridCell(_symbol(place), "", "", "missing", _reason(place), "unknown")
    verdict = verdict_of(place, set_against, column.design_effect)
    base = children(figure.n or 0) if figure.count is None else k_of_n(figure.count, figure.n or 0)
    words = SAID[verdict] + (f" {set_against.name}" if verdict in MARKS else "")
    shade = _shade(column.indicator, known(figure), set_against, verdict)
    return GridCell(percent(known(figure)), base, MARKS.get(verdict, ""), shade, words, verdict)


def _shade(indicator: Indicator, value: float, set_against: Target, verdict: Verdict) -> Shade:
    if verdict not in ("above", "below") or set_against.value is None:
        return "none"
    low, high = AXES.get(indicator.id, WHOLE_AXIS)
    far = abs(value - set_against.value) >= FAR * (high - low)
    if verdict == "above":
        return "above-far" if far else "above"
    return "below-far" if far else "below"


def _symbol(place: Place) -> str:
    if place.apart:
        return f"[{DIFFERENT_DEFINITION}]"
    return bracketed(place.figure.symbol if place.figure is not None else None)


def _reason(place: Place) -> str:
    return place.apart or reason(place.figure.symbol if place.figure is not None else None)
