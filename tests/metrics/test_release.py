"""Opening a release and looking figures up. What these tests prevent: a figure of another cut, and a half-read release."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from metrics import ALL, INDICATORS, Area, Basis, Comparator, Figure, Filters, Pair, QualityCount, Release, ReleaseError, Wanted
from metrics.extracts import holds_early_help
from metrics.figure import Symbol
from tests.releases import AREAS, HELD, OXFORD, OXFORDSHIRE, READING, lattice_of, publish_release

PROJECT = Path(__file__).resolve().parents[2]
MANY = lattice_of(1_200)
EHCP: tuple[str, Basis, str] = ("ehcp", "observed", "0")
SEN: tuple[str, Basis, str] = ("sen_support", "observed", "0")
HIDDEN = {"symbol": "c"}
SHOWN = {"n": 40, "count": 10, "value": 100 * 10 / 40, "low": 14.2, "high": 40.2, "expected": None}


# Looking up


def test_a_figure_is_that_of_its_cut_indicator_basis_and_time(tmp_path: Path) -> None:
    cut = Filters(OXFORD, "5-11")
    publish_release(tmp_path, {(cut, *EHCP): SHOWN})
    release = Release.open(tmp_path)
    assert release.cut(cut).figure("ehcp", "0") == Figure("ehcp", "observed", "0", 40, 10, 25.0, 14.2, 40.2, None, None)
    everything_else = Figure("ehcp", "observed", "0", 100, 50, 50.0, 40.0, 60.0, 13.6, None)
    assert release.cut(Filters(OXFORD)).figure("ehcp", "0") == everything_else
    assert release.cut(Filters(OXFORD, "12-17")).figure("ehcp", "0") == everything_else


@pytest.mark.parametrize("rows_a_group", [7, 100, 100_000])
def test_every_figure_is_found_wherever_the_row_groups_end(tmp_path: Path, rows_a_group: int) -> None:
    cells = {
        (cut, *key): {"n": 1_000 + 10 * place + row, "count": None}
        for place, cut in enumerate(MANY.cuts())
        for row, key in enumerate(HELD)
    }
    publish_release(tmp_path, cells, lattice=MANY, rows_a_group=rows_a_group)
    release = Release.open(tmp_path)
    for (cut, indicator, basis, time), told in cells.items():
        figure = release.cut(cut).figure(indicator, time, basis)
        assert figure is not None
        assert (figure.indicator, figure.basis, figure.time, figure.n) == (indicator, basis, time, told["n"])


def test_a_figure_is_at_its_headline_time_unless_told(tmp_path: Path) -> None:
    publish_release(tmp_path)
    cut = Release.open(tmp_path).cut(Filters())
    assert [f.time for f in (cut.figure("ehcp"), cut.figure("statutory"), cut.figure("recognised")) if f] == ["0", "m0", "all"]


def test_a_series_runs_in_order_of_time_and_not_of_text(tmp_path: Path) -> None:
    publish_release(tmp_path)
    cut = Release.open(tmp_path).cut(Filters())
    assert [figure.time for figure in cut.series("ehcp")] == ["-2", "-1", "0", "2"]


def test_what_the_release_has_not_is_none_and_empty(tmp_path: Path) -> None:
    publish_release(tmp_path)
    cut = Release.open(tmp_path).cut(Filters())
    assert cut.figure("ehcp", "0", "followed") is None
    assert cut.series("fsm_received") == ()
    assert cut.pair("sen_support") is None


@pytest.mark.parametrize("symbol", ["c", "z", "x"])
def test_a_protected_cell_has_its_symbol_and_nothing_else(tmp_path: Path, symbol: Symbol) -> None:
    publish_release(tmp_path, {(Filters(), *EHCP): {"symbol": symbol}})
    figure = Release.open(tmp_path).cut(Filters()).figure("ehcp")
    assert figure == Figure("ehcp", "observed", "0", None, None, None, None, None, None, symbol)
    assert not figure.shown


def test_a_share_or_a_pair_of_nobody_cannot_exist(tmp_path: Path) -> None:
    """A release that hides nothing holds a base of none: nothing can be said of nobody, and no page may divide by it."""
    oxfordshire, nobody = Filters(OXFORDSHIRE), {"n": 0, "count": 0, "value": None, "low": None, "high": None}
    pair = {"kind": "any", "n_both": 0, "before_count": 0, "after_count": 0, "gained": 0, "lost": 0}
    publish_release(tmp_path, {(oxfordshire, "ehcp", "observed", "0"): nobody}, pairs={(oxfordshire, "ehcp"): pair})
    cut = Release.open(tmp_path).cut(oxfordshire)
    figure, found = cut.figure("ehcp"), cut.pair("ehcp")
    assert figure is not None and (figure.symbol, figure.n) == ("z", None)
    assert found is not None and (found.symbol, found.n_both, found.before_count) == ("z", None, None)


def test_a_pair_is_read_with_its_cut(tmp_path: Path) -> None:
    told = {"kind": "any", "n_both": 80, "before_count": 20, "after_count": 30, "gained": 18, "lost": 8, "p_value": 0.07}
    publish_release(tmp_path, pairs={(Filters(OXFORDSHIRE), "ehcp"): told})
    release = Release.open(tmp_path)
    assert release.cut(Filters(OXFORDSHIRE)).pair("ehcp") == Pair(
        "ehcp", "any", 80, 20, 30, 18, 8, None, None, None, None, 0.07, None
    )
    other = release.cut(Filters()).pair("ehcp")
    assert other is not None and not other.shown and other.n_both is None


def test_a_cut_the_lattice_does_not_hold_is_refused_in_its_words(tmp_path: Path) -> None:
    publish_release(tmp_path)
    with pytest.raises(ReleaseError, match="At most two filters at once"):
        Release.open(tmp_path).cut(Filters(OXFORD, "5-11", "F"))


def test_across_tells_one_figure_for_every_value_held(tmp_path: Path) -> None:
    years = {"2022": {"n": 30}, "2023": {"n": 60}}
    publish_release(tmp_path, {(Filters(OXFORDSHIRE, period=y), *EHCP): told for y, told in years.items()}, lattice=MANY)
    release = Release.open(tmp_path)
    told = release.across(Filters(OXFORDSHIRE), "period", "ehcp", values=("2022", "2023"))
    assert [(year, figure.n) for year, figure in told] == [("2022", 30), ("2023", 60)]
    assert [value for value, _ in release.across(Filters(), "age_band", "ehcp")] == ["0-4", "5-11", "12-17"]
    assert release.across(Filters(), "age_band", "ehcp", values=()) == ()
    beside_two = release.across(Filters(OXFORD, "5-11"), "area", "ehcp")
    assert [code for code, _ in beside_two] == [OXFORDSHIRE, OXFORD, READING]
    assert release.across(Filters(OXFORD, "5-11"), "sex", "ehcp") == (), "not held together"


# The nearest cut that can be shown


def test_the_nearest_cut_is_the_nearest_that_shows_most_of_what_is_wanted(tmp_path: Path) -> None:
    asked, wider = Filters(OXFORD, "5-11"), Filters(OXFORDSHIRE, "5-11")
    hidden = {(cut, *key): HIDDEN for cut in (asked, wider) for key in (EHCP, SEN)}
    publish_release(tmp_path, hidden | {(Filters(OXFORD), *EHCP): HIDDEN})
    release = Release.open(tmp_path)
    assert release.nearest(asked, [("ehcp", "0", "observed"), ("sen_support", "0", "observed")]) == Filters(OXFORDSHIRE)
    assert release.nearest(asked, [("sen_support", "0", "observed")]) == Filters(OXFORD)


def test_of_cuts_equally_near_the_nearest_is_the_one_that_shows_the_most(tmp_path: Path) -> None:
    asked = Filters(OXFORDSHIRE, "5-11")
    publish_release(tmp_path, {(asked, *EHCP): HIDDEN, (asked, *SEN): HIDDEN, (Filters(OXFORDSHIRE), *EHCP): HIDDEN})
    wanted: list[Wanted] = [("ehcp", "0", "observed"), ("sen_support", "0", "observed"), ("statutory", "m0", "observed")]
    assert Release.open(tmp_path).nearest(asked, wanted) == Filters(age_band="5-11")


def test_the_nearest_cut_comes_before_one_that_shows_as_much_further_off(tmp_path: Path) -> None:
    asked = Filters(OXFORD, "5-11")
    publish_release(tmp_path, {(asked, *EHCP): HIDDEN})
    assert Release.open(tmp_path).nearest(asked, [("ehcp", "0", "observed")]) == Filters(OXFORDSHIRE, "5-11")


def test_a_cut_that_shows_most_is_preferred_to_a_further_one_that_shows_all(tmp_path: Path) -> None:
    asked, near = Filters(OXFORD, period="2022"), Filters(OXFORDSHIRE, period="2022")
    hidden = {(asked, *EHCP): HIDDEN, (asked, *SEN): HIDDEN, (near, *EHCP): HIDDEN}
    publish_release(tmp_path, hidden)
    wanted: list[Wanted] = [("ehcp", "0", "observed"), ("sen_support", "0", "observed"), ("statutory", "m0", "observed")]
    assert Release.open(tmp_path).nearest(asked, wanted) == near


def test_where_none_shows_most_it_is_the_one_that_shows_the_most(tmp_path: Path) -> None:
    asked = Filters(age_band="5-11")
    publish_release(
        tmp_path, {(cut, *key): HIDDEN for cut in (asked, Filters()) for key in (EHCP, SEN) if key != SEN or cut.chosen}
    )
    wanted: list[Wanted] = [("ehcp", "0", "observed"), ("sen_support", "0", "observed")]
    assert Release.open(tmp_path).nearest(asked, wanted) == Filters()


def test_there_is_no_nearest_where_nothing_coarser_shows_more(tmp_path: Path) -> None:
    asked = Filters(age_band="5-11")
    publish_release(tmp_path, {(cut, *EHCP): HIDDEN for cut in (asked, Filters())})
    release = Release.open(tmp_path)
    assert release.nearest(asked, [("ehcp", "0", "observed")]) is None
    assert release.nearest(asked, [("sen_support", "0", "observed")]) is None, "it is shown here"
    assert release.nearest(Filters(), [("ehcp", "0", "observed")]) is None


# Comparators, quality and the manifest


def test_comparators_are_englands_then_those_of_the_area_or_its_authority(tmp_path: Path) -> None:
    def told(indicator: str, area: str, value: float) -> dict[str, object]:
        words = {
            "comparator": "ehcp",
            "population": "All pupils",
            "period": "2024",
            "unit": "percent",
            "source": "DfE",
            "fit": "matched",
        }
        return words | {"indicator": indicator, "area_code": area, "area_name": area, "value": value, "reason": None}

    rows = [
        told("ehcp", OXFORDSHIRE, 4.1),
        told("ehcp", "E92000001", 4.8),
        told("ehcp", READING, 5.0),
        told("suspended", "E92000001", 4.0),
    ]
    publish_release(tmp_path, comparators=rows)
    release = Release.open(tmp_path)
    assert [one.value for one in release.comparators("ehcp")] == [4.8]
    assert [one.value for one in release.comparators("ehcp", OXFORDSHIRE)] == [4.8, 4.1]
    assert [one.value for one in release.comparators("ehcp", OXFORD)] == [4.8, 4.1]
    assert isinstance(release.comparators("ehcp")[0], Comparator)


def test_quality_counts_are_told_by_topic(tmp_path: Path) -> None:
    told = QualityCount("linkage", None, ALL, "education", None, n=225, count=209, symbol=None)
    publish_release(tmp_path, quality=[asdict(told), asdict(told) | {"topic": "rejected"}])
    assert Release.open(tmp_path).quality("linkage") == (told,)


def test_a_release_says_what_it_is(tmp_path: Path) -> None:
    publish_release(tmp_path)
    release = Release.open(tmp_path)
    assert (release.version, release.policy, release.cohort_version) == ("first", "partners", "cohort-1")
    assert release.synthetic is True
    assert release.built_at.year == 2025
    assert release.lattice == lattice_of(225)


def test_only_a_release_that_says_so_is_synthetic(tmp_path: Path) -> None:
    publish_release(tmp_path, manifest={"synthetic": "no"})
    assert Release.open(tmp_path).synthetic is False


@pytest.mark.parametrize(("audit", "audited"), [({"passed": True}, True), ({"passed": False}, False), (None, False)])
def test_only_a_release_that_passed_its_audit_is_audited(tmp_path: Path, audit: dict[str, bool] | None, audited: bool) -> None:
    publish_release(tmp_path, manifest={"audit": audit})
    assert Release.open(tmp_path).audited is audited


# What a page loads


def loaded_by(module: str) -> set[str]:
    code = f"import {module}, sys; print(*sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    told = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def test_the_pages_side_never_loads_the_compiler_or_anything_heavy() -> None:
    loaded = loaded_by("metrics")
    assert {"metrics.release", "metrics.catalogue"} <= loaded
    heavy = {"duckdb", "scipy", "altair", "pandas", "streamlit", "data.cohort", "data.build", "metrics.compile"}
    assert not heavy & loaded
    assert not [name for name in loaded if name.startswith(("metrics.tabulate", "metrics.disclosure", "metrics.presentation"))]


def test_a_command_loads_what_draws_and_writes_files_when_it_draws_or_writes_one() -> None:
    """Every process that protects a release loads the command anew, and would wait for all of it."""
    loaded = loaded_by("metrics.__main__")
    assert {"metrics.__main__", "metrics.formats"} <= loaded
    assert not {"altair", "docx", "pptx", "typst", "vl_convert", "duckdb", "scipy", "metrics.exports"} & loaded


# Areas that mean different things by Early Help

OPEN_AT_THE_VISIT = {"beside_referred_services", "beside_referred_not_suitable", "beside_referred_pending", "overdue_referred"}
EARLY_HELP = {one.id for one in INDICATORS if one.id.startswith(("none_active", "services_", "unknown_"))}
EARLY_HELP |= {"early_help", "any_active", *OPEN_AT_THE_VISIT}
SLOUGH, MILTON_KEYNES = "E06000039", "E06000042"
FOUR = lattice_of(
    225, (*AREAS, Area(SLOUGH, "Slough", "authority", "all"), Area(MILTON_KEYNES, "Milton Keynes", "authority", "all"))
)


def test_what_counts_early_help_is_known_from_the_catalogue() -> None:
    assert {one.id for one in INDICATORS if holds_early_help(one)} == EARLY_HELP


def differing(root: Path, **definitions: str | None) -> Release:
    """A release in which all four supplied social care, the others defining Early Help as an assessment."""
    areas = {"oxfordshire": OXFORDSHIRE, "reading": READING, "slough": SLOUGH, "milton_keynes": MILTON_KEYNES}
    meant = {code: definitions.get(name, "an assessment") for name, code in areas.items()}
    told = {
        "observed_to": {"social_care": dict.fromkeys(areas.values(), "2025-07-31")},
        "supplied_from": {"social_care": dict.fromkeys(areas.values(), "2021-05-01")},
        "definitions": {code: words for code, words in meant.items() if words},
    }
    publish_release(root, lattice=FOUR, manifest=told)
    return Release.open(root)


def test_areas_that_define_early_help_differently_are_not_compared(tmp_path: Path) -> None:
    release = differing(tmp_path, reading="an episode", slough="an episode")
    assert set(release.apart("early_help", READING)) == {OXFORDSHIRE, OXFORD, MILTON_KEYNES}
    assert set(release.apart("services_eh", OXFORD)) == {READING, SLOUGH}
    assert (
        release.apart("early_help", READING)[OXFORD]
        == "Its Early Help is “an assessment” and not “an episode”, so it is not compared."
    )
    assert release.apart("statutory", READING) == {}


def test_where_no_area_is_chosen_most_of_them_are_compared(tmp_path: Path) -> None:
    release = differing(tmp_path, reading="an episode", slough=None)
    assert set(release.apart("early_help")) == {READING, SLOUGH}
    assert "not recorded" in release.apart("early_help")[SLOUGH]


def test_areas_that_define_early_help_alike_are_compared(tmp_path: Path) -> None:
    assert differing(tmp_path).apart("early_help") == {}


def test_a_comparison_of_areas_leaves_out_those_that_are_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = differing(tmp_path, reading="an episode")
    monkeypatch.setattr("metrics.extracts.holds_early_help", lambda indicator: indicator.id == "statutory")
    assert [area for area, _ in release.across(Filters(), "area", "statutory")] == [OXFORDSHIRE, OXFORD, SLOUGH, MILTON_KEYNES]
    assert [area for area, _ in release.across(Filters(READING), "area", "statutory")] == [READING]
    assert len(release.across(Filters(), "area", "ehcp")) == 5
