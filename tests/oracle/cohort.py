"""A cohort as plain Python: children with their terms, windows and support."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.oracle.dates import PROGRAMME_START

Row = dict[str, Any]


@dataclass(frozen=True)
class Child:
    """A recognised child: the row of `children`, and the child's rows elsewhere by term, window and support."""

    facts: Row
    terms: dict[int, Row]
    windows: dict[str, Row]
    support: Row


@dataclass(frozen=True)
class Cohort:
    """All children, and what was supplied: by source and area, the last day covered."""

    children: tuple[Child, ...]
    observed_to: dict[str, dict[str, date]]
    programme_start: date = PROGRAMME_START


def assemble(tables: dict[str, list[Row]], observed_to: dict[str, dict[str, date]], start: date = PROGRAMME_START) -> Cohort:
    """The cohort of the four tables' rows."""
    terms: dict[str, dict[int, Row]] = {row["child_id"]: {} for row in tables["children"]}
    windows: dict[str, dict[str, Row]] = {row["child_id"]: {} for row in tables["children"]}
    for row in tables["school_terms"]:
        terms[row["child_id"]][row["relative_term"]] = row
    for row in tables["care_windows"]:
        windows[row["child_id"]][row["window"]] = row
    support = {row["child_id"]: row for row in tables["support"]}
    return Cohort(
        children=tuple(Child(c, terms[i], windows[i], support.get(i, {})) for c in tables["children"] for i in [c["child_id"]]),
        observed_to=observed_to,
        programme_start=start,
    )


def live_version(root: Path) -> Path:
    """The directory that `CURRENT` names."""
    return root / (root / "CURRENT").read_text(encoding="utf-8").strip()


def read_cohort(root: Path) -> Cohort:
    """The live cohort store under `root`."""
    version = live_version(root)
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    names = ("children", "school_terms", "care_windows", "support")
    tables = {name: pq.read_table(version / f"{name}.parquet").to_pylist() for name in names}
    observed_to = {
        source: {area: date.fromisoformat(day) for area, day in areas.items()}
        for source, areas in manifest["observed_to"].items()
    }
    return assemble(tables, observed_to, date.fromisoformat(manifest["programme_start"]))
