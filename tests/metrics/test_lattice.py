"""Which cuts a release holds. What these tests prevent: a cut offered that has no figures, or one too fine to be safe."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.filters import ALL, DIMENSIONS, Dimension, Filters
from metrics.lattice import Lattice, Options
from tests.builders import CHERWELL, MILTON_KEYNES, write_store
from tests.releases import OXFORD, OXFORDSHIRE, READING, lattice_of

FEW, MANY = lattice_of(499), lattice_of(500, sexes=("F", "M", "U"))
ONE_AND_YEARS = MANY.under(most_filters=1, whole_years=True)
lattices = st.sampled_from([FEW, MANY, ONE_AND_YEARS, MANY.under(2, whole_years=False), FEW.under(0, whole_years=True)])


@st.composite
def asked(draw: st.DrawFn) -> tuple[Lattice, Filters]:
    """A lattice and any cut of its values, held or not, now and then with a value it has not."""
    lattice = draw(lattices)
    values = {d: draw(st.sampled_from((*lattice.values(d), "unheard-of"))) for d in DIMENSIONS}
    return lattice, Filters(**values)


DECLARED = lattice_of(225).to_json()
NO_LATTICE: list[dict[str, Any]] = [
    {"areas": []},
    {"areas": DECLARED["areas"][1:]},
    {"areas": [*DECLARED["areas"], DECLARED["areas"][1]]},
    {"areas": [DECLARED["areas"][0] | {"name": None}]},
    {"areas": [DECLARED["areas"][0] | {"name": "Thames\nValley"}]},
    {"areas": [*DECLARED["areas"], {"code": "E1", "name": "Itself", "kind": "district", "parent": "E1"}]},
    {"areas": [*DECLARED["areas"], {"code": "E1", "name": "Nowhere", "kind": "authority", "parent": "E2"}]},
    {"areas": [*DECLARED["areas"], {"code": "E1", "name": "A county", "kind": "county", "parent": "all"}]},
    {"areas": [*DECLARED["areas"], {"code": "E1", "name": "Soon", "kind": "authority", "parent": "all", "go_live": "soon"}]},
    {"age_bands": []},
    {"age_bands": ["40-50"]},
    {"sexes": ["F", "F"]},
    {"periods": []},
    {"periods": ["2022Q9"]},
    {"periods": ["all"]},
    {"most_filters_allowed": -1},
    {"children_total": -1},
]


@pytest.mark.parametrize("changes", NO_LATTICE, ids=lambda changes: str(changes)[-60:])
def test_what_a_manifest_declares_and_no_lattice_can_be_is_refused(changes: dict[str, Any]) -> None:
    assert Lattice.from_json(DECLARED) == lattice_of(225)
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        Lattice.from_json(DECLARED | changes)


def test_few_children_are_cut_by_two_filters_and_whole_years() -> None:
    assert FEW.holds(Filters(OXFORD, "5-11"))
    assert FEW.holds(Filters(sex="F", period="2022"))
    assert not FEW.holds(Filters(OXFORDSHIRE, "5-11", "F"))
    assert not FEW.holds(Filters(period="2022Q3"))


def test_many_children_are_cut_by_quarters_and_a_third_filter_with_whole_authorities_and_years() -> None:
    assert MANY.holds(Filters(OXFORD, period="2022Q3"))
    assert MANY.holds(Filters(OXFORDSHIRE, "5-11", "F"))
    assert MANY.holds(Filters(age_band="5-11", sex="F", period="2022"))
    assert not MANY.holds(Filters(OXFORD, "5-11", "F"))
    assert not MANY.holds(Filters(OXFORDSHIRE, "5-11", period="2022Q3"))
    assert not MANY.holds(Filters(OXFORDSHIRE, "5-11", "F", "2022"))


def test_there_are_as_many_cuts_as_the_rules_make() -> None:
    areas, districts, ages, sexes, years = 3, 1, 3, 2, 2
    pairs = areas * (ages + sexes + years) + ages * sexes + ages * years + sexes * years
    assert len(list(FEW.cuts())) == 1 + (areas + ages + sexes + years) + pairs

    sexes, periods, authorities = 3, 4, areas - districts
    pairs = areas * (ages + sexes + periods) + ages * sexes + ages * periods + sexes * periods
    triples = authorities * (ages * sexes + ages * years + sexes * years) + ages * sexes * years
    assert len(list(MANY.cuts())) == 1 + (areas + ages + sexes + periods) + pairs + triples


@given(asked())
def test_a_cut_is_held_exactly_when_it_is_among_the_cuts(asked: tuple[Lattice, Filters]) -> None:
    lattice, filters = asked
    held = Counter(lattice.cuts())[filters]
    assert held in (0, 1)
    assert lattice.holds(filters) == (held == 1) == (lattice.why_not(filters) is None)


@given(asked(), st.sampled_from(DIMENSIONS))
def test_the_options_are_the_values_that_are_held(asked: tuple[Lattice, Filters], dimension: Dimension) -> None:
    lattice, filters = asked
    options = lattice.options(filters, dimension)
    held = [value for value in lattice.values(dimension) if lattice.holds(filters.but(**{dimension: value}))]
    assert list(options.values) == held
    assert options.disabled == (set(held) <= {ALL})
    assert (options.reason is None) == (len(held) == len(lattice.values(dimension)))
    if lattice.holds(filters):
        assert {ALL, getattr(filters, dimension)} <= set(options.values), "what is chosen stays, and can be cleared"


def test_a_third_filter_is_disabled_with_the_reason() -> None:
    reason = "At most two filters at once, so that no child can be recognised: clear one first."
    assert FEW.options(Filters(OXFORDSHIRE, "5-11"), "sex") == Options((ALL,), reason, disabled=True)


def test_districts_and_quarters_are_left_out_beside_two_filters() -> None:
    assert MANY.options(Filters(age_band="5-11", sex="F"), "area") == Options(
        (ALL, OXFORDSHIRE, READING),
        "A district goes with one other filter at most, so that no child can be recognised: clear one first.",
        disabled=False,
    )
    assert MANY.options(Filters(OXFORDSHIRE, sex="F"), "period").values == (ALL, "2022", "2023")


def test_a_policy_may_allow_one_filter_and_whole_years_alone() -> None:
    areas, ages, sexes, years = 3, 3, 3, 2
    assert len(list(ONE_AND_YEARS.cuts())) == 1 + areas + ages + sexes + years
    assert not ONE_AND_YEARS.holds(Filters(OXFORDSHIRE, period="2022"))
    assert not ONE_AND_YEARS.holds(Filters(period="2022Q3"))
    assert ONE_AND_YEARS.options(Filters(OXFORD), "sex") == Options(
        (ALL,), "One filter at once, so that no child can be recognised: clear the others first.", disabled=True
    )


@given(asked(), st.integers(0, 4), st.booleans())
def test_what_a_policy_allows_is_part_of_the_lattice(asked: tuple[Lattice, Filters], filters: int, whole_years: bool) -> None:
    lattice, cut = asked
    is_allowed = len(cut.chosen) <= filters and not (whole_years and "Q" in cut.period)
    assert lattice.under(filters, whole_years).holds(cut) == (lattice.holds(cut) and is_allowed)


def test_a_policy_that_allows_as_much_as_so_many_children_do_changes_nothing() -> None:
    assert FEW.under(2, whole_years=True) == FEW == FEW.under(3, whole_years=False)
    assert MANY.under(3, whole_years=False) == MANY != MANY.under(2, whole_years=False)


@pytest.mark.parametrize(("allowed", "said"), [(0, "of all children together"), (1, "One filter"), (2, "At most two filters")])
def test_one_filter_too_many_is_refused_with_how_many_there_may_be(allowed: int, said: str) -> None:
    too_many = Filters(OXFORDSHIRE, "5-11", "F")
    assert said in (MANY.under(allowed, whole_years=False).why_not(too_many) or "")


def test_what_is_coarser_comes_nearest_first() -> None:
    assert list(MANY.rings(Filters(OXFORD, period="2022Q3"))) == [
        (Filters(OXFORD, period="2022"), Filters(OXFORDSHIRE, period="2022Q3")),
        (Filters(OXFORDSHIRE, period="2022"),),
        (Filters(OXFORD), Filters(period="2022Q3")),
        (Filters(OXFORDSHIRE), Filters(period="2022")),
        (Filters(),),
    ]


def test_a_quarter_is_generalised_to_all_where_only_years_are_held() -> None:
    assert next(FEW.generalise(Filters(OXFORD, period="2022Q3"))) == Filters(OXFORD, period="2022")


@given(asked())
def test_every_generalisation_is_held_and_strictly_coarser_and_the_last_is_the_whole(asked: tuple[Lattice, Filters]) -> None:
    lattice, filters = asked
    found = list(lattice.generalise(filters))
    assert len(found) == len(set(found))
    assert all(lattice.holds(cut) and cut != filters for cut in found)
    assert all(_covers(lattice, getattr(cut, d), d, getattr(filters, d)) for cut in found for d in DIMENSIONS)
    assert found[-1:] == ([Filters()] if filters.chosen else [])


@given(asked())
def test_a_filter_is_dropped_only_after_every_way_of_keeping_it(asked: tuple[Lattice, Filters]) -> None:
    lattice, filters = asked
    dropped = [len(filters.chosen) - len(cut.chosen) for cut in lattice.generalise(filters)]
    assert dropped == sorted(dropped)


def _covers(lattice: Lattice, coarse: str, dimension: Dimension, fine: str) -> bool:
    """Whether every child of the fine value is one of the coarse value, told from the codes alone."""
    if coarse in (ALL, fine):
        return True
    if dimension == "period":
        return "Q" in fine and fine.startswith(coarse)
    return dimension == "area" and (coarse, fine) == (OXFORDSHIRE, OXFORD)


@given(lattices)
def test_a_manifest_keeps_the_lattice_whole(lattice: Lattice) -> None:
    assert Lattice.from_json(json.loads(json.dumps(lattice.to_json()))) == lattice


def test_a_manifest_written_before_policies_limited_filters_is_still_read() -> None:
    form = {name: value for name, value in MANY.to_json().items() if name != "most_filters_allowed"}
    assert Lattice.from_json(form) == MANY


def test_the_lattice_of_a_store_names_its_areas_its_months_and_what_was_recorded(tmp_path: Path) -> None:
    store = write_store(
        tmp_path,
        [
            {"child_id": "a", "area_code": OXFORDSHIRE, "district_code": CHERWELL, "imprisonment_month": date(2022, 2, 1)},
            {"child_id": "b", "area_code": MILTON_KEYNES, "sex": "U", "recognised_month": date(2023, 5, 1)},
        ],
    )
    lattice = Lattice.of(store)
    assert [area.name for area in lattice.areas] == [
        *("Thames Valley", "Milton Keynes", "Oxfordshire"),
        *("Cherwell", "Oxford", "South Oxfordshire", "Vale of White Horse", "West Oxfordshire"),
    ]
    assert [area.go_live for area in lattice.areas[:3]] == [None, "2022-12", "2022-01"]
    assert {area.parent for area in lattice.areas[3:]} == {OXFORDSHIRE}
    assert lattice.sexes == ("F", "M", "U")
    assert lattice.periods == ("2021", "2022", "2023")
    assert lattice.children_total == 2
    assert set(lattice.observed_to.values()) == {date(2025, 7, 31)}


@pytest.mark.parametrize(("children", "periods"), [(499, ("2021",)), (500, ("2021", "2021Q4"))])
def test_quarters_are_held_from_five_hundred_children(tmp_path: Path, children: int, periods: tuple[str, ...]) -> None:
    month = date(2021, 12, 1)
    rows = [{"child_id": f"{n}", "imprisonment_month": month, "recognised_month": month} for n in range(children)]
    lattice = Lattice.of(write_store(tmp_path, rows))
    assert lattice.periods == periods
    assert lattice.sexes == ("F", "M"), "nobody's sex is unrecorded"
