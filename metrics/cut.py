"""The released figures of one cut: looked up by indicator, time and basis."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cache

from metrics.catalogue import find
from metrics.cells import Layout, Rows
from metrics.figure import Figure, Pair
from metrics.filters import Filters
from metrics.indicator import Basis, Indicator

FIGURES = Layout(("indicator", "basis", "time"), held=("n", "count", "value", "low", "high", "expected", "symbol"))
PAIRS = Layout(
    ("indicator",),
    held=(
        *("kind", "n_both", "before_count", "after_count", "gained", "lost"),
        *("before_value", "after_value", "low", "high", "p_value", "symbol"),
    ),
)

Wanted = tuple[str, str, Basis]
"""A figure a page would show: indicator, time, basis."""


class Cut:
    """The released figures of one cut, each made when it is asked for."""

    def __init__(self, filters: Filters, figures: Rows, pairs: Rows | None, expected: bool = True) -> None:
        self.filters, self._figures, self._pairs, self._expected = filters, figures, pairs, expected
        self._chosen = len(filters.chosen)

    def figure(self, indicator_id: str, time: str | None = None, basis: Basis = "observed") -> Figure | None:
        """One figure, at the indicator's headline time unless told; null where the release has none.

        Without what it would be at England's rates, where the reader may not see those.
        Hidden where the cut has more filters than the indicator is shown with; a share of nobody cannot exist.
        """
        indicator = find(indicator_id)
        return self._figure(indicator, indicator.time.headline if time is None else time, basis)

    def series(self, indicator_id: str, basis: Basis = "observed") -> tuple[Figure, ...]:
        """The indicator's figures in order of time; empty where the release has none."""
        indicator = find(indicator_id)
        codes = indicator.codes(basis) if basis in indicator.bases else ()
        found = [self._figure(indicator, time, basis) for time in codes]
        return tuple([figure for figure in found if figure is not None])

    def _figure(self, indicator: Indicator, at: str, basis: Basis) -> Figure | None:
        values = self._figures.get((indicator.id, basis, at))
        if values is None:
            most = indicator.most_filters_on(basis)
            withheld = most is not None and self._chosen > most and at in indicator.codes(basis)
            return _withheld(indicator.id, basis, at) if withheld else None
        found = Figure(indicator.id, basis, at, *values)
        found = found if self._expected else replace(found, expected=None)
        return found if found.value is not None or found.symbol is not None else replace(found, n=None, count=None, symbol="z")

    def pair(self, indicator_id: str) -> Pair | None:
        """The same children before and after; null where the indicator has no such test. Of nobody it cannot exist."""
        values = self._pairs.get((indicator_id,)) if self._pairs is not None else None
        if values is None:
            return None
        found = Pair(indicator_id, *values)
        if found.n_both or found.symbol is not None:
            return found
        return Pair(indicator_id, None, None, None, None, None, None, None, None, None, None, None, "z")

    def shown(self, wanted: Collection[Wanted]) -> int:
        """How many of these figures the cut shows."""
        figures = (self.figure(indicator, time, basis) for indicator, time, basis in wanted)
        return sum(figure is not None and figure.shown for figure in figures)


@cache
def _withheld(indicator_id: str, basis: Basis, at: str) -> Figure:
    """A figure of a cut that has more filters than it is shown with; the same one for every such cut."""
    return Figure(indicator_id, basis, at, None, None, None, None, None, None, "c")
