"""What a page shows only when a reader opens it, opened: the tests read it as they read the rest."""

from __future__ import annotations

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
