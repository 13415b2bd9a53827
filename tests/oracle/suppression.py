"""What a reader may not see: cells that cannot exist, were not supplied, or are too small; under `partners`.

What is hidden besides, for what it would tell of these, is not worked out here: `tests/attack` asks whether it is enough.
"""

from __future__ import annotations

from datetime import date

from tests.oracle.cohort import Cohort
from tests.oracle.dates import SPAN_WINDOWS, could_be_school_age, month_of, period_days, term_after, window_days
from tests.oracle.figures import Cut, Figure
from tests.oracle.indicators import HEADCOUNTS, MEANS, OF_THE_OFFER, QUESTIONS, is_by_term
from tests.oracle.journey import go_lives
from tests.oracle.lattice import authority_of_district
from tests.oracle.pairs import POOLED, Pair

SMALLEST_BASE, LARGEST_SMALL_COUNT, SMALLEST_BASE_OF_A_ZERO = 10, 5, 30


def source_of(indicator: str) -> str | None:
    """The extract without which there is nothing to show; none for what the force itself records."""
    if indicator in OF_THE_OFFER:
        return "support"
    if indicator.startswith("fsm_received"):
        return "meals"
    if is_by_term(indicator):
        return "school_census"
    return "social_care" if QUESTIONS[indicator][1] != ("all",) else None


def first_possible_day(cohort: Cohort, period: str) -> date:
    """The earliest day on which a child of the period can have been recognised."""
    start = cohort.programme_start
    return start if period == "all" else max(start, period_days(period)[0])


def is_before_programme(cohort: Cohort, period: str) -> bool:
    """Whether the whole period lies before the programme."""
    return period != "all" and period_days(period)[1] < cohort.programme_start


def is_before_go_live(cohort: Cohort, cut: Cut) -> bool:
    """Whether the offer began nowhere in the area before the period ended; not where some part's beginning is not recorded."""
    homes = {(row["area_code"], row["district_code"]) for row in (child.facts for child in cohort.children)}
    authorities = {area for area, _ in homes} | {area for areas in cohort.observed_to.values() for area in areas}
    districts = authority_of_district()
    chosen = {cut.area} if cut.area != "all" else authorities
    parts = chosen | {district for district, authority in districts.items() if authority in chosen}
    began = [go_lives()[part] for part in parts]
    if None in began:
        return False
    last_month = max(child.facts["recognised_month"] for child in cohort.children)
    last_day = period_days(cut.period)[1] if cut.period != "all" else period_days(f"{last_month.year}")[1]
    return min(day for day in began if day) > last_day


def not_yet_reached(cohort: Cohort, indicator: str, time: str, period: str) -> bool:
    """Whether even the period's first day has not been followed as far as this time, anywhere."""
    if time == "all":
        return False
    days = cohort.observed_to.get("school_census" if is_by_term(indicator) else "social_care", {}).values()
    if not days:
        return False
    first = first_possible_day(cohort, period)
    if is_by_term(indicator):
        return term_after(first, int(time)).last_day > max(days)
    return any(window_days(month_of(first), window)[1] > max(days) for window in SPAN_WINDOWS.get(time, (time,)))


def structural(cohort: Cohort, indicator: str, cut: Cut, time: str) -> str | None:
    """`z` for a cell that cannot exist, `x` for one whose extract no area of the cut supplied."""
    if is_before_programme(cohort, cut.period) or not_yet_reached(cohort, indicator, time, cut.period):
        return "z"
    if indicator in OF_THE_OFFER and is_before_go_live(cohort, cut):
        return "z"
    if is_by_term(indicator) and cut.age_band != "all" and not could_be_school_age(cut.age_band, int(time)):
        return "z"
    return "x" if not_supplied(cohort, indicator, cut.area) else None


def not_supplied(cohort: Cohort, indicator: str, area: str) -> bool:
    """Whether the area's authority (for all: every authority) has no extract of the indicator's source."""
    source = source_of(indicator)
    if source is None:
        return False
    supplied = cohort.observed_to.get(source, {})
    return not supplied if area == "all" else authority_of_district().get(area, area) not in supplied


def is_small(count: int, base: int) -> bool:
    """One to five; or none of fewer than thirty."""
    return 1 <= count <= LARGEST_SMALL_COUNT or (count == 0 and base < SMALLEST_BASE_OF_A_ZERO)


def primary(indicator: str, figure: Figure) -> bool:
    """Whether the figure alone is too small to show."""
    if figure.n < SMALLEST_BASE:
        return True
    if indicator in MEANS or indicator in HEADCOUNTS:
        return False
    assert figure.count is not None, "a proportion has a count"
    return is_small(figure.count, figure.n) or is_small(figure.n - figure.count, figure.n)


def primary_of_pair(indicator: str, pair: Pair) -> bool:
    """Whether the base or any group of children told by it is too small to show.

    The groups are either side and what is left of it, those who gained or lost, and those with it on both sides or on neither.
    """
    if pair.n_both < SMALLEST_BASE or indicator == POOLED:
        return pair.n_both < SMALLEST_BASE
    assert pair.before_count is not None and pair.after_count is not None, "a flag has counts"
    assert pair.gained is not None and pair.lost is not None, "a flag has counts"
    counts = [pair.before_count, pair.after_count, pair.gained, pair.lost]
    counts += [pair.n_both - pair.before_count, pair.n_both - pair.after_count]
    counts += [pair.before_count - pair.lost, pair.n_both - pair.before_count - pair.gained]
    return any(is_small(count, pair.n_both) for count in counts)
