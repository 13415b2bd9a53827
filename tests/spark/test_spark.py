"""Whatever DuckDB derives, links and counts, Spark does too, row for row: alone and on a cluster of two workers.

`make spark` runs these on pyspark 3.5 and on 4.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.build import build
from data.cohort import CohortStore
from data.engine import Engine, Setting, StatementError
from data.errors import DataError
from data.match import link
from data.schema import STORE
from data.synthetic import synthesise
from metrics.catalogue import find
from metrics.filters import Filters
from metrics.lattice import Lattice
from metrics.tabulate import design_effects, families_behind, families_behind_pairs, tabulate, tabulate_pairs
from metrics.tabulate.members import members, number_children, standings
from tests import builders
from tests.data import registers
from tests.metrics import test_tabulate
from tests.spark.cluster import cluster

ROOT = Path(__file__).parents[2]
SPARK = Setting("spark", "1GB")
CHILDREN = 150


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared records of a fake cohort."""
    out = tmp_path_factory.mktemp("extracts") / "records"
    synthesise(out, children=CHILDREN, seed=5, truth_only=True)
    return out


@pytest.fixture(scope="module")
def in_process(records: Path, tmp_path_factory: pytest.TempPathFactory) -> CohortStore:
    """What DuckDB derives from them."""
    store = tmp_path_factory.mktemp("duckdb")
    build(records, store)
    return CohortStore.open(store)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> CohortStore:
    """Four children with something to count in every indicator."""
    given = (test_tabulate.CHILDREN, test_tabulate.TERMS, test_tabulate.WINDOWS, test_tabulate.SUPPORT)
    return builders.write_store(tmp_path_factory.mktemp("four"), *given)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with closing(SPARK.opened(beside=tmp_path)) as engine:
        yield engine


def assert_same_store(one: CohortStore, other: CohortStore) -> None:
    for table in STORE:
        assert one.path(table.name).read_bytes() == other.path(table.name).read_bytes(), table.name
    assert one.manifest.version == other.manifest.version


def test_a_build_gives_the_same_bytes(records: Path, in_process: CohortStore, tmp_path: Path) -> None:
    build(records, tmp_path, engine=SPARK)
    assert_same_store(CohortStore.open(tmp_path), in_process)
    assert list(tmp_path.glob(".scratch-*")) == []


def test_chunks_of_children_give_the_same_bytes(
    records: Path, in_process: CohortStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.engine.spark.Spark.at_once", CHILDREN // 2 + 1)
    build(records, tmp_path, engine=SPARK)
    assert_same_store(CohortStore.open(tmp_path), in_process)


def test_every_count_is_the_same(counted: CohortStore) -> None:
    lattice = Lattice.of(counted)
    for count in (tabulate, tabulate_pairs, families_behind, families_behind_pairs):
        assert count(counted.by(SPARK), lattice).equals(count(counted, lattice)), count.__name__
    assert design_effects(counted.by(SPARK)) == design_effects(counted)


def test_the_children_behind_a_figure_are_the_same(counted: CohortStore) -> None:
    meals, found = find("fsm_received"), []
    for store in (counted, counted.by(SPARK)):
        with closing(store.connect()) as engine:
            number_children(engine)
            behind = members(engine, meals, "0", cut=Filters(sex="F"))
            found.append((behind, standings(engine, meals, "0", "observed", ["ada", "ben", "nobody"])))
    assert found[0] == found[1] and found[0][0]


def test_the_same_children_are_found_in_the_registers(engine: Engine) -> None:
    drawn, found = registers.authority(pupils=2_000, children=120), []
    for by in (None, engine):
        with closing(registers.database(drawn.children, drawn.pupils)) as connection:
            links = link(connection, 0.95, engine=by)
            rows = [
                connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in ("matched", "match_reviews")
            ]
            found.append((links, rows))
    assert found[0] == found[1]
    assert found[0][0].matched > 80 and found[0][0].reviews > 0


def test_a_cluster_of_two_workers_gives_the_same_bytes(records: Path, in_process: CohortStore, tmp_path: Path) -> None:
    store = tmp_path / "store"
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster") as address:
        command = [sys.executable, "-m", "data", "build", "--extracts", str(records), "--store", str(store), "--engine", "spark"]
        variables = os.environ | {"SPARK_MASTER": address, "SPARK_LOCAL_IP": "127.0.0.1"}
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert_same_store(CohortStore.open(store), in_process)


def test_each_session_has_tables_of_its_own(engine: Engine, tmp_path: Path) -> None:
    engine.define("mine", "SELECT 1 AS found")
    with closing(SPARK.opened(beside=tmp_path)) as other, pytest.raises(StatementError, match=r"mine"):
        other.schema("SELECT * FROM mine")


def test_a_sum_that_is_too_large_is_an_error_and_no_other_number(engine: Engine) -> None:
    engine.define("large", "SELECT 9223372036854775807 AS number UNION ALL SELECT 1 AS number")
    with pytest.raises(DataError, match=r"Spark could not work through the records \(\w*ArithmeticException\)"):
        engine.fetch("SELECT SUM(number) AS total FROM large")


def test_a_cluster_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    code = "from data.engine import Setting; Setting('spark').opened()"
    variables = os.environ | {"SPARK_MASTER": "nonsense://nowhere"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert "Spark could not be started at nonsense://nowhere" in done.stderr.splitlines()[-1]
