"""How long a page's figures take to look up in a release, and to compute from the children's rows with plain pandas."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pandas as pd

from bench.pandas_figures import one_page as plain_page
from bench.pandas_figures import page_rows
from bench.pandas_run import read_frames
from bench.timings import Spread, repeat
from metrics import INDICATORS, Filters, Release

CUTS = 200
PLAIN_CUTS = 10


def look_up(release: Path) -> Spread:
    """Every figure of the education page, both bases, in one cut after another of the release's first areas."""
    opened = Release.open(release)
    cuts = cycle(_cuts(opened))
    return repeat(CUTS, lambda: look_up_page(opened, next(cuts)))


def open_release(release: Path) -> Spread:
    """Open the release and look one page up, as the first reader after a restart does."""
    return repeat(5, lambda: look_up_page(Release.open(release), Filters()))


def compute(frames: Path) -> Spread:
    """The same figures from the children's rows."""
    rows = page_rows(read_frames(frames))
    cuts = cycle([{}, {"sex": "F"}, {"age_band": "5-11"}, {"year": "2023"}, {"sex": "M", "year": "2022"}])
    return repeat(PLAIN_CUTS, lambda: _both_bases(rows, next(cuts)))


def _both_bases(rows: pd.DataFrame, chosen: dict[str, str]) -> None:
    plain_page(rows, chosen)
    plain_page(rows[rows["followed"]], chosen)


def _cuts(release: Release) -> list[Filters]:
    areas = [area.code for area in release.lattice.areas][:10]
    wished = [Filters(area=area, sex=sex) for area in areas for sex in ("all", "F", "M")]
    return [cut for cut in wished if release.lattice.holds(cut)]


def look_up_page(release: Release, filters: Filters) -> None:
    """Every figure of the education page, both bases, of one cut."""
    cut = release.cut(filters)
    for indicator in INDICATORS:
        if indicator.table == "school_terms":
            for basis in indicator.bases:
                cut.series(indicator.id, basis)
