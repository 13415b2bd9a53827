"""Children's social care as a whole: Annex A, the CIN census and SSDA903 together, and the days on which all of it is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

import duckdb

from data.ingest import annex_a, care_periods, cin_census, ssda903
from data.ingest.care_periods import PARTS, Told
from data.ingest.folder import Folder
from data.ingest.ledger import Ledger

SOURCE = "social_care"
MOST_GAP_DAYS = 31
"""Contacts come every week: more than a month between the days of two files is a file that is missing."""

Span = tuple[date, date]


def records(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger, *, respite_counts: bool = False) -> None:
    """Append the contacts, referrals and periods of an area's matched children, and the days covered, to the supplied tables.

    The CIN census gives referrals only where Annex A brings none. A day is covered where contacts, Early Help, referrals and
    every statutory level were supplied for it, matched or not; what is missing goes to the notes. `DataError` as the files'
    modules say.
    """
    assert folder.area is not None, "social care is an authority's"
    care_periods.prepare(connection)
    books = annex_a.books(folder)
    if books:
        annex_a.read(connection, books, folder.area, ledger)
    cin_census.read(connection, folder, ledger, with_referrals=not any(3 in one.sheets for one in books))
    ssda903.read(connection, folder, ledger)
    told = care_periods.told_of(connection)
    if care_periods.settle(connection, folder.area, respite_counts):
        ledger.note(
            folder.area,
            SOURCE,
            "Some periods that an older file leaves open are in no newer one: they count up to the last day the older speaks of.",
        )
    for first, last in covered(told, folder.area, ledger):
        connection.execute("INSERT INTO supplied_coverage_read VALUES (?, ?, ?, ?)", [folder.area, SOURCE, first, last])


def covered(told: Sequence[Told], area: str, ledger: Ledger) -> list[Span]:
    """The spans of days for which every part was supplied; why there are none, or fewer than contacts have, goes to the notes."""
    if not told:
        ledger.note(area, SOURCE, "Nothing of social care was supplied: ask for Annex A.")
        return []
    missing = [words for part, words in PARTS.items() if all(one.part != part for one in told)]
    if missing:
        ledger.note(area, SOURCE, f"Social care counts as not supplied, because it came without {_listed(missing)}: ask for it.")
        return []
    by_part = {part: joined(_spans(told, part)) for part in PARTS}
    if not by_part["contact"]:
        ledger.note(
            area,
            SOURCE,
            "Social care counts as not supplied, because no contact or referral shows which days it covers: ask for lists that"
            " hold some.",
        )
        return []
    together = by_part["contact"]
    for spans in by_part.values():
        together = common(together, spans)
    _note_shorter(by_part, together, area, ledger)
    return together


def _spans(told: Iterable[Told], part: str) -> list[Span]:
    return [(one.first, one.last) for one in told if one.part == part and one.first is not None and one.last is not None]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap or lie within `MOST_GAP_DAYS` as one."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + timedelta(days=MOST_GAP_DAYS):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def common(some: Iterable[Span], others: Sequence[Span]) -> list[Span]:
    """The days in both, as spans in order."""
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return sorted((first, last) for first, last in pairs if first <= last)


def _note_shorter(by_part: dict[str, list[Span]], together: Sequence[Span], area: str, ledger: Ledger) -> None:
    """Say where a workbook seems to be missing between two, and which parts cut short what contacts cover."""
    contacts = by_part["contact"]
    for (_, before), (after, _) in pairwise(contacts):
        ledger.note(
            area,
            SOURCE,
            f"Annex A has no contact between {before:%B %Y} and {after:%B %Y}: ask for the workbook between, or declare in"
            " coverage.csv what is covered.",
        )
    short = [PARTS[part] for part, spans in by_part.items() if _much_less(common(contacts, spans), contacts)]
    if short:
        ledger.note(
            area,
            SOURCE,
            f"Social care counts only for the days that all its parts cover, and {_listed(short)} cover fewer than contacts do.",
        )


def _much_less(some: Sequence[Span], whole: Sequence[Span]) -> bool:
    return _days(whole) - _days(some) > MOST_GAP_DAYS


def _days(spans: Iterable[Span]) -> int:
    return sum((last - first).days + 1 for first, last in spans)


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
