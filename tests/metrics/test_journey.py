"""The offer of support, counted: one worked example an indicator, each child's journey in sight."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from data.cohort import CohortStore
from metrics.catalogue import BESIDE, JOURNEY
from metrics.lattice import Lattice
from metrics.tabulate import tabulate
from tests import builders
from tests.builders import SLOUGH

Row = dict[str, Any]

# Oxfordshire's children, imprisoned and recognised in October 2022, and what is known in June 2023; `step before: month` where
# it is not the usual: the officer told in November, then a month a step.
NOTIFIED, OFFERED = date(2022, 11, 1), date(2022, 12, 1)
VISITED, REFERRED, SUPPORTED = date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1)
KNOWN_TO = date(2023, 6, 30)
MONTHS = {
    "champion_notified_month": NOTIFIED,
    "offer_made_month": OFFERED,
    "visit_month": VISITED,
    "referral_month": REFERRED,
    "supported_month": SUPPORTED,
}


def journey(child: str, steps: int, outcome: str = "pending", **unlike: date | None) -> Row:
    """A child's offer that came so many steps beyond the decision, in the usual months but where it says otherwise."""
    usual = dict(list(MONTHS.items())[:steps])
    return {"child_id": child, "suitable": True, "outcome": outcome, **usual, **unlike}


SUPPORT: list[Row] = [
    {"child_id": "amy", "suitable": False, "outcome": "not_suitable"},
    {"child_id": "cat", "suitable": None},
    journey("dan", 0),
    journey("eli", 0, "not_suitable"),
    journey("fay", 1, "no_contact", champion_notified_month=date(2022, 10, 1)),
    journey("gus", 1, "not_suitable"),
    journey("hal", 1, champion_notified_month=date(2023, 5, 1)),
    journey("ivy", 2, "declined", champion_notified_month=date(2022, 12, 1)),
    journey("jon", 2, "no_contact", offer_made_month=date(2023, 2, 1)),
    journey("kit", 2, "not_suitable", offer_made_month=date(2023, 4, 1)),
    journey("liz", 2),
    journey("max", 3, visit_month=date(2022, 12, 1)),
    journey("ned", 3, "declined", visit_month=date(2023, 3, 1)),
    journey("oli", 3, "no_contact", visit_month=date(2023, 5, 1)),
    journey("pat", 3, "not_suitable"),
    journey("quin", 3),
    journey("ros", 4, "declined", referral_month=date(2023, 1, 1)),
    journey("sam", 4, "no_contact", referral_month=date(2023, 4, 1)),
    journey("tom", 4, "not_suitable", referral_month=date(2023, 6, 1)),
    journey("uma", 4, "accepted", referral_month=date(2023, 4, 1)),
    journey("vic", 5, "accepted", supported_month=date(2023, 2, 1)),
    journey("viv", 5, "accepted"),
    journey("von", 5, "accepted", supported_month=date(2023, 5, 1)),
    journey("vox", 5, "accepted", supported_month=date(2023, 6, 1)),
    journey("wes", 5, "accepted"),
    journey("xia", 5, "accepted", visit_month=date(2022, 11, 1), referral_month=None),
]
# Uma's mother is in prison, Max's grandmother, and else the father.
# Bea waits for a decision since May, Cat since October. Max is open to children's services. Wes was recognised in the month
# before the offer began. Xia's visit is said to be before the offer, and her referral has no month. Yan's area is not live.
CHILDREN: list[Row] = [
    *({"child_id": row["child_id"]} for row in SUPPORT if row["child_id"] not in ("amy", "cat", "dan", "max", "uma", "wes")),
    {"child_id": "amy", "link_source": "police"},
    {"child_id": "bea", "imprisonment_month": date(2023, 3, 1), "recognised_month": date(2023, 5, 1)},
    {"child_id": "cat", "link_source": "other", "imprisonment_month": date(2022, 9, 1), "recognised_month": date(2022, 10, 1)},
    {"child_id": "dan", "imprisonment_month": date(2022, 5, 1), "recognised_month": date(2022, 10, 1)},
    {"child_id": "uma", "parent": "mother"},
    {"child_id": "max", "link_source": "social_care", "parent": "other"},
    {"child_id": "wes", "imprisonment_month": date(2021, 12, 1)},
    {"child_id": "yan", "area_code": SLOUGH},
]
WINDOWS: list[Row] = [{"child_id": "max", "window": window, "statutory_level": "cin"} for window in ("m0", "w6")]

IN_THE_OFFER = 28 - 2  # not Wes, not Yan
SEEN = 28 - 1  # not Bea, whose eight months are not over
EXAMPLES: list[tuple[str, str, int, int]] = [
    ("linked_police", "all", 1, 28),
    ("linked_prison", "all", 25, 28),
    ("linked_social_care", "all", 1, 28),
    ("linked_other", "all", 1, 28),
    ("unknown_offered", "window", 18 - 1, SEEN),
    ("unknown_not_offered", "window", 8, SEEN),
    ("unknown_offer_not_recorded", "window", 1, SEEN),
    ("unknown_police", "window", 1, 1),
    ("unknown_prison", "window", 24, 24),
    ("unknown_social_care", "window", 0, 1),
    ("unknown_other", "window", 1, 1),
    ("wait_recognised_same_month", "all", 25, 28),
    ("wait_recognised_next_month", "all", 1, 28),
    ("wait_recognised_two_three", "all", 1, 28),
    ("wait_recognised_four_more", "all", 1, 28),
    ("step_suitable", "all", 23, IN_THE_OFFER),
    ("beside_suitable_not_suitable", "all", 1, IN_THE_OFFER),
    ("beside_suitable_pending", "all", 2, IN_THE_OFFER),
    ("step_notified", "all", 21, 23),
    ("beside_notified_not_suitable", "all", 1, 23),
    ("beside_notified_pending", "all", 1, 23),
    ("step_offered", "all", 18, 21),
    ("beside_offered_no_contact", "all", 1, 21),
    ("beside_offered_not_suitable", "all", 1, 21),
    ("beside_offered_pending", "all", 1, 21),
    ("step_visited", "all", 14, 18),
    ("beside_visited_declined", "all", 1, 18),
    ("beside_visited_no_contact", "all", 1, 18),
    ("beside_visited_not_suitable", "all", 1, 18),
    ("beside_visited_pending", "all", 1, 18),
    ("step_referred", "all", 9, 14),
    ("beside_referred_services", "all", 1, 14),
    ("beside_referred_declined", "all", 1, 14),
    ("beside_referred_no_contact", "all", 1, 14),
    ("beside_referred_not_suitable", "all", 1, 14),
    ("beside_referred_pending", "all", 1, 14),
    ("step_supported", "all", 5, 9),
    ("beside_supported_declined", "all", 1, 9),
    ("beside_supported_no_contact", "all", 1, 9),
    ("beside_supported_not_suitable", "all", 1, 9),
    ("beside_supported_pending", "all", 1, 9),
    ("suitable_maternal", "all", 1, 1),
    ("suitable_paternal", "all", 23 - 2, IN_THE_OFFER - 2),
    ("suitable_other_parent", "all", 1, 1),
    ("notified_maternal", "all", 1, 1),
    ("notified_paternal", "all", 21 - 2, 23 - 2),
    ("notified_other_parent", "all", 1, 1),
    ("offered_maternal", "all", 1, 1),
    ("offered_paternal", "all", 18 - 2, 21 - 2),
    ("offered_other_parent", "all", 1, 1),
    ("visited_maternal", "all", 1, 1),
    ("visited_paternal", "all", 14 - 2, 18 - 2),
    ("visited_other_parent", "all", 1, 1),
    ("referred_maternal", "all", 1, 1),
    ("referred_paternal", "all", 9 - 1, 14 - 2),
    ("referred_other_parent", "all", 0, 1),
    ("supported_maternal", "all", 0, 1),
    ("supported_paternal", "all", 5, 9 - 1),
    ("supported_other_parent", "all", 0, 0),
    ("wait_notified_same_month", "all", 1, 21),
    ("wait_notified_next_month", "all", 18, 21),
    ("wait_notified_two_three", "all", 1, 21),
    ("wait_notified_four_more", "all", 1, 21),
    ("wait_offered_same_month", "all", 1, 18),
    ("wait_offered_next_month", "all", 15, 18),
    ("wait_offered_two_three", "all", 1, 18),
    ("wait_offered_four_more", "all", 1, 18),
    ("wait_visited_same_month", "all", 1, 13),
    ("wait_visited_next_month", "all", 10, 13),
    ("wait_visited_two_three", "all", 1, 13),
    ("wait_visited_four_more", "all", 1, 13),
    ("wait_referred_same_month", "all", 1, 8),
    ("wait_referred_next_month", "all", 4, 8),
    ("wait_referred_two_three", "all", 2, 8),
    ("wait_referred_four_more", "all", 1, 8),
    ("wait_supported_same_month", "all", 1, 4),
    ("wait_supported_next_month", "all", 1, 4),
    ("wait_supported_two_three", "all", 1, 4),
    ("wait_supported_four_more", "all", 1, 4),
    ("overdue_suitable", "all", 1, IN_THE_OFFER),
    ("overdue_notified", "all", 1, 23),
    ("overdue_offered", "all", 0, 21),
    ("overdue_visited", "all", 1, 18),
    ("overdue_referred", "all", 1, 14),
    ("overdue_supported", "all", 0, 9),  # Uma waits for two months, which is not yet too long
]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[int | None, int]]:
    store = builders.write_store(
        tmp_path_factory.mktemp("journeys"), CHILDREN, care_windows=WINDOWS, support=SUPPORT, observed_to=KNOWN_TO
    )
    return everyone(store)


def everyone(store: CohortStore) -> dict[tuple[str, str], tuple[int | None, int]]:
    rows = tabulate(store, Lattice.of(store)).to_pylist()
    whole = [row for row in rows if {row[name] for name in ("area_code", "age_band", "sex", "period")} == {"all"}]
    return {(row["indicator"], row["time"]): (row["count"], row["n"]) for row in whole if row["basis"] == "observed"}


@pytest.mark.parametrize(("indicator", "time", "k", "n"), EXAMPLES)
def test_worked_example(counted: dict[tuple[str, str], tuple[int, int]], indicator: str, time: str, k: int, n: int) -> None:
    assert counted[indicator, time] == (k, n)


@pytest.mark.parametrize("step", JOURNEY, ids=lambda step: step.id)
def test_a_step_and_those_beside_it_are_everyone_who_reached_the_one_before(
    counted: dict[tuple[str, str], tuple[int, int]], step: Any
) -> None:
    beside = [one for one in BESIDE if one.splits == step.splits]
    taken, base = counted[step.id, "all"]
    assert beside
    assert taken + sum(counted[one.id, "all"][0] for one in beside) == base
