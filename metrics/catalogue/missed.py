"""Known to nobody: the children for whom this recognition is all there is, by the offer made and by who knew they were theirs."""

from __future__ import annotations

from metrics.catalogue.children import WHOSE_RECORDS
from metrics.catalogue.journey import reached
from metrics.catalogue.social_care import NOBODY, SUPPLIED
from metrics.indicator import Indicator, Proportion, Windows

_WHOLE_WINDOW = Windows(("window",), headline="window")
_EIGHT_MONTHS = "in the eight months from the month before the imprisonment to six months after it"
_OFFERED = reached("offered")
_NOT_RECORDED = "reached IS NULL AND COALESCE(offer_live, TRUE)"


def _by_offer(id: str, title: str, condition: str, definition: str) -> Indicator:
    return Indicator(
        id=f"unknown_{id}",
        title=title,
        table="care_windows",
        measure=Proportion(f"{NOBODY} AND {condition}", SUPPLIED),
        time=_WHOLE_WINDOW,
        definition=definition,
        question="missed",
        extract="social_care",
        caveat="For a child without an active record, the offer of support may be the only one there is.",
        splits="none_active",
        split_by="offer",
        most_filters=1,
    )


def _by_link(source: str, whose: str) -> Indicator:
    return Indicator(
        id=f"unknown_{source}",
        title=f"Known to no service, of those linked through {whose}",
        table="care_windows",
        measure=Proportion(NOBODY, f"{SUPPLIED} AND link_source = '{source}'"),
        time=_WHOLE_WINDOW,
        definition=f"Children without an active social-care record {_EIGHT_MONTHS}, of those whose link was found in {whose}.",
        question="missed",
        extract="social_care",
        caveat="A link found in social-care records selects children who are known there; one found elsewhere does not.",
        splits="none_active",
        split_by="link_source",
        most_filters=0,
    )


MISSED = (
    _by_offer(
        "offered",
        "Known to no service, offered support",
        _OFFERED,
        f"Children whose family was offered support, without an active social-care record {_EIGHT_MONTHS}.",
    ),
    _by_offer(
        "not_offered",
        "Known to no service, not offered support",
        f"NOT COALESCE({_OFFERED}, FALSE) AND NOT ({_NOT_RECORDED})",
        f"Children not offered support, or not yet where they live, without an active social-care record {_EIGHT_MONTHS}.",
    ),
    _by_offer(
        "offer_not_recorded",
        "Known to no service, offer not recorded",
        _NOT_RECORDED,
        f"Children of whose offer nothing is recorded, without an active social-care record {_EIGHT_MONTHS}.",
    ),
    *(_by_link(source, whose) for source, whose in WHOSE_RECORDS.items()),
)
