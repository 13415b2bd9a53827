"""The report as tagged PDF, made to PDF/UA-1 by Typst: title, language, headings, alternative text, table headers, bookmarks.

Typst refuses to write a file that would break the standard. What is written is data for the template `report.typ`; no word of
a release is ever Typst code. Its `pdf.header-cell` is behind a feature that its Python package cannot switch on, so the first
cell of each row, which names the row, is tagged as a header afterwards.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pikepdf
import typst

from metrics.exports import fonts
from metrics.exports.blocks import Block, Bullets, Document, Heading, Listing, Paragraph, Picture
from metrics.exports.pictures import alt, chart_svg
from metrics.exports.report_html import Drawn
from metrics.formats import ExportError
from metrics.presentation.tables import HtmlTable

TEMPLATE = Path(__file__).parent / "report.typ"
STANDARD: Literal["ua-1"] = "ua-1"
WIDTH_PX = 720


def pdf(document: Document, drawn: Drawn = lambda done: None) -> bytes:
    """The whole file; `ExportError` where Typst could not write it to the standard."""
    with TemporaryDirectory(prefix="report-") as place:
        root = Path(place)
        (root / "report.typ").write_bytes(TEMPLATE.read_bytes())
        blocks = [_block(block, root, drawn) for block in document.blocks]
        told = {"title": document.title, "subtitle": document.subtitle, "blocks": blocks, **_facts(document)}
        (root / "report.json").write_text(json.dumps(told), encoding="utf-8")
        try:
            made = typst.compile(
                root / "report.typ",
                root=root,
                font_paths=[fonts.directory()],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=[STANDARD],
            )
        except typst.TypstError as error:
            raise ExportError(f"The PDF of {document.facts.filters} could not be made: {error.message}.") from error
    assert isinstance(made, bytes), "one document makes one file"
    return _named_rows(made)


def _named_rows(made: bytes) -> bytes:
    """The file with the first cell of each table's row as the row's header.

    Scopes say all of these tables: cells that listed their headers by name would have no row's among them.
    """
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as file:
        for node in file.objects:
            if isinstance(node, pikepdf.Dictionary) and node.get("/S") == "/TR":
                _name_row(node)
        file.save(written, deterministic_id=True)
    return written.getvalue()


def _name_row(row: pikepdf.Dictionary) -> None:
    first, *others = row.K
    if first.S == "/TD":
        first.S = pikepdf.Name.TH
        first.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
    for cell in others:
        for told in cell.get("/A", []) if isinstance(cell.get("/A"), pikepdf.Array) else [cell.get("/A")]:
            if told is not None and told.get("/O") == "/Table" and "/Headers" in told:
                del told["/Headers"]


def _facts(document: Document) -> dict[str, str]:
    facts = document.facts
    return {"filters": facts.filters, "n": facts.n, "footer": facts.footer, "line": facts.line}


def _block(block: Block, root: Path, drawn: Drawn) -> dict[str, Any]:
    """A block as the template reads it; a figure's drawing is put beside the template."""
    match block:
        case Heading(words, level):
            return {"kind": "heading", "words": words, "level": level}
        case Paragraph(words, look):
            return {"kind": "paragraph", "words": words, "look": look}
        case Bullets(items):
            return {"kind": "bullets", "items": [list(item) for item in items]}
        case Listing(table):
            return {"kind": "table", **_table(table)}
        case Picture():
            return _picture(block, root, drawn)


def _picture(picture: Picture, root: Path, drawn: Drawn) -> dict[str, Any]:
    name = ""
    if not picture.slide.hidden:
        name = f"figure-{picture.number}.svg"
        (root / name).write_text(chart_svg(picture.slide, WIDTH_PX), encoding="utf-8")
    drawn(picture.number)
    said = {"words": list(picture.words), "caption": picture.caption, "file": name, "alt": alt(picture.slide)}
    return {"kind": "picture", **said, **_table(picture.table)}


def _table(table: HtmlTable) -> dict[str, Any]:
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    return {"table": {"caption": table.caption, "header": list(table.header), "rows": rows, "symbols": list(table.symbols)}}
