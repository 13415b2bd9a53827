"""Every page, for several cuts, shows the release's own figures: without these a page can be empty, or say another number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from metrics import INDICATORS, Filters, Release, find
from metrics.catalogue import BY_PARENT
from metrics.disclosure.policy import load_policy
from metrics.presentation import NOT_RECORDED
from metrics.presentation.extracts import long_day
from metrics.presentation.numbers import base, percent, thousands
from tests.opened import closed
from tests.pages.conftest import MAIN, TIMEOUT_SECONDS, Open, Screen

OXFORDSHIRE, OXFORD, SLOUGH, WOKINGHAM = "E10000025", "E07000178", "E06000039", "E06000041"
PAGES = ("overview", "education", "social_care", "areas", "children", "journey", "downloads", "quality", "methods")
"""Every page with a heading of its own and the filters over it; the board has neither."""
CUTS: tuple[dict[str, str], ...] = (
    {},
    {"area": OXFORDSHIRE},
    {"sex": "F", "age": "5-11"},
    {"area": OXFORD, "period": "2023"},
    {"area": SLOUGH, "age": "0-4"},
)
TITLES = {"overview": "Overview", "social_care": "Social care"} | {
    page: page.capitalize() for page in PAGES if page not in ("social_care",)
}


def cut_of(query: dict[str, str]) -> Filters:
    """The filters that a URL's query means."""
    return Filters.from_query(query)


@pytest.mark.parametrize("query", CUTS, ids=str)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_shows_and_how_many_children_that_is(
    page: str, query: dict[str, str], open_page: Open, release: Release
) -> None:
    screen = open_page(page, **query)
    assert not screen.app.exception
    assert f"<h1>{TITLES[page]}</h1>" in screen.markup
    assert cut_of(query).words(release.lattice) in screen.words
    headcount = release.cut(cut_of(query)).figure("recognised")
    assert headcount is not None and headcount.n is not None
    of = f"recognised in {query['period']}" if "period" in query else "children"
    assert f"{thousands(headcount.n)} {of} · data to 31 July 2025 · disclosure policy: partners" in screen.words


@pytest.mark.parametrize("page", PAGES)
def test_no_page_can_leave_out_the_banner_the_warning_or_the_policy(page: str, open_page: Open, release: Release) -> None:
    words = open_page(page).words
    assert "Synthetic data: every child here is invented" in words
    assert "Nothing here predicts or decides anything about a child." in words
    assert release.policy_words in words
    assert f"{release.audience_words}." in words


@pytest.mark.parametrize("query", CUTS, ids=str)
def test_headline_figures_are_the_releases(query: dict[str, str], open_page: Open, release: Release) -> None:
    words = open_page("overview", **query).words
    cut = release.cut(cut_of(query))
    for id, time in (
        ("fsm_received", "0"),
        ("sen_support", "0"),
        ("missed_under_10", "0"),
        ("statutory", "m0"),
        ("none_active", "window"),
    ):
        figure = cut.figure(id, time)
        assert figure is not None
        if figure.shown:
            assert figure.value is not None
            assert f"{percent(figure.value)}  {base(figure)}" in " ".join(words.split("\n"))
        else:
            assert f"{find(id).title}  [{figure.symbol}]" in words


def test_the_studys_children_stand_beside_what_the_study_printed(open_page: Open) -> None:
    words = open_page("overview", area=OXFORDSHIRE).words
    for printed in ("Published 2025: 66%", "Published 2025: 86.3%", "Published 2025: 79.9%", "Published 2025: 29.8%"):
        assert printed in words
    assert "Published 2025" not in open_page("overview").words


def points(screen: Screen, place: int) -> dict[str, float]:
    """What a line chart draws: the value at each term."""
    return {str(int(row["x"])): row["y"] for row in screen.drawn(place) if row["part"] == "point"}  # type: ignore[call-overload, misc]


@pytest.mark.parametrize("query", ({}, {"area": OXFORDSHIRE}, {"basis": "followed"}, {"sex": "M", "terms": "0..8"}), ids=str)
def test_a_term_line_draws_the_shown_figures_and_no_other(query: dict[str, str], open_page: Open, release: Release) -> None:
    screen = open_page("education", **query)
    followed = query.get("basis") == "followed"
    first = -3 if followed else int(query.get("terms", "-12").split("..")[0])
    series = release.cut(cut_of(query)).series("fsm_received", "followed" if followed else "observed")
    shown = {figure.time: figure.value for figure in series if figure.shown and int(figure.time) >= first}
    assert shown
    assert points(screen, 0) == shown


def test_the_same_children_throughout_are_shown_with_no_filter_and_the_page_says_so(open_page: Open, release: Release) -> None:
    followed = release.cut(Filters(area=OXFORDSHIRE)).series("fsm_received", "followed")
    assert followed and all(figure.symbol == "c" for figure in followed)
    screen = open_page("education", basis="followed", area=OXFORDSHIRE)
    assert all("by year of imprisonment" in chart.proto.alt for chart in screen.charts)
    assert "Shown with no filter, so that no child can be recognised." in screen.words
    next(button for button in screen.app.button if button.label.startswith("Show the nearest")).click().run()
    assert Filters.from_query(screen.app.query_params) == Filters()
    assert points(screen, 0)


def test_lockdown_terms_are_marked_where_they_were_most_childrens(open_page: Open) -> None:
    marked = [row for row in open_page("education", period="2021").drawn(0) if row["part"] == "lockdown"]
    assert [(row["x"], row["x2"]) for row in marked] == [(-5.5, -3.5), (-2.5, -1.5)]
    assert not [row for row in open_page("education").drawn(0) if row["part"] == "lockdown"]


def test_a_hidden_figure_is_not_in_the_browser(open_page: Open, release: Release) -> None:
    query = {"area": OXFORD, "age": "5-11"}
    screen = open_page("education", **query)
    hidden = [figure.time for figure in release.cut(cut_of(query)).series("sen_support") if not figure.shown]
    titles = screen.markup
    assert hidden
    place = next(i for i, chart in enumerate(screen.charts) if "On SEN support" in chart.proto.alt)
    assert not set(points(screen, place)) & set(hidden)
    assert "[c]" in titles


def test_a_chart_keeps_its_specification_whatever_is_chosen(open_page: Open) -> None:
    one, other = (open_page("education", **query).charts for query in ({}, {"sex": "F"}))
    assert len(one) == len(other) > 10
    assert [(chart.proto.spec, chart.proto.alt) for chart in one] == [(chart.proto.spec, chart.proto.alt) for chart in other]


def test_a_table_is_made_and_sent_only_while_a_reader_has_it_open(
    demonstration_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEASE", str(demonstration_release))
    screen = Screen(AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS).switch_page("education.py").run())
    shut = closed(screen.app)
    assert len(shut) == len(screen.charts) > 10
    assert "<table" not in screen.markup and "<dl" not in screen.markup
    screen.app.session_state[shut[0]] = True
    screen.app.run()
    assert screen.markup.count("<table") == screen.markup.count("<dl") == 1
    screen.choose("Sex", "F")
    assert closed(screen.app) == shut[1:]
    assert screen.markup.count("<table") == 1


def test_panels_and_filters_are_laid_out_by_the_style_sheet_and_not_by_elements(open_page: Open) -> None:
    """Each column is one more element to send and to draw at every click: the page's own controls have three."""
    assert len(open_page("education").app.columns) == 3


def test_before_and_after_is_of_the_same_children(open_page: Open, release: Release) -> None:
    screen = open_page("education", look="change")
    pair = release.cut(Filters()).pair("fsm_eligible")
    assert pair is not None and pair.shown and pair.n_both is not None and pair.gained is not None
    assert f"Of the same {thousands(pair.n_both)} children" in screen.words
    assert f"{thousands(pair.gained)} were counted after and not before" in screen.words
    assert "A change, not an effect" in screen.words


def test_changes_that_are_hidden_are_offered_where_more_of_them_are_shown(open_page: Open, release: Release) -> None:
    paired = [one.id for one in INDICATORS if one.table == "school_terms" and one.change is not None]

    def shown(filters: Filters) -> int:
        return sum((pair := release.cut(filters).pair(one)) is not None and pair.shown for one in paired)

    screen = open_page("education", look="change", area=OXFORDSHIRE)
    here = shown(Filters(area=OXFORDSHIRE))
    assert 0 < here < shown(Filters())
    assert f"Only {here} of these {len(paired)} changes can be shown for these children. Hidden: we hide" in screen.words
    next(button for button in screen.app.button if button.key == "nearest-change-education").click().run()
    assert shown(Filters.from_query(screen.app.query_params)) > here


def test_social_care_has_the_eight_combinations_and_nobody_in_two_parts(open_page: Open, release: Release) -> None:
    words = open_page("social_care").words
    cut = release.cut(Filters())
    combinations = [one for one in INDICATORS if one.id.startswith("services_")]
    assert len(combinations) == 8
    assert all(one.title in words for one in combinations)
    told = []
    for time in ("window", find("none_active").time.headline):
        found, lost = (cut.figure(id, time) for id in ("none_active_matched", "none_active_unmatched"))
        assert found is not None and lost is not None
        if found.shown and lost.shown:
            there, not_there = thousands(found.count or 0), thousands(lost.count or 0)
            told.append(f"Of these {there} were found in some register and {not_there} in none")
    assert all(f"{said}, which may be a failed link." in words for said in told)
    assert len(told) == 2 or "How many of them were found in some register, and how many in none, is hidden." in words


def test_children_adds_up_by_quarter(open_page: Open, release: Release) -> None:
    screen = open_page("children")
    counted = [figure.count or 0 for period, figure in release.across(Filters(), "period", "recognised") if "Q" in period]
    whole = release.cut(Filters()).figure("recognised")
    assert whole is not None and sum(counted) == whole.count
    totals = next(place for place, chart in enumerate(screen.charts) if "running total" in chart.proto.alt)
    assert any(f"{thousands(sum(counted))} so far" in str(row["text"]) for row in screen.drawn(totals))
    drawn = [row["y"] for row in screen.drawn(0) if row["part"] == "bar"]
    assert drawn == [count for count in counted if count]


def test_children_and_families_stand_apart_and_each_is_named(open_page: Open, release: Release) -> None:
    cut = release.cut(Filters())
    found, homes = (cut.figure(id) for id in ("recognised", "families"))
    assert found is not None and homes is not None and found.count is not None and homes.count is not None
    words = open_page("children").words
    assert f"{thousands(found.count)} children of {thousands(homes.count)} families so far." in words
    assert "families do not add up" in words


def test_the_go_lives_are_drawn_for_the_area_chosen_and_for_all_that_have_one(open_page: Open, release: Release) -> None:
    recorded = {one.name for one in release.lattice.areas if one.kind == "authority" and one.go_live}
    every, own = (open_page("children", **query) for query in ({}, {"area": OXFORDSHIRE}))
    named = [
        {str(row["text"]).split(",")[0] for row in screen.drawn(0) if str(row["part"]).startswith("live_label")}
        for screen in (every, own)
    ]
    assert named == [recorded, {"Oxfordshire"}]
    assert "Support is offered from January 2022 in Oxfordshire" in own.words


def test_the_journey_is_the_releases_and_says_that_it_is_no_evaluation(open_page: Open, release: Release) -> None:
    screen = open_page("journey")
    drawn = {str(row["row"]): row["text"] for row in screen.drawn(0) if row["part"] == "amount"}
    for step in (one for one in INDICATORS if one.id.startswith("step_")):
        figure = release.cut(Filters()).figure(step.id)
        assert figure is not None
        if figure.shown:
            assert figure.value is not None
            assert drawn[step.id] == f"{percent(figure.value)} ({base(figure).removesuffix(' children')})"
    for said in ("not an evaluation of the service", "Pending is not lost", "its own path", "command “python -m data worklist”"):
        assert said in screen.words


def test_one_step_is_compared_where_the_reader_chooses_it(open_page: Open, release: Release) -> None:
    screen = open_page("journey", step="step_suitable")
    drawn = [chart.proto.alt for chart in screen.charts]
    assert any(alt.startswith("Bar chart by area: Suitable for the offer") for alt in drawn)
    screen.choose("Step", "step_visited")
    assert any(chart.proto.alt.startswith("Bar chart by area: Family visited") for chart in screen.charts)


def test_a_step_by_parent_is_of_all_children_whatever_is_chosen(open_page: Open, release: Release) -> None:
    told = {one: figure for one in BY_PARENT if (figure := release.cut(Filters()).figure(one.id)) is not None and figure.shown}
    assert told
    one, figure = next(iter(told.items()))
    for query in ({}, {"area": OXFORDSHIRE, "sex": "F"}):
        screen = open_page("journey", step=str(one.splits), **query)
        place = next(number for number, chart in enumerate(screen.charts) if "by parent in prison" in chart.proto.alt)
        drawn = [str(row["text"]) for row in screen.drawn(place) if row["part"] == "value"]
        assert figure.value is not None and any(text.startswith(percent(figure.value)) for text in drawn)
        assert ("Of all children, whatever is chosen above" in screen.words) == bool(query)


def test_quality_says_what_was_not_supplied(open_page: Open) -> None:
    markup = open_page("quality").markup.split("<caption>Last day covered")[1]
    row = markup.split('<th scope="row">Slough</th>')[1].split("</tr>")[0]
    assert "31 July 2025" in row and "[x]" in row


def test_every_definition_is_on_the_methods_page_word_for_word(open_page: Open) -> None:
    words = open_page("methods").words
    for indicator in INDICATORS:
        assert indicator.definition in words
        for part in vars(indicator.measure).values():
            assert part in words, f"{indicator.id}: {part}"


def test_methods_says_in_words_which_policy_is_followed_for_whom_and_what_each_symbol_means(
    open_page: Open, release: Release
) -> None:
    words = open_page("methods").words
    assert f"follows the policy “partners”. {load_policy('partners').words()}" in words
    assert "Partners only: not for minutes, press or public." in words
    for meaning in ("Hidden: we hide figures about few children", "Not reached: no child", "Not supplied: no extract"):
        assert meaning in words


def test_methods_says_what_is_asked_by_whom_it_is_agreed_and_until_when(open_page: Open, release: Release) -> None:
    words, protocol = open_page("methods").words, release.protocol
    assert protocol.recorded and protocol.release is not None
    assert "Why there is this release" in words and f"{protocol.release.words} Proposed." in words
    assert "Proposed; not yet agreed by the partnership" in words
    assert "(published study, 2025), December 2024" in words
    answered = [title for question, by in protocol.asked for title in by]
    assert sorted(answered) == sorted(one.title for one in INDICATORS)
    for question, by in protocol.asked:
        for said in (question.words, question.limits, question.data_used, long_day(question.review_on), "; ".join(by)):
            assert said in words, f"{question.id}: {said}"


def test_methods_says_so_where_a_release_does_not_tell_what_is_asked(open_page: Open, before_audits: None) -> None:
    words = open_page("methods").words
    assert NOT_RECORDED in words and "Why there is this release" not in words


def test_methods_says_that_the_release_was_attacked_and_with_how_many_filters_what_is_shown(
    open_page: Open, release: Release
) -> None:
    assert release.audited
    words = open_page("methods").words
    assert "The whole release was then attacked as a person with every figure in it could" in words
    for most, said in ((0, "Shown with no filter"), (1, "Shown with one filter at most")):
        assert words.count(said) == len([one for one in INDICATORS if one.most_filters == most]) > 0
    assert "The same children throughout" in words
    assert "in every term from three before to three after. Their figures are shown with no filter, so that no child" in words


@pytest.fixture
def before_audits(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The release as it was written before releases were attacked and said for whom they are, and what is asked."""
    for path in release.directory.iterdir():
        (tmp_path / path.name).symlink_to(path)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")) | {"audit": None}
    del manifest["policy"]["audience_words"], manifest["policy"]["question"], manifest["questions"]
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    monkeypatch.setenv("RELEASE", str(tmp_path))


def test_methods_says_that_an_unaudited_release_is_for_simulated_children(open_page: Open, before_audits: None) -> None:
    words = open_page("methods").words
    assert "has not been audited" in words and "attacked" not in words
    assert "Partners only" not in words


@pytest.mark.parametrize("query", ({"area": OXFORDSHIRE}, {"area": OXFORDSHIRE, "sex": "F"}), ids=str)
@pytest.mark.parametrize(
    ("page", "title"), [("social_care", "Which services knew the child"), ("quality", "How complete each term is")]
)
def test_what_is_shown_with_no_filter_says_so_under_any_and_offers_the_whole(
    page: str, title: str, query: dict[str, str], open_page: Open
) -> None:
    screen = open_page(page, **query)
    said = screen.words.split(title)[1]
    assert "Shown with no filter, so that no child can be recognised." in said[:500]
    key = {"social_care": "nearest-services", "quality": "nearest-coverage"}[page]
    next(button for button in screen.app.button if button.key == key).click().run()
    assert Filters.from_query(screen.app.query_params) == Filters()
    assert "Shown with no filter" not in screen.words.split(title)[1].split("Definition")[0]


def test_what_an_area_did_not_supply_is_not_put_down_to_its_filters(open_page: Open) -> None:
    said = open_page("social_care", area=WOKINGHAM, sex="F").words.split("Which services knew the child")[1]
    assert "Not supplied: no extract from this area covers it." in said[:300]
    assert "Shown with" not in said


def test_lockdown_terms_are_marked_with_more_filters_than_their_counts_are_shown_with(open_page: Open) -> None:
    one, two = (open_page("education", period="2022", **more) for more in ({}, {"sex": "M"}))
    marked = [[(row["x"], row["x2"]) for row in screen.drawn(0) if row["part"] == "lockdown"] for screen in (one, two)]
    assert marked[0] == marked[1] == [(-7.5, -4.5)]


@pytest.mark.parametrize("page", [page for page in PAGES if page != "areas"])
def test_where_all_is_hidden_every_page_says_so_and_offers_a_way_out(page: str, open_page: Open) -> None:
    """Of the twenty children of this district so few had a parent imprisoned in 2021 that all is hidden.

    The areas page shows the other areas all the same, and so may the children page and the journey, which have areas beside each
    other; and a step by parent is of all children.
    """
    screen = open_page(page, area="E07000180", period="2021", step="step_suitable")
    assert not screen.app.exception
    hidden = screen.markup.count('class="hidden-figure"')
    offers = [button for button in screen.app.button if button.label.startswith("Show the nearest that can be shown")]
    assert len(offers) >= hidden
    others = [chart.proto.alt for chart in screen.charts if page in ("children", "journey")]
    assert len(screen.charts) == len(others) and all("area" in alt or "by parent" in alt for alt in others)


def test_by_year_is_the_releases(open_page: Open, release: Release) -> None:
    screen = open_page("social_care", trend="any_active")
    figures = dict(release.across(Filters(), "period", "any_active", values=["2022", "2023"]))
    shown = [figure for figure in figures.values() if figure.shown]
    assert len(shown) == 2
    for figure in shown:
        assert figure.value is not None
        assert f"<td>{percent(figure.value)}</td>" in screen.markup


def test_the_table_under_a_chart_has_the_terms_shown_and_no_other(open_page: Open) -> None:
    before = '<th scope="row">−3: three terms before</th>'
    after = '<th scope="row">+3: three terms after</th>'
    assert before in open_page("education").markup
    markup = open_page("education", terms="0..8").markup
    assert before not in markup
    assert after in markup
