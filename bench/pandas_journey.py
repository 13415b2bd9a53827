"""A plain pandas version of the offer of support: how far it came, why it stopped, how long it took."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.reference import areas
from data.schema import JOURNEY

Frame = pd.DataFrame
RECORDED = ("champion_notified", "offer_made", "visit", "referral", "supported")
DATED = JOURNEY[2:]
IMPLIED = {"accepted": 5, "declined": 3, "no_contact": 2}
"""The place in the journey that an outcome needs."""
BANDS = {"same_month": (0, 0), "next_month": (1, 1), "two_three": (2, 3), "four_more": (4, 999)}
LINK_SOURCES = ("police", "prison", "social_care", "other")
PARENTS = {"maternal": "mother", "paternal": "father", "other_parent": "other"}
WAITS_TOO_LONG = 3
Share = tuple[str, pd.Series, pd.Series]
"""An indicator, its base, and for whom it holds."""


def journeys(children: Frame, windows: Frame, coverage: Frame) -> Frame:
    """What is derived of each child's offer: `place` in the journey (none outside it), `live`, `told`, months waited."""
    known = areas()
    months = {code: area.go_live or (known[area.parent].go_live if area.parent else None) for code, area in known.items()}
    began = pd.to_datetime(children["district_code"].fillna(children["area_code"]).map(months), format="%Y-%m")
    last = coverage.query("source == 'support'").groupby("area_code")["last_date"].max()
    until = children["area_code"].map(last)
    recognised = children["recognised_month"]
    inside = (until >= recognised) & ~(began > recognised) & (began.notna() | children["recorded"].eq(True))
    dates = [children[name].dt.to_period("M").dt.to_timestamp() for name in RECORDED]
    places = [children["outcome"].map(IMPLIED).fillna(0), children["suitable"].eq(True).astype(int)]
    places += [date.notna() * place for place, date in enumerate(dates, start=2)]
    place = pd.concat(places, axis=1).max(axis=1).mask(children["suitable"].eq(False), 0).where(inside)
    now = windows[(windows["window"] == "m0") & (windows["status"] == "observed")]
    open_now = now.set_index("child_ref")[["early_help", "level"]].any(axis=1)
    found = {"place": place, "live": (began <= recognised).where(began.notna())}
    found["told"] = children["child_ref"].map(open_now).eq(True)
    befores = [recognised, *dates[:-1]]
    for number, (step, before, date) in enumerate(zip(DATED, befores, dates, strict=True), start=2):
        found[f"wait_{step}"] = _months(before, date).where(place >= number)
    since = pd.concat([recognised, recognised, *dates[:-1]], axis=1).to_numpy()
    at = place.clip(upper=5).fillna(0).astype(int).to_numpy()
    found["waiting"] = _months(pd.Series(since[np.arange(len(at)), at], children.index), until).where(place < len(JOURNEY) - 1)
    return pd.DataFrame(found)


def _months(first: pd.Series, last: pd.Series) -> pd.Series:
    """Whole calendar months; missing where either is, or the last comes first."""
    between = 12 * (last.dt.year - first.dt.year) + last.dt.month - first.dt.month
    months: pd.Series = between.where(last >= first)
    return months


def shares_of_children(children: Frame) -> Iterator[Share]:
    """The journey's indicators, and those of recognition."""
    everyone = pd.Series(True, children.index)
    waited = 12 * (children["recognised_month"].dt.year - children["imprisonment_month"].dt.year)
    waited += children["recognised_month"].dt.month - children["imprisonment_month"].dt.month
    yield from _banded("recognised", waited)
    for source in LINK_SOURCES:
        yield f"linked_{source}", everyone, children["link_source"] == source
    place, outcome = children["place"], children["outcome"].fillna("pending").replace("accepted", "pending")
    why = outcome.mask((place == 4) & children["told"] & outcome.isin(["not_suitable", "pending"]), "services")
    why = why.mask(place == 0, children["suitable"].isna().map({True: "pending", False: "not_suitable"}))
    for number, step in enumerate(JOURNEY[1:], start=1):
        base, here = place >= number - 1, place == number - 1
        yield f"step_{step}", base, place >= number
        for name, parent in PARENTS.items():
            yield f"{step}_{name}", base & (children["parent"] == parent), place >= number
        for reason in ("declined", "no_contact", "not_suitable", "pending", "services"):
            yield f"beside_{step}_{reason}", base, here & (why == reason)
        yield f"overdue_{step}", base, here & (why == "pending") & (children["waiting"] >= WAITS_TOO_LONG)
    for step in DATED:
        yield from _banded(step, children[f"wait_{step}"])


def _banded(step: str, months: pd.Series) -> Iterator[Share]:
    for band, bounds in BANDS.items():
        yield f"wait_{step}_{band}", months.notna(), months.between(*bounds)


def shares_of_windows(children: Frame, windows: Frame, base: pd.Series, active: pd.Series) -> Iterator[Share]:
    """Those known to nobody, by the offer and by whose records told of the child."""
    base = base & (windows["window"] == "window")
    known = children.set_index("child_ref")
    place, live, source = (windows["child_ref"].map(known[name]) for name in ("place", "live", "link_source"))
    offers = {"offered": place >= 3, "offer_not_recorded": place.isna() & ~live.eq(False)}
    offers["not_offered"] = ~offers["offered"] & ~offers["offer_not_recorded"]
    for name, offer in offers.items():
        yield f"unknown_{name}", base, ~active & offer
    for one in LINK_SOURCES:
        yield f"unknown_{one}", base & (source == one), ~active
