"""A release of a small lattice, from the few cells a test wants to show; every other cell is 50 of 100 children."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data import versions
from data.schema import SCHEMA_VERSION
from metrics.area import Area
from metrics.filters import Filters
from metrics.indicator import Basis
from metrics.lattice import Lattice

Row = dict[str, Any]

OXFORDSHIRE, OXFORD, READING = "E10000025", "E07000178", "E06000038"
AREAS = (
    Area("all", "Thames Valley", "all"),
    Area(OXFORDSHIRE, "Oxfordshire", "authority", "all", "2022-01"),
    Area(OXFORD, "Oxford", "district", OXFORDSHIRE, "2021-10"),
    Area(READING, "Reading", "authority", "all"),
)
YEARS = ("2022", "2023")
QUARTERS = ("2022Q3", "2023Q1")
HELD: tuple[tuple[str, Basis, str], ...] = (
    ("ehcp", "observed", "-1"),
    ("ehcp", "observed", "-2"),
    ("ehcp", "observed", "0"),
    ("ehcp", "observed", "2"),
    ("recognised", "observed", "all"),
    ("sen_support", "followed", "0"),
    ("sen_support", "observed", "0"),
    ("statutory", "observed", "m0"),
)
"""The indicator, basis and time of every cut's figures, sorted as text."""

_KEYS = ("indicator", "basis", "area_code", "age_band", "sex", "period", "time")
FIGURES = pa.schema(
    [(name, pa.string()) for name in _KEYS]
    + [("n", pa.int64()), ("count", pa.int64())]
    + [(name, pa.float64()) for name in ("value", "low", "high", "expected")]
    + [("symbol", pa.string())]
)
PAIRS = pa.schema(
    [(name, pa.string()) for name in _KEYS if name not in ("basis", "time")]
    + [(name, pa.int64()) for name in ("n_both", "before_count", "after_count", "gained", "lost")]
    + [(name, pa.float64()) for name in ("before_value", "after_value", "low", "high", "p_value")]
    + [("kind", pa.string()), ("symbol", pa.string())]
)
COMPARATORS = pa.schema(
    [(n, pa.string()) for n in ("comparator", "indicator", "area_code", "area_name", "population", "period")]
    + [("value", pa.float64())]
    + [(name, pa.string()) for name in ("unit", "source", "fit", "reason")]
)
QUALITY = pa.schema(
    [(name, pa.string()) for name in ("topic", "file", "area_code", "breakdown", "reason")]
    + [("n", pa.int64()), ("count", pa.int64()), ("symbol", pa.string())]
)


def lattice_of(children: int, areas: Sequence[Area] = AREAS, sexes: Sequence[str] = ("F", "M")) -> Lattice:
    """A lattice over so many children: quarters and triples from 500."""
    return Lattice(
        areas=tuple(areas),
        age_bands=("0-4", "5-11", "12-17"),
        sexes=tuple(sexes),
        periods=tuple(sorted(YEARS + QUARTERS)) if children >= 500 else YEARS,
        children_total=children,
        programme_start=date(2021, 11, 1),
        observed_to={"school_census": date(2025, 7, 31), "social_care": date(2025, 6, 30)},
    )


def publish_release(
    root: Path,
    cells: Mapping[tuple[Filters, str, Basis, str], Row] | None = None,
    *,
    version: str = "first",
    lattice: Lattice | None = None,
    comparators: Sequence[Row] = (),
    quality: Sequence[Row] = (),
    pairs: Mapping[tuple[Filters, str], Row] | None = None,
    rows_a_group: int = 1_000,
    manifest: Row | None = None,
    without: Sequence[Filters] = (),
) -> Path:
    """Make a release the live version under `root`; its directory. `cells` is by cut, indicator, basis and time.

    A cut has the figures of `HELD`, and whatever more `cells` gives it.
    """
    lattice = lattice or lattice_of(225)
    cuts = sorted((cut for cut in lattice.cuts() if cut not in without), key=_cut)
    figures = [_figure(cut, key, (cells or {}).get((cut, *key), {})) for cut in cuts for key in _keys_of(cut, cells or {})]
    hidden: dict[tuple[Filters, str], Row] = {(cut, "ehcp"): {"symbol": "c"} for cut in cuts}
    paired = [_keys(cut) | {"indicator": id} | row for (cut, id), row in (hidden | dict(pairs or {})).items()]
    tables = {
        "figures": pa.Table.from_pylist(figures, schema=FIGURES),
        "pairs": pa.Table.from_pylist(paired, schema=PAIRS),
        "comparators": pa.Table.from_pylist(list(comparators), schema=COMPARATORS),
        "quality": pa.Table.from_pylist(list(quality), schema=QUALITY),
    }

    def write(directory: Path) -> str:
        for name, table in tables.items():
            pq.write_table(table, directory / f"{name}.parquet", row_group_size=rows_a_group, write_page_checksum=True)
        told = _manifest(version, lattice, {name: table.num_rows for name, table in tables.items()}) | (manifest or {})
        (directory / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
        return version

    return root / versions.publish(root, write)


def _manifest(version: str, lattice: Lattice, rows: Mapping[str, int]) -> Row:
    return {
        "version": version,
        "built_at": "2025-11-20T09:00:00+00:00",
        "schema_version": SCHEMA_VERSION,
        "policy": {"name": "partners", "words": "We hide figures about fewer than six children."},
        "audit": {"passed": True, "narrowest": 5},
        "cohort_version": "cohort-1",
        "synthetic": True,
        "lattice": lattice.to_json(),
        "rows": rows,
    }


def _cut(filters: Filters) -> tuple[str, str, str, str]:
    return filters.area, filters.age_band, filters.sex, filters.period


def _keys(filters: Filters) -> Row:
    return dict(zip(("area_code", "age_band", "sex", "period"), _cut(filters), strict=True))


def _keys_of(cut: Filters, cells: Mapping[tuple[Filters, str, Basis, str], Row]) -> list[tuple[str, Basis, str]]:
    """The keys of `HELD`, and those that a test names for the cut; sorted as text."""
    return sorted({*HELD, *((indicator, basis, time) for of, indicator, basis, time in cells if of == cut)})


def _figure(cut: Filters, key: tuple[str, str, str], told: Row) -> Row:
    shown = {"n": 100, "count": 50, "value": 50.0, "low": 40.0, "high": 60.0, "expected": 13.6}
    held = told if "symbol" in told else shown | told
    return _keys(cut) | dict(zip(("indicator", "basis", "time"), key, strict=True)) | held
