"""What a store says about itself: coverage, linkage, files, settings and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from data.build.extracts import Extracts
from data.cohort import Linkage, Manifest, Note, Rejection, Span
from data.schema import REGISTERS


def described(connection: duckdb.DuckDBPyConnection, extracts: Extracts, rejected: Sequence[Rejection]) -> Manifest:
    """The manifest of what the connection holds, once everything has been read; rows, files and version are still to come."""
    partnership, ledger, covered = extracts.partnership, extracts.ledger, _covered(connection)
    supplied_from, observed_to = _ends(covered)
    return Manifest(
        synthetic=partnership.synthetic,
        partnership=partnership.name,
        programme_start=partnership.programme_start,
        observed_to=observed_to,
        supplied_from=supplied_from,
        covered=covered,
        inputs=extracts.inputs(),
        definitions=ledger.definitions | dict(partnership.definitions),
        settings=partnership.settings.in_words | ledger.settings,
        notes=noted(extracts),
        rejected=summed(rejected),
        linkage=_linkage(connection, "c.area_code"),
        linkage_groups=_linkage_groups(connection),
        forgotten=len(extracts.forgotten),
    )


def _covered(connection: duckdb.DuckDBPyConnection) -> Mapping[str, Mapping[str, tuple[Span, ...]]]:
    """The spans of days covered, by source and area, in order."""
    found: dict[str, dict[str, tuple[Span, ...]]] = {}
    spans = connection.execute(
        "SELECT source, area_code, first_date, last_date FROM coverage ORDER BY source, area_code, first_date"
    ).fetchall()
    for source, area, first, last in spans:
        of_source = found.setdefault(source, {})
        of_source[area] = (*of_source.get(area, ()), (first, last))
    return found


def _ends(covered: Mapping[str, Mapping[str, tuple[Span, ...]]]) -> tuple[dict[str, dict[str, date]], dict[str, dict[str, date]]]:
    """The first and the last day covered, by source and area."""
    first = {source: {area: spans[0][0] for area, spans in areas.items()} for source, areas in covered.items()}
    last = {source: {area: spans[-1][1] for area, spans in areas.items()} for source, areas in covered.items()}
    return first, last


def _linkage(connection: duckdb.DuckDBPyConnection, group: str) -> Mapping[str, Mapping[str, Linkage]]:
    """Recognised children found in each register, by group and for all of them."""
    found: dict[str, dict[str, Linkage]] = {}
    for register in REGISTERS:
        rows = connection.execute(
            f"""
            SELECT {group}, COUNT(*), COUNT(m.child_ref)
            FROM cohort AS c
            LEFT JOIN (SELECT DISTINCT child_ref FROM accepted_matches WHERE register = $register) AS m
                ON m.child_ref = c.child_ref
            GROUP BY {group}
            ORDER BY {group}
            """,
            {"register": register},
        ).fetchall()
        everyone = Linkage(sum(row[1] for row in rows), sum(row[2] for row in rows))
        found[register] = {"all": everyone} | {name: Linkage(children, matched) for name, children, matched in rows}
    return found


def _linkage_groups(connection: duckdb.DuckDBPyConnection) -> Mapping[str, Mapping[str, Linkage]]:
    """Recognised children found in each register, by age band and by sex."""
    bands, sexes = _linkage(connection, "c.age_band"), _linkage(connection, "c.sex")
    return {register: {**bands[register], **sexes[register]} for register in REGISTERS}


def noted(extracts: Extracts) -> tuple[Note, ...]:
    """What the extracts lack, by area and source."""
    return tuple(sorted(extracts.ledger.notes, key=lambda note: (note.area_code, note.source, note.sentence)))


def summed(rejected: Sequence[Rejection]) -> tuple[Rejection, ...]:
    """The rows left out, each file and reason once."""
    rows: Counter[tuple[str, str]] = Counter()
    for one_kind in rejected:
        rows[one_kind.file, one_kind.reason] += one_kind.rows
    return tuple(Rejection(file, reason, number) for (file, reason), number in sorted(rows.items()))
