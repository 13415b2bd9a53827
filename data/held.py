"""What is held that has a child in it, since when and until when, and the end of what has been held long enough.

Lists are known by their first row, wherever they were moved to, and are told by kind and folder, for a file may be named after a
child. The days are the partnership's (`retention` in `partnership.json`), counted from when a file was last written.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from data import forgotten, private, versions
from data.build import is_outdated
from data.build.extracts import REJECTED
from data.build.handed_over import ACCOUNT
from data.build.records import PREPARED
from data.cohort import LEDGER
from data.errors import DataError
from data.handover import LIST
from data.ingest.folder import folders
from data.match.writing import CROSSWALK, REVIEW
from data.partnership import Partnership, Retention
from data.worklist import Entry

RECONCILED = ("in_base", "in_numerator", "before_in_base", "before_in_numerator", "change")
"""How the first row of a list of the children behind a figure ends."""
REJECTED_ROWS = ("row", "column", "reason")
"""How the first row of a file of rejected rows begins."""

_BY_HEADER = {
    REVIEW: ("matches to review", "review_days"),
    LIST: ("list for an authority", "list_days"),
    tuple(one.name for one in fields(Entry)): ("worklist", "worklist_days"),
    CROSSWALK: ("crosswalk", None),
}
_LONGEST_HEADER = 4096
_PARTIAL, _PARTIAL_DAYS = ".partial", 1
_KEPT = {
    "crosswalk": "the programme ends",
    "matched records": "replaced by hand",
    "partners' files": "replaced by hand",
}


@dataclass(frozen=True)
class Held:
    """One thing with children in it; `until` is its last day, null where no day ends it. `why` says what does, if not a day."""

    kind: str
    folder: Path
    path: Path
    since: date
    until: date | None
    why: str = ""

    def is_past(self, today: date) -> bool:
        """Whether it has been held long enough."""
        return self.until is not None and self.until < today


_AT_ONCE = "the next build, or at once with `python -m data expire`"


def held(extracts: Path, store: Path | None, also: Sequence[Path]) -> list[Held]:
    """All that is held in the extracts, the store and the other folders named.

    `DataError` where one of these is not there, or others could read the store.
    """
    kept = Partnership.read(extracts).retention
    for folder in also:
        if not folder.is_dir():
            raise DataError(f"{folder} is no folder: name one that is there with --also.")
    received = {folder.path / PREPARED for folder in folders(extracts)[1]}
    found = {one.path.resolve(): one for folder in (*also, extracts) for one in _in_folder(folder, kept, received, extracts)}
    of_store = [] if store is None or not store.is_dir() else list(_in_store(store, kept))
    return [*found.values(), *of_store]


def expire(extracts: Path, store: Path | None, also: Sequence[Path], today: date, *, dry_run: bool = False) -> list[str]:
    """Delete what has been held long enough, and say what, by kind and folder; with `dry_run` only say it.

    Nothing is deleted while a build writes to the store. A file that was written anew meanwhile stays. Killed at any moment, what
    is left is whole, or is known for half deleted and goes with the next run. `DataError` where the disk will not do.
    """
    with ExitStack() as alone:
        if store is not None and store.is_dir():
            alone.enter_context(versions.alone(store))
        past = [one for one in held(extracts, store, also) if one.is_past(today)]
        for one in past if not dry_run else ():
            _delete(one)
    done = "Would be deleted" if dry_run else "Deleted"
    return [f"{done}: {line}" for line in lines(past)] or ["Nothing has been held for longer than it may be."]


def lines(found: Iterable[Held]) -> list[str]:
    """What is held, a line a kind, folder and day, without the name of a file."""
    counts = Counter((one.kind, str(one.folder), one.since, one.until or date.max, one.why) for one in found)
    return [
        f"{kind}: {number:,} in {folder}, since {since}, until {why or until}"
        for (kind, folder, since, until, why), number in sorted(counts.items())
    ]


def _in_folder(folder: Path, kept: Retention, received: set[Path], extracts: Path) -> Iterator[Held]:
    """What is held in a folder and below it, but for stores and releases; links are not followed."""
    for place, inner, files in os.walk(folder):
        here = Path(place)
        if versions.POINTER in files:
            inner.clear()
            continue
        if here.name == PREPARED and ACCOUNT in files:
            inner.clear()
            days = None if here in received else kept.records_days
            yield _one("matched records", folder, here, _written(here / ACCOUNT), days)
            continue
        half = [name for name in inner if name.startswith(".") and name.endswith(_PARTIAL)]
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in (*half, *sorted(files)):
            path = here / name
            if not path.is_symlink() and (told := _kind(path, folder == extracts, kept)):
                yield _one(told[0], folder, path, _written(path), told[1])


def _kind(path: Path, among_extracts: bool, kept: Retention) -> tuple[str, int | None] | None:
    """What a file is, and for how many days it is kept; nothing where it is not known to hold a child."""
    if path.name.startswith("."):
        return ("half written or half deleted", _PARTIAL_DAYS) if path.name.endswith(_PARTIAL) else None
    header = _header(path) if path.suffix == ".csv" else ()
    if header[: len(REJECTED_ROWS)] == REJECTED_ROWS and (not among_extracts or REJECTED in path.parts):
        return "rejected rows", kept.rejected_days
    if header[-len(RECONCILED) :] == RECONCILED:
        return "children behind a figure", kept.reconcile_days
    if header in _BY_HEADER:
        kind, setting = _BY_HEADER[header]
        return kind, None if setting is None else int(getattr(kept, setting))
    return ("partners' files", None) if among_extracts else None


def _header(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return tuple(next(csv.reader([file.readline(_LONGEST_HEADER)]), ()))
    except (OSError, csv.Error):
        return ()


def _in_store(store: Path, kept: Retention) -> Iterator[Held]:
    private.refuse_open(store)
    live = versions.current(store).name if (store / versions.POINTER).exists() else None
    for path in versions.versions(store):
        since = _written(path)
        if path.name == live:
            yield Held(f"cohort store {path.name}", store, path, since, None, "another version is live")
        elif is_outdated(path, store):
            yield Held(f"cohort store {path.name}, from before a child was forgotten", store, path, since, date.min, _AT_ONCE)
        else:
            yield _one(f"cohort store {path.name}", store, path, since, kept.old_version_days)
    for path in store.glob(f"{versions.UNFINISHED}*"):
        yield Held("half-built store", store, path, _written(path), date.min, _AT_ONCE)
    for path in store.glob(f"{versions.SCRATCH}*"):
        yield Held(
            "what a command had no memory for", store, path, _written(path), None, "it ends, or the next one if it was killed"
        )
    for name, kind in (
        (LEDGER, "ledger of releases, without a child"),
        (forgotten.LIST, "list of the forgotten, as keyed hashes"),
    ):
        if (store / name).exists():
            yield Held(kind, store, store / name, _written(store / name), None, "the programme ends")


def _one(kind: str, folder: Path, path: Path, since: date, days: int | None) -> Held:
    if days is None:
        return Held(kind, folder, path, since, None, _KEPT[kind])
    return Held(kind, folder, path, since, since + timedelta(days=days))


def _written(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _delete(one: Held) -> None:
    """Delete one thing, a folder by way of a name that says it is half deleted; not what was written anew since it was found."""
    if not one.path.exists() or _written(one.path / ACCOUNT if one.kind == "matched records" else one.path) != one.since:
        return
    if one.path.is_dir():
        going = one.path.with_name(_going(one.path.name))
        if going != one.path:
            shutil.rmtree(going, ignore_errors=True)
            one.path.rename(going)
        shutil.rmtree(going)
        return
    one.path.unlink(missing_ok=True)


def _going(name: str) -> str:
    """The name of a folder that is being deleted: a store's is swept by the next build, another's by the next run."""
    if name.startswith("."):
        return name
    return f".{name}{_PARTIAL}" if name == PREPARED else f"{versions.UNFINISHED}{name}"
