"""The plain pandas version as a command, so that its time and memory are its own: `python -m bench.pandas_run`.

It derives the figures from the records, and then says whether every figure that a release shows agrees with them.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from bench.pandas_figures import KEYS, figures
from bench.pandas_store import Frames, derive
from metrics import INDICATORS, Release
from metrics.indicator import Mean, Pooled

CELL = ["indicator", "basis", *KEYS]


def main() -> int:
    """Derive, tabulate or compare, as told."""
    parser = argparse.ArgumentParser(prog="python -m bench.pandas_run", description=__doc__)
    parser.add_argument("step", choices=("derive", "tabulate", "compare"))
    parser.add_argument("--extracts", type=Path)
    parser.add_argument("--frames", type=Path, required=True)
    parser.add_argument("--release", type=Path)
    told = parser.parse_args()
    if told.step == "derive":
        told.frames.write_bytes(pickle.dumps(derive(told.extracts)))
    elif told.step == "tabulate":
        figures(read_frames(told.frames)).to_parquet(told.frames.with_suffix(".parquet"))
    else:
        return _compare(pd.read_parquet(told.frames.with_suffix(".parquet")), told.release)
    return 0


def read_frames(path: Path) -> Frames:
    """The frames that `derive` left."""
    frames: Frames = pickle.loads(path.read_bytes())
    return frames


def compared(plain: pd.DataFrame, release: Path) -> pd.DataFrame:
    """Every figure that the release shows beside the plain one; `same` says whether they agree."""
    ours = pd.read_parquet(Release.open(release).directory / "figures.parquet")
    both = ours[ours["symbol"].isna()].merge(plain, on=CELL, how="left", suffixes=("", "_plain"))
    uncounted = both["indicator"].map({one.id: isinstance(one.measure, Mean | Pooled) for one in INDICATORS})
    same = (both["n"] == both["n_plain"].fillna(0)) & (uncounted | (both["count"] == both["top"].fillna(0)))
    apart = (both["value"] - 100 * both["top"] / both["bottom"]).abs()
    # A mean is released to one decimal and so within half of one; a share is exact.
    nobody = both["value"].isna() & (both["bottom"] == 0)
    same &= (apart <= np.where(uncounted, 0.05 + 1e-9, 1e-9)) | nobody | both["bottom"].isna()
    return both.assign(same=same)


def _compare(plain: pd.DataFrame, release: Path) -> int:
    both = compared(plain, release)
    differing = both[~both["same"]]
    print(f"{len(both):,} figures shown, {len(differing):,} differ")
    if len(differing):
        print(differing[[*CELL, "n", "n_plain", "count", "top", "value", "bottom"]].head(20).to_string(), file=sys.stderr)
    return int(len(differing) > 0)


if __name__ == "__main__":
    sys.exit(main())
