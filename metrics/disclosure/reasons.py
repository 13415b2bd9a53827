"""Why a figure is shown or hidden: for those who decide on a policy, and in no release."""

from __future__ import annotations

REASONS = (
    "shown",
    "structural",
    "base",
    "count",
    "complement",
    "zero",
    "families",
    "means",
    "linked",
    "secondary",
    "over_time",
    "audit",
)
"""By code, from 0; where several hold, the first."""

FIRST = REASONS[2:8]
"""Hidden for itself alone."""
BESIDES = REASONS[8:]
"""Hidden because it would tell of another."""

REASON_WORDS = {
    "base": "out of too few children",
    "count": "of too few children",
    "complement": "all but too few",
    "zero": "none, or all, out of few",
    "families": "of too few families",
    "means": "a mean, or a mean of too few",
    "linked": "told by a related figure",
    "secondary": "told by the figures around it",
    "over_time": "told by an earlier release",
    "audit": "withheld by the audit",
}
