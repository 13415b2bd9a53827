"""A fake partnership: simulated lives of children whose parent is sent to prison, as the partners' records.

The demonstration is the Thames Valley, calibrated to the published study and the article; a national one is England.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data.errors import DataError, disk_error
from data.progress import Progress, silent
from data.synthetic.lives import live
from data.synthetic.places import Place, england, thames_valley
from data.synthetic.strata import Stratum, demonstration, national
from data.synthetic.timeline import PROGRAMME_START, iso
from data.synthetic.writer import RecordsWriter, Values

__all__ = ["synthesise"]

CHUNK = 10_000
"""Children simulated at a time, which bounds the memory."""
_STREAM = 11
"""Of forty tried, one whose lines are smooth where nothing was printed; the printed figures hold with any."""
_DOING = "Simulating children"


def synthesise(out: Path, children: int | None = None, seed: int = 1, progress: Progress = silent) -> int:
    """Write a fake partnership's records and `partnership.json` under `out`; returns how many children are recognised.

    None makes the Thames Valley demonstration; a number makes a national partnership of that many. The same seed gives
    the same bytes. What stood under `out` before is replaced only when everything has been written.
    """
    if children is not None and children < 1:
        raise DataError(f"--children is {children}: ask for at least 1, or leave it out for the demonstration.")
    records, partial = out / "records", out / ".records-partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        recognised = _write_lives(partial, children, seed, progress)
        shutil.rmtree(records, ignore_errors=True)
        partial.replace(records)
        _describe(out, "Thames Valley" if children is None else "England", seed)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise disk_error(error, "writing the simulated records", out) from error
    return recognised


def _write_lives(directory: Path, children: int | None, seed: int, progress: Progress) -> int:
    """Simulate chunk by chunk, each from its own seed."""
    for_places, for_chunks = np.random.SeedSequence([_STREAM, seed]).spawn(2)
    places, chunks = _plan(np.random.default_rng(for_places), children)
    total = sum(stratum.children for chunk in chunks for stratum in chunk)
    done = 0
    with RecordsWriter(directory) as records:
        records.write("coverage", _coverage(places))
        progress(_DOING, done, total)
        for chunk, chunk_seed in zip(chunks, for_chunks.spawn(len(chunks)), strict=True):
            for table, columns in live(np.random.default_rng(chunk_seed), chunk, places, done, calibrated=children is None):
                records.write(table, columns)
            done += sum(stratum.children for stratum in chunk)
            progress(_DOING, done, total)
    return total


def _plan(rng: np.random.Generator, children: int | None) -> tuple[tuple[Place, ...], list[list[Stratum]]]:
    if children is None:
        places = thames_valley(rng)
        return places, [demonstration(places)]
    places = england(rng)
    return places, national(places, children, chunk=CHUNK)


def _coverage(places: Sequence[Place]) -> dict[str, Values]:
    rows = [(place.code, source, *span) for place in places for source, span in place.coverage.items()]
    columns = ("area_code", "source", "first_date", "last_date")
    return {name: np.array(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}


def _describe(out: Path, name: str, seed: int) -> None:
    described = {
        "name": name,
        "synthetic": True,
        "seed": seed,
        "programme_start": iso(PROGRAMME_START),
        "pseudonym_key": f"synthetic-{seed}",
    }
    (out / "partnership.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")
