"""Cohort store to release: count, protect, write, and only then make it live.

The release is all that the screens ever open. Its manifest's `audit` is null where nothing is hidden, so nothing was attacked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data import versions
from data.cohort import CohortStore
from data.engine import IN_PROCESS, Setting
from data.progress import Progress, silent
from data.schema import SCHEMA_VERSION
from metrics.catalogue import INDICATORS, QUESTIONS, find
from metrics.compile.measuring import counted, measured, recognised_to
from metrics.compile.quality import SCHEMA as QUALITY_SCHEMA
from metrics.compile.values import FIGURE_KEYS, PAIR_KEYS
from metrics.compile.writing import comparators_of, described, digests, write_comparators, write_protected
from metrics.disclosure import increments, ledger
from metrics.disclosure.edition import Edition
from metrics.disclosure.policy import DEFAULT, Policy, load_policy
from metrics.disclosure.suppression import NUMBERS, Protected
from metrics.filters import ALL
from metrics.lattice import Lattice
from metrics.release import Release, ReleaseError
from metrics.tabulate import check_predicates

__all__ = ["compile_release"]

CUT_COLUMNS = ("area_code", "age_band", "sex", "period")
FIGURE_COLUMNS = (*FIGURE_KEYS, *NUMBERS["figures"], "symbol")
PAIR_COLUMNS = (*PAIR_KEYS, *NUMBERS["pairs"], "kind", "symbol")
QUALITY_COLUMNS = (*QUALITY_SCHEMA.names, "symbol")


def compile_release(
    store: Path | str,
    out: Path | str,
    policy: str | Path = DEFAULT,
    progress: Progress = silent,
    engine: Setting = IN_PROCESS,
) -> str:
    """Compile the live cohort store into a release, make that live under `out`, and return its version.

    `DataError` where the store or the disk will not do, where the release would tell what it hides, or where it and an earlier
    one together would; `PolicyError` where the policy will not. The release that was live then stays so. The same cohort under
    the same policy gives the same version, whichever engine counts.
    """
    check_predicates(INDICATORS)
    rules = load_policy(policy)
    rules.check_fits(CohortStore.open(store).manifest.synthetic)
    with ledger.opened(Path(store)) as held:
        cohort = CohortStore.open(store).by(engine)
        rules.check_fits(cohort.manifest.synthetic)
        kept = held.kept(Path(out), cohort.manifest.partnership, cohort.manifest.synthetic)
        cohort = counted(cohort, kept)

        def write(directory: Path) -> str:
            version = _write(directory, cohort, rules, kept, progress)
            increments.check(Edition.at(directory), kept)
            held.enter(directory)
            return version

        return versions.publish(Path(out), write, _intact)


def _write(directory: Path, cohort: CohortStore, policy: Policy, kept: Sequence[Edition], progress: Progress) -> str:
    result = measured(cohort, policy, kept, progress)
    protected = {kind: result.protected(kind) for kind in result.tables}
    columns = {"figures": FIGURE_COLUMNS, "pairs": PAIR_COLUMNS, "quality": QUALITY_COLUMNS}
    rows: dict[str, int] = {kind: write_protected(directory, protected[kind], columns[kind]) for kind in protected}
    rows["comparators"] = write_comparators(directory, result.lattice, comparators_of(cohort))
    shown = _shown_effects(protected["figures"], result.effects)
    told = result.lattice if _tells_total(protected["figures"]) else result.lattice.without_total()
    content = _manifest(cohort, told, policy) | {"rows": rows, "design_effects": shown, "audit": result.audit()}
    version = _seal(directory, content, cohort.manifest.built_at)
    Release.open(directory)
    return version


def _tells_total(figures: Protected) -> bool:
    """Whether the number of all children is shown."""
    return any(row["indicator"] == "recognised" for row in _of_everyone(figures).to_pylist() if row["symbol"] is None)


def _of_everyone(figures: Protected) -> pa.Table:
    whole = figures.table
    for dimension in CUT_COLUMNS:
        whole = whole.filter(pc.equal(whole[dimension], ALL))
    return whole


def _shown_effects(figures: Protected, effects: dict[str, float]) -> dict[str, float | None]:
    """The design effects; null where the figure that one comes from, the whole cohort's at its headline, is hidden."""
    shown = {(row["indicator"], row["time"]) for row in _of_everyone(figures).to_pylist() if row["symbol"] is None}
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
        "recognised_to": recognised_to(cohort).isoformat(),
        "policy": policy.to_json(),
        "observed_to": made_from.observed_to,
        "supplied_from": made_from.supplied_from,
        "covered": made_from.covered,
        "definitions": made_from.definitions,
        "settings": made_from.settings,
        "notes": [vars(note) for note in made_from.notes],
        "areas": [vars(area) for area in lattice.areas],
        "lattice": lattice.to_json(),
        "indicators": [described(indicator) for indicator in INDICATORS],
        "questions": [question.to_json() for question in QUESTIONS],
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
