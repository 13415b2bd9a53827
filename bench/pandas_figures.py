"""A plain pandas version of the release: the figures of every cut, by one `groupby` a shape of cut.

Wide frames hold, for each indicator, three sums a row: `n` the base, `top` and `bottom` the value's parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pandas as pd

from bench.pandas_journey import PARENTS, shares_of_children, shares_of_windows
from bench.pandas_store import Frames
from data.schema import TERM_STATUSES

Frame = pd.DataFrame
KEYS = ["area_code", "age_band", "sex", "period", "time"]
AREAS, PERIODS = ("all", "authority", "district"), ("all", "year", "quarter")
FLAGS = ("fsm_received", "fsm_eligible", "sen_support", "ehcp", "suspended")
LEVELS = {"cin": 1, "cp": 2, "cwcf": 3}
FEW_CHILDREN = 500


def figures(frames: Frames) -> Frame:
    """Every figure of the lattice: indicator, basis, the keys, n, top, bottom; a row only where some child is in the cut."""
    children = _dimensions(frames.children)
    imprisoned = _periods(children, "imprisonment_month")
    recognised = _periods(children, "recognised_month")
    terms = imprisoned.merge(term_sums(frames.terms), on="child_ref")
    wide = [
        ("observed", terms),
        ("followed", _followed(terms, frames.terms)),
        ("observed", imprisoned.merge(window_sums(frames), on="child_ref")),
        ("observed", recognised.merge(child_sums(frames.children), on="child_ref")),
    ]
    found = [_long(_rolled(frame), basis) for basis, frame in wide]
    return pd.concat([*found, _families(recognised)], ignore_index=True)


def one_page(terms: Frame, chosen: dict[str, str]) -> Frame:
    """A page's figures by term for one cut, from child-level rows: what a dashboard without a release does at each click."""
    cut = terms
    for column, value in chosen.items():
        cut = cut[cut[column] == value]
    sums = [name for name in cut.columns if ":" in name]
    return cut.groupby("time")[sums].sum()


def page_rows(frames: Frames) -> Frame:
    """The child-level rows that `one_page` needs."""
    rows = _periods(_dimensions(frames.children), "imprisonment_month").merge(term_sums(frames.terms), on="child_ref")
    return rows.assign(followed=rows["child_ref"].map(_always_followed(frames.terms)))


def term_sums(terms: Frame) -> Frame:
    """The wide frame of the school indicators, a row a child and term."""
    sums: dict[str, pd.Series] = {}
    for name in FLAGS:
        _share(sums, name, terms["in_scope"] & terms[name].notna(), terms[name].eq(True))
    after = terms["relative_term"] >= 0
    ordered = terms.sort_values(["child_ref", "relative_term"])
    received = (ordered["in_scope"] & ordered["fsm_received"].eq(True) & (ordered["relative_term"] >= 0)).groupby(
        ordered["child_ref"]
    )
    _share(
        sums,
        "fsm_received_since_0",
        after & terms["in_scope"] & terms["fsm_received"].notna(),
        received.cummax().reindex(terms.index),
    )
    possible, absent = terms["sessions_possible"], terms["sessions_absent"]
    known = terms["in_scope"] & (possible > 0)
    _share(sums, "missed_under_10", known, 10 * absent <= possible)
    _share(sums, "missed_under_50", known, 2 * absent <= possible)
    _share(sums, "severely_absent", known, 2 * absent > possible)
    _sum(sums, "attendance_mean", known, terms["attended_ppm"].fillna(0), 1_000_000 * known)
    _sum(sums, "attendance_sessions", known, (possible - absent).fillna(0), possible.fillna(0))
    for status in TERM_STATUSES:
        _share(sums, f"coverage_{status}", pd.Series(True, terms.index), terms["status"] == status)
    return pd.DataFrame({"child_ref": terms["child_ref"], "time": terms["relative_term"].astype(str), **sums})


def window_sums(frames: Frames) -> Frame:
    """The wide frame of the social-care indicators, a row a child and window or span."""
    spans = [_span(frames.windows, *parts) for parts in (("before", "m-1", "m0"), ("window", "m-1", "w6"))]
    windows = pd.concat([frames.windows, *spans], ignore_index=True)
    base = windows["status"].isin(["observed", "unmatched"])
    span = windows["window"].isin(["before", "window"])
    early, statutory, referral = windows["early_help"], windows["level"] > 0, windows["mash_referral"]
    active = early | statutory | referral
    matched = frames.children.set_index("child_ref")[["matched_education", "matched_social_care"]].any(axis=1)
    matched_any = windows["child_ref"].map(matched)
    sums: dict[str, pd.Series] = {}
    levels = {name: windows["level"] == level for name, level in LEVELS.items()}
    for name, held in {"early_help": early, **levels, "statutory": statutory, "mash_contact": windows["mash_contact"]}.items():
        _share(sums, name, base & ~span, held)
    anywhere = {"mash_referral": referral, "any_active": active, "none_active": ~active}
    parts = {"none_active_matched": ~active & matched_any, "none_active_unmatched": ~active & ~matched_any}
    for name, held in {**anywhere, **parts}.items():
        _share(sums, name, base, held)
    for eh, stat, mash in product((True, False), repeat=3):
        names = [name for name, on in (("eh", eh), ("stat", stat), ("mash", mash)) if on]
        combination = "all" if len(names) == 3 else "_".join(names) or "none"
        held = (early == eh) & (statutory == stat) & (referral == mash)
        _share(sums, f"services_{combination}", base & (windows["window"] == "window"), held)
    for name, of, held in shares_of_windows(frames.children, windows, base, active):
        _share(sums, name, of, held)
    return pd.DataFrame({"child_ref": windows["child_ref"], "time": windows["window"], **sums})


def child_sums(children: Frame) -> Frame:
    """The wide frame of the indicators without a time, a row a child."""
    everyone = pd.Series(True, children.index)
    sums: dict[str, pd.Series] = {}
    _share(sums, "recognised", everyone, everyone)
    for name, parent in PARENTS.items():
        _share(sums, name, everyone, children["parent"] == parent)
    for name, base, held in shares_of_children(children):
        _share(sums, name, base, held)
    return pd.DataFrame({"child_ref": children["child_ref"], "time": "all", **sums})


def _share(sums: dict[str, pd.Series], name: str, base: pd.Series, held: pd.Series) -> None:
    _sum(sums, name, base, (base & held).astype("int64"), base)


def _sum(sums: dict[str, pd.Series], name: str, base: pd.Series, top: pd.Series, bottom: pd.Series) -> None:
    for part, column in (("n", base), ("top", top), ("bottom", bottom)):
        sums[f"{name}:{part}"] = column.astype("int64")


def _span(windows: Frame, code: str, *parts: str) -> Frame:
    one, other = (windows[windows["window"] == part].set_index("child_ref") for part in parts)
    other = other.reindex(one.index)
    span = one.copy()
    span["window"] = code
    for status in ("unmatched", "not_supplied", "not_reached"):
        span.loc[(one["status"] == status) | (other["status"] == status), "status"] = status
    for flag in ("mash_contact", "mash_referral", "early_help"):
        span[flag] = one[flag] | other[flag]
    span["level"] = one["level"].where(one["level"] > other["level"], other["level"])
    return span.reset_index()


def _dimensions(children: Frame) -> Frame:
    wanted = [
        "child_ref",
        "offender_ref",
        "area_code",
        "district_code",
        "age_band",
        "sex",
        "imprisonment_month",
        "recognised_month",
    ]
    return children[wanted].rename(columns={"area_code": "authority", "district_code": "district"})


def _periods(children: Frame, month: str) -> Frame:
    year, quarter = children[month].dt.year.astype(str), children[month].dt.quarter.astype(str)
    return children.assign(year=year, quarter=year + "Q" + quarter)


def _followed(terms: Frame, all_terms: Frame) -> Frame:
    school = [name for name in terms.columns if not name.startswith("coverage_")]
    near = terms["time"].isin([str(term) for term in range(-3, 4)])
    return terms.loc[near & terms["child_ref"].map(_always_followed(all_terms)), school]


def _always_followed(terms: Frame) -> pd.Series:
    middle = terms[terms["relative_term"].between(-3, 3)]
    return middle.groupby("child_ref")["in_scope"].all()


def _shapes(children: int) -> Iterator[tuple[str, str, str, str]]:
    """Which columns cut the cohort, `all` where none does: the lattice's own rule."""
    for area, age, sex, period in product(AREAS, ("all", "age_band"), ("all", "sex"), PERIODS):
        filters = sum(one != "all" for one in (area, age, sex, period))
        if children < FEW_CHILDREN and (filters > 2 or period == "quarter"):
            continue
        if filters <= 2 or (filters == 3 and area != "district" and period != "quarter"):
            yield area, age, sex, period


def _rolled(wide: Frame) -> Frame:
    sums = [name for name in wide.columns if ":" in name]
    found = []
    for shape in _shapes(wide["child_ref"].nunique()):
        rolled = wide.groupby([*(column for column in shape if column != "all"), "time"])[sums].sum().reset_index()
        found.append(_named(rolled, shape))
    return pd.concat(found, ignore_index=True)


def _named(rolled: Frame, shape: tuple[str, ...]) -> Frame:
    names = dict(zip(shape, KEYS, strict=False))
    rolled = rolled.rename(columns={column: key for column, key in names.items() if column != "all"})
    return rolled.assign(**{key: "all" for key, column in zip(KEYS, shape, strict=False) if column == "all"})


def _long(rolled: Frame, basis: str) -> Frame:
    indicators = sorted({name.partition(":")[0] for name in rolled.columns if ":" in name})
    return pd.concat(
        [
            rolled[[*KEYS, *(f"{name}:{part}" for part in ("n", "top", "bottom"))]]
            .set_axis([*KEYS, "n", "top", "bottom"], axis="columns")
            .assign(indicator=name, basis=basis)
            for name in indicators
        ],
        ignore_index=True,
    )


def _families(children: Frame) -> Frame:
    found = []
    for shape in _shapes(len(children)):
        columns = [column for column in shape if column != "all"]
        grouped = (
            children.groupby(columns)["offender_ref"].nunique() if columns else pd.Series([children["offender_ref"].nunique()])
        )
        found.append(_named(grouped.rename("n").reset_index(), shape).assign(time="all"))
    families = pd.concat(found, ignore_index=True)[[*KEYS, "n"]]
    return families.assign(top=families["n"], bottom=families["n"], indicator="families", basis="observed")
