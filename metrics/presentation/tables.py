"""The figures of a chart as rows for an accessible table; a figure that is not shown has its symbol and the reason.

The page turns these into HTML; nothing here escapes or marks up text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metrics.figure import Comparator, Figure, Pair
from metrics.indicator import Headcount, Indicator, RelativeTerms, Whole
from metrics.presentation.comparators import FITS
from metrics.presentation.comparison import rates
from metrics.presentation.numbers import interval_text, known, percent, signed, term_name, thousands, time_name, window_label
from metrics.presentation.symbols import bracketed, reason


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and where it stands for a figure that is not shown the symbol and the reason."""

    text: str
    symbol: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Row:
    """One row; the first cell is its heading."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HtmlTable:
    """A table: its caption, the headings of its columns, its rows, and one sentence for each symbol in it."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def symbols(self) -> tuple[str, ...]:
        """`[c] Hidden: …` for each symbol that occurs, in order of first use."""
        used = {cell.symbol: cell.reason for row in self.rows for cell in row.cells if cell.symbol}
        return tuple(f"{bracketed(symbol)} {why}" for symbol, why in used.items())


COUNT, BASE, SHARE, INTERVAL = "Children (k)", "Of (n)", "Figure", "95% interval"
EXPECTED = "At England's rates"
NOT_GIVEN = "not given"


def series_table(indicator: Indicator, series: Sequence[Figure]) -> HtmlTable:
    """One row a time of one indicator: k, n, the figure and its interval."""
    when = {RelativeTerms: "School term", Whole: "Time"}.get(type(indicator.time), "Window")
    return _figures_table(f"{indicator.title}, by {when.lower()}", when, [(_time_label(f.time), f) for f in series])


def figures_table(caption: str, figures: Iterable[tuple[str, Figure | None]], heading: str = "Group") -> HtmlTable:
    """One row a labelled figure: k, n, the figure and its interval."""
    return _figures_table(caption, heading, list(figures))


def headcount_table(caption: str, figures: Iterable[tuple[str, Figure | None]], heading: str = "Group") -> HtmlTable:
    """One row a labelled headcount: how many."""
    rows = tuple(
        Row((Cell(label), _hidden(f) if f is None or not f.shown else Cell(thousands(f.count or 0)))) for label, f in figures
    )
    return HtmlTable(caption, (heading, "Number"), rows)


def pairs_table(pairs: Iterable[tuple[Indicator, Pair | None]]) -> HtmlTable:
    """One row an indicator: how many children, before, after, gained and lost, and the p-value."""
    header = ("Indicator", "The same children", "Before", "After", "Gained", "Lost", "p-value")
    rows = tuple(Row((Cell(indicator.title), *_pair_cells(pair))) for indicator, pair in pairs)
    return HtmlTable("The same children before and after", header, rows)


def comparators_table(comparators: Iterable[Comparator]) -> HtmlTable:
    """One row a comparator: population, period, value, fit and why, source."""
    header = ("Population", "Period", "Figure", "Fit", "Why", "Source")
    rows = tuple(
        Row(tuple(map(Cell, (c.population, c.period, percent(c.value), FITS[c.fit], c.reason or "", c.source))))
        for c in comparators
    )
    return HtmlTable("What stands beside it", header, rows)


def is_headcount(indicator: Indicator) -> bool:
    """Whether its figures are numbers of children or families and not shares."""
    return isinstance(indicator.measure, Headcount)


def _figures_table(caption: str, heading: str, figures: Sequence[tuple[str, Figure | None]]) -> HtmlTable:
    """The columns that hold anything: means have no count, and few indicators have England's rate for such children."""
    shown = [f for _, f in figures if f is not None and f.shown]
    columns: tuple[str, ...] = (BASE, SHARE, INTERVAL)
    if not shown or any(f.count is not None for f in shown):
        columns = (COUNT, *columns)
    if any(f.expected is not None for f in shown):
        columns = (*columns, EXPECTED)
    rows = (Row((Cell(label), *(_figure_cell(f, column) for column in columns))) for label, f in figures)
    return HtmlTable(caption, (heading, *columns), tuple(rows))


def _figure_cell(figure: Figure | None, column: str) -> Cell:
    if figure is None or not figure.shown:
        return _hidden(figure)
    numbers = {COUNT: figure.count, BASE: figure.n}
    if column in numbers:
        number = numbers[column]
        return Cell(NOT_GIVEN if number is None else thousands(number))
    if column == EXPECTED:
        return Cell(NOT_GIVEN if figure.expected is None else percent(figure.expected))
    return Cell(percent(known(figure)) if column == SHARE else interval_text(figure) or NOT_GIVEN)


def _pair_cells(pair: Pair | None) -> tuple[Cell, ...]:
    if pair is None or not pair.shown or pair.n_both is None:
        return (_hidden(pair),) * 6
    before, after = rates(pair)
    moved = [Cell(NOT_GIVEN if count is None else thousands(count)) for count in (pair.gained, pair.lost)]
    return (Cell(thousands(pair.n_both)), Cell(percent(before)), Cell(percent(after)), *moved, Cell(p_text(pair.p_value)))


def p_text(p_value: float | None) -> str:
    """`0.032`; `under 0.001`; nothing is ever `0`."""
    if p_value is None:
        return NOT_GIVEN
    return "under 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def _hidden(cell: Figure | Pair | None) -> Cell:
    symbol = cell.symbol if cell is not None else None
    return Cell(bracketed(symbol), symbol or "x", reason(symbol))


def _time_label(time: str) -> str:
    if time.lstrip("-").isdigit():
        name = term_name(time)
        return f"{signed(int(time))}: {name}"
    return window_label(time) if time_name(time) else "All"
