"""The ledger: every release ever made of a cohort store, kept beside the store and not in any release.

`<STORE>/LEDGER/` holds one directory a release, as it went live, and `index.json`, which names them all; the owner alone may
read it. It holds aggregates that were released and nothing else. Upper case, so that no build takes it for a version of
the store and forgets it.

A release is entered before it goes live, while nobody else can write to the ledger. Killed in between, the ledger knows one
release too many, which hides a few figures more; the other order could leave a live release that nobody remembers.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data import json_text, private, versions
from data.calendar import DAY, add_months, month_of
from data.cohort import LEDGER
from data.errors import disk_error
from metrics.disclosure.edition import Edition, LedgerError, OutdatedError

INDEX = "index.json"
_OWNER_ALONE, _FILE_OF_OWNER = versions.FOLDER_OF_OWNER, versions.FILE_OF_OWNER
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Ledger:
    """The ledger of one store, held by this process alone; `entries` in the order they were entered."""

    root: Path
    entries: tuple[Edition, ...]

    def kept(self, out: Path, partnership: str, synthetic: bool) -> tuple[Edition, ...]:
        """Every release that a new one is compared with: those entered, and what still lies under `out` and never was.

        The latter, of the same partnership alone, is for a ledger that was lost with its store. A release that hid nothing is
        of nobody real, and stands beside nothing.
        """
        own = [one for one in _lying_in(out, {one.version for one in self.entries}) if one.is_of(partnership, synthetic)]
        return tuple(edition for edition in (*own, *self.entries) if not edition.policy.hides_nothing)

    def enter(self, directory: Path) -> None:
        """Keep a copy of the release in `directory`, before it goes live; once a version. Not what hides nothing."""
        edition = Edition.at(directory)
        if edition.policy.hides_nothing or edition.version in {one.version for one in self.entries}:
            return
        try:
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.root))
            for name in ("manifest.json", *(f"{table}.parquet" for table in edition.manifest["files"])):
                _write(unfinished / name, (directory / name).read_bytes())
            versions.sync(unfinished)
            unfinished.rename(self.root / edition.version)
            _write_index(self.root, (*self.entries, edition))
        except OSError as error:
            raise disk_error(error, "entering the release in the ledger", self.root) from error


@contextmanager
def opened(store: Path) -> Iterator[Ledger]:
    """The ledger of a store, every entry verified; nobody else may compile from the store meanwhile.

    `LedgerError` where anything that was entered is missing or damaged, `DataError` where the disk will not do or others could
    read the store.
    """
    private.refuse_open(store)
    root = store / LEDGER
    try:
        root.mkdir(mode=_OWNER_ALONE, exist_ok=True)
        lock = os.fdopen(os.open(root / versions.LOCK, os.O_WRONLY | os.O_CREAT, _FILE_OF_OWNER), "w")
    except OSError as error:
        raise disk_error(error, "opening the ledger", root) from error
    with lock:
        _hold(lock.fileno(), store)
        _sweep(root)
        yield Ledger(root, _entries(root))


def read(store: Path) -> tuple[Edition, ...]:
    """What the ledger of a store holds, verified, for a look that writes nothing; empty where there is none yet.

    `DataError` where others could read the store.
    """
    private.refuse_open(store)
    root = store / LEDGER
    return _entries(root) if root.is_dir() else ()


def recognised_to(kept: Iterable[Edition], cohort_version: str, last_month: date) -> date | None:
    """The last day on which a child to be counted may have been recognised; null where all count, as in a first release.

    New children enter by whole quarters: up to the end of the last quarter that has ended by the end of `last_month`, the last
    month in which anyone was recognised. It never goes back, and the same cohort again counts the same children.
    """
    earlier = list(kept)
    if not earlier:
        return None
    same = [edition.recognised_to for edition in earlier if edition.cohort_version == cohort_version]
    if same:
        return max(same)
    after = add_months(month_of(last_month), 1)
    quarter = date(after.year, 3 * ((after.month - 1) // 3) + 1, 1) - DAY
    return max(quarter, *(edition.recognised_to for edition in earlier))


def _entries(root: Path) -> tuple[Edition, ...]:
    """The entries in order: those of the index, then any whose entering was cut short before the index was written."""
    index = _read_index(root)
    found = [path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith(_UNFINISHED)]
    entries = tuple(Edition.at(root / name) for name in (*index, *sorted(set(found) - set(index))))
    for edition in entries:
        if edition.directory.name != edition.version or index.get(edition.version, edition.digest) != edition.digest:
            raise LedgerError(f"{edition.directory} is not what was entered in the ledger: restore it from a backup.")
    return entries


def _read_index(root: Path) -> dict[str, str]:
    """The digest of each entry's manifest, by version, in order."""
    try:
        index = json_text.parse((root / INDEX).read_text(encoding="utf-8"))["entries"]
        return {str(entry["version"]): str(entry["sha256"]) for entry in index}
    except FileNotFoundError:
        if sum(path.is_dir() for path in root.iterdir()) > 1:
            raise LedgerError(f"{root / INDEX} is missing, though releases were entered: restore it from a backup.") from None
        return {}
    except (ValueError, KeyError, TypeError):
        raise LedgerError(f"{root / INDEX} is damaged: restore it from a backup. Nothing is released until then.") from None


def _write_index(root: Path, entries: Iterable[Edition]) -> None:
    told = [
        {
            "version": edition.version,
            "built_at": edition.manifest["built_at"],
            "cohort_version": edition.cohort_version,
            "recognised_to": edition.recognised_to.isoformat(),
            "policy": edition.manifest["policy"],
            "sha256": edition.digest,
        }
        for edition in entries
    ]
    fresh = root / f"{_UNFINISHED}{INDEX}"
    _write(fresh, (json.dumps({"entries": told}, indent=1, ensure_ascii=False) + "\n").encode())
    fresh.replace(root / INDEX)
    versions.sync(root)


def _lying_in(out: Path, known: Collection[str]) -> Iterator[Edition]:
    """The releases in their own place that the ledger does not hold, oldest first; what is damaged was not served either.

    `OutdatedError` where one was, and can no longer be compared.
    """
    for path in versions.versions(out) if out.is_dir() else ():
        if path.name not in known:
            try:
                yield Edition.at(path)
            except OutdatedError:
                raise
            except LedgerError:
                continue


def _sweep(root: Path) -> None:
    """Remove what killed processes left; whoever holds the lock is alone."""
    for stale in root.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(stale) if stale.is_dir() else stale.unlink()


def _hold(lock: int, store: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LedgerError(f"Another release is being made of {store}: wait until it has finished.") from None


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_OF_OWNER), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
