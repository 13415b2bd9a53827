"""The release that is served: never one of real children while there is no sign-in, and to each reader what is theirs."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from pathlib import Path

from metrics import Release, ReleaseError, ReleaseSource
from pages.access.provider import sign_in
from pages.access.readers import admitted

_DEFAULT = Path(__file__).resolve().parents[2] / "data" / "store" / "release"


def accept(release: Release) -> None:
    """Refuse a release of real children while nobody has to sign in; raises ReleaseError."""
    if not release.synthetic and sign_in() is None:
        raise ReleaseError(
            f"The release in {release.directory} is of real children, and with no sign-in set up this dashboard serves synthetic "
            "releases only: set sign-in up, or point RELEASE at one made from `python -m data synthesise`."
        )


@cache
def _source(place: Path) -> ReleaseSource:
    return ReleaseSource(place, accept)


def place_of_release() -> Path:
    """The directory that `RELEASE` names, or the demonstration's."""
    return Path(os.environ.get("RELEASE") or _DEFAULT)


def whole_release() -> Release:
    """The newest version that may be served, the one before it while the newest may not; ReleaseError where there is none.

    For the server itself: a page is given `live_release`.
    """
    return _source(place_of_release()).release()


def live_release() -> Release:
    """What the reader of this run may see of the release served; ReleaseError where that is nothing.

    The run ends here where nobody is signed in any more.
    """
    audience = admitted()
    return whole_release().seen_by(audience)


def serves_synthetic() -> bool:
    """Whether every child on the screen is invented: so while there is no sign-in, whatever else is wrong."""
    if sign_in() is None:
        return True
    try:
        return whole_release().synthetic
    except ReleaseError:
        return False


def check_release() -> bool:
    """Look for the live release anew and read through what is served; true: it is the newest.

    False while the newest may not be served and the one before it is. ReleaseError where nothing can be served, and where the
    files of what is served have gone or cannot be read.
    """
    source = _source(place_of_release())
    served = source.renew()
    if source.problem is None:
        _read_through(served)
    else:
        served.read_through()
    return source.problem is None


@lru_cache(maxsize=1)
def _read_through(release: Release) -> None:
    """Read through the newest release once: where its files are not as they were, looking anew made another of it."""
    release.read_through()
