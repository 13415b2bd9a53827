"""Bound hidden numbers by linear programme: what no table of children that agrees with every shown number can have.

A world at a time: one variable a kind of child and finest cell of the cohort, one equation a shown number. The finest cells
that no equation and no target tells apart are one variable. A target passes as soon as two tables differ enough at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, kron, vstack

from tests.attack.knowledge import worlds
from tests.attack.lines import Lines, lines_of
from tests.attack.released import Group, Mask, Released, leaves
from tests.attack.subtraction import Known, known_of
from tests.attack.targets import FEW, WIDTH, Findings, exempt, hidden_groups, inside_zeros, is_base
from tests.attack.worlds import World

TOLERANCE = 1e-6
TOGETHER = 30
"""How many targets one programme pushes apart at once."""
_PRIMAL = 4
"""Of HiGHS's strategies: the last table stays feasible when another target is asked about, so it starts from there."""
TOLD = ("base", "count", "both", "before", "after", "gained", "lost")
"""Parts that cells show; those left of them follow."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Budget:
    """How many worlds are tried, how many hidden numbers of each, and where the drawing of them starts.

    Hidden numbers that subtraction settles are drawn only where `settled` too.
    """

    worlds: int
    targets: int
    seed: int = 1
    settled: bool = False


@dataclass(frozen=True)
class Bounds:
    """The least and the most a hidden number can be, as whole children."""

    group: Group
    cut: int
    low: int
    high: int

    @property
    def narrow(self) -> bool:
        """Whether fewer than six numbers are left."""
        return self.high - self.low < WIDTH


def bound(released: Released, budget: Budget, known: Known | None = None) -> Findings:
    """Bounds of a sample of hidden counts, complements and bases under ten, of worlds drawn at random."""
    found = list(bounds_of(released, budget, known))
    fallen = [one for one in found if one.narrow and not (is_base(released, one.group) and one.low >= FEW)]
    examples = [f"{one.group} in {released.words(one.cut)} = {one.low}..{one.high}" for one in fallen]
    return Findings("linear programme", len(found), sum(one.low == one.high for one in fallen), len(fallen), tuple(examples))


def bounds_of(released: Released, budget: Budget, known: Known | None = None) -> Iterator[Bounds]:
    """What the programmes prove of each target drawn; a target that two tables differ enough at has their numbers."""
    known = known or known_of(released)
    told = known_of(released, lattice=False)
    none, rng, holds = inside_zeros(known), np.random.default_rng(budget.seed), leaves(released)
    every = worlds()
    for number in rng.permutation(len(every))[: budget.worlds]:
        tried = _targets(known, none, every[number], budget.settled)
        drawn = [tried[place] for place in rng.permutation(len(tried))[: budget.targets]]
        if drawn:
            yield from Programme.of(told, every[number], holds, drawn).solve(budget.seed)


def _targets(known: Known, none: Mask, world: World, settled: bool) -> list[tuple[Group, int]]:
    """Hidden numbers of a world that subtraction left open, or all, but for those that a shown zero settles."""
    found, released = [], known.released
    for name, group, where in hidden_groups(released):
        if group in world.groups:
            row = known.groups[group]
            open_ = where & ~exempt(known, none, released.keys[name])
            open_ &= settled | (known.high[row] - known.low[row] >= WIDTH)
            if is_base(released, group):
                open_ &= known.low[row] < FEW
            found += [(group, int(cut)) for cut in np.flatnonzero(open_)]
    return found


@dataclass(frozen=True)
class Programme:
    """The tables that agree with what is shown: `equations @ x == numbers`, x from nobody to the `most` there are."""

    equations: csr_array
    numbers: Numbers
    targets: csr_array
    names: Sequence[tuple[Group, int]]
    most: int

    @classmethod
    def of(cls, told: Known, world: World, holds: csr_array, names: Sequence[tuple[Group, int]]) -> Programme:
        """The programme of a world, of as few variables as tell its targets apart."""
        lines, rows, numbers = lines_of(told.released), [csr_array((0, world.kinds * holds.shape[1]))], [np.zeros(0)]
        for group, known in _told(told, world).items():
            less = _less_parts(known, lines, holds)
            rows.append(_row(world, group, csr_array(less @ holds)))
            numbers.append(less @ told.low[told.groups[group]].astype(float))
        shown, number = csr_array(vstack(rows)), np.concatenate(numbers)
        shown.eliminate_zeros()
        needed = np.flatnonzero(np.diff(shown.indptr))
        targets = csr_array(vstack([_row(world, group, holds[[cut]]) for group, cut in names]))
        return cls(*_merged(shown[needed], number[needed], targets), names, told.released.children)

    def solve(self, seed: int) -> Iterator[Bounds]:
        """The bounds of every target; for one that tables differ enough at, what those tables have."""
        solver, rng = _solver(self), np.random.default_rng(seed)
        low, high = np.full(len(self.names), float(self.most)), np.full(len(self.names), -1.0)
        for cost in self._costs(rng, low, high):
            at = self.targets @ _optimum(solver, cost)
            np.minimum(low, at, out=low)
            np.maximum(high, at, out=high)
        for (group, cut), least, most in zip(self.names, low, high, strict=True):
            yield Bounds(group, cut, ceil(least - TOLERANCE), floor(most + TOLERANCE))

    def _costs(self, rng: np.random.Generator, low: Numbers, high: Numbers) -> Iterator[Numbers]:
        """Many targets at a time, each up or down by lot, for as long as that lets some pass; then those left, each both ways."""
        while (left := _undecided(low, high)).size:
            some = rng.permutation(left)[:TOGETHER]
            cost = rng.choice([-1.0, 1.0], size=some.size) @ self.targets[some]
            yield cost
            yield -cost
            if _undecided(low, high).size > left.size / 2:
                break
        for place in left:
            for sign in (1.0, -1.0):
                if place in _undecided(low, high):
                    yield sign * self.targets[[place]].toarray()[0]


def _undecided(low: Numbers, high: Numbers) -> npt.NDArray[np.int64]:
    """The targets that no two tables yet differ enough at."""
    return np.flatnonzero(np.floor(high + TOLERANCE) - np.ceil(low - TOLERANCE) < WIDTH)


def _told(told: Known, world: World) -> dict[Group, Mask]:
    """Where each group of a world is known: numbers that cells show, and those left of a base where that does not follow."""
    exact = {group: told.exact[told.groups[group]] for group in world.groups}
    found = {group: known for group, known in exact.items() if group.part in TOLD}
    for group, known in exact.items():
        if group.part == "rest" and group._replace(part="count") in exact:
            wholes = [whole for whole in found if whole.part == "base" and world.groups[whole] > world.groups[group]]
            whole = min(wholes, key=lambda one: len(world.groups[one]))
            found[group] = known & ~(exact[group._replace(part="count")] & exact[whole])
    return found


def _less_parts(known: Mask, lines: Sequence[Lines], holds: csr_array) -> csr_array:
    """One row a known cut: the cut less the known cuts of the line of its that they fill most. It keeps equations short."""
    sizes, filled, chosen = np.diff(holds.indptr), np.zeros(len(known)), dict[int, npt.NDArray[np.int64]]()
    for line in lines:
        fill = np.where(known[line.parts], sizes[line.parts], 0).sum(axis=1)
        for place in np.flatnonzero(known[line.wholes] & (fill > filled[line.wholes])):
            filled[line.wholes[place]] = fill[place]
            chosen[int(line.wholes[place])] = line.parts[place][known[line.parts[place]]]
    rows, columns, signs = [], [], []
    for row, cut in enumerate(np.flatnonzero(known)):
        parts = chosen.get(int(cut), ())
        rows += [row] * (1 + len(parts))
        columns += [int(cut), *parts]
        signs += [1.0] + [-1.0] * len(parts)
    return csr_array((signs, (rows, columns)), shape=(int(known.sum()), len(known)))


def _row(world: World, group: Group, holds: csr_array) -> csr_array:
    takes = np.zeros((1, world.kinds))
    takes[0, list(world.groups[group])] = 1
    return csr_array(kron(takes, holds, format="csr"))


def _merged(shown: csr_array, numbers: Numbers, targets: csr_array) -> tuple[csr_array, Numbers, csr_array]:
    """The programme without the variables that are nobody, and with those alike as one."""
    empty = np.flatnonzero(numbers == 0)
    nobody = np.asarray(shown[empty].sum(axis=0)).reshape(-1) > 0
    rows = np.flatnonzero(numbers != 0)
    both = csc_array(vstack([shown[rows], targets])[:, np.flatnonzero(~nobody)])
    both.sort_indices()
    first: dict[bytes, int] = {}
    for column in range(both.shape[1]):
        first.setdefault(both.indices[both.indptr[column] : both.indptr[column + 1]].tobytes(), column)
    both = both[:, list(first.values())].tocsr()
    return both[: len(rows)], numbers[rows], both[len(rows) :]


def _solver(programme: Programme) -> highspy.Highs:
    rows, columns = programme.equations.shape
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = rows, columns
    model.col_cost_, model.col_lower_ = np.zeros(columns), np.zeros(columns)
    model.col_upper_ = np.full(columns, float(programme.most))
    model.row_lower_ = model.row_upper_ = programme.numbers
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = programme.equations.indptr, programme.equations.indices
    model.a_matrix_.value_ = programme.equations.data
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in {"output_flag": False, "threads": 1, "random_seed": 1}.items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    return solver


def _optimum(solver: highspy.Highs, cost: Numbers) -> Numbers:
    """The table that has the least of a target."""
    columns = len(cost)
    solver.changeColsCost(columns, np.arange(columns, dtype=np.int32), cost)
    solver.run()
    solver.setOptionValue("simplex_strategy", _PRIMAL)
    status = solver.getModelStatus()
    assert status == highspy.HighsModelStatus.kOptimal, (
        f"the programme ended as {status}: the attacker's rules contradict the release"
    )
    return np.array(solver.getSolution().col_value)
