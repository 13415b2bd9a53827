"""Which figure is asked about: the words of the command line, checked against the catalogue and the partnership."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from data import reference
from data.calendar import quarters_between, years_between
from data.errors import DataError
from data.schema import AGE_BANDS, SEXES
from metrics.catalogue import INDICATORS
from metrics.filters import ALL, Filters
from metrics.indicator import Basis, Indicator

MOST_NAMED = 24
"""How many codes a sentence lists; of more, it names the nearest."""

_REPEATABLE = re.compile(r"[\w+-]{1,40}")


@dataclass(frozen=True)
class Asked:
    """The figure as the command line names it: an area by code or name; `time` is the indicator's headline where it is None."""

    indicator: str
    area: str = ALL
    age_band: str = ALL
    sex: str = ALL
    period: str = ALL
    time: str | None = None
    basis: str = "observed"


@dataclass(frozen=True)
class Question:
    """One figure: an indicator at a time, on a basis, of a cut."""

    indicator: Indicator
    time: str
    basis: Basis
    cut: Filters


def understand(asked: Asked) -> Question:
    """The figure asked about; `DataError` for a code that means nothing anywhere, before anything is read."""
    by_id = {indicator.id: indicator for indicator in INDICATORS}
    if asked.indicator not in by_id:
        raise DataError(f"There is no indicator{_said(asked.indicator)}: did you mean {_nearest(asked.indicator, list(by_id))}?")
    indicator = by_id[asked.indicator]
    basis = next((basis for basis in indicator.bases if basis == asked.basis), None)
    if basis is None:
        raise DataError(
            f"{indicator.id} has no basis{_said(asked.basis)}: use {' or '.join(indicator.bases)} with --basis, or leave it out."
        )
    time = indicator.time.headline if asked.time is None else asked.time
    _check(f"time of {indicator.id}", "--time", time, indicator.codes(basis))
    _check("age band", "--age-band", asked.age_band, (ALL, *AGE_BANDS))
    _check("sex", "--sex", asked.sex, (ALL, *SEXES))
    by_name = {area.name.casefold(): area.code for area in reference.areas().values()}
    area = by_name.get(asked.area.casefold(), asked.area)
    _check("area", "--area", area, (ALL, *reference.areas()))
    return Question(indicator, time, basis, Filters(area, asked.age_band, asked.sex, asked.period))


def check_place(cut: Filters, areas: Sequence[str], first: date, last: date) -> None:
    """`DataError` where the partnership has no such area, or no such period between those days."""
    _check("area", "--area", cut.area, (ALL, *areas))
    years = years_between(first, last)
    if cut.period not in (ALL, *years, *quarters_between(first, last)):
        raise DataError(
            f"There is no period{_said(cut.period)}: use {ALL}, a year from {years[0]} to {years[-1]}, or a quarter such as"
            f" {years[0]}Q4 with --period."
        )


def _check(what: str, option: str, value: str, allowed: Collection[str]) -> None:
    if value in allowed:
        return
    known = (
        f"one of {', '.join(allowed)}" if len(allowed) <= MOST_NAMED else f"{ALL} or a code such as {_nearest(value, allowed)}"
    )
    raise DataError(f"There is no {what}{_said(value)}: use {known} with {option}.")


def _nearest(value: str, allowed: Collection[str]) -> str:
    *others, last = get_close_matches(value, list(allowed), n=3, cutoff=0.0)
    return f"{', '.join(others)} or {last}" if others else last


def _said(value: str) -> str:
    """The value, where it is so short and plain that it can only be a code."""
    return f" {value}" if _REPEATABLE.fullmatch(value) else " of that name"
