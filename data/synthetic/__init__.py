"""A fake partnership: simulated lives of children whose parent is sent to prison, as the files its partners would supply.

The demonstration is the Thames Valley, calibrated to the published study and the article; a national one is England.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from data.errors import DataError, disk_error
from data.progress import Progress, silent
from data.synthetic.files import write_files
from data.synthetic.files.term_dates import local_terms, term_dates_table
from data.synthetic.lives import live
from data.synthetic.places import Place, england, thames_valley
from data.synthetic.strata import Stratum, demonstration, national
from data.synthetic.timeline import PROGRAMME_START, iso
from data.synthetic.writer import RecordsWriter, Values

__all__ = ["synthesise"]

CHUNK = 10_000
"""Children simulated at a time, which bounds the memory."""
_PARTIAL, _DESCRIPTION = ".partial", "partnership.json"
_FORCE = ("receptions.csv", "links.csv", "support.csv", "coverage.csv", "comparators", "rejected")
_WRITTEN = ("truth", "records", _DESCRIPTION, *_FORCE)
"""What a run leaves under `out`, and a build of it, beside the authorities' folders."""
_STREAM = 11
"""Of forty tried, one whose lines are smooth where nothing was printed; the printed figures hold with any."""
_DOING = "Simulating children"


def synthesise(
    out: Path,
    children: int | None = None,
    seed: int = 1,
    progress: Progress = silent,
    *,
    truth_only: bool = False,
    register: int | None = None,
) -> int:
    """Write a fake partnership's extracts under `out`, the truth they were written from in `truth`; returns how many
    children are recognised.

    None makes the Thames Valley demonstration; a number makes a national partnership of that many. `register` is how many
    unaffected people the registers hold beside them; with it, the children are spread over the Thames Valley alone.
    `truth_only` writes just the truth, `records` and `partnership.json`, in `out` itself. The same seed gives the same
    bytes. What stood under `out` before is replaced only when everything has been written.
    """
    if children is not None and children < 1:
        raise DataError(f"--children is {children}: ask for at least 1, or leave it out for the demonstration.")
    partial = out / _PARTIAL
    kind = _Kind(children, england=children is not None and register is None)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        truth = partial if truth_only else partial / "truth"
        places, recognised = _write_lives(truth / "records", kind, seed, progress)
        _describe(truth, kind, seed)
        if not truth_only:
            people = write_files(partial, truth, places, seed, register=register, progress=progress)
            pq.write_table(people.select(["child_ref", "upn", "la_child_id"]), truth / "people.parquet", compression="zstd")
            _describe(partial, kind, seed)
        _replace(out, partial)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise disk_error(error, "writing the simulated extracts", out) from error
    return recognised


def _replace(out: Path, partial: Path) -> None:
    """Put what was written in the place of what a run before left; `partnership.json`, which says what it is, last."""
    for path in out.iterdir():
        if path.name in _WRITTEN or re.fullmatch(r"E\d{8}", path.name):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in sorted(partial.iterdir(), key=lambda path: path.name == _DESCRIPTION):
        path.replace(out / path.name)
    partial.rmdir()


@dataclass(frozen=True)
class _Kind:
    """How many children, None for the demonstration's, and of the whole of England or the Thames Valley."""

    children: int | None
    england: bool


def _write_lives(directory: Path, kind: _Kind, seed: int, progress: Progress) -> tuple[tuple[Place, ...], int]:
    """Simulate chunk by chunk, each from its own seed; returns the authorities and how many children are recognised."""
    for_places, for_chunks = np.random.SeedSequence([_STREAM, seed]).spawn(2)
    places, chunks = _plan(np.random.default_rng(for_places), kind)
    total = sum(stratum.children for chunk in chunks for stratum in chunk)
    done = 0
    with RecordsWriter(directory) as records:
        records.write("coverage", _coverage(places))
        records.write("term_dates", _term_dates(places))
        progress(_DOING, done, total)
        for chunk, chunk_seed in zip(chunks, for_chunks.spawn(len(chunks)), strict=True):
            for table, columns in live(np.random.default_rng(chunk_seed), chunk, places, done, calibrated=kind.children is None):
                records.write(table, columns)
            done += sum(stratum.children for stratum in chunk)
            progress(_DOING, done, total)
    return places, total


def _plan(rng: np.random.Generator, kind: _Kind) -> tuple[tuple[Place, ...], list[list[Stratum]]]:
    places = england(rng) if kind.england else thames_valley(rng)
    return places, [demonstration(places)] if kind.children is None else national(places, kind.children, chunk=CHUNK)


def _coverage(places: Sequence[Place]) -> dict[str, Values]:
    rows = [(place.code, source, *span) for place in places for source, span in place.coverage.items()]
    columns = ("area_code", "source", "first_date", "last_date")
    return {name: np.array(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}


def _term_dates(places: Sequence[Place]) -> dict[str, Values]:
    table = term_dates_table(tuple(row for place in places for row in local_terms(place.code)))
    return {name: column.combine_chunks() for name, column in zip(table.column_names, table.columns, strict=True)}


def _describe(out: Path, kind: _Kind, seed: int) -> None:
    described: dict[str, object] = {
        "name": "England" if kind.england else "Thames Valley",
        "synthetic": True,
        "seed": seed,
        "programme_start": iso(PROGRAMME_START),
        "pseudonym_key": f"synthetic-{seed}",
        "settings": {},
    }
    (out / _DESCRIPTION).write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
