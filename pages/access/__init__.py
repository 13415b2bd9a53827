"""Who may come in, what the server answers, and the release it serves."""

from starlette.middleware import Middleware

from pages.access import gate
from pages.access.failure import explain
from pages.access.guard import Guard
from pages.access.kept import kept_release
from pages.access.provider import sign_in
from pages.access.readers import Reader, reader
from pages.access.ready import routes
from pages.access.released import live_release, serves_synthetic
from pages.access.start import check_start

MIDDLEWARE = [*gate.MIDDLEWARE, Middleware(Guard)]

__all__ = [
    "MIDDLEWARE",
    "Reader",
    "check_start",
    "explain",
    "kept_release",
    "live_release",
    "reader",
    "routes",
    "serves_synthetic",
    "sign_in",
]
