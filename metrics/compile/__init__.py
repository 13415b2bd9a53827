"""Cohort store to release: count, protect, write, and only then make it live.

The release is all that the screens ever open. Its manifest's `audit` is null where no attack on the release has been made.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from data import versions
from data.cohort import CohortStore
from data.progress import Progress, silent
from data.schema import SCHEMA_VERSION
from metrics.catalogue import INDICATORS, find
from metrics.compile.quality import SCHEMA as QUALITY_SCHEMA
from metrics.compile.quality import tabulate_quality
from metrics.compile.values import FIGURE_KEYS, PAIR_KEYS, figures_of, pairs_of
from metrics.compile.writing import comparators_of, described, digests, write_comparators, write_protected
from metrics.disclosure.policy import DEFAULT, Policy, load_policy
from metrics.disclosure.structure import Structure
from metrics.disclosure.suppression import NUMBERS, Protected, protect
from metrics.filters import ALL
from metrics.lattice import Lattice
from metrics.release import Release, ReleaseError
from metrics.tabulate import check_predicates, design_effects, tabulate, tabulate_pairs

__all__ = ["compile_release"]

CUT_COLUMNS = ("area_code", "age_band", "sex", "period")
FIGURE_COLUMNS = (*FIGURE_KEYS, *NUMBERS["figures"], "symbol")
PAIR_COLUMNS = (*PAIR_KEYS, *NUMBERS["pairs"], "kind", "symbol")
QUALITY_COLUMNS = (*QUALITY_SCHEMA.names, "symbol")


def compile_release(store: Path | str, out: Path | str, policy: str | Path = DEFAULT, progress: Progress = silent) -> str:
    """Compile the live cohort store into a release, make that live under `out`, and return its version.

    `DataError` where the store or the disk will not do, `PolicyError` where the policy will not; the release that was live
    then stays so. The same cohort under the same policy gives the same version.
    """
    check_predicates(INDICATORS)
    rules, cohort = load_policy(policy), CohortStore.open(store)
    rules.check_fits(cohort.manifest.synthetic)
    return versions.publish(Path(out), lambda directory: _write(directory, cohort, rules, progress), _intact)


def _write(directory: Path, cohort: CohortStore, policy: Policy, progress: Progress) -> str:
    lattice, beside = Lattice.of(cohort), comparators_of(cohort)
    supplied = {source: frozenset(areas) for source, areas in cohort.manifest.observed_to.items()}
    structure = Structure(lattice, supplied)
    effects = design_effects(cohort)
    figures = figures_of(tabulate(cohort, lattice, progress=progress), effects)
    pairs = pairs_of(tabulate_pairs(cohort, lattice, progress=progress))
    progress("Protecting and writing", 0, 3)
    protected = protect("figures", figures, policy, structure.symbols(figures))
    rows = {"figures": write_protected(directory, protected, FIGURE_COLUMNS)}
    shown = _shown_effects(protected, effects)
    progress("Protecting and writing", 1, 3)
    protected = protect("pairs", pairs, policy, structure.symbols(pairs))
    rows["pairs"] = write_protected(directory, protected, PAIR_COLUMNS)
    progress("Protecting and writing", 2, 3)
    protected = protect("quality", tabulate_quality(cohort, lattice), policy)
    rows["quality"] = write_protected(directory, protected, QUALITY_COLUMNS)
    rows["comparators"] = write_comparators(directory, lattice, beside)
    content = _manifest(cohort, lattice, policy) | {"rows": rows, "design_effects": shown}
    version = _seal(directory, content, cohort.manifest.built_at)
    Release.open(directory)
    progress("Protecting and writing", 3, 3)
    return version


def _shown_effects(figures: Protected, effects: dict[str, float]) -> dict[str, float | None]:
    """The design effects; null where the figure that one comes from, the whole cohort's at its headline, is hidden."""
    whole = figures.table
    for dimension in CUT_COLUMNS:
        whole = whole.filter(pc.equal(whole[dimension], ALL))
    shown = {(row["indicator"], row["time"]) for row in whole.to_pylist() if row["symbol"] is None}
    return {one: effect if (one, find(one).time.headline) in shown else None for one, effect in effects.items()}


def _manifest(cohort: CohortStore, lattice: Lattice, policy: Policy) -> dict[str, Any]:
    """What the release says of itself, but for what its tables tell."""
    made_from = cohort.manifest
    return {
        "schema_version": SCHEMA_VERSION,
        "synthetic": made_from.synthetic,
        "partnership": made_from.partnership,
        "programme_start": made_from.programme_start,
        "cohort_version": made_from.version,
        "policy": {**vars(policy), "words": policy.words()},
        "audit": None,
        "observed_to": made_from.observed_to,
        "supplied_from": made_from.supplied_from,
        "covered": made_from.covered,
        "definitions": made_from.definitions,
        "settings": made_from.settings,
        "notes": [vars(note) for note in made_from.notes],
        "areas": [vars(area) for area in lattice.areas],
        "lattice": lattice.to_json(),
        "indicators": [described(indicator) for indicator in INDICATORS],
    }


def _seal(directory: Path, content: dict[str, Any], cohort_built_at: str) -> str:
    """Write the manifest; the version is a hash of all it says and of every file, the clock apart."""
    content |= {"files": digests(directory)}
    version = hashlib.sha256(_json(content).encode()).hexdigest()[:16]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    clock = {"built_at": now, "cohort_built_at": cohort_built_at}
    (directory / "manifest.json").write_text(_json(content | {"version": version} | clock), encoding="utf-8")
    return version


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, default=str, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _intact(directory: Path) -> bool:
    """Whether a version of a release still is what was written."""
    try:
        return bool(Release.open(directory).manifest["files"] == digests(directory))
    except (ReleaseError, OSError, KeyError):
        return False
