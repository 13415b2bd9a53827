"""Comparators from open-data files: which figures they become, and what is refused or left out."""

from __future__ import annotations

import codecs
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import comparators as stored
from data import reference
from data.errors import DataError
from data.ingest.comparators import ComparatorsRead, comparators_of, read_comparators
from data.ingest.folder import Folder
from data.ingest.ledger import Ledger
from data.ingest.open_data import NO_VALUE, place_of, school_year, time_of
from data.reference import Comparator

SAMPLES = Path(os.environ.get("COHORT_SAMPLES", "/nowhere"), "ees")
with_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="COHORT_SAMPLES does not name the folder of sample files")
"""Some rows of two real files (Open Government Licence)."""
COLUMNS = "file,column,indicator,population,unit,fit,reason,filters,transform"
ABSENCE = "absence.csv,absent,attendance_sessions,All pupils,percent,similar,A whole year,school_type=Total,100-"
HEADER = "time_period,time_identifier,geographic_level,country_code,country_name,new_la_code,la_name,school_type,term,absent"
ENGLAND, OXFORDSHIRE = "E92000001", "E10000025"


def line(
    absent: str = "6.9",
    *,
    period: str = "202324",
    identifier: str = "Academic year",
    level: str = "Local authority",
    code: str = OXFORDSHIRE,
    school_type: str = "Total",
    term: str = "Total",
) -> str:
    """A row of an open-data file; England's has no code of an authority."""
    return f"{period},{identifier},{level},{ENGLAND},England,{code},Oxfordshire,{school_type},{term},{absent}"


def read(
    extracts: Path, *lines: str, mapping: str = ABSENCE, header: str = HEADER, encoding: str = "utf-8", start: bytes = b""
) -> ComparatorsRead:
    folder = extracts / "comparators"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.csv").write_text(f"{COLUMNS}\n{mapping}\n", encoding="utf-8")
    (folder / "absence.csv").write_bytes(start + "\n".join((header, *lines, "")).encode(encoding))
    return read_comparators(extracts)


def refusal(extracts: Path, *lines: str, **options: str) -> str:
    with pytest.raises(DataError) as raised:
        read(extracts, *(lines or (line(),)), **options)  # type: ignore[arg-type]
    return str(raised.value)


def test_a_figure_becomes_a_comparator_with_its_source_and_its_fit(tmp_path: Path) -> None:
    found = read(tmp_path, line("6.9"))
    assert found.rows == (
        Comparator(
            comparator="attendance",
            indicator="attendance_sessions",
            area_code=OXFORDSHIRE,
            area_name="Oxfordshire",
            population="All pupils, Oxfordshire",
            period="Academic year 2023/24",
            value=100 - 6.9,
            unit="percent",
            source="Explore Education Statistics, absence.csv [absent]",
            fit="similar",
            reason="A whole year",
            academic_year="202324",
            phase="",
        ),
    )
    assert found.files == {"comparators/mapping.csv": 1, "comparators/absence.csv": 1}


def test_columns_come_by_name_whatever_their_order(tmp_path: Path) -> None:
    names = HEADER.split(",")
    turned = ",".join(reversed(line().split(",")))
    assert read(tmp_path / "one", line()).rows == read(tmp_path / "two", turned, header=",".join(reversed(names))).rows


@pytest.mark.parametrize(
    ("encoding", "start"), [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("cp1252", b""), ("utf-16", b"")], ids=str
)
def test_any_usual_encoding_is_read(tmp_path: Path, encoding: str, start: bytes) -> None:
    name = "St Thérèse"
    found = read(tmp_path, line().replace("Oxfordshire", name), encoding=encoding, start=start)
    assert [one.area_name for one in found.rows] == [name]


@pytest.mark.parametrize("symbol", ["c", "x", "z", "k", "u", "low", "~", ":", ".", "", " ", "LOW"])
def test_a_symbol_is_no_value_and_no_fault(tmp_path: Path, symbol: str) -> None:
    found = read(tmp_path, line(symbol), line("7", period="202223"))
    assert [one.period for one in found.rows] == ["Academic year 2022/23"]
    assert not found.rejected["comparators/absence.csv"]


@pytest.mark.parametrize("figure", ["n/a", "6,9", "101", "-1", "1e9", "nan", "inf", "6.9%"])
def test_what_is_neither_a_percentage_nor_a_symbol_is_a_row_left_out(tmp_path: Path, figure: str) -> None:
    quoted = f'"{figure}"' if "," in figure else figure
    found = read(tmp_path, line("7"), line(quoted, period="202223"))
    assert [(one.row, one.column) for one in found.rejected["comparators/absence.csv"]] == [(3, "absent")]
    assert [one.value for one in found.rows] == [100 - 7]


def test_an_unknown_period_and_an_area_without_a_code_are_rows_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, line(), line(period="202306"), line(code="z", period="202223"), line(period="autumn"))
    faults = [(one.row, one.column) for one in found.rejected["comparators/absence.csv"]]
    assert (len(found.rows), faults) == (1, [(3, "time_period"), (4, "new_la_code"), (5, "time_period")])


def test_a_row_of_the_wrong_width_is_left_out_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, line(), f"{line(period='202223')},7")
    assert [one.row for one in found.rejected["comparators/absence.csv"]] == [3]
    assert (len(found.rows), found.files["comparators/absence.csv"]) == (1, 2)


def test_schools_and_wards_stand_beside_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, line(level="School"), line(level="National"))
    assert [(one.area_code, one.population) for one in found.rows] == [(ENGLAND, "All pupils, England")]


def test_rows_that_differ_in_something_no_filter_names_stop_the_build(tmp_path: Path) -> None:
    said = refusal(tmp_path, line("6.9"), line("4.1", term="Autumn term"))
    assert "comparators/mapping.csv row 2" in said and "add the filters" in said


def test_the_same_row_twice_is_one_figure(tmp_path: Path) -> None:
    assert len(read(tmp_path, line(), line()).rows) == 1


def test_a_term_that_is_a_filter_is_the_period_of_the_figure(tmp_path: Path) -> None:
    mapping = ABSENCE.replace("school_type=Total", "school_type=Total;term=Autumn term")
    by_filter = read(tmp_path / "filter", line("6.9"), line("4.1", term="Autumn term"), mapping=mapping).rows
    by_identifier = read(tmp_path / "identifier", line("4.1", identifier="Autumn term")).rows
    assert [(one.period, one.value) for one in by_filter] == [("Autumn term 2023/24", 100 - 4.1)]
    assert by_filter == by_identifier


@pytest.mark.parametrize(
    ("period", "identifier", "words", "year"),
    [
        ("201617", "Academic year", "Academic year 2016/17", "201617"),
        ("2016", "Academic year", "Academic year 2016/17", "201617"),
        ("2016/17", "Financial year", "Financial year 2016/17", "201617"),
        ("199900", "Academic year", "Academic year 1999/00", "199900"),
        ("2016", "Spring term", "Spring term 2016/17", "201617"),
        ("2025", "Reporting year", "Reporting year 2025", "202425"),
        ("2024", "January", "January 2024", "202324"),
        ("2024", "October", "October 2024", "202425"),
        ("201618", "Academic year", None, None),
        ("20", "Academic year", None, None),
        ("", "Academic year", None, None),
    ],
)
def test_a_period_has_four_digits_or_six(period: str, identifier: str, words: str | None, year: str | None) -> None:
    assert time_of(period, identifier) == words
    assert words is None or school_year(period, identifier) == year


@given(figure=st.text(max_size=6), level=st.sampled_from(["National", "Local authority", "School"]), code=st.text(max_size=9))
def test_any_row_is_a_place_a_fault_or_nothing(figure: str, level: str, code: str) -> None:
    row = {"geographic_level": level, "country_code": code, "country_name": figure, "new_la_code": code, "la_name": figure}
    place = place_of(row)
    assert place is None or isinstance(place, str) or place[0] == code


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("absence.csv,", "presence.csv,"), "names the file presence.csv"),
        ((",absent,", ",present,"), "names the column present"),
        (("school_type=Total", "school_kind=Total"), "names the column school_kind"),
        (("school_type=Total", "school_type=Primary"), "wants school_type to be primary"),
        (("school_type=Total", "school_type"), "column=value"),
        (("similar", "fits"), "matched, similar or not_comparable"),
        (("similar,A whole year", "similar,"), "why the fit is similar"),
        (("percent", "children"), "only percent"),
        (("100-", "1/"), "transform"),
        (("All pupils", ""), "no population"),
        ((",absent,", ",la_name,"), "does not hold percentages"),
    ],
)
def test_a_mapping_that_names_what_is_not_there_stops_the_build(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    said = refusal(tmp_path, mapping=ABSENCE.replace(*change))
    assert says in said and "comparators/mapping.csv row 2" in said and said.count(": ") == 1


def test_filters_that_no_row_answers_together_stop_the_build(tmp_path: Path) -> None:
    both = ABSENCE.replace("school_type=Total", "school_type=Primary;term=Autumn term")
    said = refusal(tmp_path, line(school_type="Primary"), line("4", term="Autumn term"), mapping=both)
    assert "no row of comparators/absence.csv answers together" in said


def test_two_rows_of_the_mapping_cannot_give_one_population_two_figures(tmp_path: Path) -> None:
    mapping = f"{ABSENCE}\n{ABSENCE.replace('school_type=Total', 'school_type=Primary')}"
    said = refusal(tmp_path, line("6.9"), line("5", school_type="Primary"), mapping=mapping)
    assert "two figures for the same population" in said


def test_a_file_that_is_not_open_data_stops_the_build(tmp_path: Path) -> None:
    said = refusal(tmp_path, "1,2", header="year,rate")
    assert "comparators/absence.csv has no column time_period" in said


def test_without_a_mapping_nothing_is_read_and_that_is_said(tmp_path: Path) -> None:
    assert read_comparators(tmp_path) == ComparatorsRead()
    read(tmp_path, line())
    (tmp_path / "comparators" / "mapping.csv").unlink()
    found = read_comparators(tmp_path)
    assert (found.rows, found.files, len(found.notes)) == ((), {}, 1)


def from_sample(extracts: Path, file: str, *rows: str) -> tuple[Comparator, ...]:
    """The comparators of a real file under the rows of a mapping."""
    folder = extracts / "comparators"
    folder.mkdir()
    shutil.copy(SAMPLES / file, folder)
    (folder / "mapping.csv").write_text("\n".join((COLUMNS, *rows, "")), encoding="utf-8")
    return read_comparators(extracts).rows


def test_the_ledger_knows_each_file_and_its_rows(tmp_path: Path) -> None:
    expected = read(tmp_path, line(), line("much", period="202223")).rows
    ledger = Ledger()
    assert comparators_of(Folder(tmp_path, tmp_path), ledger) == expected
    digests = dict.fromkeys(ledger.paths, "digest")
    counted = {file: (one.kind, one.area_code, one.rows, one.used) for file, one in ledger.inputs(digests).items()}
    assert counted["comparators/absence.csv"] == ("comparators", "all", 2, 1)
    assert {path.name for path in ledger.paths} == {"absence.csv", "mapping.csv"}


@with_samples
def test_a_real_file_gives_the_figures_it_holds(tmp_path: Path) -> None:
    """England's primary schools in 2016/17: 4.0% of sessions missed in the year, 3.9% in its Autumn."""
    mapping = "absence_by_term.csv,sess_overall_percent,attendance_sessions,Primary pupils,percent,similar,By term,{},100-"
    filters = (f"school_type=State-funded primary;term={term}" for term in ("Total", "Autumn term"))
    found = from_sample(tmp_path, "absence_by_term.csv", *map(mapping.format, filters))
    england = {one.period: one for one in found if one.area_code == ENGLAND}
    assert england["Academic year 2016/17"].value == 100 - 4
    assert england["Autumn term 2016/17"].value == 100 - 3.9
    assert england["Autumn term 2016/17"].phase == "primary"


@with_samples
def test_a_real_file_of_counts_is_not_taken_for_percentages(tmp_path: Path) -> None:
    mapping = "b1_children_in_need_2013_to_2025.csv,awaiting_assessment,statutory,All children,percent,similar,Open,,"
    with pytest.raises(DataError, match="does not hold percentages"):
        from_sample(tmp_path, "b1_children_in_need_2013_to_2025.csv", mapping)


def test_a_store_keeps_comparators_as_they_were_read(tmp_path: Path) -> None:
    rows = read(tmp_path, line(), line("7", period="202223")).rows
    assert stored.read(tmp_path) == ()
    stored.write(tmp_path, reversed(rows))
    first = (tmp_path / stored.FILE).read_bytes()
    stored.write(tmp_path, rows)
    assert sorted(stored.read(tmp_path), key=stored.key) == sorted(rows, key=stored.key)
    assert (tmp_path / stored.FILE).read_bytes() == first


def test_damaged_comparators_of_a_store_are_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / stored.FILE).write_bytes(b"no Parquet")
    with pytest.raises(DataError, match="damaged"):
        stored.read(tmp_path)


def test_a_partners_own_figure_wins_over_the_committed_one() -> None:
    committed = reference.comparators()[:3]
    own = Comparator(**vars(committed[1]) | {"value": 1.0})
    new = Comparator(**vars(committed[1]) | {"period": "Academic year 1066/67"})
    assert stored.merged((own, new), committed) == (committed[0], own, committed[2], new)


def test_every_symbol_of_the_convention_is_known() -> None:
    assert {"c", "x", "z", "k", "u", "low", "~", ":", ".", ""} == NO_VALUE
