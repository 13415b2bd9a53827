"""Partners' files as batches of text: columns by our names, each row with its number in the file. CSV and Excel alike.

Nothing is interpreted here; `data.ingest.acceptance` turns text into typed rows. Files are read in bounded memory.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from python_calamine import CalamineError, CalamineWorkbook

from data.errors import DataError
from data.ingest import trial
from data.ingest.layout import Layout
from data.ingest.ledger import Rejected
from data.ingest.quoting import refuse_swallowed

Cell = str | int | float | bool | date | datetime | time | timedelta | None

ROW = "row_number"
"""The column of row numbers: the header is row 1, the first row of data row 2."""
_BLOCK = 1 << 22
_SHEET_ROWS = 20_000
HEADER_WITHIN = 10
"""Rows of a sheet among which the header is looked for: some workbooks begin with a title."""
_SUPPLY_AGAIN = "supply the file again"

WRONG_WIDTH = "the row has more or fewer columns than the header"


def read_csv(path: Path, layout: Layout, label: str, rejected: list[Rejected]) -> Iterator[pa.RecordBatch]:
    """The rows of a CSV file, the layout's columns as text; a row of the wrong width goes to `rejected`.

    UTF-8 with or without a byte-order mark, UTF-16 with one, or Windows-1252; commas, semicolons or tabs. `DataError` where
    the file has no usable header or cannot be read, or hides rows in a quotation mark that is not closed.
    """
    encoding = encoding_of(path, label)
    headers, delimiter = header_of(path, encoding, label)
    places = layout.place(headers, label)
    taken = {f"f{place}": name for name, place in places.items()}
    invalid: list[int] = []

    def note(row: pacsv.InvalidRow) -> str:
        invalid.append(row.number)
        rejected.append(Rejected(row.number, "", WRONG_WIDTH))
        return "skip"

    options = {
        "read_options": pacsv.ReadOptions(
            use_threads=False, block_size=_BLOCK, autogenerate_column_names=True, encoding=encoding
        ),
        "parse_options": pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note),
        "convert_options": pacsv.ConvertOptions(
            column_types=dict.fromkeys(taken, pa.string()), include_columns=list(taken), strings_can_be_null=False
        ),
    }
    try:
        with pacsv.open_csv(path, **options) as batches:
            rows = 1
            for batch in _numbered(batches, taken, invalid):
                rows += batch.num_rows
                yield batch
            refuse_swallowed(path, label, encoding, delimiter, len(headers), rows + len(invalid))
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise DataError(f"{label} cannot be read to its end as CSV: {_SUPPLY_AGAIN}.") from error


def _numbered(batches: Iterable[pa.RecordBatch], taken: Mapping[str, str], invalid: list[int]) -> Iterator[pa.RecordBatch]:
    """Batches with our names and row numbers, less the header; invalid rows have numbers of their own."""
    following = 1
    for batch in batches:
        bad = {number for number in invalid if number >= following}
        numbers = np.fromiter(islice(_numbers_without(following, bad), batch.num_rows), np.int64, batch.num_rows)
        following = int(numbers[-1]) + 1 if batch.num_rows else following
        columns = dict(zip((taken[name] for name in batch.schema.names), batch.columns, strict=True))
        rows = pa.RecordBatch.from_pydict({ROW: pa.array(numbers), **columns})
        yield rows.slice(1) if batch.num_rows and numbers[0] == 1 else rows


def _numbers_without(first: int, bad: set[int]) -> Iterator[int]:
    number = first
    while True:
        if number not in bad:
            yield number
        number += 1


def encoding_of(path: Path, label: str) -> str:
    """How a text file is encoded; `DataError` where it is none that partners use."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            if start.startswith(b"PK"):
                raise DataError(f"{label} is a workbook under the name of a CSV file: save it as CSV, UTF-8.")
            file.seek(0)
            return "utf8" if all(_decodes(codecs.getincrementaldecoder("utf-8")(), file.read)) else "cp1252"
    except FileNotFoundError:
        raise DataError(f"{label} is missing: {_SUPPLY_AGAIN}.") from None
    except PermissionError:
        raise DataError(f"{label} may not be read: check who owns it.") from None


def cut_short(path: Path, what: str) -> str | None:
    """What to say of a text file whose last line has no end: its last cell may have lost some of its digits. None otherwise.

    `what` says which file it is without naming it, for what is said is shown to all.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2))
        end = file.read().strip(b"\0")
    if end.endswith((b"\n", b"\r")):
        return None
    return f"{what} does not end with the end of a line, as a file does that was cut short: check that its last row is whole."


def _decodes(decoder: codecs.IncrementalDecoder, read: object) -> Iterator[bool]:
    assert callable(read)
    while True:
        part = read(_BLOCK)
        try:
            decoder.decode(part, final=not part)
        except UnicodeDecodeError:
            yield False
            return
        if not part:
            return
        yield True


def header_of(path: Path, encoding: str, label: str) -> tuple[list[str], str]:
    """The first row of a CSV file and what stands between its columns; `DataError` where there is none."""
    try:
        with path.open(encoding="utf-8-sig" if encoding == "utf8" else encoding, newline="") as file:
            line = file.readline(1 << 20)
            if not line.strip():
                raise DataError(f"{label} is empty: supply it with its header row, and no others if there is nothing to say.")
            delimiter = max(",;\t|", key=line.count)
            file.seek(0)
            return next(csv.reader(file, delimiter=delimiter)), delimiter
    except (UnicodeDecodeError, csv.Error):
        raise DataError(f"{label} is not text in UTF-8 or Windows-1252: save it as CSV, UTF-8.") from None


def open_workbook(path: Path, label: str) -> CalamineWorkbook:
    """An Excel workbook; `DataError` where it is none, or its sheets are larger than any list."""
    if not trial.passes(path):
        raise DataError(
            f"{label} is damaged, or has a cell so far from all others that the sheet does not fit in memory: copy its lists to a"
            " new workbook and supply that."
        )
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise DataError(f"{label} cannot be read as a workbook (is it protected by a password?): save it as .xlsx.") from error


def sheet_name(workbook: CalamineWorkbook, pattern: str) -> str | None:
    """The first sheet whose name holds the pattern, letter case aside; None where there is none."""
    return next((name for name in workbook.sheet_names if re.search(pattern, name, re.IGNORECASE)), None)


def cells(workbook: CalamineWorkbook, sheet: str, label: str, most: int | None = None) -> Sequence[Sequence[Cell]]:
    """The rows of a sheet from its first cell on, at most so many; `DataError` where the sheet is damaged."""
    try:
        return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=most)
    except (CalamineError, OSError) as error:
        raise DataError(f"{label} is damaged: open the workbook in Excel, save it again and supply that.") from error


def read_sheet(workbook: CalamineWorkbook, sheet: str, layout: Layout, label: str) -> Iterator[pa.RecordBatch]:
    """The rows of a sheet, the layout's columns as text: dates in ISO form, whole numbers without a point.

    The header is the first of the topmost rows that has every column required; row numbers are the sheet's.
    """
    rows = iter(cells(workbook, sheet, label))
    top = [[as_text(cell) or "" for cell in row] for row in islice(rows, HEADER_WITHIN)]
    at = next((number for number, row in enumerate(top) if layout.fits(row)), 0)
    if not top:
        raise DataError(f"{label} is empty: supply the list with its header row, and no others if there is nothing to say.")
    places = layout.place(top[at], label)
    yield from batches_of(_taken(enumerate(top[at + 1 :], at + 2), places), layout)
    yield from batches_of(
        (
            (number, {name: as_text(row[place]) for name, place in places.items()})
            for number, row in enumerate(rows, len(top) + 1)
        ),
        layout,
    )


def _taken(rows: Iterable[tuple[int, Sequence[str]]], places: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str | None]]]:
    for number, row in rows:
        yield number, {name: row[place] for name, place in places.items()}


def batches_of(rows: Iterable[tuple[int, Mapping[str, str | None]]], layout: Layout) -> Iterator[pa.RecordBatch]:
    """Rows of text by column, each with its number, as batches; a row that is blank throughout is none."""
    full = ((number, row) for number, row in rows if any((text or "").strip() for text in row.values()))
    while part := list(islice(full, _SHEET_ROWS)):
        columns = {one.name: pa.array([row.get(one.name) for _, row in part], pa.string()) for one in layout.fields}
        yield pa.RecordBatch.from_pydict({ROW: pa.array([number for number, _ in part], pa.int64()), **columns})


def as_text(cell: Cell) -> str | None:
    """What a cell says: `2024-10-16`, `9212044`, `true`."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)
