"""Groups shown to be nobody or everybody: in a small group that tells about each child in it."""

from __future__ import annotations

import numpy as np

from tests.attack.released import SHOWN, UNKNOWN, Released
from tests.attack.targets import Findings

SMALLEST_BASE_OF_A_ZERO = 30


def zeros_of_few(released: Released) -> Findings:
    """Shown cells with nobody counted, or nobody left of the base, where the base is under thirty."""
    shown, found = 0, []
    for name, key in released.keys.items():
        if key.count is None or name not in released.shown:
            continue
        base, count = released.shown[key.base], released.shown[name]
        told = (key.state == SHOWN) & (count != UNKNOWN) & (base < SMALLEST_BASE_OF_A_ZERO)
        everybody = (count == base) if key.rest is not None else np.zeros_like(told)
        of_few = told & ((count == 0) | everybody)
        shown += int((key.state == SHOWN).sum())
        found += [f"{name} in {released.words(int(cut))} = {count[cut]} of {base[cut]}" for cut in np.flatnonzero(of_few)]
    return Findings("zero and hundred per cent groups", shown, len(found), len(found), tuple(found))
