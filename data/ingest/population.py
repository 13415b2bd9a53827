"""Children living in each area at mid-year, from the estimates of the Office for National Statistics as they are given out.

Two forms of file are known by their headers, whatever they are called: the detailed series (`ladcode23`, `sex`, `age`, a column
`population_2023` a year) and a download from Nomis (`GEOGRAPHY_CODE`, `DATE_NAME`, `GENDER_NAME`, `C_AGE_NAME`, `OBS_VALUE`). A
row is an area, sex and age, or band of ages. The figures are published ones: no row is about a child of the cohort.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from data import reference
from data.calendar import ADULT, band_ages
from data.errors import DataError
from data.ingest.layout import Field, Layout, normal
from data.ingest.ledger import Rejected
from data.ingest.open_data import NO_VALUE
from data.ingest.reading import HEADER_WITHIN, WRONG_WIDTH, encoding_of
from data.reference import CHILDREN, POPULATION, Comparator, population_words
from data.schema import AGE_BANDS

SOURCE = "Office for National Statistics, mid-year population estimates"
BANDS = {"all": (0, ADULT - 1), **{band: band_ages(band) for band in AGE_BANDS}}
"""First and last year of age of each group of children that there is a population of."""
_OF_A_YEAR = re.compile(r"population_(\d{4})")
_SOURCE = Field("source", required=False)
SERIES = Layout(
    "the detailed series of mid-year population estimates",
    (Field("area_code", (r"ladcode\d{2}",)), Field("sex"), Field("age"), _SOURCE),
)
NOMIS = Layout(
    "mid-year population estimates from Nomis",
    (
        Field("area_code", ("geography_code",)),
        Field("year", ("date_name", "date")),
        Field("sex", ("gender_name", "sex_name")),
        Field("age", ("c_age_name",)),
        Field("measure", ("measures_name",), required=False),
        Field("value", ("obs_value",)),
        _SOURCE,
    ),
)
_SEXES = {"m": "M", "male": "M", "males": "M", "1": "M", "f": "F", "female": "F", "females": "F", "2": "F"} | dict.fromkeys(
    ("total", "persons", "all persons", "all", "0"), "all"
)
_AGES = re.compile(r"(?:ages? |aged )?(\d{1,3})(?:(?: ?- ?| to )(\d{1,3})|( ?\+| and over))?", re.IGNORECASE)
_YEAR, _PEOPLE = re.compile(r"(19|20)\d{2}"), re.compile(r"\d{1,8}([.]0+)?")
_OLDEST = 999
_EVERY_AGE = ("all ages", "total", "all")

_Ages = tuple[int, int]


def is_population(path: Path, label: str) -> bool:
    """Whether a CSV file has a header of population estimates near its top; false where it cannot be read."""
    try:
        return _header(path, label) is not None
    except DataError:
        return False


class Population:
    """One file of population estimates, read to its end; `rows` read, `rejected` of them, and areas of which ages lack.

    Areas that are no authority or district of the reference data, and ages from 18, are read over. `DataError` where the file
    has two figures for the same area, sex, age and year.
    """

    def __init__(self, path: Path, label: str) -> None:
        self.label = label
        self.rows = 0
        self.rejected: list[Rejected] = []
        self._people: dict[tuple[str, str], dict[_Ages, dict[str, int]]] = {}
        """By area and year, then by ages, then by sex."""
        self._sources: dict[str, str] = {}
        header = _header(path, label)
        assert header is not None, f"{label} is no file of populations"
        at, headers, delimiter = header
        years = _years(headers)
        layout = NOMIS if NOMIS.fits(headers) else Layout(SERIES.name, (*SERIES.fields, *map(Field, map(_column, years))))
        places = layout.place(headers, label)
        for number, cells in islice(_lines(path, label, delimiter), at, None):
            self.rows += any(cells)
            if len(cells) == len(headers):
                self._read(number, {name: cells[place].strip() for name, place in places.items()}, years)
            elif any(cells):
                self._reject(number, "", WRONG_WIDTH)

    def comparators(self) -> tuple[Comparator, ...]:
        """The number of children of every area, mid-year and group that the file has every year of age and both sexes of."""
        found = (
            (area, year, band, _living(by_age, *ages))
            for (area, year), by_age in sorted(self._people.items())
            for band, ages in BANDS.items()
        )
        return tuple(self._comparator(area, year, band, living) for area, year, band, living in found if living)

    @property
    def lacking(self) -> int:
        """How many areas have some year of which not every child is told."""
        whole = {(one.area_code, one.period) for one in self.comparators() if one.population == population_words("all")}
        return len({area for area, year in self._people if (area, f"mid-{year}") not in whole})

    def _read(self, number: int, row: Mapping[str, str], years: Iterable[str]) -> None:
        """Put down the figures of a row, or the row among those left out."""
        if row.get("measure", "value").casefold() not in ("", "value") or row["age"].casefold() in _EVERY_AGE:
            return
        code, ages, sex = row["area_code"], _ages_of(row["age"]), _SEXES.get(row["sex"].casefold())
        figures = {row["year"]: row["value"]} if "value" in row else {year: row[_column(year)] for year in years}
        told = {year: figure for year, figure in figures.items() if figure.casefold() not in NO_VALUE}
        if not re.fullmatch(r"[A-Z]\d{8}", code):
            self._reject(number, "area_code", "it is not the code of an area")
        elif ages is None:
            self._reject(number, "age", "it is neither a year of age nor a band of them")
        elif sex is None:
            self._reject(number, "sex", "it is neither males, females nor all persons")
        elif not all(_YEAR.fullmatch(year) for year in told):
            self._reject(number, "year", "it is no year")
        elif not all(_PEOPLE.fullmatch(figure) for figure in told.values()):
            self._reject(number, "value" if "value" in row else "population", "it is no number of people")
        elif code in reference.areas() and ages[1] < ADULT:
            self._sources.setdefault(code, row.get("source") or SOURCE)
            for year, figure in told.items():
                self._put((code, year), ages, sex, int(float(figure)))

    def _put(self, place: tuple[str, str], ages: _Ages, sex: str, people: int) -> None:
        before = self._people.setdefault(place, {}).setdefault(ages, {}).setdefault(sex, people)
        if before != people:
            raise DataError(f"{self.label} has two figures for the same area, sex, age and year: download it again.")

    def _reject(self, number: int, column: str, reason: str) -> None:
        self.rejected.append(Rejected(number, column, reason))

    def _comparator(self, area: str, year: str, band: str, living: int) -> Comparator:
        return Comparator(
            comparator=POPULATION,
            indicator=POPULATION,
            area_code=area,
            area_name=reference.areas()[area].name,
            population=population_words(band),
            period=f"mid-{year}",
            value=float(living),
            unit=CHILDREN,
            source=self._sources[area],
            fit="matched",
            reason="",
            academic_year="",
            phase="",
        )


def _header(path: Path, label: str) -> tuple[int, list[str], str] | None:
    """Row, headers and delimiter of the header, which may stand under a title, as in a sheet saved as CSV; None without one."""
    for delimiter in ",;\t":
        for number, cells in islice(_lines(path, label, delimiter), HEADER_WITHIN):
            if NOMIS.fits(cells) or (SERIES.fits(cells) and _years(cells)):
                return number, cells, delimiter
    return None


def _lines(path: Path, label: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with their numbers, the first being 1; `DataError` where it is not text."""
    encoding = encoding_of(path, label)
    try:
        with path.open(encoding="utf-8-sig" if encoding == "utf8" else encoding, newline="") as file:
            yield from enumerate(csv.reader(file, delimiter=delimiter), 1)
    except (UnicodeDecodeError, csv.Error):
        raise DataError(f"{label} is not text in UTF-8 or Windows-1252: save it as CSV, UTF-8.") from None


def _years(headers: Iterable[str]) -> list[str]:
    return [found[1] for one in headers if (found := _OF_A_YEAR.fullmatch(normal(one)))]


def _column(year: str) -> str:
    return f"population_{year}"


def _ages_of(text: str) -> _Ages | None:
    """First and last year of an age: `7`, `Age 7`, `Aged 5 to 11`; those of 16 and over are no children, though some are."""
    found = _AGES.fullmatch(text)
    if not found:
        return None
    first = int(found[1])
    last = int(found[2] or first) if not found[3] else _OLDEST
    return (first, last) if first <= last else None


def _living(by_age: Mapping[_Ages, Mapping[str, int]], first: int, last: int) -> int | None:
    """The people of those ages, of years of age or bands that lie end to end, the narrowest first; None where one lacks."""
    if first > last:
        return 0
    for _, end in sorted(ages for ages in by_age if ages[0] == first and ages[1] <= last):
        here, rest = _persons(by_age[first, end]), _living(by_age, end + 1, last)
        if here is not None and rest is not None:
            return here + rest
    return None


def _persons(by_sex: Mapping[str, int]) -> int | None:
    """Everyone, or males and females together; None where one of the two is all there is."""
    if "all" in by_sex:
        return by_sex["all"]
    return by_sex["M"] + by_sex["F"] if {"M", "F"} <= set(by_sex) else None
