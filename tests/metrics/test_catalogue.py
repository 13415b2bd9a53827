"""The declarations: all there, all computable, all explained. A wrong one must fail before anybody reads a figure."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from data import reference
from metrics.catalogue import INDICATORS, QUESTIONS, check_questions, find
from metrics.indicator import Indicator, IndicatorError, Proportion, RelativeTerms, Whole, Windows
from metrics.protocol import PROPOSED
from metrics.tabulate import check_predicates

DATED = ("notified", "offered", "visited", "referred", "supported")
IDS = [
    "fsm_received",
    "fsm_eligible",
    "fsm_received_since_0",
    "sen_support",
    "ehcp",
    "suspended",
    "attendance_mean",
    "attendance_sessions",
    "missed_under_10",
    "missed_under_50",
    "severely_absent",
    "coverage_observed",
    "coverage_not_on_roll",
    "coverage_out_of_age",
    "coverage_covid",
    "coverage_not_reached",
    "coverage_unmatched",
    "coverage_not_supplied",
    "early_help",
    "cin",
    "cp",
    "cwcf",
    "statutory",
    "mash_contact",
    "mash_referral",
    "any_active",
    "none_active",
    "none_active_matched",
    "none_active_unmatched",
    "services_none",
    "services_eh",
    "services_stat",
    "services_mash",
    "services_eh_stat",
    "services_eh_mash",
    "services_stat_mash",
    "services_all",
    "recognised",
    "families",
    "maternal",
    "paternal",
    "other_parent",
    "step_suitable",
    "step_notified",
    "step_offered",
    "step_visited",
    "step_referred",
    "step_supported",
    *(f"{step}_{parent}" for step in ("suitable", *DATED) for parent in ("maternal", "paternal", "other_parent")),
    *(f"linked_{source}" for source in ("police", "prison", "social_care", "other")),
    *(f"unknown_{source}" for source in ("police", "prison", "social_care", "other")),
    *(f"unknown_{offer}" for offer in ("offered", "not_offered", "offer_not_recorded")),
    *(f"beside_suitable_{why}" for why in ("not_suitable", "pending")),
    *(f"beside_notified_{why}" for why in ("not_suitable", "pending")),
    *(f"beside_offered_{why}" for why in ("no_contact", "not_suitable", "pending")),
    *(f"beside_visited_{why}" for why in ("declined", "no_contact", "not_suitable", "pending")),
    *(f"beside_referred_{why}" for why in ("services", "declined", "no_contact", "not_suitable", "pending")),
    *(f"beside_supported_{why}" for why in ("declined", "no_contact", "not_suitable", "pending")),
    *(
        f"wait_{step}_{band}"
        for step in ("recognised", *DATED)
        for band in ("same_month", "next_month", "two_three", "four_more")
    ),
    *(f"overdue_{step}" for step in ("suitable", *DATED)),
]
"""The ids of the design, which other tools read."""

each = pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.id)


def declared(numerator: str, denominator: str = "in_scope") -> Indicator:
    return Indicator(
        id="trial",
        title="Trial",
        table="school_terms",
        measure=Proportion(numerator, denominator),
        time=RelativeTerms(),
        definition="A trial.",
    )


def test_every_id_of_the_design_is_declared_once() -> None:
    assert sorted(indicator.id for indicator in INDICATORS) == sorted(IDS)


@each
def test_a_reader_finds_what_it_is_and_what_to_beware_of(indicator: Indicator) -> None:
    assert indicator.title and not indicator.title.endswith(".")
    assert indicator.definition.endswith(".") and len(indicator.definition) > 20
    assert indicator.caveat and indicator.caveat.endswith(".")


@each
def test_a_comparator_that_is_named_stands_beside_the_indicator(indicator: Indicator) -> None:
    beside = {row.comparator for row in reference.comparators() if row.indicator == indicator.id}
    assert indicator.comparator is None or indicator.comparator in beside


@each
def test_predicates_are_sums_and_counts_that_any_engine_can_run(indicator: Indicator) -> None:
    for predicate in vars(indicator.measure).values():
        assert not re.search(r"/|::|QUALIFY|EXCLUDE|ROUND|QUANTILE|SELECT", predicate, re.IGNORECASE)


def test_since_0_can_only_rise_so_it_has_no_comparator() -> None:
    assert find("fsm_received_since_0").comparator is None


def test_every_predicate_can_be_computed() -> None:
    check_predicates(INDICATORS)


def test_a_misspelt_column_fails_while_the_catalogue_loads_and_names_the_one_meant() -> None:
    with pytest.raises(
        IndicatorError, match=r"trial: its numerator names fsm_recieved.*school_terms; did you mean fsm_received\?"
    ):
        declared("fsm_recieved")
    with pytest.raises(IndicatorError, match=r"its denominator names in_scop.*did you mean in_scope\?"):
        declared("ehcp", denominator="in_scop AND ehcp IS NOT NULL")


def test_a_word_in_quotes_is_no_column() -> None:
    assert declared("status = 'fsm_recieved'").measure == Proportion("status = 'fsm_recieved'", "in_scope")


def test_a_predicate_that_is_not_sql_is_named() -> None:
    with pytest.raises(
        IndicatorError, match=r"^Indicator trial: its denominator, in_scope AND, cannot be computed \(.*\): mend it\.$"
    ):
        check_predicates([declared("ehcp", denominator="in_scope AND")])


def test_a_predicate_of_the_wrong_type_is_named() -> None:
    with pytest.raises(IndicatorError, match="its numerator, relative_term, is of type int8, not bool"):
        check_predicates([declared("relative_term")])


def test_a_headline_is_one_of_the_times() -> None:
    with pytest.raises(IndicatorError, match="its headline 9 is none of its times"):
        Indicator("trial", "Trial", "school_terms", Proportion("ehcp", "in_scope"), RelativeTerms(headline="9"), "A trial.")


def test_only_terms_can_be_followed() -> None:
    with pytest.raises(IndicatorError, match="only indicators by relative term can be followed"):
        Indicator("trial", "Trial", "children", Proportion("suitable", "TRUE"), Whole(), "A trial.", followed=True)


def test_an_unknown_indicator_is_answered_with_the_nearest() -> None:
    with pytest.raises(IndicatorError, match="no indicator mash_referal: did you mean mash_referral"):
        find("mash_referal")


def test_followed_children_are_shown_no_further_than_they_are_followed() -> None:
    assert find("ehcp").codes("followed") == ("-3", "-2", "-1", "0", "1", "2", "3")
    assert find("fsm_received_since_0").codes("followed") == ("0", "1", "2", "3")
    assert find("coverage_observed").bases == ("observed",)


def test_before_and_after_are_equally_long_and_leave_out_term_0() -> None:
    assert find("ehcp").before_and_after == (("-3", "-2", "-1"), ("1", "2", "3"))
    assert find("cin").before_and_after == (("b6",), ("a6",))
    assert find("attendance_mean").before_and_after == ((), ())


def test_the_exclusive_parts_are_declared_for_the_times_of_their_whole() -> None:
    assert find("none_active_matched").time == find("none_active_unmatched").time == find("none_active").time
    assert isinstance(find("services_eh").time, Windows) and find("services_eh").time.codes == ("window",)


@each
def test_an_indicator_answers_a_question_that_is_written_down(indicator: Indicator) -> None:
    assert indicator.question in {question.id for question in QUESTIONS}


def test_an_indicator_without_a_question_fails_while_the_catalogue_loads() -> None:
    with pytest.raises(
        IndicatorError, match=r"^Indicator trial names no question: choose one of metrics/catalogue/questions\.py"
    ):
        check_questions([declared("ehcp")])


def test_a_misspelt_question_fails_and_names_the_one_meant() -> None:
    with pytest.raises(IndicatorError, match=r"^Indicator trial: its question atendance is none .* did you mean attendance\?$"):
        check_questions([replace(declared("ehcp"), question="atendance")])


def test_a_question_names_what_is_used_what_is_known_and_when_it_is_looked_at_again() -> None:
    for question in QUESTIONS:
        assert question.words.endswith("?") and question.limits.endswith(".") and question.review_on
        assert question.data_used and not question.data_used.endswith(".")


def test_whom_a_question_is_agreed_by_is_cited_and_all_else_is_only_proposed() -> None:
    cited = {question.agreed for question in QUESTIONS if question.agreed_by}
    assert all("(published study, 2025)" in words or "(article, 2023)" in words for words in cited)
    proposed = {question.id for question in QUESTIONS if question.agreed == PROPOSED}
    assert proposed == {"waits", "link_source", "missed", "school_coverage"}


def test_nobodys_agreement_takes_no_decision_after_the_first() -> None:
    with pytest.raises(ValueError, match="nobody agreed it, so it is at no stage after question"):
        replace(QUESTIONS[0], agreed_by=None)
    with pytest.raises(ValueError, match="its stage printed is none of question, evidence"):
        replace(QUESTIONS[0], stage="printed")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="agreed on a day and by nobody"):
        replace(QUESTIONS[0], stage="question", agreed_by=None, agreed_on="a Monday")
