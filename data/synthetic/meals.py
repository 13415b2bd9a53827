"""Free school meals: eligibility that ratchets up, and receipt on census day, which never exceeds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic import calibration
from data.synthetic.draws import Draws, cutoff, cutoff_of_count
from data.synthetic.families import Children
from data.synthetic.school import Schooling, Spells
from data.synthetic.timeline import OBSERVED_FROM, Flags, Floats, timeline

_ELIGIBLE_AT_0, _TAKE_UP = 0.735, 0.905
_RISE_PER_TERM_BEFORE, _STEP_BEFORE = 0.026, 0.05
_RISE_BY_TERM_3, _RISE_PER_TERM_AFTER = 0.66, 0.03
_PART_OF_RISE = (0.0, 0.45, 0.75, 1.0)
"""How much of the rise to term 3 has come by terms 0 to 3."""
_UNRECORDED = 0.015


@dataclass(frozen=True)
class Meals:
    """Flags a child and term: receipt, and whether it was recorded; spells of eligibility."""

    received: Flags
    recorded: Flags
    eligible: Spells


def eat_meals(children: Children, school: Schooling, draws: Draws) -> Meals:
    """Means fall short of a cut-off that drops at the imprisonment; who once falls short stays eligible."""
    latent = draws.trait(0.65)
    taken = draws.over_time(draws.trait(0.6), school.relative.shape[1], lasting=0.75) < -cutoff(_TAKE_UP)
    recorded = school.on_roll & (draws.rng.random(taken.shape) >= _UNRECORDED)
    recorded |= children.study[:, None] & (school.relative == 0) & school.on_roll
    recorded = _print_by_term_3(children, school, draws, recorded)
    counted = taken & recorded & school.in_scope
    at_0 = cutoff(_ELIGIBLE_AT_0) - children.need
    at_0[children.study] = _cutoff_at_0(children, school, counted, latent)
    at_3 = at_0 - _RISE_BY_TERM_3
    at_3[children.study] = _cutoff_at_3(children, school, counted, recorded, latent, at_0)
    eligible = latent[:, None] > _cutoffs(school, at_0, at_3)
    return Meals(eligible & taken & recorded, recorded, _eligibility(eligible, school, draws))


def _print_by_term_3(children: Children, school: Schooling, draws: Draws, recorded: Flags) -> Flags:
    """Leave as many records of the study's term 3 missing as it takes for a number of children to print as it did."""
    if not children.study.any():
        return recorded
    third = (school.relative == 3) & children.study[:, None] & school.on_roll
    members = np.argwhere(third & school.in_scope)
    draws.rng.shuffle(members)
    unrecorded = 0
    while calibration.share_that_prints(calibration.MEALS_BY_TERM_3_PCT, len(members) - unrecorded) is None:
        unrecorded += 1
    result: Flags = recorded | third
    result[tuple(members[:unrecorded].T)] = False
    return result


def _cutoff_at_0(children: Children, school: Schooling, counted: Flags, latent: Floats) -> float:
    """The cut-off that gives the study its receipt at term 0; 0 without a study."""
    if not children.study.any():
        return 0.0
    takers = children.study & school.at(counted, 0)
    return cutoff_of_count(latent[takers], calibration.MEALS_RECEIVED)


def _cutoff_at_3(children: Children, school: Schooling, counted: Flags, recorded: Flags, latent: Floats, at_0: Floats) -> float:
    """The cut-off at term 3 that gives the study its receipt by then.

    Each child has a highest cut-off with which it has received a meal in some term from 0 to 3; count those down.
    """
    if not children.study.any():
        return 0.0
    base = np.flatnonzero(children.study & school.in_scope_at(3) & school.at(recorded, 3))
    enters = np.full(base.size, -np.inf)
    for term, part in enumerate(_PART_OF_RISE):
        takes = school.at(counted, term)[base]
        short = latent[base] - at_0[base]
        needed = at_0[base] + short / part if part else np.full(base.size, -np.inf)
        enters = np.maximum(enters, np.where(takes, np.where(short > 0, np.inf, needed), -np.inf))
    count = calibration.share_that_prints(calibration.MEALS_BY_TERM_3_PCT, base.size)
    assert count is not None and int(np.isposinf(enters).sum()) < count <= int((enters > -np.inf).sum()), "no such cut-off"
    return cutoff_of_count(enters[~np.isinf(enters)], count - int(np.isposinf(enters).sum()))


def _cutoffs(school: Schooling, at_0: Floats, at_3: Floats) -> Floats:
    """The cut-off a child and term, falling with time."""
    relative = school.relative
    before = at_0[:, None] - _RISE_PER_TERM_BEFORE * relative + _STEP_BEFORE
    part = np.interp(relative, range(len(_PART_OF_RISE)), _PART_OF_RISE)
    after = at_0[:, None] + (at_3 - at_0)[:, None] * part - _RISE_PER_TERM_AFTER * np.maximum(relative - 3, 0)
    return np.where(relative < 0, before, after)


def _eligibility(eligible: Flags, school: Schooling, draws: Draws) -> Spells:
    """One open spell a child, from a day between two census days; it ends with school."""
    line = timeline()
    ever = eligible[:, -1]
    began = np.argmax(eligible, axis=1)
    previous = np.where(began > 0, line.census[began - 1] + 1, OBSERVED_FROM - 300)
    start = np.maximum(draws.between(previous.astype(np.int32), line.census[began]), school.entry)
    last = np.zeros(ever.size, dtype=np.int32)
    np.maximum.at(last, school.spells.child, school.spells.end)
    spells = Spells(np.arange(ever.size), start, last)
    return spells.where(ever & school.matched & (start <= last))
