"""What every caller of an engine relies on: its own tables, its own folder, and a sentence where there is no engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.engine import Engine, Setting, StatementError
from data.engine.duck import Duck
from data.engine.scratch import Scratch
from data.errors import DataError

ROWS = pa.table({"letter": ["a", "b", None], "number": pa.array([1, 2, 3], pa.int16())})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with closing(Setting().opened(beside=tmp_path)) as engine:
        engine.register("given", ROWS)
        yield engine


def test_a_registered_table_is_read_and_another_of_its_name_takes_its_place(engine: Engine) -> None:
    assert engine.fetch("SELECT * FROM given ORDER BY number") == ROWS
    engine.register("given", ROWS.slice(0, 1))
    assert engine.fetch("SELECT * FROM given") == ROWS.slice(0, 1)


def test_a_file_is_read_but_for_what_a_condition_leaves_out(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(ROWS, tmp_path / "rows.parquet")
    engine.read("later", tmp_path / "rows.parquet", "number > 1")
    assert engine.fetch("SELECT number FROM later ORDER BY number")["number"].to_pylist() == [2, 3]


def test_a_defined_table_is_as_it_was_when_it_was_defined(engine: Engine) -> None:
    engine.define("kept", "SELECT COUNT(*) AS counted FROM given")
    engine.register("given", ROWS.slice(0, 1))
    assert engine.fetch("SELECT * FROM kept").to_pylist() == [{"counted": 3}]


def test_a_query_that_cannot_be_prepared_says_why(engine: Engine) -> None:
    assert engine.schema("SELECT number > 1 AS many FROM given").types == [pa.bool_()]
    with pytest.raises(StatementError, match="nunber"):
        engine.schema("SELECT nunber FROM given")


def test_tables_that_a_build_prepared_are_taken_over() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE prepared AS SELECT 1 AS found")
        for engine in (Setting().opened(over=connection), Setting().opened()):
            engine.take(connection, "prepared")
            assert engine.fetch("SELECT * FROM prepared").to_pylist() == [{"found": 1}]
            engine.close()
        assert connection.execute("SELECT found FROM prepared").fetchall() == [(1,)]


def test_what_does_not_fit_in_memory_is_spilled_beside_the_data_and_gone_afterwards(tmp_path: Path) -> None:
    big = "SELECT i, HASH(i) AS h FROM RANGE(4_000_000) AS numbers (i)"
    ordered = (
        f"SELECT COUNT(*) AS counted FROM (SELECT i, ROW_NUMBER() OVER (ORDER BY h) AS n FROM ({big}) AS a) AS b WHERE n > 0"
    )
    wants = r"needs more than 60MB of memory and may use no disk: allow more with --memory"
    with closing(Setting(memory="60MB").opened()) as engine, pytest.raises(DataError, match=wants):
        engine.fetch(ordered)
    with closing(Setting(memory="60MB").opened(beside=tmp_path)) as engine:
        assert engine.fetch(ordered).to_pylist() == [{"counted": 4_000_000}]
        (folder,) = tmp_path.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_may_not_be_written_to_is_only_read(tmp_path: Path) -> None:
    with closing(Duck.open("1GB", tmp_path / "nowhere")) as engine:
        engine.register("given", ROWS)
        assert engine.fetch("SELECT COUNT(*) AS found FROM given").to_pylist() == [{"found": 3}]


def test_a_folder_in_use_is_left_alone_and_a_killed_processs_is_removed(tmp_path: Path) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", _OPEN_AND_WAIT, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    assert killed.stdout is not None
    theirs = Path(killed.stdout.readline().strip())
    mine = Scratch(tmp_path)
    assert theirs.is_dir() and mine.path.is_dir()
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    third = Scratch(tmp_path)
    assert not theirs.exists() and mine.path.is_dir()
    third.close()
    mine.close()
    assert list(tmp_path.iterdir()) == []


_OPEN_AND_WAIT = """
import pathlib, sys, time
from data.engine.scratch import Scratch
mine = Scratch(pathlib.Path(sys.argv[1]))
print(mine.path, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("memory", ["", "4", "4 GB", "-1GB", "0GB", "4TB", "much"])
def test_an_amount_of_memory_that_is_none_is_refused(memory: str) -> None:
    with pytest.raises(DataError, match="is no amount of memory: write it as 512MB or 4GB"):
        Setting(memory=memory)


def test_without_spark_a_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(DataError, match=r"pip install -r requirements-spark\.txt.*or use --engine duckdb"):
        Setting("spark").opened(beside=tmp_path)
    assert list(tmp_path.iterdir()) == []
