"""The folders of an extracts folder: the force's own, and one an authority, named by its area code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data import reference
from data.errors import DataError

_AREA_CODE = re.compile(r"[EWSN]\d{8}")

_AUTHORITY_FOLDERS = ("school_census", "annex_a", "cin_census", "ssda903")
_AUTHORITY_FILES = ("crosswalk.csv", "social_care_people.csv", "meals.csv", "term_dates.csv")
_AUTHORITY_NAMES = {*_AUTHORITY_FOLDERS, *_AUTHORITY_FILES}
_FORCE_NAMES = {"receptions.csv", "links.csv", "support.csv", "coverage.csv", "partnership.json", "comparators"}
_BETWEEN_ROOMS = {"children.csv", "review.csv", "records", "rejected"}
_DATA = (".csv", ".xlsx", ".xls", ".xlsm", ".xml", ".txt", ".zip")


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

    def unread(self) -> int:
        """How many files of data lie directly in the folder, and in an authority's how many folders, whose names are not read."""
        names = _BETWEEN_ROOMS | (_AUTHORITY_NAMES if self.area else set()) | (_FORCE_NAMES if self.path == self.root else set())
        return sum(
            inner.name.casefold() not in names
            and (inner.suffix.casefold() in _DATA if inner.is_file() else self.area is not None)
            for inner in self._listed(self.path)
        )

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


def refuse_nobodys(extracts: Path) -> None:
    """`DataError` where an authority's files lie in a folder that does not say whose they are: nobody would read them."""
    for path in (extracts, *(inner for inner in sorted(extracts.iterdir()) if inner.is_dir() and not _aside(inner))):
        if _AREA_CODE.fullmatch(path.name) or path.name == "rejected":
            continue
        for inner in sorted(path.iterdir()):
            name = inner.name.casefold()
            if name in _AUTHORITY_FILES or (name in _AUTHORITY_FOLDERS and inner.is_dir()):
                whose = "say whose with --area" if path == extracts else "name that folder by the area code"
                raise DataError(f"{inner} lies in no authority's folder, such as {extracts / 'E10000025'}: {whose}.")


def _check(code: str, where: str) -> None:
    known = reference.areas().get(code)
    if known is None or known.kind != "authority":
        raise DataError(f"{code} in {where} is not the code of an authority of England: use the nine-character code.")


def _aside(path: Path) -> bool:
    return path.name.startswith((".", "~$"))
