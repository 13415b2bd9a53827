"""The dashboard and a provider of OpenID Connect, each a process of its own, set up to know each other."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_DNS, uuid5

from tests.browser.server import free_port, serve_process
from tests.sign_in import node

OXFORDSHIRE, READING = "E10000025", "E06000038"
GROUPS = [str(uuid5(NAMESPACE_DNS, f"{number}.example")) for number in range(150)]
"""As many as a large organisation has of one person, each as long as the identifiers that Entra ID gives them."""
PEOPLE: dict[str, dict[str, Any]] = {
    "partner": {"claims": {"name": "Pat Partner", "groups": ["everyone", "paramount-partners"]}},
    "oxfordshire": {"claims": {"name": "Olu Oxford", "groups": ["paramount-oxfordshire"]}},
    "stranger": {"claims": {"name": "Sam Stranger", "groups": ["everyone"]}},
    "member": {"claims": {"name": "Mo Member", "groups": [*GROUPS, "paramount-partners"]}},
    "brief": {"claims": {"name": "Bryn Brief", "groups": ["paramount-partners"]}, "seconds": 15},
    "clever": {"claims": {"name": "<img src=x onerror=alert(1)>", "groups": ["paramount-partners"]}},
}
"""Who can sign in, by what they type at the provider; a token lasts an hour unless said."""
ROLES = """
claim = "groups"
session_hours = 8
contact = "the partnership's data team, data@partnership.example"

[roles]
paramount-partners = { role = "partner" }
paramount-publishers = { role = "publisher" }
paramount-oxfordshire = { role = "local_authority", area = "E10000025" }
paramount-reading = { role = "local_authority", area = "E06000038" }
"""


@dataclass(frozen=True)
class Stage:
    """Where the two are, and what is printed by the dashboard; `secret` signs its cookies."""

    address: str
    provider: str
    secret: str
    client_id: str
    log: Path
    access_log: Path


@contextmanager
def set_up(release: Path, room: Path, base: str = "", front: str = "", port: int = 0) -> Iterator[Stage]:
    """Start both; `room` is a directory for their settings and logs, `base` the path that the dashboard is served at.

    `front` is the address, without the path, by which readers come to its `port` where they do not come to it themselves.
    """
    port, provider_port = port or free_port(), free_port()
    address, provider = f"{front or f'http://localhost:{port}'}{base}", f"http://localhost:{provider_port}"
    client = {
        "client_id": "dashboard",
        "client_secret": secrets.token_hex(32),
        "redirect_uris": [f"{address}/oauth2callback"],
        "post_logout_redirect_uris": [f"{address}/oauth2callback"],
    }
    secret = secrets.token_hex(32)
    auth = {
        "redirect_uri": f"{front or 'http://localhost:{port}'}{base}/oauth2callback",
        "cookie_secret": secret,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "server_metadata_url": f"{provider}/.well-known/openid-configuration",
    }
    (room / "roles.toml").write_text(ROLES)
    (room / "secrets.toml").write_text("[auth]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in auth.items()))
    (room / "provider.json").write_text(json.dumps({"port": provider_port, "client": client, "people": PEOPLE}))
    options = ("--secrets.files", str(room / "secrets.toml"))
    settings = {"ROLES": str(room / "roles.toml"), "ACCESS_LOG": str(room / "access-log"), "STREAMLIT_SERVER_BASE_URL_PATH": base}
    if front:
        settings["STREAMLIT_SERVER_ALLOWED_HOSTS"] = f"localhost 127.0.0.1 ::1 {urlsplit(front).hostname}"
    with _provider(room), serve_process(release, room / "log", port=port, options=options, settings=settings):
        yield Stage(address, provider, secret, "dashboard", room / "log", room / "access-log")


@contextmanager
def _provider(room: Path) -> Iterator[None]:
    assert node.library().exists(), "no provider of OpenID Connect for the tests: 'make test' installs one"
    command = ("node", str(node.HERE / "provider.mjs"), str(node.library()), str(room / "provider.json"))
    with (room / "provider.log").open("w") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said == "ready\n", (room / "provider.log").read_text()
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)
