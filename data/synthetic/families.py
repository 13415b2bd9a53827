"""Families in which a parent is sent to prison: who the children are, where they live, how they are linked to the parent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.schema import AGE_BANDS, LINK_SOURCES
from data.synthetic import calibration
from data.synthetic.draws import Draws, choose, choose_families
from data.synthetic.places import OXFORDSHIRE, Place
from data.synthetic.strata import Stratum
from data.synthetic.timeline import ARTICLE_COUNTED_TO, Days, Flags, Floats, Ints

RELATIONSHIPS = ("mother", "father", "step-mother", "step-father", "other")
_MOTHER, _FATHER, _STEP_MOTHER, _STEP_FATHER, _OTHER = range(len(RELATIONSHIPS))

_FAMILY_SIZES = (0.43, 0.31, 0.155, 0.065, 0.028, 0.012)
"""Shares of families with one to six linked children under 18."""
_BANDS = dict(zip(AGE_BANDS, ((0.02, 4.96), (5.02, 11.96), (12.02, 17.94)), strict=True))
"""Ages at imprisonment that each band spans, in years."""
_OLDEST_BAND_POWER = 1.25
"""Above 1, fewer children are near 18 than near 12."""
_TWINS, _MATERNAL, _OTHER_PARENT, _STEP = 0.02, 0.08, 0.02, 0.07
_LINKED_LATE, _CHILD_LINKED_LATE = 0.13, 0.05
_LINK_SOURCE_SHARES = (0.62, 0.17, 0.18, 0.03)
_SEX_UNKNOWN = 0.004


@dataclass(frozen=True)
class Children:
    """A chunk of recognised children, one element a child; siblings are neighbours and share `family`."""

    family: Ints
    place: Ints
    district: Ints
    """Position among the authority's districts; -1 where it has none."""
    sex: Ints
    born: Days
    reception: Days
    linked: Days
    relationship: Ints
    link_source: Ints
    study: Flags
    """The children of the published study, whose counts are printed."""
    early: Flags
    """Counted by the article."""
    need: Floats

    @property
    def recognised(self) -> Days:
        """The later of the reception and the day of the link."""
        return np.maximum(self.reception, self.linked)

    @property
    def families(self) -> int:
        """How many families the children are of."""
        return int(self.family[-1]) + 1

    def of_family(self, values: Days) -> Days:
        """The latest of a family's values, a child."""
        latest = np.full(self.families, np.iinfo(np.int32).min, dtype=np.int32)
        np.maximum.at(latest, self.family, values)
        return latest[self.family]


def draw_families(
    rng: np.random.Generator, strata: Sequence[Stratum], places: Sequence[Place], *, calibrated: bool
) -> tuple[Children, Draws]:
    """The children of some strata and the random numbers they go on with."""
    sizes = [_family_sizes(rng, stratum.children) for stratum in strata]
    family = np.repeat(np.arange(sum(size.size for size in sizes)), np.concatenate(sizes))
    stratum = np.repeat(np.arange(len(strata)), [one.children for one in strata])
    place = np.array([one.place for one in strata])[stratum]
    draws = Draws.of(rng, family)
    first, last = (np.array(days, dtype=np.int32)[stratum] for days in zip(*((s.first, s.last) for s in strata), strict=True))
    study = calibrated & (np.array([one.code for one in places]) == OXFORDSHIRE)[place]
    early = calibrated & (last <= ARTICLE_COUNTED_TO)
    reception = _receptions(draws, first, last)
    born = _births(draws, strata, stratum, reception)
    children = Children(
        family=family,
        place=place,
        district=_districts(draws, place, places),
        sex=_sexes(draws, study, calibrated=calibrated),
        born=born,
        reception=reception,
        linked=_link_days(draws, reception, born, last),
        relationship=_relationships(draws, early),
        link_source=rng.choice(len(LINK_SOURCES), draws.adversity.size, p=_LINK_SOURCE_SHARES)[family],
        study=study,
        early=early,
        need=np.array([one.need for one in places])[place],
    )
    return children, draws


def _family_sizes(rng: np.random.Generator, children: int) -> Ints:
    """Sizes that add up to the children; the last family is what is left."""
    sizes = rng.choice(len(_FAMILY_SIZES), max(children, 1), p=_FAMILY_SIZES) + 1
    together = np.cumsum(sizes)
    last = int(np.searchsorted(together, children))
    sizes = sizes[: last + 1]
    sizes[-1] -= together[last] - children
    return sizes


def _receptions(draws: Draws, first: Days, last: Days) -> Days:
    """A working day of the stratum's period, the same for siblings."""
    position = draws.rng.random(draws.adversity.size)[draws.family]
    days = (first + np.floor(position * (last - first + 1))).astype(np.int32)
    weekday = (days + 3) % 7
    back = days - np.maximum(weekday - 4, 0)
    return np.where(back >= first, back, days + 7 - weekday).astype(np.int32)


def _births(draws: Draws, strata: Sequence[Stratum], stratum: Ints, reception: Days) -> Days:
    """Days of birth that give each stratum exactly its number of each age band."""
    order = _order_by_age(draws)
    age = np.empty(order.size)
    band = np.empty(order.size, dtype=np.int64)
    for position, one in enumerate(strata):
        members = np.flatnonzero(stratum == position)
        members = members[np.argsort(order[members], kind="stable")]
        age[members] = np.concatenate([_ages(code, count) for code, count in zip(AGE_BANDS, one.bands, strict=True)])
        band[members] = np.repeat(np.arange(len(AGE_BANDS)), one.bands)
    born = (reception - np.round(age * 365.25)).astype(np.int32)
    twin = np.flatnonzero(draws.happens(_TWINS)[1:] & (draws.family[1:] == draws.family[:-1]) & (band[1:] == band[:-1])) + 1
    born[twin] = born[twin - 1]
    return born


def _order_by_age(draws: Draws) -> Floats:
    """Raw ages: a youngest child and gaps of some years between siblings."""
    youngest = draws.rng.beta(1.1, 1.9, draws.adversity.size) * 17
    gaps = draws.rng.gamma(2.2, 1.3, draws.family.size)
    first = np.r_[True, draws.family[1:] != draws.family[:-1]]
    gaps[first] = 0.0
    since_start = np.cumsum(gaps)
    return youngest[draws.family] + since_start - since_start[first][draws.family]


def _ages(band: str, count: int) -> Floats:
    """That many ages of the band, youngest first, in years."""
    youngest, oldest = _BANDS[band]
    position = (np.arange(count) + 0.5) / max(count, 1)
    return youngest + (oldest - youngest) * (position**_OLDEST_BAND_POWER if band == AGE_BANDS[-1] else position)


def _districts(draws: Draws, place: Ints, places: Sequence[Place]) -> Ints:
    position = draws.rng.random(draws.adversity.size)[draws.family]
    district = np.full(place.size, -1, dtype=np.int64)
    for index, one in enumerate(places):
        if one.districts:
            here = place == index
            district[here] = np.searchsorted(np.cumsum(one.district_shares)[:-1], position[here], side="right")
    return district


def _sexes(draws: Draws, study: Flags, *, calibrated: bool) -> Ints:
    """Positions in SEXES. The demonstration has no unknown sex: a category of three children could only be hidden."""
    girls = choose(draws.rng.standard_normal(study.size), np.ones(study.size, dtype=np.bool_), 0.487, study, calibration.GIRLS)
    sex = np.where(girls, 0, 1)
    sex[draws.happens(0.0 if calibrated else _SEX_UNKNOWN)] = 2
    return sex


def _link_days(draws: Draws, reception: Days, born: Days, last: Days) -> Days:
    """Most links were on record before the imprisonment; some families, and some siblings, were found later."""
    known = np.maximum(reception - draws.shared_days(20, 2500), np.minimum(born + 5, reception))
    late = (draws.rng.random(draws.adversity.size) < _LINKED_LATE)[draws.family]
    found = np.where(late, reception + draws.shared_days(3, 60), known)
    found = np.where(draws.happens(_CHILD_LINKED_LATE), reception + draws.between(10, 120), found)
    return np.minimum(found, last).astype(np.int32)


def _relationships(draws: Draws, early: Flags) -> Ints:
    """Positions in RELATIONSHIPS; the article counted the children of imprisoned mothers."""
    families = draws.adversity.size
    sizes = np.bincount(draws.family, minlength=families)
    early_family = np.zeros(families, dtype=np.bool_)
    early_family[draws.family[early]] = True
    latent = draws.rng.standard_normal(families)
    mother = choose(latent, ~early_family, _MATERNAL)
    if early_family.any():
        mother |= choose_families(latent, sizes, early_family, calibration.MATERNAL)
    chance = draws.rng.random((2, families))
    relationship = np.where(mother, _MOTHER, np.where(chance[0] < _OTHER_PARENT, _OTHER, _FATHER))
    step = chance[1] < _STEP
    relationship = np.where(step & (relationship == _FATHER), _STEP_FATHER, relationship)
    return np.where(step & (relationship == _MOTHER), _STEP_MOTHER, relationship)[draws.family]
