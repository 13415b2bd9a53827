"""What a document is made of, whichever program it is for: headings, paragraphs, lists, figures and tables, in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metrics.exports.stamp import Stamp
from metrics.presentation.slides import Slide
from metrics.presentation.tables import HtmlTable


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3; levels never skip."""

    words: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `lead` is set larger, `strong` bold, `note` smaller."""

    words: str
    look: Literal["plain", "lead", "strong", "note"] = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list; the lead of each item, which may be empty, is set bold."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Picture:
    """A figure with its number, its words, and its figures as a table; its chart is not drawn where all of it is hidden."""

    number: int
    slide: Slide
    words: tuple[str, ...]
    table: HtmlTable

    @property
    def caption(self) -> str:
        """`Figure 3. On SEN support. Percentage of children, by school term`."""
        chart = self.slide.chart
        what = f"{chart.title}. {chart.subtitle}" if chart is not None else self.slide.name
        return f"Figure {self.number}. {what}"


@dataclass(frozen=True)
class Listing:
    """A table of its own."""

    table: HtmlTable


Block = Heading | Paragraph | Bullets | Picture | Listing


@dataclass(frozen=True)
class Document:
    """A document: its title, of whom it is, what it states of itself, and its blocks in reading order."""

    title: str
    subtitle: str
    facts: Stamp
    blocks: tuple[Block, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Its figures in order."""
        return tuple(block for block in self.blocks if isinstance(block, Picture))
