"""One reader's browser window: opens a page, waits until it is drawn, and remembers which hosts it asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request

PATIENCE_MS = 60_000
NAVIGATION = ("", "education", "social_care", "areas", "children", "journey", "board", "downloads", "quality", "methods")
PAGES = tuple(path for path in NAVIGATION if path != "board")
"""Every page with a navigation bar; the board, which has none, has tests of its own."""

# Drawn: connected, the script at rest, nothing stale or waiting, a picture in every chart, and no change for a moment.
DRAWN = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    const all = (test) => [...document.querySelectorAll(`[data-testid="${test}"]`)];
    const at_rest = app && app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED';
    const waiting = document.querySelector('[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stSkeletonElement"]');
    const drawn = all('stVegaLiteChart').every((chart) => chart.querySelector('canvas, svg'));
    const now = document.body.innerText.length + ':' + document.querySelectorAll('*').length + ':' + location.href;
    const same = window.lastSeen === now ? (window.timesSeen || 0) + 1 : 0;
    window.lastSeen = now;
    window.timesSeen = same;
    return Boolean(at_rest && !waiting && drawn && document.querySelector('h1') && same >= 3);
}"""


@dataclass
class Screen:
    """A page of the browser and the address of the server it looks at."""

    page: Page
    address: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", self._note)
        self.page.on("websocket", lambda socket: self._judge(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str = "") -> Screen:
        """Go to a path of the dashboard as from a pasted link, and wait until it is drawn."""
        self.page.goto(f"{self.address}/{path}")
        return self.settle()

    def settle(self) -> Screen:
        """Wait until everything is drawn."""
        self.page.evaluate("window.timesSeen = 0")
        self.page.wait_for_function(DRAWN, polling=100)
        return self

    @property
    def title(self) -> str:
        """The page's heading."""
        return self.page.locator("h1").first.inner_text()

    @property
    def words(self) -> str:
        """All that the page says, hidden text included."""
        return self.page.locator("body").text_content() or ""

    @property
    def path(self) -> str:
        """The path and query of the address bar."""
        parts = urlsplit(self.page.url)
        return parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")

    @property
    def body(self) -> str:
        """All that the page says beneath its heading, hidden text included."""
        return self.page.get_by_test_id("stMain").text_content() or ""

    @property
    def banner(self) -> Locator:
        """The words that say the data is synthetic."""
        return self.page.get_by_text(re.compile("synthetic data", re.IGNORECASE)).first

    @property
    def destinations(self) -> list[str]:
        """Where the navigation leads, without what is chosen."""
        links = self.page.get_by_test_id("stPageLink-NavLink").all()
        return [urlsplit(link.get_attribute("href") or "").path.strip("/") for link in links]

    def follow(self, name: str) -> Screen:
        """Click the navigation's link to a page, and wait until it is drawn."""
        self.page.get_by_test_id("stPageLink-NavLink").filter(has_text=name).click()
        self.page.wait_for_function("name => document.querySelector('h1')?.innerText.includes(name)", arg=name)
        return self.settle()

    def choose(self, label: str, option: str) -> Screen:
        """Set a filter, and wait until the page is drawn for it."""
        before = self.page.url
        self.page.get_by_role("combobox", name=label).click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.wait_for_url(lambda url: url != before)
        return self.settle()

    def _note(self, request: Request) -> None:
        self._judge(request.url)

    def _judge(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != urlsplit(self.address).netloc:
            self.foreign.append(url)
