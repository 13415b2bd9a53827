"""The tables: what each row is, what each column holds, in what unit, and what null means.

One declaration feeds the Parquet schemas, the checks made before a store goes live, the methods page and the tests.
`RECORDS` are the partners' records, identifiable, as the ingest (or the simulation) leaves them; `STORE` is the
pseudonymous cohort store derived from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa

SCHEMA_VERSION = 1

AGE_BANDS = ("0-4", "5-11", "12-17")
SEXES = ("F", "M", "U")
PARENTS = ("mother", "father", "other")
LINK_SOURCES = ("police", "prison", "social_care", "other")
TERM_STATUSES = ("not_reached", "covid", "out_of_age", "not_supplied", "unmatched", "not_on_roll", "observed")
WINDOW_STATUSES = ("not_reached", "not_supplied", "unmatched", "observed")
WINDOWS = ("b6", "m-1", "m0", "m+1", "w3", "w6", "a6")
STATUTORY_LEVELS = ("none", "cin", "cp", "cwcf")
OUTCOMES = ("accepted", "declined", "no_contact", "not_suitable", "pending")
JOURNEY = ("recognised", "suitable", "notified", "offered", "visited", "referred", "supported")
"""The steps of the offer of support, in order; recognition comes before the first."""
SOURCES = ("school_census", "exclusions", "meals", "social_care", "support")
"""What an authority may supply; exclusions come in the school census, two terms after the term they speak of."""
REGISTERS = ("education", "social_care")
FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM = -12, 8


@dataclass(frozen=True)
class Column:
    """One column: its Arrow type, its meaning, whether null ("unknown") may occur, the codes it may hold, its least value."""

    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = False
    codes: tuple[str, ...] = ()
    least: int | None = None


@dataclass(frozen=True)
class Table:
    """One table: its name is its file's name without `.parquet`; `grain` says what one row is."""

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def arrow(self) -> pa.Schema:
        """The Parquet schema, column order and nullability included."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])


TEXT, DAY, FLAG = pa.string(), pa.date32(), pa.bool_()
INT8, INT16, INT32 = pa.int8(), pa.int16(), pa.int32()

# The cohort store: pseudonymous, one row a child unless said otherwise.

CHILDREN = Table(
    "children",
    "a recognised child; the index event is the first recognised imprisonment",
    (
        Column("child_id", TEXT, "keyed hash, stable between builds; never a source identifier"),
        Column("family_id", TEXT, "keyed hash of the imprisoned parent; siblings share it"),
        Column("area_code", TEXT, "upper-tier authority, nine-character ONS code"),
        Column("district_code", TEXT, "district, where the authority has districts", nullable=True),
        Column("sex", TEXT, "as recorded: female, male, unknown", codes=SEXES),
        Column("age_band", TEXT, "age at imprisonment, completed years", codes=AGE_BANDS),
        Column("parent", TEXT, "who was imprisoned; step-parents with them", codes=PARENTS),
        Column("imprisonment_month", DAY, "first day of the month of the reception"),
        Column("recognised_month", DAY, "first day of the month of the later of reception and link"),
        Column("event_in_holiday", FLAG, "imprisoned outside term"),
        Column("link_source", TEXT, "who knew the child was theirs", codes=LINK_SOURCES),
        Column("matched_education", FLAG, "a record was found in a school register"),
        Column("matched_social_care", FLAG, "a record was found in a social-care register"),
        Column("later_imprisonments", INT16, "further recognised events after the index event, either parent's", least=0),
        Column("wait_recognised_months", INT16, "whole months from the month of the reception to that of recognition", least=0),
    ),
    key=("child_id",),
)

SCHOOL_TERMS = Table(
    "school_terms",
    "a child and relative term, -12 to +8, whether observed or not",
    (
        Column("child_id", TEXT, "the child"),
        Column("relative_term", INT8, "terms from the imprisonment; term 0 holds it"),
        Column("academic_year", TEXT, "six digits: 202324"),
        Column("term", TEXT, "term of the year", codes=("Autumn", "Spring", "Summer")),
        Column("status", TEXT, "the first of these that is true; else observed", codes=TERM_STATUSES),
        Column("in_scope", FLAG, "status is observed"),
        Column("fsm_received", FLAG, "received a free school meal on census day", nullable=True),
        Column("fsm_eligible", FLAG, "an eligibility period was open on census day", nullable=True),
        Column("sen_support", FLAG, "on SEN support on census day", nullable=True),
        Column("ehcp", FLAG, "had an EHC plan on census day", nullable=True),
        Column("suspended", FLAG, "suspended or excluded at least once in the term", nullable=True),
        Column("sessions_possible", INT16, "half-day sessions possible", nullable=True),
        Column("sessions_absent", INT16, "half-day sessions absent", nullable=True),
        Column(
            "attended_ppm", INT32, "sessions attended in a million possible, so that means are sums of integers", nullable=True
        ),
        Column("phase", TEXT, "phase of a child of that age in that term", nullable=True, codes=("primary", "secondary")),
    ),
    key=("child_id", "relative_term"),
)

CARE_WINDOWS = Table(
    "care_windows",
    "a child and window of calendar months around the month of imprisonment",
    (
        Column("child_id", TEXT, "the child"),
        Column("window", TEXT, "m-1, m0, m+1: a month; w3, w6: m0 to m+3, m+6; b6: m-6 to m-1; a6: m+1 to m+6", codes=WINDOWS),
        Column("status", TEXT, "the first of these that is true; else observed", codes=WINDOW_STATUSES),
        Column("mash_contact", FLAG, "a contact at any time in the window; never null when observed", nullable=True),
        Column("mash_referral", FLAG, "a referral at any time in the window; never null when observed", nullable=True),
        Column("early_help", FLAG, "open to Early Help at any time in the window; never null when observed", nullable=True),
        Column(
            "statutory_level",
            TEXT,
            "the highest level in the window; never null when observed",
            nullable=True,
            codes=STATUTORY_LEVELS,
        ),
    ),
    key=("child_id", "window"),
)

WAITED_FOR = (("recognised", "notified"), *pairwise(JOURNEY[2:]))
"""The steps whose month is recorded, each after the one it is waited for since; nobody records when suitability was decided."""


def _wait(step: str, before: str) -> Column:
    meaning = f"whole months from {before} to {step}; null where either is unknown, or they are out of order"
    return Column(f"wait_{step}_months", INT16, meaning, nullable=True, least=0)


SUPPORT = Table(
    "support",
    "a recognised child: how far the offer of support has come",
    (
        Column("child_id", TEXT, "the child"),
        Column("suitable", FLAG, "suitable for the offer; null while undecided", nullable=True),
        Column("champion_notified_month", DAY, "the local officer was told", nullable=True),
        Column("offer_made_month", DAY, "support was offered", nullable=True),
        Column("visit_month", DAY, "the family was visited", nullable=True),
        Column("referral_month", DAY, "a referral to the charity was accepted", nullable=True),
        Column("supported_month", DAY, "support was taken up", nullable=True),
        Column("outcome", TEXT, "where the offer stands", codes=OUTCOMES),
        Column(
            "offer_live",
            FLAG,
            "the offer was live in the child's area at recognition; null if go-live is not recorded",
            nullable=True,
        ),
        Column(
            "reached",
            TEXT,
            "the furthest step that the dates or the outcome tell of; null where the offer did not extend to the child",
            nullable=True,
            codes=JOURNEY,
        ),
        Column(
            "open_to_services",
            FLAG,
            "open to statutory support or Early Help in the month of imprisonment; null where not observed",
            nullable=True,
        ),
        *(_wait(step, before) for before, step in WAITED_FOR),
        Column(
            "waiting_months",
            INT16,
            "whole months since the step reached, when the area's offers were last observed; null if unknown, or supported",
            nullable=True,
            least=0,
        ),
    ),
    key=("child_id",),
)

STORE = (CHILDREN, SCHOOL_TERMS, CARE_WINDOWS, SUPPORT)

# The partners' records: identifiable. They stay in the extracts' room and never enter the store.

_CHILD = Column("child_ref", TEXT, "the partnership's reference for the child")
_START = Column("start_date", DAY, "first day")
_END = Column("end_date", DAY, "last day; null while open", nullable=True)

RECEPTIONS = Table(
    "receptions",
    "a person's reception into prison that counts as a new imprisonment",
    (Column("offender_ref", TEXT, "the person imprisoned"), Column("reception_date", DAY, "day of reception")),
    key=("offender_ref", "reception_date"),
)

LINKS = Table(
    "links",
    "a child linked to a person who may be imprisoned",
    (
        _CHILD,
        Column("offender_ref", TEXT, "the person"),
        Column("relationship", TEXT, "to the child", codes=("mother", "father", "step-mother", "step-father", "other")),
        Column("link_source", TEXT, "who knew the child was theirs", codes=LINK_SOURCES),
        Column("link_date", DAY, "day the link was recorded"),
        Column("date_of_birth", DAY, "the child's"),
        Column("sex", TEXT, "the child's", codes=SEXES),
        Column("area_code", TEXT, "upper-tier authority of the child's home"),
        Column("district_code", TEXT, "district of the child's home", nullable=True),
    ),
    key=("child_ref", "offender_ref"),
)

MATCHES = Table(
    "matches",
    "a child found in a register",
    (_CHILD, Column("register", TEXT, "the register", codes=REGISTERS)),
    key=("child_ref", "register"),
)

ENROLMENTS = Table("enrolments", "a child's time on one school's roll", (_CHILD, _START, _END), key=("child_ref", "start_date"))

SESSIONS = Table(
    "sessions",
    "a child's sessions in one term, all schools together",
    (
        _CHILD,
        Column("academic_year", TEXT, "six digits: 202324"),
        Column("term", TEXT, "term of the year", codes=("Autumn", "Spring", "Summer")),
        Column("sessions_possible", INT16, "half-day sessions possible"),
        Column("sessions_absent", INT16, "half-day sessions absent"),
    ),
    key=("child_ref", "academic_year", "term"),
)

MEALS = Table(
    "meals",
    "a child and census day on which receipt was recorded",
    (_CHILD, Column("census_date", DAY, "census day"), Column("received", FLAG, "received a free school meal")),
    key=("child_ref", "census_date"),
)

FSM_PERIODS = Table("fsm_periods", "a period of free-meal eligibility", (_CHILD, _START, _END), key=("child_ref", "start_date"))

SEN_STAGES = Table(
    "sen_stages",
    "a period on a stage of special educational needs",
    (_CHILD, Column("stage", TEXT, "K SEN support, E EHC plan", codes=("K", "E")), _START, _END),
    key=("child_ref", "stage", "start_date"),
)

SUSPENSIONS = Table(
    "suspensions",
    "a suspension or permanent exclusion",
    (_CHILD, Column("start_date", DAY, "first day"), Column("category", TEXT, "which", codes=("SUSP", "PERM"))),
    key=("child_ref", "start_date", "category"),
)

CARE_CONTACTS = Table(
    "care_contacts",
    "a contact with, or referral to, the multi-agency safeguarding hub",
    (
        _CHILD,
        Column("kind", TEXT, "a contact is not a referral", codes=("contact", "referral")),
        Column("date", DAY, "day received"),
    ),
    key=("child_ref", "kind", "date"),
)

CARE_EPISODES = Table(
    "care_episodes",
    "a period open to a service",
    (_CHILD, Column("kind", TEXT, "the service", codes=("early_help", "cin", "cp", "cwcf")), _START, _END),
    key=("child_ref", "kind", "start_date"),
)

OFFERS = Table(
    "offers",
    "a recognised child's journey through the offer of support",
    (
        _CHILD,
        Column("suitable", FLAG, "suitable for the offer; null while undecided", nullable=True),
        Column("champion_notified", DAY, "the local officer was told", nullable=True),
        Column("offer_made", DAY, "support was offered", nullable=True),
        Column("visit", DAY, "the family was visited", nullable=True),
        Column("referral", DAY, "a referral to the charity was accepted", nullable=True),
        Column("supported", DAY, "support was taken up", nullable=True),
        Column("outcome", TEXT, "where the offer stands", codes=OUTCOMES),
    ),
    key=("child_ref",),
)

COVERAGE = Table(
    "coverage",
    "a span of days that an area's source covers; what has no row was not supplied",
    (
        Column("area_code", TEXT, "upper-tier authority"),
        Column("source", TEXT, "the source", codes=SOURCES),
        Column("first_date", DAY, "first day covered"),
        Column("last_date", DAY, "last day covered"),
    ),
    key=("area_code", "source", "first_date", "last_date"),
)

TERM_DATES = Table(
    "term_dates",
    "a term of an authority's own calendar; what has no row follows the common calendar",
    (
        Column("area_code", TEXT, "upper-tier authority"),
        Column("academic_year", TEXT, "six digits: 202324"),
        Column("term", TEXT, "term of the year", codes=("Autumn", "Spring", "Summer")),
        Column("first_day", DAY, "first day of teaching"),
        Column("last_day", DAY, "last day of teaching"),
    ),
    key=("area_code", "academic_year", "term"),
)

RECORDS = (
    RECEPTIONS,
    LINKS,
    MATCHES,
    ENROLMENTS,
    SESSIONS,
    MEALS,
    FSM_PERIODS,
    SEN_STAGES,
    SUSPENSIONS,
    CARE_CONTACTS,
    CARE_EPISODES,
    OFFERS,
    COVERAGE,
    TERM_DATES,
)
