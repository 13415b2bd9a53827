"""The board's slides as PowerPoint: charts and tables that its reader can edit, alternative text on all, notes filled."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.presentation import Presentation
from pptx.slide import Slide as Page
from pptx.util import Emu, Inches, Pt

from metrics.exports import deck_charts, deck_template
from metrics.exports.figure_tables import table as table_of
from metrics.exports.pictures import alt, chart_png
from metrics.exports.stamp import Stamp
from metrics.presentation import palette
from metrics.presentation.sentences import NOT_A_FORECAST
from metrics.presentation.slides import Slide
from metrics.presentation.tables import HtmlTable

TITLE = "Children with a parent in prison"
CHART = (deck_template.LEFT, Inches(1.85), deck_template.TEXT_WIDTH, Inches(3.95))
SAYS = (deck_template.LEFT, Inches(1.35), deck_template.TEXT_WIDTH, Inches(0.5))
WORDS = (deck_template.LEFT, Inches(5.82), deck_template.TEXT_WIDTH, Inches(1.12))
TABLE = (deck_template.LEFT, Inches(1.4))
SAYS_PT, N_PT, SOURCE_PT = 16, 16, 12
MOST_ROWS = 22
ROW_HEIGHT = Inches(0.235)
HIDDEN_TITLE = "What cannot be shown for these children"
FIGURES_OF = "The figures of “{name}”"


def pptx(slides: Sequence[Slide], facts: Stamp) -> bytes:
    """The whole file: a cover, a page a slide with something to show, what cannot be shown, then the figures as tables."""
    deck = deck_template.new_deck()
    _about(deck, facts)
    _cover(deck, facts)
    shown = [slide for slide in slides if not slide.hidden]
    for slide in shown:
        _page(deck, slide, facts)
    _hidden(deck, [slide for slide in slides if slide.hidden], facts)
    for slide in shown:
        _table_page(deck, slide, facts)
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def _about(deck: Presentation, facts: Stamp) -> None:
    told = deck.core_properties
    told.title, told.subject, told.comments = f"{TITLE}: {facts.filters}", facts.line, facts.footer
    told.author, told.language, told.keywords = "Operation Paramount", deck_template.LANGUAGE, facts.release_version


def _cover(deck: Presentation, facts: Stamp) -> None:
    page = deck_template.add_page(deck, deck_template.COVER, TITLE, facts.footer)
    lines = (facts.synthetic, f"{facts.filters} ({facts.n})", *facts.facts[1:], f"{facts.audience}." if facts.audience else "")
    frame = page.placeholders[1].text_frame
    _fill(frame, [(line, deck_template.SUBTITLE_PT, place < 2) for place, line in enumerate(lines) if line])
    _notes(page, (*lines, facts.purpose, NOT_A_FORECAST))
    deck_template.to_the_end(page)


def _page(deck: Presentation, slide: Slide, facts: Stamp) -> None:
    page = deck_template.add_page(deck, deck_template.FINDING, slide.title, facts.footer)
    measured = f"{slide.chart.subtitle}." if slide.chart is not None and slide.figures.kind == "line" else ""
    _text(page, SAYS, "What it says", [(" ".join(filter(None, (f"{slide.about}.", measured, slide.says))), SAYS_PT, False)])
    if _native(slide):
        frame = deck_charts.draw(page, slide, CHART)
    else:
        frame = _picture(page, slide)
    _describe(frame, slide.name, alt(slide))
    symbols = " ".join(table_of(slide).symbols)
    below = [(slide.n_words, N_PT, True), (slide.comparator_words, SOURCE_PT, False), (symbols, SOURCE_PT, False)]
    _text(page, WORDS, "Of how many, and beside what", [*below, (slide.source, SOURCE_PT, False)])
    _notes(page, (*slide.notes, slide.spoken, *facts.facts))
    deck_template.to_the_end(page)


def _native(slide: Slide) -> bool:
    """Whether any figure of the slide is there for PowerPoint to draw."""
    return any(figure is not None and figure.shown for series in slide.figures.series for _, figure in series.points)


def _picture(page: Page, slide: Slide) -> Any:
    left, top, _, height = CHART
    return page.shapes.add_picture(io.BytesIO(chart_png(slide, 1100)), left, top, height=height)


def _hidden(deck: Presentation, slides: Sequence[Slide], facts: Stamp) -> None:
    if not slides:
        return
    page = deck_template.add_page(deck, deck_template.FINDING, HIDDEN_TITLE, facts.footer)
    left, top, width, height = CHART
    lines = [(f"{slide.name}. {slide.says}", SAYS_PT, False) for slide in slides]
    _text(page, (left, Inches(1.5), width, Emu(height + top - Inches(1.5))), "What is hidden, and why", lines)
    _notes(page, facts.facts)
    deck_template.to_the_end(page)


def _table_page(deck: Presentation, slide: Slide, facts: Stamp) -> None:
    """The figures of a chart as a table, for those who would rather read them, or copy them."""
    table = table_of(slide)
    for start in range(0, len(table.rows), MOST_ROWS):
        page = deck_template.add_page(deck, deck_template.FINDING, FIGURES_OF.format(name=slide.name), facts.footer)
        _table(page, table, start)
        _notes(page, (slide.n_words, *table.symbols, slide.source, *facts.facts))
        deck_template.to_the_end(page)


def _table(page: Page, table: HtmlTable, start: int) -> None:
    rows = table.rows[start : start + MOST_ROWS]
    columns = len(table.header)
    frame = page.shapes.add_table(len(rows) + 1, columns, *TABLE, deck_template.TEXT_WIDTH, Emu(ROW_HEIGHT * (len(rows) + 1)))
    _describe(frame, table.caption, f"Table: {table.caption}, {len(rows)} rows.")
    made = frame.table
    made.first_row, made.first_col, made.horz_banding = True, True, True
    texts = [table.header, *(tuple(cell.text for cell in row.cells) for row in rows)]
    for row, cells in zip(made.rows, texts, strict=True):
        row.height = ROW_HEIGHT
        for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.margin_top = cell.margin_bottom = 0
            cell.text_frame.text = text
            cell.text_frame.paragraphs[0].font.size = Pt(SOURCE_PT)
            if place:
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _text(page: Page, box: tuple[Any, Any, Any, Any], name: str, lines: Sequence[tuple[str, int, bool]]) -> None:
    shape = page.shapes.add_textbox(*box)
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = 0
    _fill(frame, [line for line in lines if line[0]])


def _fill(frame: Any, lines: Sequence[tuple[str, int, bool]]) -> None:
    for place, (words, size, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(palette.INK[1:])


def _describe(frame: Any, name: str, words: str) -> None:
    """Alternative text, which python-pptx leaves to its user."""
    frame.name = name
    frame._element._nvXxPr.cNvPr.set("descr", words)


def _notes(page: Page, words: Sequence[str]) -> None:
    page.notes_slide.notes_text_frame.text = "\n\n".join(filter(None, words))
