"""How many families are behind a figure. What these tests prevent: ten children of two households shown as ten strangers."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from data.cohort import CohortStore
from metrics.catalogue import INDICATORS, find
from metrics.filters import DIMENSIONS
from metrics.lattice import Lattice
from metrics.tabulate import families_behind, families_behind_pairs, tabulate, tabulate_pairs
from metrics.tabulate.behind import FAMILIES, PAIR_FAMILIES
from tests.builders import OXFORDSHIRE, READING, write_store
from tests.oracle.families import behind_figures, behind_pairs
from tests.oracle.figures import Cut, divide
from tests.oracle.writing import cohort_of
from tests.oracle.writing import write_store as write_rows
from tests.strategies import StoreRows, cohorts

Row = dict[str, Any]
CUT = ("area_code", "age_band", "sex", "period")

# Two brothers and two sisters of family A, one of them in Reading; a child each of B and C.
CHILDREN: list[Row] = [
    {"child_id": "ada", "family_id": "A", "sex": "F"},
    {"child_id": "amy", "family_id": "A", "sex": "F"},
    {"child_id": "abe", "family_id": "A", "sex": "M"},
    {"child_id": "alf", "family_id": "A", "sex": "M", "area_code": READING},
    {"child_id": "bea", "family_id": "B", "sex": "F"},
    {"child_id": "cal", "family_id": "C", "sex": "M"},
]
HELP = [{"child_id": child, "window": "m0", "early_help": True} for child in ("ada", "amy", "alf", "bea")]
UNREACHED = [{"child_id": "cal", "window": "m0", "status": "not_reached"}]
BEFORE = [{"child_id": child, "window": "b6", "early_help": True} for child in ("ada", "bea")]
AFTER = [{"child_id": child, "window": "a6", "early_help": True} for child in ("amy", "bea")]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> CohortStore:
    return write_store(tmp_path_factory.mktemp("six"), CHILDREN, (), [*HELP, *UNREACHED, *BEFORE, *AFTER])


def families(store: CohortStore, indicator: str, time: str, **cut: str) -> tuple[int | None, ...]:
    wanted = {"time": time, "basis": "observed"} | {name: cut.get(name, "all") for name in CUT}
    rows: list[Row] = families_behind(store, Lattice.of(store), [find(indicator)]).to_pylist()
    (found,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return tuple(found[name] for name in FAMILIES)


@pytest.mark.parametrize(
    ("cut", "of"),
    [
        # Cal is not in the base; Abe alone had no help, and is of a family that had.
        ({}, (len("AB"), len("AB"), len("A"))),
        ({"sex": "F"}, (len("AB"), len("AB"), 0)),
        ({"sex": "M"}, (len("A"), len("A"), len("A"))),
        ({"area_code": READING}, (len("A"), len("A"), 0)),
        ({"area_code": OXFORDSHIRE}, (len("AB"), len("AB"), len("A"))),
        ({"area_code": OXFORDSHIRE, "sex": "M"}, (len("A"), 0, len("A"))),
    ],
)
def test_brothers_and_sisters_are_one_family_in_each_group_they_are_in(
    store: CohortStore, cut: dict[str, str], of: tuple[int, int, int]
) -> None:
    assert families(store, "early_help", "m0", **cut) == of


def test_a_headcount_and_a_mean_have_only_a_base(store: CohortStore) -> None:
    assert families(store, "recognised", "all") == (len("ABC"), None, None)
    assert families(store, "attendance_mean", "0") == (0, None, None)


def test_a_change_is_of_the_families_on_either_side_and_of_those_that_changed(store: CohortStore) -> None:
    rows: list[Row] = families_behind_pairs(store, Lattice.of(store), [find("early_help")]).to_pylist()
    (whole,) = [row for row in rows if all(row[name] == "all" for name in CUT)]
    assert {name: whole[name] for name in PAIR_FAMILIES} == {
        "base_families": len("ABC"),
        "before_count_families": len("AB"),
        "after_count_families": len("AB"),
        "before_rest_families": len("AC"),
        "after_rest_families": len("AC"),
        "gained_families": len("A"),
        "lost_families": len("A"),
    }


def test_rows_are_those_of_the_figures_and_pairs_in_their_order(store: CohortStore) -> None:
    lattice = Lattice.of(store).under(most_filters=1, whole_years=True)
    for behind, cells in ((families_behind, tabulate), (families_behind_pairs, tabulate_pairs)):
        one, other = behind(store, lattice), cells(store, lattice)
        keys = [name for name in one.column_names if not name.endswith("_families")]
        assert keys == [name for name in other.column_names if name in keys]
        assert one.select(keys).to_pylist() == other.select(keys).to_pylist()


def cut_of(row: Row) -> Cut:
    return Cut(*(row[name] for name in CUT))


@given(rows=cohorts())
@settings(max_examples=3, phases=[Phase.generate])
def test_every_figure_and_pair_of_random_cohorts_is_of_as_many_families_as_the_reference_finds(rows: StoreRows) -> None:
    with TemporaryDirectory() as scratch:
        store = CohortStore.open(write_rows(rows, Path(scratch)))
        lattice = Lattice.of(store).under(most_filters=1, whole_years=True)
        figures, pairs = (behind(store, lattice).to_pylist() for behind in (families_behind, families_behind_pairs))
    cuts = [Cut(*(getattr(cut, dimension) for dimension in DIMENSIONS)) for cut in lattice.cuts()]
    divided = divide(cohort_of(rows), cuts)
    expected = {
        (indicator.id, basis, time, cut): found
        for indicator in INDICATORS
        for basis in indicator.bases
        for time in indicator.codes(basis)
        for cut, found in behind_figures(divided, indicator.id, time, basis).items()
    }
    counted = {
        (row["indicator"], row["basis"], row["time"], cut_of(row)): tuple(row[name] for name in FAMILIES) for row in figures
    }
    assert counted == expected
    changes = {(row["indicator"], cut_of(row)): tuple(row[name] for name in PAIR_FAMILIES) for row in pairs}
    assert changes == {
        (indicator.id, cut): found
        for indicator in INDICATORS
        if indicator.change
        for cut, found in behind_pairs(divided, indicator.id).items()
    }
