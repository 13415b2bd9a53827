"""A dashboard that people sign in to, of a release that says it is of real children, and the browser windows they do it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.sign_in.stage import Stage, set_up
from tests.sign_in.visit import Visit

Visits = Callable[..., Visit]


@pytest.fixture(scope="package")
def stage(real_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The dashboard and the provider, which the tests share."""
    with set_up(real_release, tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser that keeps pages it has left as a reader's does, so that Back shows what a reader would see."""
    with chromium.started(without=("--disable-back-forward-cache",)) as browser:
        yield browser


@pytest.fixture
def visits(browser: Browser, stage: Stage) -> Iterator[Visits]:
    """Opens windows of readers who know nothing of each other; at the end none may have asked a third host for anything."""
    opened: list[Visit] = []

    def visit(width: int = 1440, beside: Visit | None = None, stage: Stage = stage) -> Visit:
        context = (
            browser.new_context(locale="en-GB", viewport={"width": width, "height": 900}) if beside is None else beside.context
        )
        opened.append(Visit(stage, context, context.new_page()))
        return opened[-1]

    yield visit
    foreign = [url for one in opened for url in one.foreign]
    for one in opened:
        one.context.close()
    assert foreign == []


@pytest.fixture
def visit(visits: Visits) -> Visit:
    """The window of one reader."""
    return visits()
