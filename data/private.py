"""Files with children in them: written only where someone asked, readable by their owner alone, whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from data import versions
from data.errors import DataError, disk_error

OWNER_ALONE = 0o600


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
