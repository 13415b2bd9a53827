"""How complete the data is: who could be observed in each term, and who was found in a register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metrics import ALL, INDICATORS, Area, QualityCount, find, presentation
from metrics.presentation import Cell, HtmlTable, Row
from metrics.presentation.extracts import REGISTERS as SOURCE_OF
from metrics.presentation.extracts import found_interval
from metrics.presentation.numbers import AGE_BAND_NAMES, percent, signed, thousands
from pages.components import definition, markup, nearest, panel, table
from pages.components.panel import Panel
from pages.components.view import View

COVERAGE = tuple(one for one in INDICATORS if one.id.startswith("coverage_"))
REGISTERS = {"education": "Found in school registers", "social_care": "Found in social care"}
GROUPS = AGE_BAND_NAMES | {"F": "girls", "M": "boys", "U": "sex not recorded"}

Counts = Mapping[tuple[str | None, str | None, str | None], QualityCount]
"""Children found by register, area and group."""


def by_term(view: View) -> None:
    """A stacked bar a term of every recognised child: observed, or why not."""
    series = {one.id: view.cut.series(one.id) for one in COVERAGE}
    chart = presentation.coverage_by_term()
    observed = find("coverage_observed")
    if not any(figure.shown for figures in series.values() for figure in figures):
        panel.head(chart.title, chart.subtitle, "")
        nearest.offer(view, series[observed.id], "coverage")
        return
    panel.show(
        Panel(
            key="coverage",
            chart=chart,
            data=presentation.coverage_by_term_data(series),
            says=presentation.headline(observed, view.cut.figure(observed.id)),
            notes=(observed.caveat or "",),
            details=lambda: (
                table.html(_coverage_table(view)),
                *(markup.text("h4", one.title) + definition.html(one) for one in COVERAGE),
            ),
        )
    )


def _coverage_table(view: View) -> HtmlTable:
    """A row a term, a column a status, children in each."""
    series = [view.cut.series(one.id) for one in COVERAGE]
    rows = tuple(
        Row((Cell(signed(int(figures[0].time))), *(_count(f.count if f.shown else None, f.symbol) for f in figures)))
        for figures in zip(*series, strict=True)
    )
    return HtmlTable("Children in each term", ("Term", *(one.title for one in COVERAGE)), rows)


def linkage(view: View) -> tuple[HtmlTable, ...]:
    """How many children were found in each register: by area, then by age and sex over the whole."""
    counts = _matched(view)
    areas = [(area.name, _supplied(view, area, _in_registers(counts, area.code, ALL))) for area in view.release.lattice.areas]
    whole = view.release.lattice.whole
    groups = [(_capital(name), _supplied(view, whole, _in_registers(counts, whole.code, code))) for code, name in GROUPS.items()]
    return _linkage_table("By area", "Area", areas), _linkage_table("By age and sex", "Children", groups)


def linkage_within(view: View) -> HtmlTable:
    """How many children of each age and sex were found in each register, authority by authority within the whole."""
    counts = _matched(view)
    lattice = view.release.lattice
    authorities = [area for area in lattice.areas if area.kind == "authority" and area != lattice.whole]
    rows = [
        (f"{area.name}, {name}", _supplied(view, area, _in_registers(counts, area.code, code)))
        for area in authorities
        for code, name in GROUPS.items()
    ]
    return _linkage_table("By area, age and sex", "Children", rows)


def _matched(view: View) -> Counts:
    return {(one.file, one.area_code, one.breakdown): one for one in view.release.quality("matched")}


def _in_registers(counts: Counts, area: str, group: str) -> tuple[QualityCount | None, ...]:
    """One count a register."""
    return tuple(counts.get((register, area, group)) for register in REGISTERS)


def _supplied(view: View, area: Area, counts: Sequence[QualityCount | None]) -> tuple[QualityCount | None, ...]:
    """The counts of an area, without those of a register whose records it did not supply."""
    authority = (area.parent if area.kind == "district" else area.code) or ALL
    known = (area.kind == "all" or view.release.extracts.supplied(source, authority) for source in SOURCE_OF.values())
    return tuple(one if supplied else None for one, supplied in zip(counts, known, strict=True))


def _linkage_table(caption: str, heading: str, found: Sequence[tuple[str, Sequence[QualityCount | None]]]) -> HtmlTable:
    rows = tuple(Row((Cell(name), *map(_share, counts))) for name, counts in found if any(counts))
    return HtmlTable(caption, (heading, *REGISTERS.values()), rows)


def _share(one: QualityCount | None) -> Cell:
    """`95.0% (190 of 200), 95% interval 91.1% to 97.3%`."""
    if one is None or one.n is None or one.count is None:
        return _count(None, one.symbol if one else "x")
    bounds = found_interval(one)
    if bounds is None:
        return Cell("none to find")
    share = f"{percent(100 * one.count / one.n)} ({thousands(one.count)} of {thousands(one.n)})"
    return Cell(f"{share}, 95% interval {percent(bounds[0])} to {percent(bounds[1])}")


def _count(count: int | None, symbol: str | None) -> Cell:
    if count is None:
        return Cell(f"[{symbol or 'x'}]", symbol or "x", presentation.unavailable(symbol or "x"))
    return Cell(thousands(count))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
