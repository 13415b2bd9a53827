"""A release of a few indicators to take files away from: some figures shown, some hidden, for two areas and a district."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from metrics import Filters, Release
from tests.metrics.presentation_figures import comparator
from tests.releases import OXFORDSHIRE, READING, publish_release

OF_OXFORDSHIRE, OF_READING = Filters(area=OXFORDSHIRE), Filters(area=READING)
HIDDEN = {"n": None, "count": None, "value": None, "low": None, "high": None, "expected": None, "symbol": "c"}
PARTNERS = {
    "name": "partners",
    "words": "We hide figures about fewer than six children.",
    "audience": "partners",
    "audience_words": "Partners only: not for minutes, press or public",
    "percent_decimals": None,
}
PUBLICATION = {
    "name": "publication",
    "words": "We hide figures about fewer than ten children.",
    "audience": "anyone",
    "audience_words": "Safe to share",
    "percent_decimals": 0,
}
ENGLAND = comparator(13.6, comparator="ehcp", indicator="ehcp", period="January 2024 census")
PAIR = {"kind": "any", "n_both": 80, "before_count": 20, "after_count": 30, "gained": 15, "lost": 5, "p_value": 0.04}


def release(root: Path, policy: dict[str, Any] = PARTNERS, version: str = "first", **said: Any) -> Release:
    """The release, published under `root`: ehcp is 30 of 120 at term 0, hidden at term 2; all of Reading is hidden."""
    cells: dict[Any, Any] = {
        (OF_OXFORDSHIRE, "recognised", "observed", "all"): {"n": 225, "count": 225, "value": 100.0, "low": None, "high": None},
        (OF_OXFORDSHIRE, "ehcp", "observed", "0"): {"n": 120, "count": 30, "value": 25.0, "low": 18.0, "high": 34.0},
        (OF_OXFORDSHIRE, "ehcp", "observed", "2"): HIDDEN,
    }
    for key in (("ehcp", "-1"), ("ehcp", "-2"), ("ehcp", "0"), ("ehcp", "2"), ("recognised", "all"), ("statutory", "m0")):
        cells[OF_READING, key[0], "observed", key[1]] = HIDDEN
    cells[OF_READING, "sen_support", "observed", "0"] = HIDDEN
    directory = publish_release(
        root,
        cells,
        pairs={(OF_OXFORDSHIRE, "ehcp"): PAIR},
        comparators=[{field: getattr(ENGLAND, field) for field in ENGLAND.__dataclass_fields__}],
        version=version,
        manifest={"policy": policy, **said},
    )
    return Release.open(directory)
