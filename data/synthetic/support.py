"""The offer of support: from telling the local officer to the charity's support, where and once the offer is live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.schema import OUTCOMES
from data.synthetic import calibration
from data.synthetic.draws import Draws, choose_families
from data.synthetic.families import Children
from data.synthetic.places import Place
from data.synthetic.timeline import ARTICLE_COUNTED_TO, OFFERS_OBSERVED_TO, Days, Flags, Ints

_SUITABLE, _NOT_DECIDED = 0.79, 0.02
_VISITED, _ACCEPTED, _ACCEPTED_IF_KNOWN, _TAKEN_UP = 0.70, 0.46, 0.18, 0.88
"""Shares of those at each step who take the next; few are referred who are open to services already. All of those suitable are
offered support, as the article says."""
_FORGOTTEN = 0.05
"""Of those without the next step, the share about whom nothing was recorded since, so that they seem to wait still."""
_DECLINED, _UNSUITABLE = 0.50, 0.06
"""Of those whose journey ended, the rest could not be reached."""
_DAYS = {"notified": (4, 24), "offered": (3, 28), "visited": (4, 40), "referred": (1, 30), "supported": (7, 70)}
_LATE, _LATE_DAYS = 0.07, (50, 130)
"""Some steps take much longer."""
_GIVEN_UP_AFTER_DAYS = 75
"""An outcome is recorded when a step has been waited for so long; until then the offer is pending."""


@dataclass(frozen=True)
class Offers:
    """One element a child to whom the offer reaches; a step's day counts only where it was reached."""

    child: Ints
    suitable: Flags
    decided: Flags
    days: tuple[Days, ...]
    """Day of each step: officer told, offer, visit, referral accepted, support taken up."""
    reached: tuple[Flags, ...]
    outcome: Ints
    """Positions in OUTCOMES."""


def offer_support(children: Children, places: Sequence[Place], draws: Draws, known: Flags) -> Offers:
    """Siblings go through the offer together; the area's day of going live governs who is offered it.

    `known`: who is open to statutory support or Early Help in the month of imprisonment. At the visit the officer tells
    children's services of such a family, and few of them are referred to the charity.
    """
    recognised = children.of_family(children.recognised)
    live = (recognised >= _go_live(children, places)) & _supplied(children, places)
    days = _days_of_steps(recognised, draws)
    chance = draws.rng.random((5, draws.adversity.size))[:, draws.family]
    decided = (chance[0] >= _NOT_DECIDED) & (days[0] <= OFFERS_OBSERVED_TO)
    suitable = decided & (chance[1] < _SUITABLE)
    reached = [live & suitable]
    reached.append(reached[-1] & (days[1] <= OFFERS_OBSERVED_TO))
    reached.append(reached[-1] & (chance[3] < _VISITED) & (days[2] <= OFFERS_OBSERVED_TO))
    known = children.of_family(known.astype(np.int32)) == 1
    reached.append(_referred(children, draws, reached[-1], days[3], known))
    reached.append(reached[-1] & (chance[4] < _TAKEN_UP) & (days[4] <= OFFERS_OBSERVED_TO))
    outcome = _outcomes(draws, decided, suitable, days, reached, known)
    members = np.flatnonzero(live & (recognised <= OFFERS_OBSERVED_TO))
    return Offers(
        members,
        suitable[members],
        decided[members],
        tuple(day[members] for day in days),
        tuple(flag[members] for flag in reached),
        outcome[members],
    )


def _days_of_steps(recognised: Days, draws: Draws) -> list[Days]:
    """The day of each step if it is taken: some weeks after the one before, now and then some months."""
    days, so_far = [], recognised
    for low, high in _DAYS.values():
        late = (draws.rng.random(draws.adversity.size) < _LATE)[draws.family]
        taken = np.where(late, draws.shared_days(*_LATE_DAYS), draws.shared_days(low, high))
        so_far = (so_far + taken).astype(np.int32)
        days.append(so_far)
    return days


def _go_live(children: Children, places: Sequence[Place]) -> Days:
    """The first day of the offer where each child lives; far away where there is none."""
    day = np.full(children.place.size, np.iinfo(np.int32).max, dtype=np.int32)
    for index, place in enumerate(places):
        for position, code in enumerate((place.code, *place.districts)):
            if code in place.go_live:
                here = (children.place == index) & ((children.district == position - 1) | (position == 0))
                day[here] = place.go_live[code]
    return day


def _supplied(children: Children, places: Sequence[Place]) -> Flags:
    return np.array(["support" in place.coverage for place in places])[children.place]


def _referred(children: Children, draws: Draws, visited: Flags, day: Days, known: Flags) -> Flags:
    """Families who accept a referral; by September 2023 they have the children the article counted."""
    families = draws.adversity.size
    latent = draws.rng.random(families)
    accepts = latent[draws.family] < np.where(known, _ACCEPTED_IF_KNOWN, _ACCEPTED)
    early = visited & (day <= ARTICLE_COUNTED_TO)
    if children.early.any():
        counted, served = (np.zeros(families, dtype=np.bool_) for _ in range(2))
        counted[draws.family[early]] = True
        served[draws.family[known]] = True
        sizes = np.bincount(draws.family, minlength=families)
        chosen = choose_families(-latent - served, sizes, counted, calibration.ACCEPTED_REFERRALS)
        accepts = np.where(early, chosen[draws.family], accepts)
    return visited & accepts & (day <= OFFERS_OBSERVED_TO)


def _outcomes(
    draws: Draws, decided: Flags, suitable: Flags, days: Sequence[Days], reached: Sequence[Flags], known: Flags
) -> Ints:
    """Where each offer stands: pending until a step has been waited for too long, or if nobody wrote what came of it."""
    chance = draws.rng.random((2, draws.adversity.size))[:, draws.family]
    told, offered, visited, referred, _ = reached
    since = np.select([visited, offered, told], [days[2], days[1], days[0]], 0)
    waiting = (since > OFFERS_OBSERVED_TO - _GIVEN_UP_AFTER_DAYS) | (chance[0] < _FORGOTTEN)
    cases = (
        (~decided, "pending"),
        (~suitable, "not_suitable"),
        (referred, "accepted"),
        (waiting, "pending"),
        (visited & known, "not_suitable"),
        (~offered | (chance[1] >= _DECLINED + _UNSUITABLE), "no_contact"),
        (chance[1] >= _DECLINED, "not_suitable"),
    )
    codes = [OUTCOMES.index(code) for _, code in cases]
    return np.select([case for case, _ in cases], codes, OUTCOMES.index("declined"))
