"""What is hidden besides: rules of smallness, nested windows, and whole releases of a few indicators, attacked slowly."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.disclosure.crew import Alone
from metrics.disclosure.linked import Figures, Key, groups
from metrics.disclosure.linked_tables import table_of
from metrics.disclosure.rules import Rules
from metrics.disclosure.secondary import protect_figures
from metrics.filters import Filters
from tests.metrics.small_lattice import Kind, Numbers, counted, ground, kinds, lattice

OF = lattice(districts={"town": (), "village": ()})
ON, CELLS = ground(OF), kinds(OF)
RULES = Rules(smallest_base=10, smallest_count=6, smallest_base_of_a_zero=30)
ALL_OF_THEM, GIRLS = ON.cuts.index(Filters()), ON.cuts.index(Filters(sex="F"))


def figures(base: dict[Key, Numbers], count: dict[Key, Numbers]) -> Figures:
    keys = tuple(count)
    n, counts = (np.stack([numbers[key] for key in keys], axis=1) for numbers in (base, count))
    return Figures(ON, keys, n, counts, np.zeros(n.shape, dtype=bool), np.ones(n.shape, dtype=bool))


def even(number: float) -> Numbers:
    """So many in every finest cell."""
    return counted(ON, dict.fromkeys(CELLS, 1)) * number


@pytest.mark.parametrize(
    ("base", "count", "small"),
    [(100, 1, True), (100, 5, True), (100, 6, False), (29, 0, True), (30, 0, False), (29, 6, False), (0, 0, True)],
)
def test_one_to_five_are_few_and_so_is_nobody_out_of_few(base: int, count: int, small: bool) -> None:
    assert bool(RULES.small(np.array([float(base)]), np.array([float(count)]))[0]) == small


def test_a_hidden_figure_could_be_any_of_as_many_numbers_as_are_never_shown() -> None:
    assert RULES.wide == 6 - 1


def apart(outer: Key, inner: Key, n: tuple[float, float], count: tuple[float, float], cut: int = GIRLS) -> bool:
    """Whether the second of two nested figures may not be shown of a cut beside the first, by base and count of each."""
    keys = {outer: 0, inner: 1}
    base, counts = ({key: np.full(len(ON.cuts), one[place]) for key, place in keys.items()} for one in (n, count))
    two = figures(base, counts)
    group = next(one for one in groups(two) if two.place[inner] in one.parts)
    everything = np.ones(two.n.shape, dtype=bool)
    shown = np.zeros(two.n.shape, dtype=bool)
    shown[:, two.place[outer]] = True
    _, candidates = table_of(two, group, shown, everything, RULES, everything)
    held = np.flatnonzero(two.held(two.place[inner])).tolist()
    return not candidates[group.parts.index(two.place[inner]), held.index(cut)]


M0: Key = ("statutory", "observed", "m0")
W6: Key = ("statutory", "observed", "w6")


@pytest.mark.parametrize(
    ("n", "month", "window", "hidden"),
    [(100, 20, 21, True), (100, 20, 25, True), (100, 20, 26, False), (100, 20, 20, True), (29, 14, 14, True)],
)
def test_a_window_is_hidden_beside_a_month_within_it_where_few_or_none_came_between(
    n: int, month: int, window: int, hidden: bool
) -> None:
    assert apart(M0, W6, (n, n), (month, window)) == hidden
    assert apart(W6, M0, (n, n), (window, month)) == hidden


OBSERVED: Key = ("ehcp", "observed", "0")
FOLLOWED: Key = ("ehcp", "followed", "0")


@pytest.mark.parametrize(
    ("observed", "followed", "hidden"),
    [
        ((100, 40), (80, 30), False),  # 20 more, of whom 10
        ((100, 40), (80, 35), True),  # 20 more, of whom 5
        ((100, 40), (80, 25), True),  # 20 more, of whom 15, so 5 are not
        ((100, 40), (80, 40), True),  # none of 20
        ((110, 40), (80, 40), False),  # none of 30
        ((81, 40), (80, 40), True),  # one more, who was not counted
        ((89, 49), (80, 40), True),  # nine more, all of whom were
        ((80, 40), (80, 40), False),  # nobody more
    ],
)
def test_those_followed_are_hidden_where_few_of_the_others_are_counted(
    observed: tuple[int, int], followed: tuple[int, int], hidden: bool
) -> None:
    """Of the whole: no smaller group is shown of those followed."""
    assert apart(OBSERVED, FOLLOWED, (observed[0], followed[0]), (observed[1], followed[1]), ALL_OF_THEM) == hidden


def test_those_followed_are_of_the_whole_alone() -> None:
    """However many of the girls were observed, and however many not followed."""
    base, count = even(80), even(40)
    two = figures({OBSERVED: base, FOLLOWED: base / 2}, {OBSERVED: count, FOLLOWED: count / 2})
    assert np.flatnonzero(two.held(two.place[FOLLOWED])).tolist() == [ALL_OF_THEM]
    shown = protect_figures(two, safe_of(two), RULES, Alone()).shown
    assert shown[:, two.place[OBSERVED]].all()
    assert np.flatnonzero(shown[:, two.place[FOLLOWED]]).tolist() == [ALL_OF_THEM]


@pytest.mark.parametrize(("left", "shown"), [(1, False), (9, False), (10, True), (0, True)])
def test_those_followed_are_not_counted_where_few_observed_are_not_among_them(left: int, shown: bool) -> None:
    """80 observed of each sex, of whom all but a few girls are followed throughout."""
    few = dict.fromkeys(CELLS, 0) | {Kind("town", None, "5-11", "F", "2022"): left}
    base, followed = even(20), even(20) - counted(ON, few)
    two = figures({OBSERVED: base, FOLLOWED: followed}, {OBSERVED: base / 2, FOLLOWED: np.floor(followed / 2)})
    outcome = protect_figures(two, np.ones(two.n.shape, dtype=bool), RULES, Alone())
    assert outcome.known[ALL_OF_THEM, two.bases[two.place[FOLLOWED]]] == shown
    assert outcome.shown[ALL_OF_THEM, two.place[FOLLOWED]] <= shown


LEVELS: dict[Key, int] = {
    ("statutory", "observed", "m0"): 9,
    ("cin", "observed", "m0"): 4,
    ("cp", "observed", "m0"): 3,
    ("cwcf", "observed", "m0"): 2,
}


def safe_of(some: Figures) -> np.ndarray:
    n, count = some.n, some.count
    return np.asarray((n >= 10) & ~RULES.small(n, count) & ~RULES.small(n, n - count))


def test_a_level_is_shown_only_where_its_whole_is() -> None:
    draws = np.random.default_rng(5)
    of = {key: {kind: int(draws.poisson(size)) for kind in CELLS} for key, size in LEVELS.items()}
    of[M0] = {kind: sum(of[key][kind] for key in LEVELS if key != M0) for kind in CELLS}
    base = counted(ON, {kind: of[M0][kind] + 6 for kind in CELLS})
    some = figures(dict.fromkeys(LEVELS, base), {key: counted(ON, numbers) for key, numbers in of.items()})
    outcome = protect_figures(some, safe_of(some), RULES, Alone())
    whole, parts = some.place[M0], [some.place[key] for key in LEVELS if key != M0]
    assert outcome.shown[:, parts].any()
    assert not np.any(outcome.shown[:, parts].any(axis=1) & ~outcome.shown[:, whole])
    assert not np.any(outcome.shown.any(axis=1) & ~outcome.known[:, 0])
    assert not np.any(outcome.shown & ~safe_of(some))
    assert not outcome.falling.any()
    for cut in range(len(ON.cuts)):  # statutory less two levels is the third
        hidden = [part for part in parts if not outcome.shown[cut, part]]
        assert not outcome.shown[cut, whole] or len(hidden) != 1


def test_every_cut_is_shown_where_nothing_is_small() -> None:
    one = figures({OBSERVED: even(80)}, {OBSERVED: even(40)})
    outcome = protect_figures(one, safe_of(one), RULES, Alone())
    assert outcome.shown.all() and outcome.known[:, 0].all()


def test_a_share_may_be_shown_only_where_its_base_is() -> None:
    one = figures({OBSERVED: even(80)}, {OBSERVED: even(40)})
    everything, known = np.ones(one.n.shape, dtype=bool), np.ones(one.n.shape, dtype=bool)
    known[GIRLS] = False
    table, candidates = table_of(one, groups(one)[0], ~everything, known, RULES, everything)
    assert [ON.cuts[cut] for cut in np.flatnonzero(~candidates[0])] == [Filters(sex="F")]
    assert table.whole is not None and np.array_equal(table.whole.known, candidates[0])
