"""Parts out of bases of their own: whoever knows the whole and all parts but one knows that one too."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.catalogue import MISSED
from metrics.disclosure.apart import beside_their_rest
from metrics.disclosure.linked import Figures, Key
from metrics.disclosure.rules import Rules
from tests.metrics.small_lattice import ground, lattice

ON = ground(lattice())
RULES = Rules(smallest_base=10, smallest_count=6, smallest_base_of_a_zero=30)
WHOLE: Key = ("none_active", "observed", "window")
PARTS: tuple[Key, ...] = tuple((one.id, "observed", "window") for one in MISSED if one.split_by == "link_source")
POLICE, PRISON, SOCIAL_CARE, OTHER = PARTS


def left(numbers: dict[Key, tuple[int, int]], hidden: set[Key]) -> set[Key]:
    """What stays of the parts, in every cut with these counts and bases, where all were shown but the hidden."""
    keys = (WHOLE, *numbers)
    whole = tuple(map(sum, zip(*numbers.values(), strict=True)))
    everywhere = np.ones((len(ON.cuts), len(keys)), dtype=bool)
    count, n = (np.array([number[at] for number in (whole, *numbers.values())]) * everywhere for at in (0, 1))
    shown = everywhere & np.array([key not in hidden for key in keys])
    stays = beside_their_rest(Figures(ON, keys, n, count, ~everywhere, everywhere), shown, RULES)
    (one_cut,) = np.unique(stays, axis=0)
    return {key for key, stay in zip(keys, one_cut, strict=True) if stay} - {WHOLE}


FOUR = {POLICE: (100, 400), PRISON: (30, 100), SOCIAL_CARE: (8, 90), OTHER: (3, 12)}


@pytest.mark.parametrize(
    ("hidden", "stay"),
    [
        (set(), set(PARTS)),
        ({OTHER}, {POLICE, PRISON}),  # with the smallest beside it: 11 of 102 are hidden together
        ({WHOLE}, set()),
        ({SOCIAL_CARE, OTHER}, {POLICE, PRISON}),
        (set(PARTS), set()),
    ],
)
def test_a_hidden_part_takes_the_smallest_shown_with_it(hidden: set[Key], stay: set[Key]) -> None:
    assert left(FOUR, hidden) == stay


@pytest.mark.parametrize(
    ("other", "stay"),
    [((3, 12), {POLICE, PRISON}), ((3, 3), {POLICE}), ((0, 0), {POLICE, PRISON}), ((2, 9), {POLICE, PRISON})],
)
def test_those_hidden_together_are_not_a_few(other: tuple[int, int], stay: set[Key]) -> None:
    """Six of social care's nine are known to nobody and three are known: with three others, still only three are."""
    social_care = (6, 9) if other == (3, 3) else (8, 90)
    assert left(FOUR | {SOCIAL_CARE: social_care, OTHER: other}, {OTHER}) == stay
