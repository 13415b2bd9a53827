"""Open data: what is written equals the release, passes DfE's screening, and comes from a `publication` release alone."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from metrics import EVERYTHING, INDICATORS, Audience, Figure, Release
from metrics.exports import ExportError, check, export, open_data, place_all
from metrics.exports.open_data import FIGURES, PAIRS
from tests.metrics.exports_release import PUBLICATION, release
from tests.metrics.screening import screened
from tests.releases import AREAS, OXFORD, OXFORDSHIRE, lattice_of, publish_release

FIGURES_CSV, PAIRS_CSV = f"synthetic_{FIGURES}.csv", f"synthetic_{PAIRS}.csv"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release(tmp_path_factory.mktemp("publication"), PUBLICATION)


@pytest.fixture(scope="module")
def files(published: Release) -> dict[str, bytes]:
    return open_data(published)


def read(content: bytes) -> pd.DataFrame:
    """A file as pandas reads it, every cell as text."""
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)


def test_each_figure_read_back_is_the_releases(published: Release, files: dict[str, bytes]) -> None:
    rows = read(files[FIGURES_CSV])
    released = [
        figure
        for cut in map(published.cut, published.lattice.cuts())
        for one in INDICATORS
        for basis in one.bases
        for figure in cut.series(one.id, basis)
    ]
    numbers = rows[["base_count", "children_count", "percentage", "percentage_lower", "percentage_upper"]].to_numpy().tolist()
    assert [
        [told(n, figure) for n in (figure.n, figure.count, figure.value, figure.low, figure.high)] for figure in released
    ] == [[text if text in "czx" else float(text) for text in row] for row in numbers]


def told(number: float | None, figure: Figure) -> str | float:
    """A number of a figure as the file should have it."""
    return figure.symbol or ("z" if number is None else number)


def test_a_figure_is_found_by_what_it_is_of(files: dict[str, bytes]) -> None:
    rows = read(files[FIGURES_CSV])
    ehcp = rows[(rows.measure == "Had an education, health and care plan") & (rows.la_name == "Oxfordshire")]
    ehcp = ehcp[(ehcp.lad_code == "") & (ehcp.sex == "Total") & (ehcp.age_band == "Total") & (ehcp.cohort_year == "Total")]
    ehcp = ehcp[ehcp.children_observed == "Observed at that time"]
    found = {row.time_around_imprisonment: (row.base_count, row.children_count, row.percentage) for row in ehcp.itertuples()}
    assert found["The term of imprisonment"] == ("120", "30", "25")
    assert found["Two terms after"] == ("c", "c", "c")
    assert found["One term before"] == ("100", "50", "50")


def test_pairs_read_back_are_the_releases(published: Release, files: dict[str, bytes]) -> None:
    rows = read(files[PAIRS_CSV])
    shown = rows[rows.base_count != "c"]
    assert len(shown) == 1
    assert shown.iloc[0][["base_count", "before_count", "after_count", "gained_count", "lost_count"]].tolist() == (
        ["80", "20", "30", "15", "5"]
    )
    assert shown.iloc[0].la_name == "Oxfordshire"


def test_a_hidden_figure_has_its_symbol_in_every_number_and_no_number_is_blank(files: dict[str, bytes]) -> None:
    rows = read(files[FIGURES_CSV])
    numbers = ["base_count", "children_count", "percentage", "percentage_lower", "percentage_upper"]
    hidden = rows[rows.base_count == "c"]
    assert len(hidden) and (hidden[numbers] == "c").all(axis=None)
    assert not (rows == "").any()[numbers].any()


@pytest.mark.parametrize("name", [FIGURES_CSV, PAIRS_CSV])
def test_the_files_pass_the_screening_of_explore_education_statistics(name: str, files: dict[str, bytes]) -> None:
    meta = name.replace(".csv", ".meta.csv")
    assert screened(name, files[name], meta, files[meta]) == []


def test_the_screening_would_find_what_it_is_there_to_find(files: dict[str, bytes]) -> None:
    meta = FIGURES_CSV.replace(".csv", ".meta.csv")
    spoilt = files[FIGURES_CSV].replace(b",Female,", b",,").replace(b"Reporting year", b"Sometime")
    found = screened("open data.csv", spoilt, meta, files[meta].replace(b"Filter,Sex", b"Filter,Age at imprisonment"))
    assert len(found) >= 4


def test_the_year_is_not_called_that_of_the_imprisonment_where_it_is_that_of_recognition(files: dict[str, bytes]) -> None:
    assert all((one.period_of == "recognised_month") == (one.table == "children") for one in INDICATORS)
    described = read(files[FIGURES_CSV.replace(".csv", ".meta.csv")]).set_index("col_name").loc["cohort_year"]
    assert described.label == "Cohort year"
    assert "under “Recognition and support”, of recognition" in described.filter_hint


def test_areas_have_their_official_codes(files: dict[str, bytes]) -> None:
    rows = read(files[FIGURES_CSV])
    places = {tuple(row) for row in rows[["geographic_level", "pfa_code", "new_la_code", "old_la_code", "lad_code"]].to_numpy()}
    assert ("Police force area", "E23000029", "", "", "") in places
    assert ("Local authority", "", OXFORDSHIRE, "931", "") in places
    assert ("Local authority district", "", OXFORDSHIRE, "931", OXFORD) in places


def test_what_is_written_says_of_what_it_is(published: Release, files: dict[str, bytes]) -> None:
    about = files["about.txt"].decode()
    for words in (
        "Synthetic data",
        "publication",
        published.cohort_version,
        published.version,
        "20 November 2025",
        "Safe to share",
    ):
        assert words in about


@pytest.mark.parametrize("changed", [{"name": "partners"}, {"audience": "partners"}])
def test_another_policy_is_refused_in_one_sentence_and_nothing_is_written(changed: dict[str, str], tmp_path: Path) -> None:
    other = release(tmp_path / "release", {**PUBLICATION, **changed})
    with pytest.raises(ExportError, match=r"^Open data are made from a release under the policy publication only, .*\.$"):
        export(other, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_partnership_without_an_official_code_is_named(tmp_path: Path) -> None:
    elsewhere = lattice_of(225, (replace(AREAS[0], name="Nowhere"), *AREAS[1:]))
    directory = publish_release(tmp_path, lattice=elsewhere, manifest={"policy": PUBLICATION})
    with pytest.raises(ExportError, match="police force area, and there is none called Nowhere"):
        open_data(Release.open(directory))


def test_another_force_has_its_own_code(tmp_path: Path) -> None:
    kent = lattice_of(225, (replace(AREAS[0], name="Kent"), *AREAS[1:]))
    made = open_data(Release.open(publish_release(tmp_path, lattice=kent, manifest={"policy": PUBLICATION})))
    assert {"E23000032"} == set(read(made[FIGURES_CSV])["pfa_code"]) - {""}


def test_files_that_belong_together_are_replaced_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place_all(tmp_path, {"a.csv": b"old", "b.csv": b"old"})
    written = []

    def full(path: Path, content: bytes) -> None:
        written.append(path.name)
        if path.name == "b.csv":
            raise OSError("the disk is full")
        path.write_bytes(content)

    monkeypatch.setattr("metrics.exports.placing.place", full)
    with pytest.raises(OSError, match="full"):
        place_all(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    assert written == ["a.csv", "b.csv"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.csv": b"old", "b.csv": b"old"}


@pytest.mark.parametrize(
    ("audience", "words"),
    [(Audience("partner"), "partner"), (Audience("local_authority", OXFORDSHIRE), "local authority")],
)
def test_open_data_are_a_publishers_alone(published: Release, audience: Audience, words: str, tmp_path: Path) -> None:
    check(published.seen_by(EVERYTHING))
    with pytest.raises(ExportError, match=f"and you read this release as a {words}: ask a publisher"):
        export(published.seen_by(audience), tmp_path / "out")
    assert not (tmp_path / "out").exists()
