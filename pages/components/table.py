"""Real HTML tables: a caption, header cells with their scope, and a reason wherever a figure is not shown."""

from __future__ import annotations

from html import escape

from metrics.presentation import Cell, HtmlTable
from pages.components import markup


def html(table: HtmlTable) -> str:
    """A table as markup; symbols are explained beneath it."""
    head = markup.element("tr", *(markup.text("th", name, scope="col") for name in table.header))
    body = "".join(markup.element("tr", _first(row.cells[0]), *map(_cell, row.cells[1:])) for row in table.rows)
    return markup.element(
        "div",
        markup.element(
            "table", markup.text("caption", table.caption), markup.element("thead", head), markup.element("tbody", body)
        ),
        *(markup.text("p", sentence, class_="legend") for sentence in table.symbols),
        class_="table",
        role="group",
        aria_label=table.caption,
        tabindex="0",
    )


def show(table: HtmlTable) -> None:
    """Put a table on the page."""
    markup.put(html(table))


def _first(cell: Cell) -> str:
    return markup.text("th", cell.text, scope="row")


def _cell(cell: Cell) -> str:
    if cell.symbol is None:
        return markup.text("td", cell.text)
    return markup.element("td", markup.element("abbr", escape(cell.text), title=cell.reason or ""))
