"""The deck: read back by python-pptx, and opened by LibreOffice where it is; its charts hold released values and gaps alone."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pptx
import pytest
from pptx.enum.shapes import PP_PLACEHOLDER

from metrics import Release
from metrics.exports import each_area, make
from metrics.exports.deck import HIDDEN_TITLE
from metrics.exports.deck_template import THEME
from metrics.presentation import palette
from tests.metrics.exports_release import OF_OXFORDSHIRE, OF_READING, release

IDS = ("recognised", "ehcp", "sen_support", "statutory", "school_change", "fsm_received")
FINDING = "1 in 4 children had an education, health and care plan in the term of imprisonment, above England (13.6%)"
STATED = (
    "Synthetic data: every child here is invented, and nothing here is a finding. "
    "Partners only: not for minutes, press or public."
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release(tmp_path_factory.mktemp("deck"))


@pytest.fixture(scope="module")
def content(opened: Release) -> bytes:
    return make(opened, OF_OXFORDSHIRE, "pptx", IDS)


@pytest.fixture(scope="module")
def deck(content: bytes) -> Any:
    return pptx.Presentation(io.BytesIO(content))


def titles(deck: Any) -> list[str]:
    return [slide.shapes.title.text_frame.text for slide in deck.slides]


def slide_of(deck: Any, title: str) -> Any:
    return next(slide for slide in deck.slides if slide.shapes.title.text_frame.text == title)


def chart_of(slide: Any) -> Any:
    return next(shape.chart for shape in slide.shapes if shape.has_chart)


def series_of(chart: Any) -> dict[str, tuple[float | None, ...]]:
    return {one.name: tuple(one.values) for one in chart.plots[0].series}


def test_the_deck_is_a_cover_the_slides_in_order_what_is_hidden_and_the_tables(deck: Any) -> None:
    told = titles(deck)
    assert told[0] == "Children with a parent in prison"
    assert told.index(FINDING) < told.index(HIDDEN_TITLE) < told.index("The figures of “Children recognised”")
    hidden = slide_of(deck, HIDDEN_TITLE)
    assert "Received free school meals" in " ".join(shape.text_frame.text for shape in hidden.shapes if shape.has_text_frame)
    assert "Had an education, health and care plan" not in " ".join(told[told.index(HIDDEN_TITLE) : told.index(HIDDEN_TITLE) + 1])


def test_a_line_is_a_chart_of_powerpoints_own_with_gaps_for_what_is_hidden(deck: Any) -> None:
    chart = chart_of(slide_of(deck, FINDING))
    series = series_of(chart)
    assert series["Had an education, health and care plan"] == (50.0, 50.0, 25.0, None)
    assert series["All pupils, England"] == (13.6,) * 4
    assert list(chart.plots[0].categories) == ["−2", "−1", "0", "+2\n[c]"]


def test_the_sheet_of_a_chart_holds_what_is_drawn_and_nothing_else(deck: Any) -> None:
    chart = chart_of(slide_of(deck, FINDING))
    sheet = pd.read_excel(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob), engine="calamine", index_col=0)
    assert {name: tuple(None if pd.isna(v) else v for v in values) for name, values in sheet.items()} == series_of(chart)


def test_intervals_are_drawn_and_no_wider_than_released(deck: Any) -> None:
    drawn = chart_of(slide_of(deck, FINDING))._chartSpace.xml
    assert "c:errBars" in drawn
    plus, minus = drawn.partition("<c:plus>")[2], drawn.partition("<c:minus>")[2]
    assert plus.partition('idx="2"')[2].partition("</c:v>")[0].endswith("9.0")  # 34 - 25
    assert minus.partition('idx="2"')[2].partition("</c:v>")[0].endswith("7.0")  # 25 - 18
    assert 'idx="3"' not in plus.partition("</c:plus>")[0]


def test_everything_that_is_not_text_has_its_words(deck: Any) -> None:
    drawn = [(shape, slide) for slide in deck.slides for shape in slide.shapes if not shape.has_text_frame]
    assert drawn
    for shape, _ in drawn:
        assert shape._element._nvXxPr.cNvPr.get("descr"), shape.name
    told = [shape._element._nvXxPr.cNvPr.get("descr") for shape, _ in drawn if shape.has_chart]
    assert any("25.0%, 30 of 120 children" in words and "hidden" in words for words in told)


def test_every_page_has_a_title_first_the_policys_words_last_and_notes(deck: Any) -> None:
    for slide in deck.slides:
        kinds = [shape.placeholder_format.type if shape.is_placeholder else None for shape in slide.shapes]
        assert kinds[0] in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
        assert kinds[-2:] == [PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER]
        assert list(slide.shapes)[-2].text_frame.text == STATED
        assert slide.notes_slide.notes_text_frame.text.strip()


def test_the_notes_hold_the_definition_the_caveat_and_what_an_interval_is(deck: Any) -> None:
    notes = slide_of(deck, FINDING).notes_slide.notes_text_frame.text
    for words in ("Children on a school roll who had an education, health and care plan", "not a sample", "cohort-1"):
        assert words in notes


def test_a_slide_states_k_of_n_the_comparator_and_the_source(deck: Any) -> None:
    words = " ".join(shape.text_frame.text for shape in slide_of(deck, FINDING).shapes if shape.has_text_frame)
    for part in ("30 of 120 children: 25.0%", "Oxfordshire, all children", "Source: Operation Paramount", "13.6%", "[c] Hidden"):
        assert part in words, part


def test_the_figures_are_there_as_tables_to_copy(deck: Any) -> None:
    slide = slide_of(deck, "The figures of “Had an education, health and care plan”")
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0][:4] == ["School term", "Children (k)", "Of (n)", "Figure"]
    assert rows[3][:4] == ["0", "30", "120", "25.0%"] and rows[4][1] == "[c]"
    assert table.first_row


def test_nothing_is_hidden_in_a_deck_of_a_hidden_area(opened: Release) -> None:
    deck = pptx.Presentation(io.BytesIO(make(opened, OF_READING, "pptx", IDS[1:])))
    assert not [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or shape.has_table]
    assert titles(deck) == ["Children with a parent in prison", HIDDEN_TITLE]


def test_the_template_is_in_the_palette_and_readable(deck: Any, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        theme = parts.read("ppt/theme/theme1.xml").decode()
    assert all(f'<a:{name}><a:srgbClr val="{colour[1:]}"' in theme for name, colour in THEME.items())
    assert 'typeface="Arial"' in theme and "Calibri" not in theme
    assert (deck.slide_width, deck.slide_height) == (12191695, 6858000)
    assert {layout.name for layout in deck.slide_layouts} == {"Title Slide", "Title Only"}
    assert min(palette.contrast(colour, palette.WHITE) for colour in (palette.DARK_BLUE, palette.INK, palette.COMPARATOR)) >= 4.5


def test_a_zip_has_a_file_for_all_and_for_each_authority(opened: Release) -> None:
    seen: list[tuple[int, int]] = []
    made = each_area(opened, OF_OXFORDSHIRE, "pptx", IDS, lambda what, done, total: seen.append((done, total)))
    with zipfile.ZipFile(io.BytesIO(made)) as folder:
        names = folder.namelist()
        assert [name.split("-first")[0].rpartition("prison-")[2] for name in names] == [
            "thames-valley-all-children",
            "oxfordshire-all-children",
            "reading-all-children",
        ]
        assert all(pptx.Presentation(io.BytesIO(folder.read(name))) for name in names)
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_libreoffice_draws_every_page(content: bytes, deck: Any, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed here")
    (tmp_path / "deck.pptx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "deck.pptx")]
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    with pikepdf.open(tmp_path / "deck.pdf") as drawn:
        assert len(drawn.pages) == len(deck.slides)
