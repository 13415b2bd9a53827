"""What each authority's sources cover, as the partners declare it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from data.synthetic.files.tabular import days, write_csv


def write_coverage(out: Path, coverage: pa.Table) -> None:
    """Write the table of records as `coverage.csv`: every span of every area and source."""
    columns = {name: coverage[name] for name in ("area_code", "source")}
    spans = {name: days(coverage[name], "%d/%m/%Y") for name in ("first_date", "last_date")}
    write_csv(out / "coverage.csv", columns | spans)
