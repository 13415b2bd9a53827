"""The report: opened by python-docx, pikepdf and an HTML reader, and by LibreOffice and poppler where they are."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pptx
import pytest
from docx.document import Document as Word

from metrics import Release, find, question_of
from metrics.exports import Format, make
from metrics.exports.blocks import Heading, Paragraph
from metrics.exports.report import report
from metrics.presentation import NOT_RECORDED
from tests.egress import taken
from tests.metrics.exports_release import OF_OXFORDSHIRE, OF_READING, PARTNERS, release

CHAPTERS = (
    "Introduction",
    "Key findings",
    "Methodology",
    "Who was recognised",
    "Findings: education",
    "Findings: social care",
    "Beside England",
    "The offer of support",
    "What this means, and what it does not",
    "What stands beside the figures",
    "Our approach",
    "How to cite",
)
FINDING = "1 in 4 children had an education, health and care plan in the term of imprisonment, above England (13.6%)"
FACTS = ("Oxfordshire, all children", "225 children", "partners", "cohort-1", "20 November 2025")
STATED = ("Synthetic data: every child here is invented", "Partners only: not for minutes, press or public.")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def word(opened: Release) -> Word:
    return docx.Document(io.BytesIO(make(opened, OF_OXFORDSHIRE, "docx")))


@pytest.fixture(scope="module")
def pdf(opened: Release) -> bytes:
    return make(opened, OF_OXFORDSHIRE, "pdf")


@pytest.fixture(scope="module")
def page(opened: Release) -> str:
    return make(opened, OF_OXFORDSHIRE, "html").decode()


def never_skips(levels: list[int]) -> bool:
    """Whether no heading is more than one level under the one before it."""
    return all(following <= level + 1 for level, following in pairwise(levels))


def test_the_report_has_the_chapters_of_the_published_study(opened: Release) -> None:
    blocks = report(opened, OF_OXFORDSHIRE).blocks
    headings = [block.words for block in blocks if isinstance(block, Heading) and block.level == 1]
    assert tuple(headings) == CHAPTERS


NEEDS = question_of(find("sen_support"))
ASKED: dict[str, Any] = {
    "policy": PARTNERS
    | {
        "question": "Why do we ask?",
        "agreed_by": "Our board, 3 March 2027",
        "data_used": "Ours",
        "limits": "None known.",
        "review_on": "2027-09-30",
    },
    "questions": [NEEDS.to_json()],
    "indicators": [{"question": "needs", "title": "On SEN support"}],
}


HEADINGS = ("Why do we ask?", NEEDS.words)
FULL = (*HEADINGS, "Our board, 3 March 2027", NEEDS.agreed, NEEDS.limits, "30 September 2027")


@pytest.mark.parametrize(
    ("format", "read", "said"),
    [("docx", taken.office, FULL), ("html", taken.page, FULL), ("pdf", taken.portable, HEADINGS)],
    ids=["docx", "html", "bookmarks of the pdf"],
)
def test_a_report_says_what_is_asked_and_who_agreed_it(
    format: Format, read: Callable[[bytes], Iterator[taken.Said]], said: Sequence[str], tmp_path: Path
) -> None:
    words = " ".join(text for _, text in read(make(release(tmp_path, **ASKED), OF_OXFORDSHIRE, format)))
    assert [one for one in said if one not in words] == []


def test_the_notes_of_the_deck_say_why_there_is_the_release(tmp_path: Path) -> None:
    deck = pptx.Presentation(io.BytesIO(make(release(tmp_path, **ASKED), OF_OXFORDSHIRE, "pptx")))
    notes = deck.slides[0].notes_slide.notes_text_frame.text
    assert "Why do we ask? Our board, 3 March 2027. To be reviewed by 30 September 2027." in notes


def test_a_report_of_an_older_release_says_that_it_was_not_recorded(opened: Release) -> None:
    blocks = report(opened, OF_OXFORDSHIRE).blocks
    assert NOT_RECORDED in [block.words for block in blocks if isinstance(block, Paragraph)]


def test_every_figure_stands_with_its_words_and_its_table(opened: Release) -> None:
    pictures = report(opened, OF_OXFORDSHIRE).pictures
    assert [one.number for one in pictures] == list(range(1, len(pictures) + 1))
    plan = next(one for one in pictures if one.slide.id == "ehcp")
    assert "30 of 120 children: 25.0% (95% interval 18.0% to 34.0%)" in plan.words
    assert [[cell.text for cell in row.cells][:4] for row in plan.table.rows] == [
        ["−2", "50", "100", "50.0%"],
        ["−1", "50", "100", "50.0%"],
        ["0", "30", "120", "25.0%"],
        ["+2", "[c]", "[c]", "[c]"],
    ]


def test_the_report_is_live_for_any_filters(opened: Release) -> None:
    other = report(opened, OF_READING)
    assert "Reading, all children" in other.facts.filters
    assert other.facts.n == "number of children hidden"
    assert FINDING not in [getattr(block, "words", "") for block in other.blocks]


def test_word_has_real_headings_in_order_and_the_facts_on_every_page(word: Word) -> None:
    headings = [(int(p.style.name[-1]), p.text) for p in word.paragraphs if p.style and p.style.name.startswith("Heading ")]
    assert [text for level, text in headings if level == 1] == list(CHAPTERS)
    assert never_skips([level for level, _ in headings])
    assert (2, FINDING) in headings
    foot = word.sections[0].footer.paragraphs[0].text
    assert all(part in foot for part in (*FACTS, *STATED))
    assert word.core_properties.language == "en-GB" and "Oxfordshire" in word.core_properties.title


def test_word_has_words_for_every_picture_and_a_header_on_every_table(word: Word) -> None:
    told = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert len(told) >= 4 and all(told)
    assert any("25.0%, 30 of 120 children" in words and "hidden" in words for words in told)
    assert word.tables and all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in word.tables)
    symbols = [cell.text for table in word.tables for row in table.rows for cell in row.cells if cell.text == "[c]"]
    assert symbols


def structure(document: pikepdf.Pdf) -> list[Any]:
    """Every element of the structure tree, in reading order."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(node)
            walk(node.get("/K", pikepdf.Array()))

    walk(document.Root.StructTreeRoot.K)
    return found


def test_the_pdf_says_it_is_accessible_and_has_what_that_takes(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "Children with a parent in prison: Oxfordshire" in metadata["dc:title"]
        assert document.Root.MarkInfo.Marked and str(document.Root.Lang) == "en-GB"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert "/Outlines" in document.Root
        assert all(page.get("/Tabs") == "/S" for page in document.pages if "/Annots" in page)


def test_the_tags_of_the_pdf_are_in_reading_order_with_words_for_every_figure(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tree = structure(document)
        kinds = [str(node.S) for node in tree]
        headings = [(int(str(node.S)[2]), str(node.get("/T", ""))) for node in tree if re.fullmatch(r"/H\d", str(node.S))]
        assert [text for level, text in headings if level == 1] == list(CHAPTERS)
        assert never_skips([level for level, _ in headings])
        told = [str(node.get("/Alt", "")) for node in tree if node.S == "/Figure"]
        assert len(told) >= 4 and all(told)
        assert any("25.0%, 30 of 120 children" in words for words in told)
        assert kinds.count("/Table") == kinds.count("/THead") > 4 and "/TH" in kinds


def test_each_row_of_a_table_in_the_pdf_is_named_by_its_first_cell(pdf: bytes) -> None:
    """Without it a screen reader says a figure without its term."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        rows = [node for node in structure(document) if node.S == "/TR"]
        assert len(rows) > 40
        for row in rows:
            kinds = [str(cell.S) for cell in row.K]
            assert kinds[0] == "/TH" and (set(kinds[1:]) in ({"/TH"}, {"/TD"}))
            scopes = {str(told.Scope) for told in table_attributes(row.K[0]) if "/Scope" in told}
            assert scopes == {"/Column" if set(kinds[1:]) == {"/TH"} else "/Row"}
            assert not any(len(told.get("/Headers", [])) for cell in row.K for told in table_attributes(cell))


def table_attributes(cell: Any) -> list[Any]:
    """What a cell says of itself as part of a table."""
    held = cell.get("/A", pikepdf.Array())
    return [one for one in (held if isinstance(held, pikepdf.Array) else [held]) if one.get("/O") == "/Table"]


def test_every_font_of_the_pdf_is_in_it(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        descriptors = [node.FontDescriptor for node in document.objects if is_font(node)]
        assert descriptors
        assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in descriptors)
        assert any("SourceSansPro" in str(one.FontName) for one in descriptors)


def is_font(node: Any) -> bool:
    return isinstance(node, pikepdf.Dictionary) and node.get("/Type") == "/Font" and "/FontDescriptor" in node


class Tags(HTMLParser):
    """What an HTML file is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_web_page_loads_nothing_and_runs_nothing(page: str) -> None:
    tags = Tags(page).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "iframe", "img", "object"}
    assert not [attributes for _, attributes in tags if {"src", "href", "onclick", "onload"} & set(attributes)]


def test_the_web_page_has_headings_in_order_and_words_for_every_chart(page: str) -> None:
    tags = Tags(page).tags
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1 and never_skips(levels)
    charts = [attributes for tag, attributes in tags if tag == "svg" and attributes.get("role") == "img"]
    assert len(charts) >= 4 and all(chart.get("aria-label") for chart in charts)
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in tags if tag == "th")
    assert ("html", {"lang": "en-GB"}) in tags
    assert all(part in page for part in (*FACTS, *STATED))


def test_nothing_hidden_is_in_the_report_of_a_hidden_area(opened: Release) -> None:
    page = make(opened, OF_READING, "html").decode()
    told = re.sub(r"<[^>]+>", " ", page)
    assert "Hidden: we hide figures about few children" in told
    assert not re.search(r"\b\d+ of \d+ children\b", told.partition("Findings: education")[2].partition("Beside England")[0])


def test_libreoffice_opens_the_word_document(opened: Release, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed here")
    (tmp_path / "report.docx").write_bytes(make(opened, OF_OXFORDSHIRE, "docx"))
    run("soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf", "--outdir", tmp_path,
        tmp_path / "report.docx")  # fmt: skip
    with pikepdf.open(tmp_path / "report.pdf") as document:
        assert len(document.pages) > 8


def test_poppler_reads_the_tags_of_the_pdf(pdf: bytes, tmp_path: Path) -> None:
    if shutil.which("pdfinfo") is None:
        pytest.skip("poppler's pdfinfo is not installed here")
    (tmp_path / "report.pdf").write_bytes(pdf)
    assert re.search(r"Tagged:\s+yes", run("pdfinfo", tmp_path / "report.pdf"))
    told = run("pdfinfo", "-struct-text", tmp_path / "report.pdf")
    places = [told.find(f'H1 "{chapter}"') for chapter in CHAPTERS]
    assert -1 not in places and places == sorted(places)


def run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=180, check=True)
    return done.stdout
