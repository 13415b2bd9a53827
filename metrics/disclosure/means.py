"""No mean by which a group of few can be isolated: whoever subtracts shown means times their bases is left with its sum.

Along every line of the lattice, a whole and its parts, the children that the shown parts leave over are nobody or enough for a
base. Otherwise the smallest shown part goes, and all within it.
"""

from __future__ import annotations

from collections.abc import Iterator

from metrics.disclosure.attacker import Mask, Numbers
from metrics.disclosure.ground import Ground
from metrics.filters import DIMENSIONS


def not_isolating(ground: Ground, n: Numbers, shown: Mask, smallest_base: int) -> Mask:
    """Which of the shown means of one key may stay; `n` children in each cut's base."""
    shown, every = shown.copy(), list(lines(ground))
    while True:
        before = shown.sum()
        for whole, parts in every:
            while shown[whole]:
                seen = [part for part in parts if shown[part]]
                left = n[whole] - n[seen].sum()
                if not seen or left <= 0 or left >= smallest_base:
                    break
                smallest = min(seen, key=lambda part: (n[part], part))
                shown[ground.down_from(smallest)] = False
        if shown.sum() == before:
            return shown


def lines(ground: Ground) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every cut with the cuts one step finer along one dimension, where it has any."""
    found: dict[tuple[int, str], list[int]] = {}
    for part, wholes in enumerate(ground.coarser):
        for whole in wholes:
            changed = next(d for d in DIMENSIONS if getattr(ground.cuts[part], d) != getattr(ground.cuts[whole], d))
            found.setdefault((whole, changed), []).append(part)
    for (whole, _), parts in found.items():
        yield whole, tuple(parts)
