"""Go back to an earlier release: its pointer is replaced, and what was released after it is taken out of readers' reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data import versions
from data.errors import DataError
from metrics.disclosure.edition import Edition, LedgerError
from metrics.release import Release, ReleaseError

ANYONE = "anyone"
"""The audience of a policy whose releases all may see."""
LATEST = datetime.max.replace(tzinfo=UTC)
"""When a version was made that can no longer be read: after all others, so that one can go back from it."""


@dataclass(frozen=True)
class GoneBack:
    """What is live now, and the versions that were removed, oldest first."""

    live: Release
    removed: tuple[str, ...]


@dataclass(frozen=True)
class _Kept:
    """One version under a release's folder; `audience` is null where it cannot be read."""

    directory: Path
    made_at: datetime
    audience: str | None

    @classmethod
    def at(cls, directory: Path) -> _Kept:
        try:
            release = Release(directory, None)
        except ReleaseError:
            return cls(directory, LATEST, None)
        return cls(directory, release.built_at, release.manifest["policy"].get("audience"))


def roll_back(root: Path, to: str | None = None, *, keep: bool = False) -> GoneBack:
    """Make the version `to` live again, or the newest from before the live one that is for the same readers.

    Every version made after it is removed, so that no link opens one, unless they are to be kept. `DataError` where there is
    none, where it is not kept or not whole, where it was not made before the live one, or where the disk will not do.
    """
    found: list[GoneBack] = []

    def choose(live: Path) -> tuple[Path, Sequence[Path]]:
        every = sorted(map(_Kept.at, versions.versions(root)), key=lambda kept: kept.made_at)
        now = next(kept for kept in every if kept.directory == live)
        chosen = _named(root, every, now, to) if to is not None else _before(root, every, now)
        release = _whole(chosen.directory)
        later = [] if keep else [kept.directory for kept in every if kept.made_at > chosen.made_at]
        found.append(GoneBack(release, tuple(path.name for path in later)))
        return chosen.directory, later

    versions.go_back(root, choose, "release", "python -m metrics release")
    return found[0]


def _named(root: Path, every: Sequence[_Kept], now: _Kept, to: str) -> _Kept:
    chosen = next((kept for kept in every if kept.directory.name == to), None)
    if chosen is None:
        names = ", ".join(kept.directory.name for kept in every)
        raise DataError(f"Release {to} is not kept in {root}: choose one of {names}.")
    if chosen is now:
        raise DataError(f"Release {to} is live in {root}: name an earlier one.")
    if chosen.made_at > now.made_at:
        raise DataError(
            f"Release {to} was made after {now.directory.name}, which is live in {root}, or cannot be read: name an earlier one."
        )
    return chosen


def _before(root: Path, every: Sequence[_Kept], now: _Kept) -> _Kept:
    earlier = [kept for kept in every if kept.made_at < now.made_at and kept.audience in (now.audience, ANYONE)]
    if not earlier:
        raise DataError(
            f"No release for the same readers from before {now.directory.name} is kept in {root}: name one with --to, or stop the"
            " dashboard until a right one is made."
        )
    return earlier[-1]


def _whole(directory: Path) -> Release:
    """The release in a directory, every file looked at."""
    try:
        Edition.at(directory)
        return Release(directory, None)
    except (LedgerError, ReleaseError):
        raise DataError(f"The release in {directory} is not whole, or of another program: name another with --to.") from None
