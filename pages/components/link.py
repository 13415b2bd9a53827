"""The link: what a reader has chosen lives in the URL, and nowhere else.

A widget shows what the URL says and writes the URL when it is changed, so that Back, a reload, a pasted link and the
way to another page all lead to the same screen.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from metrics import URL_KEYS, Filters


def asked() -> dict[str, str]:
    """What the URL asks for, unchecked; the last of repeated keys."""
    return dict(st.query_params.items())


def write_filters(filters: Filters) -> None:
    """Put a cut in the URL and leave everything else there as it is."""
    others = {key: value for key, value in asked().items() if key not in URL_KEYS.values()}
    st.query_params.from_dict(others | filters.query())


def write_choice(key: str, value: str, default: str) -> None:
    """Put one choice in the URL, or take it out where it is the default."""
    others = {name: text for name, text in asked().items() if name != key}
    st.query_params.from_dict(others if value == default else others | {key: value})


def write_choices(changes: Mapping[str, str]) -> None:
    """Put several choices in the URL as one step of the reader's history; empty takes one out."""
    others = {name: text for name, text in asked().items() if name not in changes}
    st.query_params.from_dict(others | {name: text for name, text in changes.items() if text})
