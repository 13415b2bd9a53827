"""Movements into and out of prison, as the force has them from prison data: few of them are new imprisonments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from data.synthetic.files.tabular import write_csv
from data.synthetic.prisons import unlinked_numbers
from data.synthetic.timeline import OBSERVED_FROM, OBSERVED_TO

_RECEIVED = {"N": 0.45, "I": 0.25, "V": 0.08, "L": 0.10, "24": 0.06, "B": 0.03, "Y": 0.03}
"""Reasons of an admission that is a new imprisonment, and how common each is."""
_STATUS = {"N": "RX", "V": "JR", "I": "SENT03"}
_NOT_RECEIVED = ("INT", "TRNCRT", "TRNTAP", "S", "Z", "R", "A", "U", "H", "RECA")
_RELEASED = ("CR", "HP", "PX", "BL", "HU")
_COURTS, _PRISONS = ("RDNGCC", "OXFDCC", "AYLBMC", "SLOUMC", "MKEYMC"), ("BNI", "WDI", "HVI", "WSI", "SPI")
_WOMEN = ("BZI", "DWI")
_UNLINKED = 0.6
"""People received whom no link names, for each one who is linked."""
_REPEATED = 0.01
_MORNING, _NOON, _EVENING, _NIGHT = 9 * 3600, 13 * 3600, 18 * 3600, 23 * 3600


class Movement(NamedTuple):
    """One movement; the day and the second of it order a person's movements."""

    offender: str
    day: int
    second: int
    kind: str
    direction: str
    reason: str
    origin: str
    destination: str
    status: str


def write_receptions(out: Path, records: Mapping[str, pa.Table], seed: int) -> None:
    """Write `receptions.csv`: every reception of the truth as an admission, with a release before the person's next one.

    Whatever else is written, transfers, courts, temporary absences, second admissions of one stay, people no link names and
    rows that cannot be read, is no new imprisonment of a linked person.
    """
    rng = np.random.default_rng([seed, 201])
    stays: dict[str, list[int]] = {}
    received = records["receptions"]
    for person, day in zip(
        received["offender_ref"].to_pylist(), received["reception_date"].cast(pa.int32()).to_pylist(), strict=True
    ):
        stays.setdefault(person, []).append(day)
    relationship = dict(
        zip(records["links"]["offender_ref"].to_pylist(), records["links"]["relationship"].to_pylist(), strict=True)
    )
    women = {person for person, one in relationship.items() if one.endswith("mother")}
    movements = [one for person, its in stays.items() for one in _stays(rng, person, sorted(its), person in women)]
    movements += [one for person in relationship if person not in stays for one in _never_received(rng, person)]
    others = unlinked_numbers(round(_UNLINKED * len(stays)) + 20).to_pylist()
    for person in others:
        received_on = int(rng.integers(OBSERVED_FROM, OBSERVED_TO))
        movements += _stays(rng, person, [received_on], woman=bool(rng.random() < 0.06))
    movements += [movements[place] for place in rng.integers(0, len(movements), round(_REPEATED * len(movements)))]
    movements.sort()
    everyone = [*stays, *(person for person in relationship if person not in stays), *others]
    born = dict(zip(everyone, rng.integers(-6_000, 12_000, len(everyone)).tolist(), strict=True))
    _write_movements(out / "receptions.csv", movements, born, women, unreadable=others[:8])


def _stays(rng: np.random.Generator, person: str, received: Sequence[int], woman: bool) -> Iterator[Movement]:
    """Admission, what happens inside, and release, each stay over before the next begins; the last may still go on."""
    prisons = _WOMEN if woman else _PRISONS
    for place, day in enumerate(received):
        following = received[place + 1] if place + 1 < len(received) else None
        longest = OBSERVED_TO + 400 - day if following is None else following - 1 - day
        last = day + min(int(rng.exponential(170)) + 5, longest)
        reason = str(rng.choice(list(_RECEIVED), p=list(_RECEIVED.values())))
        prison, court = str(rng.choice(prisons)), str(rng.choice(_COURTS))
        status = _STATUS.get(reason, "LR")
        yield Movement(person, day, _EVENING, "ADM", "IN", reason, court if reason in _STATUS else "OUT", prison, status)
        yield from _inside(rng, Movement(person, day, 0, "", "", reason, court, prison, status), last)
        if last <= OBSERVED_TO:
            yield Movement(person, last, _NIGHT, "REL", "OUT", str(rng.choice(_RELEASED)), prison, "OUT", status)


def _inside(rng: np.random.Generator, stay: Movement, last: int) -> Iterator[Movement]:
    """Movements between the days of admission and release, none of them a new imprisonment."""
    person, day, _, _, _, reason, court, prison, status = stay
    within = min(last, OBSERVED_TO) - day - 1
    if within < 3:
        return
    chance = rng.random(5)
    on = [day + 1 + int(one) for one in rng.integers(0, within, 5)]
    if chance[0] < 0.5:
        yield Movement(person, on[0], _MORNING, "CRT", "OUT", "CRT", prison, court, status)
        yield Movement(person, on[0], _NOON, "CRT", "IN", "CRT", court, prison, status)
    if chance[1] < 0.35 and reason == "N":
        yield Movement(person, on[1], _EVENING, "ADM", "IN", "I", court, prison, "SENT03")
    if chance[2] < 0.4:
        yield Movement(person, on[2], _MORNING, "TRN", "OUT", "NOTR", prison, "LII", status)
        yield Movement(person, on[2], _NOON, "ADM", "IN", str(rng.choice(_NOT_RECEIVED[:3])), prison, "LII", status)
    if chance[3] < 0.15:
        yield Movement(person, on[3], _MORNING, "TAP", "OUT", "C3", prison, "HOSP", status)
        yield Movement(person, on[3], _NOON, "TAP", "IN", "C3", "HOSP", prison, status)
    if chance[4] < 0.12:
        yield Movement(person, on[4], _EVENING, "ADM", "IN", str(rng.choice(_NOT_RECEIVED[3:])), "OUT", prison, status)


def _never_received(rng: np.random.Generator, person: str) -> Iterator[Movement]:
    """Someone a link names who was never newly received: no movement, or an admission that is no reception."""
    if rng.random() < 0.5:
        day, reason = int(rng.integers(OBSERVED_FROM, OBSERVED_TO)), str(rng.choice(_NOT_RECEIVED))
        yield Movement(person, day, _NOON, "ADM", "IN", reason, "OUT", str(rng.choice(_PRISONS)), "SENT03")


def _write_movements(path: Path, movements: list[Movement], born: dict[str, int], women: set[str], unreadable: list[str]) -> None:
    person, day, second, kind, direction, reason, origin, destination, status = (
        list(one) for one in zip(*movements, strict=True)
    )
    columns = {
        "offenderNo": person,
        "dateOfBirth": _iso([born[one] for one in person]),
        "sex": ["F" if one in women else "M" for one in person],
        "movementDate": _iso(day),
        "movementTime": [f"{one // 3600:02d}:{one % 3600 // 60:02d}:00" for one in second],
        "movementType": kind,
        "directionCode": direction,
        "movementReasonCode": reason,
        "fromAgency": origin,
        "toAgency": destination,
        "imprisonmentStatus": status,
    }
    for place, (offender, date, movement) in enumerate(_UNREADABLE):
        values = [offender or unreadable[place], "1988-04-11", "M", date, "18:00:00", movement, "IN", "N", "RDNGCC", "BNI", "RX"]
        for column, value in zip(columns.values(), values, strict=True):
            column.insert((place + 1) * len(column) // 7, None if value == " " else value)
    write_csv(path, {name: pa.array(values, pa.string()) for name, values in columns.items()}, newline="\r\n")


_UNREADABLE = (("", "2023-02-30", "ADM"), (" ", "2022-05-04", "ADM"), ("A12B4XX", "2022-09-01", "ADM"), ("", " ", "ADM"))
"""Rows beyond the truth's: an impossible day, no number, a number that is none, no day."""


def _iso(numbers: list[int]) -> list[str]:
    return [str(day) for day in np.array(numbers, dtype="datetime64[D]")]
