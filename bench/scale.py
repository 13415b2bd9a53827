"""How cost grows with the number of children: `python -m bench.scale` measures, draws and writes `docs/scale.md`.

`SCALE_CHILDREN` is the sizes, in thousands, each four times the last; `SCALE_PLAIN` the largest that pandas and polars are given;
`SCALE_PROTECTED` the one that is protected and attacked besides, none unless told.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from bench.commands import ROOT, Cost, cost_of
from bench.peers import FILTER_SETS, Peers, compared
from bench.scale_plots import curves
from bench.scale_words import NOT_PROTECTED, PAGE, PROTECTED_SAID, SPARK_SAID
from bench.timings import Spread, announced, figures_of, times
from metrics import ALL

SIZES = tuple(1000 * int(size) for size in os.environ.get("SCALE_CHILDREN", "1,4,16,64,256,1024").split(","))
PLAIN_UP_TO = 1000 * int(os.environ.get("SCALE_PLAIN", "256"))
LARGE = 3
"""How many of the largest sizes a cost is fitted to: at small ones starting Python is most of it."""
EXTRAPOLATED = (5_000_000, 20_000_000)
WRITTEN, PLOTS = ROOT / "docs" / "scale.md", ROOT / "docs" / "scale"
SPARK = ROOT / ".venv" / "spark-4"
CUT = ("area_code", "age_band", "sex", "period")
SPARK_AT = 64_000
PROTECTED_AT = 1000 * int(os.environ.get("SCALE_PROTECTED", "0"))


@dataclass(frozen=True)
class Protected:
    """What a release that is protected cost, and its audit; how many figures it shows of those that an unprotected one does."""

    release: Cost
    audit: Cost
    shown: int
    counted: int


@dataclass(frozen=True)
class Size:
    """What one number of children cost: build and unprotected release, bytes kept, and a page's figures."""

    children: int
    build: Cost
    release: Cost
    store_bytes: int
    release_bytes: int
    peers: Peers
    spark: Cost | None = None
    protected: Protected | None = None


def main() -> int:
    """Measure every size; draw and write after each, so that a size too large for the machine loses none before it."""
    measured: list[Size] = []
    for children in SIZES:
        with TemporaryDirectory(prefix="scale-") as room:
            measured.append(_measure(Path(room), children))
        if len(measured) > 1:
            _write(measured)
    print(f"{WRITTEN} is written.")
    return 0


def _write(sizes: Sequence[Size]) -> None:
    curves(PLOTS / "build_and_release.svg", "seconds", {name: _seconds(sizes, name) for name in ("build", "release")})
    curves(PLOTS / "page.svg", "milliseconds", _pages(sizes))
    WRITTEN.write_text(document(sizes), encoding="utf-8")


def _measure(room: Path, children: int) -> Size:
    """The England-wide records of so many children, their store and release, and a page of theirs by every tool."""
    records, store, release, frames = room / "extracts", room / "cohort", room / "release", room / "frames"
    with announced(f"{children:,} children"):
        cost_of("data", "synthesise", "--truth-only", "--out", records, "--children", str(children))
        build = cost_of("data", "build", "--extracts", records, "--store", store)
        spark = _on_spark(records, room / "spark") if children == SPARK_AT and SPARK.is_dir() else None
        compiled = cost_of("metrics", "release", "--store", store, "--out", release, "--policy", "none")
        plain = children <= PLAIN_UP_TO
        if plain:
            cost_of("bench.pandas_run", "derive", "--extracts", records, "--frames", frames)
        peers = compared(release, frames if plain else None, room / "rows.parquet")
        protected = _protected(store, release, room / "protected") if children == PROTECTED_AT else None
    return Size(children, build, compiled, _bytes_in(store), _bytes_in(release), peers, spark, protected)


def _protected(store: Path, unprotected: Path, out: Path) -> Protected:
    """The same cohort under `partners`, and the attack on what was released."""
    release = cost_of("metrics", "release", "--store", store, "--out", out)
    audit = cost_of("metrics", "audit", "--release", out)
    return Protected(release, audit, *(_shown(one) for one in (out, unprotected)))


def _shown(release: Path) -> int:
    """How many figures, of up to two filters, a release shows."""
    rows = pd.read_parquet(next(release.rglob("figures.parquet")), columns=[*CUT, "symbol"])
    return int((rows["symbol"].isna() & ((rows[list(CUT)] != ALL).sum(axis=1) <= 2)).sum())


def _on_spark(records: Path, store: Path) -> Cost:
    """The same build by Spark in local mode, the start of its Java machine included."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(SPARK)
    try:
        return cost_of("data", "build", "--extracts", records, "--store", store, "--engine", "spark")
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


def _seconds(sizes: Sequence[Size], stage: str) -> dict[int, float]:
    return {size.children: getattr(size, stage).seconds for size in sizes}


def _pages(sizes: Sequence[Size]) -> dict[str, dict[int, float]]:
    tools = {"our release": "release", "pandas": "pandas", "polars": "polars", "DuckDB on Parquet": "duckdb"}
    return {said: _medians(sizes, tool) for said, tool in tools.items()}


def _medians(sizes: Sequence[Size], tool: str) -> dict[int, float]:
    found: dict[int, Spread | None] = {size.children: getattr(size.peers, tool) for size in sizes}
    return {children: spread.median_ms for children, spread in found.items() if spread is not None}


def law(measured: Mapping[int, float]) -> tuple[float, float]:
    """`a` and `b` of cost = a × children^b, fitted to the logarithms of the largest sizes."""
    largest = sorted(measured.items())[-LARGE:]
    slope, intercept = np.polyfit(np.log([n for n, _ in largest]), np.log([cost for _, cost in largest]), 1)
    return float(np.exp(intercept)), float(slope)


def _by(law: tuple[float, float], children: int) -> float:
    return float(law[0] * children ** law[1])


def document(sizes: Sequence[Size]) -> str:
    """The page: what was measured, the laws fitted to it, and what they say of more children than were tried."""
    build, release = _seconds(sizes, "build"), _seconds(sizes, "release")
    laws = {name: law(cost) for name, cost in (("build", build), ("release", release), ("a page", _medians(sizes, "release")))}
    first, last = sizes[0], sizes[-1]
    places = [
        _place("a county, measured", first.children, first.build.seconds, first.release.seconds, "a laptop"),
        _place("a country, measured", last.children, last.build.seconds, last.release.seconds, "one small machine"),
        *(
            _place("a continent, extrapolated", n, _by(laws["build"], n), _by(laws["release"], n), "a cluster")
            for n in EXTRAPOLATED
        ),
    ]
    return PAGE.format(
        day=f"{date.today():%-d %B %Y}",
        machine=f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        python=platform.python_version(),
        cohorts=len(sizes),
        first=first.children,
        last=last.children,
        sizes="\n".join(_size_row(size) for size in sizes),
        exponents="; ".join(f"{name}: children^{b:.2f}" for name, (_, b) in laws.items()),
        fitted=LARGE,
        spark="".join(_spark_words(size) for size in sizes if size.spark),
        filter_sets=FILTER_SETS,
        pages="\n".join(_page_row(size) for size in sizes),
        places="\n".join(places),
        protected="".join(_protected_words(size) for size in sizes) or NOT_PROTECTED,
    )


def _size_row(size: Size) -> str:
    rate, each = size.children / size.build.seconds, size.store_bytes / size.children
    mb = size.release_bytes / 1e6
    return f"| {size.children:,} | {size.build} | {rate:,.0f} | {each:,.0f} | {size.release} | {mb:,.0f} |"


def _page_row(size: Size) -> str:
    ours, plain = size.peers.release, size.peers.pandas
    others = [_or_not(spread) for spread in (size.peers.pandas, size.peers.polars, size.peers.duckdb)]
    ratio = times(plain.median_ms, ours.median_ms) if plain else "not tried"
    return f"| {size.children:,} | {ours} | {' | '.join(others)} | {ratio} |"


def _or_not(spread: Spread | None) -> str:
    return "not tried" if spread is None else str(spread)


def _spark_words(size: Size) -> str:
    assert size.spark is not None
    return SPARK_SAID.format(children=size.children, spark=size.spark.seconds, duckdb=size.build.seconds)


def _protected_words(size: Size) -> str:
    if size.protected is None:
        return ""
    its = size.protected
    return PROTECTED_SAID.format(
        children=size.children, release=its.release, audit=its.audit, share=100 * its.shown / its.counted, counted=its.counted
    )


def _place(what: str, children: int, build: float, release: float, where: str) -> str:
    return f"| {what} | {children:,} | {_long(build)} | {_long(release)} | {where} |"


def _long(seconds: float) -> str:
    return f"{figures_of(seconds)} s" if seconds < 300 else f"{figures_of(seconds / 60)} min"


if __name__ == "__main__":
    sys.exit(main())
