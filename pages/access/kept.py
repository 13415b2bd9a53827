"""The releases that links may name: those kept beside the live one, by version; a name of nothing else opens nothing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from metrics import Release, ReleaseError
from pages.access.released import accept, place_of_release

MOST_OPEN = 3
"""Kept releases held open at once; each keeps a part of its figures in memory."""


def kept_release(version: str) -> Release | None:
    """The release of that version; null where it is not kept any more, never was, or may not be served."""
    place = place_of_release()
    try:
        directory = next((one for one in place.iterdir() if one.name == version and (one / "manifest.json").is_file()), None)
        return None if directory is None else _open(directory)
    except (OSError, ReleaseError):
        return None


@lru_cache(maxsize=MOST_OPEN)
def _open(directory: Path) -> Release:
    release = Release.open(directory)
    accept(release)
    return release
