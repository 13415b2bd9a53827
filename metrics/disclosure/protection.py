"""A whole release protected at once: why each of its cells is shown or hidden.

First what is too small by itself; then what would be told by other figures: bases, figures, means, before and after, and who was
found in which register, in that order, each beside all that was decided before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import DataError
from data.progress import Progress, silent
from metrics.catalogue import find
from metrics.disclosure.apart import beside_their_rest
from metrics.disclosure.attacker import InconsistentError, Mask
from metrics.disclosure.audit import Question, questions_of_figures, questions_of_pairs
from metrics.disclosure.beyond_pairs import beside_windows, rather_windows
from metrics.disclosure.closure import beside_kin
from metrics.disclosure.crew import at_work
from metrics.disclosure.deciding import chosen, decide
from metrics.disclosure.ground import Ground
from metrics.disclosure.linked import Counts, Figures, Key, nobody_when_absent
from metrics.disclosure.linked_tables import nobody_over_time
from metrics.disclosure.matched import Matched, matched_of, tables_of_matched
from metrics.disclosure.means import not_isolating, telling
from metrics.disclosure.over_windows import all_or_none_of_what_lasts, no_few_between, no_few_risen
from metrics.disclosure.paired import Pairs, base_of_pairs, parts_of_pair, rather_pairs, sides_of, told_by_pairs
from metrics.disclosure.policy import Policy
from metrics.disclosure.primary import Codes, Kind, why_too_small
from metrics.disclosure.proof import Proof, until_none_falls
from metrics.disclosure.reasons import REASONS
from metrics.disclosure.rounding import stand_in_bands
from metrics.disclosure.rules import Rules
from metrics.disclosure.secondary import Outcome, protect_figures
from metrics.disclosure.structure import SHOWN, SUPPRESSED
from metrics.indicator import Mean, Pooled
from metrics.lattice import Lattice

Symbols = npt.NDArray[np.int8]
CODE = {reason: np.int8(code) for code, reason in enumerate(REASONS)}


@dataclass(frozen=True)
class Cells:
    """The unprotected tables of a release by kind, the codes of their public symbols, and what else a policy hides of each.

    Figures and pairs have every key in every cut, cut by cut. `few`: cells of too few families; `withheld`: those that a
    wider policy hides, or that an earlier release would tell of; none where null.
    """

    tables: Mapping[Kind, pa.Table]
    structure: Mapping[Kind, Symbols]
    few: Mapping[Kind, Mask]
    withheld: Mapping[Kind, tuple[str, Mask]]


def reasons(cells: Cells, lattice: Lattice, cuts: Ground, policy: Policy, progress: Progress = silent) -> dict[Kind, Codes]:
    """Why each cell is shown or hidden, by kind of table; `DataError` where the counts contradict one another."""
    try:
        return _reasons(cells, lattice, cuts, policy, progress)
    except InconsistentError:
        raise DataError(
            "The counts of this store contradict one another, so they cannot be protected and nothing is released: make the "
            "store again with `python -m data build`; if that does not help, it is a defect of this program."
        ) from None


def _reasons(cells: Cells, lattice: Lattice, cuts: Ground, policy: Policy, progress: Progress) -> dict[Kind, Codes]:
    found = {kind: _first(kind, cells, policy) for kind in cells.tables}
    if policy.hides_nothing:
        return found
    rules = Rules.of(policy)
    with at_work(len(cuts.cuts)) as crew:
        figures = figures_of(cells.tables["figures"], cells.structure["figures"], cuts)
        safe = found["figures"].reshape(figures.n.shape) == CODE["shown"]
        pairs = pairs_of(cells.tables["pairs"], cells.structure["pairs"], cuts)
        safe_pairs = found["pairs"].reshape(pairs.n_both.shape) == CODE["shown"]
        safe &= ~rather_pairs(pairs, figures, safe_pairs, rules) & ~nobody_over_time(figures, figures.count)
        safe &= ~rather_windows(pairs, figures, safe, safe_pairs, rules)
        outcome = protect_figures(figures, safe, rules, crew, progress)
        values = numbers(cells.tables["figures"], "value").reshape(figures.n.shape)
        proof = _attacked(figures, values, outcome, told_by_pairs(pairs, figures, safe_pairs), rules, crew, progress)
        _hide(found["figures"], proof.shown.ravel(), "secondary")
        _note_falling(found["figures"], proof.falling.ravel())
        outcome = Outcome(proof.shown, outcome.known, proof.falling)
        _pairs(pairs, found["pairs"], figures, outcome, rules, crew)
        if "quality" in found:
            _matched(matched_of(cells.tables["quality"], figures, outcome.shown), found["quality"], rules)
    return found


def _first(kind: Kind, cells: Cells, policy: Policy) -> Codes:
    """What is hidden for itself, or was decided elsewhere."""
    table = cells.tables[kind]
    found = why_too_small(kind, table, policy)
    if policy.means == "bands" and kind != "quality":
        _hide(found, ~stand_in_bands(kind, table, policy), "means")
    if kind in cells.few:
        _hide(found, ~cells.few[kind], "families")
    if kind in cells.withheld:
        reason, mask = cells.withheld[kind]
        _hide(found, ~mask, reason)
    if kind in cells.structure:
        found[cells.structure[kind] != SHOWN] = CODE["structural"]
    return found


def _hide(found: Codes, shown: Mask, reason: str) -> None:
    found[(found == CODE["shown"]) & ~shown] = CODE[reason]


def _note_falling(found: Codes, falling: Mask) -> None:
    """Say of hidden cells that fall, whatever is hidden besides, that they do."""
    found[falling & (found != CODE["structural"])] = CODE["audit"]


def figures_of(table: pa.Table, structure: Symbols, cuts: Ground) -> Figures:
    """The figures of a table that has every key in every cut, as the compiler knows them: all."""
    shape = (len(cuts.cuts), table.num_rows // max(1, len(cuts.cuts)))
    names = ("indicator", "basis", "time")
    keys: list[Key] = list(zip(*(table[name].slice(0, shape[1]).to_pylist() for name in names), strict=True))
    absent = (structure > SUPPRESSED).reshape(shape)
    nobody = absent & nobody_when_absent(keys)
    n, count = (numbers(table, name).reshape(shape) for name in ("n", "count"))
    assert not np.any(n[nobody] > 0), "somebody is where nobody can be"
    return Figures(cuts, tuple(keys), n, count, nobody, np.ones(shape, dtype=bool), absent)


def numbers(table: pa.Table, name: str) -> Counts:
    """A column of counts; NaN where null."""
    return np.asarray(pc.cast(table[name], pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _attacked(
    figures: Figures,
    values: Counts,
    decided: Outcome,
    least: tuple[Counts, Counts],
    rules: Rules,
    crew: Executor,
    progress: Progress,
) -> Proof:
    """What may stay, and what falls whatever is hidden, when the figures are attacked as they would be released.

    Whatever is hidden for one reason is looked at again for all others. `values` as percentages; `least` is what pairs say of
    the figures.
    """
    in_order = sorted(range(len(figures.keys)), key=figures.keys.__getitem__)

    def ask(shown: Mask) -> Iterator[Question]:
        for one in questions_of_figures(figures.told(shown).only(in_order), shown[:, in_order], rules):
            yield replace(one, columns=tuple(tuple(in_order[place] for place in places) for places in one.columns))

    def follow(shown: Mask) -> Mask:
        shown = no_few_risen(figures, no_few_between(figures, shown, rules), rules)
        shown = all_or_none_of_what_lasts(figures, beside_kin(figures, shown, decided.known, least, rules.wide))
        shown = _parts_of_shown(figures, _means(figures, values, shown, rules))
        return beside_their_rest(figures, shown, rules)

    return until_none_falls(ask, follow(decided.shown), figures.ground.cuts, crew, follow, progress)


def _parts_of_shown(figures: Figures, shown: Mask) -> Mask:
    """What may stay where wholes were hidden: a part only beside its whole, and the rest of a base only beside the other."""
    shown = shown.copy()
    for group in figures.groups:
        parts, names = list(group.parts), {find(figures.keys[part][0]).splits for part in group.parts}
        if group.whole is not None:
            shown[:, parts] &= shown[:, [group.whole]]
        elif len(parts) == 2 and None not in names:
            shown[:, parts] &= np.all(shown[:, parts], axis=1, keepdims=True)
    return shown


def _means(figures: Figures, values: Counts, shown: Mask, rules: Rules) -> Mask:
    """What may stay so that no mean gives away a few children, nor how many of a hidden number there are."""
    shown = shown.copy()
    for place, key in enumerate(figures.keys):
        if isinstance(find(key[0]).measure, Mean | Pooled):
            for share, counted in _attending(figures, place):
                said = telling(figures.n[:, place], values[:, place], share, rules.wide)
                shown[:, place] &= shown[:, counted] | figures.nobody[:, counted] | ~said
    for place, key in enumerate(figures.keys):
        if isinstance(find(key[0]).measure, Mean | Pooled):
            shown[:, place] = not_isolating(figures.ground, figures.n[:, place], shown[:, place], rules.smallest_base)
    for place, (indicator, basis, time) in enumerate(figures.keys):
        observed = figures.of(indicator, "observed", time)
        if isinstance(find(indicator).measure, Mean | Pooled) and basis == "followed" and observed is not None:
            both, others = shown[:, place] & shown[:, observed], figures.n[:, observed] - figures.n[:, place]
            shown[:, place] = not_isolating(figures.ground, others, both, rules.smallest_base)
    return shown


def _attending(figures: Figures, mean: int) -> Iterator[tuple[float, int]]:
    """The counts, of the base of a mean, of children who attended at least a share; those who did not are the others."""
    for place, key in enumerate(figures.keys):
        share = find(key[0]).attended
        if share is not None and key[1:] == figures.keys[mean][1:]:
            yield share, place


def _pairs(pairs: Pairs, found: Codes, figures: Figures, outcome: Outcome, rules: Rules, crew: Executor) -> None:
    """Hide what before and after would tell."""
    shape = pairs.n_both.shape
    safe = found.reshape(shape) == CODE["shown"]
    shown, known = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    bases = {place: pairs.first_of_base(place) for place in range(shape[1])}
    tasks = {}
    for place in sorted(set(bases.values())):
        tasks[place] = crew.submit(decide, *base_of_pairs(pairs, place, figures, outcome.known, rules))
    for place, task in tasks.items():
        known[:, place] = task.result().shown[0]
    parts = {}
    for place, base in bases.items():
        if pairs.is_flag(place):
            table, candidates = parts_of_pair(pairs, place, figures, outcome.shown, known[:, base], safe, rules)
            parts[place] = crew.submit(chosen, table, candidates, True)
        else:
            its = safe[:, place] & known[:, base]
            shown[:, place] = not_isolating(figures.ground, pairs.n_both[:, place], its, rules.smallest_base)
    for place, part in parts.items():
        shown[:, place] = part.result().shown.all(axis=0)

    def ask(shown: Mask) -> Iterator[Question]:
        return questions_of_pairs(pairs.told(shown), figures.told(outcome.shown), outcome.shown, rules)

    def follow(shown: Mask) -> Mask:
        shown = shown.copy()
        for side in sides_of(pairs, figures, outcome.shown):
            based = known[:, [bases[place] for place in side.places]]
            beside = beside_kin(side.figures, shown[:, side.places], based, side.least, rules.wide)
            shown[:, side.places] = _parts_of_shown(side.figures, beside)
        return beside_windows(pairs, figures, shown, outcome.shown, rules)

    proof = until_none_falls(ask, shown, figures.ground.cuts, crew, follow)
    _hide(found, proof.shown.ravel(), "secondary")
    _note_falling(found, proof.falling.ravel())


def pairs_of(table: pa.Table, structure: Symbols, cuts: Ground) -> Pairs:
    """The pairs of a table that has every indicator in every cut, as the compiler knows them: all."""
    shape = (len(cuts.cuts), table.num_rows // max(1, len(cuts.cuts)))
    indicators = tuple(table["indicator"].slice(0, shape[1]).to_pylist())
    columns = ("n_both", "before_count", "after_count", "gained", "lost")
    n, before, after, gained, lost = (numbers(table, name).reshape(shape) for name in columns)
    nobody = (structure > SUPPRESSED).reshape(shape)
    return Pairs(indicators, n, before, after, gained, lost, nobody, np.ones(shape, dtype=bool))


def _matched(matched: Matched, found: Codes, rules: Rules) -> None:
    """Hide what the counts of children found would tell."""
    safe = found == CODE["shown"]
    for register, base, counted, candidates in tables_of_matched(matched, safe, rules):
        assert counted.whole is not None, "those found are of those recognised"
        known = decide(base, candidates).shown[0]
        counted = replace(counted, whole=replace(counted.whole, known=known))
        rows, keep = matched.rows[register], np.ones(len(found), dtype=bool)
        keep[rows] = decide(counted, (safe[rows] & known)[None]).shown[0]
        _hide(found, keep, "secondary")
