"""The areas page, on a release of three areas: without these a page ranks places, or compares what may not be compared.

Every cell not named is 50 of 100 children.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from metrics import Area, Cut, Filters, Lattice, Release
from metrics.presentation.comparators import ENGLAND
from tests.opened import open_all
from tests.pages.conftest import MAIN, TIMEOUT_SECONDS, Screen
from tests.releases import AREAS, OXFORD, OXFORDSHIRE, READING, lattice_of, publish_release

SEN = ("sen_support", "observed", "0")
HIDDEN: dict[str, Any] = {"symbol": "c"}
CELLS: dict[Any, dict[str, Any]] = {
    (Filters(), *SEN): {"n": 400, "count": 120, "value": 30.0},
    (Filters(area=OXFORDSHIRE), *SEN): {"n": 200, "count": 80, "value": 40.0, "low": 33.4, "high": 46.9},
    (Filters(area=READING), *SEN): {"n": 200, "count": 40, "value": 20.0, "low": 15.0, "high": 26.1},
    (Filters(area=OXFORD), *SEN): HIDDEN,
    (Filters(area=OXFORDSHIRE), "sen_support", "observed", "-3"): {
        "n": 160,
        "count": 80,
        "value": 50.0,
        "low": 42.4,
        "high": 57.6,
    },
    (Filters(area=OXFORD), "statutory", "observed", "m0"): {"symbol": "x"},
}
SUPPLIED = {source: dict.fromkeys((OXFORDSHIRE, READING), "2025-07-31") for source in ("school_census", "social_care")}
MANIFEST = {
    "design_effects": {"sen_support": 1.0, "ehcp": 1.1, "statutory": 2.0},
    "definitions": {OXFORDSHIRE: "Early Help: an assessment", READING: "Early Help: an episode"},
    "observed_to": SUPPLIED,
    "supplied_from": {source: dict.fromkeys(areas, "2017-08-01") for source, areas in SUPPLIED.items()},
}
ABOVE = "\N{BLACK UP-POINTING TRIANGLE}"
Visit = Callable[..., Screen]


def rate(area: str, name: str, value: float, population: str = "All pupils") -> dict[str, Any]:
    """One comparator of SEN support."""
    told = {"comparator": "sen_support", "indicator": "sen_support", "area_code": area, "area_name": name, "value": value}
    said = {"population": f"{population}, {name}", "period": "January 2024 census", "unit": "percent", "source": "DfE"}
    return told | said | {"fit": "matched", "reason": None}


COMPARATORS = [
    rate(ENGLAND, "England", 13.6),
    rate(ENGLAND, "England", 21.8, "Children in need"),
    rate(OXFORDSHIRE, "Oxfordshire", 16.3),
    rate(READING, "Reading", 14.4),
]


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Opens the areas page on the small release, or on one whose cells are `cells`."""

    def visit(
        cells: dict[Any, dict[str, Any]] | None = None,
        rates: Sequence[dict[str, Any]] = COMPARATORS,
        lattice: Lattice | None = None,
        opened: bool = True,
        **query: str,
    ) -> Screen:
        root = tmp_path / ("other" if cells else "release")
        publish_release(root, CELLS | (cells or {}), comparators=rates, manifest=MANIFEST, lattice=lattice)
        monkeypatch.setenv("RELEASE", str(root))
        app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS)
        app.query_params.update(query)
        app.switch_page("areas.py")
        screen = Screen(open_all(app.run()) if opened else app.run())
        assert not app.exception
        return screen

    return visit


def names(screen: Screen, place: int = 0) -> list[object]:
    """The areas of a dot plot, from the top."""
    return list(dict.fromkeys(row["row"] for row in screen.drawn(place) if row["part"] == "extent"))


def row_of(screen: Screen, name: str) -> str:
    """An area's row of the grid, as markup."""
    rows = screen.markup.split(f'<th scope="row">{name}</th>')[1:]
    return next(row for row in rows if row.startswith("<td class=")).split("</tr>")[0]


def said(screen: Screen) -> str:
    """Its words with one space between."""
    return " ".join(screen.words.split())


def test_areas_are_the_releases_own_in_alphabetical_order_with_the_whole_beneath(visit: Visit) -> None:
    assert names(visit()) == ["Oxfordshire", "Reading", "Thames Valley"]


def test_the_area_that_the_url_names_is_pinned_first(visit: Visit) -> None:
    screen = visit(area=READING)
    assert names(screen) == ["Reading", "Oxfordshire", "Thames Valley"]
    assert '<tr class="own"><th scope="row">Reading</th>' in screen.markup
    assert screen.markup.index(">Reading</th>") < screen.markup.index(">Oxfordshire</th>")


def test_a_district_is_pinned_among_its_authoritys_districts_and_the_authority_above(visit: Visit) -> None:
    screen = visit(area=OXFORD, indicator="ehcp")
    assert names(screen) == ["Oxfordshire", "Reading", "Thames Valley"]
    assert '<tr class="own"><th scope="row">Oxford</th>' in screen.markup
    assert "Oxfordshire, which Oxford is in, stands first among the authorities" in screen.words


def test_the_order_is_the_same_whatever_the_figures_are(visit: Visit) -> None:
    turned = {
        (Filters(area=READING), *SEN): CELLS[Filters(area=OXFORDSHIRE), *SEN],
        (Filters(area=OXFORDSHIRE), *SEN): CELLS[Filters(area=READING), *SEN],
    }
    assert names(visit()) == names(visit(turned))


def test_it_is_said_plainly_that_neighbours_are_not_statistical_neighbours(visit: Visit) -> None:
    assert "Neighbours in Thames Valley are not statistical neighbours" in visit().words


@pytest.mark.parametrize(
    ("against", "words"),
    [
        ("england", "Clearly above England (13.6%)."),
        ("in_need", "Clearly above England's children in need (21.8%)."),
        ("here", "Clearly above DfE's figure for the area (16.3%)."),
        ("partnership", "Clearly above Thames Valley (30.0%)."),
    ],
)
def test_an_area_is_compared_with_what_the_url_asks_for(against: str, words: str, visit: Visit) -> None:
    assert f"40.0%, 80 of 200). {words}" in visit(area=OXFORDSHIRE, against=against).words


def test_a_reader_can_change_what_is_compared(visit: Visit) -> None:
    screen = visit(area=OXFORDSHIRE).choose("Compare with", "in_need")
    assert screen.app.query_params["against"] == "in_need"
    assert "England's children in need (21.8%)" in screen.words


def test_a_reader_can_choose_the_term_and_the_address_keeps_it(visit: Visit) -> None:
    """Of another term than the headline's every word and dot is of that term; the grid stays at the headline and says so."""
    screen = visit(area=OXFORDSHIRE).choose("Time", "-3")
    assert screen.app.query_params["time"] == "-3"
    assert "three terms before; alphabetical" in screen.words
    assert "50.0%, 80 of 160). Clearly above England (13.6%)." in screen.words
    assert next(row["x"] for row in screen.drawn(0) if row["part"] == "dot" and row["row"] == "Oxfordshire") == 50.0
    assert "<strong>40.0%</strong>" in row_of(screen, "Oxfordshire")
    screen.choose("Indicator", "statutory")
    assert "the month of imprisonment; alphabetical" in screen.words


def test_a_window_of_another_length_has_nothing_published_beside_it(visit: Visit) -> None:
    """A share of one day beside seven months would read as a difference."""
    monthly = rate(ENGLAND, "England", 3.3) | {"comparator": "statutory", "indicator": "statutory"}
    cells: dict[Any, dict[str, Any]] = {(Filters(area=OXFORDSHIRE), "statutory", "observed", "w6"): {}}
    month = visit(cells, rates=[monthly], area=OXFORDSHIRE, indicator="statutory")
    assert "England (3.3%)" in month.words
    seven = month.choose("Time", "w6")
    assert "England (3.3%)" not in seven.words and "England 3.3%" not in str(seven.drawn(0))
    assert "there is no figure of England" in seven.words


def test_the_grid_ends_in_the_whole_which_is_no_comparison_of_areas(visit: Visit) -> None:
    screen = visit(period="2022")
    assert screen.markup.index('<th scope="row">Reading</th>') < screen.markup.index(
        '<tr class="whole"><th scope="row">Thames Valley'
    )
    assert re.findall(r"\d of \d comparisons", screen.words) == ["2 of 2 comparisons", "1 of 1 comparisons"]


def test_districts_are_open_for_their_own_authority_and_folded_for_others(visit: Visit) -> None:
    for area, is_open in ((OXFORD, True), (READING, False)):
        screen = visit(opened=False, area=area)
        (fold,) = [one for one in screen.app.expander if one.label == "Show the districts within Oxfordshire"]
        assert fold.proto.expanded is is_open
        assert ('<th scope="row">Oxford</th>' in screen.markup) is is_open


def test_each_cell_has_its_figure_base_and_difference_in_words(visit: Visit) -> None:
    row = row_of(visit(), "Oxfordshire")
    assert "<strong>40.0%</strong>" in row and "80 of 200" in row and "clearly above England" in row and ABOVE in row


def test_a_hidden_area_is_a_symbol_everywhere_and_a_figure_nowhere(visit: Visit) -> None:
    screen = visit()
    assert "[c]" in row_of(screen, "Oxford")
    assert "[x]" in row_of(screen, "Oxford")
    assert not [row for place in range(len(screen.charts)) for row in screen.drawn(place) if row.get("row") == "Oxford"]
    assert "Hidden: we hide figures about few children" in screen.words


def test_areas_that_mean_something_else_are_not_compared_and_the_reason_is_said(visit: Visit) -> None:
    screen = visit(area=OXFORDSHIRE)
    assert "[d]" in row_of(screen, "Reading")
    assert "[d] Reading: Its Early Help is “an episode” and not “an assessment”, so it is not compared." in screen.words


def test_two_areas_are_compared_in_words_only_where_one_is_the_readers_own(visit: Visit) -> None:
    assert "Clearly higher in Oxfordshire than in: Reading." in said(visit(area=OXFORDSHIRE))
    assert "Clearly higher" not in said(visit())


def test_an_area_that_supplied_later_is_compared_on_the_time_that_both_supplied(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = {
        "social_care": dict.fromkeys((OXFORDSHIRE, READING), "2017-08-01"),
        "school_census": {OXFORDSHIRE: "2017-08-01", READING: "2023-01-01"},
    }
    monkeypatch.setitem(MANIFEST, "supplied_from", late)
    same = {(Filters(area=area, period="2023"), *SEN): {"n": 90, "count": 27} for area in (OXFORDSHIRE, READING)}
    words = visit(same, area=OXFORDSHIRE).words
    assert "Too few children to tell" in words.split("Oxfordshire beside each")[1]
    assert "Tested on the imprisonments of 2023, which both supplied." in words


def test_how_many_cells_would_differ_by_chance_is_said(visit: Visit) -> None:
    """SEN support alone has a comparator here: two areas, of which two clearly differ from 13.6%."""
    words = visit(period="2022").words
    assert "Clearly different: 2 of 2 comparisons. If no area differed, fewer than 0.1 of 2 would be by chance alone." in words


def test_an_indicator_of_months_is_never_a_line(visit: Visit) -> None:
    screen = visit(indicator="statutory")
    assert "windows of different length are never joined by a line" in screen.words
    assert len(screen.charts) == 1
    assert len(visit(indicator="ehcp").charts) == 4


def test_a_cut_that_no_area_goes_with_says_why_and_offers_the_nearest(visit: Visit) -> None:
    screen = visit(age="5-11", sex="F")
    assert "At most two filters at once" in screen.words
    assert screen.charts == []
    assert [button.label for button in screen.app.button if button.label.startswith("Show the nearest")]


def test_two_authorities_whose_districts_are_not_held_each_offer_the_nearest(visit: Visit) -> None:
    """Buttons of one key end a page: a partnership may have more than one county."""
    both = lattice_of(600, (*AREAS, Area("E07000999", "Elsewhere", "district", READING)))
    screen = visit(lattice=both, age="5-11", sex="F")
    assert len([one for one in screen.app.button if one.label.startswith("Show the nearest")]) == 2


def test_a_filter_change_reads_only_the_cuts_that_it_draws(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = visit()
    read: list[Filters] = []
    cut = Release.cut

    def reading(release: Release, filters: Filters) -> Cut:
        read.append(filters)
        return cut(release, filters)

    monkeypatch.setattr(Release, "cut", reading)
    screen.choose("Sex", "F")
    drawn = {Filters(area=area, sex="F") for area in ("all", OXFORDSHIRE, OXFORD, READING)}
    assert set(read) == drawn
    assert len(read) == len(drawn) + 1  # the page's own cut is read by the frame and again as the whole
