"""What each indicator asks of one child at one time.

Every function answers for a child and a time: `None`, the child is not in the base; for a proportion, whether the child
counts; for a mean, how much of how many; for a headcount, what is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.oracle.cohort import Child, Row
from tests.oracle.dates import SPAN_WINDOWS
from tests.oracle.journey import STEPS

Answer = Any
Question = Callable[[Child, str], Answer]

LEVELS = ("none", "cin", "cp", "cwcf")
JOURNEY = STEPS[1:]
DATED = JOURNEY[1:]
STOPS = {
    "suitable": ("not_suitable", "pending"),
    "notified": ("not_suitable", "pending"),
    "offered": ("no_contact", "not_suitable", "pending"),
    "visited": ("declined", "no_contact", "not_suitable", "pending"),
    "referred": ("services", "declined", "no_contact", "not_suitable", "pending"),
    "supported": ("declined", "no_contact", "not_suitable", "pending"),
}
"""For which reasons a journey can stop just before a step."""
BANDS = {"same_month": range(1), "next_month": range(1, 2), "two_three": range(2, 4), "four_more": range(4, 1000)}
OVERDUE_AFTER_MONTHS = 2
LINK_SOURCES = ("police", "prison", "social_care", "other")

# School, by relative term.


def in_scope(child: Child, term: int) -> bool:
    """Observed at school in that term."""
    row = child.terms.get(term)
    return row is not None and row["status"] == "observed"


def flag(column: str) -> Question:
    """In scope and the child's own value known: whether it holds."""

    def ask(child: Child, time: str) -> bool | None:
        return child.terms[int(time)][column] if in_scope(child, int(time)) else None

    return ask


def meals_since_imprisonment(child: Child, time: str) -> bool | None:
    """In scope now and receipt known now: whether a meal was received in any term from 0 to now that was in scope."""
    now = int(time)
    if not in_scope(child, now) or child.terms[now]["fsm_received"] is None:
        return None
    return any(in_scope(child, term) and child.terms[term]["fsm_received"] for term in range(now + 1))


def sessions(child: Child, term: int) -> tuple[int, int] | None:
    """Sessions absent and possible, of a child in scope with any possible."""
    if not in_scope(child, term):
        return None
    possible, absent = child.terms[term]["sessions_possible"], child.terms[term]["sessions_absent"]
    return (absent, possible) if possible else None


def missed(test: Callable[[Fraction], bool]) -> Question:
    """Whether the share of sessions missed passes the test."""

    def ask(child: Child, time: str) -> bool | None:
        known = sessions(child, int(time))
        return None if known is None else test(Fraction(*known))

    return ask


def attended_ppm(absent: int, possible: int) -> int:
    """Sessions attended in a million possible, halves rounded up."""
    return int(Fraction(possible - absent, possible) * 1_000_000 + Fraction(1, 2))


def attendance_mean(child: Child, time: str) -> tuple[Fraction, int] | None:
    """The child's own rate, in millionths, counted once."""
    known = sessions(child, int(time))
    return None if known is None else (Fraction(attended_ppm(*known), 1_000_000), 1)


def attendance_sessions(child: Child, time: str) -> tuple[Fraction, int] | None:
    """Sessions attended, of sessions possible."""
    known = sessions(child, int(time))
    return None if known is None else (Fraction(known[1] - known[0]), known[1])


def coverage(status: str) -> Question:
    """Of every child: whether the term has this status."""
    return lambda child, time: child.terms[int(time)]["status"] == status


# Social care, by window and span.


def window(child: Child, code: str) -> Row:
    """The window's row; for a span, its two windows together."""
    if code not in SPAN_WINDOWS:
        return child.windows[code]
    rows = [child.windows[part] for part in SPAN_WINDOWS[code]]
    together: Row = {name: any(row[name] for row in rows) for name in ("mash_contact", "mash_referral", "early_help")}
    together["statutory_level"] = max((row["statutory_level"] or "none" for row in rows), key=LEVELS.index)
    statuses = [row["status"] for row in rows]
    together["status"] = next(s for s in ("not_reached", "not_supplied", "unmatched", "observed") if s in statuses)
    return together


def in_window(holds: Callable[[Child, Row], bool]) -> Question:
    """Children reached whose area supplied; a child found in no register has no record, and is in the base."""

    def ask(child: Child, time: str) -> bool | None:
        row = window(child, time)
        return holds(child, row) if row["status"] in ("observed", "unmatched") else None

    return ask


def level(row: Row) -> str:
    """The highest statutory level; none where nothing was found."""
    return row["statutory_level"] or "none"


def services(row: Row) -> frozenset[str]:
    """Which of the three services were active; a bare contact is none."""
    held = {"eh": bool(row["early_help"]), "stat": level(row) != "none", "mash": bool(row["mash_referral"])}
    return frozenset(name for name, active in held.items() if active)


def exactly(these: frozenset[str]) -> Question:
    """Whether these services, and no other, were active."""
    return in_window(lambda _, row: services(row) == these)


def in_some_register(child: Child) -> bool:
    """Found at school or in social care."""
    return any(child.facts[column] for column in ("matched_education", "matched_social_care"))


# Children and the support journey.


def is_parent(who: str) -> Question:
    """Of every child: whether this parent was imprisoned."""
    return lambda child, _: child.facts["parent"] == who


def has_reached(child: Child, step: str) -> bool:
    """Whether the journey came as far as this step."""
    came_to = child.support["reached"]
    return came_to is not None and STEPS.index(came_to) >= STEPS.index(step)


def step_before(step: str) -> str:
    """The step before; recognition for the first."""
    return STEPS[STEPS.index(step) - 1]


def after(step: str, holds: Callable[[Child], bool]) -> Question:
    """Of those who reached the step before: whether it holds."""
    return lambda child, _: holds(child) if has_reached(child, step_before(step)) else None


def why_stopped(child: Child) -> str:
    """The one reason why the journey has come no further than it has."""
    offer = child.support
    if offer["reached"] == "recognised":
        return "pending" if offer["suitable"] is None else "not_suitable"
    why = "pending" if offer["outcome"] == "accepted" else offer["outcome"]
    told_instead = offer["reached"] == "visited" and offer["open_to_services"] is True
    return "services" if told_instead and why in ("not_suitable", "pending") else str(why)


def stopped_before(child: Child, step: str, why: str) -> bool:
    """Whether this step is the next, and would be but for that."""
    return child.support["reached"] == step_before(step) and why_stopped(child) == why


def waited(step: str, band: range) -> Question:
    """Of those whose wait for the step is known: whether it was in the band."""

    def ask(child: Child, _: str) -> bool | None:
        months = child.facts["wait_recognised_months"] if step == "recognised" else child.support[f"wait_{step}_months"]
        return None if months is None else months in band

    return ask


def is_overdue(step: str) -> Question:
    """Of those who took the step before: whether they wait for this one for longer than two months, as far as is known."""

    def ask(child: Child, _: str) -> bool | None:
        if not has_reached(child, step_before(step)):
            return None
        return stopped_before(child, step, "pending") and (child.support["waiting_months"] or 0) > OVERDUE_AFTER_MONTHS

    return ask


def is_linked(source: str) -> Question:
    """Of every child: whether this was who knew."""
    return lambda child, _: child.facts["link_source"] == source


def offer_of(child: Child) -> str:
    """Whether the family was offered support, was not, or nothing is recorded of it."""
    if has_reached(child, "offered"):
        return "offered"
    known = child.support["reached"] is not None or child.support["offer_live"] is False
    return "not_offered" if known else "offer_not_recorded"


def unknown_and(offer: str) -> Question:
    """Of those in the window: whether no service was active, and the offer stands so."""
    return in_window(lambda child, row: not services(row) and offer_of(child) == offer)


def took(step: str) -> Question:
    """Of those who reached the step before: whether this one was reached."""
    return after(step, lambda child: has_reached(child, step))


def took_of_parent(step: str, who: str) -> Question:
    """Of those who reached the step before and whose parent in prison this is: whether this one was reached."""
    ask = took(step)
    return lambda child, time: ask(child, time) if child.facts["parent"] == who else None


def stopped(step: str, why: str) -> Question:
    """Of those who reached the step before: whether they came no further, for that reason."""
    return after(step, lambda child: stopped_before(child, step, why))


def unknown_of_source(source: str) -> Question:
    """Of those in the window linked by this source: whether no service was active."""
    ask = in_window(lambda _, row: not services(row))
    return lambda child, time: ask(child, time) if child.facts["link_source"] == source else None


TERMS = tuple(str(term) for term in range(-12, 9))
SINCE_0 = tuple(str(term) for term in range(9))
WINDOWS = ("b6", "m-1", "m0", "m+1", "w3", "w6", "a6")
WITH_SPANS = (*WINDOWS, "before", "window")

STATUSES = ("observed", "not_on_roll", "out_of_age", "covid", "not_reached", "unmatched", "not_supplied")
SETS = ("none", "eh", "stat", "mash", "eh_stat", "eh_mash", "stat_mash", "all")


PARENTS = {"maternal": "mother", "paternal": "father", "other_parent": "other"}


def members(name: str) -> frozenset[str]:
    """The services that a set's name lists."""
    return frozenset({"none": (), "all": ("eh", "stat", "mash")}.get(name, tuple(name.split("_"))))


FLAGS = ("fsm_received", "fsm_eligible", "sen_support", "ehcp", "suspended")
PROPORTIONS: dict[str, tuple[Question, tuple[str, ...]]] = {
    **{name: (flag(name), TERMS) for name in FLAGS},
    "fsm_received_since_0": (meals_since_imprisonment, SINCE_0),
    "missed_under_10": (missed(lambda share: share <= Fraction(1, 10)), TERMS),
    "missed_under_50": (missed(lambda share: share <= Fraction(1, 2)), TERMS),
    "severely_absent": (missed(lambda share: share > Fraction(1, 2)), TERMS),
    **{f"coverage_{status}": (coverage(status), TERMS) for status in STATUSES},
    "early_help": (in_window(lambda _, row: bool(row["early_help"])), WINDOWS),
    "cin": (in_window(lambda _, row: level(row) == "cin"), WINDOWS),
    "cp": (in_window(lambda _, row: level(row) == "cp"), WINDOWS),
    "cwcf": (in_window(lambda _, row: level(row) == "cwcf"), WINDOWS),
    "statutory": (in_window(lambda _, row: level(row) != "none"), WINDOWS),
    "mash_contact": (in_window(lambda _, row: bool(row["mash_contact"])), WINDOWS),
    "mash_referral": (in_window(lambda _, row: bool(row["mash_referral"])), WITH_SPANS),
    "any_active": (in_window(lambda _, row: bool(services(row))), WITH_SPANS),
    "none_active": (in_window(lambda _, row: not services(row)), WITH_SPANS),
    "none_active_matched": (in_window(lambda child, row: not services(row) and in_some_register(child)), WITH_SPANS),
    "none_active_unmatched": (in_window(lambda child, row: not services(row) and not in_some_register(child)), WITH_SPANS),
    **{f"services_{name}": (exactly(members(name)), ("window",)) for name in SETS},
    **{name: (is_parent(who), ("all",)) for name, who in PARENTS.items()},
    **{f"linked_{source}": (is_linked(source), ("all",)) for source in LINK_SOURCES},
    **{f"unknown_{offer}": (unknown_and(offer), ("window",)) for offer in ("offered", "not_offered", "offer_not_recorded")},
    **{f"unknown_{source}": (unknown_of_source(source), ("window",)) for source in LINK_SOURCES},
    **{f"step_{name}": (took(name), ("all",)) for name in JOURNEY},
    **{f"{name}_{of}": (took_of_parent(name, who), ("all",)) for name in JOURNEY for of, who in PARENTS.items()},
    **{f"beside_{name}_{why}": (stopped(name, why), ("all",)) for name, reasons in STOPS.items() for why in reasons},
    **{f"wait_{name}_{band}": (waited(name, of), ("all",)) for name in ("recognised", *DATED) for band, of in BANDS.items()},
    **{f"overdue_{name}": (is_overdue(name), ("all",)) for name in JOURNEY},
}
BY_PARENT = tuple(f"{name}_{of}" for name in JOURNEY for of in PARENTS)
OF_THE_OFFER = tuple(
    name
    for name in PROPORTIONS
    if name.startswith(("step_", "beside_", "wait_", "overdue_", *BY_PARENT)) and not name.startswith("wait_recognised_")
)
"""Counted of those to whom the offer of support extends, from what the area recorded of it."""
MOST_FILTERS = {
    **{f"coverage_{status}": 0 for status in STATUSES},
    **{f"services_{name}": 0 for name in SETS},
    **{f"unknown_{offer}": 1 for offer in ("offered", "not_offered", "offer_not_recorded")},
    **{f"unknown_{source}": 0 for source in LINK_SOURCES},
    **{f"wait_recognised_{band}": 1 for band in BANDS},
    **dict.fromkeys(OF_THE_OFFER, 1),
    **dict.fromkeys(BY_PARENT, 0),
}
"""With how many filters at most an indicator is released: of many parts, most are of few children in any finer cut."""
MEANS: dict[str, tuple[Question, tuple[str, ...]]] = {
    "attendance_mean": (attendance_mean, TERMS),
    "attendance_sessions": (attendance_sessions, TERMS),
}
HEADCOUNTS: dict[str, tuple[Question, tuple[str, ...]]] = {
    "recognised": (lambda child, _: child.facts["child_id"], ("all",)),
    "families": (lambda child, _: child.facts["family_id"], ("all",)),
}
QUESTIONS = PROPORTIONS | MEANS | HEADCOUNTS
BY_RECOGNITION = tuple(name for name, (_, codes) in QUESTIONS.items() if codes == ("all",))
"""Placed in a period by the month of recognition; all others by the month of imprisonment."""


def is_by_term(indicator: str) -> bool:
    """Whether the indicator runs over school terms."""
    return QUESTIONS[indicator][1] in (TERMS, SINCE_0)


def followed(child: Child) -> bool:
    """Observed in every term from three before to three after."""
    return all(in_scope(child, term) for term in range(-3, 4))


def times(indicator: str, basis: str) -> tuple[str, ...]:
    """The times an indicator is released for on a basis; none where it does not have that basis."""
    codes = QUESTIONS[indicator][1]
    if basis == "observed":
        return codes
    if not is_by_term(indicator) or indicator.startswith("coverage_"):
        return ()
    return tuple(code for code in codes if -3 <= int(code) <= 3)


def answer(indicator: str, child: Child, time: str, basis: str = "observed") -> Answer:
    """What the child answers; `None` outside the base, or not among those followed."""
    return None if basis == "followed" and not followed(child) else QUESTIONS[indicator][0](child, time)
