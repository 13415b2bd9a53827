"""The report as a Word document: real headings, captions and lists, header rows that repeat, pictures with their words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph as WordParagraph

from metrics.exports.blocks import Block, Bullets, Document, Heading, Listing, Paragraph, Picture
from metrics.exports.pictures import alt, chart_png
from metrics.exports.report_html import Drawn
from metrics.presentation import palette
from metrics.presentation.tables import HtmlTable

FONT = "Arial"
"""On every machine that has Word; a document carries no typeface of its own."""
TEXT_CM = 17.0
WIDTH_PX = 720
BLUE, QUIET = RGBColor.from_string(palette.DARK_BLUE[1:]), RGBColor.from_string(palette.QUIET_INK[1:])
LANGUAGE = "en-GB"
MANY_COLUMNS = 5
SIZES = {"Normal": 11, "Title": 28, "Subtitle": 15, "Heading 1": 20, "Heading 2": 14, "Heading 3": 12, "Caption": 10, "Footer": 8}
"""Points of each style."""
WORDY, POPULATION = (0.16, 0.13, 0.08, 0.13, 0.34, 0.16), "Population"
"""The widths of a table of comparators in shares of the page, and the heading that tells it from a table of figures."""
WIDE_FIRST, SHORT_LABEL = 0.36, 14


def word(document: Document, drawn: Drawn = lambda done: None) -> bytes:
    """The whole file."""
    made = docx.Document()
    _page(made, document)
    _styles(made)
    _cover(made, document)
    for block in document.blocks:
        _block(made, block)
        if isinstance(block, Picture):
            drawn(block.number)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def _page(word: Word, document: Document) -> None:
    """Paper, what the file says of itself, and the foot of every page."""
    facts, section = document.facts, word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - TEXT_CM) / 2)
    section.top_margin = section.bottom_margin = Cm(2)
    told = word.core_properties
    told.title, told.subject, told.language = f"{document.title}: {facts.filters}", facts.line, LANGUAGE
    told.author, told.comments, told.keywords = "Operation Paramount", facts.footer, facts.release_version
    foot = section.footer.paragraphs[0]
    if facts.footer:
        foot.add_run(facts.footer).bold = True
        foot.add_run("\n")
    foot.add_run(f"{facts.line} · page ")
    _field(foot, "PAGE")


def _field(paragraph: WordParagraph, code: str) -> None:
    """A field that Word fills in, such as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)


def _styles(word: Word) -> None:
    """One typeface throughout, the palette's blue for what heads something, and the language."""
    for style in word.styles:
        if getattr(style, "font", None) is not None:
            style.font.name = FONT
            _without_theme(style)
    for name, size in SIZES.items():
        word.styles[name].font.size = Pt(size)
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Caption"):
        word.styles[name].font.color.rgb = BLUE
    word.styles["Caption"].paragraph_format.keep_with_next = True
    word.styles["Normal"].paragraph_format.space_after = Pt(6)
    word.styles["Subtitle"].font.italic = False
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGE)
    word.styles["Normal"].element.get_or_add_rPr().append(language)


def _without_theme(style: Any) -> None:
    """A typeface of the theme would win over the one named."""
    if style.element.rPr is not None:
        faces = style.element.rPr.get_or_add_rFonts()
        for face in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            faces.attrib.pop(qn(face), None)


def _cover(word: Word, document: Document) -> None:
    facts = document.facts
    word.add_paragraph(document.title, "Title")
    word.add_paragraph(document.subtitle, "Subtitle")
    word.add_paragraph().add_run(f"{facts.filters} ({facts.n})").bold = True
    if facts.footer:
        word.add_paragraph().add_run(facts.footer).bold = True


def _block(word: Word, block: Block) -> None:
    match block:
        case Heading(words, level):
            word.add_heading(words, level)
        case Paragraph(words, look):
            _paragraph(word, words, look)
        case Bullets(items):
            for lead, words in items:
                item = word.add_paragraph(style="List Bullet")
                if lead:
                    item.add_run(f"{lead} ").bold = True
                item.add_run(words)
        case Listing(table):
            _table(word, table)
        case Picture():
            _picture(word, block)


def _paragraph(word: Word, words: str, look: str) -> None:
    run = word.add_paragraph().add_run(words)
    run.bold = look == "strong" or None
    if look == "note":
        run.font.size, run.font.color.rgb = Pt(9), QUIET


def _picture(word: Word, picture: Picture) -> None:
    for words in picture.words:
        word.add_paragraph(words).paragraph_format.keep_with_next = True
    word.add_paragraph(picture.caption, "Caption")
    if not picture.slide.hidden:
        shape = word.add_picture(io.BytesIO(chart_png(picture.slide, WIDTH_PX)), width=Cm(TEXT_CM))
        told = shape._inline.docPr
        told.set("descr", alt(picture.slide))
        told.set("title", picture.slide.name)
        told.set("name", picture.slide.name)
    if picture.table.rows:
        _table(word, picture.table)


def _table(word: Word, table: HtmlTable) -> None:
    """A table whose first row is a header that repeats on every page, and whose rows do not break."""
    caption = word.add_paragraph(table.caption, "Caption")
    caption.paragraph_format.space_before = Pt(6)
    columns = len(table.header)
    made = word.add_table(rows=1 + len(table.rows), cols=columns, style="Table Grid")
    _plain(made)
    texts = [table.header, *(tuple(cell.text for cell in row.cells) for row in table.rows)]
    _widths(made, _shares(table))
    small = Pt(8 if columns > MANY_COLUMNS else 9)
    for number, (row, cells) in enumerate(zip(made.rows, texts, strict=True)):
        for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size, paragraph.paragraph_format.space_after = small, Pt(0)
            run.bold = number == 0 or place == 0 or None
            if place and table.header[0] != POPULATION:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for words in table.symbols:
        _paragraph(word, words, "note")
    word.add_paragraph().paragraph_format.space_after = Pt(0)


def _widths(table: Table, shares: Sequence[float]) -> None:
    """Columns as wide as what is in them: Word's own widths are all alike."""
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Cm(TEXT_CM * share)
        for cell in column.cells:
            cell.width = column.width


def _shares(table: HtmlTable) -> Sequence[float]:
    """A comparator is mostly the reason for its fit; a row of figures has a long heading, or that of a term."""
    columns = len(table.header)
    if len(table.rows[0].cells) == len(WORDY) and table.header[0] == POPULATION:
        return WORDY
    longest = max(len(row.cells[0].text) for row in table.rows)
    first = WIDE_FIRST if longest > SHORT_LABEL else 1 / columns
    return (first, *[(1 - first) / (columns - 1)] * (columns - 1))


def _plain(table: Table) -> None:
    header = table.rows[0]._tr.get_or_add_trPr()
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    header.append(repeated)
    for row in table.rows:
        whole = OxmlElement("w:cantSplit")
        whole.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(whole)
