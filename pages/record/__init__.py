"""The access log: who signed in, looked at which page with which filters, and took what away; no figure is in it."""

from pages.record.event import FILTERS, KINDS, MOST_CHARACTERS, Event, Kind, now
from pages.record.log import AccessLog, RecordError
from pages.record.reading import Damaged, month_of, read

__all__ = [
    "FILTERS",
    "KINDS",
    "MOST_CHARACTERS",
    "AccessLog",
    "Damaged",
    "Event",
    "Kind",
    "RecordError",
    "month_of",
    "now",
    "read",
]
