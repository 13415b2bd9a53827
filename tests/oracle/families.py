"""How many families are behind a figure, told child by child."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.oracle.cohort import Child
from tests.oracle.figures import Cut, Divided, answers, in_base, month_of_period
from tests.oracle.indicators import HEADCOUNTS, MEANS
from tests.oracle.pairs import POOLED, Sides, two_sides

Families = tuple[int | None, ...]


def families_of(children: Iterable[Child]) -> int:
    """How many different families."""
    return len({child.facts["family_id"] for child in children})


def behind_figures(divided: Divided, indicator: str, time: str, basis: str) -> dict[Cut, Families]:
    """By cut: the families of the base, of those counted and of those left; null where a figure counts or leaves nobody."""
    said = answers(divided.cohort, indicator, time, basis)
    found: dict[Cut, Families] = {}
    for cut, who in divided.inside(indicator).items():
        known = in_base(said[i] for i in who)
        base = families_of(child for child, _ in known)
        if indicator in MEANS or indicator in HEADCOUNTS:
            found[cut] = (base, None, None)
        else:
            parts = (families_of(child for child, answer in known if bool(answer) is wanted) for wanted in (True, False))
            found[cut] = (base, *parts)
    return found


def behind_pairs(divided: Divided, indicator: str) -> dict[Cut, Families]:
    """By cut: the families of those known on both sides; had before, after; not before, after; gained, lost."""
    sides = [(child, two_sides(indicator, child)) for child in divided.cohort.children]
    members = divided.members[month_of_period(indicator)]
    return {cut: behind_pair(indicator, [sides[i] for i in who]) for cut, who in members.items()}


def behind_pair(indicator: str, children: Sequence[tuple[Child, Sides | None]]) -> Families:
    """The families of one pair; of pooled sessions only those known on both sides."""
    known = [(child, sides) for child, sides in children if sides is not None]
    base = families_of(child for child, _ in known)
    if indicator == POOLED:
        return base, *[None] * 6
    groups = ((True, None), (None, True), (False, None), (None, False), (False, True), (True, False))
    return base, *(families_of(child for child, sides in known if _fits(sides, group)) for group in groups)


def _fits(sides: Sides, group: tuple[bool | None, bool | None]) -> bool:
    return all(wanted is None or bool(side) is wanted for side, wanted in zip(sides, group, strict=True))
