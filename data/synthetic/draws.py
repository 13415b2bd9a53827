"""Random numbers that siblings share, and the choice of who has an event.

Each trait of a child is a standard normal latent; an event happens to those whose latent is high. So a share becomes a
cut-off, and a printed count becomes the cut-off that gives exactly that count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from data.synthetic.timeline import Days, Flags, Floats, Ints

_GRID = np.linspace(-4.5, 4.5, 1801)
_CDF = np.array([NormalDist().cdf(float(x)) for x in _GRID])
_ADVERSITY = 0.35
"""Share of a family's part of every trait that all its traits have in common."""


def shares_below(latents: Floats) -> Floats:
    """The share of a standard normal below each latent."""
    return np.asarray(np.interp(latents, _GRID, _CDF))


def cutoff(share: float) -> float:
    """The latent above which that share of a standard normal lies."""
    return -NormalDist().inv_cdf(share) if share else float("inf")


def cutoffs(shares: Floats) -> Floats:
    """The latent above which each share of a standard normal lies."""
    return -np.asarray(np.interp(shares, _CDF, _GRID))


@dataclass(frozen=True)
class Draws:
    """The random numbers of a chunk of children; `family` is each child's family, counted from 0."""

    rng: np.random.Generator
    family: Ints
    adversity: Floats

    @classmethod
    def of(cls, rng: np.random.Generator, family: Ints) -> Draws:
        """Draw what a family's traits have in common."""
        families = int(family[-1]) + 1 if family.size else 0
        return cls(rng, family, rng.standard_normal(families))

    def trait(self, siblings: float) -> Floats:
        """A latent a child; `siblings` is the correlation of siblings' latents."""
        fresh = self.rng.standard_normal(self.adversity.size)
        family = math.sqrt(_ADVERSITY) * self.adversity + math.sqrt(1 - _ADVERSITY) * fresh
        return math.sqrt(siblings) * family[self.family] + math.sqrt(1 - siblings) * self.rng.standard_normal(self.family.size)

    def over_time(self, trait: Floats, periods: int, lasting: float) -> Floats:
        """A latent a child and period: the lasting share is the trait, the rest is new each period."""
        noise = self.rng.standard_normal((trait.size, periods))
        return math.sqrt(lasting) * trait[:, None] + math.sqrt(1 - lasting) * noise

    def happens(self, share: float | Floats) -> Flags:
        """Whether something happens, independently of everything else, a child."""
        return self._position(together=False) < share

    def between(self, first: int | Days, last: int | Days, *, together: bool = False) -> Days:
        """A day a child from first to last, evenly; `together` siblings draw one number."""
        first, last = np.broadcast_to(first, self.family.shape), np.broadcast_to(last, self.family.shape)
        return (first + np.floor(self._position(together) * (last - first + 1))).astype(np.int32)

    def lasting(self, mean_days: float, *, together: bool = False) -> Days:
        """Exponential days a child; `together` siblings draw one number."""
        return np.round(-mean_days * np.log1p(-self._position(together))).astype(np.int32)

    def _position(self, together: bool) -> Floats:
        """A number from 0 to 1 a child."""
        return self.rng.random(self.adversity.size)[self.family] if together else self.rng.random(self.family.size)

    def shared_days(self, first: int, last: int) -> Days:
        """Days from first to last, the same for siblings."""
        return self.rng.integers(first, last + 1, self.adversity.size)[self.family].astype(np.int32)


def choose(latent: Floats, among: Flags, share: float, study: Flags | None = None, count: int | None = None) -> Flags:
    """Those of `among` to whom an event happens: a share, but exactly `count` of the study's children where one is given."""
    chosen = among & (latent > cutoff(share))
    if study is None or count is None or not study.any():
        return chosen
    return (chosen & ~study) | highest(latent, among & study, count)


def highest(latent: Floats, among: Flags, count: int) -> Flags:
    """The `count` children of `among` with the highest latents."""
    members = np.flatnonzero(among)
    assert 0 <= count <= members.size, f"{count} children are wanted of {members.size}"
    chosen = np.zeros(latent.size, dtype=np.bool_)
    chosen[members[np.argsort(-latent[members], kind="stable")[:count]]] = True
    return chosen


def cutoff_of_count(latents: Floats, count: int) -> float:
    """A cut-off that exactly `count` of the latents exceed."""
    assert 0 < count <= latents.size, f"{count} children are wanted of {latents.size}"
    ordered = np.sort(latents)[::-1]
    below = ordered[count] if count < latents.size else ordered[-1] - 1.0
    return float((ordered[count - 1] + below) / 2)


def choose_families(latent: Floats, sizes: Ints, among: Flags, children: int) -> Flags:
    """Families of `among`, highest latent first, that together have exactly that many children."""
    chosen = np.zeros(sizes.size, dtype=np.bool_)
    left = children
    members = np.flatnonzero(among)
    for family in members[np.argsort(-latent[members], kind="stable")]:
        if sizes[family] <= left:
            chosen[family] = True
            left -= int(sizes[family])
    assert left == 0, f"{left} children are left over"
    return chosen
