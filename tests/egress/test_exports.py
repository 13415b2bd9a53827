"""Nothing but released values is taken away: without these a file can hold what no page shows.

Each file is read by other programs than wrote it, and every sentence, table, description and chart of it is judged like a page's.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from metrics import ALL, Filters, Release, find
from metrics.exports import Format, deck_sheet, make, open_data, picture
from metrics.exports.deck_lines import EVENT
from metrics.exports.open_data import OF_FIGURES, OF_PAIRS
from metrics.presentation import ALL_SLIDES, describe_figures
from metrics.presentation.numbers import time_name
from metrics.presentation.slides import slide
from tests.builders import OXFORDSHIRE, READING, SLOUGH
from tests.egress import taken
from tests.egress.capture import Sent
from tests.egress.conftest import House
from tests.egress.judge import Known, clauses, wrong
from tests.egress.released import NUMBER, Fact, facts_of
from tests.egress.releases import MARK, mute

CUTS = (Filters(), Filters(area=OXFORDSHIRE), Filters(area=READING, sex="F"), Filters(area=SLOUGH))
READ: dict[Format, Callable[[bytes], Iterator[taken.Said]]] = {
    "pptx": taken.office,
    "docx": taken.office,
    "html": taken.page,
    "pdf": taken.portable,
}
PICTURED = ("recognised", "ehcp", "statutory", "school_change", "england", "attendance_mean")
CLOSE = 1e-9


@pytest.fixture(scope="module")
def quiet(house: House, tmp_path_factory: pytest.TempPathFactory) -> Known:
    """What needs no figure in a file: what needs none on a page, and the words of files of which every figure is hidden."""
    muted = Release.open(mute(house.root, tmp_path_factory.mktemp("exports") / "muted"))
    own = {text for format, read in READ.items() for _, text in read(make(muted, Filters(), format))}
    return replace(house.known, clauses=house.known.clauses | {one for text in own for one in clauses(text)})


def facts(house: House, cut: Filters) -> list[Fact]:
    """All that a file may tell of a cut."""
    return facts_of(house.released, "board", cut)


@pytest.mark.parametrize("cut", CUTS, ids=str)
@pytest.mark.parametrize("format", READ)
def test_a_file_holds_released_values_and_declared_functions_of_them_alone(
    format: Format, cut: Filters, house: House, quiet: Known
) -> None:
    content = make(Release.open(house.root), cut, format)
    sent = Sent(texts=list(READ[format](content)))
    assert len(sent.texts) > 20
    assert MARK not in str(sent.texts)
    assert wrong(sent, facts(house, cut), quiet) == []


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_a_chart_of_a_deck_is_drawn_from_released_values_alone(cut: Filters, house: House) -> None:
    drawn = list(taken.charts(make(Release.open(house.root), cut, "pptx", ALL_SLIDES)))
    assert len(drawn) > 50 or cut in CUTS[2:]
    assert from_nowhere(drawn, facts(house, cut)) == []


def from_nowhere(drawn: Sequence[tuple[str, list[float]]], facts: Sequence[Fact]) -> list[tuple[str, float]]:
    """The numbers of series that are of no fact; the band of the imprisonment is as high as the axis, which ends at tens."""
    told = [number for fact in facts for number in fact.drawn]
    tall = [number for name, numbers in drawn if name == EVENT for number in numbers if number % 10]
    found = [(name, number) for name, numbers in drawn if name != EVENT for number in numbers]
    return [(EVENT, number) for number in tall] + [
        (name, number) for name, number in found if not any(abs(number - value) < CLOSE for value in told)
    ]


@pytest.mark.parametrize("id", PICTURED)
def test_a_picture_says_released_values_alone(id: str, house: House, quiet: Known) -> None:
    release, cut = Release.open(house.root), Filters(area=OXFORDSHIRE)
    if slide(release, cut, id).hidden:
        cut = Filters()
    sent = Sent(texts=list(taken.drawing(picture(release, cut, id, "svg"))))
    assert len(sent.texts) > 5
    assert wrong(sent, facts(house, cut), quiet) == []


@pytest.fixture(scope="module")
def opened(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The open data of the release, its policy named as that for everyone."""
    root = tmp_path_factory.mktemp("open") / "release"
    shutil.copytree(house.root, root)
    path = next(root.glob("*/manifest.json"))
    told = json.loads(path.read_text(encoding="utf-8"))
    told["policy"] |= {"name": "publication", "audience": "anyone"}
    path.write_text(json.dumps(told), encoding="utf-8")
    return open_data(Release.open(root))


@pytest.mark.parametrize(("table", "columns"), [("figures", OF_FIGURES), ("pairs", OF_PAIRS)])
def test_open_data_are_the_shown_cells_of_the_release_and_no_other(
    table: str, columns: dict[str, Any], opened: dict[str, bytes], house: House
) -> None:
    name = next(name for name in opened if name.endswith("before_and_after.csv") == (table == "pairs") and "meta" not in name)
    rows = csv.DictReader(io.StringIO(opened[name].decode()))
    written = Counter(
        _key(row, [row[column.name] for column in columns.values()]) for row in rows if row["base_count"] not in "czx"
    )
    shown = [row for row in house.released.tables[table].to_pylist() if row["symbol"] is None]
    assert len(shown) > 20
    assert written == Counter(_released(row, [row[field] for field in columns]) for row in shown)


def _key(row: dict[str, str], numbers: list[str]) -> tuple[Any, ...]:
    """A row of the open data: of what, of whom, and its numbers."""
    where = row["lad_code"] or row["new_la_code"] or ALL
    sex = {"Total": ALL, "Female": "F", "Male": "M", "Not recorded": "U"}[row.get("sex", "Total")]
    age = row["age_band"].removeprefix("Aged ").replace(" to ", "-").replace("Total", ALL)
    what = (row["measure"], row.get("time_around_imprisonment", ""), row.get("children_observed", ""))
    period = row.get("cohort_year", "Total").replace("Total", ALL)
    return (*what, where, sex, age, period, *(None if number == "z" else round(float(number), 9) for number in numbers))


def _released(row: dict[str, Any], numbers: list[float | None]) -> tuple[Any, ...]:
    """The same of a cell of the release."""
    basis = {"observed": "Observed at that time", "followed": "The same children throughout", None: ""}[row.get("basis")]
    when = (time_name(row["time"]) or "Not by time") if "time" in row else ""
    what = (find(row["indicator"]).title, when[:1].upper() + when[1:], basis)
    return (
        *what,
        row["area_code"],
        row["sex"],
        row["age_band"],
        row["period"],
        *(None if one is None else round(one, 9) for one in numbers),
    )


def test_what_describes_open_data_has_no_number_of_a_child(opened: dict[str, bytes], house: House, quiet: Known) -> None:
    about = Sent(texts=[("about.txt", line) for line in opened["about.txt"].decode().splitlines()])
    assert wrong(about, facts(house, Filters()), quiet) == []
    for name in opened:
        assert MARK.encode() not in opened[name], name
    for meta in (content for name, content in opened.items() if name.endswith("meta.csv")):
        described = csv.DictReader(io.StringIO(meta.decode()))
        assert {row["indicator_dp"] for row in described} <= {"", "0", "1"}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed here")
def test_the_pages_of_a_pdf_have_no_number_that_the_same_report_as_a_web_page_has_not(house: House, tmp_path: Path) -> None:
    release, cut = Release.open(house.root), Filters(area=OXFORDSHIRE)
    (tmp_path / "report.pdf").write_bytes(make(release, cut, "pdf"))
    printed = subprocess.run(["pdftotext", str(tmp_path / "report.pdf"), "-"], capture_output=True, check=True).stdout.decode()
    web = " ".join(text for _, text in taken.page(make(release, cut, "html"), axes=True))
    pages = set(map(str, range(1, 1 + printed.count("\f"))))
    assert len(NUMBER.findall(printed)) > 500
    assert set(NUMBER.findall(" ".join(printed.split()))) - set(NUMBER.findall(web)) - pages == set()


# Canaries: each puts in a file something that was not released, and must be noticed.


@pytest.mark.parametrize("format", READ)
def test_what_was_not_released_is_noticed_in_a_file(
    format: Format, house: House, quiet: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "metrics.presentation.slides.describe_figures",
        lambda *told, **how: f"{describe_figures(*told, **how)} Of these 3 were suspended.",
    )
    cut = Filters(area=OXFORDSHIRE)
    assert wrong(Sent(texts=list(READ[format](make(Release.open(house.root), cut, format)))), facts(house, cut), quiet) != []


def test_a_value_of_a_chart_that_was_not_released_is_noticed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    value = deck_sheet.value
    monkeypatch.setattr(deck_sheet, "value", lambda figure, plot: value(figure, plot) or 100 * 3 / 490)
    cut = Filters(area=OXFORDSHIRE)
    assert from_nowhere(list(taken.charts(make(Release.open(house.root), cut, "pptx"))), facts(house, cut)) != []
