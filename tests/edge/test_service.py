"""The unit, the container file and what both ask: they fit this project, and let the dashboard do next to nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.architecture.imports import reachable, read
from tests.architecture.rules import OUT_OF_REACH, matches, package
from tests.browser.server import ROOT, serve
from tests.edge import nginx
from tests.edge.conftest import Watched

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "systemd" / "dashboard.service"
READY = DEPLOY / "ready.py"
MOST_EXPOSED = 15
"""Tenths of systemd's own measure of what a unit may do, from 0 to 100; a unit without any sandbox has 96."""
BUILT = [
    (word, rest)
    for word, _, rest in (line.partition(" ") for line in (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines())
    if word.isupper()
]
PAGES = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
import metrics.exports
for page in sorted(Path("pages").glob("[a-z]*.py")):
    app = AppTest.from_file("pages/main.py", default_timeout=120)
    if page.name != "main.py":
        app.switch_page(page.name)
    app.run()
    assert not app.exception and not app.error and app.get("html"), page
outside = [name for name, module in sys.modules.items() if name.split(".")[0] in ("pages", "metrics", "data")
           and not str(module.__file__).startswith(str(Path.cwd()))]
assert outside == [], outside
"""


def value(name: str) -> list[str]:
    """What the unit says under a name, a line each."""
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)


def asked(port: int, base: str = "") -> tuple[int, str]:
    """How `deploy/ready.py` ends, and what it says."""
    told = os.environ | {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_BASE_URL_PATH": base}
    ended = subprocess.run((sys.executable, str(READY)), env=told, capture_output=True, text=True, timeout=60)
    return ended.returncode, ended.stdout.strip()


@contextmanager
def saying(status: int, word: str) -> Iterator[int]:
    """A server that says one word at `/children/ready`; its port."""

    class Saying(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/children/ready" else 404)
            self.end_headers()
            self.wfile.write(f"{word}\n".encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Saying)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("status", "word", "ends"), [(200, "ready", 0), (200, "behind", 0), (503, "unready", 1)])
def test_what_a_dashboard_says_of_itself_is_how_the_question_ends(status: int, word: str, ends: int) -> None:
    with saying(status, word) as port:
        assert asked(port, "/children") == (ends, word)


def test_a_dashboard_that_does_not_answer_is_not_ready() -> None:
    with saying(200, "ready") as port:
        pass
    ends, said = asked(port)
    assert ends == 1
    assert said.startswith("no answer")


def test_the_question_reaches_the_real_dashboard(watched: Watched) -> None:
    port, _, base = watched.address.removeprefix("http://localhost:").partition("/")
    assert asked(int(port), base) == (0, "ready")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/dashboard/.venv/bin/python", sys.executable))
    verified = subprocess.run(("systemd-analyze", "verify", str(unit)), capture_output=True, text=True)
    assert (verified.returncode, [line for line in verified.stderr.splitlines() if UNIT.name in line]) == (0, [])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_the_unit_may_do_next_to_nothing() -> None:
    command = ("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(UNIT))
    measured = subprocess.run(command, capture_output=True, text=True)
    assert measured.returncode == 0, measured.stdout.splitlines()[-1:]


def test_the_unit_reaches_this_machine_alone_and_writes_its_access_log_alone() -> None:
    assert (value("IPAddressDeny"), value("IPAddressAllow")) == (["any"], ["localhost"])
    assert (value("ProtectSystem"), value("DynamicUser"), value("NoNewPrivileges")) == (["strict"], ["yes"], ["yes"])
    assert value("ReadWritePaths") == value("StateDirectory") == []
    assert [f"/var/log/{folder}" for folder in value("LogsDirectory")] == [nginx.settings()["ACCESS_LOG"]]
    assert value("LogsDirectoryMode") == ["0700"]
    assert (value("CapabilityBoundingSet"), value("MemoryMax")) == ([""], ["3G"])


def test_unit_and_container_start_the_same_and_ask_the_same() -> None:
    (starts,) = (json.loads(rest) for word, rest in BUILT if word == "CMD")
    (asks,) = (json.loads(rest.partition("CMD ")[2]) for word, rest in BUILT if word == "HEALTHCHECK")
    assert starts == value("ExecStart")[0].replace("/opt/dashboard/.venv/bin/python", "python").split()
    assert asks == value("ExecStartPost")[0].replace("/opt/dashboard/.venv/bin/python", "python").split()[:2]
    assert (ROOT / asks[1]).is_file()


def test_the_settings_are_those_that_unit_and_nginx_read() -> None:
    known = nginx.settings()
    named = set(re.findall(r"\$\{(\w+)\}", nginx.TEMPLATE.read_text(encoding="utf-8")))
    assert named == known.keys() - {"STREAMLIT_SERVER_ALLOWED_HOSTS", "RELEASE", "ACCESS_LOG"}
    assert known["DASHBOARD_HOST"] in known["STREAMLIT_SERVER_ALLOWED_HOSTS"].split()


def test_the_container_runs_as_nobody_in_particular() -> None:
    words = [word for word, _ in BUILT]
    (user,) = (rest for word, rest in BUILT if word == "USER")
    assert int(user.split(":")[0]) > 0
    assert words.index("USER") > max(place for place, word in enumerate(words) if word in ("COPY", "RUN"))


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the container file copies, where it copies it."""
    root = tmp_path_factory.mktemp("image")
    for word, rest in BUILT:
        if word == "COPY":
            *sources, target = rest.split()
            paths = [path for source in sources for path in sorted(ROOT.glob(source))]
            assert len(paths) >= len(sources), f"nothing to copy for {rest}"
            for path in paths:
                if path.is_dir():
                    shutil.copytree(path, root / target, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    (root / target).mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, root / target)
    return root


def test_every_module_that_a_page_can_reach_is_copied(image: Path) -> None:
    tree = read(ROOT)
    reached = {module for name in tree if matches(name, ("app", *package("pages"))) for module in reachable(tree, name)}
    paths = {module: module.replace(".", "/") for module in reached}
    absent = {module for module, path in paths.items() if not (image / f"{path}.py").exists() and not (image / path).is_dir()}
    assert sorted(absent) == [], "deploy/Containerfile does not copy them"


def test_what_is_copied_is_enough_for_every_page(image: Path, demonstration_release: Path, tmp_path: Path) -> None:
    told = os.environ | {"RELEASE": str(demonstration_release), "PYTHONPATH": ""}
    ended = subprocess.run((sys.executable, "-c", PAGES), cwd=image, env=told, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_what_is_copied_starts(image: Path, demonstration_release: Path, tmp_path: Path) -> None:
    with serve(demonstration_release, tmp_path / "log", folder=image, settings={"PYTHONPATH": ""}) as address:
        assert asked(int(address.rpartition(":")[2])) == (0, "ready")


def test_nothing_that_opens_a_cohort_and_no_store_is_copied(image: Path) -> None:
    copied = {path.relative_to(image).as_posix() for path in image.rglob("*")}
    opening = {name.replace(".", "/") for name in OUT_OF_REACH}
    assert (
        sorted(path for path in copied for name in opening if path in (name, f"{name}.py") or path.startswith(f"{name}/")) == []
    )
    assert [path for path in copied if path.startswith("data/store") or path.endswith((".parquet", "secrets.toml"))] == []
