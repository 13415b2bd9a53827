"""What a reader does in the running app: opens, filters, follows a pasted link, goes back, reloads."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Window
from tests.browser.screen import NAVIGATION, PAGES, Screen

pytestmark = pytest.mark.browser
TRACES = ("Traceback", "Exception", "KeyError", "streamlit.errors", "site-packages", "could not be shown")


def test_the_navigation_leads_to_every_page_and_no_other(screen: Screen) -> None:
    assert screen.open().destinations == list(NAVIGATION)


@pytest.mark.parametrize("path", PAGES)
def test_a_pasted_link_opens_its_page_on_a_fresh_server(path: str, fresh_server: Server, window: Window) -> None:
    with fresh_server() as address:
        screen = window(address).open(f"{path}?area=E10000025")
        assert screen.page.locator("h1").count() == 1
        assert screen.path == f"{path}?area=E10000025"
        assert "Oxfordshire" in screen.words
        assert [trace for trace in TRACES if trace in screen.words] == []


def test_pages_have_titles_of_their_own(screen: Screen) -> None:
    titles = [screen.open(path).title for path in PAGES]
    assert len(set(titles)) == len(PAGES)


def test_a_filter_changes_the_figures_and_the_address(screen: Screen) -> None:
    before = screen.open("education").body
    screen.choose("Sex", "Girls")
    assert parse_qs(urlsplit(screen.page.url).query) == {"sex": ["F"]}
    assert screen.body != before


def test_filters_survive_pages_back_and_reload(screen: Screen) -> None:
    screen.open("education").choose("Sex", "Girls")
    screen.follow("Social care")
    assert screen.path == "social_care?sex=F"
    screen.page.go_back()
    screen.settle()
    assert screen.path == "education?sex=F"
    body = screen.body
    screen.page.reload()
    screen.settle()
    assert (screen.path, screen.body) == ("education?sex=F", body)


def test_back_undoes_a_filter(screen: Screen) -> None:
    before = screen.open("education").body
    screen.choose("Sex", "Girls")
    screen.page.go_back()
    screen.page.wait_for_url(re.compile(r"/education$"))
    assert screen.settle().body == before


def test_an_impossible_address_is_ignored_with_a_word(screen: Screen) -> None:
    screen.open("education?area=Atlantis&sex=F")
    expect(screen.page.get_by_text("Atlantis").first).to_be_visible()
    assert screen.page.locator("h1").count() == 1


@pytest.mark.parametrize("path", PAGES)
def test_the_banner_stays_in_sight_and_cannot_be_closed(path: str, screen: Screen) -> None:
    banner = screen.open(path).banner
    expect(banner).to_be_in_viewport()
    screen.page.keyboard.press("Escape")
    screen.page.get_by_test_id("stMain").hover()
    screen.page.mouse.wheel(0, 2000)
    expect(banner).to_be_in_viewport()
    assert banner.get_by_role("button").count() == 0


def test_a_table_opens_by_keyboard_on_a_phone_and_follows_the_next_filter(window: Window, address: str) -> None:
    screen = window(address, 390, 844).open("education")
    tables = screen.page.get_by_test_id("stExpander").locator("table")
    assert tables.count() == 0
    screen.page.get_by_test_id("stExpander").locator("summary").first.press("Enter")
    tables.first.wait_for()
    said = screen.settle().page.locator("table").inner_text()
    screen.page.locator("h1").scroll_into_view_if_needed()
    screen.choose("Sex", "Girls")
    assert tables.count() == 1 and tables.first.is_visible()
    assert tables.first.inner_text() != said
