"""The school census as COLLECT hands it back: a set of tables a term, absence one term in arrears, exclusions two."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.calendar import term
from data.synthetic.files.absence import Registers, share_out
from data.synthetic.files.authority import Authority
from data.synthetic.files.collect import Census, children_of, hashed, identifiers_of, with_unreadable
from data.synthetic.files.pupils import STAGES, UNKNOWN, Pupils, census_days
from data.synthetic.files.seats import Seats, in_term, seats_of
from data.synthetic.files.tabular import Column
from data.synthetic.timeline import Ints

_LUNCHTIME = 0.01
_SUSPENDED_WORD, _SEX_WORD = term("202021", "Autumn"), term("202324", "Autumn")
"""From when FIXD became SUSP, and `gender` `sex`."""
_OLD_STAGES, _OLD_SESSIONS = term("201920", "Autumn"), term("201920", "Autumn")


def write_census(folder: Path, authority: Authority, pupils: Pupils) -> None:
    """Write, into `school_census` in the authority's folder, the tables of every term supplied and of the two after.

    Those two bring the last arrears: absence comes a term late, exclusions come two.
    """
    for column in range(len(pupils.terms)):
        census = Census(authority, pupils, column, folder / "school_census")
        seats = seats_of(pupils, column, census.rng)
        for roll in (True, False):
            held = seats.where(seats.on_roll == roll)
            identifiers = identifiers_of(census, held, roll)
            _write_pupils(census, held, identifiers, roll)
            _write_absence(census, held, identifiers, roll)
            _write_exclusions(census, held, identifiers, roll)
            if roll:
                _write_eligibility(census, held, identifiers)
                _write_addresses(census, held, identifiers)


def _write_pupils(census: Census, seats: Seats, identifiers: dict[str, Column], roll: bool) -> None:
    """`pupilonroll` or `pupilnolongeronroll`."""
    people = census.pupils.people.take(pa.array(seats.pupil))
    nothing = pa.nulls(seats.pupil.size, pa.string())
    loud = census.every(4, 2)
    sex = pc.if_else(pc.equal(people["sex"], "U"), pa.scalar(None, pa.string()), people["sex"])
    table = "pupilonroll" if roll else "pupilnolongeronroll"
    columns: dict[str, Column] = {
        **identifiers,
        "dob": census.day(people["date_of_birth"]),
        "surname": pc.utf8_upper(people["surname"]) if loud else people["surname"],
        "forename": people["forename"],
        "middlenames": nothing,
        "preferredsurname": people["surname"],
        "formersurname": nothing,
        "upn": people["upn"],
        "formerupn": nothing,
        "uniquelearnernumber": nothing,
        "sex" if census.term >= _SEX_WORD else "gender": sex,
        "entrydate": census.day(_later(people["date_of_birth"], 1_750)),
        f"{table}orderseqcolumn": _repeated("1", seats),
        "sourceid": hashed(np.arange(seats.pupil.size) + census.column * 2**20, "xxxxxxxx"),
        "schoolcensustableid": _repeated(f"c{census.column:07x}", seats),
        "parttime": _repeated("False", seats),
        **_possible(census, seats),
        "language": _repeated("ENG", seats),
        "boarder": _repeated("N", seats),
    }
    columns |= (
        _on_roll_only(census, seats)
        if roll
        else {"leavingdate": census.day(pa.repeat(pa.scalar(census.term.first_day), seats.pupil.size))}
    )
    census.write(table, with_unreadable(census, seats, columns, "dob", "2015-Feb-30 00:00:00"))


def _on_roll_only(census: Census, seats: Seats) -> dict[str, Column]:
    old = census.every(4, 1) and census.term < _OLD_STAGES
    stage = census.pupils.lives.stage[seats.pupil, census.column]
    codes = ["N", "A", "S", "P"] if old else [None if census.every(5, 3) else "N", "K", "E", "K"]
    coded = np.where((stage == STAGES.index("K")) & (seats.pupil % 2 == 1), 3, stage)
    return {
        "schoollunchtaken": pa.array(np.where(seats.pupil % 3 == 0, "False", "True"), pa.string()),
        "enrolstatus": pa.array(np.where(seats.main, "M", "S"), pa.string()),
        "senprovision": pa.array(codes, pa.string()).take(pa.array(coded)),
        "ncyearactual": _repeated("X", seats),
    }


def _possible(census: Census, seats: Seats) -> dict[str, Column]:
    """Sessions possible of the term before; Autumn's census has the second half of the Summer apart."""
    possible = seats.possible if census.brings_absence else np.full(seats.pupil.size, UNKNOWN)
    if census.term.name != "Autumn":
        return {"termlysessionspossible": _sessions(census, possible)}
    (first, _), (second, _) = share_out(possible, np.zeros_like(possible), 9, 20)
    return {
        "termlysessionspossible": _sessions(census, first),
        "summerhalfterm2sessionspossible": _sessions(census, second),
    }


def _sessions(census: Census, number: Ints) -> Column:
    text = pa.array(number, mask=number == UNKNOWN).cast(pa.string())
    return text if census.every(4, 3) else pc.binary_join_element_wise(text, ".0", "")


def _write_absence(census: Census, seats: Seats, identifiers: dict[str, Column], roll: bool) -> None:
    """Session details by reason: of the term before, and in Autumn of both halves of the Summer."""
    if not census.brings_absence:
        return
    halves = [("termlysessiondetails", (seats.possible, seats.absent))]
    if census.term.name == "Autumn":
        first, second = share_out(seats.possible, seats.absent, 9, 20)
        halves = [("termlysessiondetails", first), ("summerhalfterm2sessiondetails", second)]
    about = census.pupils.terms[census.column - 1]
    header = "absencesessions" if census.every(3) and census.term < _OLD_SESSIONS else "sessions"
    for name, (possible, absent) in halves:
        table = f"{name}{'on' if roll else 'off'}roll"
        rows, sessions, reason = Registers(about, possible, absent, seats.pupil + census.column).rows()
        columns = children_of(census, table, identifiers, rows) | {
            header: _sessions(census, sessions),
            "attendancereason": reason,
        }
        census.write(table, with_unreadable(census, seats, columns, "attendancereason", "QQ"))


def _write_exclusions(census: Census, seats: Seats, identifiers: dict[str, Column], roll: bool) -> None:
    """Suspensions and exclusions of two terms before, and lunchtimes, which are neither."""
    if census.column < 2:
        return
    pupil, day, excluded = census.pupils.lives.suspended
    about = in_term(census.pupils, day, census.column - 2)
    seat_of = np.full(census.pupils.people.num_rows, -1)
    seat_of[seats.pupil[seats.main]] = np.flatnonzero(seats.main)
    about &= seat_of[pupil] >= 0
    lunch = np.flatnonzero(census.rng.random(seats.pupil.size) < _LUNCHTIME)
    rows = np.concatenate([seat_of[pupil[about]], lunch])
    started = np.concatenate([day[about], np.full(lunch.size, census_days(census.pupils.terms)[census.column - 2])])
    category = np.concatenate([np.where(excluded[about], 1, 0), np.full(lunch.size, 2)])
    suspended = "FIXD" if census.term < _SUSPENDED_WORD or census.every(5, 2) else "SUSP"
    table = f"termlyexclusions{'on' if roll else 'off'}roll"
    census.write(
        table,
        children_of(census, table, identifiers, rows)
        | {
            "startdate": census.day(pa.array(started.astype(np.int32)).cast(pa.date32())),
            "sessions": _sessions(census, 2 + rows % 8),
            "reason1": pa.array(["PP", "DB", "VP", "DM"]).take(pa.array(rows % 4)),
            "reason2": pa.nulls(rows.size, pa.string()),
            "reason3": pa.nulls(rows.size, pa.string()),
            "category": pa.array([suspended, "PERM", "LNCH"]).take(pa.array(category)),
        },
    )


def _write_eligibility(census: Census, seats: Seats, identifiers: dict[str, Column]) -> None:
    """Periods of free-meal eligibility begun by census day; those that go on have no end."""
    pupil, start, end = census.pupils.lives.eligible
    today = census_days(census.pupils.terms)[census.column]
    seat_of = np.full(census.pupils.people.num_rows, -1)
    seat_of[seats.pupil[seats.main]] = np.flatnonzero(seats.main)
    begun = (start <= today) & (seat_of[pupil] >= 0)
    rows = seat_of[pupil[begun]]
    table = "fsmperiodsonroll" if census.term.name == "Autumn" else "fsmperiod"
    ended = pa.array(end[begun], mask=end[begun] > today).cast(pa.int32()).cast(pa.date32())
    columns = children_of(census, table, identifiers, rows)
    columns |= {"fsmstartdate": census.day(pa.array(start[begun]).cast(pa.date32())), "fsmenddate": census.day(ended)}
    census.write(table, columns | {"ukcountry": pa.array(["ENG"] * rows.size, pa.string())})


def _write_addresses(census: Census, seats: Seats, identifiers: dict[str, Column]) -> None:
    if census.authority.style.addresses:
        rows = np.arange(seats.pupil.size)
        postcode = census.pupils.people["postcode"].take(pa.array(seats.pupil))
        census.write("addressesonroll", children_of(census, "addressesonroll", identifiers, rows) | {"postcode": postcode})


def _repeated(text: str, seats: Seats) -> Column:
    return pa.repeat(pa.scalar(text, pa.string()), seats.pupil.size)


def _later(column: Column, number: int) -> Column:
    return pc.add(column.cast(pa.int32()), pa.scalar(number, pa.int32())).cast(pa.date32())
