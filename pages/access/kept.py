"""The releases that links may name: those kept beside the live one, by version; a name of nothing else opens nothing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from metrics import Release, ReleaseError
from pages.access.readers import admitted
from pages.access.released import accept, place_of_release, whole_release

MOST_OPEN = 3
"""Kept releases held open at once; each keeps a part of its figures in memory."""


def kept_release(version: str) -> Release | None:
    """What the reader may see of that version; null where it is not kept any more, never was, or may not be served.

    Nor is one of invented children beside one of real ones, for what a page says of its children it says of the live release.
    """
    audience, place = admitted(), place_of_release()
    try:
        directory = next((one for one in place.iterdir() if one.name == version and (one / "manifest.json").is_file()), None)
        if directory is None:
            return None
        if _open(directory).failed:
            _open.cache_clear()
        release = _open(directory)
        return release.seen_by(audience) if release.synthetic is whole_release().synthetic else None
    except (OSError, ReleaseError):
        return None


@lru_cache(maxsize=MOST_OPEN)
def _open(directory: Path) -> Release:
    release = Release.open(directory)
    accept(release)
    return release
