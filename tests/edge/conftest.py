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
NAME = "dashboard.example"
"""A host of readers' own, besides this machine's: the browser finds it here, and nobody else knows of it."""
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
class Certificate:
    """What nginx holds for every host of the tests, and the hash of it for a browser to trust."""

    file: Path
    key: Path
    trust: str


@dataclass(frozen=True)
class Door:
    """nginx in front of one dashboard: its address, and its port without TLS."""

    address: str
    http_port: int

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
        name = urlsplit(self.address).hostname or ""
        connection = http.client.HTTPSConnection(name, self.port)
        reached = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sock = trusting.wrap_socket(reached, server_hostname=name)
        try:
            connection.request(
                method, self.base + path, headers={name.replace("_", "-"): value for name, value in headers.items()}
            )
            answer = connection.getresponse()
            return Answer(answer.status, tuple(answer.getheaders()), b"" if answer.status == 101 else answer.read())
        finally:
            connection.close()


Opened = Callable[..., AbstractContextManager[Door]]


@dataclass(frozen=True)
class Watched:
    """A dashboard whose process notes every connection it asks for, and is told of a proxy that must never be asked."""

    address: str
    noted: Path
    proxy: socket.socket

    @property
    def port(self) -> int:
        """The port of this machine's loopback that it listens to."""
        return urlsplit(self.address).port or 80

    @property
    def connections(self) -> list[str]:
        """What was asked for, a line each."""
        return self.noted.read_text().splitlines()


@pytest.fixture(scope="package")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """One for every host that the tests ask for."""
    return Certificate(*nginx.certify(tmp_path_factory.mktemp("certificate"), "localhost", NAME))


@pytest.fixture(scope="package")
def open_door(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Starts nginx in front of the dashboard on a port, for readers who come by an address; any port of localhost if not said."""

    @contextmanager
    def open_door(behind: int, base: str, front: str = "") -> Iterator[Door]:
        address = urlsplit(front or f"https://localhost:{free_port()}")
        plain = free_port()
        told = {
            "DASHBOARD_HOST": str(address.hostname),
            "STREAMLIT_SERVER_BASE_URL_PATH": base,
            "STREAMLIT_SERVER_PORT": str(behind),
            "HTTPS_PORT": str(address.port),
            "HTTP_PORT": str(plain),
            "TLS_CERTIFICATE": str(certificate.file),
            "TLS_KEY": str(certificate.key),
        }
        with nginx.started(tmp_path_factory.mktemp("nginx"), told):
            yield Door(f"{address.geturl()}{base}", plain)

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
    with open_door(watched.port, BASE) as door:
        yield door


@pytest.fixture(scope="package")
def browser(certificate: Certificate) -> Iterator[Browser]:
    """A browser that trusts the certificate as it would a bought one, and so keeps what it may; and that finds no other host."""
    known = f"--host-resolver-rules=MAP {NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost"
    with chromium.started(f"--ignore-certificate-errors-spki-list={certificate.trust}", known) as browser:
        yield browser
