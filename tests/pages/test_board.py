"""The board without a browser: which slide is on the screen, what the URL keeps, what is left out and said to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from metrics import Basis, Filters
from metrics.presentation import SLIDES
from pages.components.board_run import moved
from tests.pages.conftest import MAIN, TIMEOUT_SECONDS, Screen
from tests.releases import OXFORDSHIRE, Row, publish_release

AUDIENCE = "Partners only: not for minutes, press or public"
POLICY = {"name": "partners", "words": "We hide figures about fewer than six children.", "audience_words": AUDIENCE}
HIDDEN: dict[tuple[Filters, str, Basis, str], Row] = {
    (Filters(area=OXFORDSHIRE), "ehcp", "observed", time): {"symbol": "c"} for time in ("-2", "-1", "0", "2")
}
EHCP = "1 in 2 children had an education, health and care plan in the term of imprisonment"
SEN = "1 in 2 children were on SEN support in the term of imprisonment"
Board = Callable[..., Screen]


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    """Opens the board of a small release, in which Oxfordshire's education, health and care plans are hidden."""
    monkeypatch.setenv("RELEASE", str(tmp_path))
    publish_release(tmp_path, HIDDEN, manifest={"policy": POLICY})

    def open_board(**query: str) -> Screen:
        app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS)
        app.query_params.update(query)
        app.switch_page("board.py")
        screen = Screen(app.run())
        assert not screen.app.exception
        return screen

    return open_board


def heading(screen: Screen) -> str:
    """The title of the slide on the screen."""
    return screen.markup.partition("<h1>")[2].partition("</h1>")[0]


def asked(screen: Screen) -> dict[str, str]:
    """What the URL says."""
    return {key: value if isinstance(value, str) else value[-1] for key, value in screen.app.query_params.items()}


def press(screen: Screen, key: str) -> Screen:
    """Press a button by its key."""
    screen.app.button(key=key).click().run()
    assert not screen.app.exception
    return screen


def test_the_board_opens_at_its_first_slide_with_its_words_and_the_policys_footer(board: Board) -> None:
    screen = board()
    assert heading(screen) == "100 children have been recognised"
    assert AUDIENCE in screen.words
    assert "Source: Operation Paramount, data to 31 July 2025. Release first." in screen.words
    assert "Synthetic data: every child here is invented" in screen.words
    assert len(screen.charts) == 1


def test_a_slide_has_its_own_address(board: Board) -> None:
    screen = board(slide="ehcp")
    assert heading(screen) == EHCP
    assert "50 of 100 children: 50.0% (95% interval 40.0% to 60.0%)" in screen.words


def test_keys_are_those_of_a_keyboard_and_of_a_clicker(board: Board) -> None:
    shortcuts = {button.proto.shortcut for button in board().app.button if button.proto.shortcut}
    assert shortcuts == {"left", "right", "pageup", "pagedown", "home", "end", "o", "n"}


def test_next_and_previous_walk_the_slides_chosen_and_stop_at_the_ends(board: Board) -> None:
    screen = board(slides="ehcp,sen_support")
    assert heading(screen) == EHCP
    assert screen.app.button(key="board-key-Left").disabled
    assert heading(press(screen, "board-key-PageDown")) == SEN
    assert asked(screen) == {"slides": "ehcp,sen_support", "slide": "sen_support"}
    assert screen.app.button(key="board-key-Right").disabled
    assert heading(press(screen, "board-key-Left")) == EHCP


def test_what_is_hidden_is_left_out_of_the_run_and_the_overview_says_so(board: Board) -> None:
    screen = board(slides="ehcp,sen_support", area=OXFORDSHIRE)
    assert heading(screen) == SEN
    assert "1 of 1" in screen.words
    words = press(screen, "board-overview-button").words
    assert "nothing of them can be shown for these children: Had an education, health and care plan." in words


def test_a_hidden_slide_asked_for_says_so_has_no_chart_and_leads_to_the_nearest_cut(board: Board) -> None:
    screen = board(slide="ehcp", area=OXFORDSHIRE)
    assert heading(screen) == "Had an education, health and care plan: hidden for the term of imprisonment"
    assert "Hidden: we hide figures about few children" in screen.words
    assert screen.charts == []
    assert heading(press(screen, "nearest-slide")) == EHCP


def test_notes_are_the_presenters_and_say_what_comes_next(board: Board) -> None:
    screen = board(slides="ehcp,sen_support", board="notes")
    assert "Children on a school roll who had an education, health and care plan" in screen.words
    assert f"Next: {SEN}." in screen.words
    assert screen.charts == []
    assert heading(press(screen, "board-key-Right")) == SEN
    assert asked(screen)["board"] == "notes"


def test_notes_in_a_window_of_their_own_follow_the_slides_and_the_children_chosen(board: Board) -> None:
    """Without it the presenter reads the notes of another slide than the room sees."""
    screen = board(slides="ehcp,sen_support", board="overview")
    (opener,) = [one for one in screen.app.main if one.type == "link_button"]
    notes = board(**dict(parse_qsl(opener.proto.url.removeprefix("?"))))
    assert heading(notes) == EHCP and not notes.app.button
    press(press(screen, "jump-ehcp"), "board-key-Right")
    assert heading(Screen(notes.app.run())) == SEN
    assert asked(notes)["slide"] == "sen_support"
    other = board(slides="ehcp,sen_support")
    press(other, "board-key-Right")
    press(screen, "board-key-Left")
    assert heading(Screen(notes.app.run())) == EHCP


def test_notes_whose_window_is_not_known_say_so(board: Board) -> None:
    assert "is closed or has been reloaded" in board(board="notes", follow="nobody").words


def test_each_button_of_the_overview_has_a_name_of_its_own(board: Board) -> None:
    screen = board(slides="ehcp,sen_support,statutory", board="overview")
    names = [button.label for button in screen.app.button]
    assert len(names) > 9 and len(set(names)) == len(names)
    assert "Later :gray[On SEN support]" in names


def test_choosing_and_ordering_is_in_the_address(board: Board) -> None:
    screen = board(slides="ehcp,sen_support,statutory", board="overview")
    assert asked(press(screen, "Later-ehcp"))["slides"] == "sen_support,ehcp,statutory"
    assert asked(press(screen, "Leave out-statutory"))["slides"] == "sen_support,ehcp"
    screen.app.selectbox(key="board-added").set_value("mash_contact").run()
    assert asked(screen)["slides"] == "sen_support,ehcp,mash_contact"
    jumped = press(screen, "jump-ehcp")
    assert heading(jumped) == EHCP
    assert asked(jumped) == {"slides": "sen_support,ehcp,mash_contact", "slide": "ehcp"}


def test_the_declared_run_is_left_unsaid(board: Board) -> None:
    screen = board(slides="ehcp", board="overview")
    usual = next(button for button in screen.app.button if button.label == "The usual slides")
    usual.click().run()
    assert "slides" not in asked(screen)
    assert [button.key for button in screen.app.button if (button.key or "").startswith("jump-")] == [
        f"jump-{id}" for id in SLIDES
    ]


def test_slides_that_do_not_exist_are_counted_and_not_repeated(board: Board) -> None:
    words = board(slides="ehcp,<b>nothing</b>,sen_support", board="overview").words
    assert "1 slide of this address do not exist" not in words
    assert "1 slide of this address does not exist and is left out." in words
    assert "nothing</b>" not in words


def test_the_same_address_opens_the_same_deck_on_next_months_release(
    board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert heading(board(slides="sen_support,ehcp", slide="ehcp")) == EHCP
    grown = {"n": 120, "count": 30, "value": 25.0, "low": 18.0, "high": 34.0}
    publish_release(tmp_path, {(Filters(), "ehcp", "observed", "0"): grown}, version="second")
    screen = board(slides="sen_support,ehcp", slide="ehcp")
    assert heading(screen).startswith("1 in 4 children")
    assert "2 of 2" in screen.words


def test_a_link_to_a_figure_opens_its_own_release_and_says_that_there_is_a_newer_one(board: Board, tmp_path: Path) -> None:
    grown = {"n": 120, "count": 30, "value": 25.0, "low": 18.0, "high": 34.0}
    publish_release(tmp_path, {(Filters(), "ehcp", "observed", "0"): grown}, version="second")
    screen = board(slide="ehcp", release="first")
    assert heading(screen) == EHCP
    assert "A newer one exists: second" in screen.words
    assert heading(press(screen, "newest-release")).startswith("1 in 4 children")


@pytest.mark.parametrize(("by", "order"), [(-1, "bac"), (1, "acb"), (-5, "bac"), (5, "acb")])
def test_a_slide_moves_one_place_and_no_further_than_the_ends(by: int, order: str) -> None:
    assert "".join(moved("abc", "b", by)) == order
