"""Pictures: opened by Pillow and by an XML reader; their words are in them, and nothing that is hidden is."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from metrics import Release
from metrics.exports import ExportError, fonts, picture
from metrics.exports.pictures import SCALE, WIDTH_PX
from tests.metrics.exports_release import OF_OXFORDSHIRE, OF_READING, release

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module")
def drawing(opened: Release) -> ElementTree.Element:
    return ElementTree.fromstring(picture(opened, OF_OXFORDSHIRE, "ehcp", "svg"))


def words(drawing: ElementTree.Element) -> str:
    """All the text that is drawn, a line after another."""
    return " ".join("".join(text.itertext()) for text in drawing.iter(f"{SVG}text"))


def test_a_picture_says_what_it_shows_of_how_many_and_from_which_release(drawing: ElementTree.Element, opened: Release) -> None:
    said = words(drawing)
    for part in (
        "1 in 4 children had an education, health and care plan",
        "30 of 120 children: 25.0% (95% interval 18.0% to 34.0%)",
        "Oxfordshire, all children (225 children)",
        "Disclosure policy: partners. We hide figures about fewer than six children.",
        f"Release {opened.version} of 20 November 2025, from cohort {opened.cohort_version}.",
        "Partners only: not for minutes, press or public.",
        "Synthetic data: every child here is invented",
    ):
        assert part in said, part


def test_a_picture_has_its_words_for_those_who_do_not_see_it(drawing: ElementTree.Element) -> None:
    title, description = drawing.find(f"{SVG}title"), drawing.find(f"{SVG}desc")
    assert drawing.get("role") == "img"
    assert title is not None and title.text is not None and title.text.startswith("1 in 4 children")
    assert description is not None and description.text is not None
    assert "25.0%, 30 of 120 children" in description.text and "hidden" in description.text


def test_a_hidden_term_is_a_letter_and_no_number(drawing: ElementTree.Element) -> None:
    assert "c" in words(drawing).split()
    assert "50.0%" not in words(drawing)


def test_a_png_has_all_its_text_drawn(opened: Release) -> None:
    """A font that is not found leaves text out without a word: each line of the title and of the foot has ink."""
    image = Image.open(io.BytesIO(picture(opened, OF_OXFORDSHIRE, "ehcp", "png")))
    assert image.format == "PNG" and image.width == SCALE * WIDTH_PX
    dark = np.asarray(image.convert("L")) < 128
    height = dark.shape[0]
    lines = runs(dark[:, : image.width // 2].any(axis=1))
    assert sum(end < 0.25 * height for _, end in lines) >= 3
    assert sum(start > 0.75 * height for start, _ in lines) >= 4


def runs(inked: Any) -> list[tuple[int, int]]:
    """The runs of rows that hold ink."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@pytest.mark.parametrize("format", ["png", "svg"])
def test_there_is_no_picture_of_what_is_hidden(format: str, opened: Release) -> None:
    with pytest.raises(ExportError, match="There is no picture of"):
        picture(opened, OF_READING, "ehcp", format)  # type: ignore[arg-type]


def test_nothing_is_read_from_elsewhere(opened: Release) -> None:
    drawn = picture(opened, OF_OXFORDSHIRE, "ehcp", "svg").decode()
    assert "<script" not in drawn and "<image" not in drawn and "url(http" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/", "")


def test_the_typeface_is_packaged() -> None:

    assert {"SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf"} <= {path.name for path in fonts.directory().iterdir()}
