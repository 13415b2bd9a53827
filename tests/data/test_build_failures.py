"""Defends against a build that fails and takes the live store with it, or says it in a traceback."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.build import build, check, database
from data.build.extracts import Extracts
from data.cohort import CohortStore
from data.errors import DataError
from data.progress import silent
from tests.builders import CHERWELL, OXFORD, write_records
from tests.data.ann import ANN, AT_SCHOOL, child, derived

PROJECT = Path(__file__).parents[2]

KILLED = """
import os, signal, sys
from pathlib import Path
import data.build
from data.build import build, storage

point, extracts, store = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def progress(what, done, total):
    if what == point:
        die()

for owner in (storage, storage.TableWriter):
    if hasattr(owner, point):
        setattr(owner, point, die)
build(extracts, store, progress)
"""


@pytest.mark.parametrize("point", ["Checking records", "Deriving terms and windows", "append", "seal", "verify"])
def test_a_killed_build_leaves_the_store_as_it_was(tmp_path: Path, point: str) -> None:
    before = derived(tmp_path)
    extracts = write_records(tmp_path / "extracts", AT_SCHOOL | {"links": [ANN | {"sex": "M"}]})
    command = [sys.executable, "-c", KILLED, point, str(extracts), str(tmp_path / "store")]
    assert subprocess.run(command, cwd=PROJECT, check=False).returncode == -signal.SIGKILL
    assert CohortStore.open(tmp_path / "store") == before
    after = build(extracts, tmp_path / "store")
    left = {path.name for path in (tmp_path / "store").iterdir()}
    assert left == {"CURRENT", ".lock", before.manifest.version, after}


@pytest.mark.parametrize("call", ["pyarrow.parquet.ParquetWriter.write_table", "pathlib.Path.write_text", "os.fsync"])
def test_a_full_disk_is_one_sentence_and_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    before = derived(tmp_path)
    extracts = write_records(tmp_path / "extracts", AT_SCHOOL | {"links": [ANN | {"sex": "M"}]})

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(call, full)
    with pytest.raises(DataError, match=r"The disk that holds .* is full") as refused:
        build(extracts, tmp_path / "store")
    assert "\n" not in str(refused.value)
    assert CohortStore.open(tmp_path / "store") == before
    assert not list((tmp_path / "store").glob(".unfinished*"))


def test_a_derivation_that_breaks_the_schema_never_goes_live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = derived(tmp_path)
    from data.build import derivations

    wrong = derivations.CARE_WINDOWS.replace("ELSE 'observed'", "ELSE 'known'")
    monkeypatch.setattr("data.build._DERIVED", [(t, wrong if t.name == "care_windows" else q) for t, q in _derived()])
    extracts = write_records(tmp_path / "extracts", AT_SCHOOL | {"links": [ANN | {"sex": "M"}]})
    with pytest.raises(AssertionError, match="care_windows: codes known"):
        build(extracts, tmp_path / "store")
    assert CohortStore.open(tmp_path / "store") == before


def _derived() -> Any:
    import data.build

    return data.build._DERIVED


@pytest.mark.parametrize("damage", [slice(None), slice(4, 40)], ids=["whole", "inside"])
def test_a_damaged_store_is_made_again(tmp_path: Path, damage: slice) -> None:
    store = derived(tmp_path)
    whole = store.path("children").read_bytes()
    broken = bytearray(whole)
    broken[damage] = b"\xff" * len(whole[damage])
    store.path("children").write_bytes(broken)
    build(tmp_path / "extracts", tmp_path / "store", silent)
    assert CohortStore.open(tmp_path / "store").path("children").read_bytes() == whole


def test_a_missing_file_of_records_is_named_with_what_it_holds(tmp_path: Path) -> None:
    extracts = write_records(tmp_path, AT_SCHOOL)
    (extracts / "records" / "meals.parquet").unlink()
    with pytest.raises(DataError, match=r"meals.parquet is missing: supply it, with no rows if there is nothing to say"):
        build(extracts, tmp_path / "store")


def test_a_missing_column_is_named_with_its_meaning(tmp_path: Path) -> None:
    path = write_records(tmp_path, AT_SCHOOL) / "records" / "links.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["sex"]), path)
    with pytest.raises(DataError, match=r"links.parquet has no column sex \(the child's\): supply it with that column"):
        check(tmp_path)


def test_a_column_of_another_type_is_named(tmp_path: Path) -> None:
    path = write_records(tmp_path, AT_SCHOOL) / "records" / "links.parquet"
    table = pq.read_table(path)
    place = table.schema.get_field_index("date_of_birth")
    pq.write_table(table.set_column(place, "date_of_birth", table["date_of_birth"].cast("string")), path)
    with pytest.raises(DataError, match=r"has string in date_of_birth where date32.* belongs") as refused:
        check(tmp_path)
    assert "2014" not in str(refused.value)


@pytest.mark.parametrize("keep", [10, -30])
def test_a_file_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    path = write_records(tmp_path, AT_SCHOOL) / "records" / "links.parquet"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match=r"links.parquet is not a whole Parquet file: supply it again"):
        check(tmp_path)


def test_a_file_damaged_inside_is_refused(tmp_path: Path) -> None:
    path = write_records(tmp_path, AT_SCHOOL) / "records" / "links.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\xff" * 200 + content[204:])
    with pytest.raises(DataError, match=r"links.parquet cannot be read to its end: supply the file again"):
        check(tmp_path)


def test_two_districts_of_one_authority_are_told_apart(tmp_path: Path) -> None:
    store = derived(tmp_path, links=[ANN | {"district_code": OXFORD}, ANN | {"child_ref": "bob", "district_code": CHERWELL}])
    assert (child(store, "ann")["district_code"], child(store, "bob")["district_code"]) == (OXFORD, CHERWELL)


def test_what_the_database_says_is_never_passed_on(tmp_path: Path) -> None:
    """Its messages quote the value that would not do."""
    extracts = Extracts.open(write_records(tmp_path / "extracts", AT_SCHOOL))
    with pytest.raises(DataError, match="cannot be worked through to their end") as refused, database(extracts) as connection:
        connection.execute("SELECT CAST('Ann Quell' AS DATE)")
    assert "Ann" not in str(refused.value)
