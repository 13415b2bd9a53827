"""Versioned directories: written beside, verified, then made current by replacing one small file.

A root holds one directory a version and `CURRENT`, whose text is the name of the live one. A reader sees the old
version or the new one, never half of either; a process killed at any moment leaves the old one live. What is `private`, a
store of children, is written for its owner alone; the rest as open as the account's own files, for a web server to read.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import DataError, disk_error

POINTER, LOCK = "CURRENT", ".lock"
KEPT = 3
"""How many versions stay on the disk: readers of the last two may still be at work."""

UNFINISHED = ".unfinished-"
SCRATCH = ".scratch-"
"""How the folder of a command begins that needs more room than its memory: beside the versions, for its owner alone."""
PASSING = (UNFINISHED, SCRATCH)
"""What begins the name of something half written, which the next writer sweeps away."""
_NAME = re.compile(r"[0-9a-z][0-9a-z-]*")
_LONGEST_NAME = 255
"""Letters that a file system takes; what names a longer one is damaged."""
FOLDER_OF_OWNER, FILE_OF_OWNER = 0o700, 0o600
"""Modes that let in the owner alone."""


def current(root: Path, what: str = "cohort store", remedy: str = "python -m data build") -> Path:
    """The directory of the live version; `what` and `remedy` complete the sentence where there is none."""
    pointer = root / POINTER
    try:
        name = pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise DataError(f"There is no {what} at {root}: make one with `{remedy}`.") from None
    except (OSError, UnicodeDecodeError):
        raise DataError(f"{pointer} cannot be read: check who owns it, or make the {what} again with `{remedy}`.") from None
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or not (root / name).is_dir():
        raise DataError(f"{pointer} names no version of the {what} that is there: make it again with `{remedy}`.")
    return root / name


def versions(root: Path) -> list[Path]:
    """The versions on the disk, oldest first."""
    found = [path for path in root.iterdir() if path.is_dir() and _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))


def state_of(path: Path) -> tuple[int, ...]:
    """What changes whenever a file is replaced; OSError where there is none."""
    state = path.stat()
    return state.st_ino, state.st_mtime_ns, state.st_size


def publish(
    root: Path,
    write: Callable[[Path], str],
    intact: Callable[[Path], bool] = lambda _: True,
    *,
    private: bool = False,
    outdated: Callable[[Path], bool] = lambda _: False,
) -> str:
    """Have `write` fill an empty directory and name its version; make that version the live one.

    `write` verifies what it wrote before it returns. A version that is there already and `intact` is kept as it is. Of what is
    `private` the root, if it is made here, is of mode 0700, and so is a version; every file is of mode 0600. Older versions that
    are `outdated` are removed at once. Any failure leaves the live version live and nothing behind; a disk that refuses is a
    `DataError`.
    """
    try:
        root.mkdir(mode=FOLDER_OF_OWNER if private else 0o777, parents=True, exist_ok=True)
        with alone(root):
            _sweep(root)
            name = _write(root, write, intact, private)
            _point(root, name, private)
            _forget(root, name, outdated)
            return name
    except OSError as error:
        raise disk_error(error, "writing a new version", root) from error


def go_back(root: Path, choose: Callable[[Path], tuple[Path, Collection[Path]]], what: str, remedy: str) -> None:
    """Make live a version that is there already: of the live one `choose` says which instead, and which to remove then.

    `what` and `remedy` are as for `current`. Any failure leaves a whole version live; what was to be removed goes with the
    next version at the latest.
    """
    live = current(root, what, remedy)
    try:
        with alone(root):
            _sweep(root)
            chosen, gone = choose(live)
            os.utime(chosen)
            _point(root, chosen.name, private=False)
            for path in gone:
                aside = root / f"{UNFINISHED}{path.name}"
                path.rename(aside)
                shutil.rmtree(aside)
    except OSError as error:
        raise disk_error(error, "going back to an earlier version", root) from error


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the root's lock, which the system lets go of however the process ends; `DataError` where another holds it."""
    with os.fdopen(os.open(root / LOCK, os.O_WRONLY | os.O_CREAT, FILE_OF_OWNER), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataError(f"Another command is writing to {root}: wait until it has finished.") from None
        yield


def _sweep(root: Path) -> None:
    """Remove what killed processes left; whoever holds the lock is alone, so nothing unfinished is alive."""
    for stale in root.glob(f"{UNFINISHED}*"):
        shutil.rmtree(stale) if stale.is_dir() else stale.unlink()


def _write(root: Path, write: Callable[[Path], str], intact: Callable[[Path], bool], private: bool) -> str:
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=root))  # of mode 0700, so that nobody reads what is half written
    try:
        name = write(unfinished)
        assert _NAME.fullmatch(name), f"{name!r} cannot name a version"
        version = root / name
        if version.is_dir() and intact(version):
            os.utime(version)
            return name
        if private:
            for path in unfinished.iterdir():
                path.chmod(FILE_OF_OWNER)
        _flush(unfinished)
        if version.is_dir():
            version.rename(root / f"{unfinished.name}-damaged")
        unfinished.chmod(FOLDER_OF_OWNER if private else 0o755)
        unfinished.rename(version)
        return name
    finally:
        for left in root.glob(f"{unfinished.name}*"):
            shutil.rmtree(left, ignore_errors=True)


def _point(root: Path, name: str, private: bool) -> None:
    fresh = root / f"{UNFINISHED}{POINTER}"
    fresh.write_text(f"{name}\n", encoding="ascii")
    if private:
        fresh.chmod(FILE_OF_OWNER)
    sync(fresh)
    fresh.replace(root / POINTER)
    sync(root)


def _forget(root: Path, live: str, outdated: Callable[[Path], bool]) -> None:
    """Remove what is outdated, and all but the newest versions; the live one was touched last and always stays."""
    others = [path for path in versions(root) if path.name != live]
    for old in (path for place, path in enumerate(others) if place < len(others) - (KEPT - 1) or outdated(path)):
        shutil.rmtree(old, ignore_errors=True)


def _flush(directory: Path) -> None:
    for path in sorted(directory.iterdir()):
        sync(path)
    sync(directory)


def sync(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder, before anything relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
