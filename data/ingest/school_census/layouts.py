"""The columns read of each school census table, and which of its rows cannot be."""

from __future__ import annotations

from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.school_census.files import FSM, ON, SOURCE, Census, Roll

ABSENCES = ("C", "C1", "C2", "E", "F", "G", "H", "I", "J1", "M", "N", "O", "R", "S", "T", "U")
"""Reasons that are absences, authorised or not: C leave of absence, E excluded, F G H holidays, I M illness and appointments,
J1 interview, N not yet known, O unauthorised, R religious observance, S study leave, T traveller, U late after registers closed.
"""
_NOT_ABSENCES = (
    *("/", "\\", "#", "-", "B", "D", "J", "K", "L", "P", "Q", "V", "W", "X", "Y", "Z"),
    *("Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"),
)
"""Present, educated elsewhere or not required to attend: sent from 2020 among the reasons."""

POSSIBLE = ("termlysessionspossible", "summerhalfterm2sessionspossible")
_SEN = {"n": "N", "k": "K", "e": "E", "s": "E", "a": "K", "p": "K"}
"""Statements (S) became plans; School Action (A) and Action Plus (P) became support."""
_SEX = {"f": "F", "female": "F", "m": "M", "male": "M", "u": "U", "unknown": "U"}
_CATEGORY = {"susp": "SUSP", "fixd": "SUSP", "perm": "PERM", "lnch": "LNCH"}


CARRIED = {"term": "INTEGER", "term_end": "DATE", "two_a_day": "INTEGER"}
"""What is true of all rows of a file: the census's term by number, its last day, and more half days than the term of its
absences has."""


def carried(census: Census) -> dict[str, object]:
    """The values of `CARRIED` for a census."""
    one = census.absences_of
    days = (one.last_day - one.first_day).days + 1
    return {"term": census.term.number, "term_end": census.term.last_day, "two_a_day": 2 * days}


def roll_layout(roll: Roll, census: Census | None = None) -> Layout:
    """A roll: a row a pupil and school. The columns of sessions possible must be there where a census's absences are."""
    sessions = tuple(
        Field(column, kind=Kind.COUNT, required=census is not None and census.has(table), blank=True)
        for column, table in zip(POSSIBLE, roll.halves, strict=True)
    )
    sen = (Field("senprovision", kind=Kind.CODE, blank=True, codes=_SEN),) if roll is ON else ()
    fields = (
        *_pupil(roll),
        Field("upn", kind=Kind.ID),
        Field("surname", blank=True),
        Field("forename", blank=True),
        Field("date_of_birth", ("dob",), Kind.DAY, blank=True, label="dob"),
        Field("sex", ("sex", "gender"), Kind.CODE, blank=True, codes=_SEX),
        *sen,
        *sessions,
    )
    rules = (_by_the_end("date_of_birth", "dob"), *map(_two_a_day, POSSIBLE))
    return Layout(f"{SOURCE}/{roll.table}", fields, rules)


def address_layout(roll: Roll) -> Layout:
    """A row an address."""
    fields = (*_pupil(roll), Field("postcode", ("post[ _]?code",), blank=True))
    return Layout(f"{SOURCE}/{roll.addresses}", fields, (_on_the_roll(roll),))


def fsm_layout() -> Layout:
    """A row a period of free-meal eligibility, open where it has no end."""
    fields = (*_pupil(ON), Field("fsmstartdate", kind=Kind.DAY), Field("fsmenddate", kind=Kind.DAY, blank=True))
    return Layout(f"{SOURCE}/{FSM}", fields, (_on_the_roll(ON),))


def absence_layout(roll: Roll, table: str) -> Layout:
    """A row a pupil and reason: how many half-day sessions. `detail` tells a row from a copy of it."""
    codes = {code.lower(): code for code in (*ABSENCES, *_NOT_ABSENCES)}
    fields = (
        *_pupil(roll),
        Field("detail", (f"{table}tableid",), Kind.ID, required=False),
        Field("attendancereason", kind=Kind.CODE, codes=codes),
        Field("sessions", ("sessions", "absencesessions"), Kind.COUNT, blank=True),
    )
    unknown = f"sessions IS NULL AND attendancereason IN {ABSENCES}"
    rules = (_on_the_roll(roll), Rule("sessions", unknown, "sessions is missing"), _two_a_day("sessions"))
    return Layout(f"{SOURCE}/{table}", fields, rules)


def exclusion_layout(roll: Roll) -> Layout:
    """A row a suspension or exclusion; old fixed-period exclusions are suspensions."""
    fields = (*_pupil(roll), Field("startdate", kind=Kind.DAY), Field("category", kind=Kind.CODE, codes=_CATEGORY))
    return Layout(f"{SOURCE}/{roll.exclusions}", fields, (_on_the_roll(roll), _by_the_end("startdate", "startdate")))


def _pupil(roll: Roll) -> tuple[Field, Field]:
    """Which row of the roll: its identifier is the pupil's, and two schools may send the same."""
    return pupil_field(roll), Field("nativeid", kind=Kind.ID, label="NativeId")


def pupil_field(roll: Roll) -> Field:
    """The identifier of a row of the roll."""
    column = f"{roll.table}tableid"
    return Field("pupil", (column,), Kind.ID, label=column)


def read_roll(roll: Roll) -> str:
    """The table that a roll is read into."""
    return f"census_{roll.suffix}"


def _on_the_roll(roll: Roll) -> Rule:
    """A row must name a pupil of its term's roll, which has been read."""
    absent = f"(term, pupil, nativeid) NOT IN (SELECT (term, pupil, nativeid) FROM {read_roll(roll)})"
    return Rule(f"{roll.table}tableid", absent, f"the row names no pupil of {roll.table}")


def _two_a_day(column: str) -> Rule:
    return Rule(column, f"{column} > two_a_day", f"{column} is more than two a day")


def _by_the_end(column: str, label: str) -> Rule:
    return Rule(label, f"{column} > term_end", f"{label} is after the term of the census")
