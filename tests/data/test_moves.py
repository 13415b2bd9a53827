"""Defends against a later move rewriting what was recognised: running next month adds, and changes nothing that was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.build import build, check
from data.cohort import CohortStore
from tests import partners
from tests.builders import CHERWELL, OXFORD, READING
from tests.partners import AREA

BIRMINGHAM = "E08000025"
ANN = ["A1111AA", "C1", "father", "police", "2022-10-06", "Annabel", "Quell", "2014-05-10", "F", "ZZ1 2AB", AREA, OXFORD]


def ann(tmp_path: Path, *told: tuple[str, str, str]) -> dict[str, object] | None:
    """What the store says of Ann, told again from each day on of another home; None where she is not recognised."""
    files = partners.files()
    links = files["links.csv"]
    assert isinstance(links, list)
    links += [[*ANN[:4], day, *ANN[5:10], area, district] for day, area, district in told]
    build(partners.write(tmp_path / "extracts", files), tmp_path / "store")
    rows = pq.read_table(CohortStore.open(tmp_path / "store").path("children")).to_pylist()
    found = [row for row in rows if row["imprisonment_month"] == date(2022, 10, 1) and row["sex"] == "F"]
    return found[0] if found else None


@pytest.mark.parametrize("area", [BIRMINGHAM, READING])
def test_a_child_who_moves_afterwards_stays_where_the_event_was_recognised(tmp_path: Path, area: str) -> None:
    found = ann(tmp_path, ("2023-06-01", area, ""))
    assert found is not None and (found["area_code"], found["district_code"]) == (AREA, OXFORD)


def test_the_home_is_the_latest_that_was_told_when_the_event_was_recognised(tmp_path: Path) -> None:
    """Of two told on 6 October 2022, when reception and link were both known, the lower row; the next day's is too late."""
    found = ann(tmp_path, ("2022-10-06", AREA, CHERWELL), ("2022-10-07", AREA, OXFORD))
    assert found is not None and found["district_code"] == CHERWELL


def test_a_child_who_had_left_the_force_area_by_then_is_not_recognised(tmp_path: Path) -> None:
    assert ann(tmp_path, ("2022-10-06", BIRMINGHAM, ""), ("2023-06-01", AREA, OXFORD)) is None


def test_a_check_says_which_authorities_sent_nothing(tmp_path: Path) -> None:
    files = {name: content for name, content in partners.files().items() if "school_census" not in name and "meals" not in name}
    said = [note.sentence for note in check(partners.write(tmp_path / "extracts", files)).notes]
    assert "Nothing of the school census was supplied: ask for it." in said
    assert "Nothing of free meals received was supplied: ask for it." in said
    assert not [
        note for note in check(partners.write(tmp_path / "whole", partners.files())).notes if "Nothing of" in note.sentence
    ]
