"""Nothing but released values is written: without these a release's files can hold what its pages do not show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from metrics import INDICATORS, Filters, Release, find
from metrics.__main__ import main
from metrics.compile import compile_release
from metrics.compile.writing import described
from metrics.indicator import Proportion
from metrics.statistics import wilson
from tests.builders import write_store
from tests.egress.conftest import House
from tests.egress.judge import CODES, numbers_from_nowhere
from tests.egress.released import Released, facts_of
from tests.egress.releases import MARK

FILES = {
    "figures": "indicator basis area_code age_band sex period time n count value low high expected symbol",
    "pairs": "indicator area_code age_band sex period n_both before_count after_count gained lost "
    "before_value after_value low high p_value kind symbol",
    "quality": "topic file area_code breakdown reason n count symbol",
    "comparators": "comparator indicator area_code area_name population period value unit source fit reason",
}
"""The contract of a release: its files and their columns."""
MANIFEST = (
    "version built_at schema_version synthetic partnership programme_start cohort_version cohort_built_at recognised_to policy "
    "audit observed_to supplied_from covered definitions settings notes areas lattice indicators questions rows design_effects "
    "files"
)
"""What a release says of itself; nothing of it may count children but what `test_the_manifest_counts_nobody` checks."""


def test_a_release_has_the_files_and_columns_of_the_contract(house: House) -> None:
    directory = house.released.directory
    assert {path.name for path in directory.iterdir()} == {*(f"{table}.parquet" for table in FILES), "manifest.json"}
    assert {table: " ".join(house.released.tables[table].column_names) for table in FILES} == FILES
    assert set(house.released.manifest) == set(MANIFEST.split())


def test_a_cell_with_a_symbol_has_no_number_and_no_file_tells_of_it_beside_its_rows(house: House) -> None:
    for table in ("figures", "pairs", "quality"):
        cells = house.released.tables[table]
        hidden = cells.filter(pc.is_valid(cells["symbol"]))
        numbers = [field.name for field in cells.schema if not pa.types.is_string(field.type)]
        assert hidden.num_rows and not any(hidden[name].null_count < hidden.num_rows for name in numbers), table
        assert not (pq.read_metadata(house.released.directory / f"{table}.parquet").metadata or {}), table


def test_no_file_names_a_child_a_family_or_a_partners_file(house: House) -> None:
    for path in house.released.directory.iterdir():
        assert MARK.encode() not in path.read_bytes()
    for table in house.released.tables.values():
        texts = {text for name in table.column_names if pa.types.is_string(table[name].type) for text in table[name].to_pylist()}
        assert not [text for text in texts if text and MARK in text]


def test_the_manifest_counts_nobody(house: House) -> None:
    """Its numbers are of the policy, of the release's own rows, and of what a shown figure says too."""
    manifest = house.released.manifest
    numbers = {path.partition(".")[0]: number for path, number in _numbers("", manifest)}
    assert set(numbers) <= {"schema_version", "policy", "audit", "lattice", "rows", "design_effects", "indicators"}
    assert manifest["indicators"] == json.loads(json.dumps([described(one) for one in INDICATORS], default=str))
    assert manifest["rows"] == {name: table.num_rows for name, table in house.released.tables.items()}
    whole = {(row["indicator"], row["time"]): row for row in house.released.shown("figures", Filters())}
    assert [path for path, _ in _numbers("", manifest["lattice"])] in ([], ["children_total"])
    assert manifest["lattice"].get("children_total") in (None, whole["recognised", "all"]["n"])
    headlines = {indicator.id: indicator.time.headline for indicator in INDICATORS}
    told = {one for one, effect in manifest["design_effects"].items() if effect is not None}
    assert told <= {one for one, headline in headlines.items() if (one, headline) in whole}


def test_how_many_children_there_are_is_hidden_from_the_manifest_too(tmp_path: Path) -> None:
    write_store(tmp_path / "cohort", [{"child_id": f"one of few {place}"} for place in range(8)])
    compile_release(tmp_path / "cohort", tmp_path / "release", policy="partners")
    few = Released.at(tmp_path / "release")
    assert few.shown("figures", Filters()) == []
    assert 8 not in [number for _, number in _numbers("", {k: v for k, v in few.manifest.items() if k != "rows"})]


def _numbers(path: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _numbers(f"{path}.{name}".strip("."), part)
    elif isinstance(value, list):
        for part in value:
            yield from _numbers(path, part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


def test_an_interval_tells_nothing_of_families_but_a_rounded_design_effect(house: House) -> None:
    """Written to the last digit, the effects of three indicators gave the squared sizes of the families behind each."""
    effects, rows = house.released.manifest["design_effects"], house.released.shown("figures", Filters())
    assert all(effect is None or effect == round(effect, 1) for effect in effects.values())
    shares = [row for row in rows if isinstance(find(row["indicator"]).measure, Proportion) and effects[row["indicator"]]]
    off = 0.05 if all(row["low"] == round(row["low"], 1) for row in shares) else 0
    assert shares
    for row in shares:
        bounds = wilson(np.array([row["count"]]), np.array([row["n"]]), np.array([effects[row["indicator"]]]))
        assert (row["low"], row["high"]) == pytest.approx([float(bound[0]) for bound in bounds], rel=0, abs=off + 1e-9)


def test_a_mean_is_written_no_finer_than_it_is_printed(house: House) -> None:
    """A mean to the last digit times its base is the exact sum; of two bases that differ by few, the few children's own."""
    means = [row for row in house.released.shown("figures", Filters()) if row["count"] is None]
    assert means
    for row in means:
        finest = [row[name] for name in ("value", "low", "high") if row[name] is not None]
        assert finest == [round(one, 1) for one in finest], row["indicator"]


def test_children_found_in_a_register_are_told_only_where_the_children_recognised_are(house: House) -> None:
    """The base of a share found is a headcount: shown where that is hidden, it would give it away."""
    told = [row for row in house.released.tables["quality"].to_pylist() if row["topic"] == "matched" and row["symbol"] is None]
    assert told
    for row in told:
        breakdown = row["breakdown"]
        cut = Filters(area=row["area_code"])
        cut = cut if breakdown == "all" else cut.but(**{"sex" if breakdown in "FMU" else "age_band": breakdown})
        recognised = [one["n"] for one in house.released.shown("figures", cut) if one["indicator"] == "recognised"]
        assert recognised == [row["n"]], row


@pytest.mark.parametrize("asked", [(), ("--area", "Reading", "--sex", "F"), ("--area", "Slough"), ("--period", "2024")], ids=str)
def test_the_command_that_prints_a_figure_prints_released_values_alone(asked: tuple[str, ...], house: House) -> None:
    release = Release.open(house.root)
    cut = Filters(*(_asked(asked, flag, release) for flag in ("--area", "--age", "--sex", "--period")))
    facts = facts_of(house.released, "show", cut)
    for indicator in ("fsm_received", "ehcp", "suspended", "attendance_mean", "statutory", "recognised", "coverage_observed"):
        printed = StringIO()
        with redirect_stdout(printed):
            assert main(["show", indicator, "--release", str(house.root), *asked]) == 0
        for line in printed.getvalue().splitlines():
            first, _, rest = line.strip().partition(" ")
            assert numbers_from_nowhere(rest if first in CODES else line, facts, house.known) == [], line


def _asked(asked: tuple[str, ...], flag: str, release: Release) -> str:
    value = asked[asked.index(flag) + 1] if flag in asked else "all"
    return next((area.code for area in release.lattice.areas if area.name == value), value)
