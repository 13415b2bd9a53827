"""No mean by which a group of few can be isolated: whoever subtracts shown means times their bases is left with its sum.

Along every line of the lattice, a whole and its parts, shown or worked out along other lines, the children left over are nobody
or enough for a base. Otherwise the smallest shown part goes, and all within it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from metrics.disclosure.attacker import Mask, Numbers
from metrics.disclosure.ground import Ground
from metrics.filters import DIMENSIONS

Rows = npt.NDArray[np.int64]
_HALF_A_TENTH = 0.05

Line = tuple[Rows, Rows]
"""Lines of one length: their wholes, and the parts of each, a row a line."""


def not_isolating(ground: Ground, n: Numbers, shown: Mask, smallest_base: int) -> Mask:
    """Which of the shown means of one key may stay; `n` children in each cut's base."""
    shown, every = shown.copy(), by_length(ground)
    while True:
        told, hidden = followed(shown, every), set[int]()
        for small in np.flatnonzero(told & ~shown & (n > 0) & (n < smallest_base)):
            around = _telling(np.array([small]), told, shown, every)
            hidden |= {min(around, key=lambda one: (n[one], one))} if around else set()
        for wholes, parts in every:
            left = n[wholes] - np.where(told[parts], n[parts], 0).sum(axis=1)
            few = told[wholes] & told[parts].any(axis=1) & (left > 0) & (left < smallest_base)
            for line in np.flatnonzero(few):
                seen = [int(part) for part in parts[line] if shown[part]] or _telling(parts[line], told, shown, every)
                seen = seen or _telling(np.array([wholes[line]]), told, shown, every)
                hidden |= {min(seen, key=lambda part: (n[part], part))} if seen else set()
        if not hidden:
            return shown
        for cut in hidden:
            shown[ground.down_from(cut)] = False


def telling(n: Numbers, mean: Numbers, share: float, wide: float) -> Mask:
    """Where a mean leaves too few values for how many of `n` children attended less than `share`, 0-1, of their sessions.

    `mean` is attendance in percent as it is shown, to a tenth: the absence of all of them lies within a twentieth of a point.
    Each who attended less missed more than the rest of one, and at most all; each other missed that rest at most.
    """
    least, most = (n * (1 - (mean + off) / 100) for off in (_HALF_A_TENTH, -_HALF_A_TENTH))
    high = np.minimum(np.ceil(most / (1 - share)) - 1, n)
    low = np.maximum(np.ceil((least - n * (1 - share)) / share), 0)
    return np.asarray(high - low < wide)


def _telling(cuts: Rows, told: Mask, shown: Mask, every: Sequence[Line]) -> list[int]:
    """The shown cuts along whose lines the told ones of some cuts can follow; a cut that is itself shown first."""
    found: set[int] = {int(cut) for cut in cuts if shown[cut]}
    for wholes, parts in every if not found else ():
        for cut in (cut for cut in cuts if told[cut]):
            near = (wholes == cut) | (parts == cut).any(axis=1)
            found |= {int(one) for one in (*wholes[near], *parts[near].ravel()) if shown[one]}
    return sorted(found)


def followed(shown: Mask, every: Sequence[Line]) -> Mask:
    """The cuts of which the sum is shown, or follows from sums along a line of which all but one are."""
    told = shown.copy()
    while True:
        before = int(told.sum())
        for wholes, parts in every:
            missing = (~told[parts]).sum(axis=1)
            told[wholes[missing == 0]] = True
            last = told[wholes] & (missing == 1)
            told[parts[last]] = True
        if int(told.sum()) == before:
            return told


def by_length(ground: Ground) -> list[Line]:
    """The lines of the lattice, those of the same length together."""
    found: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
    for whole, parts in lines(ground):
        found.setdefault(len(parts), []).append((whole, parts))
    return [(np.array([whole for whole, _ in some]), np.array([parts for _, parts in some])) for some in found.values()]


def lines(ground: Ground) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every cut with the cuts one step finer along one dimension, where it has any."""
    found: dict[tuple[int, str], list[int]] = {}
    for part, wholes in enumerate(ground.coarser):
        for whole in wholes:
            changed = next(d for d in DIMENSIONS if getattr(ground.cuts[part], d) != getattr(ground.cuts[whole], d))
            found.setdefault((whole, changed), []).append(part)
    for (whole, _), parts in found.items():
        yield whole, tuple(parts)
