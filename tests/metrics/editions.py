"""Releases as a ledger keeps them, from the few cells that a test says more of; every other cell is 50 of 100 children."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from metrics.compile.writing import digests
from metrics.disclosure.edition import Edition
from metrics.disclosure.policy import load_policy
from metrics.filters import Filters
from metrics.indicator import Basis
from tests.releases import lattice_of, publish_release

Row = dict[str, Any]
Cells = Mapping[tuple[Filters, str, Basis, str], Row]
HIDDEN: Row = {"symbol": "c", "n": None, "count": None}
IMPOSSIBLE: Row = {"symbol": "z", "n": None, "count": None}


def of(n: int, count: int) -> Row:
    """A shown cell of so many children, so many of whom are counted."""
    return {"n": n, "count": count, "value": 100 * count / n}


def release_of(
    root: Path,
    version: str,
    cells: Cells | None = None,
    *,
    cohort: str | None = None,
    policy: str = "partners",
    recognised_to: date = date(2023, 12, 31),
    children: int = 225,
    built_at: str = "2024-01-15T09:00:00+00:00",
    **options: Any,
) -> Path:
    """The directory of a release that is live under `root`; its cohort is its own unless named."""
    said = {
        "policy": load_policy(policy).to_json(),
        "cohort_version": cohort or f"cohort-of-{version}",
        "recognised_to": recognised_to.isoformat(),
        "partnership": "Thames Valley",
        "synthetic": True,
        "built_at": built_at,
    }
    directory = publish_release(root, cells, version=version, lattice=lattice_of(children), manifest=said, **options)
    path = directory / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"files": digests(directory)}), encoding="utf-8")
    return directory


def edition(root: Path, version: str, cells: Cells | None = None, **options: Any) -> Edition:
    """The same, as the ledger reads it."""
    return Edition.at(release_of(root, version, cells, **options))
