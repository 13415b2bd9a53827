"""Comparators from files of Explore Education Statistics: open-data convention, and a mapping that says what a column feeds.

Beside them files of population estimates, which need no mapping (`data.ingest.population`).

`comparators/mapping.csv` has a row a column of a file: `file,column,indicator,population,unit,fit,reason,filters` and, where
wanted, `transform` and `source`. Without it nothing is read. The figures are published ones: no row is about a child.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from data import reference
from data.errors import DataError
from data.ingest.comparator_mapping import FOLDER, MAPPING, TRANSFORMS, Mapped, read_mapping
from data.ingest.folder import Folder
from data.ingest.layout import Field, Layout
from data.ingest.ledger import EVERYONE, SMALLEST_JUDGED, Ledger, Rejected
from data.ingest.open_data import NO_VALUE, PLACE_COLUMNS, REQUIRED, place_of, school_year, time_of
from data.ingest.population import Population, is_population
from data.ingest.reading import ROW, cut_short, read_csv
from data.reference import POPULATION, Comparator

SOURCE = "Explore Education Statistics"
_DECIMALS = 6
_MOST_BAD_SHARE = 0.1
"""Counts of children are mostly over 100: a column of which more is no percentage was mapped by mistake."""
_PHASES = {"primary": "primary", "secondary": "secondary"}
_OF_EES = "download it again from Explore Education Statistics, or mend the mapping"


@dataclass(frozen=True)
class ComparatorsRead:
    """What was read: the comparators, the rows of each file by its label, the rows left out by file, and what is to be said."""

    rows: tuple[Comparator, ...] = ()
    files: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, Sequence[Rejected]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_comparators(extracts: Path) -> ComparatorsRead:
    """The comparators of an extracts folder; none without a mapping, and then `notes` says so where there are files.

    `DataError` where the mapping names a file, column or value that is not there, or where rows answer for the same area and
    period with different figures. A figure that is neither a number nor a symbol is a row left out; a symbol is no value.
    """
    folder = extracts / FOLDER
    living = [path for path in _files(folder) if is_population(path, f"{FOLDER}/{path.name}")]
    found = _joined(_mapped(folder), *map(_population, living))
    return replace(found, notes=(*_unread(folder, found.files), *found.notes))


def _mapped(folder: Path) -> ComparatorsRead:
    """What the mapping asks for; nothing without one."""
    if not (folder / MAPPING).is_file():
        return ComparatorsRead()
    label = f"{FOLDER}/{MAPPING}"
    mapped = read_mapping(folder, label)
    found: list[Comparator] = []
    files, rejected = {label: len(mapped)}, dict[str, Sequence[Rejected]]()
    for name in dict.fromkeys(one.file for one in mapped):
        reading = _Reading(f"{FOLDER}/{name}", [one for one in mapped if one.file == name])
        reading.read(folder / name)
        found += reading.comparators()
        files[reading.label], rejected[reading.label] = reading.rows, tuple(reading.rejected.values())
    cut = (cut_short(folder.parent / name, f"A file of the {FOLDER}") for name in files)
    return ComparatorsRead(tuple(found), files, rejected, tuple(filter(None, cut)))


def comparators_of(folder: Folder, ledger: Ledger) -> tuple[Comparator, ...]:
    """The comparators of the force's folder, with the files and the rows left out put down in the ledger."""
    found = read_comparators(folder.path)
    for label, rows in found.files.items():
        ledger.open(label, folder.path / label, FOLDER, EVERYONE)
        ledger.count(label, rows)
        ledger.reject(label, found.rejected.get(label, ()))
        ledger.close(label)
    for sentence in found.notes:
        ledger.note(EVERYONE, FOLDER, sentence)
    return found.rows


def _population(path: Path) -> ComparatorsRead:
    """What a file of population estimates says."""
    label = f"{FOLDER}/{path.name}"
    read = Population(path, label)
    areas = f"{read.lacking} {'area' if read.lacking == 1 else 'areas'}"
    notes = (
        f"The population estimates of {areas} lack an age under 18, or a sex, in some year: there is no rate of that year."
        if read.lacking
        else None,
        cut_short(path, f"A file of the {FOLDER}"),
    )
    return ComparatorsRead(read.comparators(), {label: read.rows}, {label: read.rejected}, tuple(filter(None, notes)))


def _joined(*parts: ComparatorsRead) -> ComparatorsRead:
    return ComparatorsRead(
        _each_once(row for part in parts for row in part.rows),
        {label: rows for part in parts for label, rows in part.files.items()},
        {label: rows for part in parts for label, rows in part.rejected.items()},
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.csv") if path.name != MAPPING) if folder.is_dir() else []


def _unread(folder: Path, read: Collection[str]) -> tuple[str, ...]:
    """That there are files of which nothing was read, and why; the descriptions that come with open data are none."""
    left = [path for path in _files(folder) if f"{FOLDER}/{path.name}" not in read and not path.name.endswith(".meta.csv")]
    if not left:
        return ()
    lacks = f"no row of {MAPPING}" if (folder / MAPPING).is_file() else f"no {MAPPING}"
    return (f"{FOLDER} holds files that are no populations, and {lacks} to say which indicator they feed: they were not read.",)


class _Reading:
    """One file read for all the rows of the mapping that name it."""

    def __init__(self, label: str, mapped: Sequence[Mapped]) -> None:
        self.label, self._mapped = label, mapped
        self.rows = 0
        self.rejected: dict[int, Rejected] = {}
        self._found: dict[tuple[int, str, str], Comparator] = {}
        self._seen: dict[tuple[str, str], bool] = {
            (column, value): False for one in mapped for column, value in one.filters.items()
        }
        self._answering, self._bad = (dict.fromkeys((one.row for one in mapped), 0) for _ in range(2))

    def read(self, path: Path) -> None:
        """Read the file to its end, in batches."""
        columns = [one.column.casefold() for one in self._mapped] + [column for one in self._mapped for column in one.filters]
        names = dict.fromkeys((*REQUIRED, *PLACE_COLUMNS, *columns))
        layout = Layout(f"the open-data file from {SOURCE}", tuple(Field(n, required=n in REQUIRED) for n in names))
        refused: list[Rejected] = []
        for batch in read_csv(path, layout, self.label, refused):
            self._check_columns(batch.schema.names)
            self.rows += batch.num_rows
            texts = {name: pc.utf8_trim_whitespace(batch[name]) for name in batch.schema.names if name != ROW}
            rows = pa.RecordBatch.from_pydict({ROW: batch[ROW], **texts})
            for one in self._mapped:
                self._take(one, rows)
        self.rows += len(refused)
        self.rejected |= {one.row: one for one in refused}
        self._check_found()

    def comparators(self) -> list[Comparator]:
        """What the file answered."""
        return list(self._found.values())

    def _check_columns(self, names: Iterable[str]) -> None:
        found = set(names)
        for one in self._mapped:
            lacking = next((name for name in (one.column.casefold(), *one.filters) if name not in found), None)
            if lacking:
                raise DataError(f"{one.where} names the column {lacking}, which {self.label} has not: {_OF_EES}.")

    def _check_found(self) -> None:
        for one in self._mapped:
            for column, value in one.filters.items():
                if not self._seen[column, value]:
                    raise DataError(f"{one.where} wants {column} to be {value}, which is nowhere in {self.label}: {_OF_EES}.")
            if not self._answering[one.row]:
                raise DataError(f"{one.where} has filters that no row of {self.label} answers together: mend the filters.")
            if self._bad[one.row] > _most_bad(self._answering[one.row]):
                raise DataError(f"{one.where} names the column {one.column}, which does not hold percentages: {_OF_EES}.")

    def _take(self, one: Mapped, rows: pa.RecordBatch) -> None:
        """Put down the figures of the rows that answer one row of the mapping."""
        answers = pa.array([True] * rows.num_rows, pa.bool_())
        for column, value in one.filters.items():
            equal = pc.fill_null(pc.equal(pc.utf8_lower(rows[column]), value), False)
            self._seen[column, value] |= bool(pc.any(equal).as_py())
            answers = pc.and_(answers, equal)
        for row in rows.filter(answers).to_pylist():
            self._answering[one.row] += 1
            read = self._comparator(one, {name: text or "" for name, text in row.items() if name != ROW})
            if isinstance(read, Comparator):
                self._put(one, read)
            elif read is not None:
                self._bad[one.row] += 1
                self.rejected.setdefault(row[ROW], Rejected(row[ROW], *read))

    def _comparator(self, one: Mapped, row: Mapping[str, str]) -> Comparator | tuple[str, str] | None:
        """The comparator of a row; the column and reason where it cannot be one, None where it has no figure of an area here."""
        place = place_of(row)
        figure = row[one.column.casefold()]
        if place is None or figure.casefold() in NO_VALUE:
            return None
        if isinstance(place, str):
            return (
                place,
                "it is no level of the open-data standard" if place == "geographic_level" else "it is not the code of an area",
            )
        value = _percent(figure, one.transform)
        if value is None:
            return one.column, "it is neither a percentage nor a symbol"
        time = time_of(row["time_period"], row["time_identifier"], one.filters.values())
        if time is None:
            return "time_period", "it is not a year of four or six digits, or time_identifier no period of time"
        code, name = place
        return Comparator(
            comparator=_beside(one.indicator),
            indicator=one.indicator,
            area_code=code,
            area_name=name,
            population=f"{one.population}, {name}",
            period=time,
            value=value,
            unit="percent",
            source=one.source or f"{SOURCE}, {one.file} [{one.column}]",
            fit=one.fit,
            reason=one.reason,
            academic_year=school_year(row["time_period"], row["time_identifier"]),
            phase=_PHASES.get(one.population.split()[0].casefold(), ""),
        )

    def _put(self, one: Mapped, read: Comparator) -> None:
        """Keep a figure; `DataError` where another row says something else of the same area and period."""
        before = self._found.setdefault((one.row, read.area_code, read.period), read)
        if before.value != read.value:
            raise DataError(
                f"{one.where} finds several figures of {self.label} for the same area and period: add the filters that tell "
                "them apart."
            )


def _most_bad(answering: int) -> float:
    """How many of so many figures may be no percentages before the column is taken for something else."""
    return _MOST_BAD_SHARE * answering if answering >= SMALLEST_JUDGED else answering - 1


def _percent(text: str, transform: str) -> float | None:
    """A percentage 0-100, transformed; None where the text is no such thing."""
    if not re.fullmatch(r"-?\d+([.]\d*)?([eE]-?\d+)?|[.]\d+", text):
        return None
    added, times = TRANSFORMS[transform]
    value = round(added + times * float(text), _DECIMALS)
    return value if 0 <= value <= 100 else None


def _beside(indicator: str) -> str:
    """The name of the comparator that stands beside an indicator."""
    return next((one.comparator for one in reference.comparators() if one.indicator == indicator), indicator)


def _each_once(found: Iterable[Comparator]) -> tuple[Comparator, ...]:
    """The comparators; `DataError` where rows of the mapping, or files of populations, give different figures for one key."""
    kept: dict[tuple[str, str, str, str], Comparator] = {}
    for one in found:
        before = kept.setdefault((one.indicator, one.area_code, one.population, one.period), one)
        if before.value != one.value and one.indicator == POPULATION:
            raise DataError(f"Two files in {FOLDER} give different populations of one area and mid-year: keep the newer one.")
        if before.value != one.value:
            raise DataError(
                f"{FOLDER}/{MAPPING} gives {one.indicator} two figures for the same population, area and period: keep one of "
                "the rows, or name their populations apart."
            )
    return tuple(kept.values())
