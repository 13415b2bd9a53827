"""Indicators and lattice to raw counts. Nothing here is protected: only the compiler may import it."""

from __future__ import annotations

from metrics.tabulate.behind import families_behind, families_behind_pairs
from metrics.tabulate.counts import tabulate
from metrics.tabulate.expected import RATE_UNIT
from metrics.tabulate.families import design_effects
from metrics.tabulate.pairs import SHARE_UNIT, tabulate_pairs
from metrics.tabulate.relations import check_predicates

__all__ = [
    "RATE_UNIT",
    "SHARE_UNIT",
    "check_predicates",
    "design_effects",
    "families_behind",
    "families_behind_pairs",
    "tabulate",
    "tabulate_pairs",
]
