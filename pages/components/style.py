"""The look of the pages: one style sheet."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pages.components import markup


@cache
def _sheet() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


def put() -> None:
    """Put the style sheet on the page."""
    markup.put(f"<style>{_sheet()}</style>")
