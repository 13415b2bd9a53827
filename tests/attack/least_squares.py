"""Reconstruct small counts by least squares: the table nearest to an even spread that shows what is shown.

A guess that is right by chance proves nothing, so it is judged against a naive one: the rate of the finest coarser cut that
shows one, times the base. What least squares gets right beyond that, the release gave away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.linalg import lsqr

from metrics.filters import ALL
from tests.attack.released import HIDDEN, UNKNOWN, Counts, Group, Released, leaves
from tests.attack.targets import WIDTH, Findings

ROUNDS = 20
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Guesses:
    """Hidden counts of one to five children: how many, and how many each guess had exactly right."""

    targets: int
    naive: int
    reconstructed: int

    @property
    def gain(self) -> float:
        """The share right by reconstruction beyond the share right by the naive guess."""
        return (self.reconstructed - self.naive) / max(1, self.targets)

    @property
    def findings(self) -> Findings:
        """For the table: what was right beyond the naive guess."""
        more = max(0, self.reconstructed - self.naive)
        share = f"{self.naive / max(1, self.targets):.0%} by a naive guess, {self.reconstructed / max(1, self.targets):.0%} so"
        return Findings(f"least squares ({share})", self.targets, more, more)


def reconstruct(released: Released, truth: Released, keys: int, seed: int = 1) -> Guesses:
    """Both guesses at the small counts of a sample of keys, judged by the truth, which may hold finer cuts as well."""
    holds, coarser = leaves(released), [list(_coarser(released, place)) for place in range(len(released.cuts))]
    named = [name for name, key in released.keys.items() if key.count == name and name.basis != "pair"]
    there = [truth.place[cut] for cut in released.cuts]
    targets = naive = reconstructed = 0
    for place in np.random.default_rng(seed).permutation(len(named))[:keys]:
        name = named[place]
        real = truth.shown[name][there]
        cuts = np.flatnonzero((released.keys[name].state == HIDDEN) & (real >= 1) & (real <= WIDTH))
        if len(cuts):
            targets += len(cuts)
            bases = _filled(released.shown[released.keys[name].base], holds, coarser)
            naive += int((np.rint(_naive(released, name, bases, cuts, coarser)) == real[cuts]).sum())
            reconstructed += int((np.rint(holds[cuts] @ _nearest(released.shown[name], holds)) == real[cuts]).sum())
    return Guesses(targets, naive, reconstructed)


def _coarser(released: Released, place: int) -> Iterator[int]:
    """The cuts that hold a cut, finest first as near as the number of filters tells."""
    parents = {area.code: area.parent for area in released.lattice.areas}
    area, age, sex, period = released.cuts[place]
    areas = dict.fromkeys((area, parents[area] or ALL, ALL))
    found = product(areas, dict.fromkeys((age, ALL)), dict.fromkeys((sex, ALL)), dict.fromkeys((period, period[:4], ALL)))
    held = [released.place[cut] for cut in found if cut in released.place and cut != released.cuts[place]]
    yield from sorted(held, key=lambda one: sum(value == ALL for value in released.cuts[one]))


def _filled(base: Counts, holds: csr_array, coarser: list[list[int]]) -> Numbers:
    """The bases, and for a hidden one its share of the finest shown cut it lies in, by the number of cells."""
    sizes, filled = np.diff(holds.indptr), base.astype(float)
    for cut in np.flatnonzero(base == UNKNOWN):
        whole = next((one for one in coarser[cut] if base[one] != UNKNOWN), None)
        filled[cut] = 0.0 if whole is None else base[whole] * sizes[cut] / sizes[whole]
    return filled


def _naive(released: Released, name: Group, bases: Numbers, cuts: npt.NDArray[np.int64], coarser: list[list[int]]) -> Numbers:
    count, base = released.shown[name], released.shown[released.keys[name].base]
    guesses = np.zeros(len(cuts))
    for place, cut in enumerate(cuts):
        whole = next((one for one in coarser[cut] if count[one] != UNKNOWN and base[one] > 0), None)
        guesses[place] = 0.0 if whole is None else bases[cut] * count[whole] / base[whole]
    return guesses


def _nearest(count: Counts, holds: csr_array) -> Numbers:
    """A table of no negative cells that agrees with the shown counts, reached from an even spread by least squares."""
    shown = np.flatnonzero(count != UNKNOWN)
    rows, numbers = holds[shown], count[shown].astype(float)
    cells = np.full(holds.shape[1], numbers.max(initial=0.0) / holds.shape[1])
    for _ in range(ROUNDS if len(shown) else 0):
        cells = np.maximum(0.0, cells + lsqr(rows, numbers - rows @ cells, atol=1e-6, btol=1e-6, iter_lim=60)[0])
    return cells
