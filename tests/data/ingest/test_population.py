"""Populations from mid-year estimates: what they become, and what is left out, so that no rate is of half the children."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import DataError
from data.ingest.comparators import ComparatorsRead, read_comparators
from data.ingest.population import SOURCE, _ages_of
from data.reference import Comparator

OXFORD, READING = "E07000178", "E06000038"
SERIES = "ladcode23,laname23,country,sex,age,population_2022,population_2023"
NOMIS = "DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,GENDER_NAME,C_AGE_NAME,MEASURES_NAME,OBS_VALUE"


def series(code: str = READING, sexes: str = "MF", ages: Iterable[int] = range(91), people: int = 10) -> list[str]:
    """A row an age and sex: so many people in 2022, and twice as many in 2023."""
    return [f"{code},Reading,E,{sex},{age},{people},{2 * people}" for sex in sexes for age in ages]


def nomis(sex: str, age: str, people: object, *, year: int = 2023, code: str = READING, measure: str = "Value") -> str:
    return f"{year},Reading,{code},{sex},{age},{measure},{people}"


def read(extracts: Path, *lines: str, header: str = SERIES, name: str = "MYEB1.csv") -> ComparatorsRead:
    folder = extracts / "comparators"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return read_comparators(extracts)


def living(found: ComparatorsRead) -> dict[tuple[str, str, str], float]:
    return {(one.area_code, one.population, one.period): one.value for one in found.rows}


def reasons(found: ComparatorsRead) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.reason) for rows in found.rejected.values() for one in rows]


def test_years_of_age_and_sexes_become_the_children_of_each_age_band(tmp_path: Path) -> None:
    found = read(tmp_path, *series())
    assert living(found) == {
        (READING, who, f"mid-{year}"): ages * len("MF") * people
        for who, ages in (
            ("Children under 18", 18),
            ("Children aged 0 to 4", 5),
            ("Children aged 5 to 11", 7),
            ("Children aged 12 to 17", 6),
        )
        for year, people in ((2022, 10), (2023, 20))
    }
    assert found.files == {"comparators/MYEB1.csv": 2 * 91} and not reasons(found) and found.notes == ()


def test_a_population_says_whose_it_is_and_that_it_counts_children(tmp_path: Path) -> None:
    one = next(
        one for one in read(tmp_path, *series()).rows if one.population == "Children under 18" and one.period == "mid-2023"
    )
    assert one == Comparator(
        comparator="population",
        indicator="population",
        area_code=READING,
        area_name="Reading",
        population="Children under 18",
        period="mid-2023",
        value=2 * 18 * 20.0,
        unit="children",
        source=SOURCE,
        fit="matched",
        reason="",
        academic_year="",
        phase="",
    )


def test_a_file_that_says_who_made_it_is_cited_so(tmp_path: Path) -> None:
    rows = [f"{row},Our own count" for row in series()]
    assert {one.source for one in read(tmp_path, *rows, header=f"{SERIES},source").rows} == {"Our own count"}


def test_a_sheet_saved_as_csv_keeps_its_title_over_the_header(tmp_path: Path) -> None:
    title = "Mid-year population estimates by sex, and single year of age,,,,,,"
    found = read(tmp_path, SERIES, *series(), f"{READING},Reading,E,M,four,10,20", "", header=title)
    assert living(found) == living(read(tmp_path / "bare", *series()))
    assert reasons(found) == [(2 + 2 * 91 + 1, "age", "it is neither a year of age nor a band of them")]
    assert found.files == {"comparators/MYEB1.csv": 2 * 91 + 1}


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-16", ","), ("cp1252", ";"), ("utf-8", "\t")])
def test_any_usual_encoding_and_delimiter_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    read(tmp_path, *series())
    file = tmp_path / "comparators" / "MYEB1.csv"
    file.write_text(file.read_text("utf-8").replace("Reading", "Réading").replace(",", delimiter), encoding=encoding)
    assert len(read_comparators(tmp_path).rows) == 4 * 2


def test_a_download_from_nomis_is_read_by_years_of_age_or_by_bands(tmp_path: Path) -> None:
    ages = [nomis("Total", f"Age {age}", 30) for age in range(5)]
    bands = [nomis("Total", "Aged 5 to 11", 200), nomis("Male", "Aged 12-17", 70), nomis("Female", "Aged 12-17", 80)]
    found = read(tmp_path, *ages, *bands, nomis("Total", "All Ages", 9_999), nomis("Total", "Aged 16+", 7_777), header=NOMIS)
    assert living(found) == {
        (READING, "Children aged 0 to 4", "mid-2023"): 5 * 30,
        (READING, "Children aged 5 to 11", "mid-2023"): 200,
        (READING, "Children aged 12 to 17", "mid-2023"): 70 + 80,
        (READING, "Children under 18", "mid-2023"): 5 * 30 + 200 + 70 + 80,
    }


def test_years_of_age_are_taken_before_bands_and_none_twice(tmp_path: Path) -> None:
    ages = [nomis("Total", f"Age {age}", 30) for age in range(5)]
    found = read(tmp_path, *ages, nomis("Total", "Aged 0 to 4", 151), header=NOMIS)
    assert living(found) == {(READING, "Children aged 0 to 4", "mid-2023"): 5 * 30}


def test_percentages_of_nomis_are_not_people(tmp_path: Path) -> None:
    found = read(tmp_path, *(nomis("Total", f"Age {age}", 0.9, measure="Percent") for age in range(18)), header=NOMIS)
    assert found.rows == () and not reasons(found)


@pytest.mark.parametrize(
    "rows",
    [series(sexes="M"), series(ages=range(17)), [row.replace(",10,20", ",c,20") for row in series()]],
    ids=["one sex", "an age missing", "a year hidden"],
)
def test_half_the_children_are_no_population_and_that_is_said(tmp_path: Path, rows: list[str]) -> None:
    found = read(tmp_path, *rows)
    assert not [one for one in living(found) if one[1:] == ("Children under 18", "mid-2022")]
    if rows[0].endswith("20") and ",c," not in rows[0]:
        (note,) = found.notes
        assert note.startswith("The population estimates of 1 area lack an age under 18, or a sex, in some year")


def test_areas_elsewhere_are_read_over(tmp_path: Path) -> None:
    found = read(tmp_path, *series("W06000015"), *series(OXFORD))
    assert {one.area_code for one in found.rows} == {OXFORD} and not reasons(found)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("Reading,Reading,E,M,4,10,20", "area_code", "it is not the code of an area"),
        (f"{READING},Reading,E,M,four,10,20", "age", "it is neither a year of age nor a band of them"),
        (f"{READING},Reading,E,X,4,10,20", "sex", "it is neither males, females nor all persons"),
        (f"{READING},Reading,E,M,4,ten,20", "population", "it is no number of people"),
        (f"{READING},Reading,E,M,4,-10,20", "population", "it is no number of people"),
        (f"{READING},Reading,E,M,4,10", "", "the row has more or fewer columns than the header"),
    ],
)
def test_a_row_that_is_none_is_left_out_with_its_reason(tmp_path: Path, row: str, column: str, reason: str) -> None:
    found = read(tmp_path, row, *series(OXFORD))
    assert reasons(found) == [(2, column, reason)]
    assert found.files == {"comparators/MYEB1.csv": 1 + 2 * 91}
    assert {one.area_code for one in found.rows} == {OXFORD}


def test_two_figures_for_one_age_stop_the_build(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^comparators/MYEB1\.csv has two figures for the same area, sex, age and year: "):
        read(tmp_path, *series(), *series(people=11))


def test_two_files_that_differ_stop_the_build(tmp_path: Path) -> None:
    read(tmp_path, *series(), name="older.csv")
    with pytest.raises(DataError, match="keep the newer one"):
        read(tmp_path, *series(people=11), name="newer.csv")


def test_it_needs_no_mapping_and_a_mapping_goes_on_beside_it(tmp_path: Path) -> None:
    assert read(tmp_path, *series()).notes == ()
    (tmp_path / "comparators" / "other.csv").write_text("year,rate\n1,2\n", encoding="utf-8")
    (note,) = read_comparators(tmp_path).notes
    assert note.startswith("comparators holds files that are no populations, and no mapping.csv")


def test_a_file_whose_header_is_damaged_is_not_left_out_without_a_word(tmp_path: Path) -> None:
    found = read(tmp_path, *series(), header=SERIES.replace("ladcode23", "code"))
    assert found.rows == () and len(found.notes) == 1
    (tmp_path / "comparators" / "mapping.csv").write_text("file,column,indicator,population,unit,fit,reason,filters\n", "utf-8")
    (note,) = read_comparators(tmp_path).notes
    assert note.startswith("comparators holds files that are no populations, and no row of mapping.csv")
    (tmp_path / "comparators" / "MYEB1.csv").rename(tmp_path / "comparators" / "absence.meta.csv")
    assert read_comparators(tmp_path).notes == ()


@pytest.mark.parametrize(
    ("text", "ages"),
    [("7", (7, 7)), ("Age 0", (0, 0)), ("Aged 5 to 11", (5, 11)), ("Aged 12-17", (12, 17)), ("5 - 11", (5, 11)), ("17-12", None)],
)
def test_an_age_is_a_year_or_a_band(text: str, ages: tuple[int, int] | None) -> None:
    assert _ages_of(text) == ages


@pytest.mark.parametrize("text", ["90+", "Aged 16+", "85 and over"])
def test_an_age_without_an_end_is_no_childrens(text: str) -> None:
    ages = _ages_of(text)
    assert ages is not None and ages[1] >= 18


@given(st.text(max_size=12))
def test_any_age_is_a_span_or_none(text: str) -> None:
    ages = _ages_of(text)
    assert ages is None or 0 <= ages[0] <= ages[1]
