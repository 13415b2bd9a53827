"""How far the offer of support came, from what was recorded of one child: the derived columns of `support`."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

Row = dict[str, Any]

AREAS = Path(__file__).resolve().parents[2] / "data" / "reference" / "areas.csv"
STEPS = ("recognised", "suitable", "notified", "offered", "visited", "referred", "supported")
MONTH_COLUMNS = {
    "notified": "champion_notified_month",
    "offered": "offer_made_month",
    "visited": "visit_month",
    "referred": "referral_month",
    "supported": "supported_month",
}
IMPLIED = {"accepted": "referred", "declined": "offered", "no_contact": "notified"}
"""The step that must have been taken for there to be the outcome."""


@cache
def go_lives() -> dict[str, date | None]:
    """The first day of the offer, by authority and district; null where it is not recorded."""
    with AREAS.open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    own = {code: row["go_live"] or (rows[row["parent"]]["go_live"] if row["parent"] else "") for code, row in rows.items()}
    return {code: date.fromisoformat(f"{month}-01") if month else None for code, month in own.items()}


def months_between(first: date, last: date) -> int:
    """Whole calendar months; negative where the last comes first."""
    return (last.year * 12 + last.month) - (first.year * 12 + first.month)


def furthest(offer: Row) -> str:
    """The last step that a date or the outcome tells of; who was found not suitable at the start came nowhere."""
    if offer["suitable"] is False:
        return "recognised"
    taken = {step for step, column in MONTH_COLUMNS.items() if offer.get(column)} | {IMPLIED.get(offer["outcome"], "recognised")}
    taken |= {"suitable"} if offer["suitable"] else set()
    return max(taken, key=STEPS.index)


def reached(facts: Row, offer: Row | None, observed_to: date | None) -> str | None:
    """The furthest step; null where no offer extends to the child: not live yet, or nothing told of it."""
    began = go_lives()[facts["district_code"] or facts["area_code"]]
    if observed_to is None or observed_to < facts["recognised_month"]:
        return None
    if began is None and offer is None:
        return None
    if began is not None and began > facts["recognised_month"]:
        return None
    return "recognised" if offer is None else furthest(offer)


def derived(facts: Row, offer: Row | None, month_0: Row, observed_to: date | None) -> Row:
    """The columns that the build adds to an offer as recorded: months by the store's names, `suitable`, `outcome`.

    `offer` is null where nothing was recorded of the child; `month_0` is the care window of the month of imprisonment.
    """
    began = go_lives()[facts["district_code"] or facts["area_code"]]
    came_to = reached(facts, offer, observed_to)
    months: Row = {step: (offer or {}).get(column) for step, column in MONTH_COLUMNS.items()}
    months |= {"recognised": facts["recognised_month"], "suitable": facts["recognised_month"]}
    seen = month_0["status"] == "observed"
    return {
        "offer_live": None if began is None else began <= facts["recognised_month"],
        "reached": came_to,
        "open_to_services": (bool(month_0["early_help"]) or month_0["statutory_level"] != "none") if seen else None,
        **{f"wait_{step}_months": wait(came_to, step, months) for step in STEPS[2:]},
        "waiting_months": None if came_to in (None, "supported") else elapsed(months[came_to], observed_to),
    }


def wait(came_to: str | None, step: str, months: Row) -> int | None:
    """Months from the step before; null where the step was not reached, or a month is unknown or out of order."""
    if came_to is None or STEPS.index(came_to) < STEPS.index(step):
        return None
    return elapsed(months[STEPS[STEPS.index(step) - 1]], months[step])


def elapsed(first: date | None, last: date | None) -> int | None:
    """Months from one to the other; null where either is unknown, or the last comes first."""
    if first is None or last is None or last < first:
        return None
    return months_between(first, last)
