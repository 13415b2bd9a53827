"""What readers do, put into the access log; what cannot be put there is not shown and not sent.

`ACCESS_LOG` names the log's folder. Without it nothing is recorded, which is for synthetic figures on one's own machine alone.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.record import AccessLog, Event, RecordError, now

LOG_VARIABLE = "ACCESS_LOG"
NOT_RECORDED = (
    "What is looked at here is recorded, and just now that cannot be done, so nothing is shown. Try again in a minute; if that "
    "does not help, tell whoever runs the dashboard."
)
_LOOKED = "looked"
_LOG = logging.getLogger("pages")


def check_log() -> None:
    """Make ready the log that is configured; raises RecordError where it would take no line."""
    log = _log()
    if log is not None:
        log.prepare()


def record_view(page: str, filters: Mapping[str, str], release: str) -> str | None:
    """Record what the session is about to see, once until it sees something else.

    `filters` is in the form of the URL, of a cut that the release holds. What comes back is why nothing may be shown; null
    where it may.
    """
    look = (page, dict(filters), release)
    if st.session_state.get(_LOOKED) != look:
        if not record(Event(now(), "viewed", page=page, filters=filters, release=release)):
            return NOT_RECORDED
        st.session_state[_LOOKED] = look
    return None


def record(event: Event) -> bool:
    """Put one event into the log; false, and told to whoever runs the dashboard, where it is not there. True without a log."""
    log = _log()
    try:
        if log is not None:
            log.write(event)
    except RecordError as error:
        _LOG.error("%s", error)
        return False
    return True


def _log() -> AccessLog | None:
    folder: Any = os.environ.get(LOG_VARIABLE)
    return AccessLog(Path(folder)) if folder else None
