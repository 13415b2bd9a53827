"""What a policy would show of a cohort, worked out as a release is and written nowhere."""

from __future__ import annotations

from pathlib import Path

from data.cohort import CohortStore
from data.errors import DataError
from data.progress import Progress, silent
from metrics.compile.measuring import counted, measured
from metrics.compile.what_if import Outcome
from metrics.disclosure import ledger
from metrics.disclosure.policy import Policy


def preview(store: Path | str, policy: Policy, progress: Progress = silent) -> Outcome:
    """The outcome of a policy on the live cohort store; `PolicyError` where the policy may not be applied to it."""
    cohort = CohortStore.open(store)
    policy.check_fits(cohort.manifest.synthetic)
    kept = [one for one in ledger.read(Path(store)) if not one.policy.hides_nothing]
    try:
        cohort = counted(cohort, kept)
        result = measured(cohort, policy, kept, progress)
    except OSError:
        if cohort.directory.is_dir():
            raise
        # nobody holds the store for a look: a child may be forgotten meanwhile
        raise DataError(f"The version in {cohort.directory} was removed meanwhile: run the command again.") from None
    named = f"{cohort.manifest.version[:8]} of {result.lattice.children_total:,} children"
    return Outcome.of(policy, named, [(kind, result.tables[kind], result.reasons[kind]) for kind in result.tables])
