"""Links of children to people who may be imprisoned, as the force keeps them: our own minimal specification."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.synthetic.files.tabular import days, write_csv


def write_links(out: Path, links: pa.Table, people: pa.Table, seed: int) -> None:
    """Write `links.csv`, one row a link; what the force knows of a child is the same in all its links."""
    rng = np.random.default_rng([seed, 202])
    known = people.take(pc.index_in(links["child_ref"], people["child_ref"].combine_chunks()))
    chance = rng.random(people.num_rows)[pc.index_in(links["child_ref"], people["child_ref"].combine_chunks()).to_numpy()]
    same_home = pc.equal(known["postcode"], known["force_postcode"])
    same_name = pc.and_(pc.equal(known["forename"], known["force_forename"]), pc.equal(known["surname"], known["force_surname"]))
    same_birth = pc.equal(known["date_of_birth"], links["date_of_birth"])
    exact = pc.and_(same_home, pc.and_(same_name, same_birth))
    loud, blank, spaced = (
        pa.array(chance < 0.1),
        pc.and_(exact, pa.array(chance > 0.97)),
        pa.array((chance > 0.5) & (chance < 0.53)),
    )
    surname = pc.if_else(loud, pc.utf8_upper(known["force_surname"]), known["force_surname"])
    columns = {
        "offenderNo": links["offender_ref"],
        "child_ref": links["child_ref"],
        "relationship": links["relationship"],
        "link_source": links["link_source"],
        "link_date": days(links["link_date"], "%d/%m/%Y"),
        "forename": pc.if_else(loud, pc.utf8_upper(known["force_forename"]), known["force_forename"]),
        "surname": pc.if_else(spaced, pc.binary_join_element_wise(surname, "\u00a0", ""), surname),
        "dateOfBirth": days(links["date_of_birth"], "%d/%m/%Y"),
        "sex": links["sex"],
        "postcode": pc.if_else(blank, "#N/A", known["force_postcode"]),
        "area_code": links["area_code"],
        "district_code": links["district_code"],
    }
    extra = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in _UNREADABLE_LINKS])
    written = pa.concat_tables([pa.table(columns).slice(0, 1), pa.table(columns), extra.cast(pa.table(columns).schema)])
    write_csv(out / "links.csv", dict(zip(written.column_names, written.columns, strict=True)), encoding="utf-8-sig")


_UNREADABLE_LINKS = (
    ("Z9999ZX", "X000000001", "father", "police", "31/02/2022", "Ann", "Test", "03/04/2015", "F", "ZZ1 2AB", "E10000025", None),
    ("Z9999ZX", "X000000002", "neighbour", "police", "03/02/2022", "Ann", "Test", "03/04/2015", "F", None, "E10000025", None),
    ("Z9999ZX", None, "father", "police", "03/02/2022", "Ann", "Test", "03/04/2015", "F", None, "E10000025", None),
    ("Z9999ZX", "X000000003", "father", "police", "03/02/2022", "Ann", "Test", "30/02/2015", "F", None, "E10000025", None),
)
"""Rows beyond the truth's: an impossible day of the link, an unknown relationship, no child, an impossible day of birth."""
