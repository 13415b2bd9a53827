"""Children per 10,000 who live in an area: the worked rate, the days it is of, and where there is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from metrics import Comparator, Figure, Filters, Release
from metrics.presentation import per_10_000, per_10_000_words, population_of, recognised_days
from tests.metrics.presentation_figures import figure, hidden
from tests.releases import OXFORDSHIRE, publish_release

OF_OXFORDSHIRE = Filters(area=OXFORDSHIRE)
YEAR = (date(2023, 1, 1), date(2023, 12, 31))


def population(
    value: float = 150_000, year: int = 2023, children: str = "Children under 18", area: str = OXFORDSHIRE
) -> Comparator:
    return Comparator(
        comparator="population",
        indicator="population",
        area_code=area,
        area_name="Oxfordshire",
        population=children,
        period=f"mid-{year}",
        value=value,
        unit="children",
        source="ONS",
        fit="matched",
        reason="",
    )


def recognised(n: int = 300) -> Figure:
    return figure("recognised", "all", n, n, low=None, high=None)


def test_a_rate_is_children_recognised_of_ten_thousand_living_there() -> None:
    assert per_10_000(recognised(300), population(150_000)) == 300 / 150_000 * 10_000
    said = per_10_000_words(recognised(300), population(150_000), YEAR)
    assert said == "20.0 per 10,000 children in 2023 (300 of 150,000 children under 18, mid-2023)"


def test_there_is_no_rate_of_what_is_missing_or_hidden() -> None:
    for one, beside in ((None, population()), (hidden("recognised", "all"), population()), (recognised(), None)):
        assert per_10_000(one, beside) is None
        assert per_10_000_words(one, beside, YEAR) == ""


@pytest.mark.parametrize("id", ["families", "maternal", "attendance_mean"])
def test_only_a_number_of_children_has_a_rate(id: str) -> None:
    with pytest.raises(AssertionError, match=f"{id} is no number of children"):
        per_10_000(figure(id, "all", 20, 100), population())


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (date(2021, 11, 1), date(2021, 12, 31), "from November 2021 to December 2021, not a whole year"),
        (date(2022, 7, 1), date(2022, 9, 30), "from July 2022 to September 2022, not a whole year"),
        (date(2022, 2, 1), date(2023, 1, 31), "from February 2022 to January 2023, not a whole year"),
        (date(2021, 11, 1), date(2025, 9, 30), "from November 2021 to September 2025, more than one year"),
    ],
)
def test_what_is_no_calendar_year_is_not_said_to_be_one(first: date, last: date, says: str) -> None:
    assert says in per_10_000_words(recognised(), population(), (first, last))


def released(root: Path, *beside: Comparator) -> Release:
    rows = [{field: getattr(one, field) for field in one.__dataclass_fields__} for one in beside]
    return Release.open(publish_release(root, comparators=rows, manifest={"recognised_to": "2024-09-30"}))


def test_the_days_of_a_period_end_where_recognition_does(tmp_path: Path) -> None:
    release = released(tmp_path)
    start = release.lattice.programme_start
    assert recognised_days(release, Filters()) == (start, date(2024, 9, 30))
    assert recognised_days(release, Filters(period="2023")) == YEAR
    assert recognised_days(release, Filters(period=str(start.year)))[0] == start
    assert recognised_days(release, Filters(period="2024"))[1] == date(2024, 9, 30)


def test_the_population_is_of_the_same_area_and_age_and_the_nearest_mid_year(tmp_path: Path) -> None:
    younger = "Children aged 5 to 11"
    everyone, later, young = population(1), population(2, 2024), population(3, children=younger)
    england = population(4, area="E92000001")
    release = released(tmp_path, later, everyone, young, england)
    assert population_of(release, OF_OXFORDSHIRE.but(period="2023")) == everyone
    assert population_of(release, OF_OXFORDSHIRE.but(period="2024")) == later
    assert population_of(release, OF_OXFORDSHIRE.but(age_band="5-11")) == young
    assert population_of(release, OF_OXFORDSHIRE.but(age_band="0-4")) is None
    assert population_of(release, OF_OXFORDSHIRE.but(sex="F")) is None
    assert population_of(release, Filters()) is None
    assert release.comparators("recognised", OXFORDSHIRE) == ()
