"""What an authority's matching officer has settled by hand, and receipt of free meals, which no census records."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.calendar import is_covid
from data.synthetic.files.authority import Authority
from data.synthetic.files.pupils import Pupils, census_days
from data.synthetic.files.tabular import Column, days, write_csv
from data.synthetic.places import MILTON_KEYNES, OXFORDSHIRE

_SETTLED = {OXFORDSHIRE: 1.0, MILTON_KEYNES: 0.6}
"""Share of the children found in some register who are in the crosswalk; other authorities have none."""
_TAKEN = 0.2
_DRAWS, _MEAL_DRAWS = 303, 304


def write_crosswalk(folder: Path, authority: Authority) -> None:
    """Write `crosswalk.csv` into the authority's folder where it keeps one: of children found in some register."""
    if authority.code not in _SETTLED:
        return
    people = authority.people
    at_school, in_care = (_registered(authority, register) for register in ("education", "social_care"))
    settled = (at_school | in_care) & (authority.rng(_DRAWS).random(people.num_rows) < _SETTLED[authority.code])
    blank = pa.scalar(None, pa.string())
    columns = {
        "child_ref": people["child_ref"],
        "UPN": pc.if_else(pa.array(at_school), people["upn"], blank),
        "LA child id": pc.if_else(pa.array(in_care), people["la_child_id"], blank),
        "method": pa.array(np.where(at_school, "name and date of birth", "case file"), pa.string()),
        "confidence": pa.array(np.where(np.arange(people.num_rows) % 9 == 0, "probable", "certain"), pa.string()),
    }
    kept = pa.table(columns).filter(pa.array(settled))
    write_csv(folder / "crosswalk.csv", _columns(kept), encoding=authority.style.encoding)


def _registered(authority: Authority, register: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found = authority.registered(register)["child_ref"].combine_chunks()
    return np.asarray(pc.is_in(authority.people["child_ref"], found).to_numpy())


def write_meals(folder: Path, authority: Authority, pupils: Pupils) -> None:
    """Write `meals.csv` into the authority's folder where receipt is recorded: a row a pupil and census day."""
    if "meals" not in authority.coverage:
        return
    first, last = authority.coverage["meals"]
    meals = authority.records["meals"]
    people = authority.people
    known = pc.index_in(meals["child_ref"], people["child_ref"].combine_chunks())
    rng = authority.rng(_MEAL_DRAWS)
    pupil, term = np.nonzero(pupils.lives.on_roll[pupils.recognised :])
    counted = np.array(
        [first <= one.first_day and one.last_day <= last and not is_covid(one) for one in pupils.terms], dtype=np.bool_
    )
    pupil, term = pupil[counted[term]], term[counted[term]]
    others = {
        "UPN": authority.unaffected["upn"].take(pa.array(pupil)),
        "day": pa.array(census_days(pupils.terms)[term].astype(np.int32)).cast(pa.date32()),
        "received": pa.array(rng.random(pupil.size) < _TAKEN),
    }
    ours = {"UPN": people["upn"].take(known), "day": meals["census_date"], "received": meals["received"]}
    rows = pa.concat_tables([pa.table(ours), pa.table(others)])
    yes, no = (("True", "False"), ("Yes", "No"), ("1", "0"))[authority.style.position % 3]
    columns = {
        "UPN": rows["UPN"],
        "census_date": days(rows["day"], authority.style.date_format),
        "free_meal_received": pc.if_else(rows["received"], yes, no),
    }
    write_csv(folder / "meals.csv", columns, encoding=authority.style.encoding)


def _columns(table: pa.Table) -> dict[str, Column]:
    return dict(zip(table.column_names, table.columns, strict=True))
