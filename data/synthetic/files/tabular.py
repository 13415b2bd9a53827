"""CSV as partners' systems write it: with or without a byte order mark, in cp1252, with their own headers and dates."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

Column: TypeAlias = "pa.Array | pa.ChunkedArray"
"""Values of one column."""


def write_csv(path: Path, columns: Mapping[str, Column], *, encoding: str = "utf-8", newline: str = "\n") -> None:
    """Write the columns under their headers; nulls are blank, true and false True and False.

    Values are quoted only in a file that needs it somewhere, as partners' systems do. `OSError` where the disk will not do.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    held = {name: as_text(column) for name, column in columns.items()}
    header = ",".join(_quoted(name) for name in held) + "\n"
    body = header.encode("utf-8") + _rows(pa.table(held))
    if newline != "\n":
        body = body.replace(b"\n", newline.encode())
    path.write_bytes(body if encoding == "utf-8" else body.decode("utf-8").encode(encoding))


def _rows(table: pa.Table) -> bytes:
    for quoting in ("none", "needed"):
        buffer = io.BytesIO()
        try:
            csv.write_csv(table, buffer, csv.WriteOptions(include_header=False, quoting_style=quoting))
            return buffer.getvalue()
        except pa.ArrowInvalid:
            continue
    raise AssertionError("text can always be quoted")


def as_text(column: Column) -> Column:
    """The column as text; days as 2024-10-16, flags as True and False."""
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "True", "False")
    return column.cast(pa.string())


def days(column: Column, date_format: str) -> Column:
    """Days as text in that format of `strftime`; null stays null."""
    return pc.strftime(column, format=date_format)


def _quoted(header: str) -> str:
    return '"' + header.replace('"', '""') + '"' if any(one in header for one in ',"\n') else header
