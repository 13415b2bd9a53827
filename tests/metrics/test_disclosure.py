"""What may not be shown: each rule of the policy alone, the public symbols, and the one way into a release."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.area import Area
from metrics.disclosure.policy import Policy, load_policy
from metrics.disclosure.primary import why_too_small
from metrics.disclosure.reasons import REASONS
from metrics.disclosure.structure import SYMBOLS, Structure
from metrics.disclosure.suppression import NUMBERS, UnprotectedError, check, protect
from metrics.lattice import Lattice

Row = dict[str, Any]
PARTNERS, NONE = load_policy("partners"), load_policy("none")


def words(values: list[str]) -> pa.DictionaryArray:
    return pa.array(values, pa.string()).dictionary_encode()


def figures(*rows: tuple[str, int, int | None]) -> pa.Table:
    """Cells from an indicator, a base and a count; every number of a cell is there."""
    n, count = [n for _, n, _ in rows], [count for _, _, count in rows]
    values = {name: pa.array([50.0] * len(rows)) for name in ("value", "low", "high", "expected")}
    keys = {"indicator": words([indicator for indicator, _, _ in rows])}
    return pa.table(keys | {"n": pa.array(n, pa.int64()), "count": pa.array(count, pa.int64())} | values)


def pairs(*rows: tuple[int, int, int, int, int]) -> pa.Table:
    """Pairs from n_both, before_count, after_count, gained and lost."""
    names = ("n_both", "before_count", "after_count", "gained", "lost")
    columns = {name: pa.array(column, pa.int64()) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    values = {name: pa.array([1.0] * len(rows)) for name in ("before_value", "after_value", "low", "high", "p_value")}
    return pa.table({"indicator": words(["ehcp"] * len(rows))} | columns | values)


def symbols(kind: Any, cells: pa.Table, policy: Policy = PARTNERS) -> list[str | None]:
    return list(protect(kind, cells, policy).table["symbol"].to_pylist())


def reasons(kind: Any, cells: pa.Table, policy: Policy = PARTNERS) -> list[str]:
    return [REASONS[code] for code in why_too_small(kind, cells, policy)]


@pytest.mark.parametrize(
    ("n", "count", "symbol"),
    [
        (30, 15, None),
        (10, 6, "c"),
        (12, 6, None),
        (9, 0, "c"),
        (9, 4, "c"),
        (0, 0, "c"),
        (100, 1, "c"),
        (100, 5, "c"),
        (100, 6, None),
        (100, 94, None),
        (100, 95, "c"),
        (100, 99, "c"),
        (29, 0, "c"),
        (30, 0, None),
        (29, 29, "c"),
        (30, 30, None),
    ],
)
def test_a_share_is_hidden_where_it_or_what_is_left_is_small(n: int, count: int, symbol: str | None) -> None:
    assert symbols("figures", figures(("ehcp", n, count))) == [symbol]


@pytest.mark.parametrize(("n", "symbol"), [(0, "c"), (5, "c"), (9, "c"), (10, None)])
@pytest.mark.parametrize("indicator", ["recognised", "families"])
def test_a_headcount_has_no_complement_and_is_hidden_as_a_base_is(indicator: str, n: int, symbol: str | None) -> None:
    assert symbols("figures", figures((indicator, n, n))) == [symbol]


@pytest.mark.parametrize(("n", "symbol"), [(0, "c"), (9, "c"), (10, None)])
def test_a_mean_is_hidden_for_its_base_alone(n: int, symbol: str | None) -> None:
    assert symbols("figures", figures(("attendance_mean", n, None))) == [symbol]


SAFE = (100, 40, 50, 20, 10)


@pytest.mark.parametrize(
    ("pair", "symbol"),
    [
        (SAFE, None),
        ((9, 9, 9, 0, 0), "c"),
        ((100, 5, 50, 50, 0), "c"),
        ((100, 95, 50, 0, 45), "c"),
        ((100, 50, 5, 0, 45), "c"),
        ((100, 50, 95, 45, 0), "c"),
        ((100, 40, 30, 5, 15), "c"),
        ((100, 40, 50, 15, 5), "c"),
        ((30, 10, 20, 10, 0), None),
        ((29, 9, 19, 10, 0), "c"),
        ((29, 0, 10, 10, 0), "c"),
        # With it on both sides, before - lost, and on neither, n_both - before - gained: 5, 6 and none; the rest as SAFE.
        ((100, 40, 50, 45, 35), "c"),
        ((100, 40, 50, 44, 34), None),
        ((100, 40, 50, 50, 40), None),
        ((100, 60, 60, 35, 35), "c"),
        ((100, 60, 60, 34, 34), None),
        ((100, 60, 60, 40, 40), None),
        ((29, 14, 15, 15, 14), "c"),
    ],
)
def test_a_pair_is_hidden_whole_where_any_part_of_it_is_small(pair: tuple[int, int, int, int, int], symbol: str | None) -> None:
    assert symbols("pairs", pairs(pair)) == [symbol]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (("ehcp", 100, 50), "shown"),
        (("ehcp", 9, 4), "base"),
        (("ehcp", 9, 0), "base"),
        (("ehcp", 100, 5), "count"),
        (("ehcp", 100, 95), "complement"),
        (("ehcp", 10, 5), "count"),
        (("ehcp", 29, 0), "zero"),
        (("ehcp", 29, 29), "zero"),
        (("ehcp", 30, 30), "shown"),
        (("families", 9, 9), "base"),
        (("families", 10, 10), "shown"),
        (("attendance_mean", 9, None), "base"),
        (("attendance_mean", 10, None), "shown"),
    ],
)
def test_a_figure_too_small_has_the_first_of_its_reasons(cell: tuple[str, int, int | None], reason: str) -> None:
    assert reasons("figures", figures(cell)) == [reason]


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        (SAFE, "shown"),
        ((9, 9, 9, 0, 0), "base"),
        ((100, 40, 30, 5, 15), "count"),
        ((100, 95, 50, 0, 45), "complement"),
        ((100, 40, 50, 45, 35), "complement"),
        ((100, 60, 60, 35, 35), "complement"),
        ((29, 9, 19, 10, 0), "zero"),
        ((29, 14, 15, 15, 14), "zero"),
    ],
)
def test_a_pair_too_small_has_the_first_of_its_reasons(pair: tuple[int, int, int, int, int], reason: str) -> None:
    assert reasons("pairs", pairs(pair)) == [reason]


def test_counts_about_nobody_have_no_reason_to_be_hidden() -> None:
    few = rows_of(("rows_read", "links", 9), ("rows_read", "coverage", 9), ("matched", "education", 9), read=9)
    assert reasons("quality", few) == ["base", "shown", "base"]


def test_the_policy_that_hides_nothing_has_no_reasons() -> None:
    assert reasons("figures", figures(("ehcp", 1, 1), ("ehcp", 0, 0)), NONE) == ["shown", "shown"]


def rows_of(*parts: tuple[str, str, int], read: int = 1_000, area: str = "E10000025") -> pa.Table:
    """Counts about the data from a topic, a kind of file and a count; all out of so many rows read."""
    columns = dict(zip(("topic", "file", "count"), zip(*parts, strict=True), strict=True))
    table = pa.table({"topic": columns["topic"], "file": columns["file"], "area_code": [area] * len(parts)})
    return table.append_column("n", pa.array([read] * len(parts))).append_column("count", pa.array(columns["count"]))


@pytest.mark.parametrize(("found", "of", "symbol"), [(50, 100, None), (97, 100, "c"), (3, 100, "c"), (9, 9, "c"), (29, 29, "c")])
def test_counts_of_matched_children_are_hidden_as_figures_are(found: int, of: int, symbol: str | None) -> None:
    assert symbols("quality", rows_of(("matched", "education", found), read=of)) == [symbol]


def test_few_rows_of_a_register_are_hidden_and_few_of_a_file_about_nobody_are_not() -> None:
    few = rows_of(("rows_read", "links", 9), ("rows_read", "coverage", 9), ("rows_read", "comparators/mapping", 2), read=9)
    assert symbols("quality", few) == ["c", None, None]


def test_matched_children_are_never_taken_for_rows_about_nobody() -> None:
    assert symbols("quality", rows_of(("matched", "coverage", 3))) == ["c"]


def test_a_hidden_part_of_the_rows_read_cannot_be_had_by_subtraction() -> None:
    """Of 1,000 rows 977 are used and 20 rejected for one reason: without the rows used, nobody can tell that 3 are left."""
    parts = rows_of(
        ("rows_read", "links", 1_000), ("rows_used", "links", 977), ("rows_rejected", "links", 20), ("rows_rejected", "links", 3)
    )
    assert symbols("quality", parts) == [None, "c", None, "c"]


def test_where_few_rows_are_used_the_largest_reason_is_hidden_with_them() -> None:
    parts = rows_of(("rows_used", "links", 3), ("rows_rejected", "links", 900), ("rows_rejected", "links", 97))
    assert symbols("quality", parts) == ["c", "c", None]


def test_where_the_largest_part_alone_is_hidden_another_goes_with_it() -> None:
    """Of 6,000 rows read 200 and 100 were rejected, and those used are hidden beside an earlier release: 6,000 - 200 - 100."""
    parts = rows_of(("rows_used", "links", 5_700), ("rows_rejected", "links", 100), ("rows_rejected", "links", 200), read=6_000)
    besides = np.array([True, False, False])
    assert protect("quality", parts, PARTNERS, besides=besides).table["symbol"].to_pylist() == ["c", None, "c"]


def test_parts_of_other_areas_stay(tmp_path: Path) -> None:
    here = rows_of(("rows_used", "links", 997), ("rows_rejected", "links", 3))
    there = rows_of(("rows_used", "links", 900), ("rows_rejected", "links", 100), area="E06000038")
    assert symbols("quality", pa.concat_tables([here, there])) == ["c", "c", None, None]


def test_a_hidden_cell_has_no_number_left() -> None:
    table = protect("figures", figures(("ehcp", 100, 3), ("ehcp", 100, 50)), PARTNERS).table
    hidden, shown = table.to_pylist()
    assert {name: hidden[name] for name in NUMBERS["figures"]} == dict.fromkeys(NUMBERS["figures"])
    assert None not in [shown[name] for name in NUMBERS["figures"]]


def test_a_public_symbol_stands_before_the_policy_is_asked() -> None:
    codes = np.array([SYMBOLS.index(symbol) for symbol in ("z", "x", None)], dtype=np.int8)
    table = protect("figures", figures(("ehcp", 100, 3), ("ehcp", 100, 50), ("ehcp", 100, 3)), PARTNERS, codes).table
    assert table["symbol"].to_pylist() == ["z", "x", "c"]
    assert table["n"].to_pylist() == [None, None, None]


def test_what_would_tell_of_others_is_blanked_with_the_symbol_of_what_is_small() -> None:
    besides = np.array([True, False, False])
    table = protect("figures", figures(("ehcp", 100, 50), ("ehcp", 100, 50), ("ehcp", 100, 3)), PARTNERS, besides=besides).table
    hidden, shown, small = table.to_pylist()
    assert (hidden["symbol"], shown["symbol"], small["symbol"]) == ("c", None, "c")
    assert {name: hidden[name] for name in NUMBERS["figures"]} == dict.fromkeys(NUMBERS["figures"])


def test_none_hides_nothing_but_what_cannot_exist() -> None:
    cells = figures(("ehcp", 100, 3), ("ehcp", 1, 1), ("ehcp", 0, 0), ("families", 1, 1))
    codes = np.array([0, 0, 0, SYMBOLS.index("z")], dtype=np.int8)
    assert protect("figures", cells, NONE, codes).table["symbol"].to_pylist() == [None, None, None, "z"]


counts = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: ("ehcp", max(pair), min(pair)))


@given(st.lists(counts, min_size=1, max_size=20))
def test_nothing_small_is_ever_left(rows: list[tuple[str, int, int]]) -> None:
    for row in protect("figures", figures(*rows), PARTNERS).table.to_pylist():
        if row["symbol"] is None:
            assert row["n"] >= 10
            assert not 1 <= row["count"] <= 5 and not 1 <= row["n"] - row["count"] <= 5
            assert row["n"] >= 30 or 0 not in (row["count"], row["n"] - row["count"])
        else:
            assert all(row[name] is None for name in NUMBERS["figures"])


def test_the_last_check_finds_a_small_number_that_was_let_through() -> None:
    let_through = protect("figures", figures(("ehcp", 100, 3)), NONE).table
    with pytest.raises(UnprotectedError, match="a figures cell is shown that the policy partners hides"):
        check("figures", let_through, PARTNERS)


def test_the_last_check_finds_a_number_beside_a_symbol() -> None:
    protected = protect("figures", figures(("ehcp", 100, 3)), PARTNERS).table
    place = protected.column_names.index("expected")
    leaking = protected.set_column(place, "expected", pa.array([13.6]))
    with pytest.raises(UnprotectedError, match="a figures cell with a symbol still has its expected"):
        check("figures", leaking, PARTNERS)


# The public symbols.

OXFORDSHIRE, OXFORD, CHERWELL = "E10000025", "E07000178", "E07000177"
READING, SLOUGH = "E06000038", "E06000039"
LATTICE = Lattice(
    areas=(
        Area("all", "Thames Valley", "all"),
        Area(OXFORDSHIRE, "Oxfordshire", "authority", "all"),
        Area(OXFORD, "Oxford", "district", OXFORDSHIRE),
        Area(READING, "Reading", "authority", "all"),
    ),
    age_bands=("0-4", "5-11", "12-17"),
    sexes=("F", "M"),
    periods=("2021", "2022", "2023", "2024"),
    children_total=225,
    programme_start=date(2021, 11, 1),
    observed_to={"school_census": date(2023, 7, 31), "social_care": date(2023, 7, 30), "meals": date(2023, 7, 31)},
)
SUPPLIED = {"school_census": frozenset({OXFORDSHIRE}), "social_care": frozenset({READING}), "meals": frozenset({OXFORDSHIRE})}


def structural(indicator: str, time: str, cut: dict[str, str], lattice: Lattice = LATTICE) -> str | None:
    cell = {"area_code": "all", "age_band": "all", "period": "all"} | cut | {"indicator": indicator, "time": time}
    table = pa.table({name: words([value]) for name, value in cell.items()})
    (code,) = Structure(lattice, SUPPLIED).symbols(table)
    return SYMBOLS[int(code)]


@pytest.mark.parametrize(
    ("indicator", "time", "cut", "symbol"),
    [
        # Autumn 2021 holds the first day; the summer term of 2023, five terms on, ends on the last day observed.
        ("ehcp", "5", {}, None),
        ("ehcp", "6", {}, "z"),
        ("ehcp", "4", {"period": "2022"}, None),
        ("ehcp", "5", {"period": "2022"}, "z"),
        ("ehcp", "-12", {"period": "2024"}, None),
        ("coverage_not_reached", "6", {}, "z"),
        # Care is observed to 30 July 2023, so July is not over.
        ("statutory", "m0", {"period": "2023"}, None),
        ("statutory", "w6", {"period": "2023"}, "z"),
        ("statutory", "m+1", {"period": "2023"}, None),
        ("statutory", "w3", {"period": "2024"}, "z"),
        ("any_active", "before", {"period": "2023"}, None),
        ("any_active", "window", {"period": "2023"}, "z"),
        ("services_all", "window", {"period": "2022"}, None),
        # A child of 4 is of school age a year later at the latest, and never three years before.
        ("ehcp", "-12", {"age_band": "0-4"}, "z"),
        ("ehcp", "1", {"age_band": "0-4"}, None),
        ("ehcp", "-12", {"age_band": "12-17"}, None),
        ("statutory", "b6", {"age_band": "0-4"}, None),
        # Reading supplied social care alone, Oxfordshire schools alone, nobody the offers.
        ("ehcp", "0", {"area_code": READING}, "x"),
        ("fsm_received", "0", {"area_code": READING}, "x"),
        ("ehcp", "0", {"area_code": OXFORD}, None),
        ("statutory", "m0", {"area_code": OXFORD}, "x"),
        ("statutory", "m0", {"area_code": READING}, None),
        ("ehcp", "0", {}, None),
        ("step_offered", "all", {}, "x"),
        ("recognised", "all", {"area_code": READING}, None),
        ("ehcp", "6", {"area_code": READING}, "z"),
    ],
)
def test_what_cannot_exist_and_what_was_not_supplied(indicator: str, time: str, cut: dict[str, str], symbol: str | None) -> None:
    assert structural(indicator, time, cut) == symbol


LIVE = replace(
    LATTICE,
    periods=("2021", "2022", "2022Q1", "2023"),
    areas=(
        Area("all", "Thames Valley", "all"),
        Area(OXFORDSHIRE, "Oxfordshire", "authority", "all", "2022-04"),
        Area(OXFORD, "Oxford", "district", OXFORDSHIRE, "2022-01"),
        Area(CHERWELL, "Cherwell", "district", OXFORDSHIRE),
        Area(READING, "Reading", "authority", "all", "2024-07"),
        Area(SLOUGH, "Slough", "authority", "all"),
    ),
)
"""Oxford began before its county, Cherwell with it; Reading begins after everything recorded; of Slough nothing is recorded."""


@pytest.mark.parametrize("indicator", ["step_offered", "beside_suitable_pending", "wait_notified_same_month", "overdue_visited"])
@pytest.mark.parametrize(
    ("area", "period", "symbol"),
    [
        (OXFORDSHIRE, "2021", "z"),
        (OXFORDSHIRE, "2022Q1", None),  # Oxford's children are the county's
        (OXFORD, "2022Q1", None),
        (CHERWELL, "2022Q1", "z"),
        (CHERWELL, "2022", None),
        (CHERWELL, "all", None),
        (READING, "2023", "z"),
        (READING, "all", "z"),
        (SLOUGH, "2021", None),
        ("all", "2021", None),  # it may have begun in Slough
    ],
)
def test_before_its_go_live_an_area_has_no_figures_of_the_offer(
    indicator: str, area: str, period: str, symbol: str | None
) -> None:
    supplied = Structure(LIVE, {"support": frozenset({OXFORDSHIRE, READING, SLOUGH})})
    cell = {"area_code": area, "age_band": "all", "period": period, "indicator": indicator, "time": "all"}
    (code,) = supplied.symbols(pa.table({name: words([value]) for name, value in cell.items()}))
    assert SYMBOLS[int(code)] == symbol


@pytest.mark.parametrize(
    ("indicator", "time"), [("recognised", "all"), ("wait_recognised_next_month", "all"), ("unknown_offered", "window")]
)
def test_recognition_is_force_wide_whenever_the_offer_began(indicator: str, time: str) -> None:
    cell = {"area_code": READING, "age_band": "all", "period": "2022", "indicator": indicator, "time": time}
    (code,) = Structure(LIVE, {"social_care": frozenset({READING})}).symbols(pa.table({n: words([v]) for n, v in cell.items()}))
    assert SYMBOLS[int(code)] is None


def test_a_partnership_all_of_which_is_recorded_begins_with_its_first() -> None:
    known = replace(LIVE, areas=tuple(area for area in LIVE.areas if area.code != SLOUGH))
    assert known.first_go_live("all") == date(2022, 1, 1)
    assert LIVE.first_go_live("all") is None


def test_a_period_before_the_programme_cannot_exist() -> None:
    early = replace(LATTICE, programme_start=date(2022, 1, 1))
    assert structural("recognised", "all", {"period": "2021"}, early) == "z"
    assert structural("recognised", "all", {"period": "2022"}, early) is None
