"""Difference two releases: a new child is what this month's figure has and last month's had not."""

from __future__ import annotations

import numpy as np

from tests.attack.subtraction import Known
from tests.attack.targets import FEW, WIDTH, Findings


def difference(earlier: Known, later: Known) -> Findings:
    """Counts and complements known from either release that differ by one to five children, and bases by one to nine."""
    places = [
        (place, later.released.place[cut]) for place, cut in enumerate(earlier.released.cuts) if cut in later.released.place
    ]
    then, now = (np.array(side, dtype=np.int64) for side in zip(*places, strict=True))
    compared, found = 0, []
    for group, row in earlier.groups.items():
        if group in later.groups and group.part in ("base", "both", "count", "rest"):
            other = later.groups[group]
            both = earlier.exact[row, then] & later.exact[other, now]
            change = np.abs(later.low[other, now] - earlier.low[row, then])
            few = FEW if group.part in ("base", "both") else WIDTH + 1
            compared += int(both.sum())
            found += [
                f"{group} in {earlier.released.words(int(then[at]))} changed by {change[at]}"
                for at in np.flatnonzero(both & (change >= 1) & (change < few))
            ]
    return Findings("two releases differenced", compared, len(found), len(found), tuple(found))
