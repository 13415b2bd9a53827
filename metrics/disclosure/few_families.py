"""Figures whose children come from few families: ten children of two households are two households."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.disclosure.policy import Policy

Mask = npt.NDArray[np.bool_]


def is_of_few_families(families: pa.Table, policy: Policy) -> Mask:
    """Which figures have children of fewer families than the policy asks for: in the base, counted or left over.

    `families` has a row a figure and a column a group of its children, each named `…_families`: null where the figure has no
    such group, 0 where nobody is in it, which is for the policy's rule of zeros to judge.
    """
    few = np.zeros(families.num_rows, dtype=bool)
    for name in families.column_names:
        if name.endswith("_families"):
            behind = pc.fill_null(families[name], 0).to_numpy()
            few |= (behind >= 1) & (behind < policy.smallest_families)
    return few
