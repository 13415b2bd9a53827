"""Every figure the study and the article printed, from the demonstration's cohort store by plain arithmetic.

Each test is named by its figure. Nothing here uses the indicators, which are held to the same figures elsewhere.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data import reference
from data.build import build
from data.cohort import CohortStore
from data.synthetic import synthesise

Row = dict[str, Any]

OXFORDSHIRE, OXFORD = "E10000025", "E07000178"
LAST_MONTH_OF_THE_ARTICLE = date(2023, 9, 1)

with (Path(reference.__file__).parent / "published_figures.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = {row["figure"]: row for row in csv.DictReader(file)}


class Cohort:
    """The tables of a store as lists of rows, Oxfordshire's apart."""

    def __init__(self, store: Path) -> None:
        opened = CohortStore.open(store)
        self.rows: dict[str, list[Row]] = {
            table: pq.read_table(opened.path(table)).to_pylist()
            for table in ("children", "school_terms", "care_windows", "support")
        }
        self.oxfordshire = {child["child_id"] for child in self.rows["children"] if child["area_code"] == OXFORDSHIRE}
        early = (child for child in self.rows["children"] if child["recognised_month"] <= LAST_MONTH_OF_THE_ARTICLE)
        self.early = list(early)

    def terms(self, relative_term: int) -> list[Row]:
        """Oxfordshire's children in scope at a relative term."""
        rows = (row for row in self.rows["school_terms"] if row["child_id"] in self.oxfordshire)
        return [row for row in rows if row["relative_term"] == relative_term and row["in_scope"]]

    def windows(self, *windows: str) -> dict[str, list[Row]]:
        """The windows of each of Oxfordshire's children."""
        chosen: dict[str, list[Row]] = {child: [] for child in self.oxfordshire}
        for row in self.rows["care_windows"]:
            if row["child_id"] in chosen and row["window"] in windows:
                chosen[row["child_id"]].append(row)
        return chosen

    def in_windows(self, is_so: Callable[[Row], bool], *windows: str) -> int:
        """How many of Oxfordshire's children are so in at least one of the windows."""
        return sum(any(is_so(row) for row in rows) for rows in self.windows(*windows).values())

    def received_since_0(self, relative_term: int) -> tuple[int, int]:
        """How many received a free meal in a term in scope from 0 on, of those whose receipt is known at the last of them."""
        received = {row["child_id"] for term in range(relative_term + 1) for row in self.terms(term) if row["fsm_received"]}
        base = [row["child_id"] for row in self.terms(relative_term) if row["fsm_received"] is not None]
        return sum(child in received for child in base), len(base)


def statutory(row: Row) -> bool:
    return row["statutory_level"] not in (None, "none")


def early_help(row: Row) -> bool:
    return bool(row["early_help"])


def referred(row: Row) -> bool:
    return bool(row["mash_referral"])


def active(row: Row) -> bool:
    return statutory(row) or early_help(row) or referred(row)


def missed_under(part: int, row: Row) -> bool:
    """Missed less than one session in `part`, the boundary included as the published figures need it."""
    return bool(part * row["sessions_absent"] <= row["sessions_possible"])


def rates(rows: Iterable[Row]) -> list[float]:
    return [100 * (1 - row["sessions_absent"] / row["sessions_possible"]) for row in rows]


def count(rows: Iterable[Row], column: str) -> int:
    return sum(bool(row[column]) for row in rows)


def aged(cohort: Cohort, band: str) -> int:
    return sum(child["age_band"] == band for child in cohort.early)


def printed(value: float, figure: str) -> str:
    """The value with as many decimals as the figure was printed with."""
    _, _, decimals = PUBLISHED[figure]["value"].partition(".")
    return f"{value:.{len(decimals)}f}"


IN_SCOPE, OBSERVED = 184, 225

SHARES: dict[str, Callable[[Cohort], tuple[float, int]]] = {
    "report-fsm-t0": lambda cohort: (count(cohort.terms(0), "fsm_received"), IN_SCOPE),
    "report-fsm-t3": lambda cohort: cohort.received_since_0(3),
    "report-sen-t0": lambda cohort: (count(cohort.terms(0), "sen_support"), IN_SCOPE),
    "report-ehcp-t0": lambda cohort: (count(cohort.terms(0), "ehcp"), IN_SCOPE),
    "report-susp-t0": lambda cohort: (count(cohort.terms(0), "suspended"), IN_SCOPE),
    "report-att-t0": lambda cohort: (sum(rates(cohort.terms(0))) / 100, IN_SCOPE),
    "report-att90-t0": lambda cohort: (sum(missed_under(10, row) for row in cohort.terms(0)), IN_SCOPE),
    "report-att50-t0": lambda cohort: (sum(missed_under(2, row) for row in cohort.terms(0)), IN_SCOPE),
    "report-severe-t0": lambda cohort: (sum(not missed_under(2, row) for row in cohort.terms(0)), IN_SCOPE),
    "report-stat-m0": lambda cohort: (cohort.in_windows(statutory, "m0"), OBSERVED),
    "report-stat-w6": lambda cohort: (cohort.in_windows(statutory, "w6"), OBSERVED),
    "report-eh-m0": lambda cohort: (cohort.in_windows(early_help, "m0"), OBSERVED),
    "report-eh-w6": lambda cohort: (cohort.in_windows(early_help, "w6"), OBSERVED),
    "report-mash-m-1": lambda cohort: (cohort.in_windows(referred, "m-1"), OBSERVED),
    "report-mash-w6": lambda cohort: (cohort.in_windows(referred, "w6"), OBSERVED),
    "report-mash-ever": lambda cohort: (cohort.in_windows(referred, "m-1", "w6"), OBSERVED),
    "report-any-m-1-m0": lambda cohort: (cohort.in_windows(active, "m-1", "m0"), OBSERVED),
    "report-any-window": lambda cohort: (cohort.in_windows(active, "m-1", "w6"), OBSERVED),
    "report-none-window": lambda cohort: (OBSERVED - cohort.in_windows(active, "m-1", "w6"), OBSERVED),
}
COUNTS: dict[str, Callable[[Cohort], int]] = {
    "report-n": lambda cohort: len(cohort.oxfordshire),
    "article-n": lambda cohort: len(cohort.early),
    "article-0-4": lambda cohort: aged(cohort, "0-4"),
    "article-5-11": lambda cohort: aged(cohort, "5-11"),
    "article-maternal": lambda cohort: sum(child["parent"] == "mother" for child in cohort.early),
}
GO_LIVE = {
    "article-golive-1": OXFORD,
    "article-golive-2": OXFORDSHIRE,
    "article-golive-3": "E06000042",
    "article-golive-4": "E06000060",
    "article-golive-5": "E06000037",
}
NEARLY_40 = "article-referrals"


@pytest.fixture(scope="module")
def cohort(demonstration_store: Path) -> Cohort:
    return Cohort(demonstration_store)


@pytest.mark.parametrize("figure", SHARES)
def test_share_prints_as_published(figure: str, cohort: Cohort) -> None:
    part, base = SHARES[figure](cohort)
    assert printed(100 * part / base, figure) == PUBLISHED[figure]["value"]


@pytest.mark.parametrize("figure", COUNTS)
def test_count_is_as_published(figure: str, cohort: Cohort) -> None:
    assert COUNTS[figure](cohort) == int(PUBLISHED[figure]["value"])


@pytest.mark.parametrize("figure", GO_LIVE)
def test_offer_follows_the_published_go_live(figure: str, cohort: Cohort) -> None:
    published = date.fromisoformat(f"{PUBLISHED[figure]['time']}-01")
    code = GO_LIVE[figure]
    homes = {child["child_id"]: (child["area_code"], child["district_code"]) for child in cohort.rows["children"]}
    living = {child for child, home in homes.items() if code in home and (code == OXFORD or OXFORD not in home)}
    offers = [row["offer_made_month"] for row in cohort.rows["support"] if row["child_id"] in living and row["offer_made_month"]]
    assert offers
    assert min(offers) >= published


@pytest.mark.parametrize("figure", [NEARLY_40])
def test_nearly_forty_referrals_were_accepted(figure: str, cohort: Cohort) -> None:
    accepted = [row["referral_month"] for row in cohort.rows["support"] if row["referral_month"]]
    assert int(PUBLISHED[figure]["value"]) - 2 <= sum(month <= LAST_MONTH_OF_THE_ARTICLE for month in accepted) < 40


def test_every_published_figure_about_a_cohort_is_tested() -> None:
    about_england = {figure for figure in PUBLISHED if figure.endswith("-nat")}
    assert {*SHARES, *COUNTS, *GO_LIVE, NEARLY_40} == set(PUBLISHED) - about_england


def test_girls_and_boys_are_as_the_note_says(cohort: Cohort) -> None:
    sexes = [child["sex"] for child in cohort.rows["children"] if child["child_id"] in cohort.oxfordshire]
    assert (sexes.count("F"), sexes.count("M")) == (106, 119)


def test_the_rest_of_the_article_are_12_to_17(cohort: Cohort) -> None:
    assert aged(cohort, "12-17") == 789 - 178 - 418


def test_one_base_fits_every_figure_of_term_0(cohort: Cohort) -> None:
    now = cohort.terms(0)
    assert len(now) == IN_SCOPE
    for column in ("fsm_received", "fsm_eligible", "sen_support", "ehcp", "suspended", "sessions_possible", "sessions_absent"):
        assert all(row[column] is not None for row in now), column
    assert (sum(missed_under(10, row) for row in now), sum(missed_under(2, row) for row in now)) == (90, 158)
    assert count(now, "suspended") == 8
    assert count(now, "sen_support") == 57
    assert count(now, "ehcp") in (12, 13)
    assert count(now, "fsm_received") in (121, 122)


def test_every_window_of_oxfordshire_is_reached_and_supplied(cohort: Cohort) -> None:
    for window in ("b6", "m-1", "m0", "m+1", "w3", "w6", "a6"):
        statuses = [row["status"] for rows in cohort.windows(window).values() for row in rows]
        assert len(statuses) == OBSERVED
        assert set(statuses) <= {"observed", "unmatched"}


def test_windows_hold_the_counts_behind_the_figures(cohort: Cohort) -> None:
    assert (cohort.in_windows(statutory, "m0"), cohort.in_windows(statutory, "w6")) == (67, 70)
    assert (cohort.in_windows(early_help, "m0"), cohort.in_windows(early_help, "w6")) == (3, 21)
    assert cohort.in_windows(referred, "m-1") in (31, 32)
    assert cohort.in_windows(referred, "w6") in (89, 90, 91)
    assert cohort.in_windows(referred, "m-1", "w6") in (112, 113)
    assert cohort.in_windows(active, "m-1", "m0") in (121, 122)
    assert cohort.in_windows(active, "m-1", "w6") in (168, 169)


def test_about_1200_are_recognised_by_november_2024(cohort: Cohort) -> None:
    children = cohort.rows["children"]
    assert 1_180 <= len(children) <= 1_200
    months = [child["recognised_month"] for child in children]
    assert (min(months), max(months)) == (date(2021, 11, 1), date(2024, 11, 1))


@pytest.mark.parametrize("seed", [2, 16])
def test_every_figure_holds_with_another_seed(seed: int, tmp_path: Path) -> None:
    """Other lives, the same counts: the figures come from how many were chosen, not from one lucky seed."""
    synthesise(tmp_path / "extracts", seed=seed, truth_only=True)
    build(tmp_path / "extracts", tmp_path / "store")
    other = Cohort(tmp_path / "store")
    for figure, share in SHARES.items():
        part, base = share(other)
        assert printed(100 * part / base, figure) == PUBLISHED[figure]["value"], figure
    for figure, number in COUNTS.items():
        assert number(other) == int(PUBLISHED[figure]["value"]), figure
    test_one_base_fits_every_figure_of_term_0(other)
    test_windows_hold_the_counts_behind_the_figures(other)
