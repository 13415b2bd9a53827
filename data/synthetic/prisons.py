"""Receptions into prison and the links of children to the people received."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.synthetic.draws import Draws
from data.synthetic.families import RELATIONSHIPS, Children
from data.synthetic.timeline import OBSERVED_TO, PROGRAMME_START, Days, Flags, Ints
from data.synthetic.writer import spelt

_RETURNS, _RETURNS_TWICE, _KNOWN_OTHER_PARENT, _OTHER_PARENT_RECEIVED = 0.24, 0.25, 0.22, 0.28
_IMPRISONED_BEFORE = 0.2
_GROWN_UP_SIBLING, _NEVER_RECEIVED = 0.03, 0.03
_LONG_AGO = PROGRAMME_START - 1600

_LETTERS, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
_OFFENDER_NUMBER = (_LETTERS, *[_DIGITS] * 4, _LETTERS, _LETTERS)
_OFFENDER_NUMBERS, _STRIDE, _FIRST = 26**3 * 10**4, 63_245_987, 101_234_567
"""How many numbers there are; a step without a common factor, so that neighbours look nothing alike; where they begin."""


@dataclass(frozen=True)
class Receptions:
    """One element a reception: the family, whether of its second parent, and the day."""

    family: Ints
    second: Flags
    day: Days


@dataclass(frozen=True)
class Links:
    """One element a link: whose, to which parent of which family, as what, since when.

    `child` is a position in the chunk, or -1 for someone who is not recognised: grown up when the parent was imprisoned,
    or linked to a person who was never received; they have their own day of birth.
    """

    child: Ints
    like: Ints
    """The position of the child whose home and family the link shares."""
    second: Flags
    relationship: Ints
    linked: Days
    born: Days
    unreceived: Flags


def offender_numbers(people: Ints) -> pa.Array:
    """A number such as A1234AA for each person, no two the same."""
    assert not people.size or int(people.max()) < _OFFENDER_NUMBERS, "more people than offender numbers"
    return spelt((people.astype(np.int64) * _STRIDE + _FIRST) % _OFFENDER_NUMBERS, _OFFENDER_NUMBER)


def unlinked_numbers(count: int) -> pa.Array:
    """Numbers of people whom no link names."""
    return offender_numbers(_OFFENDER_NUMBERS - 1 - np.arange(count))


def imprison(children: Children, draws: Draws) -> tuple[Receptions, Links]:
    """The index receptions, earlier and later ones, the other parent's, and every link."""
    first_child = np.flatnonzero(np.r_[True, children.family[1:] != children.family[:-1]])
    index = children.reception[first_child]
    families = np.arange(first_child.size)
    chance = draws.rng.random((6, families.size))
    again = index + draws.rng.integers(90, 900, families.size)
    third = again + draws.rng.integers(90, 700, families.size)
    other = index + draws.rng.integers(10, 900, families.size)
    earlier = draws.rng.integers(_LONG_AGO, PROGRAMME_START, families.size)
    known_other = (chance[0] < _KNOWN_OTHER_PARENT) & (children.relationship[first_child] != RELATIONSHIPS.index("other"))
    groups = (
        (index, np.ones(families.size, dtype=np.bool_), False),
        (again, chance[1] < _RETURNS, False),
        (third, chance[1] < _RETURNS * _RETURNS_TWICE, False),
        (other, known_other & (chance[2] < _OTHER_PARENT_RECEIVED), True),
        (earlier, chance[3] < _IMPRISONED_BEFORE, False),
    )
    kept = [(families[who & (day <= OBSERVED_TO)], day[who & (day <= OBSERVED_TO)], second) for day, who, second in groups]
    receptions = Receptions(
        np.concatenate([family for family, _, _ in kept]),
        np.concatenate([np.full(family.size, second) for family, _, second in kept]),
        np.concatenate([day for _, day, _ in kept]).astype(np.int32),
    )
    return receptions, _links(children, draws, known_other)


def _links(children: Children, draws: Draws, known_other: Flags) -> Links:
    """Each child to the parent imprisoned, some to the other parent too, and some people who are not recognised."""
    everyone = np.arange(children.family.size)
    both = everyone[known_other[children.family]]
    grown = everyone[draws.happens(_GROWN_UP_SIBLING)]
    unreceived = everyone[draws.happens(_NEVER_RECEIVED)]
    parts = (everyone, both, grown, unreceived)
    like = np.concatenate(parts)
    group = np.repeat(np.arange(4), [part.size for part in parts])
    mother, father = RELATIONSHIPS.index("mother"), RELATIONSHIPS.index("father")
    other = np.where(np.isin(children.relationship, (mother, RELATIONSHIPS.index("step-mother"))), father, mother)
    older = children.reception - draws.between(18 * 366 + 30, 24 * 365)
    born = np.where(group == 2, older[like], children.born[like]).astype(np.int32)
    on_record = draws.between(np.maximum(children.born, children.reception - 2000), children.reception)
    linked = np.where(group == 0, children.linked[like], on_record[like]).astype(np.int32)
    return Links(
        child=np.where(group < 2, like, -1),
        like=like,
        second=group == 1,
        relationship=np.where(group == 1, other[like], children.relationship[like]),
        linked=linked,
        born=born,
        unreceived=group == 3,
    )
