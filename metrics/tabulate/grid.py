"""The cuts of a lattice as the numbered cells that counts are rolled up into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.engine import Engine
from metrics.filters import ALL, DIMENSIONS, Dimension, Filters
from metrics.lattice import Lattice, is_quarter
from metrics.tabulate.relations import MONTHS, count_rows

CUTS = "lattice_cuts"
ROWS_AT_ONCE = 2_000_000
"""How many rows, each as often as there are patterns, are grouped at once: some hundred megabytes."""

Numbers = dict[str, npt.NDArray[np.int64]]
Place = Literal["all", "area_code", "district_code", "age_band", "sex", "year", "quarter"]


@dataclass(frozen=True)
class Pattern:
    """Cuts that group children by the same columns: the column each dimension is read from, `all` where by none."""

    area: Place
    age_band: Place
    sex: Place
    period: Place

    def cuts_of_cells(self, number: int, month: str) -> str:
        """The cells that are in each cut of this pattern; one without a district is in no district's cut."""
        matches = " AND ".join(f"{CUTS}.{dimension} = {self._value(dimension)}" for dimension in DIMENSIONS)
        return f"SELECT {number} AS pattern, cells.cell, {CUTS}.cut FROM cells_by_{month} AS cells JOIN {CUTS} ON {matches}"

    def _value(self, dimension: Dimension) -> str:
        column: Place = getattr(self, dimension)
        return f"'{ALL}'" if column == "all" else f"cells.{column}"


@dataclass(frozen=True)
class Grid:
    """Every cut of a lattice, sorted as a release is: by area, age band, sex and period; a cut's place is its number."""

    cuts: tuple[Filters, ...]
    patterns: tuple[Pattern, ...]

    @classmethod
    def of(cls, lattice: Lattice) -> Grid:
        """The grid of a lattice."""
        cuts = sorted(lattice.cuts(), key=lambda cut: tuple(getattr(cut, d) for d in DIMENSIONS))
        return cls(tuple(cuts), tuple(dict.fromkeys(_pattern(cut, lattice) for cut in cuts)))

    def prepare(self, engine: Engine) -> None:
        """Give the engine the cuts that each cell of the cohort is in, by either month."""
        columns: dict[str, object] = {d: [getattr(cut, d) for cut in self.cuts] for d in DIMENSIONS}
        engine.register(CUTS, pa.table({"cut": pa.array(range(len(self.cuts)), pa.int32())} | columns))
        for month in MONTHS:
            parts = [pattern.cuts_of_cells(number, month) for number, pattern in enumerate(self.patterns)]
            engine.define(f"cuts_by_{month}", " UNION ALL ".join(parts))

    def roll_up(self, engine: Engine, month: str, table: str, sql: str, names: Sequence[str], times: int) -> Numbers:
        """Lay the numbers that `sql` yields out, one row a cut and one column a time; 0 where it has no row.

        `sql` joins `table` to `cuts_of_cells` by `cell`, and yields `cut`, `time` and `names`. It is run for as many patterns
        at once as memory allows.
        """
        laid_out: Numbers = {name: np.zeros(len(self.cuts) * times, dtype=np.int64) for name in names}
        at_once = max(1, ROWS_AT_ONCE // max(1, count_rows(engine, table)))
        for first in range(0, len(self.patterns), at_once):
            engine.define(
                "cuts_of_cells",
                f"""
SELECT
  cell,
  cut
FROM cuts_by_{month}
WHERE pattern >= {first} AND pattern < {first + at_once}""",
            )
            found = fetch_numbers(engine, sql)
            place = found["cut"] * times + found["time"]
            for name in names:
                laid_out[name][place] = found[name]
        return {name: numbers.reshape(len(self.cuts), times) for name, numbers in laid_out.items()}

    def table(self, keys: Mapping[str, Sequence[str]], columns: Mapping[str, pa.Array]) -> pa.Table:
        """A table of one row a cut and key, cut by cut; `columns` are laid out likewise. Words are dictionaries."""
        many = len(next(iter(keys.values())))
        named: dict[Dimension, str] = {"area": "area_code", "age_band": "age_band", "sex": "sex", "period": "period"}
        cells = {named[d]: _words([getattr(cut, d) for cut in self.cuts], each=many) for d in DIMENSIONS}
        words = {name: _words(values, times=len(self.cuts)) for name, values in keys.items()}
        return pa.table({**words, **cells, **columns})


def _words(values: Sequence[str], each: int = 1, times: int = 1) -> pa.DictionaryArray:
    known = {value: code for code, value in enumerate(dict.fromkeys(values))}
    codes = np.array([known[value] for value in values], dtype=np.int16)
    return pa.DictionaryArray.from_arrays(np.tile(np.repeat(codes, each), times), list(known))


def _pattern(cut: Filters, lattice: Lattice) -> Pattern:
    area = lattice.area(cut.area)
    assert area is not None, f"the lattice has a cut of {cut.area} but no such area"
    place: dict[str, Place] = {"all": "all", "authority": "area_code", "district": "district_code"}
    return Pattern(
        place[area.kind],
        "all" if cut.age_band == ALL else "age_band",
        "all" if cut.sex == ALL else "sex",
        "all" if cut.period == ALL else "quarter" if is_quarter(cut.period) else "year",
    )


def fetch_numbers(engine: Engine, sql: str) -> Numbers:
    """What a statement yields, all whole numbers, by column; 0 for a sum of nothing."""
    found = engine.fetch(sql)
    return {name: pc.fill_null(found[name], 0).to_numpy().astype(np.int64) for name in found.column_names}


def column(of_keys: Sequence[npt.NDArray[np.int64] | None], cuts: int) -> pa.Array:
    """One number a cut and key, cut by cut; null where a key has none."""
    values = np.zeros((cuts, len(of_keys)), dtype=np.int64)
    absent = np.ones((cuts, len(of_keys)), dtype=bool)
    for place, numbers in enumerate(of_keys):
        if numbers is not None:
            values[:, place] = np.ma.getdata(numbers)
            absent[:, place] = np.ma.getmaskarray(numbers)
    return pa.array(values.ravel(), mask=absent.ravel())
