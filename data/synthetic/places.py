"""The authorities of a fake partnership: how many children, what they supply, when the offer of support began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from data import reference
from data.schema import SOURCES
from data.synthetic import timeline

OXFORDSHIRE, MILTON_KEYNES, READING = "E10000025", "E06000042", "E06000038"
BRACKNELL_FOREST, WINDSOR, SLOUGH, WOKINGHAM = "E06000036", "E06000040", "E06000039", "E06000041"

_WEIGHTS = {
    OXFORDSHIRE: 143,
    MILTON_KEYNES: 150,
    "E06000060": 126,
    READING: 118,
    SLOUGH: 99,
    "E06000037": 46,
    BRACKNELL_FOREST: 40,
    WINDSOR: 35,
    WOKINGHAM: 32,
}
"""Recognised children of the demonstration's authorities, in proportion; Oxfordshire's by September 2023."""
_DISTRICT_WEIGHTS = {"E07000177": 28, "E07000178": 35, "E07000179": 12, "E07000180": 13, "E07000181": 12}
_NEED_SPREAD = 0.16
"""How far authorities differ: standard deviation of what is added to a child's latents."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """An authority. `coverage` is the first and last day of each source supplied; `need` shifts its children's latents."""

    code: str
    weight: float
    need: float
    coverage: dict[str, Span]
    districts: tuple[str, ...]
    district_shares: tuple[float, ...]
    go_live: dict[str, int]
    """First day of the offer of support by district, or by the authority's own code."""


def thames_valley(rng: np.random.Generator) -> tuple[Place, ...]:
    """The nine authorities; one supplies no receipt of meals, one no social care, one begins late, one is late."""
    everything, offers = _span("2017-08-01", "2025-07-31"), (timeline.OBSERVED_FROM, timeline.OFFERS_OBSERVED_TO)
    unlike: dict[str, dict[str, Span]] = {
        BRACKNELL_FOREST: {"school_census": _span("2021-08-01", "2025-07-31"), "social_care": _span("2022-04-01", "2025-07-31")},
        WINDSOR: {"school_census": _span("2017-08-01", "2025-04-20"), "meals": _span("2017-08-01", "2025-04-20")},
    }
    missing = {SLOUGH: ("meals",), WOKINGHAM: ("social_care",)}
    places = []
    for code, weight in _WEIGHTS.items():
        go_live = _go_live(code)
        sources = [source for source in SOURCES if source not in missing.get(code, ()) and (source != "support" or go_live)]
        coverage = _with_exclusions(
            {source: unlike.get(code, {}).get(source, offers if source == "support" else everything) for source in sources}
        )
        need = 0.0 if code == OXFORDSHIRE else float(rng.normal(0, _NEED_SPREAD))
        places.append(_place(code, weight, need, coverage, go_live))
    return tuple(places)


def england(rng: np.random.Generator) -> tuple[Place, ...]:
    """Every authority of England; sizes, gaps in supply and most days of going live are invented."""
    places = []
    for area in reference.areas().values():
        if area.kind != "authority":
            continue
        chance = rng.random(5)
        late = timeline.OBSERVED_FROM + (int(rng.integers(400, 1500)) if chance[0] < 0.05 else 0)
        missing = {"meals": chance[1] < 0.07, "social_care": chance[2] < 0.03, "school_census": chance[3] < 0.01}
        began = timeline.PROGRAMME_START + int(rng.integers(0, 1000))
        go_live = _go_live(area.code) or ({area.code: began} if chance[4] < 0.6 else {})
        sources = [source for source in SOURCES if not missing.get(source, False) and (source != "support" or go_live)]
        coverage = _with_exclusions(dict.fromkeys(sources, (late, timeline.OBSERVED_TO)))
        coverage |= {"support": (late, timeline.OFFERS_OBSERVED_TO)} if "support" in coverage else {}
        places.append(_place(area.code, float(rng.lognormal(0, 0.5)), float(rng.normal(0, _NEED_SPREAD)), coverage, go_live))
    return tuple(places)


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total: the largest remainders are rounded up."""
    exact = np.array(weights, dtype=np.float64) / sum(weights) * total
    whole = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact, kind="stable")[: total - int(whole.sum())]] += 1
    return [int(count) for count in whole]


def _with_exclusions(coverage: dict[str, Span]) -> dict[str, Span]:
    """Exclusions come in the school census, and the census goes on until it has brought those of every term."""
    rest = {source: span for source, span in coverage.items() if source != "exclusions"}
    return rest | ({"exclusions": rest["school_census"]} if "school_census" in rest else {})


def _place(code: str, weight: float, need: float, coverage: dict[str, Span], go_live: dict[str, int]) -> Place:
    districts = tuple(area.code for area in reference.areas().values() if area.parent == code)
    weights = [_DISTRICT_WEIGHTS.get(district, 1) for district in districts]
    return Place(code, weight, need, coverage, districts, tuple(weight / sum(weights) for weight in weights), go_live)


def _go_live(authority: str) -> dict[str, int]:
    areas = (area for area in reference.areas().values() if authority in (area.code, area.parent))
    return {area.code: timeline.day_number(date.fromisoformat(f"{area.go_live[:7]}-01")) for area in areas if area.go_live}


def _span(first: str, last: str) -> Span:
    return timeline.day_number(date.fromisoformat(first)), timeline.day_number(date.fromisoformat(last))
