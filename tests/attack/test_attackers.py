"""The attackers themselves, on releases small enough to attack by hand."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from metrics.catalogue import find
from metrics.filters import Filters
from tests.attack.differencing import difference, together
from tests.attack.knowledge import worlds
from tests.attack.programme import Programme
from tests.attack.released import ABSENT, HIDDEN, PAIR_PARTS, SHOWN, Group, Key, Released, base_of, leaves, read
from tests.attack.rounding import bounds_of_quarters, rounded_spans
from tests.attack.singletons import isolate
from tests.attack.subtraction import Known, derived_differences, known_of, subtract
from tests.attack.whole_groups import zeros_of_few
from tests.releases import HELD, lattice_of, publish_release

EHCP = Group("count", "ehcp", "observed", "0")
STATUTORY = Group("count", "statutory", "observed", "m0")
ALL, GIRLS, BOYS = Filters(), Filters(sex="F"), Filters(sex="M")
MAY_IMPORT = ("metrics.catalogue", "metrics.filters", "metrics.indicator", "metrics.lattice", "tests", "data", "metrics.compile")


def released(root: Path, cells: Mapping[tuple[Filters, Group], tuple[int, int]]) -> Released:
    """A release of 225 children that shows a base and a count in a few cells, and hides every other."""
    told: dict[Any, dict[str, Any]] = {(cut, *key): {"symbol": "c"} for cut in lattice_of(225).cuts() for key in HELD}
    for (cut, group), (base, count) in cells.items():
        told[cut, group.of, group.basis, group.time] = {"n": base, "count": count}
    publish_release(root, told)
    return read(root)


def between(known: Known, group: Group, cut: Filters) -> tuple[int, int]:
    """The least and the most that a number can be."""
    row = known.groups[group]
    place = known.released.place[cut.area, cut.age_band, cut.sex, cut.period]
    return int(known.low[row, place]), int(known.high[row, place])


def test_boys_are_what_girls_leave_of_all(tmp_path: Path) -> None:
    release = released(tmp_path, {(ALL, EHCP): (100, 40), (GIRLS, EHCP): (60, 37)})
    known = known_of(release)
    assert between(known, EHCP, BOYS) == (40 - 37, 40 - 37)
    assert between(known, EHCP._replace(part="rest"), BOYS) == (60 - 23, 60 - 23)
    assert "by subtraction over sex" in known.why(EHCP, release.place["all", "all", "M", "all"])
    assert subtract(release, known).exact >= 2


def test_a_sum_with_two_hidden_parts_bounds_both(tmp_path: Path) -> None:
    release = released(tmp_path, {(ALL, EHCP): (100, 40), (Filters(age_band="5-11"), EHCP): (50, 38)})
    known = known_of(release)
    for age in ("0-4", "12-17"):
        assert between(known, EHCP, Filters(age_band=age)) == (0, 40 - 38)


def test_cells_inside_a_shown_zero_are_not_targets(tmp_path: Path) -> None:
    release = released(tmp_path, {(ALL, EHCP): (100, 0)})
    assert between(known_of(release), EHCP, GIRLS) == (0, 0)
    assert not [one for one in subtract(release).examples if one.startswith(str(EHCP))]


def test_a_level_is_what_the_others_leave_of_statutory_support() -> None:
    cin, cp, cwcf = (Group("count", name, "observed", "m0") for name in ("cin", "cp", "cwcf"))
    known = {one.name: list(one.equations()) for one in worlds()}["services at m0"]
    higher = Group("difference", "[statutory] less [cin]", "observed", "m0")
    sums = {whole: [set(one.parts) for one in known if one.whole == whole] for whole in (STATUTORY, higher)}
    assert {cin, higher} in sums[STATUTORY] and {cp, cwcf} in sums[higher]


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("mash_referral", ["services_mash", "services_eh_mash", "services_stat_mash", "services_all"]),
        ("none_active", ["services_none"]),
        ("none_active", ["none_active_matched", "none_active_unmatched"]),
    ],
)
def test_the_combinations_of_services_make_up_the_figures_of_the_window(whole: str, parts: list[str]) -> None:
    kinds = next(one.groups for one in worlds() if one.name == "services at window")
    made_of = [kinds[Group("count", name, "observed", "window")] for name in parts]
    assert kinds[Group("count", whole, "observed", "window")] == frozenset().union(*made_of)
    assert sum(map(len, made_of)) == len(frozenset().union(*made_of))


def test_a_mean_of_all_but_two_children_tells_of_the_two(tmp_path: Path) -> None:
    primary, secondary = Filters(age_band="5-11"), Filters(age_band="12-17")
    release = released(tmp_path, {(ALL, EHCP): (100, 40), (primary, EHCP): (50, 20), (secondary, EHCP): (48, 20)})
    shown = release.shown[release.keys[EHCP].base] != -1
    means = replace(release, values={EHCP: np.where(shown, 90.0, np.nan)})
    assert isolate(means).examples == (f"{EHCP}: 2 children left of all by age",)


def test_the_followed_are_a_part_of_the_observed(tmp_path: Path) -> None:
    observed, followed = (Group("count", "sen_support", basis, "0") for basis in ("observed", "followed"))
    release = released(tmp_path, {(ALL, observed): (100, 40), (ALL, followed): (90, 37)})
    found = derived_differences(release)
    assert [one for one in found.examples if "[count of sen_support observed 0] less [count of sen_support followed 0]" in one]


def test_the_programme_bounds_what_subtraction_cannot(tmp_path: Path) -> None:
    # Of 40, 20 girls and 25 of primary age: at least 25 + 20 − 40 are both.
    primary = Filters(age_band="5-11")
    both = Filters(age_band="5-11", sex="F")
    release = released(tmp_path, {(ALL, EHCP): (100, 40), (GIRLS, EHCP): (50, 20), (primary, EHCP): (50, 25)})
    known, world = known_of(release), next(one for one in worlds() if one.name == "ehcp at 0")
    told = known_of(release, lattice=False)
    cut = release.place["all", both.age_band, both.sex, "all"]
    programme = Programme.of(told, world, leaves(release), [(EHCP, cut)])
    (bounds,) = programme.solve(seed=1)
    assert between(known, EHCP, both)[1] >= bounds.high
    assert (bounds.low, bounds.high) == (25 + 20 - 40, 20)


def test_a_zero_of_twenty_is_found_and_of_thirty_is_not(tmp_path: Path) -> None:
    release = released(tmp_path, {(GIRLS, EHCP): (20, 0), (BOYS, EHCP): (30, 0), (ALL, STATUTORY): (25, 25)})
    assert len(zeros_of_few(release).examples) == 2


def test_a_release_with_three_girls_more_tells_of_them(tmp_path: Path) -> None:
    then = known_of(released(tmp_path / "then", {(GIRLS, EHCP): (60, 37)}))
    now = known_of(released(tmp_path / "now", {(GIRLS, EHCP): (63, 37)}))
    base = next(key.base for name, key in now.released.keys.items() if name == EHCP)
    assert difference(then, then).exact == 0
    assert f"{base} in F changed by 3" in difference(then, now).examples


def test_two_releases_of_one_cohort_that_hide_different_cells_give_both_away(tmp_path: Path) -> None:
    # Of 43 plans 30 are shown by one and 9 by the other; each leaves two ages hidden, and both together one, of 4.
    young, middle, old = (Filters(age_band=age) for age in ("0-4", "5-11", "12-17"))
    everyone = {(ALL, EHCP): (150, 43)}
    one = released(tmp_path / "one", everyone | {(young, EHCP): (60, 30)})
    other = released(tmp_path / "other", everyone | {(middle, EHCP): (50, 9)})
    assert between(known_of(one), EHCP, old) == between(known_of(together(one, one)), EHCP, old) == (0, 43 - 30)
    both = known_of(together(one, other))
    assert between(both, EHCP, old) == (4, 4)
    assert [name for name in subtract(both.released, both).examples if name.startswith(f"{EHCP} in 12-17 = 4..4")]


def pairs_of_everyone(root: Path, told: Mapping[str, tuple[int, ...]], figures: Mapping[Group, tuple[int, int]]) -> Known:
    """What is known of everyone from these pairs (known on both sides, before, after, gained, lost; hidden where empty)."""
    release = released(root, {})
    at, empty = release.place["all", "all", "all", "all"], np.full(len(release.cuts), -1, dtype=np.int32)

    def tell(group: Group, number: int | None) -> None:
        release.shown.setdefault(group, empty.copy())[at] = -1 if number is None else number

    state = np.where(np.arange(len(release.cuts)) == at, HIDDEN, ABSENT).astype(np.int8)
    for name, numbers in told.items():
        for place, part in enumerate(PAIR_PARTS.values()):
            group = Group(part, name, "pair", "")
            tell(group, numbers[place] if numbers else None)
            its = state if not numbers else np.where(state == HIDDEN, SHOWN, state).astype(np.int8)
            if part != "both":
                rest = group._replace(part=f"not {part}") if part in ("before", "after") else None
                release.keys[group] = Key(Group("both", name, "pair", ""), group, rest, its)
    for group, (base, count) in figures.items():
        tell(base_of(find(group.of), group.basis, group.time), base)
        tell(group, count)
    return known_of(release)


SERVICES_TOLD = {"statutory": (200, 103, 113, 23, 13), "cin": (200, 54, 50, 13, 17), "any_active": (200, 150, 140, 20, 30)}


def test_one_side_of_a_level_is_what_the_pairs_of_the_others_leave(tmp_path: Path) -> None:
    found = pairs_of_everyone(tmp_path, SERVICES_TOLD | {"cp": (200, 15, 20, 13, 8), "cwcf": ()}, {})
    assert between(found, Group("before", "cwcf", "pair", ""), ALL) == (103 - 54 - 15,) * 2
    assert between(found, Group("after", "cwcf", "pair", ""), ALL) == (113 - 50 - 20,) * 2
    assert [one for one in subtract(found.released, found).examples if one.startswith("before of cwcf pair in all = 34..34")]


def test_a_level_that_stays_hidden_with_another_is_not_told_by_the_pairs(tmp_path: Path) -> None:
    found = pairs_of_everyone(tmp_path, SERVICES_TOLD | {"cp": (), "cwcf": ()}, {})
    assert between(found, Group("before", "cwcf", "pair", ""), ALL) == (0, 103 - 54)


def test_one_child_in_a_pair_who_is_not_followed_is_found(tmp_path: Path) -> None:
    followed = Group("count", "fsm_eligible", "followed", "-1")
    found = pairs_of_everyone(tmp_path, {"fsm_eligible": (200, 100, 120, 20, 0)}, {followed: (199, 99)})
    examples = derived_differences(found.released, found).examples
    assert [one for one in examples if one.startswith(f"difference of [before of fsm_eligible pair] less [{followed}]")]
    assert [one for one in examples if one.startswith("difference of [both of fsm_eligible pair] less [base of school_terms/")]


def test_wide_spans_of_large_quarters_tell_little() -> None:
    counts = np.array([20, 31])
    low, high = bounds_of_quarters(rounded_spans(counts))
    assert list(low) == [20 - 2, 30 - 2]
    assert list(high) == [20 + 2, 30 + 2]


def test_the_attackers_know_nothing_of_how_a_release_is_protected() -> None:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("metrics", "data", "pages"):
                assert (node.module or "").startswith(MAY_IMPORT), f"{path.name} imports {node.module}"
                assert "disclosure" not in (node.module or "")
