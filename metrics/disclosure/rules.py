"""The numbers of a policy that decide what is small, and how far apart the bounds of what is hidden must be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metrics.disclosure.ground import Mask
from metrics.disclosure.linked import Counts
from metrics.disclosure.policy import Policy


@dataclass(frozen=True)
class Rules:
    """The numbers of a policy that decide what is small."""

    smallest_base: int
    smallest_count: int
    smallest_base_of_a_zero: int

    @classmethod
    def of(cls, policy: Policy) -> Rules:
        """Those of that policy."""
        return cls(policy.smallest_base, policy.smallest_count, policy.smallest_base_of_a_zero)

    @property
    def wide(self) -> float:
        """How far apart the bounds of a hidden figure must be: so that it could be as many as are never shown."""
        return float(self.smallest_count - 1)

    def small(self, base: Counts, count: Counts) -> Mask:
        """Which groups of `count` out of `base` are too small to be known, or nobody out of too few."""
        few = (count >= 1) & (count < self.smallest_count)
        return np.asarray(few | ((count == 0) & (base < self.smallest_base_of_a_zero)))
