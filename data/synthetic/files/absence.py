"""Sessions as the school census gives them: shared out over schools and half terms, and by reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.calendar import Term, term
from data.synthetic.files.pupils import UNKNOWN
from data.synthetic.timeline import Ints

_ABSENT_MOSTLY = ("I", "I", "M", "O", "C", "U")
_ABSENT_ALSO = ("N", "E", "G", "H", "R", "S", "T", "F")
_ABSENT_SINCE_2024 = ("C1", "C2", "J1")
_PRESENT = ("L", "B", "P", "V", "W")
_NEITHER, _NEITHER_SINCE_2024 = ("Y", "X", "#", "D", "Z"), ("Y1", "Y6", "X", "#", "Q")
_PRESENT_FROM, _NEW_CODES_FROM = term("202021", "Autumn"), term("202425", "Autumn")
_CODES = (
    "/",
    "\\",
    *dict.fromkeys(_ABSENT_MOSTLY + _ABSENT_ALSO + _ABSENT_SINCE_2024 + _PRESENT + _NEITHER + _NEITHER_SINCE_2024),
)
_NUMBERS = {code: number for number, code in enumerate(_CODES)}

Sessions = tuple[Ints, Ints]
"""Possible and absent; UNKNOWN where there is no record."""


def share_out(possible: Ints, absent: Ints, part: int, of: int) -> tuple[Sessions, Sessions]:
    """Sessions parted in two that add up to the whole, neither with more absent than possible."""
    known = possible != UNKNOWN
    first = possible * part // of
    missed = absent * first // np.maximum(possible, 1)
    parts = (first, missed, possible - first, absent - missed)
    one, two, three, four = (np.where(known, part, UNKNOWN) for part in parts)
    return (one, two), (three, four)


@dataclass(frozen=True)
class Registers:
    """The sessions of one term, one element a pupil's place; `salt` varies who is absent for what."""

    about: Term
    possible: Ints
    absent: Ints
    salt: Ints

    def rows(self) -> tuple[Ints, Ints, pa.Array]:
        """Rows by place: the place, the sessions, the reason; present ones too since schools began to report them."""
        here = np.flatnonzero(self.possible != UNKNOWN)
        salt, absent = self.salt[here], self.absent[here]
        others = _ABSENT_ALSO + _ABSENT_SINCE_2024 if self.about >= _NEW_CODES_FROM else _ABSENT_ALSO
        parts = [(here, (absent + 1) // 2, _coded(_ABSENT_MOSTLY, salt)), (here, absent // 2, _coded(others, salt // 3))]
        if self.about >= _PRESENT_FROM:
            present = self.possible[here] - absent
            other = present // 20
            parts += [(here, other, _coded(_PRESENT, salt))]
            parts += [
                (here, (present - other + 1) // 2, _coded(("/",), salt)),
                (here, (present - other) // 2, _coded(("\\",), salt)),
            ]
        neither = here[salt % 23 == 0]
        codes = _NEITHER_SINCE_2024 if self.about >= _NEW_CODES_FROM else _NEITHER
        parts.append((neither, 2 + neither % 7, _coded(codes, self.salt[neither])))
        place, sessions, code = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(place, kind="stable")
        order = order[sessions[order] > 0]
        return place[order], sessions[order], pa.array(_CODES, pa.string()).take(pa.array(code[order]))


def _coded(codes: tuple[str, ...], salt: Ints) -> Ints:
    return np.array([_NUMBERS[code] for code in codes], dtype=np.int64)[salt % len(codes)]
