"""Quotation marks that a CSV file opens and does not close: the rows after one would be part of a cell, and missed by nobody."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from data.errors import DataError

_BLOCK = 1 << 22


def refuse_swallowed(path: Path, label: str, encoding: str, delimiter: str, columns: int, rows: int) -> None:
    """`DataError` where a line that has all the columns of a row lies within a cell that another such line opens.

    `rows` is how many rows the file was read as, its header among them: where it has no more lines than that, none is hidden.
    """
    if _line_ends(path) <= rows:
        return
    with path.open(encoding="utf-8-sig" if encoding == "utf8" else encoding, newline="") as file:
        lines: list[str] = []
        number = 0
        try:
            for row in csv.reader(_noted(file, lines), delimiter=delimiter):
                number += bool(row)
                whole = [line.count(delimiter) >= columns - 1 > 0 for line in lines]
                if whole[:1] == [True] and any(whole[1:]):
                    raise _refusal(label, number)
                lines.clear()
        except csv.Error:
            raise _refusal(label, number + 1) from None


def _refusal(label: str, row: int) -> DataError:
    return DataError(
        f"{label} row {row:,} opens a quotation mark that is closed rows later, and those between would be lost: close it where"
        " its cell ends, or take the line breaks out of the cell."
    )


def _noted(file: TextIO, lines: list[str]) -> Iterator[str]:
    """The lines of a file, those since the last row kept."""
    for line in file:
        lines.append(line)
        yield line


def _line_ends(path: Path) -> int:
    """How many lines end in a file, at the most: a pair of marks that lies across two blocks counts twice."""
    found = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found += block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")
    return found
