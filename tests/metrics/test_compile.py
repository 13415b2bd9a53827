"""The release as written: whole, sorted, protected, the same for the same cohort, and live only when finished."""

from __future__ import annotations

import errno
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data import comparators, reference
from data.cohort import CohortStore, Input, Note, Rejection
from data.errors import DataError
from data.versions import current
from metrics.catalogue import BY_PARENT, INDICATORS
from metrics.compile import compile_release
from metrics.compile.measuring import measured
from metrics.disclosure.attacker import InconsistentError
from metrics.disclosure.edition import Edition
from metrics.disclosure.policy import PolicyError, load_policy
from metrics.disclosure.proof import Proof
from metrics.disclosure.suppression import NUMBERS, UnprotectedError
from metrics.filters import Filters
from metrics.release import Release
from metrics.statistics import Z
from tests.builders import OXFORD, OXFORDSHIRE, READING, write_store

Row = dict[str, Any]
FILES = ("figures", "pairs", "comparators", "quality")


def forty(**changes: Any) -> list[Row]:
    """Forty children in twenty families of two, half of them girls."""
    return [
        {"child_id": f"child {n:02}", "family_id": f"family {n // 2}", "sex": "FM"[n % 2], "district_code": OXFORD} | changes
        for n in range(40)
    ]


def store(root: Path, **options: Any) -> Path:
    """Forty children: ten families with a plan at term 0, each child attending nine of ten sessions but the last ten."""
    terms: list[Row] = [{"child_id": f"child {n:02}", "relative_term": 0, "ehcp": n < 20} for n in range(40)]
    for n, row in enumerate(terms):
        row |= {"sessions_possible": 100, "sessions_absent": 10 if n < 30 else 60}
    write_store(root / "cohort", forty(), terms, **options)
    return root / "cohort"


CENSUS = "school_census/pupilonroll"
SPANS = ((date(2017, 8, 1), date(2020, 3, 31)), (date(2020, 9, 1), date(2025, 7, 31)))
SAID: Row = {
    "covered": {"meals": {OXFORDSHIRE: SPANS}},
    "definitions": {OXFORDSHIRE: "an assessment"},
    "settings": {"Receptions counted": "remand"},
    "notes": (Note(OXFORDSHIRE, "support", "No outcome was supplied."),),
    "inputs": {
        "one": Input("", 400, CENSUS, OXFORDSHIRE, 300),
        "two": Input("", 100, CENSUS, OXFORDSHIRE, 100),
        "three": Input("", 100, CENSUS, READING, 100),
        "ann.csv": Input("", 100),
        "partnership.json": Input("", None),
    },
    "rejected": (
        Rejection("one", "UPN is missing", 80),
        Rejection("one", "doubtful", 20),
        Rejection("ann.csv", "?", 30),
        Rejection("links", "index_date is missing", 40),
    ),
}
"""What the store says of its extracts."""


@dataclass(frozen=True)
class Made:
    """A store of real children as far as it says, its release, that one's version, and the steps told while it was made."""

    store: Path
    release: Path
    version: str
    steps: tuple[tuple[str, int, int], ...]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root, steps = tmp_path_factory.mktemp("forty"), list[tuple[str, int, int]]()
    cohort = store(root, said=SAID, synthetic=False)
    version = compile_release(cohort, root / "release", progress=lambda *step: steps.append(step))
    return Made(cohort, root / "release", version, tuple(steps))


@pytest.fixture(scope="module")
def release(made: Made) -> Path:
    return made.release


@pytest.fixture(scope="module")
def room_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store, and a live release of it under either policy."""
    room = tmp_path_factory.mktemp("room")
    cohort = store(room)
    for policy in ("none", "partners"):
        compile_release(cohort, room / policy, policy)
    return room


@pytest.fixture
def room(room_once: Path, tmp_path: Path) -> Path:
    """The same as a test's own."""
    return shutil.copytree(room_once, tmp_path / "room")


def table(release: Path, name: str) -> pa.Table:
    return pq.read_table(current(release) / f"{name}.parquet")


def manifest(release: Path) -> Row:
    said: Row = json.loads((current(release) / "manifest.json").read_text(encoding="utf-8"))
    return said


def figure(release: Path, indicator: str, time: str | None = None, **cut: str) -> Any:
    return Release.open(release).cut(Filters(**cut)).figure(indicator, time)


def test_a_share_with_its_interval(release: Path) -> None:
    ehcp = figure(release, "ehcp")
    assert (ehcp.n, ehcp.count, ehcp.value) == (40, 20, 100 * 20 / 40)
    # Pairs that are always alike: a design effect of 2 * 20 / 19, told as 2.1, so 40 / 2.1 children's worth.
    worth = 40 / round(2 * 20 / 19, 1)
    half = Z / (1 + Z**2 / worth) * math.sqrt(0.5 * 0.5 / worth + Z**2 / (4 * worth**2))
    assert (ehcp.low, ehcp.high) == (pytest.approx(50 - 100 * half), pytest.approx(50 + 100 * half))


def test_a_mean_with_its_interval_to_one_decimal(release: Path) -> None:
    attendance = figure(release, "attendance_mean")
    mean = (30 * 90 + 10 * 40) / 40
    # Two of a family attend alike: fifteen families are 2 * (90 - mean) off, five 2 * (40 - mean).
    error = math.sqrt(20 / 19 * (15 * (2 * (90 - mean)) ** 2 + 5 * (2 * (40 - mean)) ** 2)) / 40
    assert attendance.count is None
    assert (attendance.value, attendance.low, attendance.high) == (77.5, round(mean - Z * error, 1), round(mean + Z * error, 1))


def test_a_mean_is_no_finer_than_it_is_printed_whatever_the_policy(tmp_path: Path) -> None:
    terms = [
        {"child_id": f"child {n:02}", "relative_term": k, "sessions_possible": 70, "sessions_absent": (n * n + 3 * k) % 23}
        for n in range(40)
        for k in range(-3, 4)
    ]
    write_store(tmp_path / "cohort", forty(), terms)
    for policy in ("none", "partners"):
        compile_release(tmp_path / "cohort", tmp_path / policy, policy)
        (pair,) = [row for row in told_of_everyone(tmp_path / policy, "pairs") if row["indicator"] == "attendance_sessions"]
        means = [row for row in told_of_everyone(tmp_path / policy, "figures") if row["indicator"].startswith("attendance_")]
        percentages = [row[name] for row in means for name in ("value", "low", "high")]
        percentages += [pair[name] for name in ("before_value", "after_value", "low", "high")]
        told = [one for one in percentages if one is not None]
        assert len(told) >= 2 * 7 * 3 + 4, "two means over seven terms at least"
        assert told == [round(one, 1) for one in told]
        assert pair["p_value"] == round(pair["p_value"], 3)


def told_of_everyone(release: Path, name: str) -> list[Row]:
    """The rows of the whole cohort."""
    cut = ("area_code", "age_band", "sex", "period")
    return [row for row in table(release, name).to_pylist() if all(row[dimension] == "all" for dimension in cut)]


@pytest.mark.parametrize(("children", "england"), [(99, None), (100, 24.0)])
def test_what_england_would_show(tmp_path: Path, children: int, england: float | None) -> None:
    """Of fewer than a hundred the decimals of several indicators tell how many are in each school year and phase."""
    ids = [f"child {n:02}" for n in range(children)]
    terms: list[Row] = [{"child_id": one, "relative_term": 0, "fsm_eligible": True} for one in ids]
    write_store(tmp_path / "cohort", [{"child_id": one, "family_id": one} for one in ids], terms)
    compile_release(tmp_path / "cohort", tmp_path / "release", policy="none")
    assert figure(tmp_path / "release", "fsm_eligible").expected == england


def test_what_england_would_show_is_told_to_one_decimal(unprotected_release: Path) -> None:
    told = [f for f in table(unprotected_release, "figures")["expected"].to_pylist() if f is not None]
    assert told == [round(f, 1) for f in told] != []


def test_a_headcount_is_100_percent_and_has_no_interval(release: Path) -> None:
    families = figure(release, "families")
    assert (families.n, families.count, families.value, families.low) == (20, 20, 100, None)


def test_a_mean_of_under_thirty_children_has_no_interval(release: Path) -> None:
    girls = figure(release, "attendance_mean", sex="F")
    assert (girls.n, girls.low, girls.high) == (20, None, None)


@pytest.mark.parametrize("name", ["figures", "pairs", "quality"])
def test_a_symbol_stands_if_and_only_if_nothing_else_does(release: Path, name: Any) -> None:
    rows = table(release, name).to_pylist()
    assert {row["symbol"] for row in rows} <= {None, "c", "z", "x"}
    for row in rows:
        numbers = [row[column] for column in NUMBERS[name]]
        assert (row["symbol"] is not None) == all(number is None for number in numbers)
        assert row["symbol"] is not None or row[NUMBERS[name][0]] is not None


def test_figures_have_the_columns_and_types_of_the_contract(release: Path) -> None:
    text, whole, number = pa.string(), pa.int64(), pa.float64()
    keys = ("indicator", "basis", "area_code", "age_band", "sex", "period", "time")
    expected = [(key, text) for key in keys] + [("n", whole), ("count", whole)]
    expected += [(name, number) for name in ("value", "low", "high", "expected")] + [("symbol", text)]
    assert [(field.name, field.type) for field in table(release, "figures").schema] == expected


def test_figures_are_sorted_and_a_row_group_is_an_area(release: Path) -> None:
    rows = table(release, "figures").to_pylist()
    keys = [tuple(row[k] for k in ("area_code", "age_band", "sex", "period", "indicator", "basis", "time")) for row in rows]
    assert keys == sorted(keys)
    file = pq.ParquetFile(current(release) / "figures.parquet")
    areas = [set(file.read_row_group(n, ["area_code"])["area_code"].to_pylist()) for n in range(file.num_row_groups)]
    assert all(len(area) == 1 for area in areas) and len(areas) == len({row["area_code"] for row in rows})


def test_parts_that_are_small_in_finer_cuts_are_told_of_coarse_ones_alone(release: Path, unprotected_release: Path) -> None:
    for released in (release, unprotected_release):
        columns = ["indicator", "basis", "area_code", "age_band", "sex", "period"]
        most: dict[tuple[str, str], int] = {}
        for row in table(released, "figures").select(columns).to_pylist():
            filters = sum(row[d] != "all" for d in ("area_code", "age_band", "sex", "period"))
            key = row["indicator"], row["basis"]
            most[key] = max(most.get(key, 0), filters)
        assert {basis for _, basis in most} == {"observed", "followed"}
        assert all(filters == 0 for (_, basis), filters in most.items() if basis == "followed")
        observed = {one: filters for (one, basis), filters in most.items() if basis == "observed"}
        assert [filters for one, filters in observed.items() if one.startswith("coverage_")] == [0] * 7
        assert [filters for one, filters in observed.items() if one.startswith("services_")] == [0] * 8
        by_one = ("step_", "beside_", "wait_", "overdue_", "unknown_offer", "unknown_not_offered")
        steps = [filters for one, filters in observed.items() if one.startswith(by_one)]
        assert steps and set(steps) == {1}
        whole = [filters for one, filters in observed.items() if one.startswith("unknown_") and not one.startswith(by_one)]
        assert whole == [0] * 4
        assert [observed[one.id] for one in BY_PARENT] == [0] * 18
        coarse = ("coverage_", "services_", "unknown_", *by_one, *(one.id for one in BY_PARENT))
        assert all(filters >= 2 for one, filters in observed.items() if not one.startswith(coarse))


def test_the_release_holds_every_cut_of_its_lattice(release: Path) -> None:
    opened = Release.open(release)
    columns = ("area_code", "age_band", "sex", "period")
    held = {tuple(row[c] for c in columns) for row in table(release, "figures").select(columns).to_pylist()}
    assert held == {(c.area, c.age_band, c.sex, c.period) for c in opened.lattice.cuts()}


def test_the_manifest_says_what_the_release_is(release: Path) -> None:
    said = manifest(release)
    assert said["policy"]["name"] == "partners" and said["policy"]["words"].startswith("We hide")
    assert said["audit"] == {"passed": True, "narrowest": 6 - 1}
    assert said["version"] == current(release).name
    assert said["synthetic"] is False
    assert {one["id"] for one in said["indicators"]} == {indicator.id for indicator in INDICATORS}
    assert {area["code"] for area in said["areas"]} >= {"all", OXFORDSHIRE, OXFORD}
    assert said["observed_to"]["school_census"] == {OXFORDSHIRE: "2025-07-31"}
    assert said["rows"] == {name: table(release, name).num_rows for name in FILES}


def test_a_design_effect_is_told_only_where_its_figure_is_shown(release: Path) -> None:
    effects = manifest(release)["design_effects"]
    assert effects["ehcp"] == round(2 * 20 / 19, 1)
    assert effects["step_notified"] is None


def test_quality_tells_who_was_found_under_the_same_policy(tmp_path: Path) -> None:
    children = forty()
    children[0]["matched_education"] = False
    for child in children[:20]:
        child["matched_social_care"] = False
    write_store(tmp_path / "cohort", children)
    compile_release(tmp_path / "cohort", tmp_path / "release")
    matched = Release.open(tmp_path / "release").quality("matched")
    found = {(one.file, one.area_code, one.breakdown): (one.count, one.n, one.symbol) for one in matched}
    assert found["social_care", OXFORDSHIRE, "all"] == (20, 40, None)
    assert found["social_care", "all", "F"] == (10, 20, None)
    assert found["education", OXFORDSHIRE, "all"] == (None, None, "c")


def test_children_whose_area_supplied_no_register_are_not_counted_as_missing_from_it(tmp_path: Path) -> None:
    children = forty()
    for child in children[20:]:
        child["area_code"], child["district_code"] = READING, None
    for child in children[:10]:
        child["matched_social_care"] = False
    supplied = {"school_census": [OXFORDSHIRE, READING], "social_care": [OXFORDSHIRE]}
    write_store(tmp_path / "cohort", children, supplied=supplied)
    compile_release(tmp_path / "cohort", tmp_path / "release", "none")
    matched = Release.open(tmp_path / "release").quality("matched")
    found = {(one.file, one.area_code): (one.count, one.n) for one in matched if one.breakdown == "all"}
    assert found["social_care", "all"] == found["social_care", OXFORDSHIRE] == (10, 20)
    assert found["education", "all"] == (40, 40)


def test_what_no_area_supplied_is_so_marked(tmp_path: Path) -> None:
    children = forty() + [{"child_id": f"elsewhere {n}", "area_code": READING} for n in range(40)]
    terms = [{"child_id": f"child {n:02}", "relative_term": 0, "ehcp": n < 20} for n in range(40)]
    write_store(tmp_path / "cohort", children, terms, supplied={"school_census": [OXFORDSHIRE], "social_care": [READING]})
    compile_release(tmp_path / "cohort", tmp_path / "release")
    assert figure(tmp_path / "release", "fsm_received").symbol == "x"
    assert figure(tmp_path / "release", "statutory", area=OXFORDSHIRE).symbol == "x"
    ehcp = figure(tmp_path / "release", "ehcp")
    assert (ehcp.symbol, ehcp.count, ehcp.n) == (None, 20, 40)


def test_the_same_cohort_under_the_same_policy_is_the_same_release(made: Made, room: Path) -> None:
    assert compile_release(made.store, room / "other") == made.version
    first = current(room / "none").name
    assert compile_release(room / "cohort", room / "another", policy="none") == first
    assert compile_release(room / "cohort", room / "none", policy="none") == first != made.version
    assert manifest(room / "none")["synthetic"] is True


def test_of_the_same_cohort_nothing_is_shown_that_another_release_hides_which_shows_more_elsewhere(tmp_path: Path) -> None:
    cohort, policy = CohortStore.open(store(tmp_path)), load_policy()
    alone = measured(cohort, policy)
    figures = alone.protected("figures").table.combine_chunks()
    seen = figures["symbol"].is_null().to_numpy()
    mine, theirs = np.flatnonzero(seen)[-1], np.flatnonzero(~seen)[-1]

    def hidden_beside(shown: npt.NDArray[np.bool_], name: str) -> int:
        """How many more cells are hidden beside a release of the same cohort that shows these."""
        directory = tmp_path / name
        directory.mkdir()
        for kind in ("pairs", "quality"):
            pq.write_table(alone.protected(kind).table, directory / f"{kind}.parquet")
        symbols = pa.array([None if one else "c" for one in shown], pa.string())
        place = figures.column_names.index("symbol")
        pq.write_table(figures.set_column(place, "symbol", symbols), directory / "figures.parquet")
        manifest = {"cohort_version": cohort.manifest.version, "policy": policy.to_json(), "lattice": alone.lattice.to_json()}
        found = measured(cohort, policy, [Edition(directory, manifest)]).protected("figures").table["symbol"].is_null().to_numpy()
        assert not (found & ~seen).any()
        return int((seen & ~found).sum())

    fewer, other = seen.copy(), seen.copy()
    fewer[mine] = other[mine] = False
    other[theirs] = True
    assert hidden_beside(seen, "the same") == hidden_beside(fewer, "fewer") == 0
    assert hidden_beside(other, "other") > 0


def test_a_damaged_version_is_written_again(room: Path) -> None:
    version = current(room / "none").name
    damaged = room / "none" / version / "figures.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-100])
    assert compile_release(room / "cohort", room / "none", policy="none") == version
    assert figure(room / "none", "ehcp").count == 20


def test_none_is_refused_for_a_store_not_marked_synthetic(made: Made, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="not marked synthetic"):
        compile_release(made.store, tmp_path / "release", policy="none")
    assert not (tmp_path / "release").exists()


def stop(error: Exception) -> Callable[..., Any]:
    def raising(*_: Any, **__: Any) -> Any:
        raise error

    return raising


@pytest.mark.parametrize(
    ("part", "error", "told"),
    [
        ("metrics.compile.write_comparators", OSError(errno.ENOSPC, "No space left on device"), DataError),
        ("metrics.compile.measuring.tabulate_pairs", KeyboardInterrupt(), KeyboardInterrupt),
        ("metrics.disclosure.protection.protect_figures", InconsistentError(), DataError),
        ("metrics.compile.measuring.protect", UnprotectedError("a cell"), UnprotectedError),
    ],
)
def test_whatever_stops_it_leaves_the_live_release_live(
    room: Path, monkeypatch: pytest.MonkeyPatch, part: str, error: Exception, told: type[BaseException]
) -> None:
    policy = "partners" if part.endswith("protect_figures") else "none"
    version = current(room / policy).name
    write_store(room / "cohort", forty(imprisonment_month=date(2023, 1, 1)))
    monkeypatch.setattr(part, stop(error))
    with pytest.raises(told):
        compile_release(room / "cohort", room / policy, policy=policy)
    assert current(room / policy).name == version
    assert [path.name for path in (room / policy).iterdir() if "unfinished" in path.name] == []


def test_what_falls_whatever_is_hidden_is_not_released(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = current(room / "partners").name
    write_store(room / "cohort", forty(imprisonment_month=date(2023, 1, 1)))

    def all_fall(_: object, shown: npt.NDArray[np.bool_], *__: object) -> Proof:
        return Proof(np.zeros_like(shown), np.ones_like(shown))

    monkeypatch.setattr("metrics.disclosure.protection.until_none_falls", all_fall)
    with pytest.raises(DataError, match=r"^[\d,]+ hidden numbers could be worked out .* nothing is released"):
        compile_release(room / "cohort", room / "partners")
    assert current(room / "partners").name == version


def test_no_store(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no cohort store"):
        compile_release(tmp_path / "nowhere", tmp_path / "release")


def test_progress_is_told_to_the_end(made: Made) -> None:
    steps = {what: (done, total) for what, done, total in made.steps}
    assert all(done == total for done, total in steps.values()) and len(steps) >= 3


def test_rows_of_files_are_added_up_by_kind_and_area(release: Path) -> None:
    """Three censuses are one kind; a file that says nothing of the rows used has used those that were not rejected.

    A file of no known kind is not named: it may be named after a child.
    """
    opened = Release.open(release)
    counts = [one for topic in ("rows_read", "rows_used", "rows_rejected") for one in opened.quality(topic)]
    told = {(one.topic, one.file, one.area_code, one.reason): (one.count, one.n) for one in counts}
    assert told == {
        ("rows_read", CENSUS, OXFORDSHIRE, None): (500, 400 + 100),
        ("rows_used", CENSUS, OXFORDSHIRE, None): (300 + 100, 500),
        ("rows_rejected", CENSUS, OXFORDSHIRE, "UPN is missing"): (80, 500),
        ("rows_rejected", CENSUS, OXFORDSHIRE, "doubtful"): (20, 500),
        ("rows_read", CENSUS, READING, None): (100, 100),
        ("rows_used", CENSUS, READING, None): (100, 100),
        ("rows_read", "another file", "all", None): (100, 100),
        ("rows_used", "another file", "all", None): (100 - 30, 100),
        ("rows_rejected", "another file", "all", "?"): (30, 100),
        ("rows_rejected", "links", "all", "index_date is missing"): (40, 40),
    }


def test_the_release_says_what_the_store_says_of_its_extracts(made: Made) -> None:
    told = Release.open(made.release).extracts
    assert told.spans["meals"] == {OXFORDSHIRE: SPANS}
    assert told.spans["support"] == {OXFORDSHIRE: ((date(2017, 8, 1), date(2025, 7, 31)),)}
    assert (told.definitions, told.settings) == (SAID["definitions"], SAID["settings"])
    assert [vars(note) for note in told.notes] == [vars(note) for note in SAID["notes"]]
    assert told.built_at is not None and told.built_at.isoformat() == CohortStore.open(made.store).manifest.built_at


def test_a_partners_comparators_reach_the_release_and_win(tmp_path: Path) -> None:
    cohort = store(tmp_path)
    committed = next(one for one in reference.comparators() if one.area_code == OXFORDSHIRE)
    own = replace(committed, value=12.5, source="Explore Education Statistics, absence.csv [rate]")
    elsewhere = replace(own, area_code="E08000025", period="Academic year 2024/25")
    before = table_of(cohort, tmp_path / "before")
    comparators.write(current(cohort), [own, elsewhere])
    after = table_of(cohort, tmp_path / "after")
    changed = [row for row in after if row not in before]
    assert len(after) == len(before)
    assert [(row["value"], row["source"], row["fit"]) for row in changed] == [(12.5, own.source, committed.fit)]


def table_of(cohort: Path, out: Path) -> list[Row]:
    """The comparators of a release of the store."""
    compile_release(cohort, out, policy="none")
    rows: list[Row] = table(out, "comparators").to_pylist()
    return rows


def test_a_comparator_of_no_indicator_is_refused(tmp_path: Path) -> None:
    cohort = store(tmp_path)
    comparators.write(current(cohort), [replace(reference.comparators()[0], indicator="attendence")])
    with pytest.raises(DataError, match=r"attendence, which is no indicator: correct it in comparators/mapping\.csv"):
        compile_release(cohort, tmp_path / "release", policy="none")
