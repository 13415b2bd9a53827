"""The fake partnership's lives: siblings alike, and what changes with age and around an imprisonment does change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.build import build
from data.cohort import CohortStore
from data.synthetic import synthesise

Row = dict[str, Any]

OXFORDSHIRE = "E10000025"
OBSERVED_TO = date(2025, 7, 31)


@pytest.fixture(scope="module")
def store(demonstration_store: Path) -> CohortStore:
    return CohortStore.open(demonstration_store)


@pytest.fixture(scope="module")
def england(tmp_path_factory: pytest.TempPathFactory) -> CohortStore:
    """Enough children for chance to matter little."""
    directory = tmp_path_factory.mktemp("england")
    synthesise(directory / "extracts", children=6_000, seed=9, truth_only=True)
    build(directory / "extracts", directory / "store")
    return CohortStore.open(directory / "store")


def records(extracts: Path, table: str) -> list[Row]:
    return list(pq.read_table(extracts / "records" / f"{table}.parquet").to_pylist())


def rows(store: CohortStore, table: str) -> list[Row]:
    return list(pq.read_table(store.path(table)).to_pylist())


def intraclass_correlation(values: Mapping[str, float], families: Mapping[str, str]) -> float:
    """One-way analysis of variance: how much of the variance lies between families."""
    groups: dict[str, list[float]] = defaultdict(list)
    for child, value in values.items():
        groups[families[child]].append(value)
    everyone = [value for group in groups.values() for value in group]
    n, k = len(everyone), len(groups)
    mean = sum(everyone) / n
    between = sum(len(group) * (sum(group) / len(group) - mean) ** 2 for group in groups.values()) / (k - 1)
    within = sum((value - sum(group) / len(group)) ** 2 for group in groups.values() for value in group) / (n - k)
    size = (n - sum(len(group) ** 2 for group in groups.values()) / n) / (k - 1)
    return (between - within) / (between + (size - 1) * within)


def mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def attendance(terms: Iterable[Row]) -> float:
    """The mean of children's rates, percent."""
    return mean(100 * (1 - row["sessions_absent"] / row["sessions_possible"]) for row in terms if row["sessions_possible"])


def in_scope(store: CohortStore) -> dict[int, list[Row]]:
    """Children in scope by relative term."""
    by_term: dict[int, list[Row]] = defaultdict(list)
    for row in rows(store, "school_terms"):
        if row["in_scope"]:
            by_term[row["relative_term"]].append(row)
    return by_term


def share(terms: Iterable[Row], column: str) -> float:
    """Percent of those whose value is known."""
    return 100 * mean(row[column] for row in terms if row[column] is not None)


def windows(store: CohortStore, window: str) -> dict[str, Row]:
    """Children whose window counts: reached and supplied."""
    held = (row for row in rows(store, "care_windows") if row["window"] == window)
    return {row["child_id"]: row for row in held if row["status"] in ("observed", "unmatched")}


def is_statutory(row: Row) -> bool:
    return row["statutory_level"] not in (None, "none")


def is_active(row: Row) -> bool:
    return is_statutory(row) or bool(row["early_help"]) or bool(row["mash_referral"])


@pytest.mark.parametrize("partnership", ["store", "england"])
@pytest.mark.parametrize("what", [is_statutory, is_active])
def test_siblings_share_what_social_care_knows(what: Any, partnership: str, request: pytest.FixtureRequest) -> None:
    held: CohortStore = request.getfixturevalue(partnership)
    families = {child["child_id"]: child["family_id"] for child in rows(held, "children")}
    values = {child: float(what(row)) for child, row in windows(held, "w6").items()}
    assert 0.5 <= intraclass_correlation(values, families) <= 0.7


def test_an_intraclass_correlation_is_measured() -> None:
    """The measure itself: siblings who are always alike give 1, siblings who are always unlike give less than 0."""
    families = {"a": "x", "b": "x", "c": "y", "d": "y"}
    assert intraclass_correlation({"a": 1, "b": 1, "c": 0, "d": 0}, families) == 1
    assert intraclass_correlation({"a": 1, "b": 0, "c": 1, "d": 0}, families) < 0


def test_family_sizes_are_those_of_families(england: CohortStore) -> None:
    sizes = Counter(Counter(child["family_id"] for child in rows(england, "children")).values())
    assert max(sizes) <= 6
    assert sizes[1] > sizes[2] > sizes[3] > sizes[4] > sizes[5] > sizes[6]
    assert 1.8 <= 6_000 / sum(sizes.values()) <= 2.2


def test_attendance_falls_with_age_and_is_worst_around_the_imprisonment(england: CohortStore) -> None:
    terms = in_scope(england)
    primary = [row for held in terms.values() for row in held if row["phase"] == "primary"]
    secondary = [row for held in terms.values() for row in held if row["phase"] == "secondary"]
    assert attendance(secondary) < attendance(primary) - 1
    assert attendance(terms[0]) < attendance(terms[-1]) < attendance(terms[-2])
    assert attendance(terms[0]) < attendance(terms[1])


def test_suspensions_grow_with_age_and_after_the_imprisonment(england: CohortStore) -> None:
    terms = in_scope(england)
    primary = [row for held in terms.values() for row in held if row["phase"] == "primary"]
    secondary = [row for held in terms.values() for row in held if row["phase"] == "secondary"]
    assert share(secondary, "suspended") > share(primary, "suspended")
    assert mean(share(terms[term], "suspended") for term in (1, 2, 3)) > mean(
        share(terms[term], "suspended") for term in (-3, -2, -1)
    )


def test_free_meals_rise_and_are_never_received_without_eligibility(england: CohortStore) -> None:
    terms = in_scope(england)
    assert all(row["fsm_eligible"] for held in terms.values() for row in held if row["fsm_received"])
    line = [share(terms[term], "fsm_eligible") for term in (-12, -6, -1, 0, 1, 3, 8)]
    assert line == sorted(line)
    assert 50 <= share(terms[-12], "fsm_received") <= 60


def test_eligibility_is_kept_once_gained(england: CohortStore) -> None:
    eligible: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for term, held in in_scope(england).items():
        for row in held:
            eligible[row["child_id"]].append((term, row["fsm_eligible"]))
    for history in eligible.values():
        flags = [flag for _, flag in sorted(history)]
        assert flags == sorted(flags)


def test_early_help_comes_mostly_after_the_imprisonment(england: CohortStore) -> None:
    before, after = (sum(bool(row["early_help"]) for row in windows(england, window).values()) for window in ("b6", "a6"))
    assert after > 2 * before


def test_every_level_of_care_is_held(england: CohortStore) -> None:
    levels = Counter(row["statutory_level"] for row in windows(england, "m0").values() if is_statutory(row))
    assert levels["cin"] > levels["cp"] > levels["cwcf"] > 0.1 * sum(levels.values())


def test_every_status_of_a_term_occurs(store: CohortStore) -> None:
    statuses = Counter(row["status"] for row in rows(store, "school_terms"))
    assert set(statuses) == {"not_reached", "covid", "out_of_age", "not_supplied", "unmatched", "not_on_roll", "observed"}


def test_children_are_not_yet_followed_for_eight_terms(store: CohortStore) -> None:
    last = [row["status"] for row in rows(store, "school_terms") if row["relative_term"] == 8]
    assert 0.3 * len(last) < last.count("not_reached") < 0.7 * len(last)


def test_some_links_and_values_are_late_or_missing(store: CohortStore) -> None:
    children = rows(store, "children")
    late = [child for child in children if child["recognised_month"] > child["imprisonment_month"]]
    assert 0.05 * len(children) < len(late) < 0.25 * len(children)
    held = [row for terms in in_scope(store).values() for row in terms]
    for column in ("fsm_received", "sessions_possible"):
        assert any(row[column] is None for row in held)


def test_some_parents_return_to_prison_and_some_children_lose_both(store: CohortStore, demonstration_extracts: Path) -> None:
    later = [child["later_imprisonments"] for child in rows(store, "children")]
    assert 0.1 * len(later) < sum(count > 0 for count in later) < 0.4 * len(later)
    received = {row["offender_ref"] for row in records(demonstration_extracts, "receptions")}
    parents: dict[str, set[str]] = defaultdict(set)
    for link in records(demonstration_extracts, "links"):
        if link["offender_ref"] in received:
            parents[link["child_ref"]].add(link["offender_ref"])
    assert any(len(people) == 2 for people in parents.values())


def test_links_hold_people_who_are_not_recognised(store: CohortStore, demonstration_extracts: Path) -> None:
    """Grown up by the imprisonment, or linked to someone never received: the build must leave them out."""
    linked = {link["child_ref"] for link in records(demonstration_extracts, "links")}
    assert len(linked) > store.manifest.rows["children"]


def test_one_exclusion_is_in_the_study(demonstration_extracts: Path) -> None:
    home = {link["child_ref"]: link["area_code"] for link in records(demonstration_extracts, "links")}
    suspensions = records(demonstration_extracts, "suspensions")
    excluded = [row for row in suspensions if home[row["child_ref"]] == OXFORDSHIRE and row["category"] == "PERM"]
    assert len(excluded) == 1


def test_the_offer_goes_step_by_step(demonstration_extracts: Path) -> None:
    steps = ("champion_notified", "offer_made", "visit", "referral", "supported")
    for offer in records(demonstration_extracts, "offers"):
        days = [offer[step] for step in steps]
        reached = [day for day in days if day is not None]
        assert days[: len(reached)] == reached, "a step was left out"
        assert reached == sorted(reached)
        assert not reached or offer["suitable"]
        assert (offer["outcome"] == "accepted") == (offer["referral"] is not None)


def test_journeys_stand_wherever_a_journey_can(store: CohortStore) -> None:
    """Waiting, declined, not reached, not suitable, told to children's services: none of it is missing from the demonstration."""
    offers = [row for row in rows(store, "support") if row["reached"] is not None]
    stopped = Counter((row["reached"], row["outcome"]) for row in offers)
    told_instead = sum(
        row["reached"] == "visited" and row["outcome"] == "not_suitable" and row["open_to_services"] is True for row in offers
    )
    assert all(
        stopped[stop] >= 5
        for stop in (("offered", "declined"), ("offered", "no_contact"), ("offered", "pending"), ("recognised", "not_suitable"))
    )
    assert told_instead >= 10
    waiting = [row["waiting_months"] for row in offers if row["outcome"] == "pending" and row["waiting_months"] is not None]
    assert min(waiting) <= 2 < max(waiting), "some wait as they may, some for too long"


def test_all_suitable_in_live_areas_were_offered_support_but_a_few(store: CohortStore) -> None:
    """As the article says of those within live areas; a few could not be told, or not yet."""
    suitable = [row for row in rows(store, "support") if row["reached"] not in (None, "recognised")]
    assert sum(row["offer_made_month"] is not None for row in suitable) / len(suitable) > 0.97
