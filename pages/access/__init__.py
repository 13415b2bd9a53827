"""Who may come in, what the server answers, and the release it serves."""

from starlette.middleware import Middleware

from pages.access import gate
from pages.access.failure import explain
from pages.access.guard import Guard
from pages.access.kept import kept_release
from pages.access.provider import sign_in
from pages.access.readers import Reader, reader
from pages.access.ready import routes
from pages.access.recorded import record_view
from pages.access.released import live_release, serves_synthetic
from pages.access.start import check_start
from pages.access.taken import Downloads, Offered, offer

MIDDLEWARE = [*gate.MIDDLEWARE, Middleware(Guard), Middleware(Downloads)]

__all__ = [
    "MIDDLEWARE",
    "Offered",
    "Reader",
    "check_start",
    "explain",
    "kept_release",
    "live_release",
    "offer",
    "reader",
    "record_view",
    "routes",
    "serves_synthetic",
    "sign_in",
]
