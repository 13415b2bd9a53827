"""Strata: how many children of which authority are recognised when, by age band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.synthetic import calibration, timeline
from data.synthetic.places import OXFORDSHIRE, Place, apportion

_RECOGNISED_LATER = 398
"""From October 2023 to November 2024, the demonstration's last month: 1,187 children in all."""
_OXFORDSHIRE_EARLY, _OXFORDSHIRE_LATER = (23, 78, 42), (13, 44, 25)
_LATER_SHARES = (0.235, 0.525, 0.240)
_NATIONAL_SHARES = (0.226, 0.530, 0.244)


@dataclass(frozen=True)
class Stratum:
    """Children of one authority recognised in one period, and how many are of each age band."""

    place: int
    first: int
    last: int
    bands: tuple[int, ...]

    @property
    def children(self) -> int:
        """How many children there are in all."""
        return sum(self.bands)


def demonstration(places: Sequence[Place]) -> list[Stratum]:
    """The strata of the Thames Valley: what the article counted, and what came after."""
    early = _strata(places, calibration.BANDS, _OXFORDSHIRE_EARLY, timeline.PROGRAMME_START, timeline.ARTICLE_COUNTED_TO)
    bands = apportion(_RECOGNISED_LATER, _LATER_SHARES)
    return early + _strata(places, bands, _OXFORDSHIRE_LATER, timeline.ARTICLE_COUNTED_TO + 1, timeline.RECOGNISED_TO)


def national(places: Sequence[Place], children: int, *, chunk: int) -> list[list[Stratum]]:
    """A national partnership in chunks of at most so many children: each authority over the whole period."""
    chunks: list[list[Stratum]] = [[]]
    for position, count in enumerate(apportion(children, [place.weight for place in places])):
        while count:
            room = chunk - sum(one.children for one in chunks[-1])
            if room <= 0:
                chunks.append([])
                continue
            part = min(count, room)
            bands = tuple(apportion(part, _NATIONAL_SHARES))
            chunks[-1].append(Stratum(position, timeline.PROGRAMME_START, timeline.RECOGNISED_TO, bands))
            count -= part
    return chunks


def _strata(places: Sequence[Place], bands: Sequence[int], oxfordshire: Sequence[int], first: int, last: int) -> list[Stratum]:
    """Oxfordshire as given; the other authorities share the rest, each band apportioned by weight."""
    others = [position for position, place in enumerate(places) if place.code != OXFORDSHIRE]
    weights = [places[position].weight for position in others]
    shares = [apportion(total - ours, weights) for total, ours in zip(bands, oxfordshire, strict=True)]
    here = [place.code for place in places].index(OXFORDSHIRE)
    elsewhere = [
        Stratum(position, first, last, counts) for position, counts in zip(others, zip(*shares, strict=True), strict=True)
    ]
    return [Stratum(here, first, last, tuple(oxfordshire)), *elsewhere]
