"""What a reader of another machine sees, how much of it comes over the wire, and whom else anybody asks: nobody."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.browser.screen import NAVIGATION, Screen
from tests.edge.conftest import WATCH, Door, Watched

pytestmark = pytest.mark.browser
FIRST_LOAD_BYTES = 1_700_000
"""The goal for a first visit to the overview with its charts, everything over the wire counted."""
NEXT_LOAD_BYTES = 100_000
CHARTS = ("", "education", "social_care", "areas", "children", "journey", "board", "quality")
SEARCHED = re.compile(r"/_stcore/(health|host-config)$")
"""Beneath which path it is served Streamlit's page finds out by asking: what is not there is an error of the console's."""


@dataclass
class Traffic:
    """What one window took over the wire, in bytes: files by address, as they were sent, and the socket's frames."""

    files: dict[str, float] = field(default_factory=dict)
    socket_bytes: int = 0

    @property
    def bytes(self) -> float:
        """All of it."""
        return sum(self.files.values()) + self.socket_bytes


Visit = Callable[[str], tuple[Screen, Traffic]]


@pytest.fixture
def visit(browser: Browser, edge: Door) -> Iterator[Visit]:
    """Opens pages in one reader's browser, new at first; at the end none may have broken the policy or asked another host."""
    reader = browser.new_context(locale="en-GB")
    screens: list[Screen] = []

    def visit(path: str) -> tuple[Screen, Traffic]:
        screen, traffic = _watched(reader, edge)
        screens.append(screen)
        return screen.open(path), traffic

    yield visit
    reader.close()
    assert [url for screen in screens for url in screen.foreign] == []
    assert [complaint for screen in screens for complaint in screen.complaints] == []


def _watched(reader: BrowserContext, edge: Door) -> tuple[Screen, Traffic]:
    page = reader.new_page()
    screen, traffic = Screen(page, edge.address), Traffic()

    def complained(said: ConsoleMessage) -> None:
        if said.type == "error" and not SEARCHED.search(said.location["url"]):
            screen.complaints.append(said.text)

    page.on("console", complained)
    network = reader.new_cdp_session(page)
    addresses: dict[str, str] = {}

    def finished(event: dict[str, Any]) -> None:
        traffic.files[f"{event['requestId']} {addresses[event['requestId']]}"] = event["encodedDataLength"]

    def received(event: dict[str, Any]) -> None:
        traffic.socket_bytes += len(event["response"]["payloadData"]) * 3 // 4  # handed over as base64

    network.on("Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]}))
    network.on("Network.loadingFinished", finished)
    network.on("Network.webSocketFrameReceived", received)
    network.send("Network.enable")
    return screen, traffic


def test_a_first_visit_is_no_larger_than_the_goal_and_the_next_is_nearly_nothing(visit: Visit) -> None:
    screen, first = visit("")
    assert screen.page.get_by_test_id("stVegaLiteChart").count() > 0
    _, following = visit("")
    print(f"first visit {first.bytes:,.0f} bytes, {first.socket_bytes:,} of them the socket's; the next {following.bytes:,.0f}")
    assert 500_000 < first.bytes <= FIRST_LOAD_BYTES
    assert 0 < following.bytes <= NEXT_LOAD_BYTES
    assert [address for address in first.files if "Plotly" in address] == []


@pytest.mark.parametrize("path", NAVIGATION)
def test_every_page_is_drawn_within_its_policy_and_asks_nobody(path: str, visit: Visit, watched: Watched) -> None:
    screen, _ = visit(path)
    assert screen.page.locator("h1").count() == 1
    assert (screen.page.get_by_test_id("stVegaLiteChart").count() > 0) is (path in CHARTS)
    assert "could not be shown" not in screen.words
    assert_asked_nobody(watched)


def test_filters_and_links_work_beneath_the_path(visit: Visit, edge: Door) -> None:
    screen, _ = visit("education")
    screen.choose("Sex", "Girls").follow("Social care")
    assert screen.page.url == f"{edge.address}/social_care?sex=F"
    screen.page.reload()
    assert screen.settle().page.locator("h1").count() == 1


def test_the_link_to_a_figure_leads_through_the_path(visit: Visit, edge: Door) -> None:
    screen, _ = visit("downloads")
    link = screen.page.get_by_text(re.compile(r"release=")).first.inner_text().strip()
    assert link.startswith(f"{edge.address}/board?")


@pytest.mark.parametrize(("format", "begins"), [("pptx", b"PK"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_a_file_can_be_taken_away_and_is_made_asking_nobody(
    format: str, begins: bytes, visit: Visit, watched: Watched, tmp_path: Path
) -> None:
    screen, _ = visit(f"downloads?format={format}")
    screen.page.get_by_role("button", name="Make the file").click()
    with screen.page.expect_download() as taken:
        screen.page.get_by_role("button", name=re.compile(r"^Download ")).click()
    taken.value.save_as(tmp_path / "file")
    assert (tmp_path / "file").read_bytes().startswith(begins)
    assert taken.value.suggested_filename.endswith(f".{format}")
    assert_asked_nobody(watched)


def test_a_socket_for_another_site_makes_the_dashboard_ask_nobody(edge: Door, watched: Watched) -> None:
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "MTIzNDU2Nzg5MDEyMzQ1Ng==",
    }
    assert edge.ask("/_stcore/stream", Origin="https://evil.example", **asked).status == 403
    assert_asked_nobody(watched)


def assert_asked_nobody(watched: Watched) -> None:
    """No connection but to this machine, by Python; and none to the proxy, which native code would take."""
    assert watched.connections[0].startswith("watching")
    assert [line for line in watched.connections if line.split()[-1] not in {"watching", "localhost", "127.0.0.1", "::1"}] == []
    watched.proxy.settimeout(0)
    with pytest.raises(BlockingIOError):
        watched.proxy.accept()


def test_the_watch_sees_a_connection(tmp_path: Path) -> None:
    script = "import socket\ntry:\n    socket.create_connection(('192.0.2.7', 9), timeout=0.01)\nexcept OSError:\n    pass"
    noted = {"PYTHONPATH": str(WATCH), "CONNECTIONS": str(tmp_path / "noted")}
    subprocess.run((sys.executable, "-c", script), env=noted, check=True)
    assert (tmp_path / "noted").read_text().splitlines() == [
        "watching",
        "socket.getaddrinfo 192.0.2.7",
        "socket.connect 192.0.2.7",
    ]
