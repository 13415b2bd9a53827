"""A real Chromium, the running dashboard, and a window on it that may ask nothing of any other host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import chromium
from tests.browser.screen import Screen
from tests.browser.server import ROOT, serve

ARTEFACTS = ROOT / "test-artefacts"
Server = Callable[[], AbstractContextManager[str]]
Window = Callable[..., Screen]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="package")
def fresh_server(demonstration_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server that nobody has visited."""
    return lambda: serve(demonstration_release, tmp_path_factory.mktemp("server") / "log")


@pytest.fixture(scope="package")
def address(fresh_server: Server) -> Iterator[str]:
    """A server that the tests share."""
    with fresh_server() as address:
        yield address


@pytest.fixture(scope="package")
def reader(browser: Browser) -> BrowserContext:
    """One reader of the tests' process: what the browser has fetched once it keeps."""
    return browser.new_context(locale="en-GB")


@pytest.fixture
def window(reader: BrowserContext) -> Iterator[Window]:
    """Opens windows on a server; at the end none may have asked another host or met a script's failure."""
    screens: list[Screen] = []

    def open_window(address: str, width: int = 1440, height: int = 900) -> Screen:
        page = reader.new_page()
        page.set_viewport_size({"width": width, "height": height})
        screens.append(Screen(page, address))
        return screens[-1]

    yield open_window
    for screen in screens:
        screen.page.close()
    assert [url for screen in screens for url in screen.foreign] == []
    assert [complaint for screen in screens for complaint in screen.complaints] == []


@pytest.fixture
def screen(window: Window, address: str) -> Screen:
    """A window of a desktop's size on the shared server."""
    return window(address)
