"""Whose a folder's files are, and which of them have no name that is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.build import check
from data.errors import DataError
from data.handover import hand_over
from data.progress import silent
from tests import partners
from tests.partners import AREA


def moved(to: str) -> partners.Files:
    """The authority's files in another folder; in the extracts themselves where it has no name."""
    return {name.replace(f"{AREA}/", to): content for name, content in partners.files().items()}


@pytest.mark.parametrize(("to", "remedy"), [("", "say whose with --area"), ("Oxfordshire/", "name that folder by the area code")])
def test_an_authoritys_files_in_nobodys_folder_are_refused(tmp_path: Path, to: str, remedy: str) -> None:
    extracts = partners.write(tmp_path / "extracts", moved(to))
    with pytest.raises(DataError, match=rf"lies in no authority's folder, .*: {remedy}"):
        check(extracts)
    with pytest.raises(DataError, match=remedy):
        hand_over(extracts, tmp_path / "out", silent)


def test_a_flat_folder_is_of_the_area_that_is_named(tmp_path: Path) -> None:
    flat = check(partners.write(tmp_path / "flat", moved("")), area=AREA)
    assert [note.source for note in flat.notes] == ["social_care"]
    assert f"{AREA}/meals" in {f"{one.area_code}/{one.kind}" for one in flat.inputs.values()}


def test_names_that_are_not_read_are_counted_and_not_said(tmp_path: Path) -> None:
    extra: partners.Files = {f"{AREA}/Annabel Quell.csv": [["a"]], f"{AREA}/annexA/1.xlsx": {"List 1": []}, "suport.csv": [["a"]]}
    extracts = partners.write(tmp_path / "extracts", {**partners.files(), **extra})
    said = [(note.area_code, note.sentence) for note in check(extracts).notes if note.source == "files"]
    compare = "not read, for want of a name that is: compare the names with docs/extracts.md."
    assert said == [
        (AREA, f"In the folder {AREA} 2 files or folders are {compare}"),
        ("all", f"In the extracts 1 file or folder is {compare}"),
    ]


def test_who_matches_is_told_what_was_left_out(tmp_path: Path) -> None:
    files = partners.files()
    files[f"{AREA}/meals.csv"].append(["A100000000001", "2022-10-06", "perhaps"])  # type: ignore[union-attr]
    del files[f"{AREA}/annex_a/Annex_A.xlsx"]["List 1"]  # type: ignore[arg-type]
    said = hand_over(partners.write(tmp_path / "extracts", files), tmp_path / "out", silent)
    assert f"{AREA}/meals.csv: 1 × free meal received is not yes or no" in said
    assert any("came without contacts (Annex A List 1)" in sentence for sentence in said)
