"""What a reader has chosen: its form in a URL, its words, and what happens to a link that asks for the impossible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.filters import Filters
from tests.releases import OXFORD, OXFORDSHIRE, READING, lattice_of

FEW, MANY = lattice_of(225), lattice_of(1_200, sexes=("F", "M", "U"))

cuts = st.sampled_from(list(MANY.cuts()))
anything = st.dictionaries(st.sampled_from(["area", "age", "sex", "period", "other"]), st.text(max_size=60))


def test_the_url_names_only_what_was_chosen() -> None:
    assert Filters(OXFORDSHIRE, sex="F").query() == {"area": OXFORDSHIRE, "sex": "F"}
    assert Filters().query() == {}


@given(cuts)
def test_a_url_leads_back_to_the_cut_it_was_made_from(cut: Filters) -> None:
    assert Filters.from_query(cut.query()) == cut
    assert Filters.read(cut.query(), MANY) == (cut, ())


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(), "Thames Valley, all children"),
        (Filters(OXFORDSHIRE), "Oxfordshire, all children"),
        (Filters(sex="F"), "Thames Valley, girls"),
        (Filters(OXFORDSHIRE, "5-11", "F", "2022"), "Oxfordshire, girls, aged 5 to 11, parent imprisoned in 2022"),
        (Filters(READING, "12-17"), "Reading, aged 12 to 17 at imprisonment"),
        (Filters(period="2022Q3"), "Thames Valley, all children, parent imprisoned in July to September 2022"),
        (Filters(sex="U"), "Thames Valley, sex not recorded"),
    ],
)
def test_a_cut_in_words(filters: Filters, words: str) -> None:
    assert filters.words(MANY) == words


def test_a_value_the_release_has_not_is_left_out_with_a_sentence() -> None:
    filters, problems = Filters.read({"area": "E99", "sex": "F"}, FEW)
    assert filters == Filters(sex="F")
    assert problems == ("This release has no area “E99”: it is left out.",)


def test_quarters_are_left_out_where_there_are_only_years() -> None:
    assert Filters.read({"period": "2022Q3"}, FEW) == (Filters(), ("This release has no period “2022Q3”: it is left out.",))


def test_filters_not_held_together_give_way_to_the_nearest_that_are() -> None:
    asked = Filters(OXFORD, "5-11", "F")
    filters, problems = Filters.read(asked.query(), MANY)
    assert filters == Filters(OXFORDSHIRE, "5-11", "F")
    assert problems == (
        "A district goes with one other filter at most, so that no child can be recognised: clear one first. "
        "Shown instead: Oxfordshire, girls, aged 5 to 11 at imprisonment.",
    )


@pytest.mark.parametrize(
    "value", ["<script>alert(1)</script>", "a" * 41, "**bold**", "[x](http://evil)", "two\nlines", "$x$", "`x`"]
)
def test_what_could_be_markup_or_is_long_is_never_repeated(value: str) -> None:
    _, problems = Filters.read({"area": value}, FEW)
    assert problems == ("This release has no area of that name: it is left out.",)


@given(anything)
def test_any_link_leads_to_a_cut_that_is_held(query: dict[str, str]) -> None:
    for lattice in (FEW, MANY):
        filters, problems = Filters.read(query, lattice)
        assert lattice.holds(filters)
        assert (filters == Filters.from_query(query)) == (problems == ())
        assert all(len(problem) < 250 and not set(problem) & set("<>*[]`$\n") for problem in problems)
