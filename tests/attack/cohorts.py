"""Cohorts to attack: simulated, of as many children as asked for, with their releases and the truth of every cell."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.build import build
from data.synthetic import synthesise
from metrics.compile import compile_release


@dataclass(frozen=True)
class Cohort:
    """Where a cohort's records, its store and the release with nothing hidden are."""

    root: Path

    @property
    def records(self) -> Path:
        """What the store is built from."""
        return self.root / "records"

    @property
    def store(self) -> Path:
        """The cohort store."""
        return self.root / "store"

    @property
    def truth(self) -> Path:
        """A release that hides nothing: what an attack is judged by."""
        return self.root / "none"

    @property
    def partners(self) -> Path:
        """The release to attack."""
        return self.root / "partners"


def make(root: Path, children: int, *, england: bool = False, seed: int = 1) -> Cohort:
    """A cohort of the Thames Valley, or of all England, with both releases."""
    cohort = Cohort(root)
    root.mkdir(parents=True, exist_ok=True)
    synthesise(cohort.records, children=children, seed=seed, truth_only=True, register=None if england else 0)
    build(cohort.records, cohort.store)
    compile_release(cohort.store, cohort.truth, "none")
    compile_release(cohort.store, cohort.partners, "partners")
    return cohort


def earlier(later: Cohort, root: Path, children: int) -> Cohort:
    """The same cohort before its last few children were linked; its store and the release that hides nothing."""
    cohort = Cohort(root)
    shutil.copytree(later.records, cohort.records)
    links = pq.read_table(cohort.records / "records" / "links.parquet")
    last = _last(links, children)
    pq.write_table(links.filter(pc.invert(pc.is_in(links["child_ref"], last))), cohort.records / "records" / "links.parquet")
    build(cohort.records, cohort.store)
    compile_release(cohort.store, cohort.truth, "none")
    return cohort


def _last(links: pa.Table, children: int) -> pa.Array:
    """The children who were linked last."""
    by_date = links.group_by("child_ref").aggregate([("link_date", "max")]).sort_by([("link_date_max", "descending")])
    return by_date["child_ref"].slice(0, children).combine_chunks()
