"""Who may come in, what the server answers, and the release it serves."""

from pages.access.failure import explain
from pages.access.gate import MIDDLEWARE
from pages.access.kept import kept_release
from pages.access.released import live_release
from pages.access.start import check_start

__all__ = ["MIDDLEWARE", "check_start", "explain", "kept_release", "live_release"]
