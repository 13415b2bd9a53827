"""Nothing starts that may not be served, nothing broken is served, and no reader ever meets a traceback."""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from metrics import ReleaseError
from pages.access.released import accept, live_release, place_of_release
from pages.access.start import StartError, check_address, check_names
from pages.components import frame

ROOT = Path(__file__).resolve().parents[2]
Spoil = Callable[[Path], None]


def start(release: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Try to start the dashboard; it must end by itself."""
    known = os.environ | {"RELEASE": str(release)} | environment
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "0"]
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, timeout=120, check=False)


def refusal(ended: subprocess.CompletedProcess[str]) -> str:
    """The one sentence that a refused start ends with."""
    assert ended.returncode == 1
    assert "Traceback" not in ended.stdout + ended.stderr
    return next(line for line in ended.stderr.splitlines() if line.startswith("The dashboard does not start: "))


@pytest.fixture
def spoilt(demonstration_release: Path, tmp_path: Path) -> Callable[[Spoil], Path]:
    """A copy of the demonstration's release with something done to its live version."""

    def make(spoil: Spoil) -> Path:
        root = tmp_path / "release"
        shutil.copytree(demonstration_release, root)
        spoil(root / (root / "CURRENT").read_text().strip())
        return root

    return make


def rewrite(version: Path, **changes: object) -> None:
    """Change a release's manifest."""
    path = version / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def of_real_children(version: Path) -> None:
    """Say that the release is not synthetic."""
    rewrite(version, synthetic=False)


SPOILT = {
    "half-written": lambda version: (version / "figures.parquet").unlink(),
    "newer": lambda version: rewrite(version, schema_version=99),
    "unreadable": lambda version: (version / "pairs.parquet").write_bytes(b"not Parquet"),
    "damaged manifest": lambda version: (version / "manifest.json").write_text("{"),
    "of real children": of_real_children,
}


def test_no_release_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    assert "There is no release" in refusal(start(tmp_path / "nowhere"))


def test_a_release_of_real_children_is_not_started(spoilt: Callable[[Spoil], Path]) -> None:
    assert "serves synthetic releases only" in refusal(start(spoilt(of_real_children)))


def test_an_address_beyond_this_machine_is_not_started(demonstration_release: Path) -> None:
    assert "server.address is 0.0.0.0" in refusal(start(demonstration_release, STREAMLIT_SERVER_ADDRESS="0.0.0.0"))


def test_an_access_log_that_would_take_no_line_is_not_started(demonstration_release: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "takes no line" in refusal(start(demonstration_release, ACCESS_LOG=str(tmp_path / "file" / "log")))


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.7", "example.org"])
def test_only_loopback_addresses_may_be_listened_on(address: str | None) -> None:
    with pytest.raises(StartError):
        check_address(address)


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
def test_loopback_addresses_may_be_listened_on(address: str) -> None:
    check_address(address)


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_release_that_may_not_be_served_is_one_sentence_on_the_page(
    spoil: Spoil, spoilt: Callable[[Spoil], Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    root = spoilt(spoil)
    monkeypatch.setenv("RELEASE", str(root))
    with pytest.raises(ReleaseError) as refused:
        live_release()
    app = AppTest.from_file(ROOT / "pages" / "main.py", default_timeout=60).run()
    shown = "\n".join(element.proto.body for element in app.get("html"))
    assert not app.exception
    assert "There is nothing to show" in shown
    assert frame.NOTHING_SERVED in html.unescape(shown)
    assert str(root) not in shown
    assert str(refused.value) in caplog.text
    assert str(refused.value).count(". ") == 0
    assert "Synthetic data" in shown


def test_the_version_before_stays_served_while_the_newest_may_not(
    spoilt: Callable[[Spoil], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = spoilt(lambda version: None)
    monkeypatch.setenv("RELEASE", str(root))
    served = live_release()
    newest = root / "newest"
    shutil.copytree(served.directory, newest)
    of_real_children(newest)
    (root / "CURRENT.new").write_text("newest\n")
    (root / "CURRENT.new").replace(root / "CURRENT")
    assert live_release() is served


def test_only_synthetic_releases_are_accepted(spoilt: Callable[[Spoil], Path]) -> None:
    from metrics import Release

    with pytest.raises(ReleaseError, match="synthetic"):
        accept(Release.open(spoilt(of_real_children)))


def test_the_place_is_the_demonstrations_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELEASE", raising=False)
    assert place_of_release() == ROOT / "data" / "store" / "release"


def test_a_failing_page_is_a_sentence_for_the_reader() -> None:
    def script() -> None:
        from pages.access import explain

        assert explain(ValueError("a secret"))

    app = AppTest.from_function(script).run()
    assert not app.exception
    assert [error.value for error in app.error] == [
        "This page could not be shown. Reload it; if that does not help, tell whoever runs the dashboard what you had chosen."
    ]


def test_no_garbage_is_collected_between_two_clicks() -> None:
    """It took nearly half of a rerun; Streamlit must know the option by this name, or it would go on unheard."""
    known = "from streamlit import config; print(config.get_option('runner.postScriptGC'))"
    told = subprocess.run((sys.executable, "-c", known), cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize("name", ["dashboard.example.org", "*", "*.example.org", "192.0.2.7"])
def test_no_other_name_is_answered_without_sign_in(name: str) -> None:
    with pytest.raises(StartError, match=r"server\.allowedHosts has"):
        check_names((name,), signing_in=False)
    check_names((name,), signing_in=True)


def test_a_name_of_another_machines_is_not_started(demonstration_release: Path) -> None:
    names = "localhost dashboard.example.org"
    assert "allowedHosts has dashboard.example.org" in refusal(start(demonstration_release, STREAMLIT_SERVER_ALLOWED_HOSTS=names))
