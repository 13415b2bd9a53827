"""The social-care cases of an authority, day by day: its recognised children's from the truth, invented ones of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from data.calendar import ADULT
from data.synthetic.files.authority import Authority, Span

STATUTORY = ("cin", "cp", "cwcf")
_DRAWS = 31
_KNOWN = 0.15
"""Share of the unaffected people of the registers whom social care knows."""
_ACTIVITY = {
    "contact": (0.6, 0),
    "referral": (0.35, 0),
    "early_help": (0.12, 150),
    "cin": (0.25, 300),
    "cp": (0.05, 250),
    "cwcf": (0.04, 500),
}
"""Share of those known who have one such case, and how many days it lasts on average."""
_CONTACT_EVERY_DAYS = 10
"""Somebody is always in contact: no month of an authority goes by without."""


class Known(NamedTuple):
    """A person in the social-care register; `recognised` is whether the truth speaks of them."""

    la_child_id: str
    born: date
    sex: str
    upn: str | None
    recognised: bool


class Case(NamedTuple):
    """A contact or referral (on `start`; `end` is null), or a period open to a service, null while open."""

    who: Known
    start: date
    end: date | None


@dataclass(frozen=True)
class Caseload:
    """What social care did from the first to the last day it supplies; one list of cases in order a kind.

    Kinds are contact, referral, early_help, cp, cwcf as in the truth, and `spell`: a time in need at any level, which is how
    authorities hold it, a plan or being looked after included. `people` is the register: the recognised children matched there
    and others, in the columns of `Authority.unaffected`.
    """

    covered: Span
    people: pa.Table
    cases: Mapping[str, tuple[Case, ...]]


def caseload(authority: Authority) -> Caseload:
    """Everything the authority's social care holds; the truth's cases are kept to the day."""
    covered = authority.coverage["social_care"]
    rng = authority.rng(_DRAWS)
    registered = authority.registered("social_care")
    others = authority.unaffected.filter(pa.array(rng.random(authority.unaffected.num_rows) < _KNOWN))
    cases = _true_cases(authority, dict(zip(registered["child_ref"].to_pylist(), _known(registered, True), strict=True)))
    for kind, found in _invented_cases(_known(others, False), covered, rng).items():
        cases[kind] += found
    cases["spell"] = _spells(case for kind in STATUTORY for case in cases[kind])
    people = pa.concat_tables([registered.select(others.column_names), others])
    return Caseload(
        covered, people, {kind: tuple(sorted(found, key=_in_order)) for kind, found in cases.items() if kind != "cin"}
    )


def overlapping(cases: Iterable[Case], first: date, last: date) -> list[Case]:
    """Cases with a day from first to last, as they stood on the last: an end that came later is unknown."""
    held = (one for one in cases if one.start <= last and (one.end is None or one.end >= first))
    return [one if one.end is None or one.end <= last else one._replace(end=None) for one in held]


def received(cases: Iterable[Case], first: date, last: date) -> list[Case]:
    """Contacts or referrals received from first to last."""
    return [one for one in cases if first <= one.start <= last]


def _in_order(case: Case) -> tuple[date, str]:
    return case.start, case.who.la_child_id


def _known(people: pa.Table, recognised: bool) -> list[Known]:
    columns = (people[name].to_pylist() for name in ("la_child_id", "date_of_birth", "sex", "upn"))
    return [Known(one, born, sex, upn, recognised) for one, born, sex, upn in zip(*columns, strict=True)]


def _true_cases(authority: Authority, known: Mapping[str, Known]) -> defaultdict[str, list[Case]]:
    cases: defaultdict[str, list[Case]] = defaultdict(list)
    contacts, episodes = (authority.records[name].to_pydict() for name in ("care_contacts", "care_episodes"))
    for ref, kind, day in zip(contacts["child_ref"], contacts["kind"], contacts["date"], strict=True):
        cases[kind].append(Case(known[ref], day, None))
    for ref, kind, start, end in zip(*(episodes[name] for name in ("child_ref", "kind", "start_date", "end_date")), strict=True):
        cases[kind].append(Case(known[ref], start, end))
    return cases


def _invented_cases(people: list[Known], covered: Span, rng: np.random.Generator) -> dict[str, list[Case]]:
    """Cases of children within what is covered, mostly one of a kind a child."""
    first, last = covered
    cases = {}
    for kind, (share, mean_days) in _ACTIVITY.items():
        has, after, lasting = rng.random(len(people)) < share, rng.random(len(people)), rng.exponential(mean_days, len(people))
        found = []
        for place in np.flatnonzero(has):
            who = people[place]
            start = first + timedelta(days=int(after[place] * (last - first).days))
            end = start + timedelta(days=30 + int(lasting[place]))
            if _is_child(who, start):
                found.append(Case(who, start, end if mean_days and end <= last else None))
        cases[kind] = found
    cases["contact"] += _steady_contacts(people, covered, rng)
    return cases


def _steady_contacts(people: list[Known], covered: Span, rng: np.random.Generator) -> list[Case]:
    first, last = covered
    days = range(0, (last - first).days + 1, _CONTACT_EVERY_DAYS) if people else ()
    found = [Case(people[int(rng.integers(len(people)))], first + timedelta(days=day), None) for day in days]
    return [case for case in found if _is_child(case.who, case.start)]


def _is_child(who: Known, on: date) -> bool:
    return 0 <= (on - who.born).days < ADULT * 365


def _spells(cases: Iterable[Case]) -> list[Case]:
    """Each person's cases that overlap or follow one another without a day between, joined."""
    spells: list[Case] = []
    for case in sorted(cases, key=lambda one: (one.who.la_child_id, one.start)):
        before = spells[-1] if spells and spells[-1].who is case.who else None
        if before is None or (before.end is not None and case.start > before.end + timedelta(days=1)):
            spells.append(case)
            continue
        ends = (before.end, case.end)
        spells[-1] = before._replace(end=None if None in ends else max(end for end in ends if end is not None))
    return spells
