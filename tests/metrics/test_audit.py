"""The audit as a stranger makes it: what is hidden is unknown to it, whatever else it could have read in a store."""

from __future__ import annotations

import numpy as np

from metrics.disclosure.audit import attack, questions_of_figures
from metrics.disclosure.linked import Figures, Key
from metrics.disclosure.rules import Rules
from metrics.filters import Filters
from tests.metrics.small_lattice import counted, ground, kinds, lattice

ON, CELLS = ground(lattice()), kinds(lattice())
RULES = Rules(smallest_base=10, smallest_count=6, smallest_base_of_a_zero=30)
GIRLS = ON.cuts.index(Filters(sex="F"))
KEYS: tuple[Key, ...] = (("ehcp", "observed", "0"), ("sen_support", "observed", "0"))


def fallen(hidden: dict[Key, list[int]]) -> set[tuple[str, Filters]]:
    """What falls of two shares of one base where some cuts of each are hidden: 8 children a finest cell, 4 and 3 counted."""
    one = counted(ON, dict.fromkeys(CELLS, 1))
    shown = np.array([[cut not in hidden.get(key, []) for key in KEYS] for cut in range(len(ON.cuts))])
    n, count = np.stack([8 * one, 8 * one], axis=1), np.stack([4 * one, 3 * one], axis=1)
    figures = Figures(ON, KEYS, np.where(shown, n, np.nan), np.where(shown, count, np.nan), np.zeros(n.shape, dtype=bool), shown)
    found = set()
    for question in questions_of_figures(figures, shown, RULES):
        for row in attack(question.table, question.shown)[1]:
            part, cut = divmod(row, len(question.table.nobody))
            found.add((question.names[min(part, len(question.names) - 1)][0], question.table.ground.cuts[cut]))
    return found


def test_nothing_falls_where_nothing_is_hidden() -> None:
    assert not fallen({})


def test_a_figure_hidden_alone_falls_by_subtraction_where_another_tells_its_base() -> None:
    """All and the boys are shown with a plan; how many girls there are, the figures of SEN support say."""
    assert ("ehcp", Filters(sex="F")) in fallen({KEYS[0]: [GIRLS]})


def test_a_base_falls_too_where_no_figure_tells_it() -> None:
    assert ("ehcp", Filters(sex="F")) in fallen({key: [GIRLS] for key in KEYS})


def test_a_figure_of_which_nothing_is_shown_stands() -> None:
    assert not fallen({KEYS[0]: list(range(len(ON.cuts)))})
