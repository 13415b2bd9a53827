"""A choice of a page's own, such as the span of terms: kept in the URL like the filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from pages.components import link


@dataclass(frozen=True)
class Choice:
    """One choice: its key in the URL, its label, and its options, code to words; `usual` is the default, or else the first."""

    key: str
    label: str
    options: Mapping[str, str]
    kind: Literal["radio", "select"] = "radio"
    usual: str = ""

    @property
    def default(self) -> str:
        """What holds where the URL is silent."""
        return self.usual or next(iter(self.options))


def choose(choice: Choice, disabled: bool = False, reason: str | None = None) -> str:
    """Show the choice as the URL has it and return it; the default where the URL's is not an option."""
    asked = link.asked().get(choice.key, choice.default)
    value = choice.default if disabled or asked not in choice.options else asked
    widget = f"choice-{choice.key}"
    st.session_state[widget] = value
    codes = list(choice.options)
    if choice.kind == "radio":
        st.radio(
            choice.label,
            codes,
            format_func=choice.options.__getitem__,
            key=widget,
            horizontal=True,
            on_change=_changed,
            args=(choice,),
            disabled=disabled,
            help=reason,
        )
    else:
        st.selectbox(
            choice.label,
            codes,
            format_func=choice.options.__getitem__,
            key=widget,
            on_change=_changed,
            args=(choice,),
            disabled=disabled,
            help=reason,
        )
    return value


def _changed(choice: Choice) -> None:
    link.write_choice(choice.key, st.session_state[f"choice-{choice.key}"], choice.default)
