"""Nothing but released values, and declared functions of them, is sent: without these a page can send what it does not show.

Every page is opened under many filters on a release of children who are easy to recognise, and all that goes to the browser is
read: each sentence, each row of each table and chart, each specification. `tests/egress/released.py` declares what may be told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyarrow as pa
import pytest
import streamlit as st

from metrics import Filters, Release
from metrics.presentation import ALL_SLIDES, last_run, per_10_000_words, population_of, recognised_days
from metrics.presentation.chart import Chart
from pages.components import banner, filter_bar, markup
from tests.browser.server import serve
from tests.builders import OXFORD, OXFORDSHIRE, READING, SLOUGH
from tests.egress.capture import read, visit, visit_served
from tests.egress.conftest import PAGES, House
from tests.egress.judge import known, numbers_from_nowhere
from tests.egress.released import Released, catalogue_words, facts_of
from tests.egress.releases import CHILDREN, MARK

VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"area": OXFORDSHIRE, "trend": "suspended"},
    {"area": READING, "sex": "F"},
    {"area": OXFORD, "period": "2023"},
    {"look": "change"},
    {"area": SLOUGH, "age": "5-11", "terms": "0..8"},
    {"area": "E99", "sex": "U", "basis": "followed"},
    {"age": "12-17", "sex": "M", "terms": "-3..3"},
    {"period": "2022", "trend": "any_active"},
    {"period": "2024"},
)
"""What URLs ask for: many children and few, one filter and two, every choice of a page, an area that is not there."""
FEW_VIEWS = ("quality", "methods", "downloads")
VISITS = [(page, query) for page in PAGES for query in (VIEWS[:3] if page in FEW_VIEWS else VIEWS)]
COMPARED: tuple[dict[str, str], ...] = (
    {"area": OXFORDSHIRE, "against": "partnership"},
    {"area": READING, "against": "expected", "indicator": "fsm_eligible"},
    {"area": OXFORD, "against": "here", "indicator": "attendance_mean"},
    {"sex": "F", "against": "in_need", "indicator": "statutory"},
    {"area": OXFORDSHIRE, "indicator": "any_active"},
)
"""What the areas page is asked to compare, and with what."""
LOOKS: tuple[dict[str, str], ...] = (
    {"board": "overview"},
    {"board": "overview", "area": READING, "slides": "england,ehcp,no_such_slide"},
    {"board": "notes", "slide": "school_change"},
    {"board": "notes", "slide": "statutory", "area": OXFORDSHIRE},
)
"""What of the board stands beside its slides."""
CHOSEN = [("areas", query) for query in COMPARED] + [("board", query) for query in LOOKS]
CHOSEN += [("board", {"slide": id, **cut}) for id in ALL_SLIDES for cut in ({}, {"area": OXFORDSHIRE})]
CHOSEN += [("downloads", {"format": "svg", "slide": "england", "sex": "M"}), ("downloads", {"for": "each", "format": "docx"})]
"""Visits to a page with what it alone lets a reader choose: every slide of the board among them."""
FINE: tuple[tuple[str, dict[str, str]], ...] = (
    ("children", {"area": OXFORDSHIRE}),
    ("education", {"period": "2023Q1", "sex": "F"}),
    ("social_care", {"area": READING, "sex": "M", "period": "2023"}),
    ("quality", {}),
    ("areas", {"area": OXFORDSHIRE, "against": "partnership"}),
    ("areas", {"sex": "F", "age": "5-11", "indicator": "any_active"}),
    *(("board", {"slide": id, "area": READING}) for id in ("recognised", "school_change", "none_active", "england", "offer")),
    ("board", {"board": "overview", "period": "2023Q1", "sex": "F"}),
)
"""Visits to a release fine enough for quarters."""


@pytest.mark.parametrize(("page", "query"), VISITS + CHOSEN, ids=str)
def test_a_page_sends_released_values_and_declared_functions_of_them_alone(
    page: str, query: dict[str, str], house: House
) -> None:
    assert house.wrong(page, query) == []


@pytest.fixture(scope="module")
def fine_house(house: House, demonstration_release: Path) -> House:
    """The demonstration, whose pages have the same words of their own."""
    released = Released.at(demonstration_release)
    return House(demonstration_release, released, house.own, known(house.own, (*released.words(), *catalogue_words())))


@pytest.mark.parametrize(("page", "query"), FINE, ids=str)
def test_a_page_of_the_demonstration_sends_nothing_else_either(
    page: str, query: dict[str, str], fine_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEASE", str(fine_house.root))
    assert fine_house.wrong(page, query) == []


def test_the_views_show_figures_and_hide_some_so_that_there_is_something_to_leak(house: House) -> None:
    symbols = [house.released.tables["figures"]["symbol"].to_pylist().count(symbol) for symbol in (None, "c")]
    assert min(symbols) > 500
    pairs = house.released.shown("pairs", Filters())
    assert len([pair for pair in pairs if pair["gained"] and pair["lost"]]) > 1
    sent = read(visit("education"))
    assert len(sent.tables) >= 8
    assert sum(len(body) for body in sent.markup) > 10_000


@pytest.mark.parametrize("page", ("areas", "children", "education", "overview", "social_care"))
def test_a_page_of_figures_shows_some_and_hides_some(page: str, house: House) -> None:
    """A page that showed nothing, or hid nothing, would pass for one that does not leak."""
    muted = house.own[PAGES.index(page)]
    sent = [read(visit(page, **query)) for query in VIEWS[:3]]
    assert any(set(one.markup) - set(muted.markup) for one in sent)
    assert any("[c]" in part for one in sent for part in one.markup)


def test_a_server_sends_what_was_read_here_and_no_other_answer(house: House, tmp_path: Path) -> None:
    """Opened without a browser and without a server, a page is made of the same messages as off the wire."""
    with serve(house.root, tmp_path / "log") as address:
        for page, query in (("education", {"area": READING}), ("quality", {})):
            served, here = read(visit_served(address, page, **query)), read(visit(page, **query))
            assert served.markup == here.markup
            assert served.specs == here.specs
            assert [table.to_pylist() for table in served.tables] == [table.to_pylist() for table in here.tables]
            assert {where for where, _ in served.texts} == {where for where, _ in here.texts}
            assert house.wrong(page, query, served) == []
            with urlopen(f"{address}/{page}", timeout=60) as answer:
                assert answer.read() == (Path(st.__file__).parent / "static" / "index.html").read_bytes()


@pytest.mark.parametrize("cut", (Filters(), Filters(area=OXFORDSHIRE), Filters(area=READING), Filters(age_band="5-11")), ids=str)
def test_a_rate_per_10_000_is_a_declared_function_of_released_values_and_any_other_is_not(cut: Filters, house: House) -> None:
    release = Release.open(house.root)
    figure, living = release.cut(cut).figure("recognised"), population_of(release, cut)
    said = per_10_000_words(figure, living, recognised_days(release, cut))
    facts = facts_of(house.released, "children", cut)
    assert said and living is not None and figure is not None
    assert numbers_from_nowhere(said, facts, house.known) == []
    of_others = replace(living, value=living.value / 2)
    for wrong in (per_10_000_words(figure, of_others, recognised_days(release, cut)), said.replace("per 10,000", "per 1,000")):
        assert len(numbers_from_nowhere(wrong, facts, house.known)) == 1


def test_the_whole_has_the_population_of_its_parts(house: House) -> None:
    release = Release.open(house.root)
    homes = [population_of(release, Filters(area=home, age_band="5-11")) for home in CHILDREN]
    whole = population_of(release, Filters(age_band="5-11"))
    assert whole is not None and whole.value == sum(home.value for home in homes if home is not None)


def test_the_last_run_is_told_in_released_values_alone(house: House) -> None:
    release = Release.open(house.root)
    facts = facts_of(house.released, "journey", Filters())
    said = last_run(release)
    assert len(said) > 1
    assert [clause for sentence in said for clause in numbers_from_nowhere(sentence, facts, house.known)] == []


# Canaries: each lets out something that was not released, and must be noticed.

Break = Callable[[pytest.MonkeyPatch], None]


def _besides(patched: pytest.MonkeyPatch, say: Callable[[], object]) -> None:
    in_words = banner.in_words

    def say_more(view: Any) -> None:
        in_words(view)
        say()

    patched.setattr(banner, "in_words", say_more)


def _filled(patched: pytest.MonkeyPatch, change: Callable[[pa.Table], pa.Table]) -> None:
    filled = Chart.filled

    def fill(chart: Chart, table: pa.Table) -> dict[str, Any]:
        return {**filled(chart, table), "datasets": {chart.dataset: change(table)}}

    patched.setattr(Chart, "filled", fill)


def _in_a_sentence(patched: pytest.MonkeyPatch) -> None:
    _besides(patched, lambda: markup.put(markup.text("p", "Of these 3 were suspended.")))


def _as_a_share(patched: pytest.MonkeyPatch) -> None:
    _besides(patched, lambda: markup.put(markup.text("p", "0.6% (3 of 490)")))


def _in_an_attribute(patched: pytest.MonkeyPatch) -> None:
    _besides(patched, lambda: markup.put(markup.element("p", "Hidden", title="1,234 children")))


def _by_another_element(patched: pytest.MonkeyPatch) -> None:
    _besides(patched, lambda: st.metric("Had a plan", 4))


def _in_a_link(patched: pytest.MonkeyPatch) -> None:
    _besides(patched, lambda: st.link_button("Had a plan", "?sex=F&had_a_plan=4"))


def _in_a_style(patched: pytest.MonkeyPatch) -> None:
    _besides(patched, lambda: markup.put("<div style='width:4px'></div>"))


def _of_a_child(patched: pytest.MonkeyPatch) -> None:
    _besides(patched, lambda: markup.put(markup.text("p", f"{MARK}-child-one")))


def _of_how_families_vary(patched: pytest.MonkeyPatch) -> None:
    _besides(patched, lambda: markup.put(markup.text("p", "Brothers and sisters count 1.76 times.")))


def _in_an_option(patched: pytest.MonkeyPatch) -> None:
    name_of = filter_bar.name_of
    patched.setattr(filter_bar, "name_of", lambda *told: f"{name_of(*told)} (7)")


def _in_another_column(patched: pytest.MonkeyPatch) -> None:
    _filled(patched, lambda table: table.append_column("n", pa.array(["seven"] * table.num_rows)))


def _as_a_bar(patched: pytest.MonkeyPatch) -> None:
    bar = {"part": ["bar"], "x": [0.0], "x2": [100 * 3 / 490]}
    _filled(patched, lambda table: pa.concat_tables([table, pa.table(bar)], promote_options="default"))


def _in_a_tooltip(patched: pytest.MonkeyPatch) -> None:
    bar = {"part": ["label"], "Children": ["3 of 490 children"]}
    _filled(patched, lambda table: pa.concat_tables([table, pa.table(bar)], promote_options="default"))


def _under_a_null(patched: pytest.MonkeyPatch) -> None:
    def change(table: pa.Table) -> pa.Table:
        hidden = pa.Array.from_buffers(pa.float64(), 1, [pa.py_buffer(b"\0"), pa.array([3.0]).buffers()[1]])
        return pa.concat_tables([table, pa.table({"part": ["label"], "x": hidden})], promote_options="default")

    _filled(patched, change)


def _in_a_specification(patched: pytest.MonkeyPatch) -> None:
    filled = Chart.filled
    patched.setattr(Chart, "filled", lambda chart, table: {**filled(chart, table), "usermeta": {"n": 3}})


CANARIES: tuple[Break, ...] = (
    *(_in_a_sentence, _as_a_share, _in_an_attribute, _by_another_element, _in_a_link, _in_a_style),
    *(_of_a_child, _of_how_families_vary),
    *(_in_an_option, _in_another_column, _as_a_bar, _in_a_tooltip, _under_a_null, _in_a_specification),
)


@pytest.mark.parametrize("let_out", CANARIES, ids=lambda let_out: let_out.__name__.strip("_"))
def test_what_was_not_released_is_noticed(let_out: Break, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    let_out(monkeypatch)
    assert house.wrong("overview", {}) != []
