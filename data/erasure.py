"""A child's right to be forgotten: out of every version of the cohort store, and out of every later build.

The child goes on the list first (`data/forgotten.py`); then the live version is written anew without the child, and every version
made under a shorter list is removed. Killed at any moment, the list stands, no command opens a version that may hold the
child, and the next build or the same command again ends the work. What was released stays in the ledger: it is what was shown.
"""

from __future__ import annotations

import getpass
import shutil
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data import forgotten, versions
from data.build import accept_force, database, is_outdated, storage
from data.build.extracts import Extracts
from data.build.recognise import pseudonym
from data.cohort import LEDGER, MANIFEST, CohortStore, Linkage
from data.errors import DataError, disk_error
from data.private import refuse_open
from data.progress import Progress, silent
from data.schema import REGISTERS, STORE


def forget(extracts: Path, store: Path, references: Sequence[str], progress: Progress = silent) -> str:
    """Forget the children that the partners know by these references; what was done, in words without a child.

    Nobody is forgotten, and `DataError` says which of the references by its place, where one is of no child of the store or
    of `links.csv`. `DataError` too where the extracts' key or the disk will not do, or a build or a release is being made.
    """
    if not references:
        raise DataError("No child_ref was given: write one a line, to standard input or to a file named with --from.")
    opened = Extracts.open(extracts)
    key = opened.partnership.key
    children = [pseudonym(key, "child", reference) for reference in references]
    if not store.is_dir():
        raise DataError(f"There is no cohort store at {store}: name the one that the child is to be taken out of, with --store.")
    refuse_open(store)
    try:
        with ExitStack() as alone:
            (store / LEDGER).mkdir(mode=versions.FOLDER_OF_OWNER, exist_ok=True)
            alone.enter_context(versions.alone(store / LEDGER))  # no release is made of a version that goes
            _refuse_strangers(opened, store, children, progress)
            return _forget(store, children, key)
    except OSError as error:
        raise disk_error(error, "forgetting a child", store) from error


def references(source: Path | None) -> list[str]:
    """The references in a file, one a line, or in standard input; at a terminal they are typed unseen, and nothing ends.

    They are never arguments, which a shell keeps. `DataError` where the file cannot be read.
    """
    if source is None and sys.stdin.isatty():
        typed = iter(lambda: getpass.getpass("child_ref (not shown; nothing to end): ").strip(), "")
        return list(typed)
    try:
        text = sys.stdin.read() if source is None else source.read_text(encoding="utf-8-sig")
        text.encode()  # a terminal without a language passes on bytes that are no text
    except FileNotFoundError:
        raise DataError(f"There is no file {source}: name the one that holds a child_ref a line.") from None
    except UnicodeError:
        raise DataError("The references cannot be read: write them as text in UTF-8, a child_ref a line.") from None
    except OSError as error:
        assert source is not None, "standard input fails in its own way"
        raise disk_error(error, "reading the references", source) from error
    return [line.strip() for line in text.removeprefix("\ufeff").splitlines() if line.strip()]


def _forget(store: Path, children: Collection[str], key: str) -> str:
    def listed() -> forgotten.Forgotten:
        before = forgotten.read(store)
        before.check_key(key, store / forgotten.LIST)
        joined = before.joined_by(children, key)
        forgotten.write(store, joined)
        return joined

    def write(directory: Path) -> str:
        gone = listed().children  # first: also where the live version cannot be read, the next build leaves them out
        return _without(CohortStore.at(versions.current(store)), gone, directory)

    def outdated(version: Path) -> bool:
        return is_outdated(version, store)

    if not (store / versions.POINTER).exists():
        with versions.alone(store):
            listed()
        return f"The children named are on the list of {store}: every build there leaves them out."
    version = versions.publish(store, write, storage.intact, private=True, outdated=outdated)
    if any(map(outdated, versions.versions(store))):
        raise DataError(
            f"A version in {store} that may hold the children could not be removed: check who owns it, and run this again."
        )
    return f"The children named are in no version of {store} any more, and every later build leaves them out: {version} is live."


def _refuse_strangers(extracts: Extracts, store: Path, children: Sequence[str], progress: Progress) -> None:
    """Refuse a reference that is of nobody: a slip of the pen would forget no one, and nobody would know."""
    known = set(forgotten.read(store).children)
    if (store / versions.POINTER).exists():
        file = versions.current(store) / "children.parquet"
        try:
            known.update(pq.read_table(file, columns=["child_id"])["child_id"].to_pylist())
        except (OSError, pa.ArrowException):
            raise DataError(f"{file} is damaged: make the store again with `python -m data build`.") from None
    if not known.issuperset(children):
        with database(extracts) as connection:
            accept_force(connection, extracts, progress)
            references = connection.execute("SELECT DISTINCT child_ref FROM links").fetchall()
        known.update(pseudonym(extracts.partnership.key, "child", reference) for (reference,) in references)
    unknown = [str(place) for place, child in enumerate(children, 1) if child not in known]
    if unknown:
        raise DataError(
            f"Of the references given, number {', '.join(unknown)} is of no child of the store or of links.csv, so nobody was"
            " forgotten: look it up as links.csv writes it."
        )


def _without(live: CohortStore, gone: Collection[str], directory: Path) -> str:
    """Write a version without some children, a row group at a time; what it says of links is counted again."""
    leaving = pa.array(sorted(gone), pa.string())
    if not _kept(live.children("child_id"), leaving).num_rows:
        raise DataError(
            f"Nobody would be left in {live.directory.parent}: the children are on its list; remove the versions there, and"
            f" {versions.POINTER}, yourself."
        )
    with storage.writers(directory) as writers:
        for table in STORE:
            with pq.ParquetFile(live.path(table.name)) as file:
                for group in range(file.num_row_groups):
                    writers[table.name].append(_kept(file.read_row_group(group), leaving))
    for path in live.directory.iterdir():
        if path.name != MANIFEST and not (directory / path.name).exists():
            shutil.copyfile(path, directory / path.name)
    children = _kept(live.children("child_id", *_LINKED), leaving)
    manifest = replace(
        live.manifest,
        linkage=_linkage(children, live.manifest.linkage, ("area_code",)),
        linkage_groups=_linkage(children, live.manifest.linkage_groups, ("age_band", "sex")),
        forgotten=len(gone),
        version="",
        built_at="",
        code_version="",
    )
    return storage.seal(directory, manifest)


_LINKED = ("area_code", "age_band", "sex", *(f"matched_{register}" for register in REGISTERS))


def _kept(rows: pa.Table, leaving: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["child_id"], leaving)))


def _linkage(
    children: pa.Table, before: Mapping[str, Mapping[str, Linkage]], columns: Sequence[str]
) -> Mapping[str, Mapping[str, Linkage]]:
    """What was said of each group before, counted anew; a group that nobody is left in is not said."""
    found: dict[str, dict[str, Linkage]] = {}
    for register, groups in before.items():
        flag = f"matched_{register}"
        counts = {"all": Linkage(children.num_rows, pc.sum(children[flag]).as_py())} if "all" in groups else {}
        for column in columns:
            for row in children.group_by(column).aggregate([([], "count_all"), (flag, "sum")]).to_pylist():
                counts[row[column]] = Linkage(row["count_all"], row[f"{flag}_sum"])
        found[register] = counts
    return found
