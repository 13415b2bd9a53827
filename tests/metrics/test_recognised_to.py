"""New children enter by whole quarters. What these tests prevent: a child who is not counted yet, and still moves a figure."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.cohort import CohortStore
from metrics.compile.quality import MATCHED, tabulate_quality
from metrics.lattice import Lattice
from metrics.tabulate import design_effects, tabulate, tabulate_pairs
from tests.builders import OXFORD, OXFORDSHIRE, READING, write_store

Row = dict[str, Any]
DAY = date(2022, 6, 30)
MONTHS = (date(2022, 1, 1), date(2022, 6, 1), date(2022, 7, 1), date(2023, 2, 1))


def children() -> list[Row]:
    """Twenty children in families of two, who are recognised five a month; all but the youngest quarter by the day."""
    return [
        {
            "child_id": f"child {n:02}",
            "family_id": f"family {n % 10}",
            "sex": "U" if n == 19 else "FM"[n % 2],
            "age_band": ("0-4", "5-11", "12-17")[n % 3],
            "area_code": READING if n == 18 else OXFORDSHIRE,
            "district_code": None if n == 18 else OXFORD,
            "imprisonment_month": date(2021, 11, 1),
            "recognised_month": MONTHS[n // 5],
        }
        for n in range(20)
    ]


def store(root: Path, counted: list[Row]) -> CohortStore:
    """A store of those children, every third with a plan at term 0 and sessions missed in every term."""
    terms: list[Row] = []
    for child in counted:
        number = int(child["child_id"][-2:])
        for term in range(-3, 4):
            missed = {"sessions_possible": 100, "sessions_absent": number}
            terms.append({"child_id": child["child_id"], "relative_term": term, "ehcp": number % 3 == 0} | missed)
    windows: list[Row] = [{"child_id": c["child_id"], "window": "w6", "early_help": c["sex"] == "F"} for c in counted]
    return write_store(root, counted, terms, windows)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[CohortStore, CohortStore]:
    """Everyone, restricted to the day; and those of the day alone."""
    root = tmp_path_factory.mktemp("stores")
    early = [child for child in children() if child["recognised_month"] <= DAY]
    assert len(early) == 10
    return store(root / "all", children()).up_to(DAY), store(root / "early", early)


def test_the_lattice_is_that_of_the_children_who_count(stores: tuple[CohortStore, CohortStore]) -> None:
    restricted, early = (Lattice.of(one) for one in stores)
    assert restricted.children_total == 10
    assert restricted.sexes == early.sexes == ("F", "M")
    assert restricted.periods == early.periods == ("2021", "2022")


def test_every_count_is_that_of_a_store_without_the_others(stores: tuple[CohortStore, CohortStore]) -> None:
    restricted, early = stores
    lattice = Lattice.of(early)
    assert tabulate(restricted, lattice).equals(tabulate(early, lattice))
    assert tabulate_pairs(restricted, lattice).equals(tabulate_pairs(early, lattice))
    assert design_effects(restricted) == design_effects(early)
    matched = [
        [row for row in tabulate_quality(one, lattice).to_pylist() if row["topic"] == MATCHED] for one in (restricted, early)
    ]
    assert matched[0] == matched[1]


def test_without_a_day_everyone_counts(stores: tuple[CohortStore, CohortStore]) -> None:
    everyone = stores[0].up_to(None)
    assert Lattice.of(everyone).children_total == 20
    assert Lattice.of(everyone).sexes == ("F", "M", "U")


@pytest.mark.parametrize(("day", "many"), [(date(2022, 5, 31), 5), (date(2022, 6, 1), 10), (date(2022, 7, 1), 15), (DAY, 10)])
def test_a_month_counts_once_its_first_day_has_come(stores: tuple[CohortStore, CohortStore], day: date, many: int) -> None:
    assert stores[0].up_to(day).children("child_id").num_rows == many
    with closing(stores[0].up_to(day).connect()) as engine:
        assert engine.fetch("SELECT COUNT(*) AS found FROM children").to_pylist() == [{"found": many}]
