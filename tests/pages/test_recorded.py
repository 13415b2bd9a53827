"""What a reader sees is recorded once, in codes; what cannot be recorded is not shown, and a file that cannot be is not sent."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from metrics import Release
from pages.access.recorded import LOG_VARIABLE, NOT_RECORDED
from pages.record import AccessLog, Event, read
from tests.architecture.rules import PAGES
from tests.pages.conftest import MAIN, TIMEOUT_SECONDS, Open, Screen

OXFORDSHIRE = "E10000025"
EVERY_PAGE = [name.removeprefix("pages.") for name in PAGES]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the access log of this machine."""
    log = AccessLog(tmp_path / "log")
    log.prepare()
    monkeypatch.setenv(LOG_VARIABLE, str(log.folder))
    return log.folder


def views(folder: Path) -> list[tuple[str, dict[str, str]]]:
    """The page and filters of each event; all of them are looks."""
    events = list(read(folder))
    assert all(isinstance(one, Event) and one.event == "viewed" and one.who is None for one in events)
    return [(one.page, dict(one.filters)) for one in events if isinstance(one, Event)]


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_every_page_is_recorded_once_and_by_its_own_name(page: str, folder: Path, open_page: Open, release: Release) -> None:
    open_page(page, area=OXFORDSHIRE, sex="F")
    assert views(folder) == [(page, {"area": OXFORDSHIRE, "sex": "F"})]
    assert [one.release for one in read(folder) if isinstance(one, Event)] == [release.version]


def test_a_look_is_recorded_when_it_changes_and_not_at_every_repaint(folder: Path, open_page: Open) -> None:
    screen = open_page("education")
    screen.app.run()
    screen.choose("Sex", "F")
    screen.app.run()
    screen.choose("Sex", "all")
    assert views(folder) == [("education", {}), ("education", {"sex": "F"}), ("education", {})]


def test_two_sessions_are_two_looks(folder: Path, open_page: Open) -> None:
    open_page("methods")
    open_page("methods")
    assert views(folder) == [("methods", {})] * 2


def test_no_text_of_a_url_is_recorded_only_codes_that_the_release_has(folder: Path, open_page: Open) -> None:
    open_page("quality", area="Ann Archer", sex="<b>", age="5-11", period="2024-03-14", slide="secret", release="../etc", n="14")
    assert views(folder) == [("quality", {"age": "5-11"})]


def test_the_log_has_no_number_but_its_times_and_codes(folder: Path, open_page: Open, release: Release) -> None:
    """Of what was on the screen nothing is in the log: every number in it stands in a time, a filter or a version."""
    cuts: list[dict[str, str]] = [{}, {"area": OXFORDSHIRE, "age": "5-11"}, {"period": "2023", "sex": "M"}]
    shown = "".join(open_page(page, **cut).words for page in ("overview", "children") for cut in cuts)
    assert len(set(re.findall(r"\d+", shown))) > 50
    allowed = {release.version, OXFORDSHIRE, "5-11", "2023", "F", "M", "viewed", "overview", "children"}
    for line in (line for path in folder.iterdir() for line in path.read_text().splitlines()):
        said = json.loads(line)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said.pop("at"))
        assert said.pop("who") is None
        assert set(said) <= {"event", "page", "filters", "release"}
        assert set(texts(said)) <= allowed


def texts(said: Any) -> list[str]:
    """Every value in what a line says, however deep; anything but text fails."""
    if isinstance(said, Mapping):
        return [text for value in said.values() for text in texts(value)]
    assert isinstance(said, str)
    return [said]


def test_what_cannot_be_recorded_is_not_shown_and_is_shown_again_when_it_can(
    folder: Path, open_page: Open, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    screen = open_page("education")
    assert screen.charts
    folder.rename(tmp_path / "away")
    with caplog.at_level(logging.ERROR):
        screen.choose("Sex", "F")
    assert NOT_RECORDED in screen.words and str(folder) not in screen.words
    assert not screen.charts and "of n" not in screen.words and not screen.app.exception
    assert f"The access log in {folder} takes no line" in caplog.text
    (tmp_path / "away").rename(folder)
    screen.app.run()
    assert screen.charts and NOT_RECORDED not in screen.words
    assert views(folder) == [("education", {}), ("education", {"sex": "F"})]


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_no_page_shows_anything_of_the_release_without_a_record(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demonstration_release: Path, release: Release
) -> None:
    monkeypatch.setenv("RELEASE", str(demonstration_release))
    monkeypatch.setenv(LOG_VARIABLE, str(tmp_path / "gone"))
    app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS)
    if page != "overview":
        app.switch_page(f"{page}.py")
    screen = Screen(app.run())
    assert NOT_RECORDED in screen.words
    assert not screen.charts and not app.selectbox and release.version not in screen.words


def test_without_a_log_pages_are_shown(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LOG_VARIABLE, raising=False)
    assert NOT_RECORDED not in open_page("methods").words
