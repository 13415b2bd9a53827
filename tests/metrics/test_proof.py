"""A release attacked before it is given out: what falls costs what pins it, and what cannot pass is not released."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from metrics.disclosure.audit import Question
from metrics.disclosure.crew import Alone
from metrics.disclosure.proof import Proof, _digest, until_none_falls, withstand
from metrics.disclosure.tables import Sum, Table
from metrics.filters import ALL, Filters
from tests.metrics.small_lattice import Numbers, ground, kinds, lattice, row

Mask = npt.NDArray[np.bool_]
WIDE = 5.0
OF = lattice(districts={"town": (), "village": (), "port": ()}, ages=("5-11",), periods=("2022",))
ON = ground(OF).only(np.array([cut.age_band == cut.period == ALL for cut in ground(OF).cuts]))
CELLS = kinds(OF)
EVERYONE, GIRLS, BOYS = Filters(), Filters(sex="F"), Filters(sex="M")
TOWN, VILLAGE, PORT = (Filters(area=name) for name in ("town", "village", "port"))


def summed(town: tuple[int, int], village: tuple[int, int], port: tuple[int, int]) -> Numbers:
    """How many each cut has, of so many girls and boys in each area."""
    number = {
        (area, sex): one
        for area, pair in zip(("town", "village", "port"), (town, village, port), strict=True)
        for sex, one in zip("FM", pair, strict=True)
    }
    return np.array(
        [sum(row(cut, CELLS)[place] * number[kind.area, kind.sex] for place, kind in enumerate(CELLS)) for cut in ON.cuts]
    )


EVEN = summed((15, 15), (10, 10), (5, 5))


def only(*cuts: Filters) -> Mask:
    return np.array([cut in cuts for cut in ON.cuts])


def table(values: Numbers, forced: Mask | None = None, whole: Sum | None = None) -> Table:
    nobody = np.zeros(len(ON.cuts), dtype=bool)
    return Table(
        ON, values[None], np.zeros((1, len(ON.cuts)), dtype=bool) if forced is None else forced[None], nobody, WIDE, whole
    )


def columns_of(*shown: Mask) -> Mask:
    return np.stack(shown, axis=1)


@dataclass
class Crew(Alone):
    """Works here, and keeps what it was asked, in order."""

    asked: list[str] = field(default_factory=list)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked.append(args[0].names[0][0])
        return super().submit(fn, *args, **kwargs)


def of_each(*values: Numbers) -> Callable[[Mask], list[Question]]:
    """A question for each column, which stands alone; they are named a, b and c."""

    def ask(shown: Mask) -> list[Question]:
        return [
            Question(((name,),), table(numbers), shown[None, :, column], ((column,),))
            for column, (name, numbers) in enumerate(zip("abc", values, strict=False))
        ]

    return ask


def prove(ask: Callable[[Mask], list[Question]], shown: Mask, crew: Alone | None = None, **more: Any) -> Proof:
    return until_none_falls(ask, shown.copy(), ON.cuts, crew or Alone(), **more)


def cuts_of(mask: Mask, column: int = 0) -> set[Filters]:
    return {ON.cuts[cut] for cut in np.flatnonzero(mask[:, column])}


def test_what_stands_stays() -> None:
    """Of 60 in all 30 are in the town: of the village and the port 30 together."""
    found = prove(of_each(EVEN), columns_of(only(EVERYONE, TOWN)))
    assert cuts_of(found.shown) == {EVERYONE, TOWN}
    assert not found.falling.any()


def test_a_number_that_falls_costs_the_finest_and_smallest_that_pins_it() -> None:
    """Of 60 in all 30 are in the town and 20 in the village, so ten in the port: 20 are fewer, and 60 are coarser."""
    found = prove(of_each(EVEN), columns_of(only(EVERYONE, TOWN, VILLAGE)))
    assert cuts_of(found.shown) == {EVERYONE, TOWN}


def test_what_is_within_the_hidden_goes_with_it() -> None:
    """Girls of the village are shown no more beside a hidden village."""
    village_girls = Filters("village", sex="F")
    found = prove(of_each(EVEN), columns_of(only(EVERYONE, TOWN, VILLAGE, village_girls)))
    assert cuts_of(found.shown) == {EVERYONE, TOWN}


def test_what_fell_and_was_mended_is_not_said_to_fall() -> None:
    found = prove(of_each(EVEN), columns_of(only(EVERYONE, TOWN, VILLAGE)))
    assert not found.falling.any()


FOUR = Sum((), summed((2, 2), (10, 10), (5, 5)), only(TOWN))
"""A whole of four children, told elsewhere: any part of them is nought to four."""


def test_what_cannot_pass_is_hidden_whole_and_what_falls_is_named() -> None:
    """Nothing shown pins those of the town, yet they are at most four: nothing of that figure is released."""
    parts = summed((1, 1), (6, 6), (3, 3))

    def ask(shown: Mask) -> list[Question]:
        return [Question((("a",),), table(parts, whole=FOUR), shown.T, ((0,),))]

    found = prove(ask, columns_of(only(EVERYONE, GIRLS, BOYS, VILLAGE)))
    assert not found.shown.any()
    assert TOWN in cuts_of(found.falling)


def test_what_would_be_shown_whatever_follows_is_hidden_whole_where_it_tells() -> None:
    """All, town and village are told by other figures of the same children; a release that shows them shows the port."""
    forced = only(EVERYONE, TOWN, VILLAGE)
    question = Question((("a",),), table(EVEN, forced), forced[None], ((0,),))
    kept, rows = withstand(question)
    assert not kept.any()
    assert only(PORT)[rows].any()
    assert not prove(lambda shown: [replace(question, shown=shown.T)], columns_of(forced)).shown.any()


def test_a_table_that_nothing_fits_is_hidden_whole_and_all_hidden_of_it_falls() -> None:
    """Thirty-one in the town of thirty."""
    wrong = EVEN.copy()
    wrong[ON.cuts.index(TOWN)] = EVEN[ON.cuts.index(EVERYONE)] + 1
    shown = only(EVERYONE, TOWN)
    kept, rows = withstand(Question((("a",),), table(wrong), shown[None], ((0,),)))
    assert not kept.any()
    assert {ON.cuts[one] for one in rows} == set(ON.cuts) - {EVERYONE, TOWN}
    found = prove(of_each(wrong), columns_of(shown))
    assert not found.shown.any()


def test_a_number_that_is_certainly_large_enough_need_not_be_wide() -> None:
    """Ten in the port are as many as a base must be: where a base says nothing by itself they may be known."""
    shown = only(EVERYONE, TOWN, VILLAGE)

    def ask(now: Mask) -> list[Question]:
        return [Question((("a",),), table(EVEN), now.T, ((0,),), small=small)]

    kept = {}
    for small in (10, 11):
        kept[small] = cuts_of(prove(ask, columns_of(shown)).shown)
    assert kept[10] >= {EVERYONE, TOWN, VILLAGE}
    assert VILLAGE not in kept[11]


def test_one_part_that_several_figures_show_is_hidden_of_each() -> None:
    """The base of the first and the third: of both the village goes; the second is of other children."""

    def ask(shown: Mask) -> list[Question]:
        return [Question((("a",),), table(EVEN), shown[None, :, 0] | shown[None, :, 2], ((0, 2),))]

    shown = only(EVERYONE, TOWN, VILLAGE)
    found = prove(ask, columns_of(shown, shown, shown))
    assert [VILLAGE in cuts_of(found.shown, column) for column in range(3)] == [False, True, False]


def test_what_falls_whatever_is_hidden_is_named_though_others_are_mended_after_it() -> None:
    """Of the first nothing is shown, and those of the town fall even so; the second loses the village, and stands then."""

    def ask(shown: Mask) -> list[Question]:
        first = Question((("a",),), table(summed((1, 1), (6, 6), (3, 3)), whole=FOUR), shown[None, :, 0], ((0,),))
        return [first, Question((("b",),), table(EVEN), shown[None, :, 1], ((1,),))]

    found = prove(ask, columns_of(only(), only(EVERYONE, TOWN, VILLAGE)))
    assert cuts_of(found.shown, 1) == {EVERYONE, TOWN}
    assert TOWN in cuts_of(found.falling, 0)
    assert not found.falling[:, 1].any()


@pytest.mark.parametrize(("columns", "goes_too"), [(((0,), (0,)), True), (((0,), (1,)), False)])
def test_parts_that_are_of_one_figure_go_together(columns: tuple[tuple[int, ...], ...], goes_too: bool) -> None:
    """Those who gained tell of the port by town and village; those who lost are shown everywhere, and would stand alone."""
    gained, lost = summed((15, 15), (10, 10), (5, 5)), summed((20, 20), (11, 11), (30, 30))
    shown = np.stack([only(EVERYONE, TOWN, VILLAGE), only(*ON.cuts)])
    two = replace(table(gained), values=np.stack([gained, lost]), shown=np.zeros_like(shown))
    kept, _ = withstand(Question((("a",), ("b",)), two, shown, columns))
    assert not (kept[0] & only(VILLAGE)).any()
    assert (kept[1] & only(VILLAGE)).any() != goes_too


def test_what_stands_once_nothing_is_shown_is_not_said_to_fall() -> None:
    """Three areas are told by others, and the fourth by these; once none of them is, all of sixty may be anywhere."""

    def ask(shown: Mask) -> list[Question]:
        return [Question((("a",),), table(EVEN, shown[:, 0]), shown.T, ((0,),))]

    found = prove(ask, columns_of(only(EVERYONE, TOWN, VILLAGE)))
    assert not found.shown.any()
    assert not found.falling.any()


def test_rules_of_what_must_not_stand_alone_are_obeyed_each_time() -> None:
    """The second figure is shown only beside the first: what the attack hides of the first, the rule hides of the second."""

    def beside(shown: Mask) -> Mask:
        found = shown.copy()
        found[:, 1] &= found[:, 0]
        return found

    shown = only(EVERYONE, TOWN, VILLAGE)
    everything = only(*ON.cuts)
    other = summed((20, 20), (20, 20), (20, 20))
    found = prove(of_each(EVEN, other), columns_of(shown, everything), follow=beside)
    assert cuts_of(found.shown, 0) == {EVERYONE, TOWN}
    assert cuts_of(found.shown, 1) == {EVERYONE, TOWN}


def test_what_a_rule_hides_is_attacked_again() -> None:
    """Where the first figure loses the village, the second loses the port, which the other areas tell: so these are mended."""
    crew = Crew()

    def port_goes(shown: Mask) -> Mask:
        found = shown.copy()
        if not found[ON.cuts.index(VILLAGE), 0]:
            found[ON.cuts.index(PORT), 1] = False
        return found

    areas = only(EVERYONE, TOWN, VILLAGE, PORT)
    other = summed((20, 20), (18, 18), (12, 12))
    found = prove(of_each(EVEN, other), columns_of(only(EVERYONE, TOWN, VILLAGE), areas), crew, follow=port_goes)
    assert cuts_of(found.shown, 0) == {EVERYONE, TOWN}
    assert cuts_of(found.shown, 1) == {EVERYONE, TOWN}  # the port follows of all, town and village: the village, 36, goes too
    assert crew.asked == ["a", "b", "a", "b", "b"]


def test_only_what_changed_is_asked_again() -> None:
    """The first and the third stand; the second loses the village and is asked once more."""
    crew = Crew()
    stands = only(EVERYONE, TOWN)
    found = prove(of_each(EVEN, EVEN, 2 * EVEN), columns_of(stands, only(EVERYONE, TOWN, VILLAGE), stands), crew)
    assert crew.asked == ["a", "b", "c", "b"]
    assert cuts_of(found.shown, 1) == {EVERYONE, TOWN}


def test_the_bar_counts_what_is_attacked() -> None:
    said: list[tuple[str, int, int]] = []
    prove(of_each(EVEN, EVEN), columns_of(only(EVERYONE), only(EVERYONE, TOWN)), progress=lambda *one: said.append(one))
    assert said == [("Attacking", 0, 2), ("Attacking", 1, 2), ("Attacking", 2, 2)]


# What makes a question the same question ------------------------------------------------------------------------------

NOWHERE, EVERYWHERE = np.zeros((2, len(ON.cuts)), dtype=bool), np.ones((2, len(ON.cuts)), dtype=bool)
WHOLE, PART = Sum((), 4 * EVEN, only(EVERYONE)), Sum((0,), EVEN, only(GIRLS), hidden=only(BOYS))
TABLE = Table(
    ON,
    np.stack([EVEN, 2 * EVEN]),
    NOWHERE,
    NOWHERE[0],
    WIDE,
    WHOLE,
    False,
    (PART,),
    NOWHERE,
    0 * EVEN + NOWHERE,
    9 + 0 * EVEN + NOWHERE,
)
QUESTION = Question((("a",), ("b",)), TABLE, NOWHERE, ((0,), (1,)))


def of_table(**changes: Any) -> Question:
    return replace(QUESTION, table=replace(TABLE, **changes))


def one_more(mask: Mask) -> Mask:
    """The same but for its last place."""
    found = mask.copy()
    found.flat[-1] = ~found.flat[-1]
    return found


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, names=(("a",), ("c",))),
        replace(QUESTION, shown=one_more(NOWHERE)),
        of_table(values=TABLE.values + one_more(NOWHERE)),
        of_table(nobody=one_more(NOWHERE[0])),
        of_table(free=one_more(NOWHERE)),
        of_table(free=None),
        of_table(floor=one_more(NOWHERE).astype(float)),
        of_table(floor=None),
        of_table(ceiling=8 + one_more(NOWHERE).astype(float)),
        of_table(ceiling=None),
        of_table(whole=None),
        of_table(whole=replace(WHOLE, values=5 * EVEN)),
        of_table(whole=replace(WHOLE, known=only(EVERYONE, TOWN))),
        of_table(sums=()),
        of_table(sums=(PART, PART)),
        of_table(sums=(replace(PART, parts=(1,)),)),
        of_table(sums=(replace(PART, values=2 * EVEN),)),
        of_table(sums=(replace(PART, known=only(BOYS)),)),
        of_table(sums=(replace(PART, hidden=only(GIRLS)),)),
        of_table(sums=(replace(PART, hidden=None),)),
    ],
)
def test_a_question_is_another_where_anything_of_it_is(other: Question) -> None:
    assert _digest(other) != _digest(QUESTION)


def test_a_question_asked_again_is_the_same() -> None:
    again = replace(QUESTION, shown=QUESTION.shown.copy(), table=replace(TABLE, values=TABLE.values.copy()))
    assert _digest(again) == _digest(QUESTION)
