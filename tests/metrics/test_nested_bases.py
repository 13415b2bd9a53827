"""What the bases of two windows tell of one another: a window reached by fewer lies within one reached by more."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from metrics.disclosure.bases import decide_bases
from metrics.disclosure.linked import Figures
from metrics.disclosure.nested_bases import Nested
from metrics.disclosure.rules import Rules
from metrics.filters import ALL, Filters
from tests.metrics.small_figures import Mask, figures, only, summed
from tests.metrics.small_lattice import ground, lattice, provable

RULES = Rules(smallest_base=10, smallest_count=6, smallest_base_of_a_zero=30)
ON = only(
    ground(lattice(500, {"town": (), "village": ()}, ("5-11",), ("2022", "2022Q1", "2022Q2"))),
    lambda cut: cut.age_band == cut.sex == ALL,
)
FINEST = tuple(Filters(area=area, period=quarter) for area in ("town", "village") for quarter in ("2022Q1", "2022Q2"))
BEFORE, AFTER = ("any_active", "b6"), ("any_active", "a6")
By = tuple[float, float, float, float]
"""The town in both quarters, then the village."""


def bases(before: By, after: By) -> Figures:
    """How many were followed six months before, and after."""
    each = [dict(zip(FINEST, numbers, strict=True)) for numbers in (before, after)]
    of = figures(ON, each[0], {BEFORE: each[0], AFTER: each[1]})
    n = np.stack([summed(ON, one) for one in each], axis=1).astype(float)
    return Figures(of.ground, of.keys, n, np.zeros_like(n), of.nobody, of.known)


# The town's extract begins late in the first quarter: five of its 60 children then are followed six months before.
LATE = bases((5, 64, 61, 81), (60, 64, 61, 81))
EVERYWHERE = np.ones((2, len(ON.cuts)), dtype=bool)


def but(hidden: Mapping[int, tuple[Filters, ...]]) -> Mask:
    """Every base shown but these, by base and cut."""
    known = EVERYWHERE.copy()
    for base, cuts in hidden.items():
        known[base, [ON.cuts.index(cut) for cut in cuts]] = False
    return known


def names(told: Mask) -> set[tuple[int, str, str]]:
    return {(int(base), ON.cuts[cut].area, ON.cuts[cut].period) for base, cut in zip(*np.nonzero(told), strict=True)}


def proved(of: Figures, known: Mask, cut: Filters) -> tuple[float, float]:
    """How many of a cut are in the first base, by linear programme: of each cell those in both, and in the second alone."""
    sums, values = [], []
    for base, at in zip(*np.nonzero(known), strict=True):
        inside = np.array([float(cell in {ON.cuts[one] for one in ON.down_from(int(at))}) for cell in FINEST])
        sums.append(np.concatenate([inside, inside * base]))
        values.append(float(of.n[at, base]))
    wanted = np.array([float(cell == cut) for cell in FINEST])
    return provable(sums, values, np.concatenate([wanted, 0 * wanted]))


def test_a_base_is_told_by_a_wider_one_of_a_cut_that_is_hidden_beside_it() -> None:
    """Of 66 in the first quarter at most 61 are the village's, so at least five the town's; and at most 69 less 64."""
    nested, known = Nested.of(LATE, RULES), but({0: FINEST})
    assert proved(LATE, known, FINEST[0]) == (5, 5)
    assert names(nested.told(known)) == {(0, "town", "2022Q1")}
    assert names(nested.telling(known)) == {(1, "village", "2022Q1"), (1, "town", "2022Q2")}


def test_nothing_is_told_where_the_wider_base_is_hidden_with_it() -> None:
    known = but({0: FINEST, 1: FINEST})
    assert not Nested.of(LATE, RULES).told(known).any()
    low, high = proved(LATE, known, FINEST[0])
    assert high - low >= RULES.wide


def test_of_a_base_that_nothing_else_tells_the_smallest_beside_it_is_hidden() -> None:
    """The town's of one quarter alone are hidden, so its year tells them: the other quarter is hidden as well."""
    nested, known = Nested.of(LATE, RULES), but({0: FINEST[:1]})
    assert names(nested.telling(known)) == {(0, "village", "2022Q1")}


def test_bases_are_decided_so_that_none_tells_of_another() -> None:
    with ThreadPoolExecutor(1) as crew:
        known, falling = decide_bases(LATE, np.ones(LATE.n.shape, dtype=bool), RULES, crew)
    nested = Nested.of(LATE, RULES)
    assert not falling.any() and not nested.told(known[:, list(nested.keys)].T).any()
    low, high = proved(LATE, known.T, FINEST[0])
    assert high - low >= RULES.wide
