"""Every extract the partners could supply, in its own format and with its own dirt, written from simulated lives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.progress import Progress, silent
from data.schema import RECORDS
from data.synthetic.files.authority import Authority, Style
from data.synthetic.files.census import write_census
from data.synthetic.files.comparators import write_comparators
from data.synthetic.files.coverage import write_coverage
from data.synthetic.files.crosswalk import write_crosswalk, write_meals
from data.synthetic.files.links import write_links
from data.synthetic.files.pupils import pupils_of
from data.synthetic.files.receptions import write_receptions
from data.synthetic.files.social_care import write_social_care
from data.synthetic.files.support import write_support
from data.synthetic.files.term_dates import write_term_dates
from data.synthetic.people import linked_people, unaffected_people
from data.synthetic.places import Place, apportion

_DOING = "Writing extracts"
_UNAFFECTED = 150
"""People an authority in its registers whom no link names, where the caller names no number."""
_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252")
_DATES = ("%Y-%b-%d 00:00:00", "%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%dT00:00:00")
_SUPPORT = 203


def write_files(
    out: Path, truth: Path, places: Sequence[Place], seed: int, *, register: int | None = None, progress: Progress = silent
) -> pa.Table:
    """Write every partner's files under `out` from the records in `truth`; returns the linked people, one row a child.

    `register` is how many unaffected people the registers of all authorities hold together.
    """
    records = {table.name: pq.read_table(truth / "records" / f"{table.name}.parquet") for table in RECORDS}
    areas, styles = [place.code for place in places], [_style(position) for position in range(len(places))]
    people = linked_people(
        records["links"], areas, seed, {code: style.addresses for code, style in zip(areas, styles, strict=True)}
    )
    counts = [_UNAFFECTED] * len(places) if register is None else apportion(register, [place.weight for place in places])
    unaffected = unaffected_people(people, areas, counts, seed)
    write_receptions(out, records, seed)
    write_links(out, records["links"], people, seed)
    write_support(out, records["offers"], np.random.default_rng([seed, _SUPPORT]))
    write_coverage(out, records["coverage"])
    write_comparators(out, areas)
    by_area = _by_area(records, people, areas)
    progress(_DOING, 0, len(areas))
    for position, code in enumerate(areas):
        theirs, others = (held.filter(pc.equal(held["area_code"], code)).combine_chunks() for held in (people, unaffected))
        authority = Authority(code, by_area[position], theirs, others, _spans(records, code), styles[position], (seed, position))
        _write_authority(out, authority)
        progress(_DOING, position + 1, len(areas))
    return people


def _write_authority(out: Path, authority: Authority) -> None:
    folder = authority.folder(out)
    if "school_census" in authority.coverage:
        pupils = pupils_of(authority)
        write_census(folder, authority, pupils)
        write_meals(folder, authority, pupils)
    write_crosswalk(folder, authority)
    write_social_care(out, authority)
    write_term_dates(folder, authority.code)


def _style(position: int) -> Style:
    return Style(
        position,
        encoding=_ENCODINGS[position % len(_ENCODINGS)],
        date_format=_DATES[position % len(_DATES)],
        addresses=position % 3 != 1,
    )


def _spans(records: Mapping[str, pa.Table], code: str) -> dict[str, tuple[date, date]]:
    rows = records["coverage"].filter(pc.equal(records["coverage"]["area_code"], code)).to_pylist()
    return {row["source"]: (row["first_date"], row["last_date"]) for row in rows}


def _by_area(records: Mapping[str, pa.Table], people: pa.Table, areas: Sequence[str]) -> list[dict[str, pa.Table]]:
    """Each authority's rows of the tables about a child."""
    area = pc.index_in(people["area_code"], pa.array(areas))
    found: list[dict[str, pa.Table]] = [{} for _ in areas]
    for name, table in records.items():
        if "child_ref" in table.column_names:
            child = pc.index_in(table["child_ref"], people["child_ref"].combine_chunks())
            place = area.take(child).to_numpy()
            order = np.argsort(place, kind="stable")
            ends = np.searchsorted(place[order], np.arange(len(areas) + 1))
            ordered = table.take(pa.array(order)).combine_chunks()
            for position in range(len(areas)):
                found[position][name] = ordered.slice(ends[position], ends[position + 1] - ends[position])
    return found
