"""Figures, pairs and comparators made by hand, and by Hypothesis, for the tests of their presentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from metrics import Comparator, Figure, Filters, Pair
from metrics.presentation.comparators import ENGLAND

TERMS = range(-12, 9)


def figure(indicator: str = "sen_support", time: str = "0", k: int | None = 57, n: int = 184, **changed: Any) -> Figure:
    """A shown share, k of n, with an interval of five points either way."""
    value = 100 * k / n if k is not None else 79.9
    ends = {"low": max(value - 5, 0.0), "high": min(value + 5, 100.0)}
    given: dict[str, Any] = {"value": value, "expected": None, "symbol": None, **ends, **changed}
    return Figure(indicator, "observed", time, n, k, **given)


def hidden(indicator: str = "sen_support", time: str = "0", symbol: str = "c") -> Figure:
    """A figure that is not shown."""
    return Figure(indicator, "observed", time, None, None, None, None, None, None, symbol)  # type: ignore[arg-type]


def comparator(value: float = 13.6, *, fit: str = "matched", **changed: Any) -> Comparator:
    """All pupils in England, unless told otherwise."""
    given: dict[str, Any] = {
        "fit": fit,
        "comparator": "sen_support",
        "indicator": "sen_support",
        "area_code": ENGLAND,
        "area_name": "England",
        "population": "All pupils, England",
        "period": "January 2024 census",
        "unit": "percent",
        "source": "DfE",
        "reason": None if fit == "matched" else "One is a year and the other a term.",
    }
    return Comparator(value=value, **(given | changed))


def in_need(value: float = 21.8, **changed: Any) -> Comparator:
    """England's children in need."""
    return comparator(value, fit="similar", **({"population": "Children in need, England", "period": "31 March 2024"} | changed))


def here(value: float = 16.3) -> Comparator:
    """All pupils of one authority."""
    return comparator(value, area_code="E10000025", area_name="Oxfordshire", population="All pupils, Oxfordshire")


def pair(indicator: str = "fsm_received", **changed: Any) -> Pair:
    """Of 100 children 50 before and 60 after: 20 gained, 10 lost."""
    given = {"kind": "any", "n_both": 100, "before_count": 50, "after_count": 60, "gained": 20, "lost": 10}
    empty = {"before_value": None, "after_value": None, "low": None, "high": None, "p_value": 0.001, "symbol": None}
    return Pair(indicator, **(given | empty | changed))  # type: ignore[arg-type]


class Told:
    """A cut that holds just these figures."""

    def __init__(self, *figures: Figure) -> None:
        self.figures = {(f.indicator, f.time): f for f in figures}
        self.filters = Filters()

    def figure(self, indicator_id: str, time: str | None = None, basis: str = "observed") -> Figure | None:
        """The figure of that time, or the only one."""
        if time is not None:
            return self.figures.get((indicator_id, time))
        return next((f for (id, _), f in self.figures.items() if id == indicator_id), None)


@st.composite
def series(draw: st.DrawFn, indicator: str = "sen_support") -> tuple[Figure, ...]:
    """A figure for each term, some hidden, some of few children."""
    return tuple(draw(_term(indicator, str(term))) for term in TERMS)


def _term(indicator: str, time: str) -> st.SearchStrategy[Figure]:
    shown = st.tuples(st.integers(10, 400), st.floats(0, 1), st.floats(0, 30), st.floats(0, 30)).map(
        lambda t: _shown(indicator, time, *t)
    )
    return st.one_of(shown, shown, shown, st.sampled_from("czx").map(lambda symbol: hidden(indicator, time, symbol)))


def _shown(indicator: str, time: str, n: int, share: float, below: float, above: float) -> Figure:
    k = round(n * share)
    value = 100 * k / n
    return figure(indicator, time, k, n, low=max(value - below, 0.0), high=min(value + above, 100.0))


def comparators() -> st.SearchStrategy[Sequence[Comparator]]:
    """None to three populations at any values."""
    value = st.floats(0, 100)
    three = st.tuples(value.map(comparator), value.map(here), value.map(in_need))
    return st.tuples(three, st.integers(0, 3)).map(lambda t: t[0][: t[1]])
