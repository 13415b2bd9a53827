"""Two areas are compared on what both supplied: without these the one that began later is compared with other children."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from metrics import Figure, Filters
from metrics.extracts import Extracts
from metrics.presentation import areas, areas_quarters
from metrics.presentation.areas_difference import Sample
from metrics.presentation.areas_quarters import Shared, compare, compared_words, shared, total
from tests.metrics.areas_figures import STATUTORY, place
from tests.metrics.presentation_figures import figure, hidden
from tests.releases import AREAS, OXFORD, OXFORDSHIRE, READING, lattice_of

QUARTERS = ("2022Q1", "2022Q2", "2022Q3", "2022Q4", "2023Q1")
LATTICE = replace(lattice_of(600), periods=tuple(sorted((*QUARTERS, "2022", "2023"))), programme_start=date(2022, 1, 1))
HERE = Filters(area=OXFORDSHIRE)


def supplied(oxfordshire: date, reading: date, **definitions: str) -> Extracts:
    """Social care from those days on, to the middle of 2025."""
    last = date(2025, 6, 30)
    return Extracts(
        {"social_care": {OXFORDSHIRE: ((oxfordshire, last),), READING: ((reading, last),)}}, definitions, {}, (), None
    )


def test_a_quarter_is_shared_where_both_supplied_every_day_that_its_figure_looks_at() -> None:
    late = supplied(date(2017, 8, 1), date(2022, 7, 1))
    assert shared(STATUTORY, "m0", LATTICE, late, HERE, READING) == Shared(("2022Q3", "2022Q4", "2023Q1"), QUARTERS)
    middle = supplied(date(2017, 8, 1), date(2022, 8, 15))
    assert shared(STATUTORY, "m0", LATTICE, middle, HERE, READING).periods == ("2022Q4", "2023Q1")
    assert shared(STATUTORY, "m0", LATTICE, late, HERE.but(period="2022"), READING).periods == ("2022Q3", "2022Q4")
    both = supplied(date(2017, 8, 1), date(2017, 8, 1))
    assert shared(STATUTORY, "m0", LATTICE, both, HERE, READING).all


def test_a_district_supplied_what_its_authority_did() -> None:
    late = supplied(date(2017, 8, 1), date(2022, 7, 1))
    assert shared(STATUTORY, "m0", LATTICE, late, Filters(area=OXFORD), READING).periods == ("2022Q3", "2022Q4", "2023Q1")
    assert shared(STATUTORY, "m0", LATTICE, late, Filters(area=OXFORD), OXFORDSHIRE).all


LATE = Shared(("2022Q4", "2023Q1"), QUARTERS)


def cells(**by_period: Figure) -> areas_quarters.FigureOf:
    """Figures by period, `all_` for all; a period without one is not held."""
    return lambda filters: by_period.get("all_" if filters.period == "all" else f"p{filters.period}")


def test_shared_quarters_are_added_up_from_the_coarsest_cells() -> None:
    found = total(HERE, LATE, cells(all_=figure(k=50, n=100), p2022Q4=figure(k=4, n=20), p2023=figure(k=6, n=20)))
    assert found == Sample(40, 10, 100 * 10 / 40)


def test_where_a_shared_quarter_is_hidden_the_others_are_taken_from_the_whole() -> None:
    known = {"p2022Q1": figure(k=10, n=20), "p2022Q2": figure(k=10, n=20), "p2022Q3": hidden(symbol="x")}
    found = total(HERE, LATE, cells(all_=figure(k=50, n=100), p2022Q4=hidden(), p2023=figure(k=6, n=20), **known))
    assert found == Sample(100 - 40, 50 - 20, 50.0)


def test_where_both_ways_meet_a_hidden_cell_nothing_is_compared() -> None:
    given_away = cells(all_=figure(k=50, n=100), p2022Q4=hidden(), p2023=figure(k=6, n=20), p2022Q1=hidden())
    assert total(HERE, LATE, given_away) is None
    one, other = place(OXFORDSHIRE, 50, 100), place(READING, 50, 100)
    found = compare(one, other, HERE, LATE, cells(all_=figure(k=50, n=100), p2022Q4=hidden()), 1.0)
    assert (found.verdict, found.why) == ("unknown", areas_quarters.UNTESTED)


def test_two_areas_are_compared_on_shared_quarters_and_not_on_all_that_each_supplied() -> None:
    """Over the whole time Oxfordshire is higher; in the only quarters that both supplied it is not."""
    by_area = {
        OXFORDSHIRE: cells(all_=figure(k=90, n=100), p2022Q4=figure(k=20, n=60), p2023=figure(k=20, n=60)),
        READING: cells(all_=figure(k=40, n=120), p2022Q4=figure(k=20, n=60), p2023=figure(k=20, n=60)),
    }
    one, other = place(OXFORDSHIRE, 90, 100), place(READING, 40, 120)

    def figure_of(filters: Filters) -> Figure | None:
        return by_area[filters.area](filters)

    assert compare(one, other, HERE, Shared(QUARTERS, QUARTERS), figure_of, 1.0).verdict == "above"
    assert compare(one, other, HERE, LATE, figure_of, 1.0).verdict == "too_few"


def test_hidden_quarters_leave_the_whole_years_that_both_supplied() -> None:
    among = ("2022Q3", "2022Q4", "2023Q1", "2023Q2", "2023Q3", "2023Q4")
    on = Shared(among[1:], among)
    assert on.in_whole_years().periods == among[2:]
    one, other = place(OXFORDSHIRE, 90, 100), place(READING, 30, 100)
    figures = {
        OXFORDSHIRE: cells(p2022Q4=hidden(), p2023=figure(k=80, n=90)),
        READING: cells(p2022Q4=hidden(), p2023=figure(k=20, n=90)),
    }
    found = compare(one, other, HERE, on, lambda filters: figures[filters.area](filters), 1.0)
    assert (found.verdict, found.on.periods) == ("above", among[2:])


def test_what_was_compared_is_said_a_sentence_a_verdict_with_the_quarters_and_what_was_not() -> None:
    whole = Shared(QUARTERS, QUARTERS)
    told = [
        areas_quarters.Compared("Reading", "below", "", whole),
        areas_quarters.Compared("Slough", "too_few", "", LATE),
        areas_quarters.Compared("Wokingham", "unknown", "Not supplied: no extract from this area covers it.", whole),
    ]
    assert compared_words("Oxfordshire", told) == (
        "Clearly lower in Oxfordshire than in: Reading.",
        "Too few children to tell Oxfordshire from: Slough.",
        "Tested on the imprisonments of the whole period: Reading.",
        "Tested on the imprisonments of October 2022 to March 2023, which both supplied: Slough.",
        "Not compared with Wokingham: not supplied: no extract from this area covers it.",
    )


def test_an_area_of_another_definition_is_not_compared_and_the_reason_is_said() -> None:
    other = place(READING, 10, 100, apart="Its Early Help is “an episode” and not “an assessment”, so it is not compared.")
    found = compare(place(OXFORDSHIRE, 90, 100), other, HERE, Shared(QUARTERS, QUARTERS), cells(all_=figure()), 1.0)
    assert (found.verdict, found.why) == ("unknown", other.apart)


def test_no_comparison_is_made_where_nothing_was_supplied_by_both() -> None:
    found = compare(place(OXFORDSHIRE, 90, 100), place(READING, 1, 100), HERE, Shared((), QUARTERS), cells(all_=figure()), 1.0)
    assert (found.verdict, found.why) == ("unknown", "No quarter was supplied by both.")


def test_the_areas_are_the_releases_own() -> None:
    lattice = lattice_of(225, AREAS)
    assert [one.name for one in areas.authorities(lattice)] == ["Oxfordshire", "Reading"]
    assert [(one.name, [d.name for d in districts]) for one, districts in areas.divided(lattice)] == [("Oxfordshire", ["Oxford"])]
