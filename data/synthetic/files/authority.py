"""One authority of a fake partnership as its analyst sees it: whom its registers hold, what it supplies, how it writes files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Span = tuple[date, date]


@dataclass(frozen=True)
class Style:
    """How an authority's systems write: what differs between authorities and must make no difference."""

    position: int
    """0 for the first authority of the partnership, and so on: take turns by it where several forms exist."""
    encoding: str
    """utf-8, utf-8-sig (a byte order mark) or cp1252."""
    date_format: str
    """For `strftime`: the usual way this authority's files write a day."""
    addresses: bool
    """Whether its school census comes with addresses."""


@dataclass(frozen=True)
class Authority:
    """The truth about one authority's children, and all its files are written from.

    `records` holds the truth's tables by name (`data.schema.RECORDS`), only the rows of children linked in this area; a child
    is in the school register exactly where `matches` has it in education, in the social-care register where it has it in
    social_care. `people` is one row a linked child, as the registers hold them: child_ref, forename, surname, date_of_birth
    (date32), sex (F, M, U), postcode, upn, la_child_id (text, digits). `unaffected` has the same columns without child_ref:
    people of the registers whom no link names. A source without a span in `coverage` is not supplied: write no file for it.
    """

    code: str
    records: Mapping[str, pa.Table]
    people: pa.Table
    unaffected: pa.Table
    coverage: Mapping[str, Span]
    style: Style
    seed: tuple[int, ...]

    def rng(self, purpose: int) -> np.random.Generator:
        """Random numbers for one file, whatever the other files draw."""
        return np.random.default_rng([*self.seed, purpose])

    def folder(self, out: Path) -> Path:
        """The authority's own folder of the extracts, made where it is missing."""
        directory = out / self.code
        directory.mkdir(parents=True, exist_ok=True)
        return directory

    def registered(self, register: str) -> pa.Table:
        """The rows of `people` in that register: education or social_care."""
        matches = self.records["matches"]
        found = [
            ref
            for ref, kind in zip(matches["child_ref"].to_pylist(), matches["register"].to_pylist(), strict=True)
            if kind == register
        ]
        return self.people.filter(pc.is_in(self.people["child_ref"], pa.array(found, pa.string())))
