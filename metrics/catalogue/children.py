"""Who was recognised, by which parent's imprisonment, and how far the offer of support has come."""

from __future__ import annotations

from typing import Literal

from metrics.indicator import Headcount, Indicator, Proportion, Whole

_BY_RECOGNITION: Literal["recognised_month"] = "recognised_month"
_RECOGNISED_CAVEAT = "By month of recognition, which can be later than the imprisonment."
_PARENT_CAVEAT = "The parent whose imprisonment first led to recognition; step-parents count with parents."
_JOURNEY_CAVEAT = "A share of the children who reached the step before; recent children may not have had the time."

CHILDREN = (
    Indicator(
        id="recognised",
        title="Children recognised",
        table="children",
        measure=Headcount("child_id"),
        time=Whole(),
        definition="Children linked to a parent's imprisonment, under 18 on the day of it.",
        question="recognised",
        source="Key findings",
        caveat=_RECOGNISED_CAVEAT,
        period_of=_BY_RECOGNITION,
    ),
    Indicator(
        id="families",
        title="Families",
        table="children",
        measure=Headcount("family_id"),
        time=Whole(),
        definition="Imprisoned people to whom the recognised children are linked; brothers and sisters share one.",
        question="recognised",
        caveat="A family with children in two areas counts in both, so areas do not add up to the whole.",
        period_of=_BY_RECOGNITION,
    ),
    Indicator(
        id="maternal",
        title="Mother imprisoned",
        table="children",
        measure=Proportion("parent = 'mother'", "TRUE"),
        time=Whole(),
        definition="Children recognised by the imprisonment of a mother or step-mother.",
        question="recognised",
        caveat=_PARENT_CAVEAT,
        period_of=_BY_RECOGNITION,
        splits="parent",
    ),
    Indicator(
        id="paternal",
        title="Father imprisoned",
        table="children",
        measure=Proportion("parent = 'father'", "TRUE"),
        time=Whole(),
        definition="Children recognised by the imprisonment of a father or step-father.",
        question="recognised",
        caveat=_PARENT_CAVEAT,
        period_of=_BY_RECOGNITION,
        splits="parent",
    ),
    Indicator(
        id="other_parent",
        title="Another carer imprisoned",
        table="children",
        measure=Proportion("parent = 'other'", "TRUE"),
        time=Whole(),
        definition="Children recognised by the imprisonment of somebody else linked to them as a parent is.",
        question="recognised",
        caveat=_PARENT_CAVEAT,
        period_of=_BY_RECOGNITION,
        splits="parent",
    ),
)


def _step(id: str, title: str, definition: str, *, reached: str, of: str) -> Indicator:
    return Indicator(
        id=f"step_{id}",
        title=title,
        table="children",
        measure=Proportion(reached, of),
        time=Whole(),
        definition=definition,
        question="offer",
        extract="support",
        caveat=_JOURNEY_CAVEAT,
        period_of=_BY_RECOGNITION,
        most_filters=1,
    )


_NOTIFIED = "champion_notified_month IS NOT NULL"
_OFFERED = "offer_made_month IS NOT NULL"
_VISITED = "visit_month IS NOT NULL"
_REFERRED = "referral_month IS NOT NULL"
_SUPPORTED = "supported_month IS NOT NULL"

JOURNEY = (
    _step(
        "suitable",
        "Suitable for the offer",
        "Children suitable for an offer of support, of those for whom it has been decided.",
        reached="suitable",
        of="suitable IS NOT NULL",
    ),
    _step(
        "notified",
        "Local officer told",
        "Children about whom the local officer was told, of those suitable.",
        reached=_NOTIFIED,
        of="suitable",
    ),
    _step(
        "offered",
        "Support offered",
        "Children whose family was offered support, of those about whom the local officer was told.",
        reached=_OFFERED,
        of=_NOTIFIED,
    ),
    _step(
        "visited",
        "Family visited",
        "Children whose family was visited, of those offered support.",
        reached=_VISITED,
        of=_OFFERED,
    ),
    _step(
        "referred",
        "Referred to the charity",
        "Children for whom a referral to the charity was accepted, of those visited.",
        reached=_REFERRED,
        of=_VISITED,
    ),
    _step(
        "supported",
        "Support taken up",
        "Children whose family took up support, of those referred.",
        reached=_SUPPORTED,
        of=_REFERRED,
    ),
)
