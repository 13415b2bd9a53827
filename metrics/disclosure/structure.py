"""Cells whose absence is public: what the calendar rules out (`z`), and what was not supplied (`x`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from data.calendar import could_be_school_age, last_reached_relative_term, month_of, period_days, window_days
from metrics.catalogue import find
from metrics.filters import ALL
from metrics.indicator import SPANS, Indicator
from metrics.lattice import Lattice

SHOWN, SUPPRESSED, CANNOT_EXIST, NOT_SUPPLIED = range(4)
"""Codes of a cell's symbol; see `SYMBOLS`."""

SYMBOLS: tuple[str | None, ...] = (None, "c", "z", "x")


@dataclass(frozen=True)
class Structure:
    """What is known of a release's cells without a look at any child.

    `supplied` names the authorities that supplied each source.
    """

    lattice: Lattice
    supplied: Mapping[str, frozenset[str]]

    def symbols(self, cells: pa.Table) -> np.ndarray:
        """The code of each cell's symbol: `CANNOT_EXIST`, `NOT_SUPPLIED`, or `SHOWN` where nothing rules it out.

        `cells` has an indicator, a time, an area, an age band and a period, each a dictionary of words.
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
        found = np.where(lacking[indicator, area], NOT_SUPPLIED, SHOWN).astype(np.int8)
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
        known = self.lattice.area(area)
        assert known is not None, f"{area} is no area of the lattice"
        if known.kind == "all":
            return not supplied
        return (known.parent if known.kind == "district" else known.code) not in supplied


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
