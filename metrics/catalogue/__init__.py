"""Every indicator of the project, each one declaration. Charts, tables, tests and the methods page loop over these."""

from __future__ import annotations

from difflib import get_close_matches

from metrics.catalogue.children import CHILDREN, LINKED, RECOGNISED_WITHIN
from metrics.catalogue.education import COVERAGE, EDUCATION
from metrics.catalogue.journey import BESIDE, JOURNEY, OVERDUE, WAITS
from metrics.catalogue.missed import MISSED
from metrics.catalogue.social_care import SERVICES, SOCIAL_CARE
from metrics.indicator import Indicator, IndicatorError

INDICATORS: tuple[Indicator, ...] = (
    *EDUCATION,
    *COVERAGE,
    *SOCIAL_CARE,
    *SERVICES,
    *MISSED,
    *CHILDREN,
    *LINKED,
    *RECOGNISED_WITHIN,
    *JOURNEY,
    *BESIDE,
    *WAITS,
    *OVERDUE,
)
_BY_ID = {indicator.id: indicator for indicator in INDICATORS}
assert len(_BY_ID) == len(INDICATORS), "two indicators share an id"

__all__ = [
    "BESIDE",
    "CHILDREN",
    "COVERAGE",
    "EDUCATION",
    "INDICATORS",
    "JOURNEY",
    "LINKED",
    "MISSED",
    "OVERDUE",
    "RECOGNISED_WITHIN",
    "SERVICES",
    "SOCIAL_CARE",
    "WAITS",
    "find",
]


def find(indicator_id: str) -> Indicator:
    """The indicator of that id; `IndicatorError` names the nearest."""
    if indicator_id not in _BY_ID:
        near = get_close_matches(indicator_id, _BY_ID, n=1, cutoff=0.0)[0]
        raise IndicatorError(f"There is no indicator {indicator_id}: did you mean {near}? The methods page lists them all.")
    return _BY_ID[indicator_id]
