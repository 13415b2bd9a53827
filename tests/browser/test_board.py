"""The board in a real browser: driven by keyboard and clicker alone, one slide a screen, nothing of Streamlit on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metrics import Basis, Filters
from tests.browser.conftest import ARTEFACTS, Window
from tests.browser.screen import Screen
from tests.browser.server import serve
from tests.browser.test_accessibility import violations
from tests.releases import OXFORDSHIRE, Row, publish_release

pytestmark = pytest.mark.browser
SHOWN = ("recognised", "sen_support", "ehcp", "statutory", "england")
"""What a small release shows of the declared run, in its order."""
HIDDEN: dict[tuple[Filters, str, Basis, str], Row] = {
    (Filters(area=OXFORDSHIRE), "ehcp", "observed", time): {"symbol": "c"} for time in ("-2", "-1", "0", "2")
}
KEPT = ("fsm_received", "school_change", "none_active", "england")
"""The slides of the demonstration that are kept as pictures of the run."""
TITLES = (
    "100 children have been recognised",
    "1 in 2 children were on SEN support in the term of imprisonment",
    "1 in 2 children had an education, health and care plan in the term of imprisonment",
)
LEAST_TYPE_PX = 20

# The least type a reader at the back must read: of the words, and of the chart as it is scaled to the screen.
TYPE_PX = """() => {
    const drawn = document.querySelector('svg.marks');
    const room = drawn.getBoundingClientRect();
    const scale = Math.min(room.width / drawn.viewBox.baseVal.width, room.height / drawn.viewBox.baseVal.height);
    const size = (element) => parseFloat(getComputedStyle(element).fontSize);
    const words = [...document.querySelectorAll('.slide-head > *, .slide-foot .n, .slide-foot .compared, .audience')].map(size);
    const marks = [...drawn.querySelectorAll('text')].filter((text) => text.textContent.trim()).map((text) => scale * size(text));
    return Math.min(...words, ...marks);
}"""
OF_STREAMLIT = (
    '[data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stStatusWidget"], [data-testid="stElementToolbar"]'
)
FITS = """() => {
    const page = document.querySelector('[data-testid="stMain"]');
    return page.scrollHeight <= window.innerHeight && page.scrollWidth <= window.innerWidth;
}"""


@pytest.fixture(scope="module")
def board_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of a small release, in which Oxfordshire's education, health and care plans are hidden."""
    root = tmp_path_factory.mktemp("board")
    publish_release(root, HIDDEN)
    with serve(root, root / "log") as address:
        yield address


@pytest.fixture
def board(window: Window, board_address: str) -> Screen:
    """A window of a shared screen's size."""
    return window(board_address, 1920, 1080)


def press(screen: Screen, key: str, title: str) -> None:
    """Press a key and wait for the slide of that title."""
    screen.page.keyboard.press(key)
    screen.page.wait_for_function("title => document.querySelector('h1')?.innerText === title", arg=title)
    screen.settle()


def test_slides_are_driven_by_arrows_and_by_a_clicker(board: Screen) -> None:
    board.open("board")
    assert board.title == TITLES[0]
    press(board, "ArrowRight", TITLES[1])
    press(board, "PageDown", TITLES[2])
    assert board.path == "board?slide=ehcp"
    press(board, "PageUp", TITLES[1])
    press(board, "ArrowLeft", TITLES[0])
    press(board, "End", "Nothing comparable stands beside these figures")
    press(board, "Home", TITLES[0])
    press(board, "o", "Board")
    press(board, "o", TITLES[0])
    board.page.keyboard.press("n")
    board.page.get_by_text("Presenter's notes: slide 1 of 5").wait_for()
    board.page.go_back()
    board.page.locator("svg.marks").wait_for()
    assert board.settle().title == TITLES[0]


def test_leaving_the_board_brings_back_the_name_of_the_service_and_keeps_the_children_chosen(board: Screen) -> None:
    board.open(f"board?area={OXFORDSHIRE}&board=notes")
    assert not board.page.locator(".st-key-masthead").is_visible()
    board.page.get_by_text("Leave the board").click()
    board.page.wait_for_function("() => document.querySelector('h1')?.innerText === 'Overview'")
    assert board.page.locator(".st-key-masthead").is_visible()
    assert board.path == f"?area={OXFORDSHIRE}"


def test_letters_typed_into_a_filter_do_not_turn_the_page(board: Screen) -> None:
    board.open("board?board=overview").page.get_by_role("combobox", name="Area").click()
    board.page.keyboard.type("ox")
    board.page.get_by_role("option", name="Oxfordshire").wait_for()
    assert board.title == "Board"


def fills_the_screen(screen: Screen) -> None:
    """One slide, no more than the screen, in type that can be read from the back."""
    assert screen.page.evaluate(FITS)
    assert screen.page.evaluate(TYPE_PX) >= LEAST_TYPE_PX


@pytest.mark.parametrize("id", SHOWN)
def test_a_slide_fills_a_shared_screen_in_large_type_with_nothing_of_streamlit_on_it(id: str, board: Screen) -> None:
    fills_the_screen(board.open(f"board?slide={id}"))
    assert not any(one.is_visible() for one in board.page.locator(OF_STREAMLIT).all())
    assert violations(board) == []


@pytest.mark.parametrize("path", ["board?slide=ehcp&area=E10000025", "board?board=overview", "board?board=notes&slide=ehcp"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (390, 844)])
def test_a_hidden_slide_the_overview_and_the_notes_can_be_used_by_everyone(
    path: str, width: int, height: int, window: Window, board_address: str
) -> None:
    screen = window(board_address, width, height).open(path)
    assert screen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert violations(screen) == []


def test_the_filter_bars_choice_is_the_boards(board: Screen) -> None:
    board.open("board?board=overview").choose("Area", "\N{EM SPACE}Oxford")
    assert "area=E07000178" in board.path
    board.page.get_by_role("button", name="1. 100 children have been recognised").click()
    board.page.locator("svg.marks").wait_for()
    assert board.page.locator(".about").inner_text() == "Oxford, all children"


@pytest.mark.parametrize("id", KEPT)
def test_the_demonstrations_slides_are_kept_as_pictures_of_a_shared_screen(id: str, window: Window, address: str) -> None:
    screen = window(address, 1920, 1080).open(f"board?slide={id}")
    ARTEFACTS.mkdir(exist_ok=True)
    screen.page.screenshot(path=ARTEFACTS / f"board-{id}.png")
    fills_the_screen(screen)
