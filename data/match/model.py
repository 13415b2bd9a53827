"""The linkage model: what is compared, and how much each agreement weighs.

Nothing is trained. Each level's `m`, its share among true pairs, and `u`, its share among pairs of strangers in one authority,
are declared here, so that one child links as ten thousand do and a month's result can be had again years later. `u` follow from
an authority's pupils: a birthday is one in thirteen years of 365 days, a name is weighed by how many of the register bear it. `m`
are judgements, on the side of asking a person, and no measurement; `tests/data/registers.py` says what errors they withstand.
"""

from __future__ import annotations

import splink.comparison_level_library as levels
from splink import SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule
from splink.comparison_library import CustomComparison
from splink.internals.comparison_creator import ComparisonCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator

PRIOR = 1 / 200_000
"""That a child and a record are one person before anything is compared: one record in the largest authority's register."""

FORENAME_U, SURNAME_U = 0.005, 0.002
RAREST_U = 1 / 5_000
"""A name no rarer than this counts: rare names come in families and communities, not at random."""

TERMS = {"forename_term": FORENAME_U, "surname_term": SURNAME_U}
"""Names with the area before them, so that a name is as frequent as it is in that area's own register; and their usual `u`."""


def settings() -> SettingsCreator:
    """The declared model as Splink takes it: two tables, pairs within one area only."""
    return SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=PRIOR,
        comparisons=[forename(), surname(), born(), sex(), postcode()],
        blocking_rules_to_generate_predictions=[
            block_on("area_code", "born"),
            block_on("area_code", "postcode"),
            block_on("area_code", "surname", "forename_initial"),
            CustomRule("l.area_code = r.area_code AND l.born_swapped = r.born"),
        ],
    )


def forename() -> ComparisonCreator:
    """Exact; a nickname, another spelling, or one of two given names; one slip of the pen; alike; else.

    Two who share but the first of several names are brothers as often as one child, and agree in nothing. The `u` of half
    agreements are those of namesakes and twins, so that the one whose name is exact is preferred beyond doubt.
    """
    one_given_name = levels.CustomLevel("NOT (forename_several_l AND forename_several_r)", "At most one has several names")
    nickname = levels.And(levels.ArrayIntersectLevel("forename_roots"), one_given_name)
    alike = levels.And(levels.JaroWinklerLevel("forename", 0.85), one_given_name)
    return CustomComparison(
        output_column_name="forename",
        comparison_levels=[
            levels.NullLevel("forename"),
            _level(levels.ExactMatchLevel("forename_term"), 0.86, FORENAME_U, "forename_term"),
            _level(nickname, 0.05, 0.007, "forename_term"),
            _level(levels.JaroWinklerLevel("forename", 0.92), 0.04, 0.007, "forename_term"),
            _level(alike, 0.02, 0.012),
            _level(levels.ElseLevel(), 0.03, 0.969),
        ],
    )


def surname() -> ComparisonCreator:
    """Exact; a part of a double-barrelled name; one slip of the pen; alike; else, as when a parent remarries."""
    return CustomComparison(
        output_column_name="surname",
        comparison_levels=[
            levels.NullLevel("surname"),
            _level(levels.ExactMatchLevel("surname_term"), 0.86, SURNAME_U, "surname_term"),
            _level(levels.ArrayIntersectLevel("surname_parts"), 0.04, 0.001),
            _level(levels.JaroWinklerLevel("surname", 0.92), 0.04, 0.0015, "surname_term"),
            _level(levels.JaroWinklerLevel("surname", 0.85), 0.02, 0.008),
            _level(levels.ElseLevel(), 0.04, 0.9875),
        ],
    )


def born() -> ComparisonCreator:
    """Exact; day and month swapped; one digit wrong or two swapped; one of day, month and year wrong; else."""
    one_part = "LEFT(born_l, 6) = LEFT(born_r, 6) OR RIGHT(born_l, 4) = RIGHT(born_r, 4)"
    two_parts = "LEFT(born_l, 4) = LEFT(born_r, 4) AND RIGHT(born_l, 2) = RIGHT(born_r, 2)"
    return CustomComparison(
        output_column_name="born",
        comparison_levels=[
            levels.NullLevel("born"),
            _level(levels.ExactMatchLevel("born"), 0.94, 1 / 4_700),
            _level(levels.ColumnsReversedLevel("born", "born_swapped"), 0.015, 1 / 12_000),
            _level(levels.DamerauLevenshteinLevel("born", 1), 0.025, 0.005),
            _level(levels.CustomLevel(f"({one_part} OR ({two_parts}))", "One of day, month and year"), 0.015, 0.008),
            _level(levels.ElseLevel(), 0.005, 0.987),
        ],
    )


def sex() -> ComparisonCreator:
    """Exact or not; unknown says nothing."""
    return CustomComparison(
        output_column_name="sex",
        comparison_levels=[
            levels.NullLevel("sex"),
            _level(levels.ExactMatchLevel("sex"), 0.99, 0.5),
            _level(levels.ElseLevel(), 0.01, 0.5),
        ],
    )


def postcode() -> ComparisonCreator:
    """Exact; the sector, as after a move near by; else. A blank one says nothing."""
    return CustomComparison(
        output_column_name="postcode",
        comparison_levels=[
            levels.NullLevel("postcode"),
            _level(levels.ExactMatchLevel("postcode"), 0.7, 0.0002),
            _level(levels.ExactMatchLevel("sector"), 0.08, 0.008),
            _level(levels.ElseLevel(), 0.22, 0.9918),
        ],
    )


def _level(level: ComparisonLevelCreator, m: float, u: float, term: str | None = None) -> ComparisonLevelCreator:
    """A level with its declared shares; with a term, a rarer name weighs more."""
    level.configure(m_probability=m, u_probability=u)
    if term is not None:
        level.configure(tf_adjustment_column=term, tf_minimum_u_value=RAREST_U)
    return level
