"""The mapping of comparators: which column of which open-data file feeds an indicator, for whom, and which of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.errors import DataError
from data.ingest.layout import Field, Layout, normal
from data.ingest.ledger import Rejected
from data.ingest.reading import ROW, encoding_of, header_of, read_csv

FOLDER, MAPPING = "comparators", "mapping.csv"
FITS = ("matched", "similar", "not_comparable")
TRANSFORMS = {"": (0.0, 1.0), "100-": (100.0, -1.0), "100*": (0.0, 100.0)}
"""By what a mapping may say: what is added, and what the figure is multiplied by first; absence becomes attendance by `100-`."""
LAYOUT = Layout(
    "the mapping",
    (
        *(Field(name) for name in ("file", "column", "indicator", "population", "fit")),
        *(Field(name, blank=True) for name in ("unit", "reason", "filters")),
        *(Field(name, required=False) for name in ("transform", "source")),
    ),
)


@dataclass(frozen=True)
class Mapped:
    """One row of the mapping: which column of which file feeds an indicator, for whom, and which of its rows.

    `filters` is a value a column, letter case aside; `row` its number in the mapping.
    """

    row: int
    file: str
    column: str
    indicator: str
    population: str
    fit: str
    reason: str
    filters: Mapping[str, str]
    transform: str
    source: str

    @property
    def where(self) -> str:
        """How a message names it."""
        return f"{FOLDER}/{MAPPING} row {self.row}"


def read_mapping(folder: Path, label: str) -> list[Mapped]:
    """The rows of the mapping in a folder of open-data files; `DataError` where one says what cannot be."""
    _check_headers(folder / MAPPING, label)
    refused: list[Rejected] = []
    batches = list(read_csv(folder / MAPPING, LAYOUT, label, refused))
    if refused:
        raise DataError(f"{label} row {refused[0].row} has more or fewer columns than its header: mend it.")
    rows = [row for batch in batches for row in batch.to_pylist()]
    present = {path.name for path in folder.glob("*.csv")}
    return [_mapped({name: _clean(text) for name, text in row.items() if name != ROW}, row[ROW], present) for row in rows]


def _check_headers(path: Path, label: str) -> None:
    """A column misnamed would be a figure left as it is where it was to be turned."""
    headers, _ = header_of(path, encoding_of(path, label), label)
    if not all(any(one.stands_under(normal(header)) for one in LAYOUT.fields) for header in headers if header.strip()):
        raise DataError(f"{label} has a column it cannot have: use {', '.join(one.name for one in LAYOUT.fields)}.")


def _clean(text: str | None) -> str:
    return " ".join((text or "").replace("\u00a0", " ").split())


def _mapped(row: Mapping[str, str], number: int, present: set[str]) -> Mapped:
    """A row of the mapping; `DataError` where it says what cannot be."""
    where = f"{FOLDER}/{MAPPING} row {number}"
    blank = next((name for name in ("file", "column", "indicator", "population") if not row[name]), None)
    fit, transform = row["fit"].lower().replace(" ", "_"), row.get("transform", "").replace(" ", "")
    if blank:
        raise DataError(f"{where} has no {blank}: fill it in.")
    if row["file"] not in present:
        raise DataError(f"{where} names the file {row['file']}, which is not in {FOLDER}: put it there or mend the row.")
    if row["unit"].lower() not in ("", "percent", "%"):
        raise DataError(f"{where} has the unit {row['unit']}: only percent can stand beside an indicator.")
    if fit not in FITS:
        raise DataError(f"{where} has the fit {row['fit'] or 'blank'}: say {', '.join(FITS[:-1])} or {FITS[-1]}.")
    if fit != "matched" and not row["reason"]:
        raise DataError(f"{where} does not say why the fit is {fit}: give the reason.")
    if transform not in TRANSFORMS:
        raise DataError(f"{where} has the transform {row['transform']}: use 100- or 100*, or leave it blank.")
    return Mapped(
        number,
        row["file"],
        row["column"],
        row["indicator"],
        row["population"],
        fit,
        row["reason"],
        _filters(row["filters"], where),
        transform,
        row.get("source", ""),
    )


def _filters(text: str, where: str) -> dict[str, str]:
    """`school_type=State-funded primary;term=Autumn term` by column."""
    filters = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        column, equals, value = (word.strip() for word in part.partition("="))
        if not (column and equals and value):
            raise DataError(f"{where} has a filter that is not column=value: write them as column=value;column=value.")
        filters[column.casefold()] = value.casefold()
    return filters
