"""Parts of a count that are each shown out of a base of their own: what is not shown of them must stay large together.

Of those known to nobody, so many of the children linked through the police, so many of those through prisons: the counts add
up to one figure, and the bases to another. They are in no table together; whoever knows all parts but one knows that one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from metrics.catalogue import INDICATORS
from metrics.disclosure.ground import Mask
from metrics.disclosure.linked import Figures, has_own_base
from metrics.disclosure.rules import Rules


def beside_their_rest(figures: Figures, shown: Mask, rules: Rules) -> Mask:
    """What may stay: parts only where their whole is shown, and where those hidden are two at least and many together."""
    shown = shown.copy()
    for whole, parts in _wholes(figures):
        shown[:, parts] &= shown[:, [whole]]
        for cut in np.flatnonzero(shown[:, parts].any(axis=1)):
            _hide_smallest(figures, shown, int(cut), parts, rules)
    return shown


def _wholes(figures: Figures) -> Iterator[tuple[int, list[int]]]:
    """Each figure whose count is made up so, and its parts, of each basis and time."""
    splits = dict.fromkeys((one.splits, one.split_by) for one in INDICATORS if has_own_base(one))
    for key, place in figures.place.items():
        for split, by in splits:
            parts = [one for one in INDICATORS if (one.splits, one.split_by) == (split, by)]
            places = [figures.of(one.id, key[1], key[2]) for one in parts]
            if split == key[0] and None not in places:
                yield place, [part for part in places if part is not None]


def _hide_smallest(figures: Figures, shown: Mask, cut: int, parts: list[int], rules: Rules) -> None:
    """Hide the smallest parts of a cut, in place, until those hidden tell of no few children."""
    while True:
        hidden = [part for part in parts if not shown[cut, part]]
        base, count = figures.n[cut, hidden].sum(), figures.count[cut, hidden].sum()
        few = base < rules.smallest_base or min(count, base - count) < rules.smallest_count
        left = [part for part in parts if shown[cut, part]]
        if not hidden or not left or (len(hidden) > 1 and not few):
            return
        shown[cut, min(left, key=lambda part: (figures.n[cut, part], part))] = False
