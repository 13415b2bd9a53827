"""What readers do, put into the access log; what cannot be put there is not shown and not sent.

`ACCESS_LOG` names the log's folder. Without it nothing is recorded, which is for synthetic figures on one's own machine alone:
where people sign in, the dashboard does not start without it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from pages.access.provider import SignIn
from pages.access.readers import reader
from pages.access.roles import NoRoleError
from pages.access.sessions import Session
from pages.record import MOST_CHARACTERS, AccessLog, Event, RecordError, now

LOG_VARIABLE = "ACCESS_LOG"
NOT_RECORDED = (
    "What is looked at here is recorded, and just now that cannot be done, so nothing is shown. Try again in a minute; if that "
    "does not help, tell whoever runs the dashboard."
)
NOT_SIGNED_IN = "Who signs in here is recorded, and just now that cannot be done: go back and try again in a minute."
_LOOKED = "looked"
_NAMELESS = "?"
"""The subject of somebody to whom the provider gave none."""
_LOG = logging.getLogger("pages")


def check_log(*, compulsory: bool) -> None:
    """Make ready the log that is configured; RecordError where it would take no line, or is compulsory and not configured."""
    log = _log()
    if log is not None:
        log.prepare()
    elif compulsory:
        raise RecordError(
            f"Sign-in is set up and {LOG_VARIABLE} names no folder for the access log: name one, because who looks is recorded."
        )


def record_view(page: str, filters: Mapping[str, str], release: str) -> str | None:
    """Record what the session is about to see, once until it sees something else.

    `filters` is in the form of the URL, of a cut that the release holds. What comes back is why nothing may be shown; null
    where it may.
    """
    person = reader()
    whose = who(person.subject, person.name) if person.name else {}
    look = (whose, page, dict(filters), release)
    if st.session_state.get(_LOOKED) != look:
        if not record(Event(now(), "viewed", **whose, page=page, filters=filters, release=release)):
            return NOT_RECORDED
        st.session_state[_LOOKED] = look
    return None


def record_sign_in(session: Session, how: SignIn) -> bool:
    """Record that somebody has come in, with the role they have, or that they have none and so see nothing."""
    whose = who(session.subject, session.name)
    try:
        role = how.roles.audience(session.claims).role
    except NoRoleError:
        return record(Event(now(), "refused", **whose))
    return record(Event(now(), "signed_in", **whose, role=role))


def record_sign_out(session: Session) -> bool:
    """Record that somebody has gone."""
    return record(Event(now(), "signed_out", **who(session.subject, session.name)))


def who(subject: str, name: str) -> dict[str, Any]:
    """Somebody who has signed in, as an event has them."""
    return {"who": subject[:MOST_CHARACTERS] or _NAMELESS, "name": name}


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
