"""How good the data is: who could be observed in each term, who was found in a register, what was supplied and rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from metrics import ALL, INDICATORS, Area, QualityCount, find, presentation
from metrics.presentation import Cell, HtmlTable, Row
from metrics.presentation.numbers import AGE_BAND_NAMES, percent, signed, thousands
from pages.components import banner, definition, markup, nearest, panel, table
from pages.components.panel import Panel
from pages.components.view import View

COVERAGE = tuple(one for one in INDICATORS if one.id.startswith("coverage_"))
REGISTERS = {"education": "Found in school registers", "social_care": "Found in social care"}
SOURCE_OF = {"education": "school_census", "social_care": "social_care"}
SEXES = {"F": "Girls", "M": "Boys", "U": "Sex not recorded"}


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
            details=(
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


def dates(view: View) -> HtmlTable:
    """The last day that each source covers, area by area; what an area did not supply is said so."""
    observed_to = view.release.manifest["observed_to"]
    supplied = {source: observed_to.get(source, {}) for source in banner.SOURCES}
    areas = [area for area in view.release.lattice.areas if area.kind == "authority"]
    rows = tuple(Row((Cell(area.name), *(_day(days.get(area.code)) for days in supplied.values()))) for area in areas)
    header = ("Area", *map(_capital, banner.SOURCES.values()))
    return HtmlTable("Last day covered, by area and source", header, rows)


def linkage(view: View) -> tuple[HtmlTable, ...]:
    """How many children were found in each register: by area, then by age and sex over the whole."""
    counts = {(one.file, one.area_code, one.breakdown): one for one in view.release.quality("matched")}
    areas = [(area.name, _supplied(view, area, _in_registers(counts, area.code, ALL))) for area in view.release.lattice.areas]
    groups = [(_capital(name), _in_registers(counts, ALL, code)) for code, name in (AGE_BAND_NAMES | SEXES).items()]
    return _linkage_table("By area", "Area", areas), _linkage_table("By age and sex", "Children", groups)


def _in_registers(
    counts: Mapping[tuple[str | None, str | None, str | None], QualityCount], area: str, group: str
) -> tuple[QualityCount | None, ...]:
    """One count a register."""
    return tuple(counts.get((register, area, group)) for register in REGISTERS)


def _supplied(view: View, area: Area, counts: Sequence[QualityCount | None]) -> tuple[QualityCount | None, ...]:
    """The counts of an area, without those of a register whose records it did not supply."""
    authority = area.parent if area.kind == "district" else area.code
    observed_to = view.release.manifest["observed_to"]
    supplied = (area.kind == "all" or authority in observed_to.get(source, {}) for source in SOURCE_OF.values())
    return tuple(one if known else None for one, known in zip(counts, supplied, strict=True))


def _linkage_table(caption: str, heading: str, found: Sequence[tuple[str, Sequence[QualityCount | None]]]) -> HtmlTable:
    rows = tuple(Row((Cell(name), *map(_share, counts))) for name, counts in found if any(counts))
    return HtmlTable(caption, (heading, *REGISTERS.values()), rows)


def files(view: View) -> HtmlTable:
    """Rows of each file: how many were used, and how many rejected for which reason."""
    used = [(one, "used") for one in view.release.quality("rows_used")]
    rejected = [(one, one.reason or "") for one in view.release.quality("rows_rejected")]
    listed = sorted(used + rejected, key=lambda pair: (pair[0].file or "", pair[1] != "used", pair[1]))
    rows = tuple(Row((Cell(_file_name(one)), Cell(_capital(what)), _count(one.count, one.symbol))) for one, what in listed)
    return HtmlTable("Rows by file", ("File", "Used, or rejected for", "Rows"), rows)


def _file_name(one: QualityCount) -> str:
    return (one.file or "").removeprefix("records/")


def _share(one: QualityCount | None) -> Cell:
    if one is None or one.n is None or one.count is None:
        return _count(None, one.symbol if one else "x")
    return Cell(f"{percent(100 * one.count / one.n)} ({thousands(one.count)} of {thousands(one.n)})" if one.n else "none to find")


def _count(count: int | None, symbol: str | None) -> Cell:
    if count is None:
        return Cell(f"[{symbol or 'x'}]", symbol or "x", presentation.unavailable(symbol or "x"))
    return Cell(thousands(count))


def _day(iso: str | None) -> Cell:
    return Cell(banner.day(date.fromisoformat(iso))) if iso else Cell("[x]", "x", presentation.unavailable("x"))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
