"""The dashboard as it is deployed: behind nginx, over TLS, beneath a path, with everything it asks of a network written down."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.browser.server import ROOT, free_port, serve
from tests.edge import nginx

BASE = "/children"
WATCH = ROOT / "tests" / "edge" / "watch"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass(frozen=True)
class Answer:
    """What nginx answered: the headers as they came, twice where they came twice."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for known, value in self.headers if known.lower() == name.lower()]


@dataclass(frozen=True)
class Door:
    """nginx in front of one dashboard: its address, its port without TLS, and the hash of the certificate to trust."""

    address: str
    http_port: int
    trust: str

    @property
    def port(self) -> int:
        """The port with TLS."""
        return urlsplit(self.address).port or 443

    @property
    def base(self) -> str:
        """The path that the dashboard is served at."""
        return urlsplit(self.address).path

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """One request over TLS for the path beneath the base; the names of headers have `_` for `-`."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("localhost", self.port, context=trusting, timeout=60)
        try:
            connection.request(
                method, self.base + path, headers={name.replace("_", "-"): value for name, value in headers.items()}
            )
            answer = connection.getresponse()
            return Answer(answer.status, tuple(answer.getheaders()), b"" if answer.status == 101 else answer.read())
        finally:
            connection.close()


Opened = Callable[[str, str], AbstractContextManager[Door]]


@dataclass(frozen=True)
class Watched:
    """A dashboard whose process notes every connection it asks for, and is told of a proxy that must never be asked."""

    address: str
    noted: Path
    proxy: socket.socket

    @property
    def connections(self) -> list[str]:
        """What was asked for, a line each."""
        return self.noted.read_text().splitlines()


@pytest.fixture(scope="package")
def open_door(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Starts nginx in front of the dashboard at an address, beneath the path that the address has."""

    @contextmanager
    def open_door(behind: str, base: str) -> Iterator[Door]:
        folder = tmp_path_factory.mktemp("nginx")
        certificate, key, trust = nginx.certify(folder)
        tls, plain = free_port(), free_port()
        told = {
            "STREAMLIT_SERVER_BASE_URL_PATH": base,
            "STREAMLIT_SERVER_PORT": str(urlsplit(behind).port),
            "HTTPS_PORT": str(tls),
            "HTTP_PORT": str(plain),
            "TLS_CERTIFICATE": str(certificate),
            "TLS_KEY": str(key),
        }
        with nginx.started(folder, told):
            yield Door(f"https://localhost:{tls}{base}", plain, trust)

    return open_door


@pytest.fixture(scope="package")
def watched(demonstration_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """The dashboard beneath a path, watched."""
    folder = tmp_path_factory.mktemp("watched")
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxied = dict.fromkeys(PROXIES, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        noted = {"PYTHONPATH": str(WATCH), "CONNECTIONS": str(folder / "connections")}
        told = {"STREAMLIT_SERVER_BASE_URL_PATH": BASE} | noted | proxied
        with serve(demonstration_release, folder / "log", settings=told) as address:
            yield Watched(address, folder / "connections", proxy)


@pytest.fixture(scope="package")
def edge(watched: Watched, open_door: Opened) -> Iterator[Door]:
    """The way to it from other machines."""
    with open_door(watched.address, BASE) as door:
        yield door


@pytest.fixture(scope="package")
def browser(edge: Door) -> Iterator[Browser]:
    """A browser that trusts the certificate as it would a bought one, and so keeps what it may; and that finds no other host."""
    trusting = (f"--ignore-certificate-errors-spki-list={edge.trust}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost")
    with chromium.started(*trusting) as browser:
        yield browser
