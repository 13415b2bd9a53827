"""Pages without a browser: run for what they say alone, and what a reader must open there, opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

SEPARATOR = "-"
"""Between the parts of a widget's id: a mark, a hash, and the key that the page gave it."""


def closed(app: AppTest) -> list[str]:
    """The keys of the folds that are on the screen and shut."""
    keys = [fold.proto.id.split(SEPARATOR, 2)[2] for fold in app.expander if fold.proto.id]
    return [key for key in keys if not app.session_state[key]]


def open_all(app: AppTest) -> AppTest:
    """Open each fold, and those inside it."""
    while keys := closed(app):
        for key in keys:
            app.session_state[key] = True
        app.run()
    return app


@contextmanager
def no_search() -> Iterator[None]:
    """Pages run without Streamlit's search for components: of every installed package, at each run, and longer than the page.

    The pages use no such component.
    """
    with patch("streamlit.components.v2.manifest_scanner.scan_component_manifests", list):
        yield
