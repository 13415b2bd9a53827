"""What a person who holds every shown figure can prove of one that is hidden: the widest range that fits all they know.

What they know is a set of sums over unknown numbers of children, each nought or more: `Knowledge`. Two tables that fit it
and differ at a figure prove the figure safe; one such pair often proves many. So bounds are first widened from inside,
along the direction in which each figure varies most freely from a table in the middle, all at once; only for what that
leaves open is a linear programme solved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_SLACK = 1e-6  # of a child: programmes and chords are exact to less
_UNTOLD = 1_000.0  # children there might be where no sum says how many there are
_ROUNDS = 4  # programmes for random mixtures of the open figures, before each is asked for alone
_PRIMAL_SIMPLEX = 4  # stays feasible when only the objective changes
_FEW = 12  # figures for which programmes are quicker than looking for the middle first
_NEWTON_STEPS = 80
RIDGE = 1e-11  # of the largest sum of squares: enough to solve sums that say the same thing twice
_SWEEPS_OF_LAYERS = 30
_SWEEPS = 5  # of fitting the sums in turn: enough for Newton's method to begin well, or for a table that need not be exact


Multipliers = Callable[[Numbers, Numbers], Numbers]


class InconsistentError(Exception):
    """No table fits what is known: the sums contradict one another."""


@dataclass(frozen=True)
class Knowledge:
    """Sums of the unknown numbers: a row each, with its value. Numbers are children; all unknowns are nought or more.

    `layers`: a number a sum, alike for sums that have no unknown in common; null where nobody looked for such.
    """

    rows: sparse.csr_array
    values: Numbers
    layers: npt.NDArray[np.int64] | None = None

    def free(self) -> Mask:
        """Which unknowns no sum of nought contains."""
        pinned = self.rows[self.values < _SLACK]
        return np.asarray(pinned.sum(axis=0) == 0).ravel() if pinned.shape[0] else np.ones(self.rows.shape[1], dtype=bool)


@dataclass(frozen=True)
class Bounds:
    """The whole numbers between which each figure is known to lie."""

    low: Numbers
    high: Numbers

    @property
    def width(self) -> Numbers:
        """The difference of the bounds rounded inwards; negative where no whole number fits."""
        return np.asarray(np.floor(self.high + _SLACK) - np.ceil(self.low - _SLACK))


Search = Callable[[Knowledge, Mask, sparse.csr_array, Numbers], Bounds]


def bounds(
    known: Knowledge, targets: sparse.csr_array, wide: Numbers | float, seed: int = 0, search: Search | None = None
) -> Bounds:
    """The bounds of each target, exact where they are narrower than `wide`; elsewhere at least as wide as that.

    `search` finds them another way, given what is known, which unknowns are left, the targets and how wide each should be.
    Raises `InconsistentError` where nothing fits what is known.
    """
    free = known.free()
    rows, targets = known.rows[:, free], targets[:, free]
    kept = known.values >= _SLACK
    known = Knowledge(rows[kept], known.values[kept], None if known.layers is None else known.layers[kept])
    found = Bounds(np.zeros(targets.shape[0]), np.zeros(targets.shape[0]))
    reached = np.diff(targets.indptr) > 0
    if not reached.any():
        return found
    wide = np.array(np.broadcast_to(wide, reached.shape)[reached])
    if search is not None:
        its = search(known, free, targets[reached], wide)
    elif reached.sum() > _FEW:
        its = widened(known, targets[reached], chords(known, interior(known), targets[reached]), wide, seed)
    else:
        nothing = Bounds(np.full(reached.sum(), np.inf), np.full(reached.sum(), -np.inf))
        its = widened(known, targets[reached], nothing, wide, seed)
    found.low[reached], found.high[reached] = its.low, its.high
    return found


def interior(known: Knowledge, multipliers: Multipliers | None = None, start: Numbers | None = None) -> Numbers:
    """A table that fits, as even as can be: of greatest entropy, by Newton's method on the multipliers of the sums.

    `multipliers`: by how much each sum must pull at a table that misses so much of it; all solved at once where null. `start`: a
    table that may fit already, and then stays as it is.
    """
    rows, total = known.rows, known.values.max(initial=_UNTOLD)
    table = np.full(rows.shape[1], total / max(1, rows.shape[1])) if start is None else start.copy()
    if not rows.shape[0]:
        return table
    if start is None:
        fit(table, known)
    multipliers = multipliers or (lambda table, missing: _solve(_gram(rows, table), missing))
    for _ in range(_NEWTON_STEPS):
        missing = known.values - rows @ table
        if np.abs(missing).max() < _SLACK / 10:
            break
        steps = rows.T @ multipliers(table, missing)
        table = table * np.exp(np.clip(steps / max(1.0, np.abs(steps).max() / 2), -40, 40))
    return table


def fit(table: Numbers, known: Knowledge) -> None:
    """Bring a table nearer to what is known, in place: each sum in turn, or each layer of them, scales the numbers in it."""
    if known.layers is not None:
        _fit_layers(table, known, known.layers)
        return
    rows = known.rows
    for _ in range(_SWEEPS):
        for row, value in enumerate(known.values):
            within = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
            now = table[within].sum()
            if now > 0:
                table[within] *= value / now


def _fit_layers(table: Numbers, known: Knowledge, layer: npt.NDArray[np.int64]) -> None:
    layers = [(known.rows[layer == one], known.values[layer == one]) for one in np.unique(layer)]
    for _ in range(_SWEEPS_OF_LAYERS):
        for rows, values in layers:
            now = rows @ table
            scale = np.divide(values, now, out=np.ones_like(now), where=now > 0)
            table *= 1 + rows.T @ (scale - 1)


def chords(known: Knowledge, middle: Numbers, targets: sparse.csr_array, multipliers: Multipliers | None = None) -> Bounds:
    """Bounds from inside: from the middle both ways to the edge, along the direction in which each target varies most.

    `multipliers` as `interior` has them, for all targets at once.
    """
    shifts = residuals(known.rows, middle, targets, multipliers)
    at = targets @ middle
    slope = np.asarray(targets.multiply(shifts * middle).sum(axis=1)).ravel()
    drift = np.abs(known.rows @ (shifts * middle).T).max(axis=0, initial=0.0)
    up, down = (_gained(slope, edges.max(axis=1), drift) for edges in (-shifts, shifts))
    off = np.abs(known.values - known.rows @ middle).max(initial=0.0) > _SLACK
    return Bounds(at, at) if off else Bounds(np.maximum(at - down, 0.0), np.minimum(at + up, known.values.max(initial=_UNTOLD)))


def _gained(slope: Numbers, edge: Numbers, drift: Numbers) -> Numbers:
    """How far a target moves on the way to the edge, or to where rounding would have left the known sums."""
    step = np.minimum(1 / np.maximum(edge, 1e-12), _SLACK / np.maximum(drift, 1e-300))
    return np.asarray(slope * step)


def residuals(
    rows: sparse.csr_array, table: Numbers, targets: sparse.csr_array, multipliers: Multipliers | None = None
) -> Numbers:
    """What is left of each target when the part that the known sums explain is taken out, weighed by the table."""
    if not rows.shape[0]:
        return np.asarray(targets.toarray())
    mixed = ((rows * table) @ targets.T).toarray()
    explaining = _solve(_gram(rows, table), mixed) if multipliers is None else multipliers(table, mixed)
    return np.asarray(targets.toarray() - (rows.T @ explaining).T)


def explained(known: Knowledge, middle: Numbers, targets: sparse.csr_array) -> Numbers:
    """How much each known sum takes part in what pins each target: a row a target, a column a known sum."""
    mixed = (known.rows * middle) @ targets.T
    return np.asarray(_solve(_gram(known.rows, middle), mixed.toarray()).T)


def _gram(rows: sparse.csr_array, table: Numbers) -> Numbers:
    return np.asarray(((rows * table) @ rows.T).toarray())


def _solve(gram: Numbers, right: Numbers) -> Numbers:
    """The least solution of a system whose rows may say the same thing twice."""
    ridge = RIDGE * max(gram.diagonal().max(initial=0.0), 1e-9)
    factor = linalg.cho_factor(gram + ridge * np.eye(len(gram)), lower=True, check_finite=False)
    found = linalg.cho_solve(factor, right, check_finite=False)
    return np.asarray(found + linalg.cho_solve(factor, right - gram @ found, check_finite=False))


def widened(known: Knowledge, targets: sparse.csr_array, inside: Bounds, wide: Numbers, seed: int = 0) -> Bounds:
    """Bounds widened by linear programmes until each is wide, or exact."""
    low, high = inside.low.astype(float), inside.high.astype(float)

    def open_ones() -> npt.NDArray[np.int64]:
        return np.flatnonzero(Bounds(low, high).width < wide)

    if not len(open_ones()):
        return inside
    programme, draws = _Programme(known), np.random.default_rng(seed)
    for objective in _mixtures(targets, open_ones, draws):
        reached = targets @ programme.furthest(objective)
        np.minimum(low, reached, out=low)
        np.maximum(high, reached, out=high)
    for one in open_ones():
        objective = targets[[one]].toarray().ravel()
        for sign in (1.0, -1.0):
            reached = targets @ programme.furthest(sign * objective)
            np.minimum(low, reached, out=low)
            np.maximum(high, reached, out=high)
            if Bounds(low, high).width[one] >= wide[one]:
                break
    return Bounds(low, high)


def _mixtures(targets: sparse.csr_array, open_ones: object, draws: np.random.Generator) -> Iterator[Numbers]:
    """Objectives that push many open targets at once, each up or down at random, then all the other way."""
    for _ in range(_ROUNDS):
        some = open_ones()  # type: ignore[operator]
        if len(some) < 2 * _ROUNDS:
            return
        signs = draws.choice([-1.0, 1.0], size=len(some))
        mixture = np.asarray(targets[some].T @ signs).ravel()
        yield mixture
        yield -mixture


class _Programme:
    """The linear programme of one body of knowledge, kept warm from one objective to the next."""

    def __init__(self, known: Knowledge) -> None:
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("presolve", "off")
        self._solver.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX)
        self._solver.setOptionValue("threads", 1)
        model, columns = highspy.HighsLp(), known.rows.tocsc()
        model.num_row_, model.num_col_ = known.rows.shape
        model.row_lower_ = model.row_upper_ = known.values
        model.col_lower_ = np.zeros(known.rows.shape[1])
        model.col_upper_ = np.full(known.rows.shape[1], known.values.max(initial=_UNTOLD))
        model.col_cost_ = np.zeros(known.rows.shape[1])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_, model.a_matrix_.index_ = columns.indptr, columns.indices
        model.a_matrix_.value_ = columns.data
        model.sense_ = highspy.ObjSense.kMaximize
        self._solver.passModel(model)
        self._all = np.arange(known.rows.shape[1], dtype=np.int32)

    def furthest(self, objective: Numbers) -> Numbers:
        """The table that fits and is furthest in one direction."""
        self._solver.changeColsCost(len(self._all), self._all, objective)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise InconsistentError
        return np.array(self._solver.getSolution().col_value)
