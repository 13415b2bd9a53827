"""The published study as an attacker has it: which of its figures are figures of a release of the same children.

They are inputs of the audit: known whatever a release hides, listed, and not counted as falling; nothing else may follow from
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from data import reference
from metrics.filters import Filters

STUDY_AREA = "E10000025"
STUDY_CHILDREN = "report-n"
"""The figure that says how many children the study is of: a release of another number is of other children."""

CELLS: Mapping[str, tuple[str, str]] = {
    "report-fsm-t0": ("fsm_received", "0"),
    "report-fsm-t3": ("fsm_received_since_0", "3"),
    "report-sen-t0": ("sen_support", "0"),
    "report-ehcp-t0": ("ehcp", "0"),
    "report-susp-t0": ("suspended", "0"),
    "report-att-t0": ("attendance_mean", "0"),
    "report-att90-t0": ("missed_under_10", "0"),
    "report-att50-t0": ("missed_under_50", "0"),
    "report-severe-t0": ("severely_absent", "0"),
    "report-stat-m0": ("statutory", "m0"),
    "report-stat-w6": ("statutory", "w6"),
    "report-eh-m0": ("early_help", "m0"),
    "report-eh-w6": ("early_help", "w6"),
    "report-mash-m-1": ("mash_referral", "m-1"),
    "report-mash-w6": ("mash_referral", "w6"),
    "report-mash-ever": ("mash_referral", "window"),
    "report-any-m-1-m0": ("any_active", "before"),
    "report-any-window": ("any_active", "window"),
    "report-none-window": ("none_active", "window"),
}
"""Each of the study's figures about its children: the indicator and the time."""


def children() -> int:
    """How many children the study is of."""
    return next(int(one.value or 0) for one in reference.published_figures() if one.figure == STUDY_CHILDREN)


def cut() -> Filters:
    """The cut of a release that the study is of."""
    return Filters(area=STUDY_AREA)


def known() -> Iterator[tuple[str, str, float]]:
    """The figures: indicator, time and the share that was printed, in percent."""
    values = {one.figure: one.value for one in reference.published_figures()}
    for figure, (indicator, time) in CELLS.items():
        value = values.get(figure)
        if value is not None:
            yield indicator, time, value
