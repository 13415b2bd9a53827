"""Pictures of a figure, PNG or SVG: the chart with its title, n, filters, policy and data version, made without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import vl_convert
from PIL import ImageFont

from metrics.exports import fonts
from metrics.exports.stamp import Stamp
from metrics.formats import ExportError
from metrics.presentation import palette
from metrics.presentation.slides import Slide

WIDTH_PX, MARGIN_PX = 960, 28
SCALE = 2
"""Pixels of a PNG to a pixel of the page, for print."""
TITLE_PX, TEXT_PX, SMALL_PX = 26, 16, 13
LEADING = 1.3
_FILES = {400: "SourceSansPro-Regular.ttf", 600: "SourceSansPro-Semibold.ttf", 700: "SourceSansPro-Bold.ttf"}
Line = tuple[str, int, int, str]
"""Words, size in pixels, weight, colour."""


def png(slide: Slide, facts: Stamp) -> bytes:
    """The whole picture as PNG; `ExportError` where nothing of the figure may be shown."""
    return bytes(vl_convert.svg_to_png(svg(slide, facts), scale=SCALE))


def svg(slide: Slide, facts: Stamp) -> str:
    """The whole picture as SVG, its title and its figures in words inside for those who do not see it."""
    inner = chart_svg(slide, WIDTH_PX - 2 * MARGIN_PX)
    height = _height(inner)
    above, below = _above(slide, facts), _below(slide, facts)
    top = MARGIN_PX + _depth(above)
    bottom = top + height + 10
    total = bottom + _depth(below) + MARGIN_PX
    placed = inner.replace("<svg ", f'<svg x="{MARGIN_PX}" y="{top}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'width="{WIDTH_PX}" height="{total}" viewBox="0 0 {WIDTH_PX} {total}">'
        f"<title>{escape(slide.title)}</title><desc>{escape(alt(slide))}</desc>"
        f'<rect width="{WIDTH_PX}" height="{total}" fill="{palette.WHITE}"/>'
        f"{_text(above, MARGIN_PX)}{placed}{_text(below, bottom)}</svg>"
    )


def alt(slide: Slide) -> str:
    """The chart in words: what kind it is, and every figure in it."""
    kind = slide.chart.alt.partition(". ")[0] if slide.chart is not None else ""
    return ". ".join(filter(None, (kind, slide.spoken)))


def chart_png(slide: Slide, width: int, scale: float = SCALE) -> bytes:
    """The chart alone as PNG, for a page that says the rest."""
    return bytes(vl_convert.svg_to_png(chart_svg(slide, width), scale=scale))


def chart_svg(slide: Slide, width: int) -> str:
    """The chart alone as SVG, `width` pixels wide."""
    if slide.chart is None or slide.data is None:
        raise ExportError(f"There is no picture of {slide.name} for these children: choose fewer filters.")
    fonts.register()
    spec: dict[str, Any] = slide.chart.filled(slide.data)
    silent = {**spec["config"], "mark": {"aria": False}}  # the picture's own words say it whole; marks would repeat it in pieces
    data = {slide.chart.dataset: slide.data.to_pylist()}
    return str(vl_convert.vegalite_to_svg({**spec, "config": silent, "width": width, "datasets": data}))


def _above(slide: Slide, facts: Stamp) -> list[Line]:
    chart = f"{slide.chart.title}. {slide.chart.subtitle}" if slide.chart is not None else ""
    return [
        *_wrapped(facts.synthetic, SMALL_PX, 700, palette.COMPARATOR),
        *_wrapped(slide.title, TITLE_PX, 700, palette.DARK_BLUE),
        *_wrapped(slide.says, TEXT_PX, 400, palette.INK),
        *_wrapped(chart, TEXT_PX, 400, palette.QUIET_INK),
    ]


def _below(slide: Slide, facts: Stamp) -> list[Line]:
    return [
        *_wrapped(slide.n_words, TEXT_PX, 600, palette.INK),
        *_wrapped(slide.comparator_words, SMALL_PX, 400, palette.INK),
        *_wrapped(f"Children: {slide.about} ({facts.n})", SMALL_PX, 400, palette.INK),
        *(line for fact in (*facts.facts[1:], slide.source) for line in _wrapped(fact, SMALL_PX, 400, palette.QUIET_INK)),
        *_wrapped(f"{facts.audience}." if facts.audience else "", SMALL_PX, 700, palette.INK),
    ]


def _wrapped(words: str, size: int, weight: int, colour: str) -> list[Line]:
    """Words broken into lines that fit between the margins; none where there are no words."""
    lines: list[str] = []
    for word in words.split():
        if lines and _width(f"{lines[-1]} {word}", size, weight) <= WIDTH_PX - 2 * MARGIN_PX:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [(line, size, weight, colour) for line in lines]


def _text(lines: Sequence[Line], top: float) -> str:
    drawn, y = [], top
    for words, size, weight, colour in lines:
        y += size * LEADING
        drawn.append(
            f'<text x="{MARGIN_PX}" y="{y - size * (LEADING - 1):.1f}" font-family={quoteattr(palette.FONT)} font-size="{size}" '
            f'font-weight="{weight}" fill="{colour}">{escape(words)}</text>'
        )
    return "".join(drawn)


def _depth(lines: Sequence[Line]) -> int:
    return round(sum(size * LEADING for _, size, _, _ in lines)) + 8


def _height(inner: str) -> int:
    """The height in the root of an SVG of ours."""
    return round(float(inner.partition('height="')[2].partition('"')[0]))


@cache
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts.directory() / _FILES[weight], size)


def _width(words: str, size: int, weight: int) -> float:
    return _font(size, weight).getlength(words)
