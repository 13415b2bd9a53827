"""Counting: one worked example an indicator, the children in sight, and what must add up whatever the cohort."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings

from data.cohort import CohortStore
from data.engine import Engine
from metrics.catalogue import COVERAGE, INDICATORS, SERVICES, find
from metrics.filters import ALL, DIMENSIONS, Dimension
from metrics.lattice import Lattice
from metrics.tabulate import SHARE_UNIT, design_effects, tabulate, tabulate_pairs
from tests import builders
from tests.builders import CHERWELL, OXFORD, OXFORDSHIRE, READING
from tests.metrics import test_journey
from tests.oracle import writing
from tests.strategies import StoreRows, cohorts

Row = dict[str, Any]
CUT = ("area_code", "age_band", "sex", "period")

# Four children. Ada and Ben are sister and brother; Cal is under school age and in no register; Dot's meals are unknown.
CHILDREN: list[Row] = [
    {"child_id": "ada", "family_id": "A", "district_code": OXFORD, "sex": "F", "age_band": "5-11", "parent": "mother"},
    {"child_id": "ben", "family_id": "A", "district_code": CHERWELL, "sex": "M", "age_band": "12-17", "parent": "mother"},
    {
        "child_id": "cal",
        "area_code": READING,
        "sex": "M",
        "age_band": "0-4",
        "imprisonment_month": date(2023, 1, 1),
        "matched_education": False,
        "matched_social_care": False,
    },
    {"child_id": "dot", "area_code": READING, "sex": "F", "age_band": "12-17", "parent": "other"},
]


def term(child: str, relative_term: int, **rest: Any) -> Row:
    return {"child_id": child, "relative_term": relative_term} | rest


def window(child: str, code: str, **rest: Any) -> Row:
    return {"child_id": child, "window": code} | rest


TERMS: list[Row] = [
    term("ada", 0, fsm_received=True, fsm_eligible=True, sen_support=True, sessions_possible=100, sessions_absent=10),
    term("ben", 0, fsm_received=False, ehcp=True, suspended=True, sessions_possible=100, sessions_absent=60),
    *(term("cal", k, status="out_of_age") for k in range(-12, 1)),
    term("dot", 0, sessions_possible=50, sessions_absent=25),
    term("ada", 1, fsm_received=False),
    term("ben", 1, fsm_received=True),
    term("dot", 1, status="not_on_roll"),
    term("ada", 2, status="covid"),
    term("ben", 2, status="unmatched"),
    term("cal", 2, status="not_reached"),
    term("dot", 2, status="not_supplied"),
]
WINDOWS: list[Row] = [
    window("ada", "m0", early_help=True),
    window("ben", "m0", statutory_level="cp", mash_referral=True, mash_contact=True),
    *(window("cal", code, status="unmatched") for code in ("m-1", "m0", "w6")),
    window("dot", "m0", status="not_reached"),
    window("ada", "m+1", statutory_level="cin"),
    window("ben", "m+1", statutory_level="cwcf"),
    window("ben", "w6", statutory_level="cin"),
    window("ada", "m-1", mash_contact=True),
    window("ada", "w6", early_help=True),
    window("ben", "m-1", statutory_level="cp", mash_referral=True),
    window("dot", "m-1", mash_referral=True),
    window("dot", "w6", early_help=True, statutory_level="cin"),
]
SUPPORT: list[Row] = [
    {"child_id": "ada", "suitable": True, "champion_notified_month": date(2022, 11, 1), "offer_made_month": date(2022, 11, 1)},
    {"child_id": "ben", "suitable": True, "champion_notified_month": date(2022, 11, 1)},
    {
        "child_id": "cal",
        "suitable": True,
        "champion_notified_month": date(2023, 1, 1),
        "offer_made_month": date(2023, 1, 1),
        "visit_month": date(2023, 2, 1),
        "referral_month": date(2023, 2, 1),
        "supported_month": date(2023, 3, 1),
    },
    {"child_id": "dot", "suitable": False},
]

# Of the four: indicator, time, how many of how many.
EXAMPLES: list[tuple[str, str, int | None, int]] = [
    ("fsm_received", "0", 1, 2),
    ("fsm_eligible", "0", 1, 3),
    ("fsm_received_since_0", "1", 2, 2),
    ("sen_support", "0", 1, 3),
    ("ehcp", "0", 1, 3),
    ("suspended", "0", 1, 3),
    ("attendance_mean", "0", None, 3),
    ("attendance_sessions", "0", None, 3),
    ("missed_under_10", "0", 1, 3),
    ("missed_under_50", "0", 2, 3),
    ("severely_absent", "0", 1, 3),
    ("coverage_observed", "0", 3, 4),
    ("coverage_out_of_age", "0", 1, 4),
    ("coverage_not_on_roll", "1", 1, 4),
    ("coverage_covid", "2", 1, 4),
    ("coverage_unmatched", "2", 1, 4),
    ("coverage_not_reached", "2", 1, 4),
    ("coverage_not_supplied", "2", 1, 4),
    ("early_help", "m0", 1, 3),
    ("cp", "m0", 1, 3),
    ("cin", "m+1", 1, 4),
    ("cwcf", "m+1", 1, 4),
    ("statutory", "m+1", 2, 4),
    ("mash_contact", "m0", 1, 3),
    ("mash_contact", "m-1", 1, 4),
    ("mash_referral", "m0", 1, 3),
    ("mash_referral", "before", 1, 3),
    ("mash_referral", "window", 2, 4),
    ("any_active", "m0", 2, 3),
    ("any_active", "before", 2, 3),
    ("any_active", "window", 3, 4),
    ("none_active", "m0", 1, 3),
    ("none_active", "window", 1, 4),
    ("none_active_matched", "m+1", 1, 4),
    ("none_active_unmatched", "m0", 1, 3),
    ("services_none", "window", 1, 4),
    ("services_eh", "window", 1, 4),
    ("services_stat", "window", 0, 4),
    ("services_mash", "window", 0, 4),
    ("services_eh_stat", "window", 0, 4),
    ("services_eh_mash", "window", 0, 4),
    ("services_stat_mash", "window", 1, 4),
    ("services_all", "window", 1, 4),
    ("recognised", "all", 4, 4),
    ("families", "all", 3, 3),
    ("maternal", "all", 2, 4),
    ("paternal", "all", 1, 4),
    ("other_parent", "all", 1, 4),
    ("step_suitable", "all", 3, 4),
    ("step_notified", "all", 3, 3),
    ("step_offered", "all", 2, 3),
    ("step_visited", "all", 1, 2),
    ("step_referred", "all", 1, 1),
    ("step_supported", "all", 1, 1),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> CohortStore:
    return builders.write_store(tmp_path_factory.mktemp("four"), CHILDREN, TERMS, WINDOWS, SUPPORT)


@pytest.fixture(scope="module")
def cells(store: CohortStore) -> list[Row]:
    return list(tabulate(store, Lattice.of(store)).to_pylist())


def counted(store: CohortStore, *indicators: str) -> list[Row]:
    return list(tabulate(store, Lattice.of(store), [find(one) for one in indicators]).to_pylist())


def cell(cells: list[Row], indicator: str, time: str, basis: str = "observed", **cut: str) -> Row:
    wanted = {"indicator": indicator, "time": time, "basis": basis} | {
        name: cut.get(name, "all") for name in ("area_code", "age_band", "sex", "period")
    }
    (found,) = [row for row in cells if all(row[name] == value for name, value in wanted.items())]
    return found


def k_of_n(row: Row) -> tuple[int | None, int]:
    return row["count"], row["n"]


@pytest.mark.parametrize(("indicator", "time", "k", "n"), EXAMPLES)
def test_worked_example(cells: list[Row], indicator: str, time: str, k: int | None, n: int) -> None:
    assert k_of_n(cell(cells, indicator, time)) == (k, n)


def test_every_indicator_has_a_worked_example() -> None:
    shown = {example[0] for example in (*EXAMPLES, *test_journey.EXAMPLES)}
    assert shown == {indicator.id for indicator in INDICATORS}


def test_there_is_a_row_for_every_cut_indicator_basis_and_time(store: CohortStore, cells: list[Row]) -> None:
    cuts = len(list(Lattice.of(store).cuts()))
    assert len(cells) == cuts * sum(len(indicator.codes(basis)) for indicator in INDICATORS for basis in indicator.bases)


def test_rows_are_sorted_as_a_release_is(cells: list[Row]) -> None:
    keys = [tuple(row[k] for k in ("area_code", "age_band", "sex", "period", "indicator", "basis", "time")) for row in cells]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("cut", "children"),
    [
        ({"area_code": OXFORDSHIRE}, 2),
        ({"area_code": OXFORD}, 1),
        ({"area_code": READING}, 2),
        ({"sex": "F"}, 2),
        ({"age_band": "12-17"}, 2),
        ({"period": "2022"}, 3),
        ({"period": "2023"}, 1),
        ({"period": "2024"}, None),
        ({"area_code": READING, "sex": "M"}, 1),
        ({"age_band": "5-11", "period": "2023"}, 0),
    ],
)
def test_a_cut_counts_its_own_children(cells: list[Row], cut: dict[str, str], children: int | None) -> None:
    found = [r for r in cells if r["indicator"] == "recognised" and all(r[d] == cut.get(d, "all") for d in CUT)]
    assert [row["count"] for row in found] == ([] if children is None else [children])


def test_a_family_in_two_cuts_counts_in_both_and_once_in_the_whole(cells: list[Row]) -> None:
    assert cell(cells, "families", "all", area_code=OXFORD)["count"] == 1
    assert cell(cells, "families", "all", area_code=CHERWELL)["count"] == 1
    assert cell(cells, "families", "all", area_code=OXFORDSHIRE)["count"] == 1


def test_attendance_is_added_up_by_family(cells: list[Row]) -> None:
    mean, pooled = cell(cells, "attendance_mean", "0"), cell(cells, "attendance_sessions", "0")
    assert (mean["amount"], mean["total"], mean["families"]) == (900_000 + 400_000 + 500_000, 3, 2)
    assert (pooled["amount"], pooled["total"], pooled["families"]) == (90 + 40 + 25, 250, 2)
    assert mean["amount_squared"] == (900_000 + 400_000) ** 2 + 500_000**2
    assert pooled["amount_by_total"] == (90 + 40) * 200 + 25 * 50
    assert pooled["total_squared"] == 200**2 + 50**2


def test_a_period_is_of_recognition_for_who_was_recognised_and_of_imprisonment_for_the_rest(tmp_path: Path) -> None:
    late = {"child_id": "late", "imprisonment_month": date(2022, 10, 1), "recognised_month": date(2023, 2, 1)}
    cells = counted(builders.write_store(tmp_path, [late]), "recognised", "early_help")
    assert cell(cells, "recognised", "all", period="2023")["n"] == 1
    assert cell(cells, "recognised", "all", period="2022")["n"] == 0
    assert cell(cells, "early_help", "m0", period="2022")["n"] == 1
    assert cell(cells, "early_help", "m0", period="2023")["n"] == 0


def test_followed_children_are_those_observed_in_every_term_from_3_before_to_3_after(tmp_path: Path) -> None:
    children = [{"child_id": "always"}, {"child_id": "gap"}, {"child_id": "earlier gap"}]
    gaps = [term("gap", 3, status="not_on_roll"), term("earlier gap", -4, status="not_on_roll")]
    store = builders.write_store(tmp_path, children, [*gaps, term("gap", 0, ehcp=True), term("always", 0, ehcp=True)])
    cells = counted(store, "ehcp")
    assert k_of_n(cell(cells, "ehcp", "0", "observed")) == (2, 3)
    assert k_of_n(cell(cells, "ehcp", "0", "followed")) == (1, 2)


def test_meals_since_0_count_only_where_this_term_is_known_and_only_meals_in_scope(tmp_path: Path) -> None:
    rows = [
        term("had", 0, fsm_received=True),
        term("had", 1, fsm_received=False),
        term("unknown", 0, fsm_received=True),
        term("before", -1, fsm_received=True),
        term("before", 1, fsm_received=False),
    ]
    store = builders.write_store(tmp_path, [{"child_id": "had"}, {"child_id": "unknown"}, {"child_id": "before"}], rows)
    cells = counted(store, "fsm_received_since_0")
    assert k_of_n(cell(cells, "fsm_received_since_0", "1")) == (1, 2)


def test_a_meal_still_to_come_does_not_count(tmp_path: Path) -> None:
    rows = [term("later", 0, fsm_received=False), term("later", 1, fsm_received=True), term("later", 2, fsm_received=False)]
    cells = counted(builders.write_store(tmp_path, [{"child_id": "later"}], rows), "fsm_received_since_0")
    assert [k_of_n(cell(cells, "fsm_received_since_0", time)) for time in "012"] == [(0, 1), (1, 1), (1, 1)]


def test_quarters_and_a_third_filter_from_500_children(tmp_path: Path) -> None:
    months = [date(2022, 3, 1), date(2022, 4, 1), date(2022, 6, 1), date(2023, 6, 1)]
    children = [
        {"child_id": f"child {n:03}", "sex": "FM"[n % 2], "imprisonment_month": months[n % 4], "district_code": OXFORD}
        for n in range(500)
    ]
    cells = counted(builders.write_store(tmp_path, children), "early_help")
    assert cell(cells, "early_help", "m0", period="2022Q1")["n"] == 500 / 4
    assert cell(cells, "early_help", "m0", period="2022Q2")["n"] == 500 / 2
    assert cell(cells, "early_help", "m0", period="2022", sex="F", area_code=OXFORDSHIRE)["n"] == 500 / 2
    assert cell(cells, "early_help", "m0", period="2022Q2", area_code=OXFORD)["n"] == 500 / 2


def test_expected_is_the_rate_of_each_childs_year_and_phase(tmp_path: Path) -> None:
    children = [{"child_id": "small", "age_band": "5-11"}, {"child_id": "big", "age_band": "12-17"}]
    store = builders.write_store(tmp_path, children)
    cells = counted(store, "fsm_eligible", "early_help")
    # January 2023: 24.0% of primary and 22.7% of secondary pupils were eligible, in thousandths of a percent
    assert cell(cells, "fsm_eligible", "0")["expected_sum"] == 24_000 + 22_700
    assert cell(cells, "fsm_eligible", "-12")["expected_sum"] is None
    assert cell(cells, "early_help", "m0")["expected_sum"] is None


def pair(store: CohortStore, indicator: str) -> Row:
    cells: list[Row] = tabulate_pairs(store, Lattice.of(store), [find(indicator)]).to_pylist()
    (found,) = [row for row in cells if all(row[d] == "all" for d in CUT)]
    return found


def test_before_and_after_of_a_flag_is_any_of_three_terms_among_the_children_known_in_all_six(tmp_path: Path) -> None:
    children = [{"child_id": name} for name in ("gains", "loses", "keeps", "never", "unknown")]
    rows = [
        term("gains", 1, suspended=True),
        term("gains", 0, suspended=True),
        term("loses", -3, suspended=True),
        term("keeps", -1, suspended=True),
        term("keeps", 3, suspended=True),
        term("unknown", -2, suspended=None),
        term("unknown", 2, suspended=True),
    ]
    found = pair(builders.write_store(tmp_path, children, rows), "suspended")
    assert [found[name] for name in ("n_both", "before_count", "after_count", "gained", "lost")] == [4, 2, 2, 1, 1]


def test_before_and_after_in_social_care_compares_six_months_with_six(tmp_path: Path) -> None:
    children = [{"child_id": name} for name in ("gains", "keeps", "unmatched", "not reached")]
    rows = [
        window("gains", "a6", early_help=True),
        window("keeps", "b6", early_help=True),
        window("keeps", "a6", early_help=True),
        window("unmatched", "b6", status="unmatched"),
        window("unmatched", "a6", status="unmatched"),
        window("not reached", "a6", status="not_reached"),
    ]
    found = pair(builders.write_store(tmp_path, children, care_windows=rows), "early_help")
    assert [found[name] for name in ("n_both", "before_count", "after_count", "gained", "lost")] == [3, 1, 2, 1, 0]


def test_before_and_after_of_attendance_pools_each_childs_sessions(tmp_path: Path) -> None:
    children = [{"child_id": "one", "family_id": "A"}, {"child_id": "two", "family_id": "A"}, {"child_id": "gap"}]
    rows = [term(name, k, sessions_possible=100) for name in ("one", "two", "gap") for k in (-3, -2, -1, 1, 2, 3)]
    rows[0] |= {"sessions_possible": 200, "sessions_absent": 100}
    rows = [row for row in rows if (row["child_id"], row["relative_term"]) != ("gap", 2)]
    found = pair(builders.write_store(tmp_path, children, rows), "attendance_sessions")
    assert (found["n_both"], found["families"], found["gained"]) == (2, 1, None)
    assert found["before_sum"] == round(1e7 * (300 / 400 + 1))
    assert found["after_sum"] == 2 * 1e7
    assert found["amount"] == round(1e7 * (1 - 300 / 400))


def test_the_squares_of_a_countrys_changes_fit_a_whole_number() -> None:
    twenty_million, typical_change = 20_000_000, 0.05  # the simulation's is 0.033
    assert twenty_million * (typical_change / SHARE_UNIT) ** 2 < 2**63


def test_a_design_effect_is_of_the_whole_cohort_at_the_headline(tmp_path: Path) -> None:
    children = [{"child_id": f"{family}{child}", "family_id": str(family)} for family in range(20) for child in range(2)]
    rows = [term(f"{family}{child}", 0, ehcp=True) for family in range(10) for child in range(2)]
    effects = design_effects(builders.write_store(tmp_path, children, rows))
    assert effects["ehcp"] == pytest.approx(2 * 20 / 19)
    assert effects["sen_support"] == 1
    assert "attendance_mean" not in effects and "families" not in effects


FORBIDDEN = re.compile(r"QUALIFY|::|//|EXCLUDE|QUANTILE|MEDIAN|ROUND\(|AVG\(| / |LATERAL|LIST\(", re.IGNORECASE)


def test_the_sql_is_plain_sums_and_counts(store: CohortStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another engine must be able to run it."""
    said: list[str] = []

    class Listening:
        def __init__(self, engine: Engine) -> None:
            self._engine = engine

        def __getattr__(self, name: str) -> Any:
            return getattr(self._engine, name)

        def define(self, name: str, sql: str) -> None:
            said.append(sql)
            self._engine.define(name, sql)

        def fetch(self, sql: str) -> pa.Table:
            said.append(sql)
            return self._engine.fetch(sql)

    connect = CohortStore.connect
    monkeypatch.setattr(CohortStore, "connect", lambda self: Listening(connect(self)))
    tabulate(store, Lattice.of(store))
    tabulate_pairs(store, Lattice.of(store))
    design_effects(store)
    assert len(said) > 10
    assert [sql for sql in said if FORBIDDEN.search(sql)] == []


# What must add up, whatever the cohort.


class Cells:
    """Every number of a cohort: an array of one row a cut and one column an indicator, basis and time."""

    def __init__(self, store: CohortStore) -> None:
        self.lattice = Lattice.of(store)
        table = tabulate(store, self.lattice)
        self.cuts = {
            cut: row
            for row, cut in enumerate(sorted(self.lattice.cuts(), key=lambda c: tuple(getattr(c, d) for d in DIMENSIONS)))
        }
        keys = table.select(["indicator", "basis", "time"]).slice(0, table.num_rows // len(self.cuts)).to_pylist()
        self.keys = {(key["indicator"], key["basis"], key["time"]): column for column, key in enumerate(keys)}
        self.numbers = {name: self._laid_out(table[name]) for name in ("n", "count", "amount", "total")}

    def _laid_out(self, column: pa.ChunkedArray) -> np.ndarray:
        return np.asarray(pc.fill_null(column, 0).to_numpy().reshape(len(self.cuts), len(self.keys)))

    def of(self, indicator: str, basis: str, time: str, name: str = "count") -> np.ndarray:
        """One number a cut."""
        return np.asarray(self.numbers[name][:, self.keys[indicator, basis, time]])


def assert_parts_add_up(cells: Cells, whole: str | None, parts: list[str]) -> None:
    """The counts of the parts are the count of the whole, or the base where no whole is named."""
    for indicator, basis, time in cells.keys:
        if indicator == parts[0]:
            of = cells.of(whole or indicator, basis, time, "count" if whole else "n")
            assert np.array_equal(sum(cells.of(part, basis, time) for part in parts), of), (parts, time)


def assert_cuts_add_up(cells: Cells, dimension: Dimension, values: tuple[str, ...]) -> None:
    """The cuts of a dimension are their whole, for every number that is of children."""
    of_children = [column for (indicator, _, _), column in cells.keys.items() if indicator != "families"]
    for cut, row in cells.cuts.items():
        finer = [cells.cuts[fine] for value in values if (fine := cut.but(**{dimension: value})) in cells.cuts]
        if getattr(cut, dimension) == ALL and len(finer) == len(values):
            for name, numbers in cells.numbers.items():
                assert np.array_equal(numbers[finer][:, of_children].sum(axis=0), numbers[row, of_children]), (cut, name)


def assert_within(cells: Cells) -> None:
    """Counts are within their bases, districts within their authority, children followed within those observed."""
    assert (cells.numbers["count"] <= cells.numbers["n"]).all()
    parents = {area.code: str(area.parent) for area in cells.lattice.areas if area.kind == "district"}
    for cut, row in cells.cuts.items():
        if cut.area in parents:
            assert (cells.numbers["n"][row] <= cells.numbers["n"][cells.cuts[cut.but(area=parents[cut.area])]]).all()
    for indicator, basis, time in cells.keys:
        assert (cells.of(indicator, basis, time, "n") <= cells.of(indicator, "observed", time, "n")).all()


@given(rows=cohorts())
@settings(max_examples=10)
def test_everything_adds_up(rows: StoreRows) -> None:
    with TemporaryDirectory() as scratch:
        cells = Cells(CohortStore.open(writing.write_store(rows, Path(scratch))))
    assert_parts_add_up(cells, "statutory", ["cin", "cp", "cwcf"])
    assert_parts_add_up(cells, None, ["none_active", "any_active"])
    assert_parts_add_up(cells, "none_active", ["none_active_matched", "none_active_unmatched"])
    assert_parts_add_up(cells, None, [indicator.id for indicator in SERVICES])
    assert_parts_add_up(cells, None, [indicator.id for indicator in COVERAGE])
    assert_parts_add_up(cells, None, ["maternal", "paternal", "other_parent"])
    assert_parts_add_up(cells, None, ["missed_under_50", "severely_absent"])
    assert_cuts_add_up(cells, "sex", cells.lattice.sexes)
    assert_cuts_add_up(cells, "age_band", cells.lattice.age_bands)
    assert_cuts_add_up(cells, "area", tuple(area.code for area in cells.lattice.areas if area.kind == "authority"))
    assert_cuts_add_up(cells, "period", tuple(period for period in cells.lattice.periods if "Q" not in period))
    assert_within(cells)
