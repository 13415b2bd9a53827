"""Two releases: of two cohorts the difference is the children who came between; two of one cohort are one that shows more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.attack.released import SHOWN, UNKNOWN, Counts, Group, Released
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


def together(one: Released, other: Released) -> Released:
    """Two releases of one cohort as whoever holds both has them: whatever either shows, in the cuts of the first."""
    cuts = [(place, one.place[cut]) for place, cut in enumerate(other.cuts) if cut in one.place]
    theirs, ours = (np.array(side, dtype=np.int64) for side in zip(*cuts, strict=True))
    shown: dict[Group, Counts] = {group: numbers.copy() for group, numbers in one.shown.items()}
    for group in shown.keys() & other.shown.keys():
        told = other.shown[group][theirs] != UNKNOWN
        shown[group][ours[told]] = other.shown[group][theirs[told]]
    keys = dict(one.keys)
    for name in keys.keys() & other.keys.keys():
        state = keys[name].state.copy()
        state[ours[other.keys[name].state[theirs] == SHOWN]] = SHOWN
        keys[name] = replace(keys[name], state=state)
    return replace(one, keys=keys, shown=shown)
