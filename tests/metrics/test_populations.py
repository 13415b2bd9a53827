"""The population of a county and of the whole partnership: that of its parts, and none where a part has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from data.reference import POPULATION, Comparator, population_words
from metrics.area import areas_of
from metrics.compile.writing import with_wholes
from metrics.lattice import Lattice

OXFORDSHIRE, READING = "E10000025", "E06000038"
DISTRICTS = ("E07000177", "E07000178", "E07000179", "E07000180", "E07000181")
LATTICE = Lattice(areas_of("Thames Valley", (OXFORDSHIRE, READING)), (), (), (), 1, date(2021, 11, 1), {})


def living(area: str, value: float, period: str = "mid-2023") -> Comparator:
    told = {"population": population_words("all"), "period": period, "unit": "children", "source": "ONS", "fit": "matched"}
    return Comparator(POPULATION, POPULATION, area, "", value=value, reason="", academic_year="", phase="", **told)


def of_wholes(*known: Comparator) -> dict[tuple[str, str], float]:
    return {(one.area_code, one.period): one.value for one in with_wholes(known, LATTICE)[len(known) :]}


def test_a_county_is_its_districts_and_the_whole_its_authorities() -> None:
    districts = [living(code, 1_000 * number) for number, code in enumerate(DISTRICTS, 1)]
    county = 1_000 * (1 + 2 + 3 + 4 + 5)
    assert of_wholes(*districts) == {(OXFORDSHIRE, "mid-2023"): county}
    assert of_wholes(*districts, living(READING, 7)) == {(OXFORDSHIRE, "mid-2023"): county, ("all", "mid-2023"): county + 7}


def test_a_whole_of_which_a_part_is_missing_has_none() -> None:
    assert of_wholes(*(living(code, 1) for code in DISTRICTS[1:])) == {}
    assert of_wholes(living(OXFORDSHIRE, 9), living(READING, 7, "mid-2022")) == {}


def test_a_figure_of_its_own_is_not_added_up_again() -> None:
    districts = [living(code, 1) for code in DISTRICTS]
    assert of_wholes(*districts, living(OXFORDSHIRE, 9)) == {}
    assert of_wholes(living(OXFORDSHIRE, 9), living(READING, 7)) == {("all", "mid-2023"): 9 + 7}


def test_shares_are_never_added_up() -> None:
    share = replace(living(OXFORDSHIRE, 20.0), indicator="ehcp", unit="percent")
    assert of_wholes(share, replace(share, area_code=READING)) == {}
