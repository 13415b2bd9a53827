"""Where the number of children in a base may be told: of steps, each of which counts the base of the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from metrics.disclosure.bases import decide_bases, steps_before, table_of_base
from metrics.disclosure.linked import Figures
from metrics.disclosure.rules import Rules
from metrics.disclosure.tables import Sum, Table
from metrics.filters import Filters
from tests.metrics.small_figures import BOYS, BY_SEX, EVERYONE, GIRLS, Mask, Named, at, figures
from tests.metrics.small_lattice import Numbers, provable

RULES = Rules(smallest_base=10, smallest_count=6, smallest_base_of_a_zero=30)
NOTIFIED, OFFERED, VISITED = STEPS = tuple((f"step_{name}", "all") for name in ("notified", "offered", "visited"))
Both = tuple[float, float]
"""Girls and boys."""


def steps(suitable: Both, notified: Both, offered: Both, visited: Both) -> Figures:
    """Three steps: how many could take the first, and how many took each."""
    by_sex = [dict(zip((GIRLS, BOYS), both, strict=True)) for both in (suitable, notified, offered, visited)]
    of = figures(BY_SEX, by_sex[0], dict(zip(STEPS, by_sex[1:], strict=True)))
    of.n[:, 1:] = of.count[:, :-1]
    return Figures(of.ground, of.keys, of.n.astype(float), of.count.astype(float), of.nobody, of.known)


def known(of: Figures) -> dict[Named, set[Filters]]:
    """Where each base is told."""
    with ThreadPoolExecutor(1) as crew:
        safe = ~RULES.small(of.n, of.count) & ~RULES.small(of.n, of.n - of.count)
        told, falling = decide_bases(of, safe, RULES, crew)
    assert not falling.any()
    return {name: {cut for cut in BY_SEX.cuts if told[at(of, name, cut)[0], of.bases[at(of, name, cut)[1]]]} for name in STEPS}


EVERYWHERE = {EVERYONE, GIRLS, BOYS}


def test_the_bases_before_a_steps_own_are_those_of_the_steps_before_the_last_first() -> None:
    of = steps((200, 200), (150, 150), (100, 100), (60, 60))
    assert [steps_before(of, place) for place in range(3)] == [[], [0], [1, 0]]


def test_a_step_that_everybody_took_has_the_base_of_the_one_before() -> None:
    of = steps((200, 200), (200, 200), (100, 100), (60, 60))
    assert steps_before(of, of.bases[1]) == [] and steps_before(of, of.bases[2]) == [of.bases[1]]


def test_every_base_is_told_where_many_stopped_at_every_step() -> None:
    assert known(steps((200, 200), (150, 150), (100, 100), (60, 60))) == dict.fromkeys(STEPS, EVERYWHERE)


@pytest.mark.parametrize(("left", "told"), [(0, True), (1, False), (2, False), (3, True)])
def test_a_base_is_hidden_where_few_stopped_before_it_and_the_next_is_told_all_the_same(left: float, told: bool) -> None:
    """As many girls as boys stopped before the offer; of those offered support many stopped, so the visited may be told."""
    found = known(steps((200, 200), (150, 150), (150 - left, 150 - left), (60, 60)))
    assert found[NOTIFIED] == found[OFFERED] == EVERYWHERE
    assert found[VISITED] == ({EVERYONE} if told and left else EVERYWHERE if told else set())


def test_a_base_after_a_hidden_one_is_told_where_many_stopped_since_the_last_that_is_told() -> None:
    """Two of each were not told of, so nobody learns how many were; of all 60 are left who were offered support."""
    found = known(steps((150, 150), (148, 148), (60, 60), (40, 40)))
    assert (found[NOTIFIED], found[OFFERED], found[VISITED]) == (EVERYWHERE, set(), EVERYWHERE)
    found = known(steps((150, 150), (148, 148), (147, 147), (40, 40)))
    assert (found[OFFERED], found[VISITED]) == (set(), {EVERYONE})  # six between the two that are told, of each sex three


def test_what_is_told_of_a_hidden_base_is_what_a_programme_proves() -> None:
    """Of 150 girls, 60 were offered support: between 60 and 150 were told of; and of all 298, so of the boys the others."""
    of, told = steps((150, 150), (148, 150), (60, 70), (40, 40)), np.zeros((3, 3), dtype=bool)
    told[:, [0, 2]], told[at(of, OFFERED, EVERYONE)] = True, True
    table = table_of_base(of, 2, told, RULES)
    shown = np.zeros(table.values.shape, dtype=bool)
    shown[0] = told[:, 2]
    ranges = table.ranges(shown)
    hidden = {int(row): (low, high) for row, low, high in zip(ranges.rows, ranges.bounds.low, ranges.bounds.high, strict=True)}
    # Rows of the table: the base, those who stopped, the rest, the whole, and each sum, of which the first is the base before.
    first_sum = (table.blocks + 1) * len(BY_SEX.cuts)
    for cut in (GIRLS, BOYS):
        low, high = hidden[first_sum + BY_SEX.cuts.index(cut)]
        least, most = programme(of, told, cut)
        assert least <= low + 1e-6 and high - 1e-6 <= most and (high - low >= RULES.wide or (low, high) == (least, most))


def programme(of: Figures, told: Mask, cut: Filters) -> tuple[float, float]:
    """How many were told of in a cut: of each sex those visited or not, those only told of, and those who stopped before."""
    sexes = dict(zip((GIRLS, BOYS, EVERYONE), np.array([(1.0, 0.0), (0.0, 1.0), (1.0, 1.0)]), strict=True))
    kinds = np.array([(1.0, 1.0, 1.0), (1.0, 1.0, 0.0), (1.0, 0.0, 0.0)])
    sums: list[Numbers] = []
    values = []
    for place, base in zip(*np.nonzero(told), strict=True):
        sums.append(np.kron(sexes[BY_SEX.cuts[place]], kinds[:, base]))
        values.append(of.n[place, base])
    return provable(sums, values, np.kron(sexes[cut], kinds[:, 1]))


def test_a_base_that_nobody_of_few_fell_short_of_is_hidden_though_a_step_between_is_too() -> None:
    """All of 20 girls took both steps: that nobody stopped says something of each of them, so no later base of theirs is told."""
    found = known(steps((20, 200), (20, 150), (20, 100), (10, 50)))
    assert found[NOTIFIED] == EVERYWHERE
    assert GIRLS not in found[OFFERED] | found[VISITED]


def test_a_base_of_few_is_hidden_where_everybody_everywhere_took_the_step() -> None:
    """Then the two steps have one base, and of 20 girls it would say that none stopped; all less the boys would tell it."""
    found = known(steps((20, 200), (20, 200), (10, 100), (5, 50)))
    assert found[NOTIFIED] == found[OFFERED] == {EVERYONE}


def table(girls: float, boys: float, enough: Numbers | None = None, ceiling: Numbers | None = None) -> Table:
    """So many counted, of a whole that is not told; all and the boys are shown."""
    values = np.array([[{GIRLS: girls, BOYS: boys, EVERYONE: girls + boys}[cut] for cut in BY_SEX.cuts]])
    nowhere = np.zeros(len(BY_SEX.cuts), dtype=bool)
    whole = Sum((), 2 * values[0], nowhere)
    floor = None if ceiling is None else np.zeros_like(values)
    shown = np.zeros_like(values, dtype=bool)
    return Table(BY_SEX, values, shown, nowhere, RULES.wide, whole, floor=floor, ceiling=ceiling, enough=enough)


def falling(of: Table) -> set[Filters]:
    """Whose numbers, hidden of the girls, fall where all and the boys are shown."""
    shown = np.array([[cut != GIRLS for cut in BY_SEX.cuts]])
    return {BY_SEX.cuts[row] for row in of.falls(shown) if row < len(BY_SEX.cuts)}


@pytest.mark.parametrize(("girls", "falls"), [(9, True), (10, False), (14, False)])
def test_who_took_a_step_may_follow_as_a_base_from_as_many_on_as_a_base_must_be(girls: float, falls: bool) -> None:
    enough = np.full((1, len(BY_SEX.cuts)), float(RULES.smallest_base))
    assert falling(table(girls, 50)) == {GIRLS}
    assert falling(table(girls, 50, enough=enough)) == ({GIRLS} if falls else set())


def test_what_lies_within_a_nought_of_another_figure_is_no_secret() -> None:
    """No girl waits, so none waits too long: that is shown, and leaves nothing to be told."""
    nought = np.array([[0.0 if cut == GIRLS else np.inf for cut in BY_SEX.cuts]])
    assert falling(table(2, 50)) == {GIRLS}
    assert falling(table(2, 50, ceiling=nought)) == set()
