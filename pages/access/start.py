"""What must hold before the dashboard starts; what does not hold ends it with one sentence."""

from __future__ import annotations

import sys
from collections.abc import Sequence

# Loaded before the first reader comes. Streamlit would load it in the first run; Altair, which looks whether it is there, met it
# half loaded in the runs beside, so that most of those who came at once after a restart saw a page that failed.
import pandas  # noqa: F401
import streamlit as st

from metrics import ReleaseError
from pages.access.errors import AccessError
from pages.access.gate import is_local, named_hosts
from pages.access.provider import sign_in
from pages.access.recorded import check_log
from pages.access.released import whole_release
from pages.record import RecordError


class StartError(Exception):
    """The dashboard may not start as it is configured; one sentence."""


def check_start() -> None:
    """End the process with one sentence unless address, sign-in, release and access log will do."""
    try:
        check_address(st.get_option("server.address"))
        signing_in = sign_in() is not None
        check_names(named_hosts(), signing_in=signing_in)
        whole_release()
        check_log(compulsory=signing_in)
    except (StartError, AccessError, ReleaseError, RecordError) as error:
        sys.exit(f"The dashboard does not start: {error}")


def check_address(address: str | None) -> None:
    """Refuse to listen to other machines; raises StartError. Null means every address of this machine."""
    if address is None or not is_local(address):
        raise StartError(
            f"server.address is {address or 'every address of this machine'}, and the dashboard listens to this machine "
            "alone: set it to localhost."
        )


def check_names(named: Sequence[str], *, signing_in: bool) -> None:
    """Refuse to answer to any name but this machine's own where nobody signs in; raises StartError."""
    if named and not signing_in:
        raise StartError(
            f"server.allowedHosts has {named[0]}, and without sign-in it answers to this machine's own names alone: leave "
            "localhost, 127.0.0.1 and ::1 there, or set sign-in up."
        )
