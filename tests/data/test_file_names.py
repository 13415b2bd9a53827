"""Defends against a child who is named by a file: what a store says of its extracts is shown to all who see the release."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data import versions
from data.build import build
from data.cohort import CohortStore
from data.ingest.cin_census import FEWEST_TO_DOUBT
from metrics.compile import compile_release
from tests import partners
from tests.partners import AREA, Files, Table

NAME = "kayleigh_smith"
FREELY_NAMED = ("school_census", "annex_a", "cin_census", "ssda903", "comparators")
"""Folders whose files are told apart by part of their names; the rest of a name is as the partner likes."""
EMPTY = f"{AREA}/school_census/{NAME}_2022_summer_pupilonroll.csv"
UNREADABLE = b"?? unreadable"
"""A row that is rejected, and no end of its line."""


def named(files: Files) -> Files:
    """The files under names with a child's in them, the census of need one that closes nothing."""
    found: Files = {}
    for path, content in files.items():
        folder, _, name = path.rpartition("/")
        free = folder.endswith(FREELY_NAMED) and name != "mapping.csv"
        found[f"{folder}/{NAME}_{name}" if free else path] = content
    header = ["LAchildID", "CINreferralDate", "CINclosureDate", "CPPstartDate", "CPPendDate"]
    open_ones = [[str(9_500_000 + child), "2023-01-05", "", "2023-02-20", ""] for child in range(FEWEST_TO_DOUBT)]
    return found | {f"{AREA}/cin_census/{NAME}_2023.xml": [header, *open_ones], "comparators/mapping.csv": mapping(files)}


def mapping(files: Files) -> Table:
    """The mapping of the comparators, which says whose figures they are in words of its own."""
    header, row = files["comparators/mapping.csv"]
    return [[*header, "source"], [f"{NAME}_{row[0]}", *row[1:], "Pupil absence"]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store and its release, of files named after a child that give cause to say all that is said of a file."""
    root = tmp_path_factory.mktemp("named")
    extracts = partners.write(root / "extracts", named(partners.files()))
    for path in extracts.rglob("*.csv"):
        path.write_bytes(path.read_bytes() + UNREADABLE if path.parent.name != "comparators" else path.read_bytes().rstrip())
    (extracts / EMPTY).write_bytes((extracts / EMPTY).read_bytes().split(b"\n")[0])
    for folder in (extracts, extracts / AREA):
        (folder / f"{NAME}.csv").write_text("is not read", encoding="utf-8")
    build(extracts, root / "cohort")
    compile_release(root / "cohort", root / "release", policy="none")
    return root


def naming(directory: Path) -> set[str]:
    """The files of a version of a release that name the child, in the manifest or in any text of a table."""
    texts = {"manifest.json": (directory / "manifest.json").read_text(encoding="utf-8")}
    for path in directory.glob("*.parquet"):
        table = pq.read_table(path)
        columns = [table[field.name].to_pylist() for field in table.schema if pa.types.is_string(field.type)]
        texts[path.name] = str(columns)
    return {name for name, text in texts.items() if NAME.partition("_")[0] in text.casefold()}


def test_no_note_of_a_store_names_a_file(built: Path) -> None:
    """Its inputs do, and the rows it left out by file: those are for whoever mends the files, and stay with the store."""
    said = json.loads((versions.current(built / "cohort") / "manifest.json").read_text(encoding="utf-8"))
    inputs, rejected = said.pop("inputs"), said.pop("rejected")
    assert len([file for file in inputs if NAME in file]) > 40
    assert len({one["file"] for one in rejected if NAME in one["file"]}) > 40
    assert not [one["reason"] for one in rejected if NAME in one["reason"]]
    assert NAME not in json.dumps(said).casefold()


@pytest.mark.parametrize(
    "sentence",
    [
        f"{AREA}/school_census/pupilonroll of Spring 2022 does not end with the end of a line",
        f"{AREA}/school_census/termlysessiondetailsoffroll of Autumn 2023 does not end with the end of a line",
        f"{AREA}/ssda903/episodes of 2023 does not end with the end of a line",
        f"{AREA}/meals does not end with the end of a line",
        "receptions does not end with the end of a line",
        "A file of the comparators does not end with the end of a line",
        f"{AREA}/cin_census of 2023 closes no CINdetails at all",
        f"{AREA}/cin_census of 2023 closes no ChildProtectionPlans at all",
        "The pupilonroll of Summer 2022 names no pupil",
        "In the extracts 1 file or folder is not read",
        f"In the folder {AREA} 1 file or folder is not read",
    ],
)
def test_a_file_is_told_of_by_area_kind_and_term(built: Path, sentence: str) -> None:
    assert [note for note in CohortStore.open(built / "cohort").manifest.notes if note.sentence.startswith(sentence)]


def test_no_file_of_a_release_names_a_partner_s_file(built: Path) -> None:
    assert naming(versions.current(built / "release")) == set()


def test_a_release_that_names_one_is_noticed(built: Path, tmp_path: Path) -> None:
    """Canaries: a note, and a kind of file, that give the name away."""
    copied = shutil.copytree(versions.current(built / "release"), tmp_path / "copied")
    manifest: dict[str, Any] = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    manifest["notes"][0]["sentence"] = f"{AREA}/school_census/Kayleigh_Smith.csv does not end with the end of a line."
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    quality = pq.read_table(copied / "quality.parquet").to_pylist()
    quality[0]["file"] = f"{AREA}/school_census/{NAME}"
    pq.write_table(pa.Table.from_pylist(quality), copied / "quality.parquet")
    assert naming(copied) == {"manifest.json", "quality.parquet"}
