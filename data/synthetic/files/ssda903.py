"""SSDA903 returns: a header and the episodes of each year to 31 March, a long time in care split into many episodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from data.synthetic.files.caseload import Case, Caseload, overlapping
from data.synthetic.files.cin_census import years
from data.synthetic.files.tabular import write_csv

_SEX_SINCE = 2025
"""The first return with M, F, U; 1 and 2 before it."""
_SEX = {"M": "1", "F": "2", "U": "0"}
_EPISODE_DAYS = 140
"""How long an episode lasts on average before a placement or legal status changes."""
_RESPITE, _RESPITE_DAYS = 0.15, 5
"""Share of the children known whom respite care looks after now and then, and days of a stay."""
_LEGAL, _RESPITE_LEGAL = ("C1", "C2", "V2", "E1"), ("V3", "V4")
_PLACES, _ENDINGS = ("U6", "U4", "U1", "K2", "P1"), ("E4A", "E4B", "E48", "E45")

Row = dict[str, str | None]


def write_ssda903(folder: Path, held: Caseload, rng: np.random.Generator) -> None:
    """Write `<year>_header.csv` and `<year>_episodes.csv` into `ssda903` in the authority's folder.

    A time in care goes from its first DECOM to the DEC of the last episode; an episode is in the return of every year in which
    it was open, and one still open has no DEC. Respite stays are beside it and are no time in care.
    """
    episodes = sorted(_episodes(held, rng), key=lambda one: (one[0].who.la_child_id, one[0].start))
    directory = folder / "ssda903"
    for year, first, last in years(held.covered):
        seen = [(case, row) for whole, row in episodes for case in overlapping([whole], first, last)]
        rows = [_returned(case, row) for case, row in seen]
        children = {case.who.la_child_id: case for case, _ in seen}
        _write(directory / f"{year}_header.csv", [_header(case, year) for case in children.values()], _HEADER)
        _write(directory / f"{year}_episodes.csv", rows, _EPISODES)


_HEADER = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
_EPISODES = (
    "CHILD",
    "DECOM",
    "RNE",
    "LS",
    "CIN",
    "PLACE",
    "PLACE_PROVIDER",
    "DEC",
    "REC",
    "REASON_PLACE_CHANGE",
    "HOME_POST",
    "PL_POST",
    "URN",
)


def _episodes(held: Caseload, rng: np.random.Generator) -> Iterator[tuple[Case, Row]]:
    """Every episode with what never changes about it."""
    for period in held.cases["cwcf"]:
        yield from _split(period, held.covered[1], rng)
    in_care = {case.who for case in held.cases["cwcf"]}
    respite = dict.fromkeys(case.who for case in held.cases["spell"] if case.who not in in_care)
    first, last = held.covered
    for who in respite:
        if rng.random() < _RESPITE:
            start = max(first, who.born) + timedelta(days=int(rng.random() * max(0, (last - max(first, who.born)).days - 30)))
            end = start + timedelta(days=int(rng.integers(1, _RESPITE_DAYS + 1)))
            yield Case(who, start, end), {"RNE": "S", "LS": _pick(rng, _RESPITE_LEGAL), "PLACE": "U6", "REC": "E4A"}


def _split(period: Case, last: date, rng: np.random.Generator) -> Iterator[tuple[Case, Row]]:
    """A time in care as episodes, each beginning on the day the one before ends for X1."""
    start, reason = period.start, "S"
    while True:
        end = start + timedelta(days=7 + int(rng.exponential(_EPISODE_DAYS)))
        row: Row = {"RNE": reason, "LS": _pick(rng, _LEGAL), "PLACE": _pick(rng, _PLACES)}
        if end >= (period.end or last):
            yield Case(period.who, start, period.end), {**row, "REC": _pick(rng, _ENDINGS)}
            return
        yield Case(period.who, start, end), {**row, "REC": "X1"}
        start, reason = end, _pick(rng, ("P", "L", "B"))


def _pick(rng: np.random.Generator, codes: Sequence[str]) -> str:
    return codes[int(rng.integers(len(codes)))]


def _returned(case: Case, row: Mapping[str, str | None]) -> Row:
    """An episode as a return sees it: why it ended is known once it has."""
    days = {"DECOM": _day(case.start), "DEC": _day(case.end) if case.end else None}
    given = {"CHILD": case.who.la_child_id, **row, **days, "CIN": "N1", "PLACE_PROVIDER": "PR1"}
    return {**given, "REC": row["REC"] if case.end else None}


def _header(case: Case, year: int) -> Row:
    who = case.who
    sex = who.sex if year >= _SEX_SINCE else _SEX[who.sex]
    return {"CHILD": who.la_child_id, "SEX": sex, "DOB": _day(who.born), "ETHNIC": "NOBT", "UPN": who.upn or "UN4"}


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _write(path: Path, rows: Sequence[Row], columns: Sequence[str]) -> None:
    write_csv(path, {name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns}, newline="\r\n")
