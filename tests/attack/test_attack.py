"""The release `partners`, attacked: nobody who holds all of it can turn it into a figure about a few children.

Each test is an attacker, named by the wrong disclosure that it would be. The modules beside it are the attackers; none of them
knows how the release was protected.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data.build import build
from data.errors import DataError
from metrics.compile import compile_release
from tests.attack.cohorts import Cohort, earlier
from tests.attack.conftest import CHILDREN, EXAMPLES, Note
from tests.attack.differencing import difference
from tests.attack.least_squares import reconstruct
from tests.attack.programme import Budget, bound
from tests.attack.quality import subtract_quality
from tests.attack.released import Released, read
from tests.attack.singletons import count_by_means, isolate
from tests.attack.subtraction import Known, derived_differences, known_of, subtract
from tests.attack.targets import Findings
from tests.attack.whole_groups import zeros_of_few

RELEASE = "partners"
BETTER_BY_CHANCE = 0.05
"""How much oftener than a naive guess a reconstruction may be right: a fifth of a guess at one of five numbers is right by luck,
and a table that agrees with the shown margins guesses a little better without the release having told any one cell."""
KEYS = 60


def nothing(found: Findings) -> None:
    first = "\n  ".join(found.examples[:EXAMPLES])
    assert (found.exact, found.narrow) == (0, 0), f"{found.attack}: {found.exact} exact, {found.narrow} narrow\n  {first}"


def test_no_hidden_number_is_what_shown_ones_leave(partners: Released, known_to_partners: Known, note: Note) -> None:
    nothing(note(RELEASE, subtract(partners, known_to_partners)))


def test_no_two_nested_figures_differ_by_a_few_children(partners: Released, known_to_partners: Known, note: Note) -> None:
    nothing(note(RELEASE, derived_differences(partners, known_to_partners)))


def test_no_hidden_number_has_fewer_than_six_values_left(
    partners: Released, known_to_partners: Known, budget: Budget, note: Note
) -> None:
    nothing(note(RELEASE, bound(partners, budget, known_to_partners)))


def test_no_reconstruction_guesses_small_counts_better_than_anybody_would(
    partners: Released, truth: Released, note: Note
) -> None:
    guesses = reconstruct(partners, truth, KEYS)
    note(RELEASE, guesses.findings)
    assert guesses.gain <= BETTER_BY_CHANCE, guesses


def test_nobody_and_everybody_are_shown_of_thirty_children_or_more(partners: Released, note: Note) -> None:
    nothing(note(RELEASE, zeros_of_few(partners)))


def test_no_mean_tells_of_fewer_than_ten_children(partners: Released, note: Note) -> None:
    nothing(note(RELEASE, isolate(partners)))


def test_no_mean_tells_how_many_attended_little(partners: Released, note: Note) -> None:
    nothing(note(RELEASE, count_by_means(partners)))


def test_no_count_about_the_data_is_what_the_others_leave(partners: Released, note: Note) -> None:
    nothing(note(RELEASE, subtract_quality(partners)))


@pytest.mark.skipif(CHILDREN >= 1_000, reason="made twice, one beside the other, a release of so many takes half an hour")
def test_a_few_children_more_are_not_the_difference_of_two_releases(attack_cohort: Cohort, tmp_path: Path, note: Note) -> None:
    before = earlier(attack_cohort, tmp_path, children=3)
    compile_release(before.store, before.partners, RELEASE)
    first = known_of(read(before.partners))
    build(attack_cohort.records, before.store)
    try:
        compile_release(before.store, before.partners, RELEASE)
    except DataError as refusal:
        assert "release" in str(refusal), refusal
    second = known_of(read(before.partners))
    nothing(note(f"{RELEASE}, three children apart", difference(first, second)))


def test_the_same_cohort_twice_tells_nothing_more(known_to_partners: Known, note: Note) -> None:
    nothing(note(f"{RELEASE}, twice", difference(known_to_partners, known_to_partners)))
