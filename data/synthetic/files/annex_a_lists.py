"""The lists of an Annex A workbook as DfE lays them out: every column, and what a cell of it says of a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from data.synthetic.files.caseload import Case

Value: TypeAlias = "str | float | date | None"


class Seen(NamedTuple):
    """A case as an extract sees it on its day; `chance` is a whole number that decides what nobody reads."""

    case: Case
    on: date
    status: str
    chance: int


Cell = Callable[[Seen], Value]


@dataclass(frozen=True)
class List:
    """One list: its number and title, and beside the columns of every list those of its own."""

    number: int
    title: str
    own: tuple[tuple[str, Cell], ...]

    @property
    def columns(self) -> tuple[tuple[str, Cell], ...]:
        """Header and cell, in order."""
        return (*WHO, *self.own)


def one_of(*options: Value) -> Cell:
    """One of the options, whatever the case is."""
    return lambda row: options[row.chance % len(options)]


def _days_ago(days: int) -> Cell:
    """A day up to that long before the extract or the end, but not before the case; blank where nothing had happened."""

    def cell(row: Seen) -> Value:
        until = row.case.end or row.on
        return max(row.case.start, until - timedelta(days=row.chance % days)) if row.chance % 9 else None

    return cell


def _at_end(*reasons: str) -> Cell:
    return lambda row: reasons[row.chance % len(reasons)] if row.case.end else None


def _start(row: Seen) -> Value:
    return row.case.start


def _end(row: Seen) -> Value:
    return row.case.end


def _born(row: Seen) -> Value:
    born = row.case.who.born
    return born if born <= row.on and (row.chance % 40 or row.case.who.recognised) else None


_AGE = ("Age of Child (Years)", lambda row: max(0.0, (row.on - row.case.who.born).days / 365.25))
_COUNT = one_of(0, 0, 0, 1, 2)
_NO = one_of("b) No", "b) No", "b) No", "a) Yes")
_DISABILITY: tuple[str, Cell] = ("Does the Child have a Disability", _NO)
_ALLOCATED: tuple[tuple[str, Cell], ...] = (
    ("Allocated Team", one_of("Locality 1 Duty Team", "Locality 3 Unit 2", "Children in Care Team 1", None)),
    ("Allocated Worker", one_of("Worker\u00a014", "Worker\u00a027", "Worker 33", None)),
)
_SOURCES = one_of("q) 6: Police", "e) 2A: Schools", "b) 1B: Individual", "j) 3D: Health services", "s) 8: Other")
_NEEDS = one_of("N1 - Abuse or Neglect", "N5 - Family dysfunction", "N4 - Family in acute stress", "N3 - Parental illness")
_ABUSE = one_of("Neglect", "Emotional abuse", "Physical abuse", "Multiple")

WHO: tuple[tuple[str, Cell], ...] = (
    ("Child Unique ID", lambda row: row.case.who.la_child_id),
    ("Gender", lambda row: row.case.who.sex),
    ("Ethnicity", one_of("a) WBRI", "a) WBRI", "k) APKN", "i) MOTH", "s) NOBT")),
    ("Date of Birth", _born),
    _AGE,
)

CONTACTS = List(1, "Contacts", (("Date of Contact", _start), ("Contact Source", _SOURCES)))

_HELPER: tuple[str, Cell] = (
    "Organisation completing assessment",
    one_of("Early Help Service", "Early Help Locality 2", "Academy"),
)
ASSESSMENTS_OF_EARLY_HELP = List(
    2, "Early Help", (("Assessment start date", _start), ("Assessment completion date", _end), _HELPER)
)
EPISODES_OF_EARLY_HELP = List(
    2, "Early Help", (("Early Help episode start date", _start), ("Early Help episode end date", _end), _HELPER)
)

REFERRALS = List(
    3,
    "Referrals",
    (
        ("Date of Referral", _start),
        ("Referral Source", _SOURCES),
        ("Referral NFA?", one_of("No", "No", "Yes")),
        ("Number of Referrals in Last 12 Months", _COUNT),
        *_ALLOCATED,
    ),
)

ASSESSMENTS = List(
    4,
    "Assessments",
    (
        _DISABILITY,
        ("Continuous Assessment Start Date", _start),
        ("Child Seen During Continuous Assessment", one_of("Yes", "Yes", "No")),
        ("Continuous Assessment Date of Authorisation", _days_ago(60)),
        ("Was the child assessed as requiring LA children's social care support?", one_of("Yes", "CS Assessment Updated", "No")),
        *_ALLOCATED,
    ),
)

SECTION_47 = List(
    5,
    "Section 47 and ICPC",
    (
        _DISABILITY,
        ("Strategy discussion initiating Section 47 Enquiry Start Date", _start),
        ("Was an Initial Child Protection Conference deemed unnecessary?", one_of("Yes", "No")),
        ("Date of Initial Child Protection Conference", _days_ago(60)),
        ("Did the Initial Child Protection Conference Result in a Child Protection Plan", one_of("Yes", "No", None)),
        ("Number of Section 47 Enquiries in the last 12 months", _COUNT),
        ("Number of ICPCs in the last 12 months", _COUNT),
        *_ALLOCATED,
    ),
)

IN_NEED = List(
    6,
    "Children in Need",
    (
        _DISABILITY,
        ("CIN Start Date", _start),
        ("Primary Need Code", _NEEDS),
        ("Date Child Was Last Seen", _days_ago(45)),
        ("CIN Closure Date", _end),
        ("Reason for Closure", _at_end("g) 'Other' incl. Child no longer in need", "e) Transfer to another LA")),
        ("Case Status", lambda row: row.status),
        *_ALLOCATED,
    ),
)

PROTECTION = List(
    7,
    "Child Protection",
    (
        _DISABILITY,
        ("Child Protection Plan Start Date", _start),
        ("Initial Category of Abuse", _ABUSE),
        ("Latest Category of Abuse", _ABUSE),
        ("Date of the Last Statutory Visit", _days_ago(30)),
        ("Was the Child Seen Alone?", one_of("a) Yes", "b) No", None)),
        ("Date of latest review conference", _days_ago(120)),
        ("Child Protection Plan End Date", _end),
        ("Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)", _NO),
        ("Number of Previous Child Protection Plans", _COUNT),
        *_ALLOCATED,
    ),
)

LOOKED_AFTER = List(
    8,
    "Looked After",
    (
        ("Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N))", one_of("b) No")),
        _DISABILITY,
        ("Date Started to be Looked After", _start),
        ("Child's Category of Need", _NEEDS),
        ("Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)", _NO),
        ("Start date of current legal status", _start),
        ("Child's Legal Status", one_of("C1: ICO", "C2: FCO", "V2: Single period of accommodation under S20")),
        ("Date of Latest Statutory Review", _days_ago(180)),
        ("Date of Last Social Work Visit", _days_ago(40)),
        ("What is the permanence plan for this child?", one_of("a) Return to family", "f) Long-term fostering", None)),
        ("Date of Last IRO Visit / Contact to the Child", _days_ago(90)),
        ("Date of Last Health Assessment", _days_ago(300)),
        ("Date of Last Dental Check", _days_ago(300)),
        ("Number of Placements in the Last 12 months", one_of(1, 1, 2)),
        ("Date Ceased to be Looked After", _end),
        ("Reason Ceased to be Looked After", _at_end("d) Returned home to live with parents or relatives", "h) Independent")),
        ("Start Date of Most Recent Placement", _start),
        ("Placement Type", one_of("f) U6: Foster placement - not FFA", "h) Children’s Homes", "c) Placed with parents")),
        ("Placement Provider", one_of("b) PR1 - Own provision", "e) PR4 - Private provision")),
        ("Placement postcode", one_of(None, "nope")),
        ("URN of Placement", one_of(None)),
        ("Placement Location", one_of("a) In", "b) Out")),
        ("LA of Placement", one_of("Home Town", "Other Town 1")),
        ("Number of Episodes the Child has been ‘Missing’ from their Placement in the last 12 months", _COUNT),
        ("Number of Episodes the Child has been ‘Absent’ from their Placement in the last 12 months", _COUNT),
        ("Was the child offered a Return Interview after their last missing episode (Y/N)?", one_of(None, "a) Yes")),
        ("Did the child accept a Return Interview after their last missing episode (Y/N)?", one_of(None, "b) No")),
        *_ALLOCATED,
    ),
)
