"""Symbols in place of figures, and the sentences that say why; one symbol for every suppression, no hint of the rule.

How few is few differs between policies: a release says it in its own words at the foot of every page.
"""

from __future__ import annotations

REASONS = {
    "c": "Hidden: we hide figures about few children, and any that would reveal one.",
    "z": "Not reached: no child of this group can have a figure here yet, or ever.",
    "x": "Not supplied: no extract from this area covers it.",
}
NO_FIGURE = "The release holds no figure here."
SHORT = {"c": "hidden", "z": "not reached", "x": "not supplied"}


def reason(symbol: str | None) -> str:
    """One sentence on why there is no figure."""
    return REASONS.get(symbol or "", NO_FIGURE)


def bracketed(symbol: str | None) -> str:
    """The symbol as a table prints it: `[c]`, `[z]`, `[x]`; `[x]` where there is nothing at all."""
    return f"[{symbol or 'x'}]"
