"""Files with children in them: written only where someone asked, readable by their owner alone, whole or not at all.

A cohort store too is its owner's alone: one that others could read is refused, by whoever opens it.
"""

from __future__ import annotations

import csv
import os
import shlex
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from data import versions
from data.errors import DataError, disk_error

OWNER_ALONE = versions.FILE_OF_OWNER
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file of mode 0600 beside and move it into place.

    `DataError` where the place lies in a cohort store or a release, which leave this room, or where the disk will not do.
    """
    refuse_published(path)
    beside = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise disk_error(error, f"writing {path.name}", path) from error


def refuse_published(path: Path) -> None:
    """`DataError` where a path lies in a cohort store or a release."""
    for folder in path.resolve().parents:
        if (folder / versions.POINTER).exists():
            raise DataError(f"{path} lies in {folder}, which is a store or a release: name a place outside it.")


def prepare_store(store: Path) -> None:
    """Make the folder of a cohort store, of mode 0700, or look at the one that is there as `refuse_open` does.

    `DataError` where others could read it, or where the file system keeps no modes and so cannot keep them out.
    """
    if store.exists():
        refuse_open(store)
        return
    try:
        store.mkdir(mode=versions.FOLDER_OF_OWNER, parents=True)
    except OSError as error:
        raise disk_error(error, "making the cohort store's folder", store) from error
    if _mode(store) & _OTHERS:
        store.rmdir()
        raise DataError(
            f"The file system of {store} keeps no modes, so others could read a cohort store there: name a place on another, or"
            " mount this one with umask=077."
        )


def refuse_open(store: Path) -> None:
    """`DataError` where anyone but the owner may read, change or enter a cohort store, or one version of it, or anything in it.

    What a command is still writing is left aside: its folder is the owner's. A store that is not there is nobody's to read.
    """
    for place in _inside(store):
        mode = _mode(place)
        if mode & _OTHERS:
            raise DataError(
                f"The cohort store {store} is open to other accounts ({place} is of mode {mode:04o}): close it with"
                f" `chmod -R go-rwx {shlex.quote(str(store))}`."
            )


def _inside(store: Path) -> Iterator[Path]:
    """The folder and all that is in it, the outer first."""
    if not store.is_dir():
        return
    yield store
    for folder, inner, files in os.walk(store):
        inner[:] = sorted(name for name in inner if not name.startswith(versions.PASSING))
        yield from (Path(folder, name) for name in (*inner, *sorted(files)) if not name.startswith(versions.PASSING))


def _mode(place: Path) -> int:
    try:
        return stat.S_IMODE(place.stat().st_mode)
    except FileNotFoundError:  # a build that runs meanwhile has replaced it
        return 0
