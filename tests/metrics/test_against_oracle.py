"""Every number, twice: the production code against the slow reference of `tests/oracle`.

Each test guards against a figure that is wrong and looks right. A new indicator without a reference fails here by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, seed, settings

import data.calendar
from data.build import build
from data.cohort import CohortStore
from data.errors import DataError
from metrics import INDICATORS, Indicator, find
from metrics.compile import compile_release
from metrics.indicator import BASES
from metrics.lattice import Lattice
from metrics.tabulate import tabulate
from tests.oracle import dates, lives, pairs, suppression
from tests.oracle.cohort import Cohort, Row, live_version, read_cohort
from tests.oracle.figures import Cut, Divided, Figure, cohort_design_effect, divide, figures
from tests.oracle.indicators import BY_RECOGNITION, MOST_FILTERS, PROPORTIONS, QUESTIONS, times
from tests.oracle.lattice import cuts, is_held, is_released
from tests.oracle.printed import decimals, is_printed
from tests.oracle.writing import cohort_of, read_extracts, write_extracts, write_store
from tests.record_strategies import partnerships
from tests.strategies import StoreRows, Tables, cohorts

SAME_COHORTS = 1
"""The seed of the random cohorts. A failing one is not made smaller: that would compile a hundred more."""

Cell = tuple[str, Cut, str]
"""A basis, a cut and a time."""

each_indicator = pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.id)
each_pair = pytest.mark.parametrize("indicator", [i for i in INDICATORS if i.change], ids=lambda indicator: indicator.id)


# The declarations.


@each_indicator
def test_the_reference_knows_the_indicator(indicator: Indicator) -> None:
    assert indicator.id in QUESTIONS, f"write {indicator.id} in tests/oracle/indicators.py, from its definition alone"


@each_indicator
def test_the_indicator_is_released_at_the_times_and_on_the_bases_of_the_design(indicator: Indicator) -> None:
    assert indicator.time.codes == times(indicator.id, "observed")
    assert set(indicator.bases) == {basis for basis in BASES if times(indicator.id, basis)}
    assert (indicator.period_of == "recognised_month") == (indicator.id in BY_RECOGNITION)
    assert indicator.most_filters == MOST_FILTERS.get(indicator.id)


def test_every_indicator_of_the_design_is_declared() -> None:
    assert {indicator.id for indicator in INDICATORS} == set(QUESTIONS)
    assert {indicator.id for indicator in INDICATORS if indicator.change} == set(pairs.PAIRED)


# The calendar.


def test_every_day_of_thirty_years_is_in_the_same_term() -> None:
    for day in (date(2010, 1, 1) + timedelta(days=days) for days in range(30 * 365)):
        ours, theirs = dates.term_after(day, 0), data.calendar.term_of(day)
        assert (theirs.academic_year, theirs.name) == (ours.academic_year, ours.name), day
        assert (theirs.first_day, theirs.last_day, theirs.census_day) == (ours.first_day, ours.last_day, ours.census_day), day
        assert data.calendar.is_covid(theirs) == ours.is_lockdown, day
        assert data.calendar.in_holiday(day) == dates.in_holiday(day), day


@pytest.mark.parametrize("band", dates.AGES)
def test_school_age_is_possible_at_the_same_terms(band: str) -> None:
    possible = [term for term in range(-12, 9) if dates.could_be_school_age(band, term)]
    assert [term for term in range(-12, 9) if data.calendar.could_be_school_age(band, term)] == possible


# The build.


def stored_families(cohort: Cohort) -> Counter[tuple[lives.Portrait, ...]]:
    """The families of a store, as the reference draws them."""
    by_family: dict[str, list[lives.Portrait]] = {}
    for child in cohort.children:
        drawn = lives.portrait(child.facts, child.terms, child.windows, child.support)
        by_family.setdefault(child.facts["family_id"], []).append(drawn)
    return Counter(tuple(sorted(portraits, key=repr)) for portraits in by_family.values())


def assert_same_families(built: Counter[tuple[lives.Portrait, ...]], expected: Counter[tuple[lives.Portrait, ...]]) -> None:
    """Say which columns differ in the first family that only one of the two has."""
    surplus, missing = list((built - expected).elements()), list((expected - built).elements())
    if not surplus and not missing:
        return
    pytest.fail(
        "\n".join([f"{len(surplus)} families built that should not be, {len(missing)} missing", *_first(surplus, missing)])
    )


def _first(surplus: list[tuple[lives.Portrait, ...]], missing: list[tuple[lives.Portrait, ...]]) -> list[str]:
    if not surplus or not missing:
        return [repr((surplus or missing)[0])]
    closest = min(
        ([*_differences(ours, theirs)] for theirs in missing[:30] for ours in surplus[:1] if len(ours) == len(theirs)),
        key=len,
        default=["families of different sizes"],
    )
    return closest[:20]


def _differences(built: Any, expected: Any, path: str = "") -> Iterator[str]:
    if built == expected:
        return
    if isinstance(built, tuple) and isinstance(expected, tuple) and len(built) == len(expected):
        for position, (ours, theirs) in enumerate(zip(built, expected, strict=True)):
            named = ours[0] if isinstance(ours, tuple) and ours and isinstance(ours[0], str | int) else position
            yield from _differences(ours, theirs, f"{path}/{named}")
    else:
        yield f"{path}: built {built!r}, expected {expected!r}"


@given(partnerships())
@settings(max_examples=40)
def test_build_of_random_records(records: Tables) -> None:
    expected = lives.families(records)
    with TemporaryDirectory() as scratch:
        extracts, store = write_extracts(records, Path(scratch) / "extracts"), Path(scratch) / "store"
        if not expected:
            with pytest.raises(DataError, match="No child is recognised"):
                build(extracts, store)
            return
        build(extracts, store)
        assert_same_families(stored_families(read_cohort(store)), expected)


def test_build_of_the_demonstration(demonstration_extracts: Path, demonstration_store: Path) -> None:
    expected = lives.families(read_extracts(demonstration_extracts))
    assert_same_families(stored_families(read_cohort(demonstration_store)), expected)


# The figures.


@cache
def demonstration(store: Path) -> Divided:
    """The demonstration's cohort and every cut its release must hold, read once."""
    cohort = read_cohort(store)
    return divide(cohort, cuts(cohort))


def expected_figures(divided: Divided, indicator: str) -> dict[Cell, Figure]:
    """Every cell of every cut, by the reference."""
    deff = 1.0
    if indicator in PROPORTIONS:
        deff = cohort_design_effect(divided.cohort, indicator, find(indicator).time.headline)
    return {
        (basis, cut, time): figure
        for basis in BASES
        for time in times(indicator, basis)
        for cut, figure in figures(divided, indicator, time, basis, deff).items()
    }


def expected_pairs(divided: Divided, indicator: str) -> dict[Cut, pairs.Pair]:
    """The pair of every cut, by the reference."""
    sides = [(child, pairs.two_sides(indicator, child)) for child in divided.cohort.children]
    return {cut: pairs.pair(indicator, (sides[i] for i in who)) for cut, who in divided.inside(indicator).items()}


@lru_cache(maxsize=32)
def whole_file(path: Path) -> pa.Table:
    """A release's file, read once for all indicators."""
    return pq.read_table(path)


def rows_of(path: Path, indicator: str) -> list[Row]:
    """The released rows of one indicator, straight from the file."""
    table = whole_file(path)
    return list(table.filter(pc.equal(table["indicator"], indicator)).to_pylist())


def cell_of(row: Row) -> Cell:
    """Which cell a row is."""
    return row["basis"], cut_of(row), row["time"]


def cut_of(row: Row) -> Cut:
    """Which cut a row is of."""
    return Cut(row["area_code"], row["age_band"], row["sex"], row["period"])


@dataclass(frozen=True)
class Due:
    """What the reference expects of a cell: its numbers, its public symbol, and whether it is too small by itself to show."""

    numbers: Figure | pairs.Pair
    public: str | None
    is_small: bool


def differences(row: Row, due: Due, policy: str) -> list[str]:
    """The columns in which a released row is not what it should be; all null where a symbol stands.

    Under `partners` what is too small is hidden, and what would tell of it may be; what is shown is the same number.
    """
    hidden = due.public or ("c" if policy == "partners" and (due.is_small or row["symbol"] == "c") else None)
    wrong = [] if row["symbol"] == hidden else [f"symbol {row['symbol']}, expected {hidden}"]
    for name, value in vars(due.numbers).items():
        shown = None if hidden else value
        if not is_printed(row[name], shown, decimals(row["indicator"], name)):
            wrong.append(f"{name} {row[name]}, expected {shown}")
    return wrong


def assert_no_faults(faults: Mapping[Any, list[str]]) -> None:
    """Print the first few cells that differ."""
    wrong = [f"{cell}: {'; '.join(columns)}" for cell, columns in faults.items() if columns]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(faults)} cells differ", *islice(wrong, 10)])


Releases = Mapping[str, Path]
"""Releases of one cohort by policy."""


def check_figures(divided: Divided, indicator: str, releases: Releases) -> None:
    """Compare every released cell of an indicator: which there are, their numbers, intervals and symbols."""
    due = {
        cell: Due(figure, suppression.structural(divided.cohort, indicator, *cell[1:]), suppression.primary(indicator, figure))
        for cell, figure in expected_figures(divided, indicator).items()
        if is_released(indicator, cell[1], cell[0])
    }
    for policy, release in releases.items():
        released = {cell_of(row): row for row in rows_of(live_version(release) / "figures.parquet", indicator)}
        held = {cell: one for cell, one in due.items() if is_held(cell[1], policy)}
        assert set(released) == set(held), f"cells differ: {list(islice(set(released) ^ set(held), 5))}"
        assert_no_faults({(policy, *cell): differences(released[cell], one, policy) for cell, one in held.items()})


def check_pairs(divided: Divided, indicator: str, releases: Releases) -> None:
    """Compare every released before-and-after row of an indicator."""
    last = pairs.last_time(indicator)
    due = {
        cut: Due(pair, suppression.structural(divided.cohort, indicator, cut, last), suppression.primary_of_pair(indicator, pair))
        for cut, pair in expected_pairs(divided, indicator).items()
    }
    for policy, release in releases.items():
        released = {cut_of(row): row for row in rows_of(live_version(release) / "pairs.parquet", indicator)}
        held = {cut: one for cut, one in due.items() if is_held(cut, policy)}
        assert set(released) == set(held)
        assert_no_faults({(policy, cut): differences(released[cut], one, policy) for cut, one in held.items()})


@each_indicator
def test_every_figure_of_the_demonstration(
    indicator: Indicator, demonstration_store: Path, demonstration_release: Path, unprotected_release: Path
) -> None:
    releases = {"none": unprotected_release, "partners": demonstration_release}
    check_figures(demonstration(demonstration_store), indicator.id, releases)


@each_pair
def test_every_pair_of_the_demonstration(
    indicator: Indicator, demonstration_store: Path, demonstration_release: Path, unprotected_release: Path
) -> None:
    releases = {"none": unprotected_release, "partners": demonstration_release}
    check_pairs(demonstration(demonstration_store), indicator.id, releases)


# Random cohorts.


@dataclass(frozen=True)
class Released:
    """A cohort, divided into the cuts its release must hold, and its releases by policy."""

    divided: Divided
    releases: Releases


@pytest.fixture(scope="module")
def random_cohorts(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Released]:
    """Cohorts drawn at random, compiled under both policies: once, because every indicator is shown the same."""
    root, drawn = tmp_path_factory.mktemp("random"), list[Released]()

    @seed(SAME_COHORTS)
    @given(rows=cohorts())
    @settings(max_examples=6, phases=[Phase.generate])
    def draw(rows: StoreRows) -> None:
        place, cohort = root / str(len(drawn)), cohort_of(rows)
        store, releases = write_store(rows, place / "store"), {policy: place / policy for policy in ("none", "partners")}
        for policy, release in releases.items():
            compile_release(store, release, policy=policy)
        drawn.append(Released(divide(cohort, cuts(cohort)), releases))

    draw()
    assert len(drawn) == 6, "a test of no cohort would pass"
    return drawn


@each_indicator
def test_figures_of_random_cohorts(indicator: Indicator, random_cohorts: Sequence[Released]) -> None:
    for drawn in random_cohorts:
        check_figures(drawn.divided, indicator.id, drawn.releases)


@each_pair
def test_pairs_of_random_cohorts(indicator: Indicator, random_cohorts: Sequence[Released]) -> None:
    for drawn in random_cohorts:
        check_pairs(drawn.divided, indicator.id, drawn.releases)


@given(rows=cohorts())
@settings(max_examples=3, phases=[Phase.generate])
def test_raw_counts_of_random_cohorts(rows: StoreRows) -> None:
    cohort = cohort_of(rows)
    divided = divide(cohort, cuts(cohort))
    with TemporaryDirectory() as scratch:
        store = CohortStore.open(write_store(rows, Path(scratch)))
        raw = tabulate(store, Lattice.of(store)).to_pylist()
    counted = {(row["indicator"], *cell_of(row)): (row["n"], row["count"]) for row in raw}
    expected = {
        (indicator, *cell): (figure.n, figure.count)
        for indicator in QUESTIONS
        for cell, figure in expected_figures(divided, indicator).items()
    }
    assert counted == expected


# The release says nothing that the reference was not asked about.


def test_the_release_has_no_other_indicator(unprotected_release: Path) -> None:
    version = live_version(unprotected_release)
    for file, known in (("figures", set(QUESTIONS)), ("pairs", set(pairs.PAIRED))):
        column: pa.ChunkedArray = pq.read_table(version / f"{file}.parquet", columns=["indicator"])["indicator"]
        assert set(pc.unique(column).to_pylist()) == known
