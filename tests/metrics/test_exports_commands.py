"""The commands that write files: whole or not at all, what was refused in one sentence, the same file as the page makes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pptx
import pytest

from metrics.__main__ import main
from metrics.exports import place
from tests.metrics.exports_release import PUBLICATION, release


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a release for partners is kept."""
    root = tmp_path_factory.mktemp("commands")
    release(root)
    return root


def test_report_writes_the_file_named(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "deck.pptx"
    assert main(["report", "--release", str(kept), "--area", "oxfordshire", "--format", "pptx", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{out} is written: Oxfordshire, all children, release first.\n"
    assert "Making the slides: 2 of 2" in said.err
    assert pptx.Presentation(str(out)).core_properties.title == "Children with a parent in prison: Oxfordshire, all children"
    assert [path.name for path in out.parent.iterdir()] == ["deck.pptx"]


def test_report_says_how_many_figures_are_drawn(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.pdf"
    assert main(["report", "--release", str(kept), "--sex", "F", "--format", "pdf", "--out", str(out)]) == 0
    assert "Drawing the figures: 0 of 23" in (said := capsys.readouterr().err) and "Drawing the figures: 23 of 23" in said
    with pikepdf.open(out) as document:
        assert str(document.docinfo["/Title"]).endswith("Thames Valley, girls")


def test_each_area_is_a_zip(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "all.zip"
    assert main(["report", "--release", str(kept), "--each-area", "--format", "html", "--out", str(out)]) == 0
    assert "Making a file for each area: 3 of 3" in capsys.readouterr().err
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as folder:
        assert len(folder.namelist()) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--area", "Oxford Street"), "This release has no area Oxford Street: choose one of Thames Valley, "),
        (("--sex", "F", "--age", "5-11", "--period", "2022"), "At most two filters at once"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(
    arguments: tuple[str, ...], sentence: str, kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deck.pptx"
    assert main(["report", "--release", str(kept), *arguments, "--format", "pptx", "--out", str(out)]) == 1
    said = [line for line in capsys.readouterr().err.splitlines() if " of 2" not in line]
    assert len(said) == 1 and said[0].startswith(sentence)
    assert not out.exists()


def test_export_writes_open_data_of_a_publication_release_alone(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--release", str(kept), "--out", str(tmp_path / "no")]) == 1
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "no").exists()
    release(tmp_path / "release", PUBLICATION)
    assert main(["export", "--release", str(tmp_path / "release"), "--out", str(tmp_path / "open")]) == 0
    assert "is written." in capsys.readouterr().out
    assert len(list((tmp_path / "open").iterdir())) == 5


@pytest.mark.parametrize("arguments", [["report"], ["report", "--format", "odt", "--out", "x"], ["export"]])
def test_wrong_usage_is_2(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELEASE", raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(tmp_path / "file", b"old")
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        place(tmp_path / "file", b"new, and cut short")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"file": b"old"}
