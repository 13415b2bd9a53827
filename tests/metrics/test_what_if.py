"""The sheet a controller signs. What these tests prevent: a policy agreed on figures that add up to something else."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from metrics.__main__ import main
from metrics.compile.what_if import TOTAL, Outcome, as_csv, lines_of, written
from metrics.disclosure.policy import load_policy
from metrics.disclosure.reasons import REASON_WORDS, REASONS
from tests.metrics.test_compile import store
from tests.releases import publish_release

PARTNERS = load_policy("partners")
EIGHT = replace(PARTNERS, name="eight", smallest_count=8)

Cell = tuple[str, str, str, str]
"""An indicator, an area, a sex and the reason."""


def figures(*cells: Cell) -> pa.Table:
    names = ("indicator", "area_code", "sex")
    columns = dict(zip(names, zip(*(cell[:3] for cell in cells), strict=True), strict=True))
    rest = {"basis": ["observed"] * len(cells), "age_band": ["all"] * len(cells), "period": ["all"] * len(cells)}
    return pa.table({name: pa.array(list(words)).dictionary_encode() for name, words in (columns | rest).items()})


def codes(cells: tuple[Cell, ...]) -> np.ndarray:
    return np.array([REASONS.index(cell[3]) for cell in cells], dtype=np.int8)


def outcome(policy: object, *cells: Cell) -> Outcome:
    assert isinstance(policy, type(PARTNERS))
    return Outcome.of(policy, "0123abcd of 225 children", [("figures", figures(*cells), codes(cells))])


NOW = outcome(
    PARTNERS,
    ("ehcp", "all", "all", "shown"),
    ("ehcp", "all", "F", "shown"),
    ("ehcp", "all", "M", "shown"),
    ("ehcp", "E06000038", "F", "count"),
    ("ehcp", "E06000038", "M", "secondary"),
    ("ehcp", "E07000178", "M", "structural"),
    ("cin", "all", "all", "shown"),
    ("cin", "all", "F", "zero"),
)
THEN = outcome(
    EIGHT,
    ("ehcp", "all", "all", "shown"),
    ("ehcp", "all", "F", "count"),
    ("ehcp", "all", "M", "secondary"),
    ("ehcp", "E06000038", "F", "count"),
    ("ehcp", "E06000038", "M", "over_time"),
    ("ehcp", "E07000178", "M", "structural"),
    ("cin", "all", "all", "shown"),
    ("cin", "all", "F", "shown"),
)


def row(text: str, *begins: str) -> list[str]:
    """The numbers of the line that begins so."""
    (line,) = [
        line for line in text.splitlines() if line.startswith(begins[0]) and line[len(begins[0]) :].split()[:1] == [*begins[1:]]
    ]
    return line[len(begins[0]) :].split()


PLAN = "Had an education, health and care plan"


def test_a_line_counts_what_shows_now_and_then_and_what_is_hidden_first_and_besides() -> None:
    text = written(THEN, NOW)
    heading = next(line for line in text.splitlines() if line.startswith("Figures"))
    columns = "filters figures now % then % change first count besides around earlier"
    assert heading.split()[1:] == columns.split()
    assert row(text, PLAN, "0") == ["0", "1", "1", "100", "1", "100", "0", "0", "0", "0", "0", "0"]
    assert row(text, PLAN, "1") == ["1", "2", "2", "100", "0", "0", "-2", "1", "1", "1", "1", "0"]
    assert row(text, PLAN, "2") == ["2", "2", "0", "0", "0", "0", "0", "1", "1", "1", "0", "1"]
    assert row(text, "Child in need", "1") == ["1", "1", "0", "0", "1", "100", "+1", "0", "0", "0", "0", "0"]


def test_totals_add_up_the_lines_by_filters_and_all_of_them() -> None:
    text = written(THEN, NOW)
    assert row(text, TOTAL, "1") == ["1", str(2 + 1), "2", "67", "1", "33", str(-2 + 1), "1", "1", "1", "1", "0"]
    assert row(text, TOTAL, "all") == ["all", str(2 + 3 + 2), "4", "57", "3", "43", "-1", str(1 + 1), "2", str(1 + 1), "1", "1"]
    for line in lines_of(THEN, NOW):
        assert line.figures == sum(number for reason, number in line.then.items() if reason != "structural") + line.not_held


def test_what_nobody_can_have_is_no_figure() -> None:
    only = outcome(PARTNERS, ("ehcp", "all", "all", "shown"), ("ehcp", "all", "F", "structural"))
    assert [line.filters for line in lines_of(only, only) if line.indicator == "ehcp"] == [0]


def test_a_policy_of_fewer_filters_says_what_it_does_not_hold() -> None:
    few = outcome(replace(PARTNERS, name="few", most_filters=0), ("ehcp", "all", "all", "shown"))
    text = written(few, NOW)
    assert row(text, PLAN, "2") == ["2", "2", "0", "0", "0", "0", "0", "2", "0", "0"]
    assert row(text, PLAN, "1") == ["1", "2", "2", "100", "0", "0", "-2", "2", "0", "0"]
    assert "not held: too fine for a release under the policy then." in text


def test_the_sheet_names_both_policies_in_words_and_has_lines_to_sign_on() -> None:
    text = written(THEN, NOW)
    assert text.startswith(
        "What the policy eight would show, against partners\nCohort 0123abcd of 225 children. Nothing was released."
    )
    assert f"Now, partners: {PARTNERS.words()}" in text
    assert f"Then, eight: {EIGHT.words()}" in text
    signed = [line for line in text.splitlines() if line.startswith("Agreed by ")]
    assert len(signed) == 3 and all("date" in line for line in signed)


def test_every_reason_has_words_on_the_sheet() -> None:
    assert set(REASON_WORDS) == set(REASONS) - {"shown", "structural"}
    assert all(words in written(THEN, NOW) for words in REASON_WORDS.values())


def test_a_policy_against_itself_changes_nothing() -> None:
    assert {line.change for line in lines_of(NOW, NOW)} == {0}


def test_counts_about_the_data_are_named_by_their_topic() -> None:
    quality = pa.table({"topic": ["matched"], "file": ["education"], "area_code": ["all"], "breakdown": ["F"]})
    one = Outcome.of(PARTNERS, "", [("quality", quality, np.array([0], dtype=np.int8))])
    assert [(line.indicator, line.filters) for line in lines_of(one, one)] == [(TOTAL, 1), (TOTAL, None), ("matched", 1)]


def test_the_csv_has_the_lines_and_the_reasons_under_both_policies() -> None:
    rows = list(csv.DictReader(as_csv(THEN, NOW).splitlines()))
    assert {row["indicator"] for row in rows} == {"ehcp", "cin"}
    two = next(row for row in rows if (row["indicator"], row["filters"]) == ("ehcp", "2"))
    assert (two["policy_now"], two["policy_then"], two["kind"], two["figures"], two["change"]) == (
        "partners",
        "eight",
        "figures",
        "2",
        "0",
    )
    assert (two["now_count"], two["now_secondary"], two["then_count"], two["then_over_time"]) == ("1", "1", "1", "1")
    assert sum(int(row["now_shown"]) for row in rows) == 4


POLICY = """name = "eight"
audience = "partners"
smallest_base = 10
smallest_count = 8
smallest_base_of_a_zero = 30
smallest_families = 0
most_filters = 3
whole_years = false
means = "shown"
synthetic_only = false
question = "What would eight hide?"
agreed_by = "Nobody: a trial"
data_used = "Ours"
limits = "A trial."
review_on = 2027-09-30
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    (tmp_path / "eight.toml").write_text(POLICY, encoding="utf-8")
    return tmp_path / "eight.toml"


def test_a_dry_run_prints_the_sheet_and_writes_nothing_but_the_file_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RELEASE", raising=False)
    cohort, sheet = store(tmp_path), tmp_path / "sheet.csv"
    before = set(tmp_path.rglob("*"))
    assert main(["release", "--store", str(cohort), "--dry-run", "--policy", "none", "--csv", str(sheet)]) == 0
    assert capsys.readouterr().out.startswith("What the policy none would show, against partners\n")
    assert sheet.read_text(encoding="utf-8").startswith("policy_now,policy_then,kind,indicator,filters,figures,change,now_shown")
    assert set(tmp_path.rglob("*")) - before == {sheet}


def test_a_dry_run_is_against_the_live_release_where_there_is_one(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--store", str(store(tmp_path)), "--out", str(tmp_path / "release")]
    assert main(["release", *where, "--policy", "none"]) == 0
    before = sorted(tmp_path.rglob("*"))
    assert main(["release", *where, "--policy", str(policy), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "What the policy eight would show, against none\n" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_live_release_of_an_older_form_is_answered_in_one_sentence(
    tmp_path: Path, policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_release(tmp_path / "release")
    where = ["--store", str(store(tmp_path)), "--out", str(tmp_path / "release")]
    assert main(["release", *where, "--policy", str(policy), "--dry-run"]) == 1
    assert re.search(r"^The policy of the live release in .* does not say audience, .*: name no --out", capsys.readouterr().err)


def test_a_policy_that_may_not_be_used_is_refused_before_anything_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cohort = store(tmp_path, synthetic=False)
    assert main(["release", "--store", str(cohort), "--dry-run", "--policy", "none"]) == 1
    assert "synthetic" in capsys.readouterr().err
