"""What a reader sees when a page fails: a sentence, never a traceback."""

from __future__ import annotations

import logging

import streamlit as st

_LOG = logging.getLogger("pages")
_SORRY = "This page could not be shown. Reload it; if that does not help, tell whoever runs the dashboard what you had chosen."


def explain(error: Exception) -> bool:
    """Log the failure for whoever runs the dashboard and show the reader one sentence; true: nothing else is to be shown."""
    _LOG.error("a page failed", exc_info=error)
    st.error(_SORRY)
    return True
