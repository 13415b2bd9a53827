"""Hypothesis strategies: the records of small partnerships, their days drawn from the edges of terms, months, birthdays,
periods of cover and the programme.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from hypothesis import strategies as st

from tests.oracle.dates import easter, term_after, years_before
from tests.strategies import AUTHORITIES, HOMES, LINK_SOURCES, OUTCOMES, SOURCES, Row, Tables


def edges(year: int) -> list[date]:
    """The days of a year on which something changes, and those beside them."""
    sunday, day = easter(year), timedelta(days=1)
    return [
        *(date(year, 1, 1), date(year, 1, 4), date(year, 2, 28), date(year, 3, 1)),
        *(sunday - 3 * day, sunday - 2 * day, sunday, sunday + day, sunday + 14 * day, sunday + 15 * day),
        *(date(year, 7, 22), date(year, 7, 23), date(year, 7, 31), date(year, 8, 1), date(year, 8, 31), date(year, 9, 1)),
        *(date(year, 10, 31), date(year, 11, 1), date(year, 12, 20), date(year, 12, 21), date(year, 12, 31)),
    ]


OUTSIDE = ("E08000025", None)
"""Birmingham is another force's."""
reception_days = st.sampled_from([day for year in range(2021, 2025) for day in edges(year)])
any_day = st.dates(date(2017, 9, 1), date(2025, 12, 31)) | st.sampled_from([d for y in range(2019, 2026) for d in edges(y)])
census_days = st.sampled_from([term_after(date(2018, 9, 1), step).census_day for step in range(24)])
a_day = census_days | any_day


@st.composite
def periods(draw: st.DrawFn) -> Row:
    """A first day and a last one, null while open; one day long at the shortest."""
    start: date = draw(a_day)
    days = draw(st.none() | st.integers(0, 900))
    return {"start_date": start, "end_date": None if days is None else start + timedelta(days=days)}


@st.composite
def births(draw: st.DrawFn, near: date) -> date:
    """A date of birth: an edge of an age band or of school age at about `near`, or any."""
    at_edge = years_before(near, draw(st.sampled_from([0, 1, 4, 5, 5, 6, 7, 11, 11, 12, 13, 17, 18, 19])))
    days = timedelta(days=draw(st.sampled_from([-1, 0, 1, 200])))
    fixed = st.sampled_from([date(2008, 2, 29), date(2016, 2, 29), date(2016, 8, 31), date(2016, 9, 1)])
    born: date = draw(st.just(at_edge - days) | fixed | st.dates(date(2007, 1, 1), date(2018, 1, 1)))
    return born


@st.composite
def partnerships(draw: st.DrawFn) -> Tables:
    """The partners' records of up to three people imprisoned and four children."""
    offenders = ["person 1", "person 2", "person 3"][: draw(st.integers(1, 3))]
    events = draw(st.lists(st.tuples(st.sampled_from(offenders), reception_days), min_size=1, max_size=5, unique=True))
    records: Tables = {name: [] for name in ("receptions", "coverage", "term_dates", *CHILD_TABLES)}
    records["receptions"] = [{"offender_ref": who, "reception_date": day} for who, day in events]
    for number in range(draw(st.integers(1, 4))):
        add_records(draw, records, f"child {number}", events)
    for area in AUTHORITIES:
        for source in SOURCES:
            records["coverage"] += [{"area_code": area, "source": source, **span} for span in draw(st.sampled_from(SPANS))]
        records["term_dates"] += [{"area_code": area, **row} for row in draw(local_calendars())]
    return records


def spans(*days: tuple[date, date]) -> list[Row]:
    """Spans of cover from their first and last days."""
    return [{"first_date": first, "last_date": last} for first, last in days]


SPANS = [
    *[spans((date(2017, 9, 1), date(2025, 7, 31)))] * 4,
    *[spans((date(2022, 1, 1), date(2025, 7, 31))), spans((date(2022, 1, 2), date(2024, 12, 31))), []],
    spans((date(2017, 9, 1), date(2023, 4, 30))),
    spans((date(2023, 1, 1), date(2025, 7, 31)), (date(2017, 9, 1), date(2022, 12, 31))),
    spans((date(2017, 9, 1), date(2022, 12, 30)), (date(2023, 1, 1), date(2024, 12, 31))),
    spans((date(2017, 9, 1), date(2025, 7, 31)), (date(2022, 1, 1), date(2022, 12, 31)), (date(2023, 6, 1), date(2023, 7, 1))),
]
"""What a source may cover: all, a part, nothing, spans that touch, that leave a day out, that lie in one another."""


@st.composite
def local_calendars(draw: st.DrawFn) -> list[Row]:
    """Some terms of an area's own calendar: like the common one, shorter, or beyond Easter Sunday and before it."""
    rows = []
    for step in draw(st.sets(st.integers(0, 11), max_size=6)):
        term = term_after(date(2021, 9, 1), step)
        sunday = easter(term.first_day.year)
        first, last = {
            "Autumn": (date(term.first_day.year, 9, 5), date(term.first_day.year, 12, draw(st.sampled_from([16, 20, 31])))),
            "Spring": (date(term.first_day.year, 1, 4), sunday + timedelta(days=draw(st.sampled_from([-16, -3, 3])))),
            "Summer": (sunday + timedelta(days=draw(st.sampled_from([-1, 9, 15]))), date(term.first_day.year, 7, 21)),
        }[term.name]
        rows.append({"academic_year": term.academic_year, "term": term.name, "first_day": first, "last_day": last})
    return rows


CHILD_TABLES = (
    *("links", "matches", "enrolments", "sessions", "meals", "fsm_periods", "sen_stages"),
    *("suspensions", "care_contacts", "care_episodes", "offers"),
)


def key_of(table: str, row: Row) -> tuple[object, ...]:
    """What tells one child's rows of a table apart."""
    return tuple(row[name] for name in KEYS[table])


def add_records(draw: st.DrawFn, records: Tables, child: str, events: list[tuple[str, date]]) -> None:
    """Draw one child's records of every kind."""
    near = draw(st.sampled_from([day for _, day in events]))
    records["links"] += draw(links(child, sorted({who for who, _ in events}), near))
    for table, kinds in REGISTERS.items():
        rows = draw(st.lists(kinds, max_size=4, unique_by=partial(key_of, table)))
        records[table] += [{"child_ref": child, **row} for row in rows]
    if draw(st.sampled_from([True, True, False])):
        for table, rows in EASILY_OBSERVED.items():
            records[table] = [row for row in records[table] if row["child_ref"] != child]
            records[table] += [{"child_ref": child, **row} for row in rows]
    for step in draw(st.sets(st.integers(0, 23), max_size=8)):
        records["sessions"].append({"child_ref": child, **draw(sessions(step))})


@st.composite
def links(draw: st.DrawFn, child: str, offenders: list[str], near: date) -> list[Row]:
    """The child's links to one person or two; who the child is does not depend on the link."""
    home = draw(st.sampled_from([*HOMES, OUTSIDE]))
    about = {"date_of_birth": draw(births(near)), "sex": draw(st.sampled_from("FMU"))}
    about |= {"area_code": home[0], "district_code": home[1]}
    relationships = st.sampled_from(["mother", "father", "step-mother", "step-father", "other"])
    return [
        {
            "child_ref": child,
            "offender_ref": offender,
            "relationship": draw(relationships),
            "link_source": draw(st.sampled_from(LINK_SOURCES)),
            "link_date": near + timedelta(days=draw(st.sampled_from([-400, -1, 0, 1, 31, 200]))),
            **about,
        }
        for offender in draw(st.lists(st.sampled_from(offenders), min_size=1, max_size=2, unique=True))
    ]


@st.composite
def sessions(draw: st.DrawFn, step: int) -> Row:
    """One term's sessions, at the edges of the thresholds and with none possible."""
    term = term_after(date(2018, 9, 1), step)
    possible, absent = draw(st.sampled_from([(100, 10), (100, 11), (120, 60), (121, 61), (7, 1), (3, 3), (130, 0), (0, 0)]))
    return {
        "academic_year": term.academic_year,
        "term": term.name,
        "sessions_possible": possible,
        "sessions_absent": absent,
    }


@st.composite
def with_kind(draw: st.DrawFn, name: str, kinds: list[str], row: st.SearchStrategy[Row]) -> Row:
    """The row with one more column of a code."""
    return {name: draw(st.sampled_from(kinds)), **draw(row)}


maybe_day = st.none() | any_day
KEYS = {
    "matches": ("register",),
    "enrolments": ("start_date",),
    "meals": ("census_date",),
    "fsm_periods": ("start_date",),
    "sen_stages": ("stage", "start_date"),
    "suspensions": ("start_date", "category"),
    "care_contacts": ("kind", "date"),
    "care_episodes": ("kind", "start_date"),
    "offers": (),
}
EASILY_OBSERVED: Tables = {
    "enrolments": [{"start_date": date(2017, 9, 1), "end_date": None}],
    "matches": [{"register": "education"}, {"register": "social_care"}],
}
REGISTERS: dict[str, st.SearchStrategy[Row]] = {
    "matches": with_kind("register", ["education", "social_care"], st.just({})),
    "enrolments": periods(),
    "meals": st.fixed_dictionaries({"census_date": a_day, "received": st.booleans()}),
    "fsm_periods": periods(),
    "sen_stages": with_kind("stage", ["K", "E"], periods()),
    "suspensions": st.fixed_dictionaries({"start_date": any_day, "category": st.sampled_from(["SUSP", "PERM"])}),
    "care_contacts": st.fixed_dictionaries({"kind": st.sampled_from(["contact", "referral"]), "date": any_day}),
    "care_episodes": with_kind("kind", ["early_help", "cin", "cp", "cwcf"], periods()),
    "offers": st.fixed_dictionaries(
        {
            "suitable": st.sampled_from([True, False, None]),
            **dict.fromkeys(("champion_notified", "offer_made", "visit", "referral", "supported"), maybe_day),
            "outcome": st.sampled_from(OUTCOMES),
        }
    ),
}
