"""The browser that the tests drive, and what keeps it from speaking to anybody by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.programs import CHROMIUM

QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")


@contextmanager
def started(*more: str, without: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser, with `more` arguments, and `without` some that Playwright would give it; it is closed at the end."""
    path = CHROMIUM.find()
    assert path, "no Chromium on this machine: 'make test' installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*QUIET, *more], ignore_default_args=list(without), chromium_sandbox=False
        )
        yield browser
        browser.close()
