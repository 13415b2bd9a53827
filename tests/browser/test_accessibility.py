"""Everyone can use the app: no violation of WCAG 2.2 AA that axe-core can see, and no step that needs a mouse."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Window
from tests.browser.screen import PAGES, Screen

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
MOST_TABS = 60


def violations(screen: Screen) -> list[str]:
    """What axe-core finds, a line each: the rule and the first element that breaks it."""
    found = Axe().run(screen.page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:300]} ({len(one['nodes'])})" for one in found]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_violation(path: str, screen: Screen) -> None:
    assert violations(screen.open(path)) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_filtered_page_with_everything_unfolded_has_no_violation(path: str, screen: Screen) -> None:
    screen.open(f"{path}?area=E10000025&sex=F")
    screen.page.locator("details:not([open]) > summary").evaluate_all("folded => folded.forEach((summary) => summary.click())")
    assert violations(screen.settle()) == []


def test_an_open_filter_has_no_violation(screen: Screen) -> None:
    screen.open("education").page.get_by_role("combobox", name="Area").click()
    screen.page.get_by_role("option").first.wait_for()
    assert violations(screen) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_a_phone_has_no_violation(path: str, window: Window, address: str) -> None:
    assert violations(window(address, 390, 844).open(path)) == []


# A scrolling region takes the focus too, and its text is the whole page's.
FOCUSED = """() => {
    const focused = document.activeElement;
    return focused.getAttribute('aria-label') ?? (focused.matches('a, button, summary') ? focused.innerText : '');
}"""


def tab_to(screen: Screen, wanted: str) -> None:
    """Press Tab until what has the focus is called `wanted`."""
    met: list[str] = []
    while len(met) < MOST_TABS and not (met and wanted in met[-1]):
        screen.page.keyboard.press("Tab")
        met.append(screen.page.evaluate(FOCUSED))
    assert wanted in met[-1], f"Tab never reached {wanted!r}, only {met}"


def test_a_filter_can_be_set_by_keyboard_alone(screen: Screen) -> None:
    screen.open("education")
    tab_to(screen, "Sex")
    before = screen.page.url
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        screen.page.keyboard.press(key)
    screen.page.wait_for_url(lambda url: url != before)
    assert set(parse_qs(urlsplit(screen.settle().page.url).query)) == {"sex"}


def test_another_page_can_be_reached_by_keyboard_alone(screen: Screen) -> None:
    screen.open("education?sex=F")
    tab_to(screen, "Social care")
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url("**/social_care?sex=F")
    assert screen.settle().page.locator("h1").count() == 1


def test_what_has_the_focus_can_be_seen(screen: Screen) -> None:
    screen.open("education")
    link = screen.page.get_by_test_id("stPageLink-NavLink").nth(2)
    style = (
        "e => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.backgroundColor].join(); }"
    )
    before = link.evaluate(style)
    tab_to(screen, "Social care")
    screen.settle()
    assert link.evaluate(style) != before
