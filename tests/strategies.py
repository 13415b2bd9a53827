"""Hypothesis strategies: small cohorts, made of the cases that are easy to get wrong.

A cohort is the rows of the store's four tables; a child's terms and windows are drawn from palettes of awkward rows, and
some children come in many copies, so that bases pass every threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from tests.oracle.dates import WINDOW_MONTHS, could_be_school_age, month_after, term_after, window_days
from tests.oracle.indicators import attended_ppm
from tests.oracle.journey import derived, months_between

Row = dict[str, Any]
Tables = dict[str, list[Row]]

OXFORDSHIRE, OXFORD, CHERWELL = "E10000025", "E07000178", "E07000177"
MILTON_KEYNES, SLOUGH = "E06000042", "E06000039"
HOMES = [(OXFORDSHIRE, OXFORD), (OXFORDSHIRE, CHERWELL), (OXFORDSHIRE, None), (MILTON_KEYNES, None), (SLOUGH, None)]
AUTHORITIES = [OXFORDSHIRE, MILTON_KEYNES, SLOUGH]
SOURCES = ["school_census", "exclusions", "meals", "social_care", "support"]
LINK_SOURCES = ["police", "prison", "social_care", "other"]
OUTCOMES = ["accepted", "declined", "no_contact", "not_suitable", "pending"]


@dataclass(frozen=True)
class StoreRows:
    """A cohort store's rows, and by source and area the last day supplied."""

    tables: Tables
    observed_to: dict[str, dict[str, date]]

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """How Hypothesis prints a failing example: the children alone, for all the terms would fill the screen."""
        printer.text(f"StoreRows({self.tables['children']}, observed to {self.observed_to})")


FLAGS = ("fsm_received", "fsm_eligible", "sen_support", "ehcp", "suspended")
NOTHING_KNOWN: Row = dict.fromkeys((*FLAGS, "sessions_possible", "sessions_absent", "attended_ppm"))


def observed(pattern: str, possible: int | None, absent: int | None) -> Row:
    """A term in scope: `pattern` has a letter a flag, T true, F false, - unknown."""
    row: Row = NOTHING_KNOWN | dict(zip(FLAGS, ({"T": True, "F": False, "-": None}[letter] for letter in pattern), strict=True))
    row |= {"status": "observed", "sessions_possible": possible, "sessions_absent": absent}
    row["attended_ppm"] = attended_ppm(absent, possible) if possible and absent is not None else None
    return row


OBSERVED_TERMS = [
    observed("FFFFF", 100, 0),
    observed("TTTTT", 100, 10),
    observed("TFFFF", 101, 10),
    observed("FTTFF", 99, 10),
    observed("-TFTF", 120, 60),
    observed("T-FFT", 121, 61),
    observed("FT-F-", 3, 1),
    observed("TFT-T", 7, 7),
    observed("FFFFT", None, None),
    observed("-----", 0, 0),
    observed("TTFF-", 1, 0),
]
UNOBSERVED_TERMS = [
    NOTHING_KNOWN | {"status": status}
    for status in ("not_reached", "covid", "out_of_age", "not_supplied", "unmatched", "not_on_roll")
]


def open_to(level: str, letters: str) -> Row:
    """An observed window: a contact, a referral and Early Help, T or F."""
    flags = dict(zip(("mash_contact", "mash_referral", "early_help"), (letter == "T" for letter in letters), strict=True))
    return {"status": "observed", "statutory_level": level, **flags}


OBSERVED_WINDOWS = [
    *(open_to("none", letters) for letters in ("FFF", "TFF", "TTF", "FTF", "FFT", "TTT")),
    *(open_to(level, letters) for level in ("cin", "cp", "cwcf") for letters in ("FFF", "FTF", "FFT", "TTT")),
]
UNSEEN: Row = dict.fromkeys(("mash_contact", "mash_referral", "early_help", "statutory_level"))
UNOBSERVED_WINDOWS = [UNSEEN | {"status": status} for status in ("not_reached", "not_supplied")]
STEPS = ("champion_notified_month", "offer_made_month", "visit_month", "referral_month", "supported_month")
NO_JOURNEY: Row = dict.fromkeys(("suitable", *STEPS))
UNMATCHED_WINDOWS = [UNSEEN | {"status": "unmatched"}, *UNOBSERVED_WINDOWS]

MONTHS = [month_after(date(2021, 11, 1), step) for step in (0, 1, 2, 4, 5, 13, 14, 20, 21, 25, 26, 36)]
maybe_month = st.none() | st.sampled_from(MONTHS)
steady_terms = st.lists(st.sampled_from(OBSERVED_TERMS), min_size=21, max_size=21)
patchy_terms = st.lists(st.sampled_from([*OBSERVED_TERMS, *UNOBSERVED_TERMS]), min_size=21, max_size=21)
seen_windows = st.lists(st.sampled_from([*OBSERVED_WINDOWS, *UNOBSERVED_WINDOWS]), min_size=7, max_size=7)
steady_windows = st.lists(st.sampled_from(OBSERVED_WINDOWS), min_size=7, max_size=7)
unmatched_windows = st.lists(st.sampled_from(UNMATCHED_WINDOWS), min_size=7, max_size=7)


@st.composite
def lives(draw: st.DrawFn) -> Row:
    """One child as drawn: facts, terms, windows, support, the family's number and how many copies there are."""
    home, imprisoned = draw(st.sampled_from(HOMES)), draw(st.sampled_from(MONTHS))
    matched = draw(st.booleans())
    facts = {
        "area_code": home[0],
        "district_code": home[1],
        "sex": draw(st.sampled_from("FMFMU")),
        "age_band": draw(st.sampled_from(["0-4", "5-11", "12-17"])),
        "parent": draw(st.sampled_from(["mother", "father", "other"])),
        "imprisonment_month": imprisoned,
        "recognised_month": month_after(imprisoned, draw(st.sampled_from([0, 0, 1, 3, 14]))),
        "event_in_holiday": draw(st.booleans()),
        "link_source": draw(st.sampled_from(LINK_SOURCES)),
        "matched_education": draw(st.booleans()),
        "matched_social_care": matched,
        "later_imprisonments": draw(st.integers(0, 3)),
    }
    return {
        "facts": facts,
        "terms": draw(steady_terms | patchy_terms),
        "windows": draw(steady_windows | seen_windows) if matched else draw(unmatched_windows),
        "support": draw(journeys()),
        "family": draw(st.integers(0, 3)),
        "copies": draw(st.sampled_from([1, 1, 2, 6, 13])),
        "copies_are_siblings": draw(st.booleans()),
    }


@st.composite
def journeys(draw: st.DrawFn) -> Row:
    """A child's row of support without its identifier; steps may be missing in the middle."""
    return {
        "suitable": draw(st.sampled_from([True, True, False, None])),
        **{column: draw(maybe_month) for column in STEPS},
        "outcome": draw(st.sampled_from(OUTCOMES)),
    }


@st.composite
def cohorts(draw: st.DrawFn, most: int = 7) -> StoreRows:
    """A cohort store of up to `most` different children, some in many copies."""
    tables: Tables = {"children": [], "school_terms": [], "care_windows": [], "support": []}
    observed_to = draw(supplied())
    for number in range(draw(st.integers(1, most))):
        life = draw(lives())
        for copy in range(life["copies"]):
            family = life["family"] if life["copies_are_siblings"] else f"{number}.{copy}"
            add_child(tables, f"child {number}.{copy}", f"family {family}", life, observed_to)
    return StoreRows(tables, observed_to)


def add_child(tables: Tables, child_id: str, family_id: str, life: Row, observed_to: dict[str, dict[str, date]]) -> None:
    """Write one child's rows into all four tables: as drawn, but for what could not have been observed.

    That is what comes after the last day its area supplied, or is no age of school: there a release says that nobody is.
    """
    facts = life["facts"]
    until = {source: days.get(facts["area_code"]) for source, days in observed_to.items()}
    waited = months_between(facts["imprisonment_month"], facts["recognised_month"])
    tables["children"].append({"child_id": child_id, "family_id": family_id, "wait_recognised_months": waited, **facts})
    phase = {"0-4": "primary", "5-11": "primary", "12-17": "secondary"}[facts["age_band"]]
    for term, drawn in zip(range(-12, 9), life["terms"], strict=True):
        when = term_after(facts["imprisonment_month"], term)
        cannot = cannot_be_seen(when.last_day, until["school_census"], could_be_school_age(facts["age_band"], term))
        row = NOTHING_KNOWN | {"status": cannot} if cannot else drawn | ({} if until["meals"] else {"fsm_received": None})
        known = {"academic_year": when.academic_year, "term": when.name, "phase": phase, "in_scope": row["status"] == "observed"}
        tables["school_terms"].append({"child_id": child_id, "relative_term": term, **known, **row})
    for window, drawn in zip(WINDOW_MONTHS, life["windows"], strict=True):
        cannot = cannot_be_seen(window_days(facts["imprisonment_month"], window)[1], until["social_care"])
        row = UNSEEN | {"status": cannot} if cannot else drawn
        tables["care_windows"].append({"child_id": child_id, "window": window, **row})
        if window == "m0":
            tables["support"].append({"child_id": child_id, **journey(facts, life["support"], row, until["support"])})


def journey(facts: Row, drawn: Row, month_0: Row, observed_to: date | None) -> Row:
    """The child's row of support, without its identifier: as drawn, or nothing where the area supplied nothing."""
    told = drawn if observed_to else drawn | NO_JOURNEY
    is_told = told["outcome"] != "pending" or any(told[column] is not None for column in NO_JOURNEY)
    return told | derived(facts, told if observed_to and is_told else None, month_0, observed_to)


def cannot_be_seen(last_day: date, observed_to: date | None, is_of_age: bool = True) -> str | None:
    """Why a child cannot have been observed in a term or window that ends then; null where it can."""
    if not is_of_age:
        return "out_of_age"
    if observed_to is None:
        return "not_supplied"
    return "not_reached" if last_day > observed_to else None


@st.composite
def supplied(draw: st.DrawFn) -> dict[str, dict[str, date]]:
    """By source, the areas that supplied and their last day."""
    last_days = st.sampled_from([date(2022, 7, 31), date(2024, 3, 31), date(2025, 7, 31)])
    areas = st.dictionaries(st.sampled_from(AUTHORITIES), last_days, min_size=1, max_size=3)
    return {source: draw(areas) for source in SOURCES}
