"""Which file of a school census is which: its term and table by its name, and the sets of one term each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.calendar import Term, term
from data.errors import DataError
from data.ingest.folder import Folder
from data.ingest.ledger import Ledger

SOURCE = "school_census"


@dataclass(frozen=True)
class Roll:
    """One of a census's two lists of pupils, and what its tables end in."""

    table: str
    suffix: str

    @property
    def halves(self) -> tuple[str, str]:
        """The tables of absences: of a term, or of Summer's first half, and of Summer's second."""
        return f"termlysessiondetails{self.suffix}", f"summerhalfterm2sessiondetails{self.suffix}"

    @property
    def exclusions(self) -> str:
        """The table of suspensions and exclusions."""
        return f"termlyexclusions{self.suffix}"

    @property
    def addresses(self) -> str:
        """The table of addresses, which a census may lack."""
        return f"addresses{self.suffix}"


ON, OFF = Roll("pupilonroll", "onroll"), Roll("pupilnolongeronroll", "offroll")
ROLLS = (ON, OFF)
FSM = "fsmperiodsonroll"
_TABLES = {
    ON.table: "pupils?onroll",
    OFF.table: "pupils?nolongeronroll",
    FSM: "fsmperiods?(onroll)?",
    **{table: f"{table.removesuffix('onroll')}(onroll)?" for table in (*ON.halves, ON.exclusions, ON.addresses)},
    **{table: table for table in (*OFF.halves, OFF.exclusions, OFF.addresses)},
}
"""Each table and the names it comes under; those without a roll are of the pupils on roll, as its columns must say."""

_TOGETHER = 64 * 2**20
"""Bytes of files; a term of 150,000 pupils is about as many."""

_PART = "(part)?[0-9]*"
_YEAR = r"(?<!\d)(?P<{0}>20\d\d)(?:[-_ ]?(?:20)?(?P<{0}_and>\d\d))?(?!\d)"
_SEASON = r"(?<![a-z])(?P<{0}>autumn|october|oct|spring|january|jan|summer|may)(?![a-z])"
_BETWEEN = "[^a-z0-9]*(?:term)?[^a-z0-9]*"
_TERM = re.compile(
    f"(?:{_YEAR.format('year')}{_BETWEEN}{_SEASON.format('season')}"
    f"|{_SEASON.format('season_first')}{_BETWEEN}{_YEAR.format('year_last')})"
)
_SEASONS = {"a": "Autumn", "o": "Autumn", "sp": "Spring", "j": "Spring", "su": "Summer", "m": "Summer"}


@dataclass(frozen=True)
class Census:
    """The files of one term's census, by table."""

    term: Term
    tables: Mapping[str, tuple[Path, ...]]

    def __str__(self) -> str:
        return said(self.term)

    def has(self, table: str) -> bool:
        """Whether the table was supplied."""
        return table in self.tables

    @property
    def absences_of(self) -> Term:
        """The term whose absences it brings: the one before."""
        return Term(self.term.number - 1)

    @property
    def exclusions_of(self) -> Term:
        """The term whose exclusions it brings: two before."""
        return Term(self.term.number - 2)

    def halves(self, roll: Roll) -> tuple[str, ...]:
        """The tables that a roll's absences need: two in Autumn, whose census brings Summer in two halves."""
        return roll.halves if self.term.name == "Autumn" else roll.halves[:1]

    def absences_supplied(self, roll: Roll) -> bool:
        """Whether all of a roll's absences were."""
        return self.has(roll.table) and all(self.has(table) for table in self.halves(roll))


def said(one: Term) -> str:
    """A term in words: Autumn 2024, by the calendar year it begins in."""
    return f"{one.name} {one.first_day.year}"


def censuses(folder: Folder, ledger: Ledger) -> tuple[Census, ...]:
    """The censuses in a folder, in order of term; a table that is not ours is left aside, and how many is noted.

    `DataError` where a name does not say its term, a table lacks its roll, or a roll its periods of free-meal eligibility.
    """
    found: dict[Term, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    aside = 0
    for path in folder.files(SOURCE, ".csv"):
        one, rest = term_in(path, folder)
        table = table_in(rest)
        if table is None or (table in (ON.halves[1], OFF.halves[1]) and one.name != "Autumn"):
            aside += 1
        else:
            found[one][table].append(path)
    if aside:
        ledger.note(
            folder.area or "", SOURCE, f"Files of the census left aside, because no table of their name is used: {aside:,}."
        )
    each = tuple(Census(one, {name: tuple(paths) for name, paths in found[one].items()}) for one in sorted(found))
    for census in each:
        _check(census, folder)
    return each


def stretches(each: Sequence[Census]) -> Iterator[tuple[Census, ...]]:
    """Consecutive censuses to read together: as many small ones as a large one's files hold, which bounds the memory."""
    stretch: list[Census] = []
    held = 0
    for census in each:
        size = sum(path.stat().st_size for paths in census.tables.values() for path in paths)
        if stretch and held + size > _TOGETHER:
            yield tuple(stretch)
            stretch, held = [], 0
        stretch.append(census)
        held += size
    if stretch:
        yield tuple(stretch)


def term_in(path: Path, folder: Folder) -> tuple[Term, str]:
    """The term in a file's name, or else in its folder's, and what follows it."""
    whole = "_".join(path.relative_to(folder.path).with_suffix("").parts[1:]).casefold()
    named = path.stem.casefold() if _TERM.search(path.stem.casefold()) else whole
    match = _TERM.search(named)
    year = match and int(match["year"] or match["year_last"])
    following = match and (match["year_and"] or match["year_last_and"])
    if not match or not year or (following and int(following) != (year + 1) % 100):
        raise DataError(
            f"{folder.label(path)} does not say which term's census it is of: name it by year, season and table, such as"
            " 2024_autumn_pupilonroll.csv."
        )
    season = match["season"] or match["season_first"]
    name = next(name for start, name in _SEASONS.items() if season.startswith(start))
    begun = year if following or name == "Autumn" else year - 1
    return term(f"{begun}{(begun + 1) % 100:02d}", name), named[match.end() :]


def table_in(rest: str) -> str | None:
    """The table that the rest of a name ends in; a number after it is a part's."""
    words = re.findall("[a-z0-9]+", rest)
    names = ("".join(words[at:]) for at in range(len(words)))
    return next((table for name in names for table, pattern in _TABLES.items() if re.fullmatch(pattern + _PART, name)), None)


def _check(census: Census, folder: Folder) -> None:
    for roll in ROLLS:
        needing = (*roll.halves, roll.exclusions, roll.addresses, *((FSM,) if roll is ON else ()))
        lacking = next((census.tables[table][0] for table in needing if census.has(table)), None)
        if lacking and not census.has(roll.table):
            raise DataError(
                f"{folder.label(lacking)} has no {roll.table} of {census} beside it: supply that roll too, or take the file away."
            )
    if census.has(ON.table) and not census.has(FSM):
        raise DataError(
            f"{folder.label(census.tables[ON.table][0])} has no fsmperiod table of {census} beside it, without which nobody"
            " would seem eligible for free meals: supply it, with its header alone if nobody is."
        )
