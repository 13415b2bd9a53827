"""Before and after: the same children on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

from tests.oracle.cohort import Child
from tests.oracle.indicators import FLAGS, answer, sessions
from tests.oracle.intervals import FEWEST_FOR_A_MEAN, Z, clustered_error, mcnemar

BEFORE, AFTER = (-3, -2, -1), (1, 2, 3)
CARE = ("early_help", "cin", "cp", "cwcf", "statutory", "mash_contact", "mash_referral", "any_active")
POOLED = "attendance_sessions"
PAIRED = (*FLAGS, POOLED, *CARE)


@dataclass(frozen=True)
class Pair:
    """A change among the same children; counts are null for attendance, the interval of the difference for flags."""

    n_both: int
    before_count: int | None
    after_count: int | None
    gained: int | None
    lost: int | None
    before_value: float | None
    after_value: float | None
    low: float | None
    high: float | None
    p_value: float | None


def last_time(indicator: str) -> str:
    """The latest time a pair needs."""
    return "a6" if indicator in CARE else str(AFTER[-1])


Sides = tuple[bool, bool] | tuple[Fraction, Fraction]


def two_sides(indicator: str, child: Child) -> Sides | None:
    """The child before and after; nothing where either side is not wholly known."""
    if indicator in CARE:
        sides = [answer(indicator, child, window) for window in ("b6", "a6")]
        return None if None in sides else (sides[0], sides[1])
    if indicator == POOLED:
        return pooled_sides(child)
    before, after = ([answer(indicator, child, str(term)) for term in terms] for terms in (BEFORE, AFTER))
    return None if None in before + after else (any(before), any(after))


def pooled_sides(child: Child) -> tuple[Fraction, Fraction] | None:
    """The share attended of three terms' sessions together, before and after."""
    shares = []
    for terms in (BEFORE, AFTER):
        known = [counted for counted in (sessions(child, term) for term in terms) if counted is not None]
        if len(known) < len(terms):
            return None
        absent, possible = (sum(column) for column in zip(*known, strict=True))
        shares.append(1 - Fraction(absent, possible))
    return shares[0], shares[1]


def pair(indicator: str, children: Iterable[tuple[Child, Sides | None]]) -> Pair:
    """The change among those of the children whose two sides are known."""
    known = [(child, sides) for child, sides in children if sides is not None]
    n = len(known)
    before = sum((Fraction(sides[0]) for _, sides in known), Fraction(0))
    after = sum((Fraction(sides[1]) for _, sides in known), Fraction(0))
    mean_before, mean_after = (float(100 * side / n) if n else None for side in (before, after))
    if indicator == POOLED:
        changes = [(child.facts["family_id"], Fraction(sides[1]) - Fraction(sides[0]), 1) for child, sides in known]
        return Pair(n, None, None, None, None, mean_before, mean_after, *difference(changes))
    gained = sum(bool(sides[1] and not sides[0]) for _, sides in known)
    lost = sum(bool(sides[0] and not sides[1]) for _, sides in known)
    return Pair(n, int(before), int(after), gained, lost, mean_before, mean_after, None, None, mcnemar(gained, lost))


def difference(changes: list[tuple[str, Fraction, int]]) -> tuple[float | None, float | None, float | None]:
    """The interval of the mean change in percentage points, and the chance of so large a one if none were real."""
    error = clustered_error(changes)
    if error is None or len(changes) < FEWEST_FOR_A_MEAN:
        return None, None, None
    change = float(sum((much for _, much, _ in changes), Fraction(0)) / len(changes))
    p = 2 * NormalDist().cdf(-abs(change) / error) if error else float(change == 0)
    return 100 * (change - Z * error), 100 * (change + Z * error), p
