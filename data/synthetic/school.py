"""School lives: time on a roll, special educational needs, attendance, suspensions; one column a term of the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from data.synthetic import calibration
from data.synthetic.draws import Draws, choose, highest
from data.synthetic.families import Children
from data.synthetic.timeline import OBSERVED_TO, Days, Flags, Ints, first_of_year, timeline, years_and_months

_UNMATCHED, _UNMATCHED_STUDY = 0.03, 6
_LEAVES_AT_16, _OFF_ROLL_NOW, _OFF_ROLL_ONCE, _MOVES_SCHOOL = 0.55, 0.012, 0.025, 0.14
_SIXTH_FORM_AGE = 17
Number = TypeVar("Number", np.float64, np.int64, np.bool_)
NEVER = 60_000
"""A day after everything."""


@dataclass(frozen=True)
class Schooling:
    """Who is at school when: flags a child and term, and the spells on a roll they come from."""

    relative: Ints
    """Terms from the imprisonment."""
    age: Ints
    """Completed years on the 31 August that ends the school year."""
    on_roll: Flags
    matched: Flags
    in_scope: Flags
    """Of school age, matched, on a roll on census day, and no lockdown."""
    spells: Spells
    entry: Days

    def at(self, values: npt.NDArray[Number], relative_term: int) -> npt.NDArray[Number]:
        """Each child's value at a relative term that the timeline holds."""
        column = np.clip(self.origin + relative_term, 0, values.shape[1] - 1)
        picked: npt.NDArray[Number] = values[np.arange(values.shape[0]), column]
        return picked

    @property
    def origin(self) -> Ints:
        """The position of each child's term 0."""
        return -self.relative[:, 0]

    def in_scope_at(self, relative_term: int) -> Flags:
        """Who is in scope that many terms from the imprisonment; false beyond the timeline."""
        column = self.origin + relative_term
        inside = (column >= 0) & (column < self.relative.shape[1])
        within: Flags = inside & self.at(self.in_scope, relative_term)
        return within


@dataclass(frozen=True)
class Spells:
    """Spells of children, one element a spell: `child` is the position in the chunk."""

    child: Ints
    start: Days
    end: Days

    def where(self, which: Flags) -> Spells:
        """Those of the spells."""
        return Spells(self.child[which], self.start[which], self.end[which])

    def without(self, first: Days, last: Days) -> Spells:
        """The spells less a stretch of days a child; a stretch that ends before it begins cuts a spell in two."""
        before = np.minimum(self.end, first[self.child] - 1)
        after = np.maximum(self.start, last[self.child] + 1)
        both = Spells(np.r_[self.child, self.child], np.r_[self.start, after], np.r_[before, self.end])
        return both.where(both.start <= both.end)

    def hold(self, days: Days, children: int) -> Flags:
        """Whether some spell of a child holds each day; one row a child."""
        held = np.zeros((children, days.size), dtype=np.bool_)
        for position, day in enumerate(days):
            held[self.child[(self.start <= day) & (self.end >= day)], position] = True
        return held


def go_to_school(children: Children, draws: Draws) -> Schooling:
    """Rolls from the reception year to 16 or 18, with moves, gaps and children missing from every roll."""
    line = timeline()
    year, month = years_and_months(children.born)
    born_late = (month >= 9).astype(np.int64)
    relative = np.arange(line.first.size)[None, :] - line.holding(children.reception)[:, None]
    age = (line.autumn_year + 1)[None, :] - (year + born_late)[:, None]
    entry_year = year + 4 + born_late
    age_now = age[relative == 0]
    of_age = (age_now >= 5) & (age_now <= 18)
    found = _matched(children, draws, of_age)
    leaves, away_now = _leavers(children, draws, found & of_age, age_now)
    first_away, last_away = _time_away(draws, relative, away_now)
    moved = np.where(draws.happens(_MOVES_SCHOOL), draws.between(17_400, OBSERVED_TO), NEVER).astype(np.int32)
    spells = _rolls(entry_year, leaves).without(first_away, last_away).without(moved, moved - 1)
    on_roll = spells.hold(line.census, found.size)
    matched = found & on_roll.any(axis=1)
    in_scope = on_roll & matched[:, None] & (age >= 5) & (age <= 18) & ~line.lockdown[None, :]
    return Schooling(relative, age, on_roll & matched[:, None], matched, in_scope, spells, first_of_year(entry_year, 9))


def _matched(children: Children, draws: Draws, of_age: Flags) -> Flags:
    """A few children of school age are in no register under the name that is known."""
    latent = draws.rng.standard_normal(of_age.size)
    return ~(choose(latent, of_age, _UNMATCHED, children.study, _UNMATCHED_STUDY) | choose(latent, ~of_age, _UNMATCHED))


def _leavers(children: Children, draws: Draws, at_school: Flags, age_now: Ints) -> tuple[Flags, Flags]:
    """Who leaves at 16, and who is on no roll in the term of the imprisonment although of school age."""
    latent = draws.trait(0.2)
    leaves = choose(latent, np.ones(latent.size, dtype=np.bool_), _LEAVES_AT_16)
    away = choose(latent, at_school, _OFF_ROLL_NOW)
    study = children.study
    if not study.any():
        return leaves, away
    off_roll = int((at_school & study).sum()) - calibration.IN_SCOPE
    old = at_school & study & (age_now >= _SIXTH_FORM_AGE)
    old_off_roll = min(int(old.sum()), max(off_roll - 1, 0))
    leaves = (leaves & ~old) | highest(latent, old, old_off_roll)
    return leaves, (away & ~study) | highest(latent, at_school & study & ~old, off_roll - old_off_roll)


def _time_away(draws: Draws, relative: Ints, away_now: Flags) -> tuple[Days, Days]:
    """First and last day on no roll: over the imprisonment, or once well before or after it; NEVER for most."""
    line = timeline()
    offset = draws.rng.choice([-7, -5, -4, 2, 3, 5], away_now.size)
    starts = np.where(away_now, 0, offset) - relative[:, 0]
    ends = starts + draws.rng.integers(0, 2, away_now.size)
    inside = (starts >= 0) & (ends < line.first.size)
    away = (away_now | draws.happens(_OFF_ROLL_ONCE)) & (inside | away_now)
    starts, ends = (np.clip(term, 0, line.first.size - 1) for term in (starts, ends))
    return np.where(away, line.first[starts], NEVER).astype(np.int32), np.where(away, line.last[ends], NEVER).astype(np.int32)


def _rolls(entry_year: Ints, leaves: Flags) -> Spells:
    """Primary, secondary and, for some, sixth form."""
    child = np.arange(entry_year.size)
    stages = ((0, 7, 8, 31), (7, 12, 7, 31), (12, 14, 7, 31))
    spells = []
    for begins, ends, month, day in stages:
        here = ~leaves if begins == 12 else np.ones(leaves.size, dtype=np.bool_)
        start, end = first_of_year(entry_year + begins, 9), first_of_year(entry_year + ends, month, day)
        spells.append(Spells(child[here], start[here], end[here]))
    return Spells(*(np.concatenate(part) for part in zip(*((s.child, s.start, s.end) for s in spells), strict=True)))
