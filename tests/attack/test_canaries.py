"""What must break: an attack that finds nothing here could not find anything anywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from metrics.catalogue import INDICATORS
from tests.attack.canaries import primary_alone
from tests.attack.cohorts import Cohort, earlier
from tests.attack.conftest import CHILDREN, Note
from tests.attack.differencing import difference
from tests.attack.least_squares import reconstruct
from tests.attack.programme import Budget, bounds_of
from tests.attack.quality import counts_that_contradict, subtract_quality
from tests.attack.released import HIDDEN, Released, read
from tests.attack.rounding import bounds_of_quarters, rounded_spans
from tests.attack.singletons import isolate
from tests.attack.subtraction import Known, derived_differences, known_of, subtract
from tests.attack.targets import Findings
from tests.attack.whole_groups import zeros_of_few

PRIMARY = "canary: the primary rule alone"
NONE = "canary: none"
FEW_PROGRAMMES = Budget(worlds=12, targets=12, settled=True)
"""So many break; where little is hidden, each takes longer than where much is."""


_SHOWN_EVERYWHERE = {one.id for one in INDICATORS if one.most_filters is None}
"""The others have figures in coarse cuts alone, so finer ones are not known even where nothing is hidden."""


def test_every_sum_that_the_attackers_use_holds_of_the_children(truth: Released) -> None:
    known = known_of(truth)
    assert not (known.low > known.high).any()
    whole = truth.place["all", "all", "all", "all"]
    assert known.exact[:, whole].all()
    everywhere = [one for one in known.groups if one.basis == "observed" and one.of in _SHOWN_EVERYWHERE]
    assert known.exact[[known.groups[one] for one in everywhere]].all()
    assert len(everywhere) > 100


def test_every_sum_of_counts_about_the_data_holds(truth: Released) -> None:
    assert subtract_quality(truth) == Findings("quality counts", 0, 0, 0)
    assert counts_that_contradict(truth) == []


def test_what_subtraction_proves_is_true(known_of_unguarded: Known, truth: Released) -> None:
    for group, real in truth.shown.items():
        row, told = known_of_unguarded.groups[group], real >= 0
        assert (known_of_unguarded.low[row, told] <= real[told]).all(), group
        assert (known_of_unguarded.high[row, told] >= real[told]).all(), group


def test_the_primary_rule_alone_falls_to_subtraction(unguarded: Released, known_of_unguarded: Known, note: Note) -> None:
    found = note(PRIMARY, subtract(unguarded, known_of_unguarded))
    assert found.exact > found.targets / 10
    assert note(PRIMARY, derived_differences(unguarded, known_of_unguarded)).exact > 0


def test_the_primary_rule_alone_falls_to_linear_programmes(
    unguarded: Released, known_of_unguarded: Known, truth: Released, note: Note
) -> None:
    found = list(bounds_of(unguarded, FEW_PROGRAMMES, known_of_unguarded))
    narrow = [one for one in found if one.narrow]
    note(PRIMARY, Findings("linear programme", len(found), sum(one.low == one.high for one in narrow), len(narrow)))
    assert len(narrow) > len(found) / 10
    real = known_of(truth)
    for one in narrow:
        assert one.low <= real.low[real.groups[one.group], one.cut] <= one.high, one


def test_the_primary_rule_alone_lets_means_tell_of_few_children(unguarded: Released, note: Note) -> None:
    assert note(PRIMARY, isolate(unguarded)).exact > 0


@pytest.mark.skipif(CHILDREN < 1_000, reason="a reconstruction needs more children than the naive guess to be better")
def test_the_primary_rule_alone_is_reconstructed_better_than_guessed(unguarded: Released, truth: Released, note: Note) -> None:
    guesses = reconstruct(unguarded, truth, keys=60)
    note(PRIMARY, guesses.findings)
    assert guesses.gain > 0.05


def test_nothing_hidden_tells_of_small_groups_outright(truth: Released, note: Note) -> None:
    assert not any((key.state == HIDDEN).any() for key in truth.keys.values())
    assert note(NONE, zeros_of_few(truth)).exact > 0
    assert note(NONE, isolate(truth)).exact > 0


def test_three_children_more_show_between_two_releases(
    attack_cohort: Cohort, known_of_unguarded: Known, note: Note, tmp_path: Path
) -> None:
    before = known_of(primary_alone(read(earlier(attack_cohort, tmp_path, children=3).truth)))
    assert note(f"{PRIMARY}, three children apart", difference(before, known_of_unguarded)).exact > 0


def test_rounding_to_five_is_undone_by_spans_of_quarters(note: Note) -> None:
    counts = np.array([3, 1, 4, 2, 5, 0, 2, 6, 3, 1, 2, 4])
    low, high = bounds_of_quarters(rounded_spans(counts))
    exact = low == high
    note("canary: rounded to five, free quarters", Findings("sliding windows", len(counts), int(exact.sum()), int(exact.sum())))
    assert exact.mean() > 0.5
    assert (low <= counts).all()
    assert (counts <= high).all()
