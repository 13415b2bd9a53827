"""The school census: COLLECT tables, one set a term, to the education register and the records of matched children.

A census tells of its day: who is on roll, on which stage of special needs, eligible for free meals. It brings the absences of
the term before and the exclusions of two terms before. Some terms are read at a time, so that memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from data.calendar import Term, is_covid
from data.ingest.acceptance import accept, create, csv_piece
from data.ingest.folder import Folder
from data.ingest.layout import Layout
from data.ingest.ledger import Ledger
from data.ingest.school_census import derivations
from data.ingest.school_census.files import FSM, ON, ROLLS, SOURCE, Census, Roll, censuses, said, stretches
from data.ingest.school_census.layouts import (
    CARRIED,
    absence_layout,
    address_layout,
    carried,
    exclusion_layout,
    fsm_layout,
    pupil_field,
    read_roll,
    roll_layout,
)

_OURS = "(term, pupil, nativeid) IN (SELECT (term, pupil, nativeid) FROM census_pupils WHERE roll = '{}')"
"""Rows of matched children; the others' are checked and let go."""
_MOST = 32_767
"""Sessions that a record can hold; only a UPN that stands for many pupils has more."""

_NO_SEN = "Some pupils on roll have no senprovision in the census of {}: they count as without special needs."
_BACKWARDS = "Some periods of free-meal eligibility in the census of {} end before they begin: they count as closed."


@dataclass(frozen=True)
class _Desk:
    """Where some censuses of one area are read."""

    connection: duckdb.DuckDBPyConnection
    folder: Folder
    ledger: Ledger
    censuses: tuple[Census, ...] = ()

    def create(self, into: str, layout: Layout, extra: Mapping[str, str] | None = None) -> None:
        """Create the table that a table of the censuses is read into."""
        create(self.connection, into, layout, {**CARRIED, **(extra or {})})

    def read(self, table: str, into: str, layout: Layout, extra: Mapping[str, Any] | None = None, keep: str = "TRUE") -> None:
        """Append the good rows of a table from every census that has it."""
        pieces = [
            csv_piece(
                path,
                self.folder.label(path),
                self.folder.area or "",
                _asked(census, table) or layout,
                {**carried(census), **(extra or {})},
                of=str(census),
            )
            for census in self.censuses
            for path in census.tables.get(table, ())
        ]
        accept(self.connection, self.ledger, into, layout, pieces, keep)

    def note(self, sentence: str) -> None:
        """Say something of this area's censuses."""
        self.ledger.note(self.folder.area or "", SOURCE, sentence)

    def note_terms(self, sentence: str, numbers: Collection[int]) -> None:
        """Say something of some terms' censuses, runs of terms by their ends; nothing where there are none."""
        runs = (said(first) if first == last else f"{said(first)} to {said(last)}" for first, last in _spans(numbers))
        if numbers:
            self.note(sentence.format(", ".join(runs)))

    def fill(self, table: str, columns: Mapping[str, pa.DataType], rows: Sequence[Mapping[str, Any]]) -> None:
        """Create a table of values that are worked out here."""
        values = {name: pa.array([row[name] for row in rows], kind) for name, kind in columns.items()}
        self.connection.register("given", pa.table(values))
        self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM given")
        self.connection.unregister("given")


def _asked(census: Census, table: str) -> Layout | None:
    """The columns that a census's roll must have; None for another table, which has its own whatever the census."""
    return next((roll_layout(roll, census) for roll in ROLLS if roll.table == table), None)


def register(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Add an area's pupils to `register_education`, one row a UPN as its latest census has it, and say which terms are covered.

    Every row of every roll is checked. Postcodes are null where that census has no addresses. `DataError` as the reader, the
    ledger and `censuses` say.
    """
    every = censuses(folder, ledger)
    filled: set[int] = set()
    without_sen: set[int] = set()
    for stretch in stretches(every[::-1]):
        desk = _Desk(connection, folder, ledger, stretch)
        _read_rolls(desk)
        for roll in ROLLS:
            desk.create(f"{read_roll(roll)}_addresses", address_layout(roll))
            desk.read(roll.addresses, f"{read_roll(roll)}_addresses", address_layout(roll))
        connection.execute(derivations.REGISTER, {"area": folder.area})
        filled |= {number for (number,) in connection.execute(f"SELECT DISTINCT term FROM {read_roll(ON)}").fetchall()}
        _note_empty(desk, filled)
        without_sen |= _terms_where(desk, f"{read_roll(ON)} WHERE senprovision IS NULL")
    _Desk(connection, folder, ledger).note_terms(_NO_SEN, without_sen)
    supplied = {SOURCE: filled, "exclusions": {one.exclusions_of.number for one in every if one.has(ON.exclusions)}}
    for source, numbers in supplied.items():
        for first, last in _spans(numbers):
            span = [folder.area, source, first.first_day, last.last_day]
            connection.execute("INSERT INTO supplied_coverage_read VALUES (?, ?, ?, ?)", span)


def records(connection: duckdb.DuckDBPyConnection, folder: Folder, ledger: Ledger) -> None:
    """Add to the tables `supplied_<table>` what an area's censuses say of its matched children.

    Enrolments, stages of special needs and free-meal eligibility hold on the census day alone. Sessions have a row only where
    the sessions possible are known, every table of absences was supplied and no row of the child's in them was rejected.
    """
    every = censuses(folder, ledger)
    connection.execute(derivations.CHILDREN, {"area": folder.area})
    backwards: set[int] = set()
    for stretch in stretches(every):
        desk = _Desk(connection, folder, ledger, stretch)
        _read_rolls(desk)
        _list_terms(desk)
        connection.execute(derivations.PUPILS)
        backwards |= _read_census_days(desk)
        _read_absences(desk)
        _read_exclusions(desk)
    whole = _Desk(connection, folder, ledger, every)
    whole.note_terms(_BACKWARDS, backwards)
    _note_missing(whole)


def _read_rolls(desk: _Desk) -> None:
    for roll in ROLLS:
        desk.create(read_roll(roll), roll_layout(roll))
        desk.read(roll.table, read_roll(roll), roll_layout(roll))


def _note_empty(desk: _Desk, filled: Collection[int]) -> None:
    """An empty roll would say that nobody goes to school. It is not named by its file: a file may be named after a child."""
    for census in desk.censuses:
        if census.has(ON.table) and census.term.number not in filled:
            desk.note(f"The {ON.table} of {census} names no pupil: that census counts as not supplied.")


def _terms_where(desk: _Desk, rows: str) -> set[int]:
    """The terms of the rows of a table that meet a condition."""
    return {number for (number,) in desk.connection.execute(f"SELECT DISTINCT term FROM {rows}").fetchall()}


def _spans(numbers: Collection[int]) -> Iterator[tuple[Term, Term]]:
    """First and last of each run of consecutive terms."""
    starts = sorted(number for number in numbers if number - 1 not in numbers)
    ends = sorted(number for number in numbers if number + 1 not in numbers)
    return ((Term(first), Term(last)) for first, last in zip(starts, ends, strict=True))


def _list_terms(desk: _Desk) -> None:
    """What follows from each census's term, and which rolls came with all their tables of absences."""
    columns = {"term": pa.int32(), "census_day": pa.date32(), "absences_year": pa.string(), "absences_term": pa.string()}
    values = [
        (one.term.number, one.term.census_day, one.absences_of.academic_year, one.absences_of.name) for one in desk.censuses
    ]
    desk.fill("census_terms", columns, [dict(zip(columns, row, strict=True)) for row in values])
    supplied = [
        {"term": one.term.number, "roll": roll.suffix, "half": half}
        for one in desk.censuses
        for roll in ROLLS
        for half, _ in enumerate(one.halves(roll), 1)
        if one.absences_supplied(roll)
    ]
    desk.fill("census_absences_supplied", {"term": pa.int32(), "roll": pa.string(), "half": pa.int32()}, supplied)


def _read_census_days(desk: _Desk) -> set[int]:
    """What holds on the census day: on roll, stage of special needs, a period of free-meal eligibility open.

    Returns the terms with periods that end before they begin.
    """
    desk.create("census_fsm", fsm_layout())
    desk.read(FSM, "census_fsm", fsm_layout())
    for statement in (derivations.ENROLMENTS, derivations.SEN_STAGES, derivations.FSM_PERIODS):
        desk.connection.execute(statement)
    return _terms_where(desk, "census_fsm WHERE fsmenddate < fsmstartdate")


def _read_absences(desk: _Desk) -> None:
    """The sessions of the terms before, where a roll came with all its tables of absences; every row is checked all the same."""
    desk.create("census_absences", absence_layout(ON, ""), {"roll": "VARCHAR", "half": "INTEGER"})
    doubtful: list[dict[str, Any]] = []
    for roll in ROLLS:
        for half, table in enumerate(roll.halves, 1):
            extra = {"roll": roll.suffix, "half": half}
            desk.read(table, "census_absences", absence_layout(roll, table), extra, _OURS.format(roll.suffix))
            doubtful += _doubtful(desk, roll, table)
    desk.fill("census_doubtful", {"term": pa.int32(), "roll": pa.string(), "pupil": pa.string()}, doubtful)
    desk.connection.execute(f"UPDATE census_doubtful SET pupil = {pupil_field(ON).read('pupil')}")
    desk.connection.execute(derivations.SESSIONS, {"most": _MOST})


def _doubtful(desk: _Desk, roll: Roll, table: str) -> Iterator[dict[str, Any]]:
    """Whose rows about absence were rejected: what is left of them would say too little."""
    for census in desk.censuses:
        for path in census.tables.get(table, ()):
            for one in desk.ledger.rejected(desk.folder.label(path)):
                pupil = one.text.get(pupil_field(roll).said)
                yield {"term": census.term.number, "roll": roll.suffix, "pupil": pupil}


def _read_exclusions(desk: _Desk) -> None:
    """Suspensions and exclusions, each with its own day; a file of them two terms later is what makes a term covered."""
    desk.create("census_exclusions", exclusion_layout(ON), {"roll": "VARCHAR"})
    for roll in ROLLS:
        extra = {"roll": roll.suffix}
        desk.read(roll.exclusions, "census_exclusions", exclusion_layout(roll), extra, _OURS.format(roll.suffix))
    desk.connection.execute(derivations.SUSPENSIONS)


def _note_missing(desk: _Desk) -> None:
    """Say which tables of absences are lacking of terms that are covered; of lockdown terms none were asked for."""
    covered = {one.term for one in desk.censuses if one.has(ON.table)}
    for census in desk.censuses:
        for roll in ROLLS:
            missing = [table for table in census.halves(roll) if not census.has(table)]
            if census.has(roll.table) and missing and census.absences_of in covered and not is_covid(census.absences_of):
                whose = "" if roll is ON else " of those no longer on roll"
                lacks = f"The census of {census} came without {' and '.join(missing)}"
                desk.note(f"{lacks}: no absence{whose} is known in {said(census.absences_of)}.")
