"""What python-pptx has no words for: error bars of each figure's own interval, labels put clear of them, the plot's place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.chart import Chart as Drawn
from pptx.dml.color import RGBColor
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from metrics.figure import Figure
from metrics.presentation import palette

NAMESPACES = nsdecls("c", "a")
READABLE = 4.5
"""The contrast of text on its ground, at least (WCAG 2.2 AA)."""


def rgb(colour: str) -> RGBColor:
    """A colour of the palette as PowerPoint takes it."""
    return RGBColor.from_string(colour[1:])


def fill(series: Any, colour: str) -> None:
    """A series of bars in one colour."""
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = rgb(colour)
    series.invert_if_negative = False


def white_is_readable(ground: str) -> bool:
    """Whether white is readable on a colour."""
    return palette.contrast(palette.WHITE, ground) >= READABLE


def error_bars(series: Any, figures: Sequence[Figure | None], colour: str = palette.ORANGE, width_pt: float = 1.75) -> None:
    """Each figure's interval; none where a figure is hidden or has none."""
    if not any(figure is not None and figure.low is not None for figure in figures):
        return
    plus = [_reach(figure, "high") for figure in figures]
    minus = [_reach(figure, "low") for figure in figures]
    direction = "" if _is_bar(series) else '<c:errDir val="y"/>'
    bars = parse_xml(
        f'<c:errBars {NAMESPACES}>{direction}<c:errBarType val="both"/>'
        f'<c:errValType val="cust"/><c:noEndCap val="0"/><c:plus>{_numbers(plus)}</c:plus><c:minus>{_numbers(minus)}</c:minus>'
        f"{line_look(colour, width_pt)}</c:errBars>"
    )
    _before(series, bars, "c:cat", "c:val")


def band(series: Any, colour: str, width_pt: float) -> None:
    """A line from each point of a series down to the axis, as wide as a band."""
    bars = parse_xml(
        f'<c:errBars {NAMESPACES}><c:errDir val="y"/><c:errBarType val="minus"/><c:errValType val="percentage"/>'
        f'<c:noEndCap val="1"/><c:val val="100"/>{line_look(colour, width_pt)}</c:errBars>'
    )
    _before(series, bars, "c:cat", "c:val")


def label(
    series: Any, place: int, words: str, size_pt: float, *, position: str, right: float = 0.0, down: float = 0.0, colour: str = ""
) -> None:
    """Words at one point; `right` and `down` move them, in shares of the chart's frame."""
    held = series.points[place].data_label
    frame = held.text_frame
    frame.text = words
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold, run.font.name = Pt(size_pt), True, "Arial"
    run.font.color.rgb = rgb(colour or palette.INK)
    frame.word_wrap = False
    element = held._dLbl
    for old in element.findall(qn("c:dLblPos")):
        old.set("val", position)
    if not element.findall(qn("c:dLblPos")):
        shown = element.find(qn("c:showLegendKey"))
        shown.addprevious(parse_xml(f'<c:dLblPos {NAMESPACES} val="{position}"/>'))
    if right or down:
        moved = f'<c:manualLayout><c:x val="{right:.4f}"/><c:y val="{down:.4f}"/></c:manualLayout>'
        for old in element.findall(qn("c:layout")):
            element.remove(old)
        element.find(qn("c:idx")).addnext(parse_xml(f"<c:layout {NAMESPACES}>{moved}</c:layout>"))


def lay_out(chart: Drawn, shares: tuple[float, float, float, float]) -> None:
    """Put the plot where labels beside it have room: left, top, width and height in shares of the frame."""
    x, y, w, h = shares
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    area.insert(
        0,
        parse_xml(
            f'<c:layout {NAMESPACES}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="{x}"/><c:y val="{y}"/><c:w val="{w}"/><c:h val="{h}"/></c:manualLayout></c:layout>'
        ),
    )


def _reach(figure: Figure | None, end: str) -> float | None:
    bound = getattr(figure, end) if figure is not None else None
    return None if figure is None or bound is None or figure.value is None else abs(bound - figure.value)


def _numbers(values: Sequence[float | None]) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{v!r}</c:v></c:pt>' for i, v in enumerate(values) if v is not None)
    return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'


def line_look(colour: str, width_pt: float) -> str:
    """A line in one colour, as the file format has it."""
    width = int(Pt(width_pt))
    return f'<c:spPr><a:ln w="{width}" cap="flat"><a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill></a:ln></c:spPr>'


def _is_bar(series: Any) -> bool:
    return bool(series._element.getparent().tag == qn("c:barChart"))


def _before(series: Any, element: Any, *names: str) -> None:
    """Put an element where the schema has it: before the first of these."""
    following = next(found for name in names if (found := series._element.find(qn(name))) is not None)
    following.addprevious(element)
