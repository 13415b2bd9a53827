"""Defends against a figure that is wrong because a cell was, and nobody told.

The tiny partnership is repeated as many times as it has cells; in each copy one cell is damaged, so that one build tries them all
and every outcome belongs to one cell: the row is among the rejected, or the family's rows in the store are what they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.build.recognise import pseudonym
from data.errors import DataError
from tests import partners
from tests.data.village import (
    CHILDREN,
    SHARED,
    WORDS,
    Cell,
    Outcome,
    Row,
    alone,
    cells,
    comparators_of,
    outcome,
    rejected_rows,
    renamed,
    table_of,
    village,
)

KEY = "a key for tests, which guards nothing"


def header(cell: Cell) -> str:
    """The header a cell stands under."""
    return str(table_of(partners.files(), cell)[0][cell.column])


def row_numbers(cell: Cell, family: int) -> set[int]:
    """The numbers under which a family's row may be rejected: in the census of need a child has an element of each kind."""
    at = family * (len(table_of(partners.files(), cell)) - 1) + cell.row
    return {2 * at + 1, 2 * at + 2} if cell.file.endswith(".xml") else {at + 2}


def is_day(value: Any) -> bool:
    """Whether a cell holds a date, however it is spelt."""
    return isinstance(value, date) or bool(re.match(r"\d{4}-[\w]{2,3}-\d{2}|\d{2}/\d{2}/\d{4}", str(value)))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The outcome where nothing is damaged."""
    return outcome(partners.write(tmp_path_factory.mktemp("sound") / "extracts", partners.files()))


def tried(root: Path, damages: list[tuple[Cell, Any]], sound: Outcome) -> tuple[Outcome, dict[int, str], dict[int, set[str]]]:
    """One build with a family a damage: the outcome, the reason by family, and of the others the columns that changed."""
    found = outcome(partners.write(root / "extracts", village(dict(enumerate(damages)), len(damages))))
    left_out = rejected_rows(root / "extracts_rejected")
    reasons: dict[int, str] = {}
    changed: dict[int, set[str]] = {}
    for family, (cell, _) in enumerate(damages):
        rows = left_out.get((cell.file, cell.sheet), {})
        reason = next((rows[number] for number in sorted(row_numbers(cell, family)) if number in rows), None)
        if reason is not None:
            reasons[family] = reason
            continue
        now = {child: found.rows.get(pseudonym(KEY, "child", f"{child}-{family}"), []) for child in CHILDREN}
        then = {child: sound.rows[pseudonym(KEY, "child", child)] for child in CHILDREN}
        if different := {name for child in CHILDREN for name in _differing(then[child], now[child])}:
            changed[family] = different
    return found, reasons, changed


def _differing(then: list[Row], now: list[Row]) -> set[str]:
    if len(then) != len(now):
        return {"the child"}
    return {name for before, after in zip(then, now, strict=True) for name in before if before[name] != after[name]}


DAMAGED: dict[str, Callable[[Any], list[Any]]] = {
    "unreadable": lambda value: ["?? unreadable"],
    "not what it was": lambda value: (
        ["2022-02-31", "10/05/14", "31/02/2022"] if is_day(value) else ["9.0E+06"] if renamed(value, 1) != value else []
    ),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_cell_is_a_rejected_row_or_makes_no_difference(tmp_path: Path, sound: Outcome, damage: str) -> None:
    files = partners.files()
    damages = [
        (cell, value) for cell in cells(files) for value in DAMAGED[damage](table_of(files, cell)[cell.row + 1][cell.column])
    ]
    found, reasons, changed = tried(tmp_path, damages, sound)
    told = {(damages[family][0].file, header(damages[family][0])): names for family, names in changed.items()}
    counted = {one.reason: one.rows for one in found.rejected}
    if damage == "unreadable":
        assert told == {("links.csv", "district_code"): {"district_code"}}
        assert counted["district_code is not a district of its authority; the child is kept without it"] == 3
    else:
        assert told == {}
    read = {(damages[family][0].file, header(damages[family][0])) for family in reasons}
    assert (("links.csv", "dateOfBirth") in read) and (("links.csv", "forename") not in read)


_ATTENDANCE = {"sessions_possible", "sessions_absent", "attended_ppm"}
_WAITS = {
    "champion_notified": ("notified", "offered"),
    "offer_made": ("offered", "visited"),
    "visit": ("visited", "referred"),
    "referral": ("referred", "supported"),
    "supported": ("supported",),
}
"""Each step of the offer, and the waits that begin or end with it."""
BLANK_SAYS = {
    ("links.csv", "sex"): {"sex"},
    ("links.csv", "district_code"): {"district_code"},
    ("support.csv", "suitable"): {"suitable", "reached", "wait_notified_months", "waiting_months"},
    ("support.csv", "outcome"): {"outcome"},
    **{("support.csv", step): {f"{step}_month", *(f"wait_{wait}_months" for wait in waits)} for step, waits in _WAITS.items()},
    ("fsmperiod.csv", "fsmenddate"): {"fsm_eligible"},
    ("pupilonroll.csv", "senprovision"): {"sen_support", "ehcp"},
    **{
        (f"{roll}.csv", column): _ATTENDANCE
        for roll in ("pupilonroll", "pupilnolongeronroll")
        for column in ("termlysessionspossible", "summerhalfterm2sessionspossible")
    },
}
"""Where a blank is an answer: not known, not yet, still open; and what of the store it answers."""
BLANK_SAYS["support.csv", "supported"] |= {"reached", "waiting_months"}  # the last step there is: nothing later tells of it
NOT_FOUND = {("crosswalk.csv", "UPN"): "matched_education", ("crosswalk.csv", "LA child id"): "matched_social_care"}
"""Looked for and not in the register: the match rates say so."""


def test_a_blank_cell_is_rejected_or_says_what_a_blank_means(tmp_path: Path, sound: Outcome) -> None:
    damages = [(cell, "") for cell in cells(partners.files())]
    found, reasons, changed = tried(tmp_path, damages, sound)
    told: dict[tuple[str, str], set[str]] = {}
    for family, names in changed.items():
        cell = damages[family][0]
        kind = re.sub(r"^.*/(20\d\d_[a-z]+_)?", "", cell.file), header(cell)
        told.setdefault(kind, set()).update(names)
    assert {kind for kind, register in NOT_FOUND.items() if register in told.pop(kind)} == set(NOT_FOUND)
    assert told == BLANK_SAYS
    assert any("have no senprovision in the census of Spring 2022" in note for note in found.notes - sound.notes)
    assert len(reasons) > len(changed)


@pytest.mark.parametrize("name", [name for name in SHARED if "/" not in name or "term_dates" in name])
@pytest.mark.parametrize("value", ["?? unreadable", "", "2022-02-31", "10/05/14", "9.0E+06"])
def test_a_damaged_row_of_a_small_file_is_rejected(tmp_path: Path, name: str, value: str) -> None:
    files = alone(name)
    rows = files[name]
    assert isinstance(rows, list)
    whole = list(rows)
    for column, _ in enumerate(rows[0]):
        damaged = list(whole[1])
        damaged[column] = value
        rows.append(damaged)
    found = outcome(partners.write(tmp_path / "extracts", files))
    assert sorted(rejected_rows(tmp_path / "extracts_rejected")[name, ""]) == list(range(len(whole) + 1, len(rows) + 1))
    assert found.rows == outcome(partners.write(tmp_path / "sound", alone(name))).rows


NO_FIGURE = {"school_type", "sess_overall_percent"}
"""A row of another filter, or with a blank for a figure, has none."""


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("value", ["?? unreadable", "", "9.0E+06"])
def test_a_damaged_comparator_is_rejected_refused_or_gives_no_figure(tmp_path: Path, name: str, value: str) -> None:
    sound = comparators_of(tmp_path, partners.files()).rows
    for column, said in enumerate(table_of(partners.files(), Cell(f"comparators/{name}", "", 0, 0))[0]):
        files = partners.files()
        table_of(files, Cell(f"comparators/{name}", "", 0, 0))[1][column] = value
        try:
            found = comparators_of(tmp_path, files)
        except DataError as refused:
            assert "\n" not in str(refused)
            continue
        if said in NO_FIGURE:
            assert set(found.rows) < set(sound)
        elif not any(found.rejected.values()) and said not in WORDS[name] and (said, value) != ("time_identifier", ""):
            assert found.rows == sound, said
