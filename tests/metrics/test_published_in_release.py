"""The published study, figure by figure, in the demonstration's release: a wrong number here is a wrong dashboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics import Filters, Release
from tests.reproduce import OURS, OXFORDSHIRE, about_the_cohort, compare, main, published_figures


@pytest.fixture(scope="module")
def release(unprotected_release: Path) -> Release:
    return Release.open(unprotected_release)


@pytest.mark.parametrize("figure", OURS)
def test_published_figure_is_reproduced_to_every_printed_decimal(release: Release, figure: str) -> None:
    comparison = compare(release, figure)
    assert comparison.agrees, f"{figure}: published {comparison.published}, ours {comparison.k_of_n}"


def test_every_published_figure_about_the_cohort_is_looked_up() -> None:
    about = {figure for figure, row in published_figures().items() if about_the_cohort(figure, row)}
    assert about == set(OURS)


@pytest.mark.parametrize(("sex", "children"), [("F", 106), ("M", 119)])
def test_report_n_by_sex(release: Release, sex: str, children: int) -> None:
    figure = release.cut(Filters(area=OXFORDSHIRE, sex=sex)).figure("recognised")
    assert figure is not None and figure.count == children


@pytest.mark.parametrize("indicator", ["fsm_received", "sen_support", "ehcp", "suspended", "attendance_mean", "missed_under_10"])
def test_one_base_of_184_fits_every_figure_of_term_0(release: Release, indicator: str) -> None:
    figure = release.cut(Filters(area=OXFORDSHIRE)).figure(indicator, "0")
    assert figure is not None and figure.n == 184


COUNTS_OF_225 = {
    ("statutory", "m0"): (67, 67),
    ("statutory", "w6"): (70, 70),
    ("early_help", "m0"): (3, 3),
    ("early_help", "w6"): (21, 21),
    ("mash_referral", "m-1"): (31, 32),
    ("mash_referral", "w6"): (89, 91),
    ("mash_referral", "window"): (112, 113),
    ("any_active", "before"): (121, 122),
    ("any_active", "window"): (168, 169),
}
COUNTS_OF_184 = {
    ("missed_under_10", "0"): (90, 90),
    ("missed_under_50", "0"): (158, 158),
    ("severely_absent", "0"): (26, 26),
    ("suspended", "0"): (8, 8),
    ("sen_support", "0"): (57, 57),
    ("ehcp", "0"): (12, 13),
    ("fsm_received", "0"): (121, 122),
}


@pytest.mark.parametrize(
    ("indicator", "time", "n", "least", "most"),
    [
        *((indicator, time, 225, *counts) for (indicator, time), counts in COUNTS_OF_225.items()),
        *((indicator, time, 184, *counts) for (indicator, time), counts in COUNTS_OF_184.items()),
    ],
)
def test_the_counts_behind_the_published_percentages(
    release: Release, indicator: str, time: str, n: int, least: int, most: int
) -> None:
    figure = release.cut(Filters(area=OXFORDSHIRE)).figure(indicator, time)
    assert figure is not None and figure.count is not None
    assert figure.n == n
    assert least <= figure.count <= most


def test_the_article_s_older_children_are_the_rest(release: Release) -> None:
    parts = [compare(release, figure).ours for figure in ("article-n", "article-0-4", "article-5-11")]
    assert None not in parts
    assert parts[0] - parts[1] - parts[2] == 193  # type: ignore[operator]


def test_about_1200_children_by_november_2024(release: Release) -> None:
    figure = release.cut(Filters()).figure("recognised")
    assert figure is not None and figure.count is not None
    assert 1_150 <= figure.count <= 1_250


def test_the_command_prints_every_figure_and_agrees(unprotected_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--release", str(unprotected_release)]) == 0
    printed = capsys.readouterr().out
    assert all(figure in printed for figure in OURS)


def test_the_command_says_where_a_release_hides_a_figure(demonstration_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--release", str(demonstration_release)]) == 1
    assert "report-eh-m0" in capsys.readouterr().out


def test_the_command_refuses_a_missing_release_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--release", str(tmp_path / "nowhere")]) == 1
    assert "Traceback" not in capsys.readouterr().err
