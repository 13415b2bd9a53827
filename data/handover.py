"""Linkage alone, in the room that holds a register: recognised children's own records leave it, and nobody else's.

Where the force's room holds no register of an authority, it writes that authority a minimal list of its recognised children
(`children.csv`). The authority matches them with its registers and hands back `records/`: their rows by `child_ref`, without a
name, a date of birth or a register's number. Crosswalk and review stay with its matching officer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb

from data import ingest, match
from data.build import accept_force, database, handed_over
from data.build.events import recognise_events, recognised_people
from data.build.extracts import REJECTED, Extracts
from data.build.records import PREPARED
from data.errors import DataError, disk_error
from data.ingest import children, term_dates
from data.ingest.folder import Folder
from data.ingest.ledger import Ledger
from data.match import writing
from data.partnership import PARTNERSHIP, Partnership
from data.private import refuse_published, write_csv
from data.progress import Progress

LIST = ("child_ref", "forename", "surname", "dateOfBirth", "sex", "postcode", "ageBand")
_CHILDREN = """
SELECT
    child_ref,
    forename,
    surname,
    date_of_birth,
    sex,
    postcode,
    age_band
FROM recognised_people
WHERE area_code = $area
ORDER BY child_ref
"""


def hand_over(directory: Path, out: Path, progress: Progress, *, area: str | None = None, store: Path | None = None) -> list[str]:
    """Match every authority whose registers lie in the extracts and write what leaves and what stays; what was left out
    and done, in words.

    `<out>/<area>/` gets `crosswalk.csv`, `review.csv` and `records/*.parquet`; an authority without registers here gets
    `children.csv`, the list to send it, without the children forgotten in `store`. Whatever has a child in it is of mode 0600.
    `DataError` where the extracts or the disk will not do.
    """
    refuse_published(out / PARTNERSHIP)
    if out.resolve() == directory.resolve():
        raise DataError(f"{out} holds the extracts themselves: name another folder with --out.")
    extracts = Extracts.open(directory, area, out / REJECTED).without_forgotten(store)
    if extracts.prepared:
        raise DataError(f"{directory} holds records that are already matched: there is nothing to match.")
    with database(extracts) as connection:
        _recognised(connection, extracts, progress)
        extracts.look_over()
        here = [folder for folder in extracts.authorities if _holds_register(folder)]
        ingest.read_registers(connection, here, extracts.ledger, progress)
        links = match.link(connection, extracts.partnership.settings.match_threshold, progress)
        ingest.read_records(connection, here, extracts.ledger, extracts.partnership.settings, progress)
        ingest.settle_matches(connection)
        ingest.settle_coverage(connection, extracts.force, extracts.ledger)
        said = [sentence for folder in here for sentence in _write_matched(connection, folder, extracts.ledger, out)]
        said += _write_lists(connection, {folder.area for folder in here}, out)
    extracts.ledger.write_all_rejected()
    _describe(extracts.partnership, out)
    left_out = [f"{one.file}: {one.rows:,} × {one.reason}" for one in extracts.ledger.rejections]
    return [*left_out, *(note.sentence for note in (*extracts.ledger.notes, *links.notes)), *said]


def _recognised(connection: duckdb.DuckDBPyConnection, extracts: Extracts, progress: Progress) -> None:
    """Create `recognised_people`, from the lists where the authorities have them, else from receptions and links."""
    listed = [folder for folder in extracts.authorities if folder.file(children.FILE)]
    if not listed:
        accept_force(connection, extracts, progress)
        recognise_events(connection, extracts.partnership)
        recognised_people(connection)
        return
    ingest.prepare(connection)
    for folder in listed:
        children.ingest(connection, folder, extracts.ledger)
        term_dates.ingest(connection, folder, extracts.ledger)


def _holds_register(folder: Folder) -> bool:
    return bool(folder.files("school_census", ".csv")) or folder.file("social_care_people.csv") is not None


def _write_matched(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger, out: Path) -> Iterator[str]:
    """An authority's crosswalk and review, which stay, and its children's records, which leave."""
    assert folder.area is not None
    place = out / folder.area
    matched = writing.write_crosswalk(connection, folder.area, place / "crosswalk.csv")
    reviews = writing.write_review(connection, folder.area, place / "review.csv")
    handed_over.write(connection, folder.area, ledger, place / PREPARED)
    yield f"{place / PREPARED} holds the records to hand over: {matched:,} links, {reviews:,} left to a person in review.csv."


def _write_lists(connection: duckdb.DuckDBPyConnection, here: set[str | None], out: Path) -> Iterator[str]:
    """The list for each authority whose registers are elsewhere."""
    areas = connection.execute("SELECT DISTINCT area_code FROM recognised_people ORDER BY area_code").fetchall()
    for (area,) in areas:
        if area in here:
            continue
        rows: Sequence[Sequence[object]] = connection.execute(_CHILDREN, {"area": area}).fetchall()
        path = out / area / children.FILE
        write_csv(path, LIST, rows)
        yield f"{path} lists {len(rows):,} children for that authority to match: it holds no register here."


def _describe(partnership: Partnership, out: Path) -> None:
    """`partnership.json` for the other room: the same settings, and never the key."""
    said = {
        "name": partnership.name,
        "synthetic": partnership.synthetic,
        "programme_start": partnership.programme_start.isoformat(),
        "settings": partnership.settings.said,
        "retention": asdict(partnership.retention),
    }
    try:
        (out / PARTNERSHIP).write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise disk_error(error, "writing the partnership's settings", out) from error
