"""The last monthly run: when it was, which whole quarter it added, and what is overdue; nothing that is hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tests.releases
from metrics import Filters, Release, find
from metrics.presentation import last_run
from tests.releases import HELD, OXFORDSHIRE, lattice_of, publish_release

HIDDEN = {"symbol": "c", "n": None, "count": None, "value": None, "low": None, "high": None, "expected": None}
BY_QUARTERS = "New children are counted by whole quarters."


def released(root: Path, cells: dict[Any, Any], *, children: int = 600, recognised_to: str = "2023-11-30") -> Release:
    """A release of the quarters 2022Q3 and 2023Q1, or of the years 2022 and 2023 where it has under 500 children."""
    said = {"recognised_to": recognised_to, "cohort_built_at": "2025-11-19T09:00:00+00:00"}
    return Release.open(publish_release(root, cells, lattice=lattice_of(children), manifest=said))


def of(id: str, n: int, count: int | None = None, **filters: str) -> dict[Any, Any]:
    """A shown figure of a cut."""
    shown = {"n": n, "count": n if count is None else count, "value": 100.0, "low": None, "high": None}
    return {(Filters(**filters), id, "observed", "all"): shown}


def hidden(id: str, **filters: str) -> dict[Any, Any]:
    """One that is not shown."""
    return {(Filters(**filters), id, "observed", "all"): HIDDEN}


@pytest.fixture
def families_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Releases of the tests hold families as well."""
    monkeypatch.setattr(tests.releases, "HELD", tuple(sorted((*HELD, ("families", "observed", "all")))))


def test_it_says_when_the_run_was_and_what_the_newest_whole_quarter_added(tmp_path: Path) -> None:
    assert last_run(released(tmp_path, of("recognised", 1_043, period="2023Q1"))) == (
        "The last monthly run was on 19 November 2025, and counts children recognised by 30 November 2023.",
        f"The newest whole quarter, January to March 2023, added 1,043 children. {BY_QUARTERS}",
    )


def test_a_quarter_that_is_not_over_is_not_told(tmp_path: Path) -> None:
    cells = of("recognised", 43, period="2022Q3") | of("recognised", 99, period="2023Q1")
    (_, added) = last_run(released(tmp_path, cells, recognised_to="2023-03-30"))
    assert added == f"The newest whole quarter, July to September 2022, added 43 children. {BY_QUARTERS}"
    assert len(last_run(released(tmp_path / "earlier", cells, recognised_to="2022-09-29"))) == 1


def test_a_release_without_quarters_tells_the_newest_whole_year(tmp_path: Path) -> None:
    cells = of("recognised", 43, period="2022") | of("recognised", 99, period="2023")
    (_, added) = last_run(released(tmp_path, cells, children=225))
    assert added == f"The newest whole year, 2022, added 43 children. {BY_QUARTERS}"


def test_families_are_told_where_they_are_shown(tmp_path: Path, families_too: None) -> None:
    children = of("recognised", 43, period="2023Q1")
    said = last_run(released(tmp_path, children | of("families", 31, period="2023Q1")))
    assert "added 43 children of 31 families." in said[1]
    said = last_run(released(tmp_path / "hidden", children | hidden("families", period="2023Q1")))
    assert "added 43 children." in said[1]


def test_what_is_hidden_is_said_to_be(tmp_path: Path) -> None:
    cells = hidden("recognised", area=OXFORDSHIRE, period="2023Q1")
    (_, added) = last_run(released(tmp_path, cells), OXFORDSHIRE)
    assert added == f"The newest whole quarter, January to March 2023, added a number of children that is hidden. {BY_QUARTERS}"


def test_what_waits_too_long_is_told_step_by_step_and_of_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any indicator so named is told; two of another name stand in for those of the offer."""
    monkeypatch.setattr("metrics.presentation.monthly.OVERDUE", "e")
    monkeypatch.setattr("metrics.presentation.monthly.INDICATORS", (find("ehcp"), find("early_help")))
    some = {"n": 40, "count": 12, "value": 30.0}
    release = released(tmp_path, {(Filters(), "ehcp", "observed", "0"): some})
    assert last_run(release)[2] == "Overdue. Had an education, health and care plan: 12 of 40 children."
