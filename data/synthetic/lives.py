"""Whole lives of a chunk of children: every part of the simulation, as the rows the partners would hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from data.schema import LINK_SOURCES, OUTCOMES, SEXES
from data.synthetic.attendance import Attendance, attend
from data.synthetic.care import Care, open_to_services
from data.synthetic.draws import Draws
from data.synthetic.families import RELATIONSHIPS, Children, draw_families
from data.synthetic.meals import Meals, eat_meals
from data.synthetic.needs import Stages, Suspensions, be_suspended, need_support
from data.synthetic.places import Place
from data.synthetic.prisons import Links, Receptions, imprison, offender_numbers
from data.synthetic.safeguarding import Contacts, be_referred
from data.synthetic.school import Schooling, Spells, go_to_school
from data.synthetic.strata import Stratum
from data.synthetic.support import offer_support
from data.synthetic.timeline import Days, Flags, Ints, timeline
from data.synthetic.writer import Values, coded, references, unless

Rows = tuple[str, Mapping[str, Values]]

_KNOWN_TO_CARE = 0.10
"""Share of the children without a record in the extract who are in the register all the same."""
_STEPS = ("champion_notified", "offer_made", "visit", "referral", "supported")


@dataclass(frozen=True)
class Chunk:
    """Some recognised children, their random numbers, and how their references are numbered."""

    children: Children
    draws: Draws
    places: Sequence[Place]
    number: int
    """How many children came in earlier chunks."""

    @cached_property
    def names(self) -> pa.Array:
        """References for three times as many people as there are recognised children: all that a chunk can link."""
        return references("C", 3 * self.number + np.arange(3 * self.children.family.size))

    def refs(self, children: Ints) -> pa.Array:
        """The references of children by position; positions beyond the last are people who are not recognised."""
        return self.names.take(pa.array(children))

    def people(self, family: Ints, second: Flags) -> Ints:
        """The numbers of imprisoned parents and of the other parents."""
        return 4 * self.number + 2 * family + second

    def supplied(self, source: str) -> tuple[Days, Days]:
        """First and last day covered by a source where each child lives; the last before the first where there is none."""
        spans = np.array([place.coverage.get(source, (1, 0)) for place in self.places], dtype=np.int32)
        here = spans[self.children.place]
        return here[:, 0], here[:, 1]

    def registered(self, school: Schooling) -> Flags:
        """Who is in the school register: on a roll on the census day of some term that the authority supplied."""
        line = timeline()
        first, last = self.supplied("school_census")
        supplied = (line.first >= first[:, None]) & (line.last <= last[:, None])
        return np.asarray((school.on_roll & supplied).any(axis=1))


def live(
    rng: np.random.Generator, strata: Sequence[Stratum], places: Sequence[Place], number: int, *, calibrated: bool
) -> Iterator[Rows]:
    """The rows of a chunk, table by table."""
    children, draws = draw_families(rng, strata, places, calibrated=calibrated)
    chunk = Chunk(children, draws, places, number)
    yield from _prison_rows(chunk, *imprison(children, draws))
    school = go_to_school(children, draws)
    meals, attendance = eat_meals(children, school, draws), attend(children, school, draws)
    registered = chunk.registered(school)
    yield from _school_rows(chunk, school, registered, need_support(children, school, draws), meals)
    yield _session_rows(chunk, registered, attendance)
    yield _suspension_rows(chunk, registered, be_suspended(children, school, draws))
    care = open_to_services(children, draws)
    known = np.zeros(children.family.size, dtype=np.bool_)
    yield from _care_rows(chunk, care, be_referred(children, care, draws), known)
    yield from _match_rows(chunk, registered, known)
    yield _offer_rows(chunk, care)


def _prison_rows(chunk: Chunk, receptions: Receptions, links: Links) -> Iterator[Rows]:
    people = chunk.people(receptions.family, receptions.second)
    rows = np.unique(np.stack([people, receptions.day]), axis=1)
    yield "receptions", {"offender_ref": offender_numbers(rows[0]), "reception_date": rows[1]}
    children, like = chunk.children, links.like
    beyond = children.family.size + np.cumsum(links.child < 0) - 1
    person = chunk.people(children.family[like], links.second)
    person = np.where(links.unreceived, 4 * chunk.number + 2 * children.families + np.cumsum(links.unreceived), person)
    districts = [[*place.districts, None] for place in chunk.places]
    yield (
        "links",
        {
            "child_ref": chunk.refs(np.where(links.child >= 0, links.child, beyond)),
            "offender_ref": offender_numbers(person),
            "relationship": coded(RELATIONSHIPS, links.relationship),
            "link_source": coded(LINK_SOURCES, children.link_source[like]),
            "link_date": links.linked,
            "date_of_birth": links.born,
            "sex": coded(SEXES, children.sex[like]),
            "area_code": coded([place.code for place in chunk.places], children.place[like]),
            "district_code": pa.array(
                [districts[place][one] for place, one in zip(children.place[like], children.district[like], strict=True)],
                pa.string(),
            ),
        },
    )


def _school_rows(chunk: Chunk, school: Schooling, registered: Flags, stages: Stages, meals: Meals) -> Iterator[Rows]:
    line = timeline()
    yield "enrolments", _spell_columns(chunk, _where(school.spells, registered), "school_census")
    yield "fsm_periods", _spell_columns(chunk, _where(meals.eligible, registered), "school_census")
    for code, spells in (("K", stages.support), ("E", stages.plan)):
        columns = _spell_columns(chunk, _where(spells, registered), "school_census")
        yield "sen_stages", {**columns, "stage": pa.array([code] * len(columns["start_date"]))}
    first, last = chunk.supplied("meals")
    held = (
        meals.recorded & registered[:, None] & (line.census >= first[:, None]) & (line.census <= last[:, None]) & ~line.lockdown
    )
    child, term = np.nonzero(held)
    yield "meals", {"child_ref": chunk.refs(child), "census_date": line.census[term], "received": meals.received[held]}


def _session_rows(chunk: Chunk, registered: Flags, attendance: Attendance) -> Rows:
    line = timeline()
    first, last = chunk.supplied("school_census")
    held = attendance.recorded & registered[:, None] & (line.first >= first[:, None]) & (line.last <= last[:, None])
    child, term = np.nonzero(held)
    return "sessions", {
        "child_ref": chunk.refs(child),
        "academic_year": coded([one.academic_year for one in line.terms], term),
        "term": coded([one.name for one in line.terms], term),
        "sessions_possible": attendance.possible[held],
        "sessions_absent": attendance.absent[held],
    }


def _suspension_rows(chunk: Chunk, registered: Flags, suspensions: Suspensions) -> Rows:
    first, last = chunk.supplied("exclusions")
    held = (suspensions.start >= first[suspensions.child]) & (suspensions.start <= last[suspensions.child])
    held &= registered[suspensions.child]
    return "suspensions", {
        "child_ref": chunk.refs(suspensions.child[held]),
        "start_date": suspensions.start[held],
        "category": coded(("SUSP", "PERM"), suspensions.excluded[held].astype(np.int64)),
    }


def _care_rows(chunk: Chunk, care: Care, contacts: tuple[Contacts, Contacts], known: Flags) -> Iterator[Rows]:
    """Contacts and episodes; notes in `known` whose records the extract holds."""
    first, last = chunk.supplied("social_care")
    for kind, found in zip(("contact", "referral"), contacts, strict=True):
        held = (found.day >= first[found.child]) & (found.day <= last[found.child])
        known[found.child[held]] = True
        refs = chunk.refs(found.child[held])
        yield "care_contacts", {"child_ref": refs, "kind": pa.array([kind] * len(refs)), "date": found.day[held]}
    for kind, spells in care.episodes:
        held_spells = _covered(chunk, spells, "social_care")
        known[held_spells.child] = True
        columns = _spell_columns(chunk, spells, "social_care")
        yield "care_episodes", {**columns, "kind": pa.array([kind] * held_spells.child.size)}


def _match_rows(chunk: Chunk, registered: Flags, known: Flags) -> Iterator[Rows]:
    by_register = {
        "education": ("school_census", registered),
        "social_care": ("social_care", known | chunk.draws.happens(_KNOWN_TO_CARE)),
    }
    for register, (source, matched) in by_register.items():
        first, last = chunk.supplied(source)
        refs = chunk.refs(np.flatnonzero(matched & (first <= last)))
        yield "matches", {"child_ref": refs, "register": pa.array([register] * len(refs))}


def _offer_rows(chunk: Chunk, care: Care) -> Rows:
    offers = offer_support(chunk.children, chunk.places, chunk.draws, care.open_now)
    steps = {
        step: unless(day, ~reached, pa.date32()) for step, day, reached in zip(_STEPS, offers.days, offers.reached, strict=True)
    }
    suitable = unless(offers.suitable, ~offers.decided, pa.bool_())
    return "offers", {
        "child_ref": chunk.refs(offers.child),
        "suitable": suitable,
        **steps,
        "outcome": coded(OUTCOMES, offers.outcome),
    }


def _where(spells: Spells, children: Flags) -> Spells:
    return spells.where(children[spells.child])


def _covered(chunk: Chunk, spells: Spells, source: str) -> Spells:
    """Spells that an extract of the source would hold."""
    first, last = chunk.supplied(source)
    return spells.where((spells.end >= first[spells.child]) & (spells.start <= last[spells.child]))


def _spell_columns(chunk: Chunk, spells: Spells, source: str) -> dict[str, Values]:
    """The spells covered, as columns; those that outlast the extract are open."""
    held = _covered(chunk, spells, source)
    _, last = chunk.supplied(source)
    return {
        "child_ref": chunk.refs(held.child),
        "start_date": held.start,
        "end_date": unless(held.end, held.end > last[held.child], pa.date32()),
    }
