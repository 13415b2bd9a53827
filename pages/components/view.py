"""What a page is drawn from: a release, the filters chosen, and the figures of that cut."""

from __future__ import annotations

from dataclasses import dataclass

from metrics import Comparator, Cut, Filters, Release


@dataclass(frozen=True)
class View:
    """A release and one cut of it."""

    release: Release
    filters: Filters
    cut: Cut

    def comparators(self, indicator_id: str) -> tuple[Comparator, ...]:
        """What stands beside an indicator for the area chosen."""
        return self.release.comparators(indicator_id, self.filters.area)

    def beside(self, **changes: str) -> Cut | None:
        """The figures of a cut that differs in these dimensions; none where the release does not hold it."""
        filters = self.filters.but(**changes)
        return self.release.cut(filters) if self.release.lattice.holds(filters) else None
