"""The look of the pages: one style sheet, and what a page of another shape adds to it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pages.components import markup


@cache
def _sheet(name: str) -> str:
    return (Path(__file__).parent / f"{name}.css").read_text(encoding="utf-8")


def put(name: str = "style") -> None:
    """Put a style sheet on the page: that of every page, or one that a page adds to it."""
    markup.put(f"<style>{_sheet(name)}</style>")
