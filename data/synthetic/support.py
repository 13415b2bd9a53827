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
from data.synthetic.timeline import ARTICLE_COUNTED_TO, OBSERVED_TO, Days, Flags, Ints

_SUITABLE, _UNDECIDED = 0.79, 0.015
_OFFERED, _VISITED, _ACCEPTED, _TAKEN_UP = 0.985, 0.62, 0.42, 0.8
_DECLINED = 0.55
"""Of those without a referral, the rest could not be reached."""
_DAYS = {"notified": (4, 24), "offered": (3, 28), "visited": (4, 40), "referred": (1, 30), "supported": (7, 70)}


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


def offer_support(children: Children, places: Sequence[Place], draws: Draws) -> Offers:
    """Siblings go through the offer together; the area's day of going live governs who is offered it."""
    recognised = children.of_family(children.recognised)
    live = children.of_family(children.recognised) >= _go_live(children, places)
    live &= _supplied(children, places)
    days, so_far = [], recognised
    for low, high in _DAYS.values():
        so_far = (so_far + draws.shared_days(low, high)).astype(np.int32)
        days.append(so_far)
    chance = draws.rng.random((6, draws.adversity.size))[:, draws.family]
    decided = chance[0] >= _UNDECIDED
    suitable = decided & (chance[1] < _SUITABLE)
    reached = [live & suitable & (days[0] <= OBSERVED_TO)]
    for position, share in ((1, _OFFERED), (2, _VISITED)):
        reached.append(reached[-1] & (chance[position + 1] < share) & (days[position] <= OBSERVED_TO))
    reached.append(_referred(children, draws, reached[-1], days[3]))
    reached.append(reached[-1] & (chance[4] < _TAKEN_UP) & (days[4] <= OBSERVED_TO))
    outcome = _outcomes(decided, suitable, reached, chance[5] < _DECLINED)
    members = np.flatnonzero(live)
    return Offers(
        members,
        suitable[members],
        decided[members],
        tuple(day[members] for day in days),
        tuple(flag[members] for flag in reached),
        outcome[members],
    )


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


def _referred(children: Children, draws: Draws, visited: Flags, day: Days) -> Flags:
    """Families who accept a referral; by September 2023 they have the children the article counted."""
    families = draws.adversity.size
    latent = draws.rng.random(families)
    accepts = (latent < _ACCEPTED)[draws.family]
    early = visited & (day <= ARTICLE_COUNTED_TO)
    if children.early.any():
        counted = np.zeros(families, dtype=np.bool_)
        counted[draws.family[early]] = True
        sizes = np.bincount(draws.family, minlength=families)
        chosen = choose_families(-latent, sizes, counted, calibration.ACCEPTED_REFERRALS)
        accepts = np.where(early, chosen[draws.family], accepts)
    return visited & accepts & (day <= OBSERVED_TO)


def _outcomes(decided: Flags, suitable: Flags, reached: list[Flags], declined: Flags) -> Ints:
    """Where each offer stands."""
    told, offered, _, referred, _ = reached
    cases = [~decided, ~suitable, referred, ~told | ~offered, declined]
    codes = ["pending", "not_suitable", "accepted", "pending", "declined"]
    return np.select(cases, [OUTCOMES.index(code) for code in codes], OUTCOMES.index("no_contact"))
