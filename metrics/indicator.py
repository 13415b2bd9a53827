"""What an indicator is: declarations only, no input or output.

A measure says what is counted, in portable SQL predicates over the columns of one relation (see `RELATIONS`); a time
says when; the rest is what a reader needs to judge the figure. Everything the project shows loops over these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

from data.schema import CARE_WINDOWS, CHILDREN, FIRST_RELATIVE_TERM, LAST_RELATIVE_TERM, SCHOOL_TERMS, SUPPORT, WINDOWS, Table

Relation = Literal["children", "school_terms", "care_windows"]
Basis = Literal["observed", "followed"]
Extract = Literal["school_census", "meals", "social_care", "support"]
BASES: tuple[Basis, ...] = ("observed", "followed")
FOLLOWED_TERMS = range(-3, 4)
BEFORE_TERMS, AFTER_TERMS = range(-3, 0), range(1, 4)
BEFORE_WINDOW, AFTER_WINDOW = "b6", "a6"
SPANS = {"before": ("m-1", "m0"), "window": ("m-1", "w6")}


def _columns(*tables: Table) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column.name for table in tables for column in table.columns))


RELATIONS: dict[Relation, tuple[str, ...]] = {
    "children": _columns(CHILDREN, SUPPORT),
    "school_terms": (*_columns(CHILDREN, SCHOOL_TERMS), "ever_received_since_0"),
    "care_windows": (*(c for c in _columns(CHILDREN, CARE_WINDOWS, SUPPORT) if c != "window"), "any_active", "matched_any"),
}
"""The columns a predicate may name: the store's, but for the window, which is a row's time and nothing to ask about.
`ever_received_since_0`: a free school meal received in any term counted from 0 to this one; null before term 0.
`any_active`: Early Help, a statutory level or a MASH referral; null where not observed. `matched_any`: found in a school
or a social-care register."""

_SQL_WORDS = frozenset(
    ("AND", "OR", "NOT", "IS", "NULL", "IN", "BETWEEN", "COALESCE", "CASE", "WHEN", "THEN", "ELSE", "END", "TRUE", "FALSE")
)


class IndicatorError(Exception):
    """A declaration that cannot be computed; one sentence: which indicator, what is wrong, what was meant."""


@dataclass(frozen=True)
class Proportion:
    """The share of the children in `denominator` for whom `numerator` holds; percent, 0-100. Unknown is not counted."""

    numerator: str
    denominator: str


@dataclass(frozen=True)
class Mean:
    """The mean over the children in `denominator` of `value`, an integer in millionths; percent, 0-100."""

    value: str
    denominator: str


@dataclass(frozen=True)
class Pooled:
    """The sum of `numerator` over the sum of `total`, over the children in `denominator`; percent, 0-100."""

    numerator: str
    total: str
    denominator: str


@dataclass(frozen=True)
class Headcount:
    """How many different values of the column `of` there are; the value is 100 by definition."""

    of: str


Measure = Proportion | Mean | Pooled | Headcount


@dataclass(frozen=True)
class RelativeTerms:
    """School terms from the imprisonment, both ends included."""

    first: int = FIRST_RELATIVE_TERM
    last: int = LAST_RELATIVE_TERM
    headline: str = "0"

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """`-12` … `8`, in order."""
        return tuple(str(term) for term in range(self.first, self.last + 1))


@dataclass(frozen=True)
class Windows:
    """Windows of calendar months and spans of windows; lengths differ, so they are never compared in words."""

    codes: tuple[str, ...] = WINDOWS
    headline: str = "m0"


@dataclass(frozen=True)
class Whole:
    """No time: one figure a cut."""

    codes: tuple[str, ...] = ("all",)
    headline: str = "all"


Time = RelativeTerms | Windows | Whole


@dataclass(frozen=True)
class Indicator:
    """One indicator; raises `IndicatorError` where a predicate names a column its relation does not have.

    `question` is the id of the one that it answers, which the catalogue must have (`metrics.catalogue.questions`).
    `extract` names what a partner must supply for there to be a figure; none where every child is counted whatever was
    supplied. `comparator` names the entry of `data/reference/comparators.csv` that stands beside it, if any. `source` is
    the figure of the published study, `caveat` the one thing a reader must know. `better` says which way is better for a
    child, where that can be said. `change` is how before and after are made: `any` of the terms (flags), `pooled`
    (sessions), `window` (b6 against a6), or none. `period_of` names the month that places a child in a period.
    `followed`: also shown for the same children throughout, those observed in every term -3 to +3.

    What follows from what, for disclosure control: `within` names indicators that hold for every child for whom this one
    does; `splits` what this one and the others with the same word make up, each child in one of them: an indicator's id,
    or any word for the whole base; `split_by` tells one way of splitting it from another. `cumulates`: holding at a time
    means holding in every longer time around it. `is_union`: counting only children for whom one of those `within` it holds.
    `lasts`: holding at a time means holding at every other time of the same base. `rises_to`: for whom it holds at a time, it or
    that indicator, or what that one rises to, holds in every longer time around it. `attended`: holding means having attended at
    least this share, 0-1, of the sessions whose mean or pooled share is shown of the same base.
    `most_filters`: shown with at most so many filters, where finer cuts would tell of single children.
    """

    id: str
    title: str
    table: Relation
    measure: Measure
    time: Time
    definition: str
    question: str = ""
    extract: Extract | None = None
    comparator: str | None = None
    source: str | None = None
    caveat: str | None = None
    better: Literal["higher", "lower"] | None = None
    change: Literal["any", "pooled", "window"] | None = None
    period_of: Literal["imprisonment_month", "recognised_month"] = "imprisonment_month"
    followed: bool = False
    within: tuple[str, ...] = ()
    splits: str | None = None
    split_by: str | None = None
    cumulates: bool = False
    is_union: bool = False
    lasts: bool = False
    rises_to: str | None = None
    attended: float | None = None
    most_filters: int | None = None

    def __post_init__(self) -> None:
        """Refuse what could never be computed, while the catalogue loads."""
        if self.time.headline not in self.time.codes:
            raise IndicatorError(
                f"Indicator {self.id}: its headline {self.time.headline} is none of its times {self.time.codes}."
            )
        if self.followed and not isinstance(self.time, RelativeTerms):
            raise IndicatorError(f"Indicator {self.id}: only indicators by relative term can be followed.")
        for field in fields(self.measure):
            self._check_columns(field.name, getattr(self.measure, field.name))

    def _check_columns(self, part: str, predicate: str) -> None:
        known = RELATIONS[self.table]
        for name in re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", predicate)):
            if name in known or name.upper() in _SQL_WORDS:
                continue
            near = get_close_matches(name, known, n=1, cutoff=0.0)[0]
            raise IndicatorError(
                f"Indicator {self.id}: its {part} names {name}, which is no column of {self.table}; did you mean {near}?"
            )

    @property
    def bases(self) -> tuple[Basis, ...]:
        """The bases it is shown on."""
        return BASES if self.followed else ("observed",)

    def most_filters_on(self, basis: Basis) -> int | None:
        """With how many filters it is shown on one basis; null where with as many as the lattice allows.

        The same children throughout stand beside all who were observed: in any smaller group those left over would be few.
        """
        return 0 if basis == "followed" else self.most_filters

    def codes(self, basis: Basis = "observed") -> tuple[str, ...]:
        """Its times in order on one basis: where the same children are followed, no further than they are."""
        return self.time.codes if basis == "observed" else self._followed_codes

    @cached_property
    def _followed_codes(self) -> tuple[str, ...]:
        return tuple(code for code in self.time.codes if int(code) in FOLLOWED_TERMS)

    @property
    def before_and_after(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The times that make its before, and those that make its after; none where it has no change."""
        if self.change is None:
            return (), ()
        if self.change == "window":
            return (BEFORE_WINDOW,), (AFTER_WINDOW,)
        return tuple(map(str, BEFORE_TERMS)), tuple(map(str, AFTER_TERMS))
