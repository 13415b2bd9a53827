"""The filters: which cut of the cohort a reader has chosen, its form in a URL and its words. No input or output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from metrics.lattice import Lattice

ALL = "all"
Dimension = Literal["area", "age_band", "sex", "period"]
DIMENSIONS: tuple[Dimension, ...] = ("area", "age_band", "sex", "period")
URL_KEYS: dict[Dimension, str] = {"area": "area", "age_band": "age", "sex": "sex", "period": "period"}

DIMENSION_WORDS: dict[Dimension, str] = {"area": "area", "age_band": "age band", "sex": "sex", "period": "period"}
QUARTER_WORDS = {"1": "January to March", "2": "April to June", "3": "July to September", "4": "October to December"}
SEX_WORDS = {"F": "girls", "M": "boys", "U": "sex not recorded"}

_REPEATABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,39}")


@dataclass(frozen=True)
class Filters:
    """One cut: an area, an age band, a sex, a period of imprisonment; `all` where the reader has not chosen."""

    area: str = ALL
    age_band: str = ALL
    sex: str = ALL
    period: str = ALL

    @property
    def chosen(self) -> tuple[Dimension, ...]:
        """The dimensions that are not `all`."""
        return tuple(d for d in DIMENSIONS if getattr(self, d) != ALL)

    def but(self, **changes: str) -> Filters:
        """The same cut with some dimensions changed."""
        return replace(self, **changes)

    def query(self) -> dict[str, str]:
        """The URL's query parameters; a dimension that is `all` is left out."""
        return {URL_KEYS[d]: getattr(self, d) for d in self.chosen}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filters:
        """The cut that a URL names, unchecked: whether a release holds it is the lattice's to say."""
        return cls(**{d: query[URL_KEYS[d]] for d in DIMENSIONS if query.get(URL_KEYS[d])})

    @classmethod
    def read(cls, query: Mapping[str, str], lattice: Lattice) -> tuple[Filters, tuple[str, ...]]:
        """The cut that a URL names, as near as the lattice holds one, and a sentence for the reader on each thing changed."""
        asked = lattice.settled(cls.from_query(query))
        unknown = [d for d in DIMENSIONS if getattr(asked, d) not in lattice.values(d)]
        problems = [f"This release has no {DIMENSION_WORDS[d]}{_quoted(getattr(asked, d))}: it is left out." for d in unknown]
        known = lattice.settled(asked.but(**dict.fromkeys(unknown, ALL)))
        refusal = lattice.why_not(known)
        if refusal is None:
            return known, tuple(problems)
        nearest = next(lattice.generalise(known))
        return nearest, (*problems, f"{refusal} Shown instead: {nearest.words(lattice)}.")

    def words(self, lattice: Lattice) -> str:
        """The cut in plain English: `Oxfordshire, girls, aged 5 to 11, parent imprisoned in 2022`."""
        area = lattice.area(self.area)
        assert area is not None, f"{self.area!r} is not an area of the lattice"
        said = [area.name, "all children" if self.sex == self.age_band == ALL else "", SEX_WORDS.get(self.sex, "")]
        if self.age_band != ALL:
            said.append(f"aged {self.age_band.replace('-', ' to ')}{' at imprisonment' if self.period == ALL else ''}")
        if self.period != ALL:
            said.append(f"parent imprisoned in {period_words(self.period)}")
        return ", ".join(filter(None, said))


def period_words(period: str) -> str:
    """`2022`, or `July to September 2022` for a quarter."""
    year, _, quarter = period.partition("Q")
    return f"{QUARTER_WORDS[quarter]} {year}" if quarter else year


def _quoted(value: str) -> str:
    """The value in quotation marks, where it is short and plain enough to be repeated to a reader."""
    return f" “{value}”" if _REPEATABLE.fullmatch(value) else " of that name"


assert tuple(f.name for f in fields(Filters)) == DIMENSIONS, "a filter is a dimension of the lattice"
