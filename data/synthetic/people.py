"""Who the simulated children are: names, homes and numbers, as the registers hold them and as the force wrote them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.synthetic.names import BOYS, GIRLS, SHORT, SURNAMES
from data.synthetic.timeline import OBSERVED_FROM, OBSERVED_TO, Days, Flags, Ints
from data.synthetic.writer import spelt

Names = npt.NDArray[np.str_]

PEOPLE = pa.schema(
    [
        ("child_ref", pa.string()),
        ("area_code", pa.string()),
        ("forename", pa.string()),
        ("surname", pa.string()),
        ("date_of_birth", pa.date32()),
        ("sex", pa.string()),
        ("postcode", pa.string()),
        ("upn", pa.string()),
        ("la_child_id", pa.string()),
        ("force_forename", pa.string()),
        ("force_surname", pa.string()),
        ("force_postcode", pa.string()),
    ]
)
"""A linked child as the registers hold it; the force's columns are what its link says, which is sometimes not the same."""

_OWN_SURNAME, _DOUBLE_BARRELLED = 0.05, 0.07
_HEAD = 18
"""The higher, the less the commonest names stand out."""
_ERRORS = 0.15
_SAME_SURNAME, _SAME_BIRTHDAY = 0.10, 0.05
"""Unaffected people who share one or the other, never both, with a recognised child."""
_DIGITS, _STREETS, _UPN_CHECKS = "0123456789", "ABDEFGHJLNPQRSTUWXYZ", "ABCDEFGHJKLMNPQRTUVWXYZ"
_POSTCODE = ("Z", "ABCDEFGHJKLMNOPQRSTUVWXYZ", "123456789", " ", "123456789", _STREETS, _STREETS)
_UPN_STEP, _LA_STEP = 387_420_489, 4_826_809
"""Steps without a common factor with how many numbers there are, so that no number is given twice."""
_FIRST_NUMBER = 4_242


@dataclass(frozen=True)
class Identities:
    """Names, homes and numbers of people, one element a person; siblings share `family`."""

    forename: Names
    surname: Names
    postcode: Ints
    """A number that spells as a postcode."""


def linked_people(links: pa.Table, areas: Sequence[str], seed: int, with_addresses: Mapping[str, bool]) -> pa.Table:
    """One row of `PEOPLE` a linked child, in the order of their first link.

    About one in seven is written differently by the force, in one way each that a careful linkage undoes; a day of birth only
    where the school register has addresses (`with_addresses` by area) to tell by.
    """
    rng = np.random.default_rng([seed, 101])
    children = _first_links(links)
    area = np.array([list(areas).index(code) for code in children["area_code"].to_pylist()], dtype=np.int64)
    _, family = np.unique(children["offender_ref"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)
    sex = _sexes(children["sex"])
    known = _identify(rng, family, area, sex)
    born = children["date_of_birth"].cast(pa.int32()).to_numpy()
    columns = _columns(known, born, sex, area, areas, first=0)
    named = {"child_ref": children["child_ref"], **columns}
    addressed = np.array([with_addresses[code] for code in areas], dtype=np.bool_)[area]
    return _with_errors(rng, pa.table(named), known, area, addressed)


def unaffected_people(linked: pa.Table, areas: Sequence[str], counts: Sequence[int], seed: int) -> pa.Table:
    """So many people an area whom no link names, in the columns of `PEOPLE` without child_ref or the force's."""
    rng = np.random.default_rng([seed, 102])
    area = np.repeat(np.arange(len(areas)), counts)
    family = np.cumsum(rng.random(area.size) < 0.7)
    sex = rng.integers(0, 2, area.size)
    drawn = _identify(rng, np.unique(family, return_inverse=True)[1], area, sex)
    born = rng.integers(OBSERVED_FROM - 19 * 365, OBSERVED_TO - 4 * 365, area.size).astype(np.int32)
    surname, born = _alike(rng, linked, drawn.surname, born)
    known = Identities(drawn.forename, surname, drawn.postcode)
    return pa.table(_columns(known, born, sex, area, areas, first=linked.num_rows))


def _first_links(links: pa.Table) -> pa.Table:
    """The first link of each child, in order."""
    refs = links["child_ref"].to_numpy(zero_copy_only=False).astype(str)
    _, first = np.unique(refs, return_index=True)
    return links.take(pa.array(np.sort(first))).combine_chunks()


def _sexes(column: pa.ChunkedArray) -> Ints:
    """0 for girls, 1 for boys, 2 where it is unknown."""
    return np.array([("F", "M", "U").index(sex) for sex in column.to_pylist()], dtype=np.int64)


def _identify(rng: np.random.Generator, family: Ints, area: Ints, sex: Ints) -> Identities:
    """A family has one home and mostly one surname; no two siblings have one forename."""
    families = int(family.max()) + 1 if family.size else 0
    of_family, other = _pick(rng, SURNAMES, families), _pick(rng, SURNAMES, family.size)
    chance, family_chance = rng.random(family.size), rng.random(families)[family]
    surname = np.where(chance < _OWN_SURNAME, other, of_family[family])
    both = np.char.add(np.char.add(of_family, "-"), _pick(rng, SURNAMES, families))[family]
    surname = np.where((family_chance < _DOUBLE_BARRELLED) & (chance >= _OWN_SURNAME), both, surname)
    district = 9 * 9 * len(_STREETS) ** 2
    postcode = area % len(_POSTCODE[1]) * district + rng.integers(0, district, families)[family]
    return Identities(_forenames(rng, family, sex), surname, postcode)


def _forenames(rng: np.random.Generator, family: Ints, sex: Ints) -> Names:
    girl = np.where(sex == 2, rng.random(sex.size) < 0.5, sex == 0)
    forename = np.where(girl, _pick(rng, GIRLS, sex.size), _pick(rng, BOYS, sex.size))
    for _ in range(20):
        _, first, which = np.unique(np.char.add(forename, family.astype("U9")), return_index=True, return_inverse=True)
        again = first[which] != np.arange(sex.size)
        if not again.any():
            break
        forename = np.where(again & girl, _pick(rng, GIRLS, sex.size), forename)
        forename = np.where(again & ~girl, _pick(rng, BOYS, sex.size), forename)
    return forename


def _pick(rng: np.random.Generator, names: Sequence[str], count: int) -> Names:
    """Names in proportion to how common they are."""
    weights = 1 / (np.arange(len(names)) + _HEAD)
    return np.array(names)[rng.choice(len(names), count, p=weights / weights.sum())]


def _columns(known: Identities, born: Days, sex: Ints, area: Ints, areas: Sequence[str], first: int) -> dict[str, pa.Array]:
    number = _FIRST_NUMBER + first + np.arange(born.size, dtype=np.int64)
    return {
        "area_code": pa.array(list(areas), pa.string()).take(pa.array(area)),
        "forename": pa.array(known.forename, pa.string()),
        "surname": pa.array(known.surname, pa.string()),
        "date_of_birth": pa.array(born, pa.int32()).cast(pa.date32()),
        "sex": pa.array(["F", "M", "U"], pa.string()).take(pa.array(sex)),
        "postcode": spelt(known.postcode, _POSTCODE),
        "upn": _upns(number, area),
        "la_child_id": pa.array(1_000_000 + number * _LA_STEP % 9_000_000).cast(pa.string()),
    }


def _upns(number: Ints, area: Ints) -> pa.Array:
    """A check letter and twelve digits: three of the authority, nine of the pupil."""
    digits = (800 + area % 150) * 10**9 + number * _UPN_STEP % 10**9
    weighted = sum(digits // 10 ** (12 - place) % 10 * (place + 1) for place in range(1, 13))
    return spelt(np.asarray(weighted) % len(_UPN_CHECKS) * 10**12 + digits, (_UPN_CHECKS, *[_DIGITS] * 12))


def _alike(rng: np.random.Generator, linked: pa.Table, surname: Names, born: Days) -> tuple[Names, Days]:
    """Some share a surname or a birthday with a linked child; who came to share both is born on another day."""
    surnames = linked["surname"].to_numpy(zero_copy_only=False).astype(str)
    birthdays = linked["date_of_birth"].cast(pa.int32()).to_numpy()
    like, chance = rng.integers(0, max(birthdays.size, 1), born.size), rng.random(born.size)
    surname = np.where(chance < _SAME_SURNAME, surnames[like], surname)
    born = np.where(chance > 1 - _SAME_BIRTHDAY, birthdays[like], born).astype(np.int32)
    taken = np.char.add(surnames, birthdays.astype("U6"))
    for _ in range(5):
        both = np.isin(np.char.add(surname, born.astype("U6")), taken)
        born = np.where(both, born + 37, born).astype(np.int32)
    return surname, born


def _with_errors(rng: np.random.Generator, people: pa.Table, known: Identities, area: Ints, addressed: Flags) -> pa.Table:
    """The force's columns, and the registers' day of birth where they swapped day and month."""
    forename, surname = known.forename.astype(object), known.surname.astype(object)
    postcode, born = known.postcode.copy(), np.array(people["date_of_birth"].to_pylist(), dtype=object)
    for child in np.flatnonzero(rng.random(people.num_rows) < _ERRORS):
        kind = int(rng.integers(0, 5))
        day = born[child]
        if kind == 0 and forename[child] in SHORT:
            forename[child] = SHORT[forename[child]]
        elif kind == 1 and "-" in surname[child]:
            surname[child] = surname[child].split("-")[int(rng.integers(0, 2))]
        elif kind == 2 and addressed[child] and day.day <= 12 and day.day != day.month:
            born[child] = day.replace(month=day.day, day=day.month)
        elif kind == 3:
            district = 9 * 9 * len(_STREETS) ** 2
            postcode[child] = area[child] % len(_POSTCODE[1]) * district + rng.integers(0, district)
        elif len(surname[child]) > 4:
            surname[child] = _misspelt(rng, surname[child])
    dates = people.column_names.index("date_of_birth")
    people = people.set_column(dates, "date_of_birth", pa.array(born, pa.date32()))
    for name, values in (("force_forename", forename), ("force_surname", surname)):
        people = people.append_column(name, pa.array(values, pa.string()))
    return people.append_column("force_postcode", spelt(postcode, _POSTCODE)).cast(PEOPLE)


def _misspelt(rng: np.random.Generator, name: str) -> str:
    """The name with a letter left out, doubled, or two letters the wrong way round; never the first."""
    place = int(rng.integers(1, len(name) - 1))
    head, one, two, tail = name[:place], name[place], name[place + 1], name[place + 2 :]
    return [head + two + tail, head + one + one + two + tail, head + two + one + tail][int(rng.integers(0, 3))]
