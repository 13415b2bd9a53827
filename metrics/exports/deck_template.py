"""The one template of every deck, made by code: 16 to 9, the palette as the theme's colours, Arial, and two layouts."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation
from pptx.slide import Slide as Page
from pptx.slide import SlideLayout
from pptx.util import Emu, Inches, Pt

from metrics.presentation import palette

FONT = "Arial"
"""On every machine that has PowerPoint; a deck carries no typeface of its own."""
WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, TEXT_WIDTH = Inches(0.6), Inches(12.13)
COVER, FINDING = "Title Slide", "Title Only"
TITLE_PT, COVER_PT, SUBTITLE_PT, FOOT_PT = 24, 40, 18, 12
LANGUAGE = "en-GB"
LONG_TITLE, LONG_TITLE_PT = 120, 20
"""Letters from which a title needs a third line, and the size in which it does not."""
THEME = {
    "dk2": palette.INK,
    "lt2": palette.UNDER_LABEL,
    "accent1": palette.DARK_BLUE,
    "accent2": palette.TURQUOISE,
    "accent3": palette.PLUM,
    "accent4": palette.ORANGE,
    "accent5": palette.DARK_GREY,
    "accent6": palette.LAVENDER,
    "hlink": palette.DARK_BLUE,
    "folHlink": palette.PLUM,
}
Box = tuple[Emu, Emu, Emu, Emu]
PLACES: dict[tuple[str, Any], Box] = {
    (COVER, PP_PLACEHOLDER.CENTER_TITLE): (LEFT, Inches(1.6), TEXT_WIDTH, Inches(1.6)),
    (COVER, PP_PLACEHOLDER.SUBTITLE): (LEFT, Inches(3.4), TEXT_WIDTH, Inches(2.9)),
    (FINDING, PP_PLACEHOLDER.TITLE): (LEFT, Inches(0.3), TEXT_WIDTH, Inches(1.05)),
    ("", PP_PLACEHOLDER.FOOTER): (LEFT, Inches(6.98), Inches(11.2), Inches(0.4)),
    ("", PP_PLACEHOLDER.SLIDE_NUMBER): (Inches(11.9), Inches(6.98), Inches(0.83), Inches(0.4)),
}
"""Where a placeholder of a layout is; the foot is the same on all."""


def new_deck() -> Presentation:
    """An empty deck."""
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _theme(deck)
    for layout in list(deck.slide_layouts):
        if layout.name in (COVER, FINDING):
            _arrange(layout)
        else:
            deck.slide_layouts.remove(layout)
    _place(deck.slide_master, "")
    return deck


def add_page(deck: Presentation, layout: str, title: str, footer: str) -> Page:
    """A page with its title, the policy's words at its foot, and its number."""
    page = deck.slides.add_slide(next(one for one in deck.slide_layouts if one.name == layout))
    assert page.shapes.title is not None, "both layouts have a title"
    page.shapes.title.text_frame.text = title
    if len(title) > LONG_TITLE:
        page.shapes.title.text_frame.paragraphs[0].font.size = Pt(LONG_TITLE_PT)
    for shape in page.slide_layout.placeholders:
        kind = shape.placeholder_format.type
        if kind in (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER):
            page.shapes._spTree.append(deepcopy(shape._element))
    for shape in page.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.FOOTER:
            shape.text_frame.text = footer
    return page


def to_the_end(page: Page) -> None:
    """Move the foot behind all that was added, so that it is read last."""
    tree = page.shapes._spTree
    last = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
    for shape in [one for one in page.placeholders if one.placeholder_format.type in last]:
        tree.remove(shape._element)
        tree.append(shape._element)


def _theme(deck: Presentation) -> None:
    """The palette and the typeface in place of those of python-pptx's own template."""
    part = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = part.blob.decode()
    for name, colour in THEME.items():
        xml = re.sub(rf'(<a:{name}><a:srgbClr val=")[0-9A-F]{{6}}', rf"\g<1>{colour[1:]}", xml)
    xml = re.sub(r'(<a:(?:major|minor)Font><a:latin typeface=")[^"]*', rf"\g<1>{FONT}", xml)
    part._blob = xml.encode()


def _arrange(layout: SlideLayout) -> None:
    for shape in list(layout.placeholders):
        if shape.placeholder_format.type == PP_PLACEHOLDER.DATE:
            shape._element.getparent().remove(shape._element)
    _place(layout, layout.name)


def _place(on: Any, name: str) -> None:
    """Put the placeholders where they belong, and set their type."""
    for shape in on.placeholders:
        kind = shape.placeholder_format.type
        box = PLACES.get((name, kind)) or PLACES.get(("", kind)) or PLACES.get((FINDING, kind))
        if box is None:
            continue
        shape.left, shape.top, shape.width, shape.height = box
        _set(shape, kind)


def _set(shape: Any, kind: Any) -> None:
    """The style of a placeholder's text, in place of the one it came with."""
    title = kind in (PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.TITLE)
    size = {PP_PLACEHOLDER.CENTER_TITLE: COVER_PT, PP_PLACEHOLDER.TITLE: TITLE_PT, PP_PLACEHOLDER.SUBTITLE: SUBTITLE_PT}
    frame = shape.text_frame
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if kind == PP_PLACEHOLDER.TITLE else MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = 0
    style = _style(
        size.get(kind, FOOT_PT),
        bold=title or kind == PP_PLACEHOLDER.FOOTER,
        colour=palette.DARK_BLUE if title else palette.INK,
        align="r" if kind == PP_PLACEHOLDER.SLIDE_NUMBER else "l",
    )
    body = shape._element.txBody
    body.replace(next(child for child in body if child.tag == qn("a:lstStyle")), style)


def _style(size_pt: int, *, bold: bool, colour: str, align: str) -> Any:
    return parse_xml(
        f'<a:lstStyle {nsdecls("a")}><a:lvl1pPr algn="{align}" marL="0" indent="0"><a:buNone/>'
        f'<a:defRPr lang="{LANGUAGE}" sz="{size_pt * 100}" b="{int(bold)}">'
        f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill></a:defRPr></a:lvl1pPr></a:lstStyle>'
    )
