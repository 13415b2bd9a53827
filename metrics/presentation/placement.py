"""Where labels go: worked out in pixels of plot height, which is fixed, so that no label sits on a line or another label.

Pixels count downwards from the top of the plot. Widths are not fixed (a chart is as wide as its page), so sideways
everything is reckoned for the narrowest page, a phone's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """Values from `low` at the bottom to `high` at the top of a plot `height` pixels high."""

    low: float
    high: float
    height: float

    def pixel(self, value: float) -> float:
        """Pixels from the top."""
        return (self.high - value) / (self.high - self.low) * self.height

    def value(self, pixel: float) -> float:
        """The value that far from the top."""
        return self.high - pixel / self.height * (self.high - self.low)


def stack(wanted: Sequence[float], size: float, room: Span) -> tuple[float, ...]:
    """Centres of labels `size` pixels high, as near as may be to where each is wanted, none overlapping, all in the room.

    Order is kept: a label that wants to be higher is higher. Needs a room of at least `size` a label.
    """
    top, bottom = room
    assert bottom - top >= size * len(wanted), f"{len(wanted)} labels of {size} pixels need more than {bottom - top}"
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[float, list[int]]] = []
    for i in order:
        blocks.append((_within(wanted[i], size, room), [i]))
        while len(blocks) > 1 and _touch(blocks[-2], blocks[-1], size):
            members = blocks[-2][1] + blocks[-1][1]
            blocks[-2:] = [(_within(_centre(members, wanted, room, size), size * len(members), room), members)]
    placed = {i: centre + (k - (len(members) - 1) / 2) * size for centre, members in blocks for k, i in enumerate(members)}
    return tuple(placed[i] for i in range(len(wanted)))


def _touch(above: tuple[float, list[int]], below: tuple[float, list[int]], size: float) -> bool:
    return above[0] + len(above[1]) * size / 2 > below[0] - len(below[1]) * size / 2


def _centre(members: Sequence[int], wanted: Sequence[float], room: Span, size: float) -> float:
    return sum(_within(wanted[i], size, room) for i in members) / len(members)


def _within(centre: float, size: float, room: Span) -> float:
    return min(max(centre, room[0] + size / 2), room[1] - size / 2)


def clear_place(wanted: float, half: float, obstacles: Sequence[Span], room: Span, *, reach: float) -> float | None:
    """The centre nearest to `wanted` for a label of `half` pixels either way that touches no obstacle; null if none in reach.

    Above is preferred to below where both are about as near.
    """
    below_costs = 4.0
    blocked = _merged([(top - half, bottom + half) for top, bottom in obstacles])
    edges = [wanted, *(edge for span in blocked for edge in span)]
    places = [p for p in edges if room[0] + half <= p <= room[1] - half and not any(a < p < b for a, b in blocked)]
    costs = {p: abs(p - wanted) + (below_costs if p > wanted else 0) for p in places if abs(p - wanted) <= reach}
    return min(costs, key=lambda p: costs[p]) if costs else None


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for top, bottom in sorted(spans):
        if merged and top < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], bottom))
        else:
            merged.append((top, bottom))
    return merged


def heights_between(points: Sequence[tuple[float, float]], left: float, right: float) -> Span | None:
    """The least and greatest height of a polyline between two positions; null where it does not pass there."""
    heights = [y for x, y in points if left <= x <= right]
    for (x1, y1), (x2, y2) in pairwise(points):
        heights += [y1 + (y2 - y1) * (x - x1) / (x2 - x1) for x in (left, right) if x1 < x < x2]
    return (min(heights), max(heights)) if heights else None
