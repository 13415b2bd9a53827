"""A plain pandas version of the build: the partners' records to one frame of children, one of terms and one of windows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.pandas_journey import RECORDED, journeys
from data.calendar import OLDEST_AT_SCHOOL, WINDOW_MONTHS, YOUNGEST_AT_SCHOOL, is_covid, relative_terms, term_of, terms_between
from data.schema import STATUTORY_LEVELS

Frame = pd.DataFrame
NAMES = ("receptions", "links", "matches", "enrolments", "sessions", "meals", "fsm_periods", "sen_stages", "suspensions")
CARE_NAMES = ("care_contacts", "care_episodes", "offers", "coverage", "term_dates")
PARENTS = {"mother": "mother", "step-mother": "mother", "father": "father", "step-father": "father", "other": "other"}


@dataclass(frozen=True)
class Frames:
    """The cohort as frames: a row a child, a child and term, a child and window, and the day each source was observed to."""

    children: Frame
    terms: Frame
    windows: Frame


def read_records(extracts: Path) -> dict[str, Frame]:
    """The records as frames, dates as timestamps."""
    frames = {name: pd.read_parquet(extracts / "records" / f"{name}.parquet") for name in (*NAMES, *CARE_NAMES)}
    for frame in frames.values():
        for column in frame.columns:
            if column.endswith("date") or column in (
                "date_of_birth",
                *RECORDED,
            ):
                frame[column] = pd.to_datetime(frame[column])
    return frames


def derive(extracts: Path) -> Frames:
    """The three frames, derived from the records with merges and masks."""
    records = read_records(extracts)
    start = pd.Timestamp(json.loads((extracts / "partnership.json").read_text(encoding="utf-8"))["programme_start"])
    children = _children(records, start)
    windows = _windows(children, records)
    return Frames(children.join(journeys(children, windows, records["coverage"])), _terms(children, records), windows)


def _children(records: dict[str, Frame], start: pd.Timestamp) -> Frame:
    links = records["links"].merge(records["receptions"], on="offender_ref")
    adult = links["date_of_birth"] + pd.DateOffset(years=18)
    links = links[
        (links["reception_date"] >= start)
        & (links["reception_date"] < adult)
        & (links["reception_date"] >= links["date_of_birth"])
    ]
    first = links.sort_values(["reception_date", "offender_ref"]).drop_duplicates("child_ref").copy()
    first["imprisonment_month"] = first["reception_date"].dt.to_period("M").dt.to_timestamp()
    first["recognised_month"] = first[["reception_date", "link_date"]].max(axis=1).dt.to_period("M").dt.to_timestamp()
    ages = _completed_years(first["date_of_birth"], first["reception_date"])
    first["age_band"] = np.select([ages < 5, ages < 12], ["0-4", "5-11"], "12-17")
    first["parent"] = first["relationship"].map(PARENTS)
    for register in ("education", "social_care"):
        matched = records["matches"].loc[records["matches"]["register"] == register, "child_ref"]
        first[f"matched_{register}"] = first["child_ref"].isin(matched)
    return first.merge(records["offers"].assign(recorded=True), on="child_ref", how="left").reset_index(drop=True)


def _completed_years(born: pd.Series, day: pd.Series) -> pd.Series:
    before_birthday = (day.dt.month * 100 + day.dt.day) < (born.dt.month * 100 + born.dt.day)
    years: pd.Series = day.dt.year - born.dt.year - before_birthday
    return years


def _terms(children: Frame, records: dict[str, Frame]) -> Frame:
    calendar = _calendar(children)
    base = children[["child_ref", "area_code", "date_of_birth", "matched_education"]].copy()
    base["origin"] = _origins(children, records["term_dates"])
    terms = base.merge(pd.DataFrame({"relative_term": list(relative_terms())}), how="cross")
    terms["number"] = terms["origin"] + terms["relative_term"]
    terms = terms.merge(calendar, on="number")
    on_roll = _open_on_census(terms, records["enrolments"])
    terms["status"] = _term_status(terms, _covered(records, "school_census"), on_roll)
    terms["in_scope"] = terms["status"] == "observed"
    flags = {
        "fsm_eligible": _open_on_census(terms, records["fsm_periods"]),
        "sen_support": _open_on_census(terms, records["sen_stages"].query("stage == 'K'")),
        "ehcp": _open_on_census(terms, records["sen_stages"].query("stage == 'E'")),
        "suspended": _suspended(terms, records["suspensions"]),
    }
    for name, flag in flags.items():
        terms[name] = flag.where(terms["in_scope"])
    return _with_meals_and_sessions(terms, records)


def _origins(children: Frame, local: Frame) -> pd.Series:
    """The number of each child's term 0: the next where the local teaching of the term was over."""
    known = {day: term_of(day) for day in children["reception_date"].dt.date.unique()}
    term = children["reception_date"].dt.date.map(known)
    places = pd.DataFrame(
        {
            "area_code": children["area_code"],
            "academic_year": [one.academic_year for one in term],
            "term": [one.name for one in term],
        }
    )
    taught_to = places.merge(local, on=["area_code", "academic_year", "term"], how="left")["last_day"]
    over = children["reception_date"].to_numpy() > pd.to_datetime(taught_to).to_numpy()
    numbers: pd.Series = pd.Series([one.number for one in term], index=children.index) + over
    return numbers


def _calendar(children: Frame) -> Frame:
    first, last = children["reception_date"].min(), children["reception_date"].max()
    known = terms_between((first - pd.DateOffset(years=5)).date(), (last + pd.DateOffset(years=4)).date())
    rows = [
        (t.number, t.academic_year, t.name, t.first_day, t.last_day, t.census_day, t.school_year_end, is_covid(t)) for t in known
    ]
    columns = ["number", "academic_year", "term", "first_day", "last_day", "census_day", "year_end", "covid"]
    calendar = pd.DataFrame(rows, columns=columns)
    days = ["first_day", "last_day", "census_day", "year_end"]
    calendar[days] = calendar[days].apply(pd.to_datetime)
    return calendar


def _covered(records: dict[str, Frame], source: str) -> Frame:
    coverage = records["coverage"].query("source == @source").set_index("area_code")[["first_date", "last_date"]]
    coverage.attrs["observed_to"] = coverage["last_date"].max()
    return coverage


def _term_status(terms: Frame, covered: Frame, on_roll: pd.Series) -> np.ndarray:
    ages = _completed_years(terms["date_of_birth"], terms["year_end"])
    first, last = (terms["area_code"].map(covered[column]) for column in ("first_date", "last_date"))
    cases = [
        (terms["last_day"] > covered.attrs["observed_to"], "not_reached"),
        (terms["covid"], "covid"),
        (~ages.between(YOUNGEST_AT_SCHOOL, OLDEST_AT_SCHOOL), "out_of_age"),
        (~((first <= terms["first_day"]) & (last >= terms["last_day"])), "not_supplied"),
        (~terms["matched_education"], "unmatched"),
        (~on_roll, "not_on_roll"),
    ]
    return np.select([case for case, _ in cases], [status for _, status in cases], "observed")


def _open_on_census(terms: Frame, periods: Frame) -> pd.Series:
    pairs = (
        terms[["child_ref", "census_day"]].reset_index().merge(periods[["child_ref", "start_date", "end_date"]], on="child_ref")
    )
    ended = pairs["end_date"] < pairs["census_day"]
    return pd.Series(terms.index.isin(pairs.loc[(pairs["start_date"] <= pairs["census_day"]) & ~ended, "index"]), terms.index)


def _suspended(terms: Frame, suspensions: Frame) -> pd.Series:
    pairs = (
        terms[["child_ref", "first_day", "last_day"]]
        .reset_index()
        .merge(suspensions[["child_ref", "start_date"]], on="child_ref")
    )
    return pd.Series(
        terms.index.isin(pairs.loc[pairs["start_date"].between(pairs["first_day"], pairs["last_day"]), "index"]), terms.index
    )


def _with_meals_and_sessions(terms: Frame, records: dict[str, Frame]) -> Frame:
    meals = records["meals"].rename(columns={"census_date": "census_day", "received": "fsm_received"})
    terms = terms.merge(meals, on=["child_ref", "census_day"], how="left")
    terms = terms.merge(records["sessions"], on=["child_ref", "academic_year", "term"], how="left")
    unknown = ~terms["in_scope"] | ~(terms["sessions_possible"] > 0)
    terms["sessions_possible"] = terms["sessions_possible"].mask(unknown)
    terms["sessions_absent"] = terms["sessions_absent"].mask(unknown)
    terms["fsm_received"] = terms["fsm_received"].where(terms["in_scope"])
    attended = terms["sessions_possible"] - terms["sessions_absent"]
    terms["attended_ppm"] = np.floor(attended * 1_000_000 / terms["sessions_possible"] + 0.5)
    return terms.drop(columns=["first_day", "last_day", "census_day", "year_end", "date_of_birth"])


def _windows(children: Frame, records: dict[str, Frame]) -> Frame:
    covered = _covered(records, "social_care")
    frames = [_window(children, records, covered, code, months) for code, months in WINDOW_MONTHS.items()]
    return pd.concat(frames, ignore_index=True)


def _window(children: Frame, records: dict[str, Frame], covered: Frame, code: str, months: tuple[int, int]) -> Frame:
    window = children[["child_ref", "area_code", "matched_social_care"]].copy()
    window["window"] = code
    window["first"] = _shifted(children["imprisonment_month"], months[0])
    window["last"] = _shifted(children["imprisonment_month"], months[1] + 1) - pd.Timedelta(days=1)
    first, last = (window["area_code"].map(covered[column]) for column in ("first_date", "last_date"))
    cases = [
        (window["last"] > covered.attrs["observed_to"], "not_reached"),
        (~((first <= window["first"]) & (last >= window["last"])), "not_supplied"),
        (~window["matched_social_care"], "unmatched"),
    ]
    window["status"] = np.select([case for case, _ in cases], [status for _, status in cases], "observed")
    observed = window["status"] == "observed"
    contacts, episodes = (dict(list(records[name].groupby("kind"))) for name in ("care_contacts", "care_episodes"))
    for kind in ("contact", "referral"):
        window[f"mash_{kind}"] = observed & _contacted(window, contacts[kind])
    window["early_help"] = observed & _open_in(window, episodes["early_help"])
    window["level"] = 0
    for level, kind in enumerate(STATUTORY_LEVELS[1:], start=1):
        window.loc[observed & _open_in(window, episodes[kind]), "level"] = level
    return window.drop(columns=["first", "last"])


def _shifted(months: pd.Series, by: int) -> pd.Series:
    shifted: pd.Series = (months.dt.to_period("M") + by).dt.to_timestamp()
    return shifted


def _contacted(window: Frame, contacts: Frame) -> pd.Series:
    pairs = window[["child_ref", "first", "last"]].reset_index().merge(contacts[["child_ref", "date"]], on="child_ref")
    return pd.Series(window.index.isin(pairs.loc[pairs["date"].between(pairs["first"], pairs["last"]), "index"]), window.index)


def _open_in(window: Frame, episodes: Frame) -> pd.Series:
    pairs = (
        window[["child_ref", "first", "last"]]
        .reset_index()
        .merge(episodes[["child_ref", "start_date", "end_date"]], on="child_ref")
    )
    over = pairs["end_date"] < pairs["first"]
    return pd.Series(window.index.isin(pairs.loc[(pairs["start_date"] <= pairs["last"]) & ~over, "index"]), window.index)
