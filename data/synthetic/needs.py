"""Special educational needs and suspensions, a child and term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic import calibration
from data.synthetic.draws import Draws, cutoff, cutoff_of_count, cutoffs, highest
from data.synthetic.families import Children
from data.synthetic.school import Schooling, Spells
from data.synthetic.timeline import Days, Flags, Floats, Ints, timeline

_PLAN_SHARE, _SUPPORT_SHARE = 0.080, 0.31
_PLAN_RISE, _SUPPORT_RISE = 0.015, 0.008
_TOO_YOUNG, _TOO_OLD = 0.09, 0.05
_SUSPENDED = {"first": 0.030, "before": 0.043, "after": 0.056, "last": 0.048}
_AGE_SLOPE, _AGE_MEAN = 0.13, 11.0
_SUSPENSION_SPREAD = 1.0
_EXCLUDED = 0.012
_MOST_SUSPENSIONS = 3


@dataclass(frozen=True)
class Stages:
    """Spells on SEN support (K) and with an EHC plan (E)."""

    support: Spells
    plan: Spells


@dataclass(frozen=True)
class Suspensions:
    """One element a suspension; `excluded` where it was a permanent exclusion."""

    child: Ints
    start: Days
    excluded: Flags


def need_support(children: Children, school: Schooling, draws: Draws) -> Stages:
    """Plans follow from the greatest need, support from the next; plans are kept, support ends for some in their teens."""
    latent = draws.trait(0.3)[:, None] + children.need[:, None] + _PLAN_RISE * school.relative
    fitting = _TOO_YOUNG * np.maximum(8 - school.age, 0) + _TOO_OLD * np.maximum(school.age - 12, 0)
    adjusted = latent - (_PLAN_RISE - _SUPPORT_RISE) * school.relative - fitting
    plan = latent > _cutoffs(children, school, latent, cutoff(_PLAN_SHARE), calibration.EHCP)[:, None]
    needs_support = np.where(plan, -np.inf, adjusted)
    either = cutoff(_PLAN_SHARE + _SUPPORT_SHARE) - 0.12
    support = needs_support > _cutoffs(children, school, needs_support, either, calibration.SEN_SUPPORT)[:, None]
    return Stages(_stage_spells(support & school.on_roll, draws, school), _stage_spells(plan & school.on_roll, draws, school))


def _cutoffs(children: Children, school: Schooling, latent: Floats, usual: float, count: int) -> Floats:
    """The cut-off a child: usual, but in the study the one that gives its count at term 0."""
    cutoff_here = np.full(children.study.size, usual)
    if children.study.any():
        now = school.at(latent, 0)[children.study & school.in_scope_at(0)]
        cutoff_here[children.study] = cutoff_of_count(now, count)
    return cutoff_here


def _stage_spells(held: Flags, draws: Draws, school: Schooling) -> Spells:
    """Runs of terms as spells, from a day before the first census to the last day of the last term."""
    line = timeline()
    before = np.pad(held, ((0, 0), (1, 0)))[:, :-1]
    after = np.pad(held, ((0, 0), (0, 1)), constant_values=False)[:, 1:]
    child, first = np.nonzero(held & ~before)
    _, last = np.nonzero(held & ~after)
    start = line.census[first] - draws.rng.integers(0, 12, first.size)
    at_first = first == 0
    start = np.where(at_first, np.maximum(start - draws.rng.integers(0, 900, first.size), school.entry[child]), start)
    still = last == line.first.size - 1
    return Spells(child, start.astype(np.int32), np.where(still, line.last[last] + 1, line.last[last]).astype(np.int32))


def be_suspended(children: Children, school: Schooling, draws: Draws) -> Suspensions:
    """Suspensions grow with age and come slightly more often after the imprisonment."""
    line = timeline()
    latent = draws.over_time(draws.trait(0.3), school.relative.shape[1], lasting=0.6)
    latent = latent + _AGE_SLOPE * np.clip(school.age - _AGE_MEAN, -5, 5) + children.need[:, None]
    attending = school.on_roll & ~line.lockdown[None, :]
    share = _suspended_share(school.relative)
    suspended = attending & (latent / _SUSPENSION_SPREAD > cutoffs(share))
    if children.study.any():
        suspended[children.study] = _in_study(children, school, latent, share)[children.study] & attending[children.study]
    return _days_of(children, school, draws, suspended, latent)


def _suspended_share(relative: Ints) -> Floats:
    share = np.interp(relative, (-12, 0, 1, 8), tuple(_SUSPENDED.values()))
    return np.asarray(share)


def _in_study(children: Children, school: Schooling, latent: Floats, share: Floats) -> Flags:
    """Term by term, as many of the study's children in scope as the share makes, those likeliest to."""
    chosen = np.zeros(latent.shape, dtype=np.bool_)
    rows = np.arange(children.study.size)
    for relative in range(-12, 9):
        here = children.study & school.in_scope_at(relative)
        column = np.clip(school.origin + relative, 0, latent.shape[1] - 1)
        count = calibration.SUSPENDED if relative == 0 else round(float(share[rows, column][here].sum()))
        chosen[rows, column] |= highest(latent[rows, column], here, count)
    return chosen


def _days_of(children: Children, school: Schooling, draws: Draws, suspended: Flags, latent: Floats) -> Suspensions:
    """One to three suspensions in such a term, on different days of teaching."""
    line = timeline()
    child, term = np.nonzero(suspended)
    times = np.minimum(draws.rng.geometric(0.65, child.size), _MOST_SUSPENSIONS)
    which = np.repeat(np.arange(child.size), times)
    turn = np.arange(which.size) - np.repeat(np.cumsum(times) - times, times)
    length = (line.teaching_last - line.teaching_first)[term][which]
    position = (turn + 0.95 * draws.rng.random(which.size)) / _MOST_SUSPENSIONS
    start = line.teaching_first[term][which] + np.floor(position * length)
    excluded = _exclusions(children, school, draws, latent, child, term)[which] & (turn == times[which] - 1)
    return Suspensions(child[which], start.astype(np.int32), excluded)


def _exclusions(children: Children, school: Schooling, draws: Draws, latent: Floats, child: Ints, term: Ints) -> Flags:
    """Which child-terms ended in a permanent exclusion: few, and one in the whole study."""
    excluded = draws.rng.random(child.size) < _EXCLUDED
    study = children.study[child]
    if not study.any():
        return excluded
    relative = school.relative[child, term]
    counted = study & school.in_scope[child, term] & (relative >= 1) & (relative <= 8)
    return (excluded & ~study) | highest(latent[child, term], counted, calibration.EXCLUSIONS)
