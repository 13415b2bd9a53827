"""Who was recognised, by which parent's imprisonment, through whose records, and how soon."""

from __future__ import annotations

from typing import Literal

from metrics.catalogue.journey import BANDS
from metrics.indicator import Headcount, Indicator, Proportion, Whole

_BY_RECOGNITION: Literal["recognised_month"] = "recognised_month"
_RECOGNISED_CAVEAT = "By month of recognition, which can be later than the imprisonment."
_PARENT_CAVEAT = "The parent whose imprisonment first led to recognition; step-parents count with parents."
_LINK_CAVEAT = "Who knew that the child was theirs: a link found in social-care records selects children already known."
_WAIT_CAVEAT = "A link that was recorded only after the imprisonment makes the wait; nobody recognises before the monthly run."

WHOSE_RECORDS = {
    "police": "police records",
    "prison": "prison records",
    "social_care": "social-care records",
    "other": "other records",
}
"""Whose records told that a child is theirs, by `link_source`, in words."""

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


def _linked(source: str, whose: str) -> Indicator:
    return Indicator(
        id=f"linked_{source}",
        title=f"Linked through {whose}",
        table="children",
        measure=Proportion(f"link_source = '{source}'", "TRUE"),
        time=Whole(),
        definition=f"Children whose link to the imprisoned person was found in {whose}.",
        question="link_source",
        caveat=_LINK_CAVEAT,
        period_of=_BY_RECOGNITION,
        splits="link_source",
    )


def _recognised_within(band: str) -> Indicator:
    words, condition = BANDS[band]
    return Indicator(
        id=f"wait_recognised_{band}",
        title=f"Recognised {words}",
        table="children",
        measure=Proportion(f"wait_recognised_months {condition}", "TRUE"),
        time=Whole(),
        definition=f"Children recognised {words} as, or after, the reception into prison.",
        question="waits",
        caveat=_WAIT_CAVEAT,
        period_of=_BY_RECOGNITION,
        splits="wait_recognised",
        most_filters=1,
    )


LINKED = tuple(_linked(source, whose) for source, whose in WHOSE_RECORDS.items())
RECOGNISED_WITHIN = tuple(_recognised_within(band) for band in BANDS)
