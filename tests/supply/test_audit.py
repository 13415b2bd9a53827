"""Known faults are looked for, and where that cannot be done it is said. What these tests prevent: silence taken for safety.

The service is one of this machine's own, which speaks as OSV does.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from supply import audit
from supply.__main__ import REQUIRED, main
from supply.lock import PROJECT, read

EVERY = audit.LISTS
FAULT = {
    "id": "OSV-TEST-1",
    "summary": "A fault that is not real.",
    "affected": [
        {"package": {"name": "idna", "ecosystem": "PyPI"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "99.1"}]}]}
    ],
}


class Service(HTTPServer):
    """Knows one fault of one package; remembers which packages it was asked about."""

    faulty = "none"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str] = []


class Answer(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
        self.server.asked.append(name)
        body = json.dumps({"vulns": [FAULT]} if name == self.server.faulty else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with Service() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{running.server_port}/v1/query")
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of two packages in the place of all."""
    path = tmp_path / "requirements.txt"
    hashed = f"--hash=sha256:{'0' * 64}"
    path.write_text(f"certifi==2026.10.18 {hashed}\nidna==3.20 {hashed}\n", encoding="utf-8")
    monkeypatch.setattr(audit, "LISTS", (path,))
    monkeypatch.delenv(REQUIRED, raising=False)
    return path


@pytest.mark.parametrize("required", ["", "1"])
def test_what_has_no_known_fault_passes(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], required: str
) -> None:
    monkeypatch.setenv(REQUIRED, required)
    assert main(["audit"]) == 0
    assert capsys.readouterr().out == "Audited: 2 packages, no known fault.\n"
    assert sorted(service.asked) == ["certifi", "idna"]


def test_a_known_fault_fails_and_is_named_with_what_mends_it(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.faulty = "idna"
    assert main(["audit"]) == 1
    assert capsys.readouterr().out == "idna 3.20 has the known fault OSV-TEST-1, mended in 99.1.\n"


@pytest.mark.parametrize(("required", "code"), [("", 0), ("1", 1)])
def test_a_service_that_is_not_there_is_said_and_fails_only_where_the_audit_is_required(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], required: str, code: int
) -> None:
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", "http://127.0.0.1:9/v1/query")
    monkeypatch.setenv(REQUIRED, required)
    assert main(["audit"]) == code
    said = capsys.readouterr().out
    assert "Not audited: the advisory service could not be reached, or does not know requirements.txt." in said
    assert "no known fault" not in said


def test_a_package_that_nobody_can_tell_of_is_named() -> None:
    packages = [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}]
    assert audit.heard(Path("any.txt"), json.dumps({"dependencies": packages})) == audit.Audit(1, (), ("b",))


def test_every_list_that_is_installed_from_is_audited() -> None:
    audited = {(one.name, one.version) for path in EVERY for one in read(path)}
    installed = {(one.name, one.version) for path in PROJECT.glob("requirements*.txt") for one in read(path)}
    assert audited == installed


def test_the_audit_is_part_of_what_must_pass() -> None:
    assert re.search(r"^make .*\baudit\b", (PROJECT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    recipe = (PROJECT / "Makefile").read_text(encoding="utf-8").split("\naudit: ")[1].split("\n\n")[0]
    assert "-m supply audit" in recipe and "-m pip --disable-pip-version-check check" in recipe
