"""What a page is drawn from: a release, the filters chosen, and the figures of that cut."""

from __future__ import annotations

from dataclasses import dataclass

from metrics import ALL, Comparator, Cut, Filters, Indicator, Release, presentation


@dataclass(frozen=True)
class View:
    """A release and one cut of it."""

    release: Release
    filters: Filters
    cut: Cut

    @property
    def scope(self) -> str:
        """Of what there is to say whatever is chosen: `the whole release`; a local authority sees its own area of it."""
        return "your own area" if self.release.audience.area else "the whole release"

    def comparators(self, indicator_id: str) -> tuple[Comparator, ...]:
        """What stands beside an indicator for the area chosen."""
        return self.release.comparators(indicator_id, self.filters.area)

    def definition_note(self, indicator: Indicator) -> str:
        """What Early Help means in a figure that counts it, where areas differ; empty elsewhere."""
        area = self.release.lattice.area(self.filters.area)
        authority = area.parent if area is not None and area.kind == "district" else self.filters.area
        return presentation.definition_note(self.release.extracts, indicator, authority or ALL)

    def beside(self, **changes: str) -> Cut | None:
        """The figures of a cut that differs in these dimensions; none where the release does not hold it."""
        filters = self.filters.but(**changes)
        return self.release.cut(filters) if self.release.lattice.holds(filters) else None
