"""What the published study and the article printed, as counts of children.

Nothing here is written into the records: a count says how many of the simulated children, those likeliest to, have an event.
"""

from __future__ import annotations

# "What Works Series: Operation Paramount" (2025): children of Oxfordshire recognised November 2021 to November 2024.
CHILDREN, GIRLS = 225, 106
IN_SCOPE = 184
"""The one base that fits every printed figure of term 0."""
ATTENDED_90, ATTENDED_50 = 90, 158
ATTENDANCE_MEAN_PCT = 79.9
SUSPENDED, SEN_SUPPORT, EHCP = 8, 57, 13
EXCLUSIONS = 1
"""In the whole dataset, and counted among the suspended."""
MEALS_RECEIVED = 121
MEALS_BY_TERM_3_PCT = 86.3
STATUTORY_MONTH_0, STATUTORY_BY_6 = 67, 70
EARLY_HELP_MONTH_0, EARLY_HELP_BY_6 = 3, 21
REFERRED_MONTH_BEFORE, REFERRED_BY_6, REFERRED_WINDOW = 31, 90, 112
ACTIVE_BEFORE, ACTIVE_WINDOW = 121, 168

# The article on Operation Paramount: Thames Valley, November 2021 to September 2023.
RECOGNISED, BANDS = 789, (178, 418, 193)
MATERNAL = 63
ACCEPTED_REFERRALS = 39


def share_that_prints(pct: float, children: int) -> int | None:
    """How many of the children print as that percentage with one decimal; None where no number does."""
    count = round(pct / 100 * children)
    return count if abs(100 * count / children - pct) < 0.0499 else None
