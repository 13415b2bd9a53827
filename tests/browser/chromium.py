"""The browser that the tests drive, and what keeps it from speaking to anybody by itself."""

from __future__ import annotations

from tests.programs import CHROMIUM

QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")


def find() -> str | None:
    """The path of a Chromium or Chrome; None where there is none."""
    return CHROMIUM.find()
