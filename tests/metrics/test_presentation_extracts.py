"""The extracts in words: whom to ask, which terms are covered, and how old they are. What these prevent: a wrong request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from metrics.extracts import Extracts
from metrics.figure import QualityCount
from metrics.presentation import Facts, asks
from metrics.presentation.extracts import age_at_build, covered, duration, found_interval, kind_name
from tests.releases import OXFORDSHIRE, READING, lattice_of

ALWAYS = ((date(2017, 8, 1), date(2025, 7, 31)),)
SOURCES = ("school_census", "exclusions", "meals", "social_care", "support")
Spans = Mapping[str, Mapping[str, tuple[tuple[date, date], ...]]]


def facts(spans: Spans, *counts: QualityCount, built_at: datetime | None = None) -> Facts:
    """What is known of Oxfordshire and Reading, who supplied everything but for the sources in `spans`; 50 children each."""
    whole: Spans = {**{source: dict.fromkeys((OXFORDSHIRE, READING), ALWAYS) for source in SOURCES}, **spans}
    children = {"all": 100, OXFORDSHIRE: 50, READING: 50}
    return Facts(Extracts(whole, {}, {}, (), built_at), lattice_of(225), counts, children)


def said(known: Facts) -> list[str]:
    return [f"{one.lead} {one.why}" for one in asks(known)]


def test_what_nobody_supplied_is_asked_of_every_authority_once() -> None:
    assert said(facts({"meals": {}})) == ["Ask every authority about school meals: no area supplied any."]


def test_without_a_school_census_there_are_no_exclusions_to_ask_for() -> None:
    only_reading = {source: {READING: ALWAYS} for source in ("school_census", "exclusions")}
    assert [one.lead for one in asks(facts(only_reading))] == ["Ask Oxfordshire about school records:"]


def test_the_offer_of_support_is_asked_of_those_who_make_it() -> None:
    assert [one.lead for one in asks(facts({"support": {READING: ALWAYS}}))] == [
        "Ask the force and the charity about the offer of support in Oxfordshire:"
    ]


def test_an_area_that_is_not_recorded_as_offering_support_has_nothing_to_tell_of_it() -> None:
    assert said(facts({"support": {OXFORDSHIRE: ALWAYS}})) == []


def test_a_month_less_than_the_others_is_not_worth_asking_for() -> None:
    for last, asked in ((date(2025, 6, 30), False), (date(2025, 6, 29), True)):
        assert bool(said(facts({"social_care": {OXFORDSHIRE: ALWAYS, READING: ((date(2021, 5, 1), last),)}}))) == asked


def test_a_census_that_was_not_taken_in_a_lockdown_term_is_not_asked_for() -> None:
    """There was no census in Summer 2020: Easter Monday was 13 April. Social care had no such break."""
    broken = ((date(2017, 8, 1), date(2020, 4, 12)), (date(2020, 8, 1), date(2025, 7, 31)))
    known = facts({"school_census": {OXFORDSHIRE: ALWAYS, READING: broken}})
    assert said(known) == []
    assert covered(known, "school_census", READING, 2019) == ("●●–", "Autumn covered, Spring covered, Summer in lockdown")
    longer = ((date(2017, 8, 1), date(2019, 12, 31)), (date(2020, 9, 1), date(2025, 7, 31)))
    known = facts(
        {"school_census": {OXFORDSHIRE: ALWAYS, READING: longer}, "social_care": {OXFORDSHIRE: ALWAYS, READING: broken}}
    )
    assert [one.partition(":")[2] for one in said(known)] == [
        " nothing covers 1 January 2020 to 31 August 2020.",
        " nothing covers 13 April 2020 to 31 July 2020.",
    ]


def test_social_care_need_not_begin_before_the_months_that_figures_look_back_on() -> None:
    """The programme began in November 2021, and figures look back six months."""
    for first, asked in ((date(2021, 5, 1), False), (date(2021, 6, 2), True)):
        assert bool(said(facts({"social_care": {OXFORDSHIRE: ALWAYS, READING: ((first, date(2025, 7, 31)),)}}))) == asked


@pytest.mark.parametrize(("used", "asked"), [(990, False), (989, True), (None, False)])
def test_more_than_one_row_in_a_hundred_is_many(used: int | None, asked: bool) -> None:
    n, symbol = (None, "c") if used is None else (1_000, None)
    counted = QualityCount("rows_used", "meals", READING, "all", None, n, used, symbol)  # type: ignore[arg-type]
    assert bool(said(facts({}, counted))) == asked


@pytest.mark.parametrize(("found", "asked"), [(80, True), (95, False)])
def test_a_match_rate_is_low_only_where_the_intervals_are_apart(found: int, asked: bool) -> None:
    here = QualityCount("matched", "education", READING, "all", None, 100, found, None)
    there = QualityCount("matched", "education", OXFORDSHIRE, "all", None, 100, 98, None)
    assert bool(said(facts({}, here, there))) == asked


def test_a_hidden_match_rate_is_compared_with_nothing() -> None:
    here = QualityCount("matched", "education", READING, "all", None, None, None, "c")
    there = QualityCount("matched", "education", OXFORDSHIRE, "all", None, 100, 98, None)
    assert found_interval(here) is None and said(facts({}, here, there)) == []


def test_a_term_is_covered_in_part_not_or_not_yet_over() -> None:
    known = facts({"social_care": {READING: ((date(2023, 8, 1), date(2024, 2, 1)),)}})
    assert covered(known, "social_care", READING, 2023) == ("●◐○", "Autumn covered, Spring in part, Summer not covered")
    assert covered(known, "social_care", READING, 2025)[0] == "···"


@pytest.mark.parametrize(
    ("days", "words"), [(1, "1 day"), (59, "59 days"), (60, "2 months"), (365, "12 months"), (731, "2 years"), (1_826, "5 years")]
)
def test_a_duration_is_said_in_the_unit_that_suits_it(days: int, words: str) -> None:
    assert duration(days) == words


def test_an_extract_is_as_old_as_its_last_day_when_the_store_was_built() -> None:
    built = facts({}, built_at=datetime(2025, 11, 20, tzinfo=UTC)).extracts
    assert age_at_build(date(2025, 7, 31), built) == "4 months old"
    assert age_at_build(date(2025, 11, 20), built) == "up to date"
    assert age_at_build(date(2025, 7, 31), facts({}).extracts) == ""


def test_kinds_of_file_are_named_in_words() -> None:
    assert kind_name("school_census/pupilonroll") == "School census: pupils on roll"
    assert kind_name("annex_a/list_1") == "Annex A: list 1"
    assert kind_name("term_dates") == "Term dates"
