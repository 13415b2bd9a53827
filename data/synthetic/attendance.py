"""Attendance: half-day sessions possible and absent, a child and term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic import calibration
from data.synthetic.draws import Draws, shares_below
from data.synthetic.families import Children
from data.synthetic.school import Schooling
from data.synthetic.timeline import Flags, Floats, Ints, timeline

_AGE_SLOPE, _AGE_MEAN, _SPREAD = 0.05, 10.5, 1.02
"""What a year of age adds to a child's latent; the spread of latent and age together."""
_BETTER_BEFORE, _DIP_BEFORE, _BETTER_AFTER = 0.10, 0.04, (0.05, 0.08)
_SHARE_90 = calibration.ATTENDED_90 / calibration.IN_SCOPE
_SHARE_50 = calibration.ATTENDED_50 / calibration.IN_SCOPE
_SHAPE_90, _SHAPE_50, _SHAPE_0 = 1.15, 1.8, 2.6
"""The higher, the nearer absence lies to the lower edge of its band: under 10%, 10% to 50%, over 50%."""
_UNRECORDED, _NONE_POSSIBLE, _HALF_TIMETABLE = 0.01, 0.001, 0.008
_HALF_TERM_DAYS, _HOLIDAYS = 5, {"Autumn": 0, "Spring": 0, "Summer": 1}
"""Weekdays without school: half-term, and the May bank holiday outside it."""


@dataclass(frozen=True)
class Attendance:
    """Sessions a child and term, and whether there is a record."""

    possible: Ints
    absent: Ints
    recorded: Flags


def attend(children: Children, school: Schooling, draws: Draws) -> Attendance:
    """Absence grows with age and is worst in the terms before and of the imprisonment."""
    latent = draws.over_time(draws.trait(0.45), school.relative.shape[1], lasting=0.8)
    latent = latent + _AGE_SLOPE * (school.age - _AGE_MEAN) - _better(school.relative) - children.need[:, None]
    now = children.study & school.in_scope_at(0)
    rank = shares_below(latent / _SPREAD)
    rank[children.study] = _ranks_in_study(latent[children.study], school.at(latent, 0)[now])
    possible = _possible(school, draws)
    shape = _shape_of_study(school.at(rank, 0)[now], school.at(possible, 0)[now])
    absent = _absent(rank, possible, _SHAPE_50)
    absent[children.study] = _absent(rank[children.study], possible[children.study], shape)
    recorded = school.on_roll & ~timeline().lockdown[None, :]
    known = (draws.rng.random(rank.shape) >= _UNRECORDED) | (children.study[:, None] & (school.relative == 0))
    return Attendance(possible, absent, recorded & known)


def _better(relative: Ints) -> Floats:
    """How much better attendance is than in the term of the imprisonment."""
    before = np.where(relative == -1, _DIP_BEFORE, _BETTER_BEFORE)
    after = np.where(relative == 1, _BETTER_AFTER[0], _BETTER_AFTER[1])
    return np.where(relative < 0, before, np.where(relative > 0, after, 0.0))


def _ranks_in_study(latent: Floats, latent_at_0: Floats) -> Floats:
    """Where each latent stands among those of term 0, so that term 0 has exactly the printed shares."""
    if not latent_at_0.size:
        return np.zeros(latent.shape)
    return np.interp(latent, np.sort(latent_at_0), (np.arange(latent_at_0.size) + 0.5) / latent_at_0.size)


def _possible(school: Schooling, draws: Draws) -> Ints:
    """Two sessions a school day, less the days a school keeps for its teachers."""
    line = timeline()
    weekdays = np.busday_count(line.teaching_first.astype("datetime64[D]"), line.teaching_last.astype("datetime64[D]") + 1)
    days = weekdays - _HALF_TERM_DAYS - np.array([_HOLIDAYS[term.name] for term in line.terms])
    possible = 2 * (days[None, :] - draws.shared_days(1, 3)[:, None]).astype(np.int64)
    chance = draws.rng.random(school.relative.shape)
    possible = np.where(chance < _HALF_TIMETABLE, possible // 2, possible)
    return np.where((chance > 1 - _NONE_POSSIBLE) & (school.relative != 0), 0, possible)


def _absent(rank: Floats, possible: Ints, shape_50: float) -> Ints:
    """Sessions absent: the rank says which band of absence and how far into it."""
    tenth, half = possible // 10, possible // 2
    bands = (
        (0.0, _SHARE_90, 0.0, 0.10, _SHAPE_90, np.zeros_like(possible), tenth),
        (_SHARE_90, _SHARE_50, 0.10, 0.50, shape_50, tenth + 1, half),
        (_SHARE_50, 1.0, 0.50, 0.97, _SHAPE_0, half + 1, possible),
    )
    absent = np.zeros_like(possible)
    for low, high, least, most, shape, fewest, greatest in bands:
        into = np.clip((rank - low) / (high - low), 0, 1) ** shape
        sessions = np.clip(np.round((least + (most - least) * into) * possible), fewest, greatest)
        absent = np.where(rank >= low, sessions.astype(np.int64), absent)
    return np.minimum(absent, possible)


def _shape_of_study(rank: Floats, possible: Ints) -> float:
    """The shape with which the mean of children's rates at term 0 prints as the study's."""
    if not rank.size:
        return _SHAPE_50
    low, high = 0.2, 9.0
    for _ in range(60):
        shape = (low + high) / 2
        mean = float((100 * (1 - _absent(rank, possible, shape) / possible)).mean())
        low, high = (shape, high) if mean < calibration.ATTENDANCE_MEAN_PCT else (low, shape)
    return shape
