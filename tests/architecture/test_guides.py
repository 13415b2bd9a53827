"""The guides say what is so: their tables are the declarations', and the month they describe can be run word for word."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import shlex
import shutil
import stat
from dataclasses import asdict
from pathlib import Path

import pytest

import data.ingest
from data.__main__ import main as data_command
from data.cohort import CohortStore
from data.ingest import receptions
from data.ingest.layout import Layout
from data.ingest.school_census import layouts as census
from data.ingest.school_census.files import OFF, ON
from data.partnership import SECRET, Partnership, Retention, Settings
from metrics.__main__ import main as metrics_command
from metrics.release import Release
from tests import partners
from tests.architecture import extracts_guide

DOCS = extracts_guide.GUIDE.parent
EXTRACTS = extracts_guide.GUIDE.read_text(encoding="utf-8")
MONTHLY = (DOCS / "monthly.md").read_text(encoding="utf-8")
COMMANDS = {"data": data_command, "metrics": metrics_command}
POPULATIONS = {"mid-year population estimates from Nomis", "the detailed series of mid-year population estimates"}
NOT_SUPPLIED = {"children", "cin_census", *POPULATIONS}
"""Layouts of what no partner writes: the list that `data match` makes, the rows of an XML file, and published estimates; the
last two are told in prose."""


def test_the_tables_are_those_that_files_are_read_by() -> None:
    renewed = extracts_guide.renewed(EXTRACTS)
    assert renewed == EXTRACTS, f"docs/extracts.md is older than the declarations: run {extracts_guide.COMMAND}"


def test_every_declared_file_has_its_table() -> None:
    modules = [importlib.import_module(one.name) for one in pkgutil.walk_packages(data.ingest.__path__, "data.ingest.")]
    declared = {one.name for module in modules for one in vars(module).values() if isinstance(one, Layout)}
    tables = {layout.name for layout, _ in extracts_guide.DECLARED.values()}
    assert len(declared) > 10
    assert declared - tables == NOT_SUPPLIED
    assert sorted(extracts_guide.named(EXTRACTS)) == sorted(extracts_guide.DECLARED)


def test_a_changed_declaration_changes_its_table() -> None:
    stale = EXTRACTS.replace("| `NativeId` |  | an identifier | yes | no |", "| `NativeId` |  | a date | yes | no |", 1)
    assert stale != EXTRACTS
    assert extracts_guide.renewed(stale) == EXTRACTS


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("gender", ("gender",)),
        (r"child[ _]?ref(erence)?", ("child_ref[erence]",)),
        (r"(last[ _]?da(y|te)|end)", ("last_day", "last_date", "end")),
        (r".*date.*contact.*|\bcpp?\b", ("… date … contact …", "cp[p]")),
        (r"(?!.*assessment).*episode.*", ("… episode …",)),
    ],
)
def test_a_pattern_is_said_in_words(pattern: str, said: tuple[str, ...]) -> None:
    assert extracts_guide.spellings(pattern) == said


def test_the_rolls_differ_as_the_guide_says() -> None:
    on, off = ({one.name for one in census.roll_layout(roll).fields} for roll in (ON, OFF))
    assert on - off == {"senprovision"}
    assert off <= on
    assert extracts_guide.DECLARED["pupilonroll"][0].fields[0].said.replace("onroll", "nolongeronroll") in EXTRACTS


def test_the_codes_in_the_prose_are_those_that_count() -> None:
    assert f"{', '.join(census.ABSENCES)}." in EXTRACTS
    assert f"{', '.join(receptions.NEVER_NEW)} never" in EXTRACTS
    for codes in receptions.REASONS.values():
        assert f"({', '.join(codes)})" in EXTRACTS


def test_the_settings_have_their_defaults() -> None:
    settings = EXTRACTS.split("| setting |")[1].split("| retention |")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", settings, re.MULTILINE))
    assert {name: json.loads(default) for name, default in rows.items()} == Settings().said


def test_the_days_that_things_are_kept_have_their_defaults() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", EXTRACTS.split("| retention |")[1], re.MULTILINE))
    assert {name: json.loads(default) for name, default in rows.items()} == asdict(Retention())


def test_the_example_of_a_partnership_is_one(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```json\n(.*?)^```", EXTRACTS, re.MULTILINE | re.DOTALL)
    (tmp_path / "partnership.json").write_text(shown, encoding="utf-8")
    assert Partnership.read(tmp_path).settings.match_threshold == 0.97


@pytest.mark.parametrize("guide", [DOCS.parent / "SECURITY.md", *sorted(DOCS.glob("*.md"))], ids=lambda guide: guide.name)
def test_every_link_leads_to_a_file_and_heading(guide: Path) -> None:
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", guide.read_text(encoding="utf-8")):
        path = guide.parent / target if target else guide
        assert path.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings]


def test_the_month_runs_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ann, Bob and Cy, real to the commands: neither room has the other's files, and nobody is in the crosswalk."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(SECRET, "a key that these tests alone have, for nobody")
    _furnish(tmp_path)
    assert _steps(1, 2) == ["check", "match"]
    sent = Path("for-authorities")
    assert [path.relative_to(sent).as_posix() for path in sent.rglob("*") if path.is_file()] == [
        "partnership.json",
        f"{partners.AREA}/children.csv",
    ]
    shutil.copy(sent / "partnership.json", "registers")
    shutil.copy(sent / partners.AREA / "children.csv", f"registers/{partners.AREA}")
    assert _steps(3) == ["match"]
    shutil.copy(f"hand-over/{partners.AREA}/crosswalk.csv", f"registers/{partners.AREA}")
    shutil.copytree(f"hand-over/{partners.AREA}/records", f"extracts/{partners.AREA}/records")
    assert _steps(5, 6, 7) == ["build", "release", "audit", "report", "report", "worklist", "reconcile"]
    assert CohortStore.open(Path("store/cohort")).manifest.linkage["education"]["all"].matched == len(["Ann", "Bob", "Cy"])
    assert Release.open(Path("store/release"))
    assert "Annabel" in Path("lists/2022-10.csv").read_text(encoding="utf-8")
    assert "C1" in Path("lists/fsm_received.csv").read_text(encoding="utf-8")
    private = [*Path("for-authorities").rglob("*.csv"), *Path("lists").iterdir(), *Path("hand-over", partners.AREA).rglob("*.*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert "Annabel" not in capsys.readouterr().out


def _furnish(room: Path) -> None:
    """The force's files in `extracts`, the authority's in `registers`, without crosswalk and settings."""
    supplied = partners.files()
    theirs = {name: content for name, content in supplied.items() if name.startswith(partners.AREA)}
    partners.write(room / "extracts", {name: content for name, content in supplied.items() if name not in theirs})
    partners.write(room / "registers", {name: content for name, content in theirs.items() if "crosswalk" not in name})
    (room / "registers" / "partnership.json").unlink()
    said = {"name": "Thames Valley", "synthetic": False, "programme_start": "2021-11-01"}
    (room / "extracts" / "partnership.json").write_text(json.dumps(said), encoding="utf-8")


def _steps(*numbers: int) -> list[str]:
    """Run the commands of some steps of the guide; which they were."""
    run = []
    for number in numbers:
        (step,) = re.findall(rf"^## {number}\. .*?(?=^## )", MONTHLY, re.MULTILINE | re.DOTALL)
        for line in "".join(re.findall(r"^```sh\n(.*?)^```", step, re.MULTILINE | re.DOTALL)).splitlines():
            python, flag, module, *arguments = shlex.split(line)
            assert (python, flag) == (".venv/bin/python", "-m")
            assert COMMANDS[module](arguments) == 0, line
            run.append(arguments[0])
    return run


def test_every_step_with_a_command_is_run() -> None:
    steps = [int(step) for step in re.findall(r"^## (\d+)\. ", MONTHLY, re.MULTILINE)]
    shown = [step for step in steps if "```sh" in MONTHLY.split(f"\n## {step}. ")[1].split("\n## ")[0]]
    assert steps == list(range(1, len(steps) + 1))
    assert shown == [1, 2, 3, 5, 6, 7]
