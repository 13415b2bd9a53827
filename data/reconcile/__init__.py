"""The children behind a figure, by the partners' own identifiers, and what became of each since the last build.

For an analyst who is asked "you say 67, our own tool says 64: which three?". The only module of `data` that knows the catalogue,
because a list made by any other rule than the figure's would answer another question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from data import forgotten, reference, versions
from data.build import database, derive, prepare
from data.build.extracts import Extracts
from data.cohort import MANIFEST, CohortStore
from data.engine import Engine, Setting
from data.errors import DataError
from data.private import refuse_open, refuse_published, write_csv
from data.progress import Progress, silent
from data.reconcile.changes import Change, Listed, change_of, summary, value
from data.reconcile.people import IDENTIFIERS, identify
from data.reconcile.question import Asked, Question, check_place, understand
from data.schema import STORE
from metrics.area import areas_of
from metrics.filters import ALL
from metrics.tabulate.members import members, number_children, standings

__all__ = ["HEADER", "Asked", "reconcile"]

HEADER = (*IDENTIFIERS, "in_base", "in_numerator", "before_in_base", "before_in_numerator", "change")

_ENDS = "SELECT MAX(GREATEST(imprisonment_month, recognised_month)) FROM cohort"
_AUTHORITIES = "SELECT area_code FROM cohort UNION SELECT area_code FROM coverage"


def reconcile(asked: Asked, extracts: Path, out: Path, store: Path | None, progress: Progress = silent) -> str:
    """List the children behind a figure in `out`, a CSV file of mode 0600, changes first; returns a sentence without a child.

    One row a child of the base, now or in the last build: the live version of `store`, or the version that it is. Without a
    store there is nothing to compare with, and those columns are blank. `DataError` for a figure that cannot be, a place where a
    list of children may not lie, extracts that will not do, or a store that is not theirs.
    """
    question = understand(asked)
    refuse_published(out)
    last = None if store is None else _last_build(store)
    opened = _open(extracts, question).without_forgotten(None if last is None else _root(last.directory))
    key = opened.partnership.key
    with database(opened) as connection, closing(Setting().opened(over=connection)) as engine:
        children, rejected = prepare(connection, opened, progress)
        _check_place(connection, opened, question)
        parts: dict[str, list[pa.Table]] = {table.name: [] for table in STORE}
        for table, part in derive(connection, engine, opened, children, rejected, progress):
            parts[table.name].append(part.select(table.arrow.names).cast(table.arrow))
        with _in_memory(parts) as now:
            listed = _compared(question, now, last)
        people = identify(connection, key, [one.child_id for one in listed])
    write_csv(out, HEADER, _rows(question, listed, people, last is not None))
    return f"{summary(question, listed, last.manifest.version if last else None)} The children are listed in {out}."


def _last_build(store: Path) -> CohortStore:
    if not (store / MANIFEST).is_file():
        return CohortStore.open(store)
    refuse_open(store)
    version = CohortStore.at(store)
    forgotten.check(_root(store), version.manifest.forgotten)
    return version


def _root(version: Path) -> Path:
    """The store that a version lies in; a version that was copied out of one is by itself."""
    return version.parent if (version.parent / versions.POINTER).exists() else version


def _open(extracts: Path, question: Question) -> Extracts:
    """The extracts; files that lie directly in the folder are of the authority that the figure's area is in."""
    opened, area = Extracts.open(extracts), question.cut.area
    if opened.prepared or opened.authorities:
        return opened
    if area != ALL:
        place = reference.areas()[area]
        return replace(opened, area=place.parent if place.kind == "district" else place.code)
    if question.indicator.extract not in (None, "support"):
        raise DataError(
            f"{extracts} has no authority's folder, so nothing is known of {question.indicator.id} there: say whose files lie in"
            " it with --area."
        )
    return opened


def _check_place(connection: duckdb.DuckDBPyConnection, extracts: Extracts, question: Question) -> None:
    authorities = [area for (area,) in connection.execute(_AUTHORITIES).fetchall()]
    areas = [area.code for area in areas_of(extracts.partnership.name, authorities) if area.code != ALL]
    ((last,),) = connection.execute(_ENDS).fetchall()
    assert isinstance(last, date), "a prepared cohort has a child"
    check_place(question.cut, areas, extracts.partnership.programme_start, last)


@contextmanager
def _in_memory(parts: Mapping[str, list[pa.Table]]) -> Iterator[Engine]:
    """The store that a build would make of these rows, on no disk."""
    with closing(Setting().opened()) as engine:
        for table in STORE:
            engine.register(table.name, pa.concat_tables(parts[table.name]))
        yield engine


def _compared(question: Question, now: Engine, last: CohortStore | None) -> list[Listed]:
    """Every child of the base now or in the last build, those who changed first; no change where there was no build."""
    figure = (question.indicator, question.time, question.basis)
    number_children(now)
    base = members(now, *figure, question.cut)
    if last is None:
        return sorted((Listed(child, member, None, None) for child, member in base.items()), key=_order)
    with closing(last.connect()) as then:
        _refuse_strangers(now, then, last)
        number_children(then)
        base_then = members(then, *figure, question.cut)
        both = base.keys() | base_then.keys()
        stand, stood = standings(now, *figure, both), standings(then, *figure, both)
    found = ((child, base.get(child), base_then.get(child)) for child in both)
    return sorted(
        (Listed(c, here, there, change_of(here, there, stood.get(c), stand.get(c))) for c, here, there in found), key=_order
    )


def _refuse_strangers(now: Engine, then: Engine, last: CohortStore) -> None:
    """Refuse a store that has no child in common with the extracts: all would be new and all would be gone."""
    here, there = _children(now), _children(then)
    if there and here.isdisjoint(there):
        raise DataError(
            f"The cohort store in {last.directory} has no child in common with these extracts, so it is another partnership's or"
            " has another key of the pseudonyms: name the right one with --store."
        )


def _children(engine: Engine) -> frozenset[str]:
    return frozenset(engine.fetch("SELECT child_id FROM children")["child_id"].to_pylist())


def _order(one: Listed) -> tuple[int, int, str]:
    place = 0 if one.change is None else list(Change).index(one.change)
    amounts = [member.amount for member in (one.now, one.before) if member]
    return place, -max(amounts), one.child_id


def _rows(
    question: Question, listed: Collection[Listed], people: Mapping[str, tuple[str | None, ...]], compared: bool
) -> Iterator[tuple[str | None, ...]]:
    nobody = (None,) * len(IDENTIFIERS)
    for one in listed:
        now = (_yes(one.now is not None), value(question, one.now))
        before = (_yes(one.before is not None), value(question, one.before)) if compared else ("", "")
        yield (*people.get(one.child_id, nobody), *now, *before, one.change or "")


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
