"""What may not be said: each claim the rules of measurement forbid has its test here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import Comparator, Figure, Filters, find
from metrics.presentation import (
    INTERVALS_EXPLAINED,
    NOT_A_FORECAST,
    WARNING,
    against,
    change,
    comparator_note,
    completeness,
    describe_figures,
    describe_pairs,
    describe_series,
    differences,
    headline,
    interval,
    key_findings,
    limit,
    standing,
    unavailable,
    verdict,
)
from metrics.presentation.sentences import of_how_many
from metrics.presentation.study import PLANS
from tests.metrics.presentation_figures import Told, comparator, figure, here, hidden, in_need, pair

SEN, SUSPENDED, MEALS, SESSIONS = (find(id) for id in ("sen_support", "suspended", "fsm_received", "attendance_sessions"))
CLAIMS = re.compile(r"\b(above|below|higher|lower|more than|fewer than)\b", re.IGNORECASE)
MOVES = re.compile(r"\b(rise|rises|rose|risen|rising|fall|falls|fell|increase\w*|decrease\w*|higher|lower|doubled|up from)\b")
CAUSES = re.compile(r"\b(because of|caused|leads? to|led to|due to|impact|as a result|effect of)\b", re.IGNORECASE)
PREDICTS = re.compile(r"\b(will|likely|at risk|risk of|predict\w*|expect\w*)\b", re.IGNORECASE)


def told_of_every_plan() -> Told:
    """A cut that shows a figure for every finding, and the two parts of known to nobody."""
    given = [_of(plan.indicator, plan.time or find(plan.indicator).time.headline) for plan in PLANS]
    return Told(*given, _of("none_active_matched", "window", 30), _of("none_active_unmatched", "window", 27))


def _of(indicator: str, time: str, k: int | None = 57) -> Figure:
    return figure(indicator, time, None if indicator.startswith("attendance") else k)


def nothing(indicator: str) -> tuple[Comparator, ...]:
    return ()


@given(st.floats(0, 100), st.floats(0, 30), st.floats(0, 30), st.floats(0, 100), st.sampled_from(("matched", "similar")))
def test_above_and_below_are_said_only_where_the_interval_excludes_the_comparator(
    value: float, under: float, over: float, england: float, fit: str
) -> None:
    low, high = max(value - under, 0.0), min(value + over, 100.0)
    one = figure(value=value, low=low, high=high)
    expected = "above" if low > england else "below" if high < england else "too_few"
    assert verdict(one, comparator(england, fit=fit)) == expected
    sentence = against(SEN, one, comparator(england, fit=fit))
    assert bool(CLAIMS.search(sentence)) == (expected != "too_few")


@given(st.floats(0, 100), st.floats(0, 100))
def test_what_is_not_comparable_never_yields_above_or_below(value: float, england: float) -> None:
    """A termly share of children against an annual rate says nothing, however far apart."""
    one, other = figure("suspended", value=value, low=value, high=value), comparator(england, fit="not_comparable")
    assert verdict(one, other) == "not_comparable"
    assert not CLAIMS.search(against(SUSPENDED, one, other))
    said = differences(Told(one), lambda _: [other], [SUSPENDED])
    assert (said.clear, said.too_few) == ((), ())
    assert not re.search(r"\b(above|below)\b", said.not_comparable[0])


def test_a_wide_interval_is_too_few_to_tell_and_never_the_same() -> None:
    sentence = against(SEN, figure(low=5.0, high=60.0), comparator(31.0))
    assert sentence.startswith("Too few children to tell")
    assert "the same" not in sentence and "no difference" not in sentence


def test_without_an_interval_nothing_is_claimed() -> None:
    one = figure("attendance_mean", k=None, n=25, low=None, high=None)
    assert verdict(one, comparator(93.5)) == "unknown"
    assert not re.search(r"\b(above|below)\b", against(find("attendance_mean"), one, comparator(93.5)), re.IGNORECASE)


@pytest.mark.parametrize("symbol", "czx")
def test_of_a_hidden_figure_nothing_is_claimed(symbol: str) -> None:
    assert verdict(hidden(symbol=symbol), comparator()) == "unknown"
    assert not re.search(r"\b(above|below)\b", against(SEN, hidden(symbol=symbol), comparator()), re.IGNORECASE)
    said = differences(Told(hidden(symbol=symbol)), lambda _: [comparator()], [SEN])
    assert (said.clear, said.too_few, said.not_comparable) == ((), (), ())


def test_a_similar_measure_is_always_called_similar() -> None:
    one = figure(low=25.0, high=37.0)
    assert "similar" in against(SEN, one, in_need())
    assert "a similar measure" in differences(Told(one), lambda _: [in_need()], [SEN]).clear[0]
    assert "similar" not in against(SEN, one, comparator())


@pytest.mark.parametrize("finding", key_findings(told_of_every_plan(), nothing), ids=lambda f: f.id)
def test_no_finding_says_that_anything_moved_or_why(finding) -> None:  # type: ignore[no-untyped-def]
    """One month's 14% and seven months' 40% are not a rise, and nothing here is a cause or a forecast."""
    assert finding.big
    for forbidden in (MOVES, CAUSES, PREDICTS):
        assert not forbidden.search(finding.sentence), finding.sentence


@pytest.mark.parametrize("finding", key_findings(told_of_every_plan(), nothing), ids=lambda f: f.id)
def test_every_finding_carries_its_base(finding) -> None:  # type: ignore[no-untyped-def]
    """A rate without its n is a defect."""
    assert re.search(r"57 of 184|184 (children|families)", finding.sentence), finding.sentence


def test_a_longer_window_says_that_it_is_not_to_be_compared() -> None:
    found = {f.id: f for f in key_findings(told_of_every_plan(), lambda _: [comparator(3.3)])}
    for id in ("statutory_w6", "early_help_w6"):
        assert "not to be compared with one month" in found[id].sentence
    compared = {plan.id for plan in PLANS if plan.compared}
    windows = {plan.id: plan.time for plan in PLANS if plan.topic == "social_care"}
    assert all(windows[id] == "m0" for id in compared & set(windows))
    assert all(f.against == () for id, f in found.items() if id not in compared)


@pytest.mark.parametrize(
    ("period", "words"),
    [("all", "75 children"), ("2021", "75 recognised in 2021"), ("2022Q3", "75 recognised in July to September 2022")],
)
def test_children_recognised_in_a_period_are_not_called_those_whose_parent_was_imprisoned_in_it(period: str, words: str) -> None:
    assert of_how_many(figure("recognised", "all", None, n=75), period) == words


def test_known_to_nobody_is_always_said_with_its_two_parts() -> None:
    found = {f.id: f for f in key_findings(told_of_every_plan(), nothing)}["none_active"]
    assert "30 were found in some register and 27 in none, which may be a failed link" in found.sentence
    alone = key_findings(Told(_of("none_active", "window")), nothing)[-1]
    assert "is hidden" in alone.sentence


def test_a_hidden_finding_says_why_and_shows_no_number() -> None:
    found = {f.id: f for f in key_findings(Told(hidden("ehcp")), nothing)}["ehcp"]
    assert found.big == "" and found.sentence == unavailable("c") and not re.search(r"\d", found.sentence)


def test_what_the_study_printed_stands_beside_the_study_s_own_children_only() -> None:
    study = {f.id: f.published for f in key_findings(told_of_every_plan(), nothing, Filters(area="E10000025"))}
    assert study["fsm"] == "Published 2025: 66%" and study["attendance"] == "Published 2025: 79.9%"
    assert study["recognised"] == "Published 2025: 225 children"
    others = (None, Filters(), Filters(area="E10000025", sex="F"), Filters(area="E06000042"))
    assert all(f.published is None for cut in others for f in key_findings(told_of_every_plan(), nothing, cut))


def test_before_and_after_says_how_many_gained_and_lost_and_what_it_is_not() -> None:
    said = change(MEALS, pair())
    assert said.startswith("Of the same 100 children: 50.0% (50) in any of the three terms before and 60.0% (60)")
    assert "20 were counted after and not before, 10 before and not after" in said
    assert said.endswith(WARNING)


@given(st.floats(0, 1), st.integers(0, 100), st.integers(0, 100))
def test_a_change_that_chance_could_make_is_too_few_to_tell(p_value: float, before: int, after: int) -> None:
    said = change(MEALS, pair(p_value=p_value, before_count=before, after_count=after))
    assert ("Too few children to tell" in said) == (p_value >= 0.05)
    assert bool(re.search(r"\b(Higher|Lower) afterwards", said)) == (p_value < 0.05)
    assert said.endswith(WARNING) and "no change" not in said and not CAUSES.search(said)


def test_a_change_in_sessions_has_no_counts() -> None:
    empty: dict[str, Any] = dict.fromkeys(("before_count", "after_count", "gained", "lost"))
    sessions = pair("attendance_sessions", kind="pooled", before_value=85.2, after_value=80.4, **empty)
    said = change(SESSIONS, sessions)
    assert "85.2% over the three terms before and 80.4% over the three terms after" in said
    assert "Lower afterwards" in said and said.endswith(WARNING)


def test_a_hidden_change_says_why() -> None:
    none: dict[str, Any] = dict.fromkeys(("n_both", "before_count", "after_count", "gained", "lost", "p_value"))
    assert change(MEALS, pair(symbol="c", **none)) == unavailable("c")
    assert change(MEALS, None)


def test_one_sentence_for_every_suppression_with_no_hint_of_the_rule() -> None:
    assert unavailable("c") == "Hidden: we hide figures about few children, and any that would reveal one."
    assert len({unavailable(symbol) for symbol in ("c", "z", "x", None)}) == 4


def test_a_headline_is_a_natural_frequency_with_percentage_and_base() -> None:
    assert (
        headline(MEALS, figure("fsm_received", "0", 122, 184)) == "2 in 3 children (66.3%, 122 of 184), the term of imprisonment."
    )


@pytest.mark.parametrize(
    ("symbol", "said"),
    [("c", "Hidden"), ("z", "Not reached"), ("x", "Not supplied")],
    ids=("hidden", "not reached", "not supplied"),
)
def test_a_headline_that_is_not_shown_says_of_when_for_other_times_may_be(symbol: str, said: str) -> None:
    why = unavailable(symbol).removeprefix(f"{said}: ")
    assert headline(MEALS, hidden(symbol=symbol)) == f"{said} for the term of imprisonment: {why}"
    assert headline(find("maternal"), hidden("maternal", "all", symbol)) == unavailable(symbol)
    assert headline(MEALS, None) == unavailable(None)


def test_how_many_filters_an_indicator_is_shown_with_is_said_where_it_is_limited() -> None:
    assert limit(SEN) == ""
    assert limit(replace(SEN, most_filters=0)) == "Shown with no filter, so that no child can be recognised."
    assert limit(replace(SEN, most_filters=1)) == "Shown with one filter at most, so that no child can be recognised."
    assert limit(replace(SEN, most_filters=2)) == "Shown with two filters at most, so that no child can be recognised."


def test_completeness_names_what_is_missing_and_why() -> None:
    given = [figure(time="-1", n=80, k=30), figure(time="0"), hidden(time="1"), hidden(time="2", symbol="z")]
    said = completeness(given)
    assert said.startswith("2 of 4 terms shown, of 80 to 184 children.")
    assert "Hidden: one term after." in said and "Not reached: two terms after." in said
    assert "The line is broken where under half as many" in said and "one term before." in said


def test_an_interval_is_explained_for_a_complete_cohort() -> None:
    assert "not a sample" in INTERVALS_EXPLAINED
    assert interval(figure(low=25.0, high=37.0)) == "95% interval: 25.0% to 37.0%."
    assert interval(hidden()) == ""


def test_nothing_is_predicted() -> None:
    assert "Nothing here predicts or decides" in NOT_A_FORECAST


def test_a_description_tells_every_term_in_order() -> None:
    said = describe_series(SEN, [figure(time="-1"), hidden(time="0"), figure(time="1")], [comparator()])
    places = [
        said.index(words) for words in ("One term before: 31.0%", "The term of imprisonment: hidden", "One term after: 31.0%")
    ]
    assert places == sorted(places) and "all pupils in England, 13.6%" in said


def test_a_description_of_windows_says_that_they_are_not_to_be_compared() -> None:
    mash = find("mash_referral")
    said = describe_series(mash, [figure("mash_referral", time) for time in ("m0", "w6")])
    assert "not to be compared with one another" in said and not MOVES.search(said)


def test_other_descriptions_are_whole() -> None:
    assert describe_figures("By year", [("2022", figure()), ("2023", None)]).startswith(
        "By year. 2022: 31.0%, 57 of 184 children"
    )
    assert describe_pairs([(MEALS, pair()), (SEN, None)]).count(WARNING) == 1


def test_a_comparator_is_named_in_full() -> None:
    said = comparator_note(in_need())
    for words in (
        "Children in need, England",
        "21.8%",
        "31 March 2024",
        "DfE",
        "a similar measure, not the same",
        "One is a year",
    ):
        assert words in said


YEARS = ("January 2022 census", "January 2024 census", "January 2025 census")


def test_one_comparator_stands_for_each_population() -> None:
    """The year nearest the middle of the cohort, official before quoted, and the same whatever the order of the file."""
    england = [comparator(13 + i, period=period) for i, period in enumerate(YEARS)]
    quoted = comparator(99.0, period="2023/24", source="Quoted in the published study")
    others = [in_need(), here(), comparator(50.0, population="Primary pupils, England")]
    for listed in ([*england, quoted, *others], [*others, quoted, *reversed(england)]):
        assert [(c.population, c.value) for c in standing(listed)] == [
            ("All pupils, England", 14),
            ("All pupils, Oxfordshire", 16.3),
            ("Children in need, England", 21.8),
        ]


def test_what_is_not_comparable_stands_only_where_there_is_nothing_better() -> None:
    poor = comparator(3.8, fit="not_comparable", period="2023/24")
    assert [c.value for c in standing([poor, comparator(5.3, period="January 2025 census")])] == [5.3]
    assert [c.value for c in standing([poor])] == [3.8]
