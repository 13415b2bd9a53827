"""What a slide claims: without these a title can say more than the interval does, or a slide can show what is hidden."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metrics import Filters, Release, find
from metrics.catalogue import EDUCATION, SOCIAL_CARE
from metrics.presentation import ALL_SLIDES, SLIDES, Slide, SlideError, deck, slide
from metrics.presentation.comparators import ENGLAND
from metrics.presentation.slide_groups import before_and_after
from metrics.presentation.slide_words import claim
from metrics.presentation.slides import NAMES, UNSAID
from tests.metrics.presentation_figures import comparator, figure, here, in_need
from tests.releases import OXFORDSHIRE, Row, publish_release

ALL, OXON = Filters(), Filters(area=OXFORDSHIRE)
HIDDEN = {"symbol": "c"}
EHCP_ENGLAND = {
    "comparator": "ehcp",
    "indicator": "ehcp",
    "area_code": ENGLAND,
    "area_name": "England",
    "population": "All pupils, England",
    "period": "January 2024 census",
    "value": 4.8,
    "unit": "percent",
    "source": "DfE Local Authority Interactive Tool [SEN_TotStat]",
    "fit": "matched",
}
PAIR = {"kind": "any", "n_both": 90, "before_count": 30, "after_count": 45, "gained": 20, "lost": 5}


def opened(root: Path, *args: Any, **told: Any) -> Release:
    """A release made from these cells."""
    return Release.open(publish_release(root, *args, **told))


def text(one: Slide) -> str:
    """Everything a slide says in words."""
    return " ".join(
        (one.title, one.about, one.says, one.n_words, one.comparator_words, one.source, *one.notes, one.footer, one.spoken)
    )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (13.7, 30.0, ", above England (13.6%)"),
        (13.6, 30.0, "; too few children to tell from England (13.6%)"),
        (5.0, 13.6, "; too few children to tell from England (13.6%)"),
        (5.0, 13.5, ", below England (13.6%)"),
    ],
)
def test_a_title_says_above_or_below_only_where_the_interval_excludes_england(low: float, high: float, said: str) -> None:
    assert claim(figure(low=low, high=high), [comparator(13.6)]) == said


def test_a_title_says_of_england_that_there_are_too_few_to_tell_even_where_another_comparison_is_clear() -> None:
    said = claim(figure(low=10.0, high=20.0), [comparator(13.6), in_need(29.1)])
    assert said == ", below England's children in need (29.1%); too few children to tell from England (13.6%)"


def test_a_title_compares_with_england_and_leaves_the_area_to_the_words_beneath() -> None:
    assert claim(figure(low=20.0, high=30.0), [comparator(13.6), here(16.3)]) == ", above England (13.6%)"


def test_a_title_claims_nothing_against_what_is_not_comparable_or_without_an_interval() -> None:
    assert claim(figure(low=20.0, high=30.0), [comparator(1.0, fit="not_comparable")]) == ""
    assert claim(figure(low=None, high=None), [comparator(1.0)]) == ""


def test_a_slide_states_the_finding_k_of_n_the_comparator_the_source_and_its_date(tmp_path: Path) -> None:
    told = slide(opened(tmp_path, comparators=[EHCP_ENGLAND]), OXON, "ehcp")
    assert told.title == (
        "1 in 2 children had an education, health and care plan in the term of imprisonment, above England (4.8%)"
    )
    assert told.about == "Oxfordshire, all children"
    assert told.n_words == "50 of 100 children: 50.0% (95% interval 40.0% to 60.0%)"
    assert told.comparator_words == "Above all pupils in England, 4.8% (January 2024 census)."
    assert told.source == (
        "Source: Operation Paramount, school records to 31 July 2025; beside it, DfE Local Authority Interactive Tool. "
        "Release first."
    )
    assert told.chart is not None
    assert told.chart.title == find("ehcp").title
    assert [name for name, _ in told.figures.series[0].points] == ["−2", "−1", "0", "+2"]
    assert [one.value for one in told.figures.comparators] == [4.8]


def test_notes_hold_the_definition_the_caveat_and_what_an_interval_is(tmp_path: Path) -> None:
    notes = slide(opened(tmp_path), ALL, "ehcp").notes
    indicator = find("ehcp")
    assert notes[0] == f"{indicator.title}. {indicator.definition}"
    assert indicator.caveat in notes
    assert any(note.startswith("These are all the children who were recognised, not a sample.") for note in notes)
    assert notes[-1] == "Nothing here predicts or decides anything about a child."


def test_a_hidden_slide_has_no_chart_says_why_and_names_the_nearest_cut_that_shows_it(tmp_path: Path) -> None:
    cells = {(OXON, "ehcp", "observed", time): HIDDEN for time in ("-2", "-1", "0", "2")}
    told = slide(opened(tmp_path, cells), OXON, "ehcp")
    assert told.hidden
    assert told.chart is None
    assert told.data is None
    assert told.title == "Had an education, health and care plan: hidden for the term of imprisonment"
    assert told.says == "Hidden: we hide figures about few children, and any that would reveal one."
    assert told.n_words == told.spoken == ""
    assert told.nearest == ALL
    assert "50" not in text(told)


def test_where_the_term_of_imprisonment_is_hidden_the_title_is_of_the_nearest_shown_and_says_so(tmp_path: Path) -> None:
    shown_before: Row = {"n": 80, "count": 20, "value": 25.0, "low": 17.0, "high": 35.0}
    cells = {(OXON, "ehcp", "observed", "0"): HIDDEN, (OXON, "ehcp", "observed", "-1"): shown_before}
    told = slide(opened(tmp_path, cells, comparators=[EHCP_ENGLAND]), OXON, "ehcp")
    assert told.title == (
        "Had an education, health and care plan: 1 in 4 children one term before the imprisonment, above England (4.8%)"
    )
    assert told.says == "Hidden for the term of imprisonment: the title is of the nearest that is shown."
    assert told.n_words.startswith("20 of 80 children")
    assert told.data is not None
    drawn = told.data.to_pylist()
    assert [row["text"] for row in drawn if row["part"] == "gap"] == ["c"]
    assert sorted(row["x"] for row in drawn if row["part"] == "point") == [-2, -1, 2]


@pytest.mark.parametrize(
    ("p_value", "title"),
    [
        (0.049, "The same children afterwards: higher for EHC plans"),
        (0.05, "At school: too few children to tell a change from chance"),
        (None, "At school: too few children to tell a change from chance"),
    ],
)
def test_before_and_after_is_called_a_change_only_where_chance_is_excluded(
    p_value: float | None, title: str, tmp_path: Path
) -> None:
    release = opened(tmp_path, pairs={(ALL, "ehcp"): PAIR | {"p_value": p_value}})
    drawn = before_and_after("At school", "ehcp")(release, release.cut(ALL))
    assert drawn.title == title
    assert "A change, not an effect" in drawn.says
    assert drawn.n_words.startswith("The same 90 children before and after")
    before, after = (one.points[0][1] for one in drawn.plot.series)
    assert before is not None
    assert after is not None
    assert (before.value, after.value) == (100 * 30 / 90, 100 * 45 / 90)


def test_indicators_of_different_children_say_of_how_many_each_is(tmp_path: Path) -> None:
    """Without it a range of bases reads as one group of children: `the same 90 to 120 children`."""
    release = opened(tmp_path, pairs={(ALL, "ehcp"): PAIR, (ALL, "suspended"): PAIR | {"n_both": 120}})
    drawn = before_and_after("At school", "ehcp", "suspended")(release, release.cut(ALL))
    assert drawn.n_words == "The same children before and after: 90 to 120 children, by indicator."


def test_a_hidden_pair_gives_nothing_away(tmp_path: Path) -> None:
    release = opened(tmp_path, pairs={(ALL, "ehcp"): {"symbol": "c"}})
    drawn = before_and_after("At school", "ehcp")(release, release.cut(ALL))
    assert drawn.chart is None
    assert drawn.title == "At school, before and after: hidden: we hide figures about few children, and any that would reveal one"
    assert drawn.n_words == ""


def test_every_indicator_of_school_and_social_care_has_a_slide_by_being_declared() -> None:
    parts = {"cin", "cp", "cwcf", "none_active_matched", "none_active_unmatched"}
    assert {one.id for one in (*EDUCATION, *SOCIAL_CARE)} - parts <= set(ALL_SLIDES) == set(NAMES)


def test_a_deck_keeps_the_order_asked_for_and_the_same_ids_give_the_new_figures_of_a_newer_release(tmp_path: Path) -> None:
    ids = ("statutory", "ehcp", "recognised")
    old = opened(tmp_path)
    grown: Row = {"n": 120, "count": 30, "value": 25.0, "low": 18.0, "high": 34.0}
    new = opened(tmp_path, {(ALL, "ehcp", "observed", "0"): grown}, version="second")
    first, second = deck(old, ALL, ids), deck(new, ALL, ids)
    assert tuple(one.id for one in first) == tuple(one.id for one in second) == ids
    assert first[1].title.startswith("1 in 2 children")
    assert second[1].title.startswith("1 in 4 children")


def test_what_a_release_does_not_hold_is_hidden_and_not_an_error(tmp_path: Path) -> None:
    shown = {one.id for one in deck(opened(tmp_path), ALL, SLIDES) if not one.hidden}
    assert shown == {"recognised", "sen_support", "ehcp", "statutory", "england"}


def test_a_misspelt_slide_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SlideError, match=r"no slide .sen_suport.: did you mean sen_support"):
        slide(opened(tmp_path), ALL, "sen_suport")


@pytest.mark.parametrize("words", ["Partners only: not for minutes, press or public", "Safe to share"])
def test_the_footer_is_the_policys_audience(words: str, tmp_path: Path) -> None:
    policy = {"name": "partners", "words": "We hide.", "audience_words": words}
    assert {one.footer for one in deck(opened(tmp_path, manifest={"policy": policy}), ALL)} == {words}


def test_a_release_that_names_no_audience_is_not_to_be_shared(tmp_path: Path) -> None:
    assert slide(opened(tmp_path), ALL, "ehcp").footer == UNSAID


def test_a_charts_specification_is_the_same_for_every_cut(tmp_path: Path) -> None:
    release = opened(tmp_path)
    one, other = (slide(release, cut, "ehcp").chart for cut in (ALL, OXON))
    assert one is other
    assert one is not None
    assert "50" not in json.dumps(one.title + one.subtitle + one.alt)


def test_a_share_of_nobody_is_a_gap_and_not_an_error(tmp_path: Path) -> None:
    nobody = {"n": 0, "count": 0, "value": None, "low": None, "high": None, "expected": None}
    told = slide(opened(tmp_path, {(ALL, "ehcp", "observed", "-2"): nobody}), ALL, "ehcp")
    assert told.data is not None
    assert [(row["x"], row["text"]) for row in told.data.to_pylist() if row["part"] == "gap"] == [(-2, "z")]


def test_a_slide_is_spoken_with_terms_in_words_and_headcounts_as_counts(tmp_path: Path) -> None:
    release = opened(tmp_path, {(ALL, "ehcp", "observed", "2"): HIDDEN})
    spoken = slide(release, ALL, "ehcp").spoken
    assert "Two terms before: 50.0%, 50 of 100 children" in spoken and "Two terms after: hidden." in spoken
    assert "\N{MINUS SIGN}" not in spoken
    assert "2022: 50 children." in slide(release, ALL, "recognised").spoken


def cell(k: int, n: int) -> Row:
    value = 100 * k / n
    return {"n": n, "count": k, "value": value, "low": max(value - 5, 0.0), "high": min(value + 5, 100.0)}


def test_the_offer_is_a_slide_of_its_steps_and_of_those_beside_them(tmp_path: Path) -> None:
    """Of 100 offered support 60 were visited and 40 declined; how many had no contact is hidden."""
    cells = {
        (ALL, "step_visited", "observed", "all"): cell(60, 100),
        (ALL, "beside_visited_declined", "observed", "all"): cell(40, 100),
        (ALL, "beside_visited_no_contact", "observed", "all"): HIDDEN,
    }
    told = slide(opened(tmp_path, cells), ALL, "offer")
    assert told.title == "Family visited: 60 children, 3 in 5 of those who reached the step before"
    assert "does not evaluate the service" in told.says and "Pending is not lost" in told.says
    assert "Reached, Family visited: 60.0%, 60 of 100 children" in told.spoken
    assert "Declined, Family visited: 40.0%, 40 of 100 children" in told.spoken
    assert "No contact, Family visited: hidden" in told.spoken
    assert "Declined, Suitable" not in told.spoken  # nobody can decline before an offer: there is no such part
    assert told.figures.kind == "parts"


def test_how_long_the_offer_took_is_the_finding_of_the_waits(tmp_path: Path) -> None:
    told = slide(opened(tmp_path, {(ALL, "wait_offered_same_month", "observed", "all"): cell(40, 80)}), ALL, "waits")
    assert told.title == "Support offered: in the same month: 1 in 2 children"
    assert told.n_words.startswith("40 of 80 children: 50.0%")


def test_who_is_missed_leads_with_those_to_whom_no_offer_was_made_and_says_what_selects(tmp_path: Path) -> None:
    cells = {
        (ALL, "none_active", "observed", "window"): cell(50, 200),
        (ALL, "unknown_not_offered", "observed", "window"): cell(20, 200),
    }
    told = slide(opened(tmp_path, cells), ALL, "missed")
    assert told.title == "Known to nobody, and support was not offered: 20 children"
    assert told.n_words.startswith("50 of 200 children: 25.0%")
    assert "A link found in social-care records selects" in told.says


def test_recognised_by_quarter_falls_back_to_years_and_says_which(tmp_path: Path) -> None:
    told = slide(opened(tmp_path), ALL, "recognised_quarters")
    assert told.says.startswith("By year of recognition")
    assert told.figures.kind == "bars"
