"""`python -m pages log`: who downloaded what in May, from the lines alone."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pages.__main__ import MONTHS_KEPT, main
from pages.record import AccessLog, Event

ROOT = Path(__file__).resolve().parents[2]
SLIDES = "slides-oxfordshire-girls-f7e9c8a5.pptx"
REPORT = "report-thames-valley-f7e9c8a5.pdf"


def at(day: int, hour: int = 9, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def by(who: str, name: str, **said: str) -> dict[str, Any]:
    return {"who": who, "name": name, "release": "f7e9c8a5", **said}


EVENTS = (
    Event(at(30, month=4), "downloaded", file=REPORT, **by("a1", "Ann Archer")),
    Event(at(3), "signed_in", **by("a1", "Ann Archer", role="partner")),
    Event(at(3, 10), "viewed", page="social_care", filters={"area": "E10000025"}, **by("a1", "Ann Archer")),
    Event(at(3, 11), "downloaded", file=SLIDES, filters={"area": "E10000025", "sex": "F"}, **by("a1", "Ann Archer")),
    Event(at(17), "downloaded", file=REPORT, **by("b2", "Bob Barker")),
    Event(at(18), "viewed", page="overview", release="f7e9c8a5"),
    Event(at(1, month=6), "downloaded", file=SLIDES, filters={"sex": "M"}, **by("b2", "Bob Barker")),
)
MAY = f"""\
time (UTC)           who         event       what                                    filters                 release
2026-05-03 11:00:00  Ann Archer  downloaded  {SLIDES}  area E10000025, sex F  f7e9c8a5
2026-05-17 09:00:00  Bob Barker  downloaded  {REPORT}                             f7e9c8a5
2 in all.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    log = AccessLog(tmp_path / "log")
    log.prepare()
    for path in log.folder.iterdir():
        path.unlink()
    for event in EVENTS:
        log.write(event)
    return log.folder


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(one) for one in arguments]) == 0
    return capsys.readouterr().out


def test_who_downloaded_what_in_may(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(capsys, "log", "--log", folder, "--month", "2026-05", "--event", "downloaded", "--format", "table")
    assert [line.split() for line in said.splitlines()] == [line.split() for line in MAY.splitlines()]
    columns = [line.index("f7e9c8a5", 90) for line in said.splitlines()[1:3]]
    assert columns[0] == columns[1] == said.splitlines()[0].index("release")


def test_the_guide_shows_that_answer_and_that_line() -> None:
    guide = (ROOT / "docs" / "access_log.md").read_text()
    assert f"```\n{MAY}```" in guide
    (line,) = re.findall(r"^```json\n(.*?)```", guide, re.MULTILINE | re.DOTALL)
    assert Event.of_line(line) in EVENTS and Event.of_line(line).line() == line
    assert f"default of {MONTHS_KEPT} months" in guide


def test_elsewhere_than_on_a_terminal_it_is_csv(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(capsys, "log", "--log", folder, "--month", "2026-05", "--event", "downloaded")
    rows = list(csv.DictReader(io.StringIO(said)))
    assert [(row["who"], row["name"], row["file"], row["area"], row["sex"]) for row in rows] == [
        ("a1", "Ann Archer", SLIDES, "E10000025", "F"),
        ("b2", "Bob Barker", REPORT, "", ""),
    ]


def test_json_is_the_lines_of_the_log(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(capsys, "log", "--log", folder, "--format", "json")
    assert said == "".join(path.read_text() for path in sorted(folder.iterdir()))
    assert [json.loads(line)["event"] for line in said.splitlines()] == [event.event for event in EVENTS]


@pytest.mark.parametrize(
    ("flags", "days"),
    [
        (("--who", "a1"), [30, 3, 3, 3]),
        (("--who", "ann archer"), [30, 3, 3, 3]),
        (("--who", "this machine"), [18]),
        (("--page", "social_care"), [3]),
        (("--event", "downloaded", "--who", "Bob Barker"), [17, 1]),
        (("--month", "2026-06"), [1]),
        (("--month", "2025-05"), []),
    ],
)
def test_what_is_asked_for_can_be_narrowed(
    flags: tuple[str, ...], days: list[int], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = asked(capsys, "log", "--log", folder, *flags, "--format", "json")
    assert [int(json.loads(line)["at"][8:10]) for line in said.splitlines()] == days


def test_a_torn_line_is_told_by_file_and_line_and_the_rest_is_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    may = folder / "2026-05.jsonl"
    whole = may.read_bytes()
    may.write_bytes(whole[:-40])
    assert main(["log", "--log", str(folder), "--format", "json", "--month", "2026-05"]) == 0
    told = capsys.readouterr()
    assert told.out.encode() == b"".join(whole.splitlines(keepends=True)[:-1])
    assert told.err == f"{may}, line 5 cannot be read and is left out: it was cut short, or changed.\n"


def test_a_terminal_does_not_obey_a_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    AccessLog(folder).write(Event(at(4), "signed_in", "c3", "\x1b[2JCara\nCook"))
    said = asked(capsys, "log", "--log", folder, "--who", "c3", "--format", "table")
    assert "\x1b" not in said and "?[2JCara?Cook" in said


def test_a_spreadsheet_does_not_compute_a_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    AccessLog(folder).write(Event(at(4), "signed_in", "c3", '=HYPERLINK("https://evil.example")'))
    (row,) = csv.DictReader(io.StringIO(asked(capsys, "log", "--log", folder, "--who", "c3")))
    assert row["name"] == '\'=HYPERLINK("https://evil.example")'


@pytest.mark.parametrize("command", ["log", "expire"])
def test_no_log_is_one_sentence(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--log", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [["log", "--month", "May"], ["log", "--month", "2026-13"], ["log", "--event", "counted"], ["expire", "--months", "0"], []],
)
def test_a_wrong_flag_is_usage(wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*wrong, *(["--log", str(tmp_path)] if wrong else [])])
    assert ended.value.code == 2


def test_a_log_that_nothing_names_is_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("ACCESS_LOG", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["log"])
    assert ended.value.code == 2
    assert "--log or ACCESS_LOG" in capsys.readouterr().err


def test_the_folder_may_be_named_by_the_environment_and_the_command_loads_no_dashboard(folder: Path) -> None:
    script = (
        "import sys; from pages.__main__ import main; main(['log', '--who', 'b2', '--month', '2026-05']); "
        "print(sorted({'streamlit', 'pyarrow', 'metrics'} & set(sys.modules)))"
    )
    environment = os.environ | {"ACCESS_LOG": str(folder)}
    done = subprocess.run((sys.executable, "-c", script), cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert "Bob Barker" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_says_what_there_is() -> None:
    done = subprocess.run((sys.executable, "-m", "pages", "--help"), cwd=ROOT, capture_output=True, text=True, check=True)
    assert "who signed in, looked at what and downloaded what" in done.stdout


@pytest.fixture
def years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Months of three years, seen from June 2026, and a file that is not the log's."""
    monkeypatch.setattr("pages.__main__.now", lambda: datetime(2026, 6, 15, tzinfo=UTC))
    for month in ("2024-05", "2024-06", "2025-12", "2026-06"):
        (tmp_path / f"{month}.jsonl").touch(mode=0o600)
    (tmp_path / "notes.txt").touch()
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_months_past_their_time_are_deleted_whole(years: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(capsys, "expire", "--log", years)
    assert said == f"{years / '2024-05.jsonl'} is deleted: kept for 24 months.\n"
    assert names(years) == ["2024-06.jsonl", "2025-12.jsonl", "2026-06.jsonl", "notes.txt"]


def test_a_dry_run_deletes_nothing(years: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = names(years)
    assert asked(capsys, "expire", "--log", years, "--months", "1", "--dry-run").count("would be deleted") == 3
    assert names(years) == before


def test_nothing_to_delete_is_said(years: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "expire", "--log", years, "--months", "60") == f"Nothing in {years} is older than 60 months.\n"
