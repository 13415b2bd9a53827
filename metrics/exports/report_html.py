"""The report as one HTML file: no script, nothing loaded from elsewhere, its charts inside it as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from metrics.exports.blocks import Block, Bullets, Document, Heading, Listing, Paragraph, Picture
from metrics.exports.pictures import alt, chart_svg
from metrics.presentation import palette
from metrics.presentation.tables import HtmlTable

WIDTH_PX = 860
Drawn = Callable[[int], None]
"""Told how many figures have been drawn."""
STYLE = f"""
body {{ font: 1.125rem/1.5 {palette.FONT}; color: {palette.INK}; background: {palette.WHITE}; margin: 0 auto; max-width: 60rem;
  padding: 1rem 1.25rem 3rem; }}
h1, h2, h3 {{ color: {palette.DARK_BLUE}; line-height: 1.2; }}
h1 {{ font-size: 2.25rem; }} h2 {{ margin-top: 2.5em; border-top: 2px solid {palette.DARK_BLUE}; padding-top: .5em; }}
.lead {{ font-size: 1.375rem; }} .strong {{ font-weight: 700; }} .note, caption, figcaption, footer {{ font-size: 1rem; }}
.audience {{ border-left: .5rem solid {palette.DARK_BLUE}; padding: .25rem .75rem; font-weight: 700; }}
figure {{ margin: 1rem 0; }} figure svg {{ max-width: 100%; height: auto; }}
figcaption, caption {{ font-weight: 700; text-align: left; }}
.scroll {{ overflow-x: auto; }} table {{ border-collapse: collapse; font-size: 1rem; }}
th, td {{ text-align: right; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid {palette.GRID}; vertical-align: top; }}
th:first-child, td:first-child, .words td {{ text-align: left; }}
a {{ color: {palette.DARK_BLUE}; }} a:focus {{ outline: 3px solid {palette.INK}; }}
@media print {{ h2 {{ break-after: avoid; }} figure, tr {{ break-inside: avoid; }} }}
"""


def html(document: Document, drawn: Drawn = lambda done: None) -> bytes:
    """The whole file, UTF-8."""
    facts = document.facts
    body = "".join(_blocks(document, drawn))
    audience = f'<p class="audience">{escape(facts.footer)}</p>' if facts.footer else ""
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(document.title)}: {escape(facts.filters)}</title><style>{STYLE}</style></head><body><header>"
        f'<h1>{escape(document.title)}</h1><p class="lead">{escape(document.subtitle)}</p>'
        f'<p class="strong">{escape(facts.filters)} ({escape(facts.n)})</p>{audience}</header><main>{body}</main>'
        f"<footer>{audience}<p>{escape(facts.line)}</p></footer></body></html>"
    ).encode()


def _blocks(document: Document, drawn: Drawn) -> Iterator[str]:
    done = 0
    for block in document.blocks:
        yield _block(block)
        if isinstance(block, Picture):
            drawn(done := done + 1)


def _block(block: Block) -> str:
    match block:
        case Heading(words, level):
            return f"<h{level + 1}>{escape(words)}</h{level + 1}>"
        case Paragraph(words, look):
            return f'<p class="{look}">{escape(words)}</p>' if look != "plain" else f"<p>{escape(words)}</p>"
        case Bullets(items):
            return f"<ul>{''.join(_item(lead, words) for lead, words in items)}</ul>"
        case Listing(table):
            return _table(table, "words")
        case Picture():
            return _picture(block)


def _item(lead: str, words: str) -> str:
    return f"<li>{f'<strong>{escape(lead)}</strong> ' if lead else ''}{escape(words)}</li>"


def _picture(picture: Picture) -> str:
    said = "".join(f"<p>{escape(words)}</p>" for words in picture.words)
    table = _table(picture.table) if picture.table.rows else ""
    if picture.slide.hidden:
        return f'{said}<p class="strong">{escape(picture.caption)}</p>{table}'
    label = f'role="img" aria-label="{escape(alt(picture.slide))}"'
    drawing = chart_svg(picture.slide, WIDTH_PX).replace("<svg ", f"<svg {label} ", 1)
    figure = f"<figure><figcaption>{escape(picture.caption)}</figcaption>{drawing}</figure>"
    return f"{said}{figure}{table}"


def _table(table: HtmlTable, look: str = "") -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.header)
    rows = "".join(f"<tr>{''.join(_cell(place, cell.text) for place, cell in enumerate(row.cells))}</tr>" for row in table.rows)
    told = "".join(f'<p class="note">{escape(words)}</p>' for words in table.symbols)
    return (
        f'<div class="scroll" role="group" aria-label="{escape(table.caption)}" tabindex="0"><table class="{look}">'
        f"<caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{told}"
    )


def _cell(place: int, words: str) -> str:
    return f'<th scope="row">{escape(words)}</th>' if place == 0 else f"<td>{escape(words)}</td>"
