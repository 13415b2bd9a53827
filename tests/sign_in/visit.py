"""One reader's window on a dashboard that people sign in to, and everything that its sockets were sent."""

from __future__ import annotations

import html
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, WebSocket
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.screen import DRAWN, PATIENCE_MS
from tests.sign_in.stage import Stage

USER_COOKIE = "_streamlit_user"


@dataclass(frozen=True)
class Sent:
    """One message that a socket brought, and when, in seconds since 1970."""

    at: float
    content: bytes


@dataclass
class Visit:
    """A page of the browser on a stage."""

    stage: Stage
    context: BrowserContext
    page: Page
    sent: list[Sent] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("websocket", self._listen)
        self.page.on("request", lambda request: self._judge(request.url))

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self._receive(frame))

    def _receive(self, frame: bytes | str) -> None:
        assert isinstance(frame, bytes), "Streamlit speaks in bytes"
        self.sent.append(Sent(time.time(), frame))

    def _judge(self, url: str) -> None:
        ours = {urlsplit(self.stage.address).netloc, urlsplit(self.stage.provider).netloc}
        if urlsplit(url).scheme not in {"data", "blob", "about"} and urlsplit(url).netloc not in ours:
            self.foreign.append(url)

    def open(self, path: str = "") -> Visit:
        """Go to a path of the dashboard as from a pasted link, and wait until it is drawn."""
        self.page.goto(f"{self.stage.address}/{path}")
        return self.settle()

    def settle(self) -> Visit:
        """Wait until everything is drawn."""
        self.page.evaluate("window.timesSeen = 0")
        self.page.wait_for_function(DRAWN, polling=100)
        return self

    def go_and_sign_in(self, person: str) -> Visit:
        """From the screen that asks for it, through the provider, and back."""
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_label("Person").fill(person)
        self.page.get_by_role("button", name="Go on").click()
        self.page.wait_for_url(f"{self.stage.address}/**")
        return self.settle()

    def sign_out(self) -> Visit:
        """Out of the dashboard and of the provider, and back."""
        self.page.get_by_role("button", name="Sign out").click()
        self.page.get_by_role("button", name="Sign out here too").click()
        self.page.wait_for_url(f"{self.stage.address}/**")
        return self.settle()

    def wait_for_title(self, title: str) -> Visit:
        """Wait until the page is headed so, with no hand laid on it."""
        self.page.wait_for_function("title => document.querySelector('h1')?.innerText === title", arg=title)
        return self.settle()

    @property
    def title(self) -> str:
        """The page's heading."""
        return self.page.locator("h1").first.inner_text()

    @property
    def words(self) -> str:
        """All that the page says, hidden text included."""
        return self.page.get_by_test_id("stMain").text_content() or ""

    @property
    def path(self) -> str:
        """The path and query of the address bar."""
        return self.page.url.removeprefix(f"{self.stage.address}/")

    def cookie(self, name: str = USER_COOKIE) -> dict[str, object] | None:
        """A cookie of the dashboard as the browser keeps it."""
        found = [one for one in self.context.cookies(self.stage.address) if one.get("name") == name]
        return dict(found[0]) if found else None

    def carry(self, value: str) -> Visit:
        """Put a cookie that says who somebody is into the browser."""
        self.context.add_cookies([{"name": USER_COOKIE, "value": value, "url": self.stage.address}])
        return self

    def elements(self, since: float = 0.0) -> list[Element]:
        """The elements that the sockets brought, or brought since then."""
        messages = [ForwardMsg.FromString(one.content) for one in self.sent if one.at >= since]
        return [message.delta.new_element for message in messages if message.delta.HasField("new_element")]

    def said(self, since: float = 0.0) -> str:
        """The words that they brought, style sheets left out."""
        bodies = (one.html.body for one in self.elements(since) if one.HasField("html"))
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)) for body in bodies if not body.startswith("<style>"))

    def told_of(self, text: str) -> bool:
        """Whether any message holds that text, in whatever form."""
        return any(text.encode() in one.content for one in self.sent)

    def figures(self, since: float = 0.0) -> list[str]:
        """What the sockets brought that holds a figure: charts, files, choices, and every number in words."""
        kinds = [one.WhichOneof("type") for one in self.elements(since)]
        harmless = {"html", "button", "empty", "space"}
        return [kind for kind in kinds if kind not in harmless] + re.findall(r"\d+", self.said(since))
