"""A page's figures for random filters: looked up in a release, and computed from the children's rows by other tools."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

from bench.lookups import look_up_page
from bench.pandas_figures import one_page, page_rows
from bench.pandas_run import read_frames
from bench.timings import Spread, timed
from metrics import ALL, Filters, Release

FILTER_SETS, SEED = 30, 1
KEYS = ("authority", "age_band", "sex", "year")
"""The columns of the rows that a filter may choose, in the order of the dimensions."""

Chosen = Mapping[str, str]


@dataclass(frozen=True)
class Peers:
    """The middle and the slow end over the filter sets; null for what was not tried with so many children."""

    release: Spread
    pandas: Spread | None = None
    polars: Spread | None = None
    duckdb: Spread | None = None


def filter_sets(release: Release) -> list[Filters]:
    """The same random cuts of a lattice each time: authorities, age bands, sexes and years, as many at once as it holds."""
    draw, lattice = random.Random(SEED), release.lattice
    authorities = [area.code for area in lattice.areas if area.kind == "authority"]
    years = [period for period in lattice.periods if len(period) == 4]
    found: list[Filters] = []
    while len(found) < FILTER_SETS:
        wished = [draw.choice((ALL, draw.choice(values))) for values in (authorities, lattice.age_bands, lattice.sexes, years)]
        if lattice.holds(cut := Filters(*wished)):
            found.append(cut)
    return found


def compared(release: Path, frames: Path | None, rows: Path) -> Peers:
    """Every tool on the same filters; the others read what `frames` holds, by way of a Parquet file `rows`.

    The others must agree with each other on every sum of every filter set.
    """
    opened = Release.open(release)
    cuts = filter_sets(opened)
    ours = _spread([partial(look_up_page, opened, cut) for cut in cuts])
    if frames is None:
        return Peers(ours)
    chosen = [_chosen(cut) for cut in cuts]
    plain = page_rows(read_frames(frames))
    sums = [name for name in plain.columns if ":" in name]
    plain = plain[[*KEYS, "time", *sums]].sort_values("authority")
    plain.to_parquet(rows)
    return Peers(ours, *_agreeing(chosen, plain, rows, sums))


def _agreeing(chosen: list[Chosen], plain: pd.DataFrame, rows: Path, sums: list[str]) -> list[Spread]:
    held = pl.read_parquet(rows)
    with duckdb.connect() as connection:
        ways: tuple[Callable[[Chosen], pd.DataFrame], ...] = (
            lambda one: one_page(plain, dict(one)).reset_index(),
            lambda one: _by_polars(held, one, sums),
            lambda one: _by_duckdb(connection, rows, one, sums),
        )
        for one in chosen:
            first, *others = [way(one).set_index("time")[sums].sort_index().astype("float64") for way in ways]
            assert all(first.equals(other) for other in others), f"the tools differ on {dict(one)}"
        return [_spread([partial(way, one) for one in chosen]) for way in ways]


def _by_polars(rows: pl.DataFrame, chosen: Chosen, sums: list[str]) -> pd.DataFrame:
    cut = rows.lazy().filter([pl.col(column) == value for column, value in chosen.items()] or pl.lit(value=True))
    return pd.DataFrame(cut.group_by("time").agg(pl.col(sums).sum()).collect().to_dict(as_series=False))


def _by_duckdb(connection: duckdb.DuckDBPyConnection, rows: Path, chosen: Chosen, sums: list[str]) -> pd.DataFrame:
    where = " AND ".join(f"{column} = '{value}'" for column, value in chosen.items()) or "TRUE"
    added = ", ".join(f'SUM("{name}") AS "{name}"' for name in sums)
    return connection.execute(f"SELECT time, {added} FROM READ_PARQUET('{rows}') WHERE {where} GROUP BY time").df()


def _chosen(cut: Filters) -> Chosen:
    values = zip(KEYS, (cut.area, cut.age_band, cut.sex, cut.period), strict=True)
    return {column: value for column, value in values if value != ALL}


def _spread(works: Sequence[Callable[[], object]]) -> Spread:
    """Of one timing each, after all have been run once to warm up."""
    for work in works:
        work()
    return Spread.of([timed(work) for work in works])
