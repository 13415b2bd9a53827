"""Cells whose absence is public: what the calendar rules out (`z`), and what was not supplied (`x`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from data.calendar import (
    WINDOW_MONTHS,
    could_be_school_age,
    last_reached_relative_term,
    month_of,
    months_between,
    period_days,
    window_days,
)
from metrics.catalogue import find
from metrics.filters import ALL
from metrics.indicator import AFTER_WINDOW, BEFORE_WINDOW, SPANS, Indicator
from metrics.lattice import Lattice

SHOWN, SUPPRESSED, CANNOT_EXIST, NOT_SUPPLIED = range(4)
"""Codes of a cell's symbol; see `SYMBOLS`."""

SYMBOLS: tuple[str | None, ...] = (None, "c", "z", "x")

_CARE = "social_care"

Span = tuple[date, date]
"""First and last day covered."""


@dataclass(frozen=True)
class Structure:
    """What is known of a release's cells without a look at any child.

    `supplied` names the authorities that supplied each source, `covered` the spans of days that their extracts cover: nothing is
    ruled out for want of days of an authority that it does not name.
    """

    lattice: Lattice
    supplied: Mapping[str, frozenset[str]]
    covered: Mapping[str, Mapping[str, Sequence[Span]]] = field(default_factory=dict)

    def symbols(self, cells: pa.Table, *, pairs: bool = False) -> np.ndarray:
        """The code of each cell's symbol: `CANNOT_EXIST`, `NOT_SUPPLIED`, or `SHOWN` where nothing rules it out.

        `cells` has an indicator, a time, an area, an age band and a period, each a dictionary of words; of `pairs` the time is
        the last of those after.
        """
        indicator, indicators = _coded(cells, "indicator")
        time, times = _coded(cells, "time")
        period, periods = _coded(cells, "period")
        age_band, age_bands = _coded(cells, "age_band")
        area, areas = _coded(cells, "area_code")
        catalogue = [find(one) for one in indicators]
        unreached = np.array([[[self._is_unreached(i, t, p) for p in periods] for t in times] for i in catalogue])
        too_young = np.array([[[_is_out_of_age(i, t, band) for band in age_bands] for t in times] for i in catalogue])
        lacking = np.array([[self._is_lacking(i, code) for code in areas] for i in catalogue])
        not_live = np.array([[[self._is_before_go_live(i, code, p) for p in periods] for code in areas] for i in catalogue])
        cannot_exist = (
            unreached[indicator, time, period] | too_young[indicator, time, age_band] | not_live[indicator, area, period]
        )
        uncovered = np.array([[[self._is_uncovered(t, pairs, code, p) for p in periods] for code in areas] for t in times])
        of_windows = np.array([i.table == "care_windows" and i.period_of == "imprisonment_month" for i in catalogue])
        lacks = lacking[indicator, area] | (of_windows[indicator] & uncovered[time, area, period])
        found = np.where(lacks, NOT_SUPPLIED, SHOWN).astype(np.int8)
        found[cannot_exist] = CANNOT_EXIST
        return found

    def _is_unreached(self, indicator: Indicator, time: str, period: str) -> bool:
        """Whether even the first day of the period has not been followed as far as that time, anywhere."""
        start = self.lattice.programme_start
        if period != ALL:
            first, last = period_days(period)
            if last < start:
                return True
            start = max(start, first)
        return time in indicator.time.codes and self._ends_after(indicator, time, start)

    def _ends_after(self, indicator: Indicator, time: str, start: date) -> bool:
        if indicator.table == "school_terms":
            last = self.lattice.observed_to.get("school_census")
            return last is not None and int(time) > last_reached_relative_term(start, last)
        if indicator.table == "care_windows":
            last = self.lattice.observed_to.get("social_care")
            windows = SPANS.get(time, (time,))
            return last is not None and any(window_days(month_of(start), window)[1] > last for window in windows)
        return False

    def _is_before_go_live(self, indicator: Indicator, area: str, period: str) -> bool:
        """Whether the whole period lies before anybody of the area could be offered support; never where that is not recorded."""
        if indicator.extract != "support":
            return False
        go_live = self.lattice.first_go_live(area)
        periods = self.lattice.periods if period == ALL else (period,)
        return go_live is not None and all(period_days(one)[1] < go_live for one in periods)

    def _is_lacking(self, indicator: Indicator, area: str) -> bool:
        """Whether the area's authority, or for the whole every authority, supplied nothing of the indicator's extract."""
        if indicator.extract is None:
            return False
        supplied = self.supplied.get(indicator.extract, frozenset())
        authority = self._authority(area)
        return not supplied if authority is None else authority not in supplied

    def _is_uncovered(self, time: str, pairs: bool, area: str, period: str) -> bool:
        """Whether in no month of the period a child imprisoned in it can have social care recorded throughout these windows.

        It begins too late, or ends too early, in that authority, or for the whole in every one. Never where no day is told.
        """
        windows = (BEFORE_WINDOW, AFTER_WINDOW) if pairs else SPANS.get(time, (time,))
        authority, covered = self._authority(area), self.covered.get(_CARE, {})
        if not covered or not set(windows) <= set(WINDOW_MONTHS) or (authority is not None and authority not in covered):
            return False
        extracts = covered.values() if authority is None else (covered[authority],)
        periods = sorted(self.lattice.periods) if period == ALL else [period]
        months = months_between(period_days(periods[0])[0], period_days(periods[-1])[1])
        return not any(_tells(spans, month, windows) for month in months for spans in extracts)

    def _authority(self, area: str) -> str | None:
        """The authority whose extracts cover an area; null for the whole."""
        known = self.lattice.area(area)
        assert known is not None, f"{area} is no area of the lattice"
        if known.kind == "all":
            return None
        return known.parent if known.kind == "district" else known.code


def _tells(spans: Sequence[Span], month: date, windows: Sequence[str]) -> bool:
    """Whether each of these windows around a month lies within one of the spans."""
    days = [window_days(month, window) for window in windows]
    return all(any(first <= start and end <= last for first, last in spans) for start, end in days)


def _is_out_of_age(indicator: Indicator, time: str, age_band: str) -> bool:
    """Whether no child of the age band can be of school age at that time."""
    return (
        indicator.table == "school_terms"
        and time in indicator.time.codes
        and age_band != ALL
        and not could_be_school_age(age_band, int(time))
    )


def _coded(cells: pa.Table, name: str) -> tuple[np.ndarray, list[str]]:
    """A column of words as codes, and the word of each code."""
    column = cells[name].unify_dictionaries().combine_chunks()
    return column.indices.to_numpy(), column.dictionary.to_pylist()
