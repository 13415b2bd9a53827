"""The filter bar and the URL say the same thing, and what cannot be shown is said with a way out."""

from __future__ import annotations

import pytest

from metrics import Filters, Release
from tests.pages.conftest import Open

OXFORDSHIRE, OXFORD = "E10000025", "E07000178"
LABELS = {"area": "Area", "age": "Age at imprisonment", "sex": "Sex", "period": "Period of imprisonment"}


@pytest.mark.parametrize(
    ("key", "value"), [("area", OXFORD), ("age", "12-17"), ("sex", "M"), ("period", "2023"), ("period", "2022Q3")]
)
def test_a_pasted_link_sets_its_filter(key: str, value: str, open_page: Open) -> None:
    assert open_page("children", **{key: value}).box(LABELS[key]).value == value


def test_a_filter_writes_the_url_and_leaves_the_rest_of_it(open_page: Open) -> None:
    screen = open_page("education", area=OXFORDSHIRE, terms="-3..3").choose("Sex", "F")
    assert screen.app.query_params == {"area": OXFORDSHIRE, "terms": "-3..3", "sex": "F"}
    screen.choose("Area", "all")
    assert screen.app.query_params == {"terms": "-3..3", "sex": "F"}


def test_the_way_to_another_page_carries_what_is_chosen(open_page: Open) -> None:
    links = open_page("education", area=OXFORDSHIRE, basis="followed").app.get("page_link")
    assert len(links) == 10
    assert {link.proto.query_string for link in links} == {f"area={OXFORDSHIRE}&basis=followed"}


@pytest.mark.parametrize(
    "query",
    [{"area": "Atlantis"}, {"age": "40-50"}, {"sex": "X"}, {"period": "1999"}, {"area": "<b>x</b>"}, {"period": "2022q3' OR 1"}],
    ids=str,
)
def test_an_impossible_value_is_ignored_with_a_word(query: dict[str, str], open_page: Open) -> None:
    screen = open_page("overview", **query)
    assert not screen.app.exception
    assert all(screen.box(label).value == "all" for label in LABELS.values())
    assert "it is left out" in screen.words
    assert "<b>x</b>" not in screen.markup


def test_filters_that_do_not_go_together_are_ignored_with_a_word(open_page: Open, release: Release) -> None:
    asked = {"area": OXFORD, "age": "5-11", "sex": "F"}
    screen = open_page("overview", **asked)
    reason = release.lattice.why_not(Filters.from_query(asked))
    assert reason is not None
    assert reason in screen.words
    assert [screen.box(label).value for label in ("Area", "Age at imprisonment", "Sex")].count("all") == 1


def test_an_impossible_choice_of_a_pages_own_is_ignored(open_page: Open) -> None:
    screen = open_page("education", terms="7..9", basis="some", look="nothing", trend="none")
    assert not screen.app.exception
    assert screen.box("School terms shown").value == "-12..8"


def test_what_does_not_go_together_is_disabled_with_the_reason(open_page: Open) -> None:
    screen = open_page("overview", area=OXFORD, sex="F")
    assert screen.box("Age at imprisonment").disabled
    assert screen.box("Period of imprisonment").disabled
    assert not screen.box("Area").disabled
    assert "Age at imprisonment and Period of imprisonment: at most two filters at once" in screen.words


def test_no_filter_is_disabled_where_nothing_is_chosen(open_page: Open) -> None:
    screen = open_page("overview")
    assert not any(screen.box(label).disabled for label in LABELS.values())
    assert 'class="reason"' not in screen.markup


def test_filters_are_cleared_in_one_click(open_page: Open) -> None:
    screen = open_page("education", area=OXFORD, sex="F", terms="-3..3")
    next(button for button in screen.app.button if button.label == "Clear filters").click().run()
    assert screen.app.query_params == {"terms": "-3..3"}


def test_a_hidden_figure_offers_the_nearest_cut_that_shows_it(open_page: Open, release: Release) -> None:
    hidden = Filters(area=OXFORD, age_band="12-17")
    screen = open_page("education", **hidden.query())
    offered = next(button for button in screen.app.button if button.label.startswith("Show the nearest that can be shown"))
    assert "headline figures of this page can be shown for these children" in screen.words
    offered.click().run()
    reached = Filters.from_query(screen.app.query_params)
    wanted = [
        ("fsm_received", "0", "observed"),
        ("ehcp", "0", "observed"),
        ("suspended", "0", "observed"),
        ("severely_absent", "0", "observed"),
    ]
    assert reached != hidden
    assert release.cut(reached).shown(wanted) > release.cut(hidden).shown(wanted)  # type: ignore[arg-type]


def test_a_chart_with_nothing_to_show_is_a_sentence_and_a_way_out(open_page: Open, release: Release) -> None:
    query = {"area": OXFORD, "age": "12-17"}
    series = release.cut(Filters.from_query(query)).series("ehcp")
    assert not any(figure.shown for figure in series)
    screen = open_page("education", **query)
    assert not any("health and care plan" in chart.proto.alt for chart in screen.charts)
    assert "Hidden: we hide figures about few children, and any that would reveal one." in screen.words


def test_by_year_says_why_where_a_third_filter_is_not_held(open_page: Open) -> None:
    screen = open_page("social_care", area=OXFORD, sex="F")
    assert "At most two filters at once" in screen.words
