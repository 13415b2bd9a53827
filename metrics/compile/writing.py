"""The files of a release: Parquet whose row groups are areas, comparators as published, and the manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data import comparators, reference
from data.cohort import CohortStore
from data.errors import DataError
from data.reference import POPULATION, Comparator
from metrics.catalogue import INDICATORS
from metrics.disclosure.suppression import Protected
from metrics.indicator import Indicator
from metrics.lattice import Lattice

ENGLAND = "E92000001"
_IDS = frozenset((*(one.id for one in INDICATORS), POPULATION))
_COMPARATOR_COLUMNS = (
    "comparator",
    "indicator",
    "area_code",
    "area_name",
    "population",
    "period",
    "value",
    "unit",
    "source",
    "fit",
    "reason",
)


def write_protected(directory: Path, protected: Protected, columns: tuple[str, ...]) -> int:
    """Write a protected table in the order of `columns`, one row group an area where it is sorted by area; its rows."""
    table = protected.table.select(columns)
    schema = pa.schema([pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in table.schema])
    with _writer(directory / f"{protected.kind}.parquet", schema) as writer:
        for part in _by_area(table) if protected.kind != "quality" else [table]:
            writer.write_table(part.cast(schema), row_group_size=max(1, part.num_rows))
    return int(table.num_rows)


def comparators_of(cohort: CohortStore) -> tuple[Comparator, ...]:
    """The committed comparators and the partners' own, which win; `DataError` where one of theirs is of no indicator."""
    own = comparators.read(cohort.directory)
    unknown = next((one.indicator for one in own if one.indicator not in _IDS), None)
    if unknown is not None:
        raise DataError(
            f"The cohort store has comparators for {unknown}, which is no indicator: correct it in comparators/mapping.csv and "
            "make the store again with `python -m data build`."
        )
    return comparators.merged(own, reference.comparators())


def write_comparators(directory: Path, lattice: Lattice, known: Iterable[Comparator]) -> int:
    """Write England's comparators and those of the lattice's areas; published figures, so there is nothing to protect."""
    areas = {ENGLAND, *(area.code for area in lattice.areas)}
    listed = with_wholes(tuple(known), lattice)
    rows = [{name: getattr(one, name) for name in _COMPARATOR_COLUMNS} for one in listed if one.area_code in areas]
    types = {"value": pa.float64()}
    schema = pa.schema([pa.field(name, types.get(name, pa.string())) for name in _COMPARATOR_COLUMNS])
    with _writer(directory / "comparators.parquet", schema) as writer:
        writer.write_table(pa.Table.from_pylist(rows, schema))
    return len(rows)


def with_wholes(known: tuple[Comparator, ...], lattice: Lattice) -> tuple[Comparator, ...]:
    """The comparators, with the population of every area that has none of its own: that of its parts, where all have one.

    A county is the sum of its districts, and the whole partnership that of its authorities.
    """
    for whole in reversed(lattice.areas):
        parts = [area.code for area in lattice.areas if area.parent == whole.code]
        own = {(one.population, one.period) for one in known if one.indicator == POPULATION and one.area_code == whole.code}
        of_parts: dict[tuple[str, str], list[Comparator]] = {}
        for one in known:
            if one.indicator == POPULATION and one.area_code in parts:
                of_parts.setdefault((one.population, one.period), []).append(one)
        known += tuple(
            replace(several[0], area_code=whole.code, area_name=whole.name, value=sum(one.value for one in several))
            for key, several in of_parts.items()
            if key not in own and len(several) == len(parts)
        )
    return known


def digests(directory: Path) -> dict[str, str]:
    """The SHA-256 of every Parquet file, by its name without the suffix."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(directory.glob("*.parquet"))}


def described(indicator: Indicator) -> dict[str, object]:
    """An indicator's declaration as the manifest keeps it."""
    return asdict(indicator) | {
        "measure": {"kind": type(indicator.measure).__name__.lower(), **asdict(indicator.measure)},
        "time": {"codes": indicator.time.codes, "headline": indicator.time.headline},
        "bases": indicator.bases,
    }


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="zstd", store_schema=False, write_page_checksum=True)


def _by_area(table: pa.Table) -> Iterator[pa.Table]:
    """The runs of rows of one area."""
    codes = table["area_code"].unify_dictionaries().combine_chunks().indices.to_numpy()
    starts = [0, *(np.flatnonzero(np.diff(codes)) + 1).tolist()] if len(codes) else []
    for start, stop in zip(starts, [*starts[1:], len(codes)], strict=True):
        yield table.slice(start, stop - start)
