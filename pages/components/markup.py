"""HTML as strings: text is escaped here and nowhere else, so that nothing a file or a URL says is ever markup."""

from __future__ import annotations

from collections.abc import Collection
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def element(tag: str, *content: str, **attributes: str) -> str:
    """An element around content that is markup already; `class_` is written as class."""
    written = "".join(f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>{''.join(content)}</{tag}>"


def text(tag: str, words: str, **attributes: str) -> str:
    """An element around plain text."""
    return element(tag, escape(words), **attributes)


def led(tag: str, words: str, leads: Collection[str], **attributes: str) -> str:
    """An element around plain text; where the text begins with one of `leads`, that much of it is set strong."""
    lead = next((lead for lead in leads if words.startswith(lead)), "")
    return element(tag, text("strong", lead) if lead else "", escape(words.removeprefix(lead)), **attributes)


def put(*parts: str) -> None:
    """Put markup on the page."""
    st.html("".join(parts))


def place(key: str) -> DeltaGenerator:
    """A container that the style sheet knows by name."""
    return st.container(key=key)
