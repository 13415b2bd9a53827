"""What a file that is taken away says: its texts, each part by itself, and the numbers of its charts, read by other programs.

Positions in a drawing are no text; the data that it is drawn from are those of a slide, which is read on the board.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree, html
from python_calamine import CalamineWorkbook

Said = tuple[str, str]
"""Where it stands, and the text."""
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPHS = (f"{DRAWING}p", f"{WORD}p")
ELSEWHERE = (*(f"{DRAWING}{name}" for name in ("t", "tableStyleId")), f"{WORD}t", *(f"{CHART}{name}" for name in "vf"))
"""What is read as part of something else, and the code of a table's look."""
SPOKEN = ("descr", "title", "name", "aria-label", "alt", "content")
"""Attributes that are words for somebody."""
SVG = "{http://www.w3.org/2000/svg}"
OF_AN_AXIS = "role-axis-label"
STEP = re.compile(r"[−+]?\d{1,2}|\d{1,3}%|\d{1,3}(,\d{3})?")
"""What an axis counts in: terms, percent, children; its ends are the chart's own or tens."""


def office(content: bytes) -> Iterator[Said]:
    """Every paragraph of every part of a deck or a document, its descriptions and properties, the sheets behind its charts."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith(".xlsx"):
                yield from ((name, cell) for column in sheet(parts.read(name)) for cell in column if isinstance(cell, str))
            elif name.endswith(".xml") and "theme" not in name and "[Content" not in name:
                yield from ((name, text) for text in _texts(etree.fromstring(parts.read(name))))


def sheet(content: bytes) -> Iterator[tuple[Any, ...]]:
    """Every column of a workbook, its heading first."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        yield from zip(*book.get_sheet_by_name(name).to_python(), strict=True)


def _texts(root: Any) -> Iterator[str]:
    for element in root.iter():
        if element.tag in PARAGRAPHS:
            yield "".join(part.text or "" for part in element.iter(f"{DRAWING}t", f"{WORD}t"))
        elif not len(element) and element.text and element.tag not in ELSEWHERE:
            yield element.text
        yield from (value for name, value in element.attrib.items() if name in SPOKEN)
    yield from (one.findtext(f"{CHART}v") or "" for one in root.iterfind(f".//{CHART}strCache/{CHART}pt"))


def charts(content: bytes) -> Iterator[tuple[str, list[float]]]:
    """The numbers of each series of a deck's charts: what is drawn, both ends of each interval, and what is in the sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith(".xlsx"):
                for heading, *cells in sheet(parts.read(name)):
                    yield heading, [float(cell) for cell in cells if isinstance(cell, int | float)]
            elif name.startswith("ppt/charts/chart"):
                for series in etree.fromstring(parts.read(name)).iter(f"{CHART}ser"):
                    yield series.findtext(f"{CHART}tx//{CHART}v"), list(_drawn(series))


def _drawn(series: Any) -> Iterator[float]:
    values = _points(series.find(f"{CHART}val/{CHART}numRef/{CHART}numCache"))
    yield from values.values()
    for side, sign in (("plus", 1), ("minus", -1)):
        lengths = _points(series.find(f"{CHART}errBars/{CHART}{side}/{CHART}numLit"))
        yield from (values[place] + sign * length for place, length in lengths.items())


def _points(cache: Any) -> dict[int, float]:
    found = () if cache is None else cache.iterfind(f"{CHART}pt")
    return {int(point.get("idx")): float(point.findtext(f"{CHART}v")) for point in found}


def page(content: bytes, *, axes: bool = False) -> Iterator[Said]:
    """A web page's blocks and descriptions; of its drawings what is written in them, on their axes too if asked for."""
    root = html.fromstring(content)
    for drawing in root.iter("svg"):
        yield from (("svg", text) for text in _written(drawing, axes=axes))
        yield from (("svg", value) for name, value in drawing.attrib.items() if name in SPOKEN)
        drawing.clear()
    yield from (
        (one.tag, one.text_content()) for one in root.iter("title", "style", "h1", "h2", "h3", "h4", "p", "li", "figcaption")
    )
    yield from ((one.tag, one.text_content()) for one in root.iter("caption", "th", "td", "script"))
    yield from (("attribute", value) for one in root.iter() for name, value in one.attrib.items() if name in SPOKEN)


def drawing(content: bytes) -> Iterator[Said]:
    """What is written in a drawing of its own, and its title and description."""
    root = etree.fromstring(content)
    yield from (("svg", text) for text in _written(root))
    yield from ((one.tag, one.text or "") for one in root.iter(f"{SVG}title", f"{SVG}desc"))


def _written(root: Any, *, axes: bool = False) -> Iterator[str]:
    for one in root.iter(f"{SVG}text", "text"):
        text = " ".join(one.itertext())
        above = " ".join(parent.get("class", "") for parent in one.iterancestors())
        if axes or OF_AN_AXIS not in above or not STEP.fullmatch(text):
            yield text


def portable(content: bytes) -> Iterator[Said]:
    """What a PDF says to those who do not see it: descriptions of figures, bookmarks, title and subject."""
    with pikepdf.open(io.BytesIO(content)) as document:
        yield from (("docinfo", str(value)) for name, value in document.docinfo.items() if "Date" not in name)
        with document.open_outline() as outline:
            yield from (("bookmark", title) for title in _titles(outline.root))
        yield from (
            ("alt", str(one.get("/Alt"))) for one in document.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        )


def _titles(items: Any) -> Iterator[str]:
    for item in items:
        yield str(item.title)
        yield from _titles(item.children)
