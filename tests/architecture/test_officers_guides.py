"""What the officers read is so: policies as the files have them, columns and modes as the code has them, commands that exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pytest

from data import reference, versions
from data.build import handed_over
from data.build.recognise import pseudonym
from data.cohort import LEDGER
from data.handover import LIST
from data.match.writing import CROSSWALK, REVIEW
from data.partnership import SECRET, SHORTEST_KEY
from data.private import OWNER_ALONE
from data.reconcile import HEADER
from data.schema import STORE
from data.worklist import Entry
from metrics.disclosure.policy import POLICIES, load_policy
from metrics.lattice import FINE_FROM_CHILDREN

ROOT = Path(__file__).parents[2]
DISCLOSURE, DPIA = ((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("disclosure", "dpia"))
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
UNSAID = "–"

WRITTEN: dict[str, Sequence[str]] = {
    "`children.csv`": LIST,
    "`crosswalk.csv`": CROSSWALK,
    "`review.csv`": REVIEW,
    "worklist": [one.name for one in fields(Entry)],
    "reconcile lists": HEADER,
    "`records/`": [table.name for table in handed_over.TABLES],
    **{f"store: `{table.name}`": table.arrow.names for table in STORE},
}
"""What is written, as the assessment names it, and its columns; of `records/` the tables."""

COMMANDS = [
    shlex.split(line)
    for guide in (DISCLOSURE, DPIA)
    for block in re.findall(r"^```sh\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def rows(text: str) -> list[list[str]]:
    """The cells of every row of the tables in a text, their headings among them."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line.startswith("| ")]


def prose(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def marked(text: str, name: str, end: str) -> str:
    (found,) = re.findall(rf"^<!-- {name} -->\n(.*?)^<!-- {end} -->$", text, re.MULTILINE | re.DOTALL)
    return str(found)


def section(text: str, heading: str) -> str:
    (found,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    return str(found)


POLICY_FILES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in POLICIES.glob("*.toml")}
OF_THE_PROTOCOL = ("question", "agreed_by", "data_used", "limits", "review_on")


def test_the_policies_are_as_their_files_have_them() -> None:
    (_, *names, _), _, *rules = rows(marked(DISCLOSURE, "policies", "end"))
    said = {name.strip("`"): {rule[0].strip("`"): rule[place] for rule in rules} for place, name in enumerate(names, 1)}
    assert {name: {rule: one for rule, one in of.items() if one != UNSAID} for name, of in said.items()} == {
        name: {rule: in_words(one) for rule, one in file.items() if rule not in ("name", *OF_THE_PROTOCOL)}
        for name, file in POLICY_FILES.items()
    }


def in_words(entry: object) -> str:
    """An entry as the table has it: a list by its members."""
    return ", ".join(map(str, entry)) if isinstance(entry, list) else str(entry).lower()


def test_why_each_policy_is_there_is_as_its_file_has_it() -> None:
    _, _, *said = rows(marked(DISCLOSURE, "protocol", "/protocol"))
    assert {tuple(row) for row in said} == {
        (f"`{rule}`", *(str(POLICY_FILES[name][rule]) for name in ("partners", "publication", "none")))
        for rule in OF_THE_PROTOCOL
    }


def test_the_numbers_in_the_prose_are_the_rules() -> None:
    assert f"Under `partners` that is {load_policy('partners').smallest_count - 1}," in prose(DISCLOSURE)
    assert f"Under {FINE_FROM_CHILDREN} children:" in prose(DISCLOSURE)
    assert all(f"`{LEDGER}/` in the store's folder" in prose(guide) for guide in (DISCLOSURE, DPIA))


def test_what_was_measured_has_one_place() -> None:
    heading, line, *_ = rows(marked(DISCLOSURE, "measured", "/measured"))
    assert set(line) == {"---"} and len(line) == len(heading)


@pytest.mark.parametrize("what", WRITTEN)
def test_the_columns_written_are_those_said(what: str) -> None:
    said = {row[0]: re.findall(r"`([^`]+)`", row[1]) for row in rows(section(DPIA, "Which columns"))}
    assert said[what] == list(WRITTEN[what])


def test_every_written_file_has_its_columns_said() -> None:
    assert [row[0] for row in rows(section(DPIA, "Which columns"))][2:] == list(WRITTEN)


def test_what_is_private_is_of_the_mode_said() -> None:
    held = {row[0]: row for row in rows(section(DPIA, "What is held where, and for how long"))}
    for what in ("`rejected/`", "`children.csv`", "`crosswalk.csv`", "`review.csv`", "`records/`", "worklist", "reconcile lists"):
        assert held[what][3] == f"{OWNER_ALONE:04o}", what
    assert [row[0] for row in held.values() if row[4] == f"{versions.KEPT} versions"] == ["cohort store", "release"]


def test_the_folder_of_a_version_is_as_open_as_the_warning_says(tmp_path: Path) -> None:
    versions.publish(tmp_path, lambda directory: "0123")
    mode = (tmp_path / "0123").stat().st_mode & 0o777
    assert f"A release's folder of a version is opened to every account of the machine ({mode:04o})" in prose(DPIA)


def test_a_cohort_store_is_as_closed_as_is_said(tmp_path: Path) -> None:
    versions.publish(tmp_path / "store", lambda directory: "0123", private=True)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "store", tmp_path / "store" / "0123")}
    held = {row[0]: row for row in rows(section(DPIA, "What is held where, and for how long"))}
    assert [held["cohort store"][3]] == [f"{versions.FILE_OF_OWNER:04o}, folder {mode:04o}" for mode in modes]


def test_the_key_and_the_pseudonyms_are_as_said() -> None:
    said = prose(section(DPIA, "Pseudonyms"))
    assert f"`{SECRET}`, of {SHORTEST_KEY} characters or more" in said
    assert f"cut to {4 * len(pseudonym('a key', 'child', 'C1'))} bits" in said


def test_the_authorities_are_those_of_the_reference_data() -> None:
    (said,) = re.findall(r"names as Thames Valley: ([^.]*)\.", prose(DPIA))
    ours = [area.name for area in reference.areas().values() if area.kind == "authority" and area.partnership == "Thames Valley"]
    assert said.split(", ") == sorted(ours)


@pytest.mark.parametrize("letter", ["D", "R", "M"])
def test_every_question_risk_and_measure_is_in_its_table(letter: str) -> None:
    listed = [row[0] for row in rows(DPIA) if re.fullmatch(rf"{letter}\d+", row[0])]
    assert listed == [f"{letter}{number}" for number in range(1, len(listed) + 1)]
    assert set(re.findall(rf"\b{letter}\d+\b", DPIA + DISCLOSURE)) == set(listed)


def test_every_risk_has_a_measure() -> None:
    risks = {row[0] for row in rows(section(DPIA, "Step 5: the risks"))[2:]}
    assert {risk for row in rows(section(DPIA, "Step 6: the measures"))[2:] for risk in row[2].split(", ")} == risks


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_knows_its_flags(words: list[str]) -> None:
    python, flag, module, command, *rest = words
    assert (python, flag) == (".venv/bin/python", "-m")
    done = subprocess.run((sys.executable, "-m", module, command, "--help"), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [word for word in rest if word.startswith("--") and word not in done.stdout] == []


def test_every_make_target_is_there() -> None:
    assert [target for target in re.findall(r"`make ([a-z]+)", DISCLOSURE + DPIA) if target not in TARGETS] == []


def test_every_path_is_there() -> None:
    paths = re.findall(r"`((?:data|metrics|pages|tests|docs)/[\w./]*)`", DISCLOSURE + DPIA)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
