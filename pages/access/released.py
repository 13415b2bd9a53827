"""The release that is served: never one of real children while there is no sign-in."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from metrics import Release, ReleaseError, ReleaseSource

_DEFAULT = Path(__file__).resolve().parents[2] / "data" / "store" / "release"


def accept(release: Release) -> None:
    """Refuse a release of real children; raises ReleaseError."""
    if not release.synthetic:
        raise ReleaseError(
            f"The release in {release.directory} is of real children, and with no sign-in yet this dashboard serves synthetic "
            "releases only: point RELEASE at one made from `python -m data synthesise`."
        )


@cache
def _source(place: Path) -> ReleaseSource:
    return ReleaseSource(place, accept)


def place_of_release() -> Path:
    """The directory that `RELEASE` names, or the demonstration's."""
    return Path(os.environ.get("RELEASE") or _DEFAULT)


def live_release() -> Release:
    """The newest version that may be served, the one before it while the newest may not; ReleaseError where there is none."""
    return _source(place_of_release()).release()
