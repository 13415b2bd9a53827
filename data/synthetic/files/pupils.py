"""An authority's pupils term by term: the recognised children's school lives from the truth, invented ones of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.calendar import Term, is_covid, relative, terms_between
from data.synthetic.files.authority import Authority
from data.synthetic.school import NEVER
from data.synthetic.timeline import Days, Flags, Ints, day_number

ARREARS = 2
"""Terms after the last whose censuses still bring what happened in it."""
UNKNOWN = -1
Last = TypeVar("Last", Days, Flags)
STAGES = ("N", "K", "E")
_STAY_TERMS, _LEAVES_AT_16 = 9, 0.5
_ELIGIBLE, _SUPPORTED, _PLANNED, _SUSPENDED, _UNRECORDED = 0.25, 0.14, 0.05, 0.012, 0.01
_STILL_ELIGIBLE, _EXCLUDED = 0.8, 0.02
_DRAWS = 301


@dataclass(frozen=True)
class Lives:
    """School lives; arrays have a row a pupil and a column a term, sessions UNKNOWN where unrecorded."""

    on_roll: Flags
    stage: Ints
    """Positions in STAGES on census day."""
    possible: Ints
    absent: Ints
    eligible: tuple[Ints, Days, Days]
    """Periods of free-meal eligibility: the pupil, first and last day; NEVER while open."""
    suspended: tuple[Ints, Days, Flags]
    """Suspensions: the pupil, the day, and whether it was a permanent exclusion."""

    def beside(self, others: Lives) -> Lives:
        """Both, the others' pupils already numbered on from these."""
        return Lives(
            np.concatenate([self.on_roll, others.on_roll]),
            np.concatenate([self.stage, others.stage]),
            np.concatenate([self.possible, others.possible]),
            np.concatenate([self.absent, others.absent]),
            _joined(self.eligible, others.eligible),
            _joined(self.suspended, others.suspended),
        )


def _joined(ones: tuple[Ints, Days, Last], others: tuple[Ints, Days, Last]) -> tuple[Ints, Days, Last]:
    return np.concatenate([ones[0], others[0]]), np.concatenate([ones[1], others[1]]), np.concatenate([ones[2], others[2]])


@dataclass(frozen=True)
class Pupils:
    """Everyone in the school register; the recognised children come first."""

    people: pa.Table
    recognised: int
    """How many of them there are."""
    terms: tuple[Term, ...]
    """The terms supplied and the two after them."""
    lives: Lives


def pupils_of(authority: Authority) -> Pupils:
    """The authority's school register over the terms that its census covers and two more."""
    people = authority.registered("education")
    covered = supplied_terms(*authority.coverage["school_census"])
    terms = (*covered, *(relative(covered[-1], after) for after in range(1, ARREARS + 1)))
    lives = _recognised(authority, people, terms).beside(_invented(authority, people.num_rows, terms))
    everyone = pa.concat_tables([people.select(authority.unaffected.column_names), authority.unaffected])
    return Pupils(everyone.combine_chunks(), people.num_rows, terms, lives)


def supplied_terms(first: date, last: date) -> tuple[Term, ...]:
    """The terms of which every day lies in a span."""
    return tuple(term for term in terms_between(first, last) if first <= term.first_day and term.last_day <= last)


def census_days(terms: Sequence[Term]) -> Days:
    """The census day of each term."""
    return np.array([day_number(term.census_day) for term in terms], dtype=np.int32)


def _recognised(authority: Authority, people: pa.Table, terms: Sequence[Term]) -> Lives:
    """School lives as the truth has them; what outlasts the coverage goes on."""
    records = authority.records
    possible, absent = _sessions(records["sessions"], people, terms)
    stage = np.zeros(possible.shape, dtype=np.int64)
    for position, code in enumerate(STAGES[1:], 1):
        stage[_held(records["sen_stages"].filter(pc.equal(records["sen_stages"]["stage"], code)), people, terms)] = position
    suspensions = records["suspensions"]
    pupil = _positions(suspensions, people)
    excluded = pc.equal(suspensions["category"], "PERM").to_numpy()
    return Lives(
        on_roll=_held(records["enrolments"], people, terms),
        stage=stage,
        possible=possible,
        absent=absent,
        eligible=_spells(records["fsm_periods"], people),
        suspended=(pupil[pupil >= 0], _numbers(suspensions["start_date"])[pupil >= 0], excluded[pupil >= 0]),
    )


def _sessions(sessions: pa.Table, people: pa.Table, terms: Sequence[Term]) -> tuple[Ints, Ints]:
    """Sessions possible and absent, a person and term."""
    number = {(term.academic_year, term.name): place for place, term in enumerate(terms)}
    keys = zip(sessions["academic_year"].to_pylist(), sessions["term"].to_pylist(), strict=True)
    pupil = _positions(sessions, people)
    column = np.array([number.get(key, UNKNOWN) for key in keys], dtype=np.int64)
    held = (pupil >= 0) & (column >= 0)
    possible, absent = (np.full((people.num_rows, len(terms)), UNKNOWN, dtype=np.int64) for _ in range(2))
    possible[pupil[held], column[held]] = sessions["sessions_possible"].to_numpy()[held]
    absent[pupil[held], column[held]] = sessions["sessions_absent"].to_numpy()[held]
    return possible, absent


def _positions(table: pa.Table, people: pa.Table) -> Ints:
    """The place of each row's child among the people; -1 where it is none of them."""
    found = pc.index_in(table["child_ref"], people["child_ref"].combine_chunks())
    return np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64)


def _numbers(column: pa.ChunkedArray) -> Days:
    """Days since 1970, NEVER for null."""
    return np.asarray(column.cast(pa.int32()).fill_null(NEVER).to_numpy(), dtype=np.int32)


def _spells(table: pa.Table, people: pa.Table) -> tuple[Ints, Days, Days]:
    pupil = _positions(table, people)
    held = pupil >= 0
    return pupil[held], _numbers(table["start_date"])[held], _numbers(table["end_date"])[held]


def _held(table: pa.Table, people: pa.Table, terms: Sequence[Term]) -> Flags:
    """Whether some spell of each person holds each census day."""
    pupil, start, end = _spells(table, people)
    held = np.zeros((people.num_rows, len(terms)), dtype=np.bool_)
    for column, day in enumerate(census_days(terms)):
        held[pupil[(start <= day) & (end >= day)], column] = True
    return held


def _invented(authority: Authority, first: int, terms: Sequence[Term]) -> Lives:
    """School lives of people no link names: a stay of some terms in the authority, ordinary needs and absence."""
    rng = authority.rng(_DRAWS)
    born = _numbers(authority.unaffected["date_of_birth"])
    on_roll = _stays(rng, born, terms)
    covid = np.array([is_covid(term) for term in terms], dtype=np.bool_)
    recorded = on_roll & ~covid & (rng.random(on_roll.shape) >= _UNRECORDED)
    possible = np.where(recorded, 110 + rng.integers(0, 18, on_roll.shape), UNKNOWN)
    absent = np.where(recorded, np.minimum(rng.exponential(9, on_roll.shape).astype(np.int64), possible), UNKNOWN)
    needs = rng.random(born.size)
    stage = np.where(needs < _PLANNED, 2, np.where(needs < _PLANNED + _SUPPORTED, 1, 0))
    pupil, term = np.nonzero(on_roll & ~covid & (rng.random(on_roll.shape) < _SUSPENDED))
    suspended = (census_days(terms)[term] + rng.integers(-20, 20, pupil.size)).astype(np.int32)
    eligible = np.flatnonzero(rng.random(born.size) < _ELIGIBLE)
    since = (born[eligible] + rng.integers(1_500, 4_000, eligible.size)).astype(np.int32)
    until = np.where(rng.random(eligible.size) < _STILL_ELIGIBLE, NEVER, born[eligible] + 5_500).astype(np.int32)
    return Lives(
        on_roll=on_roll,
        stage=stage[:, None] * np.ones_like(possible),
        possible=possible,
        absent=absent,
        eligible=(first + eligible, since, until),
        suspended=(first + pupil, suspended, rng.random(pupil.size) < _EXCLUDED),
    )


def _stays(rng: np.random.Generator, born: Days, terms: Sequence[Term]) -> Flags:
    """Who is on a roll when: for some terms from any one on, while of school age."""
    ends = np.array([day_number(term.school_year_end) for term in terms], dtype=np.int32)
    age = (ends[None, :] - born[:, None]) / 365.25
    arrives = rng.integers(-_STAY_TERMS, len(terms), born.size)
    leaves = arrives + 1 + rng.exponential(_STAY_TERMS, born.size).astype(np.int64)
    oldest = np.where(rng.random(born.size) < _LEAVES_AT_16, 17, 19)
    term = np.arange(len(terms))[None, :]
    here = (term >= arrives[:, None]) & (term < leaves[:, None]) & (age >= 5) & (age < oldest[:, None])
    return np.asarray(here)
