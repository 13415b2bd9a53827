"""What a release will say of a cohort under a policy: everything counted, and why each cell is shown or hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.calendar import DAY, add_months, month_of
from data.cohort import CohortStore
from data.errors import DataError
from data.progress import Progress, silent
from metrics.catalogue import find
from metrics.compile.quality import tabulate_quality
from metrics.compile.values import figures_of, pairs_of
from metrics.disclosure import increments, ledger, protection, withholding
from metrics.disclosure.edition import Edition
from metrics.disclosure.few_families import is_of_few_families
from metrics.disclosure.ground import Ground, some_elsewhere
from metrics.disclosure.policy import Policy
from metrics.disclosure.primary import Codes, Kind, Mask
from metrics.disclosure.protection import CODE, Cells
from metrics.disclosure.structure import SHOWN, SUPPRESSED, Structure
from metrics.disclosure.suppression import Protected, protect
from metrics.filters import ALL, DIMENSIONS
from metrics.indicator import BASES, Basis, Indicator
from metrics.lattice import Lattice
from metrics.tabulate import design_effects, families_behind, families_behind_pairs, tabulate, tabulate_pairs
from metrics.tabulate.grid import Grid

EFFECT_DECIMALS = 1
"""A design effect is a ratio of sums over families: printed finer, it could be solved for how large the families are."""
_ROUNDS_OVER_TIME = 4
_CUT = {"area": "area_code", "age_band": "age_band", "sex": "sex", "period": "period"}


@dataclass(frozen=True)
class Measured:
    """The unprotected tables of a release, and why each of their cells is shown or hidden. Not to be written but protected."""

    lattice: Lattice
    policy: Policy
    tables: Mapping[Kind, pa.Table]
    structure: Mapping[Kind, protection.Symbols]
    reasons: Mapping[Kind, Codes]
    effects: dict[str, float]

    def protected(self, kind: Kind) -> Protected:
        """A table as it may be written, without what is no figure of the release."""
        table = protect(kind, self.tables[kind], self.policy, self.structure.get(kind), _hidden(self.reasons[kind]))
        return table.only(_held(self.tables[kind])) if kind == "figures" else table

    def audit(self) -> dict[str, Any] | None:
        """What the release says of the attack made on it; null where nothing is hidden. Not how many were hidden for what.

        `DataError` where anything still falls: then it is not to be released.
        """
        if self.policy.hides_nothing:
            return None
        fallen = sum(int((codes == CODE["audit"]).sum()) for codes in self.reasons.values())
        if fallen:
            raise DataError(
                f"{fallen:,} hidden numbers could be worked out from what would be shown, whatever else is hidden, so nothing is "
                "released: see with --dry-run which they are, and release under a policy that shows less, such as fewer filters."
            )
        return {"passed": True, "narrowest": self.policy.smallest_count - 1}


def counted(cohort: CohortStore, kept: Sequence[Edition]) -> CohortStore:
    """The store with the children that a release beside these earlier ones may count: they enter by whole quarters."""
    last = pc.max(cohort.children("recognised_month")["recognised_month"]).as_py()
    return cohort if last is None else cohort.up_to(ledger.recognised_to(kept, cohort.manifest.version, last))


def recognised_to(cohort: CohortStore) -> date:
    """The last day on which a child who is counted may have been recognised."""
    last = pc.max(cohort.children("recognised_month")["recognised_month"]).as_py() or cohort.manifest.programme_start
    return cohort.recognised_to or add_months(month_of(last), 1) - DAY


def measured(cohort: CohortStore, policy: Policy, kept: Sequence[Edition] = (), progress: Progress = silent) -> Measured:
    """Everything counted and judged; where the policy is a subset of a wider one, beside what that one shows."""
    wider = policy.wider()
    beside = None if wider is None else measured(cohort, wider, kept, progress)
    lattice = Lattice.of(cohort).under(policy.most_filters, policy.whole_years)
    structure = Structure(lattice, {source: frozenset(areas) for source, areas in cohort.manifest.observed_to.items()})
    effects = {one: round(effect, EFFECT_DECIMALS) for one, effect in design_effects(cohort).items()}
    figures = figures_of(tabulate(cohort, lattice, progress=progress), effects)
    pairs = pairs_of(tabulate_pairs(cohort, lattice, progress=progress))
    tables: dict[Kind, pa.Table] = {"figures": figures, "pairs": pairs, "quality": tabulate_quality(cohort, lattice)}
    symbols: dict[Kind, protection.Symbols] = {kind: structure.symbols(tables[kind]) for kind in ("figures", "pairs")}
    symbols["figures"] = np.where(_held(figures), symbols["figures"], np.int8(SUPPRESSED))
    few: dict[Kind, Mask] = {}
    if policy.smallest_families > 0:
        few["figures"] = is_of_few_families(families_behind(cohort, lattice), policy)
        few["pairs"] = is_of_few_families(families_behind_pairs(cohort, lattice), policy)
    withheld = {} if beside is None else {kind: ("linked", _hidden_beside(beside, kind, tables[kind])) for kind in tables}
    ground = Ground.of(lattice, Grid.of(lattice).cuts, elsewhere=some_elsewhere(lattice, _by_area(figures)))
    cells = Cells(tables, symbols, few, withheld)
    found = _beside_kept(cells, lattice, ground, policy, kept, cohort, progress)
    return Measured(lattice, policy, tables, symbols, found, effects)


def _beside_kept(
    cells: Cells,
    lattice: Lattice,
    ground: Ground,
    policy: Policy,
    kept: Sequence[Edition],
    cohort: CohortStore,
    progress: Progress,
) -> dict[Kind, Codes]:
    """The reasons of each cell beside every earlier release.

    Releases of the same cohort have the same numbers: where neither this one nor that one shows all that the other does, this
    one shows nothing that that one hides.
    """
    version = cohort.manifest.version
    others = [one for one in kept if one.cohort_version != version]
    found = _beside_others(cells, lattice, ground, policy, others, version, progress)
    if policy.hides_nothing or len(others) == len(kept):
        return found
    laid = {kind: increments.laid_out(kind, table, lattice, policy) for kind, table in cells.tables.items()}
    for old in (one for one in kept if one.cohort_version == version):
        written = {
            kind: protect(kind, cells.tables[kind], policy, cells.structure.get(kind), _hidden(found[kind])) for kind in laid
        }
        if not increments.one_shows_all(laid, {kind: increments.symbols_of(one.table) for kind, one in written.items()}, old):
            cells = _without(cells, {kind: ~one.shown_by(old)[0] for kind, one in laid.items()})
            found = _beside_others(cells, lattice, ground, policy, others, version, progress)
    return found


def _beside_others(
    cells: Cells, lattice: Lattice, ground: Ground, policy: Policy, others: Sequence[Edition], version: str, progress: Progress
) -> dict[Kind, Codes]:
    """The reasons of each cell beside releases of other cohorts: protected anew until nothing more follows from a pair."""
    found = protection.reasons(cells, lattice, ground, policy, progress)
    if policy.hides_nothing or not others:
        return found
    for _ in range(_ROUNDS_OVER_TIME):
        told = {kind: _told(cells, kind, found[kind], lattice, policy, others, version) for kind in cells.tables}
        if not any(mask.any() for mask in told.values()):
            return found
        cells = _without(cells, told)
        found = protection.reasons(cells, lattice, ground, policy, progress)
    return found


def _without(cells: Cells, told: Mapping[Kind, Mask]) -> Cells:
    """The cells with more of them withheld for what an earlier release would tell of them."""
    withheld = dict(cells.withheld)
    for kind, mask in told.items():
        reason, before = withheld.get(kind, ("over_time", np.zeros(len(mask), dtype=bool)))
        withheld[kind] = (reason, before | mask)
    return replace(cells, withheld=withheld)


def _hidden(codes: Codes) -> Mask:
    return np.asarray(codes != CODE["shown"])


def _told(
    cells: Cells, kind: Kind, codes: Codes, lattice: Lattice, policy: Policy, kept: Sequence[Edition], version: str
) -> Mask:
    """Which shown cells would tell, beside an earlier release, what either hides."""
    laid = increments.laid_out(kind, cells.tables[kind], lattice, policy)
    symbols = np.where(codes == CODE["shown"], SHOWN, SUPPRESSED).astype(np.int8)
    public = cells.structure.get(kind)
    if public is not None:
        symbols[public != SHOWN] = public[public != SHOWN]
    return withholding.hide_for_kept(laid, symbols, kept, version)


def _held(figures: pa.Table) -> Mask:
    """Which cells are figures of a release at all: not those with more filters than their indicator is shown with."""
    filters = np.zeros(figures.num_rows, dtype=int)
    for dimension in DIMENSIONS:
        filters += _each(figures, _CUT[dimension], lambda value: value != ALL)
    indicators = [find(one) for one in _words(figures, "indicator").dictionary.to_pylist()]
    most = np.array([[_limit(one, basis) for basis in BASES] for one in indicators])
    followed = _each(figures, "basis", lambda basis: BASES.index(basis) > 0).astype(int)
    return np.asarray(filters <= most[_words(figures, "indicator").indices.to_numpy(), followed])


def _by_area(figures: pa.Table) -> dict[str, float]:
    """How many children were recognised in each area."""
    rows = figures.filter(pc.equal(pc.cast(figures["indicator"], pa.string()), "recognised")).to_pylist()
    return {row["area_code"]: row["n"] for row in rows if (row["age_band"], row["sex"], row["period"]) == (ALL, ALL, ALL)}


def _limit(indicator: Indicator, basis: Basis) -> int:
    most = indicator.most_filters_on(basis)
    return len(DIMENSIONS) if most is None else most


def _words(table: pa.Table, name: str) -> pa.DictionaryArray:
    return table[name].unify_dictionaries().combine_chunks()


def _each(table: pa.Table, name: str, of: Callable[[Any], bool]) -> Mask:
    """Something of each word of a column, asked once a word."""
    column = _words(table, name)
    found = np.array([of(word) for word in column.dictionary.to_pylist()], dtype=bool)
    return np.asarray(found[column.indices.to_numpy()])


def _hidden_beside(wider: Measured, kind: Kind, table: pa.Table) -> Mask:
    """Which cells the wider policy does not show."""
    names = [
        name for name in table.column_names if pa.types.is_dictionary(table[name].type) or pa.types.is_string(table[name].type)
    ]
    written = wider.protected(kind).table
    shown = written.select(names).filter(pc.is_null(written["symbol"]))
    known = set(zip(*(shown[name].to_pylist() for name in names), strict=True))
    return np.array([key not in known for key in zip(*(table[name].to_pylist() for name in names), strict=True)], dtype=bool)
