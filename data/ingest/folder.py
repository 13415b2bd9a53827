"""The folders of an extracts folder: the force's own, and one an authority, named by its area code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data import reference
from data.errors import DataError

_AREA_CODE = re.compile(r"[EWSN]\d{8}")


@dataclass(frozen=True)
class Folder:
    """One folder of files: whose (`area` is None for the force's), and how its files are named in messages and the manifest."""

    path: Path
    root: Path
    area: str | None = None

    def label(self, path: Path) -> str:
        """A file's name: its path within the extracts."""
        return path.relative_to(self.root).as_posix()

    def file(self, name: str) -> Path | None:
        """The file of that name directly in the folder, letter case aside; None where there is none."""
        return next((path for path in self._listed(self.path) if path.name.casefold() == name.casefold()), None)

    def files(self, folder: str, suffix: str) -> list[Path]:
        """The files with that suffix (`.csv`) in a folder of that name or below it, in order of path; lock files aside."""
        found = [inner for inner in self._listed(self.path) if inner.is_dir() and inner.name.casefold() == folder.casefold()]
        paths = (path for inner in found for path in inner.rglob("*"))
        return sorted(path for path in paths if path.is_file() and path.suffix.casefold() == suffix and not _aside(path))

    @staticmethod
    def _listed(path: Path) -> Iterator[Path]:
        return (inner for inner in sorted(path.iterdir()) if not _aside(inner))


def folders(extracts: Path, area: str | None = None) -> tuple[Folder, tuple[Folder, ...]]:
    """The force's folder and the authorities' in order of code; with `area`, the one folder is both.

    `DataError` where a folder's name looks like an area code and is no authority's.
    """
    if area is not None:
        _check(area, "--area")
        return Folder(extracts, extracts), (Folder(extracts, extracts, area),)
    found = [path for path in sorted(extracts.iterdir()) if path.is_dir() and _AREA_CODE.fullmatch(path.name)]
    for path in found:
        _check(path.name, f"the folder {path}")
    return Folder(extracts, extracts), tuple(Folder(path, extracts, path.name) for path in found)


def _check(code: str, where: str) -> None:
    known = reference.areas().get(code)
    if known is None or known.kind != "authority":
        raise DataError(f"{code} in {where} is not the code of an authority of England: use the nine-character code.")


def _aside(path: Path) -> bool:
    return path.name.startswith((".", "~$"))
