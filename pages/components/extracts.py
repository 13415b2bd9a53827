"""The extracts behind the figures: what to ask whom for, which terms they cover, which rows were used, which rules hold."""

from __future__ import annotations

from collections.abc import Sequence

from metrics import ALL, Filters, QualityCount, presentation
from metrics.presentation import Ask, Cell, Facts, HtmlTable, Row
from metrics.presentation.extracts import (
    SOURCES,
    age_at_build,
    covered,
    kind_name,
    long_day,
    school_years,
)
from metrics.presentation.numbers import thousands
from pages.components import markup, table
from pages.components.view import View

NOTHING_TO_ASK = "Nothing: every source was supplied, up to date, and no rate stands out."
FORCE = "The force and the charity"


def facts(view: View) -> Facts:
    """What there is to say of the release's data."""
    release = view.release
    figures = {area.code: release.cut(Filters(area=area.code)).figure("recognised") for area in release.lattice.areas}
    counts = [one for topic in ("matched", "rows_read", "rows_used", "rows_rejected") for one in release.quality(topic)]
    return Facts(release.extracts, release.lattice, counts, {area: one.n if one else None for area, one in figures.items()})


def to_ask(known: Facts) -> None:
    """One sentence an area and source, the most useful first."""
    asked = [_ask(one) for one in presentation.asks(known)] or [markup.text("li", NOTHING_TO_ASK)]
    markup.put(markup.element("ul", *asked, class_="findings quiet"))


def _ask(one: Ask) -> str:
    said = markup.text("strong", one.lead) + markup.text("span", f" {one.why}")
    if not one.more:
        return markup.element("li", said)
    more = markup.element("ul", *(markup.text("li", sentence) for sentence in one.more), class_="notes")
    return markup.element("li", said, markup.element("details", markup.text("summary", f"{len(one.more)} more"), more))


def dates(known: Facts) -> HtmlTable:
    """The last day that each source covers, area by area, and how old that was at build; what was not supplied is said so."""
    names = {area.code: area.name for area in known.lattice.areas}
    rows = tuple(Row((Cell(names[code]), *(_day(known, source, code) for source in SOURCES))) for code in known.authorities)
    built = known.extracts.built_at
    when = f", and its age when the store was built on {long_day(built.date())}" if built else ""
    return HtmlTable(f"Last day covered{when}", ("Area", *map(_capital, SOURCES.values())), rows)


def grids(known: Facts) -> None:
    """A grid a source: areas by school year, a symbol a term; each cell is said in words to those who do not see it."""
    markup.put(
        markup.element("div", *(_grid(known, source) for source in SOURCES), class_="grids"),
        markup.text("p", presentation.COVERAGE_KEY, class_="legend"),
    )


def _grid(known: Facts, source: str) -> str:
    years = school_years(known)
    names = {area.code: area.name for area in known.lattice.areas}
    head = (markup.text("th", f"{year % 100:02d}/{(year + 1) % 100:02d}", scope="col") for year in years)
    body = (
        markup.element("tr", markup.text("th", names[area], scope="row"), *(_terms(known, source, area, year) for year in years))
        for area in known.authorities
    )
    caption = _capital(SOURCES[source])
    content = (
        markup.text("caption", caption),
        markup.element("thead", markup.element("tr", markup.text("th", "Area", scope="col"), *head)),
    )
    whole = markup.element("table", *content, markup.element("tbody", *body))
    return markup.element("div", whole, class_="table terms", role="group", aria_label=f"Terms covered: {caption}", tabindex="0")


def _terms(known: Facts, source: str, area: str, year: int) -> str:
    symbols, words = covered(known, source, area, year)
    return markup.element(
        "td", markup.text("span", symbols, aria_hidden="true"), markup.text("span", words, class_="spoken"), title=words
    )


def files(known: Facts) -> None:
    """Rows of each kind of file, area by area, each to be unfolded: read, used, rejected and why."""
    for area, name in ({area.code: area.name for area in known.lattice.areas} | {ALL: FORCE}).items():
        read = [one for one in known.counts if (one.topic, one.area_code) == ("rows_read", area)]
        if read:
            shown = thousands(sum(one.count or 0 for one in read))
            summary = markup.text(
                "summary", f"{name}: {shown} rows read in {len(read)} {'kind' if len(read) == 1 else 'kinds'} of file"
            )
            markup.put(markup.element("details", summary, table.html(_files(known, name, read))))


def _files(known: Facts, name: str, read: Sequence[QualityCount]) -> HtmlTable:
    rows = []
    for one in sorted(read, key=lambda one: kind_name(one.file or "")):
        same = [other for other in known.counts if (other.file, other.area_code) == (one.file, one.area_code)]
        used = next(other for other in same if other.topic == "rows_used")
        left = None if used.n is None or used.count is None else used.n - used.count
        counted = (_count(one.count, one.symbol), _count(used.count, used.symbol), _count(left, used.symbol))
        rows.append(Row((Cell(kind_name(one.file or "")), *counted, _reasons(same))))
    return HtmlTable(f"Rows by kind of file: {name}", ("File", "Read", "Used", "Rejected", "Why"), tuple(rows))


def _reasons(counts: Sequence[QualityCount]) -> Cell:
    """`1,240: UPN is missing; [c]: …`, the most frequent first and the hidden last."""
    listed = sorted(
        (one for one in counts if one.topic == "rows_rejected"), key=lambda one: (-(one.count or 0), one.reason or "")
    )
    cells = [_count(one.count, one.symbol) for one in listed]
    words = "; ".join(f"{cell.text}: {one.reason}" for cell, one in zip(cells, listed, strict=True))
    hidden = next((cell for cell in cells if cell.symbol), Cell(""))
    return Cell(words, hidden.symbol, hidden.reason)


def rules(known: Facts) -> tuple[HtmlTable, ...]:
    """Which definition of Early Help each authority used, and which rules the partnership chose."""
    names = {area.code: area.name for area in known.lattice.areas}
    told = sorted(known.extracts.definitions.items(), key=lambda one: names.get(one[0], one[0]))
    defined = [Row((Cell(names.get(area, area)), Cell(_capital(words)))) for area, words in told]
    chosen = [Row((Cell(name), Cell(words))) for name, words in known.extracts.settings.items()]
    found = (
        HtmlTable("What Early Help means", ("Area", "Open to Early Help"), tuple(defined)),
        HtmlTable("What the partnership chose", ("Rule", "Chosen"), tuple(chosen)),
    )
    return tuple(one for one in found if one.rows)


def _day(known: Facts, source: str, area: str) -> Cell:
    last = known.extracts.last_day(source, area)
    if last is None:
        return Cell("[x]", "x", presentation.unavailable("x"))
    return Cell(", ".join(filter(None, (long_day(last), age_at_build(last, known.extracts)))))


def _count(count: int | None, symbol: str | None) -> Cell:
    if count is None:
        return Cell(f"[{symbol or 'x'}]", symbol or "x", presentation.unavailable(symbol or "x"))
    return Cell(thousands(count))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
