"""Whatever came between two releases of made-up children, what is deduced is true, and nothing falls once it is withheld."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from metrics.disclosure.edition import Edition
from metrics.disclosure.increments import (
    Laid,
    Limits,
    differences,
    falls,
    followed_from,
    known_between,
    laid_out,
    symbols_of,
    told,
)
from metrics.disclosure.policy import load_policy
from metrics.disclosure.structure import SHOWN, SUPPRESSED, SYMBOLS
from metrics.disclosure.withholding import hide_for_kept
from metrics.filters import DIMENSIONS, Filters
from tests.releases import OXFORD, OXFORDSHIRE, READING, lattice_of

PARTNERS = load_policy("partners")
LIMITS = Limits.of(PARTNERS, PARTNERS)
LATTICE = lattice_of(400)
CUTS = tuple(LATTICE.cuts())
COUNTED = {
    "any_active": lambda child: child.level != "none" or child.early_help,
    "none_active": lambda child: child.level == "none" and not child.early_help,
    "statutory": lambda child: child.level != "none",
    "cin": lambda child: child.level == "cin",
    "cp": lambda child: child.level == "cp",
    "cwcf": lambda child: child.level == "cwcf",
    "early_help": lambda child: child.early_help,
}


@dataclass(frozen=True)
class Child:
    """Where a child is in the lattice, and what services knew."""

    areas: tuple[str, ...]
    age_band: str
    sex: str
    period: str
    level: str
    early_help: bool

    def is_in(self, cut: Filters) -> bool:
        """Whether a cut counts the child."""
        held = {"area": ("all", *self.areas)} | {d: ("all", getattr(self, d)) for d in DIMENSIONS if d != "area"}
        return all(getattr(cut, dimension) in values for dimension, values in held.items())


def some_child(draw: random.Random) -> Child:
    return Child(
        draw.choice([(OXFORDSHIRE, OXFORD), (OXFORDSHIRE,), (READING,)]),
        draw.choice(LATTICE.age_bands),
        draw.choice(LATTICE.sexes),
        draw.choice(LATTICE.periods),
        draw.choices(["none", "cin", "cp", "cwcf"], [6, 3, 2, 2])[0],
        draw.random() < 0.3,
    )


def figures(children: list[Child]) -> pa.Table:
    """Every cell of the children, with the symbol of those too small by themselves."""
    rows: list[dict[str, Any]] = []
    for cut in CUTS:
        inside = [child for child in children if child.is_in(cut)]
        place = {"area_code": cut.area, "age_band": cut.age_band, "sex": cut.sex, "period": cut.period}
        for name, counts in COUNTED.items():
            key = {"indicator": name, "basis": "observed", "time": "m0"}
            rows.append(key | place | {"n": len(inside), "count": sum(map(counts, inside)), "symbol": None})
    table = pa.Table.from_pylist(rows)
    n, count = table["n"].to_numpy(), table["count"].to_numpy()
    small = n < 10
    for part in (count, n - count):
        small |= (part >= 1) & (part < 6) | (part == 0) & (n < 30)
    return with_symbols(table, np.where(small, SUPPRESSED, SHOWN))


def with_symbols(table: pa.Table, codes: npt.NDArray[Any]) -> pa.Table:
    return table.drop_columns("symbol").append_column("symbol", pa.array([SYMBOLS[code] for code in codes], pa.string()))


@dataclass(frozen=True)
class Remembered(Edition):
    """A release that is in memory alone."""

    figures: pa.Table = None

    def table(self, name: str) -> pa.Table:
        """Its only table."""
        assert name == "figures"
        return self.figures


def remembered(version: str, table: pa.Table) -> Remembered:
    said = {"version": version, "cohort_version": version, "policy": PARTNERS.to_json(), "lattice": LATTICE.to_json()}
    return Remembered(Path(version), said | {"recognised_to": date(2023, 12, 31).isoformat()}, table)


def two(seed: int, more: int, revised: int) -> tuple[Laid, npt.NDArray[np.int8], Remembered]:
    """A release of 400 children and one of so many more, with the levels of a few of the first changed."""
    draw = random.Random(seed)
    first = [some_child(draw) for _ in range(400)]
    second = [replace(c, level=some_child(draw).level) if n < revised else c for n, c in enumerate(first)]
    table = figures(second + [some_child(draw) for _ in range(more)])
    return laid_out("figures", table, LATTICE, PARTNERS), symbols_of(table), remembered("first", figures(first))


CASES = [(seed, more, revised) for seed in range(4) for more, revised in ((3, 0), (25, 0), (150, 0), (0, 4), (60, 10))]


@pytest.mark.parametrize(("seed", "more", "revised"), CASES)
def test_nothing_falls_once_it_is_withheld(seed: int, more: int, revised: int) -> None:
    laid, symbols, old = two(seed, more, revised)
    assert differences(laid, symbols, old).num_rows > 0
    hidden = hide_for_kept(laid, symbols, [old], "second")
    assert not hidden[symbols != SHOWN].any()
    assert differences(laid, np.where(hidden, SUPPRESSED, symbols).astype(np.int8), old).num_rows == 0


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("more", [3, 25, 150])
def test_what_is_deduced_is_true(seed: int, more: int) -> None:
    laid, symbols, old = two(seed, more, revised=0)
    known = known_between(told(laid, laid.old_side(old)), told(laid, laid.side(symbols)))
    direct = int((laid.old_side(old).shown & laid.side(symbols).shown).sum())
    followed_from(laid, known)
    everything = np.full(laid.cells.num_rows, SHOWN, dtype=np.int8)
    unhidden = remembered("first", with_symbols(old.figures, everything))
    truth = known_between(told(laid, laid.old_side(unhidden)), told(laid, laid.side(everything)))
    assert known.cells.sum() > direct
    assert np.array_equal(known.by[:, known.cells], truth.by[:, known.cells])


@pytest.mark.parametrize(("seed", "more", "revised"), CASES)
def test_by_algebra_over_the_finest_cells_nothing_more_follows(seed: int, more: int, revised: int) -> None:
    laid, symbols, old = two(seed, more, revised)
    hidden = hide_for_kept(laid, symbols, [old], "second")
    new = laid.side(np.where(hidden, SUPPRESSED, symbols).astype(np.int8))
    known = known_between(told(laid, laid.old_side(old)), told(laid, new))
    finest = [
        Child(areas, age, sex, period, "none", False)
        for areas in ((OXFORDSHIRE, OXFORD), (OXFORDSHIRE,), (READING,))
        for age in LATTICE.age_bands
        for sex in LATTICE.sexes
        for period in LATTICE.periods
    ]
    rows = np.array([[float(cell.is_in(Filters(*cut))) for cell in finest] for cut in laid.board.cuts])
    for key in range(len(laid.board.keys)):
        shown = known.cells[:, key]
        weights, *_ = np.linalg.lstsq(rows[shown].T, rows.T, rcond=None)
        follows = np.abs(rows[shown].T @ weights - rows.T).max(axis=0) < 1e-9
        by = np.rint(known.by[:, shown, key].astype(float) @ weights).astype(np.int64)
        assert not np.any(falls(laid.board, by, LIMITS, np.full(len(rows), key)) & follows)
