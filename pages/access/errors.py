"""What may be wrong with how the dashboard is set up."""

from __future__ import annotations


class AccessError(Exception):
    """Sign-in may not be used as it is set up: one sentence that says what is wrong and what to do."""
