"""Whether everything that was sent may leave: each text, each row of data and each specification by itself."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, get_args

import pyarrow as pa

from data.reference import published_figures
from data.schema import AGE_BANDS
from metrics import INDICATORS, find, presentation
from metrics.presentation import areas_dots, areas_terms, slide_kinds
from metrics.presentation.chart import Chart
from metrics.presentation.cohort import Breakdown, Group
from metrics.presentation.numbers import WINDOW_NAMES, one_decimal
from metrics.presentation.offer import STEPS, Grouping, journey_wide
from metrics.presentation.slides import BESIDE_ENGLAND, CARE_CHANGE, KINDS, SCHOOL_CHANGE
from pages.components import board_slide, care, findings, school
from tests.egress.capture import Sent
from tests.egress.released import NUMBER, Fact

DRAWN = frozenset(("part", "row", "period", "service", "x", "x2", "y", "y2", "run", "text", "style"))
SPOKEN = frozenset(("When", "Of", "Status", "Figure", "Children", "Families", "95% interval"))
"""The contract: every column that a chart's data may have, to be drawn and to be told. What is in it is checked cell by cell."""
NOBODYS = re.compile(r"\.(hash|active_script_hash|page_script_hash|fragment_id|query_string|link_button\.url)$")
"""Fields that Streamlit fills: hashes of code and of what is sent anyway, and the URL asked for; links are looked at apart."""
OF_AN_ELEMENT = re.compile(r"^\$\$ID-[0-9a-f]{32}-")
"""What Streamlit puts before an element's own key: a hash of what is sent with it."""
LAYOUT = re.compile(
    r"\.(layout|initial_sidebar_state|delta_path|gap_size|direction|justify|align|scale|weight|vertical_alignment|default"
    r"|wrap_text|height|width|pixel_width|pixel_height|type)$"
)
"""Numeric fields that say where and how large something is, or which option is chosen."""
BLOCKS = frozenset(("p", "li", "h1", "h2", "h3", "h4", "tr", "caption", "summary", "dt", "dd", "div", "ul", "dl", "table"))
BLOCKS |= {"details", "header", "footer", "thead", "tbody", "style", "th"}
WORDS = re.compile(r"(?=.*\d)(?=.*[^\W\d]).{5,}|\d{4}(/\d\d|-\d\d-\d\d)?")
"""A released text that has a number and can be nothing else than that text: words, a year, a date."""
LETTERS = re.compile(r"[^\W\d_]{2}")
"""A clause without is a bare number, which is nobody's own word."""
PLACING = ("tabindex", "rowspan", "colspan")
"""Attributes that say where a thing stands."""
CLAUSE = re.compile(r"(?<=[.;:])\s+|\s+·\s+|\s*\|\s*")
FIXED = (
    r"95% interval",
    r"attended 90% or more of their sessions",
    r"(line|bars) of \d+ (terms|windows)",
    r"(Hidden|Not reached|Not supplied): \d+ terms",
    r"(None|Only \d+) of the \d+ headline figures",
    r"Only \d+ of these \d+ changes",
    r"in \d+ kinds? of file",
    r"^\d+ more$",
    r"^[−+]\d{1,2}(?=:|$| \[[cxz]\]$)",
    r"^0(?=: the term of imprisonment$)",
    r"[Aa]ged \d+ to \d+",
    r"\d+ to \d+ years",
    r"\(\d months?\)",
    r"\d+ (days?|months?|years?) (old|before the latest)",
    r"look back as far as \d+ \w+ \d{4}",
    r"no [a-z ]+ “[^”]*”: it is left out",
    r"Annex A: list \d+",
    r"^\d\d/\d\d$",
    r"SSDA903",
    r"at 99\.8%",
    r"99\.8% intervals",
    r"Clearly different: \d+ of \d+ comparisons",
    r"(about \d+\.\d|fewer than 0\.1) of \d+ would be by chance alone",
    r"[Ss]lide \d+ of \d+",
    r"the axis starts at \d+%",
    r", \d+ rows\.$",
    r"\d+ slides? of this address do(es)? not exist",
    rf"^([1-9]|[1-{len(KINDS) // 10}]\d)\. (?=\S)",
    rf"\bage=({'|'.join(AGE_BANDS)})\b",
)
"""Numbers of the pages' own words, and of the declared functions `how many` and `how long`; each is looked for whole."""
PRINTED_2025 = re.compile(
    r"Published 2025: ("
    + "|".join(re.escape(one_decimal(row.value).removesuffix(".0")) for row in published_figures() if row.value is not None)
    + r")(%| \w+)"
)
"""What the study printed, which is public."""
CODES = frozenset(
    (*WINDOW_NAMES, *AGE_BANDS, *map(str, range(-12, 9)), *(one.id for one in INDICATORS)),
)
"""What may name a row of a chart, besides a year or a quarter."""
PLACED = frozenset(("value", "value edge", "comparator_label", "inside", "lower", "higher", "event_label", "event_label edge"))
"""Parts of a chart that are words put where there is room for them: their place is no figure, their words are checked."""
MOST_ROWS = 21
"""Of a chart on the board: its width depends on how many rows it has, and on nothing else."""
PERIOD = re.compile(r"20\d\d(Q[1-4])?")
CLOSE = 1e-9


@dataclass(frozen=True)
class Known:
    """What needs no figure: texts that are the same whatever the figures, and words that the release holds besides them."""

    clauses: frozenset[str]
    words: frozenset[str]
    specs: frozenset[str]


def known(static: Iterable[Sent], words: Iterable[str]) -> Known:
    """From pages drawn with every figure hidden, and from the words of a release and of the catalogue."""
    made, kept = tuple(charts()), {" ".join(word.split()) for word in words}
    said = [one for sent in static for one in _said(sent)]
    said += [("chart", text) for chart in made for text in (chart.title, chart.subtitle, chart.alt)]
    said += [("released", word) for word in kept]
    own = {one for where, text in said for one in clauses(text) if LETTERS.search(one) or where == "<style>"}
    specs = frozenset(_spec({**c.spec, **width}) for c in made for width in ({}, *_widths(c)))
    return Known(frozenset(own | kept), frozenset(filter(WORDS.fullmatch, kept)), specs)


def wrong(sent: Sent, facts: Sequence[Fact], known: Known) -> list[str]:
    """What may not leave, a line each; nothing where all is well."""
    found = [f"{where}: {clause!r}" for where, text in _said(sent) for clause in numbers_from_nowhere(text, facts, known)]
    found += [f"{where} = {number}" for where, number in sent.numbers if not LAYOUT.search(where)]
    found += ["a specification that is not of a declared chart" for spec in sent.specs if _spec(spec) not in known.specs]
    drawn = frozenset(number for fact in facts for number in fact.drawn)
    for table in sent.tables:
        found += [f"column {name!r} is not in the contract" for name in table.column_names if name not in DRAWN | SPOKEN]
        found += [f"column {name!r} has numbers under its nulls" for name in _numbers_under_nulls(table)]
        found += [f"chart row {row}" for row in table.to_pylist() if not _row_allowed(row, facts, drawn, known)]
    return found


def _widths(chart: Chart) -> Iterator[dict[str, int]]:
    """The widths at which the board draws a chart, which tell how many rows it has."""
    yield from ({"width": width} for width in {board_slide.width_px(chart, rows) for rows in range(1, MOST_ROWS + 1)})


def charts() -> Iterator[Chart]:
    """Every chart of the pages, made without a release."""
    for one in INDICATORS:
        if one.table == "school_terms":
            yield presentation.term_line(one)
            yield areas_terms.area_line(one)
        if one.table == "care_windows" and not one.id.startswith("services_"):
            yield presentation.window_bars(one)
        yield presentation.by_year(one)
        yield from (areas_dots.area_dots(one, time) for time in one.time.codes)
    yield slide_kinds.known_bars()
    for paired in (school.PAIRED, care.PAIRED, *(tuple(map(find, ids)) for ids in (SCHOOL_CHANGE, CARE_CHANGE))):
        yield presentation.before_after(paired)
    for beside in (findings.CHARTED, tuple(map(find, BESIDE_ENGLAND))):
        yield presentation.against_england(beside)
    yield from (presentation.headcounts(group) for group in get_args(Group))
    yield from (presentation.breakdown_bars(name) for name in get_args(Breakdown))
    yield from (presentation.step_by(step, grouping) for step in STEPS for grouping in get_args(Grouping))
    yield from (presentation.share_by_quarter(step) for step in STEPS)
    yield from (presentation.care_levels(), presentation.services_sets(), presentation.coverage_by_term())
    yield from (presentation.recognised_by_quarter(), presentation.recognised_so_far(), presentation.rates())
    yield from (presentation.journey(), journey_wide(), presentation.waits(), presentation.missed())


def _spec(spec: Any) -> str:
    """A specification without its data, and without what a panel says of marks' aria."""
    bare = {key: value for key, value in spec.items() if key != "datasets"}
    bare["config"] = {key: value for key, value in bare["config"].items() if key != "mark"}
    return json.dumps(bare, sort_keys=True, default=dict)


def _said(sent: Sent) -> Iterator[tuple[str, str]]:
    """Every text, and every block of markup, with where it stands."""
    yield from ((where, OF_AN_ELEMENT.sub("", text)) for where, text in sent.texts if not NOBODYS.search(where))
    for body in sent.markup:
        reader = _Reader()
        reader.feed(body)
        reader.close()
        yield from ((f"<{tag}>", " ".join(text.split())) for tag, text in reader.blocks if text.strip())


class _Reader(HTMLParser):
    """The blocks of markup; cells of a table's row are one block, its headings and every attribute but `tabindex` their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, str]] = [("", "")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.blocks.append((tag, ""))
        if tag == "td":
            self.handle_data(" | ")
        spoken = [(f"{tag} {name}", value) for name, value in attrs if name not in PLACING and value]
        extra = [(where, html.unescape(value)) for where, value in spoken]
        self.blocks[-1:-1] = extra

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.blocks.append(("tr" if tag == "th" else "", ""))

    def handle_data(self, data: str) -> None:
        tag, text = self.blocks[-1]
        self.blocks[-1] = (tag, text + data)


def clauses(text: str) -> list[str]:
    """What is said, clause by clause, without the fixed words; only a clause with a number needs a look."""
    text = PRINTED_2025.sub(" ", " ".join(text.split()))
    for pattern in FIXED:
        text = re.sub(pattern, " ", text)
    parts = (" ".join(part.split()) for part in CLAUSE.split(text))
    return [part for part in parts if NUMBER.search(part)]


def numbers_from_nowhere(text: str, facts: Sequence[Fact], known: Known) -> list[str]:
    """The clauses of a text whose numbers are of no one fact."""
    return [clause for clause in clauses(text) if not _clause_allowed(clause, facts, known)]


def _allowed(text: str, facts: Sequence[Fact], known: Known) -> bool:
    return not numbers_from_nowhere(text, facts, known)


def _clause_allowed(clause: str, facts: Sequence[Fact], known: Known) -> bool:
    """Whether all its numbers are of one fact, once the fixed words are taken out."""
    if clause in known.clauses:
        return True
    numbers = _numbers_of(clause, known)
    return not numbers or any(numbers <= fact.printed for fact in facts)


def _numbers_of(text: str, known: Known) -> set[str]:
    """The numbers of a text that are not of words the release holds."""
    for words in sorted((w for w in known.words if w in text), key=len, reverse=True):
        text = re.sub(rf"(?<![\w.,]){re.escape(words)}(?![\w%]|[.,]\d)", " ", text)
    return set(NUMBER.findall(text))


def _row_allowed(row: dict[str, Any], facts: Sequence[Fact], drawn: Collection[float], known: Known) -> bool:
    texts = [value for name, value in row.items() if isinstance(value, str) and not _is_code(name, value)]
    places = {name: row[name] for name in ("x", "x2", "y", "y2") if isinstance(row.get(name), float)}
    if not all(_allowed(text.replace("\n", " "), facts, known) for text in texts):
        return False
    if (row["part"] or "").removeprefix("help ") in PLACED:
        return True
    lengths = [places[f"{axis}2"] - places[axis] for axis in ("x", "y") if axis in places and f"{axis}2" in places]
    return all(_place_allowed(place, drawn) for place in places.values()) or any(_near(one, drawn) for one in lengths)


def _is_code(column: str, value: str) -> bool:
    return column in ("row", "period") and (value in CODES or PERIOD.fullmatch(value) is not None)


def _place_allowed(place: float, drawn: Collection[float]) -> bool:
    """A released value, or the layout: a term and half a term or a bar's half width from it, and tens."""
    terms = min(abs(place - term - off) for term in range(-13, 10) for off in (0, 0.5, 0.42, -0.42))
    return terms < CLOSE or place % 5 == 0 or _near(place, drawn)


def _near(place: float, drawn: Collection[float]) -> bool:
    return place in drawn or any(abs(place - value) < CLOSE for value in drawn)


def _numbers_under_nulls(table: pa.Table) -> Iterator[str]:
    """The columns whose buffers hold anything but zeros where a value is null: that travels too."""
    for name in table.column_names:
        for chunk in table[name].chunks:
            if chunk.null_count and pa.types.is_primitive(chunk.type):
                _, values = chunk.buffers()
                bare = pa.Array.from_buffers(chunk.type, len(chunk), [None, values], offset=chunk.offset)
                if any(one.as_py() for one, valid in zip(bare, chunk.is_valid(), strict=True) if not valid.as_py()):
                    yield name
