"""The version that the benchmarks compare with computes the same figures: a comparison with anything else would say nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.pandas_figures import figures
from bench.pandas_run import compared
from bench.pandas_store import derive


def test_every_figure_of_the_demonstration_agrees(demonstration_extracts: Path, unprotected_release: Path) -> None:
    both = compared(figures(derive(demonstration_extracts)), unprotected_release)
    assert len(both) > 100_000
    assert both.loc[~both["same"]].to_dict("records") == []


def test_one_child_less_is_noticed(demonstration_extracts: Path, unprotected_release: Path) -> None:
    frames = derive(demonstration_extracts)
    fewer = replace(frames, terms=frames.terms[frames.terms["child_ref"] != frames.children["child_ref"].iloc[0]])
    assert not compared(figures(fewer), unprotected_release)["same"].all()
