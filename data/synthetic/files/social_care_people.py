"""The social-care register: the people behind the identifiers that statutory returns carry without names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.synthetic.files.authority import Style
from data.synthetic.files.tabular import days, write_csv

_WITHOUT_UPN, _WITHOUT_POSTCODE = 0.3, 0.05
"""Shares of people known without one."""
_CAPITALS, _MISSPELT, _SWAPPED = 0.04, 0.02, 0.01
"""Shares of people whose names are in capitals, whose surname has a letter twice, or whose day and month of birth are swapped."""
_HEADERS = {
    "la_child_id": "LA child id",
    "upn": "UPN",
    "forename": "forename",
    "surname": "surname",
    "date_of_birth": "dateOfBirth",
    "sex": "sex",
    "postcode": "postcode",
}


def write_social_care_people(folder: Path, people: pa.Table, style: Style, rng: np.random.Generator) -> None:
    """Write `social_care_people.csv` into the authority's folder, in no order; some people have no UPN or postcode.

    Who is misspelt or wrongly born keeps the UPN, which makes up for it.
    """
    people = people.take(pa.array(rng.permutation(people.num_rows)))
    identifiers = people["la_child_id"]
    if style.position % 2:
        identifiers = pc.binary_join_element_wise(identifiers, "0", ".")
    upn = _lost(people["upn"], _WITHOUT_UPN, rng)
    capitals, misspelt, swapped = (pa.array(rng.random(people.num_rows) < share) for share in (_CAPITALS, _MISSPELT, _SWAPPED))
    misspelt, swapped = (pc.and_(wrong, pc.is_valid(upn)) for wrong in (misspelt, swapped))
    surname = pc.if_else(misspelt, pc.replace_substring_regex(people["surname"], "(.)$", r"\1\1"), people["surname"])
    born = pa.chunked_array([_swapped(people["date_of_birth"], swapped)], pa.date32())
    columns = {name: people[name] for name in _HEADERS} | {
        "la_child_id": identifiers,
        "upn": upn,
        "forename": pc.if_else(capitals, pc.utf8_upper(people["forename"]), people["forename"]),
        "surname": pc.if_else(capitals, pc.utf8_upper(surname), surname),
        "date_of_birth": days(born, style.date_format),
        "postcode": _lost(people["postcode"], _WITHOUT_POSTCODE, rng),
    }
    named = {_HEADERS[name]: column for name, column in columns.items()}
    write_csv(folder / "social_care_people.csv", named, encoding=style.encoding)


def _lost(column: pa.ChunkedArray, share: float, rng: np.random.Generator) -> pa.ChunkedArray:
    """The column with some values missing."""
    return pc.if_else(pa.array(rng.random(len(column)) < share), pa.scalar(None, pa.string()), column)


def _swapped(births: pa.ChunkedArray, who: pa.BooleanArray) -> list[date]:
    """Days of birth, the day and month the wrong way round for some of those with whom that makes a day."""
    pairs = zip(births.to_pylist(), who.to_pylist(), strict=True)
    return [born.replace(month=born.day, day=born.month) if swap and born.day <= 12 else born for born, swap in pairs]
