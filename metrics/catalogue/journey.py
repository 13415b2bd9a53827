"""The offer of support, step by step: who took each step, who stopped before it and why, how long it took, what is overdue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from data.schema import JOURNEY as PLACES
from data.schema import WAITED_FOR
from metrics.indicator import Indicator, Proportion, Whole

OVERDUE_AFTER_MONTHS = 2
"""A step is overdue when it has been waited for longer than this: a month for the next monthly run, and one to act on it."""

BANDS: Mapping[str, tuple[str, str]] = {
    "same_month": ("in the same month", "= 0"),
    "next_month": ("in the next month", "= 1"),
    "two_three": ("two or three months later", "BETWEEN 2 AND 3"),
    "four_more": ("four or more months later", ">= 4"),
}
"""The bands of a wait in whole months: their words, and the condition on the months."""

_DESCRIPTION_CAVEAT = "It describes how the offer went; it does not say what difference the offer made."
_WAIT_CAVEAT = (
    "Counted in calendar months, because months are recorded: from the last day of one to the first of the next is one."
)
_OVERDUE_CAVEAT = (
    f"Longer than {OVERDUE_AFTER_MONTHS} months on the last day the area's offers cover; one without a month for the step before"
    " is not counted as overdue."
)


@dataclass(frozen=True)
class _Step:
    """A step in words: its title, the children for whom it was taken, what is waited for before it, what came before it.

    `why` is for which reasons children stop before it.
    """

    title: str
    taken: str
    awaited: str
    stopped: str
    why: tuple[str, ...]


_STEPS: Mapping[str, _Step] = {
    "suitable": _Step(
        "Suitable for the offer",
        "suitable for an offer of support",
        "a decision",
        "recognised",
        ("not_suitable", "pending"),
    ),
    "notified": _Step(
        "Local officer told",
        "about whom the local officer was told",
        "the local officer to be told",
        "the decision",
        ("not_suitable", "pending"),
    ),
    "offered": _Step(
        "Support offered",
        "whose family was offered support",
        "an offer",
        "the officer was told",
        ("no_contact", "not_suitable", "pending"),
    ),
    "visited": _Step(
        "Family visited",
        "whose family was visited",
        "a visit",
        "the offer",
        ("declined", "no_contact", "not_suitable", "pending"),
    ),
    "referred": _Step(
        "Referred to the charity",
        "for whom a referral to the charity was accepted",
        "a referral",
        "the visit",
        ("services", "declined", "no_contact", "not_suitable", "pending"),
    ),
    "supported": _Step(
        "Support taken up",
        "whose family took up support",
        "support to begin",
        "the referral",
        ("declined", "no_contact", "not_suitable", "pending"),
    ),
}
_PARENTS: Mapping[str, tuple[str, str, str]] = {
    "maternal": ("mother", "mother imprisoned", "a mother or step-mother was imprisoned"),
    "paternal": ("father", "father imprisoned", "a father or step-father was imprisoned"),
    "other_parent": ("other", "another carer imprisoned", "somebody else linked as a parent is was imprisoned"),
}
"""By the name of the indicator that counts these children: how the store has it, and in words."""
_RECOGNISED = "recognised since the offer began where they live"


def _before(step: str) -> str:
    return PLACES[PLACES.index(step) - 1]


def _whom(step: str) -> str:
    """The children who reached a step, in words."""
    return _STEPS[step].taken if step in _STEPS else _RECOGNISED


def reached(step: str) -> str:
    """The children who came at least so far."""
    further = PLACES[PLACES.index(step) :]
    return "reached IS NOT NULL" if step == PLACES[0] else f"reached IN ({', '.join(repr(one) for one in further)})"


_OPEN = "COALESCE(open_to_services, FALSE)"
_PENDING = "outcome IN ('accepted', 'pending')"
_WHY: Mapping[str, tuple[str, str]] = {
    "declined": ("Declined after {stopped}", "outcome = 'declined'"),
    "no_contact": ("No contact after {stopped}", "outcome = 'no_contact'"),
    "not_suitable": ("Found not suitable after {stopped}", "outcome = 'not_suitable'"),
    "pending": ("Waiting for {awaited}", _PENDING),
}
_UNDECIDED = {"not_suitable": ("Not suitable for the offer", "NOT suitable"), "pending": (_WHY["pending"][0], "suitable IS NULL")}
"""Before the decision on suitability there is no other outcome."""
_VISITED = {
    "services": ("Told to children's services instead", f"outcome IN ('accepted', 'not_suitable', 'pending') AND {_OPEN}"),
    "not_suitable": (_WHY["not_suitable"][0], f"{_WHY['not_suitable'][1]} AND NOT {_OPEN}"),
    "pending": (_WHY["pending"][0], f"{_PENDING} AND NOT {_OPEN}"),
}
"""At the visit the officer makes sure that children's services know, where they have the child already."""
_INSTEAD = {"suitable": _UNDECIDED, "referred": _VISITED}

_WHY_CAVEATS: Mapping[str, str] = {
    "pending": "Not lost: there is no outcome yet, and recent children may not have had the time.",
    "services": (
        "Known from social-care records of the month of imprisonment; where those were not supplied, a child is in another group."
    ),
}


def _because(step: str, why: str) -> tuple[str, str]:
    """The title of those who stopped just before a step for that reason, and the condition on them."""
    title, condition = _INSTEAD.get(step, {}).get(why, _WHY.get(why, ("", "")))
    return title.format(stopped=_STEPS[step].stopped, awaited=_STEPS[step].awaited), condition


def _stopped(step: str, why: str) -> str:
    return f"reached = '{_before(step)}' AND {_because(step, why)[1]}"


def _of_the_offer(
    id: str,
    title: str,
    counted: str,
    of: str,
    definition: str,
    caveat: str,
    splits: str | None = None,
    within: tuple[str, ...] = (),
    split_by: str | None = None,
    most_filters: int = 1,
) -> Indicator:
    return Indicator(
        id=id,
        title=title,
        table="children",
        measure=Proportion(counted, of),
        time=Whole(),
        definition=definition,
        question="waits" if id.startswith(("wait_", "overdue_")) else "offer",
        extract="support",
        caveat=caveat,
        period_of="recognised_month",
        splits=splits,
        split_by=split_by,
        within=within,
        most_filters=most_filters,
    )


def _step(step: str) -> Indicator:
    """Who took a step, of those who took the one before."""
    before = _before(step)
    return _of_the_offer(
        f"step_{step}",
        _STEPS[step].title,
        reached(step),
        reached(before),
        f"Children {_whom(step)}, of those {_whom(before)}.",
        _DESCRIPTION_CAVEAT,
        f"after_{before}",
    )


def _by_parent(step: str) -> Iterator[Indicator]:
    """Who took a step by which parent is in prison: each out of their own, who together are the step's."""
    before = _before(step)
    for name, (parent, title, imprisoned) in _PARENTS.items():
        yield _of_the_offer(
            f"{step}_{name}",
            f"{_STEPS[step].title}, {title}",
            f"{reached(step)} AND parent = '{parent}'",
            f"{reached(before)} AND parent = '{parent}'",
            f"Children {_whom(step)}, of those {_whom(before)}, where {imprisoned}.",
            _DESCRIPTION_CAVEAT,
            f"step_{step}",
            split_by="parent",
            most_filters=0,
        )


def _beside(step: str) -> Iterator[Indicator]:
    """Who stopped just before a step, by the reason."""
    before = _before(step)
    for why in _STEPS[step].why:
        title, _ = _because(step, why)
        yield _of_the_offer(
            f"beside_{step}_{why}",
            title,
            _stopped(step, why),
            reached(before),
            f"{title}: children of those {_whom(before)}, who came no further.",
            _WHY_CAVEATS.get(why, _DESCRIPTION_CAVEAT),
            f"after_{before}",
        )


def _waits(step: str) -> Iterator[Indicator]:
    """How long a step took since the one before, in bands."""
    for band, (words, condition) in BANDS.items():
        yield _of_the_offer(
            f"wait_{step}_{band}",
            f"{_STEPS[step].title}: {words}",
            f"wait_{step}_months {condition}",
            f"wait_{step}_months IS NOT NULL",
            f"Children {_whom(step)} {words}, of those for whom both months are known.",
            _WAIT_CAVEAT,
            f"wait_{step}",
        )


def _overdue(step: str) -> Indicator:
    """Who waits for a step for too long, of those who took the one before: so few wait that they are no base of their own."""
    before = _before(step)
    return _of_the_offer(
        f"overdue_{step}",
        f"Waiting too long for {_STEPS[step].awaited}",
        f"{_stopped(step, 'pending')} AND COALESCE(waiting_months, 0) > {OVERDUE_AFTER_MONTHS}",
        reached(before),
        f"Children waiting for {_STEPS[step].awaited} for more than {OVERDUE_AFTER_MONTHS} months, of those {_whom(before)}.",
        _OVERDUE_CAVEAT,
        within=(f"beside_{step}_pending",),
    )


_DATED = tuple(step for _, step in WAITED_FOR)
JOURNEY = tuple(_step(step) for step in _STEPS)
BY_PARENT = tuple(one for step in _STEPS for one in _by_parent(step))
BESIDE = tuple(one for step in _STEPS for one in _beside(step))
WAITS = tuple(one for step in _DATED for one in _waits(step))
OVERDUE = tuple(_overdue(step) for step in _STEPS)
