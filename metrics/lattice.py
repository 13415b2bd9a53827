"""Which cuts of the cohort a release holds: areas, age bands, sexes and periods, and how many may be chosen at once.

The lattice is closed and declared: single values of each dimension or all of it. Under `FINE_FROM_CHILDREN` children a
cut has whole years and two filters at most; from there quarters too, and a third filter where neither a district nor a
quarter is chosen. Design, section 5, says why. A policy may allow less: see `Lattice.under`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain, groupby, product
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from data.calendar import period_days, quarters_between, years_between
from data.schema import AGE_BANDS, SEXES
from metrics.area import Area, are_nested, areas_of
from metrics.filters import ALL, DIMENSION_WORDS, DIMENSIONS, Dimension, Filters

if TYPE_CHECKING:
    from data.cohort import CohortStore

FINE_FROM_CHILDREN = 500  # design, section 5: quarters, and a third filter
MOST_FILTERS, MOST_FILTERS_FINE = 2, 3

_TOO_MANY = {
    0: "This release is of all children together, so that none can be recognised: clear every filter.",
    1: "One filter at once, so that no child can be recognised: clear the others first.",
    2: "At most two filters at once, so that no child can be recognised: clear one first.",
    3: "At most three filters at once, so that no child can be recognised: clear one first.",
}
_TOO_MANY_OF_ONE_AREA = {
    **_TOO_MANY,
    1: "An area goes with no other filter in this release, so that no child can be recognised: clear the others first.",
    2: "An area goes with one other filter at most, so that no child can be recognised: clear one first.",
    3: "An area goes with two other filters at most, so that no child can be recognised: clear one first.",
}
_MONTHS = ("imprisonment_month", "recognised_month")


@dataclass(frozen=True)
class Options:
    """What one dimension may be set to while the others stay, `all` first; `reason` says what is left out, and why."""

    values: tuple[str, ...]
    reason: str | None
    disabled: bool


@dataclass(frozen=True)
class Lattice:
    """The declared lattice of one release.

    `areas` begins with the whole, which is the partnership, or one authority where a reader may see no more: a cut of no
    chosen area is the whole's. `periods` are calendar years, and quarters where the lattice is fine. `observed_to`
    is each source's last day over all areas. `most_filters_allowed` is what a policy allows at once, null where it allows
    all that so many children do.
    """

    areas: tuple[Area, ...]
    age_bands: tuple[str, ...]
    sexes: tuple[str, ...]
    periods: tuple[str, ...]
    children_total: int | None
    programme_start: date
    observed_to: Mapping[str, date] = field(hash=False)
    most_filters_allowed: int | None = None
    fine_though_hidden: bool = False

    @classmethod
    def of(cls, store: CohortStore) -> Lattice:
        """The lattice that a cohort store calls for: its authorities and their districts, the sexes recorded, its months."""
        children = store.children("area_code", "sex", *_MONTHS)
        manifest, sexes = store.manifest, set(pc.unique(children["sex"]).to_pylist())
        days = {source: max(by_area.values()) for source, by_area in manifest.observed_to.items() if by_area}
        supplied = {area for by_area in manifest.observed_to.values() for area in by_area}
        last = max((day for name in _MONTHS if (day := pc.max(children[name]).as_py())), default=manifest.programme_start)
        fine = children.num_rows >= FINE_FROM_CHILDREN
        quarters = quarters_between(manifest.programme_start, last) if fine else ()
        return cls(
            areas=areas_of(manifest.partnership, supplied | set(pc.unique(children["area_code"]).to_pylist())),
            age_bands=AGE_BANDS,
            sexes=tuple(sex for sex in SEXES if sex != "U" or sex in sexes),
            periods=tuple(sorted((*years_between(manifest.programme_start, last), *quarters))),
            children_total=children.num_rows,
            programme_start=manifest.programme_start,
            observed_to=days,
        )

    def under(self, most_filters: int, whole_years: bool) -> Lattice:
        """The part of the lattice with no more filters at once, and no quarters where years are whole."""
        periods = tuple(p for p in self.periods if not (whole_years and is_quarter(p)))
        allowed = most_filters if most_filters < self.most_filters else self.most_filters_allowed
        return replace(self, periods=periods, most_filters_allowed=allowed)

    def with_areas(self, codes: Collection[str], observed_to: Mapping[str, str] | None = None) -> Lattice:
        """The part of the lattice with these areas alone, in its order; the first of them is the whole of the part.

        `observed_to` are the last days of each source over these areas, as a manifest writes them, where the whole changes.
        """
        first, *others = (area for area in self.areas if area.code in codes)
        part = replace(self, areas=(replace(first, parent=None), *others))
        if first == self.whole:
            return part
        days = {source: date.fromisoformat(day) for source, day in (observed_to or {}).items()}
        return replace(part.without_total(), observed_to=days)

    @property
    def whole(self) -> Area:
        """The area that holds all the others."""
        return self.areas[0]

    @property
    def partnership(self) -> Area | None:
        """All the authorities together; null where the lattice is one authority's."""
        return self.whole if self.whole.kind == "all" else None

    def settled(self, filters: Filters) -> Filters:
        """The cut by the lattice's own codes: of the whole, whichever it is, where no area is chosen."""
        return filters.but(area=self.whole.code) if filters.area == ALL else filters

    @property
    def fine(self) -> bool:
        """Whether there are children enough for quarters and a third filter."""
        return self.fine_though_hidden or (self.children_total or 0) >= FINE_FROM_CHILDREN

    def without_total(self) -> Lattice:
        """The same lattice, where the number of children is not to be told."""
        return replace(self, children_total=None, fine_though_hidden=self.fine)

    @property
    def most_filters(self) -> int:
        """How many dimensions may be chosen at once."""
        most = MOST_FILTERS_FINE if self.fine else MOST_FILTERS
        return most if self.most_filters_allowed is None else min(most, self.most_filters_allowed)

    @property
    def last_day(self) -> date:
        """The last day of its last period."""
        return max((period_days(period)[1] for period in self.periods), default=self.programme_start)

    def area(self, code: str) -> Area | None:
        """The area of that code, if the lattice has it; `all` is the whole."""
        return self.whole if code == ALL else self._areas.get(code)

    def first_go_live(self, code: str) -> date | None:
        """The first day of the offer of support anywhere in an area; null where it is not recorded of some part of it."""
        area = self._areas[code]
        parts = [self.first_go_live(part.code) for part in self.areas if part.parent == code]
        own = area.go_live or (self._areas[area.parent].go_live if area.kind == "district" and area.parent else None)
        days = [*parts, *([date.fromisoformat(f"{own}-01") if own else None] if area.kind != "all" else [])]
        known = [day for day in days if day is not None]
        return min(known) if known and len(known) == len(days) else None

    def values(self, dimension: Dimension) -> tuple[str, ...]:
        """Every value of a dimension, `all` first; of areas the whole first."""
        return self._values[dimension]

    def cuts(self) -> Iterator[Filters]:
        """Every cut held, in the order of the values."""
        for combination in product(*(self._values[d] for d in DIMENSIONS)):
            cut = Filters(*combination)
            if self._refusal(cut) is None:
                yield cut

    def holds(self, filters: Filters) -> bool:
        """Whether a release on this lattice has figures for the cut."""
        return self.why_not(filters) is None

    def why_not(self, filters: Filters) -> str | None:
        """One sentence on why the cut is not held; null where it is."""
        cut = self.settled(filters)
        unknown = self._unknown(cut)
        if unknown is not None:
            return f"This release has no such {DIMENSION_WORDS[unknown]}."
        return self._refusal(cut)

    def options(self, filters: Filters, dimension: Dimension) -> Options:
        """What the reader may set a dimension to while the other filters stay."""
        cuts = {value: filters.but(**{dimension: value}) for value in self._values[dimension]}
        values = tuple(value for value, cut in cuts.items() if self.holds(cut))
        refused = next((self.why_not(cut) for value, cut in cuts.items() if value not in values), None)
        if len(self._values[dimension]) == 1:
            refused = f"This release has a single {DIMENSION_WORDS[dimension]}."
        return Options(values, refused, disabled=all(value in (ALL, self.whole.code) for value in values))

    def rings(self, filters: Filters) -> Iterator[tuple[Filters, ...]]:
        """The coarser cuts held, equally near ones together, nearest first.

        A year for a quarter and an authority for a district come before a filter is dropped, one dropped before two.
        """
        cut = self.settled(filters)
        ladders = [self._ladder(d, getattr(cut, d)) for d in DIMENSIONS]
        steps = sorted(product(*(range(len(ladder)) for ladder in ladders)), key=lambda step: (_distance(step, ladders), step))
        for _, near in groupby(steps[1:], key=lambda step: _distance(step, ladders)):
            coarser = (Filters(*(ladder[rung] for ladder, rung in zip(ladders, step, strict=True))) for step in near)
            held = tuple(one for one in coarser if self.holds(one))
            if held:
                yield held

    def generalise(self, filters: Filters) -> Iterator[Filters]:
        """Every coarser cut held, nearest first."""
        return chain.from_iterable(self.rings(filters))

    def coarser(self, dimension: Dimension, value: str) -> str | None:
        """The value one step coarser; null for `all` and the whole."""
        if value == ALL:
            return None
        if dimension == "area" and value in self._areas:
            return self._areas[value].parent
        if dimension == "period" and is_quarter(value) and value[:4] in self.periods:
            return value[:4]
        return ALL

    def to_json(self) -> dict[str, Any]:
        """The form the release manifest keeps."""
        days = {source: day.isoformat() for source, day in self.observed_to.items()}
        return asdict(self) | {"programme_start": self.programme_start.isoformat(), "observed_to": days}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Lattice:
        """The lattice a manifest declares; raises KeyError, TypeError or ValueError where it is not one."""
        declared = cls(
            areas=tuple(Area(**area) for area in form["areas"]),
            age_bands=tuple(form["age_bands"]),
            sexes=tuple(form["sexes"]),
            periods=tuple(form["periods"]),
            children_total=None if (total := form["children_total"]) is None else int(total),
            programme_start=date.fromisoformat(form["programme_start"]),
            observed_to={source: date.fromisoformat(day) for source, day in form["observed_to"].items()},
            most_filters_allowed=None if (allowed := form.get("most_filters_allowed")) is None else int(allowed),
            fine_though_hidden=form.get("fine_though_hidden") is True,
        )
        _check(declared)
        return declared

    @cached_property
    def _areas(self) -> dict[str, Area]:
        return {area.code: area for area in self.areas}

    @cached_property
    def _values(self) -> dict[Dimension, tuple[str, ...]]:
        return {
            "area": tuple(self._areas),
            "age_band": (ALL, *self.age_bands),
            "sex": (ALL, *self.sexes),
            "period": (ALL, *self.periods),
        }

    def _unknown(self, filters: Filters) -> Dimension | None:
        return next((d for d in DIMENSIONS if getattr(filters, d) not in self._values[d]), None)

    def _refusal(self, filters: Filters) -> str | None:
        """Why a cut of known values is not held."""
        if len(filters.chosen) > self.most_filters:
            return (_TOO_MANY if self.partnership else _TOO_MANY_OF_ONE_AREA)[self.most_filters]
        if len(filters.chosen) <= MOST_FILTERS:
            return None
        if self._areas[filters.area].kind == "district":
            return "A district goes with one other filter at most, so that no child can be recognised: clear one first."
        if is_quarter(filters.period):
            return "A quarter goes with one other filter at most, so that no child can be recognised: clear one first."
        return None

    def _ladder(self, dimension: Dimension, value: str) -> tuple[str, ...]:
        """The value and all that are coarser, `all` last."""
        coarser = self.coarser(dimension, value)
        return (value,) if coarser is None else (value, *self._ladder(dimension, coarser))


_PERIOD = re.compile(r"[12]\d{3}(Q[1-4])?")


def _check(declared: Lattice) -> None:
    """Raise ValueError, TypeError or KeyError where a manifest declares what no lattice can be, before a page is drawn of it."""
    sound = are_nested(declared.areas)
    for values, known in ((declared.age_bands, AGE_BANDS), (declared.sexes, SEXES)):
        sound &= 0 < len(set(values)) == len(values) and set(values) <= set(known)
    sound &= 0 < len(set(declared.periods)) == len(declared.periods) and all(map(_PERIOD.fullmatch, declared.periods))
    sound &= (declared.children_total or 0) >= 0 and declared.most_filters in _TOO_MANY
    if not sound:
        raise ValueError("no lattice")


def is_quarter(period: str) -> bool:
    """Whether a period code names a quarter, such as `2022Q3`."""
    return "Q" in period


def _distance(step: tuple[int, ...], ladders: list[tuple[str, ...]]) -> tuple[int, int]:
    """How far a step up the ladders leads: filters dropped, then rungs climbed."""
    dropped = sum(rung > 0 and rung == len(ladder) - 1 for rung, ladder in zip(step, ladders, strict=True))
    return dropped, sum(step)
