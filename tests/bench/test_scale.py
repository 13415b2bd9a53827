"""What is said of scale: the law fitted, the filters tried, and that every tool is asked for the same sums."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from bench import peers, scale
from bench.commands import Cost
from bench.timings import Spread
from metrics import Release

MIB = 2**20


def test_a_law_is_found_again_and_small_sizes_have_no_say_in_it() -> None:
    measured = {1_000: 500.0} | {n: 0.002 * n**1.25 for n in (16_000, 64_000, 256_000)}
    assert scale.law(measured) == pytest.approx((0.002, 1.25))


def test_the_filters_are_the_same_each_time_and_held(unprotected_release: Path) -> None:
    release = Release.open(unprotected_release)
    found = peers.filter_sets(release)
    assert found == peers.filter_sets(release) and len(found) == peers.FILTER_SETS
    assert all(release.lattice.holds(cut) for cut in found)
    assert {len(cut.chosen) for cut in found} >= {0, 1, 2}


def test_tools_that_differ_end_the_measurement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pd.DataFrame({"authority": ["A", "A", "B"], "sex": ["F", "M", "F"], "time": ["0", "1", "0"], "n:all": [1, 2, 4]})
    rows.to_parquet(tmp_path / "rows.parquet")
    chosen: list[peers.Chosen] = [{}, {"authority": "A"}, {"authority": "A", "sex": "M"}]
    assert len(peers._agreeing(chosen, rows, tmp_path / "rows.parquet", ["n:all"])) == 3
    monkeypatch.setattr(peers, "_by_polars", lambda *_: pd.DataFrame({"time": ["0", "1"], "n:all": [5, 3]}))
    with pytest.raises(AssertionError, match=r"the tools differ on \{\}"):
        peers._agreeing(chosen, rows, tmp_path / "rows.parquet", ["n:all"])


def test_the_page_says_what_was_measured_what_was_not_tried_and_what_was_extrapolated() -> None:
    looked_up, plain = Spread(2, 3), Spread(1_000, 1_500)
    sizes = [
        scale.Size(n, Cost(n / 1_000, 100 * MIB), Cost(n / 500, 200 * MIB), 150 * n, 4_000_000, peers.Peers(looked_up, *tools))
        for n, tools in ((16_000, (plain,) * 3), (64_000, (plain,) * 3), (256_000, ()))
    ]
    page = scale.document(sizes)
    assert "| 16,000 | 16.0 s, 100 MiB | 1,000 | 150 | 32.0 s, 200 MiB | 4 |" in page
    assert "build: children^1.00; release: children^1.00; a page: children^-0.00" in page.replace(
        "children^0.00", "children^-0.00"
    )
    assert "| 16,000 | 2 ms, p95 3 ms | 1,000 ms, p95 1,500 ms |" in page and "| 500 × |" in page
    assert "| 256,000 | 2 ms, p95 3 ms | not tried | not tried | not tried | not tried |" in page
    assert "| a continent, extrapolated | 5,000,000 | 83.3 min | 167 min | a cluster |" in page
    assert "Spark in local mode" not in page
    assert "These releases hide nothing." in page


def test_a_protected_release_is_told_beside_the_unprotected_one() -> None:
    cost = Cost(60, 100 * MIB)
    peers_ = peers.Peers(Spread(2, 3))
    protected = scale.Protected(Cost(900, 2_000 * MIB), Cost(300, 1_000 * MIB), shown=300, counted=400)
    sizes = [scale.Size(n, cost, cost, n, n, peers_, protected=protected if n == 64_000 else None) for n in (16_000, 64_000)]
    page = scale.document(sizes)
    assert "64,000 children of all England under the policy `partners`" in page
    assert "900.0 s, 2,000 MiB for the largest process" in page and "300.0 s, 1,000 MiB. It shows 75% of the\n400 figures" in page
    assert "These releases hide nothing." not in page


def test_figures_shown_are_counted_with_two_filters_or_fewer(tmp_path: Path) -> None:
    cuts = [("all", "all", "all", None), ("A", "5-11", "all", None), ("A", "5-11", "F", None), ("A", "all", "all", "c")]
    rows = pd.DataFrame(cuts, columns=["area_code", "age_band", "sex", "symbol"]).assign(period="all")
    rows.to_parquet(tmp_path / "figures.parquet")
    assert scale._shown(tmp_path) == 2
