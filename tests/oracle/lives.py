"""The build, once more: partners' records → children, terms, windows and support, one child at a time.

Identifiers are left out of what is compared (the production hashes are keyed): a child is its `portrait`, everything the
store says of it but its identifiers; a family is the portraits of its children.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.oracle.cohort import Row
from tests.oracle.dates import (
    PROGRAMME_START,
    SCHOOL_AGES,
    WINDOW_MONTHS,
    Term,
    age_band,
    age_on,
    in_holiday,
    month_of,
    term_after,
    window_days,
)
from tests.oracle.indicators import LEVELS, attended_ppm
from tests.oracle.journey import derived, months_between

Records = dict[str, list[Row]]
FORCE_AREA = {"E06000036", "E06000037", "E06000038", "E06000039", "E06000040", "E06000041", "E06000042", "E06000060", "E10000025"}
"""Thames Valley's nine authorities."""
Portrait = tuple[Any, ...]

VALUES_OF_TERM = (
    *("fsm_received", "fsm_eligible", "sen_support", "ehcp", "suspended"),
    *("sessions_possible", "sessions_absent", "attended_ppm"),
)
VALUES_OF_WINDOW = ("mash_contact", "mash_referral", "early_help", "statutory_level")
UNDECIDED: Row = {"suitable": None, "outcome": "pending"}
OFFER_MONTHS = {
    "champion_notified_month": "champion_notified",
    "offer_made_month": "offer_made",
    "visit_month": "visit",
    "referral_month": "referral",
    "supported_month": "supported",
}


class Extracts:
    """The records by child, and what was supplied."""

    def __init__(self, records: Records, programme_start: date = PROGRAMME_START) -> None:
        self.programme_start = programme_start
        self.receptions = [(row["reception_date"], row["offender_ref"]) for row in records["receptions"]]
        self.coverage = records["coverage"]
        self.term_dates = records.get("term_dates", [])
        self.of: dict[str, dict[str, list[Row]]] = {}
        for table, rows in records.items():
            for row in rows:
                if "child_ref" in row:
                    self.of.setdefault(row["child_ref"], {}).setdefault(table, []).append(row)

    def rows(self, child: str, table: str) -> list[Row]:
        """The child's rows of one table."""
        return self.of[child].get(table, [])

    def observed_to(self, source: str) -> date | None:
        """The latest day that any area's extract covers."""
        return max((row["last_date"] for row in self.coverage if row["source"] == source), default=None)

    def covers(self, area: str, source: str, first: date, last: date) -> bool:
        """Whether the area's extracts contain all of these days, in one span or in several that leave no day out."""
        spans = [row for row in self.coverage if (row["area_code"], row["source"]) == (area, source)]
        day = first
        while day <= last:
            ends = [row["last_date"] for row in spans if row["first_date"] <= day <= row["last_date"]]
            if not ends:
                return False
            day = max(ends) + timedelta(days=1)
        return True

    def teaching(self, area: str, term: Term) -> Row | None:
        """The area's own first and last day of teaching in a term; None where it follows the common calendar."""
        wanted = (area, term.academic_year, term.name)
        named = (row for row in self.term_dates if (row["area_code"], row["academic_year"], row["term"]) == wanted)
        return next(named, None)

    def first_step(self, area: str, day: date) -> int:
        """0 where relative terms count from the term that holds the day, 1 where the area's teaching in it was over by then."""
        own = self.teaching(area, term_after(day, 0))
        return int(own is not None and day > own["last_day"])

    def is_holiday(self, area: str, day: date) -> bool:
        """Whether the day is no day of teaching, by the area's own calendar where it has one for the term."""
        mine = [row for row in self.term_dates if row["area_code"] == area]
        if any(row["first_day"] <= day <= row["last_day"] for row in mine):
            return False
        return self.teaching(area, term_after(day, 0)) is not None or in_holiday(day)


def index_event(extracts: Extracts, child: str) -> tuple[date, Row] | None:
    """The earliest reception, since the programme began, of a person linked to the child while a child; and the link."""
    links = {link["offender_ref"]: link for link in extracts.rows(child, "links")}
    qualifying = [
        (day, offender)
        for day, offender in extracts.receptions
        if offender in links
        and day >= extracts.programme_start
        and links[offender]["date_of_birth"] <= day
        and age_on(day, links[offender]["date_of_birth"]) < 18
        and links[offender]["area_code"] in FORCE_AREA
    ]
    if not qualifying:
        return None
    day, offender = min(qualifying)
    return day, links[offender]


def facts(extracts: Extracts, child: str, day: date, link: Row) -> Row:
    """The row of `children` without its identifiers."""
    linked = {row["offender_ref"] for row in extracts.rows(child, "links")}
    registers = {row["register"] for row in extracts.rows(child, "matches")}
    return {
        "area_code": link["area_code"],
        "district_code": link["district_code"],
        "sex": link["sex"],
        "age_band": age_band(age_on(day, link["date_of_birth"])),
        "parent": link["relationship"].removeprefix("step-"),
        "imprisonment_month": month_of(day),
        "recognised_month": month_of(max(day, link["link_date"])),
        "event_in_holiday": extracts.is_holiday(link["area_code"], day),
        "link_source": link["link_source"],
        "matched_education": "education" in registers,
        "matched_social_care": "social_care" in registers,
        "later_imprisonments": sum(offender in linked and later > day for later, offender in extracts.receptions),
        "wait_recognised_months": months_between(day, max(day, link["link_date"])),
    }


def is_open(rows: Iterable[Row], first: date, last: date) -> bool:
    """Whether a period shares a day with these."""
    return any(row["start_date"] <= last and (row["end_date"] is None or row["end_date"] >= first) for row in rows)


def term_status(extracts: Extracts, child: str, link: Row, term: Term) -> str:
    """The first of the statuses that is true."""
    end = extracts.observed_to("school_census")
    if end is not None and term.last_day > end:
        return "not_reached"
    if term.is_lockdown:
        return "covid"
    if not SCHOOL_AGES[0] <= age_on(term.school_year_ends, link["date_of_birth"]) <= SCHOOL_AGES[1]:
        return "out_of_age"
    if not extracts.covers(link["area_code"], "school_census", term.first_day, term.last_day):
        return "not_supplied"
    if not any(row["register"] == "education" for row in extracts.rows(child, "matches")):
        return "unmatched"
    on_roll = is_open(extracts.rows(child, "enrolments"), term.census_day, term.census_day)
    return "observed" if on_roll else "not_on_roll"


def school_term(extracts: Extracts, child: str, link: Row, term: Term) -> Row:
    """The row of `school_terms` without its identifier and its place."""
    age = age_on(term.school_year_ends, link["date_of_birth"])
    status = term_status(extracts, child, link, term)
    of_school_age = SCHOOL_AGES[0] <= age <= SCHOOL_AGES[1]
    row: Row = dict.fromkeys(VALUES_OF_TERM)
    row |= {"academic_year": term.academic_year, "term": term.name, "status": status, "in_scope": status == "observed"}
    row["phase"] = ("primary" if age <= 11 else "secondary") if of_school_age else None
    return row | (at_school(extracts, child, link["area_code"], term) if status == "observed" else {})


def at_school(extracts: Extracts, child: str, area: str, term: Term) -> Row:
    """What the registers say of a term in which the child was observed."""
    day = term.census_day
    exclusions_known = extracts.covers(area, "exclusions", term.first_day, term.last_day)
    meals = {row["census_date"]: row["received"] for row in extracts.rows(child, "meals")}
    stages = {stage: [row for row in extracts.rows(child, "sen_stages") if row["stage"] == stage] for stage in "KE"}
    suspensions = [row["start_date"] for row in extracts.rows(child, "suspensions")]
    found: Row = {
        "fsm_received": meals.get(day),
        "fsm_eligible": is_open(extracts.rows(child, "fsm_periods"), day, day),
        "sen_support": is_open(stages["K"], day, day),
        "ehcp": is_open(stages["E"], day, day),
        "suspended": any(term.first_day <= start <= term.last_day for start in suspensions) if exclusions_known else None,
    }
    for row in extracts.rows(child, "sessions"):
        if (row["academic_year"], row["term"]) == (term.academic_year, term.name) and row["sessions_possible"] > 0:
            found |= {name: row[name] for name in ("sessions_possible", "sessions_absent")}
            found["attended_ppm"] = attended_ppm(row["sessions_absent"], row["sessions_possible"])
    return found


def care_window(extracts: Extracts, child: str, link: Row, month: date, window: str) -> Row:
    """The row of `care_windows` without its identifier and its window."""
    first, last = window_days(month, window)
    end = extracts.observed_to("social_care")
    row: Row = dict.fromkeys(VALUES_OF_WINDOW)
    if end is not None and last > end:
        return row | {"status": "not_reached"}
    if not extracts.covers(link["area_code"], "social_care", first, last):
        return row | {"status": "not_supplied"}
    if not any(match["register"] == "social_care" for match in extracts.rows(child, "matches")):
        return row | {"status": "unmatched"}
    episodes = extracts.rows(child, "care_episodes")
    kinds = {row["kind"] for row in episodes if is_open([row], first, last)}
    received = {row["kind"] for row in extracts.rows(child, "care_contacts") if first <= row["date"] <= last}
    return {
        "status": "observed",
        "mash_contact": "contact" in received,
        "mash_referral": "referral" in received,
        "early_help": "early_help" in kinds,
        "statutory_level": max((level for level in LEVELS if level == "none" or level in kinds), key=LEVELS.index),
    }


def support(extracts: Extracts, child: str, known: Row, month_0: Row) -> Row:
    """The row of `support` without its identifier; a child with no offer recorded is undecided."""
    recorded = next(iter(extracts.rows(child, "offers")), None)
    offer = recorded or UNDECIDED
    months = {name: offer.get(column) and month_of(offer[column]) for name, column in OFFER_MONTHS.items()}
    told = {"suitable": offer["suitable"], "outcome": offer["outcome"], **months}
    days = [row["last_date"] for row in extracts.coverage if (row["area_code"], row["source"]) == (known["area_code"], "support")]
    return told | derived(known, told if recorded else None, month_0, max(days, default=None))


def frozen(row: Row) -> Portrait:
    """The row as a value that can be counted, its identifiers left out."""
    hidden = ("child_id", "family_id", "relative_term", "window")
    return tuple(sorted((name, value) for name, value in row.items() if name not in hidden))


def portrait(child: Row, terms: dict[int, Row], windows: dict[str, Row], offer: Row) -> Portrait:
    """Everything said of one child."""
    of_terms = tuple((term, frozen(terms[term])) for term in sorted(terms))
    of_windows = tuple((window, frozen(windows[window])) for window in sorted(windows))
    return (("child", frozen(child)), ("terms", of_terms), ("windows", of_windows), ("support", frozen(offer)))


def families(records: Records, programme_start: date = PROGRAMME_START) -> Counter[tuple[Portrait, ...]]:
    """How many families there are of each kind: the sorted portraits of the children who share an imprisoned parent."""
    extracts = Extracts(records, programme_start)
    by_parent: dict[str, list[Portrait]] = {}
    for child in sorted({row["child_ref"] for row in records["links"]}):
        event = index_event(extracts, child)
        if event is None:
            continue
        day, link = event
        step = extracts.first_step(link["area_code"], day)
        terms = {k: school_term(extracts, child, link, term_after(day, step + k)) for k in range(-12, 9)}
        windows = {window: care_window(extracts, child, link, month_of(day), window) for window in WINDOW_MONTHS}
        known = facts(extracts, child, day, link)
        drawn = portrait(known, terms, windows, support(extracts, child, known, windows["m0"]))
        by_parent.setdefault(link["offender_ref"], []).append(drawn)
    return Counter(tuple(sorted(portraits, key=repr)) for portraits in by_parent.values())
