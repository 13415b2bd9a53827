"""Defends against a list of children that is not the children of the figure: one too many, one too few, another rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings

from data.cohort import CohortStore
from data.engine import Engine
from metrics.catalogue import INDICATORS, find
from metrics.filters import Filters
from metrics.indicator import Basis, Indicator, Mean, Pooled, Proportion
from metrics.lattice import Lattice
from metrics.tabulate import tabulate
from metrics.tabulate.members import Member, Standing, members, standings
from metrics.tabulate.relations import number_children
from tests import builders
from tests.builders import CHERWELL, OXFORD, OXFORDSHIRE, READING
from tests.metrics.test_tabulate import CHILDREN, SUPPORT, TERMS, WINDOWS
from tests.oracle import writing
from tests.strategies import StoreRows, cohorts

Row = dict[str, Any]

# Eve is Ada and Ben's sister, recognised the year after, and followed throughout, as Ada is not: Ada's term 2 is a lockdown term.
EVE: Row = {
    "child_id": "eve",
    "family_id": "A",
    "district_code": OXFORD,
    "imprisonment_month": date(2022, 12, 1),
    "recognised_month": date(2023, 1, 1),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> CohortStore:
    return builders.write_store(tmp_path_factory.mktemp("five"), [*CHILDREN, EVE], TERMS, WINDOWS, SUPPORT)


@pytest.fixture(scope="module")
def connection(store: CohortStore) -> Iterator[Engine]:
    with closing(store.connect()) as connected:
        number_children(connected)
        yield connected


def assert_same(row: Row, indicator: Indicator, found: dict[str, Member]) -> None:
    """The members add up to the numbers tabulated."""
    counted = len({member.counted_as for member in found.values()})
    amount, total = (sum(getattr(member, part) for member in found.values()) for part in ("amount", "total"))
    if isinstance(indicator.measure, (Mean, Pooled)):
        assert [row["n"], row["count"], row["amount"], row["total"]] == [counted, None, amount, total], row
    else:
        assert [row["n"], row["count"]] == [counted, amount if isinstance(indicator.measure, Proportion) else counted], row


def assert_all_same(store: CohortStore, figures: list[Row]) -> None:
    with closing(store.connect()) as connection:
        number_children(connection)
        for row in figures:
            cut = Filters(row["area_code"], row["age_band"], row["sex"], row["period"])
            indicator = find(row["indicator"])
            assert_same(row, indicator, members(connection, indicator, row["time"], row["basis"], cut))


def whole_and_sexes(store: CohortStore) -> Lattice:
    """The lattice without areas, age bands and periods, which is quickly counted."""
    lattice = Lattice.of(store)
    return replace(lattice, areas=lattice.areas[:1], age_bands=(), periods=())


def test_members_of_the_whole_cohort_add_up_to_every_figure(store: CohortStore) -> None:
    figures = [row for row in tabulate(store, whole_and_sexes(store)).to_pylist() if row["sex"] == "all"]
    assert_all_same(store, figures)
    assert len(figures) == sum(len(indicator.codes(basis)) for indicator in INDICATORS for basis in indicator.bases)


@pytest.mark.parametrize("name", ["families", "none_active"])
def test_members_of_every_cut_add_up(store: CohortStore, name: str) -> None:
    indicator, lattice = find(name), Lattice.of(store)
    figures = [row for row in tabulate(store, lattice, [indicator]).to_pylist() if row["time"] == indicator.time.headline]
    assert_all_same(store, figures)
    assert len(figures) == len(list(lattice.cuts()))


ONE_OF_A_KIND = (
    *("fsm_received", "fsm_received_since_0", "attendance_mean", "attendance_sessions", "coverage_unmatched"),
    *("any_active", "none_active_unmatched", "families", "maternal", "step_suitable"),
)


@given(rows=cohorts())
@settings(max_examples=3)
def test_members_add_up_whatever_the_cohort(rows: StoreRows) -> None:
    with TemporaryDirectory() as scratch:
        store = CohortStore.open(writing.write_store(rows, Path(scratch)))
        figures = tabulate(store, whole_and_sexes(store), [find(name) for name in ONE_OF_A_KIND]).to_pylist()
        assert_all_same(store, [row for row in figures if row["time"] == find(row["indicator"]).time.headline])


@pytest.mark.parametrize(
    ("cut", "children"),
    [
        (Filters(), {"ada", "ben", "cal", "dot", "eve"}),
        (Filters(OXFORDSHIRE), {"ada", "ben", "eve"}),
        (Filters(CHERWELL), {"ben"}),
        (Filters(READING, sex="F"), {"dot"}),
        (Filters(OXFORD, "5-11", "F", "2023"), {"eve"}),  # three filters and a district: more than a release would hold
        (Filters(period="2022Q4"), {"ada", "ben", "dot"}),
        (Filters(period="2022Q3"), set()),
    ],
)
def test_a_cut_has_its_own_children(connection: Engine, cut: Filters, children: set[str]) -> None:
    assert set(members(connection, find("recognised"), "all", cut=cut)) == children


def test_a_member_says_what_it_adds(connection: Engine) -> None:
    of_fsm = members(connection, find("fsm_received"), "0")
    assert of_fsm == {"ada": Member("ada", 1, 1), "ben": Member("ben", 0, 1)}
    attended = members(connection, find("attendance_mean"), "0")
    assert attended["ada"] == Member("ada", 1_000_000 * 90 // 100, 1)
    sessions = members(connection, find("attendance_sessions"), "0")
    assert sessions["dot"] == Member("dot", 50 - 25, 50)
    assert members(connection, find("families"), "all")["ben"] == Member("A", 1, 1)


def test_followed_children_are_those_observed_throughout(connection: Engine) -> None:
    assert set(members(connection, find("sen_support"), "0")) == {"ada", "ben", "dot", "eve"}
    assert set(members(connection, find("sen_support"), "0", "followed")) == {"eve"}


@pytest.mark.parametrize(
    ("indicator", "time", "basis", "child", "standing"),
    [
        ("fsm_received", "0", "observed", "ada", Standing(1, 1, False, (True,))),
        ("fsm_received", "0", "observed", "dot", Standing(None, None, True, (True,))),  # in scope, receipt not known
        ("sen_support", "2", "observed", "ada", Standing(None, None, False, (True,))),  # covid: nothing to wait for
        ("sen_support", "2", "observed", "ben", Standing(None, None, False, (True,))),  # unmatched
        ("sen_support", "2", "observed", "cal", Standing(None, None, True, (False,))),  # not reached
        ("sen_support", "2", "observed", "dot", Standing(None, None, True, (True,))),  # not supplied
        ("sen_support", "0", "followed", "dot", Standing(None, None, True, (True,))),  # term 2 was not supplied
        ("sen_support", "0", "followed", "ada", Standing(None, None, False, (True,))),
        ("coverage_not_reached", "2", "observed", "cal", Standing(1, 1, True, (False,))),
        ("early_help", "m0", "observed", "cal", Standing(0, 1, False, (False,))),
        ("early_help", "m0", "observed", "dot", Standing(None, None, True, (True,))),
        ("none_active_unmatched", "m0", "observed", "cal", Standing(1, 1, False, (False, False))),
        ("maternal", "all", "observed", "cal", Standing(0, 1, False, ())),
        ("step_offered", "all", "observed", "ada", Standing(1, 1, False, ())),
        ("step_offered", "all", "observed", "ben", Standing(0, 1, True, ())),  # told, and not offered yet
        ("step_offered", "all", "observed", "dot", Standing(None, None, True, ())),
    ],
)
def test_how_a_child_stood(connection: Engine, indicator: str, time: str, basis: Basis, child: str, standing: Standing) -> None:
    assert standings(connection, find(indicator), time, basis, {child}) == {child: standing}


def test_a_child_whom_the_cohort_has_not_has_no_standing(connection: Engine) -> None:
    assert standings(connection, find("early_help"), "m0", "observed", {"zoe"}) == {}
