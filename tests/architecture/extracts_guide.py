"""The tables of docs/extracts.md, from the declarations that files are read by: `python -m tests.architecture.extracts_guide`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

from data.ingest import (
    annex_a,
    comparator_mapping,
    coverage,
    crosswalk,
    links,
    meals,
    receptions,
    social_care_people,
    ssda903,
    support,
    term_dates,
)
from data.ingest.layout import Field, Kind, Layout, Rule
from data.ingest.school_census import layouts as census
from data.ingest.school_census.files import ON

GUIDE = Path(__file__).parents[2] / "docs" / "extracts.md"
COMMAND = "python -m tests.architecture.extracts_guide"

DECLARED: Mapping[str, tuple[Layout, tuple[Rule, ...]]] = {
    "receptions.csv": (receptions.LAYOUT, ()),
    "links.csv": (links.LAYOUT, ()),
    "support.csv": (support.LAYOUT, support.CLASHES),
    "coverage.csv": (coverage.LAYOUT, ()),
    "comparators/mapping.csv": (comparator_mapping.LAYOUT, ()),
    "crosswalk.csv": (crosswalk.LAYOUT, crosswalk.CLASHES),
    "term_dates.csv": (term_dates.LAYOUT, term_dates.CLASHES),
    "pupilonroll": (census.roll_layout(ON), ()),
    "addressesonroll": (census.address_layout(ON), ()),
    "fsmperiod": (census.fsm_layout(), ()),
    "termlysessiondetailsonroll": (census.absence_layout(ON, ON.halves[0]), ()),
    "termlyexclusionsonroll": (census.exclusion_layout(ON), ()),
    "meals.csv": (meals.LAYOUT, ()),
    "social_care_people.csv": (social_care_people.LAYOUT, ()),
    **{f"List {number}": (layout, ()) for number, layout in annex_a.LISTS.items() if number != 2},
    "List 2, assessments": (annex_a.ASSESSMENTS, ()),
    "List 2, episodes": (annex_a.EPISODES, ()),
    "ssda903 episodes": (ssda903.EPISODES, ()),
    "ssda903 header": (ssda903.HEADER, ()),
}
"""Each table of the guide by its name in the markers; the rules beside a layout are those of rows that clash."""

_MARKED = re.compile(r"(<!-- columns of (?P<name>[^>]+) -->\n).*?(?=<!-- end -->)", re.DOTALL)
_HEADINGS = ("Column", "Also read as", "What stands in it", "Column needed", "May be blank")


def renewed(text: str) -> str:
    """The guide with every table between markers made anew; `KeyError` for a marker of an unknown name."""
    return _MARKED.sub(lambda marked: f"{marked[1]}{table(*DECLARED[marked['name']])}", text)


def named(text: str) -> list[str]:
    """The names in the guide's markers, in their order."""
    return [marked["name"] for marked in _MARKED.finditer(text)]


def table(layout: Layout, clashes: tuple[Rule, ...]) -> str:
    """A row a column; then how codes may be written, and which rows are rejected for more than one unreadable value."""
    lines = [_row(_HEADINGS), _row(["---"] * len(_HEADINGS)), *(_row(_cells(one)) for one in layout.fields)]
    ways = [way for one in layout.fields if (way := _ways(one))]
    reasons = dict.fromkeys(rule.reason for rule in (*layout.rules, *clashes))
    lines += ["", *ways] if ways else []
    lines += ["", f"Rejected too, with the reason: {'; '.join(reasons)}."] if reasons else []
    return "\n".join(lines) + "\n"


def spellings(pattern: str) -> tuple[str, ...]:
    """The headers that a pattern accepts; `ValueError` for a pattern that cannot be said so.

    `_` stands for a space, an underscore or nothing, `…` for anything, and what is in square brackets may be left out.
    """
    texts, rest = _either(pattern)
    if rest:
        raise ValueError(f"{pattern} does not end at {rest}")
    return tuple(dict.fromkeys(re.sub(r" *…[ …]*", " … ", text).strip(" _") for text in texts))


def _cells(one: Field) -> tuple[str, ...]:
    others = {_plain(text): f"`{text}`" for pattern in one.headers for text in spellings(pattern)}
    header = one.said if one.label or not others or one.stands_under(one.name) else next(iter(others.values())).strip("`")
    shown = [text for plain, text in others.items() if plain != _plain(header)]
    values = ", ".join(f"`{code}`" for code in dict.fromkeys(one.codes.values())) if one.kind is Kind.CODE else one.kind.value
    return (f"`{header}`", ", ".join(shown), values, _yes(one.required), _yes(one.blank or not one.required))


def _ways(one: Field) -> str:
    """The spellings of each code, as an item of a list; empty where all are written as they are."""
    ways: dict[str, dict[str, None]] = defaultdict(dict)
    for text, code in one.codes.items():
        said = re.sub("[_-]", " ", text)
        if _plain(said) != _plain(code) and not any(_plain(said) == _plain(other) for other in ways[code]):
            ways[code][said] = None
    written = "; ".join(f"`{code}` as {', '.join(texts)}" for code, texts in ways.items() if texts)
    return f"- `{one.said}` may be written: {written}." if written else ""


def _plain(text: str) -> str:
    return re.sub("[ _-]", "", text).casefold()


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _either(text: str) -> tuple[list[str], str]:
    """The texts of alternatives up to a closing bracket, and what follows them."""
    found: list[str] = []
    while True:
        parts, text = _parts(text)
        found += ["".join(part) for part in product(*parts)]
        if not text.startswith("|"):
            return found, text
        text = text[1:]


def _parts(text: str) -> tuple[list[list[str]], str]:
    """The texts of each part of one alternative."""
    parts: list[list[str]] = []
    while text and text[0] not in "|)":
        part, text = _part(text)
        parts.append(part)
    return parts, text


def _part(text: str) -> tuple[list[str], str]:
    """The texts of one part, and what follows it."""
    for start, said in ((r"\b", ""), (".*", "…"), ("[ _]?", "_"), ("[ _]", "_")):
        if text.startswith(start):
            return [said], text[len(start) :]
    if text.startswith("(?!"):
        return [""], text[text.index(")") + 1 :]
    if text.startswith("("):
        texts, rest = _either(text[1:])
        rest = rest.removeprefix(")")
        return ([f"[{'/'.join(texts)}]"], rest[1:]) if rest.startswith("?") else (texts, rest)
    if not (text[0].isalnum() or text[0] in " _"):
        raise ValueError(f"{text} begins with what has no words here")
    return ([f"[{text[0]}]"], text[2:]) if text[1:2] == "?" else ([text[0]], text[1:])


if __name__ == "__main__":
    GUIDE.write_text(renewed(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
