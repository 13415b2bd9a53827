"""Defends against a file that says less, or other, than the lives it was written from.

The simulation writes the partners' files, dirt and all, and beside them the records they were written from. Both must build the
same store, to the byte: lives → files → store equals lives → store.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data.build import build
from data.cohort import CohortStore, Manifest
from data.schema import STORE


@pytest.fixture(scope="module")
def from_files(demonstration_store: Path) -> CohortStore:
    return CohortStore.open(demonstration_store)


@pytest.fixture(scope="module")
def from_truth(demonstration_extracts: Path, tmp_path_factory: pytest.TempPathFactory) -> CohortStore:
    root = tmp_path_factory.mktemp("truth")
    build(demonstration_extracts, root)
    return CohortStore.open(root)


@pytest.mark.parametrize("table", [table.name for table in STORE])
def test_the_files_build_the_store_of_the_lives(from_files: CohortStore, from_truth: CohortStore, table: str) -> None:
    assert from_files.path(table).read_bytes() == from_truth.path(table).read_bytes()


def test_the_same_children_are_found_in_the_same_registers(from_files: CohortStore, from_truth: CohortStore) -> None:
    def of(manifest: Manifest) -> object:
        return manifest.linkage, manifest.linkage_groups, manifest.covered

    assert of(from_files.manifest) == of(from_truth.manifest)


def test_the_files_are_dirty(from_files: CohortStore, from_truth: CohortStore) -> None:
    assert not from_truth.manifest.rejected
    kinds = {from_files.manifest.inputs[one.file].kind.split("/")[0] for one in from_files.manifest.rejected}
    assert kinds >= {"receptions", "links", "school_census", "annex_a"}
    assert len(from_files.manifest.inputs) > 1_000


def test_definitions_that_differ_are_told(from_files: CohortStore) -> None:
    said = from_files.manifest.definitions
    assert {area for area, text in said.items() if "episode" in text} == {"E06000042"}
    assert len(set(said.values())) == 2
