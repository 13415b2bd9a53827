"""The school indicators as the education page groups them, and the reader's choices about terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import streamlit as st

from metrics import INDICATORS, Basis, find
from pages.components import choice, markup
from pages.components.choice import Choice

SECTIONS = tuple(
    (title, lead, tuple(map(find, ids)))
    for title, lead, ids in (
        (
            "Free school meals",
            "Receipt on census day and eligibility are different things; eligibility once gained is protected.",
            ("fsm_received", "fsm_eligible", "fsm_received_since_0"),
        ),
        ("Special educational needs", "", ("sen_support", "ehcp")),
        (
            "Attendance and suspension",
            "Persistent absence is 10% or more of sessions missed; severe absence is 50% or more. "
            "A permanent exclusion counts as a suspension.",
            ("attendance_mean", "attendance_sessions", "missed_under_10", "missed_under_50", "severely_absent", "suspended"),
        ),
    )
)
INDICATORS_BY_TERM = tuple(one for _, _, indicators in SECTIONS for one in indicators)
PAIRED = tuple(one for one in INDICATORS if one.table == "school_terms" and one.change is not None)
BEFORE_AND_AFTER = (
    "Terms −3 to −1 against terms +1 to +3, the same children in both; the term of imprisonment is in neither. "
    "A change, not an effect: children also grew older and national rates moved."
)
FOLLOWED = "The same children throughout are followed from three terms before to three after, so the span is fixed."

SPAN = Choice(
    "terms",
    "School terms shown",
    {
        "-12..8": "All: −12 to +8",
        "-6..6": "Two years either side",
        "-3..3": "One year either side",
        "0..8": "Since the imprisonment",
    },
    kind="select",
)
BASIS = Choice("basis", "Children", {"observed": "All observed in each term", "followed": "The same children throughout"})
LOOK = Choice("look", "Show", {"terms": "Term by term", "change": "Before and after"})


@dataclass(frozen=True)
class Terms:
    """What the reader chose: the first and last term shown, on which basis, or before and after instead."""

    first: int
    last: int
    basis: Basis
    before_and_after: bool


def choose() -> Terms:
    """The page's own controls; what would have no effect is disabled, with the reason."""
    with markup.place("controls"):
        look_place, basis_place, span_place = st.columns([2.2, 3.4, 2.4], vertical_alignment="bottom")
        with look_place:
            pairs = choice.choose(LOOK) == "change"
        with basis_place:
            basis = choice.choose(BASIS, disabled=pairs)
        with span_place:
            followed = basis == "followed" and not pairs
            span = choice.choose(SPAN, disabled=pairs or followed)
        if followed:
            markup.put(markup.text("p", FOLLOWED, class_="reason"))
    first, last = (-3, 3) if followed else map(int, span.split(".."))
    return Terms(first, last, cast(Basis, basis), pairs)
