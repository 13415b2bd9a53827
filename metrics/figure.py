"""What a release says: figures, before-and-after pairs, comparators and counts about the data. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metrics.indicator import Basis

Symbol = Literal["c", "z", "x"]
Fit = Literal["matched", "similar", "not_comparable"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator at one time of one cut.

    `value`, `low`, `high` and `expected` in percent, 0-100, integers where the policy prints whole ones; `n` the base and `count`
    the numerator, in children (null for means). `symbol` is null where shown; else `c` suppressed, `z` cannot exist, `x` not
    supplied, and all else is null.
    """

    indicator: str
    basis: Basis
    time: str
    n: int | None
    count: int | None
    value: float | None
    low: float | None
    high: float | None
    expected: float | None
    symbol: Symbol | None

    @property
    def shown(self) -> bool:
        """Whether the figure may be seen."""
        return self.symbol is None


@dataclass(frozen=True, slots=True)
class Pair:
    """The same children before and after the imprisonment.

    Counts in children (null for pooled sessions); `before_value` and `after_value` in percent, 0-100; `low` and `high`
    bound their difference, in percentage points. All null but the key where `symbol` is set.
    """

    indicator: str
    kind: Literal["any", "pooled", "window"] | None
    n_both: int | None
    before_count: int | None
    after_count: int | None
    gained: int | None
    lost: int | None
    before_value: float | None
    after_value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    symbol: Symbol | None

    @property
    def shown(self) -> bool:
        """Whether the pair may be seen."""
        return self.symbol is None


@dataclass(frozen=True, slots=True)
class Comparator:
    """A figure of another population, beside one indicator; `reason` says why the fit is not `matched`."""

    comparator: str
    indicator: str
    area_code: str
    area_name: str
    population: str
    period: str
    value: float
    unit: str
    source: str
    fit: Fit
    reason: str | None


@dataclass(frozen=True, slots=True)
class QualityCount:
    """A count about the data: `count` of `n` rows or children, both null where `symbol` is set."""

    topic: str
    file: str | None
    area_code: str | None
    breakdown: str | None
    reason: str | None
    n: int | None
    count: int | None
    symbol: Symbol | None
