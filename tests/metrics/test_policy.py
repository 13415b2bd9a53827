"""Policies: what each says, which are refused and why, and the rules that are about neither a base nor a count."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.audience import UNSAID, authority_words
from metrics.disclosure.few_families import is_of_few_families
from metrics.disclosure.policy import NEVER, POLICIES, Policy, PolicyError, load_policy, weaker_in
from metrics.disclosure.rounding import as_printed, stand_in_bands
from metrics.protocol import PROPOSED

PARTNERS, PUBLICATION, NONE = load_policy("partners"), load_policy("publication"), load_policy("none")
SHIPPED = [path.stem for path in sorted(POLICIES.glob("*.toml"))]


def write(path: Path, **changes: object) -> Path:
    """A file as strict as `partners`, but for the changes; a null leaves the rule out."""
    entries = {
        "name": '"ours"',
        "audience": '"partners"',
        "smallest_base": 10,
        "smallest_count": 6,
        "smallest_base_of_a_zero": 30,
        "smallest_families": 0,
        "most_filters": 3,
        "whole_years": "false",
        "means": '"shown"',
        "synthetic_only": "false",
        "question": '"What do we ask?"',
        "agreed_by": '"Our board, 3 March 2027"',
        "data_used": '"Ours"',
        "limits": '"None known."',
        "review_on": "2027-09-30",
    } | changes
    path.write_text("".join(f"{name} = {value}\n" for name, value in entries.items() if value is not None), encoding="utf-8")
    return path


def as_strict_as_publication(**changes: object) -> dict[str, object]:
    """What a file has to say to be for anyone."""
    rules = {"smallest_base": 30, "smallest_count": 10, "smallest_base_of_a_zero": '"never"', "smallest_families": 5}
    coarse = {"most_filters": 1, "whole_years": "true", "percent_decimals": 0, "means": '"bands"', "audience": '"anyone"'}
    return {**rules, **coarse, **changes}


# What a local authority sees.


@pytest.mark.parametrize(
    ("entry", "beside"),
    [
        ('["england"]', ("england",)),
        ("[]", ()),
        ('["partnership", "own_published"]', ("partnership", "own_published")),
        (None, UNSAID),
    ],
)
def test_a_policy_says_what_a_local_authority_sees_beside_its_own_area(tmp_path: Path, entry: object, beside: tuple[str]) -> None:
    policy = load_policy(write(tmp_path / "ours.toml", authorities_see=entry))
    assert policy.authorities_see == beside
    assert Policy.from_json(json.loads(json.dumps(policy.to_json()))) == policy


@pytest.mark.parametrize("entry", ['"england"', '["reading"]', '["england", "england"]', "true", "[1]", '[["england"]]'])
def test_what_a_local_authority_sees_is_a_list_of_what_there_is(tmp_path: Path, entry: str) -> None:
    with pytest.raises(PolicyError, match="for authorities_see: it must be a list of any of partnership, england, own_published"):
        load_policy(write(tmp_path / "ours.toml", authorities_see=entry))


def test_what_a_local_authority_sees_is_said_in_a_sentence() -> None:
    start, end = "A local authority sees its own area and its districts; beside them ", "; and nothing of another authority."
    assert authority_words(PARTNERS.authorities_see) == (
        f"{start}the whole partnership together, England's published figures and its own published figures{end}"
    )
    assert authority_words(UNSAID) == f"{start}England's published figures{end}"
    assert authority_words(()) == f"{start}nothing{end}"


# The policies there are.


@pytest.mark.parametrize("name", SHIPPED)
def test_a_policy_is_called_as_its_file_and_fits_what_it_is_for(name: str) -> None:
    policy = load_policy(name)
    assert policy.name == name
    policy.check_fits(synthetic=True)


def test_partners_hides_what_the_agreement_asks_for_and_rounds_nothing() -> None:
    assert (PARTNERS.smallest_base, PARTNERS.smallest_count, PARTNERS.smallest_base_of_a_zero) == (10, 6, 30)
    assert (PARTNERS.smallest_families, PARTNERS.most_filters, PARTNERS.whole_years) == (0, 2, False)
    assert (PARTNERS.percent_decimals, PARTNERS.means, PARTNERS.wider()) == (None, "shown", None)


def test_publication_is_a_stricter_part_of_partners() -> None:
    assert (PUBLICATION.smallest_base, PUBLICATION.smallest_count, PUBLICATION.smallest_base_of_a_zero) == (30, 10, NEVER)
    assert (PUBLICATION.smallest_families, PUBLICATION.most_filters, PUBLICATION.whole_years) == (5, 1, True)
    assert (PUBLICATION.percent_decimals, PUBLICATION.means) == (0, "bands")
    assert PUBLICATION.wider() == PARTNERS


def test_partners_in_words() -> None:
    assert PARTNERS.words() == (
        "We hide figures about fewer than six children, and any that would reveal one. "
        "The same goes for the children left over, and no figure is shown out of fewer than ten. "
        "We show that there were none only out of 30 children or more. "
        "Figures are shown by at most two filters at once."
    )
    assert PARTNERS.audience_words == "Partners only: not for minutes, press or public"


def test_publication_in_words() -> None:
    assert PUBLICATION.words() == (
        "We hide figures about fewer than ten children, and any that would reveal one. "
        "The same goes for the children left over, and no figure is shown out of fewer than 30. "
        "We never show that there were none, or none left over. "
        "The children counted, and those left over, come from at least five families. "
        "Figures are shown by one filter at a time and by whole years. "
        "Percentages are rounded to whole ones. "
        "Attendance is shown as how many children missed how much, not as a mean."
    )
    assert PUBLICATION.audience_words == "Safe to share"


def test_none_in_words() -> None:
    assert NONE.words() == "Nothing is hidden: these are not real children."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"most_filters": 1}, "Figures are shown by one filter at a time."),
        ({"most_filters": 0}, "Figures are shown without a filter."),
        ({"whole_years": True}, "Figures are shown by at most two filters at once and by whole years."),
        ({"percent_decimals": 1}, "Percentages are rounded to one decimal."),
        ({"percent_decimals": 2}, "Percentages are rounded to two decimals."),
        ({"means": "bands"}, "Attendance is shown as how many children missed how much, not as a mean."),
        ({"smallest_families": 2}, "The children counted, and those left over, come from at least two families."),
    ],
)
def test_every_rule_has_its_sentence(change: dict[str, Any], said: str) -> None:
    assert said in replace(PARTNERS, **change).words()
    assert said not in PARTNERS.words()


def test_a_policy_that_hides_anything_never_says_that_it_hides_nothing() -> None:
    assert NONE.hides_nothing
    hiding = ({"smallest_count": 3}, {"smallest_base": 5}, {"smallest_base_of_a_zero": 5}, {"smallest_families": 2})
    for change in (*hiding, {"means": "bands"}, {"percent_decimals": 0}):
        policy = replace(NONE, **change)
        assert not policy.hides_nothing and "Nothing is hidden" not in policy.words()


@pytest.mark.parametrize("policy", [PARTNERS, PUBLICATION, NONE], ids=lambda policy: policy.name)
def test_a_manifest_keeps_a_policy_and_its_words(policy: Policy) -> None:
    form = policy.to_json()
    assert (form["words"], form["audience_words"]) == (policy.words(), policy.audience_words)
    assert Policy.from_json(form) == policy


def test_a_policy_recorded_before_the_study_protocol_is_still_read() -> None:
    since = ("question", "agreed_by", "data_used", "limits", "review_on", "authorities_see")
    older = Policy.from_json({name: rule for name, rule in PARTNERS.to_json().items() if name not in since})
    unsaid: dict[str, Any] = {
        "question": "",
        "agreed_by": "",
        "data_used": "",
        "limits": "",
        "review_on": None,
        "authorities_see": UNSAID,
    }
    assert older == replace(PARTNERS, **unsaid)
    assert weaker_in(older, PARTNERS) is None and weaker_in(PARTNERS, older) is None
    with pytest.raises(KeyError):
        Policy.from_json({name: rule for name, rule in PARTNERS.to_json().items() if name != "smallest_base"})


@pytest.mark.parametrize("policy", [PARTNERS, PUBLICATION], ids=lambda policy: policy.name)
def test_nobody_is_said_to_have_agreed_a_policy_that_is_only_proposed(policy: Policy) -> None:
    assert policy.agreed_by == PROPOSED
    assert policy.question.endswith("?") and policy.review_on is not None


# Files.


def test_a_stricter_policy_of_ones_own(tmp_path: Path) -> None:
    ours = load_policy(write(tmp_path / "ours.toml", smallest_base=20, most_filters=2, subset_of='"partners"'))
    ours.check_fits(synthetic=False)
    assert (ours.smallest_base, ours.most_filters, ours.wider()) == (20, 2, PARTNERS)


def test_a_policy_of_ones_own_for_anyone(tmp_path: Path) -> None:
    ours = load_policy(write(tmp_path / "ours.toml", **as_strict_as_publication(smallest_base=50)))
    assert ours.audience_words == "Safe to share"


def test_an_unknown_policy_is_answered_with_those_there_are() -> None:
    there_are = r"^There is no policy open: choose none, partners or publication, or name a \.toml file\.$"
    with pytest.raises(PolicyError, match=there_are):
        load_policy("open")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"smallest_base": None}, r"does not say smallest_base: add it\.$"),
        ({"means": None}, r"does not say means: add it\.$"),
        ({"smallest_base": '"ten"'}, r"has 'ten' for smallest_base: it must be a whole number, 0 or more and"),
        ({"smallest_base": "true"}, r"has True for smallest_base: it must be a whole number, 0 or more and"),
        ({"smallest_base": '"never"'}, r"has 'never' for smallest_base: it must be a whole number, 0 or more and"),
        ({"smallest_count": -1}, r"has -1 for smallest_count"),
        ({"smallest_families": 1.5}, r"has 1\.5 for smallest_families"),
        ({"percent_decimals": 7}, r"has 7 for percent_decimals: it must be a whole number, 0 to 6\.$"),
        ({"smallest_families": 10**400}, r"0{50}… for smallest_families: it must be a whole number, 0 or more and 1000000000 at"),
        ({"smallest_families": "9" * 5_000}, r"is not TOML that can be read: write it as in "),
        ({"question": "[" * 5_000}, r"is not TOML that can be read: write it as in "),
        ({"question": "{a=" * 5_000}, r"is not TOML that can be read: write it as in "),
        ({"question": '"' + "why " * 5_000 + '"'}, r"has 'why .{90,100}… for question: it must be a sentence"),
        ({'"' + "x" * 5_000 + '"': 1}, r"has x{100}…, which is no part of a policy: remove it\.$"),
        ({r'"a\nb"': 1}, r"has 'a\\nb', which is no part of a policy: remove it\.$"),
        ({"percent_decimals": '"all"'}, r"has 'all' for percent_decimals: it must be a whole number, 0 to 6\.$"),
        ({"whole_years": 1}, r"has 1 for whole_years: it must be true or false\.$"),
        ({"means": '"hidden"'}, r"has 'hidden' for means: it must be shown or bands\.$"),
        ({"means": "[1]"}, r"has \[1\] for means: it must be shown or bands\.$"),
        ({"audience": '"press"'}, r"has 'press' for audience: it must be partners or anyone\.$"),
        ({"name": '"<b>"'}, r"has '<b>' for name: it must be a word of small letters, digits and hyphens\.$"),
        ({"name": '"partners"'}, r"calls itself partners, as another policy is: give it a name of its own\.$"),
        ({"question": None}, r"does not say question: add it\.$"),
        ({"review_on": None}, r"does not say review_on: add it\.$"),
        ({"agreed_by": 3}, r"has 3 for agreed_by: it must be a sentence, of one line and 600 letters at the most\.$"),
        ({"agreed_by": '" "'}, r"has ' ' for agreed_by: it must be a sentence"),
        ({"limits": '"one\\ntwo"'}, r"has 'one\\ntwo' for limits: it must be a sentence, of one line"),
        ({"data_used": f'"{601 * "a"}"'}, r"for data_used: it must be a sentence"),
        (
            {"review_on": '"2027-09-30"'},
            r"has '2027-09-30' for review_on: it must be a day, such as 2027-09-30, without quotation marks",
        ),
        ({"review_on": "2027-09-30T00:00:00"}, r"for review_on: it must be a day"),
        ({"rounding": 5}, r"has rounding, which is no part of a policy: remove it\.$"),
        ({"smallest_base": 9}, r"has 9 for smallest_base: the least is 10, or else set synthetic_only to true\.$"),
        ({"smallest_count": 5}, r"has 5 for smallest_count: the least is 6"),
        ({"smallest_base_of_a_zero": 29}, r"has 29 for smallest_base_of_a_zero: the least is 30"),
        ({"most_filters": 4}, r"has 4 for most_filters: the most is 3\.$"),
        ({"name": "{"}, r"is not TOML \(.*\): mend it\.$"),
        ({"audience": '"anyone"'}, r"for anyone and has 10 for smallest_base, which shows more than 30 does in publication"),
        (as_strict_as_publication(percent_decimals=None), r"has nothing for percent_decimals, which shows more than 0 does"),
        (as_strict_as_publication(smallest_base_of_a_zero=99), r"has 99 for smallest_base_of_a_zero, which .* than never does"),
        (as_strict_as_publication(means='"shown"'), r"has shown for means, which shows more than bands does"),
        (as_strict_as_publication(whole_years="false"), r"has false for whole_years, which shows more than true does"),
        (as_strict_as_publication(most_filters=2), r"has 2 for most_filters, which shows more than 1 does"),
    ],
)
def test_a_policy_that_is_none_is_refused_in_a_sentence(tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(PolicyError, match=sentence):
        load_policy(write(tmp_path / "ours.toml", **changes))


def test_a_policy_for_synthetic_data_may_be_as_weak_as_it_likes(tmp_path: Path) -> None:
    weak = load_policy(write(tmp_path / "ours.toml", smallest_count=2, smallest_base=0, synthetic_only="true"))
    weak.check_fits(synthetic=True)
    assert weak.words().startswith("We hide figures about fewer than two children")


def test_a_policy_file_that_is_not_there(tmp_path: Path) -> None:
    expected = r"no policy file .*gone\.toml: choose none, partners or publication, or name one that is there\.$"
    with pytest.raises(PolicyError, match=expected):
        load_policy(tmp_path / "gone.toml")


# What a policy is used on.


def test_none_is_refused_for_what_is_not_marked_synthetic() -> None:
    PARTNERS.check_fits(synthetic=False)
    PUBLICATION.check_fits(synthetic=False)
    NONE.check_fits(synthetic=True)
    with pytest.raises(PolicyError, match=r"policy none is for synthetic data alone.*use partners"):
        NONE.check_fits(synthetic=False)


@pytest.mark.parametrize("wider", ["ours", "council"])
def test_a_part_of_no_policy_is_refused(wider: str) -> None:
    ours = replace(PARTNERS, name="ours", subset_of=wider)
    with pytest.raises(PolicyError, match=rf"subset of {wider}, which is none: set subset_of to partners, or leave it out"):
        ours.check_fits(synthetic=False)


@pytest.mark.parametrize(
    ("changes", "shows_more"),
    [
        ({"smallest_base": 29}, r"has 29 for smallest_base, which shows more than 30 does in publication: make it as strict"),
        ({"smallest_count": 9}, "has 9 for smallest_count"),
        ({"smallest_base_of_a_zero": 30}, "has 30 for smallest_base_of_a_zero, which shows more than never does"),
        ({"smallest_families": 4}, "has 4 for smallest_families"),
        ({"most_filters": 2}, "has 2 for most_filters"),
        ({"whole_years": False}, "has false for whole_years"),
        ({"percent_decimals": 1}, "has 1 for percent_decimals"),
        ({"percent_decimals": None}, "has nothing for percent_decimals"),
        ({"means": "shown"}, "has shown for means"),
    ],
)
def test_a_part_that_shows_more_than_the_whole_is_refused(changes: dict[str, Any], shows_more: str) -> None:
    part = replace(PUBLICATION, name="ours", subset_of="publication")
    part.check_fits(synthetic=False)
    with pytest.raises(PolicyError, match=rf"^The policy ours is a subset of publication and {shows_more}"):
        replace(part, **changes).check_fits(synthetic=False)


def test_nothing_real_is_a_part_of_what_protects_nothing() -> None:
    ours = replace(PARTNERS, name="ours", subset_of="none")
    with pytest.raises(PolicyError, match="has false for synthetic_only, which shows more than true does in none"):
        ours.check_fits(synthetic=False)


def test_strictness_is_an_order() -> None:
    assert weaker_in(PARTNERS, PARTNERS) is None
    assert weaker_in(PUBLICATION, PARTNERS) is None
    assert weaker_in(PARTNERS, PUBLICATION) == "smallest_base"


# Whole percentages, bands and families.


def figures(*values: float | None) -> pa.Table:
    percent = pa.array(values, pa.float64())
    counts = pa.array([40] * len(values), pa.int64())
    return pa.table({"n": counts, "count": counts, **dict.fromkeys(("value", "low", "high", "expected"), percent)})


def test_publication_prints_whole_percentages_and_the_same_counts() -> None:
    printed = as_printed("figures", figures(33.4, 66.7, None, 0.0), PUBLICATION)
    for name in ("value", "expected"):
        assert list(map(str, printed[name].to_pylist())) == ["33", "67", "None", "0"]
    assert printed["n"].to_pylist() == printed["count"].to_pylist() == [40] * 4


def test_an_interval_is_never_printed_narrower_than_it_is() -> None:
    """Of 13.6 to 41.3 percent a comparator of 13.8 is within: printed as 14 it would be below."""
    printed = as_printed("figures", figures(13.6, 41.3, 41.0, None), PUBLICATION)
    assert printed["low"].to_pylist() == [13, 41, 41, None]
    assert printed["high"].to_pylist() == [14, 42, 41, None]


def test_a_change_is_printed_in_whole_points_and_its_p_value_as_it_is() -> None:
    points = ("before_value", "after_value", "low", "high")
    table = pa.table({name: pa.array([-0.4, None]) for name in (*points, "p_value")})
    printed = as_printed("pairs", table, PUBLICATION)
    assert [str(printed[name][0]) for name in points] == ["0", "0", "-1", "0"]
    assert printed["p_value"].to_pylist() == [-0.4, None]


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=1))
def test_partners_see_every_percentage_as_it_is_and_publication_never_another(values: list[float | None]) -> None:
    exact = figures(*values)
    assert as_printed("figures", exact, PARTNERS) is exact
    for told, value in zip(as_printed("figures", exact, PUBLICATION)["value"].to_pylist(), values, strict=True):
        assert (told is None) == (value is None)
        assert value is None or (told == int(told) and abs(told - value) <= 0.5)


def test_means_and_their_changes_give_way_to_bands() -> None:
    indicators = ["attendance_mean", "attendance_sessions", "missed_under_10", "severely_absent", "recognised"]
    cells = pa.table({"indicator": pa.array(indicators).dictionary_encode()})
    for kind in ("figures", "pairs"):
        assert stand_in_bands(kind, cells, PUBLICATION).tolist() == [True, True, False, False, False]
        assert not stand_in_bands(kind, cells, PARTNERS).any()
    assert not stand_in_bands("quality", pa.table({"topic": ["matched"]}), PUBLICATION).any()


def test_a_figure_of_few_families_is_told_by_any_group_of_its_children() -> None:
    groups = {
        "base_families": [9, 9, 9, 4, 9, 9],
        "count_families": [5, 4, 5, None, None, 0],
        "rest_families": [5, 5, 1, None, None, 9],
        "n": [1, 1, 1, 1, 1, 1],
    }
    assert is_of_few_families(pa.table(groups), PUBLICATION).tolist() == [False, True, True, True, False, False]
    assert not is_of_few_families(pa.table(groups), PARTNERS).any()
