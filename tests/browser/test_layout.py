"""Every page at the widths it is read at: nothing runs off the side, and a picture of it is kept."""

from __future__ import annotations

import pytest

from tests.browser.conftest import ARTEFACTS, Window
from tests.browser.screen import PAGES

pytestmark = pytest.mark.browser
DESKTOP, LARGE, PHONE = 1440, 1920, 390
TALLEST = 12_000
TOO_WIDE = """() => [document.scrollingElement, ...document.querySelectorAll('[data-testid="stMain"]')]
    .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => `${e.tagName} ${e.scrollWidth} > ${e.clientWidth}`)"""


@pytest.mark.parametrize("width", [DESKTOP, LARGE, PHONE])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_window(path: str, width: int, window: Window, address: str) -> None:
    screen = window(address, width).open(path)
    height = screen.page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
    screen.page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
    screen.settle()
    ARTEFACTS.mkdir(exist_ok=True)
    screen.page.screenshot(path=ARTEFACTS / f"{path or 'overview'}-{width}.png")
    assert screen.page.evaluate(TOO_WIDE) == []
