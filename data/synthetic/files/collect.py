"""One term's census of one authority: what it may bring, and how a table's rows find their pupil."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.calendar import Term, is_covid
from data.synthetic.files.authority import Authority
from data.synthetic.files.pupils import Pupils
from data.synthetic.files.seats import Seats
from data.synthetic.files.tabular import Column, days, write_csv
from data.synthetic.timeline import Ints
from data.synthetic.writer import spelt

_HEX = "0123456789abcdef"
_DRAWS = 302
_SPOILT_TURNS, _ENOUGH = 9, 50
"""One census in so many has tables with a row that cannot be read: those with at least so many rows."""


@dataclass(frozen=True)
class Census:
    """One term's census of one authority."""

    authority: Authority
    pupils: Pupils
    column: int
    folder: Path

    @property
    def term(self) -> Term:
        """The term whose census day it describes."""
        return self.pupils.terms[self.column]

    @property
    def brings_absence(self) -> bool:
        """Whether session details come with it: those of the term before, unless schools were closed then."""
        return self.column >= 1 and not is_covid(self.pupils.terms[self.column - 1])

    @cached_property
    def rng(self) -> np.random.Generator:
        """Random numbers of this census alone."""
        return self.authority.rng(_DRAWS * 1_000 + self.column)

    def every(self, turns: int, of: int = 0) -> bool:
        """Whether this authority is one of those that differ: one in so many."""
        return self.authority.style.position % turns == of

    @property
    def spoilt(self) -> bool:
        """Whether some of its tables have a row that cannot be read."""
        return self.every(_SPOILT_TURNS, self.column % _SPOILT_TURNS)

    def day(self, column: Column) -> Column:
        """Days as the authority writes them."""
        return days(column, self.authority.style.date_format)

    def write(self, table: str, columns: dict[str, Column]) -> None:
        """Write one table of the set."""
        name = f"{self.term.census_day.year}_{self.term.name.lower()}_{table}.csv"
        write_csv(self.folder / name, columns, encoding=self.authority.style.encoding)


def identifiers_of(census: Census, seats: Seats, roll: bool) -> dict[str, Column]:
    """The columns by which a pupil's rows of the other tables find the pupil."""
    number = (census.column * 2 + (not roll)) * 2**26 + np.arange(seats.pupil.size)
    school = 1 + (seats.pupil * 7 + ~seats.main) % 9
    return {
        "pupilonrolltableid" if roll else "pupilnolongeronrolltableid": hashed(number, "xxxxxxxx-xxx"),
        "NativeId": pc.binary_join_element_wise("SCH", pa.array(school).cast(pa.string()), ""),
    }


def hashed(number: Ints, pattern: str) -> pa.Array:
    """A different identifier for each number, the x of the pattern replaced."""
    return spelt(number * 1_000_003 % 16 ** pattern.count("x"), [_HEX if one == "x" else one for one in pattern])


def children_of(census: Census, table: str, identifiers: dict[str, Column], rows: Ints) -> dict[str, Column]:
    """The first columns of a table below the pupils': whose row it is, its own number and order."""
    own = {f"{table}tableid": hashed(census.column * 2**26 + np.arange(rows.size), "xxxxxxxx")}
    order = pa.array(1 + np.arange(rows.size) % 9).cast(pa.string())
    parent = {name: column.take(pa.array(rows)) for name, column in identifiers.items()}
    source = hashed(rows + census.column * 2**20, "xxxxxxxx")
    return {**parent, **own, f"{table}orderseqcolumn": order, "sourceid": source}


def with_unreadable(census: Census, seats: Seats, columns: dict[str, Column], column: str, text: str) -> dict[str, Column]:
    """The table and, in some long ones, one more row that cannot be read: an unaffected pupil's, or of a number no one has."""
    size = len(columns[column])
    if not census.spoilt or size < _ENOUGH or seats.pupil[-1] < census.pupils.recognised:
        return columns
    last = {name: values.slice(size - 1, 1) for name, values in columns.items()} | {column: pa.array([text])}
    if "upn" in columns:
        last |= {"upn": pa.array(["Z999999999999"]), next(iter(columns)): pa.array(["ffffffff-fff"])}
    return {name: pa.chunked_array([*_chunks(values), *_chunks(last[name])]) for name, values in columns.items()}


def _chunks(column: Column) -> Iterator[pa.Array]:
    yield from column.chunks if isinstance(column, pa.ChunkedArray) else [column]
