"""A release of children who are easy to recognise, and the same release with nothing shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data import comparators
from data.cohort import Input, Note, Rejection
from data.reference import POPULATION, Comparator, population_words
from data.schema import AGE_BANDS
from tests.builders import CHERWELL, MILTON_KEYNES, OXFORD, OXFORDSHIRE, READING, SLOUGH, write_store

MARK = "canary"
"""In every identifier of the cohort: a child's, a family's. Nothing that leaves has it."""
CHILDREN = {OXFORDSHIRE: 323, READING: 159, SLOUGH: 7, MILTON_KEYNES: 1}
"""How many live where: many, enough, too few, one."""
Row = dict[str, Any]


def recognisable_children(path: Path) -> Path:
    """A cohort store in which the hidden numbers are unlike the shown ones; returns its root.

    Of 490 children 4 had a plan (486 had none), 3 were suspended, 9 are of one family, 2 are of no recorded sex, 1 was recognised
    in a year of their own, and the areas have 323, 159, 7 and 1.
    """
    children = list(_children())
    terms = [_term(child, term) for child in children for term in range(-3, 4)]
    windows = [_window(child, window) for child in children for window in ("m-1", "m0", "m+1", "w3", "w6", "b6", "a6")]
    store = write_store(path, children, terms, windows, said=_said())
    comparators.write(store.directory, _populations())
    return path


def _populations() -> Iterator[Comparator]:
    """How many live where, by age, at two mid-years."""
    for place, home in enumerate(CHILDREN):
        for ages, who in enumerate(map(population_words, ("all", *AGE_BANDS))):
            for year in (2022, 2023):
                living = 97_000 + 10_100 * place - 21_007 * ages + 301 * (year - 2022)
                yield Comparator(
                    comparator=POPULATION,
                    indicator=POPULATION,
                    area_code=home,
                    area_name="Here",
                    population=who,
                    period=f"mid-{year}",
                    value=float(living),
                    unit="children",
                    source="A count",
                    fit="matched",
                    reason="",
                    academic_year="",
                    phase="",
                )


def _children() -> Iterator[Row]:
    homes = [home for home, number in CHILDREN.items() for _ in range(number)]
    for place, home in enumerate(homes):
        yield {
            "child_id": f"{MARK}-child-{place:03}",
            "family_id": f"{MARK}-family-{0 if 20 <= place < 29 else place // 2 + 100:03}",
            "area_code": home,
            "district_code": {OXFORDSHIRE: (OXFORD, CHERWELL)[place % 2]}.get(home),
            "sex": "U" if place in (40, 41) else "FM"[place % 2],
            "age_band": "0-4" if place % 9 == 0 else ("5-11", "12-17")[place % 2 ^ place % 3 == 0],
            "parent": "mother" if place % 11 == 0 else "father",
            "imprisonment_month": date(2024, 6, 1) if place == 60 else date(2022 + place % 2, 1 + place % 9, 1),
            "matched_social_care": place % 10 != 3,
        }


def _term(child: Row, term: int) -> Row:
    place = int(child["child_id"][-3:])
    return {
        "child_id": child["child_id"],
        "relative_term": term,
        "fsm_received": place % 3 != 0,
        "fsm_eligible": place % 4 != 0,
        "sen_support": place % (3 if term < 0 else 5) == 0,
        "ehcp": place in (7, 19, 90, 150),
        "suspended": place in (8, 21, 91) and term == 0,
        "sessions_possible": 120,
        "sessions_absent": (37 * place + 11 * term) % 61,
    }


EARLY_HELP = {"m-1": (7,), "m0": (7,), "m+1": (4,), "b6": (7,), "a6": (4,), "w3": (4, 7), "w6": (4, 7)}
"""Before it every seventh child, after it every fourth; in a window around it both."""


def _window(child: Row, window: str) -> Row:
    place = int(child["child_id"][-3:])
    return {
        "child_id": child["child_id"],
        "window": window,
        "early_help": any(place % one == 0 for one in EARLY_HELP[window]),
        "mash_contact": place % 4 == 1,
        "mash_referral": place % 8 == 1,
        "statutory_level": {0: "cin", 1: "cp"}.get(place % 6, "cwcf" if place in (11, 77) else "none"),
    }


def _said() -> dict[str, Any]:
    """What the store's manifest tells of its files: rows that say how few children were left out."""
    kind = "annex_a/list_1"
    inputs = {
        f"{OXFORDSHIRE}/{MARK} child's contacts.xlsx": Input("0" * 64, 4_973, kind, OXFORDSHIRE, 4_970),
        f"{READING}/Annex_A.xlsx": Input("1" * 64, 3_671, kind, READING, 3_558),
    }
    rejected = (
        Rejection(f"{OXFORDSHIRE}/{MARK} child's contacts.xlsx", "Date of Contact is missing", 3),
        Rejection(f"{READING}/Annex_A.xlsx", "Date of Contact is missing", 113),
    )
    return {"inputs": inputs, "rejected": rejected, "notes": (Note(READING, "school_census", "Nothing says who was late."),)}


def mute(released: Path, into: Path) -> Path:
    """A copy of the live release with every figure, pair and count hidden, in its manifest too; returns its root."""
    version = (released / "CURRENT").read_text(encoding="utf-8").strip()
    shutil.copytree(released / version, into / version)
    shutil.copy(released / "CURRENT", into / "CURRENT")
    for table in ("figures", "pairs", "quality"):
        _hide_all(into / version / f"{table}.parquet")
    told = json.loads((into / version / "manifest.json").read_text(encoding="utf-8"))
    others = (told["lattice"].get("children_total") or 0) + 1  # or its own number of children would be one of a page's own words
    told |= {"design_effects": {}, "lattice": told["lattice"] | {"children_total": others}}
    (into / version / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    return into


def _hide_all(path: Path) -> None:
    """Put `c` for every number, in the same row groups."""
    file = pq.ParquetFile(path)
    groups = [file.read_row_group(place) for place in range(file.num_row_groups)]
    with pq.ParquetWriter(path, file.schema_arrow, compression="zstd", store_schema=False, write_page_checksum=True) as writer:
        for group in groups:
            for place, field in enumerate(group.schema):
                if not pa.types.is_string(field.type):
                    group = group.set_column(place, field, pa.nulls(group.num_rows, field.type))
            symbols = pa.array(["c"] * group.num_rows, pa.string())
            group = group.set_column(group.column_names.index("symbol"), "symbol", symbols)
            writer.write_table(group, row_group_size=max(1, group.num_rows))
