"""The tiny partnership many times over, each copy with a damage of its own, and what a build of it would store and say."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.build import database, derive, prepare
from data.build.extracts import Extracts
from data.cohort import Rejection
from data.engine.duck import Duck
from data.errors import DataError
from data.ingest.comparators import ComparatorsRead, read_comparators
from data.progress import silent
from tests import partners
from tests.partners import Files

Row = Mapping[str, Any]
SHARED = ("coverage.csv", "comparators/absence.csv", "comparators/mapping.csv", f"{partners.AREA}/term_dates.csv")
"""Files that are of no one family."""
ANNEX_A = f"{partners.AREA}/annex_a/Annex_A.xlsx"
WORDS = {"absence.csv": {"country_name"}, "mapping.csv": {"indicator", "population", "reason", "transform"}}
"""Published words, and what a mapping is told to do: nothing else tells whether they are meant."""
CHILDREN = ("C1", "C2", "C3")


@dataclass(frozen=True)
class Cell:
    """A place in the tiny partnership: a file or a sheet of one, a row of data counted from 0, a column."""

    file: str
    sheet: str
    row: int
    column: int


@dataclass(frozen=True)
class Outcome:
    """What a build would store and say: the rows of each child, and what was left out."""

    rows: Mapping[str, list[Row]]
    rejected: tuple[Rejection, ...]
    notes: frozenset[str]


def outcome(extracts: Path) -> Outcome:
    """What a build of these extracts stores, by child_id, without writing a store; rejected rows go to `rejected` beside."""
    opened = Extracts.open(extracts, rejected=extracts.parent / f"{extracts.name}_rejected")
    comparators = opened.comparators()
    rows: dict[str, list[Row]] = {"comparators": [vars(one) for one in comparators]}
    with database(opened) as connection:
        children, rejected = prepare(connection, opened, silent)
        for _, part in derive(connection, Duck(connection), opened, children, rejected, silent):
            for row in part.to_pylist():
                rows.setdefault(row.pop("child_id"), []).append({name: row[name] for name in row if name != "family_id"})
    opened.ledger.write_all_rejected()
    return Outcome(rows, tuple(rejected), frozenset(note.sentence for note in opened.ledger.notes))


def tables(files: Files) -> Iterator[tuple[str, str, list[list[Any]]]]:
    """Every table of rows: file, sheet or nothing, header and rows."""
    for name, content in files.items():
        for sheet, rows in content.items() if isinstance(content, dict) else (("", content),):
            yield name, sheet, rows


def cells(files: Files) -> list[Cell]:
    """Every cell of every row about a family."""
    return [
        Cell(name, sheet, row, column)
        for name, sheet, rows in tables(files)
        if name not in SHARED
        for row, values in enumerate(rows[1:])
        for column, _ in enumerate(values)
    ]


def renamed(value: Any, family: int) -> Any:
    """An identifier of the first family as another family has it; any other value as it is."""
    template = _template(str(value))
    if template is None:
        return value
    new = template.format(family)
    return int(new) if isinstance(value, int) else new


@cache
def _template(text: str) -> str | None:
    for pattern, other in (
        (r"([AB])\d{4}([AB]{2})", r"\1{:04}\2"),
        (r"(C[123])", r"\1-{}"),
        (r"A1\d{5}(\d{6})", r"A1{:05}\1"),
        (r"9\d{3}(\d{3})", r"9{:04}\1"),
        (r"([pqde]\d)", r"\1-{}"),
    ):
        if re.fullmatch(pattern, text):
            return re.sub(pattern, other, text)
    return None


def village(damaged: Mapping[int, tuple[Cell, Any]], families: int) -> Files:
    """So many copies of the tiny partnership's families in one, and in each what is to be damaged there."""
    made = partners.files()
    for name, sheet, rows in tables(made):
        if name in SHARED:
            continue
        header, *first = rows
        rows[:] = [header]
        for family in range(families):
            copy = [[renamed(value, family) for value in row] for row in first]
            cell, value = damaged.get(family, (None, None))
            if cell and (cell.file, cell.sheet) == (name, sheet):
                copy[cell.row][cell.column] = value
            rows += copy
    return made


def rejected_rows(root: Path) -> dict[tuple[str, str], dict[int, str]]:
    """The reason by row number, by file and sheet, of the rejected rows written there."""
    found: dict[tuple[str, str], dict[int, str]] = {}
    for path in root.rglob("*.csv"):
        label = path.relative_to(root).as_posix()
        label = label if label.removesuffix(".csv").find(".x") < 0 else label.removesuffix(".csv")
        name, _, sheet = label.partition(".xlsx ")
        with path.open(newline="") as file:
            rows = {int(row["row"]): row["reason"] for row in csv.DictReader(file)}
        found[f"{name}.xlsx" if sheet else name, sheet] = rows
    return found


def table_of(files: Files, cell: Cell) -> list[list[Any]]:
    content = files[cell.file]
    return content[cell.sheet] if isinstance(content, dict) else content


def comparators_of(root: Path, files: Files) -> ComparatorsRead:
    return read_comparators(partners.write(root, {name: rows for name, rows in files.items() if "comparators" in name}))


def alone(*names: str) -> Files:
    """The files named and those without which nothing is built."""
    kept = ("receptions.csv", "links.csv", f"{partners.AREA}/crosswalk.csv", *names)
    return {name: content for name, content in partners.files().items() if name in kept}


PLANTED = re.compile(
    r"Annabel|Robert|Cyril|Olive|Quell|Vane|unreadable|A\d{4}AA|B\d{4}BB|A1\d{5}|900000|9.0E|ZZ\d|\bC[123]\b"
    r"|\d{4}-\d{2}|\d{4}-[A-Z][a-z]{2}|\d\d/\d\d/"
)


def assert_a_sentence(refused: DataError) -> None:
    """One sentence, with nothing in it of what the files hold."""
    sentence = str(refused)
    assert "\n" not in sentence and sentence.endswith("."), sentence
    assert not PLANTED.search(sentence), sentence
    assert 20 < len(sentence) < 500, sentence
