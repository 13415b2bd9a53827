"""Who has a place in a census: on a school's roll on census day, or gone with something still to report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic.files.absence import share_out
from data.synthetic.files.pupils import UNKNOWN, Pupils
from data.synthetic.timeline import Days, Flags, Ints, day_number

_TWO_SCHOOLS, _MOVED_SCHOOL = 0.02, 0.02


@dataclass(frozen=True)
class Seats:
    """The pupils' places in one census, one element a pupil and school."""

    pupil: Ints
    on_roll: Flags
    main: Flags
    """The one place of each pupil that carries what is not counted a school."""
    possible: Ints
    """Of the term before, at this school; UNKNOWN where it is not known."""
    absent: Ints

    def where(self, which: Flags | Ints) -> Seats:
        """Those of the seats, in that order."""
        return Seats(self.pupil[which], self.on_roll[which], self.main[which], self.possible[which], self.absent[which])


def seats_of(pupils: Pupils, column: int, rng: np.random.Generator) -> Seats:
    """Pupils on a roll, some at two schools, some who moved between two; and leavers with something still to report."""
    lives = pupils.lives
    on = np.flatnonzero(lives.on_roll[:, column])
    chance = rng.random(on.size)
    both, moved = on[chance < _TWO_SCHOOLS], on[chance > 1 - _MOVED_SCHOOL]
    gone = np.flatnonzero(~lives.on_roll[:, column] & _has_arrears(pupils, column))
    pupil = np.concatenate([on, both, moved, gone])
    sizes = (on.size, both.size, moved.size, gone.size)
    possible, absent = (_arrears(values, column)[pupil] for values in (lives.possible, lives.absent))
    parted = np.isin(pupil, np.concatenate([both, moved]))
    shares = share_out(possible, absent, 3, 5)
    main = np.repeat([True, False, False, True], sizes)
    possible, absent = (
        np.where(parted, np.where(main, one, rest), whole) for one, rest, whole in zip(*shares, (possible, absent), strict=True)
    )
    seats = Seats(pupil, np.repeat([True, True, False, False], sizes), main, possible, absent)
    return seats.where(np.argsort(pupil, kind="stable"))


def _arrears(values: Ints, column: int) -> Ints:
    return values[:, column - 1] if column else np.full(values.shape[0], UNKNOWN)


def _has_arrears(pupils: Pupils, column: int) -> Flags:
    """Who was on a roll the term before, has sessions of it, or was suspended in the one before that."""
    lives = pupils.lives
    before = lives.on_roll[:, column - 1] if column else np.zeros(lives.on_roll.shape[0], dtype=np.bool_)
    has = before | (_arrears(lives.possible, column) != UNKNOWN)
    pupil, day, _ = lives.suspended
    has[pupil[in_term(pupils, day, column - 2)]] = True
    return np.asarray(has)


def in_term(pupils: Pupils, day: Days, column: int) -> Flags:
    """Whether each day lies in a term of the pupils'; none does before the first."""
    if column < 0:
        return np.zeros(day.shape, dtype=np.bool_)
    one = pupils.terms[column]
    first, last = day_number(one.first_day), day_number(one.last_day)
    return np.asarray((day >= first) & (day <= last))
