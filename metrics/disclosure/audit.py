"""A release attacked as by someone who holds it, knows its rules and the published study: what falls.

Nothing but the release is read. For every hidden figure the bounds are found that all the shown ones leave; it falls where
they are closer than a small number is hidden for. Figures inside one that is shown as nought, or as all, are exempt: showing
those says so of every part. What the study published is given to the attacker, and does not count as falling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.progress import Progress, silent
from metrics.disclosure.attacker import InconsistentError, Mask
from metrics.disclosure.bases import adds_up, table_of_base
from metrics.disclosure.crew import at_work
from metrics.disclosure.edition import Edition
from metrics.disclosure.ground import Ground, some_elsewhere
from metrics.disclosure.linked import Counts, Figures, nobody_when_absent, order_of_bases
from metrics.disclosure.linked_tables import table_of
from metrics.disclosure.matched import matched_of, tables_of_matched
from metrics.disclosure.paired import Pairs, base_of_pairs, parts_of_pair, sides_of
from metrics.disclosure.rules import Rules
from metrics.disclosure.tables import Table
from metrics.filters import ALL, Filters

CUT = ("area_code", "age_band", "sex", "period")


@dataclass(frozen=True)
class Fallen:
    """A hidden figure that can be bounded too narrowly: what it is of, and its cut; no number."""

    of: tuple[str, ...]
    cut: Filters


@dataclass(frozen=True)
class Audit:
    """What an attack on a release found.

    `attacked`: hidden numbers; `tables`: of linked figures; `published`: figures that the study gives the attacker; `fallen`:
    none where the release stands.
    """

    attacked: int
    tables: int
    published: tuple[Fallen, ...]
    fallen: tuple[Fallen, ...]


@dataclass(frozen=True)
class Question:
    """One table of linked figures to attack.

    `names`: what its parts are called; `shown`: which of them are, where; `columns`: the figures, or the pairs, that show each
    part; `small`: numbers that are certainly this or more need not be wide, as a base says nothing by itself.
    """

    names: tuple[tuple[str, ...], ...]
    table: Table
    shown: Mask
    columns: tuple[tuple[int, ...], ...] = ()
    small: float = np.inf

    @property
    def idle(self) -> bool:
        """Whether nothing is shown by which a part could be told: then each may be anything up to the whole."""
        table = self.table
        told = (table.floor is not None and table.floor.any(), table.ceiling is not None and np.isfinite(table.ceiling).any())
        whole = table.whole
        few = whole is not None and (whole.known & (whole.values < table.wide) & (whole.values > 0)).any()
        return not (few or self.shown.any() or any(told) or any(one.known.any() for one in table.sums))

    def cells(self, rows: Sequence[int]) -> list[tuple[int, Filters]]:
        """The part and cut of each row of the table; of what its parts make up, its last part."""
        where = (divmod(int(row), len(self.table.nobody)) for row in rows)
        return [(min(part, len(self.names) - 1), self.table.ground.cuts[cut]) for part, cut in where]


def audit(edition: Edition, progress: Progress = silent) -> Audit:
    """Attack a release that lies in a directory. Nothing falls of one that hides nothing."""
    if edition.policy.hides_nothing:
        return Audit(0, 0, (), ())
    lattice = edition.lattice
    cuts = sorted(lattice.cuts(), key=lambda cut: (cut.area, cut.age_band, cut.sex, cut.period))
    told = edition.table("figures").filter(pc.equal(edition.table("figures")["indicator"], "recognised")).to_pylist()
    whole = [row for row in told if (row["age_band"], row["sex"], row["period"]) == (ALL, ALL, ALL) and row["n"] is not None]
    elsewhere = some_elsewhere(lattice, {row["area_code"]: row["n"] for row in whole})
    ground, rules = Ground.of(lattice, cuts, elsewhere=elsewhere), Rules.of(edition.policy)
    figures, shown = figures_of_release(edition.table("figures"), ground)
    questions = [*questions_of_figures(figures, shown, rules)]
    questions += questions_of_pairs(pairs_of_release(edition.table("pairs"), ground), figures, shown, rules)
    questions += _of_matched(edition.table("quality"), figures, shown, rules)
    with at_work(len(cuts)) as crew:
        attacked_, fallen = _attack(questions, crew, progress)
    given = tuple(Fallen(figures.keys[column], cuts[cut]) for cut, column in figures.published)
    return Audit(attacked_, len(questions), given, fallen)


def _attack(questions: Sequence[Question], crew: Executor, progress: Progress) -> tuple[int, tuple[Fallen, ...]]:
    tasks = [crew.submit(attack, one.table, one.shown, one.small) for one in questions]
    total, fallen = 0, []
    for done, (task, one) in enumerate(zip(tasks, questions, strict=True)):
        progress("Attacking", done, len(tasks))
        targets, falling = task.result()
        total += targets
        fallen += [Fallen(one.names[part], cut) for part, cut in one.cells(falling)]
    progress("Attacking", len(tasks), len(tasks))
    return total, tuple(dict.fromkeys(fallen))


def attack(table: Table, shown: Mask, small: float = np.inf) -> tuple[int, list[int]]:
    """How many hidden numbers a table has, and the rows of those that fall; all of them where no table fits what is shown."""
    targets = table.targets(shown)
    try:
        return len(targets), table.ranges(shown).narrower(table.wide, small).tolist()
    except InconsistentError:
        return len(targets), targets.tolist()


def questions_of_figures(figures: Figures, shown: Mask, rules: Rules) -> Iterator[Question]:
    """Every table of figures, bases first."""
    known, figures = bases_known(figures, shown), with_bases(figures)
    for place in order_of_bases(figures):
        if adds_up(figures.keys[place]):
            mine = [other for other, base in enumerate(figures.bases) if base == place]
            table = table_of_base(figures, place, _beside_steps(figures, shown, known), rules)
            its_shown = np.zeros(table.values.shape, dtype=bool)
            its_shown[0] = known[figures.held(place), place]
            others = len(its_shown) - 1  # who took an earlier step and no more: no figure of their own
            names = (figures.keys[place],) * (1 + others)
            yield Question(names, table, its_shown, (tuple(mine), *((),) * others), rules.smallest_base)
    for group in figures.groups:
        table, _ = table_of(figures, group, shown, _beside_steps(figures, shown, known, group.parts[0]), rules, shown)
        names = tuple(figures.keys[part] for part in group.parts)
        its_shown = shown[:, list(group.parts)].T[:, figures.held(group.parts[0])]
        yield Question(names, table, its_shown, tuple((part,) for part in group.parts))


def _beside_steps(figures: Figures, shown: Mask, known: Mask, part: int | None = None) -> Mask:
    """Where bases are known, also where a step is shown that counts the very children of one: that of this part, or any."""
    known = known.copy()
    for step, after in figures.chained:
        if part is None or part in after:
            known[:, figures.bases[after[0]]] |= shown[:, step]
    return known


def with_bases(figures: Figures) -> Figures:
    """The same figures, each with the number in its base wherever any figure of that base tells it, or the step before."""
    n = figures.n.copy()
    for step, after in figures.chained:
        n[:, after] = np.fmax(n[:, after], figures.count[:, [step]])
    for base in set(figures.bases):
        mine = [place for place, its in enumerate(figures.bases) if its == base]
        n[:, mine] = np.fmax.reduce(n[:, mine], axis=1)[:, None]
    return replace(figures, n=n)


def bases_known(figures: Figures, shown: Mask) -> Mask:
    """Where each base is known because some figure of it is shown, by the first key that has it."""
    known = np.zeros_like(shown)
    for place, base in enumerate(figures.bases):
        known[:, base] |= shown[:, place]
    return known


def questions_of_pairs(pairs: Pairs, figures: Figures, shown: Mask, rules: Rules) -> Iterator[Question]:
    """Every table of before and after, the children of each first; `shown` of the figures."""
    known_bases, known = bases_known(figures, shown), np.zeros_like(pairs.known)
    first = [pairs.first_of_base(place) for place in range(len(pairs.indicators))]
    n = pairs.n_both.copy()
    for place in range(len(first)):
        known[:, first[place]] |= pairs.known[:, place]
        mine = [other for other, base in enumerate(first) if base == first[place]]
        n[:, place] = np.fmax.reduce(pairs.n_both[:, mine], axis=1)
    pairs, figures = replace(pairs, n_both=n), with_bases(figures)
    for place, indicator in enumerate(pairs.indicators):
        base = first[place]
        if base == place:
            table, _ = base_of_pairs(pairs, place, figures, known_bases, rules)
            same = tuple(other for other, its in enumerate(first) if its == place)
            yield Question(((indicator, "both times"),), table, known[None, :, place], (same,), rules.smallest_base)
        if pairs.is_flag(place):
            table, _ = parts_of_pair(pairs, place, figures, shown, known[:, base], pairs.known, rules)
            yield Question(((indicator, "before and after"),) * 3, table, np.stack([pairs.known[:, place]] * 3), ((place,),) * 3)
    for side in sides_of(pairs, figures, shown):
        seen = side.figures.known
        for group in (group for group in side.figures.groups if group.whole is not None):
            table, _ = table_of(side.figures, group, seen, known[:, [first[place] for place in side.places]], rules, seen)
            table = replace(table, shown=table.shown | side.told[:, list(group.parts)].T)
            places = [side.places[part] for part in group.parts]
            names = tuple((pairs.indicators[place], "before and after") for place in places)
            yield Question(names, table, seen[:, list(group.parts)].T, tuple((place,) for place in places))


def _of_matched(quality: pa.Table, figures: Figures, shown: Mask, rules: Rules) -> Iterator[Question]:
    matched = matched_of(quality, figures, shown)
    seen = quality["symbol"].is_null().to_numpy()
    for register, base, counted, _ in tables_of_matched(matched, seen, rules):
        its = seen[matched.rows[register]][None]
        yield Question(((register, "recognised where supplied"),), base, its, (), rules.smallest_base)
        yield Question(((register, "found"),), counted, its)


def figures_of_release(cells: pa.Table, ground: Ground) -> tuple[Figures, Mask]:
    """The figures of a release's table as an attacker has them, and where they are shown."""
    names = tuple(zip(*(cells[name].to_pylist() for name in ("indicator", "basis", "time")), strict=True))
    keys = tuple(sorted(set(names)))
    at = _places(cells, ground, names, keys)
    shape = (len(ground.cuts), len(keys))
    n, count = (_laid_out(cells, name, at, shape) for name in ("n", "count"))
    shown, absent = _symbols(cells, at, shape)
    return Figures(ground, keys, n, count, absent & nobody_when_absent(keys), shown, absent), shown


def pairs_of_release(cells: pa.Table, ground: Ground) -> Pairs:
    """The pairs of a release's table as an attacker has them."""
    names = tuple(cells["indicator"].to_pylist())
    indicators = tuple(sorted(set(names)))
    at, shape = _places(cells, ground, names, indicators), (len(ground.cuts), len(indicators))
    columns = ("n_both", "before_count", "after_count", "gained", "lost")
    n, before, after, gained, lost = (_laid_out(cells, name, at, shape) for name in columns)
    shown, absent = _symbols(cells, at, shape)
    return Pairs(indicators, n, before, after, gained, lost, absent, shown)


def _places(cells: pa.Table, ground: Ground, names: Sequence[object], keys: Sequence[object]) -> tuple[Counts, Counts]:
    cut = {(one.area, one.age_band, one.sex, one.period): place for place, one in enumerate(ground.cuts)}
    key = {one: place for place, one in enumerate(keys)}
    cuts = zip(*(cells[name].to_pylist() for name in CUT), strict=True)
    return np.array([cut[one] for one in cuts]), np.array([key[one] for one in names])


def _laid_out(cells: pa.Table, name: str, at: tuple[Counts, Counts], shape: tuple[int, int]) -> Counts:
    found = np.full(shape, np.nan)
    found[at] = pc.cast(cells[name], pa.float64()).to_numpy(zero_copy_only=False)
    return found


def _symbols(cells: pa.Table, at: tuple[Counts, Counts], shape: tuple[int, int]) -> tuple[Mask, Mask]:
    """Where figures are shown, and where they are publicly absent."""
    symbol = np.array([one or "" for one in cells["symbol"].to_pylist()])
    shown, absent = (np.zeros(shape, dtype=bool) for _ in range(2))
    shown[at], absent[at] = symbol == "", np.isin(symbol, ["z", "x"])
    return shown, absent
